"""What the exchange pages say about a feed: its state, its fate and what to do about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from muster.gates.disclosure import write_number
from muster.hub.approval import APPROVAL, WORKER
from muster.hub.fates import LAYOUT, Fates
from muster.hub.intakes import intake_for
from muster.hub.known import known_layouts
from muster.hub.queries import LandingView, Progress
from muster.pagekit.tables import Cell

STATES = {
    "received": (gettext_lazy("Received"), "blue"),
    "accepted": (gettext_lazy("Accepted"), "green"),
    "held": (gettext_lazy("Held"), "yellow"),
    "refused": (gettext_lazy("Refused"), "red"),
    "superseded": (gettext_lazy("Replaced"), "grey"),
    "withdrawn": (gettext_lazy("Withdrawn"), "grey"),
}
# Rows of a table that are no records, by kind; see ``hub.framing.asides``.
ASIDE = {
    "title": gettext_lazy("Titles above the header"),
    "repeated header": gettext_lazy("The header once more"),
    "heading": gettext_lazy("Headings of groups"),
    "spacer": gettext_lazy("Rows that only keep space"),
    "total": gettext_lazy("Totals"),
    "total or note": gettext_lazy("Totals or notes at the end"),
    "note": gettext_lazy("Notes at the end"),
}
# What a sender can state of files: the fields of the form, as sentences speak of them.
STATED = {
    "as_at": gettext_lazy("The date they speak of"),
    "route": gettext_lazy("Which system sent them"),
}
EFFECTS = ("covered", "ending", "joining", "changed", "rows")
_ONE_FTE = 9  # control totals of FTE are in billionths


@dataclass(frozen=True)
class Fate:
    """What became of a feed, what the hub said about it, and what to do."""

    what: str
    said: str
    do: str


def state_cell(feed: LandingView) -> Cell:
    """Return a feed's state as a tag; a file that nobody has mapped yet was not refused for good.

    So its tag says what it waits for, as its page does.
    """
    if unmapped(feed):
        return Cell(_("Not mapped yet"), tag="yellow")
    words, colour = STATES[feed.state]
    return Cell(words, tag=colour)


def unmapped(feed: LandingView) -> bool:
    """Tell whether a feed waits for somebody to say how files like it are read."""
    return (feed.state, feed.waits_for) == ("refused", LAYOUT)


def fate_of(feed: LandingView) -> Fate:
    """Return the fate of a feed in words."""
    match feed.state:
        case "held":
            return _fate_of_held(feed)
        case "refused":
            return _fate_of_refused(feed)
        case "superseded":
            return Fate(_("A later file has taken the place of this one."), "", "")
        case "withdrawn":
            return Fate(
                _("This feed was withdrawn. Nothing of it counts, as if it had never come."),
                feed.said,
                _("If it was right after all, send the file again: it comes in as a new one."),
            )
        case "received" if feed.waits_for == WORKER:
            return Fate(_("This feed was approved. Its rows go on in a moment."), feed.said, "")
        case "received":
            return Fate(_("This file has arrived and is being worked on."), "", "")
    return _fate_of_rows(feed)


def _fate_of_refused(feed: LandingView) -> Fate:
    """Return what the sender could state or mend, in the words of the form for sending files."""
    kept = _("This file could not come in. It is kept as it was sent.")
    match feed.waits_for:
        case "layout":
            kept = _("This file waits for a mapping: nobody has said yet how it is read.")
            do = _("Whoever may map layouts maps it once, and files like it come in by themselves.")
        case "as_at" | "route" as field:
            do = _("Send it again, and fill in “%(field)s”.") % {"field": STATED[field]}
        case _:
            do = _("Correct what is named here and send the file again.")
    return Fate(kept, feed.said, do)


def _fate_of_held(feed: LandingView) -> Fate:
    """Return what could let a held feed go on."""
    kept = _("This file is kept for its owner, and nothing of it went on.")
    match feed.waits_for:
        case "approval":
            do = _("It goes on when somebody approves it. Nobody approves a feed they handed in.")
        case "rows":
            do = _("Send it again under the same name with the rows it should hold.")
        case _:
            do = _("Send it again without that column, or ask for the column to be declared.")
    return Fate(kept, feed.said, do)


def of_records(contract: str) -> bool:
    """Tell whether files of a contract hold records that only go on, not people."""
    try:
        return intake_for(contract).subjects == "records"
    except KeyError:
        return False


def effect_words(feed: LandingView) -> str:
    """Return what a held feed would do, in a sentence: how many end, join and change."""
    effect = feed.effect
    covered = effect.get("covered", 0)
    ending = ngettext(
        "Would end %(ending)s of %(covered)s person",
        "Would end %(ending)s of %(covered)s people",
        covered,
    )
    if of_records(feed.contract):
        ending = ngettext(
            "Would end %(ending)s of %(covered)s record",
            "Would end %(ending)s of %(covered)s records",
            covered,
        )
    joining = ngettext("%(joining)s joins", "%(joining)s join", effect.get("joining", 0))
    changed = ngettext("%(changed)s changes", "%(changed)s change", effect.get("changed", 0))
    figures = {name: f"{effect.get(name, 0):,}" for name in EFFECTS}
    return "; ".join((ending, joining, changed)) % figures


def _fate_of_rows(feed: LandingView) -> Fate:
    """Return what became of the rows of a feed that came in."""
    if not feed.rows:
        return Fate(
            _("The file has the names of its columns and no rows, so nothing went on."),
            "",
            _("If it should have had rows, send it again with them under the same name."),
        )
    if not feed.quarantined:
        return Fate(_("Every row went on."), "", "")
    words = ngettext(
        "%(count)s row waits in quarantine; the others went on.",
        "%(count)s rows wait in quarantine; the others went on.",
        feed.quarantined,
    )
    if feed.quarantined == feed.rows:
        words = ngettext(
            "The one row of the file waits in quarantine.",
            "All %(count)s rows of the file wait in quarantine.",
            feed.rows,
        )
    return Fate(
        words % {"count": f"{feed.quarantined:,}"},
        "",
        _(
            "Each cause below says what to mend. Where the name of an employer is not known,"
            " somebody chooses the employer once and the rows go on."
        ),
    )


def counted_in_fte(contract: str) -> bool:
    """Tell whether a contract's control total is FTE."""
    return bool(contract) and intake_for(contract).contract.control_total == "fte"


def fte(billionths: int) -> str:
    """Return an FTE control total as an exact decimal: 23,249.85."""
    return write_number(Decimal(billionths).scaleb(-_ONE_FTE))


def layout_title(name: str) -> str:
    """Return what a layout is called; its own name if it is no longer offered."""
    return next((layout.title for layout in known_layouts() if layout.name == name), name)


def short_name(name: str) -> str:
    """Return the last part of a feed's name."""
    return name.rpartition("/")[2]


DOING = {
    "reading": gettext_lazy("Reading the files"),
    "checking": gettext_lazy("Checking the rows"),
    "writing": gettext_lazy("Writing the rows"),
}


def progress_words(intake: Progress, fates: Fates) -> str:
    """Return how far an intake is; once it is done, what became of its files."""
    if intake.finished_at is not None:
        return "; ".join(_came_to(intake, fates)) or _("No file was found in what was sent")
    if intake.doing or not intake.files_done:
        doing = str(DOING.get(intake.doing, _("Waiting for its turn")))
        if not intake.percent:
            return doing
        return _("%(doing)s: %(percent)s %% done") % {"doing": doing, "percent": intake.percent}
    words = ngettext(
        "%(count)s file worked through so far",
        "%(count)s files worked through so far",
        intake.files_done,
    )
    return words % {"count": f"{intake.files_done:,}"}


def _came_to(intake: Progress, fates: Fates) -> Iterator[str]:
    """Yield what became of the files of an intake that is done: each fate with how many."""
    if fates.taken:
        files = ngettext("%(count)s file taken in", "%(count)s files taken in", fates.taken)
        yield f"{_counted(files, fates.taken)} ({_rows_of(fates.accepted, fates.waiting)})"
    skipped = len(intake.skipped)
    for count, words in (
        (fates.unmapped, ngettext("%(count)s file waits for a mapping",
                                  "%(count)s files wait for a mapping", fates.unmapped)),
        (fates.undecided, ngettext("%(count)s file is held until somebody decides",
                                   "%(count)s files are held until somebody decides",
                                   fates.undecided)),
        (fates.held, ngettext("%(count)s file is held", "%(count)s files are held", fates.held)),
        (fates.refused, ngettext("%(count)s file refused", "%(count)s files refused",
                                 fates.refused)),
        (skipped, ngettext("%(count)s file not taken in", "%(count)s files not taken in", skipped)),
        (fates.worked_on, ngettext("%(count)s file is being worked on",
                                   "%(count)s files are being worked on", fates.worked_on)),
        (fates.superseded, ngettext("%(count)s file was replaced since",
                                    "%(count)s files were replaced since", fates.superseded)),
        (fates.withdrawn, ngettext("%(count)s file was withdrawn since",
                                   "%(count)s files were withdrawn since", fates.withdrawn)),
        (intake.files_known, ngettext("%(count)s file was here already",
                                      "%(count)s files were here already", intake.files_known)),
    ):  # fmt: skip
        if count:
            yield _counted(words, count)


def became(feed: LandingView, approver: str = "") -> str:
    """Return what became of one file, in a sentence: ``approver`` is who is named to decide."""
    match feed.state:
        case "accepted" if not feed.rows:
            return _("Taken in; it has no rows.")
        case "accepted":
            return _("Taken in: %(rows)s.") % {"rows": _rows_of(feed.accepted, feed.quarantined)}
        case "refused" if unmapped(feed):
            return _("Waits for a mapping: nobody has said yet how it is read.")
        case "refused":
            return _("Refused: nothing of it went on.")
        case "held" if feed.waits_for == APPROVAL and approver:
            return _("Held until %(who)s decides.") % {"who": approver}
        case "held" if feed.waits_for == APPROVAL:
            return _("Held until somebody other than its sender decides.")
        case "held":
            return _("Held: nothing of it went on.")
    return fate_of(feed).what


def _rows_of(accepted: int, waiting: int) -> str:
    """Return how many rows went on and how many wait; of none that waits nothing is said."""
    went_on = _("no row went on yet") if waiting else _("no rows")
    if accepted:
        went_on = ngettext("%(count)s row went on", "%(count)s rows went on", accepted)
    wait = ngettext("%(count)s row waits", "%(count)s rows wait", waiting)
    parts = [_counted(went_on, accepted), *([_counted(wait, waiting)] if waiting else [])]
    return ", ".join(parts)


def _counted(words: str, count: int) -> str:
    return words % {"count": f"{count:,}"}


def problem_words(problem: Mapping[str, str]) -> str:
    """Return what is wrong with a row, in a sentence with the value where there is one."""
    if not problem["value"]:
        return f"{problem['field']}: {problem['reason']}"
    return _("%(field)s “%(value)s”: %(reason)s") % problem

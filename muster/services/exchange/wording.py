"""What the exchange pages say about a feed: its state, its fate and what to do about it."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from muster.gates.disclosure import write_number
from muster.hub.intakes import intake_for, known_layouts
from muster.hub.queries import LandingView, Progress
from muster.pagekit.tables import Cell

STATES = {
    "received": (gettext_lazy("Received"), "blue"),
    "accepted": (gettext_lazy("Accepted"), "green"),
    "held": (gettext_lazy("Held"), "yellow"),
    "refused": (gettext_lazy("Refused"), "red"),
    "superseded": (gettext_lazy("Replaced"), "grey"),
}
_ONE_FTE = 9  # control totals of FTE are in billionths


@dataclass(frozen=True)
class Fate:
    """What became of a feed, what the hub said about it, and what to do."""

    what: str
    said: str
    do: str


def state_cell(state: str) -> Cell:
    """Return a feed's state as a tag."""
    words, colour = STATES[state]
    return Cell(words, tag=colour)


def fate_of(feed: LandingView) -> Fate:
    """Return the fate of a feed in words."""
    match feed.state:
        case "held":
            return Fate(
                _("This file is kept for its owner, and nothing of it went on."),
                feed.said,
                _("Send it again without that column, or ask for the column to be declared."),
            )
        case "refused":
            return Fate(
                _("This file could not come in. It is kept as it was sent."),
                feed.said,
                _("Correct what is named here and send the file again."),
            )
        case "superseded":
            return Fate(_("A later file has taken the place of this one."), "", "")
        case "received":
            return Fate(_("This file has arrived and is being worked on."), "", "")
    return _fate_of_rows(feed)


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


def progress_words(intake: Progress) -> str:
    """Return how far an intake is, in a sentence."""
    if intake.finished_at is None and not intake.files_done:
        return _("Waiting for its turn")
    files = ngettext("%(count)s file", "%(count)s files", intake.files_done)
    rows = ngettext("%(count)s row", "%(count)s rows", intake.rows_done)
    words = (
        _("%(files)s and %(rows)s taken in")
        if intake.finished_at
        else _("%(files)s and %(rows)s so far")
    )
    return words % {
        "files": files % {"count": f"{intake.files_done:,}"},
        "rows": rows % {"count": f"{intake.rows_done:,}"},
    }

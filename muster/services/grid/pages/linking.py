"""Addresses within Explore: every choice stands in them, so that each can be kept and sent."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.pagekit.jinja import day
from muster.pagekit.tables import Download
from muster.services.grid.explore import DATE
from muster.services.grid.explore.answering import Answer, Figure
from muster.services.grid.explore.asking import EMPLOYER, NOTHING, Question
from muster.services.grid.explore.taking import kinds
from muster.services.grid.explore.themes import theme_of

Query = list[tuple[str, str]]
_TIMES = (gettext_lazy("How long hires take, step by step"), "grid:times")
_PLACES = (gettext_lazy("Where people work, on a map"), "grid:places")
# Pages that tell more of a metric, or of all metrics of a theme, than a chart and a table.
_ABOUT = {
    "hires": _TIMES, "recruitment_steps": _TIMES, "drop_out": _TIMES,
    "headcount": _PLACES, "official_headcount_by_place": _PLACES,
    "movers": (gettext_lazy("Who moves from which employer to which, as a picture"), "grid:flows"),
}  # fmt: skip
_OF_THEMES = {
    "attendance": (gettext_lazy("Attendance against what is expected"), "grid:attendance"),
    "shared services": (gettext_lazy("What shared services cost and save"), "grid:shared-services"),
    "transfers": (gettext_lazy("How transfers go, and what they cost"), "grid:transfers"),
    "official": (gettext_lazy("What official sources state, side by side"), "grid:official"),
}


@dataclass(frozen=True)
class Citation:
    """What to write where these figures are used. ``releases`` are words, address and id each."""

    text: str
    address: str
    releases: tuple[tuple[str, str, str], ...]


def query_of(question: Question) -> Query:
    """Return a question as an address states it: complete, and nothing that was left out."""
    found: Query = [("metric", question.metric.name)]
    found += [("by", name) for name in question.by or (NOTHING,)]
    if question.as_at:
        found.append(("as_at", question.as_at.isoformat()))
    if question.since:
        found.append(("from", question.since.isoformat()))
    return found + [("employer", code) for code in question.employers]


def to_explore(question: Question, *more: tuple[str, str]) -> str:
    """Return the address of a question's answer."""
    return f"{reverse('grid:explore')}?{urlencode([*query_of(question), *more])}"


def views(question: Question, view: str, *, cited: list[str]) -> list[tuple[str, str, bool]]:
    """Return the ways to look at an answer: words, address, and whether it is the one in force."""
    words = {"both": _("Chart and table"), "chart": _("Chart"), "table": _("Table")}
    kept = [("release", one) for one in cited]
    return [
        (said, to_explore(question, ("view", one), *kept), one == view)
        for one, said in words.items()
    ]


def citation(request: HttpRequest, found: Answer, title: str) -> Citation:
    """Return how an answer is cited: by the releases that hold it, whatever becomes of the data."""
    # The releases say which dates they are of.
    query = [pair for pair in query_of(found.question) if pair[0] not in ("as_at", "from")]
    query += [("release", one) for one in found.releases]
    address = request.build_absolute_uri(f"{reverse('grid:explore')}?{urlencode(query)}")
    main = str(found.main.release) if found.main else ""
    text = _("%(title)s. Muster, release %(release)s.") % {"title": title, "release": main}
    releases = tuple(
        (day(date), reverse("grid:release", args=[table.release]), str(table.release))
        for date, table in found.of_dates.items()
    )
    return Citation(text, address, releases)


def downloads(found: Answer) -> list[Download]:
    """Return what is shown as files of every kind that can be written here."""
    query = [*query_of(found.question)]
    if found.cited:
        query += [("release", one) for one in found.releases]
    said = urlencode(query)
    return [
        Download(_("CSV"), f"{reverse('grid:cells')}?{said}"),
        *(
            Download(name, f"{reverse('grid:taken', args=[kind])}?{said}")
            for kind, name in kinds().items()
        ),
    ]


def why(found: Answer, one: Figure | None) -> str:
    """Return where it is told what stands behind a figure; behind the total, for None."""
    question = found.question
    date = one.as_at if one else question.as_at
    query: Query = [("metric", question.metric.name)]
    query.append(("as_at", date.isoformat() if date else ""))
    parts = {} if one is None else dict(zip([a.name for a in found.axes], one.key, strict=True))
    if len(question.employers) == 1:
        parts = {EMPLOYER: next(iter(question.employers)), **parts}
    query += [(name, code) for name, code in parts.items() if name != DATE]
    return f"{reverse('grid:why')}?{urlencode(query)}"


def next_steps(question: Question, *, builds: bool) -> list[tuple[str, str]]:
    """Return where a reader may go from an answer: words and address each.

    Args:
        question: what is shown.
        builds: whether the reader may build dashboards.
    """
    steps = [(_("What changed since the date before, and why"), to_changes(question))]
    if builds:
        query = urlencode(query_of(question))
        steps.append((_("Pin this to a dashboard"), f"{reverse('dashboards:pin')}?{query}"))
    about = _ABOUT.get(question.metric.name) or _OF_THEMES.get(theme_of(question.metric))
    if about:
        words, page = about
        steps.append((str(words), reverse(page)))
    return steps


def of_metric(name: str, **more: str) -> str:
    """Return the address of Explore for a metric; ``more`` are a breakdown, a date, an employer."""
    said = {key: value for key, value in more.items() if value}
    return f"{reverse('grid:explore')}?{urlencode({'metric': name, **said})}"


def to_changes(question: Question) -> str:
    """Return where it is told what changed before a date, and why."""
    query: Query = [("metric", question.metric.name)]
    if question.as_at:
        query.append(("as_at", question.as_at.isoformat()))
    query += [("employer", code) for code in list(question.employers)[:1]]
    return f"{reverse('grid:changes')}?{urlencode(query)}"

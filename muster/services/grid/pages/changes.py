"""What changed since the date before, and why: each number released, each cause linked."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.gates.release import ReleasedCell
from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.jinja import day
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, page, render
from muster.services.grid.changes import Changes, Pair, Restated, changes, in_words
from muster.services.grid.explore.asking import EMPLOYER, Address
from muster.services.grid.feeds_behind import Behind
from muster.services.grid.forms import ChangesForm
from muster.services.grid.pages.why import file_cell


@page("see figures")
@require_safe
def changed(request: PageRequest) -> HttpResponse:
    """Show what changed up to a date since the date before, and what tells why."""
    get = request.GET.get
    chosen = tuple(one for one in (get("employer", ""),) if one)
    address = Address(get("metric", ""), (), get("as_at", ""), "", chosen)
    found = changes(address, purpose=request.purpose, by=request.actor.id, clock=SYSTEM_CLOCK)
    question = found.question
    context = {
        "found": found,
        "question": question,
        "metric": question.metric,
        "filter_form": ChangesForm(question),
        "who": ", ".join(question.employers.values()),
        "total": _total(found),
        "parts": _parts(request, found),
        "flows": _flows(request, found),
        "restated": [_restated(request, one) for one in found.restated],
        "feeds": _feeds(request, found),
        "explore": _explore(found, question.metric.name, ""),
    }
    return render(request, "grid/changes.html", context)


def _total(found: Changes) -> dict[str, str] | None:
    if found.total is None or found.before is None or found.question.as_at is None:
        return None
    return {
        "before": _shown(found.total.before),
        "now": _shown(found.total.now),
        "change": change_of(found.total),
        "on": day(found.before),
        "until": day(found.question.as_at),
    }


def change_of(pair: Pair) -> str:
    """Return a change in words; of two bands, or of a gap, nothing more exact is told."""
    change = pair.change
    if change:
        return in_words(change)
    if pair.before is None or pair.now is None:
        return _("Cannot be compared")
    if pair.now.kind == "exact" and change is not None:
        return _("No change")
    return _("No change told") if not pair.differs else _("Not told")


def _shown(cell: ReleasedCell | None) -> str:
    return _("No return") if cell is None else cell.shown


def _dates(found: Changes) -> tuple[Column, Column, Column]:
    before, now = found.before, found.question.as_at
    return (
        Column(day(before) if before else "", numeric=True),
        Column(day(now) if now else "", numeric=True),
        Column(_("Change"), numeric=True),
    )


def _parts(request: PageRequest, found: Changes) -> Table | None:
    dimension = found.question.metric.dimension(found.by)
    if not found.parts or dimension is None:
        return None
    return table(
        request,
        caption=_("By %(what)s, the largest change first") % {"what": dimension.title.lower()},
        columns=[Column(dimension.title), *_dates(found)],
        rows=[
            (
                Cell(pair.label, href=_this(found, pair.code) if found.by == EMPLOYER else ""),
                _shown(pair.before),
                _shown(pair.now),
                change_of(pair),
            )
            for pair in found.parts
        ],
        empty="",
    )


def _flows(request: PageRequest, found: Changes) -> Table | None:
    if not found.flows:
        return None
    code = next(iter(found.question.employers), "")
    return table(
        request,
        caption=_("Who came, went and moved"),
        columns=[Column(_("Figure")), *_dates(found)],
        rows=[
            (
                Cell(
                    flow.metric.title,
                    href=_explore(found, flow.metric.name, code),
                    note=_("In the %(months)s months to each date")
                    % {"months": flow.metric.measure.months}
                    if flow.metric.measure.months > 1
                    else _("In the month to each date"),
                ),
                _shown(flow.pair.before),
                _shown(flow.pair.now),
                change_of(flow.pair),
            )
            for flow in found.flows
        ],
        empty="",
    )


def _restated(request: PageRequest, found: Restated) -> dict[str, Any]:
    then, now = (
        Column(_("As released on %(date)s") % {"date": day(found.earlier.released_at)},
               numeric=True),
        Column(_("As released now"), numeric=True),
    )  # fmt: skip
    return {
        "table": table(
            request,
            caption=_("Restated figures of %(date)s") % {"date": day(found.as_at)},
            columns=[Column(_("Of")), then, now, Column(_("Change"), numeric=True)],
            rows=[
                (pair.label or _("Total"), _shown(pair.before), _shown(pair.now), change_of(pair))
                for pair in found.pairs
            ],
            empty="",
        ),
        "then": reverse("grid:release", args=[found.earlier.release]),
        "now": reverse("grid:release", args=[found.now]),
        "redefined": found.earlier.redefined,
    }


def _feeds(request: PageRequest, found: Changes) -> Table:
    return table(
        request,
        caption=_("Feeds that came late, are awaited or were corrected"),
        columns=[
            Column(_("Employer or system")), Column(_("Date")), Column(_("What happened")),
            Column(_("File")),
        ],
        rows=[
            (one.who, day(one.as_at), _happened(one), _file(request, one)) for one in found.behind
        ],
        empty=_("All feeds behind both dates came when they usually do, and none was replaced.")
        if found.feeds
        else _("Which feeds these figures rest on is told behind each figure."),
    )  # fmt: skip


def _happened(one: Behind) -> Cell:
    if one.why == "awaited":
        return Cell(_("Awaited"), tag="red", note=_("due %(day)s") % {"day": day(one.due)})
    if one.why == "replaced" and one.instead is not None:
        when = _("on %(day)s") % {"day": day(one.instead.received_at)}
        return Cell(_("Corrected"), tag="blue", note=when)
    came = day(one.feed.received_at) if one.feed else ""
    words = _("came %(came)s, due or usual %(due)s")
    return Cell(_("Late"), tag="orange", note=words % {"came": came, "due": day(one.due)})


def _file(request: PageRequest, one: Behind) -> Cell | str:
    feed = one.instead or one.feed
    if feed is None:
        return _("None yet")
    note = _("instead of %(name)s") % {"name": one.feed.name} if one.instead and one.feed else ""
    return file_cell(request, feed, note=note)


def _explore(found: Changes, metric: str, code: str) -> str:
    """Return where a figure of both dates is explored."""
    query = [("metric", metric), ("by", "none")]
    if found.question.as_at:
        query.append(("as_at", found.question.as_at.isoformat()))
    if found.before:
        query.append(("from", found.before.isoformat()))
    chosen = code or next(iter(found.question.employers), "")
    query += [(EMPLOYER, chosen)] if chosen else []
    return f"{reverse('grid:explore')}?{urlencode(query)}"


def _this(found: Changes, code: str) -> str:
    query = {"metric": found.question.metric.name, "employer": code}
    if found.question.as_at:
        query["as_at"] = found.question.as_at.isoformat()
    return f"{reverse('grid:changes')}?{urlencode(query)}"

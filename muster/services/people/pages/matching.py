"""Pairs of records that may be of one person: the queue, one pair side by side, and undoing.

A pair is within reach where both of its records are: nobody learns from it that somebody works at
an employer whose records they may not see.
"""

import datetime as dt
import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.gates.access import Subject
from muster.gates.looks import note_look
from muster.gates.people import viewer_of
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import MusterError, NotFound
from muster.pagekit.jinja import day, moment, short_day
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Paging, Table, pagination, table
from muster.pagekit.views import PageRequest, no_such, page, render, require, within
from muster.register.employers.queries import titles
from muster.register.people.matching import actions, queries
from muster.register.people.matching.queries import PairView, Shown
from muster.register.people.matching.records import Held, Line, SideBySide, side_by_side
from muster.services.people.pages.matching_forms import Decide, MatchFilters, Why
from muster.services.people.pages.matching_words import (
    AGREES,
    FIELDS,
    SAYS,
    SHOWN,
    WHY,
    reason_words,
)
from muster.services.people.wording import ENGAGEMENTS

_PAGE, _LONG_QUEUE = 25, 10_000


@page("match people")
@require_safe
def matches(request: PageRequest) -> HttpResponse:
    """Show the pairs within reach that are to be decided, or were."""
    own, viewer = within(request, "match people"), viewer_of(request.actor)
    asked_of = queries.employers_asked(employer=own, viewer=viewer)
    form = MatchFilters(request.GET, employers=asked_of)
    asked = form.cleaned_data if form.is_valid() else {}
    shown: Shown = asked.get("shown") or "open"
    only = uuid.UUID(asked["employer"]) if asked.get("employer") else None
    total = queries.pairs(shown, employer=own, only=only, viewer=viewer, limit=0).total
    paging = Paging.asked(request, total=total, size=_PAGE)
    found = queries.pairs(
        shown, employer=own, only=only, viewer=viewer, start=paging.offset, limit=paging.size
    ).pairs
    counts = queries.counts(employer=own, viewer=viewer)
    context = {
        "said": take_notice(request),
        "search": form,
        "counts": [(SHOWN[kind], count, f"?shown={kind}") for kind, count in counts.items()],
        "pairs": _table(request, found, shown),
        "paging_now": paging,
        "page_links": pagination(request, paging),
        "shown": SHOWN[shown],
    }
    return render(request, "people/matches.html", context)


@page("match people")
@require_http_methods(["GET", "HEAD", "POST"])
def match(request: PageRequest, first: uuid.UUID, second: uuid.UUID) -> HttpResponse:
    """Show two records side by side and what speaks for one person; take the decision."""
    pair, both = _within(request, first, second)
    form = Decide(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        answer = _decided(request, pair, form)
        if answer is not None:
            return answer
    persons = queries.persons_of([pair.first, pair.second])
    note_look(request.actor, what="pair of records", purpose=request.purpose, people=persons)
    before, after = _neighbours(request, pair)
    context = {
        "form": form,
        "said": take_notice(request),
        "pair": pair,
        "both": both,
        "why": WHY.get(pair.why, ""),
        "lines": _side_by_side(request, both),
        "reasons": _reasons(request, pair),
        "decided": _decision(pair),
        "before": before,
        "after": after,
        "may_confirm": pair.tie is not None and not pair.acts and pair.by != request.actor.id,
        "undo": Why(None, auto_id="undo_%s"),
    }
    return render(request, "people/match.html", context)


@page("match people")
@require_POST
def confirm(request: PageRequest, first: uuid.UUID, second: uuid.UUID) -> HttpResponse:
    """Confirm somebody else's link that bears pay."""
    pair, _both = _within(request, first, second)
    if pair.tie is None:
        raise no_such("pair")
    actions.confirm(tie=pair.tie, by=request.actor.id, clock=SYSTEM_CLOCK)
    leave_notice(request, _("The link is confirmed. Both records are of one person now."))
    return redirect("people:match", pair.first, pair.second)


@page("match people")
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: PageRequest, first: uuid.UUID, second: uuid.UUID) -> HttpResponse:
    """Ask why, then take a decision or a link back."""
    pair, both = _within(request, first, second)
    if pair.tie is None:
        raise NotFound(_("Nothing is decided about this pair"), fix=_("Go back to the pair"))
    form = Why(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        actions.undo(
            tie=pair.tie, reason=form.cleaned_data["reason"], by=request.actor.id,
            clock=SYSTEM_CLOCK,
        )  # fmt: skip
        leave_notice(request, _("The decision is undone. All is as if it had never been."))
        return redirect("people:matches")
    context = {"form": form, "pair": pair, "both": both, "decided": _decision(pair)}
    return render(request, "people/match_undo.html", context)


def _within(
    request: PageRequest, first: uuid.UUID, second: uuid.UUID
) -> tuple[PairView, SideBySide]:
    """Return a pair that is asked about or decided, and both records.

    Raises:
        NotFound: if there is no such pair, one of its records is out of reach, or one is of
            somebody of whom the actor may not know.
    """
    pair = queries.pair_of(first, second, viewer=viewer_of(request.actor))
    both = side_by_side(pair.first, pair.second) if pair else None
    if pair is None or both is None:
        raise no_such("pair")
    for employer in pair.employers:
        require(request, "match people", Subject("pair", employer))
    return pair, both


def _decided(request: PageRequest, pair: PairView, form: Decide) -> HttpResponse | None:
    """Record a decision and go on to the next pair; None if it could not be, with the reason."""
    _before, after = _neighbours(request, pair)
    says = form.cleaned_data["says"]
    try:
        actions.decide(
            first=pair.first, second=pair.second, says=says, reason=form.cleaned_data["reason"],
            by=request.actor.id, clock=SYSTEM_CLOCK,
        )  # fmt: skip
    except MusterError as problem:
        form.add_error("reason", f"{problem.what}. {problem.fix}.")
        return None
    if says == "same" and pair.pays:
        said = _("You said that they are one person. Pay hangs on it: another person confirms it.")
    else:
        said = _("Decided: %(what)s.") % {"what": str(SAYS[says][0]).lower()}
    leave_notice(request, said)
    return redirect(after or reverse("people:matches"))


def _neighbours(request: PageRequest, pair: PairView) -> tuple[str, str]:
    """Return the addresses of the questions before and after a pair; empty where there is none."""
    own = within(request, "match people")
    listed = [
        (one.first, one.second)
        for one in queries.pairs(
            "open", employer=own, viewer=viewer_of(request.actor), limit=_LONG_QUEUE
        ).pairs
    ]
    here = (pair.first, pair.second)
    if here not in listed:
        return "", reverse("people:match", args=listed[0]) if listed else ""
    at = listed.index(here)
    before, after = listed[at - 1 : at] if at else [], listed[at + 1 : at + 2]
    return tuple(  # type: ignore[return-value]
        reverse("people:match", args=one[0]) if one else "" for one in (before, after)
    )


def _table(request: PageRequest, found: tuple[PairView, ...], shown: Shown) -> Table:
    named = titles([employer for one in found for employer in one.employers])
    decided = shown != "open"
    rows = []
    for one in found:
        address = reverse("people:match", args=[one.first, one.second])
        both = " / ".join(dict.fromkeys(named[employer] for employer in one.employers))
        rows.append(
            (
                Cell(_words(one), address, unseen=both),
                both,
                Cell(_("Yes"), tag="yellow") if one.pays else _("No"),
                Cell(str(SAYS[one.says][0]), tag=SAYS[one.says][1])
                if one.says
                else str(WHY.get(one.why, "")),
                *([short_day(localtime(one.at))] if decided and one.at else []),
            )
        )
    return table(
        request,
        caption=str(SHOWN[shown]),
        columns=[
            Column(_("How likely one person")),
            Column(_("Employers")),
            Column(_("Bears pay")),
            Column(_("Decision") if decided else _("Why it is asked")),
            *([Column(_("On"))] if decided else []),
        ],
        rows=rows,
        empty=_("No pair of records is listed here."),
    )


def _words(one: PairView) -> str:
    """Return how likely a pair is of one person, never as more certain than the model is."""
    if one.probability is None:
        return _("Not weighed")
    share = min(one.probability, 0.9999)
    return _("%(percent)s%%") % {"percent": f"{share * 100:.2f}".rstrip("0").rstrip(".")}


def _side_by_side(request: PageRequest, both: SideBySide) -> Table:
    rows = [(str(FIELDS[line.field]), *_values(line), _agreement(line)) for line in both.lines]
    return table(
        request,
        caption=_("Both records side by side"),
        columns=[
            Column(_("Field")),
            Column(_headed(both.first, _("First record"))),
            Column(_headed(both.second, _("Second record"))),
            Column(_("Compared")),
        ],
        rows=rows,
        empty="",
    )


def _headed(held: Held, words: str) -> str:
    return f"{words}: {held.employer}, {held.staff_number}"


def _values(line: Line) -> tuple[str, str]:
    return _shown(line.field, line.first), _shown(line.field, line.second)


def _shown(field: str, value: object) -> str:
    if field == "nino":
        return _("Stated") if value else _("Not stated")
    if value is None:
        return _("Not stated")
    if isinstance(value, dt.date):
        return day(value)
    return str(ENGAGEMENTS.get(str(value), value))


def _agreement(line: Line) -> Cell:
    words, colour = AGREES[line.agrees]
    return Cell(str(words), tag=colour)


def _reasons(request: PageRequest, pair: PairView) -> Table:
    return table(
        request,
        caption=_("What speaks for one person, and what against"),
        columns=[
            Column(_("Field")),
            Column(_("How both agree")),
            Column(_("What that tells")),
            Column(_("Evidence in bits"), numeric=True),
        ],
        rows=[(*reason_words(one), f"{one['bits']:+.1f}") for one in pair.evidence],
        empty=_("Nobody weighed these two records."),
    )


def _decision(pair: PairView) -> list[tuple[str, object]]:
    """Return what was decided about a pair, as facts; empty if nothing was."""
    if pair.tie is None:
        return []
    words, colour = SAYS[pair.says]
    made = _("A run, on strong evidence") if pair.run else pair.by
    facts: list[tuple[str, object]] = [
        (_("Decision"), Cell(str(words), tag=colour)),
        (_("By"), made),
        (_("On"), moment(pair.at)),
        (_("Reason"), pair.reason),
    ]
    if not pair.acts:
        facts.append((_("In force"), _("Not yet: another person confirms it")))
    if pair.confirmed_by:
        facts.append((_("Confirmed by"), pair.confirmed_by))
    return facts

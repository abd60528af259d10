"""Values on which sources disagree: the queue, one side by side, settling, confirming, undoing.

A caseworker sees a disagreement in which their employer's own sources take part: what these state,
and of any other employer only that it says otherwise. What pay hangs on, and what sets another
employer's word aside, is confirmed by a second person.
"""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.gates.access import may_ever
from muster.gates.looks import note_look
from muster.gates.people import viewer_of
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import MusterError, NotFound
from muster.pagekit.downloads import as_csv
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Download, Paging, pagination, query_with
from muster.pagekit.views import PageRequest, no_such, page, render, within
from muster.register.people.survivorship import actions, queries
from muster.register.people.survivorship.queries import Disagreement, Shown
from muster.register.people.survivorship.table import rules
from muster.services.people.pages.conflict_forms import ConflictFilters, Settle
from muster.services.people.pages.conflict_tables import (
    choices,
    csv_rows,
    decision_list,
    employers_of,
    queue_table,
    side_by_side,
)
from muster.services.people.pages.matching_forms import Why
from muster.services.people.pages.value_words import FIELDS, SHOWN

_PAGE = 25


@page("settle conflicts")
@require_safe
def conflicts(request: PageRequest) -> HttpResponse:
    """Show disagreements within reach, the oldest first; as a file without any value."""
    every = _queue(request)
    form = ConflictFilters(request.GET, employers=employers_of(every))
    asked = form.asked(SYSTEM_CLOCK.now())
    shown: Shown = form.cleaned_data.get("shown") or "open"
    found = queries.chosen(every, shown, **asked)
    if request.GET.get("as") == "csv":
        _note(request, "conflicts", found)
        return as_csv("conflicts.csv", *csv_rows(found))
    paging = Paging.asked(request, total=len(found), size=_PAGE)
    listed = found[paging.offset : paging.offset + paging.size]
    if listed:
        _note(request, "conflicts", listed)
    counts = {kind: len(queries.chosen(every, kind, **asked)) for kind in queries.KINDS}
    context = {
        "said": take_notice(request),
        "search": form,
        "counts": [(SHOWN[kind], count, f"?shown={kind}") for kind, count in counts.items()],
        "conflicts": queue_table(
            request, listed, shown,
            downloads=[Download(_("CSV"), query_with(request, **{"as": "csv", "page": None}))],
        ),
        "paging_now": paging,
        "page_links": pagination(request, paging),
    }  # fmt: skip
    return render(request, "people/conflicts.html", context)


@page("settle conflicts")
@require_http_methods(["GET", "HEAD", "POST"])
def conflict(request: PageRequest, person: uuid.UUID, field: str) -> HttpResponse:
    """Show what each source states and what the rules make of it; take the decision."""
    one = _within(request, person, field)
    own, standing = within(request, "settle conflicts"), one.shown == "open"
    form = Settle(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and standing:
        answer = _settled(request, one, form)
        if answer is not None:
            return answer
    _note(request, "conflict", (one,))
    before, after = _neighbours(request, one)
    rule = rules().fields[one.field]
    context = {
        "form": form,
        "said": take_notice(request),
        "one": one,
        "title": FIELDS[one.field],
        "seen": actions.fingerprint(one.own),
        "sources": side_by_side(request, one),
        "choices": choices(one) if standing else [],
        "decided": decision_list(one),
        "second": rule.bears_pay or (one.elsewhere and own is not None),
        "may_confirm": one.shown == "second" and _may_confirm(request, one, own),
        "here": _address(one),
        "confirm": _address(one, "conflict-confirm"),
        "undo": _address(one, "conflict-undo"),
        "before": before,
        "after": after,
        "record": reverse("people:person", args=[person])
        if may_ever(request.actor, "see person")
        else "",
    }
    return render(request, "people/conflict.html", context)


@page("settle conflicts")
@require_POST
def confirm(request: PageRequest, person: uuid.UUID, field: str) -> HttpResponse:
    """Confirm somebody else's decision."""
    one = _within(request, person, field)
    if one.decision is None:
        raise no_such("conflict")
    actions.confirm(
        settlement=one.decision.id, by=request.actor.id, clock=SYSTEM_CLOCK,
        employer=within(request, "settle conflicts"),
    )  # fmt: skip
    leave_notice(request, _("The decision is confirmed. It counts from now on."))
    return redirect(_address(one))


@page("settle conflicts")
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: PageRequest, person: uuid.UUID, field: str) -> HttpResponse:
    """Ask why, then take a decision back."""
    one = _within(request, person, field)
    if one.decision is None:
        raise NotFound(_("Nothing is decided here"), fix=_("Go back to the list"))
    form = Why(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        actions.undo(
            settlement=one.decision.id, reason=form.cleaned_data["reason"], by=request.actor.id,
            clock=SYSTEM_CLOCK,
        )  # fmt: skip
        leave_notice(request, _("The decision is undone. The sources disagree again."))
        return redirect("people:conflicts")
    context = {
        "form": form, "one": one, "title": FIELDS[one.field], "decided": decision_list(one),
        "here": _address(one),
    }  # fmt: skip
    return render(request, "people/conflict_undo.html", context)


def _queue(request: PageRequest) -> tuple[Disagreement, ...]:
    own = within(request, "settle conflicts")
    return queries.disagreements(employer=own, viewer=viewer_of(request.actor))


def _within(request: PageRequest, person: uuid.UUID, field: str) -> Disagreement:
    """Return a disagreement within reach.

    Raises:
        NotFound: if there is none, or the actor's employer has no part in it, or the actor may not
            know of the person.
    """
    own = within(request, "settle conflicts")
    found = queries.disagreement(
        person, field, request.GET.get("of", ""), employer=own, viewer=viewer_of(request.actor)
    )
    if found is None:
        raise no_such("conflict")
    return found


def _settled(request: PageRequest, one: Disagreement, form: Settle) -> HttpResponse | None:
    """Record a decision and go on to the next one; None if it could not be, with the reason."""
    _before, after = _neighbours(request, one)
    said = form.cleaned_data
    try:
        made = actions.settle(
            person=one.person, field=one.field, of=one.employer, record=said["record"],
            reason=said["reason"], by=request.actor.id, clock=SYSTEM_CLOCK, seen=said["seen"],
            employer=within(request, "settle conflicts"),
        )  # fmt: skip
    except MusterError as problem:
        form.add_error("reason", f"{problem.what}. {problem.fix}.")
        return None
    words = _("Settled. It counts from now on.")
    if not made.acts:
        words = _("You said which one is right. It counts once another person has confirmed it.")
    leave_notice(request, words)
    return redirect(after or reverse("people:conflicts"))


def _may_confirm(request: PageRequest, one: Disagreement, own: uuid.UUID | None) -> bool:
    held = one.decision
    if held is None or held.decided_by == request.actor.id:
        return False
    return own is None or not one.elsewhere or held.employer != own


def _neighbours(request: PageRequest, one: Disagreement) -> tuple[str, str]:
    """Return the addresses of the questions before and after one; empty where there is none."""
    listed = queries.chosen(_queue(request), "open")
    keys = [(each.person, each.field, each.employer) for each in listed]
    here = (one.person, one.field, one.employer)
    if here not in keys:
        return "", _address(listed[0]) if listed else ""
    at = keys.index(here)
    before, after = listed[at - 1 : at] if at else (), listed[at + 1 : at + 2]
    return _address(before[0]) if before else "", _address(after[0]) if after else ""


def _address(one: Disagreement, name: str = "conflict") -> str:
    address = reverse(f"people:{name}", args=[one.person, one.field])
    return f"{address}?{urlencode({'of': one.employer})}" if one.employer else address


def _note(request: PageRequest, what: str, found: tuple[Disagreement, ...]) -> None:
    people = sorted({one.person for one in found})
    note_look(request.actor, what=what, purpose=request.purpose, people=people)

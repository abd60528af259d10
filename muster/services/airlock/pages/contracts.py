"""Contracts: which there are, what each holds, and how its revisions came about."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.gates.access import may_ever
from muster.hub import contract_queries as queries
from muster.hub.contract_queries import ContractDetail, RevisionView
from muster.hub.contracts import ContractField
from muster.kernel.errors import NotFound
from muster.pagekit.jinja import moment
from muster.pagekit.notices import take_notice
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.services.airlock.wording import CLASSES, REVISION_STATES, RULES


@page("see messages")
@require_safe
def contracts(request: PageRequest) -> HttpResponse:
    """List every contract and its revision in force."""
    shown = table(
        request,
        caption=_("Contracts"),
        columns=[
            Column(_("Contract")),
            Column(_("In force")),
            Column(_("Drafts"), numeric=True),
            Column(_("Routes"), numeric=True),
        ],
        rows=[
            (
                Cell(one.title, reverse("airlock:contract", args=[one.name]), note=one.name),
                _("Revision %(number)s") % {"number": one.live}
                if one.live
                else Cell(_("None"), tag="grey"),
                one.drafts,
                one.routes,
            )
            for one in queries.contracts()
        ],
        empty=_("There is no contract yet."),
    )
    manage = may_ever(request.actor, "manage contracts")
    context = {"contracts": shown, "may_manage": manage, "said": take_notice(request)}
    return render(request, "airlock/contracts.html", context)


@page("see messages")
@require_safe
def contract(request: PageRequest, name: str) -> HttpResponse:
    """Show one contract: its fields, and its revisions with what each changed."""
    found = one_contract(name)
    context = {
        "contract": found,
        "said": take_notice(request),
        "fields": _fields(request, found.fields),
        "revisions": _revisions(request, found),
        "may_manage": may_ever(request.actor, "manage contracts"),
    }
    return render(request, "airlock/contract.html", context)


@page("see messages")
@require_safe
def revision(request: PageRequest, name: str, number: int) -> HttpResponse:
    """Show one revision: its changes in words, who drafted and decided it, and the schema."""
    found, one = one_revision(name, number)
    manage = may_ever(request.actor, "manage contracts")
    undecided = one.state == "draft"
    context = {
        "contract": found,
        "revision": one,
        "state": state_of(one),
        "facts": _facts(one),
        "own": undecided and one.drafted_by == request.actor.id,
        "may_accept": manage and undecided and one.drafted_by != request.actor.id,
        "may_retire": manage and one.kind != queries.SHIPPED and one.state in ("draft", "live"),
    }
    return render(request, "airlock/revision.html", context)


def one_contract(name: str) -> ContractDetail:
    """Return a contract; one that is not there is answered as every page does."""
    try:
        return queries.contract(name)
    except NotFound:
        raise no_such("contract") from None


def one_revision(name: str, number: int) -> tuple[ContractDetail, RevisionView]:
    """Return a contract and one of its revisions."""
    found = one_contract(name)
    one = next((each for each in found.revisions if each.number == number), None)
    if one is None:
        raise no_such("revision")
    return found, one


def state_of(one: RevisionView) -> Cell:
    """Return a revision's state as a tag."""
    words, colour = REVISION_STATES[one.state]
    return Cell(words, tag=colour)


def _fields(request: PageRequest, fields: tuple[ContractField, ...]) -> Table:
    return table(
        request,
        caption=_("Fields"),
        columns=[
            Column(_("Field")),
            Column(_("What it holds")),
            Column(_("Required")),
            Column(_("Personal data")),
        ],
        rows=[
            (
                Cell(one.name, note=one.title if one.title != one.name else ""),
                Cell(_type(one), note=_rules(one)),
                _("Yes") if one.required else _("No"),
                _personal(one),
            )
            for one in fields
        ],
        empty="",
    )


def _type(one: ContractField) -> str:
    if one.rules.get("format") == "date":
        return _("A date")
    return _("A whole number") if one.rules["type"] == "integer" else _("A text")


def _rules(one: ContractField) -> str:
    told = [
        _("one of: %(values)s") % {"values": ", ".join(map(str, value))}
        if word == "enum" else words % {"value": value}
        for word, words in RULES.items()
        if (value := one.rules.get(word)) is not None
    ]  # fmt: skip
    return "; ".join(told)


def _personal(one: ContractField) -> Cell:
    if one.special:
        return Cell(_("Special category"), tag="red")
    return Cell(_("Yes"), tag="orange") if one.personal else Cell(_("No"))


def _revisions(request: PageRequest, found: ContractDetail) -> Table:
    return table(
        request,
        caption=_("Revisions"),
        columns=[
            Column(_("Revision")),
            Column(_("State")),
            Column(_("What it is to the one before")),
            Column(_("Drafted by")),
            Column(_("Accepted by")),
        ],
        rows=[
            (
                Cell(
                    _("Revision %(number)s") % {"number": one.number},
                    reverse("airlock:revision", args=[found.name, one.number]),
                ),
                state_of(one),
                Cell(CLASSES.get(one.kind, one.kind), note="; ".join(one.changes)),
                Cell(one.drafted_by, note=moment(one.drafted_at)),
                Cell(one.accepted_by, note=moment(one.accepted_at)),
            )
            for one in found.revisions
        ],
        empty="",
    )


def _facts(one: RevisionView) -> list[tuple[Any, ...]]:
    facts: list[tuple[Any, ...]] = [
        (_("What it is to the one before"), CLASSES.get(one.kind, one.kind))
    ]
    if one.drafted_at is not None:
        facts += [(_("Drafted by"), one.drafted_by), (_("Drafted"), moment(one.drafted_at))]
    if one.accepted_at is not None:
        facts += [
            (_("Accepted by"), one.accepted_by),
            (_("Accepted"), moment(one.accepted_at)),
            (_("Reason"), one.accepted_because or _("None is recorded")),
        ]
    if one.retired_at is not None:
        facts += [
            (_("Retired by"), one.retired_by),
            (_("Retired"), moment(one.retired_at)),
            (_("Reason"), one.retired_because),
        ]
    return facts

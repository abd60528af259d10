"""Disagreements as tables: the queue, the sources of one side by side, and what was decided."""

import uuid
from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from muster.pagekit.jinja import day, moment, short_day
from muster.pagekit.tables import Cell, Column, Download, Table, table
from muster.pagekit.views import PageRequest
from muster.register.employers.queries import titles
from muster.register.people.survivorship.queries import Disagreement, Shown
from muster.services.people.pages.value_words import (
    ELSEWHERE,
    FIELDS,
    NEVER_LISTED,
    SHOWN,
    SYSTEM_KINDS,
    value_words,
)


def employers_of(found: Iterable[Disagreement]) -> list[tuple[uuid.UUID, str]]:
    """Return the employers whose sources take part, by title."""
    ids = {employer for one in found for employer in one.employers}
    return sorted(titles(list(ids)).items(), key=lambda one: one[1])


def queue_table(
    request: PageRequest,
    found: Sequence[Disagreement],
    shown: Shown,
    *,
    downloads: Sequence[Download],
) -> Table:
    """Return the queue; birth dates, numbers and the like stand on the page of each one alone."""
    named = dict(employers_of(found))
    rows = []
    for one in found:
        address = reverse("people:conflict", args=[one.person, one.field])
        if one.employer:
            address += f"?{urlencode({'of': one.employer})}"
        rows.append(
            (
                Cell(str(FIELDS[one.field]), address, unseen=one.name),
                one.name or _("No name"),
                _stated(one),
                ", ".join(named[each] for each in one.employers),
                short_day(localtime(one.since)),
            )
        )
    return table(
        request,
        caption=str(SHOWN[shown]),
        columns=[
            Column(_("What")),
            Column(_("Name")),
            Column(_("What is stated")),
            Column(_("Employers")),
            Column(_("There since")),
        ],
        rows=rows,
        empty=_("Nothing is listed here: no sources within your reach disagree in this way."),
        downloads=downloads if rows else (),
    )


def csv_rows(found: Sequence[Disagreement]) -> tuple[list[str], list[Sequence[str]]]:
    """Return the headings and rows of the queue as a file."""
    named = dict(employers_of(found))
    headings = [_("What"), _("Name"), _("What is stated"), _("Employers"), _("There since")]
    return headings, [
        (
            str(FIELDS[one.field]),
            one.name,
            _stated(one),
            ", ".join(named[each] for each in one.employers),
            localtime(one.since).date().isoformat(),
        )
        for one in found
    ]


def side_by_side(request: PageRequest, one: Disagreement) -> Table:
    """Return what each source states, as far as it may be seen."""
    named = dict(employers_of([one]))
    rows: list[tuple[object, ...]] = [
        (
            Cell(named[uuid.UUID(hex=said.employer)], note=_system(said.system, said.kind)),
            value_words(said),
            day(said.since),
            day(said.heard) if said.heard else _("Not known"),
            Cell(_("Shown until it is settled"), tag="yellow")
            if said is one.own[0] and one.first and one.shown != "settled"
            else "",
        )
        for said in one.own
    ]
    if one.elsewhere:
        rows.append((_("Another employer"), str(ELSEWHERE), "", "", ""))
    return table(
        request,
        caption=_("What each source states"),
        columns=[
            Column(_("Source")),
            Column(_("Value")),
            Column(_("Since")),
            Column(_("Last stated")),
            Column(_("Now")),
        ],
        rows=rows,
        empty="",
    )


def choices(one: Disagreement) -> list[tuple[str, str, str]]:
    """Return the values to choose from: the record that states it, words, and the key to press."""
    first: dict[str, tuple[str, str]] = {}
    for said in one.own:
        first.setdefault(said.compared, (str(uuid.UUID(hex=said.record)), value_words(said)))
    return [
        (record, words, str(number) if number < 10 else "")
        for number, (record, words) in enumerate(first.values(), start=1)
    ]


def decision_list(one: Disagreement) -> list[tuple[str, object]]:
    """Return what was decided; empty if nothing was."""
    held = one.decision
    if held is None:
        return []
    right = next((said for said in one.own if said.record == held.record), None)
    facts: list[tuple[str, object]] = [
        (_("Right is"), value_words(right) if right else _("What another employer says")),
        (_("By"), held.decided_by or _("Somebody outside your employer")),
        (_("On"), moment(held.recorded_from)),
        (_("Reason"), held.reason or _("Not shown")),
    ]
    if not held.acts:
        facts.append((_("In force"), _("Not yet: another person confirms it")))
    if held.confirmed_by:
        facts.append((_("Confirmed by"), held.confirmed_by))
    return facts


def _stated(one: Disagreement) -> str:
    """Return what is stated, unless it is nothing for a list."""
    if one.field in NEVER_LISTED:
        return _("Shown on its own page")
    words = list(dict.fromkeys(value_words(said) for said in one.own))
    return " / ".join([*words, str(ELSEWHERE)] if one.elsewhere else words)


def _system(code: str, kind: str) -> str:
    return f"{SYSTEM_KINDS[kind]}, {code}"

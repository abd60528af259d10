"""How much of a person's record an employer's caseworker sees, and the record as tables."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from muster.gates.looks import LookView
from muster.kernel.days import ONE_DAY
from muster.kernel.money import write_pounds
from muster.pagekit.access_words import PURPOSES, ROLES, glass_words
from muster.pagekit.jinja import day, moment
from muster.pagekit.rows import row_words
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest
from muster.register.people.person_record import (
    AssignmentFact,
    Believed,
    EmploymentFact,
    History,
    IdentifierFact,
    PersonRecord,
)
from muster.services.people.wording import (
    ENDINGS,
    ENGAGEMENTS,
    IDENTIFIERS,
    LOOKS,
    share,
)

# Returns the address of the page that tells where a fact came from.
Trace = Callable[[uuid.UUID], str]


def known_to(record: PersonRecord, employer: uuid.UUID) -> PersonRecord:
    """Return what an employer's own systems say of a person.

    Each employer keeps control of its data: employments elsewhere, and names and identifiers that
    only another employer's system states, are left out.
    """
    employments = [fact for fact in record.history.employments if fact.employer == employer]
    systems = {fact.believed.source.system for fact in employments} - {""}

    def own(fact: Any) -> bool:
        return fact.believed.source.system in systems

    history = record.history
    names, known = tuple(filter(own, record.names)), tuple(filter(own, history.names))
    latest = sorted(names or known, key=lambda fact: fact.believed.valid_from)
    return replace(
        record,
        name=latest[-1].shown if latest else "",
        names=names,
        identifiers=tuple(filter(own, record.identifiers)),
        employments=tuple(fact for fact in record.employments if fact.employer == employer),
        history=History(
            known,
            tuple(filter(own, history.identifiers)),
            tuple(employments),
        ),
    )


def employments_table(request: PageRequest, record: PersonRecord, *, to: Trace) -> Table:
    """Return the employments in force, with the terms of each."""
    rows = []
    for fact in record.employments:
        for terms in fact.assignments or (None,):
            rows.append(_employment_row(fact, terms, to=to))
    return table(
        request,
        caption=_("Employments on %(date)s") % {"date": day(record.as_at)},
        columns=[
            Column(_("Employer")),
            Column(_("Engagement")),
            Column(_("Since")),
            Column(_("Last day")),
            Column(_("Post")),
            Column(_("Grade as stated")),
            Column(_("FTE"), numeric=True),
            Column(_("Full-time pay"), numeric=True),
            Column(_("Place")),
            Column(_("Source")),
        ],
        rows=rows,
        empty=_("No employment is known for this day."),
    )


def names_table(request: PageRequest, record: PersonRecord, *, to: Trace) -> Table:
    """Return the names and identifiers in force."""
    rows = [
        (_("Name"), fact.shown, day(fact.believed.valid_from), source_cell(fact.believed, to))
        for fact in record.names
    ]
    rows += [
        (
            str(IDENTIFIERS[fact.kind]),
            _value(fact),
            day(fact.believed.valid_from),
            source_cell(fact.believed, to),
        )
        for fact in record.identifiers
    ]
    return table(
        request,
        caption=_("Names and identifiers"),
        columns=[Column(_("What")), Column(_("Stated")), Column(_("Since")), Column(_("Source"))],
        rows=rows,
        empty=_("No name is known for this day."),
    )


def history_table(request: PageRequest, record: PersonRecord, *, to: Trace) -> Table:
    """Return everything ever believed, in the order in which it was recorded."""
    history = record.history
    said: list[tuple[Believed, str]] = [(fact.believed, fact.shown) for fact in history.names]
    said += [
        (fact.believed, f"{IDENTIFIERS[fact.kind]}: {_value(fact)}") for fact in history.identifiers
    ]
    for fact in history.employments:
        said.append((fact.believed, f"{_engagement(fact.engagement)}, {fact.employer_title}"))
        said += [(terms.believed, _terms(terms)) for terms in fact.assignments]
    said = list(_once(said))
    said.sort(key=lambda pair: (pair[0].recorded_from, pair[0].valid_from))
    return table(
        request,
        caption=_("Everything ever believed"),
        columns=[
            Column(_("What")),
            Column(_("From")),
            Column(_("Last day")),
            Column(_("Recorded")),
            Column(_("Replaced")),
            Column(_("Source")),
        ],
        rows=[
            (
                words,
                day(believed.valid_from),
                _last_day(believed),
                moment(believed.recorded_from),
                moment(believed.recorded_to) or _("In force"),
                source_cell(believed, to),
            )
            for believed, words in said
        ],
        empty="",
    )


def _once(said: Sequence[tuple[Believed, str]]) -> Iterator[tuple[Believed, str]]:
    """Yield each fact once: terms stand with every state of the employment they belong to."""
    found: dict[uuid.UUID, tuple[Believed, str]] = {}
    for one, words in said:
        if one.id in found:
            before = found[one.id][0]
            until = (
                one.recorded_to and before.recorded_to and max(one.recorded_to, before.recorded_to)
            )
            since = min(one.recorded_from, before.recorded_from)
            one = replace(one, recorded_from=since, recorded_to=until)  # noqa: PLW2901
        found[one.id] = one, words
    yield from found.values()


def looks_table(request: PageRequest, looks: Sequence[LookView]) -> Table:
    """Return who has looked at a record, what at and what for."""
    return table(
        request,
        caption=_("Who has looked at your record"),
        columns=[
            Column(_("When")),
            Column(_("Who")),
            Column(_("In which role")),
            Column(_("What")),
            Column(_("What for")),
        ],
        rows=[
            (
                moment(look.at),
                _("You") if look.by == request.actor.id else Cell(look.name, note=look.by),
                ", ".join(str(ROLES.get(role, role)) for role in look.roles),
                str(LOOKS.get(look.what, look.what)),
                Cell(str(PURPOSES.get(look.purpose, look.purpose)), note=glass_words(look.glass)),
            )
            for look in looks
        ],
        empty=_("Nobody has looked at your record."),
    )


def _employment_row(
    fact: EmploymentFact, terms: AssignmentFact | None, *, to: Trace
) -> tuple[Any, ...]:
    ended = str(ENDINGS.get(fact.ended or "", ""))
    return (
        Cell(fact.employer_title, reverse("people:employer", args=[fact.employer])),
        _engagement(terms.engagement if terms else fact.engagement),
        day(fact.believed.valid_from),
        Cell(_last_day(fact.believed), note=ended),
        Cell(terms.post_title or _("Not stated"), note=terms.post_reference or "") if terms else "",
        terms.grade or _("Not stated") if terms else "",
        share(terms.fte) if terms else "",
        _pay(terms) if terms else _("Not stated"),
        terms.place or _("Not stated") if terms else "",
        source_cell((terms or fact).believed, to),
    )


def _pay(terms: AssignmentFact) -> str:
    """Return what somebody is paid: a salary, or of whoever is paid by the day a rate."""
    if terms.salary is not None:
        return write_pounds(terms.salary)
    if terms.day_rate is not None:
        return _("%(amount)s a day") % {"amount": write_pounds(terms.day_rate)}
    return _("Not stated")


def _terms(terms: AssignmentFact) -> str:
    parts = (_engagement(terms.engagement), terms.post_title, terms.grade, terms.place)
    return ", ".join([*filter(None, parts), f"{share(terms.fte)} {_('FTE')}"])


def _value(fact: IdentifierFact) -> str:
    is_day = fact.kind == "birth_date"
    return day(dt.date.fromisoformat(fact.value)) if is_day else fact.value


def _engagement(code: str) -> str:
    return str(ENGAGEMENTS.get(code, code))


def _last_day(believed: Believed) -> str:
    return day(believed.valid_to - ONE_DAY) if believed.valid_to else ""


def source_cell(believed: Believed, to: Trace) -> Cell:
    """Return the file and row a fact came from, and the way there; or who decided it."""
    source = believed.source
    if source.landing is None:
        return Cell(_("Decided by %(who)s") % {"who": source.decided_by})
    where = row_words(source.row or 0, source.sheets)
    return Cell(where, to(believed.id), note=source.file.rpartition("/")[2])

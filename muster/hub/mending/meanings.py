"""What can be settled once for all: which causes, what a value may be said to mean, and whether
what somebody says can be read.

Only for values of fields that are not personal: a personal value is corrected in its own row.
"""

import uuid
from dataclasses import dataclass

import polars as pl
from django.db.models import Count

from muster.hub.contracts import Contract, ContractField
from muster.hub.intakes import intake_for
from muster.hub.layouts import FieldMapping, Layout
from muster.hub.mending.places import field_titled, layout_named, text_of
from muster.hub.mending.waiting import standing, waiting_of
from muster.hub.models import QuarantinedRow
from muster.hub.parsers import Parser, Unreadable
from muster.hub.quarantine_queries import Without, but_not
from muster.kernel.errors import BadInput, Where

_LONGEST = 300


@dataclass(frozen=True)
class Choice:
    """One thing a value may mean: the text that is read instead, and what comes of it."""

    becomes: str
    words: str


@dataclass(frozen=True)
class Question:
    """A value that rows of a route wait for: what does it mean?

    Args:
        route: the route's code; ``source`` is what its system is called.
        layout: by which the value was read.
        field: the contract's field, ``title`` what people call it.
        stated: the value, as fixes know it.
        reason: why it cannot be read.
        rows: how many rows wait for it, in how many ``feeds``.
        choices: what it may mean, where there is a list of that; else it is free text.
        may_be_empty: whether it may mean that nothing is stated.
    """

    route: str
    source: str
    layout: str
    field: str
    title: str
    stated: str
    reason: str
    rows: int
    feeds: int
    choices: tuple[Choice, ...]
    may_be_empty: bool


def questions(
    cause: str, *, employer: uuid.UUID | None = None, without: Without = ()
) -> tuple[Question, ...]:
    """Return what can be settled once for all of a cause, one for each route, most rows first.

    Rows ``without`` which it is asked are neither counted nor a reason to ask.

    None of it can if the cause is about a person, about no value, or about a value that counts
    only together with another one.
    """
    landings = standing(employer)
    waiting = QuarantinedRow.objects.filter(cause=cause, landing__in=landings)
    waiting = but_not(waiting, without)
    grouped = waiting.values("landing__route", "landing__layout", "field", "reason").annotate(
        rows=Count("id"), feeds=Count("landing", distinct=True)
    )
    found: dict[object, Question] = {}
    for group in grouped.order_by("-rows", "landing__route__code", "landing__layout"):
        route, name = group["landing__route"], group["landing__layout"]
        layout = layout_named(name)
        known = field_titled(layout, group["field"]) if layout is not None else None
        if layout is None or known is None or not _can_be_settled(*known):
            continue
        example = landings.filter(route=route, layout=name, quarantine__cause=cause).first()
        row = next(waiting_of(example, cause=cause), None) if example is not None else None
        stated = text_of(row.cells, known[1]) if row is not None else None
        if example is None or example.route is None or not stated or len(stated) > _LONGEST:
            continue
        counts = (group["rows"], group["feeds"])
        asked = _question(layout, *known, stated, group["reason"], counts)
        code, source = example.route.code, example.route.source.title
        found.setdefault(route, Question(code, source, layout.name, *asked))
    return tuple(found.values())


def why_not_read(text: str, layout: Layout, field: str) -> str | None:
    """Return why a text cannot be read as a field; None if it can. "" says that there is none."""
    contract = intake_for(layout.contract).contract
    stated, parser = contract.field(field), _mapping(layout, field).parser
    if not text:
        return "this field may not be empty" if stated.required else None
    try:
        value = parser.read(text)
    except Unreadable as why:
        return str(why)
    alone = Contract(contract.name, contract.title, (stated,), contract.schema)
    wrong = alone.check(pl.DataFrame({field: [value]}, schema={field: stated.dtype}))
    return None if wrong.is_empty() else str(wrong["reason"][0])


def checked(question: Question, text: str) -> str:
    """Return the text to read instead that somebody means by ``text``.

    Raises:
        BadInput: naming the field, if it cannot be read, or is none of the choices.
    """
    text, layout = text.strip(), layout_named(question.layout)
    for choice in question.choices:
        if choice.becomes.casefold() == text.casefold() or choice.words == _said(text):
            text = choice.becomes
    why = "the layout is offered no more"
    if layout is not None:
        why = why_not_read(text, layout, question.field) or ""
    if len(text) > _LONGEST:
        why = f"longer than {_LONGEST} characters"
    if why:
        among = ", ".join(choice.words for choice in question.choices)
        raise BadInput(
            f"{question.title} cannot be {text!r}: {why}",
            where=Where(field=question.title),
            fix=f"Choose one of {among}" if among else "Give it as it should be read",
        )
    return text


def means(question: Question, becomes: str) -> str:
    """Return what comes of a text that is read instead, in words; "" for nothing."""
    words = {choice.becomes: choice.words for choice in question.choices}
    return words.get(becomes, becomes)


def _can_be_settled(field: ContractField, mapping: FieldMapping) -> bool:
    return not field.personal and mapping.parser.kind != "share"


def _question(
    layout: Layout,
    field: ContractField,
    mapping: FieldMapping,
    stated: str,
    reason: str,
    counts: tuple[int, int],
) -> tuple[str, str, str, str, int, int, tuple[Choice, ...], bool]:
    choices = _choices(field, mapping.parser)
    return (field.name, field.title, stated, reason, *counts, choices, not field.required)


def _choices(field: ContractField, parser: Parser) -> tuple[Choice, ...]:
    """Return each value there is once, with the first code that means it."""
    if parser.kind != "code":
        return tuple(Choice(value, _said(value)) for value in field.rules.get("enum", ()))
    first: dict[str, str] = {}
    for code, value in (parser.codes or {}).items():
        first.setdefault(value, code)
    return tuple(Choice(code, _said(value)) for value, code in first.items())


def _said(value: str) -> str:
    """Return a value of a contract as people say it: ``fixed_term`` is fixed term."""
    return value.replace("_", " ")


def _mapping(layout: Layout, field: str) -> FieldMapping:
    return next(mapping for mapping in layout.fields if mapping.field == field)

"""Dates: in which form a column writes them, and what it leaves open.

Where no date of a column tells which of day and month stands first, or some say one thing and
some the other, a person is asked. So is the day from which a spreadsheet counted.
"""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

import polars as pl

from muster.hub.contracts import ContractField
from muster.hub.mapping.swaps import ENOUGH, may_be_swapped
from muster.hub.parsers import DATE_FORMS, ORDERS, Parser
from muster.hub.parsers.dates import EXCHANGED, form_in_order
from muster.hub.suggesting.profiles import Profile
from muster.hub.suggesting.suggestion import Question, Way
from muster.hub.suggesting.words import Expected

DATE_WAYS: Mapping[str, Mapping[str, Any]] = {
    form: {"parse": "date", "form": form} for form in DATE_FORMS
}
_SERIAL = re.compile(r"[1-7]\d{4}(?:\.0+)?", re.ASCII)
_REAL = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ].*)?", re.ASCII)
_MOSTLY, _SOME = 0.9, 0.2
_YOUNGEST, _AHEAD = 14, 10  # years: for two-digit years of birth, and of other dates
_SLASHED = ("DD/MM/YYYY", "MM/DD/YYYY")
_IN_WORDS = {
    "day first": "The day: 03/04/2026 is 3 April",
    "month first": "The month: 03/04/2026 is 4 March",
}
_EXCHANGED_IN_WORDS = (
    "and a program set to another country exchanged day and month in the cells it took for dates"
)


def date_way(
    field: ContractField, expected: Expected, profile: Profile, *, today: dt.date, chosen: str
) -> Way:
    """Return how the dates of a column are read; see ``ways.best_way``."""
    if not chosen and profile.filled and profile.digits < _SOME:
        return Way("YYYY-MM-DD", DATE_WAYS["YYYY-MM-DD"], 0.0, "its values are no dates")
    serials = profile.share(lambda text: _SERIAL.fullmatch(text) is not None)
    if (not chosen and serials >= _MOSTLY) or chosen.startswith("serial-"):
        return _serial_way(field, serials, chosen)
    fits = {form: profile.read_by(_parser(form, expected, today)) for form in DATE_FORMS}
    form = chosen or max(DATE_FORMS, key=lambda form: (fits[form], form == "YYYY-MM-DD"))
    questions: tuple[Question, ...] = ()
    if form in (*_SLASHED, "DD/MM/YY"):
        form, questions = _ordered(field, form, profile, chosen)
    said = f"{_count(fits[form], profile)} as {form}"
    words: dict[str, Any] = {"parse": "date", "form": form}
    if form == "DD/MM/YY":
        words["pivot"] = _pivot(expected, today)
    if form in _SLASHED and profile.order.either and not questions:
        said += (
            f"; {profile.order.either:,} could be read the other way round, the others could not"
        )
    if serials and profile.looked_at:
        questions = (*questions, _ask_serials(field, must=False))
    if not questions and _exchanged(profile, form, expected, today):
        likely = tuple(order for order in ORDERS if form_in_order(form, order) == form)
        questions = (_ask_order(field, likely, _OPENED_ELSEWHERE),)
    return Way(form, words, fits[form], said, questions)


_OPENED_ELSEWHERE = (
    "Some dates are real date cells and none of those is after the 12th, while others are text:"
    " a program set to another country seems to have opened this file. Which part comes first?"
)


def _ordered(
    field: ContractField, form: str, profile: Profile, chosen: str
) -> tuple[str, tuple[Question, ...]]:
    """Return the form that a column's own dates prove, or ask."""
    order = profile.order
    if form == "DD/MM/YY":
        options: tuple[str, ...] = ORDERS[:1]
        proven = order.day_first and not order.month_first
    else:
        options = ORDERS[:2]
        proven = bool(order.day_first) != bool(order.month_first)
        if proven and not chosen:
            form = "MM/DD/YYYY" if order.month_first else "DD/MM/YYYY"
    if proven or chosen:
        return form, ()
    if order.day_first and order.month_first:
        text = (
            f"{order.day_first:,} dates can only be read with the day first and"
            f" {order.month_first:,} only with the month first. Which part comes first?"
        )
    else:
        text = "No date of this column tells whether day or month comes first. Which one does?"
    return form, (_ask_order(field, options, text),)


def _ask_order(field: ContractField, options: tuple[str, ...], text: str) -> Question:
    said = []
    for order in options:
        words = _IN_WORDS[order.partition(" with ")[0]]
        said.append((order, f"{words}, {_EXCHANGED_IN_WORDS}" if order in EXCHANGED else words))
    return Question(field.name, "order", text, tuple(said))


def _ask_serials(field: ContractField, *, must: bool) -> Question:
    return Question(
        field.name,
        "serials",
        "Some dates are a spreadsheet's serial numbers. From when are the days counted?",
        (
            ("1900", "From 1900, as nearly all spreadsheets do: 46112 is 31 March 2026"),
            ("1904", "From 1904, as old Macintosh spreadsheets did: 46112 is 1 April 2030"),
        ),
        must=must,
    )


def _serial_way(field: ContractField, serials: float, chosen: str) -> Way:
    form = chosen or "serial-1900"
    questions = () if chosen else (_ask_serials(field, must=True),)
    said = "its dates are a spreadsheet's serial numbers"
    return Way(form, {"parse": "date", "form": form}, serials, said, questions)


def _parser(form: str, expected: Expected, today: dt.date) -> Parser:
    return Parser("date", form, pivot=_pivot(expected, today) if form == "DD/MM/YY" else None)


def _pivot(expected: Expected, today: dt.date) -> int:
    return today.year - _YOUNGEST if expected.dates == "birth" else today.year + _AHEAD


def _exchanged(profile: Profile, form: str, expected: Expected, today: dt.date) -> bool:
    """Tell whether a program seems to have exchanged day and month in some cells."""
    real = sum(n for text, n in profile.counts.items() if _REAL.fullmatch(text))
    if form not in _SLASHED or real < ENOUGH or profile.order.slashed < ENOUGH:
        return False
    parser = _parser(form, expected, today)
    text = profile.cells.str.strip_chars()
    iso = text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    slashed = text.str.to_date("%d/%m/%Y" if form[0] == "D" else "%m/%d/%Y", strict=False)
    values = pl.select(pl.coalesce(iso, slashed)).to_series()
    file = pl.repeat(0, len(text), eager=True)
    return may_be_swapped(file, text, values, parser) is not None


def _count(share: float, profile: Profile) -> str:
    """Return how many of a column's values something holds of."""
    if profile.filled == 1:
        return "its one value is a date" if share else "its one value is no date"
    if share >= 1 - 1e-9:
        return f"all {profile.filled:,} values are dates"
    return f"{min(99, round(100 * share))} % of {profile.filled:,} values are dates"

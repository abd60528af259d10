"""Spoken of: the columns by which a file itself says which day it speaks of.

Such a column holds the same day in every row, belongs to no field of the contract, and is about no
person: the latest of all birth dates, or of all first days of work, is not the day of the file.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from muster.hub.contracts import Contract
from muster.hub.parsers import DATE_FORMS, Parser
from muster.hub.suggesting.profiles import Profile, addressable, value_of
from muster.hub.suggesting.suggestion import Suggestion
from muster.hub.suggesting.words import alike, expected_of

# Of a month or a year no day can be told; a bare number may count anything; two digits say no
# century.
_NO_DAY = frozenset(
    ("DD/MM/YY", "YYYYMM", "MMMM YYYY", "YYYY", "serial-1900", "serial-1904")
)  # fmt: skip
_FORMS = tuple(form for form in DATE_FORMS if form not in _NO_DAY)
_FEWEST = 2  # rows: one alone says nothing about what the others would hold
_LIKE = 0.6  # so like a date of the contract its header is no other date


@dataclass(frozen=True)
class Dated:
    """A column that says the day in every row: its header, how it is written, and the day."""

    column: str
    form: str
    day: dt.date


def dated_columns(suggestion: Suggestion) -> tuple[Dated, ...]:
    """Return the columns that may say which day a file speaks of.

    One whose text can be read with the day or the month first stands there once for each.
    """
    plain = {left.header for left in suggestion.left if not left.personal}
    return tuple(
        dated
        for profile in addressable(suggestion.profiles)
        if profile.header in plain and not _like_a_field(profile.header, suggestion.contract)
        for dated in _dated(profile)
    )


def _dated(profile: Profile) -> Iterator[Dated]:
    """Yield the days that a column can mean, each in the first form that reads it."""
    if profile.rows < _FEWEST or profile.filled < profile.rows or len(profile.counts) != 1:
        return
    (text,) = profile.counts
    days: dict[dt.date, str] = {}
    for form in _FORMS:
        day = value_of(Parser("date", form), text)
        if isinstance(day, dt.date):
            days.setdefault(day, form)
    for day, form in days.items():
        yield Dated(profile.header, form, day)


def _like_a_field(header: str, contract: Contract) -> bool:
    """Tell whether a header reads like a date that the contract asks for of each row."""
    return any(
        alike(header, known) >= _LIKE
        for field in contract.fields
        if field.rules.get("format") == "date"
        for known in expected_of(contract.name, field.name, field.title).headers
    )

"""Reads ``messy_people.txt``: what systems send about somebody, and what is believed then.

A case is a title and lines. Feeds come in the order in which they stand: the system (its employer
has the same name), the month and day of 2026 it speaks of, ``delta`` if it is none that lists
everybody, and rows apart by ``;``: a staff number, whose it is if not Martha Mole's, and what the
row says besides the usual. ``-`` says nothing, ``_`` is a space.

What is believed stands below. ``=``: an employment with its first and last day, its kind, how its
end is known and why the person left, or that there is none. ``~``: what a record held from which
day. ``!``: days in dispute, and what stands against them. ``&``: records of one person. ``#``: the
headcount on a day. ``?``: a row of a feed that waits, and why. Kinds of lines that a case does not
have are not looked at, but for ``?`` and ``!``.
"""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

YEAR = 2026
# What ``~`` may tell of.
WORDS = ("fte", "grade", "acting", "absence", "post", "place", "salary")
_FIELDS = {
    "as": "engagement", "reason": "leaving_reason", "acting": "temporary_grade",
    "born": "birth_date", "from": "salary_from", "post": "post_reference",
}  # fmt: skip
_DAYS = ("start", "leaving", "birth_date", "salary_from")
_WHO: dict[str, dict[str, Any]] = {
    "mole": {"surname": "Mole", "forenames": "Martha", "nino": "QA123456C"},
    "vole": {"surname": "Vole", "forenames": "Victor", "nino": "QB123456C"},
}
_USUAL = {
    "birth_date": dt.date(1980, 3, 1), "start": dt.date(2019, 9, 2), "engagement": "permanent",
    "grade": "HEO", "fte": 10**9,
}  # fmt: skip
Row = dict[str, Any]
Record = tuple[str, str]


@dataclass(frozen=True)
class Sent:
    """One feed."""

    system: str
    as_at: dt.date
    rows: tuple[Row, ...]
    full: bool


@dataclass
class Outcome:
    """What is believed, or what a case says is believed; every part in words.

    ``nothing``: the case says that there is no employment.
    """

    employments: set[str] = field(default_factory=set)
    held: dict[tuple[Record, str], str] = field(default_factory=dict)
    disputes: set[str] = field(default_factory=set)
    people: set[frozenset[Record]] = field(default_factory=set)
    headcount: dict[tuple[dt.date, str], str] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    nothing: bool = False


@dataclass(frozen=True)
class Case:
    """A situation: the feeds, and what is believed after them."""

    title: str
    feeds: tuple[Sent, ...]
    expected: Outcome


def cases() -> list[Case]:
    """Return every case of the table."""
    text = (Path(__file__).parent / "messy_people.txt").read_text(encoding="utf-8")
    return [_case(block.split("\n")) for block in text.strip().split("\n\n")]


def employment(
    record: Record, first: dt.date, end: dt.date | None, engagement: str, *ended: str | None
) -> str:
    """Return an employment in the words of the table; ``end`` is the day after the last."""
    last = end - dt.timedelta(days=1) if end else ""
    words = (*record, f"{first}..{last}", engagement, *ended)
    return " ".join(word for word in words if word)


def dispute(record: Record, first: dt.date, end: dt.date | None, against: Record) -> str:
    """Return days in dispute in the words of the table."""
    return f"{employment(record, first, end, 'against')} {' '.join(against)}"


def timeline_of(word: str, line: list[tuple[Any, dt.date]]) -> str:
    """Return values and the day each began, without those that repeat the one before."""
    told: list[str] = []
    before: object = ...
    for value, since in line:
        if value != before:
            told.append(f"{_shown(word, value)} {since}")
        before = value
    return ", ".join(told)


def column_of(word: str) -> str:
    """Return the contract's name of what the table calls by a shorter word."""
    return _FIELDS.get(word, word)


def _shown(word: str, value: Any) -> str:
    if value is None:
        return "-"
    scale = {"fte": -9, "salary": -2}.get(word)
    return str(value) if scale is None else f"{Decimal(value).scaleb(scale).normalize():f}"


def _case(lines: list[str]) -> Case:
    feeds = [line for line in lines[1:] if line.startswith("  ")]
    expected = Outcome()
    for line in lines[1:]:
        kind, _, said = line.partition(" ")
        if said == "nothing":
            expected.nothing = True
        elif kind == "=":
            expected.employments.add(said)
        elif kind == "~":
            record, line_of = said.split(": ", 1)
            system, number, word = record.split()
            expected.held[(system, number), word] = line_of
        elif kind == "!":
            expected.disputes.add(said)
        elif kind == "&":
            named = (one.split() for one in said.split(", "))
            expected.people.add(frozenset((system, number) for system, number in named))
        elif kind == "#":
            day, system, count = said.split()
            expected.headcount[_day(day), system] = count
        elif kind == "?":
            expected.waiting.add(said)
    return Case(lines[0], tuple(map(_sent, feeds)), expected)


def _sent(line: str) -> Sent:
    head, _, rows = line.strip().partition(": ")
    system, day, *kind = head.split()
    return Sent(system, _day(day), tuple(map(_row, rows.split("; "))), not kind)


def _row(text: str) -> Row:
    number, *words = text.split()
    who = words.pop(0) if words and "=" not in words[0] else "mole"
    said: Row = {**_USUAL, **_WHO[who], "staff_number": number}
    for word in words:
        name, _, value = word.partition("=")
        said[column_of(name)] = _value(column_of(name), value.replace("_", " "))
    for name in ("engagement", "absence", "leaving_reason"):
        said[name] = said[name].replace(" ", "_") if said.get(name) else None
    return said


def _value(name: str, text: str) -> Any:
    if text == "-":
        return None
    if name in _DAYS:
        return dt.date.fromisoformat(text)
    if name in ("fte", "salary"):
        return int(Decimal(text).scaleb(9 if name == "fte" else 2))
    return text


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"{YEAR}-{text}")

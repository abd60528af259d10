"""Messy people and messy work: what systems send, and what is believed then, for HR people.

``messy_people.txt`` is the table, ``messy_table.py`` says how to read it. Here the rules alone are
asked; ``tests/integration/test_people_messy.py`` sends the same feeds to the register.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import polars as pl
import pytest

from muster.hub.intakes import Feed
from muster.kernel.days import Period
from muster.kernel.ids import new_id
from muster.register.people.intake import people_intake
from muster.register.people.rules import FURTHER, Spell, Stated, same_person, tell, within
from muster.register.people.sealing import TEMPORARY
from muster.register.people.spelling import other_spellings, searchable, with_spellings
from muster.register.people.telling.overlaps import Source, Standing, settle_over_time
from muster.register.places.rules import read_kind
from tests.spec.messy_table import (
    WORDS,
    Case,
    Outcome,
    Record,
    Row,
    Sent,
    cases,
    column_of,
    dispute,
    employment,
    timeline_of,
)
from tests.tables import rows_of

_TERMS = (
    "engagement", "grade", "fte", "place", "post_reference", "temporary_grade", "absence", "salary",
)  # fmt: skip


class Believer:
    """Believes feeds by the rules alone: no database, every record told from the beginning."""

    def __init__(self, feeds: Iterable[Sent]) -> None:
        self.outcome = Outcome()
        self.rows: dict[Record, dict[dt.date, tuple[Row, Stated]]] = defaultdict(dict)
        self.full: dict[str, set[dt.date]] = defaultdict(set)
        self.waits: dict[Record, set[dt.date]] = defaultdict(set)
        for number, feed in enumerate(feeds, start=1):
            self._hear(number, feed)
        for records in self._people():
            self._count(self._settle(records))

    def _hear(self, number: int, feed: Sent) -> None:
        if feed.full:
            self.full[feed.system].add(feed.as_at)
        self.outcome.headcount.setdefault((feed.as_at, feed.system), "0")
        waiting = dict(faults_of(feed.rows))
        for place, row in enumerate(feed.rows):
            record = (feed.system, row["staff_number"])
            if place in waiting:
                self.outcome.waiting.add(f"{feed.as_at:%m-%d} {waiting[place]}")
                self.waits[record].add(feed.as_at)
            else:
                self.rows[record][feed.as_at] = (row, stated(feed, row, (number, place)))

    def _people(self) -> list[list[Record]]:
        """Return records in groups that share what makes them one person."""
        groups: list[tuple[set[object], list[Record]]] = []
        for record, said in sorted(self.rows.items()):
            keys: set[object] = {identity(row) for row, _ in said.values()} - {None}
            mine = [group for group in groups if group[0] & keys]
            groups = [group for group in groups if not group[0] & keys]
            groups.append((keys.union(*(group[0] for group in mine)),
                           [one for group in mine for one in group[1]] + [record]))  # fmt: skip
        self.outcome.people = {frozenset(records) for _, records in groups}
        return [records for _, records in groups]

    def _settle(self, records: list[Record]) -> list[tuple[Record, Spell]]:
        """Settle one person's employments; return those that count as being employed."""
        sources, counted = {}, []
        for record in records:
            spoke = set(self.rows[record]) | self.waits[record]
            rows = [told for _, told in self.rows[record].values()]
            sources[record] = Source(record, record[0], rows, sorted(self.full[record[0]] - spoke))
        standing = settle_over_time(list(sources.values()), {})
        for record, source in sources.items():
            for spell in tell(source.rows, source.silences).spells:
                stands = standing.get((record, spell.number), Standing(spell))
                if stands.against is not None:
                    against: Any = stands.against
                    self.outcome.disputes.add(
                        dispute(record, spell.valid_from, spell.valid_to, against[0])
                    )
                if stands.spell is not None:
                    self._believe(record, source, stands.spell, stands.further)
                    if stands.spell.substantive:
                        counted.append((record, stands.spell))
        return counted

    def _believe(self, record: Record, source: Source, spell: Spell, further: bool) -> None:
        engagement = FURTHER if further else spell.engagement
        self.outcome.employments.add(
            employment(record, spell.valid_from, spell.valid_to, engagement, spell.ended,
                       spell.leaving_reason)
        )  # fmt: skip
        line = within(source.rows, spell.valid_from, spell.valid_to)
        for word in WORDS:
            place = _TERMS.index(column_of(word))
            told = timeline_of(word, [(held.value[place], held.valid_from) for held in line])
            self.outcome.held[record, word] = told

    def _count(self, employed: list[tuple[Record, Spell]]) -> None:
        """Count a person once in each system that made a return for the day."""
        for (day, system), count in self.outcome.headcount.items():
            at_work = any(
                record[0] == system and Period(spell.valid_from, spell.valid_to).holds(day)
                for record, spell in employed
            )
            self.outcome.headcount[day, system] = str(int(count) + at_work)


def stated(feed: Sent, row: Row, where: tuple[int, int]) -> Stated:
    """Return a row as the rules read it."""
    return Stated(
        feed.as_at, row["start"], row.get("leaving"), row["engagement"], row["surname"], (),
        tuple(row.get(name) for name in _TERMS), where, row.get("salary_from"),
        row.get("leaving_reason"),
    )  # fmt: skip


def identity(row: Row) -> object:
    """Return what makes a record certainly that of a person; None if nothing does."""
    nino = row.get("nino")
    known = nino if nino and not TEMPORARY.match(nino) else None
    return same_person(known, row["birth_date"], row["surname"])


def faults_of(rows: tuple[Row, ...]) -> Iterable[tuple[int, str]]:
    """Return the rows that wait, each with its first reason, as contract and sink find them."""
    intake = people_intake()
    schema = {field.name: field.dtype for field in intake.contract.fields}
    columns = {name: [row.get(name) for row in rows] for name in schema}
    frame = pl.DataFrame(columns, schema=schema).with_columns(file=pl.lit(1, dtype=pl.Int64))
    feed = Feed(1, new_id(), 0, "hr:test", new_id(), dt.date(2026, 8, 31), "feed")
    problems = pl.concat(
        [intake.contract.check(frame), intake.sink.prepare(frame, [feed]).problems]
    )
    first = problems.unique("at", keep="first", maintain_order=True)
    return [(at, str(cause).partition(" (")[0]) for at, cause in
            first.select("at", "cause").iter_rows()]  # fmt: skip


def compare(case: Case, found: Outcome) -> None:
    """Compare what is believed with what the case says; only what it speaks of."""
    expected = case.expected
    assert found.waiting == expected.waiting, case.title
    assert found.disputes == expected.disputes, case.title
    if expected.employments or expected.nothing:
        assert found.employments == expected.employments, case.title
    if expected.people:
        assert found.people == expected.people, case.title
    for key, line in expected.held.items():
        assert found.held[key] == line, case.title
    for counted, count in expected.headcount.items():
        assert found.headcount.get(counted, "-") == count, case.title


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title.split(":")[0])
def test_messy_people_are_believed_as_the_table_says(case: Case) -> None:
    compare(case, Believer(case.feeds).outcome)


NAMES = """
stated                | somebody searches for
Siân Ŵyn Ŷnys         | sian wyn ynys
Siân Ŵyn Ŷnys         | SIÂN ŵyn
Mòrag Nic a' Ghobhainn| morag
Séamus Ó Súilleabháin | o suilleabhain
Séamus Ó Súilleabháin | o'suilleabhain
Séamus Ó Súilleabháin | osuilleabhain
Bríd O'Neill          | oneill
Bríd O'Neill          | o’neill
Bríd O’Neill          | o'neill
Bríd ONeill           | o'neill
Bríd O'Neill          | o neill
Ailsa MacLeod         | mcleod
Ailsa McLeod          | macleod
Ailsa Mac Leod        | mcleod
Ailsa Mc Leod         | macleod
Ḃróna Ní Ċonaill      | brona ni conaill
Suharto               | suharto
"""


@pytest.mark.parametrize(("name", "words"), rows_of(NAMES))
def test_a_name_is_found_however_it_is_spelled(name: str, words: str) -> None:
    kept = with_spellings(name)
    for word in searchable(words).split():
        assert any(one in kept for one in (word, *other_spellings(word))), word


@pytest.mark.parametrize(("name", "word"), [("Ailsa Mackie", "mole"), ("Ann Mace", "mce")])
def test_a_name_is_not_found_by_another(name: str, word: str) -> None:
    assert not any(one in with_spellings(name) for one in (word, *other_spellings(word)))


PLACES = """
stated                        | kind
Hull                          | site
Home                          | home
HOMEWORKER                    | home
Home-based                    | home
Homeworker - Cardiff          | home
Home (Leeds)                  | home
Home Office, 2 Marsham Street | site
Home Farm                     | site
Overseas - Brussels           | overseas
Overseas: Washington DC       | overseas
Overseas House, London        | site
No fixed place                | none
N/A                           | none
Field-based                   | none
Mobile, Alabama               | site
"""


@pytest.mark.parametrize(("name", "kind"), rows_of(PLACES))
def test_a_place_is_of_the_kind_its_words_say(name: str, kind: str) -> None:
    assert read_kind(name) == kind

"""What snapshots say about one record's employment, in a table for HR people.

Each case lists the snapshots of one HR system in order of date. A snapshot says ``-`` if the
record is absent from it, ``?`` if its row waits in quarantine, or: start, last day, engagement
and grade (``.`` for no last day). Below stands what is believed: the first day, the first day no
longer employed, the kind of employment and why it ended; then each grade with the day it began.
"""

import datetime as dt

import pytest

from muster.kernel.days import Period
from muster.register.people.rules import Claimant, Stated, settle, tell

TABLE = """
opens: the first row opens an employment from its stated start
  08-31  2019-09-02  .           permanent   HEO
= 2019-09-02 ..          employee
  HEO 2019-09-02

continues: the same again changes nothing
  08-31  2019-09-02  .           permanent   HEO
  09-30  2019-09-02  .           permanent   HEO
= 2019-09-02 ..          employee
  HEO 2019-09-02

promoted: a change counts from the snapshot that first says so
  08-31  2019-09-02  .           permanent   HEO
  09-30  2019-09-02  .           permanent   SEO
= 2019-09-02 ..          employee
  HEO 2019-09-02, SEO 2026-09-30

leaves: the last day counts, the next does not
  08-31  2019-09-02  .           permanent   HEO
  09-30  2019-09-02  2026-09-06  permanent   HEO
  10-31  -
= 2019-09-02 2026-09-07  employee stated
  HEO 2019-09-02

promoted and gone: a change first stated after the last day is dated to the last day
  08-31  2019-09-02  .           permanent   HEO
  09-30  2019-09-02  2026-09-06  permanent   SEO
= 2019-09-02 2026-09-07  employee stated
  HEO 2019-09-02, SEO 2026-09-06

leaves later: a last day ahead of the snapshot ends the employment then
  08-31  2019-09-02  2026-12-31  permanent   HEO
= 2019-09-02 2027-01-01  employee stated
  HEO 2019-09-02

stays after all: a later row without a last day withdraws it
  08-31  2019-09-02  2026-09-15  permanent   HEO
  09-30  2019-09-02  .           permanent   HEO
= 2019-09-02 ..          employee
  HEO 2019-09-02

vanishes: absent from a full snapshot without a last day, the employment ends as of its date
  08-31  2019-09-02  .           permanent   HEO
  09-30  -
= 2019-09-02 2026-09-30  employee vanished
  HEO 2019-09-02

waits: a row in quarantine is not an absence
  08-31  2019-09-02  .           permanent   HEO
  09-30  ?
= 2019-09-02 ..          employee
  HEO 2019-09-02

reappears: with the same start it had never gone
  08-31  2019-09-02  .           permanent   HEO
  09-30  -
  10-31  2019-09-02  .           permanent   HEO
= 2019-09-02 ..          employee
  HEO 2019-09-02

comes back: with a start after it was last seen, a second employment begins
  08-31  2019-09-02  2026-08-31  permanent   HEO
  09-30  -
  10-31  2026-10-12  .           permanent   HEO
= 2019-09-02 2026-09-01  employee stated
= 2026-10-12 ..          employee
  HEO 2019-09-02
  HEO 2026-10-12

starts anew: no last day was stated, so the new start ends the first employment
  08-31  2019-09-02  .           permanent   HEO
  09-30  2026-09-14  .           permanent   SEO
= 2019-09-02 2026-09-14  employee restarted
= 2026-09-14 ..          employee
  HEO 2019-09-02
  SEO 2026-09-14

corrected start: another start before the record was last seen is a correction
  08-31  2019-09-02  .           permanent   HEO
  09-30  2019-02-09  .           permanent   HEO
= 2019-02-09 ..          employee
  HEO 2019-02-09

postponed: a start that had not come yet is moved, not doubled
  08-31  2026-09-14  .           permanent   HEO
  09-30  2026-10-05  .           permanent   HEO
= 2026-10-05 ..          employee
  HEO 2026-10-05

never came: announced and then absent before the first day, nothing is believed
  08-31  2026-10-05  .           permanent   HEO
  09-30  -

lent: a loan out is a way of being an employee, and ends nothing
  08-31  2019-09-02  .           permanent   SEO
  09-30  2019-09-02  .           loan_out    SEO
= 2019-09-02 ..          employee
  SEO 2019-09-02

hosted: a loan in is not an employment of the host's own
  10-31  2026-10-05  .           loan_in     SEO
= 2026-10-05 ..          loan_in
  SEO 2026-10-05

rehired unseen: a start after the stated last day is another employment, whenever it is first said
  08-31  2019-09-02  2026-08-14  permanent   HEO
  09-30  2026-08-24  .           permanent   SEO
= 2019-09-02 2026-08-15  employee stated
= 2026-08-24 ..          employee
  HEO 2019-09-02
  SEO 2026-08-24

there and back: a loan that holds no day leaves no day employed twice
  08-31  2026-08-20  2026-09-06  permanent   HEO
  09-30  2026-08-20  2026-08-31  loan_in     HEO
  10-31  2026-08-20  2026-09-06  permanent   HEO
= 2026-08-20 2026-09-07  employee stated
  HEO 2026-08-20

taken on: from contractor to employee, one ends and another opens
  08-31  2025-01-06  .           contractor  G7
  09-30  2025-01-06  .           permanent   G7
= 2025-01-06 2026-09-30  contractor engagement changed
= 2026-09-30 ..          employee
  G7 2025-01-06
  G7 2026-09-30
"""


def _day(text: str) -> dt.date | None:
    return None if text in (".", "..") else dt.date.fromisoformat(text)


def _cases() -> list[tuple[str, list[str]]]:
    cases = [case.split("\n") for case in TABLE.strip().split("\n\n")]
    return [(lines[0], lines[1:]) for lines in cases]


def _told(lines: list[str]) -> tuple[list[Stated], list[dt.date]]:
    rows: list[Stated] = []
    silences: list[dt.date] = []
    for line in lines:
        words = line.split()
        if line.startswith("=") or len(words[0]) != 5:
            break
        as_at = dt.date.fromisoformat(f"2026-{words[0]}")
        if words[1] == "-":
            silences.append(as_at)
        elif words[1] != "?":
            start = _day(words[1])
            assert start is not None
            grade = (words[3], words[4])
            rows.append(
                Stated(as_at, start, _day(words[2]), words[3], "name", (), grade, (1, len(rows)))
            )
    return rows, silences


@pytest.mark.parametrize(("title", "lines"), _cases(), ids=lambda value: str(value).split(":")[0])
def test_snapshots_are_believed_as_the_table_says(title: str, lines: list[str]) -> None:
    rows, silences = _told(lines)
    history = tell(rows, silences)
    expected = [line for line in lines if line.startswith("=")]
    believed = []
    for spell in history.spells:
        end = spell.valid_to.isoformat() if spell.valid_to else ".."
        words = ["=", f"{spell.valid_from}", end, spell.engagement, spell.ended or ""]
        believed.append(" ".join(words).strip())
    assert believed == [" ".join(line.split()) for line in expected], title

    grades = [line.strip() for line in lines[len(rows) + len(silences) + lines_waiting(lines) :]]
    grades = [line for line in grades if not line.startswith("=")]
    shown = []
    for spell in history.spells:
        by_day: dict[str, str] = {}
        for held in spell.assignments:
            grade = held.value[1]
            if grade not in by_day:
                by_day[grade] = f"{grade} {held.valid_from}"
        shown.append(", ".join(by_day.values()))
    assert shown == grades, title


def lines_waiting(lines: list[str]) -> int:
    """Return how many snapshots of a case hold the row in quarantine."""
    return sum(line.split()[-1] == "?" for line in lines)


# Two employers' records of one person. Each line: the record, the days it asks for, the days
# believed of it until now (``-`` for none), whether a person decided them; then what is believed
# and which record stands in the way.
OVERLAPS = """
moves without a gap: the day A ends is the day B begins
  A 2019-09-02 2026-09-07 | 2019-09-02 .. | no  = 2019-09-02 2026-09-07
  B 2026-09-07 ..         | -             | no  = 2026-09-07 ..

B is first to report: A is still believed, so B is not applied
  A 2019-09-02 ..         | 2019-09-02 .. | no  = 2019-09-02 ..
  B 2026-09-07 ..         | -             | no  = - against A

A claims more than it had: what both had stays
  A 2019-09-02 ..         | 2019-09-02 2026-09-07 | no = 2019-09-02 2026-09-07 against B
  B 2026-09-07 ..         | 2026-09-07 .. | no  = 2026-09-07 ..

both are new: the one that began first is believed
  B 2026-09-07 ..         | -             | no  = - against A
  A 2019-09-02 ..         | -             | no  = 2019-09-02 ..

a person decided: nothing that systems say moves it
  A 2019-09-02 ..         | -             | no  = - against B
  B 2026-09-07 ..         | 2026-09-07 .. | yes = 2026-09-07 ..
"""


def _period(words: list[str]) -> Period | None:
    if words[0] == "-":
        return None
    start = _day(words[0])
    assert start is not None
    return Period(start, _day(words[1]))


@pytest.mark.parametrize(
    "lines",
    [case.split("\n") for case in OVERLAPS.strip().split("\n\n")],
    ids=lambda lines: lines[0].split(":")[0],
)
def test_overlaps_are_settled_as_the_table_says(lines: list[str]) -> None:
    claimants, expected = [], {}
    for line in lines[1:]:
        said, _, outcome = line.partition(" = ")
        asked, believed, decided = (part.split() for part in said.split("|"))
        period = _period(asked[1:])
        assert period is not None
        claimants.append(Claimant(asked[0], period, _period(believed), certain=decided[0] == "yes"))
        words = outcome.split()
        expected[asked[0]] = (
            _period(words),
            words[words.index("against") + 1] if "against" in words else None,
        )
    verdicts = settle(claimants)
    assert {key: (v.believed, v.against) for key, v in verdicts.items()} == expected

"""Whether a feed is held for a person: the table is the rule, for owners and approvers of feeds.

A full feed lists everybody, so whoever is absent from it ends. *announced* is the bulk change that
was announced for the feed's day: how many may end / how many may change. Two people look at an
unusual feed: what was announced *by its sender* lets it through only once another person approves.

A file that is carried on to other systems is weighed by what each of them was told: the second
table says what a file would do there, record by record, the third whether it is held.
"""

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest

from muster.hub.effects import Effect
from muster.hub.forwarding.current import FAILED, Current
from muster.hub.forwarding.difference import difference_of, effect_of, in_doubt, told_after
from muster.hub.unusual import Announced, why_unusual
from tests.tables import rows_of

TABLE = """
meaning | covers | would end | would change | of rows | announced | held because
full | 0 | 0 | 0 | 40000 | | 
full | 100000 | 2000 | 0 | 98000 | | 
full | 100000 | 2001 | 0 | 97999 | | end 2,001 of the 100,000 people it covers
full | 2500 | 50 | 0 | 2450 | | 
full | 2500 | 51 | 0 | 2449 | | end 51 of the 2,500 people it covers
full | 2499 | 50 | 0 | 2449 | | 
full | 2499 | 51 | 0 | 2448 | | end 51 of the 2,499 people it covers
full | 300 | 30 | 0 | 270 | | 
full | 300 | 31 | 0 | 269 | | end 31 of the 300 people it covers
full | 9 | 1 | 0 | 8 | | end 1 of the 9 people it covers
full | 10 | 1 | 0 | 9 | | 
full | 1000 | 0 | 200 | 1000 | | 
full | 1000 | 0 | 201 | 1000 | | change 201 of 1,000 rows
full | 1000 | 150 | 300 | 850 | | end 150 of the 1,000 people it covers and change 300 of 850 rows
full | 1000 | 150 | 0 | 850 | 150 / 0 | 
full | 1000 | 151 | 0 | 849 | 150 / 0 | end 151 of the 1,000 people it covers
full | 1000 | 0 | 990 | 1000 | 0 / 1000 | 
full | 1000 | 150 | 990 | 850 | 0 / 1000 | end 150 of the 1,000 people it covers
full | 1000 | 150 | 0 | 850 | 150 / 0 by its sender | end 150 of the 1,000 people it covers ~own~
full | 1000 | 0 | 990 | 1000 | 0 / 1000 by its sender | change 990 of 1,000 rows ~own~
full | 1000 | 151 | 0 | 849 | 150 / 0 by its sender | end 151 of the 1,000 people it covers
full | 1000 | 50 | 0 | 950 | 150 / 0 by its sender | 
full | 1000 | 150 | 0 | 850 | 150 / 0 by its sender, 150 / 0 | 
full | 1000 | 150 | 0 | 850 | 150 / 0 by its sender, 120 / 0 | end 150 of the 1,000 people it covers ~own~
full | 1000 | 150 | 990 | 850 | 150 / 0 by its sender, 0 / 1000 | end 150 of the 1,000 people it covers ~own~
delta | 1000 | 51 | 51 | 51 | 60 / 0 by its sender | end 51 of the 1,000 people it covers ~own~
delta | 1000 | 0 | 40 | 40 | | 
delta | 1000 | 51 | 51 | 51 | | end 51 of the 1,000 people it covers
"""  # noqa: E501, W291 - a table
OWN = ". It was announced by the person who sent it, so another person must approve it"

# Records by letter, each with a number for all that is said of it: ``a1`` became ``a2``. What waits
# in quarantine is named without a number: nothing is said of it, and it is not gone.
AT_RECEIVER = """
meaning | was told | file lists | waits | covered | gone | changed | new | is told
full | | a1 b1 | | 0 | 0 | 0 | 2 | a1 b1
full | a1 b1 | a1 b1 | | 2 | 0 | 0 | 0 |
full | a1 b1 | a1 b2 c1 | | 2 | 0 | 1 | 1 | b2 c1
full | a1 b1 | b1 a1 | | 2 | 0 | 0 | 0 |
full | a1 b1 c1 | a1 | | 3 | 2 | 0 | 0 |
full | a1 b1 | | | 2 | 2 | 0 | 0 |
full | a1 b1 | a1 | b | 2 | 0 | 0 | 0 |
full | a1 b1 | | a b | 2 | 0 | 0 | 0 |
full | a1 | a1 a2 | | 1 | 0 | 1 | 0 | a2
delta | a1 b1 c1 | b2 | | 3 | 0 | 1 | 0 | b2
delta | a1 b1 c1 | | | 3 | 0 | 0 | 0 |
delta | a1 | b1 | | 1 | 0 | 0 | 1 | b1
"""

HELD_THERE = """
meaning | was told | would end | would change | of rows | announced | held because
full | 0 | 0 | 0 | 40000 | |
full | 100000 | 2000 | 0 | 98000 | |
full | 100000 | 50000 | 0 | 50000 | | end 50,000 of the 100,000 records it covers
full | 40 | 40 | 0 | 0 | | end 40 of the 40 records it covers
full | 9 | 1 | 0 | 8 | | end 1 of the 9 records it covers
full | 40 | 0 | 10 | 40 | |
full | 40 | 0 | 11 | 40 | | change 11 of 40 rows
full | 1000 | 0 | 201 | 1000 | | change 201 of 1,000 rows
full | 40 | 20 | 11 | 40 | 20 / 11 |
delta | 40 | 0 | 40 | 40 | |
"""

DAY = dt.date(2026, 9, 30)


def announced(said: str) -> list[Announced]:
    found = []
    for one in filter(None, said.split(", ")):
        ending, changed = map(int, one.removesuffix(" by its sender").split("/"))
        found.append(Announced(DAY, DAY, ending, changed, own=one.endswith("by its sender")))
    return found


@pytest.mark.parametrize("row", rows_of(TABLE), ids=lambda row: " ".join(row[:6]))
def test_a_feed_is_held_as_the_table_says(row: tuple[str, ...]) -> None:
    meaning, covered, ending, changed, rows, said, because = row
    effect = Effect(int(covered), int(ending), int(changed), rows=int(rows))
    why = why_unusual(effect, full=meaning == "full", as_at=DAY, announced=announced(said))
    assert why == (f"It would {because.replace(' ~own~', OWN)}" if because else None)


@pytest.mark.parametrize(("day", "held"), [(-1, True), (0, False), (6, False), (7, True)])
def test_an_announcement_counts_on_its_days_both_included(day: int, held: bool) -> None:
    asked = Announced(DAY, DAY + dt.timedelta(days=6), 500, 0)
    on = DAY + dt.timedelta(days=day)
    found = why_unusual(Effect(1000, 500, rows=500), full=True, as_at=on, announced=[asked])
    assert (found is not None) is held


def test_the_largest_announcement_of_a_day_counts() -> None:
    small = Announced(DAY, DAY, 60, 0)
    both = [small, replace(small, ending=500)]
    effect = Effect(1000, 400, rows=600)
    assert why_unusual(effect, full=True, as_at=DAY, announced=[small]) is not None
    assert why_unusual(effect, full=True, as_at=DAY, announced=both) is None


@pytest.mark.parametrize("row", rows_of(HELD_THERE), ids=lambda row: " ".join(row[:6]))
def test_a_carried_file_is_held_as_the_table_says(row: tuple[str, ...]) -> None:
    meaning, told, ending, changed, rows, said, because = row
    why = why_unusual(
        Effect(int(told), int(ending), int(changed), rows=int(rows)), full=meaning == "full",
        as_at=DAY, announced=announced(said), of="records",
    )  # fmt: skip
    assert why == (f"It would {because}" if because else None)


def marks(said: str) -> pl.DataFrame:
    """Return what is said of records: key and mark."""
    pairs = [(one[0].encode(), one.encode()) for one in said.split()]
    return pl.DataFrame(pairs, schema={"key": pl.Binary, "mark": pl.Binary}, orient="row")


@pytest.mark.parametrize("row", rows_of(AT_RECEIVER), ids=lambda row: " ".join(row[:4]))
def test_a_receiver_sees_happen_what_the_table_says(row: tuple[str, ...]) -> None:
    meaning, before, lists, waits, covered, gone, changed, new, tells = row
    full, told, now = meaning == "full", marks(before), marks(lists)
    keys = pl.Series("key", [one.encode() for one in waits.split()], dtype=pl.Binary)
    current = Current(
        now["key"], pl.int_range(now.height, eager=True), now, now["mark"], keys,
        pl.DataFrame(schema=FAILED),
    )  # fmt: skip
    found = difference_of(current, told, full=full)
    seen = effect_of(current, told, found)
    assert (seen.covered, seen.ending) == (int(covered), int(gone))
    assert (seen.changed, seen.joining) == (int(changed), int(new))
    assert [one.decode() for one in current.marks.gather(found.places)] == tells.split()
    after = told_after(told, current, found.places, full=full)
    again = difference_of(current, after, full=full)
    assert (again.gone, after["key"].n_unique()) == (0, after.height)
    # A record that stands twice in a file is told by its last row, and then never again.
    assert not len(again.places)
    # Should it not be known what was taken, all of it is told again, and nothing else.
    doubt = difference_of(current, in_doubt(told, current, found), full=full)
    assert doubt.places.to_list() == found.places.to_list()

"""Whether a feed is held for a person: the table is the rule, for owners and approvers of feeds.

A full feed lists everybody, so whoever is absent from it ends. *announced* is the bulk change that
was announced for the feed's day: how many may end / how many may change. Two people look at an
unusual feed: what was announced *by its sender* lets it through only once another person approves.
"""

import datetime as dt
from dataclasses import replace

import pytest

from muster.hub.effects import Effect
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

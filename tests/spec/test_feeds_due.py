"""When feeds are due: the table is the rule, for owners of routes.

A feed speaks of the last day of its period and may come so many days later. *missing* are the
days of feeds whose time is up, *next* the day of the feed that is awaited and by when.
"""

import datetime as dt

import pytest

from muster.hub.expected import Rhythm, due, next_due
from tests.tables import rows_of

TABLE = """
every | days | since | until | today | missing | next
month | 10 | 2026-01-01 | | 2026-01-15 | | 2026-01-31 by 2026-02-10
month | 10 | 2026-01-01 | | 2026-02-10 | | 2026-01-31 by 2026-02-10
month | 10 | 2026-01-01 | | 2026-02-11 | 2026-01-31 | 2026-02-28 by 2026-03-10
month | 0 | 2024-02-10 | | 2024-03-01 | 2024-02-29 | 2024-03-31 by 2024-03-31
month | 40 | 2026-01-01 | | 2026-03-13 | 2026-01-31 | 2026-02-28 by 2026-04-09
month | 5 | 2026-10-31 | | 2027-01-06 | 2026-10-31 2026-11-30 2026-12-31 | 2027-01-31 by 2027-02-05
month | 5 | 2026-10-31 | 2026-12-01 | 2027-01-06 | 2026-10-31 2026-11-30 | 
quarter | 30 | 2026-01-01 | | 2026-07-31 | 2026-03-31 2026-06-30 | 2026-09-30 by 2026-10-30
quarter | 30 | 2026-12-31 | | 2027-01-01 | | 2026-12-31 by 2027-01-30
week | 1 | 2026-11-16 | | 2026-11-24 | 2026-11-22 | 2026-11-29 by 2026-11-30
day | 0 | 2026-11-19 | | 2026-11-21 | 2026-11-19 2026-11-20 | 2026-11-21 by 2026-11-21
"""  # noqa: W291 - a table


@pytest.mark.parametrize("row", rows_of(TABLE), ids=lambda row: " ".join(row[:5]))
def test_feeds_are_due_as_the_table_says(row: tuple[str, ...]) -> None:
    every, days, since, until, on, missing, awaited = row
    rhythm = Rhythm(every, int(days), _day(since), dt.date.fromisoformat(until) if until else None)
    assert [one.as_at for one in due(rhythm, today=_day(on))] == list(map(_day, missing.split()))
    found = next_due(rhythm, today=_day(on))
    assert (f"{found.as_at} by {found.by}" if found else "") == awaited


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)

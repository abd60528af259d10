"""Whether messages wait for a person: the table is the rule, for owners and approvers of routes.

A *subject* is whatever messages are of: mostly a person's employment. *Known* are the subjects that
a route carried before. Of these, messages that come within one hour may be about 50, or 20 in 100
if that is more; and they may end (dismiss, cancel) 5, or as many as a file may: one in ten of a
small number, up to 50, and 2 in 100 from 2,500 on. What is beyond that waits, all of it, before any
of it is handed over. So an empty HR file never dismisses a department.

New subjects are never counted, so a first load goes through whatever its size. *Own limits* are
what an approver chose for the route: about / ending. *Announced* is the bulk change that was
announced for the day: how many may end / how many may change. What was announced *by its sender*
lets it through only once another person approves.
"""

import datetime as dt

import pytest

from muster.hub.unusual import Announced
from muster.hub.unusual_messages import Limits, Waiting, why_unusual_messages
from tests.tables import rows_of

TABLE = """
in words | known | about | ending | own limits | announced | held because
a first load | 0 | 0 | 0 | | |
the few people of a small office, all at once | 40 | 40 | 0 | | |
a small office, one after the other leaves | 40 | 5 | 5 | | |
a small office, six leave at once | 40 | 6 | 6 | | | end 6 of the 40
a new route carried 60, now 50 change | 60 | 50 | 0 | | |
a new route carried 60, now 51 change | 60 | 51 | 0 | | | be about 51 of the 60
a usual hour | 10000 | 2000 | 0 | | |
an unusual hour | 10000 | 2001 | 0 | | | be about 2,001 of the 10,000
two in a hundred leave at the end of a month | 10000 | 200 | 200 | | |
an empty file became messages that end everybody | 10000 | 10000 | 10000 | | | end 10,000 of the 10,000 and be about 10,000 of the 10,000
a department is dismissed | 10000 | 800 | 800 | | | end 800 of the 10,000
a department moves, announced | 10000 | 800 | 800 | | 800 / 0 |
more than was announced | 10000 | 801 | 801 | | 800 / 0 | end 801 of the 10,000
a pay rise for all, announced | 10000 | 10000 | 0 | | 0 / 10000 |
whom a change ends it is about | 10000 | 3000 | 3000 | | 3000 / 0 |
a pay rise for all, announced by its sender | 10000 | 10000 | 0 | | 0 / 10000 by its sender | be about 10,000 of the 10,000 ~own~
a swipe of a pass for everybody every hour | 10000 | 9000 | 0 | 10000 / | |
an approver wants to see every dismissal | 10000 | 1 | 1 | / 0 | | end 1 of the 10,000
an approver wants to see every message | 10000 | 1 | 0 | 0 / | | be about 1 of the 10,000
own limits do not take back what was announced | 10000 | 50 | 50 | 10 / 0 | 50 / 0 |
"""  # noqa: E501 - a table
OWN = ". It was announced by the person who sent it, so another person must approve it"
DAY = dt.date(2026, 9, 30)


def announced(said: str) -> list[Announced]:
    found = []
    for one in filter(None, said.split(", ")):
        ending, changed = map(int, one.removesuffix(" by its sender").split("/"))
        found.append(Announced(DAY, DAY, ending, changed, own=one.endswith("by its sender")))
    return found


def limits(said: str) -> Limits | None:
    if not said:
        return None
    return Limits(*(int(one) if one.strip() else None for one in said.split("/")))


@pytest.mark.parametrize("row", rows_of(TABLE), ids=lambda row: row[0])
def test_messages_wait_as_the_table_says(row: tuple[str, ...]) -> None:
    _, known, about, ending, own, said, because = row
    waiting = Waiting(int(known), int(about), int(ending))
    why = why_unusual_messages(waiting, on=DAY, limits=limits(own), announced=announced(said))
    expected = "".join((" and ".join(
        f"{part.strip()} subjects carried before" for part in
        because.removesuffix(" ~own~").split(" and ")), OWN if because.endswith("~own~") else "",
    ))  # fmt: skip
    assert why == (f"Within an hour they would {expected}" if because else None)


@pytest.mark.parametrize(("day", "held"), [(-1, True), (0, False), (6, False), (7, True)])
def test_an_announcement_counts_on_its_days_both_included(day: int, held: bool) -> None:
    asked = Announced(DAY, DAY + dt.timedelta(days=6), 500, 0)
    on = DAY + dt.timedelta(days=day)
    found = why_unusual_messages(Waiting(1000, 500, 500), on=on, announced=[asked])
    assert (found is not None) is held

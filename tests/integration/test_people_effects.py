"""What a feed would do is said before it is written, and is what it then does."""

import datetime as dt
from typing import Any

import polars as pl
import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from muster.hub.effects import Effect
from muster.hub.intakes import Feed, intake_for
from muster.kernel.ids import new_id
from muster.register.people.models import Employment
from tests.integration.told_feeds import HR_RECORD, Register, frame_of, row

pytestmark = pytest.mark.django_db
AUG, SEP, OCT = dt.date(2026, 8, 31), dt.date(2026, 9, 30), dt.date(2026, 10, 31)
LAST = dt.date(2026, 12, 31)


def them(*numbers: str, **said: Any) -> list[dict[str, Any]]:
    """Return rows of people whom nothing links."""
    return [row(number, nino=None) | said for number in numbers]


def of(effect: Effect) -> tuple[int, int, int, int]:
    return effect.covered, effect.ending, effect.changed, effect.joining


@pytest.fixture
def register() -> Register:
    register = Register()
    first = register.tells("mill", AUG, them("1", "2", "3", "4"))
    assert of(first.effect) == (0, 0, 0, 4)
    return register


FEEDS: dict[str, tuple[list[dict[str, Any]], tuple[int, int, int, int]]] = {
    "the same again": (them("1", "2", "3", "4"), (4, 0, 0, 0)),
    "one is absent": (them("1", "2", "3"), (4, 1, 0, 0)),
    "one is absent and one is new": (them("1", "2", "3", "5"), (4, 1, 0, 1)),
    "one has a last day that is past": (
        [*them("1", "2", "3"), *them("4", leaving=SEP)], (4, 1, 1, 0)),
    "all have a last day to come": (them("1", "2", "3", "4", leaving=LAST), (4, 4, 4, 0)),
    "one changes grade": ([*them("1", "2", "3"), *them("4", grade="G7")], (4, 0, 1, 0)),
    "one changes a number": (
        [*them("1", "2", "3"), *them("4", nino="QA123456C")], (4, 0, 1, 0)),
    "starts are moved ahead": (them("1", "2", "3", "4", start=LAST), (4, 4, 4, 0)),
    "one waits": ([*them("1", "2", "3"), *them("4", fte=None)], (4, 0, 0, 0)),
    "a row of nobody known waits": (
        [*them("1", "2"), *them("", fte=None, staff_number=None)], (4, 0, 0, 0)),
    "one never started": (
        [*them("1", "2", "3"), *them("4", leaving=LAST, leaving_reason="did_not_start")],
        (4, 1, 1, 0)),
    "nobody is left": ([], (4, 4, 0, 0)),
}  # fmt: skip


@pytest.mark.parametrize("title", FEEDS)
def test_it_says_whom_a_full_feed_would_end_change_and_bring(
    register: Register, title: str
) -> None:
    rows, expected = FEEDS[title]
    told = register.tells("mill", SEP, rows)
    assert of(told.effect) == expected
    assert told.effect.rows == len(rows)


def test_a_delta_ends_nobody_by_absence(register: Register) -> None:
    told = register.tells("mill", SEP, them("1", grade="G7"), full=False)
    assert of(told.effect) == (4, 0, 1, 0)
    ending = register.tells("mill", SEP, them("2", leaving=SEP), full=False)
    assert of(ending.effect) == (4, 1, 1, 0)


def test_a_last_day_known_before_ends_nobody_again(register: Register) -> None:
    register.tells("mill", SEP, them("1", "2", "3", "4", leaving=LAST))
    again = register.tells("mill", OCT, them("1", "2", "3", "4", leaving=LAST))
    assert of(again.effect) == (4, 0, 0, 0)
    # The last day was known, but not that they are gone before it.
    assert register.tells("mill", dt.date(2026, 11, 30), []).effect.ending == 4


def test_changes_of_a_delta_are_no_changes_in_the_next_full_feed(register: Register) -> None:
    register.tells("mill", SEP, them("1", grade="G7"), full=False)
    told = register.tells("mill", OCT, [*them("1", grade="G7"), *them("2", "3", "4")])
    assert of(told.effect) == (4, 0, 0, 0)


def test_a_late_feed_ends_nobody_who_was_listed_since(register: Register) -> None:
    register.tells("mill", OCT, them("1", "2", "3"))
    late = register.tells("mill", SEP, them("1", "2"))
    # October's lists 3, who therefore stays. It does not list 4, who ends a month earlier now.
    assert of(late.effect) == (4, 1, 0, 0)


def test_a_corrected_feed_is_compared_with_the_one_it_replaces(register: Register) -> None:
    first = register.tells("mill", SEP, them("1", "2", "3", "4", grade="G7"))
    assert first.effect.changed == 4
    again = register.tells("mill", SEP, them("1", "2", "3", grade="G7"), replaces=first.landing)
    assert of(again.effect) == (4, 1, 0, 0)


def test_feeds_that_come_together_are_counted_one_after_the_other(register: Register) -> None:
    months = {1: (SEP, them("1", "2", "3", "5")), 2: (OCT, them("1", "2", "5", grade="G7"))}
    feeds = [Feed(n, new_id(), 0, "hr:mill", new_id(), day, "feed") for n, (day, _) in
             months.items()]  # fmt: skip
    frame = frame_of([one for _, rows in months.values() for one in rows])
    numbers = [n for n, (_, rows) in months.items() for _ in rows]
    frame = frame.with_columns(pl.Series("file", numbers, dtype=pl.Int64))
    found = intake_for(HR_RECORD).sink.effects(frame, feeds[::-1], waiting=frame.clear())
    assert of(found[1]) == (4, 1, 0, 1)
    assert of(found[2]) == (4, 1, 3, 0)


def test_an_old_feed_beside_it_hides_no_unusual_one(register: Register) -> None:
    """What stands since the old feed counts for the new one, not the old feed."""
    register.tells("mill", SEP, them("1", "2", "3", "4", "5", "6"))
    rows = {1: (AUG, them("1", "2", "3", "4")), 2: (OCT, them("1"))}
    feeds = [Feed(n, new_id(), 0, "hr:mill", new_id(), day, "feed") for n, (day, _) in rows.items()]
    frame = frame_of([one for _, those in rows.values() for one in those])
    numbers = pl.Series("file", [1, 1, 1, 1, 2], dtype=pl.Int64)
    frame = frame.with_columns(numbers)
    found = intake_for(HR_RECORD).sink.effects(frame, feeds, waiting=frame.clear())
    assert of(found[2]) == (6, 5, 0, 0)


def test_systems_do_not_count_each_other(register: Register) -> None:
    other = register.tells("weir", SEP, them("1", "2"))
    assert of(other.effect) == (0, 0, 0, 2)


def test_asking_writes_nothing(register: Register) -> None:
    before = Employment.objects.count()
    frame = frame_of(them("1"))
    feed = Feed(1, new_id(), 0, "hr:mill", new_id(), SEP, "feed")
    intake_for(HR_RECORD).sink.effects(frame, [feed], waiting=frame.clear())
    assert Employment.objects.count() == before


SAID = st.fixed_dictionaries(
    {},
    optional={
        "leaving": st.sampled_from((dt.date(2026, 9, 6), SEP, LAST)),
        "start": st.sampled_from((dt.date(2019, 9, 2), dt.date(2026, 9, 7), dt.date(2026, 12, 1))),
        "fte": st.sampled_from((10**9, None)),
        "grade": st.sampled_from(("HEO", "G7")),
    },
)
FEED = st.dictionaries(st.sampled_from("123456"), SAID, max_size=6)


@settings(
    max_examples=40, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(first=FEED, second=FEED, full=st.booleans())
@example(
    first={"2": {"leaving": SEP, "start": dt.date(2026, 9, 7)}},
    second={"2": {"start": dt.date(2026, 12, 1)}},
    full=False,
)
def test_who_ends_is_who_is_said_to_end(
    first: dict[str, Any], second: dict[str, Any], full: bool
) -> None:
    """Of those at work on the day, as many have an earlier end afterwards as were said to."""
    with transaction.atomic():
        register = Register()
        register.tells("mill", AUG, [one | said for number, said in first.items()
                                     for one in them(number)])  # fmt: skip
        before = ends_on(SEP)
        rows = [one | said for number, said in second.items() for one in them(number)]
        told = register.tells("mill", SEP, rows, full=full)
        after = ends_on(SEP)
        transaction.set_rollback(True)
    ended = [number for number, end in before.items() if after.get(number, SEP) < end]
    assert (told.effect.covered, told.effect.ending) == (len(before), len(ended))


def ends_on(day: dt.date) -> dict[str, dt.date]:
    """Return those believed to be at work on a day, with the day after their last."""
    held = Employment.objects.filter(recorded_to=None, valid_from__lte=day)
    return {
        one.record.staff_number: one.valid_to or dt.date.max
        for one in held.select_related("record")
        if one.record is not None and (one.valid_to is None or one.valid_to > day)
    }

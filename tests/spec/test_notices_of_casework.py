"""What people may choose to be told of their tasks, when it comes, and which way it goes."""

import datetime as dt
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.casework.notifying.rules import (
    KINDS,
    OFFERED,
    Channel,
    Choice,
    Kind,
    Rhythm,
    Way,
    digest_at,
    goes_at,
    is_quiet,
    next_morning,
    way_for,
)
from muster.casework.notifying.templates import DIGEST, TEMPLATE_OF, TEMPLATES
from muster.kernel.days import LONDON
from muster.kernel.working_days import is_working_day

# what is told of | usually | may it be gathered? | may it be switched off?
DUE: list[tuple[Kind, Rhythm, bool, bool]] = [
    ("task given", "at once", True, True),
    ("team task", "daily", True, True),
    ("reminder", "at once", True, False),
    ("escalation", "at once", False, False),
    ("deadline moved", "at once", True, False),
    ("case finished", "daily", True, True),
    ("cover", "at once", False, False),
]


@pytest.mark.parametrize(("kind", "usual", "gathered", "off"), DUE)
def test_what_is_due_cannot_be_switched_off(
    kind: Kind, usual: Rhythm, gathered: bool, off: bool
) -> None:
    assert Choice().rhythm(kind) == usual
    assert (Choice({kind: "daily"}).rhythm(kind) == "daily") is (gathered or usual == "daily")
    assert (Choice({kind: "never"}).rhythm(kind) == "never") is off
    assert (Choice().without().rhythm(kind) == "never") is off


def test_every_kind_is_in_the_table() -> None:
    assert {kind for kind, *_rest in DUE} == set(KINDS)


def london(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LONDON)


# written (London) | rhythm | comes (London)
MORNINGS: list[tuple[str, Rhythm, str]] = [
    ("2026-11-23T10:00", "daily", "2026-11-24T08:00"),
    ("2026-11-23T07:59", "daily", "2026-11-23T08:00"),
    ("2026-11-27T17:00", "daily", "2026-11-30T08:00"),  # over a weekend
    ("2026-12-24T12:00", "daily", "2026-12-29T08:00"),  # Christmas, with its substitute day
    ("2026-11-23T10:00", "weekly", "2026-11-30T08:00"),
    ("2026-11-29T23:59", "weekly", "2026-11-30T08:00"),
    ("2027-04-28T09:00", "weekly", "2027-05-04T08:00"),  # the Monday is a bank holiday
    ("2026-10-23T18:00", "weekly", "2026-10-26T08:00"),  # the clocks went back on the Sunday
    ("2027-03-26T09:00", "daily", "2027-03-30T08:00"),  # Easter, and the clocks go forward
]


@pytest.mark.parametrize(("written", "rhythm", "comes"), MORNINGS)
def test_a_digest_comes_on_a_working_morning(written: str, rhythm: Rhythm, comes: str) -> None:
    assert digest_at(rhythm, london(written)) == london(comes)


# now (London) | kind | quiet hours are kept | goes
QUIET: list[tuple[str, Kind, bool, str]] = [
    ("2026-11-23T22:00", "task given", False, "2026-11-23T22:00"),
    ("2026-11-23T22:00", "task given", True, "2026-11-24T08:00"),
    ("2026-11-28T12:00", "reminder", True, "2026-11-30T08:00"),
    ("2026-11-23T22:00", "escalation", True, "2026-11-23T22:00"),
    ("2026-11-23T09:00", "task given", True, "2026-11-23T09:00"),
    ("2026-11-23T18:00", "cover", True, "2026-11-24T08:00"),
]


@pytest.mark.parametrize(("now", "kind", "quiet", "goes"), QUIET)
def test_quiet_hours_hold_back_what_can_wait(now: str, kind: Kind, quiet: bool, goes: str) -> None:
    assert goes_at(kind, Choice(quiet=quiet), london(now)) == london(goes)


INSTANTS = st.integers(0, 3 * 366 * 24 * 60).map(
    lambda minutes: dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
)


@given(INSTANTS)
def test_the_next_morning_is_the_first_working_one_from_now_on(now: dt.datetime) -> None:
    found = next_morning(now)
    local = found.astimezone(LONDON)
    assert found >= now
    assert (local.hour, local.minute, is_working_day(local.date())) == (8, 0, True)
    assert not is_quiet(found)
    before = dt.datetime.combine(local.date() - dt.timedelta(days=1), dt.time(8), LONDON)
    while before >= now:
        assert not is_working_day(before.date())
        before -= dt.timedelta(days=1)


@given(INSTANTS, st.sampled_from(KINDS), st.booleans(), st.data())
def test_whatever_is_chosen_nobody_waits_longer_than_is_offered(
    now: dt.datetime, kind: Kind, quiet: bool, data: st.DataObject
) -> None:
    rhythms = data.draw(
        st.dictionaries(st.sampled_from(KINDS), st.sampled_from(get_args(Rhythm))), label="chosen"
    )
    choice = Choice(rhythms, quiet=quiet)
    assert choice.rhythm(kind) in OFFERED[kind].rhythms
    at = goes_at(kind, choice, now)
    if kind == "escalation":
        assert at == now
    assert at is None or at >= now


# chosen | known | may it be a letter? | goes
WAYS: list[tuple[str, tuple[Channel, ...], bool, tuple[Way, Channel] | None]] = [
    ("email", ("work email", "personal email"), False, ("email", "work email")),
    ("email", ("personal email", "personal phone"), False, ("email", "personal email")),
    ("email", ("personal phone",), False, ("sms", "personal phone")),
    ("sms", ("work email", "personal phone"), False, ("sms", "personal phone")),
    ("sms", ("work email",), False, ("email", "work email")),
    ("email", ("address",), True, ("letter", "address")),
    ("email", ("address",), False, None),
    ("sms", ("work email", "address"), True, ("email", "work email")),
    ("email", (), True, None),
]


@pytest.mark.parametrize(("way", "known", "letter", "goes"), WAYS)
def test_a_notice_takes_the_chosen_way_if_it_can(
    way: str, known: tuple[Channel, ...], letter: bool, goes: tuple[Way, Channel] | None
) -> None:
    chosen = Choice(way="sms" if way == "sms" else "email")
    assert way_for(chosen, known, letter=letter) == goes


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_subject_holds_anything_to_fill_and_no_text_a_name(name: str) -> None:
    template = TEMPLATES[name]  # type: ignore[index]  # of the templates
    assert "((" not in template.subject
    assert "http" not in template.body
    assert "((name" not in template.body


def test_every_kind_has_a_template() -> None:
    assert set(TEMPLATE_OF) == set(KINDS)
    assert {*TEMPLATE_OF.values(), DIGEST} == set(TEMPLATES)

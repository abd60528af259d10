"""Rules of stages over whole columns and one by one; extracts in any order, withdrawn or not."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from muster.register.recruitment import columns, queries
from muster.register.recruitment.rules import (
    OUTCOMES,
    STAGES,
    Application,
    Funnel,
    Window,
    stages,
)
from tests.integration.recruitment_files import (
    MILL,
    Cells,
    employer,
    enrol,
    feed_of,
    row,
    tell,
    withdraw,
)

AS_AT = dt.date(2026, 6, 30)
# Few days, so that they meet, and some ahead of the extract.
DAYS = st.dates(AS_AT - dt.timedelta(days=8), AS_AT + dt.timedelta(days=2))
MAYBE = st.none() | DAYS
APPLICATIONS = st.builds(
    Application,
    as_at=st.just(AS_AT),
    applied=DAYS,
    sifted=MAYBE,
    sift_outcome=st.sampled_from([None, "passed", "failed"]),
    interviewed=MAYBE,
    interview_outcome=st.sampled_from([None, "passed", "failed", "reserve"]),
    offered=MAYBE,
    offer_response=st.sampled_from([None, "accepted", "declined"]),
    vetting_started=MAYBE,
    vetting_cleared=MAYBE,
    started=MAYBE,
    withdrawn=MAYBE,
    reinstated=MAYBE,
    rejected_stage=st.sampled_from([None, *STAGES[:-1]]),
)
WINDOWS = st.builds(Window, opened=MAYBE, closed=MAYBE, reopened=MAYBE)


def frame_of(applications: Sequence[Application], windows: Sequence[Window]) -> pl.DataFrame:
    """Return applications and their campaigns' days as columns."""
    names = [*Application.__dataclass_fields__, *Window.__dataclass_fields__]
    texts = ("sift_outcome", "interview_outcome", "offer_response", "rejected_stage")
    rows = [
        {name: getattr(one if hasattr(one, name) else window, name) for name in names}
        for one, window in zip(applications, windows, strict=True)
    ]
    schema = {name: pl.String if name in texts else pl.Date for name in names}
    return pl.DataFrame(rows, schema=schema)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(APPLICATIONS, WINDOWS), min_size=1, max_size=20))
def test_whole_columns_say_what_the_rules_say_of_each(
    pairs: list[tuple[Application, Window]],
) -> None:
    applications, windows = [one for one, _ in pairs], [window for _, window in pairs]
    read = columns.read(frame_of(applications, windows)).with_columns(columns.round_of())
    one_by_one = [stages(one) for one in applications]
    assert read["stage"].to_list() == [one.stage for one in one_by_one]
    assert read["outcome"].to_list() == [one.outcome for one in one_by_one]
    assert read["round"].to_list() == [window.round_of(one.applied) for one, window in pairs]
    found: list[set[tuple[str, str]]] = [set() for _ in pairs]
    for fault, field, reason in (*columns.application_faults(), *columns.campaign_faults()):
        for at in read.select(fault.fill_null(False).arg_true()).to_series():
            found[at].add((field, reason))
    assert found == [
        {(p.field, p.reason) for p in (*said.problems, *window.problems(one.applied))}
        for said, (one, window) in zip(one_by_one, pairs, strict=True)
    ]


@given(APPLICATIONS)
def test_what_goes_on_makes_sense(application: Application) -> None:
    reached = stages(application)
    assert (reached.outcome == "started") == (reached.stage == "start")
    if not reached.problems:
        assert all(step.days >= 0 for step in reached.steps)
        assert not (reached.outcome == "started" and application.withdrew)
        assert not (reached.stage == "start" and application.rejected_stage)


COUNTS = st.dictionaries(
    st.tuples(st.sampled_from(STAGES), st.sampled_from(OUTCOMES), st.sampled_from([1, 2])),
    st.integers(1, 50),
)


@given(COUNTS, COUNTS)
def test_funnels_narrow_and_add_up(one: Mapping[Any, int], other: Mapping[Any, int]) -> None:
    both = Funnel(one) + Funnel(other)
    widths = [both.reached(stage) for stage in STAGES]
    assert widths == sorted(widths, reverse=True)
    assert widths[0] == both.applications == sum(map(both.ended, OUTCOMES))
    assert both.applications == both.in_round(1) + both.in_round(2)
    assert all(
        both.reached(stage) == Funnel(one).reached(stage) + Funnel(other).reached(stage)
        for stage in STAGES
    )


NUMBERS = ("A1", "A2", "A3", "A4")
STATES: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("in_progress", {}),
    ("withdrawn", {"withdrawn_date": "05/03/2026"}),
    ("rejected", {"sift_outcome": "Fail"}),
    ("started", {"start_date": "25/03/2026"}),
    ("waits", {"sift_date": "01/01/2026"}),
)
MONTHS = ("2026-03-31", "2026-04-30", "2026-05-31")
# What each application is said to be; those left out are not listed.
LISTS = st.dictionaries(st.sampled_from(NUMBERS), st.integers(0, len(STATES) - 1), min_size=1)
STEPS = st.lists(
    st.tuples(st.sampled_from(MONTHS), LISTS, st.booleans(), st.booleans()), min_size=1, max_size=6
)


class Sent:
    """One extract as the model remembers it."""

    def __init__(self, landing: uuid.UUID, listed: Mapping[str, int], full: bool) -> None:
        self.landing, self.listed, self.full = landing, listed, full


class TestAnyOrder(TestCase):
    """Extracts replaced, withdrawn and put back, against a model of a few dictionaries."""

    @settings(max_examples=40, deadline=None)
    @given(STEPS, st.lists(st.integers(0, 2), max_size=4))
    def test_the_register_says_what_the_standing_extracts_say(
        self, steps: list[tuple[str, dict[str, int], bool, bool]], undone: list[int]
    ) -> None:
        enrol("mill")
        # The extracts of each month: the last stands, those below it were replaced.
        sent: dict[str, list[Sent]] = {month: [] for month in MONTHS}
        for month, listed, full, take_back in steps:
            self.send(sent[month], month, listed, full)
            if take_back:
                self.take_back(sent[month])
            self.agree(sent)
        for number in undone:
            if sent[MONTHS[number]]:
                self.take_back(sent[MONTHS[number]])
            self.agree(sent)

    def send(self, month: list[Sent], day: str, listed: Mapping[str, int], full: bool) -> None:
        replaces = month[-1].landing if month else None
        rows: list[Cells] = [row(name, **STATES[state][1]) for name, state in listed.items()]
        told = tell(feed_of(day, replaces=replaces, full=full), *rows)
        month.append(Sent(told.landing, listed, full))

    def take_back(self, month: list[Sent]) -> None:
        gone = month.pop()
        withdraw(gone.landing, reinstated=[month[-1].landing] if month else [])

    def agree(self, sent: Mapping[str, list[Sent]]) -> None:
        told: dict[str, str] = {}
        last_told: dict[str, str] = {}
        latest = ""
        for month in MONTHS:
            for standing in sent[month][-1:]:
                latest = month if standing.full else latest
                for name, state in standing.listed.items():
                    if STATES[state][0] != "waits":
                        told[name], last_told[name] = STATES[state][0], month
        waiting = [
            name
            for standing in sent.get(latest, [])[-1:]
            for name, state in standing.listed.items()
            if STATES[state][0] == "waits"
        ]
        as_at = dt.date(2026, 6, 30)
        funnel = queries.funnel(employer(MILL), as_at)
        assert {what: n for what in OUTCOMES if (n := funnel.ended(what))} == {
            what: n for what in OUTCOMES if (n := list(told.values()).count(what))
        }
        left_out = {name for name, month in last_told.items() if month < latest} - set(waiting)
        assert set(queries.unlisted(MILL, as_at)) == left_out


pytestmark = pytest.mark.django_db

"""Whatever comes, is corrected and is withdrawn: a withdrawn file leaves nothing behind.

What a room holds is compared with what it would hold if the withdrawn files had never come: for
each name, the last of its files that was not withdrawn. Nothing is deleted on the way, and every
state in between can still be asked for.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl
import pytest
from django.db import transaction
from django.db.models import Q
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from muster.cli.standing import ensure_standing_data
from muster.hub.contracts import Contract
from muster.hub.intakes import Feed, Sink, intake_for
from muster.register.employers.models import OrganisationCode
from muster.register.posts.models import PostFact
from muster.register.statistics.models import Figure, SurveyScore

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]
BEGAN = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
AS_AT = dt.date(2026, 3, 31)
BODIES = ("HM Treasury", "Home Office")
Rows = list[tuple[str, int]]

POSTS: dict[str, object] = {"kind": "group", "fte": 0}
FIGURES: dict[str, object] = {
    "level": "organisation",
    "measure": "headcount",
    "source": "s",
    "table": "t",
    "value": 0,
}
SCORES: dict[str, object] = {
    "measure": "EES",
    "period": AS_AT,
    "published": "0",
    "source": "s",
    "table": "t",
}
CODES: dict[str, object] = {"code": "D1"}
ROOMS: dict[str, tuple[str, str, str, dict[str, object]]] = {
    "posts": ("muster.posts.stated.v1", "organisation", "fte", POSTS),
    "statistics": ("muster.statistics.figure.v1", "organisation", "value", FIGURES),
    "survey": ("muster.statistics.survey_score.v1", "organisation", "score", SCORES),
    "employers": ("muster.employers.organisation.v1", "name", "code", CODES),
}
# A file: which of two names it has, and its rows (a body, a figure). Or: which of the files that
# came is withdrawn, counted from the last.
ROWS = st.lists(
    st.tuples(st.sampled_from(BODIES), st.integers(0, 9)), max_size=2, unique_by=lambda row: row[0]
)
STEPS = st.lists(
    st.one_of(st.tuples(st.sampled_from("ab"), ROWS), st.integers(0, 4)), min_size=1, max_size=9
)
# The first file stands again, is replaced again, and stands a third time.
TWICE_AGAIN: list[object] = [
    ("a", [(BODIES[0], 1), (BODIES[1], 2)]), ("a", [(BODIES[0], 3)]), 0, ("a", []), 0,
]  # fmt: skip


@dataclass
class Came:
    """One file that came, and whether it was withdrawn."""

    name: str
    rows: Rows
    landing: uuid.UUID = field(default_factory=uuid.uuid4)
    withdrawn: bool = False


@dataclass
class Room:
    """A sink driven as the hub drives it, beside the plain list of what came."""

    contract: Contract
    sink: Sink
    body: str
    figure: str
    constant: dict[str, object]
    frozen: bool
    came: list[Came] = field(default_factory=list)
    ticks: int = 0

    def now(self) -> dt.datetime:
        self.ticks += 0 if self.frozen else 1
        return BEGAN + dt.timedelta(hours=self.ticks)

    def standing(self, name: str) -> Came | None:
        return next((f for f in reversed(self.came) if f.name == name and not f.withdrawn), None)

    def load(self, name: str, rows: Rows) -> None:
        before, new = self.standing(name), Came(name, rows)
        replaces = before.landing if before else None
        feed = Feed(1, new.landing, 0, "test", None, AS_AT, f"{name}.csv", replaces)
        prepared = self.sink.prepare(self.frame(rows), [feed])
        assert prepared.problems.is_empty()
        at = self.now()
        waiting = prepared.frame.clear()
        self.sink.write(prepared.frame, [feed], waiting=waiting, by="test", at=at)
        self.came.append(new)

    def frame(self, rows: Rows) -> pl.DataFrame:
        columns = {
            "file": pl.Series([1] * len(rows), dtype=pl.Int64),
            "row": pl.Series(range(2, 2 + len(rows)), dtype=pl.Int64),
        }
        for one in self.contract.fields:
            values: list[object] = [self.constant.get(one.name)] * len(rows)
            if one.name == self.body:
                values = [body for body, _ in rows]
            elif one.name == self.figure:
                values = [str(n) if one.dtype == pl.String else n for _, n in rows]
            columns[one.name] = pl.Series(one.name, values, dtype=one.dtype)
        return pl.DataFrame(columns)

    def withdraw(self, back: int) -> None:
        if back >= len(self.came):
            return
        file = self.came[-1 - back]
        stood = self.standing(file.name) is file
        file.withdrawn = True
        before = self.standing(file.name)
        again = [before.landing] if stood and before else []
        self.sink.withdraw([file.landing], reinstated=again, by="test", at=self.now())

    def never_loaded(self) -> list[tuple[str, str]]:
        """Return what would be held if what was withdrawn had never come."""
        stand = [self.standing(name) for name in "ab"]
        return sorted((body, str(n)) for file in stand if file for body, n in file.rows)


def held(room: str, when: Q) -> list[tuple[str, str]]:
    facts: Iterable[tuple[str, object]]
    if room == "posts":
        facts = PostFact.objects.filter(when).values_list("organisation", "fte")
    elif room == "statistics":
        facts = Figure.objects.filter(when).values_list("organisation", "value")
    elif room == "survey":
        facts = SurveyScore.objects.filter(when).values_list("organisation", "score")
    else:
        facts = OrganisationCode.objects.filter(when).values_list("name", "code")
    return sorted((body, str(figure)) for body, figure in facts)


@pytest.mark.parametrize("name", ROOMS)
@given(steps=STEPS, frozen=st.booleans())
@example(steps=TWICE_AGAIN, frozen=False)
@example(steps=TWICE_AGAIN, frozen=True)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_withdrawn_equals_never_loaded(name: str, steps: list[object], frozen: bool) -> None:
    contract, body, figure, constant = ROOMS[name]
    intake = intake_for(contract)
    ensure_standing_data()
    with transaction.atomic():
        room = Room(intake.contract, intake.sink, body, figure, constant, frozen)
        was = {}
        for step in steps:
            if isinstance(step, int):
                room.withdraw(step)
            else:
                assert isinstance(step, tuple)
                room.load(*step)
            assert held(name, Q(statement__recorded_to__isnull=True)) == room.never_loaded()
            was[BEGAN + dt.timedelta(hours=room.ticks)] = room.never_loaded()
        for moment, then in was.items() if not frozen else ():
            ended = Q(statement__recorded_to__isnull=True) | Q(statement__recorded_to__gt=moment)
            assert held(name, ended & Q(statement__recorded_from__lte=moment)) == then
        transaction.set_rollback(True)

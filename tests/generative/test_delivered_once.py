"""Whatever changes between an interruption and the next attempt, a message takes effect once.

A worker is gone after a receiver took a shipment and before the hub noted it; meanwhile the
translation, the population or a person's mind changes. Told of each effect class: a receiver with
an inbox, one that knows messages by their key, and one that can only be asked.
"""

import tempfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from muster.connectors.http_json.fake import FakeHttpJson, FakeSystem
from muster.hub.delivering.handing import hand_over
from muster.hub.delivering.outlets import register_outlet
from muster.hub.delivering.parking import release
from muster.hub.models import Endpoint, Message, Parked, Route
from muster.hub.worker import Carrier
from muster.kernel.clock import SYSTEM_CLOCK
from tests.integration.hub_world import CHANGED, World, unique

pytestmark = pytest.mark.django_db
OPEN = ("parked", "behind", "doubtful", "released")
GRADES = ("EO", "HEO")
TRANSLATION = """
[mapping]
name = "pay"
title = "Pay"
from = "{contract}"
[fields]
staff_number = {{ take = "staff_number" }}
hours = {{ take = "hours" }}
grade = [{{ take = "grade" }}, {{ codes = {{ {codes} }} }}]
[[example]]
given = {{}}
gives = {{}}
"""


class Interrupted(BaseException):
    """The worker is gone."""


@dataclass
class Story:
    """One route of its own, and what its receiver was told, by the number of each message."""

    world: World
    effects: Callable[[], list[tuple[str, int]]]
    sent: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    grades: tuple[str, ...] = GRADES

    @property
    def route(self) -> Route:
        return Route.objects.get(source__code=self.world.sender)

    def set_to(self, **changes: Any) -> None:
        """Change the route; it is tried at once."""
        Route.objects.filter(source__code=self.world.sender).update(**changes)
        self.route.cursors.update(retry_at=None)

    def knowing(self, *grades: str) -> None:
        codes = ", ".join(f'{grade} = "{grade}"' for grade in grades)
        self.set_to(translation=TRANSLATION.format(contract=CHANGED, codes=codes))

    def send(self, subject: str, grade: str) -> None:
        number = sum(map(len, self.sent.values()))
        said = {"hours": number, "grade": grade, "correlation": "own"}
        self.world.send(self.world.message(subject, **said))
        self.sent[subject].append(number)

    def carry(self, limit: int = 100) -> None:
        carrier = Carrier(SYSTEM_CLOCK, limit=limit)
        carrier.drain()
        carrier.stop()

    def interrupted(self) -> None:
        """Let a worker hand one shipment over, and be gone before it can note it."""

        def gone(*args: Any, **how: Any) -> None:
            hand_over(*args, **how)
            raise Interrupted

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("muster.hub.delivering.carrying.hand_over", gone)
            try:
                self.carry()
            except Interrupted:
                self.route.cursors.update(owner="", until=None)

    def release(self) -> None:
        for row in Parked.objects.filter(route=self.route, state__in=("parked", "doubtful")):
            row.refresh_from_db()
            if row.state in ("parked", "doubtful"):
                release(parked=row.id, reason="mended", by="hr:ann", clock=SYSTEM_CLOCK)

    def waiting(self) -> set[int]:
        """Return the numbers of the messages that the hub says wait."""
        positions = Parked.objects.filter(route=self.route, state__in=OPEN)
        names = Message.objects.filter(position__in=positions.values("position"))
        return {int(name) - 1 for name in names.values_list("event_id", flat=True)}

    def passed_by(self) -> set[int]:
        """Return the numbers of the messages that went nowhere by design."""
        (cursor,) = self.route.cursors.all()
        past = Message.objects.filter(system__code=self.world.sender, position__lte=cursor.position)
        numbers = {int(name) - 1 for name in past.values_list("event_id", flat=True)}
        return numbers - {number for _, number in self.effects()} - self.waiting()


def story(kind: str) -> Story:
    world = World(Path(tempfile.mkdtemp()), sender=f"hr:{unique()}", receiver=f"pay:{unique()}")
    world.build()
    if kind == "inbox":
        told = Story(
            world, lambda: [(row["staff_number"], row["hours"]) for row in world.received()]
        )
    else:
        system, name = FakeSystem(), unique()
        register_outlet(name, lambda _: FakeHttpJson(system, effect=kind))  # type: ignore[arg-type]
        Endpoint.objects.filter(system__code=world.receiver).update(kind=name)
        told = Story(
            world,
            lambda: [(one["staff_number"], one["hours"]) for one in system.messages.values()],
        )
    told.knowing(*GRADES)
    return told


STEPS = st.one_of(
    st.tuples(st.just("send"), st.sampled_from("12"), st.sampled_from(GRADES)),
    st.sampled_from([(one,) for one in (
        "carry", "interrupted", "interrupted", "forget", "know", "leave out", "take in", "release",
    )]),
)  # fmt: skip
SENT = ("send", "1", "HEO")
AGAIN = ("send", "1", "EO")


def tell(told: Story, step: tuple[str, ...]) -> None:
    match step:
        case ("send", subject, grade):
            told.send(subject, grade)
        case ("forget",):
            told.knowing("EO")
        case ("know",):
            told.knowing(*GRADES)
        case ("leave out",):
            told.set_to(population="case:another")
        case ("take in",):
            told.set_to(population="")
        case (verb,):
            getattr(told, verb)()


@pytest.mark.parametrize("kind", ["inbox", "idempotent", "confirm"])
@settings(
    max_examples=15, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(steps=st.lists(STEPS, min_size=3, max_size=14))
@example(steps=[SENT, AGAIN, ("interrupted",), ("forget",), ("carry",)])
@example(steps=[SENT, ("interrupted",), AGAIN, ("forget",), ("carry",)])
@example(steps=[SENT, ("forget",), ("carry",), ("know",), ("release",), ("interrupted",),
                ("forget",), ("carry",)])  # fmt: skip
@example(steps=[SENT, ("interrupted",), ("leave out",), ("carry",)])
def test_each_message_takes_effect_once_and_in_order(
    kind: str, steps: list[tuple[str, ...]], fresh_home: Path
) -> None:
    told = story(kind)
    for step in steps:
        tell(told, step)
        if step[0] == "carry":
            # What the receiver has waits for nothing.
            assert not told.waiting() & {number for _, number in told.effects()}
    told.knowing(*GRADES)
    told.set_to(population="")
    for _ in range(3):
        told.carry()
        told.release()
    told.carry()
    effects, left_out = told.effects(), told.passed_by()
    assert not left_out or ("leave out",) in steps
    for subject, sent in told.sent.items():
        expected = [number for number in sent if number not in left_out]
        assert [number for one, number in effects if one == subject] == expected
    assert not told.waiting()
    told.set_to(enabled=False)


def test_the_evidence_says_that_it_was_delivered(fresh_home: Path) -> None:
    told = story("inbox")
    told.send("1", "HEO")
    told.send("1", "EO")
    told.interrupted()
    told.knowing("EO")
    told.carry()
    (shipment,) = told.route.deliveries.all()
    assert (shipment.messages, shipment.had) == (2, 2)
    assert not Parked.objects.exists()


def test_of_what_nobody_can_tell_a_person_is_asked(fresh_home: Path) -> None:
    told = story("confirm")
    told.send("1", "HEO")
    told.interrupted()
    told.knowing("EO")
    system, name = FakeSystem(), unique()

    class Blind(FakeHttpJson):
        """A receiver that cannot be asked."""

        def look(self, envelopes: pl.DataFrame) -> pl.DataFrame:
            return envelopes.select("position", pl.lit(None, pl.Boolean).alias("present"))

    register_outlet(name, lambda _: Blind(system, effect="confirm"))
    Endpoint.objects.filter(system__code=told.world.receiver).update(kind=name)
    told.carry()
    row = Parked.objects.get()
    assert (row.state, row.stage) == ("doubtful", "doubt")
    assert "cannot tell whether it took it; by now: " in row.cause
    assert system.messages == {}

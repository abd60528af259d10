"""The proof of a message with its deliveries, and the index of messages beside the log."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.hub.delivering.noting import spans
from muster.hub.delivering.replaying import replay
from muster.hub.messages.evidence import proof_of_message
from muster.hub.models import Delivery, Message
from muster.hub.worker import Carrier
from muster.kernel.clock import SYSTEM_CLOCK
from muster.ledger import verify_proof
from muster.ledger.current import ledger
from muster.ledger.indexes import indexes_of
from muster.ledger.proving import check_proof
from muster.ledger.verification import Report, verify
from tests.integration.hub_world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    world = World(tmp_path)
    world.build()
    return world


def carried() -> None:
    carrier = Carrier(SYSTEM_CLOCK)
    carrier.drain()
    carrier.stop()


def test_a_proof_holds_every_delivery_of_its_message_and_no_other(world: World) -> None:
    first, second = world.send(world.message("1", hours=20), world.message("2"))
    assert first.position is not None
    assert check_proof(proof_of_message(first.position)).deliveries == ()
    carried()
    world.send(world.message("3"))
    carried()
    code = f"{world.sender}-{world.receiver}".replace(":", "-")
    replay(code, first=first.position, last=first.position, reason="lost", by="me",
           clock=SYSTEM_CLOCK)  # fmt: skip
    carried()
    text = proof_of_message(first.position)
    proven, plainly = check_proof(text), verify_proof.check(text.encode())
    assert [one.agreement for one in proven.deliveries] == [code] * 2
    assert [one.agreement_version for one in proven.deliveries] == [1, 1]
    assert [one["receiver"] for one in plainly["deliveries"]] == [world.receiver] * 2
    assert proven.entry.body == ledger().read("exchange", first.position, 1)[0].body
    assert second.position is not None
    assert len(check_proof(proof_of_message(second.position)).deliveries) == 1


def test_a_delivery_names_the_messages_that_were_handed_over_and_no_others(world: World) -> None:
    world.remake(world.columns.replace("hours integer", "hours integer CHECK (hours < 50)"))
    sent = world.send(*(world.message(f"{n}", hours=55 if n in (2, 5) else 20) for n in range(7)))
    ledger().append_one("exchange", "muster.test.between.v1", "test", {})
    sent += world.send(world.message("7", hours=20))
    carried()
    places = [one.position for one in sent]
    [delivery] = Delivery.objects.all()
    body = ledger().read("exchange", delivery.entry, 1)[0].body
    assert json.loads(body or b"")["handed"] == [
        places[0:2], [places[3], places[4]], [places[6]] * 2, [places[7]] * 2,
    ]  # fmt: skip
    for n, position in enumerate(places):
        proven = check_proof(proof_of_message(position or 0)).deliveries
        assert [one.named for one in proven] == ([] if n in (2, 5) else [True])


@given(st.sets(st.integers(0, 40)))
def test_runs_of_positions_are_those_positions(positions: set[int]) -> None:
    found = spans(pl.Series(sorted(positions), dtype=pl.Int64))
    assert [at for first, last in found for at in range(first, last + 1)] == sorted(positions)
    assert all(other[0] > one[1] + 1 for one, other in pairwise(found))


def test_a_parked_message_was_not_delivered(world: World) -> None:
    world.remake(world.columns.replace("hours integer", "hours integer CHECK (hours < 50)"))
    good, bad = world.send(world.message("1", hours=20), world.message("2", hours=55))
    carried()
    assert good.position is not None
    assert bad.position is not None
    assert len(check_proof(proof_of_message(good.position)).deliveries) == 1
    assert check_proof(proof_of_message(bad.position)).deliveries == ()


def report() -> Report:
    return verify(ledger(), "exchange", indexes=indexes_of("exchange"))


def kept(world: World) -> int:
    """Send three messages, one of them a second time; return the position of the second."""
    raws = [world.message(str(n), surname="Möle", correlation="c1") for n in range(3)]
    answers = world.send(*raws)
    world.send(raws[0])
    assert report().sound
    assert answers[1].position is not None
    return answers[1].position


ALTERED: dict[str, Any] = {
    "digest": b"x" * 32, "contract": "muster.other.v1", "subject": "employment:hr:9",
    "source": "/systems/other", "event_id": "other", "correlation": "", "time": "",
    "traceparent": "00-" + "a" * 32 + "-" + "b" * 16 + "-01",
}  # fmt: skip


@pytest.mark.parametrize("column", ALTERED)
def test_verification_names_the_message_whose_index_was_altered(world: World, column: str) -> None:
    position = kept(world)
    Message.objects.filter(position=position).update(**{column: ALTERED[column]})
    (fault,) = report().faults
    assert fault.position == position
    assert fault.what == f"the index of messages states another {column}"


def test_verification_misses_no_row_that_was_taken_away_or_slipped_in(world: World) -> None:
    position = kept(world)
    row = Message.objects.get(position=position)
    row.delete()
    (fault,) = report().faults
    assert (fault.position, fault.what) == (
        position, "the index of messages does not know this message",
    )  # fmt: skip
    row.position = position + 1000
    row.save(force_insert=True)
    assert {fault.position for fault in report().faults} == {position, position + 1000}


def test_an_entry_that_is_no_message_has_no_row(world: World) -> None:
    kept(world)
    entry = ledger().append_one("exchange", "muster.hub.landing.received.v1", "landing:hub:1", {})
    assert report().sound
    one = Message.objects.first()
    assert one is not None
    one.position, one.event_id = entry, "forged"
    one.save(force_insert=True)
    (fault,) = report().faults
    assert (fault.position, "no message" in fault.what) == (entry, True)


def test_what_was_erased_is_not_compared(world: World) -> None:
    position = kept(world)
    subject = Message.objects.get(position=position).subject
    ledger().erase(f"subject:{subject}", reason="retention ended", by="officer:1")
    assert report().sound


def test_an_index_is_read_in_few_statements(
    world: World, django_assert_max_num_queries: Any
) -> None:
    world.send(*(world.message(str(n)) for n in range(300)))
    with django_assert_max_num_queries(20):
        assert report().sound

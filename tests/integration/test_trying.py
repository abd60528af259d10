"""Trying one record: the way of live messages, and a rehearsal that leaves nothing."""

import json
from pathlib import Path

import pytest

from muster.hub.connecting.trying import example_for, rehearse, try_message, try_record
from muster.hub.models import Agreement, Message, Route
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Conflict, NotFound, NotPermitted
from tests.integration.connected import (
    BY,
    MAPPING,
    PASSWORD,
    carried,
    drafted,
    spoken,
    told,
    undrafted,
)
from tests.integration.hub_world import CHANGED, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    return undrafted(tmp_path)


def test_one_record_goes_the_way_of_live_messages(world: World) -> None:
    drafted(translation=MAPPING)
    said = {"staff_number": "7", "grade": "EO", "bank_account": PASSWORD}
    tried = try_record("mill-to-payroll", json.dumps(said).encode(), clock=SYSTEM_CLOCK)
    assert (tried.end, tried.flows, tried.translated) == ("goes", True, True)
    assert dict(tried.gets) == {"staff_number": "7", "grade": "EO"}
    assert {one.name: one.value for one in tried.fields if one.value} == said
    assert "bank_account" not in {one.name for one in tried.fields if one.agreed}
    assert PASSWORD not in repr(tried)
    Route.objects.update(enabled=True)
    world.send(world.message("7", bank_account=PASSWORD))
    carried()
    (live,) = world.received()
    assert {name: said for name, said in live.items() if said is not None} == dict(tried.gets)


@pytest.mark.parametrize(
    ("record", "stage", "words"),
    [
        ('{"staff_number": "1", "grade": "Baron"}', "contract", "Grade"),
        ('{"grade": "EO"}', "contract", "Staff number"),
        ('{"staff_number": "1", "grade": "EO", "shoe": 9}', "contract", "not declare"),
        ('{"staff_number": 1, "grade": "EO"}', "contract", "Staff number"),
        ('{"staff_number": "1", "grade": "EO", "start": "soon"}', "contract", "date"),
    ],
)
def test_what_stands_in_a_records_way_is_said(
    record: str, stage: str, words: str, world: World
) -> None:
    drafted()
    tried = try_record("mill-to-payroll", record.encode(), clock=SYSTEM_CLOCK)
    assert (tried.end, tried.gets) == ("waits", ())
    (wrong,) = tried.wrong
    assert wrong.stage == stage
    assert words in wrong.said
    with pytest.raises(Conflict):
        rehearse(tried, confirmed=True, by=BY, clock=SYSTEM_CLOCK)


@pytest.mark.parametrize(
    "record",
    [
        b"", b"[]", b"{", b"7", b'{"a": 1, "a": 2}', b"\xff", b'{"specversion": "1.0"}',
        b'{"a":' * 40 + b"1" + b"}" * 40, b'{"a": "' + b"x" * 1_100_000 + b'"}',
        b'{} , "type": "other"', b'{"a": 1}}',
    ],
)  # fmt: skip
def test_what_is_no_record_is_refused_by_name(record: bytes, world: World) -> None:
    drafted()
    with pytest.raises(BadInput) as raised:
        try_record("mill-to-payroll", record, clock=SYSTEM_CLOCK)
    assert raised.value.where.field == "record"


def test_a_whole_message_is_the_senders_own_and_of_the_contract(world: World) -> None:
    drafted()
    tried = try_record("mill-to-payroll", world.message("1", id="own"), clock=SYSTEM_CLOCK)
    assert (tried.envelope.id, tried.end) == ("own", "goes")
    for wrong in (
        world.message("1").replace(b"/systems/hr:mill", b"/systems/hr:bank"),
        world.message("1").replace(CHANGED.encode(), b"muster.people.left.v1"),
    ):
        with pytest.raises(BadInput):
            try_record("mill-to-payroll", wrong, clock=SYSTEM_CLOCK)


def test_an_example_of_the_contract_goes(world: World) -> None:
    drafted(translation=MAPPING.replace('"1"', '"42"'))
    made = example_for("mill-to-payroll")
    assert json.loads(made)["staff_number"] == "42"
    assert try_record("mill-to-payroll", made.encode(), clock=SYSTEM_CLOCK).flows
    assert Message.objects.count() == 0


def test_whom_a_population_leaves_out_is_left_out(world: World) -> None:
    drafted(population="case:c1")
    outside = world.message("1", correlation="c2")
    assert try_record("mill-to-payroll", outside, clock=SYSTEM_CLOCK).end == "left out"
    alone = b'{"staff_number": "1", "grade": "EO"}'
    assert try_record("mill-to-payroll", alone, clock=SYSTEM_CLOCK).end == "goes"


def test_without_an_agreement_nothing_is_opened_or_handed_over(world: World) -> None:
    drafted()
    (sent,) = world.send(world.message("1", surname="Mole"))
    assert sent.position is not None
    tried = try_message("mill-to-payroll", sent.position, clock=SYSTEM_CLOCK)
    assert tried.flows
    with pytest.raises(NotFound):
        try_message("mill-to-payroll", sent.position + 999, clock=SYSTEM_CLOCK)
    Agreement.objects.update(suspended_at=SYSTEM_CLOCK.now())
    with pytest.raises(NotPermitted):
        try_message("mill-to-payroll", sent.position, clock=SYSTEM_CLOCK)
    with pytest.raises(NotPermitted):
        rehearse(tried, confirmed=True, by=BY, clock=SYSTEM_CLOCK)
    again = try_record("mill-to-payroll", world.message("1"), clock=SYSTEM_CLOCK)
    assert (again.end, again.flows, again.wrong[0].stage) == ("goes", False, "route")


def test_a_rehearsal_leaves_nothing_and_is_told_without_the_record(world: World) -> None:
    drafted()
    raw = world.message("1", surname="Mole")
    tried = try_record("mill-to-payroll", raw, clock=SYSTEM_CLOCK)
    done = rehearse(tried, confirmed=False, by=BY, clock=SYSTEM_CLOCK)
    assert "1 of 1" in done.said
    assert world.received() == []
    assert "Mole" not in json.dumps(told())
    assert told()[-1]["how"] == "undone"
    strict = "staff_number text CHECK (staff_number <> '1')"
    world.remake(world.columns.replace("staff_number text", strict))
    refused = rehearse(tried, confirmed=False, by=BY, clock=SYSTEM_CLOCK)
    assert refused.results["outcome"].to_list() == ["rejected"]


def test_what_the_receiver_sees_needs_a_persons_word(world: World) -> None:
    spoken(settings={"url": "http://127.0.0.1:1/events", "local": "yes"})
    drafted()
    tried = try_record("mill-to-payroll", world.message("1"), clock=SYSTEM_CLOCK)
    with pytest.raises(BadInput) as raised:
        rehearse(tried, confirmed=False, by=BY, clock=SYSTEM_CLOCK)
    assert raised.value.where.field == "confirmed"
    assert [one for one in told() if one["type"].endswith("rehearsed.v1")] == []  # type: ignore[attr-defined]

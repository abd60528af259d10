"""A file of one employer's HR system goes on to another employer's database, and no more of it."""

from pathlib import Path

import pytest

from muster.hub.delivering.outlets import seal_secrets
from muster.hub.forwarding.letting_go import held_forwards, let_go
from muster.hub.models import (
    Agreement,
    BulkChange,
    Cursor,
    Endpoint,
    Forward,
    ForwardedRow,
    Route,
    System,
)
from muster.hub.reading import read
from muster.hub.worker import Carrier
from muster.kernel.clock import SYSTEM_CLOCK
from tests.integration.hub_world import World
from tests.integration.people_files import load
from tests.integration.test_people_feeds import MOLE, TOAD, VOLE, changed, enrol_bodies, sheet

pytestmark = pytest.mark.django_db
HR_RECORD = "muster.people.hr_record.v1"
MAPPING = """
[mapping]
name = "hr-to-payroll"
title = "HR records as payroll reads them"
from = "muster.people.hr_record.v1"
[codes.grades]
"Grade 7" = "G7"
"SEO" = "SEO"
[fields]
staff_number = [{ take = "staff_number" }]
surname = [{ take = "surname" }, { upper = true }]
grade = [{ take = "grade" }, { codes = "grades", unknown = "park" }]
[[example]]
given = { staff_number = "1", surname = "Mole", grade = "SEO" }
gives = { staff_number = "1", surname = "MOLE", grade = "SEO" }
"""


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    enrol_bodies("mill")
    world = World(tmp_path, columns="staff_number text PRIMARY KEY, surname text, grade text")
    receiver = System.objects.create(code=world.receiver, title="Payroll", kind="payroll")
    sender = System.objects.get(code="hr:mill")
    agreement = Agreement.objects.create(
        code="mill-pay", title="Pay", contract=HR_RECORD, sender=sender, receiver=world.receiver,
        fields=["staff_number", "surname", "grade"], purpose="pay", lawful_basis="contract",
        retention="7 years", starts="2020-01-01",
    )  # fmt: skip
    endpoint = Endpoint(
        system=receiver, kind="sql_table",
        settings={"table": "pay", "mode": "upsert", "keys": "staff_number"},
    )  # fmt: skip
    endpoint.sealed = seal_secrets(endpoint, {"url": world.url()})
    endpoint.save()
    route = Route.objects.create(
        code="mill-pay", contract=HR_RECORD, source=sender, agreement=agreement, receiver=receiver,
        endpoint=endpoint, translation=MAPPING,
    )  # fmt: skip
    Cursor.objects.create(route=route, shard=0)
    return world


def carried() -> None:
    carrier = Carrier(SYSTEM_CLOCK, read=read)
    carrier.drain()
    carrier.stop()


def send(as_at: str, *rows: str) -> None:
    load({f"mill/2026-{as_at}-hr.csv": sheet(*rows)})


def held(world: World) -> dict[str, tuple[str, str]]:
    return {row["staff_number"]: (row["surname"], row["grade"]) for row in world.received()}


def test_only_what_changed_goes_on_and_only_what_was_agreed(world: World) -> None:
    send("08-31", MOLE, changed(VOLE, Grade="SEO"))
    carried()
    assert held(world) == {"M/1": ("MOLE", "G7"), "M/2": ("VAN DER VOLE", "SEO")}
    send("09-30", changed(MOLE, Grade="SEO"), changed(VOLE, Grade="SEO"))
    carried()
    assert held(world)["M/1"] == ("MOLE", "SEO")
    assert [one.sent for one in Forward.objects.order_by("number")] == [2, 1]
    carried()
    assert Forward.objects.count() == 2


def test_a_row_that_cannot_be_translated_waits_alone_and_goes_with_a_mended_mapping(
    world: World,
) -> None:
    send("08-31", MOLE, changed(TOAD, Grade="G6"))
    carried()
    assert held(world) == {"M/1": ("MOLE", "G7")}
    [waiting] = ForwardedRow.objects.all()
    assert waiting.cause.startswith("grade")
    Route.objects.filter(code="mill-pay").update(
        translation=MAPPING.replace('"SEO" = "SEO"', '"SEO" = "SEO"\n"Grade 6" = "G6"'),
        translation_version=1,
    )
    carried()
    assert held(world)["M/3"] == ("TOAD", "G6")
    assert Forward.objects.get(number=2).sent == 1
    assert not ForwardedRow.objects.exists()


def test_without_an_agreement_nothing_goes_on(world: World) -> None:
    Agreement.objects.filter(code="mill-pay").update(ends="2021-01-01")
    send("08-31", MOLE)
    carried()
    assert world.received() == []
    assert "ended" in Cursor.objects.get().blocked


def test_what_the_receiver_rejects_is_tried_again_with_the_next_file(world: World) -> None:
    world.columns = "staff_number text PRIMARY KEY, surname text, grade text CHECK (grade <> 'G7')"
    world.remake(world.columns)
    send("08-31", MOLE, changed(VOLE, Grade="SEO"))
    carried()
    assert list(held(world)) == ["M/2"]
    assert ForwardedRow.objects.count() == 1
    send("09-30", changed(MOLE, Grade="SEO"), changed(VOLE, Grade="SEO"))
    carried()
    assert held(world)["M/1"] == ("MOLE", "SEO")
    assert not ForwardedRow.objects.exists()


def test_what_the_register_takes_may_be_too_much_for_a_receiver(world: World) -> None:
    people = [changed(MOLE, Staff_no=f"M/{number}", NI_No="") for number in range(100, 130)]
    send("08-31", *people)
    carried()
    assert len(held(world)) == 30
    send("09-30", *(changed(person, Grade="SEO") for person in people))
    # What was announced let it into the register. It was announced for the register alone.
    BulkChange.objects.update(withdrawn_at=SYSTEM_CLOCK.now())
    carried()
    assert {grade for _name, grade in held(world).values()} == {"G7"}
    [waits] = held_forwards()
    assert "change 30 of 30 rows" in waits.said
    let_go(forward=waits.id, reason="all were regraded", by="persona:2", clock=SYSTEM_CLOCK)
    carried()
    assert {grade for _name, grade in held(world).values()} == {"SEO"}

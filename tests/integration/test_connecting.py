"""Setting up a system, an endpoint and a route: what is kept, what is refused, what is told."""

import json
import uuid
from pathlib import Path

import pytest

from muster.hub.airlock.trials import begin, go_live, withdraw
from muster.hub.connecting.drafting import change_draft, delete_draft, draft_route
from muster.hub.connecting.queries import endpoints_of
from muster.hub.connecting.systems import add_system
from muster.hub.delivering.outlets import opened_secrets
from muster.hub.models import Agreement, Cursor, Delivery, Endpoint, Replay, Route, System, Trial
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Conflict, MusterError, NotFound, NotPermitted
from tests.integration.connected import (
    BY,
    MAPPING,
    PASSWORD,
    carried,
    draft,
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


def test_a_system_is_registered_once_and_told(fresh_home: Path) -> None:
    owner = uuid.uuid4()
    said = {"title": "Mill payroll", "kind": "payroll", "by": BY, "clock": SYSTEM_CLOCK}
    add_system(code="pay:mill", employer=owner, **said)  # type: ignore[arg-type]
    row = System.objects.get(code="pay:mill")
    assert (row.title, row.kind, row.employer) == ("Mill payroll", "payroll", owner)
    with pytest.raises(Conflict, match="another code"):
        add_system(code="pay:mill", employer=None, **said)  # type: ignore[arg-type]
    assert [(one["type"], one["employer"]) for one in told()] == [
        ("muster.hub.system.added.v1", str(owner))
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "Pay:Mill"), ("code", "pay/mill"), ("code", ""), ("code", "x" * 101),
        ("code", "register"), ("code", "add"), ("code", "pay mill"), ("title", " "),
        ("title", "a\x00b"), ("title", "x" * 201), ("kind", ""), ("kind", "x" * 41),
    ],
)  # fmt: skip
def test_a_system_that_cannot_be_named_is_refused(field: str, value: str, fresh_home: Path) -> None:
    said = {"code": "pay:mill", "title": "Mill payroll", "kind": "payroll", field: value}
    with pytest.raises(BadInput) as raised:
        add_system(**said, employer=None, by=BY, clock=SYSTEM_CLOCK)
    assert raised.value.where.field == field
    assert not System.objects.exists()


@pytest.mark.parametrize(
    ("field", "kind", "settings", "secrets"),
    [
        ("kind", "carrier_pigeon", {"url": "x"}, {}),
        ("tabel", "sql_table", {"tabel": "pay"}, {"url": "sqlite:////x"}),
        ("url", "sql_table", {"table": "pay", "url": f"sqlite:////{PASSWORD}"}, {}),
        ("table", "sql_table", {}, {"url": "sqlite:////x", "table": PASSWORD}),
        ("url", "sql_table", {"table": "pay"}, {}),
        ("table", "sql_table", {"mode": "append"}, {"url": "sqlite:////x"}),
        ("mode", "sql_table", {"table": "pay", "mode": "yes"}, {"url": "sqlite:////x"}),
        ("url", "sql_table", {"table": "pay"}, {"url": PASSWORD}),
        ("url", "http_json", {"url": "http://pay.example/"}, {"token": PASSWORD}),
        ("token", "http_json", {"url": "https://pay.example/"}, {"token": f"{PASSWORD} x"}),
        ("host_key", "remote_folder", {"url": "sftp://a@b/c"}, {"password": PASSWORD}),
        ("layout", "load_file", {"url": "file:///x", "local": "yes", "layout": "?"}, {}),
        ("url", "http_json", {"url": "https://x.example/\x00"}, {}),
        ("url", "http_json", {"url": "x" * 20_001}, {}),
    ],
)
def test_what_a_connector_cannot_use_is_named_and_never_shown(
    field: str, kind: str, settings: dict[str, str], secrets: dict[str, str], world: World
) -> None:
    Endpoint.objects.all().delete()
    with pytest.raises(BadInput) as raised:
        spoken(kind=kind, settings=settings, secrets=secrets)
    assert raised.value.where.field == field
    assert PASSWORD not in str(raised.value)
    assert raised.value.fix
    assert not Endpoint.objects.exists()
    assert told() == []


def test_secrets_are_sealed_kept_and_never_told(world: World) -> None:
    Endpoint.objects.all().delete()
    one = spoken(secrets={"token": PASSWORD})
    row = Endpoint.objects.get()
    assert opened_secrets(row) == {"token": PASSWORD}
    assert PASSWORD.encode() not in bytes(row.sealed)
    assert spoken(settings={"url": "https://pay.example/events", "timeout": "5"}) == one
    row = Endpoint.objects.get()
    assert (row.settings["timeout"], opened_secrets(row)) == ("5", {"token": PASSWORD})
    (view,) = endpoints_of("payroll:weir")
    assert view.secrets == ("token",)
    assert PASSWORD not in repr(view) + json.dumps(told())
    assert [one["kept"] for one in told()] == [[], ["token"]]
    spoken(forget=("token",))
    assert opened_secrets(Endpoint.objects.get()) == {}


def test_a_kept_secret_never_goes_to_another_address(world: World) -> None:
    Endpoint.objects.all().delete()
    spoken(secrets={"token": PASSWORD})
    elsewhere = {"url": "https://thief.example/events"}
    with pytest.raises(BadInput) as raised:
        spoken(settings=elsewhere)
    assert raised.value.where.field == "token"
    assert Endpoint.objects.get().settings["url"].startswith("https://pay.example")
    spoken(settings=elsewhere, secrets={"token": "another"})
    spoken(kind="sql_table", settings={"table": "pay"}, secrets={"url": "sqlite:////x"})
    assert opened_secrets(Endpoint.objects.get()) == {"url": "sqlite:////x"}


def test_of_several_endpoints_it_is_said_which(world: World) -> None:
    first = Endpoint.objects.get().id
    second = spoken(another=True)
    with pytest.raises(BadInput, match=str(second)):
        spoken()
    with pytest.raises(BadInput, match=str(second)):
        drafted()
    with pytest.raises(NotFound):
        spoken(endpoint=uuid.uuid4())
    with pytest.raises(NotFound):
        spoken(system="hr:mill", endpoint=second)
    assert spoken(endpoint=second) == second
    assert drafted(endpoint=first).endpoint_id == first


def test_a_draft_carries_nothing_and_begins_with_what_comes(world: World) -> None:
    (before,) = world.send(world.message("1"))
    route = drafted(shards=2, translation=MAPPING)
    assert (route.enabled, route.translation_version) == (False, 1)
    cursors = Cursor.objects.filter(route=route).order_by("shard")
    assert [(one.shard, one.position) for one in cursors] == [
        (0, before.position), (1, before.position),
    ]  # fmt: skip
    world.send(world.message("2"))
    carried()
    assert world.received() == []
    Route.objects.update(enabled=True)
    carried()
    assert [one["staff_number"] for one in world.received()] == ["2"]


def test_from_the_start_is_from_the_first_message(world: World) -> None:
    world.send(world.message("1"))
    drafted(from_start=True)
    Route.objects.update(enabled=True)
    carried()
    assert len(world.received()) == 1


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("code", {"code": "Mill to payroll"}),
        ("code", {"code": "draft"}),
        ("contract", {"contract": "muster.none.v1"}),
        ("source", {"source": "hr:none"}),
        ("receiver", {"receiver": "payroll:none", "agreement": "to-none"}),
        ("agreement", {"agreement": "none"}),
        ("agreement", {"source": "payroll:weir"}),
        ("agreement", {"receiver": "hr:mill"}),
        ("endpoint", {"endpoint": uuid.uuid4()}),
        ("population", {"population": "everybody"}),
        ("population", {"population": "case:"}),
        ("shards", {"shards": 0}),
        ("shards", {"shards": 65}),
        (None, {"translation": "[mapping"}),
        (None, {"translation": MAPPING.replace('take = "grade"', 'take = "bank_account"')}),
        (None, {"translation": MAPPING.replace('gives = { staff_number = "1"',
                                               'gives = { staff_number = "2"')}),
    ],
)  # fmt: skip
def test_a_draft_that_does_not_fit_is_refused(
    field: str | None, changes: dict[str, object], world: World
) -> None:
    there = Agreement.objects.get()
    Agreement.objects.create(
        code="to-none", title="x", contract=CHANGED, sender=there.sender, receiver="payroll:none",
        fields=["grade"], purpose="x", lawful_basis="x", retention="x", starts=there.starts,
    )  # fmt: skip
    with pytest.raises(MusterError) as raised:
        drafted(**changes)  # type: ignore[arg-type]
    assert raised.value.where.field == field
    assert raised.value.fix
    assert not Route.objects.exists()


def test_nothing_is_drafted_to_whom_nothing_speaks_or_under_what_ended(world: World) -> None:
    Agreement.objects.update(ended_on="2026-01-01")
    with pytest.raises(Conflict, match="ended"):
        drafted()
    Agreement.objects.update(ended_on=None)
    Endpoint.objects.all().delete()
    with pytest.raises(Conflict, match="Set its endpoint first"):
        drafted()


def test_two_routes_never_do_the_same(world: World) -> None:
    drafted()
    with pytest.raises(Conflict) as raised:
        drafted()
    assert raised.value.where.field in ("code", "endpoint")
    with pytest.raises(Conflict, match="mill-to-payroll"):
        drafted(code="another")
    draft_route(draft(code="one-case", population="case:c1"), by=BY, clock=SYSTEM_CLOCK)


def test_a_draft_changes_until_it_has_delivered(world: World) -> None:
    (before,) = world.send(world.message("1"))
    drafted()
    world.send(world.message("2"))
    change_draft(draft(translation=MAPPING), by=BY, clock=SYSTEM_CLOCK)
    route = Route.objects.get()
    assert route.translation_version == 1
    assert Cursor.objects.get().position == before.position, "where it begins stays"
    change_draft(draft(shards=3), from_start=True, by=BY, clock=SYSTEM_CLOCK)
    assert [one.position for one in Cursor.objects.all()] == [-1, -1, -1]
    Route.objects.update(enabled=True)
    carried()
    assert Delivery.objects.exists()
    Route.objects.update(enabled=False)
    with pytest.raises(Conflict, match="carried"):
        change_draft(draft(), by=BY, clock=SYSTEM_CLOCK)
    with pytest.raises(Conflict, match="carried"):
        delete_draft(code=route.code, reason="x", by=BY, clock=SYSTEM_CLOCK)
    assert [one["type"] for one in told()] == [
        "muster.hub.route.drafted.v1", "muster.hub.route.changed.v1", "muster.hub.route.changed.v1",
    ]  # fmt: skip


def test_a_draft_on_which_something_hangs_stays(world: World) -> None:
    route = drafted()
    Replay.objects.create(
        route=route, first=0, last=1, reason="x", asked_at=SYSTEM_CLOCK.now(), asked_by=BY,
        position=0,
    )  # fmt: skip
    with pytest.raises(Conflict, match="replay"):
        delete_draft(code=route.code, reason="x", by=BY, clock=SYSTEM_CLOCK)
    assert Cursor.objects.filter(route=route).exists()


def test_a_new_route_goes_live_by_two_people_and_a_trial(world: World) -> None:
    world.send(world.message("1"))
    drafted()
    asked = {"reason": "New", "clock": SYSTEM_CLOCK}
    first = begin("mill-to-payroll", by="a", **asked)  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="trial runs"):
        change_draft(draft(), by=BY, clock=SYSTEM_CLOCK)
    withdraw(first, by="a", **asked)  # type: ignore[arg-type]
    with pytest.raises(BadInput):
        delete_draft(code="mill-to-payroll", reason=" ", by=BY, clock=SYSTEM_CLOCK)
    delete_draft(code="mill-to-payroll", reason="Anew", by=BY, clock=SYSTEM_CLOCK)
    assert not Route.objects.exists()
    assert not Trial.objects.exists()
    drafted()
    one = begin("mill-to-payroll", by="a", **asked)  # type: ignore[arg-type]
    with pytest.raises(NotPermitted):
        go_live(one, by="a", **asked)  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="not accepted"):
        go_live(one, by="b", **asked)  # type: ignore[arg-type]
    kinds = list(Trial.objects.get(id=one).kinds.values_list("id", flat=True))
    go_live(one, kinds, by="b", **asked)  # type: ignore[arg-type]
    world.send(world.message("2"))
    carried()
    assert [one["staff_number"] for one in world.received()] == ["2"]

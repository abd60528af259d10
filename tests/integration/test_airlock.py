"""Trials beside a live route: what they see, what they never do, and who lets them go live."""

import json
from pathlib import Path
from typing import Any

import pytest

from muster.hub.airlock import looking, recording
from muster.hub.airlock.looking import look_on
from muster.hub.airlock.queries import KindView, details, trial
from muster.hub.airlock.trials import accept_differences, begin, go_live, withdraw
from muster.hub.messages.acceptance import scope_of
from muster.hub.models import (
    Agreement,
    Cursor,
    Delivery,
    Parked,
    Route,
    Trial,
    TrialDifference,
)
from muster.hub.worker import Carrier
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Conflict, NotFound, NotPermitted
from muster.ledger.current import ledger
from tests.integration.hub_world import AGREED, CHANGED, SCHEMA, World

pytestmark = pytest.mark.django_db
CODE = "hr-mill-payroll-weir"
ANN, BEN = "hr:ann", "hr:ben"


GRADE = 'grade = { take = "grade" }'


def text(*fields: str, gives: str, only: str = "") -> str:
    """Return a translation of the staff number and some fields, and what its example gives."""
    return f"""
[mapping]
name = "pay"
title = "Pay"
from = "{CHANGED}"
{only}
[fields]
staff_number = {{ take = "staff_number" }}
{chr(10).join(fields)}
[[example]]
given = {{ staff_number = "1", grade = "EO" }}
gives = {{ staff_number = "1", {gives} }}
"""


PLAIN = text(GRADE, gives='grade = "EO"')
LOWER = text('grade = [{ take = "grade" }, { lower = true }]', gives='grade = "eo"')
SHORT = text(
    'grade = [{ take = "grade" }, { codes = { AO = "1", EO = "2" } }]', gives='grade = "2"'
)


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    world = World(tmp_path)
    world.columns = "staff_number text, grade text, extra text"
    world.build()
    Route.objects.update(translation=PLAIN, translation_version=1)
    return world


def carried() -> int:
    carrier = Carrier(SYSTEM_CLOCK)
    try:
        return carrier.drain()
    finally:
        carrier.stop()


def tried(translation: str | None = LOWER, **said: Any) -> Any:
    said = {"reason": "a new form", "by": ANN, "clock": SYSTEM_CLOCK, **said}
    made = begin(CODE, translation=translation, **said)
    look_on(clock=SYSTEM_CLOCK)
    return made


def kinds(one: Any) -> dict[tuple[str, str], KindView]:
    return {(kind.field, kind.kind): kind for kind in trial(one).kinds}


def everything_live() -> list[Any]:
    """Return all that a shadow must leave alone."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Cursor, Delivery, Parked, Route, Agreement)
    ] + [ledger().size("exchange")]


def test_a_trial_tells_each_difference_and_delivers_nothing(world: World) -> None:
    world.send(world.message("1", grade="AO"), world.message("2", grade="HEO"))
    before = everything_live()
    one = tried(SHORT)
    found = kinds(one)
    assert {key: kind.messages for key, kind in found.items()} == {
        ("grade", "changed"): 1, ("", "waits"): 1,
    }  # fmt: skip
    [value], count = details(found["grade", "changed"].id, clock=SYSTEM_CLOCK)
    assert (value.live, value.trial, count) == ("AO", "1", 1)
    view = trial(one)
    assert (view.looked, view.alike, view.ahead) == (2, 0, 0)
    assert everything_live() == before
    assert world.received() == []


@pytest.mark.parametrize("translation", [PLAIN, LOWER, SHORT, ""])
def test_no_outlet_is_ever_asked_for_and_no_cursor_moves(
    world: World, translation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("a shadow asked for an outlet")

    for module in ("outlets", "routing"):
        monkeypatch.setattr(f"muster.hub.delivering.{module}.outlet_of", never)
    world.send(*(world.message(str(n), grade=g) for n, g in enumerate(("AO", "EO", "G7"))))
    before = everything_live()
    one = tried(translation)
    world.send(world.message("9"), world.message("9", grade="AO"))
    after = [*before[:-1], before[-1] + 2]
    look_on(clock=SYSTEM_CLOCK)
    view = trial(one)
    assert (view.looked, view.fault) == (5, "")
    assert (view.alike == 5) == (translation == PLAIN)
    assert everything_live() == after
    withdraw(one, reason="seen enough", by=ANN, clock=SYSTEM_CLOCK)
    assert everything_live() == after


def test_fields_outside_the_agreement_are_never_looked_at(world: World) -> None:
    world.send(world.message("1", surname="Mole", bank_account="12345678"))
    one = tried("")
    assert {field for field, _ in kinds(one)} == set(AGREED) - {"staff_number", "grade"}
    opened = [details(kind.id, clock=SYSTEM_CLOCK)[0] for kind in trial(one).kinds]
    assert "Mole" in str(opened)
    assert "12345678" not in str(opened)


def test_two_workers_never_count_a_message_twice(world: World) -> None:
    world.send(world.message("1"), world.message("2"))
    one = begin(CODE, translation=LOWER, reason="x", by=ANN, clock=SYSTEM_CLOCK)
    first, second = Trial.objects.get(), Trial.objects.get()
    assert (
        looking.look(first, 10, clock=SYSTEM_CLOCK),
        looking.look(second, 10, clock=SYSTEM_CLOCK),
    ) == (2, 0)
    assert (trial(one).looked, trial(one).kinds[0].messages) == (2, 2)
    assert TrialDifference.objects.count() == 2


def test_many_kinds_and_many_messages_are_counted_and_not_all_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "KEPT", 3)
    monkeypatch.setattr(recording, "MOST_KINDS", 2)
    grades = ("HEO", "SEO", "G7", "HEO", "AO")
    world.send(*(world.message(str(n), grade=grade) for n, grade in enumerate(grades)))
    one = tried(SHORT)
    world.send(*(world.message(f"b{n}", grade="AO") for n in range(6)))
    look_on(clock=SYSTEM_CLOCK)
    view = trial(one)
    assert sum(kind.messages for kind in view.kinds) == 11
    assert len(view.kinds) <= 4
    assert all(details(kind.id, clock=SYSTEM_CLOCK)[1] <= 3 for kind in view.kinds)
    said = {kind.said for kind in view.kinds}
    assert recording.OTHER in said
    assert not any("Mole" in words for words in said)


def test_new_messages_are_looked_at_as_they_pass(world: World) -> None:
    world.send(world.message("1"))
    one = tried()
    world.send(world.message("2"), world.message("3"))
    carried()
    assert trial(one).ahead in (0, 2)
    look_on(clock=SYSTEM_CLOCK)
    assert (trial(one).looked, trial(one).ahead) == (3, 0)
    assert [row["grade"] for row in world.received()] == ["EO", "EO", "EO"]


def test_only_somebody_else_lets_it_go_live_and_then_it_counts(world: World) -> None:
    world.send(world.message("1"))
    carried()
    one = tried()
    [kind] = trial(one).kinds
    with pytest.raises(NotPermitted):
        go_live(one, [kind.id], reason="fine", by=ANN, clock=SYSTEM_CLOCK)
    with pytest.raises(Conflict, match="not accepted"):
        go_live(one, reason="fine", by=BEN, clock=SYSTEM_CLOCK)
    with pytest.raises(BadInput):
        go_live(one, [kind.id], reason=" ", by=BEN, clock=SYSTEM_CLOCK)
    with pytest.raises(BadInput):
        go_live(one, [kind.id + 1], reason="fine", by=BEN, clock=SYSTEM_CLOCK)
    assert go_live(one, [kind.id], reason="fine", by=BEN, clock=SYSTEM_CLOCK) == 2
    world.send(world.message("2"))
    carried()
    assert [row["grade"] for row in world.received()] == ["EO", "eo"]
    assert Delivery.objects.order_by("entry").last().translation_version == 2  # type: ignore[union-attr]
    assert trial(one).state == "live"
    assert not TrialDifference.objects.exists()
    with pytest.raises(Conflict, match="over"):
        withdraw(one, reason="too late", by=BEN, clock=SYSTEM_CLOCK)
    types = [entry.type.split(".", 2)[2] for entry in ledger().read("decisions")]
    assert types == ["trial.begun.v1", "trial.accepted.v1", "trial.ended.v1"]


def test_a_kind_that_comes_after_acceptance_has_to_be_accepted_too(world: World) -> None:
    world.send(world.message("1"))
    one = tried(SHORT)
    [kind] = trial(one).kinds
    said: dict[str, Any] = {"reason": "seen", "by": BEN, "clock": SYSTEM_CLOCK}
    assert accept_differences(one, [kind.id], **said) == 0
    world.send(world.message("2", grade="G7"))
    with pytest.raises(Conflict, match="1 kinds of difference"):
        go_live(one, **said)
    assert Route.objects.get().translation_version == 1
    world.send(world.message("3", grade="AO"))
    look_on(clock=SYSTEM_CLOCK)
    assert [one.accepted_at is None for one in trial(one).kinds] == [False, True]
    go_live(one, [kinds(one)["", "waits"].id], **said)
    assert Route.objects.get().translation == SHORT


def test_a_trial_is_overtaken_when_another_translation_goes_live(world: World) -> None:
    one = tried()
    Route.objects.update(translation_version=2)
    world.send(world.message("1"))
    look_on(clock=SYSTEM_CLOCK)
    assert "was replaced" in trial(one).fault
    with pytest.raises(Conflict, match="was replaced"):
        go_live(one, reason="fine", by=BEN, clock=SYSTEM_CLOCK)
    withdraw(one, reason="overtaken", by=ANN, clock=SYSTEM_CLOCK)
    assert trial(tried()).state == "running"


def test_a_fault_of_the_shadow_stands_in_the_trial_and_stops_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    one = tried()

    def broken(*_: object) -> None:
        raise RuntimeError("Mole earns 12")

    monkeypatch.setattr(looking, "outcome", broken)
    world.send(world.message("1", surname="Mole"))
    assert look_on(clock=SYSTEM_CLOCK) == 0
    assert trial(one).fault == "RuntimeError while messages were compared"
    assert "Mole" not in caplog.text
    carried()
    assert len(world.received()) == 1
    monkeypatch.undo()
    with pytest.raises(Conflict, match="stands still"):
        go_live(one, reason="fine", by=BEN, clock=SYSTEM_CLOCK)
    Trial.objects.update(fault_at=None)
    assert look_on(clock=SYSTEM_CLOCK) == 1
    assert trial(one).fault == ""


def test_what_is_erased_is_erased_here_too(world: World) -> None:
    world.send(world.message("1"), world.message("2"))
    one = tried()
    [kind] = trial(one).kinds
    sealed = [bytes(row.sealed) for row in TrialDifference.objects.all()]
    assert not any(b"EO" in text for text in sealed)
    ledger().erase(scope_of(f"employment:{world.sender}:1"), reason="asked", by=BEN)
    first, second = details(kind.id, clock=SYSTEM_CLOCK)[0]
    assert (first.gone, first.live, first.trial) == (True, None, None)
    assert (second.gone, second.live, second.trial) == (False, "EO", "eo")
    withdraw(one, reason="again", by=ANN, clock=SYSTEM_CLOCK)
    again = tried()
    assert trial(again).looked == 1


@pytest.mark.parametrize(
    ("translation", "said"),
    [
        ("no toml [", "Not TOML"),
        ("mapping = 3", "no table"),
        (text('bank = { take = "bank_account" }', gives='bank = "1"'), "does not name"),
        (text(GRADE, gives='grade = "AO"'), "worked examples do not hold"),
        (text('grade = { take = "grad" }', gives='grade = "EO"'), "grad"),
        ("x = 1\x00", "null character"),
    ],
)
def test_a_wrong_translation_is_not_tried(world: World, translation: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        tried(translation)
    assert not Trial.objects.exists()


def test_one_trial_at_a_time_with_a_reason_on_a_route_that_is_there(world: World) -> None:
    with pytest.raises(BadInput):
        tried(reason="")
    with pytest.raises(NotFound):
        begin("nowhere", translation=LOWER, reason="x", by=ANN, clock=SYSTEM_CLOCK)
    with pytest.raises(NotFound):
        tried(revision=7)
    tried()
    with pytest.raises(Conflict, match="runs on this route"):
        tried()


def test_it_looks_back_as_far_as_asked(world: World) -> None:
    answers = world.send(*(world.message(str(number)) for number in range(6)))
    one = tried(last=2)
    assert trial(one).looked == 2
    withdraw(one, reason="more", by=ANN, clock=SYSTEM_CLOCK)
    assert trial(tried(since=answers[1].position)).looked == 5


def test_a_new_route_shows_what_it_would_send_and_goes_live(world: World) -> None:
    Route.objects.update(enabled=False)
    world.send(world.message("1"), world.message("2", grade="G7"))
    one = tried(SHORT)
    found = kinds(one)
    assert trial(one).fresh
    assert {key: kind.messages for key, kind in found.items()} == {
        ("", "sent"): 1,
        ("", "waits"): 1,
    }
    [shown] = details(found["", "sent"].id, clock=SYSTEM_CLOCK)[0]
    assert (shown.live, shown.trial) == (None, {"staff_number": "1", "grade": "2"})
    assert carried() == 0
    go_live(one, [kind.id for kind in found.values()], reason="x", by=BEN, clock=SYSTEM_CLOCK)
    carried()
    assert [row["grade"] for row in world.received()] == ["2"]


def test_a_new_route_shows_its_first_hundred_messages(world: World) -> None:
    Route.objects.update(enabled=False)
    world.send(*(world.message(str(number)) for number in range(130)))
    one = tried(since=0)
    assert trial(one).looked == 100
    look_on(clock=SYSTEM_CLOCK)
    assert trial(one).looked == 100


def test_without_an_agreement_in_force_a_trial_opens_and_shows_nothing(world: World) -> None:
    world.send(world.message("1"))
    one = tried()
    [kind] = trial(one).kinds
    world.send(world.message("2"))
    Agreement.objects.update(suspended_at=SYSTEM_CLOCK.now())
    assert look_on(clock=SYSTEM_CLOCK) == 0
    assert "suspended" in trial(one).fault
    assert trial(one).looked == 1
    with pytest.raises(NotPermitted, match="suspended"):
        details(kind.id, clock=SYSTEM_CLOCK)


def test_only_messages_of_the_routes_population_are_looked_at(world: World) -> None:
    Route.objects.update(population="case:move")
    world.send(world.message("1", correlation="move"), world.message("2", correlation="other"))
    world.send(world.message("3"))
    one = tried()
    assert (trial(one).looked, trial(one).ahead) == (1, 0)
    Route.objects.update(population="nobody knows it")
    world.send(world.message("4"))
    look_on(clock=SYSTEM_CLOCK)
    assert "No population" in trial(one).fault


def test_a_drafted_contract_runs_beside_the_live_one(world: World) -> None:
    from muster.hub.contract_registry import draft_revision, live_revision

    world.send(world.message("1", hours=30), world.message("2", hours=59))
    stricter = json.loads(json.dumps(SCHEMA))
    stricter["properties"]["hours"]["maximum"] = 48
    draft_revision(json.dumps(stricter), by=ANN, clock=SYSTEM_CLOCK)
    one = tried(None, revision=2)
    [kind] = trial(one).kinds
    assert (kind.kind, kind.said, kind.messages) == ("waits", "Hours: above 48 (59)", 1)
    go_live(one, [kind.id], reason="the law says so", by=BEN, clock=SYSTEM_CLOCK)
    assert live_revision(CHANGED) == 2
    assert Route.objects.get().translation_version == 1
    [answer] = world.send(world.message("3", hours=59))
    assert answer.outcome == "refused"

"""Messages about somebody restricted: not listed, found, opened, proven, tried or replayed."""

import re
import uuid
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client

from muster.cli import ledger as ledger_commands
from muster.cli import messages as commands
from muster.cli.main import main
from muster.gates.access import Actor
from muster.hub.airlock.looking import look_on
from muster.hub.airlock.trials import begin
from muster.hub.messages.acceptance import Answer
from muster.hub.models import Parked, Replay, Route, System, TrialKind
from muster.hub.subjects import end_of
from muster.kernel.clock import SYSTEM_CLOCK, FixedClock
from muster.register.employers.models import Employer
from muster.register.people.models import Crosswalk, Person, SourceRecord
from muster.register.people.populations import record_named
from muster.register.people.restricting.queries import hidden_subjects
from muster.register.people.restricting.rules import NOBODY
from tests.databases import database
from tests.integration.hub_world import World
from tests.integration.pulling_world import Staff, set_up
from tests.integration.restricted_world import answer_to, restrict
from tests.integration.test_airlock import CODE, LOWER, PLAIN

pytestmark = pytest.mark.django_db
HERS, OTHERS = "employment:hr:mill:1", "employment:hr:mill:2"
CAUSE = f"/messages/parked/cause?route={CODE}&stage=delivery&cause=Full"


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    """Return a world whose sender's first record is of a person of the mill."""
    found = World(tmp_path)
    found.build()
    mill = Employer.objects.create(key="mill", title="Mill", status="live")
    System.objects.filter(code=found.sender).update(employer=mill.id)
    record = SourceRecord.objects.create(system=found.sender, employer=mill, staff_number="1")
    Crosswalk.objects.create(
        record=record, person=Person.objects.create(), rule="t", by="t",
        recorded_from=SYSTEM_CLOCK.now(),
    )  # fmt: skip
    return found


@pytest.fixture
def client(client: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Return an integrator of the sender's employer."""
    mill = Employer.objects.get(key="mill").id
    actor = Actor("persona:ann", "Ann", frozenset({"integrator"}), employer=mill)
    monkeypatch.setattr("muster.web.middleware.actor_in", lambda request: actor)
    return client


def person() -> uuid.UUID:
    found: uuid.UUID = Crosswalk.objects.get().person_id
    return found


def two(world: World) -> tuple[Answer, ...]:
    """Send one message about her and one about somebody else, of the same case."""
    return world.send(
        world.message("1", surname="Mole", correlation="case"),
        world.message("2", surname="Vole", correlation="case"),
    )


def words(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize("page", ["", "/content", "/proof", "/bare-proof"])
def test_its_pages_are_not_there(client: Client, world: World, page: str) -> None:
    hers, others = two(world)
    address = f"/messages/all/{{}}{page}"
    assert client.get(address.format(hers.position)).status_code == 200
    restrict(person())
    hidden = answer_to(client, address.format(hers.position))
    nowhere = answer_to(client, address.format(4711))
    said = re.sub(rf"(…/|…%2F){hers.position}\b", r"\1…", hidden.words)
    assert (hidden.status, hidden.statements) == (404, nowhere.statements)
    assert said == nowhere.words
    assert client.get(address.format(others.position)).status_code == 200


def test_lists_searches_and_counts_leave_them_out(client: Client, world: World) -> None:
    hers, _others = two(world)
    searches = ["", f"?q={HERS}", f"?q={hers.position}", "?q=case"]
    for search in searches:
        assert HERS in words(client, f"/messages/all/{search}")
    restrict(person())
    for search in searches:
        assert f">{HERS}<" not in words(client, f"/messages/all/{search}")
    assert OTHERS in words(client, "/messages/all/?q=case")
    number = re.compile(r"(employment|%2F).{0,40}mill(:|%3A)[0-9]+|…")
    theirs, nobody = (
        answer_to(client, f"/messages/all/?q=employment:hr:mill:{one}") for one in (1, 77)
    )
    assert theirs.statements == nobody.statements
    assert number.sub("", theirs.words) == number.sub("", nobody.words)


def test_what_belongs_to_another_message_leaves_them_out(client: Client, world: World) -> None:
    _hers, others = two(world)
    assert HERS in words(client, f"/messages/all/{others.position}")
    restrict(person())
    assert HERS not in words(client, f"/messages/all/{others.position}")


def test_what_waits_is_listed_without_them(client: Client, world: World) -> None:
    for answer, subject in zip(two(world), (HERS, OTHERS), strict=True):
        assert answer.position is not None
        Parked.objects.create(
            route=Route.objects.get(), position=answer.position, subject=subject, shard=0,
            state="parked", stage="delivery", cause="Full", parked_at=SYSTEM_CLOCK.now(),
        )  # fmt: skip
    hers = Parked.objects.get(subject=HERS)
    pages = [f"/messages/parked/{hers.id}/{verb}" for verb in ("release", "discard")]
    assert HERS in words(client, CAUSE)
    assert all(HERS in words(client, page) for page in pages)
    restrict(person())
    shown = words(client, CAUSE)
    assert (HERS in shown, OTHERS in shown) == (False, True)
    for page in pages:
        nowhere = answer_to(client, page.replace(str(hers.id), str(uuid.UUID(int=1))))
        hidden = answer_to(client, page)
        assert (hidden.status, hidden.words) == (404, nowhere.words)
    assert client.post(pages[0], {"reason": "x"}).status_code == 404
    assert Parked.objects.get(subject=HERS).state == "parked"


def test_no_replay_or_trial_of_theirs_is_shown(client: Client, world: World) -> None:
    hers, _others = two(world)
    made = Replay.objects.create(
        route=Route.objects.get(), first=0, last=9, subject=HERS, reason="Lost", asked_by="x",
        asked_at=SYSTEM_CLOCK.now(), position=-1,
    )  # fmt: skip
    one, route = f"/messages/routes/{CODE}/replays/{made.id}", f"/messages/routes/{CODE}"
    trial = {"record": "", "subject": "", "position": str(hers.position), "then": "try"}
    assert HERS in words(client, one)
    assert HERS in words(client, route)
    assert "Mole" in client.post(f"{route}/try", trial).content.decode()
    restrict(person())
    assert client.get(one).status_code == 404
    assert HERS not in words(client, route)
    tried = answer_to(client, f"{route}/try", trial)
    assert "Mole" not in tried.words
    assert "No such message of this route" in tried.words


def test_a_replay_of_their_subject_is_one_of_no_message(client: Client, world: World) -> None:
    two(world)
    Route.objects.get().cursors.update(position=100)
    address = f"/messages/routes/{CODE}/replay"
    assert (
        "First position"
        in client.post(address, {"subject": HERS, "reason": "Lost"}).content.decode()
    )
    restrict(person())
    theirs = answer_to(client, address, {"subject": HERS, "reason": "Lost", "sure": "yes"})
    nobody = answer_to(
        client, address, {"subject": "employment:hr:mill:77", "reason": "Lost", "sure": "yes"}
    )
    assert theirs == nobody
    assert Replay.objects.count() == 0


def test_differences_of_a_trial_leave_them_out(client: Client, world: World) -> None:
    Route.objects.update(translation=PLAIN, translation_version=1)
    hers, others = two(world)
    one = begin(CODE, translation=LOWER, reason="x", by="hr:ann", clock=SYSTEM_CLOCK)
    look_on(clock=SYSTEM_CLOCK)
    address = f"/airlock/trials/{one}/differences/{TrialKind.objects.get().id}"
    cell = 'muster-row-header">{}\n'
    seen = [cell.format(at.position) in words(client, address) for at in (hers, others)]
    restrict(person())
    left = [cell.format(at.position) in words(client, address) for at in (hers, others)]
    assert (seen, left) == ([True, True], [False, True])


def test_an_inlet_that_is_tried_shows_none_of_theirs(
    client: Client, world: World, tmp_path: Path
) -> None:
    """Their record is shown as to somebody who may not read what messages hold."""
    with database("sqlite", tmp_path) as place:
        staff = Staff(place)
        set_up(staff, clock=FixedClock(SYSTEM_CLOCK.now()))
        staff.add(1, "1", grade="SEO")
        address = "/messages/inlets/staff/try"
        assert HERS in words(client, address)
        restrict(person())
        seen = words(client, address)
    assert (HERS in seen, "Stated; you may not read it" in seen) == (False, True)


def test_the_terminal_shows_none_of_theirs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "ready", lambda: None)
    hers, _others = two(world)

    def said(*asked: str) -> str:
        result = CliRunner().invoke(main, ["messages", *asked])
        return f"{result.output}{result.exception or ''}"

    assert HERS in said("list")
    assert HERS in said("show", str(hers.position))
    restrict(person())
    assert HERS not in said("list")
    assert said("list", HERS) == said("list", "employment:hr:mill:77")
    assert said("show", str(hers.position)).replace(str(hers.position), "…") == said(
        "show", "4711"
    ).replace("4711", "…")


def test_the_terminal_proves_theirs_without_what_it_holds(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_commands, "ready", lambda: None)
    hers, others = two(world)

    def said(position: int | None, *more: str) -> str:
        result = CliRunner().invoke(main, ["ledger", "prove", "exchange", f"{position}", *more])
        return f"{result.output}{result.stderr}"

    bare = said(hers.position, "--without-body")
    assert len(said(hers.position)) > len(bare)
    restrict(person())
    assert "not for everybody to know" in said(hers.position)
    assert HERS not in said(hers.position)
    assert HERS not in said(hers.position, "--without-body")
    assert said(hers.position, "--without-body").startswith(bare[:20])
    assert "not for everybody" not in said(others.position)


@pytest.mark.parametrize("subject", [HERS, "person:hr:mill:1", "any:hr:mill:1"])
def test_a_subject_is_theirs_by_its_end(world: World, subject: str) -> None:
    restrict(person())
    assert end_of(subject) in hidden_subjects(NOBODY)
    assert record_named(subject) == ("hr:mill", "1")

"""The demonstration's transfers: every state is there, everybody has something to do, pay comes."""

import html
import socket
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from muster.casework import actions as cases
from muster.casework import queries as casework
from muster.casework.rules import Worker
from muster.cli.demo_transfers import let_move
from muster.cli.pretend_payrolls import FILES, at_work, results_of
from muster.gates.personas import personas
from muster.hub.pulling.puller import Puller
from muster.hub.reading import read
from muster.hub.worker import Carrier
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.running import settings
from muster.pagekit.story import steps
from muster.services.transfers import queries
from muster.services.transfers.enrolment import her_transfer
from muster.services.transfers.payrolls import enrolment as payrolls
from muster.services.transfers.payrolls.due import look_after
from muster.services.transfers.process import driving
from tests.integration.people_files import load_service, service
from tests.remembered import remembered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]
PERSONAS = (
    "caseworker", "caseworker-orchards", "manager", "manager-orchards", "payroll",
    "payroll-harbours", "civil-servant",
)  # fmt: skip


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("outside") / "systems"


@pytest.fixture
def systems(folder: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of the pretend systems, once everything has been built."""
    monkeypatch.setattr(payrolls, "_DEMO_URL", f"http://127.0.0.1:{port}/v2/instructions")

    def build() -> None:
        load_service()
        assert let_move(folder, by="test", clock=SYSTEM_CLOCK, port=port) > 0

    remembered(f"transfers of the demonstration, {port}", build)
    return folder


def workers() -> dict[str, Worker]:
    """Return the personas as they work on tasks."""
    found = {one.slug: one.actor for one in personas(settings())}
    return {
        slug: Worker(
            found[slug].id, frozenset(found[slug].roles), found[slug].employer, found[slug].person
        )
        for slug in PERSONAS
    }


def test_every_state_is_there_and_a_rerun_changes_nothing(systems: Path, port: int) -> None:
    states = queries.count_by_state()
    wanted = ("draft", "offered", "checks", "released", "agreed", "scheduled", "effected",
              "on_hold", "withdrawn", "rescinded")  # fmt: skip
    assert set(wanted) <= set(states), states
    everything = queries.transfers_of(limit=200)
    assert {"permanent", "promotion", "loan", "loan_return", "machinery_of_government"} == {
        one.kind for one in everything
    }
    assert let_move(systems, by="test", clock=SYSTEM_CLOCK, port=port) == 0
    assert queries.transfers_of(limit=200) == everything


def test_each_persona_has_something_to_do(systems: Path) -> None:
    for slug, worker in workers().items():
        assert casework.tasks(worker, casework.Wanted()).total, slug


def test_her_move_goes_to_its_end_and_both_pretend_payrolls_pay_as_expected(
    systems: Path, port: int
) -> None:
    """The steps the story page asks for, by the personas it names."""
    hers = her_transfer()
    assert hers is not None
    people = workers()
    assert [one.field for one in queries.differences(hers) if one.matters] == ["tax_code"]
    right = queries.stated(hers, "exporter")["tax_code"]
    do = _doing(people, hers)
    do("civil-servant", "state_details", details={"surname": "Llewellyn"})
    do("caseworker", "settle", choices={"tax_code": "known"}, why="As their system has it")
    record = queries.released_record(hers)
    assert record["tax_code"] != right
    do("caseworker-orchards", "release_again", record={**record, "tax_code": right})
    do("caseworker-orchards", "sign_leaving")
    do("caseworker", "sign_joining")
    assert queries.transfer(hers).state == "scheduled"
    do("payroll", "confirm_leaver", evidence={"p45": "LP-1"})
    do("payroll-harbours", "confirm_starter", evidence={"pension": "4"})


def _doing(people: dict[str, Worker], transfer: uuid.UUID) -> Callable[..., None]:
    def do(slug: str, element: str, **answers: object) -> None:
        case = queries.transfer(transfer).case
        assert case is not None
        [task] = [one for one in casework.open_tasks(case) if one.element == element]
        driving.do(task.id, answers, worker=people[slug], clock=SYSTEM_CLOCK)

    return do


def test_what_the_pretend_payrolls_pay_comes_back_within_seconds(systems: Path, port: int) -> None:
    late = _take_the_plan(workers())
    with at_work(systems, service(3, 300) / "truth", port=port):
        _exchange(systems)
    assert sorted(_paid()) == ["", "", "", "", "", "", "", "open"]
    assert queries.count_by_state()["closed"] == 1
    assert min(pay.actual for pay in queries.first_pay(late)) < 0, "the exporter takes days back"


def _take_the_plan(people: dict[str, Worker]) -> uuid.UUID:
    """Let somebody who is to begin past the cut-off begin all the same."""
    [late] = [one for one in queries.transfers_of(states=("agreed",)) if one.case is not None]
    do = _doing(people, late.id)
    do("caseworker", "choose", choice="plan")
    do("payroll", "confirm_leaver", evidence={"p45": "LP-2"})
    do("payroll-harbours", "confirm_starter", evidence={"pension": "5"})
    cases.fire_due(clock=SYSTEM_CLOCK)
    return late.id


def _exchange(systems: Path) -> None:
    """Let Muster's workers carry what waits, and fetch what the payrolls paid."""
    carrier = Carrier(SYSTEM_CLOCK, read=read)
    carrier.drain()
    carrier.stop()
    until = time.monotonic() + 20
    while not list(results_of(systems / f"payroll-{FILES}").iterdir()):
        assert time.monotonic() < until
        time.sleep(0.1)
    while Puller(SYSTEM_CLOCK, read=read).turn() is not None:
        pass
    look_after(clock=SYSTEM_CLOCK)


@pytest.fixture
def as_(client: Client) -> Callable[[str], Client]:
    def signed_in(slug: str) -> Client:
        client.post(f"/sign-in/as/{slug}")
        return client

    return signed_in


def test_the_story_leads_each_persona_to_a_page_they_may_see(
    systems: Path, as_: Callable[[str], Client]
) -> None:
    (settings().home / "demo.json").write_text("{}")
    told = as_("caseworker").get("/story").content.decode()
    found = steps()
    assert [step.order for step in found] == sorted({step.order for step in found})
    for step in found:
        assert str(step.title) in html.unescape(told)
        for look in step.looks:
            answer = as_(look.persona).get(look.address)
            assert answer.status_code == 200, (look.persona, look.address)
    assert 'href="/story"' in as_("manager").get("/").content.decode()


def test_there_is_no_story_without_a_demonstration(as_: Callable[[str], Client]) -> None:
    client = as_("leader")
    assert client.get("/story").status_code == 404
    assert 'href="/story"' not in client.get("/").content.decode()


def _paid() -> list[str]:
    moved = queries.transfers_of(states=("effected", "reconciled", "closed"), limit=200)
    return [pay.exception for one in moved for pay in queries.first_pay(one.id)]

"""The pages of contracts and trials: who sees and does what, and what each says."""

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from muster.cli.contracts import contracts as command
from muster.hub.airlock.trials import begin
from muster.hub.contract_registry import live_revision
from muster.hub.models import ContractRevision, Route, Trial, TrialKind
from muster.kernel.clock import SYSTEM_CLOCK
from muster.ledger.current import ledger
from tests.integration.hub_world import CHANGED, SCHEMA, World
from tests.integration.test_airlock import CODE, LOWER, PLAIN

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.one_store("what these pages do is done on both stores elsewhere"),
]
SignIn = Callable[[str], Client]
BEGIN = f"/airlock/routes/{CODE}/try"


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    world = World(tmp_path)
    world.build()
    Route.objects.update(translation=PLAIN, translation_version=1)
    world.send(world.message("1", surname="Mole"), world.message("2", grade="AO"))
    return world


@pytest.fixture
def as_(client: Client) -> SignIn:
    def signed_in(slug: str) -> Client:
        client.post(f"/sign-in/as/{slug}")
        return client

    return signed_in


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return words(answer)


def words(answer: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def begun(client: Client, **said: Any) -> Trial:
    answer = client.post(BEGIN, {"text": LOWER, "last": 100, "reason": "smaller", **said})
    assert answer.status_code == 302, words(answer)
    return Trial.objects.latest("began_at")


def test_one_person_proposes_another_lets_it_go_live(world: World, as_: SignIn) -> None:
    operator = as_("operator")
    assert "Begin one" in read(operator, "/airlock/")
    assert 'take = "grade"' in read(operator, BEGIN)
    one = begun(operator)
    page = read(operator, f"/airlock/trials/{one.id}")
    assert "Another value grade 2" in page
    assert "somebody else accepts it" in page
    assert "+grade = [" in page
    assert "“eo”" not in page
    assert operator.get(f"/airlock/trials/{one.id}/decide").status_code == 403
    kind = TrialKind.objects.get()
    address = f"/airlock/trials/{one.id}/differences/{kind.id}"
    assert operator.get(address).status_code == 403

    governance = as_("governance")
    assert "1 difference" in read(governance, "/")
    looks = ledger().size("access")
    assert '"EO" "eo"' in read(governance, address)
    assert ledger().size("access") == looks + 1
    decide = f"/airlock/trials/{one.id}/decide"
    assert "grade: Another value (2)" in read(governance, decide)
    refused = governance.post(decide, {"then": "live", "reason": "seen"})
    assert "not accepted" in words(refused)
    done = governance.post(decide, {"kinds": kind.id, "then": "live", "reason": "seen"})
    assert done.status_code == 302
    assert "It is live" in read(governance, f"/airlock/trials/{one.id}")
    assert Route.objects.get().translation == LOWER
    assert governance.get(BEGIN).status_code == 403


def test_a_proposer_is_refused_and_accepting_alone_changes_nothing(
    world: World, as_: SignIn
) -> None:
    one = begin(CODE, translation=LOWER, reason="x", by="persona:governance", clock=SYSTEM_CLOCK)
    governance = as_("governance")
    governance.post(f"/airlock/trials/{one}/look")
    kind = TrialKind.objects.get()
    decide = f"/airlock/trials/{one}/decide"
    answer = governance.post(decide, {"kinds": kind.id, "then": "wait", "reason": "mine"})
    assert "does not accept it" in words(answer)
    Trial.objects.update(began_by="somebody")
    governance.post(decide, {"kinds": kind.id, "then": "wait", "reason": "fine"})
    assert "0 kinds of difference still wait" in read(governance, f"/airlock/trials/{one}")
    assert Route.objects.get().translation == PLAIN
    done = governance.post(f"/airlock/trials/{one}/withdraw", {"reason": "no"})
    assert done.status_code == 302
    assert "Withdrawn" in read(governance, f"/airlock/trials/{one}")


@pytest.mark.parametrize("slug", ["caseworker", "manager", "leader", "analyst", "civil-servant"])
def test_others_neither_see_nor_change_trials(world: World, as_: SignIn, slug: str) -> None:
    one = begin(CODE, translation=LOWER, reason="x", by="somebody", clock=SYSTEM_CLOCK)
    client = as_(slug)
    for address in ("", "/look", "/decide", "/withdraw", "/differences/1"):
        sent = client.post if address == "/look" else client.get
        assert sent(f"/airlock/trials/{one}{address}").status_code in (403, 404)
    for address in (BEGIN, "/airlock/contracts/draft"):
        assert client.get(address).status_code in (403, 404)


def test_a_wrong_translation_is_told_in_the_form(world: World, as_: SignIn) -> None:
    operator = as_("operator")
    answer = operator.post(BEGIN, {"text": "no toml [", "last": 5, "reason": "x"})
    assert answer.status_code == 200
    assert "Not TOML" in words(answer)
    answer = operator.post(
        BEGIN,
        {"text": "", "last": 5, "reason": "x",
         "file": SimpleUploadedFile("m.toml", b"\xff\xfe\x00")},
    )  # fmt: skip
    assert "not a text in UTF-8" in words(answer)
    one = begun(operator, file=SimpleUploadedFile("m.toml", LOWER.encode()))
    assert one.translation == LOWER


def test_a_contract_is_drafted_by_one_and_accepted_by_another(world: World, as_: SignIn) -> None:
    schema = json.loads(json.dumps(SCHEMA))
    schema["properties"]["site"] = {"type": "string"}
    operator = as_("operator")
    assert CHANGED in read(operator, "/airlock/contracts/")
    assert "Staff number" in read(operator, f"/airlock/contracts/{CHANGED}")
    assert "muster.people" in read(operator, f"/airlock/contracts/{CHANGED}/draft")
    answer = operator.post("/airlock/contracts/draft", {"text": "{"})
    assert "Not JSON" in words(answer)
    answer = operator.post("/airlock/contracts/draft", {"text": json.dumps(schema)})
    assert answer.status_code == 302
    address = f"/airlock/contracts/{CHANGED}/2"
    page = read(operator, address)
    assert "old readers refuse messages that state it" in page
    assert "somebody else lets it" in page
    assert "does not accept" in words(operator.post(f"{address}/accept", {"reason": "mine"}))
    governance = as_("governance")
    assert "field site is new" in read(governance, f"{address}/accept")
    assert governance.post(f"{address}/accept", {"reason": "fine"}).status_code == 302
    assert live_revision(CHANGED) == 2
    assert "fine" in read(governance, address)
    assert governance.post(f"{address}/retire", {"reason": "wrong"}).status_code == 302
    assert live_revision(CHANGED) == 1
    refused = governance.post(f"/airlock/contracts/{CHANGED}/1/retire", {"reason": "too"})
    assert "carries it" in words(refused)
    assert governance.get("/airlock/contracts/muster.no.such.v1").status_code == 404
    assert governance.get(f"/airlock/contracts/{CHANGED}/99").status_code == 404


def test_the_same_at_a_terminal(world: World, tmp_path: Path) -> None:
    run = CliRunner().invoke
    file = tmp_path / "contract.json"
    file.write_text(json.dumps({**SCHEMA, "title": "Another title"}))
    ContractRevision.objects.update(drafted_by="somebody")
    assert CHANGED in run(command, ["list"]).output
    assert json.loads(run(command, ["list", "--json"]).output.splitlines()[0])["live"] == 1
    assert "revision 2 is drafted" in run(command, ["draft", str(file)]).output
    assert "revision 2: draft, same" in run(command, ["show", CHANGED]).output
    assert json.loads(run(command, ["show", CHANGED, "--json"]).output)["$id"] == CHANGED
    mine = run(command, ["accept", CHANGED, "2", "--reason", "x"])
    assert "does not accept" in str(mine.exception)
    ContractRevision.objects.filter(revision=2).update(drafted_by="somebody")
    assert "in force" in run(command, ["accept", CHANGED, "2", "--reason", "x"]).output
    assert "revision 1 is in force" in run(
        command, ["retire", CHANGED, "2", "--reason", "x"]
    ).output  # fmt: skip

"""The page that says what a proof proves: for whom, of what, and whatever is handed in."""

import json
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from muster.gates.access import Actor
from muster.gates.personas import Persona
from muster.hub.models import System
from muster.hub.worker import Carrier
from muster.kernel.clock import SYSTEM_CLOCK
from muster.ledger import verify_proof
from muster.ledger.current import ledger
from muster.ledger.port import NewEntry
from muster.ledger.proofs import prove
from muster.ledger.proving import check_proof
from tests.contract.ledgers import make_memory_ledger
from tests.integration.hub_world import World
from tests.integration.test_message_pages import text_of
from tests.witness import OutsideWitness

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_store("what these pages do is done on both stores elsewhere"),
]
SignIn = Callable[[str], Client]
MILL, WEIR, NOBODY = uuid.UUID(int=1), uuid.UUID(int=2), uuid.UUID(int=3)
PAGE = "/messages/proofs/"


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    world = World(tmp_path)
    world.build()
    System.objects.filter(code=world.sender).update(employer=MILL, title="Mill HR")
    System.objects.filter(code=world.receiver).update(employer=WEIR, title="Weir payroll")
    world.send(world.message("1", surname="Möle", bank_account="998877"))
    carrier = Carrier(SYSTEM_CLOCK)
    carrier.drain()
    carrier.stop()
    return world


@pytest.fixture
def as_(client: Client, monkeypatch: pytest.MonkeyPatch) -> SignIn:
    people = {"mill": MILL, "weir": WEIR, "nobody": NOBODY}
    offered = [
        Persona(slug, Actor(f"persona:{slug}", slug, frozenset({"integrator"}), employer), "")
        for slug, employer in people.items()
    ]
    monkeypatch.setattr("muster.gates.personas._of_rooms", lambda: iter(offered))

    def signed_in(slug: str) -> Client:
        client.post(f"/sign-in/as/{slug}")
        return client

    return signed_in


def said_of(client: Client, text: str, *, paste: bool = False) -> str:
    """Hand a proof in and return what the page says."""
    given: dict[str, object] = {"text": text}
    if not paste:
        raw = text.encode(errors="surrogatepass")
        given = {"file": SimpleUploadedFile("proof.json", raw, "application/json")}
    answer = client.post(PAGE, given)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_what_is_downloaded_is_told_in_words(as_: SignIn, world: World) -> None:
    mill = as_("mill")
    whole = mill.get("/messages/all/0/proof").content.decode()
    for paste in (False, True):
        said = said_of(mill, whole, paste=paste)
        for words in (
            "It holds", "employment:hr:mill:1", world.receiver, "hr-mill-payroll-weir, version 1",
            "A key of this service", "What it does not prove", check_proof(whole).entry.digest,
        ):  # fmt: skip
            assert str(words) in said
        assert "998877" not in said
    windows = whole.rstrip("\n").replace("\n", "\r\n")
    assert "It holds" in said_of(mill, windows, paste=True), "as browsers send a text"


def test_a_receiver_proves_what_came_without_seeing_more(as_: SignIn, world: World) -> None:
    weir = as_("weir")
    assert weir.get("/messages/all/0/proof").status_code == 403
    answer = weir.get("/messages/all/0/bare-proof")
    bare = answer.content.decode()
    assert "998877" not in bare
    assert json.loads(bare)["entry"].keys() == {"leaf", "path", "position"}
    assert verify_proof.check(answer.content)["deliveries"][0]["receiver"] == world.receiver
    assert "Withheld" in said_of(weir, bare)
    nobody = as_("nobody")
    assert nobody.get("/messages/all/0/bare-proof").status_code == 404
    assert "an entry that you may not see" in said_of(nobody, bare)
    assert "It holds" in said_of(as_("governance"), bare)


def test_only_governance_reads_proofs_of_others(as_: SignIn, world: World, tmp_path: Path) -> None:
    other = make_memory_ledger(tmp_path / "other")
    other.append("exchange", [NewEntry("hr.changed.v1", "employment:hr:7", b"{}")])
    foreign = prove(other, "exchange", 0)
    ledger().append_one("decisions", "muster.test.v1", "thing:7", {})
    decided = prove(ledger(), "decisions", 0)
    assert "no key of this service signed it" in said_of(as_("governance"), foreign)
    assert "It holds" in said_of(as_("governance"), decided)
    for text in (foreign, decided):
        said = said_of(as_("mill"), text)
        assert "an entry that you may not see" in said
        assert "thing:7" not in said


def test_a_witness_is_named_with_the_time_it_states(as_: SignIn, world: World) -> None:
    witness, latest = OutsideWitness(), ledger().store.latest_checkpoint("exchange")
    assert latest is not None
    note = witness.cosigned(latest.note, 1_795_000_000)
    ledger().cosigned.keep(note, witness.key, own=ledger().public_keys())
    mill = as_("mill")
    said = said_of(mill, mill.get("/messages/all/0/proof").content.decode())
    assert "It existed at the latest" in said
    assert "18 November 2026" in said
    assert "witness.example/one" in said


HOSTILE = [
    "{}", "[]", "null", "[" * 100_000, '{"a":' * 50_000, "\x00", "NaN", "1" * 5_000, "\ud800",
    "<script>alert(1)</script>",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_handed_in_is_answered(as_: SignIn, world: World, text: str) -> None:
    said = said_of(as_("mill"), text)
    assert "Refused" in said
    assert "<script>alert" not in said


def test_what_is_changed_is_refused_with_the_reason(as_: SignIn, world: World) -> None:
    mill = as_("mill")
    whole = mill.get("/messages/all/0/proof").content.decode()
    changed = json.loads(whole)
    changed["entry"]["subject"] = "employment:hr:mill:2"
    text = json.dumps(changed, indent=1, sort_keys=True) + "\n"
    assert "the entry at position 0 is not under the signed root" in said_of(mill, text)


def test_too_much_nothing_or_both_is_asked_for_again(as_: SignIn, world: World) -> None:
    mill = as_("mill")
    assert "Choose a file of at most 1 MB" in said_of(mill, " " * (1024 * 1024 + 1))
    both = {"text": "{}", "file": SimpleUploadedFile("p.json", b"{}")}
    for given in ({}, {"text": " "}, both):
        assert "Choose a file, or paste a text" in mill.post(PAGE, given).content.decode()


def test_the_script_is_offered(as_: SignIn, world: World) -> None:
    mill = as_("mill")
    assert f"{PAGE}verify_proof.py" in mill.get(PAGE).content.decode()
    answer = mill.get(f"{PAGE}verify_proof.py")
    assert answer.content == Path(verify_proof.__file__).read_bytes()
    assert "attachment" in answer["Content-Disposition"]
    assert "Download its proof without what it holds" in text_of(as_("weir"), "/messages/all/0")

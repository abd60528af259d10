"""Proofs, checkpoints and witnesses at a terminal."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from muster.cli import main
from muster.hub.models import Message
from muster.ledger import verify_proof
from muster.ledger.proving import check_proof
from tests.integration.hub_world import CHANGED, World
from tests.witness import OutsideWitness

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    world = World(tmp_path)
    world.build()
    return world


def typed(*words: str, code: int = 0) -> str:
    run = CliRunner().invoke(main, list(words))
    assert run.exit_code == code, run.output
    return run.output


def test_a_message_is_sent_from_a_file_once(world: World, tmp_path: Path) -> None:
    file = tmp_path / "message.json"
    raws = [world.message(str(n)) for n in range(2)]
    file.write_bytes(raws[0])
    assert typed("messages", "send", str(file), "--system", world.sender) == (
        "accepted at position 0\n"
    )
    file.write_bytes(b"[" + b",".join(raws) + b"]")
    assert typed("messages", "send", str(file), "--system", world.sender).splitlines() == [
        "known at position 0", "accepted at position 1",
    ]  # fmt: skip
    assert Message.objects.count() == 2
    assert "No such system" in typed("messages", "send", str(file), "--system", "hr:no", code=1)
    said = typed("messages", "send", str(file), "--system", world.receiver, code=1)
    assert "malformed" in said
    typed("messages", "send", str(tmp_path / "none"), "--system", world.sender, code=2)


def test_a_proof_is_printed_and_checked_as_it_is_asked_for(world: World, tmp_path: Path) -> None:
    world.send(world.message("1", surname="Mole"))
    note, proof = tmp_path / "kept.note", tmp_path / "proof.json"
    note.write_text(typed("ledger", "checkpoint", "exchange"))
    world.send(world.message("2"))
    proof.write_text(typed("ledger", "prove", "exchange", "0", "--since", str(note)))
    key = typed("ledger", "checkpoint", "exchange", "--key").strip()
    assert check_proof(proof.read_text()).entry.type == CHANGED
    asked = ("ledger", "verify", "--proof", str(proof), "--checkpoint", str(note))
    said = typed(*asked, "--key", key)
    assert "employment:hr:mill:1" in said
    assert "Mole" not in said
    typed(*asked, "--key", key.split("+", 2)[2], code=2)
    assert verify_proof.main([str(proof), "--key", key, "--checkpoint", str(note)]) == 0
    bare = typed("ledger", "prove", "exchange", "0", "--without-body")
    assert "Mole" not in bare
    proof.write_text(bare)
    assert "withheld" in typed("ledger", "verify", "--proof", str(proof))
    assert "pass --key" in typed("ledger", "verify", "--proof", str(proof))
    assert "holds no path" in typed(*asked, code=1)
    assert "No such entry" in typed("ledger", "prove", "exchange", "99", code=1)


def test_a_witness_is_kept_and_the_log_compared_with_it(world: World, tmp_path: Path) -> None:
    world.send(world.message("1"))
    witness, note = OutsideWitness(), tmp_path / "seen.note"
    note.write_text(witness.cosigned(typed("ledger", "checkpoint", "exchange"), 1_795_000_000))
    said = typed("ledger", "cosign", str(note), "--key", str(witness.key))
    seconds = "2026-11-18 11:06:40 UTC"
    assert said == f"Kept: log exchange, 1 entries, seen {seconds} by {witness.key.name}\n"
    world.send(world.message("2"))
    seen = check_proof(typed("ledger", "prove", "exchange", "0")).older[0].seen_by
    assert [one.key for one in seen] == [witness.key]
    assert "sound" in typed("ledger", "verify", "--checkpoint", str(note))
    stranger = OutsideWitness("other.example", b"x" * 32)
    typed("ledger", "cosign", str(note), "--key", str(stranger.key), code=1)
    typed("ledger", "cosign", str(note), "--key", "no key", code=1)
    note.write_text("nothing\n")
    typed("ledger", "cosign", str(note), "--key", str(witness.key), code=1)
    typed("ledger", "verify", "--checkpoint", str(note), code=1)
    assert "is empty" in typed("ledger", "checkpoint", "access", code=1)


def test_verification_exits_with_1_where_the_index_differs(world: World) -> None:
    world.send(world.message("1"))
    Message.objects.update(digest=b"x" * 32)
    assert "states another digest" in typed("ledger", "verify", "--log", "exchange", code=1)

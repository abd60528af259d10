"""Proof files: two implementations of the check agree, and no byte can change unnoticed.

``proving`` is what Muster itself runs; ``verify_proof`` is the script for people without Muster.
They share no line.
"""

import ast
import base64
import contextlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.kernel.errors import BadInput, Conflict, EvidenceBroken, NotFound
from muster.ledger import verify_proof
from muster.ledger.checkpoints import verifier_key
from muster.ledger.logs import Ledger
from muster.ledger.notes import read_verifier_key
from muster.ledger.port import NewEntry
from muster.ledger.proofs import canonical, prove
from muster.ledger.proving import Proven, check_proof
from muster.ledger.verification import verify
from tests.contract.ledgers import make_memory_ledger
from tests.witness import OutsideWitness

SEEN = 1_795_000_000
PLACE = 40
DELIVERED = "muster.hub.message.delivered.v1"
BODY = '{"specversion":"1.0","data":{"surname":"Möle"}}'.encode()


def delivery(first: int, last: int, **more: object) -> NewEntry:
    said = {
        "first": first, "last": last, "messages": 1, "receiver": "payroll:weir",
        "agreement": "mill-weir", "agreement_version": 3, "translation_version": 2,
        "acknowledged": "42", "aside": [], "aside_count": 0, **more,
    }  # fmt: skip
    return NewEntry(DELIVERED, "route:hub:mill-weir", json.dumps(said).encode())


def note_of(ledger: Ledger) -> str:
    latest = ledger.store.latest_checkpoint("exchange")
    assert latest is not None
    return latest.note


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return a log of 301 entries, what was kept of it on the way, and a whole proof."""
    ledger, witness = make_memory_ledger(tmp_path_factory.mktemp("proofs")), OutsideWitness()
    several = [NewEntry("muster.test.v1", f"s:{n}", b"{}", f"s:{n}") for n in range(PLACE)]
    ledger.append("exchange", several)
    before = note_of(ledger)
    ledger.append("exchange", [NewEntry("hr.changed.v1", "employment:hr:7", BODY, "subject:7")])
    kept = note_of(ledger)
    ledger.append("exchange", [delivery(PLACE - 3, PLACE), delivery(PLACE, PLACE + 9)])
    cosigned = witness.cosigned(note_of(ledger), SEEN)
    ledger.cosigned.keep(cosigned, witness.key, own=ledger.public_keys())
    ledger.append("exchange", [NewEntry("muster.test.v1", "s", b"{}") for n in range(258)])
    handed = [PLACE + 1, PLACE + 2]
    return {
        "ledger": ledger, "witness": witness, "before": before, "kept": kept,
        "proof": prove(ledger, "exchange", PLACE, deliveries=handed, since=[kept]),
        "withheld": prove(ledger, "exchange", PLACE, deliveries=handed, without_body=True),
    }  # fmt: skip


def verdicts(text: str, **asked: Any) -> tuple[bool, bool]:
    """Return what each implementation says of a file."""
    kept = asked.get("kept", ())
    said = []
    try:
        check_proof(text, trusted=asked.get("trusted"), kept=kept)
        said.append(True)
    except EvidenceBroken:
        said.append(False)
    named = [base64.b64encode(key).decode() for key in asked.get("trusted") or ()]
    try:
        verify_proof.check(text.encode(errors="surrogatepass"), named, kept)
        said.append(True)
    except verify_proof.Refused:
        said.append(False)
    return said[0], said[1]


@pytest.mark.parametrize("which", ["proof", "withheld"])
def test_both_find_the_same_in_a_whole_proof(story: dict[str, Any], which: str) -> None:
    ours, theirs = check_proof(story[which]), verify_proof.check(story[which].encode())
    assert (ours.entry.position, ours.entry.leaf) == (PLACE, theirs["entry"]["leaf"])
    assert ours.entry.body == theirs["entry"].get("body")
    assert ours.entry.body == (BODY if which == "proof" else None)
    assert [one.agreement_version for one in ours.deliveries] == [3, 3]
    assert [one["agreement_version"] for one in theirs["deliveries"]] == [3, 3]
    assert (ours.checkpoint.size, theirs["checkpoint"]["size"]) == (301, 301)
    expected = [41, 43] if which == "proof" else [43]
    assert [one.size for one in ours.older] == [one["size"] for one in theirs["older"]] == expected
    seen = ours.older[-1].seen_by[0]
    assert (seen.key, seen.seconds) == (story["witness"].key, SEEN)
    assert list(theirs["older"][-1]["witnesses"].items()) == [(str(seen.key), SEEN)]


def test_a_withheld_proof_holds_nothing_of_the_message(story: dict[str, Any]) -> None:
    for secret in (base64.b64encode(BODY).decode(), "salt", "hr.changed", "employment:hr:7"):
        assert secret in story["proof"]
        assert secret not in json.dumps(json.loads(story["withheld"])["entry"])


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_byte_can_change_unnoticed(story: dict[str, Any], data: st.DataObject) -> None:
    raw = bytearray(story[data.draw(st.sampled_from(["proof", "withheld"]))].encode())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] = data.draw(st.integers(0, 255).filter(lambda one: one != raw[at]))
    assert verdicts(raw.decode(errors="replace")) == (False, False)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_no_byte_can_go_or_come_unnoticed(story: dict[str, Any], data: st.DataObject) -> None:
    raw = story["proof"].encode()
    at = data.draw(st.integers(0, len(raw) - 1))
    changed = raw[:at] + data.draw(st.binary(max_size=2)) + raw[at + data.draw(st.integers(0, 2)) :]
    if changed != raw:
        assert verdicts(changed.decode(errors="replace")) == (False, False)


def altered(value: Any) -> Iterator[Any]:
    """Yield what a part of a proof could be made into, one change at a time."""
    if isinstance(value, dict):
        for name in value:
            yield {other: value[other] for other in value if other != name}
            for changed in altered(value[name]):
                yield {**value, name: changed}
        yield {**value, "more": 1}
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield value[:at] + value[at + 1 :]
            yield [*value[: at + 1], *value[at:]]
            for changed in altered(one):
                yield [*value[:at], changed, *value[at + 1 :]]
        yield None
    elif isinstance(value, int):
        yield from (value + 1, value - 1, -value, float(value), str(value), True, 2**70, None)
    else:
        yield from (value + " ", value[:-1], value.swapcase(), value + "\n", "", None, 1, "\ud800")
        yield value.replace("\n", "\n\n", 1) if "\n" in value else "=" + value


def test_no_field_can_change_unnoticed(story: dict[str, Any]) -> None:
    """All but leaving out whole deliveries or an older checkpoint: such a file proves less."""
    said = json.loads(story["proof"])
    less = [{**said, "deliveries": [one]} for one in said["deliveries"]]
    less.append({**said, "consistency": said["consistency"][1:]})
    assert [verdicts(canonical(one)) for one in less] == [(True, True)] * 3
    tried = [one for one in altered(said) if one not in less]
    assert len(tried) > 400
    for changed in tried:
        if canonical(changed) != story["proof"]:
            assert verdicts(canonical(changed)) == (False, False), changed


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


@pytest.mark.parametrize("ending", ['="', "=\\n"])
def test_bits_that_base64_leaves_unused_cannot_change_unnoticed(
    story: dict[str, Any], ending: str
) -> None:
    """Readers of base64 overlook them; in salts, hashes, keys and signatures alike."""
    text: str = story["proof"]
    places = [found.start() - 1 for found in re.finditer(f"(?<=[^=]){re.escape(ending)}", text)]
    assert len(places) >= 3
    for place in places:
        other = LETTERS[LETTERS.index(text[place]) ^ 1]
        assert verdicts(text[:place] + other + text[place + 1 :]) == (False, False)


HOSTILE = [
    "", "null", "[]", "{}", "1", '"x"', "[" * 100_000, "{" * 100_000, "NaN", "\x00", "1" * 10_000,
    '{"form": "muster-proof-2"}', "\ud800", '{"a": 1, "a": 2}',
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_proof_is_refused_with_a_reason(text: str) -> None:
    assert verdicts(text) == (False, False)


def test_a_key_that_did_not_sign_is_not_enough(story: dict[str, Any]) -> None:
    own = story["ledger"].public_keys()
    assert verdicts(story["proof"], trusted=own) == (True, True)
    assert verdicts(story["proof"], trusted=[b"k" * 32]) == (False, False)
    theirs = str(verifier_key("exchange", own[0]))
    assert verify_proof.check(story["proof"].encode(), [theirs])


@pytest.mark.parametrize(("which", "holds"), [("kept", True), ("before", False)])
def test_a_checkpoint_that_somebody_kept_must_be_continued(
    story: dict[str, Any], which: str, holds: bool
) -> None:
    """The proof was made since the one, and has no path from the other."""
    assert verdicts(story["proof"], kept=[story[which]]) == (holds, holds)


def test_the_present_checkpoint_needs_no_path(story: dict[str, Any]) -> None:
    assert verdicts(story["proof"], kept=[note_of(story["ledger"])]) == (True, True)


def test_another_log_of_the_same_name_is_found_out(story: dict[str, Any], tmp_path: Path) -> None:
    other = make_memory_ledger(tmp_path)
    other.append("exchange", [NewEntry("muster.test.v1", "s", b"other")] * (PLACE + 1))
    assert verdicts(story["proof"], kept=[note_of(other)]) == (False, False)
    with pytest.raises(EvidenceBroken, match="not signed by this log"):
        prove(story["ledger"], "exchange", PLACE, since=[note_of(other)])


def test_a_log_that_was_written_anew_cannot_continue_what_was_kept(tmp_path: Path) -> None:
    """The same keys, another history: the operator itself cannot make such a proof."""
    first, second = make_memory_ledger(tmp_path), make_memory_ledger(tmp_path)
    first.append("exchange", [NewEntry("muster.test.v1", "s", b"one")] * 5)
    kept = note_of(first)
    second.append("exchange", [NewEntry("muster.test.v1", "s", b"two")] * 9)
    with pytest.raises(EvidenceBroken, match="does not continue the checkpoint"):
        prove(second, "exchange", 3, since=[kept])
    with pytest.raises(Conflict, match="not an older one"):
        prove(first, "exchange", 3, since=[note_of(second)])


def refused_deliveries() -> list[NewEntry]:
    return [
        delivery(0, 3), delivery(5, 9), delivery(2, 6, aside=[4]), delivery(2, 6, aside_count=1),
        delivery(2, 6, handed=[[2, 3], [5, 6]]), delivery(2, 6)._replace(type="muster.other.v1"),
        delivery(2, 6)._replace(body=b"[]"), delivery(2, 6)._replace(body=b"{"),
        delivery("2", 6),  # type: ignore[arg-type]
    ]  # fmt: skip


@pytest.mark.parametrize("entry", refused_deliveries(), ids=range(9))
def test_a_delivery_must_speak_of_the_message(tmp_path: Path, entry: NewEntry) -> None:
    ledger = make_memory_ledger(tmp_path)
    ledger.append("exchange", [NewEntry("hr.changed.v1", "s", BODY)] * 8)
    ledger.append("exchange", [entry, delivery(2, 6, handed=[[2, 2], [4, 6]])])
    assert verdicts(prove(ledger, "exchange", 4, deliveries=[8])) == (False, False)
    good = prove(ledger, "exchange", 4, deliveries=[9])
    assert verdicts(good) == (True, True)
    assert check_proof(good).deliveries[0].named


@settings(max_examples=40, deadline=None)
@given(sizes=st.lists(st.integers(1, 40), min_size=1, max_size=6), data=st.data())
def test_both_agree_for_every_shape_of_log(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], data: st.DataObject
) -> None:
    ledger, notes = make_memory_ledger(tmp_path_factory.mktemp("shape")), []
    for size in sizes:
        ledger.append("exchange", [NewEntry("muster.test.v1", "ß", b"%d" % size)] * size)
        notes.append(note_of(ledger))
    position = data.draw(st.integers(0, sum(sizes) - 1))
    proof = prove(ledger, "exchange", position, since=notes)
    assert verdicts(proof, kept=notes) == (True, True)


def test_the_script_stands_alone(story: dict[str, Any], tmp_path: Path) -> None:
    """It names nothing of Muster, and runs where Muster is not."""
    source = Path(verify_proof.__file__).read_text(encoding="utf-8")
    named = {
        name.name if isinstance(node, ast.Import) else node.module or ""
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    outside = {name.split(".")[0] for name in named} - sys.stdlib_module_names
    assert outside == {"cryptography"}
    script, proof = tmp_path / "verify.py", tmp_path / "proof.json"
    script.write_text(source, encoding="utf-8")
    proof.write_text(story["proof"], encoding="utf-8")
    body = tmp_path / "body"
    command = [sys.executable, "-I", str(script), str(proof), "--body", str(body)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert "The proof holds: log exchange, position 40" in said.stdout
    assert "seen 2026-11-18" in said.stdout
    assert body.read_bytes() == BODY
    proof.write_text(story["proof"].replace('"recorded": 1', '"recorded": 2', 1))
    said = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert said.returncode == 1
    assert said.stdout == "REFUSED: the entry at position 41 is not under the root\n"


def test_a_cosignature_must_be_of_this_log_and_of_that_witness(
    story: dict[str, Any], tmp_path: Path
) -> None:
    ledger, witness = make_memory_ledger(tmp_path), OutsideWitness()
    ledger.append("exchange", [NewEntry("muster.test.v1", "s", b"{}")] * 3)
    note, own = note_of(ledger), ledger.public_keys()
    good = witness.cosigned(note, SEEN)
    stranger = OutsideWitness("other.example", b"x" * 32)
    refused = [
        (note, witness.key), (good, stranger.key), (good.replace("\n3\n", "\n4\n"), witness.key),
        (witness.cosigned(story["kept"], SEEN), witness.key),
        ("", witness.key), ("\n\n", witness.key),
        (good, verifier_key("exchange", own[0])), (f"{note[:-3]}x==\n", witness.key),
    ]  # fmt: skip
    for text, key in refused:
        with pytest.raises((BadInput, EvidenceBroken)):
            ledger.cosigned.keep(text, key, own=own)
    assert list(ledger.cosigned.all("exchange")) == []
    for signer in (witness, stranger, witness):
        text = signer.cosigned(note, SEEN)
        assert ledger.cosigned.keep(text, signer.key, own=own).seconds == SEEN
    (held,) = ledger.cosigned.all("exchange")
    assert held.note.count("\u2014") == 3
    assert ledger.cosigned.witnesses() == (witness.key, stranger.key)
    proven: Proven = check_proof(prove(ledger, "exchange", 1))
    assert {one.key for one in proven.older[0].seen_by} == {witness.key, stranger.key}


def test_a_whole_log_is_compared_with_what_witnesses_cosigned(tmp_path: Path) -> None:
    ledger, witness = make_memory_ledger(tmp_path), OutsideWitness()
    ledger.append("exchange", [NewEntry("muster.test.v1", "s", b"one")] * 4)
    note = witness.cosigned(note_of(ledger), SEEN)
    ledger.cosigned.keep(note, witness.key, own=ledger.public_keys())
    assert verify(ledger, "exchange").sound
    (tmp_path / "checkpoints" / "exchange.note").unlink()
    anew = make_memory_ledger(tmp_path)
    anew.append("exchange", [NewEntry("muster.test.v1", "s", b"two")] * 6)
    report = verify(anew, "exchange")
    assert [fault.position for fault in report.faults] == [3]
    (tmp_path / "checkpoints" / "cosigned" / "exchange-000000000000004.note").write_text("x")
    assert "cosigned is damaged" in str(verify(anew, "exchange").faults[0])


@pytest.mark.parametrize(
    "text", ["", "a", "a+b+c", "a+00000000+AAAA", "a b+00000000+BAAA", "+f+", "\n+1+1"]
)
def test_what_is_no_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="Not a verifier key"):
        read_verifier_key(text)
    with contextlib.suppress(ValueError, IndexError), pytest.raises(verify_proof.Refused):
        verify_proof.read_key(text)


def test_an_erased_message_can_still_be_placed_but_not_shown(tmp_path: Path) -> None:
    ledger = make_memory_ledger(tmp_path)
    ledger.append("exchange", [NewEntry("hr.changed.v1", "s", BODY, "subject:s")] * 2)
    ledger.erase("subject:s", reason="retention ended", by="officer:1")
    with pytest.raises(NotFound, match="erased"):
        prove(ledger, "exchange", 0)
    assert verdicts(prove(ledger, "exchange", 0, without_body=True)) == (True, True)

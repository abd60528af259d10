"""Proof files: what anybody can check without access to Muster. ``proving`` checks them.

A proof file is JSON and holds one entry of a log with its path to the root, the signed checkpoint
it stands under, and the keys that signed. For a message it also holds the entries of its
deliveries, each with its own path to the same root. Salt and body of the entry may be withheld;
then the file holds its leaf instead, a salted digest that lets nobody confirm a guess.

It further holds older checkpoints with proofs that the log of then is a prefix of this one: the
first that an outside witness cosigned, and those that were asked for. ``docs/explanation/
evidence.md`` states the form; ``verify_proof.py`` beside this file is a second implementation of
the check, for people who do not have Muster.
"""

import json
from collections.abc import Sequence
from typing import Any

from muster.kernel.errors import Conflict, EvidenceBroken, Where
from muster.kernel.keys import Keyring
from muster.ledger import merkle
from muster.ledger.checkpoints import read_note, signature_holds, verifier_key
from muster.ledger.logs import Disclosed, Ledger
from muster.ledger.notes import VerifierKey, read_signature, split_note
from muster.ledger.port import Checkpoint, LogName, position_of
from muster.ledger.sealing import SALT_BYTES

FORM = "muster-proof-2"


def prove(
    ledger: Ledger,
    log: LogName,
    position: int,
    *,
    deliveries: Sequence[int] = (),
    without_body: bool = False,
    since: Sequence[str] = (),
) -> str:
    """Return the proof file of one entry.

    Args:
        ledger: whose log it is in.
        log: which log.
        position: of the entry.
        deliveries: positions of the entries that say it was handed over.
        without_body: withhold salt and body, for readers who must not see what it holds.
        since: signed notes of older checkpoints that the proof shall continue.

    Raises:
        NotFound: if there is no such entry, or its body was erased and is not withheld.
        Conflict: if an older note is of another log, or newer than this one.
        EvidenceBroken: if this log does not continue it.
    """
    withheld = {position} if without_body else set()
    entry, *handed = ledger.inclusions(log, [position, *sorted(set(deliveries))], withheld=withheld)
    latest = entry.checkpoint
    older = {
        one.size: one for one in (_older(own_checkpoint(ledger, note), latest) for note in since)
    }
    witnessed = ledger.cosigned.covering(log, position, latest.size)
    if witnessed is not None:
        older[witnessed.size] = witnessed
    consistency = [_continued(ledger, older[size], latest) for size in sorted(older)]
    return _written(entry, handed, consistency, _verifier_keys(ledger, log))


def write_proof(disclosed: Disclosed, *, keys: Keyring) -> str:
    """Return the proof file of a disclosed entry alone."""
    signing = [keys.public_key(key.id) for key in keys.all() if key.purpose == "signing"]
    log = disclosed.checkpoint.log
    return _written(disclosed, (), (), [verifier_key(log, key) for key in signing])


def _verifier_keys(ledger: Ledger, log: LogName) -> list[VerifierKey]:
    return [*(verifier_key(log, key) for key in ledger.public_keys()), *ledger.cosigned.witnesses()]


def _older(checkpoint: Checkpoint, latest: Checkpoint) -> Checkpoint:
    """Return a checkpoint that the latest may continue."""
    if checkpoint.log != latest.log or not 0 < checkpoint.size <= latest.size:
        raise Conflict(
            "The checkpoint is not an older one of this log",
            where=Where(thing=f"log {checkpoint.log}, size {checkpoint.size}"),
            fix="Give a note of the same log that was kept before",
        )
    return checkpoint


def own_checkpoint(ledger: Ledger, note: str) -> Checkpoint:
    """Return the checkpoint that a note states, if this ledger signed it.

    Raises:
        EvidenceBroken: if it did not, or the note is none.
    """
    checkpoint = read_note(note)
    if not signature_holds(note, public_keys=ledger.public_keys()):
        raise EvidenceBroken(
            "The checkpoint was not signed by this log",
            where=Where(thing=f"log {checkpoint.log}, size {checkpoint.size}"),
            fix="Give the note as it was printed, with its signature",
        )
    return checkpoint


def _continued(
    ledger: Ledger, older: Checkpoint, latest: Checkpoint
) -> tuple[Checkpoint, list[bytes]]:
    """Return an older checkpoint with the proof that the log of then begins the log of now."""
    path = ledger.consistency(older.log, older.size, latest.size)
    if not merkle.consistency_holds(older.size, older.root, latest.size, latest.root, path):
        raise EvidenceBroken(
            "This log does not continue the checkpoint",
            where=Where(thing=f"log {older.log}, size {older.size}"),
            fix="Keep the note, and have the whole log verified",
            command="muster ledger verify",
        )
    return older, path


def _written(
    entry: Disclosed,
    deliveries: Sequence[Disclosed],
    consistency: Sequence[tuple[Checkpoint, list[bytes]]],
    known: Sequence[VerifierKey],
) -> str:
    used: set[VerifierKey] = set()
    said: dict[str, Any] = {
        "form": FORM,
        "entry": _entry(entry),
        "deliveries": [_entry(one) for one in deliveries],
        "checkpoint": _note(entry.checkpoint, known, used),
        "consistency": [
            {"checkpoint": _note(older, known, used), "path": _nodes(path)}
            for older, path in consistency
        ],
    }
    said["keys"] = sorted(map(str, used))
    return canonical(said)


def canonical(said: object) -> str:
    """Return the one way in which a proof file is written: what is not equal to it is refused."""
    return json.dumps(said, indent=1, sort_keys=True) + "\n"


def _note(checkpoint: Checkpoint, known: Sequence[VerifierKey], used: set[VerifierKey]) -> str:
    """Return a note with the signatures whose keys are known, and note these keys as used."""
    text, lines = split_note(checkpoint.note)
    kept = []
    for line in lines:
        signer = next((key for key in known if read_signature(text, line, key)), None)
        if signer is not None:
            used.add(signer)
            kept.append(line)
    return f"{text}\n" + "".join(f"{line}\n" for line in kept)


def _entry(one: Disclosed) -> dict[str, Any]:
    said: dict[str, Any] = {"position": position_of(one.row.address), "path": _nodes(one.path)}
    if one.salted is None:
        return {**said, "leaf": merkle.shown(one.row.leaf)}
    return {
        **said,
        "recorded": one.row.recorded,
        "type": one.row.type,
        "subject": one.row.subject,
        "salt": merkle.shown(one.salted[:SALT_BYTES]),
        "body": merkle.shown(one.salted[SALT_BYTES:]),
    }


def _nodes(path: Sequence[bytes]) -> list[str]:
    return [merkle.shown(node) for node in path]

#!/usr/bin/env python3
"""Check a Muster proof file without Muster: python verify_proof.py proof.json [--key KEY ...]

Needs Python 3.11 and the package `cryptography` (for Ed25519 signatures); nothing of Muster. It is
meant to be read before it is trusted: `check` at the end is the whole argument, top to bottom.

A log is a list of entries. Its root is one hash over all of them (a Merkle tree, RFC 6962): change
any entry and the root changes. The keeper of the log signs each root together with the number of
entries: a checkpoint (C2SP signed note). The file shows that an entry leads to such a signed root.
What it cannot show by itself is whose key signed: compare the key with the one that the keeper
published, and name it with --key.
"""

import argparse
import base64
import datetime as dt
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Key = tuple[str, int, bytes, bytes]
LOGS = {"exchange": 1, "decisions": 2, "access": 3}
WHOLE = {"form", "entry", "deliveries", "checkpoint", "consistency", "keys"}
DISCLOSED = {"position", "path", "recorded", "type", "subject", "salt", "body"}
LOG_KEY, WITNESS_KEY = 1, 4


class Refused(Exception):
    """The proof does not hold; the text says why."""


def need(holds: object, why: str) -> None:
    if not holds:
        raise Refused(why)


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def decoded(text: str) -> bytes:
    """Base64 in the one way it can be written, so that no character can be changed unnoticed."""
    data = base64.b64decode(text, validate=True)
    need(base64.b64encode(data).decode() == text, "something is not written in the usual way")
    return data


def number(value: int, limit: int = 2**48) -> int:
    need(type(value) is int and 0 <= value < limit, "something is not a number")
    return value


# Keys and signatures ---------------------------------------------------------------------------


def read_key(line: str) -> Key:
    """A key is written `name+hash+base64(kind, 32 bytes)`; its hash stands in its signatures."""
    name, key_hash, text = line.split("+", 2)
    raw = decoded(text)
    kind, public = raw[0], raw[1:]
    expected = sha256(name.encode() + b"\n" + raw)[:4]
    good = name and not set(name) & set(" \t\r\n") and len(public) == 32
    need(good and kind in (LOG_KEY, WITNESS_KEY), f"the key {line} is not written as keys are")
    need(expected.hex() == key_hash, f"the key {line} does not fit its own hash")
    return name, kind, public, expected


def signature_of(text: str, line: str, key: Key) -> int | None:
    """The time at which a witness signed, 0 for a log's signature, None if `key` did not sign."""
    name, kind, public, key_hash = key
    words = line.split(" ")
    if words[:2] != ["\u2014", name] or len(words) != 3:
        return None
    blob = decoded(words[2])
    if blob[:4] != key_hash:
        return None
    signed, signature, seconds = text.encode(), blob[4:], 0
    if kind == WITNESS_KEY:  # a witness signs the checkpoint together with the time
        seconds, signature = int.from_bytes(blob[4:12], "big"), blob[12:]
        signed = b"cosignature/v1\ntime %d\n" % seconds + signed
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except InvalidSignature:
        return None
    return number(seconds, 2**40 + 1)


def read_checkpoint(note: str, keys: dict[str, Key]) -> dict[str, Any]:
    """A note is the signed text (log, size, root), an empty line, and one line a signature."""
    text, below = note.split("\n\n", 1)
    origin, size, root = text.split("\n")
    text += "\n"
    need(below.endswith("\n"), "its checkpoint is cut short")
    need(origin in {f"muster/{log}" for log in LOGS}, "its checkpoint is of no log")
    need(str(number(int(size), 2**48 + 1)) == size, "its checkpoint states no size")
    signed: dict[str, int] = {}
    for line in below[:-1].split("\n"):
        by = {name: signature_of(text, line, key) for name, key in keys.items()}
        made = {name: at for name, at in by.items() if at is not None}
        need(made and not made.keys() & signed, "a signature of its checkpoint does not hold")
        signed |= made
    by_log = [key for key in signed if keys[key][1] == LOG_KEY]
    need(by_log, "its checkpoint is not signed by the log")
    need(all(keys[key][0] == origin for key in by_log), "its checkpoint is signed by another log")
    witnesses = {key: at for key, at in signed.items() if key not in by_log}
    return {
        "log": origin.removeprefix("muster/"), "size": int(size), "root": decoded(root),
        "keys": by_log, "witnesses": witnesses,
    }  # fmt: skip


# The tree --------------------------------------------------------------------------------------


def parent(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right)


def left_half(size: int) -> int:
    """How many entries stand left: the largest power of two that is smaller than the size."""
    return 1 << (size - 1).bit_length() - 1


def root_from(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root to which a leaf at `index` leads; `path` holds its neighbours, the nearest first."""
    if size == 1:
        need(not path, "a path is too long")
        return leaf
    need(path, "a path is too short")
    left, neighbour, rest = left_half(size), path[-1], path[:-1]
    if index < left:
        return parent(root_from(leaf, index, left, rest), neighbour)
    return parent(neighbour, root_from(leaf, index - left, size - left, rest))


def roots_from(
    old_root: bytes, old: int, new: int, path: list[bytes], *, whole: bool = True
) -> tuple[bytes, bytes]:
    """The roots of the old and the new log, from a proof that the old is the new one's beginning.

    `whole`: the old log is a complete subtree here, whose root is known already.
    """
    if old == new:
        if whole:
            need(not path, "a path is too long")
            return old_root, old_root
        need(len(path) == 1, "a path has a wrong length")
        return path[0], path[0]
    need(path, "a path is too short")
    left, neighbour, rest = left_half(new), path[-1], path[:-1]
    if old <= left:
        before, after = roots_from(old_root, old, left, rest, whole=whole)
        return before, parent(after, neighbour)
    before, after = roots_from(old_root, old - left, new - left, rest, whole=False)
    return parent(neighbour, before), parent(neighbour, after)


# The file --------------------------------------------------------------------------------------


def rising(numbers: list[int]) -> None:
    need(numbers == sorted(set(numbers)), "its parts are not in order")


def nodes(path: list[str]) -> list[bytes]:
    need(type(path) is list, "a path is missing")
    found = [decoded(node) for node in path]
    need(all(len(node) == 32 for node in found), "a path holds something that is no hash")
    return found


def read_entry(said: dict[str, Any], checkpoint: dict[str, Any]) -> dict[str, Any]:
    """An entry whose leaf leads to the signed root. Without its body only its leaf is known."""
    position, fields = number(said["position"]), dict[str, Any]()
    if set(said) == {"position", "path", "leaf"}:
        leaf = decoded(said["leaf"])
        need(len(leaf) == 32, "a leaf is no hash")
    else:
        need(set(said) == DISCLOSED, "an entry holds more or less than it should")
        kind, subject = said["type"].encode(), said["subject"].encode()
        salt, body = decoded(said["salt"]), decoded(said["body"])
        need(len(salt) == 16 and max(len(kind), len(subject)) < 2**16, "an entry is malformed")
        leaf = sha256(
            b"\x00" + bytes([LOGS[checkpoint["log"]]]) + position.to_bytes(8, "big")
            + number(said["recorded"], 2**63).to_bytes(8, "big") + len(kind).to_bytes(2, "big")
            + len(subject).to_bytes(2, "big") + kind + subject + salt + body
        )  # fmt: skip
        fields = {name: said[name] for name in ("recorded", "type", "subject")} | {"body": body}
    need(position < checkpoint["size"], "an entry stands beyond the signed root")
    root = root_from(leaf, position, checkpoint["size"], nodes(said["path"]))
    need(root == checkpoint["root"], f"the entry at position {position} is not under the root")
    return {"position": position, "leaf": leaf, **fields}


def read_delivery(entry: dict[str, Any], message: dict[str, Any]) -> dict[str, Any]:
    """What the entry of a delivery says; it must speak of a span that holds the message."""
    at, position = entry["position"], message["position"]
    need(entry.get("type") == "muster.hub.message.delivered.v1", f"entry {at} delivers nothing")
    said = json.loads(entry["body"])
    spans = said.get("handed")
    speaks = at > position and said["first"] <= position <= said["last"]
    speaks = speaks and position not in said["aside"]
    if spans is None:  # the entry names at most 200 of those that were set aside
        speaks = speaks and said["aside_count"] <= len(said["aside"])
    else:
        speaks = speaks and any(first <= position <= last for first, last in spans)
    need(speaks, f"the delivery at position {at} does not speak of this message")
    named = spans is not None or said["first"] == said["last"]
    return {**said, "named": named, "entry": entry}


def check(data: bytes, trusted: Sequence[str] = (), kept: Sequence[str] = ()) -> dict[str, Any]:
    """Return what a proof file (bytes) proves; raise `Refused` if anything does not hold.

    `trusted`: keys of which one must have signed. `kept`: notes that the log must continue.
    """
    try:
        said = json.loads(data.decode("ascii"))
        usual = json.dumps(said, indent=1, sort_keys=True) + "\n"
        need(usual.encode() == data, "the file is not written in the usual way")
        need(said["form"] == "muster-proof-2", "the file is of another form")
        need(set(said) == WHOLE, "the file holds more or less than it should")
        keys = {line: read_key(line) for line in said["keys"]}
        need(said["keys"] == sorted(keys), "its keys are not in order")

        checkpoint = read_checkpoint(said["checkpoint"], keys)
        publics = {base64.b64encode(keys[key][2]).decode() for key in checkpoint["keys"]}
        signers = publics | set(checkpoint["keys"])
        need(not trusted or signers & set(trusted), "no key that you trust signed its checkpoint")

        message = read_entry(said["entry"], checkpoint)
        handed = [read_entry(one, checkpoint) for one in said["deliveries"]]
        deliveries = [read_delivery(one, message) for one in handed]
        rising([one["position"] for one in handed])

        older = []
        for one in said["consistency"]:
            need(set(one) == {"checkpoint", "path"}, "an older checkpoint is malformed")
            old = read_checkpoint(one["checkpoint"], keys)
            fits = old["log"] == checkpoint["log"] and 0 < old["size"] <= checkpoint["size"]
            need(fits, "an older checkpoint is of another log")
            path = nodes(one["path"])
            both = roots_from(old["root"], old["size"], checkpoint["size"], path)
            continued = both == (old["root"], checkpoint["root"])
            need(continued, f"the log of {old['size']} entries is not the beginning of this one")
            older.append(old)
        rising([one["size"] for one in older])
        for note in kept:
            compare(note, checkpoint, older)

        every = [checkpoint, *older]
        used = {key for one in every for key in (*one["keys"], *one["witnesses"])}
        need(used == set(keys), "it names a key that signed nothing of it")
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError):
        raise Refused("the file is not a proof, or is damaged") from None
    return {"checkpoint": checkpoint, "older": older, "entry": message, "deliveries": deliveries}


def compare(note: str, checkpoint: dict[str, Any], older: list[dict[str, Any]]) -> None:
    """Refuse unless the file continues a checkpoint that you kept from before."""
    origin, size, root = note.partition("\n\n")[0].split("\n")
    need(origin == f"muster/{checkpoint['log']}", "the checkpoint you kept is of another log")
    same = [one for one in (checkpoint, *older) if one["size"] == int(size)]
    need(same, f"it holds no path from the checkpoint of {size} entries that you kept")
    need(all(one["root"] == decoded(root) for one in same), "the log you saw was another one")


# In words --------------------------------------------------------------------------------------


def instant(seconds: float) -> str:
    return f"{dt.datetime.fromtimestamp(seconds, dt.UTC):%Y-%m-%d %H:%M:%S} UTC"


def in_words(proven: dict[str, Any], trusted: Sequence[str] = ()) -> Iterator[str]:
    checkpoint, entry = proven["checkpoint"], proven["entry"]
    yield f"The proof holds: log {checkpoint['log']}, position {entry['position']}"
    if "body" in entry:
        yield f"Entry: {entry['type']} about {entry['subject']}, {len(entry['body']):,} bytes"
        yield f"SHA-256 of its bytes: {hashlib.sha256(entry['body']).hexdigest()}"
        yield f"Recorded {instant(entry['recorded'] / 1e6)} by the clock of whoever keeps the log"
    else:
        yield f"What it holds is withheld; its salted digest (leaf) is {entry['leaf'].hex()}"
    for one in proven["deliveries"]:
        span = f"a shipment of messages between {one['first']} and {one['last']}, not each named,"
        yield (
            f"Delivered: the log says at position {one['entry']['position']} that"
            f" {'it' if one['named'] else span} went to {one['receiver']} under"
            f" {one['agreement']} version {one['agreement_version']}, translation version"
            f" {one['translation_version']}, {instant(one['entry']['recorded'] / 1e6)}"
        )
    for one in (*proven["older"], checkpoint):
        yield f"It stands on the signed checkpoint of {one['size']:,} entries"
        yield from (f"  signed by {key}" for key in one["keys"])
        for key, at in one["witnesses"].items():
            yield f"  seen {instant(at)} by the witness {key}"
    yield (
        "Not checked: whose keys these are. Compare them, and name one with --key"
        if not trusted
        else "Not checked: whether what the entry says is true; only that it was recorded so"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Check a Muster proof file without Muster.")
    parser.add_argument("proof", help="the proof file")
    parser.add_argument("--key", action="append", default=[], help="a key you trust")
    parser.add_argument("--checkpoint", action="append", default=[], help="a note you kept")
    parser.add_argument("--body", help="write the proven bytes to this file")
    asked = parser.parse_args(arguments)
    try:
        kept = [Path(note).read_text(encoding="utf-8") for note in asked.checkpoint]
        proven = check(Path(asked.proof).read_bytes(), asked.key, kept)
    except Refused as why:
        sys.stdout.write(f"REFUSED: {why}\n")
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in in_words(proven, asked.key)))
    if asked.body and "body" in proven["entry"]:
        Path(asked.body).write_bytes(proven["entry"]["body"])
    return 0


if __name__ == "__main__":
    sys.exit(main())

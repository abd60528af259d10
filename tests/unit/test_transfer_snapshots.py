"""The released record: one hash for one record; nothing changed, borrowed or forged verifies."""

import base64
import dataclasses
import datetime as dt
import hashlib
import json
import uuid
from pathlib import Path

import pytest

from muster.kernel.clock import FixedClock
from muster.kernel.errors import BadInput, EvidenceBroken
from muster.kernel.keys import Keyring
from muster.services.transfers.record.snapshots import (
    SCHEMA,
    Signed,
    Snapshot,
    follows,
    from_text,
    opened,
    sign,
    snapshot,
    verify,
)
from tests.transfer_records import GOOD

CLOCK = FixedClock(dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC))
TRANSFER, OTHER, EMPLOYER = uuid.UUID(int=1), uuid.UUID(int=2), uuid.UUID(int=3)


@pytest.fixture
def keys(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "keys", clock=CLOCK, in_production=False)


@pytest.fixture
def released(keys: Keyring) -> Signed:
    taken = snapshot(GOOD, transfer=TRANSFER, version=1)
    return sign(taken, by="actor:hr", employer=EMPLOYER, clock=CLOCK, keys=keys)


def test_what_was_released_is_what_is_opened(keys: Keyring, released: Signed) -> None:
    verify(released, transfer=TRANSFER, keys=keys)
    found = opened(from_text(released.as_text()), transfer=TRANSFER, keys=keys)
    assert found.record == GOOD
    assert (found.transfer, found.version, found.schema) == (str(TRANSFER), 1, SCHEMA)


def test_one_record_has_one_hash_whatever_the_order_of_its_fields() -> None:
    turned = dict(reversed(GOOD.items()))
    first = snapshot(GOOD, transfer=TRANSFER, version=1)
    assert snapshot(turned, transfer=TRANSFER, version=1) == first
    assert first.digest == hashlib.sha256(first.body).hexdigest()
    assert snapshot({**GOOD, "fte": "0.9"}, transfer=TRANSFER, version=1).digest != first.digest
    assert snapshot({**GOOD, "known_as": ""}, transfer=TRANSFER, version=1) == first


def test_adjustments_stay_with_the_person_unless_the_person_shares_them() -> None:
    told = {**GOOD, "adjustments": "A standing desk"}
    for answer in ("", "no", "Yes"):
        body = snapshot({**told, "adjustments_shared": answer}, transfer=TRANSFER, version=1).body
        assert b"standing desk" not in body
    shared = snapshot({**told, "adjustments_shared": "yes"}, transfer=TRANSFER, version=1)
    assert b"standing desk" in shared.body


def test_every_altered_part_is_found(keys: Keyring, released: Signed) -> None:
    edited = released.body.replace(b"1257L", b"1258L")
    digest = hashlib.sha256(edited).hexdigest()
    later = (CLOCK.now() + dt.timedelta(days=1)).isoformat()
    forgeries: list[dict[str, object]] = [
        {"body": edited},
        {"body": edited, "digest": digest},
        {"digest": "0" * 64},
        {"by": "actor:other"},
        {"employer": str(OTHER)},
        {"at": later},
        {"schema": 2},
        {"schema": 0},
        {"key": "0" * 32},
        {"key": "../../../../etc/passwd"},
        {"signature": base64.b64encode(bytes(64)).decode()},
        {"signature": "not base 64"},
        {"signature": ""},
    ]
    for changes in forgeries:
        with pytest.raises(EvidenceBroken):
            verify(dataclasses.replace(released, **changes), keys=keys)  # type: ignore[arg-type]


def test_a_stranger_cannot_sign_it_again(keys: Keyring, released: Signed, tmp_path: Path) -> None:
    """With a key of one's own everything fits together; only the key is not the service's."""
    own = Keyring(tmp_path / "stranger", clock=CLOCK, in_production=False)
    forged = sign(
        snapshot({**GOOD, "salary": "99000.00"}, transfer=TRANSFER, version=1),
        by=released.by, employer=EMPLOYER, clock=CLOCK, keys=own,
    )  # fmt: skip
    verify(forged, keys=own)
    with pytest.raises(EvidenceBroken):
        verify(forged, keys=keys)
    with pytest.raises(EvidenceBroken):
        verify(dataclasses.replace(forged, key=released.key), keys=keys)


def test_a_release_of_another_transfer_does_not_serve(keys: Keyring, released: Signed) -> None:
    with pytest.raises(EvidenceBroken, match="another transfer"):
        verify(released, transfer=OTHER, keys=keys)


def test_a_record_of_a_later_specification_is_refused_and_not_half_read(keys: Keyring) -> None:
    body = json.dumps(
        {"record": GOOD, "schema": SCHEMA + 1, "transfer": str(TRANSFER), "version": 1}
    ).encode()
    taken = Snapshot(body, hashlib.sha256(body).hexdigest(), SCHEMA + 1)
    later = sign(taken, by="actor:hr", employer=EMPLOYER, clock=CLOCK, keys=keys)
    verify(later, keys=keys)
    with pytest.raises(BadInput, match="later version"):
        opened(later, keys=keys)


def test_a_release_with_rotated_keys_still_verifies(keys: Keyring, released: Signed) -> None:
    keys.make("signing")
    verify(released, keys=keys)


def test_a_second_release_follows_only_as_the_next_version_of_its_transfer(keys: Keyring) -> None:
    def made(version: int, transfer: uuid.UUID = TRANSFER, fte: str = "0.8") -> Signed:
        taken = snapshot({**GOOD, "fte": fte}, transfer=transfer, version=version)
        return sign(taken, by="actor:hr", employer=EMPLOYER, clock=CLOCK, keys=keys)

    assert follows(made(1), made(2, fte="0.9"))
    assert not follows(made(1), made(1, fte="0.9"))
    assert not follows(made(1), made(3))
    assert not follows(made(1), made(2, OTHER))


@pytest.mark.parametrize(
    "value", [1, 0.8, True, {"a": 1}, [None], "\ud800", float("nan"), b"bytes"]
)
def test_only_texts_can_be_released(value: object) -> None:
    with pytest.raises(BadInput):
        snapshot({**GOOD, "known_as": value}, transfer=TRANSFER, version=1)


def test_unknown_fields_are_not_released_in_silence() -> None:
    with pytest.raises(BadInput) as problem:
        snapshot({**GOOD, "bank_account": "12345678"}, transfer=TRANSFER, version=1)
    assert "12345678" not in str(problem.value)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", "1", '{"body":"x"}', "[" * 100_000, '{"body": 1}']
)
def test_text_that_is_no_release(text: str) -> None:
    with pytest.raises(BadInput):
        from_text(text)


def test_nothing_of_a_person_is_shown_by_accident(released: Signed) -> None:
    assert "Mole" not in repr(released) + repr(Snapshot(released.body, released.digest, 1))

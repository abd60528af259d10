"""Keys by id: separate purposes, rotation, and what production refuses."""

import stat
from pathlib import Path

import pytest

from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import EvidenceBroken, Misconfigured
from muster.kernel.keys import PURPOSES, Keyring


def keyring(folder: Path, *, in_production: bool = False) -> Keyring:
    return Keyring(folder, clock=SYSTEM_CLOCK, in_production=in_production)


def test_each_purpose_has_a_key_of_its_own_kept_for_its_owner_alone(tmp_path: Path) -> None:
    keys = keyring(tmp_path)
    assert len({keys.current(purpose).secret for purpose in PURPOSES}) == 3
    files = list(tmp_path.rglob("*.json"))
    assert len(files) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    again = keyring(tmp_path)
    assert [key.id for key in again.all()] == [keys.current(purpose).id for purpose in PURPOSES]


def test_a_key_never_shows_its_secret(tmp_path: Path) -> None:
    key = keyring(tmp_path).current("signing")
    assert repr(key) == f"Key(signing/{key.id})"
    assert repr(key.secret) not in f"{key} {key!r}"


def test_what_an_older_key_encrypted_and_signed_stays_readable(tmp_path: Path) -> None:
    keys = keyring(tmp_path)
    sealed, (old_id, signature) = keys.encrypt(b"plain", context=b"c"), keys.sign(b"message")
    keys.make("encryption")
    keys.make("signing")
    later = keyring(tmp_path)
    assert later.decrypt(sealed, context=b"c") == b"plain"
    assert later.signature_holds(old_id, b"message", signature)
    assert later.sign(b"message")[0] != old_id
    assert later.encrypt(b"plain", context=b"c")[:16] != sealed[:16]


@pytest.mark.parametrize("at", [16, 28, -1])
def test_changed_bytes_or_another_context_do_not_decrypt(tmp_path: Path, at: int) -> None:
    keys = keyring(tmp_path)
    sealed = bytearray(keys.encrypt(b"plain", context=b"c"))
    with pytest.raises(EvidenceBroken):
        keys.decrypt(bytes(sealed), context=b"other")
    sealed[at] ^= 1
    with pytest.raises(EvidenceBroken):
        keys.decrypt(bytes(sealed), context=b"c")


def test_a_signature_holds_for_its_message_and_key_only(tmp_path: Path) -> None:
    keys = keyring(tmp_path)
    key_id, signature = keys.sign(b"message")
    assert keys.signature_holds(key_id, b"message", signature)
    assert not keys.signature_holds(key_id, b"other", signature)
    assert not keys.signature_holds(keys.make("signing").id, b"message", signature)
    assert not keys.signature_holds("0" * 32, b"message", signature)


def test_a_keyed_hash_tells_contexts_and_homes_apart(tmp_path: Path) -> None:
    keys = keyring(tmp_path / "one")
    found = keys.keyed_hash(b"value", context=b"a")
    assert len(found) == 32
    assert found == keyring(tmp_path / "one").keyed_hash(b"value", context=b"a")
    assert found != keys.keyed_hash(b"value", context=b"b")
    assert found != keyring(tmp_path / "two").keyed_hash(b"value", context=b"a")


def test_production_neither_makes_a_key_nor_accepts_a_generated_one(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="No signing key"):
        keyring(tmp_path, in_production=True).sign(b"message")
    generated = keyring(tmp_path).current("signing")
    with pytest.raises(Misconfigured, match="development key"):
        keyring(tmp_path, in_production=True).by_id("signing", generated.id)
    own = keyring(tmp_path).make("signing")
    assert keyring(tmp_path, in_production=True).sign(b"message")[0] == own.id


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="Restore MUSTER_HOME/keys"):
        keyring(tmp_path).by_id("encryption", "f" * 32)


def test_a_lasting_secret_outlives_rotation_and_is_of_its_purpose(tmp_path: Path) -> None:
    keys = keyring(tmp_path)
    first = keys.lasting(b"figures")
    keys.make("keyed-hash")
    assert keyring(tmp_path).lasting(b"figures") == first == keys.lasting(b"figures")
    assert keys.lasting(b"others") != first
    assert first not in {keys.current("keyed-hash").secret, keys.keyed_hash(b"", context=b"")}

"""Hostile and broken servers, settings and PGP files."""

import csv
import io
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pysequoia import Tsk, encrypt

from muster.connectors.contract import Offer, Skipped
from muster.connectors.outlets import Unreachable
from muster.connectors.places.fake import FakePlace
from muster.connectors.remote_folder.connector import SETTINGS, RemoteFolder
from muster.connectors.remote_folder.fake import FakeFolderOutlet, FakeRemoteFolder
from muster.connectors.remote_folder.outlet import FolderOutlet, name_of
from muster.kernel.errors import BadInput
from tests.sftp_server import passwords_seen, running_sftp
from tests.shipments import shipment

OURS, THEIRS, STRANGER = (Tsk.generate(f"{who}@example.test") for who in ("us", "they", "else"))
PEOPLE = [(3, "s:1", "Ada"), (5, "s:2", "Ben")]


def private(key: Tsk) -> str:
    return str(key)


def public(key: Tsk) -> str:
    return str(key.extract_certificate())


def sent(content: bytes, *, to: Tsk = OURS, by: Tsk | None = THEIRS) -> bytes:
    signer = by and by.signer()
    return encrypt(content, recipients=[to.extract_certificate()], signer=signer)


def pulled(held: dict[str, bytes], **more: str) -> dict[str, bytes | str]:
    told = {"open_key": private(OURS), "sender_key": public(THEIRS), **more}
    connector = FakeRemoteFolder(FakePlace(held), told)
    found = connector.pull()
    return {item.name: item.content if isinstance(item, Offer) else item.why for item in found}


def test_another_server_is_told_no_password(tmp_path: Path) -> None:
    with running_sftp(tmp_path / "a") as meant, running_sftp(tmp_path / "b") as other:
        passwords_seen().clear()
        told = {**other.settings(), "host_key": meant.host_key}
        with pytest.raises(Unreachable, match="key is not the one"):
            list(RemoteFolder(told).pull())
        assert passwords_seen() == []


def test_a_wrong_password_is_said_and_not_shown(tmp_path: Path) -> None:
    with running_sftp(tmp_path) as server:
        connector = RemoteFolder({**server.settings(), "password": "wrong horse"})
        health = connector.health()
        assert (health.ready, "horse" in health.said) == (False, False)
        assert "did not let" in health.said


def test_links_are_not_followed(tmp_path: Path) -> None:
    with running_sftp(tmp_path / "root") as server:
        (tmp_path / "root/outside").mkdir()
        (tmp_path / "root/outside/secret.csv").write_bytes(b"secret")
        (tmp_path / "root/drop/link.csv").symlink_to("/outside/secret.csv")
        (tmp_path / "root/drop/folder").symlink_to("/outside")
        items = list(RemoteFolder(server.settings(settle="0")).pull())
        why = [item.why for item in items if isinstance(item, Skipped)]
        assert why == ["a link or device, not a file"] * 2


def test_no_half_file_stays_where_the_server_breaks_off(tmp_path: Path) -> None:
    with running_sftp(tmp_path) as server:
        outlet = FolderOutlet(server.settings())
        assert outlet.deliver(shipment(PEOPLE)).had == 0
    with pytest.raises(Unreachable):
        outlet.deliver(shipment([(7, "s:1", "Cy")]))
    assert not outlet.health().ready
    names = [path.name for path in (tmp_path / "drop").iterdir()]
    assert names == [f"{name_of(shipment(PEOPLE))}.csv"]


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"url": "https://host/folder"}, "url"),
        ({"url": "sftp://host/folder"}, "url"),
        ({"url": f"sftp://a:{'secret'}@host/folder"}, "url"),
        ({"url": "sftp://a@host/f"}, "password"),
        ({"url": "sftp://a@host/f", "password": "secret"}, "host_key"),
        ({"url": "sftp://a@host/f", "password": "secret", "host_key": "nonsense"}, "host_key"),
        ({"url": "sftp://a@host/f", "private_key": "secret"}, "private_key"),
        ({"url": "file:///etc"}, "local"),
        ({"url": "s3:///folder"}, "url"),
        ({"url": "s3://bucket/folder", "access": "[secret"}, "access"),
        ({"url": "file:///x", "local": "yes", "settle": "soon"}, "settle"),
        ({"url": "file:///x", "local": "yes", "taken": "../out"}, "taken"),
        ({"url": "file:///x", "local": "yes", "open_key": "secret"}, "open_key"),
        ({"url": "file:///x", "local": "yes", "sender_key": "secret"}, "sender_key"),
        ({"url": "file:///x", "local": "yes", "sender_key": public(THEIRS)}, "open_key"),
        ({"url": "file:///x", "local": "yes", "signing_key": private(OURS)}, "receiver_key"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_and_not_shown(
    told: dict[str, str], field: str
) -> None:
    with pytest.raises(BadInput) as raised:
        RemoteFolder(told)
    assert raised.value.where.field == field
    assert "secret" not in str(raised.value)
    assert field in {setting.name for setting in SETTINGS}


def test_private_keys_and_passwords_are_secret() -> None:
    secret = {setting.name for setting in SETTINGS if setting.secret}
    assert secret == {
        "password", "private_key", "access", "open_key", "open_password", "signing_key",
        "signing_password",
    }  # fmt: skip


def test_an_encrypted_file_is_offered_plain_under_its_own_name() -> None:
    held = {"hr/staff.csv.pgp": sent(b"a\n1\n"), "hr/staff.csv.pgp.done": b""}
    assert pulled(held) == {"hr/staff.csv": b"a\n1\n"}
    assert pulled({"hr/staff.CSV.asc": sent(b"\x00" * 9)}) == {"hr/staff.CSV": b"\x00" * 9}


def test_a_file_that_cannot_be_opened_stays_with_the_reason() -> None:
    good = bytearray(encrypt(b"a" * 500, recipients=[OURS.extract_certificate()], armor=False))
    good[-40] ^= 1
    held = {
        "hr/other-key.csv.pgp": sent(b"a", to=STRANGER),
        "hr/other-sender.csv.pgp": sent(b"a", by=STRANGER),
        "hr/unsigned.csv.pgp": sent(b"a", by=None),
        "hr/half.csv.pgp": sent(b"a" * 5_000)[:2_000],
        "hr/changed.csv.pgp": bytes(good),
        "hr/plain.csv.pgp": b"a,b\n1,2\n",
        "hr/plain.csv": b"a\n",
        "hr/empty.csv.pgp": b"",
    }
    place = FakePlace(held)
    told = {"open_key": private(OURS), "sender_key": public(THEIRS), "taken": "taken"}
    items = list(FakeRemoteFolder(place, told).pull())
    assert [item for item in items if not isinstance(item, Skipped)] == []
    why = {item.name: item.why for item in items if isinstance(item, Skipped)}
    assert set(why) == set(held)
    assert "another key" in why["hr/other-key.csv.pgp"]
    assert "not signed" in why["hr/other-sender.csv.pgp"]
    assert "not signed" in why["hr/unsigned.csv.pgp"]
    assert place.held == held


def test_beside_its_plain_twin_an_encrypted_file_is_not_taken() -> None:
    found = pulled({"a/x.csv": b"1", "a/x.csv.pgp": sent(b"2")}, sender_key="")
    assert found["a/x.csv"] == b"1"
    assert "lies beside" in str(found["a/x.csv.pgp"])


def test_without_a_key_an_encrypted_file_waits() -> None:
    items = list(FakeRemoteFolder(FakePlace({"a.csv.pgp": sent(b"a")})).pull())
    assert [item.why for item in items if isinstance(item, Skipped)] == [
        "encrypted, and no key to open it is set"
    ]


def test_a_file_that_unpacks_to_too_much_does_no_harm() -> None:
    with gpg_with(public(OURS)) as gpg:
        bomb = gpg(["--encrypt", "--recipient", "us@example.test", "-z", "9"], b"\0" * 60_000_000)
    assert len(bomb) < 1_000_000
    assert "unpacks" in str(
        pulled({"a.csv.pgp": bomb}, sender_key="", megabytes="1")["memory/a.csv.pgp"]
    )


def test_gpg_reads_what_is_sealed_and_writes_what_is_opened() -> None:
    """Its key is its own as well: those of this library allow forms that GnuPG has not."""
    place = FakePlace()
    with gpg_with(public(THEIRS), public(OURS)) as gpg:
        gpg(["--passphrase", "", "--quick-generate-key", "payroll@example.test"], b"")
        receiver = gpg(["--armor", "--export", "payroll@example.test"], b"").decode()
        told = {"receiver_key": receiver, "signing_key": private(THEIRS)}
        FakeFolderOutlet(place, told).deliver(shipment(PEOPLE))
        ((name, content),) = place.held.items()
        assert name.endswith(".csv.pgp")
        assert b"Ada" not in content
        assert b"Ada" in gpg(["--decrypt"], content)
        written = gpg(["--encrypt", "--recipient", "us@example.test"], b"a\n")
    assert pulled({"a.csv.gpg": written}, sender_key="") == {"memory/a.csv": b"a\n"}


@contextmanager
def gpg_with(*keys: str) -> Iterator[Callable[[list[str], bytes], bytes]]:
    """Offer GnuPG, the second implementation, over a key ring of its own."""
    program = shutil.which("gpg")
    if program is None:
        pytest.skip("GnuPG is the second implementation here, and this machine has none")
    # Its sockets lie in the same folder, so the folder's path must be short.
    with TemporaryDirectory(dir="/tmp") as folder:
        home = [program, "--homedir", folder, "--batch", "--trust-model", "always"]

        def gpg(told: list[str], content: bytes) -> bytes:
            done = subprocess.run([*home, *told], input=content, capture_output=True)
            assert done.returncode == 0, done.stderr.decode()
            return done.stdout

        for key in keys:
            gpg(["--import"], key.encode())
        try:
            yield gpg
        finally:
            subprocess.run(["gpgconf", "--homedir", folder, "--kill", "all"], check=False)


@settings(max_examples=60, deadline=None)
@given(
    names=st.lists(st.one_of(st.none(), st.text(st.characters(codec="utf-8"))), min_size=1),
    form=st.sampled_from(["csv", "jsonl"]),
)
def test_a_file_gives_the_very_same_values_back(names: list[str | None], form: str) -> None:
    place = FakePlace()
    rows = shipment([(number, f"s:{number}", "") for number in range(len(names))])
    data = rows.data.with_columns(pl.Series("name", names, pl.String))
    FakeFolderOutlet(place, {"form": form}).deliver(
        type(rows)(rows.route, 0, 1, "", rows.envelopes, data)
    )
    ((_, content),) = place.held.items()
    if form == "csv":
        read = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
        assert [row["name"] for row in read] == [name or "" for name in names]
        assert content.endswith(b',""\n') == (names[-1] == "")
    else:
        told = [json.loads(line)["name"] for line in content.split(b"\n")[:-1]]
        assert told == names

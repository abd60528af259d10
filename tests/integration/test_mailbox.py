"""Hostile and damaged mail."""

from contextlib import suppress
from email.message import EmailMessage
from mailbox import Maildir
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.connectors.contract import Skipped
from muster.connectors.mailbox.connector import SETTINGS, Mailbox, read_trust
from muster.connectors.mailbox.letters import Letter, Refused, read_letter
from muster.kernel.errors import BadInput
from tests import letters
from tests.letters import PROVEN, SENDER, message

TRUST = read_trust(letters.SETTINGS)
GOOD = message().as_bytes()


def refusal(content: bytes | EmailMessage) -> str:
    raw = content if isinstance(content, bytes) else content.as_bytes()
    with pytest.raises(Refused) as raised:
        read_letter(raw, TRUST)
    return str(raised.value)


def names(content: bytes | EmailMessage) -> list[str]:
    raw = content if isinstance(content, bytes) else content.as_bytes()
    return [offer.name for offer in read_letter(raw, TRUST).offers]


@pytest.mark.parametrize(
    "sender",
    [
        "returns@dept.example.elsewhere.example",
        "xreturns@dept.example",
        f"{SENDER}, other@dept.example",
        f'"{SENDER}" <other@elsewhere.example>',
        f"=?utf-8?q?{SENDER.replace('@', '=40')}?= <other@elsewhere.example>",
        "r\u0435turns@dept.example",
        "",
        "<>",
    ],
)
def test_who_only_looks_like_the_sender_is_refused(sender: str) -> None:
    raw = GOOD.replace(f"Returns Team <{SENDER}>".encode(), sender.encode())
    assert sender == "" or raw != GOOD
    assert "sender" in refusal(raw)


def test_two_senders_are_none() -> None:
    assert "exactly one" in refusal(b"From: other@elsewhere.example\n" + GOOD)
    assert "exactly one" in refusal(GOOD.replace(b"From:", b"X-From:"))


def test_the_address_counts_whatever_its_case_and_the_name_beside_it() -> None:
    for sender in ("RETURNS@Dept.Example", f"J. Smith <{SENDER}>", f"({SENDER}) <{SENDER}>"):
        raw = GOOD.replace(f"Returns Team <{SENDER}>".encode(), sender.encode())
        assert names(raw) == ["dept.example/staff.xlsx"]


def test_a_sender_without_proof_is_refused() -> None:
    assert "not proven" in refusal(message(proof=None))
    assert "not proven" in refusal(message(proof=PROVEN.replace("pass", "fail")))


def test_a_message_in_the_message_is_not_opened() -> None:
    outer = message(files={})
    outer.add_attachment(message(files={"staff.xlsx": b"forged"}))
    assert "forwarded" in refusal(outer)
    both = message(files={"own.csv": b"1"})
    both.add_attachment(message(files={"staff.xlsx": b"forged"}))
    assert names(both) == ["dept.example/own.csv"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/staff.csv", "staff.csv"),
        ("C:\\Users\\x\\staff.csv", "staff.csv"),
        ("/staff.csv", "staff.csv"),
        ("stäff – 2026.csv", "stäff – 2026.csv"),
    ],
)
def test_of_a_files_path_only_its_name_is_kept(name: str, kept: str) -> None:
    assert names(message(files={name: b"a"})) == [f"dept.example/{kept}"]


@pytest.mark.parametrize("name", [".csv", "a\x07b.csv", "x" * 300 + ".csv"])
def test_a_name_that_cannot_be_used_is_refused(name: str) -> None:
    raw = GOOD.replace(b"staff.xlsx", name.encode())
    assert "name" in refusal(raw)


def test_two_files_of_one_name_are_refused() -> None:
    assert "one name" in refusal(message(files={"a.csv": b"1", "A.csv": b"2"}))


def test_a_damaged_or_empty_file_is_refused() -> None:
    whole = message(files={"a.csv": b"some rows\n" * 40}).as_bytes()
    assert "damaged" in refusal(whole.replace(b"c29tZSByb3dz", b"c29t*!SByb3d"))
    assert "damaged" in refusal(message(files={"a.csv": b""}))


def test_a_message_cut_short_is_refused() -> None:
    whole = message(files={"a.csv": b"some rows\n" * 400}).as_bytes()
    for end in range(200, len(whole) - 60, 97):
        assert refusal(whole[:end])


def test_more_parts_than_anybody_sends_are_refused() -> None:
    assert "parts" in refusal(message(files={f"{n}.png": b"x" for n in range(300)}))


def test_parts_within_parts_beyond_measure_are_refused() -> None:
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(3_000)
    )
    head, _, _ = GOOD.partition(b"To:")
    assert refusal(head + deep)


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_whatever_byte_is_changed_it_is_read_or_refused(place: int, byte: int) -> None:
    changed = GOOD[:place] + bytes([byte]) + GOOD[place + 1 :]
    with suppress(Refused):
        assert isinstance(read_letter(changed, TRUST), Letter)


@given(st.binary(max_size=400))
def test_whatever_comes_is_refused_in_words(content: bytes) -> None:
    assert refusal(content)


def test_links_are_moved_aside_and_never_read(tmp_path: Path) -> None:
    Maildir(tmp_path / "box", create=True)
    (tmp_path / "secret").write_bytes(GOOD)
    (tmp_path / "box/new/1").symlink_to(tmp_path / "secret")
    box = Mailbox({**letters.SETTINGS, "folder": str(tmp_path / "box")})
    (item,) = box.pull()
    assert isinstance(item, Skipped)
    assert "link" in item.why
    assert list(box.pull()) == []
    assert (tmp_path / "secret").read_bytes() == GOOD


def test_exact_bytes_are_kept_of_what_was_taken_and_refused(tmp_path: Path) -> None:
    Maildir(tmp_path / "box", create=True)
    bad = message(proof=None).as_bytes()
    (tmp_path / "box/new/1").write_bytes(GOOD)
    (tmp_path / "box/cur/2:2,S").write_bytes(bad)
    list(Mailbox({**letters.SETTINGS, "folder": str(tmp_path / "box")}).pull())
    (taken,) = (tmp_path / "box/.Taken/cur").iterdir()
    (refused,) = (tmp_path / "box/.Refused/cur").iterdir()
    assert (taken.read_bytes(), refused.read_bytes()) == (GOOD, bad)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("folder", "relative/box"), ("folder", ""), ("senders", ""), ("senders", "*@dept.example"),
        ("senders", "dept.example"), ("senders", "@dept.example"), ("senders", "a@b@c.example"),
        ("server", ""), ("server", "mx; dkim=pass"), ("megabytes", "0"), ("megabytes", "many"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_used_is_named(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as raised:
        Mailbox({**letters.SETTINGS, "folder": str(tmp_path), name: value})
    assert raised.value.where.field == name
    assert name in {setting.name for setting in SETTINGS}

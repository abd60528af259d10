"""Setting everything up at a terminal: from the first system to a route that is live."""

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from muster.cli import main
from muster.hub.messages.acceptance import accept
from muster.hub.messages.envelope import Envelope, source_of, write_message
from muster.hub.models import Cursor, Endpoint, Route, SystemToken
from muster.hub.worker import Carrier
from muster.kernel.clock import SYSTEM_CLOCK
from tests.integration.connected import MAPPING, undrafted
from tests.integration.hub_world import CHANGED, SCHEMA, World

pytestmark = pytest.mark.django_db
TERMS = f"""
code = "mill-weir"
title = "Pay of Mill's people"
contract = "{CHANGED}"
sender = "hr:mill"
receiver = "payroll:weir"
fields = ["staff_number", "grade"]
purpose = "Paying people"
article6 = "b"
lawful_basis = "Contract of employment"
retention = "7 years"
starts = 2020-01-01
sender_office = "HR Director"
receiver_office = "Head of Payroll"

[[processors]]
name = "Example Hosting"
acting_for = "receiver"
country = "United Kingdom"
does = "hosts"
safeguard = "contract"
"""
ROUTE = ("mill-to-payroll", "--contract", CHANGED, "--from", "hr:mill", "--to", "payroll:weir")


def typed(*words: str, given: str | bytes = "", code: int = 0) -> Result:
    run = CliRunner().invoke(main, list(words), input=given)
    assert run.exit_code == code, run.output
    return run


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    return undrafted(tmp_path)


def drafted(**more: str) -> Result:
    words = [word for name, said in more.items() for word in (f"--{name}", said)]
    return typed("routes", "draft", *ROUTE, "--agreement", "hr-mill-payroll-weir", *words)


def test_from_the_first_system_to_a_live_route(tmp_path: Path, fresh_home: Path) -> None:
    fresh_home.mkdir(exist_ok=True)
    contract, terms, mapping = (tmp_path / name for name in ("c.json", "t.toml", "m.toml"))
    contract.write_text(json.dumps(SCHEMA))
    terms.write_text(TERMS)
    mapping.write_text(MAPPING)
    url = tmp_path / "url"
    url.write_text(f"sqlite:///{tmp_path}/pay.sqlite3\n")
    with sqlite3.connect(tmp_path / "pay.sqlite3") as database:
        database.execute("CREATE TABLE pay (staff_number text PRIMARY KEY, grade text)")
    typed("contracts", "draft", str(contract), "--by", "Ann Ash")
    typed("contracts", "accept", CHANGED, "1", "--reason", "ok", "--by", "Ann Ash", code=1)
    typed("contracts", "accept", CHANGED, "1", "--reason", "ok", "--by", "Bea Bay")
    typed("systems", "add", "hr:mill", "--title", "Mill HR", "--kind", "hr")
    typed("systems", "add", "payroll:weir", "--title", "Weir payroll", "--kind", "payroll")
    typed("agreements", "draft", str(terms))
    sign = ("agreements", "sign", "mill-weir", "--capacity", "Director")
    assert "has yet to sign" in typed(*sign, "--side", "sender", "--by", "Ann Ash").output
    assert "--by" in typed(*sign, "--side", "receiver", "--by", " ann  ASH", code=2).output
    assert "In force" in typed(*sign, "--side", "receiver", "--by", "Bea Bay").output
    spoken = ("systems", "endpoint", "payroll:weir", "--kind", "sql_table", "--set", "table=pay")
    more = ("--set", "mode=upsert", "--set", "keys=staff_number", "--secret", f"url=@{url}")
    typed(*spoken, *more)
    assert "answers" in typed("systems", "check", "payroll:weir").output
    typed("routes", "draft", *ROUTE, "--agreement", "mill-weir", "--mapping", str(mapping))
    assert "1 of 1 rows" in typed("routes", "try", "mill-to-payroll", "--deliver").output
    trial = ("--reason", "New", "--by")
    assert "a new route" in typed("routes", "trial", "mill-to-payroll", *trial, "Ann").output
    assert "--by NAME" in typed("routes", "live", "mill-to-payroll", *trial, "Ann", code=1).output
    typed("routes", "live", "mill-to-payroll", *trial, "Bea")
    envelope = Envelope("1", source_of("hr:mill"), CHANGED, "employment:hr:mill:1")
    raw = write_message(envelope, {"staff_number": "1", "grade": "EO", "bank_account": "9"})
    assert accept([raw], system="hr:mill", clock=SYSTEM_CLOCK)[0].outcome == "accepted"
    carrier = Carrier(SYSTEM_CLOCK)
    carrier.drain()
    carrier.stop()
    with sqlite3.connect(tmp_path / "pay.sqlite3") as database:
        assert database.execute("SELECT * FROM pay").fetchall() == [("1", "EO")]


def test_a_trial_shows_differences_that_somebody_accepts(world: World) -> None:
    world.send(world.message("1"))
    drafted()
    shown = typed("routes", "trial", "mill-to-payroll", "--reason", "New", "--by", "Ann").output
    assert "1 looked at" in shown
    assert "sent" in typed("routes", "differences", "mill-to-payroll").output
    asked = ("mill-to-payroll", "--reason", "Fine", "--by", "Bea")
    assert "1 kinds" in typed("routes", "live", *asked, code=1).output
    assert "none waits" in typed("routes", "accept", *asked).output
    assert "is live" in typed("routes", "live", *asked).output
    assert "No trial" in typed("routes", "differences", "mill-to-payroll", code=1).output
    assert Route.objects.get(code="mill-to-payroll").enabled
    assert "no draft" in typed(
        "routes", "delete", "mill-to-payroll", "--reason", "x", code=1
    ).output  # fmt: skip


def test_systems_have_tokens_and_keys_that_are_revoked(world: World) -> None:
    token = typed("systems", "token", "hr:mill", "--title", "loads").output.strip()
    assert token.startswith("muster_")
    listed = typed("systems", "tokens", "hr:mill").output
    assert "loads: never used" in listed
    assert token not in listed
    public = Ed25519PrivateKey.generate().public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert 'keyid="hr:mill:key"' in typed("systems", "key", "hr:mill", "-", given=pem).output
    typed("systems", "revoke", "--token", str(SystemToken.objects.get().id))
    typed("systems", "revoke", "--key", "hr:mill:key", code=2)
    typed("systems", "revoke", "--key", "hr:mill:key", "--reason", "lost")
    typed("systems", "revoke", code=2)
    assert typed("systems", "tokens", "hr:mill").output.count("revoked") == 2
    assert "neither" in typed("systems", "tokens", "payroll:weir").output
    assert "hr:mill" in typed("systems", "list").output


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (("--set", "tabel=pay"), "--set"),
        (("--set", "url=sqlite:////x", "--set", "table=pay"), "--secret url"),
        (("--set", "table=pay", "--secret", "url=nowhere"), "--secret url"),
        (("--set", "mode=append", "--secret", "url=sqlite:////x"), "--set table"),
        (("--set", "table=pay", "--set", "mode=odd", "--secret", "url=sqlite:////x"), "--set mode"),
        (("--set", "table=pay", "--secret", "url=@/nowhere/at/all"), "--secret url"),
        (("--set", "table"), "--set"),
        (("--set", "table=a", "--set", "table=b"), "--set: table"),
        (("--set", "table=pay", "--forget", "url"), "--secret url"),
    ],
)
def test_errors_name_the_option(words: tuple[str, ...], option: str, world: World) -> None:
    run = CliRunner().invoke(
        main, ["systems", "endpoint", "payroll:weir", "--kind", "sql_table", *words]
    )
    assert run.exit_code != 0
    assert option in run.output
    assert Endpoint.objects.get().settings == world.settings


def test_a_secret_is_read_from_the_input_and_not_printed(world: World) -> None:
    words = ("--kind", "sql_table", "--set", "table=pay", "--secret", "url=-")
    shown = typed("systems", "endpoint", "payroll:weir", *words, given=f"{world.url()}\n").output
    assert world.url() not in shown
    assert "answers" in typed("systems", "check", "payroll:weir").output
    assert "--secret url" in typed("systems", "kinds", "sql_table").output
    assert "http_json" in typed("systems", "kinds").output
    world.target.unlink()
    assert "does not answer" in typed("systems", "check", "payroll:weir", code=1).output
    assert "Nothing is set up" in typed("systems", "check", "hr:mill", code=1).output


def test_a_draft_names_what_is_wrong_and_is_changed(world: World) -> None:
    world.send(world.message("1"))
    drafted(population="case:c1")
    assert Cursor.objects.get().position >= 0
    words = ("routes", "draft", *ROUTE, "--agreement", "hr-mill-payroll-weir")
    assert "--change" not in typed(*words, "--change", "--from-start").output
    assert Route.objects.get(code="mill-to-payroll").population == ""
    assert Cursor.objects.get().position == -1
    for option, said in (("--agreement", "none"), ("--population", "odd"), ("--shards", "99")):
        run = typed(*words, option, said, code=1)
        assert f"`{option}`" in run.output
    typed("routes", "delete", "mill-to-payroll", "--reason", "x")


def test_a_record_is_tried_from_file_input_or_log(world: World, tmp_path: Path) -> None:
    drafted()
    (sent,) = world.send(world.message("7", surname="Mole"))
    shown = typed("routes", "try", "mill-to-payroll", "--position", f"{sent.position}").output
    assert "surname" in shown
    assert "Mole" not in shown, "what a message holds is not read at a terminal"
    record = '{"staff_number": "1", "grade": "Baron", "bank_account": "9"}'
    run = typed("routes", "try", "mill-to-payroll", "--record", "-", given=record, code=1)
    assert "wrong (contract): Grade" in run.output
    assert "not: bank_account" in run.output
    (tmp_path / "one.json").write_text(
        typed("routes", "try", "mill-to-payroll", "--example").output
    )
    typed("routes", "try", "mill-to-payroll", "--record", str(tmp_path / "one.json"))
    run = typed("routes", "try", "mill-to-payroll", "--record", "-", given="[]", code=1)
    assert "`--record`" in run.output
    typed("routes", "try", "none", code=1)


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ('title = "Pay', 'titel = "Pay', "titel"),
        ('purpose = "Paying people"', "", "purpose"),
        ("2020-01-01", '"soon"', "starts"),
        ('["staff_number", "grade"]', '"grade"', "fields"),
        ('country = "United Kingdom"', "country = 44", "processors"),
        ('article6 = "b"', "lowest_revision = true", "lowest_revision"),
        ('sender = "hr:mill"', 'sender = "hr:none"', "hr:none"),
    ],
)
def test_terms_that_cannot_be_read_are_named(
    before: str, after: str, field: str, world: World
) -> None:
    assert (
        field
        in typed("agreements", "draft", "-", given=TERMS.replace(before, after), code=1).output
    )

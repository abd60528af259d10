"""Holds, corrections, questions and workbooks about somebody restricted: as if they were not there.

Each test first sees an ordinary officer, caseworker or operator find them.
"""

import datetime as dt
import io
import uuid
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from muster.cli import keeping, quarantine
from muster.cli.main import main
from muster.gates.access import Actor
from muster.gates.people import hidden_rows
from muster.hub import queries as hub
from muster.hub.mending.meanings import questions
from muster.hub.models import CellFix, QuarantinedRow
from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.keeping import holds as keeps
from muster.register.keeping import requests
from muster.register.people.models import PersonName
from muster.register.told import correcting
from tests.integration.restricted_world import (
    CASEWORKER,
    HER,
    NEVER,
    OFFICER,
    SignIn,
    answer_to,
    bodies,
    her,
    hide_names,
    person_at,
    restrict,
    signing_in,
)
from tests.integration.test_people_feeds import TOAD, VOLE, changed, send

__all__ = ["bodies", "her"]
pytestmark = pytest.mark.django_db
ODD = "fortnightly-ish"


@pytest.fixture
def as_(client: Client, monkeypatch: pytest.MonkeyPatch) -> SignIn:
    for room in (keeping, quarantine):
        monkeypatch.setattr(room, "ready", lambda: None)
    return signing_in(client, monkeypatch)


def at_terminal(*asked: str) -> str:
    result = CliRunner().invoke(main, [*asked])
    return f"{result.output}{result.exception or ''}"


def test_holds_on_them_are_not_listed(as_: SignIn, her: uuid.UUID) -> None:
    placed = keeps.hold(
        kind="person", target=str(her), why="Inquiry of the board", by="governance:x",
        review_on=dt.date(2040, 1, 1), clock=SYSTEM_CLOCK,
    )  # fmt: skip
    of_mill = "persona:of-mill"
    assert str(her) in as_(OFFICER, "mill", of_mill).get("/rights/retention/holds").content.decode()
    assert str(her) in at_terminal("keeping", "holds")
    restrict(her)
    client = as_(OFFICER, "mill", of_mill)
    page = client.get("/rights/retention/holds").content.decode()
    assert (str(her) in page, "Inquiry of the board" in page) == (False, False)
    lift = "/rights/retention/holds/{}/lift"
    hidden, nowhere = (answer_to(client, lift.format(one)) for one in (placed, NEVER))
    assert (hidden.status, hidden) == (404, nowhere)
    assert "Inquiry" not in at_terminal("keeping", "holds", "--json")
    assert str(her) in as_(OFFICER).get("/rights/retention/holds").content.decode(), (
        "her guardian sees it"
    )


def asked(person: uuid.UUID) -> uuid.UUID:
    """Let somebody ask that their name be put right."""
    fact = PersonName.objects.filter(person=person, recorded_to__isnull=True).latest("id")
    return correcting.ask_correction(
        person=person, fact=fact.id, field="surname", should_be="Mowle", evidence="",
        by="person:x", clock=SYSTEM_CLOCK,
    )  # fmt: skip


def test_corrections_they_ask_for_wait_for_who_may_know(as_: SignIn, her: uuid.UUID) -> None:
    one = asked(her)
    asked(person_at("M/2"))
    client = as_(CASEWORKER, "mill")
    assert "M/1" in client.get("/myself/queue").content.decode()
    assert "M/1" in client.get("/").content.decode()
    restrict(her)
    assert "M/1" not in client.get("/myself/queue").content.decode()
    assert "M/1" not in client.get("/").content.decode()
    hidden, nowhere = (answer_to(client, f"/myself/queue/{at}") for at in (one, NEVER))
    assert (hidden.status, hidden) == (404, nowhere)
    said = {"outcome": "refused", "reason": "No"}
    hidden, nowhere = (answer_to(client, f"/myself/queue/{at}", said) for at in (one, NEVER))
    assert (hidden.status, hidden) == (404, nowhere)
    assert as_(CASEWORKER, "weir").get(f"/myself/queue/{one}").status_code == 404
    there = answer_to(as_(CASEWORKER, "mill"), "/myself/queue")
    correcting.withdraw_correction(request=one, person=her, by="person:x", clock=SYSTEM_CLOCK)
    assert answer_to(client, "/myself/queue") == there, "a hidden request costs no statement"


def test_a_value_that_only_their_row_states_raises_no_question(as_: SignIn, her: uuid.UUID) -> None:
    send("10-31", changed(HER, Contract=ODD), VOLE, TOAD)
    (cause,) = [one.cause for one in hub.causes() if ODD in one.cause.casefold()]
    assert questions(cause)
    client, address = as_(CASEWORKER, "mill"), "/exchange/quarantine/meaning"
    assert client.get(address, {"cause": cause}).status_code == 200
    restrict(her)
    assert client.get(address, {"cause": cause}).status_code == 404
    assert questions(cause, without=hidden_rows(Actor("x", "X", frozenset({OFFICER})))) != ()


def test_the_terminal_hands_no_row_of_theirs_out(
    as_: SignIn, her: uuid.UUID, tmp_path: Path
) -> None:
    send("10-31", changed(HER, Start_date="3.5.2020x"), changed(VOLE, Start_date="4.6.2020y"), TOAD)

    def cells() -> set[object]:
        book = tmp_path / f"{uuid.uuid4().hex}.xlsx"
        at_terminal("quarantine", "download", str(book))
        return {cell for sheet in load_workbook(book) for row in sheet.values for cell in row}

    assert {"3.5.2020x", "4.6.2020y"} <= cells()
    assert "2 rows" in at_terminal("quarantine")
    restrict(her)
    seen = cells()
    assert ("3.5.2020x" in seen, "4.6.2020y" in seen) == (False, True)
    assert "1 row " in at_terminal("quarantine")


def test_a_workbook_that_comes_back_corrects_no_row_of_theirs(
    as_: SignIn, her: uuid.UUID, tmp_path: Path
) -> None:
    """Whoever still has a workbook from before, or makes a reference up, reaches nothing by it."""
    landing = send("10-31", changed(HER, Start_date="3.5.2020x"), VOLE, TOAD)
    client = as_(CASEWORKER, "mill")
    content = client.get(f"/exchange/quarantine/workbook?feed={landing.id}").content
    book = load_workbook(io.BytesIO(content))
    for cell in (cell for sheet in book for row in sheet.rows for cell in row):
        if cell.value == "3.5.2020x":
            cell.value = "2019-09-02"
    kept = tmp_path / "kept.xlsx"
    book.save(kept)
    restrict(her)
    file = SimpleUploadedFile("kept.xlsx", kept.read_bytes())
    answer = client.post("/exchange/quarantine/upload", {"file": file, "reason": "Typing error"})
    assert "No longer wait" in answer.content.decode()
    assert "no longer waits" in at_terminal("quarantine", "upload", str(kept), "--reason", "x")
    assert QuarantinedRow.objects.filter(landing=landing).count() == 1
    assert not CellFix.objects.exists()


def test_an_officer_reads_no_hidden_name_of_who_asks(as_: SignIn, her: uuid.UUID) -> None:
    """Her old name is the latest that the register knows where only one employer changed it."""
    made = requests.ask(kind="copy", person=her, words="", by="person:her", clock=SYSTEM_CLOCK)
    send("10-31", changed(HER, Name="Martin MOLE"), VOLE, TOAD)
    officer = as_(OFFICER, "mill", "persona:of-mill")
    address = f"/rights/requests/{made.id if hasattr(made, 'id') else made}"
    assert "Martin" in officer.get(address).content.decode()
    hide_names(her)
    page = officer.get(address)
    assert (page.status_code, "Martin" in page.content.decode()) == (200, False)

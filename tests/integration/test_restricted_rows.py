"""Rows that wait, files and traces of somebody restricted: not listed, counted or handed out."""

import io

import pytest
from django.test import Client
from openpyxl import load_workbook

from muster.cli import where
from muster.gates.access import Actor
from muster.gates.people import hidden_rows
from muster.hub import queries as hub
from muster.hub.models import Landing, QuarantinedRow
from muster.kernel.errors import NotFound
from tests.integration.restricted_world import (
    CASEWORKER,
    HER,
    OFFICER,
    SignIn,
    answer_to,
    as_,
    bodies,
    person_at,
    populate,
    restrict,
)
from tests.integration.test_people_feeds import TOAD, VOLE, changed, send

__all__ = ["as_", "bodies"]
pytestmark = pytest.mark.django_db
ROWS = "/exchange/quarantine/rows"
HERS, OTHERS = "3.5.2020x", "4.6.2020y"


@pytest.fixture
def waiting() -> Landing:
    """Have a row of hers wait, and one of somebody else."""
    populate()
    landing = send("10-31", changed(HER, Start_date=HERS), changed(VOLE, Start_date=OTHERS), TOAD)
    assert QuarantinedRow.objects.filter(landing=landing).count() == 2
    return landing


def row_of_hers(landing: Landing) -> int:
    found = hub.quarantined(landing_id=landing.id)
    return next(one.row for one in found if HERS in one.cells.values())


def test_lists_and_files_of_waiting_rows_leave_them_out(as_: SignIn, waiting: Landing) -> None:
    client = as_(CASEWORKER, "mill")
    ways = ("", "?as=csv", f"?feed={waiting.id}", f"?feed={waiting.id}&as=csv")
    for way in ways:
        assert HERS in client.get(ROWS + way).content.decode()
    restrict(person_at("M/1"))
    for way in ways:
        text = client.get(ROWS + way).content.decode()
        assert HERS not in text
        assert OTHERS in text
        assert "Martha" not in text
    assert HERS in as_(OFFICER).get(ROWS).content.decode(), "her guardian sees it"


def test_counts_of_causes_leave_them_out(as_: SignIn, waiting: Landing) -> None:
    whole = sum(cause.rows for cause in hub.causes())
    restrict(person_at("M/1"))
    text = as_(CASEWORKER, "mill").get("/exchange/quarantine/").content.decode()
    assert whole == 2
    hidden = hidden_rows(Actor("a", "A", frozenset({CASEWORKER})))
    assert hidden == {(waiting.id, row_of_hers(waiting))}
    assert sum(cause.rows for cause in hub.causes(without=hidden)) == 1
    assert "2 rows" not in text


def test_their_row_is_answered_like_one_that_is_not_there(as_: SignIn, waiting: Landing) -> None:
    client, row = as_(CASEWORKER, "mill"), row_of_hers(waiting)
    address = f"/exchange/quarantine/rows/{waiting.id}/{row}"
    assert HERS in client.get(address).content.decode()
    restrict(person_at("M/1"))
    hidden, nowhere = client.get(address), client.get(address.replace(f"/{row}", "/4711"))
    assert hidden.status_code == nowhere.status_code == 404
    assert HERS not in hidden.content.decode()
    said = hidden.content.decode().replace(f"row {row}", "row 4711").replace(
        f"/{row}", "/4711")  # fmt: skip
    assert said.count("4711") == nowhere.content.decode().count("4711")


def test_the_workbook_of_waiting_rows_leaves_them_out(as_: SignIn, waiting: Landing) -> None:
    def cells(client: Client) -> set[object]:
        answer = client.get(f"/exchange/quarantine/workbook?feed={waiting.id}")
        assert answer.status_code == 200
        book = load_workbook(io.BytesIO(answer.content))
        return {cell for sheet in book for row in sheet.values for cell in row}

    client = as_(CASEWORKER, "mill")
    assert HERS in cells(client)
    restrict(person_at("M/1"))
    found = cells(client)
    assert HERS not in found
    assert OTHERS in found


def test_exact_bytes_are_not_shown_in_part(as_: SignIn, waiting: Landing) -> None:
    client = as_(CASEWORKER, "mill")
    earlier = Landing.objects.get(name__contains="09-30")
    for landing in (waiting, earlier):
        assert client.get(f"/exchange/feeds/{landing.id}/bytes").status_code == 200
    restrict(person_at("M/1"))
    for landing in (waiting, earlier):
        refused = client.get(f"/exchange/feeds/{landing.id}/bytes")
        assert refused.status_code == 403
        assert b"Martha" not in refused.content


def test_the_terminal_traces_no_row_of_theirs(waiting: Landing) -> None:
    earlier = Landing.objects.get(name__contains="09-30")
    assert any("Martha" in line for line in where.lines(earlier.id, 2, ["surname", "forenames"]))
    restrict(person_at("M/1"))
    with pytest.raises(NotFound) as hidden:
        list(where.lines(earlier.id, 2, ["forenames"]))
    with pytest.raises(NotFound) as nowhere:
        list(where.lines(earlier.id, 99, ["forenames"]))
    assert str(hidden.value).replace("row 2", "row 99") == str(nowhere.value)


def test_nobody_is_hidden_where_nobody_is_restricted(as_: SignIn, waiting: Landing) -> None:
    client = as_(CASEWORKER, "mill")
    before = answer_to(client, ROWS)
    restrict(person_at("M/3"))
    assert answer_to(client, ROWS).words == before.words

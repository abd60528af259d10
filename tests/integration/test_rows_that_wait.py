"""The page of one cause: what is wrong stands first, whatever the width of the file."""

import re
import uuid
from collections.abc import Callable
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client

from muster.hub import queries
from tests.integration.loads import file_of, junior
from tests.integration.loads import load as load_posts
from tests.integration.mending_files import CAUSE, ODD, enrol_all, report, row, sent
from tests.integration.people_files import load

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]
SignIn = Callable[[str], Client]
ROWS = "/exchange/quarantine/rows"


@pytest.fixture
def as_(client: Client) -> SignIn:
    def signed_in(slug: str) -> Client:
        client.post(f"/sign-in/as/{slug}")
        return client

    return signed_in


@pytest.fixture
def landing() -> uuid.UUID:
    """Load a report of sixteen columns: a row waits for one thing, and another for two."""
    enrol_all()
    rows = (row("E1"), row("E2", worker=ODD), row("E3", worker=ODD, born="31/31/1980"))
    return sent(report(*rows))


def table_of(client: Client, **asked: object) -> tuple[list[str], list[list[str]]]:
    """Return the headings and the rows of the first table of a page."""
    page = unescape(client.get(f"{ROWS}?{urlencode(asked)}").content.decode())
    (whole, *_others) = re.findall(r"<table.*?</table>", page, re.DOTALL)
    lines = [
        [_plain(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", line, re.DOTALL)]
        for line in re.findall(r"<tr.*?</tr>", whole, re.DOTALL)
    ]
    return lines[0], lines[1:]


def _plain(markup: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", markup).split())


def test_of_one_cause_the_column_stands_right_after_the_row(
    as_: SignIn, landing: uuid.UUID
) -> None:
    headings, rows = table_of(as_("caseworker-orchards"), cause=CAUSE)
    assert headings[:3] == ["Row", "Worker Type", "What else is wrong"]
    assert [line[:3] for line in rows] == [["Row 3 (correct it)", ODD, "Nothing else"]]
    (waiting, _other) = queries.quarantined(landing_id=landing)
    assert sorted(headings[3:]) == sorted(set(waiting.cells) - {"Worker Type"}), "none is lost"


def test_what_else_is_wrong_is_told_beside_it(as_: SignIn, landing: uuid.UUID) -> None:
    cause = "Birth date: no such day in the calendar"
    headings, rows = table_of(as_("caseworker-orchards"), cause=cause)
    assert headings[:3] == ["Row", "Date of Birth", "What else is wrong"]
    assert rows[0][:2] == ["Row 4 (correct it)", "31/31/1980"]
    assert ODD in rows[0][2]


def test_of_a_feed_every_column_that_is_wrong_stands_after_what_is_wrong(
    as_: SignIn, landing: uuid.UUID
) -> None:
    headings, rows = table_of(as_("caseworker-orchards"), feed=landing)
    assert headings[:4] == ["Row", "What is wrong", "Date of Birth", "Worker Type"]
    assert rows[1][2:4] == ["31/31/1980", ODD]


def test_who_may_not_correct_sees_the_row_without_a_link(as_: SignIn, landing: uuid.UUID) -> None:
    _headings, rows = table_of(as_("governance"), cause=CAUSE)
    assert rows[0][0] == "Row 3"


def test_a_row_of_too_few_cells_names_no_column(as_: SignIn) -> None:
    """What is wrong with a whole row stands in no column; the file's own order is kept."""
    enrol_all()
    short = report(row("E1"), row("E2"), "E3,only two cells")
    load({"orchards-and-allotments/2026-10-31-hr.csv": short})
    (cause,) = (one.cause for one in queries.causes() if one.cause.startswith("the row"))
    headings, rows = table_of(as_("caseworker-orchards"), cause=cause)
    assert headings[:3] == ["Row", "What else is wrong", "Employee ID"]
    assert len(rows) == 1


def test_a_published_file_is_shown_in_the_same_way(as_: SignIn) -> None:
    load_posts({"hmt/2011-03-31-junior.csv": file_of(junior("half"), junior("1"))})
    headings, rows = table_of(as_("governance"), cause="FTE: not a number (half)")
    assert headings[:2] == ["Row", "Number of Posts in FTE"]
    assert rows[0][:2] == ["Row 2", "half"]

"""Mapping in pages: columns taken twice, the date of the file, what the register objects to.

Also the page of one layout, and how many rows a preview shows.
"""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client

from muster.cli import main
from muster.hub import queries
from muster.hub.intakes import declared_layouts
from muster.hub.layouts import load_layout
from muster.hub.reading import dropped, read
from muster.hub.saved_layouts import declared_texts, saved_layouts
from muster.hub.suggesting.previewing import preview
from muster.hub.suggesting.suggestion import Choices, Suggestion
from muster.hub.suggesting.writing import Heading, layout_text
from muster.hub.uploads import take_next
from muster.kernel.clock import SYSTEM_CLOCK
from muster.ledger.current import ledger
from tests.integration.people_files import enrolled, service
from tests.integration.test_mapping_pages import (
    FILE,
    as_proposed,
    begun,
    chosen_in,
    mapped,
    route_in,
)
from tests.strange_files import published, suggested

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("fresh_home"),
    pytest.mark.one_store("what a file means does not depend on the store"),
]
DATED = b"\n".join(
    line + (b",Taken on" if number == 0 else b",31/10/2026")
    for number, line in enumerate(FILE.splitlines()[1:])
)


@pytest.fixture(autouse=True)
def employers(fresh_home: Path) -> Path:
    """Enrol employers, so that there are routes to save layouts for."""
    return enrolled(service(3, 300))


@pytest.fixture
def caseworker(client: Client) -> Client:
    client.post("/sign-in/as/caseworker")
    return client


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.get("Location", "")
    return str(answer.content.decode())


def test_two_fields_of_one_column_are_a_question(caseworker: Client) -> None:
    address = begun(caseworker)
    asked = as_proposed(caseworker, address, column_grade="5", column_place="5")
    text = asked.content.decode()
    assert asked.status_code == 200
    wrong = (
        "Engagement, Grade as stated and Place are to come from the same column, “Contract basis”."
        " Choose another column for one of them, or tick the box if this is meant."
    )
    assert text.count(wrong) == 2  # in the summary and at the box
    assert 'href="#id_column_place"' in text
    (box,) = set(re.findall(r'name="(both_[\d_]+)"', text))
    assert "Yes, “Contract basis” holds Engagement, Grade as stated and Place" in text
    assert caseworker.get(f"{address}preview").status_code == 302
    once = as_proposed(caseworker, address, column_grade="5", column_place="5", **{box: "on"})
    assert once["Location"].endswith("questions")
    again = page(caseworker, f"{address}columns")
    assert re.search(rf'name="{box}"[^>]* checked', again)
    assert "are to come from the same column" not in again
    unsaid = as_proposed(caseworker, address)
    assert wrong in unsaid.content.decode()


def test_what_was_meant_once_is_not_asked_of_the_next_file(caseworker: Client) -> None:
    address = begun(caseworker)
    box = "both_5_8_14"  # the column, and the places of engagement and place in the contract
    assert as_proposed(caseworker, address, column_place="5").status_code == 200
    assert as_proposed(caseworker, address, column_place="5", **{box: "on"}).status_code == 302
    caseworker.post(f"{address}questions", _answers(caseworker, address))
    assert _saved(caseworker, address)["Location"].endswith("take-in")
    (view,) = saved_layouts()
    fields = {one.field: one.columns for one in load_layout(view.toml).fields}
    assert fields["place"] == fields["engagement"] == ("contractbasis",)
    entries = [json.loads(entry.body or b"{}") for entry in ledger().read("decisions")]
    said = next(entry for entry in entries if entry.get("layout") == view.name)
    assert said["shared"] == {"contractbasis": ["engagement", "place"]}
    other = begun(caseworker, FILE.replace(b"WTE", b"F.T.E."))
    taken_again = as_proposed(caseworker, other, column_engagement="5", column_place="5")
    assert taken_again["Location"].endswith("questions")


def test_a_box_that_is_none_is_no_answer(caseworker: Client) -> None:
    address = begun(caseworker)
    for box in ("both_5_8", "both_99_8_14", "both_5_8_99", "both_5_7_14", "both_x"):
        answer = as_proposed(caseworker, address, column_place="5", **{box: "on"})
        assert answer.status_code == 200, box


def test_a_doubt_cannot_be_gone_around(caseworker: Client) -> None:
    address = begun(caseworker)
    as_proposed(caseworker, address, column_grade="5", column_place="5", again="yes")
    for step in ("questions", "preview", "save"):
        assert caseworker.get(f"{address}{step}")["Location"].endswith("columns")
    assert "Grade as stated and Place are to come from the same" in page(
        caseworker, f"{address}columns"
    )


def test_commands_ask_about_a_column_that_is_taken_twice(tmp_path: Path) -> None:
    path = tmp_path / "staff.csv"
    path.write_bytes(FILE)
    run = CliRunner().invoke
    twice = ["map", "suggest", str(path), "--column", "engagement=Contract basis",
             "--column", "place=Contract basis", "--answer", "start.order=day first"]  # fmt: skip
    said = "Engagement and Place are both taken from Contract basis: is that meant?"
    assert said in run(main, twice).output
    refused = run(main, [*twice, "--save", "ours"])
    assert refused.exit_code == 1
    assert '--both "Contract basis"' in refused.output
    assert json.loads(run(main, [*twice, "--json"]).output)["shared"] == [
        {"column": "Contract basis", "fields": ["engagement", "place"], "asked": True}
    ]
    saved = run(main, [*twice, "--both", "Contract basis", "--save", "ours"])
    assert saved.exit_code == 0, saved.output
    again = run(main, [*twice, "--save", "ours"])
    assert again.exit_code == 0, again.output
    for strange in (["--both", "Basis"], ["--column", "grade=Basis"]):
        unknown = run(main, [*twice, *strange])
        assert unknown.exit_code == 1
        assert "The file has no column Basis" in unknown.output


@pytest.mark.parametrize(("name", "needed"), [("staff.csv", True), ("staff-2026-10-31.csv", False)])
def test_the_date_is_asked_where_nothing_says_it(
    caseworker: Client, name: str, needed: bool
) -> None:
    address = begun(caseworker, name=name)
    mapped(caseworker, address)
    text = page(caseworker, f"{address}take-in")
    assert ("It has to be given, because neither the layout nor the name" in text) == needed
    assert ("The date the file speaks of (optional)" in text) != needed
    assert ("the date in the name of the file, 31 October 2026" in text) != needed
    left_out = caseworker.post(f"{address}take-in", {})
    assert (left_out.status_code == 200) == needed
    if needed:
        assert "Enter the date the file speaks of" in left_out.content.decode()
        given = {"as_at_day": "31", "as_at_month": "10", "as_at_year": "2026"}
        assert caseworker.post(f"{address}take-in", given).status_code == 302
    assert take_next(dropped, read, clock=SYSTEM_CLOCK)
    assert str(queries.landings(limit=1).found[0].as_at) == "2026-10-31"


def test_a_column_with_one_day_in_every_row_may_say_the_date(caseworker: Client) -> None:
    address = begun(caseworker, DATED, name="staff.csv")
    as_proposed(caseworker, address)
    caseworker.post(f"{address}questions", _answers(caseworker, address))
    text = page(caseworker, f"{address}save")
    offered = re.search(r'<select[^>]*name="as_at".*?</select>', text, re.S)
    assert offered
    options = re.findall(r"<option[^>]*>([^<]*)</option>", offered[0])
    assert len(options) == 2
    assert options[1] == "In “Taken on”: 31 October 2026 in every row here"
    assert _saved(caseworker, address, as_at="0")["Location"].endswith("take-in")
    assert "the column “Taken on”" in page(caseworker, f"{address}take-in")
    caseworker.post(f"{address}take-in", {})
    assert take_next(dropped, read, clock=SYSTEM_CLOCK)
    feed = queries.landings(limit=1).found[0]
    assert (feed.state, f"{feed.as_at}", feed.accepted) == ("accepted", "2026-10-31", 4)


def test_no_birth_date_says_which_day_a_file_speaks_of(caseworker: Client) -> None:
    address = begun(caseworker)
    as_proposed(caseworker, address, column_birth_date="", column_start="")
    assert 'name="as_at"' not in page(caseworker, f"{address}save")


def test_a_preview_shows_what_the_register_objects_to(caseworker: Client) -> None:
    twice = FILE + FILE.splitlines()[2].replace(b"Ames", b"Azure") + b"\n"
    address = begun(caseworker, twice)
    as_proposed(caseworker, address)
    caseworker.post(f"{address}questions", _answers(caseworker, address))
    text = page(caseworker, f"{address}preview")
    assert "Of 5 rows 4 would go on and 1 would wait" in text
    assert "stands in an earlier row of the file" in text
    assert text.index("Why rows would wait") < text.index("The first rows")
    assert f'href="{address}columns#field-staff_number"' in text
    (landed,) = _taken(caseworker, address)
    assert (landed.rows, landed.accepted, landed.quarantined) == (5, 4, 1)


def _only_reading(execute: Any, sql: str, *rest: Any) -> Any:
    assert sql.lstrip().upper().startswith(("SELECT", "PRAGMA")), sql
    return execute(sql, *rest)


def test_asking_the_register_writes_nothing() -> None:
    for file in published():
        found = suggested(file.sheets, choices=Choices())
        layout = load_layout(layout_text(_answered(found), Heading("new", "New")))
        with connection.execute_wrapper(_only_reading):
            shown = preview(file.sheets, layout, found.contract)
        organisations = [cause for cause in shown.causes if cause.field == "organisation"]
        assert all(cause.of_register for cause in organisations)
        assert shown.rows


def test_a_cause_leads_to_the_question_that_mends_it(caseworker: Client) -> None:
    address = begun(caseworker)
    as_proposed(caseworker, address, column_birth_date="")
    text = page(caseworker, f"{address}questions")
    order = re.search(r'id="(q?\w+)"[^>]* value="day first"', text)
    assert order
    caseworker.post(f"{address}questions", {**chosen_in(text), "q0": "day first"})
    shown = page(caseworker, f"{address}preview")
    boxes = re.findall(rf'href="{address}questions#(\w+)">\s*Answer the question', shown)
    assert boxes
    asked = page(caseworker, f"{address}questions")
    assert all(f'id="{box}"' in asked for box in boxes)
    code = re.search(r'for="(\w+)">\s*Engagement “X9”', asked)
    assert code
    assert code[1] in boxes
    assert f'href="{address}columns#field-birth_date">Choose a column for Birth date' in shown


def test_a_preview_shows_few_rows_until_more_are_asked_for(caseworker: Client) -> None:
    head, row = FILE.splitlines()[1], b"%08d,Ames,Ann,17/02/1980,01/04/2019,Permanent,%s,1"
    rows = [row % (number, b"1" if number % 2 else b"much") for number in range(1, 121)]
    address = begun(caseworker, b"\n".join([head, *rows, b""]))
    as_proposed(caseworker, address)
    caseworker.post(f"{address}questions", _answers(caseworker, address))
    text = page(caseworker, f"{address}preview")
    assert text.count("muster-row-header") == 1 + 20 + 20
    more = re.search(r'href="([^"]*)">Show more rows', text)
    assert more
    everything = page(caseworker, f"{address}preview{more[1].partition('#')[0]}")
    assert everything.count("muster-row-header") == 1 + 60 + 60
    assert "Show more rows" not in everything
    assert "Show fewer rows" in everything


def test_the_page_of_a_layout_is_read_by_people_first(caseworker: Client) -> None:
    mapped(caseworker, begun(caseworker))
    (view,) = saved_layouts()
    address = f"/exchange/layouts/{view.name}"
    text = page(caseworker, address)
    assert text.index("“Payroll Ref”") < text.index("[layout]")
    assert "A date as DD/MM/YYYY" in text
    assert "“X9”" in text or "X9" in text
    assert text.index("<details") < text.index("[layout]")
    given = caseworker.get(f"{address}?as=toml")
    assert given.content.decode() == view.toml
    assert given["Content-Type"].startswith("application/toml")
    assert f'filename="{view.name}.toml"' in given["Content-Disposition"]


def test_every_layout_that_ships_has_a_page(caseworker: Client) -> None:
    listed = page(caseworker, "/exchange/layouts/")
    texts = declared_texts()
    assert set(texts) == {layout.name for layout in declared_layouts()}
    for layout in declared_layouts():
        assert f'href="/exchange/layouts/{layout.name}"' in listed
        text = page(caseworker, f"/exchange/layouts/{layout.name}")
        assert "It comes with Muster" in text
        assert "Retire this layout" not in text
    assert caseworker.get("/exchange/layouts/hr-workday/retire").status_code == 404
    assert caseworker.get("/exchange/layouts/hr-workday?as=toml").content == (
        texts["hr-workday"].encode()
    )


def _answers(client: Client, address: str) -> dict[str, str]:
    """Return the answers that every question about the file needs."""
    text = page(client, f"{address}questions")
    radios = dict.fromkeys(re.findall(r'name="(q\d+)"', text), "day first")
    codes = dict.fromkeys(re.findall(r'<select[^>]*name="(q\d+_\d+)"', text), "contractor")
    return {**chosen_in(text), **codes, **radios}


def _saved(client: Client, address: str, as_at: str = "") -> Any:
    text = page(client, f"{address}save")
    given = {"title": "Ours", "route": route_in(text), "meaning": "full", "as_at": as_at}
    return client.post(f"{address}save", given)


def _taken(client: Client, address: str) -> Any:
    """Save the layout, take the file in, and return its feed."""
    _saved(client, address)
    client.post(f"{address}take-in", {})
    assert take_next(dropped, read, clock=SYSTEM_CLOCK)
    return queries.landings(limit=1).found


def _answered(suggestion: Suggestion) -> Suggestion:
    """Return a suggestion of which every question has its first answer."""
    answers = {
        one.name: one.options[0][0] if one.options else "said"
        for one in suggestion.questions
        if not one.codes
    }
    return replace(suggestion, answers=answers)

"""Load files: exact values, what cannot be written, and answers read back."""

import datetime as dt
import io
import re
import textwrap
import zipfile
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.connectors import load_file
from muster.connectors.load_file.connector import COMING, SETTINGS, LoadFile
from muster.connectors.load_file.fake import LAYOUT, FakeLoadFile, load
from muster.connectors.load_file.layout import read_layout
from muster.connectors.load_file.writing import name_of
from muster.connectors.outlets import RESULTS, Unreachable
from muster.connectors.places.fake import FakePlace
from muster.kernel.errors import BadInput
from tests.shipments import shipment, with_data

PEOPLE = [(3, "s:1", "Ada Cole"), (5, "s:2", "Ben"), (9, "s:3", "Cy")]
Told = list[tuple[int, str, str]]


def lines_in(place: FakePlace) -> list[str]:
    """Return the lines of the one load file."""
    ((_, content),) = [item for item in place.held.items() if item[0].endswith(".zip")]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["Worker.dat"]
        return archive.read("Worker.dat").decode().split("\n")[:-1]


def values_in(line: str) -> list[str]:
    """Read a line as a loader does: a second implementation, character by character."""
    values, held, escaped = [], "", False
    for mark in line:
        if escaped:
            held, escaped = held + ("\n" if mark == "n" else mark), False
        elif mark == "\\":
            escaped = True
        elif mark == "|":
            values.append(held)
            held = ""
        else:
            held += mark
    assert not escaped
    return [*values, held]


def test_a_shipment_is_metadata_and_a_line_for_each_message() -> None:
    place = FakePlace()
    FakeLoadFile(place).deliver(shipment(PEOPLE))
    assert lines_in(place) == [
        "METADATA|Worker|SourceSystemOwner|SourceSystemId|PersonNumber|LastName",
        "MERGE|Worker|MUSTER|s:1|3|Ada Cole",
        "MERGE|Worker|MUSTER|s:2|5|Ben",
        "MERGE|Worker|MUSTER|s:3|9|Cy",
    ]


def test_the_name_is_of_letters_and_digits_and_tells_routes_apart() -> None:
    names = {name_of(shipment(PEOPLE, route=route)) for route in ("a-b", "ab", "a_b", "é", "")}
    names.add(name_of(shipment(PEOPLE, route="ab", again="x")))
    assert len(names) == 6
    assert all(re.fullmatch(r"[A-Za-z0-9]+", name) for name in names)


@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=8))
def test_every_value_is_read_back_as_it_was_or_its_row_is_rejected(names: list[str]) -> None:
    place = FakePlace()
    rows = [(number, f"s:{number}", name) for number, name in enumerate(names)]
    refused = FakeLoadFile(place).deliver(shipment(rows)).results
    assert set(refused["outcome"]) <= {"rejected"}
    kept = [row for row in rows if row[0] not in set(refused["position"])]
    if not kept:
        assert place.held == {}
        return
    read = [values_in(line) for line in lines_in(place)[1:]]
    assert [(row[3], row[5]) for row in read] == [
        (subject, name.replace("\r\n", "\n")) for _, subject, name in kept
    ]


WRITTEN: list[tuple[Any, str]] = [
    (dt.date(2026, 3, 1), "2026/03/01"),
    (dt.datetime(2026, 3, 1, 9, 5), "2026/03/01 09:05:00"),  # noqa: DTZ001
    (Decimal("1234567.50"), "1234567.50"),
    (1e-7, "0.0000001"),
    (1e22, "10000000000000000000000"),
    (True, "Y"),
    (None, ""),
    ("0012", "0012"),
    ("a|b\\c\nd", "a\\|b\\\\c\\nd"),
]


@pytest.mark.parametrize(("value", "text"), WRITTEN)
def test_how_each_kind_of_value_is_written(value: Any, text: str) -> None:
    place = FakePlace()
    data = pl.DataFrame({"number": [1], "subject": ["s:1"], "name": [value]})
    assert FakeLoadFile(place).deliver(with_data(data)).results.is_empty()
    assert lines_in(place)[1] == f"MERGE|Worker|MUSTER|s:1|1|{text}"


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("#NULL", "clear itself"), (" #NULL ", "clear itself"), ("a\rb", "control"),
        ("a\x00b", "control"), ("a\u2028b", "control"), (float("nan"), "no number"),
        ([1], "kind"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_written_rejects_its_row_and_names_its_field(
    value: Any, why: str
) -> None:
    place = FakePlace()
    data = pl.DataFrame({"number": [1], "subject": ["s:1"], "name": [value]}, strict=False)
    (result,) = FakeLoadFile(place).deliver(with_data(data)).results.rows()
    assert result[:2] == (1, "rejected")
    assert why in result[2]
    assert "name" in result[2]
    assert place.held == {}


def test_behind_a_row_that_cannot_be_written_its_subject_waits() -> None:
    rows = [(1, "s:1", "#NULL"), (2, "s:1", "Ada"), (3, "s:2", "Ben")]
    place = FakePlace()
    results = FakeLoadFile(place).deliver(shipment(rows)).results
    assert results.select("position", "outcome").rows() == [(1, "rejected"), (2, "behind")]
    assert len(lines_in(place)) == 2


def test_a_record_goes_once_in_a_file_and_the_rest_of_it_later() -> None:
    rows = [(1, "s:1", "Ada"), (2, "s:1", "Ada Cole"), (3, "s:1", "Ada Dean")]
    results = FakeLoadFile(FakePlace()).deliver(shipment(rows)).results
    assert results.select("position", "outcome").rows() == [(2, "retry"), (3, "behind")]
    dated = LAYOUT.replace('id = "subject"', 'id = "subject"\ndated = true', 1)
    place = FakePlace()
    assert FakeLoadFile(place, dated).deliver(shipment(rows)).results.is_empty()
    assert len(lines_in(place)) == 4


def told(place: FakePlace, rows: Told = PEOPLE) -> list[tuple[Any, ...]]:
    found = FakeLoadFile(place).results(shipment(rows))
    assert dict(found.schema) == RESULTS
    return found.rows()


def test_a_result_is_unknown_until_it_comes() -> None:
    place = FakePlace()
    FakeLoadFile(place).deliver(shipment(PEOPLE))
    assert told(place) == [(number, "unknown", COMING) for number in (3, 5, 9)]
    assert load(place) == 3
    assert told(place) == []


def test_what_the_receiver_rejects_is_told_in_its_words_without_values() -> None:
    place = FakePlace()
    FakeLoadFile(place).deliver(shipment(PEOPLE))
    load(place, lambda line: "Ada Cole (s:1) has no such grade" if "Ada" in line else "")
    assert told(place) == [(3, "rejected", "[…] ([…]) has no such grade")]


def test_messages_that_never_went_are_not_asked_for() -> None:
    rows = [(1, "s:1", "#NULL"), (2, "s:1", "Ada"), (3, "s:2", "Ben")]
    place = FakePlace()
    FakeLoadFile(place).deliver(shipment(rows))
    load(place)
    assert told(place, rows) == []


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"<html>", b"SourceSystemId,Status,Message\ns:1"]
)
def test_a_damaged_answer_leaves_all_in_doubt(content: bytes) -> None:
    place = FakePlace()
    FakeLoadFile(place).deliver(shipment(PEOPLE))
    place.write(f"{name_of(shipment(PEOPLE))}_results.csv", content)
    assert [row[:2] for row in told(place)] == [(number, "unknown") for number in (3, 5, 9)]


def test_out_of_reach_no_answer_is_made_up() -> None:
    place = FakePlace()
    FakeLoadFile(place).deliver(shipment(PEOPLE))
    place.reachable = False
    with pytest.raises(Unreachable):
        told(place)


def test_answers_may_lie_in_a_folder_of_their_own() -> None:
    place = FakePlace()
    settings = {"url": "memory:///m", "local": "yes", "layout": LAYOUT, "answers": "out/results"}
    outlet = LoadFile(settings, place=place)
    outlet.deliver(shipment(PEOPLE))
    load(place)
    assert outlet.results(shipment(PEOPLE)).height == 3
    name = f"{name_of(shipment(PEOPLE))}_results.csv"
    place.move(name, f"out/results/{name}")
    assert outlet.results(shipment(PEOPLE)).is_empty()
    assert {setting.name for setting in SETTINGS} >= {"layout", "answers"}


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('file = "Worker.dat"', 'file = "../Worker.dat"'),
        ('file = "Worker.dat"', "file = Worker.dat"),
        ('file = "Worker.dat"', 'files = "Worker.dat"'),
        ('component = "Worker"', 'component = "Worker|x"'),
        ("PersonNumber =", "SourceSystemId ="),
        ("fields = {", 'always = { LastName = "x" }\nfields = {'),
        ('"{name}_results.csv"', '"../{name}.csv"'),
        ('"{name}_results.csv"', '"results.csv"'),
        ('["ERROR"]', '["Success"]'),
        ('["ERROR"]', "[]"),
        ('said = "Message"', 'delimiter = "||"'),
        ("[answer]", '[[lines]]\ncomponent = "B"\nprefix = "B-"\nfields = {}\n[answer]'),
    ],
)
def test_a_form_that_cannot_be_meant_is_refused(was: str, becomes: str) -> None:
    assert read_layout(LAYOUT)
    with pytest.raises(BadInput):
        read_layout(LAYOUT.replace(was, becomes, 1))


def test_the_form_that_is_documented_can_be_read() -> None:
    shown = str(load_file.__doc__).partition("The form, in TOML:")[2].partition("``connector")[0]
    layout = read_layout(textwrap.dedent(shown))
    assert layout.answer is not None
    assert [line.component for line in layout.lines] == ["Worker"]

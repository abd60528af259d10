"""Suggesting how a file is read: on files of which a declared layout knows the answer."""

import datetime as dt
import random
import string
from collections.abc import Mapping
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from muster.connectors.contract import Sheet
from muster.hub.framing.frame import frame_file
from muster.hub.layouts import header_key, load_layout
from muster.hub.suggesting.assigning import assign
from muster.hub.suggesting.clashes import why_clashes
from muster.hub.suggesting.previewing import preview
from muster.hub.suggesting.proposing import already_read, suggest
from muster.hub.suggesting.suggestion import Choices, Suggestion
from muster.hub.suggesting.writing import Heading, layout_text, quoted
from muster.kernel.errors import BadInput
from tests.sheets import sheet_of
from tests.strange_files import (
    PEOPLE,
    RENAMED,
    TODAY,
    WELSH,
    Known,
    contracts,
    known,
    layouts,
    others_than,
    pretend,
    published,
    renamed,
    suggested,
    titled,
    verdict,
)

PRETEND = ("hr-oracle-hcm", "hr-sap-flat", "hr-small-body", "hr-workday")
TOTALS = (("Total", "", "", "", "600"), ("Source: HR system",))


def answered(suggestion: Suggestion) -> Suggestion:
    """Return a suggestion of which every question has its first possible answer."""
    answers: dict[str, str | Mapping[str, str]] = {}
    for question in suggestion.questions:
        first = question.options[0][0] if question.options else "said"
        answers[question.name] = (
            {code.text: first for code in question.codes} if question.codes else first
        )
    return replace(suggestion, answers=answers)


@pytest.mark.parametrize("name", PRETEND)
def test_fields_of_an_unknown_hr_file_are_mapped_right(name: str) -> None:
    file = known(name)
    suggestion = suggested(file.sheets, without=file.layout)
    found = verdict(suggestion, file.layout)
    assert suggestion.contract.name == PEOPLE
    assert found.share >= 0.8, found
    assert found.wrongly_sure == ()


def test_fields_of_published_organograms_are_mapped_right() -> None:
    for file in published():
        suggestion = suggested(file.sheets, without=file.layout)
        found = verdict(suggestion, file.layout)
        assert suggestion.contract.name == file.layout.contract
        assert found.share >= 0.8, found
        assert found.wrongly_sure == ()


@pytest.mark.parametrize("names", [RENAMED, WELSH], ids=["renamed", "Welsh"])
@pytest.mark.parametrize("change", [str, str.upper, str.lower, lambda text: f"  {text}\u00a0"])
def test_other_headers_are_understood(names: dict[str, str], change: object) -> None:
    """No layout at all is known, so that nothing is learned from the very headers."""
    assert callable(change)
    named = {old: change(new) for old, new in names.items()}
    file = known("hr-oracle-hcm")
    suggestion = suggested([renamed(file.sheets[0], named)], learned=())
    found = verdict(suggestion, file.layout, named)
    assert suggestion.contract.name == PEOPLE
    assert found.share >= 0.8, found
    assert found.wrongly_sure == ()


@pytest.mark.parametrize("name", PRETEND)
def test_cells_alone_never_make_a_column_sure(name: str) -> None:
    """Under headers that say nothing a few columns are told by their cells, and none surely."""
    file = known(name)
    header = file.sheets[0].cells.row(0)
    names = {text: f"Zq{chr(65 + at)}x" for at, text in enumerate(header)}
    suggestion = suggested([renamed(file.sheets[0], names)], without=file.layout)
    found = verdict(suggestion, file.layout, names)
    assert {one.sureness for one in suggestion.fields if one.columns} <= {"likely", "check"}
    assert {"nino", "birth_date", "work_email"} <= set(found.right)


@pytest.mark.parametrize("name", PRETEND)
def test_titles_above_and_totals_below_are_no_part_of_the_table(name: str) -> None:
    file = known(name)
    sheet = titled(file.sheets[0], ["Land Office", "Staff in post, 31 October 2026"], TOTALS)
    suggestion = suggested([sheet], without=file.layout)
    assert suggestion.placed.row == 3
    assert suggestion.placed.table.aside["title"] == 2
    assert suggestion.placed.table.height == file.sheets[0].height - 1
    assert verdict(suggestion, file.layout).share >= 0.8


def test_a_header_of_two_rows_is_one_header() -> None:
    sheet = sheet_of(
        """
        Person      |         |            | Employment |            |
        Staff number| Surname | Birth date | Start date | Contract   | FTE
        100023      | Ames    | 1980-02-17 | 2019-04-01 | Permanent  | 1
        100024      | Banik   | 1975-11-30 | 2020-10-19 | Fixed term | 0.6
        100025      | Crewe   | 1991-06-23 | 2021-01-25 | Agency     | 0.8
        """
    )
    suggestion = suggested([sheet])
    assert suggestion.placed.shape.header_rows == 1
    deep = sheet_of(
        """
        Staff number | Surname | Birth date | Employment |            |
                     |         |            | Start date | Contract   | FTE
        100023       | Ames    | 1980-02-17 | 2019-04-01 | Permanent  | 1
        100024       | Banik   | 1975-11-30 | 2020-10-19 | Fixed term | 0.6
        100025       | Crewe   | 1991-06-23 | 2021-01-25 | Agency     | 0.8
        """
    )
    suggestion = suggested([deep])
    assert suggestion.placed.shape.header_rows == 2
    got = {one.field.name for one in suggestion.fields if one.columns}
    assert {"staff_number", "surname", "birth_date", "start", "engagement", "fte"} <= got


@pytest.mark.parametrize("name", PRETEND)
def test_a_file_without_a_header_says_so(name: str) -> None:
    sheet = known(name).sheets[0]
    bare = replace(sheet, cells=sheet.cells[1:], rows=sheet.rows[1:])
    with pytest.raises(BadInput, match="No row names the columns"):
        suggested([bare])


def test_a_file_that_is_no_table_says_so() -> None:
    with pytest.raises(BadInput, match="could not be told apart"):
        suggested([sheet_of("1PERS2026\nD100023AMES\nD100024BANIK")])
    with pytest.raises(BadInput, match="no rows"):
        suggested([sheet_of("")])


def test_the_sheet_with_most_of_a_contract_is_chosen() -> None:
    file = known("hr-workday")
    cover = sheet_of("About | this workbook\nMade by | HR\nFor | Muster", name="Cover")
    codes = sheet_of("Code | Meaning\nAA | Administrative\nAO | Officer", name="Codes")
    hidden = replace(file.sheets[0], name="Old list", hidden=True)
    real = replace(file.sheets[0], name="People")
    suggestion = suggested([cover, codes, hidden, real], without=file.layout)
    assert suggestion.placed.sheet == "People"


def test_what_is_required_and_not_there_is_named() -> None:
    sheet = sheet_of(
        """
        Staff number | Surname | Start date | Contract
        100023       | Ames    | 2019-04-01 | Permanent
        100024       | Banik   | 2020-10-19 | Fixed term
        """
    )
    suggestion = suggested([sheet])
    assert [field.name for field in suggestion.missing] == ["birth_date", "fte"]


def test_columns_about_people_that_no_contract_asks_for_are_marked_and_not_taken() -> None:
    sheet = sheet_of(
        """
        Staff number | Surname | DOB        | Start date | Contract  | FTE | Home phone    | Desk
        100023       | Ames    | 1980-02-17 | 2019-04-01 | Permanent | 1   | 020 7946 0018 | A1
        100024       | Banik   | 1975-11-30 | 2020-10-19 | Permanent | 1   | 020 7946 0019 | B7
        """
    )
    suggestion = suggested([sheet])
    assert {left.header: bool(left.personal) for left in suggestion.left} == {
        "Home phone": True,
        "Desk": False,
    }
    layout = load_layout(layout_text(suggestion, Heading("new", "New")))
    assert {"homephone", "desk"} == layout.ignored


def test_what_a_person_chose_stays_and_the_rest_is_proposed_around_it() -> None:
    file = known("hr-oracle-hcm")
    choices = Choices(columns={"known_as": "FIRST_NAME", "salary": ""})
    suggestion = suggested(file.sheets, without=file.layout, choices=choices)
    assert suggestion.proposed("known_as").columns == ("FIRST_NAME",)
    assert suggestion.proposed("salary").columns == ()
    assert suggestion.proposed("forenames").columns != ("FIRST_NAME",)
    assert suggestion.proposed("surname").columns == ("LAST_NAME",)


def test_reasons_and_questions_hold_no_value_of_a_person() -> None:
    for file in pretend():
        suggestion = suggested(file.sheets, without=file.layout)
        said = " ".join(
            [reason for one in suggestion.fields for reason in one.reasons]
            + [question.text for question in suggestion.questions]
        )
        for name in ("staff_number", "nino", "work_email", "surname"):
            column = suggestion.proposed(name).columns[0]
            profile = next(p for p in suggestion.profiles if p.header == column)
            assert not [text for text in profile.counts if len(text) > 6 and text in said]


@pytest.mark.parametrize("name", PRETEND)
def test_a_saved_suggestion_loads_and_recognises_its_file_again(name: str) -> None:
    file = known(name)
    suggestion = answered(suggested(file.sheets, without=file.layout))
    layout = load_layout(layout_text(suggestion, Heading("mine", "Mine")))
    others = others_than(file.layout)
    framed = frame_file(file.sheets, [*others, layout], file="any.csv")
    assert [found.name for found, _ in framed.found] == ["mine"]
    assert already_read(file.sheets, [*others, layout], "any.csv") == ("Mine",)
    shown = preview(file.sheets, layout, suggestion.contract, ask_sink=False)
    assert shown.rows == file.sheets[0].height - 1
    assert shown.rows == shown.quarantined + len(
        preview(file.sheets, layout, suggestion.contract, rows=10_000, ask_sink=False).accepted
    )


HEADERS = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=25
)


@effort(max_examples=40, deadline=None)
@given(
    st.lists(HEADERS, min_size=1, max_size=5, unique_by=header_key),
    st.randoms(use_true_random=False),
)
def test_any_headers_beside_make_a_layout_that_reads_its_own_file(
    strange: list[str], chance: random.Random
) -> None:
    """Headers of any letters, quotes, stars and brackets, between those that are understood."""
    columns = {
        "Staff number": [f"A{n:05}" for n in range(100, 130)],
        "Surname": ["Ames", "Banik", "Crewe"] * 10,
        "Date of birth": [f"19{60 + n}-02-1{n % 9}" for n in range(30)],
        "Start date": [f"20{10 + n % 15}-04-1{n % 9}" for n in range(30)],
        "Contract": ["Permanent", "Fixed term"] * 15,
        "FTE": ["1", "0.5"] * 15,
    }
    columns |= {
        f"{name}": ["".join(chance.choices(string.ascii_letters, k=4)) for _ in range(30)]
        for name in strange
        if " ".join(name.split()) not in columns
    }
    order = list(columns)
    chance.shuffle(order)
    rows = [order, *zip(*(columns[name] for name in order), strict=True)]
    sheet = Sheet(
        pl.DataFrame(
            [list(row) for row in rows],
            schema={str(at): pl.String for at in range(len(order))},
            orient="row",
        ),
        pl.int_range(1, 32, dtype=pl.UInt32, eager=True),
    )
    suggestion = answered(suggest([sheet], contracts(), (), today=TODAY))
    layout = load_layout(layout_text(suggestion, Heading("own", "Own")))
    framed = frame_file([sheet], [layout], file="own.csv")
    assert [found.name for found, _ in framed.found] == ["own"]
    assert framed.found[0][1].height == 30


@given(st.text())
def test_any_text_can_be_written_into_a_layout(text: str) -> None:
    import tomllib

    plain = text.encode("utf-8", "replace").decode()
    assert tomllib.loads(f"it = {quoted(plain)}")["it"] == plain


@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(st.sampled_from([0.0, 0.2, 0.4, 0.5, 0.9]), min_size=width, max_size=width),
            min_size=1,
            max_size=4,
        )
    )
)
def test_assignments_are_the_best_of_all(scores: list[list[float]]) -> None:
    """Against every assignment there is, tried one by one."""
    found = assign(scores, 0.35)
    taken = [at for at in found if at is not None]
    assert len(set(taken)) == len(taken)
    worth = sum(scores[row][at] for row, at in enumerate(found) if at is not None)
    assert worth == pytest.approx(_best(scores, 0, frozenset()))


def _best(scores: list[list[float]], row: int, taken: frozenset[int]) -> float:
    if row == len(scores):
        return 0.0
    options = [_best(scores, row + 1, taken)]
    options += [
        score + _best(scores, row + 1, taken | {at})
        for at, score in enumerate(scores[row])
        if at not in taken and score >= 0.35
    ]
    return max(options)


@pytest.mark.parametrize("name", PRETEND)
def test_a_layout_for_files_that_are_recognised_already_clashes(name: str) -> None:
    file: Known = known(name)
    suggestion = answered(suggested(file.sheets))
    layout = load_layout(layout_text(suggestion, Heading("again", "Again")))
    assert why_clashes(layout, layouts()) is not None
    assert why_clashes(layout, others_than(file.layout)) is None


def test_a_layout_that_asks_for_too_little_clashes() -> None:
    """Its columns stand in files of another layout, and it asks for more than that one does."""
    text = """
    [layout]
    name = "few"
    title = "Few"
    contract = "muster.people.hr_record.v1"
    recognise = [%s]
    [fields.surname]
    from = "Staff no"
    """
    headers = ["Staff no", "Name", "DOB", "NI No", "Start date", "Contract", "Grade"]
    few = load_layout(text % ", ".join(map(quoted, headers)))
    clash = why_clashes(few, layouts())
    assert clash is not None
    assert "small body" in clash
    own = load_layout(text % ", ".join(map(quoted, [*headers, "Desk"])))
    assert why_clashes(own, layouts()) is None


def test_today_settles_the_century_of_two_digit_years() -> None:
    sheet = sheet_of(
        """
        Staff number | Surname | Date of birth | Start date | Contract  | FTE
        100023       | Ames    | 17/02/58      | 25/04/98   | Permanent | 1
        100024       | Banik   | 30/11/75      | 19/10/20   | Permanent | 1
        """
    )
    suggestion = suggest([sheet], contracts(), (), today=dt.date(2026, 11, 21))
    layout = load_layout(layout_text(suggestion, Heading("short", "Short")))
    shown = preview([sheet], layout, suggestion.contract, ask_sink=False)
    texts = [value for row in shown.accepted for value in row.values]
    assert {"1958-02-17", "1998-04-25", "1975-11-30", "2020-10-19"} <= set(texts)


def test_a_star_in_a_header_stands_for_nothing_else() -> None:
    """People mark the columns that must be filled with a star; in a layout it means any text."""
    text = """
        Staff number* | Surname* | Date of birth* | Start date* | Contract* | FTE*
        A100023       | Ames     | 1980-02-17     | 2019-04-01  | Permanent | 1
        A100024       | Banik    | 1975-11-30     | 2020-10-19  | Permanent | 1
        """
    suggestion = suggested([sheet_of(text)])
    layout = load_layout(layout_text(suggestion, Heading("starred", "Starred")))
    assert layout.fits(["Staff number", "Surname", "Date of birth", "Start date", "Contract",
                        "FTE"])  # fmt: skip
    assert not layout.fits(["Staff number of manager", "Surname", "Date of birth", "Start date",
                            "Contract", "FTE"])  # fmt: skip


def test_weekly_hours_of_full_time_hours_are_previewed_as_a_share() -> None:
    sheet = sheet_of(
        """
        Staff no | Surname | DOB        | Start date | Contract  | Weekly hours | Full time hours
        A100023  | Ames    | 1980-02-17 | 2019-04-01 | Permanent | 18.5         | 37
        A100024  | Banik   | 1975-11-30 | 2020-10-19 | Permanent | 37           | 37
        """
    )
    suggestion = suggested([sheet])
    layout = load_layout(layout_text(suggestion, Heading("hours", "Hours")))
    shown = preview([sheet], layout, suggestion.contract, ask_sink=False)
    place = shown.fields.index("FTE")
    assert [row.values[place] for row in shown.accepted] == ["0.5", "1"]

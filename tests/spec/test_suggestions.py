"""What Muster proposes for a column that no layout knows, and what it asks instead of guessing.

For HR people: each line of the first table is a header as it stands in somebody's workbook, and
the field it is taken for. The other tables say when day and month, lost zeros, serial numbers and
codes are settled by the file itself, and when somebody is asked.
"""

import pytest

from muster.connectors.contract import Sheet
from muster.hub.layouts import load_layout
from muster.hub.suggesting.previewing import preview
from muster.hub.suggesting.suggestion import Question, Suggestion
from muster.hub.suggesting.words import alike, of_another
from muster.hub.suggesting.writing import Heading, layout_text
from muster.kernel.errors import BadInput
from tests.sheets import sheet_of
from tests.strange_files import suggested
from tests.tables import rows_of

HEADERS = """
    header                      | field
    Payroll No                  | staff_number
    Emp ID                      | staff_number
    EmployeeNumber              | staff_number
    Pers. no.                   | staff_number
    Rhif staff                  | staff_number
    Family name                 | surname
    LAST_NAME                   | surname
    Cyfenw                      | surname
    Forename(s)                 | forenames
    Given Names                 | forenames
    Enw cyntaf                  | forenames
    D.O.B.                      | birth_date
    Date of Birth               | birth_date
    Dyddiad geni                | birth_date
    NI No.                      | nino
    Nat. Ins. No                | nino
    Date joined                 | start
    Start Dt                    | start
    Dyddiad dechrau             | start
    Date of leaving             | leaving
    Termination date            | leaving
    Dyddiad gadael              | leaving
    Contract type               | engagement
    Math o gontract             | engagement
    Pay Band                    | grade
    Gradd                       | grade
    WTE                         | fte
    FTE %                       | fte
    Job family                  | profession
    Position No                 | post_reference
    Job Title                   | post_title
    Office location             | place
    E-mail address              | work_email
    Basic salary                | salary
"""

DATES = """
    what the column holds                    | order           | why
    17/02/1980, 03/04/1980, 25/12/1990       | DD/MM/YYYY      | a 17th and a 25th come first
    02/17/1980, 03/04/1980, 12/25/1990       | MM/DD/YYYY      | a 17th and a 25th come second
    03/04/1980, 05/06/1980, 07/08/1990       | asked           | nothing tells
    17/02/1980, 03/04/1980, 12/25/1990       | asked           | one says this, one says that
    1980-02-17, 1980-04-03, 1990-12-25       | YYYY-MM-DD      | year first leaves no doubt
    17.02.1980, 03.04.1980, 07.08.1990       | DD.MM.YYYY      | with points the day is first
    17-FEB-1980, 03-APR-1980, 07-AUG-1990    | DD-MON-YYYY     | the month is a word
    29268, 29314, 33232                      | serials asked   | days since 1900 or since 1904
"""

NUMBERS = """
    staff numbers                | digits    | why
    00012345, 00023456, 00034567 | 8         | all have eight, and zeros in front
    12345, 23456, 34567          | none      | all have five
    12345, 123456, 1234567       | asked     | some may have lost zeros
    A12345, A123456, B1234567    | none      | no spreadsheet counts with letters
"""

ENGAGEMENTS = """
    code                  | meaning         | settled or asked
    Permanent             | permanent       | settled
    PERM                  | permanent       | settled
    fixed-term            | fixed_term      | settled
    Parhaol               | permanent       | settled
    Agency worker         | agency          | settled
    Employee - Fixed Term | fixed_term      | proposed
    Permanent (HQ)        | permanent       | proposed
    Non-permanent         |                 | asked
    P                     |                 | asked
    1                     |                 | asked
    See file              |                 | asked
"""


@pytest.mark.parametrize(("header", "field"), rows_of(HEADERS))
def test_a_header_is_taken_for_a_field(header: str, field: str) -> None:
    cells = {
        "staff_number": ("A100023", "A100024"), "birth_date": ("17/02/1980", "30/11/1975"),
        "start": ("25/04/2019", "19/10/2020"), "leaving": ("", "31/08/2026"),
        "nino": ("QQ123456A", "QQ123457B"), "engagement": ("Permanent", "Agency"),
        "grade": ("HEO", "SEO"), "fte": ("0.6", "1"), "salary": ("31250", "41,000.00"),
        "work_email": ("a.ames@example.gov.uk", "b.banik@example.gov.uk"),
        "post_reference": ("P-100", "P-101"),
    }.get(field, ("Ames", "Banik"))  # fmt: skip
    others = {
        "Staff number": ("A1", "A2"), "Birth date": ("1980-02-17", "1975-11-30"),
        "Desk": ("left", "right"),
    }  # fmt: skip
    beside = {k: v for k, v in others.items() if field not in ("staff_number", "birth_date")}
    columns = {header: cells, **(beside or {"Desk": ("left", "right")})}
    lines = [" | ".join(columns), *(" | ".join(row) for row in zip(*columns.values(), strict=True))]
    suggestion = suggested([sheet_of("\n".join(lines))], learned=())
    assert suggestion.proposed(field).columns == (header,)


@pytest.mark.parametrize(("cells", "order", "why"), rows_of(DATES))
def test_day_and_month_are_settled_by_the_column_or_asked(cells: str, order: str, why: str) -> None:
    suggestion = people_with("Date of birth", cells.split(", "))
    way, questions = suggestion.proposed("birth_date").way, asked_of(suggestion, "birth_date")
    assert way is not None
    if order == "asked":
        assert [(one.kind, one.must) for one in questions] == [("order", True)]
        refuses_to_be_saved(suggestion)
    elif order == "serials asked":
        assert [(one.kind, one.must) for one in questions] == [("serials", True)]
        refuses_to_be_saved(suggestion)
    else:
        assert not questions
        assert way.words["form"] == order


def test_a_file_opened_in_another_country_is_asked_about() -> None:
    """Real date cells up to the 12th, and the others left as text: see the spec of swaps."""
    texts = ["17/02/1980", "25/12/1981", "30/11/1975"]
    real = ["1980-03-04", "1981-05-06", "1975-07-08"]
    suggestion = people_with("Date of birth", [*texts, *real])
    question = asked_of(suggestion, "birth_date")[0]
    assert question.kind == "order"
    assert [order for order, _ in question.options] == [
        "day first",
        "day first with cells exchanged",
    ]


@pytest.mark.parametrize(("cells", "digits", "why"), rows_of(NUMBERS))
def test_lost_zeros_are_put_back_only_if_somebody_says_so(
    cells: str, digits: str, why: str
) -> None:
    suggestion = people_with("Staff number", cells.split(", "))
    way, questions = suggestion.proposed("staff_number").way, asked_of(suggestion, "staff_number")
    assert way is not None
    assert [one.kind for one in questions] == (["digits"] if digits == "asked" else [])
    assert way.words.get("digits") == (int(digits) if digits.isdigit() else None)


@pytest.mark.parametrize(("code", "meaning", "how"), rows_of(ENGAGEMENTS))
def test_a_code_means_what_every_system_means_or_is_asked(
    code: str, meaning: str, how: str
) -> None:
    suggestion = people_with("Contract type", ["Permanent", code, "Agency"])
    way, questions = suggestion.proposed("engagement").way, asked_of(suggestion, "engagement")
    assert way is not None
    open_codes = {one.text: one.meaning for question in questions for one in question.codes}
    if how == "settled":
        assert way.words["codes"][code] == meaning
        assert code not in open_codes
    else:
        assert open_codes[code] == meaning
        assert code not in way.words["codes"]


def test_rows_with_a_code_nobody_explained_wait() -> None:
    suggestion = people_with("Contract type", ["Permanent", "P", "P"])
    layout = load_layout(layout_text(suggestion, Heading("new", "New")))
    sheet = the_sheet("Contract type", ["Permanent", "P", "P"])
    shown = preview([sheet], layout, suggestion.contract, ask_sink=False)
    assert shown.quarantined == 2
    assert [cause.rows for cause in shown.causes if cause.field == "engagement"] == [2]


def test_names_in_one_cell_are_parted() -> None:
    comma = people_with("Name", ["Ames, Ann Mary", "Banik, Bo", "Crewe, Cy"], but="Surname")
    assert dict(comma.proposed("surname").way.words) == {"split": ",", "part": 1}  # type: ignore[union-attr]
    assert dict(comma.proposed("forenames").way.words) == {"split": ",", "part": 2}  # type: ignore[union-attr]
    capitals = people_with("Enw", ["Ann Mary AMES", "Bo BANIK", "Cy CREWE"], but="Surname")
    assert capitals.proposed("surname").way.words["parse"] == "surname_in_capitals"  # type: ignore[union-attr]
    words = people_with("Full name", ["Ann Mary Ames", "Bo Banik", "Cy Crewe"], but="Surname")
    assert words.proposed("surname").sureness != "sure"
    assert dict(words.proposed("surname").way.words) == {"split": " ", "part": -1}  # type: ignore[union-attr]


def test_weekly_hours_count_only_beside_full_time_hours() -> None:
    hours = ["37", "20", "18.5"]
    alone = people_with("Contracted hours", hours, but="FTE")
    assert "fte" in {field.name for field in alone.missing}
    assert "no column with full-time hours" in " ".join(alone.proposed("fte").reasons)
    sheet = the_sheet("Contracted hours", hours, but="FTE", more={"Full time hours": ["37"] * 3})
    both = suggested([sheet], learned=())
    assert both.proposed("fte").way.words == {"parse": "share", "of": "Full time hours"}  # type: ignore[union-attr]


def test_what_the_manager_or_the_next_of_kin_is_called_is_another_thing() -> None:
    assert of_another("Line manager surname", ["Surname"])
    assert of_another("Next of kin surname", ["Surname"])
    assert not of_another("Employee surname", ["Surname"])
    assert alike("Surname", "Last name") < 0.5 < alike("Emp. last name", "Last name")


PEOPLE = {
    "Staff number": ["A100023", "A100024", "A100025"],
    "Surname": ["Ames", "Banik", "Crewe"],
    "Date of birth": ["1980-02-17", "1975-11-30", "1991-06-23"],
    "Start date": ["2019-04-01", "2020-10-19", "2021-01-25"],
    "Contract type": ["Permanent", "Agency", "Permanent"],
    "FTE": ["1", "0.6", "0.8"],
}


def the_sheet(
    header: str, cells: list[str], *, but: str = "", more: dict[str, list[str]] | None = None
) -> Sheet:
    """Return a sheet about people in which one column holds these cells."""
    columns = {**{k: v for k, v in PEOPLE.items() if k != but}, header: cells, **(more or {})}
    height = max(len(column) for column in columns.values())
    full = {k: (v * height)[:height] for k, v in columns.items()}
    if height > 3:
        full["Staff number"] = [f"A{n}" for n in range(100_023, 100_023 + height)]
    rows = zip(*full.values(), strict=True)
    return sheet_of("\n".join([" | ".join(full), *(" | ".join(row) for row in rows)]))


def people_with(header: str, cells: list[str], *, but: str = "") -> Suggestion:
    return suggested([the_sheet(header, cells, but=but)], learned=())


def asked_of(suggestion: Suggestion, field: str) -> list[Question]:
    return [one for one in suggestion.questions if one.field == field]


def refuses_to_be_saved(suggestion: Suggestion) -> None:
    with pytest.raises(BadInput, match="has to be answered first"):
        layout_text(suggestion, Heading("new", "New"))

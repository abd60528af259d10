"""What answers a question, what an employer may state, when it is reminded, what is saved."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.kernel.errors import BadInput
from muster.services.returns.rules import (
    Declared,
    Figure,
    Offer,
    Wanted,
    alike,
    check_totals,
    declaration,
    name_of,
    propose,
    read_figure,
    reminder_due,
    saved_minutes,
    statable_dimensions,
    why_not_statable,
    written_figure,
    written_hours,
)
from tests.tables import rows_of

STAFF = (("employer", "Employer"), ("grade", "Responsibility level"), ("age", "Age"))
OFFERS = (
    Offer("headcount", "Headcount", "People employed on the date", STAFF),
    Offer("staff_fte", "Full-time equivalents of staff", "The FTE of everybody", STAFF),
    Offer("leavers", "Leavers", "Employees who left", STAFF),
    Offer("hires", "Hires", "Applications whose applicant has started work",
          (*STAFF, ("ethnicity", "Ethnicity"), ("disability", "Disability"))),
    Offer("drop_out", "Applications withdrawn", "Applications the applicant withdrew", STAFF),
    Offer("contractors", "Workers who are not employees", "Contractors, agency workers", STAFF),
)  # fmt: skip

# What somebody asks, the figure proposed first, and what it is broken down by.
QUESTIONS = """
question                                                     | first       | by
How many staff do we have by grade?                          | headcount   | grade
What is the headcount of each department?                    | headcount   |
Who left us last year, by age?                               | leavers     | age
What is our turnover?                                        | leavers     |
How diverse are hires by ethnicity and disability?           | hires       | ethnicity, disability
How many people were recruited at each level?                | hires       | grade
How many consultants and agency workers do departments use?  | contractors |
How many applications are withdrawn?                         | drop_out    |
How many ministerial cars are electric?                      |             |
"""

# A figure as an officer wrote it, with the people behind it, and what is kept of it.
COUNTS = """
figure    | people | kept
1250      |        | 1250
1,250     |        | 1250
          |        | 0
 7        |        | 7
-1        |        | Is out of bounds
1.5       |        | Is not a whole number
twelve    |        | Is not a number
1000001   |        | Is out of bounds
NaN       |        | Is not a number
1e400000  |        | Is out of bounds
"""
APPLICATIONS = """
figure    | people | kept
20        | 5      | 20
20        | 20     | 20
20        |        | States a figure but nobody behind it
5         | 20     | States more people than applications
0         | 0      | 0
0         | 3      | States more people than applications
"""
EQUIVALENTS = """
figure    | people | kept
17.5      | 20     | 17.5
0         | 3      | 0
17.5      |        | States a figure but nobody behind it
"""

# Whether employers can be asked for a metric.
METRICS = """
what it is                   | why not
protected headcount          |
already public               | its figures are published by their owners
without employers            | it does not tell employers apart
pay                         | only a feed can tell the highest earners of each cell, which pay needs
people counted twice         | its cells do not add up to its total
"""

# Days from the deadline on which something is done, when the employer was reminded last.
REMINDERS = """
today | last | why
-14   | -20  |
-7    | -20  | before the deadline
-6    | -7   |
-5    | -20  | before the deadline
-1    | -7   | before the deadline
0     | -1   |
1     | -1   | after the deadline
1     | 1    |
7     | 1    | after the deadline
14    | 7    | after the deadline
15    | 14   |
100   | 14   | after the deadline
"""

# Employers whose figures a question needs, those that were asked, and hours saved at 90 minutes.
SAVED = """
known | asked | hours
180   | 0     | 270
180   | 9     | 256
180   | 180   | 0
3     | 1     | 3
1     | 0     | 1.5
"""


def cases(table: str) -> list[dict[str, str]]:
    """Return each row of a table by its headings."""
    heads = [head.strip() for head in table.strip().splitlines()[0].split("|")]
    return [dict(zip(heads, row, strict=True)) for row in rows_of(table)]


@pytest.mark.parametrize("case", cases(QUESTIONS), ids=lambda case: case["question"])
def test_a_question_finds_its_figure(case: dict[str, str]) -> None:
    found = propose(case["question"], OFFERS)
    assert (found[0].name if found else "") == case["first"]
    if found:
        assert set(found[0].dimensions) == {one for one in case["by"].split(", ") if one}


def test_a_question_that_says_the_same_in_other_words_is_alike() -> None:
    asked = "How many staff are there by grade?"
    assert alike(asked, "Headcount by level, please") == 1
    assert alike(asked, "Who left by age?") == 0
    assert alike("", "") == 0


def declared(unit: str = "people", scale: int = 1, how: str = "count", **more: bool) -> Declared:
    dimensions = ("employer", "employer_today", "other", "grade")
    return Declared(unit, scale, how, more.get("protected", True), more.get("pay", False),
                    dimensions if more.get("employers", True) else ("grade",))  # fmt: skip


def outcome(metric: Declared, case: dict[str, str]) -> str:
    try:
        found = read_figure(metric, case["figure"], case["people"])
    except BadInput as problem:
        return problem.what
    return written_figure(found.value, metric.scale)


@pytest.mark.parametrize("case", cases(COUNTS), ids=lambda case: case["figure"])
def test_a_count_of_people_is_read(case: dict[str, str]) -> None:
    assert outcome(declared(), case) == case["kept"]


@pytest.mark.parametrize("case", cases(APPLICATIONS), ids=str)
def test_behind_a_count_of_other_things_stand_people(case: dict[str, str]) -> None:
    assert outcome(declared("applications"), case) == case["kept"]


@pytest.mark.parametrize("case", cases(EQUIVALENTS), ids=str)
def test_an_amount_has_decimals_and_people(case: dict[str, str]) -> None:
    metric = declared("full-time equivalents", 1_000_000_000, "sum")
    assert outcome(metric, case) == case["kept"]


@given(st.integers(0, 10**15))
def test_what_is_kept_is_what_was_written(value: int) -> None:
    metric = declared("full-time equivalents", 1_000_000_000, "sum")
    text = written_figure(value, metric.scale)
    assert read_figure(metric, text, "1").value == value


@given(st.text(max_size=12))
def test_whatever_is_typed_is_a_figure_within_bounds_or_refused(text: str) -> None:
    try:
        found = read_figure(declared(), text)
    except BadInput:
        return
    assert 0 <= found.value <= 1_000_000
    assert found.people == found.value


@pytest.mark.parametrize("case", cases(METRICS), ids=lambda case: case["what it is"])
def test_what_employers_can_be_asked_for(case: dict[str, str]) -> None:
    metric = {
        "protected headcount": declared(),
        "already public": declared(protected=False),
        "without employers": declared(employers=False),
        "pay": declared(pay=True),
        "people counted twice": declared(how="distinct"),
    }[case["what it is"]]
    assert why_not_statable(metric) == case["why not"]


def test_an_employer_states_figures_of_itself_alone() -> None:
    assert statable_dimensions(declared()) == ("grade",)


def test_tables_of_one_metric_must_agree_and_of_two_need_not() -> None:
    one, two = [Figure(3, 3), Figure(4, 4)], [Figure(7, 7)]
    check_totals({("Headcount", "grade"): one, ("Headcount", "age"): two})
    check_totals({("Headcount", "grade"): one, ("Leavers", "age"): [Figure(1, 1)]})
    with pytest.raises(BadInput, match="total"):
        check_totals({("Headcount", "grade"): one, ("Headcount", "age"): [Figure(8, 8)]})


@pytest.mark.parametrize("case", cases(REMINDERS), ids=str)
def test_an_employer_is_reminded_before_and_after_the_deadline(case: dict[str, str]) -> None:
    deadline = dt.date(2026, 12, 2)
    today, last = (deadline + dt.timedelta(days=int(case[name])) for name in ("today", "last"))
    assert reminder_due(today=today, deadline=deadline, last=last) == case["why"]


@pytest.mark.parametrize("case", cases(SAVED), ids=str)
def test_the_time_of_employers_that_were_not_asked_is_saved(case: dict[str, str]) -> None:
    minutes = saved_minutes(known=int(case["known"]), asked=int(case["asked"]), minutes=90)
    assert written_hours(minutes) == case["hours"]


def test_an_approved_metric_becomes_a_declaration_whatever_its_words() -> None:
    wanted = Wanted(
        '"Parrots" \\ kept', "Living ones\n'here'", "one", ("Employer", 'A"b'), "l", "o"
    )
    made: list[dict[str, object]] = []
    exec(
        declaration(wanted),
        {"Metric": lambda **said: made.append(said), "Dimension": lambda *said: said},
    )
    assert made[0]["name"] == name_of(wanted.title) == "parrots_kept"
    assert made[0]["title"] == wanted.title
    assert made[0]["definition"] == wanted.counts
    assert made[0]["profile"] == "protected"


@pytest.mark.parametrize(("dimensions", "also"), [((), False), (("Grade",), True)])
def test_a_declaration_says_what_engineers_still_state(
    dimensions: tuple[str, ...], *, also: bool
) -> None:
    said = declaration(Wanted("Parrots", "Living ones", "one", dimensions, "l", "o"))
    first = said.splitlines()[0]
    assert "TODO" not in said
    assert first.startswith("# Before it is live, state its source and its facts")
    assert ("what each dimension means" in first) == also
    assert said.count('""') == (3 if also else 2)

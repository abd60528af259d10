"""When one column for two fields is asked about, and which columns may say the date of a file.

For HR people: in the first table a person takes one column for several fields, each read in its
way; two fields that would get the same text are asked about, because one of them is most likely a
slip of the mouse. The second table says which columns are offered where it is asked which day a
file speaks of.
"""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from muster.hub.layouts import load_layout
from muster.hub.suggesting.sharing import shared_in
from muster.hub.suggesting.spoken_of import dated_columns
from muster.hub.suggesting.suggestion import Choices, Suggestion
from muster.hub.suggesting.writing import Heading, layout_text
from muster.kernel.errors import BadInput
from tests.spec.test_suggestions import the_sheet
from tests.strange_files import suggested
from tests.tables import rows_of

TAKEN = """
    in the column | taken for, and read as                                                 | asked
    Ames, Ann     | surname: text                                                          | no
    Ames, Ann     | surname: before comma; forenames: after comma                          | no
    Ann AMES      | surname: surname in capitals; forenames: before capitals               | no
    Ann Ames      | surname: last word; forenames: all but last word; known_as: first word | no
    Ames, Ann     | surname: text; known_as: text                                          | yes
    Ames, Ann     | surname: before comma; known_as: text                                  | yes
    Ames, Ann     | surname: before comma; forenames: after comma; known_as: text          | yes
    2019-04-01    | start: YYYY-MM-DD; birth_date: YYYY-MM-DD                              | yes
    2019-04-01    | start: DD/MM/YYYY; leaving: YYYY-MM-DD                                 | yes
    A100023       | staff_number: identifier; post_reference: identifier                   | yes
    Analyst       | post_title: text; place: text; grade: text                             | yes
"""

DATED = """
    header        | what it holds           | offered
    Extract date  | 2026-10-31 2026-10-31   | 2026-10-31
    Extract date  | 31/10/2026 31/10/2026   | 2026-10-31
    Extract date  | 03/04/2026 03/04/2026   | 2026-04-03 2026-03-04
    Extract date  | 20261031 20261031       | 2026-10-31
    Extract date  | 2026-10-31 2026-09-30   |
    Extract date  | 2026-10-31              |
    Extract date  | 2026-10-31 - 2026-10-31 |
    Month         | 202610 202610           |
    Establishment | 46112 46112             |
    Born on       | 1980-02-17 1980-02-17   |
    Date of birth | 1980-02-17 1980-02-17   |
    Date joined   | 2026-10-01 2026-10-01   |
    Leaving date  | 2026-10-01 2026-10-01   |
"""


def ways_in(taken: str) -> dict[str, str]:
    """Return the fields of a line and how each is read."""
    pairs = (one.split(":") for one in taken.split(";"))
    return {name.strip(): way.strip() for name, way in pairs}


def chosen(
    column: str, cell: str, taken: str, both: Mapping[str, list[str]] | None = None
) -> Suggestion:
    """Return what is suggested once a person took a column for fields."""
    ways = ways_in(taken)
    choices = Choices(columns=dict.fromkeys(ways, column), ways=ways, both=both or {})
    return suggested([the_sheet(column, [cell] * 3)], learned=(), choices=choices)


@pytest.mark.parametrize(("cells", "taken", "asked"), rows_of(TAKEN))
def test_one_column_for_several_fields_is_asked_about(cells: str, taken: str, asked: str) -> None:
    found = chosen("Details", cells, taken)
    fields = list(ways_in(taken))
    if asked == "no":
        assert found.shared == ()
        assert shared_in(load_layout(layout_text(found, Heading("new", "New")))) == {}
        return
    (shared,) = found.doubted
    assert shared.column == "Details"
    assert sorted(field.name for field in shared.fields) == sorted(fields)
    with pytest.raises(BadInput, match="are both taken from “Details”"):
        layout_text(found, Heading("new", "New"))


@pytest.mark.parametrize(
    ("cells", "taken"), [(cells, taken) for cells, taken, asked in rows_of(TAKEN) if asked == "yes"]
)
def test_who_says_that_it_is_meant_is_not_asked_again(cells: str, taken: str) -> None:
    fields = list(ways_in(taken))
    said = chosen("Details", cells, taken, both={"Details": fields})
    assert said.doubted == ()
    layout = load_layout(layout_text(said, Heading("new", "New")))
    assert {name for names in shared_in(layout).values() for name in names} == set(fields)
    ways = {mapping.field: mapping.columns for mapping in layout.fields}
    assert {ways[name] for name in fields} == {("details",)}
    again = suggested(
        [the_sheet("Details", [cells] * 3)],
        learned=(layout,),
        choices=Choices(columns=dict.fromkeys(fields, "Details"), ways=ways_in(taken)),
    )
    assert [one.remembered for one in again.shared] == [True]
    assert again.doubted == ()


def test_what_was_said_of_two_fields_says_nothing_of_a_third() -> None:
    taken = "post_title: text; place: text; grade: text"
    assert chosen("Role", "Clerk", taken, both={"Role": ["post_title", "place"]}).doubted
    assert chosen("Role", "Clerk", taken, both={"Other": ["post_title", "place", "grade"]}).doubted


@pytest.mark.parametrize(("header", "cells", "offered"), rows_of(DATED))
def test_a_column_may_say_the_day_of_the_file(header: str, cells: str, offered: str) -> None:
    held = cells.split()
    but = "Date of birth" if header == "Born on" else header
    choices = Choices(columns={"birth_date": "", "start": "", "leaving": ""})
    sheet = the_sheet(header, held, but=but)
    if len(held) == 1:  # a file of one row
        sheet = replace(sheet, cells=sheet.cells.head(2), rows=sheet.rows.head(2))
    found = dated_columns(suggested([sheet], learned=(), choices=choices))
    assert [(one.column, f"{one.day}") for one in found] == [
        (header, day) for day in offered.split()
    ]

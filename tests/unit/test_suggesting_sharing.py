"""What Muster proposes never takes a column twice; what a person chooses is asked about if it does.

The oracle counts columns by itself: fields that take all of a cell share a column if two do.
"""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from muster.hub.suggesting.proposing import suggest
from muster.hub.suggesting.sharing import shared_in
from muster.hub.suggesting.suggestion import Choices
from tests.sheets import sheet_of
from tests.strange_files import (
    PEOPLE,
    RENAMED,
    TODAY,
    WELSH,
    contracts,
    layouts,
    pretend,
    published,
    renamed,
    suggested,
)

COLUMNS = ("Alpha", "Beta", "Gamma", "Delta")
FIELDS = ("place", "post_title", "grade", "known_as", "post_reference")
SHEET = sheet_of(
    "\n".join([" | ".join(COLUMNS), *(" | ".join(f"{c} {n}" for c in COLUMNS) for n in range(4))])
)


@pytest.mark.parametrize("names", [{}, RENAMED, WELSH], ids=["own", "renamed", "welsh"])
def test_no_proposal_takes_a_column_twice(names: dict[str, str]) -> None:
    for file in (*pretend(), *published()):
        sheets = [renamed(sheet, names) for sheet in file.sheets] if names else file.sheets
        assert suggested(sheets, without=file.layout).shared == ()


@effort(max_examples=60, deadline=None)
@given(
    taken=st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(COLUMNS), min_size=1),
    said=st.sets(st.sampled_from(COLUMNS)),
)
def test_columns_that_a_person_took_twice_are_asked_about(
    taken: dict[str, str], said: set[str]
) -> None:
    contract = next(one for one in contracts() if one.name == PEOPLE)
    columns = {field.name: taken.get(field.name, "") for field in contract.fields}
    both = {column: list(taken) for column in said}
    choices = Choices(columns, dict.fromkeys(taken, "text"), {}, both)
    found = suggest([SHEET], [contract], (), today=TODAY, choices=choices)
    often = {column for column, times in Counter(taken.values()).items() if times > 1}
    assert {one.column for one in found.shared} == often
    assert {one.column for one in found.doubted} == often - said
    for one in found.shared:
        assert {f.name for f in one.fields} == {n for n, c in taken.items() if c == one.column}


def test_layouts_that_ship_may_take_a_column_twice() -> None:
    twice = {layout.name: shared_in(layout) for layout in layouts() if shared_in(layout)}
    assert twice["qpses-table-9"] == {
        "column1": ["organisation", "level"],
        "measure": ["measure", "measure_label"],
    }

"""Layouts: how a file is recognised, and what a layout that is written wrongly is told."""

import datetime as dt
import re
from importlib.resources import files

import pytest

from muster.hub.contracts import load_contract
from muster.hub.framing.frame import frame_file
from muster.hub.layouts import Layout, date_in_name, header_key, load_layout
from muster.kernel.errors import BadInput
from tests.sheets import sheet_of

PLAIN = """
[layout]
name = "plain"
title = "plain file"
contract = "posts"
recognise = ["Reference", "FTE"]
ignored = ["URI"]

[fields.reference]
from = "Reference"

[fields.share]
from = ["Weekly hours", "Hours"]
parse = "share"
of = "Standard hours"
"""


def recognised(headers: str, layouts: list[Layout]) -> Layout:
    """Return the layout by which a file with these headers is read."""
    return frame_file([sheet_of(f"{headers}\n1|2|3")], layouts, file="a file").found[0][0]


def shipped(room: str) -> list[Layout]:
    place = files(f"muster.register.{room}") / "layouts"
    return [load_layout(path.read_text()) for path in place.iterdir() if path.name.endswith("toml")]


@pytest.mark.parametrize(
    ("header", "same"),
    [
        ("Post Unique Reference", "post  unique_reference"),
        ("Post Unique Reference", " POST UNIQUE REFERENCE "),
        ("Post Unique Reference", "Post\u00a0Unique\u00a0Reference"),
        ("Post Unique Reference", "\ufeffPost Unique Reference:"),
        ("Payscale Minimum (£)", "Payscale Minimum"),
        ("Payscale Minimum (£)", "Payscale Minimum (Â£)"),
        ("Payscale Minimum (£)", "PAYSCALE MINIMUM (œ)"),
        ("Payscale Minimum (£)", "Payscale Minimum (\ufffd)"),
        ("Payscale Minimum (£)", "Payscale Minimum (?)"),
        ("Payscale Minimum (£)", "Payscale Minimum £"),
        ("Job/Team Function", "Job / Team function"),
    ],
)
def test_headers_are_one_whatever_their_case_spacing_and_damage(header: str, same: str) -> None:
    assert header_key(header) == header_key(same)


@pytest.mark.parametrize(
    ("header", "other"),
    [("FTE", "FTE 2"), ("Grade", "Grade (or equivalent)"), ("Salary (min)", "Salary (max)")],
)
def test_headers_that_differ_in_words_differ(header: str, other: str) -> None:
    assert header_key(header) != header_key(other)


def test_a_layout_knows_every_column_it_declares() -> None:
    known = load_layout(PLAIN).known_columns
    assert known == {"reference", "weeklyhours", "hours", "standardhours", "uri"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('from = "Reference"', 'form = "x"'), "form is for date"),
        (('parse = "share"', 'parse = "guess"'), "cannot read guess"),
        (('of = "Standard hours"', 'off = "Standard hours"'), "Unknown words: off"),
        (("[layout]", "[lay-out]"), "Not a layout"),
        (('name = "plain"', ""), "Not a layout"),
        (('title = "plain file"', "title = plain"), "Not a layout"),
    ],
)
def test_a_layout_that_is_written_wrongly_is_told_so(change: tuple[str, str], says: str) -> None:
    with pytest.raises(BadInput, match=re.escape(says)):
        load_layout(PLAIN.replace(*change))


def test_the_layout_that_asks_for_most_is_taken() -> None:
    plain = load_layout(PLAIN)
    narrow = load_layout(PLAIN.replace('"plain"', '"narrow"').replace('"FTE"]', '"FTE", "Unit"]'))
    assert recognised("fte|REFERENCE|Unit", [plain, narrow]) == narrow
    assert recognised("fte|REFERENCE", [narrow, plain]) == plain


def test_a_file_that_nearly_fits_is_told_what_is_missing() -> None:
    with pytest.raises(BadInput) as caught:
        recognised("Reference|Pay", [load_layout(PLAIN)])
    assert str(caught.value) == (
        "No layout fits; the nearest, plain file, also needs: fte (file a file)."
        " Send the missing columns, or map this file."
    )


def test_a_file_that_fits_nothing_is_told_where_to_go_on() -> None:
    for layouts in ([load_layout(PLAIN)], []):
        with pytest.raises(BadInput, match="No layout is known"):
            recognised("Colour|Size", layouts)


def test_every_shipped_layout_fits_its_contract_and_no_file_is_of_two() -> None:
    layouts = shipped("posts")
    contract = load_contract((files("muster.register.posts") / "contract.json").read_text())
    for layout in layouts:
        fields = {mapping.field for mapping in layout.fields}
        assert layout.contract == contract.name
        assert fields <= {field.name for field in contract.fields}
        assert {field.name for field in contract.fields if field.required} <= fields
    assert len({layout.name for layout in layouts}) == len(layouts) > 1
    assert not any(a.recognise < b.recognise for a in layouts for b in layouts)


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("2011-03-31-junior.csv", dt.date(2011, 3, 31)),
        ("hmt-2011-03-31-senior.csv", dt.date(2011, 3, 31)),
        ("2010-01-01 corrected 2011-09-30.csv", dt.date(2011, 9, 30)),
        ("2011-03-31_v2011-99-99.csv", dt.date(2011, 3, 31)),
        ("12011-03-311.csv", None),
        ("2011-02-30.csv", None),
        ("31-03-2011.csv", None),
        ("20110331.csv", None),
        ("junior.csv", None),
        ("\u0662\u0660\u0661\u0661-\u0660\u0663-\u0663\u0661.csv", None),
    ],
)
def test_a_name_states_its_date_in_one_form(name: str, date: dt.date | None) -> None:
    assert date_in_name(name) == date

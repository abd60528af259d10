"""Files that no layout knows: sheets of a pretend service under headers that nobody declared."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import polars as pl

from muster.connectors.contract import Offer, Sheet
from muster.connectors.csv_drop.reader import read
from muster.hub.contracts import Contract, load_contract
from muster.hub.layouts import Layout, header_key, load_layout
from muster.hub.suggesting.proposing import suggest
from muster.hub.suggesting.suggestion import Choices, Suggestion
from synthetic.make import make
from tests.repo.repository import ROOT

TODAY = dt.date(2026, 11, 21)
REGISTER = ROOT / "muster" / "register"
PEOPLE = "muster.people.hr_record.v1"
_ALIKE = 0.7
# Headers as nobody declared them, some of them on no list either.
RENAMED = {
    "person number": "Payroll Ref No.", "last name": "Family Nm", "first name": "Given names",
    "middle names": "Middle name(s)", "known as": "Preferred first name",
    "date of birth": "BIRTH DT", "national identifier": "NI NUMBER", "hire date": "Date Started",
    "actual termination date": "Date of leaving", "assignment category": "Type of contract",
    "grade name": "Pay grade", "fte": "W.T.E.", "job family": "Professional group",
    "position code": "Posn. no", "position title": "Role", "location code": "Base",
    "work email": "E-Mail Addr", "annual salary": "Basic pay",
}  # fmt: skip
WELSH = {
    "person number": "Rhif staff", "last name": "Cyfenw", "first name": "Enw cyntaf",
    "middle names": "Enw canol", "known as": "Gelwir yn", "date of birth": "Dyddiad geni",
    "national identifier": "Rhif Yswiriant Gwladol", "hire date": "Dyddiad dechrau",
    "actual termination date": "Dyddiad gadael", "assignment category": "Math o gontract",
    "grade name": "Gradd", "fte": "Cyfwerth amser llawn", "job family": "Proffesiwn",
    "position code": "Rhif swydd", "position title": "Teitl swydd", "location code": "Lleoliad",
    "work email": "E-bost", "annual salary": "Cyflog",
}  # fmt: skip


@cache
def contracts() -> tuple[Contract, ...]:
    """Return the contracts that ship."""
    rooms = ("people", "posts", "recruitment", "statistics")
    return tuple(load_contract((REGISTER / r / "contract.json").read_text("utf-8")) for r in rooms)


@cache
def layouts() -> tuple[Layout, ...]:
    """Return the layouts that ship."""
    return tuple(load_layout(p.read_text("utf-8")) for p in sorted(REGISTER.glob("*/layouts/*")))


@dataclass(frozen=True)
class Known:
    """A file of which a declared layout says what it holds."""

    layout: Layout
    sheets: tuple[Sheet, ...]


@cache
def pretend() -> tuple[Known, ...]:
    """Return one HR file of each layout that the pretend service writes."""
    out = Path(mkdtemp(prefix="strange-")) / "service"
    make(out, employers=4, people=600, seed=7)
    found: dict[str, Known] = {}
    for path in sorted((out / "files").rglob("*-hr.csv")):
        sheets = read(Offer(path.name, path.read_bytes()))
        for layout in layouts():
            if layout.contract == PEOPLE and layout.fits(sheets[0].cells.row(0)):
                found.setdefault(layout.name, Known(layout, sheets))
    return tuple(found.values())


def known(name: str) -> Known:
    """Return the pretend file of one layout."""
    return next(one for one in pretend() if one.layout.name == name)


def published() -> tuple[Known, ...]:
    """Return the organograms that ship as samples."""
    found = []
    for path in sorted((ROOT / "samples" / "organograms").rglob("*.csv")):
        name = f"organogram-{path.stem.rpartition('-')[2]}"
        layout = next(one for one in layouts() if one.name == name)
        found.append(Known(layout, read(Offer(path.name, path.read_bytes()))))
    return tuple(found)


def others_than(layout: Layout) -> tuple[Layout, ...]:
    """Return the layouts of other kinds of files: not those that are of the same system."""
    return tuple(
        one
        for one in layouts()
        if len(one.known_columns & layout.known_columns) < _ALIKE * len(layout.known_columns)
    )


def suggested(
    sheets: Sequence[Sheet],
    *,
    without: Layout | None = None,
    choices: Choices | None = None,
    learned: Sequence[Layout] | None = None,
) -> Suggestion:
    """Return what is suggested for a file by who does not know any layout of its kind."""
    known = layouts() if without is None else others_than(without)
    lessons = known if learned is None else learned
    return suggest(sheets, contracts(), lessons, today=TODAY, choices=choices)


def renamed(sheet: Sheet, names: Mapping[str, str]) -> Sheet:
    """Return a sheet of the Oracle layout with other headers."""
    other = {header_key(old): new for old, new in names.items()}
    header = [other.get(header_key(text), text) for text in sheet.cells.row(0)]
    top = pl.DataFrame([header], schema=sheet.cells.schema, orient="row")
    return replace(sheet, cells=pl.concat([top, sheet.cells[1:]]))


def titled(sheet: Sheet, above: Sequence[str], below: Sequence[Sequence[str]]) -> Sheet:
    """Return a sheet as workbooks have it: titles above the header, totals below the rows."""
    width = sheet.cells.width
    rows = [[text] + [""] * (width - 1) for text in above]
    tail = [[*cells, *[""] * (width - len(cells))] for cells in below]
    schema = sheet.cells.schema
    whole = pl.concat(
        [
            pl.DataFrame(rows, schema=schema, orient="row"),
            sheet.cells,
            pl.DataFrame(tail, schema=schema, orient="row"),
        ]
    )
    numbers = pl.int_range(1, whole.height + 1, dtype=pl.UInt32, eager=True)
    return replace(sheet, cells=whole, rows=numbers, widths=None, name="Staff list")


@dataclass(frozen=True)
class Verdict:
    """How a suggestion compares with what a layout says of the same file."""

    right: tuple[str, ...]
    wrong: tuple[str, ...]
    missed: tuple[str, ...]
    wrongly_sure: tuple[str, ...]

    @property
    def share(self) -> float:
        """The share of the fields of the file that were mapped right."""
        return len(self.right) / (len(self.right) + len(self.wrong) + len(self.missed))


def verdict(suggestion: Suggestion, layout: Layout, names: Mapping[str, str] = {}) -> Verdict:
    """Return how a suggestion compares with a layout whose headers may have been renamed."""
    other = {header_key(old): header_key(new) for old, new in names.items()}
    here = {profile.key for profile in suggestion.profiles}
    truth = {
        mapping.field: {other.get(key, key) for key in mapping.columns} & here
        for mapping in layout.fields
    }
    right, wrong, missed, sure = [], [], [], []
    for one in suggestion.fields:
        name, got = one.field.name, {header_key(column) for column in one.columns}
        if got and got <= truth.get(name, set()):
            right.append(name)
        elif got:
            wrong.append(name)
            if one.sureness == "sure":
                sure.append(name)
        elif truth.get(name):
            missed.append(name)
    return Verdict(tuple(right), tuple(wrong), tuple(missed), tuple(sure))

"""What a file of released figures holds, whatever its format."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from muster.gates.disclosure import BAND_SHOWN, ROUNDED_TO
from muster.gates.perturbing import MOST_OFF
from muster.gates.release import ReleasedTable
from muster.pagekit.jinja import day

KINDS = {
    "exact": "The figure as its owner publishes it",
    "rounded": f"Rounded to the nearest {ROUNDED_TO}",
    "perturbed": f"Moved by up to {MOST_OFF}, always alike, then rounded to {ROUNDED_TO}s",
    "withheld": "Not told: one or two people make up most of it",
    "band": f"{BAND_SHOWN}: not told more exactly, so that nobody can be picked out",
}
"""What the gate may have done to a figure, in words."""

STEADY = (
    "Figures by a characteristic move only once more than seven people have, and each is moved by"
    f" up to {MOST_OFF}, always alike."
)

Value = str | Decimal | None


@dataclass(frozen=True)
class Column:
    """One column: its name for programs, its title for people, and what it means."""

    name: str
    title: str
    meaning: str
    number: bool = False


@dataclass(frozen=True)
class Contents:
    """A released table as columns and rows, with all that must be told beside it.

    ``rows`` hold text, and numbers in the columns that say so; None where nothing more exact than
    a band is told. ``notes`` are pairs of a heading and a text, in the order they are read.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    notes: tuple[tuple[str, str], ...]
    keys: tuple[str, ...]
    as_at: dt.date
    release: str


def contents_of(table: ReleasedTable) -> Contents:
    """Return what files of a released table hold."""
    metric = table.metric
    parts = [part for name in table.dimensions if (part := metric.dimension(name)) is not None]
    by = " and ".join(part.title.lower() for part in parts)
    columns = [
        column
        for part in parts
        for column in (
            Column(f"{part.name}_code", f"{part.title}, code", f"The code of: {part.definition}"),
            Column(part.name, part.title, part.definition),
        )
    ]
    columns += [
        Column("value", metric.title, f"{metric.unit}; empty for a band", number=True),
        Column("shown", f"{metric.title} as shown", "The figure as people read it"),
        Column("kind", "What was done to it", "; ".join(f"{k}: {v}" for k, v in KINDS.items())),
    ]
    rows = tuple(
        (*(one for pair in zip(cell.key, cell.labels, strict=True) for one in pair),
         cell.value, cell.shown, cell.kind)
        for cell in table.cells
    )  # fmt: skip
    return Contents(
        name="-by-".join(("-".join((metric.name, table.as_at.isoformat())), *table.dimensions)),
        title=f"{metric.title}{f' by {by}' if by else ''}, {day(table.as_at)}",
        columns=tuple(columns),
        rows=rows,
        notes=_notes(table),
        keys=tuple(f"{part.name}_code" for part in parts),
        as_at=table.as_at,
        release=str(table.release),
    )


def _notes(table: ReleasedTable) -> tuple[tuple[str, str], ...]:
    metric = table.metric
    missing = f" Without: {', '.join(table.without)}." if table.without else ""
    notes = [
        ("What is counted", metric.definition),
        ("As at", day(table.as_at)),
        ("Source", metric.source),
        ("How complete", f"{table.returned:,} of {table.known:,} employers.{missing}"),
        ("Who answers for it", metric.owner),
        ("Lawful basis", metric.lawful_basis),
        ("Release", f"{table.release}: the same release gives the same figures for ever"),
        ("Data", f"Position {table.snapshot:,} of the exchange log"),
        ("Definition", metric.fingerprint()),
    ]
    if metric.profile == "protected":
        told = f"{KINDS['rounded']}. {KINDS['band']}. Totals are rounded by themselves."
        notes.insert(
            1,
            (
                "How people are protected",
                f"{told} They may not add up. {STEADY}",
            ),
        )
    return tuple(notes)

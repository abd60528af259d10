"""A mapping as column expressions, made once and used for every batch.

What must wait is told cheaply. Most steps keep what is stated and what is not, or fail; so along a
stretch of them a message must wait exactly where something stood at its beginning and nothing
stands at its end. A step that may rightly leave nothing, or fill it in, ends a stretch.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import polars as pl

from muster.hub.contracts import Contract, ContractField
from muster.hub.translating.conditions import holds
from muster.hub.translating.definition import DTYPES, Made, RouteMapping, Step, uses
from muster.hub.translating.steps import LOOSE, begun, changed, otherwise, reason


@dataclass(frozen=True)
class Fault:
    """What can keep a message: where it does, what stood there, and what is said of it.

    Args:
        title: the field's title.
        before: what stood before the step.
        wrong: where the step gave nothing for something.
        reason: what is wrong, without the value.
        private: whether the cause must not name the value.
    """

    title: str
    before: pl.Expr
    wrong: pl.Expr
    reason: str
    private: bool


@dataclass(frozen=True)
class Stretch:
    """Steps of a field along which nothing may be lost.

    Args:
        begins: what stands before them.
        ends: the name of the column that holds what stands after them.
        last: whether that column is one of the receiver's fields, or prepared for them.
        faults: what can go wrong between.
    """

    begins: pl.Expr
    ends: str
    last: bool
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Looked:
    """A lookup: the table asked, by which key, and the column that receives the answers."""

    table: str
    key: pl.Expr
    into: str


@dataclass(frozen=True)
class Compiled:
    """What ``apply`` runs, in this order.

    Args:
        needs: the columns that a batch must have.
        only: which messages go; None for all.
        prepared: named values, lookups and ends of stretches, each of those before it.
        columns: the receiver's fields, then ``place``.
        place: the name of the column that counts the rows.
        counts: how many rows state nothing at the beginning of each stretch.
        stretches: where messages may have to wait.
        target: the contract of what goes out, personal where what it is made of is.
    """

    needs: frozenset[str]
    only: pl.Expr | None
    prepared: tuple[pl.Expr | Looked, ...]
    columns: tuple[pl.Expr, ...]
    place: str
    counts: tuple[pl.Expr, ...]
    stretches: tuple[Stretch, ...]
    target: Contract | None


@lru_cache(maxsize=256)
def compiled(mapping: RouteMapping) -> Compiled:
    """Return a mapping as column expressions."""
    making = _Making(mapping)
    for value in mapping.values:
        making.prepared.append(making.column(value, last=False).alias(value.name))
    made = {
        field.name: making.column(field, last=True).alias(field.name) for field in mapping.fields
    }
    columns = [
        made.get(name, pl.lit(None, dtype=dtype).alias(name))
        for name, dtype in mapping.schema.items()
    ]
    place = making.unused("place")
    columns.append(pl.int_range(pl.len(), dtype=pl.UInt32).alias(place))
    return Compiled(
        needs=uses(mapping),
        only=holds(mapping.only) if mapping.only is not None else None,
        prepared=tuple(making.prepared),
        columns=tuple(columns),
        place=place,
        counts=tuple(
            stretch.begins.null_count().alias(f"{number}")
            for number, stretch in enumerate(making.stretches)
        ),
        stretches=tuple(making.stretches),
        target=_guarded(mapping),
    )


class _Making:
    """What gathers while the fields of a mapping become expressions."""

    def __init__(self, mapping: RouteMapping) -> None:
        self.prepared: list[pl.Expr | Looked] = []
        self.stretches: list[Stretch] = []
        target = mapping.target.fields if mapping.target is not None else ()
        self._titles = {field.name: field.title for field in target}
        self._taken = {
            *(field.name for field in mapping.source.fields),
            *(value.name for value in mapping.values),
            *mapping.schema,
        }

    def unused(self, name: str) -> str:
        """Return a name that no column has yet, beginning with ``name``."""
        while name in self._taken:
            name += "'"
        self._taken.add(name)
        return name

    def column(self, made: Made, *, last: bool) -> pl.Expr:
        """Return a field's values; note where messages may have to wait on the way.

        Args:
            made: a field of the receiver, or a named value.
            last: whether it is a field of the receiver.
        """
        title = self._titles.get(made.name, made.title)
        column = begins = begun(made.steps[0])
        faults: list[Fault] = []
        for step in made.steps[1:]:
            if step.verb in LOOSE:
                if faults:
                    column = self._ended(column, begins, faults)
                    faults = []
                column = begins = changed(step, column)
                continue
            after = self._after(step, column)
            said = reason(step)
            if said is not None:
                wrong = column.is_not_null() & after.is_null()
                faults.append(Fault(title, column, wrong, said, step.private))
            column = after
        column = column.cast(DTYPES[made.kind])
        if faults:
            self.stretches.append(Stretch(begins, made.name, last, tuple(faults)))
        return column

    def _ended(self, column: pl.Expr, begins: pl.Expr, faults: list[Fault]) -> pl.Expr:
        """Keep what stands at the end of a stretch within a field."""
        name = self.unused("kept")
        self.prepared.append(column.alias(name))
        self.stretches.append(Stretch(begins, name, False, tuple(faults)))
        return pl.col(name)

    def _after(self, step: Step, before: pl.Expr) -> pl.Expr:
        if step.verb == "lookup":
            into = self.unused("looked up")
            self.prepared.append(Looked(step.words["lookup"], before, into))
            return otherwise(step, before, pl.col(into))
        after = changed(step, before)
        return otherwise(step, before, after) if step.verb == "codes" else after


def _guarded(mapping: RouteMapping) -> Contract | None:
    """Return the target, with every field personal that is made of something personal."""
    if mapping.target is None:
        return None
    private = frozenset(made.name for made in mapping.fields if made.personal)
    return replace(mapping.target, fields=tuple(_marked(mapping.target.fields, private)))


def _marked(fields: tuple[ContractField, ...], private: frozenset[str]) -> Iterator[ContractField]:
    for field in fields:
        marked = {**field.rules, "x-personal": True}
        yield replace(field, rules=marked) if field.name in private else field

"""The vocabulary in which a room declares the figures it offers.

A metric is declared once, as data without functions inside, so that it can be printed as
documentation, compared and fingerprinted. Registers declare metrics in ``metrics.py``; the gate
reads them, and no figure leaves except through the gate.
"""

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, runtime_checkable

if TYPE_CHECKING:
    import polars as pl

Profile = Literal["protected", "already public"]
# The key of a cell part that no code list covers, such as a grade that is not mapped.
NOT_MAPPED = ""


@dataclass(frozen=True)
class Dimension:
    """What a metric may be broken down by.

    A ``characteristic`` is what colleagues need not know of each other, such as ethnicity: figures
    by it pass stricter rules. A dimension ``within`` another divides each code of that one further:
    its codes begin with the other's and a stroke, such as ``TLE/leeds``; ``NOT_MAPPED`` is within
    ``NOT_MAPPED``. Over one that is not ``additive``, such as the weeks of an average, figures do
    not add up to those without it.
    """

    name: str
    title: str
    definition: str
    not_mapped: str = "Not stated"
    characteristic: bool = False
    within: str = ""
    additive: bool = True


class Condition(NamedTuple):
    """A column of facts and the values among which it must be for a row to count."""

    column: str
    among: tuple[str, ...]


@dataclass(frozen=True)
class Measure:
    """What is added up over facts.

    Args:
        how: rows, different values of a column, or the sum of a column.
        of: that column.
        people: the column whose different values are the people behind a figure, by which the
            gate judges it; empty if every row is another person.
        where: what rows must be to count.
        months: only facts of so many months up to the date count; 0 for all up to it. For facts
            that hold from a day to a day, those that hold on the date.
    """

    how: Literal["count", "distinct", "sum"] = "count"
    of: str = ""
    people: str = ""
    where: tuple[Condition, ...] = ()
    months: int = 0


@dataclass(frozen=True)
class Metric:
    """One declared figure.

    Args:
        name: its identifier.
        title: what it is called on pages.
        unit: what is counted, in the plural.
        definition: what counts and what does not, in words.
        grain: what one row behind it is.
        scale: the stored whole number that means one unit.
        dimensions: what it may be broken down by; nothing else is ever answered.
        profile: ``protected`` figures are about people and pass the disclosure rules; ``already
            public`` ones are published by their owners and are shown exactly.
        lawful_basis: why it may be made.
        owner: who answers for its definition.
        source: where the rows come from, with attribution.
        reader: dotted path of the object that answers as a ``Reader``.
        facts: instead of a reader: dotted path of the ``Facts`` that the figure is made of.
        measure: what is added up over these facts.
        pay: whether the figure is money that people earn, told as a sum or an average: no cell is
            told in which one or two people earn most of it.
    """

    name: str
    title: str
    unit: str
    definition: str
    grain: str
    scale: int
    dimensions: tuple[Dimension, ...]
    profile: Profile
    lawful_basis: str
    owner: str
    source: str
    reader: str = ""
    facts: str = ""
    measure: Measure = Measure()
    pay: Literal["", "sum", "average"] = ""

    def dimension(self, name: str) -> Dimension | None:
        """Return a declared dimension, or None."""
        return next((dimension for dimension in self.dimensions if dimension.name == name), None)

    def fingerprint(self) -> str:
        """Return a hash of the whole declaration: a changed definition is another metric."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


class RawCell(NamedTuple):
    """An exact figure before the gate. ``value`` is in the metric's scale.

    ``people`` stand behind it: at least so many, and exactly as many where they are up to seven or
    the figure is by a characteristic.

    Of pay, ``value`` is the sum, also where the average is told, and ``largest`` the two highest
    amounts in it, the highest first.
    """

    key: tuple[str, ...]
    value: int
    people: int
    largest: tuple[int, int] | None = None


class Returns(NamedTuple):
    """How complete a date is: who returned, of those who ever did, and by which landings.

    ``feeds`` are landings with who sent each, where figures rest on rows that nobody may see.
    """

    returned: int
    known: int
    without: tuple[str, ...]
    feeds: tuple[tuple[uuid.UUID, str], ...] = ()


class Reader(Protocol):
    """How the gate asks a room for exact figures. Nobody else may ask."""

    def cells(self, dimensions: Sequence[str], as_at: dt.date) -> Sequence[RawCell]:
        """Return one cell for each combination that occurs."""
        ...

    def domain(self, dimension: str, as_at: dt.date) -> Mapping[str, str]:
        """Return every code a dimension may take at a date, with its label, in order.

        It must not depend on the figures: a code is listed whether anybody has it or not.
        """
        ...

    def dates(self) -> Sequence[dt.date]:
        """Return the as-at dates for which there is any return, in order."""
        ...

    def returns(self, as_at: dt.date) -> Returns:
        """Return how complete a date is; ``without`` names employers that made no return."""
        ...


@runtime_checkable
class SerialReader(Reader, Protocol):
    """A reader that can answer for several dates at less than the cost of each."""

    def over(
        self, dimensions: Sequence[str], dates: Sequence[dt.date]
    ) -> Mapping[dt.date, Sequence[RawCell]]:
        """Return the cells of each date, the earliest first."""
        ...


class Facts(Protocol):
    """What a room offers to count: rows without names, from which figures are made.

    The gate keeps them as a snapshot, named by the position of the exchange log they stand for.
    A room offers no column that a figure does not need, and nothing that names a person: whoever
    is counted is a number that means nothing elsewhere.

    Attributes:
        name: of the snapshot; ``rows`` in lower case.
        columns: each column with its type, as Ibis calls types. Dimensions are text, and
            ``NOT_MAPPED`` where nothing is stated.
        days: the column with the day a fact is of; or two, from when and until when it holds.
        alone: of a column, such as the person's, those within which each of its values has one row
            at most on any day.
        first: of a column whose rows of one value differ only in those within which it is alone,
            the column that is 1 in one of these rows and 0 in the others.
    """

    name: str
    columns: Mapping[str, str]
    days: tuple[str] | tuple[str, str]
    alone: Mapping[str, Sequence[str]]
    first: Mapping[str, str]

    def frame(self) -> "pl.DataFrame":
        """Return the rows as they are known now."""
        ...

    def domain(self, dimension: str, as_at: dt.date) -> Mapping[str, str]:
        """Return every code a dimension may take, as ``Reader.domain`` does."""
        ...

    def dates(self) -> Sequence[dt.date]:
        """Return the as-at dates for which figures can be made, in order."""
        ...

    def returns(self, as_at: dt.date) -> Returns:
        """Return how complete a date is."""
        ...

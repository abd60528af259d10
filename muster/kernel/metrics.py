"""The vocabulary in which a room declares the figures it offers.

A metric is declared once, as data without functions inside, so that it can be printed as
documentation, compared and fingerprinted. Registers declare metrics in ``metrics.py``; the gate
reads them, and no figure leaves except through the gate.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal, NamedTuple, Protocol

Profile = Literal["protected", "already public"]
# The key of a cell part that no code list covers, such as a grade that is not mapped.
NOT_MAPPED = ""


@dataclass(frozen=True)
class Dimension:
    """What a metric may be broken down by."""

    name: str
    title: str
    definition: str
    not_mapped: str = "Not stated"


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
    reader: str

    def dimension(self, name: str) -> Dimension | None:
        """Return a declared dimension, or None."""
        return next((dimension for dimension in self.dimensions if dimension.name == name), None)

    def fingerprint(self) -> str:
        """Return a hash of the whole declaration: a changed definition is another metric."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


class RawCell(NamedTuple):
    """An exact figure before the gate. ``value`` is in the metric's scale."""

    key: tuple[str, ...]
    value: int
    people: int


class Returns(NamedTuple):
    """How complete a date is: who returned, of those who ever did."""

    returned: int
    known: int
    without: tuple[str, ...]


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

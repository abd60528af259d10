"""Lookup tables: two columns that are given when messages are translated, not in the mapping.

Such as a receiver's own cost centres by place, which change without the mapping. Where they are
kept is not this room's business: whoever runs a route offers a ``Lookups``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


class Lookups(Protocol):
    """The port by which lookup tables are asked."""

    def find(self, table: str, keys: Sequence[str]) -> Mapping[str, str]:
        """Return what a table says of keys; those that it does not have are left out.

        Args:
            table: the table's name in the mapping.
            keys: distinct texts, as many as a batch holds.

        Raises:
            NotFound: if there is no such table.
        """
        ...


@dataclass(frozen=True)
class HeldLookups:
    """Lookup tables held in memory; a table that is not there holds nothing."""

    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def find(self, table: str, keys: Sequence[str]) -> Mapping[str, str]:
        """Return what a table says of keys."""
        held = self.tables.get(table, {})
        return {key: held[key] for key in keys if key in held}


NO_LOOKUPS = HeldLookups()

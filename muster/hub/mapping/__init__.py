"""Mapping: a file's text becomes typed columns of the contract, whole columns at a time.

For integrators who want to know what becomes of a cell. In order: ``source`` (the files' rows, by
columns), ``cells`` (which text stands for a field, cleaned and put right), ``quick`` (what is
plainly written, read for all rows at once), ``columns`` (the rest, each distinct value once by its
parser), ``swaps`` (days and months that may be exchanged), and ``apply``, which puts them together.
"""

from muster.hub.mapping.apply import Mapped, apply_layout
from muster.hub.mapping.cells import as_read

__all__ = ["Mapped", "apply_layout", "as_read"]

"""Leaves messages as workbooks, as HR systems import them: one workbook a shipment."""

from collections.abc import Mapping
from typing import Any

from muster.connectors.outlets import OutletDescription, Setting, Shipment
from muster.connectors.places import setting as places
from muster.connectors.places.contract import Place
from muster.connectors.places.folder import Folder
from muster.connectors.places.leaving import FileOutlet, moment_of
from muster.connectors.workbook.connector import KIND
from muster.connectors.workbook.form import Form, read_form
from muster.connectors.workbook.writing import Value, book_of, row_of

SETTINGS = (
    *places.SETTINGS,
    Setting("form", "Form of the workbook", "In TOML; see the reference of connectors"),
)
DESCRIPTION = OutletDescription(
    KIND, "A system that takes workbooks", "idempotent", SETTINGS, "aside"
)
MOST_ROWS = 100_000
"""The most rows of one workbook; what is over goes with the next."""


class WorkbookOutlet(FileOutlet[tuple[Value, ...]]):
    """A folder from which a system, or a person who looks after one, takes workbooks.

    Args:
        settings: see ``SETTINGS``.
        place: the folder, if it is not the one that settings name.

    Raises:
        BadInput: naming a setting that cannot be used.
    """

    def __init__(self, settings: Mapping[str, str], *, place: Place | None = None) -> None:
        self._form: Form = read_form(settings.get("form", ""))
        super().__init__(
            place or Folder(settings), DESCRIPTION, ending=".xlsx", most=MOST_ROWS, lines="rows"
        )

    def line_of(self, row: Mapping[str, Any]) -> tuple[Value, ...]:
        """Return one message as the cells of a row."""
        return row_of(self._form, row)

    def file_of(self, lines: list[tuple[Value, ...]], shipment: Shipment) -> bytes:
        """Return the workbook of some rows."""
        return book_of(self._form, lines, moment_of(shipment))

"""Leaves messages as fixed-width files, as older payrolls take them: one file a shipment.

Each line carries whatever the form says of its message, such as the instruction's own number, by
which the receiver knows it. See ``places.leaving`` for what becomes of what cannot be written.
"""

from collections.abc import Mapping
from typing import Any

from muster.connectors.fixed_width.connector import KIND
from muster.connectors.fixed_width.form import Form, read_form
from muster.connectors.fixed_width.writing import Stated, detail_line, file_of
from muster.connectors.outlets import OutletDescription, Setting, Shipment
from muster.connectors.places import setting as places
from muster.connectors.places.contract import Place
from muster.connectors.places.folder import Folder
from muster.connectors.places.leaving import FileOutlet, moment_of, name_of

SETTINGS = (
    *places.SETTINGS,
    Setting("form", "Form of the file", "In TOML; see the reference of connectors"),
)
DESCRIPTION = OutletDescription(
    KIND, "A system that takes fixed-width files", "idempotent", SETTINGS, "aside"
)


class FixedWidthOutlet(FileOutlet[str]):
    """A folder from which a system takes fixed-width files.

    Args:
        settings: see ``SETTINGS``.
        place: the folder, if it is not the one that settings name.

    Raises:
        BadInput: naming a setting that cannot be used.
    """

    def __init__(self, settings: Mapping[str, str], *, place: Place | None = None) -> None:
        self._form: Form = read_form(settings.get("form", ""))
        super().__init__(place or Folder(settings), DESCRIPTION, ending=self._form.ending)

    def line_of(self, row: Mapping[str, Any]) -> str:
        """Return one message as a detail line."""
        return detail_line(self._form, row)

    def file_of(self, lines: list[str], shipment: Shipment) -> bytes:
        """Return header, lines and trailer; what they state is of the shipment."""
        number = int(shipment.envelopes["position"][-1]) + 1
        first = shipment.data.row(0, named=True)
        stated = Stated(name_of(shipment), number, moment_of(shipment), first)
        return file_of(self._form, lines, stated)

"""Leaves the messages of a route in a folder elsewhere: one file a shipment."""

import io
import re
from collections.abc import Mapping

import polars as pl

from muster.connectors.contract import Health
from muster.connectors.outlets import (
    EffectClass,
    OutletDescription,
    Receipt,
    Rehearsed,
    Setting,
    Shipment,
    Unreachable,
)
from muster.connectors.places import setting as places
from muster.connectors.places.contract import Place
from muster.connectors.places.folder import Folder
from muster.connectors.remote_folder import sealing
from muster.connectors.remote_folder.connector import KIND, TITLE, leave
from muster.connectors.remote_folder.sealing import Seal, read_seal

SETTINGS = (
    *places.SETTINGS,
    *(one for one in sealing.SETTINGS if not one.name.startswith(("open_", "sender_"))),
    Setting("form", "Form of the files", "csv or jsonl", required=False),
)
DESCRIPTION = OutletDescription(KIND, TITLE, "idempotent", SETTINGS, "aside")
KEY = "message_key"
TRIAL = ".trial"
"""How the name of a rehearsal's file ends: no receiver takes such files."""
_OTHER = re.compile(r"[^a-z0-9-]+")


class FolderOutlet:
    """A folder as a receiver: each shipment becomes one file that is named by its messages.

    Handed over again, the same shipment writes the same file, so its effect class is idempotent.
    After an interruption a later shipment may hold some of the same messages in a file of another
    name: for that each row carries its key (``message_key``), by which the receiver knows it.

    Args:
        settings: see ``SETTINGS``.
        place: the folder, if it is not the one that settings name.

    Raises:
        BadInput: naming a setting that cannot be used.
    """

    effect: EffectClass = "idempotent"

    def __init__(self, settings: Mapping[str, str], *, place: Place | None = None) -> None:
        self._place: Place = place or Folder(settings)
        self._seal: Seal = read_seal(settings)
        self._form = places.choice(settings, "form", ("csv", "jsonl"))

    def describe(self) -> OutletDescription:
        """Say what this outlet is and what it must be told."""
        return DESCRIPTION

    def health(self) -> Health:
        """Say whether the folder can be listed. Never raises."""
        return self._place.health()

    def close(self) -> None:
        """Let the connection go."""
        self._place.close()

    def deliver(self, shipment: Shipment) -> Receipt:
        """Leave one file, whole or not at all.

        Raises:
            Unreachable: if it cannot be left now; it may be tried again.
        """
        if shipment.envelopes.is_empty():
            return Receipt()
        name = f"{name_of(shipment)}.{self._form}"
        changed = leave(self._place, self._seal, name, self._content(shipment))
        said = f"{name}: {shipment.data.height} rows" + ("" if changed else ", already there")
        return Receipt(acknowledged=said, had=0 if changed else shipment.data.height)

    def rehearse(self, shipment: Shipment) -> Rehearsed:
        """Leave the file under a name that nobody takes; the next rehearsal replaces it.

        Raises:
            Unreachable: if it cannot be left now.
        """
        name = f"{_plain(shipment.route)}{TRIAL}"
        self._place.write(name, self._seal.sealed(self._content(shipment)))
        return Rehearsed(f"{name} lies in the folder, beside what is taken; remove it after use")

    def _content(self, shipment: Shipment) -> bytes:
        if KEY in shipment.data.columns:
            raise Unreachable(f"the field {KEY} is the hub's own: name the translation's another")
        return written(shipment, self._form)

    def look(self, envelopes: pl.DataFrame) -> pl.DataFrame:
        """Tell nothing: what is in doubt is handed over again and writes the same file."""
        return envelopes.select("position", pl.lit(None, pl.Boolean).alias("present"))


def name_of(shipment: Shipment) -> str:
    """Return the name of a shipment's file, without ending: the same whenever it is sent."""
    first, last = shipment.envelopes["position"][0], shipment.envelopes["position"][-1]
    again = f".{_plain(shipment.again)}" if shipment.again else ""
    return f"{_plain(shipment.route)}.{shipment.shard}{again}.{first:012d}-{last:012d}"


def written(shipment: Shipment, form: str) -> bytes:
    """Return a shipment as a file in UTF-8: the key of each message, then its fields.

    In CSV an empty text is ``""`` and a missing value is nothing; JSON lines have both by nature.
    """
    rows = shipment.data.select(shipment.envelopes["key"].alias(KEY), pl.all())
    file = io.BytesIO()
    if form == "csv":
        rows.write_csv(file)
    else:
        rows.write_ndjson(file)
    return file.getvalue()


def _plain(code: str) -> str:
    """Return a code as a part of a file's name, which nothing in it can lead elsewhere."""
    return _OTHER.sub("_", code.lower()).strip("_") or "_"

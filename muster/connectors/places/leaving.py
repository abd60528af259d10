"""Leaving a shipment as one file of a declared form: what fixed-width and workbook outlets share.

The effect class is *idempotent*: handed over again, the same shipment writes the same file. What
cannot be written as it is goes no further, with the messages of its subject behind it; the others
go.
"""

import datetime as dt
import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import polars as pl

from muster.connectors.contract import Health
from muster.connectors.outlets import (
    RESULTS,
    EffectClass,
    OutletDescription,
    Receipt,
    Rehearsed,
    Shipment,
    Unreachable,
)
from muster.connectors.places.contract import Place

TRIAL = ".trial"
"""How the name of a rehearsal's file ends: no receiver takes such files."""
_OTHER = re.compile(r"[^a-z0-9]+")

Line = TypeVar("Line")


class Unwritable(Exception):
    """A value cannot be written. Its text names the field and says why, never the value."""


@dataclass
class Run(Generic[Line]):
    """One shipment being written: its lines, and the messages that do not go."""

    told: list[tuple[int, str, str]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    blocked: dict[str, int] = field(default_factory=dict)


class FileOutlet(ABC, Generic[Line]):
    """A folder from which a system takes files of one form, one for each shipment.

    A form says how one message is a line (``line_of``) and lines are a file (``file_of``).

    Args:
        place: the folder.
        description: what the outlet is.
        ending: of the files' names.
        most: the most lines of one file; what is over goes with the next.
        lines: what people call lines.
    """

    effect: EffectClass = "idempotent"

    def __init__(
        self, place: Place, description: OutletDescription, *, ending: str, most: int = 1_000_000,
        lines: str = "lines",
    ) -> None:  # fmt: skip
        self._place, self._description = place, description
        self._ending, self._most, self._called = ending, most, lines

    @abstractmethod
    def line_of(self, row: Mapping[str, Any]) -> Line:
        """Return one message as a line.

        Raises:
            Unwritable: if a value cannot be written as it is.
        """

    @abstractmethod
    def file_of(self, lines: list[Line], shipment: Shipment) -> bytes:
        """Return the file of some lines, the same whenever it is written.

        Raises:
            Unwritable: if what the file says of itself cannot be written.
        """

    def describe(self) -> OutletDescription:
        """Say what this outlet is and what it must be told."""
        return self._description

    def health(self) -> Health:
        """Say whether the folder can be listed. Never raises."""
        return self._place.health()

    def close(self) -> None:
        """Let the connection go."""
        self._place.close()

    def deliver(self, shipment: Shipment) -> Receipt:
        """Leave one file with the lines of all messages that can be written.

        Raises:
            Unreachable: if it cannot be left now; it may be tried again.
        """
        if shipment.envelopes.is_empty():
            return Receipt()
        run = self._run(shipment)
        results = pl.DataFrame(run.told, schema=RESULTS, orient="row")
        if not run.lines:
            return Receipt(results, "no line could be written")
        name = f"{name_of(shipment)}{self._ending}"
        changed = self._place.write(name, self._content(run, shipment))
        said = f"{name}: {len(run.lines)} {self._called}"
        return Receipt(
            results,
            said if changed else f"{said}, already there",
            had=0 if changed else len(run.lines),
        )

    def rehearse(self, shipment: Shipment) -> Rehearsed:
        """Leave the file under a name that nobody takes; the next rehearsal replaces it.

        Raises:
            Unreachable: if it cannot be left now.
        """
        run = self._run(shipment)
        results = pl.DataFrame(run.told, schema=RESULTS, orient="row")
        if not run.lines:
            return Rehearsed("no line could be written, and nothing was left", results)
        name = f"{_plain(shipment)}{TRIAL}"
        self._place.write(name, self._content(run, shipment))
        said = f"{name} lies in the folder, beside what is taken; remove it after use"
        return Rehearsed(said, results)

    def look(self, envelopes: pl.DataFrame) -> pl.DataFrame:
        """Tell nothing: what is in doubt is handed over again and writes the same file."""
        return envelopes.select("position", pl.lit(None, pl.Boolean).alias("present"))

    def _content(self, run: Run[Line], shipment: Shipment) -> bytes:
        try:
            return self.file_of(run.lines, shipment)
        except Unwritable as problem:
            raise Unreachable(
                f"what the file says of itself cannot be written: {problem}"
            ) from None

    def _run(self, shipment: Shipment) -> Run[Line]:
        run = Run[Line]()
        rows = shipment.data.iter_rows(named=True)
        for envelope, row in zip(shipment.envelopes.iter_rows(named=True), rows, strict=True):
            position, subject = envelope["position"], envelope["subject"] or ""
            if subject in run.blocked:
                said = f"held back behind message {run.blocked[subject]} of its subject"
                run.told.append((position, "behind", said))
            elif len(run.lines) >= self._most:
                # All that follows waits as well, so each subject keeps its order.
                run.told.append((position, "retry", f"the file holds {self._most:,} already"))
            else:
                self._add(run, row, position, subject)
        return run

    def _add(self, run: Run[Line], row: Mapping[str, Any], position: int, subject: str) -> None:
        try:
            run.lines.append(self.line_of(row))
        except Unwritable as problem:
            run.told.append((position, "rejected", str(problem)))
            if subject:
                run.blocked.setdefault(subject, position)


def name_of(shipment: Shipment) -> str:
    """Return the name of a shipment's file, without ending: the same whenever it is sent.

    It has 40 characters at most, as old systems hold names.
    """
    first, last = shipment.envelopes["position"][0], shipment.envelopes["position"][-1]
    return f"{_plain(shipment)}.{shipment.shard}.{first}-{last}"


def moment_of(shipment: Shipment) -> dt.datetime | None:
    """Return when a shipment's last message was sent, as it says; None where it does not."""
    time = shipment.envelopes["time"][-1]
    try:
        return dt.datetime.fromisoformat(time) if time else None
    except ValueError:
        return None


def _plain(shipment: Shipment) -> str:
    """Return route and replay as a part of a name; a digest tells apart what letters do not."""
    mark = hashlib.sha256(f"{shipment.route} {shipment.again}".encode()).hexdigest()[:6]
    return f"{_OTHER.sub('', shipment.route.lower())[:8]}{mark}"

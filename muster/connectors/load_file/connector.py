"""Leaves messages as load files for a receiver's loader, and reads what its loader answers.

Its effect class is *idempotent*, not *confirm*: each line is a MERGE under the record's own id
(``SourceSystemOwner`` and ``SourceSystemId``), so a loader that is given the same line again
updates the same record to the same values, and a file handed over again has the same name and
bytes. To wait in doubt for an answer that comes hours later would hold back every later message of
the same person. So a message counts as handed over once its file stands there, and what became of
its row is told by ``results``, whenever it comes.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from muster.connectors.contract import Health
from muster.connectors.load_file.answers import (
    MOST_BYTES,
    NoAnswer,
    Told,
    read_answer,
    together,
)
from muster.connectors.load_file.layout import Layout, read_layout
from muster.connectors.load_file.writing import (
    Unwritable,
    lines_of,
    name_of,
    record_of,
    trial_name_of,
    zipped,
)
from muster.connectors.outlets import (
    RESULTS,
    EffectClass,
    OutletDescription,
    Receipt,
    Rehearsed,
    Setting,
    Shipment,
)
from muster.connectors.places import setting as places
from muster.connectors.places.contract import Place
from muster.connectors.places.folder import Folder
from muster.connectors.text import harmless

KIND = "load_file"
SETTINGS = (
    *places.SETTINGS,
    Setting("layout", "Form of the load file", "In TOML; see the reference of connectors"),
    Setting(
        "answers",
        "Folder of the receiver's answers",
        "Below the address; without one they lie beside the load files",
        required=False,
    ),
)
DESCRIPTION = OutletDescription(KIND, "A loader that takes files", "idempotent", SETTINGS, "aside")
COMING = "the receiver has not answered yet"


@dataclass
class _Run:
    """One shipment being written: the lines of each message, and those that do not go."""

    told: list[tuple[int, str, str]] = field(default_factory=list)
    lines: list[list[str]] = field(default_factory=list)
    blocked: dict[str, int] = field(default_factory=dict)
    records: set[str] = field(default_factory=set)

    def left(self, position: int, subject: str, outcome: str, said: str) -> None:
        """Write down that a message does not go; those behind it in its subject must wait."""
        self.told.append((position, outcome, said))
        if subject:
            self.blocked.setdefault(subject, position)


class LoadFile:
    """A loader as a receiver: each shipment becomes one zip, named by its messages.

    Args:
        settings: see ``SETTINGS``.
        place: the folder, if it is not the one that settings name.

    Raises:
        BadInput: naming a setting that cannot be used.
    """

    effect: EffectClass = "idempotent"

    def __init__(self, settings: Mapping[str, str], *, place: Place | None = None) -> None:
        self._layout: Layout = read_layout(settings.get("layout", ""))
        self._answers = places.folder_name(settings, "answers")
        self._place: Place = place or Folder(settings)

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
        """Leave one zip with the lines of all messages that can be written.

        A record that one file may hold but once goes with the first of its messages; the others
        are to come again, in order, and go in a later file.

        Raises:
            Unreachable: if it cannot be left now; it may be tried again.
        """
        if shipment.envelopes.is_empty():
            return Receipt()
        run = self._run(shipment)
        results = pl.DataFrame(run.told, schema=RESULTS, orient="row")
        if not run.lines:
            return Receipt(results, "no row could be written")
        name = f"{name_of(shipment)}.zip"
        changed = self._place.write(name, zipped(self._layout, run.lines))
        said = f"{name}: {len(run.lines)} records" + ("" if changed else ", already there")
        return Receipt(results, said, had=0 if changed else len(run.lines))

    def rehearse(self, shipment: Shipment) -> Rehearsed:
        """Leave the zip under a name that no loader takes; the next rehearsal replaces it.

        Raises:
            Unreachable: if it cannot be left now.
        """
        run = self._run(shipment)
        results = pl.DataFrame(run.told, schema=RESULTS, orient="row")
        if not run.lines:
            return Rehearsed("no row could be written, and nothing was left", results)
        name = trial_name_of(shipment)
        self._place.write(name, zipped(self._layout, run.lines))
        said = f"{name} lies in the folder, beside what is loaded; remove it after use"
        return Rehearsed(said, results)

    def look(self, envelopes: pl.DataFrame) -> pl.DataFrame:
        """Tell nothing: what is in doubt is handed over again and writes the same file."""
        return envelopes.select("position", pl.lit(None, pl.Boolean).alias("present"))

    def is_answered(self, name: str) -> bool:
        """Tell whether the loader's answer to a file lies there.

        Args:
            name: of the file that was left, without its ending.

        Raises:
            Unreachable: if that cannot be told now.
        """
        path = self._answer_path(name)
        return path is not None and self._place.read(path, 1) is not None

    @property
    def answers_are_read(self) -> bool:
        """Whether the form says how the loader answers."""
        return self._layout.answer is not None

    def results(self, shipment: Shipment, name: str = "") -> pl.DataFrame:
        """Return what the loader said of a shipment that was delivered: see ``outlets.RESULTS``.

        Messages that are not named were loaded. ``rejected`` holds the receiver's words without
        the message's values; ``unknown`` is what it has not answered yet, or not clearly.

        Args:
            shipment: as it was delivered, or those messages of it that were written.
            name: of the file that was left, without its ending; unless it is told, the one that
                the whole shipment has.

        Raises:
            Unreachable: if the answer cannot be fetched now.
        """
        if shipment.envelopes.is_empty():
            return pl.DataFrame(schema=RESULTS)
        written = self._written(shipment)
        found, why = self._answered(name or name_of(shipment))
        times = Counter(record for record, _ in written.values())
        told = []
        for position, (record, values) in written.items():
            rows = found.get(record, [])
            lines = times[record] * len(self._layout.lines)
            one = Told("unknown", why) if why else together(rows, lines)
            if one.meaning != "taken":
                said = harmless(one.said, values) or f"the receiver says {one.meaning}"
                told.append((position, one.meaning, said))
        return pl.DataFrame(told, schema=RESULTS, orient="row")

    def _run(self, shipment: Shipment) -> _Run:
        """Return the lines of a shipment, and what of it cannot be written."""
        run = _Run()
        rows = shipment.data.iter_rows(named=True)
        for envelope, row in zip(shipment.envelopes.iter_rows(named=True), rows, strict=True):
            self._write(run, envelope["position"], envelope["subject"] or "", row)
        return run

    def _write(self, run: _Run, position: int, subject: str, row: Mapping[str, object]) -> None:
        if subject in run.blocked:
            said = f"held back behind message {run.blocked[subject]} of its subject"
            run.told.append((position, "behind", said))
            return
        try:
            record, lines = record_of(self._layout, row), lines_of(self._layout, row)
        except Unwritable as problem:
            run.left(position, subject, "rejected", str(problem))
            return
        if record in run.records and not self._layout.dated:
            run.left(position, subject, "retry", "one file may hold each record but once")
            return
        run.records.add(record)
        run.lines.append(lines)

    def _written(self, shipment: Shipment) -> dict[int, tuple[str, list[object]]]:
        """Return record and values of each message that went, by position."""
        run, went = _Run(), {}
        rows = shipment.data.iter_rows(named=True)
        for envelope, row in zip(shipment.envelopes.iter_rows(named=True), rows, strict=True):
            before = len(run.lines)
            self._write(run, envelope["position"], envelope["subject"] or "", row)
            if len(run.lines) > before:
                shown = [text for line in run.lines[-1] for text in line.split("|")[3:]]
                values = [*row.values(), *shown]
                went[envelope["position"]] = (record_of(self._layout, row), values)
        return went

    def _answer_path(self, name: str) -> str | None:
        declared = self._layout.answer
        if declared is None:
            return None
        file = declared.file.replace("{name}", name)
        return f"{self._answers}/{file}" if self._answers else file

    def _answered(self, name: str) -> tuple[dict[str, list[Told]], str]:
        """Return what the answer says of each record, and why it says nothing if so."""
        path = self._answer_path(name)
        if path is None:
            return {}, "this receiver's answers are not read"
        content = self._place.read(path, MOST_BYTES + 1)
        if content is None:
            return {}, COMING
        try:
            return read_answer(self._layout, content), ""
        except NoAnswer as problem:
            return {}, str(problem)

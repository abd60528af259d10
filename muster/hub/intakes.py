"""The port by which rooms above say what they receive: contract, layouts and sink.

The register registers a ``ContractIntake`` for each contract in its ``apps.py``; the hub delivers
to whatever is registered and imports none of it. Files of any other contract that was accepted in
the contract registry come in as well: nothing of them is kept but the landing, and what was
accepted is carried on to the systems that have a route for it (``forwarding``).
"""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

import polars as pl

from muster.hub.contracts import Contract, load_contract
from muster.hub.effects import Effect
from muster.hub.layouts import Layout
from muster.hub.models import ContractRevision


@dataclass(frozen=True)
class Feed:
    """One landed file, as its sink is told of it.

    Args:
        number: the value of ``file`` in the frame for this file's rows.
        landing: its landing.
        part: 0 at first, then counting each later release of rows from quarantine.
        source: the code of the sending system.
        employer: the employer that owns the sending system, if one does.
        as_at: the legal day the file speaks of.
        name: the file's name.
        replaces: the landing whose place it takes, if any.
        full: whether it lists everything its system knows, so that absence says something; a
            delta lists what changed, and its silence says nothing.
        whole: whether it speaks for all of its system, not for one part told apart by its name.
    """

    number: int
    landing: uuid.UUID
    part: int
    source: str
    employer: uuid.UUID | None
    as_at: dt.date
    name: str
    replaces: uuid.UUID | None = None
    full: bool = True
    whole: bool = True


@dataclass(frozen=True)
class Prepared:
    """What a sink makes of mapped rows before anything is written.

    ``frame`` has the same rows in the same order, with columns the sink adds for itself;
    ``problems`` are in the form of ``contracts.no_problems``. ``notes`` say by feed number, in
    sentences without personal values, what the sink noticed that stops no row.
    """

    frame: pl.DataFrame
    problems: pl.DataFrame
    notes: Mapping[int, Sequence[str]] = field(default_factory=dict)

    def noted(self, of_mapping: Mapping[int, Sequence[str]]) -> dict[int, list[str]]:
        """Return what mapping noticed of each feed, followed by what the sink did."""
        return {
            number: [*of_mapping.get(number, ()), *self.notes.get(number, ())]
            for number in {*of_mapping, *self.notes}
        }


class Sink(Protocol):
    """Where the rows of a contract go."""

    def prepare(self, frame: pl.DataFrame, feeds: Sequence[Feed]) -> Prepared:
        """Resolve and check rows against what is known. Reads only."""
        ...

    def write(
        self,
        frame: pl.DataFrame,
        feeds: Sequence[Feed],
        *,
        waiting: pl.DataFrame,
        by: str,
        at: dt.datetime,
    ) -> None:
        """Store accepted rows as recorded ``at`` an instant.

        ``waiting`` holds, in the same columns, the rows that wait in quarantine: to a sink that
        reads absence from a full feed as a fact, they are not absent.

        Runs inside the hub's transaction: all of it counts, or none.
        """
        ...

    def effects(
        self, frame: pl.DataFrame, feeds: Sequence[Feed], *, waiting: pl.DataFrame
    ) -> Mapping[int, Effect]:
        """Return what writing these rows would do, by feed number. Reads only.

        A sink whose facts end nothing returns no entries.
        """
        ...

    def withdraw(
        self,
        landings: Sequence[uuid.UUID],
        *,
        reinstated: Sequence[uuid.UUID],
        by: str,
        at: dt.datetime,
    ) -> None:
        """Undo what these landings brought, as if they had never come.

        ``reinstated`` are landings whose place they had taken and that stand again now; their
        rows are believed again as new facts. Runs inside the hub's transaction.
        """
        ...


@dataclass(frozen=True)
class ContractIntake:
    """What is received under one contract.

    ``carried`` tells that no room receives it: its files only go on to other systems. ``live`` is
    false of such a contract that was retired, whose earlier files can still be looked at.
    """

    contract: Contract
    layouts: tuple[Layout, ...]
    sink: Sink
    carried: bool = False
    live: bool = True

    @property
    def subjects(self) -> str:
        """What its rows are of, where their number is said."""
        return "records" if self.carried else "people"


_registered: dict[str, ContractIntake] = {}
_carriers: list[Callable[[Contract], Sink]] = []


def register_intake(intake: ContractIntake) -> None:
    """Offer a sink for a contract; called once at start-up by the room that owns it.

    Raises:
        ValueError: if two rooms claim one contract, or a layout names a field it has not.
    """
    name = intake.contract.name
    if name in _registered and _registered[name].sink is not intake.sink:
        raise ValueError(f"contract {name} has two sinks")
    fields = {field.name for field in intake.contract.fields}
    for layout in intake.layouts:
        strangers = {mapping.field for mapping in layout.fields} - fields
        if strangers or layout.contract != name:
            raise ValueError(f"layout {layout.name} does not fit {name}: {sorted(strangers)}")
    _registered[name] = intake


def register_carrier(sink_for: Callable[[Contract], Sink]) -> None:
    """Say what becomes of files that no room receives; called once at start-up by the hub."""
    _carriers[:] = [sink_for]


def intake_for(contract: str) -> ContractIntake:
    """Return what is registered for a contract, or how files of an accepted one are carried.

    Raises:
        KeyError: if no room receives it and none of its revisions was ever accepted.
    """
    found = _registered.get(contract) or _carried(contract)
    if found is None:
        raise KeyError(contract)
    return found


def registered_contracts() -> dict[str, Contract]:
    """Return the contracts that rooms registered, by name."""
    return {name: intake.contract for name, intake in _registered.items()}


def carried_contracts() -> dict[str, Contract]:
    """Return the contracts in force that no room receives, by name: their files are carried on."""
    live = ContractRevision.objects.filter(accepted_at__isnull=False, retired_at__isnull=True)
    names = live.exclude(name__in=_registered).order_by("name").values_list("name", flat=True)
    return {name: intake_for(name).contract for name in names.distinct()}


def declared_layouts() -> tuple[Layout, ...]:
    """Return every registered layout. Those that people saved are in ``known``."""
    return tuple(layout for intake in _registered.values() for layout in intake.layouts)


def _carried(name: str) -> ContractIntake | None:
    """Return how files of a contract are carried, by its newest revision, in force if any is."""
    accepted = ContractRevision.objects.filter(name=name, accepted_at__isnull=False)
    live = accepted.filter(retired_at__isnull=True).order_by("-revision").first()
    newest = live or accepted.order_by("-revision").first()
    if newest is None or not _carriers:
        return None
    contract = _loaded(newest.schema)
    return ContractIntake(contract, (), _carriers[0](contract), carried=True, live=bool(live))


@lru_cache(maxsize=64)
def _loaded(schema: str) -> Contract:
    return load_contract(schema)

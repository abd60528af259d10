"""A receiver without a network: the public fake, held to the same contract tests."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from muster.connectors.contract import Health
from muster.connectors.http_json.setting import Effect, describe
from muster.connectors.outlets import (
    RESULTS,
    OutletDescription,
    Receipt,
    Rehearsed,
    Shipment,
    Unreachable,
)
from muster.connectors.text import harmless

Fields = dict[str, Any]


@dataclass
class FakeSystem:
    """What the receiving system would hold, by the key of each message, in order of arrival.

    Args:
        refuse: says why a message is refused; nothing if it is taken.
        reachable: whether it can be spoken to.
        forgetful: how many answers get lost on their way back; what they answer took effect.
    """

    refuse: Callable[[Fields], str] = lambda fields: ""
    reachable: bool = True
    forgetful: int = 0
    messages: dict[str, Fields] = field(default_factory=dict)
    attempts: int = 0


class FakeHttpJson:
    """An outlet that posts to a system in memory."""

    def __init__(self, system: FakeSystem | None = None, effect: Effect = "idempotent") -> None:
        self.system = system or FakeSystem()
        self.effect: Effect = effect

    def describe(self) -> OutletDescription:
        """Say what this outlet is and what it must be told."""
        return describe(self.effect)

    def health(self) -> Health:
        """Say whether the system answers."""
        return Health(self.system.reachable, "answers" if self.system.reachable else "out of reach")

    def close(self) -> None:
        """Do nothing."""

    def deliver(self, shipment: Shipment) -> Receipt:
        """Hand messages over, one after the other.

        Raises:
            Unreachable: if all may be handed over again.
        """
        if not self.system.reachable and shipment.data.height:
            raise Unreachable("could not be reached")
        told: list[tuple[int, str, str]] = []
        blocked: dict[str, int] = {}
        had, stopped = 0, False
        rows = shipment.data.iter_rows(named=True)
        for envelope, fields in zip(shipment.envelopes.iter_rows(named=True), rows, strict=True):
            position, subject = envelope["position"], envelope["subject"]
            if subject and subject in blocked:
                said = f"held back behind message {blocked[subject]} of its subject"
                told.append((position, "behind", said))
                continue
            if stopped:
                told.append((position, "retry", "not sent"))
                continue
            had += envelope["key"] in self.system.messages
            why, lost = self._post(envelope["key"], fields)
            if lost and self.effect == "idempotent":
                raise Unreachable("gave no answer in time")
            if why or lost:
                stopped, blocked[subject] = lost, position
                outcome = "unknown" if lost else "rejected"
                told.append((position, outcome, "gave no answer in time" if lost else why))
        results = pl.DataFrame(told, schema=RESULTS, orient="row")
        return Receipt(results, "answered 200", had)

    def rehearse(self, shipment: Shipment) -> Rehearsed:
        """Let the system say what it would refuse; it heeds that this is a trial.

        Raises:
            Unreachable: if it is out of reach.
        """
        apart = FakeSystem(self.system.refuse, self.system.reachable)
        receipt = FakeHttpJson(apart, self.effect).deliver(shipment)
        return Rehearsed(f"the receiver {receipt.acknowledged}", receipt.results)

    def look(self, envelopes: pl.DataFrame) -> pl.DataFrame:
        """Tell which messages the system has; nothing while it is out of reach."""
        known = [
            key in self.system.messages if self.system.reachable else None
            for key in envelopes["key"]
        ]
        found = pl.Series("present", known, pl.Boolean)
        return envelopes.select("position").with_columns(found)

    def _post(self, key: str, fields: Fields) -> tuple[str, bool]:
        """Return why a message is refused, and whether the answer got lost."""
        self.system.attempts += 1
        why = self.system.refuse(fields)
        if not why:
            self.system.messages.setdefault(key, fields)
        lost = self.system.forgetful > 0
        self.system.forgetful -= lost
        return harmless(why, list(fields.values())), lost

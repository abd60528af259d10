"""How messages reach a system: what every connector that hands them over offers.

A route hands a system *shipments*: messages in order, already checked, reduced to the agreed fields
and translated. How surely they take effect once is the connector's *effect class*, and there are
three:

* ``transactional``: the receiver stores, in one transaction, the messages and which ones it was
  brought (taken and rejected) since the hub last noted how far it is. Whatever is handed over again
  after an interruption is among those or was not brought, and each message takes effect exactly
  once.
* ``idempotent``: a key goes with each message, by which the receiver knows one it already has. It
  may be handed over again.
* ``confirm``: neither. Each message is attempted once; where it is in doubt what became of it, the
  receiver is asked (``look``), or a person is. It is never blindly repeated.

Before a route goes live one message can be *rehearsed*, where the connector can do that. What the
receiver notices of it differs, so the connector says which it is:

* ``undone``: the receiver does all it would do, and everything is undone before it ends.
* ``aside``: a file is left under a name that the receiver does not take.
* ``seen``: the receiver really gets it, marked as a trial. It may not heed the mark.
"""

from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

import polars as pl

from muster.connectors.contract import Health

EffectClass = Literal["transactional", "idempotent", "confirm"]
Rehearsal = Literal["none", "undone", "aside", "seen"]

ENVELOPES = {
    "position": pl.Int64,
    "id": pl.String,
    "source": pl.String,
    "subject": pl.String,
    "type": pl.String,
    "time": pl.String,
    "traceparent": pl.String,
    "correlation": pl.String,
    "key": pl.String,
}
"""What goes with each message. ``position`` counts in the sender's log and only rises;
``key`` is the same whenever the same message goes the same way."""

RESULTS = {"position": pl.Int64, "outcome": pl.String, "said": pl.String}
"""What became of messages that were not simply taken. ``outcome`` is ``rejected`` (for good),
``retry`` (later), ``behind`` (not tried, because an earlier one of its subject was not taken) or
``unknown``; ``said`` holds the receiver's words, without personal values."""


class Unreachable(Exception):
    """The receiver took nothing, or nothing that may not be handed over again.

    Args:
        said: what was tried and what came of it, without personal values.
        retry_after: how many seconds the receiver asked to be left alone, if it did.
    """

    def __init__(self, said: str, *, retry_after: float | None = None) -> None:
        super().__init__(said)
        self.said, self.retry_after = said, retry_after


class Fenced(Exception):
    """Another worker has taken the route over: the receiver has seen a later fence."""


@dataclass(frozen=True)
class Shipment:
    """What a route hands over in one go.

    Args:
        route: the route's code.
        shard: which part of the route's subjects these are.
        fence: the token of the worker's lease; it rises with every lease.
        again: empty in the course of things; otherwise what sends these messages another time or
            late: a release or a replay.
        envelopes: see ``ENVELOPES``; positions rise.
        data: the receiver's fields, of the same height and order.
        after: up to which position the hub sends nothing again in the course of things: all that
            went before is noted. Nothing is sent that lies before it.
    """

    route: str
    shard: int
    fence: int
    again: str
    envelopes: pl.DataFrame
    data: pl.DataFrame
    after: int = -1


@dataclass(frozen=True)
class Receipt:
    """What the receiver said of a shipment.

    Args:
        results: see ``RESULTS``; messages that are not named were taken.
        acknowledged: the receiver's own words or reference, kept as evidence.
        had: how many messages it had before.
    """

    results: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=RESULTS))
    acknowledged: str = ""
    had: int = 0


@dataclass(frozen=True)
class Rehearsed:
    """What came of a rehearsal.

    Args:
        said: what was done and what the receiver said, without personal values.
        results: see ``RESULTS``; messages that are not named would be taken.
    """

    said: str
    results: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=RESULTS))


@dataclass(frozen=True)
class Setting:
    """One thing a connector must be told about a system.

    ``secret`` settings are kept encrypted and never shown again.
    """

    name: str
    title: str
    hint: str = ""
    secret: bool = False
    required: bool = True


@dataclass(frozen=True)
class OutletDescription:
    """What an outlet is: its folder's name, what it speaks to, and what it must be told.

    ``rehearsal`` is how it can be tried; other than ``none`` it is ``Rehearsing`` as well.
    """

    kind: str
    title: str
    effect: EffectClass
    settings: tuple[Setting, ...]
    rehearsal: Rehearsal = "none"


class Outlet(Protocol):
    """One receiving system, spoken to in its own way."""

    def describe(self) -> OutletDescription:
        """Say what this outlet is and what it must be told."""
        ...

    def health(self) -> Health:
        """Say whether the system can be spoken to now. Never raises."""
        ...

    def deliver(self, shipment: Shipment) -> Receipt:
        """Hand messages over, in order of position for each subject.

        Where a message is not taken, later ones of its subject are not tried.

        Raises:
            Unreachable: if it may be tried again later.
            Fenced: if a later worker has taken the route over; this one must let go.
        """
        ...

    def look(self, envelopes: pl.DataFrame) -> pl.DataFrame:
        """Tell which messages the receiver has: ``position`` and ``present``, null if in doubt."""
        ...


@runtime_checkable
class Rehearsing(Protocol):
    """An outlet on which a shipment can be tried before its route goes live."""

    def rehearse(self, shipment: Shipment) -> Rehearsed:
        """Do with a shipment what ``describe().rehearsal`` says; never raises ``Fenced``.

        Afterwards the same messages are delivered as if it had not been.

        Raises:
            Unreachable: if the receiver cannot be reached, or nothing can be handed to it.
        """
        ...


@runtime_checkable
class Remembers(Protocol):
    """A transactional receiver: its inbox tells for certain which messages it took."""

    def recall(self, shipment: Shipment) -> pl.Series:
        """Tell of each message, without handing it over, whether it was taken (True or False).

        From here on nothing under an earlier fence is taken, so the answer stays right.

        Args:
            shipment: of which only ``position`` of the envelopes counts; it has no data.

        Raises:
            Unreachable: if it cannot be asked now.
            Fenced: if a later worker has taken the route over.
        """
        ...

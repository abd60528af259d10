"""A carried file is one that no room of the register receives: only its landing is kept.

For integrators who exchange a file between two systems that the register has no part in: a list of
buildings, a learning record. Such a file is read by a layout, checked against its contract and
held back by the same rules as any other; its accepted rows stay in the landing's encrypted bytes,
and ``forward`` carries them to the systems that have a route for the contract.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

import polars as pl

from muster.hub.contracts import Contract, no_problems, problems_at
from muster.hub.delivering.routing import Routing, routing_of
from muster.hub.effects import Effect
from muster.hub.forwarding.current import current_for, keys_of
from muster.hub.forwarding.difference import difference_of, effect_of, told_now
from muster.hub.intakes import Feed, Prepared
from muster.hub.models import Route
from muster.hub.unusual import why_unusual
from muster.kernel.errors import MusterError

TWICE = "another row of the file names the same record"


class Carried:
    """The sink of a contract whose files only go on to other systems.

    Args:
        contract: of the files.
    """

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    def prepare(self, frame: pl.DataFrame, feeds: Sequence[Feed]) -> Prepared:
        """Find records that stand twice in a file: the first row counts, the others wait."""
        keys = keys_of(self._contract)
        if len(keys) == len(self._contract.fields):
            return Prepared(frame, no_problems())
        named = pl.all_horizontal(pl.col(key).is_not_null() for key in keys)
        again = (~pl.struct("file", *keys).is_first_distinct()) & named
        places = frame.select(again.arg_true()).to_series()
        if not len(places):
            return Prepared(frame, no_problems())
        field = self._contract.field(keys[0])
        values = frame[field.name].gather(places).cast(pl.String)
        return Prepared(
            frame, problems_at(places, field.title, values, TWICE, personal=field.personal)
        )

    def write(
        self,
        frame: pl.DataFrame,
        feeds: Sequence[Feed],
        *,
        waiting: pl.DataFrame,
        by: str,
        at: dt.datetime,
    ) -> None:
        """Keep nothing: what was accepted is read from the landing's bytes when it goes on."""

    def effects(
        self, frame: pl.DataFrame, feeds: Sequence[Feed], *, waiting: pl.DataFrame
    ) -> Mapping[int, Effect]:
        """Return what each feed would do at the receiver where it would do most."""
        found = {}
        for feed in feeds:
            here = pl.col("file") == feed.number
            effects = self._at_receivers(frame.filter(here), waiting.filter(here), feed)
            if effects:
                found[feed.number] = max(effects, key=lambda one: _weight(one, feed))
        return found

    def withdraw(
        self,
        landings: Sequence[uuid.UUID],
        *,
        reinstated: Sequence[uuid.UUID],
        by: str,
        at: dt.datetime,
    ) -> None:
        """Undo nothing here: the receivers are told what stands again by ``forward``."""

    def _at_receivers(self, frame: pl.DataFrame, waiting: pl.DataFrame, feed: Feed) -> list[Effect]:
        routes = Route.objects.filter(
            contract=self._contract.name, source__code=feed.source, receiver__isnull=False,
            enabled=True,
        )  # fmt: skip
        effects = []
        for route in routes.order_by("code"):
            told = told_now(route.id)
            routing = _routing(route, feed.as_at) if told.height else None
            if routing is not None:
                current = current_for(frame, waiting, routing)
                found = difference_of(current, told, full=feed.full and feed.whole)
                effects.append(effect_of(current, told, found))
        return effects


def _routing(route: Route, day: dt.date) -> Routing | None:
    """Return how a route is carried; None if it cannot be, which stops the route by itself."""
    try:
        return routing_of(route.id, day)
    except MusterError:
        return None


def _weight(effect: Effect, feed: Feed) -> tuple[bool, int, int]:
    """Return by what effects at receivers are compared: unusual ones first, then the largest."""
    why = why_unusual(effect, full=feed.full and feed.whole, as_at=feed.as_at, of="records")
    return why is not None, effect.ending, effect.changed

"""Running trials look at the messages of their route, past ones and new ones as they come.

Workers call ``look_on`` after what matters: a trial never delays a delivery by more than one small
batch, never stops one, and what goes wrong with it stands on its page alone. Positions are read as
workers read them, so that no message is missed.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Sequence

import polars as pl
from django.db import transaction
from django.db.models import F, QuerySet

from muster.hub.airlock.comparing import differences, shown
from muster.hub.airlock.recording import record
from muster.hub.airlock.sides import Side, outcome
from muster.hub.contract_registry import live_contract
from muster.hub.contracts import Contract, load_contract
from muster.hub.delivering.queries import stream_of
from muster.hub.delivering.routing import mapping_of
from muster.hub.messages.envelope import data_of
from muster.hub.models import ContractRevision, Route, Trial, TrialState
from muster.hub.populations import of_population
from muster.hub.standing import permission
from muster.hub.translating import uses
from muster.hub.translating.kept import lookups_of
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import Conflict, MusterError, NotFound, NotPermitted, Where
from muster.ledger.current import ledger

SLICE = 500
FRESH = 100
"""So many messages of a new route are shown."""
_AGAIN = dt.timedelta(seconds=30)
_FAULT = 500
_ENVELOPES = {"position": pl.Int64, "subject": pl.String, "correlation": pl.String}
_log = logging.getLogger(__name__)


def look_on(*, clock: Clock, route: uuid.UUID | None = None, limit: int = SLICE) -> int:
    """Let running trials look at their next messages; return how many were looked at.

    It never raises: what goes wrong is written down with the trial, which tries again later.

    Args:
        clock: stamps what goes wrong.
        route: only the trial of this route.
        limit: the most messages of one trial.
    """
    looked = 0
    try:
        running = Trial.objects.filter(state=TrialState.RUNNING)
        if route is not None:
            running = running.filter(route=route)
        for trial in running.select_related("revision"):
            if trial.fault_at is None or abs(clock.now() - trial.fault_at) >= _AGAIN:
                looked += _looked(trial, clock, limit)
    except Exception as problem:
        _log.warning("trials could not be looked at: %s", type(problem).__name__)
    return looked


def _looked(trial: Trial, clock: Clock, limit: int) -> int:
    try:
        return look(trial, limit, clock=clock)
    except MusterError as problem:
        said = str(problem)
    except Exception as problem:
        said = f"{type(problem).__name__} while messages were compared"
    _log.warning("the trial %s stands still", trial.id)
    Trial.objects.filter(id=trial.id, state=TrialState.RUNNING).update(
        fault=said[:_FAULT], fault_at=clock.now()
    )
    return 0


def look(trial: Trial, limit: int, *, clock: Clock) -> int:
    """Compare the next messages of a trial; return how many.

    Raises:
        Conflict: if the route's translation was replaced since the trial began.
        NotPermitted: if the agreement does not let anything flow today; then nothing is opened.
        MusterError: if a side cannot be made.
    """
    route = routes_with_agreement().get(id=trial.route_id)
    live, tried = sides_of(trial, route)
    refuse_without_agreement(route, tried, clock)
    if trial.fresh:
        limit = min(limit, FRESH - trial.looked)
    ahead = stream_of(route).filter(position__gt=trial.position).order_by("position")
    rows = list(ahead.values_list("position", "subject", "correlation")[: max(0, limit)])
    if not rows:
        if trial.fault:
            Trial.objects.filter(id=trial.id).update(fault="", fault_at=None)
        return 0
    positions = _chosen(rows, route)
    bodies = ledger().bodies("exchange", positions) if positions else []
    there = [at for at, body in zip(positions, bodies, strict=True) if body is not None]
    data = data_of([body for body in bodies if body is not None])
    before = outcome(data, live) if live is not None else None
    after = outcome(data, tried)
    found = differences(before, after) if before is not None else shown(after)
    with transaction.atomic():
        mine = Trial.objects.filter(id=trial.id, position=trial.position, state=TrialState.RUNNING)
        moved = mine.update(
            position=rows[-1][0], looked=F("looked") + len(there),
            alike=F("alike") + len(there) - found["at"].n_unique(), fault="", fault_at=None,
        )  # fmt: skip
        if not moved:
            return 0  # another worker was first
        record(trial, found, there, (before, after))
    return len(rows)


def _chosen(rows: Sequence[tuple[int, str, str]], route: Route) -> list[int]:
    """Return the positions of the messages that are of the route's population."""
    envelopes = pl.DataFrame(rows, schema=_ENVELOPES, orient="row")
    return of_population(envelopes, route)["position"].to_list()


def routes_with_agreement() -> QuerySet[Route]:
    """Return routes with all that is asked of their agreement."""
    return Route.objects.select_related("agreement__sender", "source", "receiver")


def refuse_without_agreement(route: Route, side: Side | None, clock: Clock) -> None:
    """Refuse to open messages of a route on which nothing may flow today.

    Raises:
        NotPermitted: with the reason. Trials are no way around an agreement.
    """
    agreed = frozenset(route.agreement.fields if route.agreement else ())
    wanted = uses(side.mapping) if side is not None and side.mapping is not None else agreed
    answer = permission(route, fields=wanted, on=legal_day(clock.now()))
    if not answer.allowed:
        raise NotPermitted(
            answer.because, where=Where(thing=f"route {route.code}"), fix="See the agreement"
        )


def sides_of(trial: Trial, route: Route) -> tuple[Side | None, Side]:
    """Return what is live (None: a new route) and what is tried.

    Raises:
        Conflict: if the route's translation was replaced since the trial began.
        NotFound: if no contract is in force.
    """
    if route.translation_version != trial.against:
        raise Conflict(
            "The live translation was replaced since this trial began",
            where=Where(thing=f"route {route.code}"),
            fix="Withdraw the trial and begin another one",
        )
    agreed = frozenset(route.agreement.fields if route.agreement else ())
    tried = contract_of(route, trial.revision)
    trying = mapping_of(trial.translation, tried)
    side = Side(tried, trying, agreed, lookups_of(route, trying))
    if trial.fresh:
        return None, side
    live = contract_of(route, None)
    carrying = mapping_of(route.translation, live)
    return Side(live, carrying, agreed, lookups_of(route, carrying)), side


def contract_of(route: Route, revision: ContractRevision | None) -> Contract:
    """Return the contract's revision that is tried, or the one in force.

    Raises:
        NotFound: if none is in force.
    """
    if revision is not None:
        return load_contract(revision.schema)
    live = live_contract(route.contract)
    if live is None:
        raise NotFound(
            "No such contract is in force", where=Where(thing=route.contract),
            fix="Draft one, or try a draft",
        )  # fmt: skip
    return live

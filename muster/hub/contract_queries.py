"""Questions about contracts: which there are, what each holds, how its revisions came about."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from muster.hub.contract_registry import live_contract, live_revision
from muster.hub.contracts import Contract, ContractField, load_contract
from muster.hub.intakes import registered_contracts
from muster.hub.models import ContractRevision, RevisionDecision, Route
from muster.kernel.errors import NotFound, Where

RevisionState = Literal["draft", "live", "replaced", "retired"]
SHIPPED = "shipped"


@dataclass(frozen=True)
class ContractView:
    """A contract in the list; ``live`` is the revision in force, 0 if none is."""

    name: str
    title: str
    live: int
    drafts: int
    routes: int


@dataclass(frozen=True)
class RevisionView:
    """One revision: how it differs from the one before, who drafted and who decided it.

    ``kind`` is ``shipped`` for one that comes with a room, else as ``contract_versions`` has it,
    or ``first``.
    """

    number: int
    state: RevisionState
    kind: str
    changes: tuple[str, ...]
    drafted_at: dt.datetime | None
    drafted_by: str
    accepted_at: dt.datetime | None
    accepted_by: str
    accepted_because: str
    retired_at: dt.datetime | None
    retired_by: str
    retired_because: str
    schema: str


@dataclass(frozen=True)
class ContractDetail:
    """One contract in full: ``fields`` are those in force, or of the newest draft if none are."""

    name: str
    title: str
    live: int
    fields: tuple[ContractField, ...]
    revisions: tuple[RevisionView, ...]
    routes: tuple[str, ...]


def contracts() -> tuple[ContractView, ...]:
    """Return every contract that ships, was drafted or is in force, by name."""
    drafts = Counter(
        ContractRevision.objects.filter(
            accepted_at__isnull=True, retired_at__isnull=True
        ).values_list("name", flat=True)
    )
    carrying = Counter(Route.objects.filter(enabled=True).values_list("contract", flat=True))
    known = ContractRevision.objects.values_list("name", flat=True).distinct()
    return tuple(
        ContractView(name, _shown(name).title, live_revision(name), drafts[name], carrying[name])
        for name in sorted({*registered_contracts(), *known})
    )


def contract(name: str) -> ContractDetail:
    """Return one contract.

    Raises:
        NotFound: if there is none of this name.
    """
    rows = list(ContractRevision.objects.filter(name=name).order_by("-revision"))
    shipped = registered_contracts().get(name)
    if not rows and shipped is None:
        raise NotFound("No such contract", where=Where(thing=name), fix="See the contracts")
    live, shown = live_revision(name), _shown(name)
    decided = {
        (one.revision_id, one.what): one
        for one in RevisionDecision.objects.filter(revision__name=name)
    }
    views = [_view(row, live, decided) for row in rows]
    if shipped is not None:
        views.append(_shipped(shipped, live))
    carrying = Route.objects.filter(contract=name, enabled=True).order_by("code")
    return ContractDetail(
        name, shown.title, live, shown.fields, tuple(views),
        tuple(carrying.values_list("code", flat=True)),
    )  # fmt: skip


def _shown(name: str) -> Contract:
    """Return the contract in force; the newest revision if none is."""
    live = live_contract(name)
    if live is not None:
        return live
    return load_contract(ContractRevision.objects.filter(name=name).latest("revision").schema)


def _view(
    row: ContractRevision, live: int, decided: Mapping[tuple[UUID, str], RevisionDecision]
) -> RevisionView:
    accepted, retired = decided.get((row.id, "accepted")), decided.get((row.id, "retired"))
    state: RevisionState = "draft" if row.accepted_at is None else "replaced"
    if row.retired_at is not None:
        state = "retired"
    elif row.accepted_at is not None and row.revision == live:
        state = "live"
    return RevisionView(
        row.revision, state, row.kind, tuple(one["said"] for one in row.changes),
        row.drafted_at, row.drafted_by, row.accepted_at, row.accepted_by,
        accepted.reason if accepted else "", row.retired_at, retired.made_by if retired else "",
        retired.reason if retired else "", row.schema,
    )  # fmt: skip


def _shipped(shipped: Contract, live: int) -> RevisionView:
    schema = json.dumps(shipped.schema, indent=2, ensure_ascii=False)
    state: RevisionState = "live" if live == 1 else "replaced"
    return RevisionView(
        1, state, SHIPPED, (), None, "", None, "", "", None, "", "", schema
    )  # fmt: skip

"""Questions about agreements: what stands in each, who signed, who stopped it, what flows by it."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet

from muster.hub.agreements.processors import Link, chain
from muster.hub.agreements.rules import SIDES, Side, State, Stopper, state_of, stopper
from muster.hub.agreements.stored import REGISTER, in_force_once, terms_in
from muster.hub.agreements.terms import Terms, read_terms
from muster.hub.contract_registry import live_contract
from muster.hub.contracts import Contract, ContractField
from muster.hub.intakes import registered_contracts
from muster.hub.models import Agreement, AgreementVersion, ContractRevision, Route, System
from muster.hub.standing import terms_of
from muster.kernel.errors import NotFound, Where


@dataclass(frozen=True)
class Party:
    """One side: its system and, if one does, the employer that owns it."""

    side: Side
    system: str
    title: str
    employer: uuid.UUID | None
    office: str


@dataclass(frozen=True)
class SignatureView:
    """Who signed a version for a side, when, and as what."""

    side: Side
    at: dt.datetime
    by: str
    capacity: str


@dataclass(frozen=True)
class VersionView:
    """One version of the terms, with its signatures; ``state`` is what became of it."""

    number: int
    terms: Terms
    digest: str
    reason: str
    drafted_at: dt.datetime
    drafted_by: str
    in_force_at: dt.datetime | None
    state: str  # proposed, in force, replaced or withdrawn
    signatures: tuple[SignatureView, ...]


@dataclass(frozen=True)
class SuspensionView:
    """Who stopped an agreement and why; ``lifted_at`` is None while it lasts."""

    side: Stopper
    reason: str
    began_at: dt.datetime
    began_by: str
    lifted_at: dt.datetime | None
    lifted_by: str


@dataclass(frozen=True)
class RouteLine:
    """A route under an agreement: by it messages, or files to the register, flow."""

    code: str
    to_register: bool
    enabled: bool


@dataclass(frozen=True)
class AgreementView:
    """An agreement as it stands on a day. ``terms`` are those in force, or the first proposed."""

    code: str
    version: int
    state: State
    terms: Terms
    ends: dt.date | None
    ended_on: dt.date | None
    both_sign: bool
    in_force_once: bool
    unsigned: tuple[str, ...]
    suspended_since: dt.datetime | None
    suspended_by: tuple[str, ...]
    sender: Party
    receiver: Party
    contract: Contract | None
    routes: tuple[RouteLine, ...]

    @property
    def parties(self) -> tuple[Party, Party]:
        """Both sides, the sender first."""
        return self.sender, self.receiver

    @cached_property
    def agreed(self) -> tuple[ContractField, ...]:
        """The agreed fields that the contract has, in its order."""
        every = self.contract.fields if self.contract is not None else ()
        return tuple(one for one in every if one.name in self.terms.fields)

    @property
    def personal(self) -> bool:
        """Whether anything about people flows; where the contract is not known, it may."""
        return self.contract is None or any(one.personal for one in self.agreed)

    @property
    def special(self) -> tuple[ContractField, ...]:
        """The agreed fields that are special category data."""
        return tuple(one for one in self.agreed if one.special)

    @cached_property
    def chain(self) -> tuple[Link, ...]:
        """The processors, each followed by those that act for it."""
        return chain(self.terms.processors)

    def side_of(self, employer: uuid.UUID | None) -> Stopper | None:
        """Return for which side somebody speaks; None if for neither."""
        return stopper({one.side: one.employer for one in self.parties}, employer)


@dataclass(frozen=True)
class SystemChoice:
    """A system that can be a side of an agreement."""

    code: str
    title: str
    employer: uuid.UUID | None


def agreements(*, on: dt.date, employer: uuid.UUID | None = None) -> tuple[AgreementView, ...]:
    """Return agreements by code; only those with a system of this employer if given."""
    found = _rows()
    if employer is not None:
        own = System.objects.filter(employer=employer).values("code")
        found = found.filter(Q(sender__employer=employer) | Q(receiver__in=own))
    return _views(found.order_by("code"), on)


def agreement(code: str, *, on: dt.date) -> AgreementView:
    """Return an agreement by its name, or by the name of a route under it.

    Raises:
        NotFound: if there is none.
    """
    row = _rows().filter(code=code).first() or _rows().filter(routes__code=code).first()
    if row is None:
        raise NotFound("No such agreement", where=Where(thing=code), fix="See the agreements page")
    (view,) = _views([row], on)
    return view


def versions(code: str) -> tuple[VersionView, ...]:
    """Return every version of an agreement's terms that was proposed here, the newest first."""
    row = Agreement.objects.get(code=code)
    return tuple(_version(row, one) for one in row.versions.order_by("-number"))


def proposal(code: str) -> VersionView | None:
    """Return the terms that wait for signatures, if any do."""
    return next((one for one in versions(code) if one.state == "proposed"), None)


def proposals(*, employer: uuid.UUID | None = None) -> dict[str, VersionView]:
    """Return the terms that wait for signatures, by their agreement's name."""
    waiting = AgreementVersion.objects.filter(
        in_force_at__isnull=True, withdrawn_at__isnull=True, agreement__ended_on__isnull=True
    ).select_related("agreement__sender")
    if employer is not None:
        own = System.objects.filter(employer=employer).values("code")
        waiting = waiting.filter(
            Q(agreement__sender__employer=employer) | Q(agreement__receiver__in=own)
        )
    return {one.agreement.code: _version(one.agreement, one) for one in waiting}


def suspensions(code: str) -> tuple[SuspensionView, ...]:
    """Return who stopped an agreement, the latest first."""
    row = Agreement.objects.get(code=code)
    return tuple(
        SuspensionView(
            one.side,  # type: ignore[arg-type]  # the database knows no other
            one.reason, one.began_at, one.began_by, one.lifted_at, one.lifted_by,
        )
        for one in row.suspensions.order_by("-began_at")
    )  # fmt: skip


def systems_on_offer() -> tuple[SystemChoice, ...]:
    """Return the systems that can send or receive, by title."""
    return tuple(
        SystemChoice(one.code, one.title, one.employer)
        for one in System.objects.order_by("title", "code")
    )


def contracts_on_offer() -> tuple[Contract, ...]:
    """Return the contracts in force, by name."""
    accepted = ContractRevision.objects.filter(
        accepted_at__isnull=False, retired_at__isnull=True
    ).values_list("name", flat=True)
    names = sorted({*registered_contracts(), *accepted})
    return tuple(found for name in names if (found := live_contract(name)) is not None)


def _rows() -> QuerySet[Agreement]:
    return Agreement.objects.select_related("sender").prefetch_related("routes")


def _views(rows: Iterable[Agreement], on: dt.date) -> tuple[AgreementView, ...]:
    listed = list(rows)
    contracts = {name: live_contract(name) for name in {row.contract for row in listed}}
    receivers = {
        one.code: one for one in System.objects.filter(code__in={row.receiver for row in listed})
    }
    return tuple(
        _view(row, contracts[row.contract], receivers.get(row.receiver), on) for row in listed
    )


def _view(
    row: Agreement, contract: Contract | None, receiver: System | None, on: dt.date
) -> AgreementView:
    terms, flows = terms_in(row), terms_of(row)
    assert flows is not None
    return AgreementView(
        code=row.code,
        version=row.version,
        state=state_of(flows, on),
        terms=terms,
        ends=flows.ends,
        ended_on=row.ended_on,
        both_sign=row.both_sign,
        in_force_once=in_force_once(row),
        unsigned=flows.unsigned,
        suspended_since=row.suspended_at,
        suspended_by=flows.suspended_by or (("service",) if row.suspended_at else ()),
        sender=_party("sender", row.sender, row.sender.code, terms.sender_office),
        receiver=_party("receiver", receiver, row.receiver, terms.receiver_office),
        contract=contract,
        routes=_routes(row.routes.all()),
    )


def _party(side: Side, system: System | None, code: str, office: str) -> Party:
    """Return a side; what is no system is the register of this service."""
    if system is None:
        title = "" if code == REGISTER else code
        return Party(side, code, title, None, office)
    return Party(side, code, system.title, system.employer, office)


def _routes(rows: Iterable[Route]) -> tuple[RouteLine, ...]:
    ordered: Sequence[Route] = sorted(rows, key=lambda one: one.code)
    return tuple(RouteLine(one.code, one.receiver_id is None, one.enabled) for one in ordered)


def _version(row: Agreement, one: AgreementVersion) -> VersionView:
    signed = row.signatures.filter(version=one.number)
    by_side = {
        found.side: SignatureView(
            found.side,  # type: ignore[arg-type]  # the database knows no other
            found.signed_at, found.signed_by, found.capacity,
        )
        for found in signed
    }  # fmt: skip
    state = "replaced"
    if one.withdrawn_at is not None:
        state = "withdrawn"
    elif one.in_force_at is None:
        state = "proposed"
    elif one.number == row.version:
        state = "in force"
    return VersionView(
        one.number, read_terms(one.terms), one.digest, one.reason, one.drafted_at,
        one.drafted_by, one.in_force_at, state,
        tuple(by_side[side] for side in SIDES if side in by_side),
    )  # fmt: skip

"""Who reads a transfer, for which side, and what of it they may see.

The two employers and the person see one transfer. The employer that is left learns of it once the
person has accepted; the person, once the post is offered. Before the record is released the
employer that is joined sees nothing of it. For everybody else there is no such transfer.
"""

import uuid
from dataclasses import dataclass

from muster.casework.covering import worker_of
from muster.casework.rules import Worker
from muster.gates.access import Actor, Purpose, Subject, Verb, may
from muster.gates.looks import note_look
from muster.gates.people import person_subject
from muster.kernel.clock import SYSTEM_CLOCK, Clock
from muster.kernel.errors import NotFound
from muster.pagekit.views import no_such
from muster.services.transfers import queries
from muster.services.transfers.queries import TransferView
from muster.services.transfers.rules import STEPS, Side
from muster.services.transfers.rules import Verb as Step

_SEES_AMOUNTS = frozenset({"HR caseworker", "payroll lead"})
# Which right of the table of access stands behind a step that a page offers.
_RIGHTS: dict[Step, tuple[Verb, ...]] = {
    "hold": ("agree dates",),
    "resume": ("agree dates",),
    "rescind": ("offer transfers",),
    "change_after_effect": ("agree dates",),
    "reverse": ("agree dates",),
}


@dataclass(frozen=True)
class Reader:
    """Somebody before a transfer: for which sides they read it, and what for."""

    actor: Actor
    one: TransferView
    sides: frozenset[Side]
    purpose: Purpose

    @property
    def is_person(self) -> bool:
        """Whether it is their own move."""
        return "person" in self.sides

    @property
    def amounts(self) -> bool:
        """Whether amounts of pay are theirs to see."""
        return self.is_person or bool(self.actor.roles & _SEES_AMOUNTS)

    @property
    def terms(self) -> bool:
        """Whether the terms of the employer joined are theirs to see."""
        return self.is_person or ("importer" in self.sides and self.amounts)

    @property
    def record(self) -> bool:
        """Whether the released record is theirs to see; the caller sees that it was released."""
        return self.is_person or bool(self.actor.roles & _SEES_AMOUNTS)

    def may_take(self, step: Step) -> Side | None:
        """Return for which side they may take a step now; None if they may not."""
        line = next(one for one in STEPS if one.verb == step)
        if self.one.state not in line.come_from:
            return None
        if self.is_person:
            return "person" if step == "withdraw" else None
        for side in sorted(self.sides & set(line.who)):
            if side in ("exporter", "importer") and self._has_right(step, side):
                return side
        return None

    def _has_right(self, step: Step, side: Side) -> bool:
        employer = self.one.exporter if side == "exporter" else self.one.importer
        return any(
            may(self.actor, verb, Subject("transfer", employer), self.purpose).allowed
            for verb in _RIGHTS.get(step, ())
        )


def worker(actor: Actor, clock: Clock = SYSTEM_CLOCK) -> Worker:
    """Return the actor as casework asks about them, with those they cover."""
    return worker_of(actor.id, actor.roles, actor.employer, actor.person, now=clock.now())


def reader_of(actor: Actor, transfer: uuid.UUID) -> Reader:
    """Return who reads a transfer.

    Raises:
        NotFound: if there is none, or it is not theirs to know of.
    """
    try:
        one = queries.transfer(transfer)
    except NotFound:
        raise no_such("transfer") from None
    if actor.person is not None and actor.person == one.person:
        if not told_to_person(one):
            raise no_such("transfer")
        return Reader(actor, one, frozenset({"person"}), "own business")
    sides = _sides(actor, one)
    if not sides:
        raise no_such("transfer")
    return Reader(actor, one, sides, "casework")


def told_to_person(one: TransferView) -> bool:
    """Tell whether the person has heard of it: a draft, or one given up as a draft, is none."""
    return one.state != "draft" and not (one.state == "rescinded" and one.version == 1)


def told_to_exporter(one: TransferView) -> bool:
    """Tell whether the employer that is left has heard of it: what somebody only applied for and
    was offered elsewhere is none of its business."""
    return bool(one.accepted_by) or one.batch is not None or one.kind == "loan_return"


def note_transfer(reader: Reader, what: str = "transfer") -> None:
    """Record in the access log that somebody sees a person's transfer."""
    note_look(reader.actor, what=what, purpose=reader.purpose, people=[reader.one.person],
              detail={"transfer": reader.one.id})  # fmt: skip


def _sides(actor: Actor, one: TransferView) -> frozenset[Side]:
    restricted = person_subject(actor, one.person).restricted
    ends: tuple[tuple[Side, uuid.UUID, bool], ...] = (
        ("exporter", one.exporter, told_to_exporter(one)), ("importer", one.importer, True),
    )  # fmt: skip
    return frozenset(
        side for side, employer, told in ends
        if told and may(
            actor, "see transfers", Subject("transfer", employer, one.person, restricted),
            "casework",
        ).allowed
    )  # fmt: skip

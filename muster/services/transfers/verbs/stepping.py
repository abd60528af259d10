"""How a verb takes a step: one transaction, one version, one entry, and a second click is the same.

For the verbs of this room. ``taking`` locks the transfer, refuses who may not act and who has
looked at an older version, and hands out the step; its ``go`` asks the rules and writes.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Required, TypedDict, Unpack, cast

from django.db import transaction as transactions
from django.db.models import Q

from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import Conflict, NotFound, NotPermitted, Where
from muster.ledger.current import ledger
from muster.ledger.port import NewEntry
from muster.register.people.rewriting import entry
from muster.services.transfers.models import Signature, TakenStep, Transfer
from muster.services.transfers.rules import GONE, Facts, Side, State, Verb, may_act, step


class Asked(TypedDict, total=False):
    """What every verb is asked with.

    ``expected`` is the version that was looked at; ``key`` makes a second click the same step;
    ``as_person`` is who the actor is in the register, where that is known.
    """

    transfer: Required[uuid.UUID]
    by: Required[str]
    clock: Required[Clock]
    expected: int | None
    key: str
    as_person: uuid.UUID | None


@dataclass(frozen=True)
class Moved:
    """Where a transfer stands after a step; ``again`` if the step was taken before."""

    transfer: uuid.UUID
    state: State
    version: int
    again: bool = False


@dataclass
class Taken:
    """A step that is being taken: the locked transfer, and by whom and when."""

    row: Transfer
    verb: Verb
    side: Side
    by: str
    clock: Clock
    at: dt.datetime
    key: str = ""
    again: Moved | None = None
    changes: dict[str, Any] = field(default_factory=dict)

    @property
    def today(self) -> dt.date:
        """The legal day on which the step is taken."""
        return legal_day(self.at)

    @property
    def state(self) -> State:
        """Where the transfer stands before the step."""
        return self.row.state  # type: ignore[return-value]  # a constraint keeps it so

    def leads_to(self, facts: Facts | None = None) -> State:
        """Return the state the step leads to, if the rules let it.

        Raises:
            Conflict: if they do not.
        """
        said = replace(
            facts or Facts(), today=self.today, first_day=self.row.first_day,
            post=self.row.post, backdated_because=self.row.backdated_because,
        )  # fmt: skip
        return step(self.state, self.verb, said)

    def write(self, to: State, *, reason: str = "", **changes: Any) -> Moved:
        """Write the step, without its entry: the caller appends ``entry_of`` with others."""
        version = self.row.version + 1
        ended = self.at if to in GONE or to == "closed" else None
        Transfer.objects.filter(id=self.row.id).update(
            state=to, version=version, ended_at=ended, **self.changes, **changes
        )
        TakenStep.objects.create(
            transfer_id=self.row.id, version=version, verb=self.verb, side=self.side,
            came_from=self.state, to=to, by=self.by, at=self.at, key=self.key or None,
            reason=reason,
        )  # fmt: skip
        return Moved(self.row.id, to, version)

    def entry_of(self, moved: Moved, **more: object) -> NewEntry:
        """Return the entry of the step for the decisions log; nothing in it is personal."""
        body = {
            "by": self.by, "from": self.state, "to": moved.state, "version": moved.version, **more,
        }  # fmt: skip
        return entry(f"muster.transfers.transfer.{SAID[self.verb]}.v1", subject_of(moved), body)

    def go(
        self,
        facts: Facts | None = None,
        *,
        reason: str = "",
        note: dict[str, object] | None = None,
        **changes: Any,
    ) -> Moved:
        """Take the step: ask the rules, write it, and append its one entry."""
        moved = self.write(self.leads_to(facts), reason=reason, **changes)
        ledger().append("decisions", [self.entry_of(moved, **(note or {}))])
        return moved


_OUT_OF_A_BATCH: tuple[Verb, ...] = ("hold", "rescind", "withdraw", "fail")
SAID: dict[Verb, str] = {
    "offer": "offered", "accept": "accepted", "decline": "declined", "ask_exporter": "asked_for",
    "state_known": "known_stated",
    "release": "released", "state_details": "details_stated", "state_terms": "terms_stated",
    "settle_difference": "difference_settled", "sign_date": "date_signed",
    "schedule": "scheduled", "effect": "effected", "note_pay_result": "pay_noted",
    "settle_pay": "pay_settled", "reconcile": "reconciled", "close": "closed", "hold": "held",
    "resume": "resumed", "rescind": "rescinded", "withdraw": "withdrawn", "fail": "failed",
    "reverse": "reversed", "change_after_effect": "changed_after_effect",
    "move_return": "return_moved", "move_first_day": "first_day_moved",
}  # fmt: skip
"""What the decisions log calls each verb once it was done."""


def subject_of(moved: Moved) -> str:
    """Return how the decisions log names a transfer."""
    return f"transfer:muster:{moved.transfer}"


@contextmanager
def taking(verb: Verb, side: Side, **asked: Unpack[Asked]) -> Iterator[Taken]:
    """Begin a step in a transaction of its own, or in the one that is open.

    Raises:
        NotFound: if there is no such transfer.
        NotPermitted: if it is theirs, or they acted for the other end.
        Conflict: if somebody took a step since.
    """
    by, key = asked["by"], asked.get("key", "")
    with transactions.atomic():
        row = Transfer.objects.select_for_update().filter(id=asked["transfer"]).first()
        if row is None:
            raise NotFound(
                "No such transfer", where=Where(thing=str(asked["transfer"])), fix="Search again"
            )
        taken = Taken(row, verb, side, by, asked["clock"], asked["clock"].now(), key)
        taken.again = _allowed(taken, asked.get("as_person"))
        expected = asked.get("expected")
        if taken.again is None and expected is not None and expected != row.version:
            raise Conflict(
                f"This transfer has changed since you looked; it is at version {row.version} now",
                where=Where(thing=f"transfer {row.id}"), fix="Load the page again",
            )  # fmt: skip
        if row.batch_id is not None and row.state == "agreed" and verb not in _OUT_OF_A_BATCH:
            raise Conflict(
                "They move with a batch", where=Where(thing=f"batch {row.batch_id}"),
                fix="Take them out of it first, or see to the batch",
            )  # fmt: skip
        yield taken


def _allowed(taken: Taken, as_person: uuid.UUID | None) -> Moved | None:
    """Refuse who may not act; return what the same click led to before."""
    row = taken.row
    if taken.side != "person" and as_person is not None and as_person == row.person_id:
        raise NotPermitted(
            "Nobody approves their own transfer", where=Where(thing=f"transfer {row.id}"),
            fix="Ask a colleague to do it",
        )  # fmt: skip
    if taken.side == "person" and as_person is not None and as_person != row.person_id:
        raise NotPermitted(
            "This is for the person who moves", where=Where(thing=f"transfer {row.id}"),
            fix="Leave it to them",
        )  # fmt: skip
    wanted = Q(by=taken.by) | Q(key=taken.key) if taken.key else Q(by=taken.by)
    before = list(
        TakenStep.objects.filter(wanted, transfer=row.id).values_list(
            "by", "side", "key", "verb", "to", "version"
        )
    )
    for _, _, key, verb, to, version in before:
        if taken.key and key == taken.key:
            if verb != taken.verb:
                raise Conflict(
                    "This key was used for another step", where=Where(field="key"),
                    fix="Load the page again",
                )  # fmt: skip
            return Moved(row.id, cast(State, to), version, again=True)
    others = frozenset(cast(Side, side) for by, side, *_ in before if by == taken.by)
    may_act(taken.verb, taken.side, others)
    return None


def previous_state(row: Transfer) -> State | None:
    """Return where the transfer stands that comes before this one, if there is any."""
    if row.previous_id is None:
        return None
    found = Transfer.objects.filter(id=row.previous_id).values("state").get()
    return cast(State, found["state"])


def void_signatures(one: Taken) -> None:
    """Let what was signed no longer stand: it was signed on something else."""
    Signature.objects.filter(
        transfer=one.row.id, purpose="date", recorded_to__isnull=True
    ).update(recorded_to=one.at)  # fmt: skip

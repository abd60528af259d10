"""What pension administrators answered: kept, and what it does to the hand-off of the pension.

An answer that takes the instruction is the evidence of the hand-off. One that asks or refuses
leaves it open and stands beside it, so the transfer cannot be closed until somebody has settled it
with the administrator.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from muster.kernel.clock import Clock
from muster.kernel.running import keyring
from muster.ledger.current import ledger
from muster.services.transfers.models import HandOff, Transfer
from muster.services.transfers.payrolls.models import Instruction, PensionAnswer
from muster.services.transfers.payrolls.rules import UNSETTLED
from muster.services.transfers.sealing import seal, unseal
from muster.services.transfers.verbs.handing import hand_over_many

HAND_OFF = "pension"
CAME, TAKEN_BACK = (
    "muster.transfers.pension_answer.came.v1", "muster.transfers.pension_answer.taken_back.v1",
)  # fmt: skip
_SEALED = "pension answer"


@dataclass(frozen=True)
class Answered:
    """One answer as it came: which instruction it is of, what it says, and where it lies."""

    instruction: uuid.UUID
    system: str
    answer: str
    fields: Mapping[str, str]
    landing: uuid.UUID
    row: int | None


@dataclass(frozen=True)
class Answer:
    """The answer that stands for one instruction; ``words`` are the administrator’s own."""

    instruction: uuid.UUID
    action: str
    answer: str
    scheme: str
    since: str
    words: str
    came_at: dt.datetime

    @property
    def unsettled(self) -> bool:
        """Whether somebody has to see to it."""
        return self.answer in UNSETTLED


@dataclass(frozen=True)
class Unsettled:
    """An answer that somebody has to see to: of whose transfer, and what it says."""

    transfer: uuid.UUID
    person: uuid.UUID
    answer: Answer


def known(employer: uuid.UUID | None, references: Iterable[str]) -> dict[str, uuid.UUID]:
    """Return which references name pension instructions of an employer that went, by reference."""
    found = {one: parsed for one in references if (parsed := _uuid(one)) is not None}
    own = Instruction.objects.filter(
        employer=employer, kind="pension", position__isnull=False, id__in=found.values()
    )
    there = set(own.values_list("id", flat=True))
    return {one: parsed for one, parsed in found.items() if parsed in there}


def keep(answers: Sequence[Answered], *, at: dt.datetime, clock: Clock) -> int:
    """Keep answers and hand over what they prove; return how many are new.

    The same answer again changes nothing; another one takes the earlier one’s place.
    """
    return sum(_keep(one, at=at, clock=clock) for one in answers)


def _keep(came: Answered, *, at: dt.datetime, clock: Clock) -> int:
    told = Instruction.objects.select_for_update(of=("self",)).get(id=came.instruction)
    stands = _standing(told.id)
    if stands is not None and (stands.answer, said_in(stands)) == (came.answer, dict(came.fields)):
        return 0
    PensionAnswer.objects.create(
        instruction=told, system=came.system, answer=came.answer, landing=came.landing,
        row=came.row, came_at=at,
        sealed=seal(
            keyring(), came.fields, person=told.person_id, transfer=told.transfer, what=_SEALED
        ),
    )  # fmt: skip
    _note(CAME, told, {"answer": came.answer, "system": came.system})
    _hand_over(told, came.answer, came.system, clock)
    return 1


def _hand_over(told: Instruction, answer: str, system: str, clock: Clock) -> None:
    there = Transfer.objects.filter(id=told.transfer).exists()
    if there and told.action != "cancel" and answer not in UNSETTLED:
        hand_over_many(
            transfer=told.transfer, evidence={HAND_OFF: f"{answer}: {told.id}"}, by=_by(system),
            clock=clock,
        )  # fmt: skip


def withdraw(
    landings: Sequence[uuid.UUID], *, reinstated: Sequence[uuid.UUID] = (), clock: Clock
) -> None:
    """Take back what files brought; the answer that then stands counts, as does its hand-off."""
    rows = PensionAnswer.objects.filter(landing__in=list(landings), withdrawn_at__isnull=True)
    again = PensionAnswer.objects.filter(landing__in=list(reinstated), withdrawn_at__isnull=False)
    concerned = {one.instruction for one in (*rows.select_related("instruction"),
                                             *again.select_related("instruction"))}  # fmt: skip
    rows.update(withdrawn_at=clock.now())
    again.update(withdrawn_at=None)
    for told in sorted(concerned, key=lambda one: str(one.id)):
        _reopen(told)
        stands = _standing(told.id)
        if stands is not None:
            _hand_over(told, stands.answer, stands.system, clock)
        _note(TAKEN_BACK, told, {"stands": stands.answer if stands else ""})


def _reopen(told: Instruction) -> None:
    """Open the hand-off again that an answer to this instruction alone had settled."""
    held = HandOff.objects.filter(
        transfer=told.transfer, kind=HAND_OFF, state="done", evidence__endswith=f": {told.id}"
    )
    held.update(state="open", evidence="", by="", at=None)


def answers_of(transfer: uuid.UUID) -> tuple[Answer, ...]:
    """Return the answers that stand for a transfer, in the order of what was told."""
    told = Instruction.objects.filter(transfer=transfer, kind="pension").order_by("made_at", "id")
    found = ((one, _standing(one.id)) for one in told)
    return tuple(_answer(one, stands) for one, stands in found if stands is not None)


def unsettled(employer: uuid.UUID) -> tuple[Unsettled, ...]:
    """Return the answers of an employer’s administrator that somebody has to see to.

    They are of transfers whose hand-off of the pension is still open; oldest first.
    """
    waiting = HandOff.objects.filter(kind=HAND_OFF, state="open").values("transfer")
    asked = Instruction.objects.filter(
        employer=employer, kind="pension", transfer__in=waiting, answers__answer__in=UNSETTLED,
        answers__withdrawn_at__isnull=True,
    )  # fmt: skip
    found = [
        Unsettled(told.transfer, told.person_id, _answer(told, stands))
        for told in asked.distinct().order_by("made_at", "id")
        if (stands := _standing(told.id)) is not None
    ]
    return tuple(one for one in found if one.answer.unsettled)


def _standing(instruction: uuid.UUID) -> PensionAnswer | None:
    rows = PensionAnswer.objects.filter(instruction=instruction, withdrawn_at__isnull=True)
    return rows.select_related("instruction").order_by("-came_at", "-id").first()


def _answer(told: Instruction, row: PensionAnswer) -> Answer:
    said = said_in(row)
    return Answer(told.id, told.action, row.answer, said.get("scheme", ""), said.get("since", ""),
                  said.get("words", ""), row.came_at)  # fmt: skip


def said_in(row: PensionAnswer) -> dict[str, str]:
    """Return the fields of an answer."""
    told = row.instruction
    return unseal(
        keyring(), row.sealed, person=told.person_id, transfer=told.transfer, what=_SEALED
    )


def _by(system: str) -> str:
    return f"system:{system}"[:100]


def _note(kind: str, told: Instruction, body: Mapping[str, object]) -> None:
    ledger().append_one(
        "decisions", kind, f"transfer:muster:{told.transfer}",
        {"instruction": str(told.id), **body},
    )  # fmt: skip


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None

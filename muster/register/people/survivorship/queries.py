"""Questions about disagreements: which wait for a person, which wait for a second one, what was
settled. Frozen answers.

Disagreements are found whenever they are asked about and kept nowhere, so that a link, a late file
or the end of an employment is never out of date here. Whoever shows one checks access first and
logs the look. An employer's caseworker sees what their own sources state; of another employer only
that it says otherwise.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.register.people.restricting.hiding import shown_record
from muster.register.people.restricting.rules import NOBODY, Viewer
from muster.register.people.survivorship.lines import believed_at
from muster.register.people.survivorship.many import differing, of_several_records, told_of_many
from muster.register.people.survivorship.marks import Decision, settled_on
from muster.register.people.survivorship.rules import (
    APART,
    Field,
    Said,
    Value,
    covers,
    in_contest,
)
from muster.register.people.survivorship.told import Told

Shown = Literal["open", "second", "settled"]
KINDS: tuple[Shown, ...] = ("open", "second", "settled")


@dataclass(frozen=True)
class Disagreement:
    """A field of a person on which sources disagree, as far as the asker may see it.

    Args:
        person: whose.
        name: as the asker's own sources have it.
        field: which.
        employer: of whom, for what each employer has of its own.
        own: what may be seen; what has stood longest, or was decided to be right, comes first.
        elsewhere: whether what may not be seen says otherwise.
        first: whether the first of ``own`` is the one that pages show.
        employers: whose sources take part, as far as they may be seen.
        since: when the register came to hold both.
        shown: where it stands.
        decision: what a person decided, if anybody did; what somebody of another employer wrote,
            and who it was, is left out.
    """

    person: uuid.UUID
    name: str
    field: Field
    employer: str
    own: tuple[Said, ...]
    elsewhere: bool
    first: bool
    employers: tuple[uuid.UUID, ...]
    since: dt.datetime
    shown: Shown
    decision: Decision | None = None


def disagreements(
    *, employer: uuid.UUID | None = None, viewer: Viewer = NOBODY
) -> tuple[Disagreement, ...]:
    """Return all disagreements within reach, the oldest first, whether settled or not.

    Args:
        employer: only those in which this employer's own sources take part, as its caseworkers
            may see them.
        viewer: who asks; whom they may not know of, or not wholly, is left out.
    """
    several = of_several_records(employer, shown_record(viewer))
    found = _all({one.hex for one in several}, employer)
    return tuple(sorted(found, key=lambda one: (one.since, one.person, one.field, one.employer)))


def chosen(
    found: Sequence[Disagreement],
    shown: Shown,
    *,
    field: str = "",
    only: uuid.UUID | None = None,
    before: dt.datetime | None = None,
) -> tuple[Disagreement, ...]:
    """Return those of some disagreements that are asked for, in the same order.

    Args:
        found: disagreements.
        shown: ``open`` ones, those that wait for a ``second`` person, or what was ``settled``.
        field: only of this field.
        only: only those in which this employer takes part.
        before: only those that were there at this instant.
    """
    return tuple(
        one for one in found
        if one.shown == shown
        and (not field or one.field == field)
        and (only is None or only in one.employers)
        and (before is None or one.since < before)
    )  # fmt: skip


def disagreement(
    person: uuid.UUID,
    field: str,
    of: str = "",
    *,
    employer: uuid.UUID | None = None,
    viewer: Viewer = NOBODY,
) -> Disagreement | None:
    """Return one disagreement as the asker may see it; None if there is none within reach.

    Args:
        person: whose.
        field: which.
        of: the employer, for what each employer has of its own; as in ``Disagreement``.
        employer: see ``disagreements``.
        viewer: see ``disagreements``.
    """
    if not of_several_records(visible=shown_record(viewer)).filter(person=person).exists():
        return None
    found = _all({person.hex}, employer)
    return next((one for one in found if (one.field, one.employer) == (field, of)), None)


def of_person(told: Told, person: uuid.UUID) -> tuple[Disagreement, ...]:
    """Return what is unsettled, or was settled by people, of what sources say of one person now."""
    return tuple(_of(person, told, None))


def _all(persons: set[str], employer: uuid.UUID | None) -> Iterator[Disagreement]:
    told = told_of_many(differing(persons))
    for person in sorted(told):
        yield from _of(uuid.UUID(hex=person), told[person], employer)


def _of(person: uuid.UUID, told: Told, employer: uuid.UUID | None) -> Iterator[Disagreement]:
    day = legal_day(SYSTEM_CLOCK.now())
    values = told.values(day)
    name = ""
    for (field, of), value in values.items():
        if not value.unsettled and value.reason != "settled":
            continue
        said = in_contest(value)
        own = tuple(one for one in said if employer is None or one.employer == employer.hex)
        if not own:
            continue
        name = name or _name(told, employer, day)
        decision = _seen(decision_on(told, value, day), employer)
        yield Disagreement(
            person, name, field, of, own,
            any(one.compared != own[0].compared for one in said if one not in own),
            own[0].compared == value.shown.compared,
            tuple(sorted({uuid.UUID(hex=one.employer) for one in own})), _since(said),
            "settled" if not value.unsettled else "second" if decision else "open", decision,
        )  # fmt: skip


def _seen(made: Decision | None, employer: uuid.UUID | None) -> Decision | None:
    if made is None or employer is None or made.employer == employer:
        return made
    return replace(made, reason="", decided_by="", confirmed_by="")


def decision_on(told: Told, value: Value, day: dt.date) -> Decision | None:
    """Return the decision that was made on what is said of a field, whether it acts yet or not."""
    said = [*value.agreeing, *(one.said for one in value.others)]
    standing = [one for one in believed_at(told.decisions, None) if one.field == value.field]
    read = settled_on(standing, said, day, waiting=True)
    made = [one for one, settled in zip(standing, read, strict=False) if covers(settled, said)]
    return next(iter(sorted(made, key=lambda one: one.acts, reverse=True)), None)


def _since(said: Sequence[Said]) -> dt.datetime:
    """Return when the second of the values was recorded: since then there is a disagreement."""
    first: dict[str, dt.datetime] = {}
    for one in said:
        noted = one.noted or dt.datetime.max.replace(tzinfo=dt.UTC)
        first[one.compared] = min(noted, first.get(one.compared, noted))
    return sorted(first.values())[min(1, len(first) - 1)]


def _name(told: Told, employer: uuid.UUID | None, day: dt.date) -> str:
    seen = told if employer is None else told.of(employer.hex)
    value = seen.values(day).get(("legal_name", ""))
    if value is None:
        return ""
    surname, _apart, forenames = value.shown.value.partition(APART)
    return f"{forenames} {surname}".strip()

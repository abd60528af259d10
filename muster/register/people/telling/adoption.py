"""Which employment of a record is the one that somebody decided before the record told of any.

For ``adopting``. One with the same employer, over days that are also its own: of its own kind
before another, then whichever begins nearest to the decided day. The answer rests on what the
records state and on nothing else, whatever came first. Pure functions.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from muster.kernel.days import Period
from muster.register.people.rules import FURTHER, SUBSTANTIVE, Ended, Engagement, Spell
from muster.register.people.telling.disputes import Record

NEAR = 31
"""So many days a record's first day may lie from the decided one, unless both are substantive."""
_DECIDED: Ended = "decided"


@dataclass(frozen=True)
class Loose:
    """An employment that was decided of no record; ``days`` without an end nobody decided."""

    employment: str
    person: str
    employer: str
    engagement: str
    days: Period


@dataclass(frozen=True)
class Found:
    """The record that tells of an employment, and how it does."""

    record: str
    spell: Spell


def end_as_told(ended: str | None) -> bool:
    """Tell whether a record says that an employment ends, rather than a person."""
    return ended is not None and ended != _DECIDED


def same_kind(held: str, told: Engagement) -> bool:
    """Tell whether a record may mean what was decided: a further post is employment to it."""
    return held == told or (held == FURTHER and told == SUBSTANTIVE)


def found_for(
    loose: Sequence[Loose], told: Sequence[Record], taken: Collection[tuple[str, int]]
) -> dict[str, Found]:
    """Return which employment of which record each decided one is, one to one.

    Args:
        loose: the decided ones.
        told: the records of the same persons.
        taken: record and number of what somebody decided of a record's own employment.
    """
    fits = [
        (rank, one.employment, (record.id, spell.number), Found(record.id, spell))
        for one in loose
        for record in told if (record.person, record.employer) == (one.person, one.employer)
        for spell in record.history.spells if (record.id, spell.number) not in taken
        if (rank := _fit(one, record, spell)) is not None
    ]  # fmt: skip
    found: dict[str, Found] = {}
    used: set[tuple[str, int]] = set()
    for _, employment, key, one_found in sorted(fits, key=lambda fit: fit[:3]):
        if employment not in found and key not in used:
            found[employment] = one_found
            used.add(key)
    return found


def _fit(one: Loose, record: Record, spell: Spell) -> tuple[bool, int, str] | None:
    """Return how badly an employment of a record fits a decided one; None if it is another."""
    if not one.days.overlaps(Period(spell.valid_from, spell.valid_to)):
        return None
    other_kind = not same_kind(one.engagement, spell.engagement)
    away = abs((spell.valid_from - one.days.start).days)
    # Nobody has two substantive employments at once, so whatever day it states, it is this one.
    if away <= NEAR or one.engagement == spell.engagement == SUBSTANTIVE:
        return (other_kind, away, str(record.source.key))
    return None

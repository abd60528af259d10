"""What is believed of one person whose records contradict each other, over time.

For ``beliefs``. Who is believed when two employers claim the same days depends on who was believed
before. *Before* is counted by as-at dates, not by when files came in: the records are told as they
stood at each as-at date in turn, and settled each time. So the answer rests on the files that
stand and on what people decided, and on nothing else: a late file, a corrected one and one that
was withdrawn leave no trace in it. Pure functions.
"""

import datetime as dt
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass

from muster.kernel.days import Period
from muster.register.people.rules import Claimant, Spell, Stated, Verdict, settle, tell

# A source and the number of one of its employments.
Key = tuple[Hashable, int]


@dataclass(frozen=True, slots=True)
class Source:
    """One record of a person: what it is known by everywhere, its employer, and what it said."""

    key: Hashable
    employer: Hashable
    rows: Sequence[Stated]
    silences: Sequence[dt.date]


@dataclass(frozen=True, slots=True)
class Standing:
    """What is believed of one employment of a record: its spell, or None.

    The spell is as it was told when it was last believed as asked. ``against`` names the
    employment in the way of what is asked now.
    """

    spell: Spell | None
    against: Hashable | None = None
    further: bool = False


def contested(asked: Sequence[Period]) -> bool:
    """Tell whether any of these days are asked for twice."""
    ordered = sorted(asked, key=lambda period: period.start)
    return any(
        one.overlaps(other) for place, one in enumerate(ordered) for other in ordered[place + 1 :]
    )


def settle_over_time(
    sources: Sequence[Source],
    decided: Mapping[Key, Period],
    others: Sequence[Claimant] = (),
    beside: Collection[Key] = (),
) -> dict[Key, Standing]:
    """Return what is believed of a person's substantive employments.

    Args:
        sources: every record of the person that states anything.
        decided: the days that a person decided, by source and number.
        others: decided employments of which no record states anything.
        beside: what a person decided to be a loan or a further post, whatever its record says.
    """
    employers = {source.key: source.employer for source in sources}
    days = {row.as_at for source in sources for row in source.rows}
    days.update(day for source in sources for day in source.silences)
    standing: dict[Key, Standing] = {}
    for day in sorted(days):
        told = _spells_as_at(sources, day)
        spells = {key: spell for key, spell in told.items() if key not in beside}
        claimants = [
            _claimant(key, spell, employer, decided.get(key), standing.get(key))
            for key, (spell, employer) in spells.items()
        ]
        # What a person decided stands, whatever its record tells of it by that day: nothing, or
        # that the work was no employment.
        unsaid = [
            Claimant(key, held, held, certain=True, employer=employers[key[0]])
            for key, held in decided.items()
            if key not in spells
        ]
        verdicts = settle([*claimants, *unsaid, *others])
        standing = {
            key: _standing(verdicts[key], spell, decided.get(key), standing.get(key))
            for key, (spell, _employer) in spells.items()
        }
    return standing


def _spells_as_at(sources: Sequence[Source], day: dt.date) -> dict[Key, tuple[Spell, Hashable]]:
    """Return the substantive employments that the records told of by a day."""
    spells: dict[Key, tuple[Spell, Hashable]] = {}
    for source in sources:
        rows = [row for row in source.rows if row.as_at <= day]
        if rows:
            history = tell(rows, [silence for silence in source.silences if silence <= day])
            for spell in history.spells:
                if spell.substantive:
                    spells[source.key, spell.number] = (spell, source.employer)
    return spells


def _claimant(
    key: Key, spell: Spell, employer: Hashable, decided: Period | None, was: Standing | None
) -> Claimant:
    if decided is not None:
        return Claimant(key, decided, decided, certain=True, employer=employer)
    had = None
    # What is believed as a further post only protects no days of its own.
    if was is not None and was.spell is not None and not was.further:
        had = Period(was.spell.valid_from, was.spell.valid_to)
    asked = Period(spell.valid_from, spell.valid_to)
    return Claimant(key, asked, had, employer=employer)


def _standing(
    verdict: Verdict, spell: Spell, decided: Period | None, was: Standing | None
) -> Standing:
    if verdict.believed is None:
        return Standing(None, verdict.against)
    as_asked = verdict.believed == Period(spell.valid_from, spell.valid_to)
    if as_asked or decided is not None or was is None:
        return Standing(spell, verdict.against, verdict.further)
    return Standing(was.spell, verdict.against, verdict.further)

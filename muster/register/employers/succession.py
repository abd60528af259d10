"""Which employer of today a row of a former employer counts under: rules, without a database.

A *succession* says that an employer's functions passed on a day to one successor (a merger), or to
several (a split), of which one is the principal. Series are shown as they were and restated to
today's employers; the rules here say what restating means:

* functions pass on in the order of days, along chains, as far as they go;
* an employer that becomes a successor later lives again: what begins with it from that day on is
  its own, until it passes on again;
* what begins with an employer that has passed on and does not live again goes where its functions
  went: systems of a former employer run on for years.

``succession_restating`` does it for whole columns.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Succession:
    """Functions of ``former`` passed on from ``day`` on; of ``successors`` the first is principal.

    Employers are named by what tells them apart, such as the hexadecimal form of their ids.
    """

    former: str
    day: dt.date
    successors: tuple[str, ...]


@dataclass(frozen=True)
class Contradiction:
    """What cannot be true of a set of successions: the one at fault, why, and what to do."""

    succession: Succession
    reason: str
    fix: str


def contradiction(successions: Iterable[Succession]) -> Contradiction | None:
    """Return the first thing that cannot be true of all these successions together, or None."""
    every = sorted(successions, key=lambda one: (one.day, one.former))
    for one in every:
        if one.former in one.successors:
            return Contradiction(
                one, "An employer cannot be its own successor",
                "Name the employers that its functions passed to",
            )  # fmt: skip
        if not one.successors or len(set(one.successors)) < len(one.successors):
            return Contradiction(
                one, "A succession needs at least one successor, each named once",
                "Name each successor once, the principal one first",
            )  # fmt: skip
    return _circle(every) or _twice(every)


def _circle(every: Sequence[Succession]) -> Contradiction | None:
    """Return a succession whose functions come back to where they came from on the same day."""
    for one in every:
        if one.former in _reached_that_day(one, every):
            return Contradiction(
                one, "Functions would pass round in a circle on one day",
                "Correct the day or the successors, or undo the succession that goes back",
            )  # fmt: skip
    return None


def _twice(every: Sequence[Succession]) -> Contradiction | None:
    """Return a succession of an employer that had passed on already and does not live again."""
    last: dict[str, dt.date] = {}
    for one in every:
        before = last.get(one.former)
        if before is not None:
            again = _revivals(one.former, every)
            if not any(before < day <= one.day for day in again):
                return Contradiction(
                    one, f"Its functions had passed on already, on {before.isoformat()}",
                    "Undo the earlier succession, or first state by which one it came to be again",
                )  # fmt: skip
        last[one.former] = one.day
    return None


def in_order(successions: Iterable[Succession]) -> list[Succession]:
    """Return successions by day; on one day whoever receives passes on after receiving.

    Args:
        successions: without a contradiction.
    """
    every = sorted(successions, key=lambda one: (one.day, one.former))
    received = {id(one): _reached_that_day(one, every) for one in every}
    # Whoever reaches more of that day's employers stands earlier on its chain.
    return sorted(every, key=lambda one: (one.day, -len(received[id(one)]), one.former))


def lives_again(succession: Succession, successions: Iterable[Succession]) -> dt.date | None:
    """Return the day after a succession from which its former employer lives again, if it does."""
    later = (day for day in _revivals(succession.former, successions) if day > succession.day)
    return min(later, default=None)


def passed_on(employer: str, on: dt.date, successions: Sequence[Succession]) -> bool:
    """Tell whether an employer has passed its functions on by a day and does not live again."""
    ended = max((s.day for s in successions if s.former == employer and s.day <= on), default=None)
    if ended is None:
        return False
    return not any(ended < day <= on for day in _revivals(employer, successions))


def principal_today(employer: str, since: dt.date, successions: Sequence[Succession]) -> str:
    """Return the employer of today that something begun on a day counts under.

    For what has no person to follow: of a split it goes to the principal successor.
    """
    now, moved = employer, False
    for one in in_order(successions) if _ever_passes(employer, successions) else ():
        if one.former == now and (moved or _begun_before(since, one, successions)):
            now, moved = one.successors[0], True
    return now


def ends_today(employer: str, successions: Sequence[Succession]) -> frozenset[str]:
    """Return every employer of today under which anything of an employer may count."""
    if not _ever_passes(employer, successions):
        return frozenset({employer})
    ordered, found = in_order(successions), set[str]()
    for since in (dt.date.min, *_revivals(employer, successions)):
        now = {(employer, False)}
        for one in ordered:
            own = _begun_before(since, one, successions)
            passing = {(name, moved) for name, moved in now if name == one.former}
            passing = {(name, moved) for name, moved in passing if moved or own}
            if passing:
                now = (now - passing) | {(name, True) for name in one.successors}
        found |= {name for name, _ in now}
    return frozenset(found)


def leads_to(succession: Succession, successions: Iterable[Succession]) -> dict[str, str]:
    """Return, for each employer where people may have arrived that day, the successor on the way.

    Functions that pass through a successor to a third employer on the same day bring people there
    at once. Where two ways lead to one employer, the earlier named successor counts.
    """
    every, found = list(successions), dict[str, str]()
    for successor in succession.successors:
        step = Succession(succession.former, succession.day, (successor,))
        for employer in (successor, *sorted(_reached_that_day(step, every))):
            found.setdefault(employer, successor)
    return found


def _ever_passes(employer: str, successions: Iterable[Succession]) -> bool:
    return any(one.former == employer for one in successions)


def _begun_before(since: dt.date, one: Succession, every: Iterable[Succession]) -> bool:
    again = lives_again(one, every)
    return again is None or since < again


def _revivals(employer: str, successions: Iterable[Succession]) -> list[dt.date]:
    return sorted(one.day for one in successions if employer in one.successors)


def _reached_that_day(start: Succession, every: Iterable[Succession]) -> set[str]:
    """Return the employers that functions reach from a succession within its day."""
    same = [one for one in every if one.day == start.day]
    reached, waiting = set[str](), list(start.successors)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += [to for one in same if one.former == name for to in one.successors]
    return reached

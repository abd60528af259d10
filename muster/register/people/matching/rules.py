"""When likely records are linked, when a person is asked, and which records are together at last.

For whoever asks why two records are one person, or are not. Pure functions.

1. What a person decided comes first: records that were decided to be of two persons are never
   together, whatever else speaks for it, and those decided to be of one are together.
2. Then what is certain: National Insurance number, birth date and surname, all the same.
3. Then what is likely: a pair is linked without being asked about only on strong evidence, and
   never if both have National Insurance numbers and these differ, nor if both stand in one system
   that holds a person once and neither had ended when the other began. Nor, unless the number is
   the same, on less than the same first forename, nearly the same surname and the same birth date:
   that keeps twins apart, and fathers from sons.
4. Between the two thresholds a person is asked. Below, nothing is done.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

CERTAIN = "same NINO, birth date and surname"
ALONE = "first record of its own"
DECIDED = "decided by a person"
LIKELY = "likely by what the records say"

Says = Literal["same", "apart", "unsure"]
SAYS: tuple[Says, ...] = ("same", "apart", "unsure")
REVIEW_AT_MOST = 0.5
_STANDS_FOR_UNKNOWN = "0101"  # month and day that systems put in where they know none
# What a full run may change without being asked about: so many links, or this share of all records.
FEW_CHANGES, SHARE_OF_RECORDS = 20, 0.001


@dataclass(frozen=True, slots=True)
class Pair:
    """A tie as grouping needs it; ``firm`` if a person made it."""

    first: str
    second: str
    says: Says
    firm: bool = True
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Side:
    """One record of a pair, as far as it decides whether links may be automatic.

    Args:
        record: the record.
        person: whose it is now.
        system: the system that holds it.
        numbers: keyed hashes of the National Insurance numbers it states; temporary ones have none.
        first: the first day it tells of.
        end: the day it is over; None while it goes on.
        once: whether its system holds a person once.
    """

    record: str
    person: str
    system: str
    numbers: frozenset[str] = frozenset()
    first: dt.date = dt.date.min
    end: dt.date | None = None
    once: bool = True


@dataclass(frozen=True, slots=True)
class Likely:
    """Two records and how likely they are of one person; ``weight`` in bits.

    ``doubt`` is why they are not linked without asking however likely they are; see ``doubt``.
    ``always`` if a person is asked however unlikely they are; see ``worth_asking``.
    """

    first: str
    second: str
    weight: float
    probability: float
    doubt: str = ""
    always: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What a record says of who it is, as it is compared; None where it says nothing."""

    given_name: str | None
    surname: str | None
    date_of_birth: str | None
    identifier: str | None


@dataclass(frozen=True)
class Chosen:
    """What becomes of likely pairs: linked at once, put to a person, or barred with a reason."""

    linked: tuple[Likely, ...]
    asked: tuple[tuple[Likely, str], ...]


def bar(one: Side, other: Side) -> str:
    """Return why two records may not be linked without asking; empty if nothing speaks against."""
    if one.numbers and other.numbers and not one.numbers & other.numbers:
        return "different numbers"
    if one.system == other.system and one.once and _at_once(one, other):
        return "held once"
    return ""


def doubt(one: Told, other: Told) -> str:
    """Return why two records are not linked without asking by what they say; empty if nothing."""
    if one.identifier is not None and one.identifier == other.identifier:
        return ""
    if one.date_of_birth is None or one.date_of_birth != other.date_of_birth:
        return "birth dates"
    if one.date_of_birth.endswith(_STANDS_FOR_UNKNOWN):
        return "first of January"
    if not one.given_name or not other.given_name:
        return "forenames"
    if one.given_name.split()[0] != other.given_name.split()[0]:
        return "forenames"
    return "" if _nearly(one.surname or "", other.surname or "") else "surnames"


def worth_asking(one: Told, other: Told) -> bool:
    """Tell whether a person is asked however little else agrees: number and birth date do."""
    return (
        one.identifier is not None and one.identifier == other.identifier
        and one.date_of_birth is not None and one.date_of_birth == other.date_of_birth
    )  # fmt: skip


def _nearly(one: str, other: str) -> bool:
    """Tell whether two surnames share a word, or are at most one slip of the keys apart."""
    if {word for word in one.split() if len(word) > 2} & set(other.split()):
        return True
    short, long = sorted((one.replace(" ", ""), other.replace(" ", "")), key=len)
    if not short or len(long) - len(short) > 1:
        return False
    at = next((at for at, pair in enumerate(zip(short, long, strict=False)) if len(set(pair)) > 1),
              len(short))  # fmt: skip
    rest, other_rest = short[at:], long[at:]
    if len(short) < len(long):
        return rest == other_rest[1:]
    exchanged = rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:]
    return rest[1:] == other_rest[1:] or exchanged


def _at_once(one: Side, other: Side) -> bool:
    ended = one.end is not None and one.end <= other.first
    begun = other.end is not None and other.end <= one.first
    return not ended and not begun


def choose(
    pairs: Iterable[Likely],
    sides: Mapping[str, Side],
    *,
    automatic: float | None,
    review: float,
    settled: Collection[tuple[str, str]] = (),
    apart: Collection[tuple[str, str]] = (),
) -> Chosen:
    """Return what becomes of likely pairs.

    The strongest are looked at first; of two persons only the strongest pair counts. What is barred
    between any two records of two persons is barred between the persons.

    Args:
        pairs: pairs of records, the smaller id first.
        sides: every record of every person that a pair touches.
        automatic: the probability from which a pair is linked; None if none is sure enough.
        review: the probability from which a person is asked.
        settled: pairs that a person has decided, in whichever way.
        apart: those of them that are kept apart.
    """
    persons = _Persons(sides, apart)
    linked: list[Likely] = []
    asked: list[tuple[Likely, str]] = []
    seen: set[frozenset[str]] = set()
    known = set(settled)
    for pair in sorted(pairs, key=lambda one: (-one.weight, one.first, one.second)):
        between = persons.of(pair.first), persons.of(pair.second)
        too_unlikely = pair.probability < review and not pair.always
        if too_unlikely or between[0] == between[1]:
            continue
        if (pair.first, pair.second) in known or frozenset(between) in seen:
            continue
        why = persons.why_not(*between)
        if why == "kept apart":
            continue
        sure = automatic is not None and pair.probability >= automatic and not pair.doubt
        if not why and sure:
            linked.append(pair)
            persons.join(*between)
            continue
        seen.add(frozenset(between))
        asked.append((pair, why or pair.doubt))
    # Links that were chosen later may have settled a question that was asked before.
    open_still = [(pair, why) for pair, why in asked
                  if persons.of(pair.first) != persons.of(pair.second)]  # fmt: skip
    return Chosen(tuple(linked), tuple(open_still))


class _Persons:
    """Whose records are, while links are chosen."""

    def __init__(self, sides: Mapping[str, Side], apart: Collection[tuple[str, str]]) -> None:
        self._sides = sides
        self._person = {record: side.person for record, side in sides.items()}
        self._records: dict[str, list[str]] = defaultdict(list)
        for record, person in self._person.items():
            self._records[person].append(record)
        self._apart = {frozenset(pair) for pair in apart}

    def of(self, record: str) -> str:
        return self._person[record]

    def why_not(self, one: str, other: str) -> str:
        found = ""
        for first in self._records[one]:
            for second in self._records[other]:
                if frozenset((first, second)) in self._apart:
                    return "kept apart"
                found = found or bar(self._sides[first], self._sides[second])
        return found

    def join(self, one: str, other: str) -> None:
        for record in self._records.pop(other):
            self._person[record] = one
            self._records[one].append(record)


def is_unusual(changes: int, records: int) -> bool:
    """Tell whether a full run would change so much that a person has to accept it."""
    return changes > max(FEW_CHANGES, SHARE_OF_RECORDS * records)


@dataclass
class _Together:
    """Records in groups that grow; what is kept apart never comes into one."""

    numbers: Mapping[str, Collection[str]]
    leader: dict[str, str] = field(default_factory=dict)
    stated: dict[str, set[str]] = field(default_factory=dict)
    foes: dict[str, set[str]] = field(default_factory=dict)

    def add(self, record: str) -> None:
        self.leader[record] = record
        self.stated[record] = set(self.numbers.get(record, ()))

    def lead(self, record: str) -> str:
        while self.leader[record] != record:
            self.leader[record] = record = self.leader[self.leader[record]]
        return record

    def keep_apart(self, one: str, other: str) -> None:
        self.foes.setdefault(one, set()).add(other)
        self.foes.setdefault(other, set()).add(one)

    def join(self, one: str, other: str, *, unless_numbers_differ: bool = False) -> None:
        first, second = sorted((self.lead(one), self.lead(other)))
        if first == second or self._foes(first, second) or self._foes(second, first):
            return
        left, right = self.stated[first], self.stated[second]
        if unless_numbers_differ and left and right and not left & right:
            return
        self.leader[second] = first
        left |= right
        if second in self.foes:
            self.foes.setdefault(first, set()).update(self.foes[second])

    def _foes(self, one: str, other: str) -> bool:
        return any(self.lead(foe) == other for foe in self.foes.get(one, ()))


def together(
    records: Iterable[str],
    keys: Mapping[str, Iterable[Hashable]],
    numbers: Mapping[str, Collection[str]],
    pairs: Sequence[Pair],
) -> list[dict[str, str]]:
    """Return which records are of one person, oldest first, each with the rule that says why.

    Args:
        records: those that say anything; of others nothing is known.
        keys: what each shares with whoever is certainly the same person.
        numbers: National Insurance numbers each states.
        pairs: what was found or decided of pairs, in the order in which it was.
    """
    known = sorted(records)
    speaking = set(known)
    held = [one for one in pairs if one.first in speaking and one.second in speaking]
    certain, all_told = _Together({}), _Together(numbers)
    for record in known:
        certain.add(record)
        all_told.add(record)
    for pair in held:
        if pair.says == "apart":
            certain.keep_apart(pair.first, pair.second)
            all_told.keep_apart(pair.first, pair.second)
    same = [pair for pair in held if pair.says == "same"]
    for pair in same:
        if pair.firm:
            all_told.join(pair.first, pair.second)
    holder: dict[Hashable, str] = {}
    for record in known:
        for key in keys.get(record, ()):
            first = holder.setdefault(key, record)
            certain.join(first, record)
            all_told.join(first, record)
    for pair in sorted(same, key=lambda one: (-one.weight, one.first, one.second)):
        if not pair.firm:
            all_told.join(pair.first, pair.second, unless_numbers_differ=True)
    return _explained(known, certain, all_told, same)


def _explained(
    known: Sequence[str], certain: _Together, all_told: _Together, same: Sequence[Pair]
) -> list[dict[str, str]]:
    decided = {certain.lead(one) for pair in same if pair.firm for one in (pair.first, pair.second)}
    groups: dict[str, dict[str, str]] = defaultdict(dict)
    begun: dict[str, set[str]] = defaultdict(set)
    for record in known:
        leader, core = all_told.lead(record), certain.lead(record)
        if not groups[leader]:
            rule = ALONE
        elif core in begun[leader]:
            rule = CERTAIN
        else:
            rule = DECIDED if core in decided else LIKELY
        groups[leader][record] = rule
        begun[leader].add(core)
    return list(groups.values())

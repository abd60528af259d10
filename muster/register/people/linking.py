"""Which source records are of one person: found again whenever what they say has changed.

Records that share what ``rules.same_person`` asks for, in any of their standing claims, are of one
person, and so are those that share it with these, and those that are tied (see ``matching``). Like
all beliefs this rests on what stands: a National Insurance number that comes late brings records
together, and a feed that is withdrawn takes its links with it. Records that part again go back to
the persons they were of. No feed moves a link whose rule is none of these, nor the records of a
person about whose employment somebody decided; a person's decision on a tie does.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from muster.kernel.ids import new_id, new_ids
from muster.register.bulk import insert_frame
from muster.register.people.matching.rules import (
    ALONE,
    CERTAIN,
    DECIDED,
    LIKELY,
    Pair,
    together,
)
from muster.register.people.matching.standing import ties_of
from muster.register.people.rules import same_person
from muster.register.people.telling.claims import hexed, read_among
from muster.register.people.telling.disputes import EVER_UNRECORDED
from muster.register.people.telling.stamps import close_facts, note_instant

_RULES = (CERTAIN, ALONE, DECIDED, LIKELY)
_SAID = {"record": pl.String, "nino_hash": pl.String, "birth_date": pl.Date, "surname": pl.String}
_LINK = {"id": pl.String, "record": pl.String, "person": pl.String, "rule": pl.String}

Key = tuple[str, dt.date, str]


@dataclass(frozen=True)
class _Link:
    """A crosswalk row in force; ``fixed`` if no file may move its record."""

    id: str
    person: str
    rule: str
    fixed: bool


@dataclass
class _Said:
    """What identifies records that say anything, and the ties of any of them."""

    keys: dict[str, set[Key]] = field(default_factory=dict)
    numbers: dict[str, set[str]] = field(default_factory=dict)
    ties: dict[tuple[str, str], Pair] = field(default_factory=dict)


@dataclass(frozen=True)
class Changed:
    """Records to tell again; ``moved`` are those that were of another person before."""

    records: set[str]
    moved: set[str]


def link(
    records: Collection[str], *, by: str, at: dt.datetime, decided: Collection[str] = ()
) -> Changed:
    """Bring up to date of whom records are; return those whose persons gained or lost one.

    Args:
        records: those of which something else is said than before.
        by: who is noted as having linked them.
        at: when.
        decided: records of which a person has just decided whose they are; what was decided about
            their employments does not hold their links.
    """
    links = _links_of("record_id", records)
    persons = {one.person for one in links.values()}
    links |= _links_of("person_id", persons)
    asked = {*records, *links}
    said = _said_by(asked)
    links |= _links_of("record_id", said.keys.keys() - links.keys())
    links |= _links_of("person_id", {one.person for one in links.values()} - persons)
    if not links.keys() <= asked | said.keys.keys():
        return link({*records, *links}, by=by, at=at, decided=decided)
    links, opened, held = _fixed(links, decided)
    groups = together(said.keys, said.keys, said.numbers, list(said.ties.values()))
    wanted = dict(_wanted(groups, links, opened))
    moved = {
        record: (person, rule)
        for record, (person, rule) in wanted.items()
        if record not in links or (links[record].person, links[record].rule) != (person, rule)
    }
    unsaid = [
        one for record, one in links.items()
        if record not in said.keys and record not in held and (not one.fixed or one.rule in _RULES)
    ]  # fmt: skip
    gone = [links[record] for record in moved if record in links] + unsaid
    close_facts("register_crosswalk", [one.id for one in gone], at)
    _store(moved, links, by=by, at=at)
    persons = {one.person for one in gone} | {person for person, _rule in moved.values()}
    found = {record for record, (person, _rule) in wanted.items() if person in persons}
    elsewhere = {
        record for record, (person, _rule) in moved.items()
        if record in links and links[record].person != person
    }  # fmt: skip
    return Changed(found | set(moved), elsewhere)


def _links_of(column: str, values: Collection[str]) -> dict[str, _Link]:
    found = read_among(
        f"SELECT {hexed('id')}, {hexed('record_id')}, {hexed('person_id')}, rule"  # noqa: S608
        f" FROM register_crosswalk WHERE recorded_to IS NULL AND {column} IN {{}}",
        values,
        _LINK,
    )
    return {
        record: _Link(one, person, rule, rule not in _RULES)
        for one, record, person, rule in found.iter_rows()
    }


def _fixed(
    links: Mapping[str, _Link], decided: Collection[str]
) -> tuple[dict[str, _Link], set[str], set[str]]:
    """Return the links, those fixed whose person somebody decided something about.

    Beside them the persons whom somebody gave an employment that no record told of: it stays
    theirs, so a group keeps such a person rather than another. And the records of whose own
    employments somebody decided, which keep their links even if nothing tells of them.
    """
    found = read_among(
        f"SELECT DISTINCT {hexed('person_id')}, CASE WHEN {EVER_UNRECORDED} THEN 1 ELSE 0 END,"  # noqa: S608
        f" {hexed('record_id')}"
        " FROM register_employment held"
        " WHERE recorded_to IS NULL AND decided_by IS NOT NULL AND person_id IN {}",
        {one.person for one in links.values()},
        {"person": pl.String, "opened": pl.Int64, "record": pl.String},
    )
    freed = {links[record].person for record in decided if record in links}
    anchored = set(found["person"]) - freed
    anchored |= {one.person for one in links.values() if one.fixed}
    fixed = {
        record: _Link(one.id, one.person, one.rule, one.person in anchored)
        for record, one in links.items()
    }
    opened = pl.col("opened") == 1
    return fixed, set(found.filter(opened)["person"]), set(found.filter(~opened)["record"])


def _said_by(records: Collection[str]) -> _Said:
    """Return what identifies records, and all that share it or are tied to them."""
    said = _Said()
    asked, seen, numbers = set(records), set[str](), set[str]()
    while asked:
        seen |= asked
        for record, *who in _claimed("record_id", asked).iter_rows():
            key = same_person(*who)
            said.keys.setdefault(record, set()).update([key] if key else [])
            said.numbers.setdefault(record, set()).update([who[0]] if who[0] else [])
        fresh = {key[0] for record in asked for key in said.keys.get(record, ())} - numbers
        numbers |= fresh
        tied = {(one.first, one.second): one for one in ties_of(asked)}
        said.ties |= tied
        others = {record for pair in tied for record in pair}
        asked = ({*_claimed("nino_hash", fresh)["record"]} | others) - seen
    return said


def _claimed(column: str, values: Collection[str]) -> pl.DataFrame:
    return read_among(
        f"SELECT DISTINCT {hexed('claim.record_id')}, claim.nino_hash, claim.birth_date,"  # noqa: S608
        " claim.surname FROM register_people_claim claim"
        " JOIN register_people_statement said ON said.id = claim.statement_id"
        f" WHERE said.recorded_to IS NULL AND claim.{column} IN {{}}",
        values,
        _SAID,
    )


def _wanted(
    groups: Sequence[Mapping[str, str]], links: Mapping[str, _Link], opened: Collection[str]
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield each record with its person and the rule that says why.

    A group keeps the oldest person it has, and one about whom somebody decided before others.
    """
    for group, person in zip(groups, _persons_of(groups, links, opened), strict=True):
        held = any(links[record].fixed for record in group if record in links)
        for record, rule in group.items():
            was = links.get(record)
            if was is not None and was.fixed:
                yield record, (was.person, was.rule)
            else:
                yield record, (person, CERTAIN if held and rule == ALONE else rule)


def _persons_of(
    groups: Sequence[Mapping[str, str]], links: Mapping[str, _Link], opened: Collection[str]
) -> list[str]:
    """Return the person of each group: one it has, one that its records were of, or a new one."""
    chosen, had = list[str](), list[set[str]]()
    holders: dict[str, list[int]] = defaultdict(list)
    for number, group in enumerate(groups):
        own = [links[record] for record in group if record in links]
        fixed = {one.person for one in own if one.fixed}
        chosen.append(min(fixed, default=""))
        had.append({one.person for one in own})
        for person in had[-1]:
            holders[person].append(number)
    torn = {person: numbers for person, numbers in holders.items() if len(numbers) > 1}
    past = _past({record for numbers in torn.values() for one in numbers for record in groups[one]})
    for person, numbers in torn.items():
        first = [one for one in numbers if any(past[record][0] == person for record in groups[one]
                                               if record in past)]  # fmt: skip
        for one in set(numbers) - {(first or numbers)[0]}:
            had[one].discard(person)
    taken = {person for person in chosen if person}
    for number, persons in enumerate(had):
        if not chosen[number]:
            mine = persons - taken
            chosen[number] = min(mine & set(opened) or mine, default="")
            taken.add(chosen[number])
    return _with_persons_of_before(groups, chosen, past, links)


def _with_persons_of_before(
    groups: Sequence[Mapping[str, str]], chosen: Sequence[str],
    past: Mapping[str, Sequence[str]], links: Mapping[str, _Link],
) -> list[str]:  # fmt: skip
    """Give groups that have no person one that only they were of, or a new one."""
    left = [number for number, person in enumerate(chosen) if not person]
    known = {record for one in left for record in groups[one] if record in links}
    past = {**past, **_past(known - past.keys())}
    elsewhere = {
        one.person
        for record, one in _links_of(
            "person_id", {person for record in known for person in past.get(record, ())}
        ).items()
        if record not in links
    }
    found, taken = list(chosen), {*chosen, *elsewhere}
    for number in left:
        before = [past[record] for record in groups[number] if record in past]
        offered = sorted({persons[0] for persons in before})
        offered += [person for persons in before for person in reversed(persons)]
        found[number] = next((one for one in offered if one not in taken), new_id().hex)
        taken.add(found[number])
    return found


def _past(records: Collection[str]) -> dict[str, list[str]]:
    """Return the persons that each record ever was of, in the order of time."""
    rows = read_among(
        f"SELECT {hexed('record_id')}, {hexed('person_id')}, CAST(recorded_from AS text)"  # noqa: S608
        " FROM register_crosswalk WHERE record_id IN {}",
        records,
        dict.fromkeys(("record", "person", "from"), pl.String),
    )
    past: dict[str, list[str]] = defaultdict(list)
    for record, person in rows.sort("from").select("record", "person").iter_rows():
        past[record].append(person)
    return dict(past)


def _store(
    moved: Mapping[str, tuple[str, str]], links: Mapping[str, _Link], *, by: str, at: dt.datetime
) -> None:
    wanted = sorted({person for person, _rule in moved.values()})
    known = {one.person for one in links.values()}
    known |= set(
        read_among(
            f"SELECT {hexed('id')} FROM register_person WHERE id IN {{}}",  # noqa: S608
            [person for person in wanted if person not in known] if links else [],
            {"id": pl.String},
        )["id"]
    )
    persons = [person for person in wanted if person not in known]
    insert_frame("register_person", pl.DataFrame({"id": persons}, schema={"id": pl.String}))
    rows = [(record, person, rule) for record, (person, rule) in moved.items()]
    schema = dict.fromkeys(("record_id", "person_id", "rule"), pl.String)
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    ids = [new.hex for new in new_ids(frame.height)]
    insert_frame(
        "register_crosswalk",
        frame.with_columns(
            pl.Series("id", ids, dtype=pl.String),
            pl.lit(by).alias("by"),
            note_instant(at).alias("recorded_from"),
        ),
    )

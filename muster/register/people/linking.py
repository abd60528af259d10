"""Which source records are of one person: found again whenever what they say has changed.

Records that share what ``rules.same_person`` asks for, in any of their standing claims, are of one
person, and so are those that share it with these. Like all beliefs this rests on what stands: a
National Insurance number that comes late brings records together, and a feed that is withdrawn
takes its links with it. A link that a person made, and a person about whom somebody decided
anything, stay as they are.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from muster.kernel.ids import new_id, new_ids
from muster.register.bulk import insert_frame
from muster.register.people.rules import same_person
from muster.register.people.telling.claims import hexed, read_among
from muster.register.people.telling.stamps import close_facts, note_instant

_CERTAIN = "same NINO, birth date and surname"
_ALONE = "first record of its own"
_RULES = (_CERTAIN, _ALONE)
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


def link(records: Collection[str], *, by: str, at: dt.datetime) -> set[str]:
    """Bring up to date of whom records are; return the records whose persons gained or lost one.

    Args:
        records: those of which something else is said than before.
        by: who is noted as having linked them.
        at: when.
    """
    links = _links_of("record_id", records)
    persons = {one.person for one in links.values()}
    links |= _links_of("person_id", persons)
    keys, standing = _said_by({*records, *links})
    links |= _links_of("record_id", keys.keys() - links.keys())
    links |= _links_of("person_id", {one.person for one in links.values()} - persons)
    links = _fixed(links)
    wanted = dict(_wanted(_groups(keys, standing), links))
    moved = {
        record: (person, rule)
        for record, (person, rule) in wanted.items()
        if record not in links or (links[record].person, links[record].rule) != (person, rule)
    }
    unsaid = [one for record, one in links.items() if record not in standing and not one.fixed]
    gone = [links[record] for record in moved if record in links] + unsaid
    close_facts("register_crosswalk", [one.id for one in gone], at)
    _store(moved, links, by=by, at=at)
    persons = {one.person for one in gone} | {person for person, _rule in moved.values()}
    return {record for record, (person, _rule) in wanted.items() if person in persons} | set(moved)


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


def _fixed(links: Mapping[str, _Link]) -> dict[str, _Link]:
    """Return the links, those fixed whose person somebody decided something about."""
    decided = read_among(
        f"SELECT DISTINCT {hexed('person_id')} FROM register_employment"  # noqa: S608
        " WHERE recorded_to IS NULL AND decided_by IS NOT NULL AND person_id IN {}",
        {one.person for one in links.values()},
        {"person": pl.String},
    )
    anchored = set(decided["person"]) | {one.person for one in links.values() if one.fixed}
    return {
        record: _Link(one.id, one.person, one.rule, one.person in anchored)
        for record, one in links.items()
    }


def _said_by(records: Collection[str]) -> tuple[dict[str, set[Key]], set[str]]:
    """Return what identifies records, and all that share it; and which of them say anything."""
    keys: dict[str, set[Key]] = {}
    asked, numbers = set(records), set[str]()
    while asked:
        said = _claimed("record_id", asked)
        for record, *who in said.iter_rows():
            key = same_person(*who)
            keys.setdefault(record, set()).update([key] if key else [])
        fresh = {key[0] for record in asked for key in keys.get(record, ())} - numbers
        numbers |= fresh
        sharing = _claimed("nino_hash", fresh)
        asked = set(sharing["record"]) - keys.keys()
    return keys, set(keys)


def _claimed(column: str, values: Collection[str]) -> pl.DataFrame:
    return read_among(
        f"SELECT DISTINCT {hexed('claim.record_id')}, claim.nino_hash, claim.birth_date,"  # noqa: S608
        " claim.surname FROM register_people_claim claim"
        " JOIN register_people_statement said ON said.id = claim.statement_id"
        f" WHERE said.recorded_to IS NULL AND claim.{column} IN {{}}",
        values,
        _SAID,
    )


def _groups(keys: Mapping[str, Iterable[Key]], records: Iterable[str]) -> list[list[str]]:
    """Return records in groups that share a key, directly or through others; oldest first."""
    leader: dict[str, str] = {record: record for record in records}

    def lead(record: str) -> str:
        while leader[record] != record:
            record = leader[record] = leader[leader[record]]
        return record

    holder: dict[Key, str] = {}
    for record in sorted(leader):
        for key in keys.get(record, ()):
            one, other = sorted((lead(record), lead(holder.setdefault(key, record))))
            leader[other] = one
    groups: dict[str, list[str]] = defaultdict(list)
    for record in sorted(leader):
        groups[lead(record)].append(record)
    return list(groups.values())


def _wanted(
    groups: Iterable[list[str]], links: Mapping[str, _Link]
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield each record with its person and the rule that says why.

    A group keeps the oldest person it has, and one about whom somebody decided before others.
    """
    taken: set[str] = set()
    for group in groups:
        fixed = {links[one].person for one in group if one in links and links[one].fixed}
        had = {links[one].person for one in group if one in links} - taken
        person = min(fixed or had, default="") or new_id().hex
        taken.add(person)
        for number, record in enumerate(group):
            was = links.get(record)
            if was is not None and was.fixed:
                yield record, (was.person, was.rule)
            elif was is not None and was.person == person and len(group) > 1:
                yield record, (person, was.rule)
            else:
                yield record, (person, _CERTAIN if number or fixed else _ALONE)


def _store(
    moved: Mapping[str, tuple[str, str]], links: Mapping[str, _Link], *, by: str, at: dt.datetime
) -> None:
    known = {one.person for one in links.values()}
    persons = sorted({person for person, _rule in moved.values()} - known)
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

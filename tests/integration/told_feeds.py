"""Feeds told straight to the people sink, as the hub tells them, and what is believed after them.

For tests of messy people: a row is what the contract says, so that no layout and no file stands
between a situation and what becomes of it.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from django.db import transaction

from muster.hub.effects import Effect
from muster.hub.intakes import Feed, intake_for
from muster.kernel.ids import new_id
from muster.register.employers.models import Employer
from muster.register.people import actions
from muster.register.people.linking import link
from muster.register.people.models import (
    Assignment,
    Claim,
    Conflict,
    Crosswalk,
    Employment,
    Identifier,
    Person,
    PersonName,
    SourceRecord,
    Statement,
    WaitingRow,
)

HR_RECORD = "muster.people.hr_record.v1"
FULL_TIME = 10**9
_LATE = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
Said = Mapping[str, Any]
_KEPT = (
    Conflict, Identifier, PersonName, Assignment, Employment, Crosswalk, WaitingRow, Claim,
    Statement, SourceRecord, Person,
)  # fmt: skip


def row(staff_number: str | None, **said: Any) -> dict[str, Any]:
    """Return a row as the contract has it: an ordinary employee, but for what is said."""
    usual = {
        "staff_number": staff_number, "surname": "Mole", "forenames": "Martha",
        "birth_date": dt.date(1980, 3, 1), "nino": "QA123456C", "start": dt.date(2019, 9, 2),
        "engagement": "permanent", "grade": "HEO", "fte": FULL_TIME,
    }  # fmt: skip
    return usual | said


@dataclass(frozen=True)
class Told:
    """A feed that was told, with the rows that wait and why."""

    landing: uuid.UUID
    system: str
    as_at: dt.date
    rows: tuple[Said, ...]
    full: bool
    waiting: tuple[tuple[int, str], ...]
    effect: Effect


@dataclass
class Register:
    """The register as feeds tell it; each system belongs to the employer of its name."""

    clock: dt.datetime = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    employers: dict[str, uuid.UUID] = field(default_factory=dict)

    def tells(
        self,
        system: str,
        as_at: dt.date,
        rows: Sequence[Said],
        *,
        full: bool = True,
        replaces: uuid.UUID | None = None,
        landing: uuid.UUID | None = None,
    ) -> Told:
        """Let a feed come, as the hub does: check, prepare, ask for its effect, write."""
        intake = intake_for(HR_RECORD)
        feed = Feed(
            1, landing or new_id(), 0, f"hr:{system}", self._employer(system), as_at, "feed",
            replaces, full,
        )  # fmt: skip
        frame = frame_of(rows)
        prepared = intake.sink.prepare(frame, [feed])
        problems = pl.concat([intake.contract.check(frame), prepared.problems])
        faulty = pl.col("at").is_in(problems["at"].unique().to_list())
        numbered = prepared.frame.with_row_index("at")
        good, bad = numbered.filter(~faulty).drop("at"), numbered.filter(faulty).drop("at")
        effect = intake.sink.effects(good, [feed], waiting=bad)[1]
        with transaction.atomic():
            intake.sink.write(good, [feed], waiting=bad, by="test", at=self.now())
        reasons = problems.unique("at", keep="first", maintain_order=True).sort("at")
        waiting = tuple(reasons.select("at", "cause").iter_rows())
        return Told(feed.landing, system, as_at, tuple(rows), full, waiting, effect)

    def withdraws(self, landing: uuid.UUID, reinstated: uuid.UUID | None = None) -> None:
        """Let a feed be withdrawn."""
        with transaction.atomic():
            intake_for(HR_RECORD).sink.withdraw(
                [landing], reinstated=[reinstated] if reinstated else [], by="test", at=self.now()
            )

    def now(self) -> dt.datetime:
        """Return a later moment than before."""
        self.clock += dt.timedelta(minutes=1)
        return self.clock

    def _employer(self, name: str) -> uuid.UUID:
        if name not in self.employers:
            made = Employer.objects.create(key=f"test:{name}", title=name.title(), status="live")
            self.employers[name] = made.id
        return self.employers[name]


def frame_of(rows: Sequence[Said]) -> pl.DataFrame:
    """Return rows as mapping would: every field of the contract, and file and row."""
    contract = intake_for(HR_RECORD).contract
    schema = {field.name: field.dtype for field in contract.fields}
    columns = {name: [said.get(name) for said in rows] for name in schema}
    numbers = pl.Series("row", range(2, len(rows) + 2), dtype=pl.Int64)
    frame = pl.DataFrame(columns, schema=schema)
    return frame.select(pl.lit(1, dtype=pl.Int64).alias("file"), numbers, *schema)


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Return all that is believed now, without identities and times."""
    who = ("record__system", "record__staff_number")
    facts: dict[str, list[tuple[object, ...]]] = {}
    for model, fields in (
        (Employment, (*who, "number", "engagement", "ended", "leaving_reason")),
        (PersonName, (*who, "surname", "forenames", "searched")),
        (Identifier, (*who, "kind", "hashed")),
        (Conflict, (*who, "number")),
    ):
        rows = model.objects.filter(recorded_to__isnull=True)
        facts[model.__name__] = _sorted(rows.values_list(*fields, "valid_from", "valid_to"))
    spent = Assignment.objects.filter(recorded_to__isnull=True).values_list(
        "employment", "grade", "fte", "post_title", "place__name", "salary", "temporary_grade",
        "absence", "valid_from", "valid_to",
    )  # fmt: skip
    of = {
        employment: (system, number, spell)
        for employment, system, number, spell in Employment.objects.filter(
            recorded_to__isnull=True
        ).values_list("employment", *who, "number")
    }
    facts["Assignment"] = _sorted((of[employment], *rest) for employment, *rest in spent)
    facts["people"] = [*people()]
    return facts


def people() -> list[tuple[tuple[str, str], ...]]:
    """Return which records are believed to be of one person."""
    by_person: dict[object, list[tuple[str, str]]] = {}
    walks = Crosswalk.objects.filter(recorded_to__isnull=True)
    for person, system, number in walks.values_list(
        "person", "record__system", "record__staff_number"
    ):
        by_person.setdefault(person, []).append((system, number))
    return sorted(tuple(sorted(records)) for records in by_person.values())


def tell_all_again() -> None:
    """Work out anew what is believed of every record, whatever has changed."""
    records = {one.hex for one in SourceRecord.objects.values_list("id", flat=True)}
    with transaction.atomic():
        link(records, by="test", at=_LATE)
        actions._tell(records, at=_LATE)


def forget() -> None:
    """Empty the room; only inside a transaction that is rolled back."""
    for model in _KEPT:
        model.objects.all().delete()


def _sorted(rows: Any) -> list[tuple[object, ...]]:
    return sorted((tuple(one) for one in rows), key=repr)

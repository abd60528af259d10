"""The only writers of attendance: store counts, take them back, declare what is expected.

Counts are stored inside the hub's transaction; their evidence is the hub's own entry for the
landing.
"""

import datetime as dt
import uuid
from collections.abc import Sequence

import polars as pl
from django.db import transaction

from muster.hub.intakes import Feed
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, Conflict, NotFound, Where
from muster.ledger.current import ledger
from muster.register.attendance.models import Building, Count, Expectation, Statement
from muster.register.bulk import insert_frame
from muster.register.employers.models import Employer
from muster.register.statements import open_statements, withdraw_statements

LEAST, MOST = 1, 100
_KEY = ["system", "building", "town"]
_STATED = ("row", "employer_id", "region", "week", "day", "days", "present", "desks", "based")


def store(frame: pl.DataFrame, feeds: Sequence[Feed], *, at: dt.datetime) -> None:
    """Store accepted rows as recorded ``at`` an instant, in place of what the feeds replace."""
    statements = open_statements(Statement, feeds, file=frame.schema["file"], at=at)
    rows = frame.join(statements, on="file", maintain_order="left")
    rows = rows.join(_buildings(rows), on=_KEY, maintain_order="left")
    insert_frame("register_attendance_count", rows.select("statement_id", "building_id", *_STATED))


def withdraw(
    landings: Sequence[uuid.UUID], *, reinstated: Sequence[uuid.UUID], at: dt.datetime
) -> None:
    """Undo what landings brought; those in ``reinstated`` stand again as new facts."""
    withdraw_statements(Statement, [Count], landings, reinstated=reinstated, at=at)


@transaction.atomic
def declare_expectation(
    *, employer: uuid.UUID, share: int, starts: dt.date, by: str, clock: Clock
) -> uuid.UUID:
    """Declare what share of working time an employer expects in the office from a day on.

    Another one from the same day takes its place.

    Raises:
        BadInput: if the share is no whole per cent from 1 to 100.
        NotFound: if there is no such employer.
    """
    if not LEAST <= share <= MOST:
        raise BadInput(
            f"{share} is no share of working time",
            where=Where(field="share"),
            fix=f"Enter a whole number from {LEAST} to {MOST}",
        )
    # Two people may declare for the same employer at this moment: the later one waits here.
    held = Employer.objects.select_for_update(no_key=True).filter(id=employer).first()
    if held is None:
        raise NotFound("No such employer", where=Where(thing=str(employer)), fix="Choose another")
    now = clock.now()
    Expectation.objects.filter(employer=held, starts=starts, recorded_to__isnull=True).update(
        recorded_to=now
    )
    row = Expectation.objects.create(
        employer=held, share=share, starts=starts, declared_by=by, recorded_from=now
    )
    ledger().append_one(
        "decisions",
        "muster.register.attendance_expectation.declared.v1",
        f"expectation:register:{row.id}",
        {"employer": held.key, "share": share, "starts": starts.isoformat(), "by": by},
    )
    return row.id


@transaction.atomic
def take_back_expectation(*, expectation: uuid.UUID, by: str, clock: Clock) -> None:
    """Take an expectation back, as if it had never been declared.

    Raises:
        Conflict: if it is no longer in force.
    """
    standing = Expectation.objects.filter(id=expectation, recorded_to__isnull=True)
    if not standing.update(recorded_to=clock.now()):
        raise Conflict(
            "This expectation is no longer in force",
            where=Where(thing=str(expectation)),
            fix="Load the page again",
        )
    ledger().append_one(
        "decisions",
        "muster.register.attendance_expectation.taken_back.v1",
        f"expectation:register:{expectation}",
        {"by": by},
    )


def _buildings(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the ids of the buildings in a batch, making those that are new."""
    named = rows.select(_KEY).unique(maintain_order=True)
    wanted = set(named.rows())
    known = _known(named)
    Building.objects.bulk_create(
        [
            Building(system=system, name=name, town=town)
            for system, name, town in sorted(wanted - known.keys())
        ],
        ignore_conflicts=True,
    )
    known = _known(named)
    return pl.DataFrame(
        [(*key, known[key].hex) for key in sorted(wanted)],
        schema={**dict.fromkeys(_KEY, pl.String), "building_id": pl.String},
        orient="row",
    )


def _known(named: pl.DataFrame) -> dict[tuple[str, str, str], uuid.UUID]:
    stored = Building.objects.filter(system__in=named["system"].unique().to_list())
    return {(one.system, one.name, one.town): one.id for one in stored}

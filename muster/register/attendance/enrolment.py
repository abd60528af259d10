"""Enrols the building systems of a pretend civil service, so that their counts find routes.

For demonstrations, tests and benchmarks, after ``people.enrolment`` has made the employers. A real
system is enrolled by the same steps: the system, the agreement under which its counts may come, and
the route they take.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from pathlib import Path

import polars as pl
from django.db import transaction

from muster.hub.actions import open_route, open_system
from muster.hub.agreements import AgreementTerms
from muster.hub.intakes import intake_for
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.register.attendance.actions import declare_expectation
from muster.register.employers.queries import ids_by_key

COUNT = "muster.attendance.count.v1"
_SHARE = 60
_SINCE = dt.date(2024, 1, 1)


@transaction.atomic
def enrol(out: Path, *, by: str, clock: Clock) -> tuple[str, ...]:
    """Add the building systems of pretend employers with agreements and routes.

    Each employer expects three days in five, as a demonstration of what can be declared.

    Args:
        out: the folder that ``muster synthetic make`` filled.
        by: who enrols them.
        clock: dates the agreements.

    Returns:
        The codes of the routes.
    """
    employers = pl.read_parquet(out / "truth" / "employer.parquet").select("employer", "name")
    ids, starts = ids_by_key(), legal_day(clock.now())
    for slug, name in employers.iter_rows():
        employer = _id_of(slug, ids)
        open_system(
            code=f"buildings:{slug}",
            title=f"Building systems of {name}",
            kind="csv_drop",
            employer=employer,
        )
        _open(slug, name, starts, by)
        declare_expectation(employer=employer, share=_SHARE, starts=_SINCE, by=by, clock=clock)
    return tuple(f"attendance-{slug}" for slug in employers["employer"])


def _id_of(slug: str, ids: Mapping[str, uuid.UUID]) -> uuid.UUID:
    return ids[f"pretend:{slug}"]


def _open(slug: str, name: str, starts: dt.date, by: str) -> None:
    open_route(
        code=f"attendance-{slug}",
        terms=AgreementTerms(
            code=f"attendance-{slug}",
            contract=COUNT,
            sender=f"buildings:{slug}",
            receiver="register",
            fields=frozenset(field.name for field in intake_for(COUNT).contract.fields),
            starts=starts,
            ends=None,
            suspended=False,
        ),
        title=f"Attendance in buildings of {name}",
        purpose="Knowing how many people come to each building, against what is expected."
        " Counts alone are sent, no person among them.",
        lawful_basis="Public task (UK GDPR Article 6(1)(e)); no personal data is sent. Pretend"
        " data: nobody in it is real.",
        retention="Seven years from the date each file speaks of",
        processors=("Muster",),
        signatories=(f"Head of Property, {name}", "Register owner"),
        by=by,
    )

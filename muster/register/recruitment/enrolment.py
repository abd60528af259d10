"""Enrols the recruitment systems of a pretend civil service, so that their extracts find routes.

For demonstrations, tests and benchmarks, after ``people.enrolment`` has made the employers. A real
system is enrolled by the same steps: the system, the agreement under which its extracts may come,
and the route they take.
"""

import datetime as dt
from pathlib import Path

import polars as pl
from django.db import transaction

from muster.hub.actions import open_route, open_system
from muster.hub.agreements import AgreementTerms
from muster.hub.intakes import intake_for
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.register.employers.queries import ids_by_key
from muster.register.people.enrolment import key_of

APPLICATION = "muster.recruitment.application.v1"


@transaction.atomic
def enrol(out: Path, *, by: str, clock: Clock) -> tuple[str, ...]:
    """Add the recruitment systems of pretend employers with agreements and routes.

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
        open_system(
            code=f"ats:{slug}",
            title=f"Recruitment system of {name}",
            kind="csv_drop",
            employer=ids[key_of(slug)],
        )
        _open(slug, name, starts, by)
    return tuple(f"recruitment-{slug}" for slug in employers["employer"])


def _open(slug: str, name: str, starts: dt.date, by: str) -> None:
    open_route(
        code=f"recruitment-{slug}",
        terms=AgreementTerms(
            code=f"recruitment-{slug}",
            contract=APPLICATION,
            sender=f"ats:{slug}",
            receiver="register",
            fields=frozenset(field.name for field in intake_for(APPLICATION).contract.fields),
            starts=starts,
            ends=None,
            suspended=False,
        ),
        title=f"Recruitment of {name}",
        purpose="Knowing how recruitment goes: how many apply, how far they come, how long each"
        " stage takes, and whether the outcome is fair. No names are sent.",
        lawful_basis="Public task (UK GDPR Article 6(1)(e)); answers about diversity under Article"
        " 9(2)(g) with Data Protection Act 2018 Schedule 1 paragraph 8. Pretend data: nobody in it"
        " is real.",
        retention="Two years from the date each extract speaks of",
        processors=("Muster",),
        signatories=(f"Head of Recruitment, {name}", "Register owner"),
        by=by,
    )

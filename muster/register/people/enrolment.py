"""Enrols the employers of a pretend civil service, so that their HR files find routes.

For demonstrations, tests and benchmarks. A real employer is enrolled by the same steps: its
system, the agreement under which its files may come, and the route they take.
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
from muster.kernel.errors import BadInput, Where
from muster.register.employers.actions import load_organisations
from muster.register.employers.queries import ids_by_key
from muster.register.employers.rules import Organisation

HR_RECORD = "muster.people.hr_record.v1"
_KINDS = {
    "ministerial department": "Ministerial department",
    "non-ministerial department": "Non-ministerial department",
    "executive agency": "Executive agency",
    "public body": "Executive non-departmental public body",
}
# What kind of file each layout of the pretend service is; delimited text where none is named.
_FILES = {
    "oracle_hcm_xml": "xml",
    "workday_xml": "xml",
    "sap_fixed": "fixed_width",
    "small_body_workbook": "workbook",
}


@transaction.atomic
def enrol(out: Path, *, by: str, clock: Clock) -> tuple[str, ...]:
    """Add pretend employers with systems, agreements and routes; return their route codes.

    Args:
        out: the folder that ``muster synthetic make`` filled.
        by: who enrols them.
        clock: dates the agreements.

    Raises:
        BadInput: if the folder holds no pretend civil service.
    """
    listed = out / "truth" / "employer.parquet"
    if not listed.exists():
        raise BadInput(
            "The folder holds no pretend civil service",
            where=Where(file=out.name),
            fix="Make one",
            command="muster synthetic make --out DIR",
        )
    employers = list(pl.read_parquet(listed).iter_rows(named=True))
    load_organisations(
        [
            Organisation(
                key=key_of(row["employer"]),
                title=row["name"],
                kind=_KINDS.get(row["kind"], row["kind"].capitalize()),
                parents=(key_of(row["parent"]),) if row["parent"] else (),
                sources=("pretend civil service",),
            )
            for row in employers
        ],
        by=by,
        pretend=True,
    )
    ids, starts = ids_by_key(), legal_day(clock.now())
    for row in employers:
        slug = row["employer"]
        open_system(
            code=f"hr:{slug}",
            title=f"HR system of {row['name']} ({row['layout']})",
            kind=_FILES.get(row["layout"], "csv_drop"),
            employer=ids[key_of(slug)],
        )
        _open(slug, row["name"], starts, by)
    return tuple(f"hr-{row['employer']}" for row in employers)


def key_of(slug: str) -> str:
    """Return the register's key of a pretend employer."""
    return f"pretend:{slug}"


def _open(slug: str, name: str, starts: dt.date, by: str) -> None:
    open_route(
        code=f"hr-{slug}",
        terms=AgreementTerms(
            code=f"hr-{slug}",
            contract=HR_RECORD,
            sender=f"hr:{slug}",
            receiver="register",
            fields=frozenset(field.name for field in intake_for(HR_RECORD).contract.fields),
            starts=starts,
            ends=None,
            suspended=False,
        ),
        title=f"HR records of {name}",
        purpose="Keeping one register of who is employed by whom, on what terms, for transfers"
        " between employers and for workforce figures",
        lawful_basis="Public task (UK GDPR Article 6(1)(e)). Pretend data: nobody in it is real.",
        retention="Seven years from the date each file speaks of",
        processors=("Muster",),
        signatories=(f"HR Director, {name}", "Register owner"),
        by=by,
    )

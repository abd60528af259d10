"""Enrols the pretend providers of shared services, so that their returns find routes.

For demonstrations, tests and benchmarks. A real provider is enrolled by the same steps: its system,
an agreement for each of the two contracts, and the routes they open.
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

RETURN = "muster.shared_services.service_return.v1"
CASE = "muster.shared_services.business_case.v1"
_KINDS = {RETURN: ("return", "Quarterly returns"), CASE: ("case", "Business case")}


@transaction.atomic
def enrol(out: Path, *, by: str, clock: Clock) -> tuple[str, ...]:
    """Add the systems of pretend providers with agreements and routes.

    Args:
        out: the folder that ``muster synthetic make`` filled.
        by: who enrols them.
        clock: dates the agreements.

    Returns:
        The codes of the routes.
    """
    told = pl.read_parquet(out / "truth" / "business_case.parquet")
    folder = pl.col("file").str.split("/").list.get(1)
    providers = told.select(folder, "provider").unique(maintain_order=True)
    starts, found = legal_day(clock.now()), []
    for slug, name in providers.iter_rows():
        open_system(
            code=f"services:{slug}", title=f"Systems of {name}", kind="csv_drop", employer=None
        )
        found += [_open(contract, slug, name, starts, by) for contract in _KINDS]
    return tuple(found)


def _open(contract: str, slug: str, name: str, starts: dt.date, by: str) -> str:
    kind, title = _KINDS[contract]
    code = f"services-{kind}-{slug}"
    open_route(
        code=code,
        terms=AgreementTerms(
            code=code,
            contract=contract,
            sender=f"services:{slug}",
            receiver="register",
            fields=frozenset(field.name for field in intake_for(contract).contract.fields),
            starts=starts,
            ends=None,
            suspended=False,
        ),
        title=f"{title} of {name}",
        purpose="Knowing what shared services do, at what cost, and whether what was promised for"
        " them comes true. Nothing about people is sent.",
        lawful_basis="Public task; no personal data is sent. Pretend data: there is no such"
        " provider.",
        retention="Ten years from the date each file speaks of",
        processors=("Muster",),
        signatories=(f"Finance Director, {name}", "Register owner"),
        by=by,
    )
    return code

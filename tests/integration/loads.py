"""Small organogram files and loads of them, for tests of the way from bytes to register."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.apps import apps
from django.db import connection

from muster.cli.standing import ensure_standing_data
from muster.connectors.contract import Connector
from muster.connectors.csv_drop.fake import FakeCsvDrop
from muster.hub.actions import Taken, begin_intake, take_in
from muster.hub.models import Landing, QuarantinedRow
from muster.hub.queries import Figures, figures
from muster.hub.reading import read
from muster.kernel.clock import FixedClock
from muster.ledger.current import ledger
from muster.ledger.port import LOG_NAMES
from muster.register.posts.models import PostFact
from muster.register.posts.queries import fte_of_landings
from tests.remembered import remembered

BY = "operator:test"
CLOCK = FixedClock(dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC))
JUNIOR = (
    "Parent Department,Organisation,Unit,Reporting Senior Post,Grade,Payscale Minimum (£),"
    "Payscale Maximum (£),Generic Job Title,Number of Posts in FTE,Professional/Occupational Group"
)
SENIOR = (
    "Post Unique Reference,Grade (or equivalent),Job Title,Job/Team Function,Parent Department,"
    "Organisation,Unit,Reports to Senior Post,Salary Cost of Reports (£),FTE,Actual Pay Floor (£),"
    "Actual Pay Ceiling (£),Professional/Occupational Group,Notes,Valid?,URI"
)
TREASURY = "HM Treasury"


def junior(fte: object = "1", organisation: str = TREASURY, title: str = "Officer") -> str:
    """Return one row of a junior file."""
    return f'{TREASURY},{organisation},Tax,A1,EO,21000,25000,"{title}","{fte}",Policy'


def senior(reference: str, fte: object = "1", organisation: str = TREASURY) -> str:
    """Return one row of a senior file."""
    place = f"{TREASURY},{organisation},Tax"
    return f"{reference},SCS1,Head,,{place},XX,100000,{fte},60000,64999,Policy,,,"


def file_of(*rows: str, header: str = JUNIOR) -> bytes:
    """Return a file of these rows."""
    return "\n".join([header, *rows, ""]).encode()


def load(
    files: Mapping[str, bytes] | Connector,
    *,
    route: str | None = None,
    as_at: dt.date | None = None,
) -> Taken:
    """Take files in as the command line does."""
    remembered("standing data", ensure_standing_data)
    connector = FakeCsvDrop(files) if isinstance(files, Mapping) else files
    intake = begin_intake(name="test", by=BY, clock=CLOCK)
    return take_in(connector, read, intake=intake, by=BY, clock=CLOCK, route=route, as_at=as_at)


def fates() -> dict[str, str]:
    """Return what became of every landing, by name."""
    return dict(Landing.objects.values_list("name", "state"))


@dataclass(frozen=True)
class Sums:
    """What files came to, with FTE as decimals."""

    figures: Figures
    fte_in: Decimal
    fte_register: Decimal
    fte_quarantined: Decimal


def sums(taken: Taken) -> Sums:
    """Return what a load came to, and check that nothing was lost on the way."""
    ids = [*taken.fresh, *taken.known]
    found, register = figures(ids), fte_of_landings(ids)
    assert found.rows == found.accepted + found.quarantined
    assert found.total_in == register + found.total_quarantined
    return Sums(found, *map(_decimal, (found.total_in, register, found.total_quarantined)))


def sums_per_landing() -> Iterator[tuple[Landing, int, int]]:
    """Yield every landing with the FTE that register and quarantine hold of it, in billionths."""
    for landing in Landing.objects.all():
        waiting = QuarantinedRow.objects.filter(landing=landing).values_list("total", flat=True)
        yield landing, fte_of_landings([landing.id]), sum(waiting)


def current_fte() -> Decimal:
    """Return all FTE that the register holds now."""
    facts = PostFact.objects.filter(statement__recorded_to__isnull=True)
    return _decimal(sum(facts.values_list("fte", flat=True)))


def everything() -> dict[str, int]:
    """Return the size of every table and log, but for intakes: each load is one."""
    sizes = {
        model._meta.db_table: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.db_table != "hub_intake"
    }
    return sizes | {f"log {name}": ledger().size(name) for name in LOG_NAMES}


def on_postgres() -> bool:
    """Tell whether these tests run on PostgreSQL."""
    return connection.vendor == "postgresql"


def only(taken: Taken) -> Landing:
    """Return the one landing that a load brought."""
    ids: set[uuid.UUID] = {*taken.fresh, *taken.known}
    assert len(ids) == 1
    return Landing.objects.get(id=ids.pop())


def _decimal(billionths: int) -> Decimal:
    return Decimal(billionths).scaleb(-9).normalize()

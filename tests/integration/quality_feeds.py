"""Feeds of small HR systems, real ones and many made in bulk, for tests of data quality."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.utils.timezone import make_aware

from muster.cli.standing import ensure_standing_data
from muster.connectors.csv_drop.fake import FakeCsvDrop
from muster.hub.actions import begin_intake, take_in
from muster.hub.alarms import expect
from muster.hub.expected import Rhythm
from muster.hub.models import Agreement, Expectation, Intake, Landing, Route, System
from muster.hub.reading import read
from muster.kernel.clock import SYSTEM_CLOCK, Clock, FixedClock
from muster.kernel.ids import new_id
from muster.register.employers.models import Employer
from muster.register.employers.queries import find
from muster.register.people.enrolment import enrol
from tests.integration.mending_files import ODD, ORCHARDS, report, row
from tests.integration.people_files import service
from tests.remembered import remembered

HR_RECORD = "muster.people.hr_record.v1"
ROUTE = f"hr-{ORCHARDS}"
BY = "operator:test"


def at(day: str, hour: int = 12) -> FixedClock:
    """Return a clock that stands on a day."""
    return FixedClock(dt.datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00"))


def enrol_all() -> None:
    """Enrol three pretend employers whose agreements hold since long ago."""
    out = service(3, 300)
    remembered(f"early {out}", lambda: enrol(out, by=BY, clock=at("2024-01-01")))


def comes(content: bytes, *, as_at: str, on: str, employer: str = ORCHARDS) -> uuid.UUID:
    """Take a report in on a day, and return its landing."""
    clock = at(on)
    intake = begin_intake(name="test", by=BY, clock=clock)
    drop = FakeCsvDrop({f"{employer}/{as_at}-hr.csv": content})
    taken = take_in(drop, read, intake=intake, by=BY, clock=clock)
    (landing,) = {*taken.fresh, *taken.known}
    return landing


def staff(good: int, wrong: int = 0) -> bytes:
    """Return a report of so many good rows, and after them so many of an unknown worker type."""
    rows = [row(f"E{number}", name=f"Ruth{number}, Ada") for number in range(good)]
    return report(*rows, *(row(f"X{number}", worker=ODD) for number in range(wrong)))


def due_monthly(
    route: str = ROUTE, *, since: str, days: int = 10, clock: Clock = SYSTEM_CLOCK
) -> None:
    """Declare that a route's feeds are due every month."""
    rhythm = Rhythm("month", days, dt.date.fromisoformat(since))
    expect(route=route, rhythm=rhythm, owner=BY, by=BY, clock=clock)


def employer_id(key: str) -> uuid.UUID:
    """Return the register's id of an employer."""
    found = find(key)
    assert found is not None
    return found[0]


def month_ends(count: int, until: dt.date) -> list[dt.date]:
    """Return the last days of so many months, the latest of them before a day."""
    found, day = [], until.replace(day=1)
    for _month in range(count):
        found.append(day - dt.timedelta(days=1))
        day = found[-1].replace(day=1)
    return found


def many_suppliers(count: int, dates: Sequence[dt.date], *, rows: int = 2000) -> None:
    """Make suppliers in bulk, each with an employer, a monthly rhythm and a feed for each date.

    Of supplier number n one row in a hundred is wrong for each multiple of 3, and it came n % 20
    days after the date; every 30th never sent anything.
    """
    remembered("standing data", ensure_standing_data)
    employers = [
        Employer(id=new_id(), key=f"bulk:{n}", title=f"Bulk employer {n:03}", status="live")
        for n in range(count)
    ]
    systems = [
        System(id=new_id(), code=f"bulk:{n}", title=f"HR system {n:03}", kind="csv_drop",
               employer=employers[n].id)
        for n in range(count)
    ]  # fmt: skip
    agreements = [
        Agreement(id=new_id(), code=f"bulk-{n}", title="Bulk", contract=HR_RECORD,
                  sender=systems[n], receiver="register", fields=[], purpose="", lawful_basis="",
                  retention="", starts=dt.date(2020, 1, 1))
        for n in range(count)
    ]  # fmt: skip
    routes = [
        Route(id=new_id(), code=f"bulk-{n}", contract=HR_RECORD, source=systems[n],
              agreement=agreements[n])
        for n in range(count)
    ]  # fmt: skip
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    Employer.objects.bulk_create(employers)
    System.objects.bulk_create(systems)
    Agreement.objects.bulk_create(agreements)
    Route.objects.bulk_create(routes)
    Expectation.objects.bulk_create(
        Expectation(route=one, period="month", days=10, since=min(dates), set_by=BY, set_at=now)
        for one in routes
    )
    intake = Intake.objects.create(name="bulk", started_at=now, started_by=BY)
    Landing.objects.bulk_create(
        _landing(n, routes[n], day, intake, rows)
        for n in range(count)
        if n % 30 != 29
        for day in dates
    )


def _landing(n: int, route: Route, day: dt.date, intake: Intake, rows: int) -> Landing:
    wrong = rows // 100 * (n % 3)
    came = make_aware(dt.datetime.combine(day, dt.time(9))) + dt.timedelta(days=n % 20)
    name = f"bulk{n}/{day}-hr.csv"
    return Landing(
        id=new_id(), intake=intake, route=route, name=name, covers=f"{day}", layout="hr-workday",
        as_at=day, sha256=f"{n:032}{day:%Y%m%d}".ljust(64, "0"), size=rows * 100, blob_key=0,
        received_at=came, received_by=BY, state="accepted", rows=rows, accepted=rows - wrong,
        quarantined=wrong, parts=1,
    )  # fmt: skip

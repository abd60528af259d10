"""A pay period at a pretend employer with everything in it: to look at in the browser.

``python -m tests.journeys.pay_period_world FOLDER`` fills the database that Django's settings name,
and writes into the folder on which day the frozen one begins.
"""

import datetime as dt
import sys
import uuid
from pathlib import Path
from typing import Any

import django

KEY = "pretend:orchards-and-allotments"
MONTH = dt.timedelta(days=31)


def fill(folder: Path) -> None:
    """Instruct, let some be paid, freeze the month before."""
    from django.db import transaction

    from muster.gates.personas import persona
    from muster.kernel.clock import SYSTEM_CLOCK, FixedClock
    from muster.kernel.running import settings
    from muster.register.employers.queries import find
    from muster.services.transfers.payrolls.enrolment import enrol
    from muster.services.transfers.payrolls.results import Came, keep
    from muster.services.transfers.payrolls.this_period import freeze_due
    from tests.integration.test_people_feeds import enrol_bodies

    if find(KEY) is None:
        enrol_bodies(KEY)
    now = SYSTEM_CLOCK.now()
    before = FixedClock((now.replace(day=1) - MONTH).replace(day=3))
    employer = persona("payroll", settings()).actor.employer
    assert employer is not None
    # The server that runs beside this freezes a period that is past once it sees its calendar: it
    # shall see neither before somebody is in it.
    with transaction.atomic():
        for year in {before.now().year, now.year}:
            enrol(folder=folder, year=year, by="journey", clock=before)
        paid = _instruct(employer, "start", "Mole", before, expected="1091.67")
    fields = {
        "instruction": str(paid.instruction), "staff_number": "Mole", "gross": "1000.00",
        "period_starts": str(paid.period_starts), "period_ends": str(paid.period_starts),
        "pay_day": str(paid.period_starts),
    }  # fmt: skip
    came = [Came("payroll-system:orchards-and-allotments", employer, fields)]
    keep(came, at=now, by="journey", clock=SYSTEM_CLOCK)
    freeze_due(clock=SYSTEM_CLOCK)
    _instruct(employer, "start", "Vole", SYSTEM_CLOCK, expected="1041.67")
    _instruct(employer, "leave", "Toad", SYSTEM_CLOCK, expected="900.00")
    (folder / "starts").write_text(str(paid.period_starts), encoding="utf-8")


def _instruct(employer: uuid.UUID, action: str, name: str, clock: Any, expected: str) -> Any:
    from muster.kernel.days import legal_day
    from muster.register.people.models import Person
    from muster.services.transfers.payrolls.sending import instruct

    return instruct(
        transfer=uuid.uuid4(), person=Person.objects.create().id, employer=employer,
        action=action,  # type: ignore[arg-type]
        staff_number=name, first_day=legal_day(clock.now()),
        fields={"surname": name, "salary": "25000.00", "fte": "1"}, expected=expected,
        by="journey", clock=clock,
    )  # fmt: skip


if __name__ == "__main__":
    django.setup()
    fill(Path(sys.argv[1]))

"""What a transfer in the browser needs besides people: calendars, a first day, pay reported.

``python -m tests.journeys.transfer_stage FOLDER begin`` loads both payroll calendars into the
database that Django's settings name and writes into the folder who moves and when. ``... move``
lets the first day come, ``... pay`` lets both payrolls report what was expected.
"""

import datetime as dt
import json
import sys
import uuid
from pathlib import Path
from typing import Any

import django

LEAVES, JOINS = "pretend:orchards-and-allotments", "pretend:harbours-and-lighthouses"


def begin(folder: Path) -> None:
    """Load calendars; say who moves, by which number, and on which day."""
    from muster.casework.calendars.actions import load_calendar
    from muster.casework.calendars.queries import calendar_of
    from muster.casework.rules import Worker
    from muster.gates.personas import persona
    from muster.kernel.clock import SYSTEM_CLOCK
    from muster.kernel.days import legal_day
    from muster.kernel.running import settings
    from muster.register.employers.queries import find
    from muster.register.people.person_record import linked_to
    from muster.register.people.person_record import person as record_of
    from muster.services.transfers.payrolls.enrolment import calendar_sheet
    from muster.services.transfers.payrolls.shipped import open_transfers
    from muster.services.transfers.process import driving
    from muster.services.transfers.queries import transfers_of
    from muster.services.transfers.rules import PENDING

    today = legal_day(SYSTEM_CLOCK.now())
    for key, convention in ((LEAVES, "calendar days"), (JOINS, "365ths")):
        employer, title = _found(find(key))
        open_transfers(employer, by="journey")
        known = calendar_of(employer)
        for year in (today.year, today.year + 1):
            # The demonstration's own calendar stands: its past periods are frozen.
            if known is not None and known.period_of(dt.date(year, 6, 1)) is not None:
                continue
            load_calendar(
                sheet=calendar_sheet(title, year, convention), name=f"payroll-{year}.csv",
                employer=employer, by="journey", clock=SYSTEM_CLOCK,
            )  # fmt: skip
    person = persona("civil-servant", settings()).actor.person
    assert person is not None
    for one in transfers_of(person=person):
        if one.state in PENDING:  # what the demonstration has under way makes room
            who = Worker("journey:manager", frozenset({"line manager"}), one.importer)
            driving.rescind(one.id, reason="Another post", worker=who, clock=SYSTEM_CLOCK)
    record = record_of(person, today)
    assert record is not None
    employer, title = _found(find(LEAVES))
    numbers = [one.staff_number for one in linked_to(person)
               if one.employer == title and one.recorded_to is None]  # fmt: skip
    first_day = (today.replace(day=1) + dt.timedelta(days=70)).replace(day=1)
    (folder / "story.json").write_text(json.dumps({
        "person": str(person), "staff_number": numbers[-1], "surname": record.names[0].surname,
        "first_day": first_day.isoformat(), "exporter": title,
    }), encoding="utf-8")  # fmt: skip


def move(folder: Path) -> None:
    """Let the first day come."""
    from muster.casework.actions import fire_due

    fire_due(clock=_on_the_day(folder))


def pay(folder: Path) -> None:
    """Let both payrolls report what was expected of them."""
    from muster.services.transfers.payrolls.models import Instruction
    from muster.services.transfers.payrolls.results import Came, keep
    from muster.services.transfers.payrolls.sending import content_of

    clock = _on_the_day(folder)
    person = uuid.UUID(_story(folder)["person"])
    now_told = Instruction.objects.filter(
        kind="pay", person_id=person, taken_back_at__isnull=True
    ).exclude(action="cancel")
    for told in now_told:
        _fields, expected, days = content_of(told)
        keep([Came(f"payroll:{told.employer_id}", told.employer_id, {
            "instruction": str(told.id), "staff_number": told.staff_number,
            "period_starts": str(told.period_starts), "gross": expected, "paid_from": days[0],
            "paid_to": days[1],
        })], at=clock.now(), by="payroll", clock=clock)  # fmt: skip


def _on_the_day(folder: Path) -> Any:
    from muster.kernel.clock import FixedClock

    day = dt.date.fromisoformat(_story(folder)["first_day"])
    return FixedClock(dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC))


def _story(folder: Path) -> dict[str, str]:
    said: dict[str, str] = json.loads((folder / "story.json").read_text(encoding="utf-8"))
    return said


def _found(one: Any) -> Any:
    assert one is not None
    return one[0], one[1].title


if __name__ == "__main__":
    django.setup()
    {"begin": begin, "move": move, "pay": pay}[sys.argv[2]](Path(sys.argv[1]))

"""A world for tests of payrolls: two employers, their calendars, and payrolls with own code."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from muster.casework.calendars.actions import load_calendar
from muster.hub.actions import begin_intake, take_in
from muster.hub.models import Landing
from muster.hub.reading import dropped, read
from muster.hub.worker import Carrier
from muster.kernel.clock import FixedClock
from muster.register.employers.queries import ids_by_key
from muster.register.people.queries import person_of
from muster.services.transfers.payrolls.sending import Told, instruct
from synthetic.payrolls.calendar import Calendar
from tests.integration.test_people_feeds import MOLE, enrol_bodies, send

NOW = dt.datetime(2026, 11, 5, 10, tzinfo=dt.UTC)
"""A Thursday, a week before the cut-off."""
YEAR = Calendar(dt.date(2026, 10, 1), 6)
FIRST_DAY = dt.date(2026, 11, 16)
TERMS = {
    "surname": "Mole", "forenames": "Moldy", "nino": "QQ123456C", "birth_date": "1980-01-31",
    "first_day": FIRST_DAY.isoformat(), "salary": "31250.00", "fte": "0.8", "tax_code": "1257L",
    "tax_regime": "S", "tax_basis": "cumulative", "ni_letter": "A", "student_loans": "2;PG",
    "pension_scheme": "alpha", "allowances": "Location=1200.00",
}  # fmt: skip


@dataclass
class PayrollsWorld:
    """The mill, whose payroll is told, and Mole, who is known there."""

    folder: Path
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))

    def build(self, convention: str = "365ths") -> "PayrollsWorld":
        enrol_bodies("mill", "weir")
        send("08-31", MOLE)
        load_calendar(
            sheet=sheet_of(YEAR, convention), name="year.csv", employer=self.mill, by="test",
            clock=self.clock,
        )  # fmt: skip
        return self

    @property
    def mill(self) -> uuid.UUID:
        return ids_by_key()["mill"]

    @property
    def mole(self) -> uuid.UUID:
        found = person_of("hr:mill", "M/1")
        assert found is not None
        return found

    def instruct(
        self, action: str = "start", *, transfer: uuid.UUID | None = None, expected: str = "",
        first_day: dt.date = FIRST_DAY, number: str = "0417",
        fields: Mapping[str, str] | None = None,
    ) -> Told:  # fmt: skip
        return instruct(
            transfer=transfer or uuid.UUID(int=7), person=self.mole, employer=self.mill,
            action=action,  # type: ignore[arg-type]
            staff_number=number, first_day=first_day,
            fields=TERMS if fields is None else fields, expected=expected, by="test",
            clock=self.clock,
        )  # fmt: skip

    def carry(self) -> None:
        carrier = Carrier(self.clock)
        carrier.drain()
        carrier.stop()

    def load(self, name: str, content: bytes, route: str) -> Landing:
        """Let a payroll's file come in."""
        place = self.folder / "came"
        place.mkdir(exist_ok=True)
        (place / name).write_bytes(content)
        intake = begin_intake(name=name, by="test", clock=self.clock)
        taken = take_in(
            dropped(place / name), read, intake=intake, route=route, by="test", clock=self.clock
        )
        return Landing.objects.get(id=(taken.fresh or taken.known)[0])

    def move(self, to: dt.datetime) -> None:
        self.clock.move(to - self.clock.now())


def sheet_of(calendar: Calendar, convention: str) -> bytes:
    """Return a payroll's own calendar as the sheet it publishes."""
    words = {"365ths": "365ths", "calendar_days": "calendar days"}[convention]
    lines = [
        "employer,frequency,period start,period end,cut-off date,cut-off time,pay day,part periods"
    ]
    for one in calendar.periods:
        cut = one.cut_off
        lines.append(
            f"Mill,monthly,{one.starts:%d/%m/%Y},{one.last_day:%d/%m/%Y},{cut:%d/%m/%Y},"
            f"{cut:%H:%M},{one.pay_day:%d/%m/%Y},{words}"
        )
    return "\n".join(lines).encode()

"""Employers of the month-end in Muster's register, and the payroll stand-ins they are paid by.

A stand-in is told what Muster's instructions say, in its own bytes or messages, at the moment they
were made; it runs at its cut-offs, and what it paid goes back to Muster as any payroll's results.
"""

import datetime as dt
import tempfile
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from muster.casework.calendars.actions import load_calendar
from muster.casework.rules import Worker
from muster.kernel.clock import FixedClock
from muster.kernel.ids import new_id
from muster.register.employers.models import Employer
from muster.register.people.models import Assignment, Employment, Person
from muster.services.transfers.payrolls import enrolment
from muster.services.transfers.payrolls.models import Instruction
from muster.services.transfers.payrolls.results import Came, keep
from muster.services.transfers.payrolls.rules import pence
from muster.services.transfers.payrolls.sending import content_of
from synthetic.payrolls import fixed_layout, json_layout
from synthetic.payrolls.calendar import PayPeriod
from synthetic.payrolls.fixed_width import FixedWidthPayroll
from synthetic.payrolls.json_payroll import JsonPayroll
from synthetic.payrolls.result import result_of
from synthetic.transfers.instructions import employed_of
from synthetic.transfers.transfer import PretendTransfer
from synthetic.transfers.workplaces import Workplace

_SHEET = (
    "employer", "frequency", "period start", "period end", "cut-off date", "cut-off time",
    "pay day", "part periods",
)  # fmt: skip
_WORDS = {"calendar_days": "calendar days", "365ths": "365ths", "working_days": "working days"}
_ANSWERED = dt.timedelta(hours=4)
_NOT_OF_RESULTS = frozenset({"surname", "p45_pay", "p45_tax"})


class Office:
    """One employer: its place in the register, its workers in Muster, its payroll."""

    def __init__(self, place: Workplace, clock: FixedClock, folder: Path) -> None:
        self.place, self.payroll = place, place.payroll()
        title = f"{place.employer.name} {place.code}"
        self.id = Employer.objects.create(
            key=f"pretend:{place.code.lower()}", title=title, status="live"
        ).id
        load_calendar(
            sheet=_sheet(title, place), name=f"{place.code}.csv", employer=self.id, by="bench",
            clock=clock,
        )  # fmt: skip
        for told in _told(place, folder):
            enrolment.tell(self.id, told, by="bench", clock=clock)
        self._files, self.results = 0, defaultdict[str, list[dict[str, str]]](list)

    def worker(self, lane: str) -> Worker:
        """Return who stands in a lane for this employer."""
        name, role = {
            "Joining manager": ("manager", "line manager"),
            "Joining HR": ("hr", "HR caseworker"), "Leaving HR": ("hr", "HR caseworker"),
            "Joining payroll": ("pay", "payroll lead"), "Leaving payroll": ("pay", "payroll lead"),
        }[lane]  # fmt: skip
        return Worker(f"{name}-{self.place.code}", frozenset({role}), self.id)

    def hand_over(self, told: Instruction) -> None:
        """Hand an instruction to the payroll, as it takes them."""
        fields = content_of(told)[0] | {"instruction": str(told.id)}
        at, payroll = told.made_at, self.payroll
        if isinstance(payroll, FixedWidthPayroll):
            period = payroll.calendar.open_at(at)
            self._files += 1
            content = fixed_layout.write_instructions(
                [fields], payroll=payroll.code, number=self._files, starts=period.starts,
                pay_day=period.pay_day, made=at,
            )  # fmt: skip
            payroll.receive(content, at)
        elif isinstance(payroll, JsonPayroll):
            payroll.ask(json_layout.message_of(fields), at)

    def run(self, period: PayPeriod) -> list[Came]:
        """Run a period; return what Muster is told of those it had told of."""
        found = []
        for payment in self.payroll.run(period.starts):
            result = result_of(payment)
            self.results[payment.worker.move].append(result)
            said = {name: text for name, text in result.items() if name not in _NOT_OF_RESULTS}
            found.append(Came(f"payroll:{self.place.code}", self.id, said))
        return found


class Offices:
    """All employers of some moves, with who works at those that are left."""

    def __init__(self, moves: Sequence[PretendTransfer], clock: FixedClock) -> None:
        self.clock, self.told = clock, 0
        self._of: dict[str, Office] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="muster-payrolls-")
        for move in moves:
            for place in (move.exporter, move.importer):
                if place.code not in self._of:
                    self._of[place.code] = Office(place, clock, Path(self._folder.name))
        self._by_id = {office.id: office for office in self._of.values()}
        first = min(move.offered for move in moves).date().replace(day=1)
        for move in moves:
            self[move.exporter].payroll.take([employed_of(move, first)], clock.now())
        self.people = dict(zip((m.number for m in moves), self._employed(moves), strict=True))

    def __getitem__(self, place: Workplace) -> Office:
        return self._of[place.code]

    def _employed(self, moves: Sequence[PretendTransfer]) -> list[uuid.UUID]:
        """Enter everybody as employed where they are before they move."""
        people = [Person(id=new_id()) for _ in moves]
        Person.objects.bulk_create(people, batch_size=500)
        now, held, terms = self.clock.now(), [], []
        for person, move in zip(people, moves, strict=True):
            record, of = move.record, new_id()
            known: dict[str, Any] = {
                "valid_from": dt.date.fromisoformat(record["employment_started"]),
                "decided_by": "bench", "recorded_from": now,
            }  # fmt: skip
            held.append(Employment(
                id=new_id(), employment=of, person=person, employer_id=self[move.exporter].id,
                engagement="employee", substantive=True, **known,
            ))  # fmt: skip
            terms.append(Assignment(
                id=new_id(), employment=of, engagement_as_stated="permanent",
                fte=int(Decimal(record["fte"]) * 10**9), grade=record["grade"],
                salary=pence(record["salary"]), **known,
            ))  # fmt: skip
        Employment.objects.bulk_create(held, batch_size=500)
        Assignment.objects.bulk_create(terms, batch_size=500)
        return [person.id for person in people]

    def tell(self, transfer: uuid.UUID, since: dt.datetime) -> None:
        """Hand over what Muster has told payrolls of a transfer at or after a moment."""
        told = Instruction.objects.filter(
            transfer=transfer, kind="pay", made_at__gte=since, position__isnull=False
        )
        for one in told.order_by("made_at", "id"):
            self._by_id[one.employer_id].hand_over(one)
        self.told += 1

    def runs(self, until: dt.datetime) -> Iterator[tuple[dt.datetime, Iterator[dt.datetime]]]:
        """Yield each run of each payroll, and when it begins."""
        begins = self.clock.now()
        for office in self._of.values():
            for period in office.payroll.calendar.periods:
                if begins < period.cut_off < until and period.ends > begins.date():
                    yield period.cut_off + dt.timedelta(seconds=1), self._run(office, period)

    def days(self, first: dt.date, end: dt.date) -> list[dt.date]:
        """Return the days after each cut-off and each pay day."""
        found = {
            day + dt.timedelta(days=1)
            for office in self._of.values()
            for period in office.payroll.calendar.periods
            for day in (period.cut_off.date(), period.pay_day)
        }
        return sorted(day for day in found if first < day < end)

    def _run(self, office: Office, period: PayPeriod) -> Iterator[dt.datetime]:
        came = office.run(period)
        known = {str(one) for one in Instruction.objects.filter(
            employer=office.id, id__in=[one.fields["instruction"] for one in came]
        ).values_list("id", flat=True)}  # fmt: skip
        yield period.cut_off + _ANSWERED
        # Of those whom Muster told nothing of, who are most of a payroll, one stands for all.
        others = [one for one in came if one.fields["instruction"] not in known][:1]
        came = [one for one in came if one.fields["instruction"] in known] + others
        keep(came, at=self.clock.now(), by="payroll", clock=self.clock)


def _told(place: Workplace, folder: Path) -> Iterator[enrolment.Told]:
    """Yield the systems that are told of a workplace's transfers: its payroll, its pensions."""
    code, title = place.code.lower(), f"Payroll of {place.code}"
    for name in ("pay", "pensions"):
        (folder / f"{place.code}-{name}").mkdir()
    files = f"file://{folder}/{place.code}"
    if place.kind == "fixed":
        yield enrolment.fixed_width(
            f"payroll-system:{code}", title, url=f"{files}-pay", payroll=place.code
        )
    else:
        address = "http://127.0.0.1:9/v2/instructions"
        yield enrolment.over_http(f"payroll-system:{code}", title, url=address)
    yield enrolment.pension_by_file(
        f"pensions:{code}", f"Pensions of {place.code}", url=f"{files}-pensions",
        employer=place.code,
    )  # fmt: skip


def _sheet(title: str, place: Workplace) -> bytes:
    lines = [",".join(_SHEET)]
    for one in place.calendar.periods:
        cut = one.cut_off
        lines.append(
            f'"{title}",monthly,{one.starts},{one.last_day},{cut:%Y-%m-%d},{cut:%H:%M},'
            f"{one.pay_day},{_WORDS[place.convention]}"
        )
    return "\n".join(lines).encode()

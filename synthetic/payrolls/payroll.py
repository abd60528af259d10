"""A payroll: it takes orders as they come, keeps its cut-offs, runs its periods, and drafts them.

Orders wait until they are keyed. A run takes in what was keyed by the period's cut-off, in the
order it came, and pays every worker what was due up to the end of the period less what was paid
before; so what comes late is made good, or taken back, one run later. A draft is a run that is
thrown away; it can be asked for at any time, as payrolls do before they commit.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import floor

from synthetic.payrolls.arithmetic import half_up, line
from synthetic.payrolls.bugs import NONE, checked
from synthetic.payrolls.calendar import ONE_DAY, Calendar, PayPeriod
from synthetic.payrolls.orders import Fields, Order, Unreadable, order_of
from synthetic.payrolls.reading import misread
from synthetic.payrolls.workers import Terms, Worker

ACCEPTED, LATE, REFUSED = "accepted", "late", "refused"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of one order at once: `state` is accepted, late or refused."""

    reference: str
    state: str
    number: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """What one worker gets in one run. `gross` is pence; both days of `paid` are included."""

    worker: Worker
    period: PayPeriod
    gross: int
    paid_from: date
    paid_to: date


@dataclass(frozen=True, slots=True)
class Waiting:
    keyed: datetime
    order: Order


class Payroll:
    """One employer's payroll. Used from one thread at a time.

    Args:
        code: at most 8 characters.
        calendar: its periods.
        convention: see `arithmetic`.
        bugs: see `bugs`.
    """

    def __init__(
        self, code: str, calendar: Calendar, *, convention: str, bugs: frozenset[str] = NONE
    ) -> None:
        self.code, self.calendar, self.convention = code, calendar, convention
        self.bugs = checked(bugs)
        self.workers: dict[str, Worker] = {}
        self.runs: dict[date, list[Payment]] = {}
        self._waiting: list[Waiting] = []
        self._foreseen: dict[str, Worker] = {}  # as if all that waits were taken in
        self._batches: set[date] = set()

    # -- taking orders ------------------------------------------------------------------------

    def take(self, fields: Sequence[Fields], at: datetime) -> list[Answer]:
        """Take one batch that came at `at`; say of each what becomes of it."""
        read = fields[:-1] if "loses_last_record" in self.bugs and len(fields) > 1 else fields
        answers = [self._take_one(each, at) for each in read]
        answers += [self._unread(each) for each in fields[len(read) :]]
        self._batches.add(self.calendar.open_at(at).starts)
        return answers

    def _unread(self, fields: Fields) -> Answer:
        return Answer(fields.get("instruction", ""), ACCEPTED, fields.get("staff_number", ""))

    def _take_one(self, fields: Fields, at: datetime) -> Answer:
        try:
            order = order_of(misread(fields, self.bugs))
        except Unreadable as problem:
            number, why = fields.get("staff_number", ""), str(problem)
            return Answer(fields.get("instruction", ""), REFUSED, number, why)
        if why := self.refusal(order):
            return Answer(order.reference, REFUSED, order.number, why)
        keyed = _weekdays_after(at, 3) if "late_keying" in self.bugs else at
        if not self._mislaid(order, at):
            self._waiting.append(Waiting(keyed, order))
            self._take_in(self._foreseen, order)
        if (late := self._late(order, at)) is not None:
            why = f"after the cut-off of the period that begins {late.starts}"
            return Answer(order.reference, LATE, order.number, why)
        return Answer(order.reference, ACCEPTED, order.number)

    def refusal(self, order: Order) -> str:
        """Why an order cannot be taken; "" if it can."""
        needed: Mapping[str, tuple[tuple[str, object], ...]] = {
            "start": (
                ("staff_number", order.number), ("first_day", order.first_day),
                ("salary", order.salary), ("fte", order.fte),
            ),
            "leave": (("last_day", order.last_day),),
            "change": (),
            "cancel": (("transfer", order.move),),
        }  # fmt: skip
        for field, value in needed[order.action]:
            if value in (None, ""):
                return f"{field} is missing"
        if order.action == "cancel":
            return ""
        line = self._line_of(order.number)
        if order.action != "start":
            return "" if line else "staff_number is not known"
        if "duplicates_a_starter" in self.bugs or line is None:
            return ""
        return "" if self._over(line, order) else "staff_number is on the payroll"

    def _line_of(self, number: str) -> Worker | None:
        """The last line of a number, with what waits taken in."""
        return self._foreseen.get(number)

    @staticmethod
    def _over(line: Worker, order: Order) -> bool:
        first = order.first_day
        return line.cancelled or bool(line.ends and first and line.ends <= first)

    def _mislaid(self, order: Order, at: datetime) -> bool:
        batches = self.calendar.open_at(at).starts in self._batches
        return "ignores_change_after_batch" in self.bugs and order.action == "change" and batches

    def _late(self, order: Order, at: datetime) -> PayPeriod | None:
        """The period whose cut-off an order missed; None if it is in time."""
        days = {"start": order.first_day, "leave": order.last_day, "change": order.effective_from}
        day = days.get(order.action)
        if day is None:
            return None
        period = self.calendar.holding(day)
        return period if at > period.cut_off else None

    # -- taking in ----------------------------------------------------------------------------

    def _taken_in(self, until: datetime) -> dict[str, Worker]:
        """The workers with the orders that were keyed until then."""
        workers = dict(self.workers)
        for waiting in self._waiting:
            if waiting.keyed <= until:
                self._take_in(workers, waiting.order)
        return workers

    def _take_in(self, workers: dict[str, Worker], order: Order) -> None:
        if order.action == "cancel":
            for key, worker in list(workers.items()):
                if worker.move == order.move:
                    workers[key] = replace(worker, cancelled=True, behind=order.reference)
                elif worker.ended_by == order.move:
                    workers[key] = replace(worker, ends=None, ended_by="", behind=order.reference)
        elif order.action == "start":
            self._start(workers, order)
        elif order.number in workers:
            worker = workers[order.number]
            if order.action == "change":
                workers[order.number] = worker.changed(order)
            elif order.last_day:
                ends = order.last_day + ONE_DAY
                if "keeps_paying_leavers" in self.bugs:
                    ends = self.calendar.holding(order.last_day).ends
                workers[order.number] = replace(
                    worker, ends=ends, ended_by=order.move, behind=order.reference
                )

    def _start(self, workers: dict[str, Worker], order: Order) -> None:
        had = workers.get(order.number)
        started = self._starter(order)
        if had is not None:
            if had.cancelled:
                started = replace(started, paid=had.paid)
            else:  # an earlier line of the number stays, under a key of its own
                workers[f"{order.number}#{len(workers)}"] = had
        workers[order.number] = started

    def _starter(self, order: Order) -> Worker:
        assert order.first_day is not None
        assert order.salary is not None
        since = order.first_day
        if order.paid_to and "starts_after_paid_to" in self.bugs:
            since = max(since, order.paid_to + ONE_DAY)
        if "pays_from_period_start" in self.bugs:
            since = self.calendar.holding(since).starts
        allowances = () if "drops_allowances" in self.bugs else order.allowances or ()
        terms = Terms(since, order.salary, order.fte or Fraction(0), allowances)
        return Worker(
            number=order.number, nino=order.nino, surname=order.surname,
            forenames=order.forenames, behind=order.reference, move=order.move, since=since,
            ends=None, terms=(terms,), tax_code=order.tax_code, tax_regime=order.tax_regime,
            tax_basis=order.tax_basis, ni_letter=order.ni_letter, loans=order.loans or (),
            scheme=order.scheme, p45_pay=order.p45_pay, p45_tax=order.p45_tax,
        )  # fmt: skip

    # -- paying -------------------------------------------------------------------------------

    def run(self, starts: date) -> list[Payment]:
        """Pay a period for good. ValueError if it was run."""
        period = self.calendar.holding(starts)
        if period.starts in self.runs:
            raise ValueError(f"the period that begins {period.starts} was run")
        self.workers = self._taken_in(period.cut_off)
        self._waiting = [each for each in self._waiting if each.keyed > period.cut_off]
        payments = []
        for key, worker in self.workers.items():
            due = list(self._due(worker, period))
            paid = dict(worker.paid) | {each.starts: pence for each, pence in due}
            self.workers[key] = replace(worker, paid=tuple(paid.items()))
            payments += self._payment(worker, period, due)
        self.runs[period.starts] = payments
        return payments

    def draft(self, starts: date, at: datetime) -> list[Payment]:
        """What a run of a period would pay with what was keyed by `at`; nothing is kept."""
        period = self.calendar.holding(starts)
        workers = self._taken_in(min(at, period.cut_off))
        return [
            payment
            for worker in workers.values()
            for payment in self._payment(worker, period, self._due(worker, period))
        ]

    def _due(self, worker: Worker, period: PayPeriod) -> Iterator[tuple[PayPeriod, int]]:
        """What was due in each period up to this one."""
        for each in self.calendar.periods:
            if worker.since < each.ends and each.starts <= period.starts:
                stretches = worker.stretches(each.starts, each.ends)
                yield each, sum(self._pay(*stretch, each) for stretch in stretches)

    def _pay(self, first: date, end: date, terms: Terms, period: PayPeriod) -> int:
        fte = terms.fte
        if "rounds_fte" in self.bugs:
            fte = Fraction(half_up(fte * 100), 100)
        whole = [terms.salary * fte, *(Fraction(pence) for _, pence in terms.allowances)]
        rounded = floor if "rounds_down" in self.bugs else half_up
        return sum(rounded(line(each, first, end, period, self.convention)) for each in whole)

    def _payment(
        self, worker: Worker, period: PayPeriod, dues: Iterable[tuple[PayPeriod, int]]
    ) -> list[Payment]:
        """A payment, or none where nothing is due and nothing was."""
        before, gross, days = dict(worker.paid), 0, set[date]()
        for each, due in dues:
            had = before.get(each.starts)
            gross += due - (had or 0)
            if due != (had or 0) or each.starts == period.starts:
                days |= self._days(worker, each, taken_back=bool(had and due < had))
        if not days:
            return []
        return [Payment(worker, period, gross, min(days), max(days))]

    @staticmethod
    def _days(worker: Worker, period: PayPeriod, *, taken_back: bool) -> set[date]:
        """The first and last day of a period that a payment is for."""
        stretches = worker.stretches(period.starts, period.ends)
        if taken_back and (not stretches or stretches[-1][1] < period.ends):
            first = stretches[-1][1] if stretches else max(worker.since, period.starts)
            return {first, period.last_day}
        return {stretches[0][0], stretches[-1][1] - ONE_DAY} if stretches else set()


def _weekdays_after(moment: datetime, count: int) -> datetime:
    while count:
        moment += timedelta(days=1)
        count -= moment.weekday() < 5
    return moment

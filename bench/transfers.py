"""A month-end of moves between employers: today's process beside Muster, with the same seed.

Pretend people move between pretend employers; some papers are spoilt, at rates that make today's
process pay 7 % of first payments wrongly, as is published. What the exporter's own systems hold and
what the offer says is known to Muster and right; what people state on papers need not be. The same
moves go through the documented model of that process (``synthetic.transfers.spreadsheet``) and
through Muster with its payroll stand-ins. Faults, truth and stand-ins share no code with Muster's
checks and pay rules.

A seam takes moves and says what came of each. ``transfers_month.through_process`` is the one that
is measured: all of Muster, on a database. ``through_muster`` applies the rules of the transfers
room alone (record, differences, planning, expected pay), in the order and at the moments its
process does; tests have it in seconds.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from typing import Any, cast

from bench import transfer_lives
from bench.figures import Figure
from bench.transfers_month import through_process
from muster.casework.calendars.rules import Calendar, PayPeriod
from muster.kernel.days import Period
from muster.services.transfers.pay.owing import first_pay
from muster.services.transfers.pay.rules import Allowance, PayTerms
from muster.services.transfers.payrolls.rules import compare, pence, pounds
from muster.services.transfers.planning.rules import plan
from muster.services.transfers.record.checking import check, differences
from muster.services.transfers.record.fields import Who
from muster.services.transfers.record.wrong import Problem
from muster.services.transfers.rules import Kind
from synthetic.payrolls import fixed_layout, json_layout
from synthetic.payrolls.bugs import BUGS
from synthetic.payrolls.calendar import LONDON
from synthetic.payrolls.fixed_width import FixedWidthPayroll
from synthetic.payrolls.json_payroll import JsonPayroll
from synthetic.payrolls.orders import Fields
from synthetic.payrolls.payroll import Payroll
from synthetic.payrolls.result import result_of
from synthetic.transfers.faults import FAULTS
from synthetic.transfers.instructions import change_of, start_of
from synthetic.transfers.judging import Handled, Raised, Verdict, judge
from synthetic.transfers.make import make_transfers
from synthetic.transfers.spreadsheet import (
    MINUTES_A_WORKING_DAY,
    WORKING_DAYS_A_MOVE,
    WRONG_PUBLISHED,
    is_right,
    through_spreadsheet,
    weekdays_after,
)
from synthetic.transfers.transfer import PretendTransfer
from synthetic.transfers.workplaces import Workplace

MOVES, IN_FULL, IN_DRAFT, SEED = 2_000, 25_000, 300, 20_261_122
MOST_FALSE_BLOCKS, MOST_MINUTES, WITHIN = 0.5, 30.0, 0.3
SETTLED, CHASED = 3, 8  # weekdays until a difference is settled, and until a gap is filled
ROUNDS = 4
_SPREADSHEET = "model of today's process: a form by e-mail, keyed by hand"
_WHO: tuple[Who, ...] = ("exporter", "person", "importer")

# Minutes of a person for each thing they really do in a move; an assumption, kept in one place.
ALWAYS = {
    "manager offers": 5, "person accepts": 2, "person states details": 5,
    "exporter checks and signs the record": 5, "importer states terms": 4,
    "exporter signs the day": 1, "importer signs the day": 1, "person looks at the first pay": 2,
}  # fmt: skip
MINUTES = {"settle": 4, "chase": 3, "new day": 4, "advance": 15, "change": 5, "duplicate": 3}

Through = Callable[[Sequence[PretendTransfer]], Iterable[Handled]]


def measure(*, full: bool) -> Iterator[Figure]:
    """Yield the figures of the month-end through all of Muster, then of speed and of races."""
    yield from month_end(IN_FULL if full else MOVES, SEED, through_process)
    yield from transfer_lives.measure(full=full)


def month_end(count: int, seed: int, through: Through) -> Iterator[Figure]:
    """Send the same moves through today's process and another way; yield both ways' figures."""
    moves = make_transfers(count, seed)
    today = through_spreadsheet(moves, seed)
    verdict = judge(moves, through(moves))
    yield from _figures(f"transfers, {count:,} moves", moves, today.wrong, verdict)
    yield _found_alone(moves)
    yield _bugs(seed)


def _figures(
    what: str, moves: Sequence[PretendTransfer], today: dict[int, str], verdict: Verdict
) -> Iterator[Figure]:
    kinds = len({move.fault for move in moves if move.fault})
    faults = sum(bool(move.fault) for move in moves)
    yield Figure(f"{what}: kinds of fault injected", kinds, "kinds", bar=21, met=kinds >= 21)
    yield Figure(f"{what}: moves with a fault", faults, "moves")
    share = round(100 * len(today) / len(moves), 2)
    published = round(100 * WRONG_PUBLISHED, 1)
    yield Figure(
        f"{what}: wrong first payments by {_SPREADSHEET}; published 7, within {WITHIN:g}", share,
        "%", bar=published, met=abs(share - published) <= WITHIN if len(moves) >= IN_FULL else None,
    )  # fmt: skip
    yield Figure(
        f"{what}: wrong first payments by Muster, at most 0", len(verdict.wrong), "payments",
        _SPREADSHEET, len(today), bar=0, met=not verdict.wrong,
    )  # fmt: skip
    raised = round(100 * verdict.raised_share, 2)
    yield Figure(
        f"{what}: faults blocked or raised before the cut-off", raised, "%", bar=100,
        met=not verdict.missed,
    )  # fmt: skip
    yield Figure(
        f"{what}: faults of copying by hand, which nothing here does", verdict.by_hand, "faults"
    )
    held = round(100 * verdict.false_blocks, 2)
    yield Figure(
        f"{what}: moves without a fault that are stopped, at most {MOST_FALSE_BLOCKS:g}", held, "%",
        bar=MOST_FALSE_BLOCKS, met=held <= MOST_FALSE_BLOCKS,
    )  # fmt: skip
    yield Figure(f"{what}: first payments advanced by hand", verdict.advanced, "payments")
    minutes, before = verdict.median_minutes, WORKING_DAYS_A_MOVE * MINUTES_A_WORKING_DAY
    yield Figure(
        f"{what}: human minutes of a move, the median, at most {MOST_MINUTES:g}",
        round(minutes, 1), "minutes", "published for today: 16.8 working days", round(before),
        round(minutes / before, 5), MOST_MINUTES, minutes <= MOST_MINUTES,
    )  # fmt: skip


# ---- through Muster's rules ---------------------------------------------------------------------


def through_muster(moves: Sequence[PretendTransfer]) -> Iterator[Handled]:
    """Take moves through the rules in the order their papers come; yield what came of each."""
    office = _Office()
    of_payroll: dict[str, list[_Booked]] = defaultdict(list)
    for move in sorted(moves, key=lambda each: (each.papers.came, each.number)):
        of_payroll[move.importer.code].append(office.book(move))
    for booked in of_payroll.values():
        results = _paid(booked[0].move.importer.payroll(), booked)
        for one in booked:
            yield one.handled(results.get(one.move.reference, []))


@dataclass
class _Booked:
    """A move on its way: what is held of it, what was said of it, what its payroll is told."""

    move: PretendTransfer
    ready: dt.datetime
    record: dict[str, Any]
    terms: dict[str, Any]
    first_day: dt.date
    raised: list[Raised] = field(default_factory=list)
    told: list[tuple[dt.datetime, Fields]] = field(default_factory=list)
    advance: int = 0
    minutes: float = float(sum(ALWAYS.values()))

    def say(self, at: dt.datetime, what: str, work: str) -> None:
        self.raised.append(Raised(at, what))
        self.minutes += MINUTES[work]

    def handled(self, results: list[dict[str, str]]) -> Handled:
        agreed = self.first_day if self.first_day != self.move.first_day else None
        return Handled(
            self.move.number, results, agreed, tuple(self.raised), self.advance, self.minutes
        )


class _Office:
    """Both employers at work on moves, as Muster leads them."""

    def __init__(self) -> None:
        self._numbers: set[tuple[str, str]] = set()
        self._people: set[str] = set()

    def book(self, move: PretendTransfer) -> _Booked:
        papers = move.papers
        one = _Booked(
            move, papers.came, {**papers.record}, {**papers.terms}, papers.first_day
        )  # fmt: skip
        self._watch(one)
        self._settle(one)
        self._only_once(one)
        self._plan(one)
        self._tell(one)
        return one

    def _watch(self, one: _Booked) -> None:
        """Say so, on the last day that is in time, where the record is not released by then."""
        move = one.move
        ends = plan(
            move.first_day, calendar_of(move.exporter), calendar_of(move.importer),
            move.offered.date(),
        ).deadline  # fmt: skip
        if ends is not None and one.ready.date() > ends:
            one.say(dt.datetime.combine(ends, dt.time(9), LONDON), "release is late", "chase")

    def _settle(self, one: _Booked) -> None:
        """Settle what is found wrong, and look again until nothing is, or nobody can tell more."""
        move = one.move
        for _ in range(ROUNDS):
            if not (found := self._found(one)):
                break
            for name, rule in found.items():
                one.say(one.ready, f"{name}: {rule}", "settle")
                for held, true in ((one.record, move.record), (one.terms, move.terms)):
                    if name in held:
                        held[name] = true.get(name, held[name])
            one.first_day = move.first_day
            gap = any(rule == "missing" for rule in found.values())
            one.ready = weekdays_after(one.ready, CHASED if gap else SETTLED)

    @staticmethod
    def _found(one: _Booked) -> dict[str, str]:
        """Check what is stated, and compare it with what the exporter and the offer know."""
        move, stated = one.move, {**one.record, **one.terms}
        problems = _problems(move, stated, one.first_day, one.ready)
        known = differences(stated, {**move.record, **move.terms})
        found = {each.field: "differs" for each in known if each.matters}
        found |= {each.field.partition("[")[0]: each.rule for each in problems}
        return found if one.first_day == move.first_day else {**found, "first_day": "differs"}

    def _only_once(self, one: _Booked) -> None:
        """A person has one live move; a staff number one holder."""
        number = (one.move.importer.code, one.terms["new_staff_number"])
        if one.record["nino"] in self._people or one.move.papers.copies > 1:
            one.say(one.ready, "the person has a live move", "duplicate")
        if number in self._numbers:
            one.say(one.ready, "new_staff_number: in use", "settle")
            one.terms["new_staff_number"] = one.move.terms["new_staff_number"]
            one.ready = weekdays_after(one.ready, SETTLED)
        self._people.add(one.record["nino"])
        self._numbers.add((number[0], one.terms["new_staff_number"]))

    def _plan(self, one: _Booked) -> None:
        """Keep the day if it is in time; else agree the next that is, or advance the pay."""
        exporter, importer = calendar_of(one.move.exporter), calendar_of(one.move.importer)
        planned = plan(one.first_day, exporter, importer, one.ready.date())
        if planned.in_time:
            return
        if not planned.started and planned.next_safe is not None:
            one.say(one.ready, "the first day is not in time", "new day")
            one.first_day = planned.next_safe
            return
        terms = _terms_of(one.terms)
        pay = first_pay([(Period(one.first_day), terms)], importer, told=one.ready)
        if pay.advance:
            one.say(one.ready, "the first pay is advanced", "advance")
            one.advance = pay.advance

    def _tell(self, one: _Booked) -> None:
        """Tell the importer's payroll, and again of what changes afterwards."""
        move = one.move
        papers = replace(
            move.papers, record=one.record, terms=one.terms, first_day=one.first_day, miskeyed={}
        )
        told = replace(move, spoilt=papers)
        one.told.append((one.ready, start_of(told)))
        for change in papers.changes:
            one.say(change.known, "a change after the move was booked", "change")
            one.told.append((max(change.known, one.ready), change_of(told, change)))


def _problems(
    move: PretendTransfer, stated: dict[str, Any], first_day: dt.date, at: dt.datetime
) -> list[Problem]:
    """What stops a record by the rules alone."""
    kind = cast(Kind, move.kind)
    found = check(stated, kind=kind, on=first_day, today=at.date(), parts=_WHO, pretend=True)
    return [each for each in found if each.blocks]


def _found_alone(moves: Sequence[PretendTransfer]) -> Figure:
    """How far rules get where nothing else is known of a person to compare with."""
    of = ("syntax", "cross-field", "mismatch")
    spoilt = [(m, m.papers) for m in moves if m.fault and FAULTS[m.fault].of in of]
    found = sum(
        bool(_problems(move, {**papers.record, **papers.terms}, papers.first_day, papers.came))
        for move, papers in spoilt
    )
    return Figure(
        f"transfers: of {len(spoilt):,} faults in what papers say, found with nothing to compare "
        "with",
        round(100 * found / len(spoilt), 1), "%",
    )  # fmt: skip


@cache
def calendar_of(place: Workplace) -> Calendar:
    """A workplace's published calendar, as Muster keeps it."""
    periods = tuple(
        PayPeriod(each.starts, each.ends, each.cut_off, each.pay_day)
        for each in place.calendar.periods
    )
    employer = uuid.uuid5(uuid.NAMESPACE_URL, place.code)
    convention: Any = place.convention
    return Calendar(employer, "monthly", convention, "england-and-wales", periods)


def _terms_of(terms: dict[str, Any]) -> PayTerms:
    allowances = tuple(
        Allowance(each["name"], pence(each["annual"])) for each in terms["new_allowances"]
    )
    share = int(Decimal(terms["new_fte"]) * 1_000_000_000)
    return PayTerms(pence(terms["new_salary"]), share, allowances)


def _paid(payroll: Payroll, booked: list[_Booked]) -> dict[str, list[dict[str, str]]]:
    """Tell a payroll in its own bytes, day by day, and run it; return its results by move."""
    told = sorted(
        ((at, n, fields) for n, one in enumerate(booked) for at, fields in one.told),
        key=lambda each: each[:2],
    )
    days: dict[dt.date, list[tuple[dt.datetime, Fields]]] = defaultdict(list)
    for at, _, fields in told:
        days[at.date()].append((at, fields))
    for number, (_, batch) in enumerate(sorted(days.items()), 1):
        _hand_over(payroll, number, batch)
    last = max(one.first_day for one in booked)
    first = payroll.calendar.holding(min(one.first_day for one in booked))
    final = payroll.calendar.after(payroll.calendar.after(payroll.calendar.holding(last)))
    results: dict[str, list[dict[str, str]]] = defaultdict(list)
    for period in payroll.calendar.periods:
        if first.starts <= period.starts <= final.starts:
            for payment in payroll.run(period.starts):
                results[payment.worker.move].append(result_of(payment))
    return results


def _hand_over(
    payroll: Payroll, number: int, batch: list[tuple[dt.datetime, Fields]]
) -> None:  # fmt: skip
    """Hand a day's instructions over, when the last of them is ready."""
    if isinstance(payroll, FixedWidthPayroll):
        at, period = batch[-1][0], payroll.calendar.open_at(batch[-1][0])
        content = fixed_layout.write_instructions(
            (fields for _, fields in batch), payroll=payroll.code, number=number,
            starts=period.starts, pay_day=period.pay_day, made=at,
        )  # fmt: skip
        payroll.receive(content, at)
    elif isinstance(payroll, JsonPayroll):
        for at, fields in batch:
            payroll.ask(json_layout.message_of(fields), at)


# ---- bugs of payrolls ---------------------------------------------------------------------------


def _bugs(seed: int) -> Figure:
    moves, shown, wrong, biting = make_transfers(IN_DRAFT, seed, faults=False), 0, 0, 0
    for bug in BUGS:
        told = [told for right, told in draft_of_each(moves, bug) if not right]
        wrong, shown, biting = wrong + len(told), shown + sum(told), biting + bool(told)
    return Figure(
        f"transfers: of {wrong:,} first payments that bugs of payrolls made wrong ({biting} of "
        f"{len(BUGS)} bugs touch a plain starter), shown by a draft before the cut-off",
        round(100 * shown / wrong, 2), "%", bar=100, met=shown == wrong,
    )  # fmt: skip


def draft_of_each(moves: Sequence[PretendTransfer], *bugs: str) -> Iterator[tuple[bool, bool]]:
    """Yield for each move whether a payroll with bugs pays it rightly, and whether its draft,
    as it stands an hour before the cut-off, differs from what is expected."""
    of_payroll: dict[str, list[PretendTransfer]] = defaultdict(list)
    for move in moves:
        of_payroll[move.importer.code].append(move)
    for some in of_payroll.values():
        payroll = some[0].importer.payroll(frozenset(bugs))
        for number, move in enumerate(sorted(some, key=lambda each: each.came), 1):
            _hand_over(payroll, number, [(move.came, start_of(move))])
        for period in sorted({move.period.starts for move in some}):
            cut_off = payroll.calendar.holding(period).cut_off
            drafted = payroll.draft(period, cut_off - dt.timedelta(hours=1))
            payments = payroll.run(period)
            for move in some:
                if move.period.starts == period:
                    own = [each for each in payments if each.worker.move == move.reference]
                    yield is_right(move, own), _differs(move, [result_of(one) for one in drafted])


def _differs(move: PretendTransfer, drafted: Sequence[Mapping[str, str]]) -> bool:
    """Tell whether a draft says otherwise than Muster expects of a starter."""
    told = start_of(move)
    own = [each for each in drafted if each["staff_number"] == told["staff_number"]]
    if len(own) != 1:
        return True
    terms = _terms_of({**move.terms})
    pay = first_pay([(Period(move.first_day), terms)], calendar_of(move.importer), told=move.came)
    days = (move.first_day.isoformat(), move.period.last_day.isoformat())
    return bool(compare(told=told, expected=pounds(pay.gross), days=days, result=own[0]))

"""One move of the month-end as people work on it: their tasks, what they state, when, how long.

What is refused, and what differs, they put right from what is true, after the weekdays that asking
takes; then they state it again. How long a task takes them is a table, and an assumption.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any, cast

from bench.transfers_payrolls import Offices
from muster.casework import queries as cases
from muster.casework.calendars.queries import calendar_of
from muster.casework.rules import Worker
from muster.kernel.clock import FixedClock
from muster.kernel.days import Period, legal_day
from muster.kernel.errors import BadInput, Conflict, MusterError
from muster.services.transfers import actions, queries
from muster.services.transfers.pay.owing import first_pay
from muster.services.transfers.process import driving, told
from muster.services.transfers.process.steps import plan_for
from muster.services.transfers.queries import TransferView
from muster.services.transfers.record.checking import check
from muster.services.transfers.rules import Kind, Side
from synthetic.payrolls.calendar import LONDON
from synthetic.transfers.judging import Handled, Raised
from synthetic.transfers.spreadsheet import weekdays_after
from synthetic.transfers.transfer import Change, PretendTransfer

# Minutes of a person for each task they really had, by its name in the diagram.
MINUTES = {
    "make_offer": 5, "answer_offer": 2, "state_details": 5, "release_record": 5, "state_terms": 4,
    "sign_leaving": 1, "sign_joining": 1, "confirm_leaver": 1, "confirm_starter": 1,
    "prepare": 1, "file_record": 1, "hand_over": 1, "settle": 4, "release_again": 3, "choose": 4,
    "explain": 10,
}  # fmt: skip
# What is no task: looking at the first pay; being refused and asking; a change; paying by hand.
LOOKS, REFUSED, CHANGED, ADVANCED = 2, 4, 5, 15
SETTLED, CHASED, ROUNDS = 3, 8, 5  # weekdays until put right, until a gap is filled; most rounds
_NEXT_DAY, _HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
_BY_PERSON = ("known_as", "address")
_EVIDENCE = {
    "confirm_leaver": ("p45",), "confirm_starter": ("pension", "partnership"), "prepare": (),
    "file_record": (),
}  # fmt: skip
_BELATED = "They started before it was booked"


class Life:
    """One move, from the offer to the close."""

    def __init__(self, move: PretendTransfer, offices: Offices, clock: FixedClock) -> None:
        self.move, self.clock = move, clock
        self._offices, self._person = offices, offices.people[move.number]
        self._leaves, self._joins = offices[move.exporter], offices[move.importer]
        self._record: dict[str, Any] = {**move.papers.record}
        self._true_record: dict[str, Any] = {**move.record}
        self._terms: dict[str, Any] = {
            **move.papers.terms, "first_day": move.papers.first_day.isoformat()
        }  # fmt: skip
        self._true_terms = {**move.terms, "first_day": move.first_day.isoformat()}
        self._transfers: list[uuid.UUID] = []
        self._cases: dict[uuid.UUID, uuid.UUID] = {}
        self._raised: list[Raised] = []
        self._agreed: dt.date | None = None
        self._advance, self._beside = 0, float(LOOKS)
        self._booked_at, self.broke = clock.now(), ""

    # -- what came of it ----------------------------------------------------------------------

    @property
    def state(self) -> str:
        """Where the move stands."""
        return queries.transfer(self._transfers[-1]).state if self._transfers else "not drafted"

    def handled(self) -> Handled:
        """Return what came of the move."""
        results = [
            result for one in self._transfers for result in self._joins.results.get(str(one), [])
        ]
        return Handled(
            self.move.number, results, self._agreed, tuple(self._raised), self._advance,
            self._minutes(),
        )  # fmt: skip

    def _minutes(self) -> float:
        done = [
            task
            for one in self._transfers
            for task in cases.all_tasks(_case(queries.transfer(one)))
            if task.state == "done"
        ]
        return sum(MINUTES[task.element] for task in done) + self._beside

    # -- the way of a move --------------------------------------------------------------------

    def steps(self) -> Iterator[dt.datetime]:
        """Take the move from its offer to its end; yield when each next step is.

        A move that nobody can take further is broken off; whoever judges finds no right pay.
        """
        try:
            yield from self._steps()
        except (MusterError, RuntimeError) as problem:
            self.broke = f"{type(problem).__name__}: {problem}"

    def _steps(self) -> Iterator[dt.datetime]:
        move, papers = self.move, self.move.papers
        self._offer(move.first_day, move.terms)
        yield move.accepted
        self._accept()
        yield papers.came
        if papers.copies > 1:
            self._again()
        yield from self._to_booked()
        before = [one for one in papers.changes if "first_day" in one.fields]
        for change in before:
            yield max(change.known, self.clock.now())
            yield from self._put_off(change)
        yield weekdays_after(self.clock.now(), 1)
        self._do_where_open("confirm_leaver", "confirm_starter")
        yield self._at(self._view.first_day, 8)
        self._do_where_open("prepare", "file_record")
        for change in papers.changes:
            if change not in before:
                yield max(change.known, self.clock.now())
                self._change(change)
        yield self._at(self._paid_on(), 12)
        yield from self._finish()

    def _offer(self, first_day: dt.date, terms: Any) -> None:
        self._draft(first_day)
        self._do("make_offer", {"terms": dict(terms)})

    def _accept(self) -> None:
        """Let the person accept; the exporter's own system says what it holds."""
        self._do("answer_offer", {"answer": "accept"})
        actions.state_known(
            transfer=self._transfer, record=dict(self._true_record), clock=self.clock,
            by=f"system:{self.move.exporter.code}",
        )  # fmt: skip
        self._do("state_details", {"details": {n: self.move.record[n] for n in _BY_PERSON}})

    def _again(self) -> None:
        """Somebody enters the same form a second time."""
        before = len(self._transfers)
        try:
            self._draft(self.move.first_day)
        except Conflict:
            self._say("the person has a live move")
            del self._transfers[before:]

    def _to_booked(self) -> Iterator[dt.datetime]:
        """State, release, settle, sign and book, whatever is refused meanwhile."""
        yield from self._stated("state_terms", "terms", self._terms, self._true_terms)
        yield from self._stated("release_record", "record", self._record, self._true_record)
        for turn in range(ROUNDS):
            if "settle" not in self._open():
                break
            yield from self._settle(last=turn == ROUNDS - 1)
        self._sign()
        for _ in range(ROUNDS):
            if "choose" not in self._open():
                break
            self._choose()
            self._sign()
        if self._view.state != "scheduled":
            raise RuntimeError(f"it is not booked: {sorted(self._open())}")
        self._note_late_release()
        self._offices.tell(self._transfer, self._booked_at)

    def _note_late_release(self) -> None:
        """Count the warnings of a record that was not there on the last day in time."""
        one = self._view
        leaves, joins = calendar_of(one.exporter), calendar_of(one.importer)
        assert leaves is not None
        assert joins is not None
        from muster.services.transfers.planning.rules import plan

        ends = plan(self.move.first_day, leaves, joins, legal_day(self.move.offered)).deadline
        warned = [
            step for step in cases.history(_case(one))
            if step.element in ("warn_owner", "warn_both", "warn_lead")
        ]  # fmt: skip
        released = next(e.at for e in queries.timeline(one.id) if e.verb == "release")
        if ends is not None and legal_day(released) > ends:
            for step in warned:
                self._raised.append(Raised(step.at, "release is late"))

    def _stated(
        self, element: str, name: str, held: dict[str, Any], true: Any
    ) -> Iterator[dt.datetime]:
        """State something, put right what is refused, and state it again."""
        for _ in range(ROUNDS):
            try:
                self._do(element, {name: dict(held)})
            except (BadInput, Conflict) as problem:
                wrong = self._wrong(held, true, name, str(problem.where.field or ""))
                self._say(f"{', '.join(sorted(wrong))}: refused")
                gap = any(held.get(field) in ("", None) for field in wrong)
                yield weekdays_after(self.clock.now(), CHASED if gap else SETTLED)
                self._put_right(held, true, wrong)
            else:
                return
        raise RuntimeError(f"{element} is refused again and again: {self._raised[-1].what}")

    def _wrong(self, held: dict[str, Any], true: Any, name: str, field: str) -> set[str]:
        """Return what is looked at: what the page names, and the offer beside the terms."""
        found = {field.partition("[")[0]}
        # Where what is named is right as it stands, the whole paper is looked through.
        if name == "terms" or all(held.get(each) == true.get(each) for each in found):
            found |= {each for each in held if each in true and held[each] != true[each]}
        if name == "record":
            kind = cast(Kind, self.move.kind)
            said = check(
                held, kind=kind, on=self._view.first_day, today=legal_day(self.clock.now())
            )
            found |= {one.field.partition("[")[0] for one in said if one.blocks}
        return found - {""}

    @staticmethod
    def _put_right(held: dict[str, Any], true: Any, wrong: set[str]) -> None:
        for field in wrong:
            if field in true:
                held[field] = true[field]

    def _settle(self, *, last: bool) -> Iterator[dt.datetime]:
        """Settle what differs: the record is asked for again, terms are stated anew."""
        open_ones = {
            one.field for one in queries.differences(self._transfer)
            if one.matters and not one.settled_by
        }  # fmt: skip
        self._say(f"{', '.join(sorted(open_ones))}: differs")
        yield weekdays_after(self.clock.now(), SETTLED)
        self._put_right(self._record, self._true_record, open_ones)
        self._put_right(self._terms, self._true_terms, open_ones)
        chosen = "stated" if last else "known"
        of_record = {field for field in open_ones if not field.startswith("new_")}
        answers: dict[str, Any] = {"choices": dict.fromkeys(of_record, chosen), "why": "asked"}
        if open_ones - of_record:
            answers["terms"] = dict(self._terms)
        self._do("settle", answers)
        if "release_again" in self._open():
            again = self._stated("release_again", "record", self._record, self._true_record)
            yield from again

    def _sign(self) -> None:
        self._booked_at = self.clock.now()
        self._do_where_open("sign_leaving", "sign_joining")

    def _choose(self) -> None:
        """Take the next safe day; where they have started, the plan with an advance."""
        one, today = self._view, legal_day(self.clock.now())
        planned = plan_for(one, today=today)
        assert planned is not None
        self._booked_at = self.clock.now()
        if not planned.started and planned.next_safe is not None:
            self._say("the first day is not in time")
            self._do("choose", {"choice": "next safe"})
            self._agreed = self._view.first_day
        elif one.first_day < today and not one.backdated_because:
            self._say("the first day has passed")
            day = one.first_day.isoformat()
            self._do("choose", {"choice": "another day", "first_day": day, "why": _BELATED})
        else:
            self._say("the first pay is advanced")
            self._do("choose", {"choice": "plan"})
            self._advanced()

    def _advanced(self) -> None:
        """Pay by hand what the payroll cannot pay in time, as Muster works it out."""
        one = self._view
        calendar = calendar_of(one.importer)
        assert calendar is not None
        terms = told.pay_terms(queries.stated(one.id, "importer"))
        pay = first_pay([(Period(one.first_day), terms)], calendar, told=self.clock.now())
        self._advance = pay.advance
        self._beside += ADVANCED if pay.advance else 0

    def _put_off(self, change: Change) -> Iterator[dt.datetime]:
        """Put the first day off before it has come: the move is rescinded, and drafted anew."""
        self._say("the first day is put off", CHANGED)
        day, since = dt.date.fromisoformat(change.fields["first_day"]), self.clock.now()
        driving.rescind(
            self._transfer, reason="The first day is put off", clock=self.clock,
            worker=self._worker("Joining HR"),
        )  # fmt: skip
        self._offices.tell(self._transfer, since)
        last_day = (day - _NEXT_DAY).isoformat()
        self._true_record["paid_to"] = self._record["paid_to"] = last_day
        self._true_terms["first_day"] = self._terms["first_day"] = day.isoformat()
        self._offer(day, self.move.terms)
        self._accept()
        yield from self._to_booked()

    def _change(self, change: Change) -> None:
        """Enter what one of the employers hears of after the first day."""
        self._say("a change after the move was booked", CHANGED)
        since = self.clock.now()
        side = cast(Side, change.told)
        lane = "Leaving HR" if side == "exporter" else "Joining HR"
        driving.change(
            self._transfer, side=side, changes=dict(change.fields), effective_from=change.since,
            worker=self._worker(lane), clock=self.clock,
        )  # fmt: skip
        self._offices.tell(self._transfer, since)

    def _paid_on(self) -> dt.date:
        """Return the later pay day of what was booked."""
        days = [one.pay_day for one in queries.bookings(transfer=self._transfer) if one.pay_day]
        return max([*days, self._view.first_day])

    def _finish(self) -> Iterator[dt.datetime]:
        """Explain what differs, and hand over what is left, once payrolls have reported."""
        yield self.clock.now() + _NEXT_DAY
        if "explain" in self._open():
            self._do("explain", {"why": "Put right with the next pay"})
        if "hand_over" in self._open():
            left = [
                one.kind for one in queries.hand_offs(self._transfer, legal_day(self.clock.now()))
                if one.state in ("open", "late")
            ]  # fmt: skip
            self._do("hand_over", {"evidence": dict.fromkeys(left, "reference")})

    # -- small things -------------------------------------------------------------------------

    @property
    def _transfer(self) -> uuid.UUID:
        return self._transfers[-1]

    @property
    def _view(self) -> TransferView:
        return queries.transfer(self._transfer)

    def _draft(self, first_day: dt.date) -> None:
        moved = driving.draft(
            person=self._person, exporter=self._leaves.id, importer=self._joins.id,
            kind=cast(Kind, self.move.kind), first_day=first_day,
            post=self.move.terms["new_post"], worker=self._worker("Joining manager"),
            clock=self.clock,
        )  # fmt: skip
        self._transfers.append(moved.transfer)

    def _worker(self, lane: str) -> Worker:
        if lane == "Person":
            return Worker(
                f"person:{self._person}", frozenset({"civil servant"}), None, self._person
            )
        office = self._leaves if lane.startswith("Leaving") else self._joins
        return office.worker(lane)

    def _open(self) -> dict[str, cases.TaskView]:
        if self._transfer not in self._cases:
            self._cases[self._transfer] = _case(self._view)
        return {one.element: one for one in cases.open_tasks(self._cases[self._transfer])}

    def _do(self, element: str, answers: dict[str, Any]) -> None:
        task = self._open()[element]
        driving.do(task.id, answers, worker=self._worker(task.lane), clock=self.clock)

    def _do_where_open(self, *elements: str) -> None:
        """Do tasks that ask for no more than evidence or a signature."""
        for element, task in self._open().items():
            if element in elements:
                evidence = dict.fromkeys(_EVIDENCE.get(element, ()), "reference")
                answers = {"evidence": evidence} if element in _EVIDENCE else {}
                driving.do(task.id, answers, worker=self._worker(task.lane), clock=self.clock)

    def _say(self, what: str, minutes: int = REFUSED) -> None:
        self._raised.append(Raised(self.clock.now(), what))
        self._beside += minutes

    def _at(self, day: dt.date, hour: int) -> dt.datetime:
        return max(dt.datetime.combine(day, dt.time(hour), LONDON), self.clock.now())


def _case(one: TransferView) -> uuid.UUID:
    assert one.case is not None
    return one.case

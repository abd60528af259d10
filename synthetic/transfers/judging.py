"""Whether a way of moving people paid them rightly: the same truth for every way.

A way says of each move what came of it (`Handled`). A first payment is right if, on the pay day of
the period that holds the first day, the importer's payroll reports one payment and it is the true
one; or if that payroll could no longer take it, somebody said so, the true sum was advanced by
hand for that pay day, and the next payment is the true one with the arrears. Where both employers
agreed another first day than the form had, the truth is that of the day they agreed.

A fault that can only arise where people copy by hand is counted apart: it cannot be raised by a way
that copies nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median

from synthetic.payrolls.orders import pence_of
from synthetic.transfers.faults import FAULTS
from synthetic.transfers.pay_truth import JUDGED, first_pay
from synthetic.transfers.transfer import PretendTransfer


@dataclass(frozen=True)
class Raised:
    """Somebody was told of something: when, what of (a field, a rule), and whether it stops."""

    at: datetime
    what: str
    blocks: bool = True


@dataclass(frozen=True)
class Handled:
    """What came of one move.

    Args:
        number: of the move.
        results: what the importer's payroll reported of it, in every period that was run, in the
            names of `synthetic.payrolls.result`.
        first_day: that both agreed; None where it is the move's own.
        raised: of what somebody was told, and when.
        advance: pence paid by hand for the first pay day.
        minutes: that people spent on it.
    """

    number: int
    results: Sequence[Mapping[str, str]]
    first_day: date | None = None
    raised: Sequence[Raised] = ()
    advance: int = 0
    minutes: float = 0.0


@dataclass
class Verdict:
    """What a way of moving people came to.

    Args:
        moves: how many there were.
        wrong: number of each wrong first payment, with its fault ("" if it had none).
        missed: number of each fault that nobody was told of before the cut-off.
        raised: how many faults somebody was told of in time.
        by_hand: how many faults could not arise, as nothing is copied by hand.
        held_up: number of each move without a fault that was stopped, with what for.
        clean: how many moves had no fault.
        advanced: how many first payments were advanced by hand.
        minutes: of people, move by move.
    """

    moves: int = 0
    wrong: dict[int, str] = field(default_factory=dict)
    missed: dict[int, str] = field(default_factory=dict)
    raised: int = 0
    by_hand: int = 0
    held_up: dict[int, str] = field(default_factory=dict)
    clean: int = 0
    advanced: int = 0
    minutes: list[float] = field(default_factory=list)

    @property
    def raised_share(self) -> float:
        """Faults that were blocked or raised before the cut-off, among those that could arise."""
        arisen = self.raised + len(self.missed)
        return self.raised / arisen if arisen else 1.0

    @property
    def false_blocks(self) -> float:
        """Moves that were stopped for nothing, among those without a fault."""
        return len(self.held_up) / self.clean if self.clean else 0.0

    @property
    def median_minutes(self) -> float:
        """Minutes people spend on a move: the median."""
        return median(self.minutes) if self.minutes else 0.0

    @property
    def because(self) -> Counter[str]:
        """Wrong first payments by fault."""
        return Counter(self.wrong.values())


def judge(transfers: Iterable[PretendTransfer], handled: Iterable[Handled]) -> Verdict:
    """Return what came of moves. KeyError if one was not handled."""
    of, verdict = {each.number: each for each in handled}, Verdict()
    for transfer in transfers:
        done = of[transfer.number]
        verdict.moves += 1
        verdict.minutes.append(done.minutes)
        verdict.advanced += bool(done.advance)
        if not paid_rightly(transfer, done):
            verdict.wrong[transfer.number] = transfer.fault
        if not transfer.fault:
            verdict.clean += 1
            if stopped := next((each.what for each in done.raised if each.blocks), ""):
                verdict.held_up[transfer.number] = stopped
        elif FAULTS[transfer.fault].by_hand:
            verdict.by_hand += 1
        elif any(each.at <= transfer.period.cut_off for each in done.raised):
            verdict.raised += 1
        else:
            verdict.missed[transfer.number] = transfer.fault
    return verdict


def paid_rightly(transfer: PretendTransfer, done: Handled) -> bool:
    """Whether the first payment of a move was right."""
    truth = first_pay(transfer, done.first_day)
    due = [each for each in done.results if each["period_starts"] == truth["period_starts"]]
    if due:
        return len(due) == 1 and not done.advance and _same(truth, due[0])
    first = date.fromisoformat(truth["paid_from"])
    following = transfer.importer.calendar.after(transfer.importer.calendar.holding(first))
    arrears = first_pay(transfer, done.first_day, paid_in=following)
    later = [each for each in done.results if each["period_starts"] == arrears["period_starts"]]
    advanced = bool(done.raised) and done.advance == pence_of(truth["gross"], "gross")
    return advanced and len(later) == 1 and _same(arrears, later[0])


def _same(truth: Mapping[str, str], result: Mapping[str, str]) -> bool:
    return all(truth[name] == result[name] for name in JUDGED)

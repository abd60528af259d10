"""Today's process as a model: a form is e-mailed, and somebody keys it into the payroll.

What it does with a move:

1. The form comes when its papers say. Somebody keys it so many weekdays later as the papers say.
2. Of a form with a fault, whoever keys it notices with the chance of the fault's class (`NOTICED`),
   asks, and has it put right three weekdays later. A gap on the form is always noticed, and asked
   for; the answer takes eight weekdays (guidance chases payslips after four).
3. What a payroll refuses comes back as a list after the run: nobody is paid by it in time.
4. The payroll takes what is keyed by its cut-off, and pays. There is no draft and no comparison.
5. A change that goes to the importer is keyed like a form; one that goes to the exporter is sent on
   with the chance of noticing, and otherwise lost.

A first payment is wrong if the payroll reports anything but the truth of it: another sum, other
days, another number, other tax or National Insurance particulars, a second payment, or none.

The model is calibrated: at the rates of `faults` it pays 7 % of first payments wrongly. How long
people work on a move is not modelled but taken from what is published: 420,000 working days a year
for some 25,000 moves, which is 16.8 working days each.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from synthetic.chance import Chance
from synthetic.payrolls.orders import Fields
from synthetic.payrolls.payroll import Payment, Payroll
from synthetic.payrolls.result import result_of
from synthetic.transfers.faults import FAULTS, NOTICED
from synthetic.transfers.instructions import change_of, start_of
from synthetic.transfers.pay_truth import JUDGED, first_pay
from synthetic.transfers.transfer import PretendTransfer, without_fault

WORKING_DAYS_A_MOVE = 16.8
MINUTES_A_WORKING_DAY = 444  # 37 hours in five days
WRONG_PUBLISHED = 0.07
_ASKED, _CHASED = 3, 8  # weekdays
_NEEDED = ("tax_code", "tax_basis", "ni_letter", "nino")


@dataclass
class Outcome:
    """What a way of doing it came to.

    Args:
        moves: how many there were.
        wrong: the number of each move whose first payment was wrong, with its fault.
    """

    moves: int = 0
    wrong: dict[int, str] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """Wrong first payments among all."""
        return len(self.wrong) / self.moves if self.moves else 0.0

    @property
    def because(self) -> Counter[str]:
        """Wrong first payments by class of fault."""
        of = (FAULTS[fault].of if fault else "no fault" for fault in self.wrong.values())
        return Counter(of)


@dataclass(frozen=True, order=True)
class Keyed:
    """One instruction as it reaches a payroll."""

    at: datetime
    number: int
    turn: int
    fields: Fields = field(compare=False)


def through_spreadsheet(transfers: Iterable[PretendTransfer], seed: int) -> Outcome:
    """Put moves through the model; the same moves and seed give the same."""
    chance, outcome = Chance(seed), Outcome()
    of_payroll: dict[str, list[PretendTransfer]] = defaultdict(list)
    for transfer in transfers:
        of_payroll[transfer.importer.code].append(transfer)
        outcome.moves += 1
    for moves in of_payroll.values():
        payroll = moves[0].importer.payroll()
        for keyed in sorted(each for move in moves for each in _keyed(move, chance)):
            payroll.take([keyed.fields], keyed.at)
        _run(payroll, moves)
        paid = _by_move(payroll)
        for move in moves:
            if not is_right(move, paid.get(_name(move), [])):
                outcome.wrong[move.number] = move.fault
    return outcome


def _keyed(transfer: PretendTransfer, chance: Chance) -> list[Keyed]:
    """What is keyed of a move, and when."""
    papers, delay = transfer.papers, transfer.papers.keyed_days
    noticed = transfer.fault and chance.happens(NOTICED[FAULTS[transfer.fault].of])
    gaps = any(not papers.record[name] for name in _NEEDED)
    told = transfer
    if gaps or (noticed and not papers.changes):
        told = without_fault(transfer)
        delay = min(delay, told.keyed_days) + (_CHASED if gaps else _ASKED)
    at = weekdays_after(papers.came, delay)
    keyed = [
        Keyed(at + timedelta(days=copy), transfer.number, copy, _copy(told, copy))
        for copy in range(told.papers.copies)
    ]
    for turn, change in enumerate(papers.changes, 10):
        if noticed:
            later = weekdays_after(change.known, 1)
            keyed.append(Keyed(later, transfer.number, turn, change_of(transfer, change)))
    return keyed


def _copy(transfer: PretendTransfer, copy: int) -> Fields:
    """The instruction; of a copy, with a number of its own."""
    fields = start_of(transfer, copy)
    return fields if not copy else {**fields, "staff_number": f"{fields['staff_number'][:9]}X"}


def weekdays_after(moment: datetime, count: int) -> datetime:
    """The same time so many weekdays later."""
    while count > 0:
        moment += timedelta(days=1)
        count -= moment.weekday() < 5
    return moment


def _run(payroll: Payroll, moves: list[PretendTransfer]) -> None:
    """Run each period in which somebody is to be paid first, in order."""
    for starts in sorted({move.period.starts for move in moves}):
        payroll.run(starts)


def _name(transfer: PretendTransfer) -> tuple[str, date]:
    """Under which name, and in which period, a first payment is looked for."""
    return transfer.reference, transfer.period.starts


def _by_move(payroll: Payroll) -> dict[tuple[str, date], list[Payment]]:
    """Payments by move and period."""
    found: dict[tuple[str, date], list[Payment]] = defaultdict(list)
    for starts, payments in payroll.runs.items():
        for payment in payments:
            found[payment.worker.move, starts].append(payment)
    return found


def is_right(transfer: PretendTransfer, payments: list[Payment]) -> bool:
    """Whether what a payroll paid in the first period is one payment, and the true one."""
    if len(payments) != 1:
        return False
    truth, result = first_pay(transfer), result_of(payments[0])
    return all(truth[name] == result[name] for name in JUDGED)

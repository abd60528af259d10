"""Pretend moves: their truth, their faults, and today's process as a calibrated model.

A pretend payroll that is told the truth in its own bytes must pay the truth, to the penny; a fault
that nobody notices must show in what is paid where it says so, and only there.
"""

import ast
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from synthetic.payrolls import fixed_layout, json_layout
from synthetic.payrolls.calendar import LONDON
from synthetic.payrolls.fixed_width import FixedWidthPayroll
from synthetic.payrolls.json_payroll import JsonPayroll
from synthetic.payrolls.payroll import Payroll
from synthetic.payrolls.result import result_of
from synthetic.transfers import spreadsheet
from synthetic.transfers.faults import CLASSES, FAULTS, counts
from synthetic.transfers.instructions import employed_of, leave_of, start_of
from synthetic.transfers.make import make_transfers
from synthetic.transfers.oddities import ODDITIES
from synthetic.transfers.pay_truth import JUDGED, first_pay
from synthetic.transfers.spreadsheet import is_right, through_spreadsheet
from synthetic.transfers.transfer import PretendTransfer

DECEMBER = date(2026, 12, 1)
CLEAN = make_transfers(1000, 11, faults=False)
FAULTY = make_transfers(3000, 12)


def test_same_seed_gives_the_same_and_another_gives_others() -> None:
    first, again, other = (make_transfers(40, seed) for seed in (3, 3, 4))
    assert [move.papers for move in first] == [move.papers for move in again]
    assert [move.record for move in first] != [move.record for move in other]


def test_clean_papers_say_the_truth_and_come_in_time() -> None:
    for move in CLEAN:
        papers = move.papers
        assert (papers.record, papers.terms, papers.first_day) == (
            move.record, move.terms, move.first_day,
        )  # fmt: skip
        assert move.offered < move.accepted < papers.came < move.deadline - timedelta(days=7)
        assert papers.came.date() < move.first_day


def test_moves_follow_the_month_and_ordinary_life() -> None:
    first = sum(move.first_day.day == 1 for move in CLEAN) / len(CLEAN)
    assert 0.55 < first < 0.7
    assert {move.importer.convention for move in CLEAN} == {
        "calendar_days", "365ths", "working_days",
    }  # fmt: skip
    assert {move.odd for move in CLEAN} == {"", *ODDITIES}
    assert 0.08 < sum(bool(move.odd) for move in CLEAN) / len(CLEAN) < 0.14
    assert {move.record["nino"][0] for move in CLEAN} == {"Q"}  # no real person's
    assert len({move.record["nino"] for move in CLEAN}) == len(CLEAN)
    assert all(move.exporter is not move.importer for move in CLEAN)


def tell(payroll: Payroll, moves: Iterable[PretendTransfer]) -> None:
    """Tell a payroll of starters in its own bytes, file by file or message by message."""
    for number, move in enumerate(sorted(moves, key=lambda move: move.came), 1):
        fields = start_of(move)
        if isinstance(payroll, FixedWidthPayroll):
            content = fixed_layout.write_instructions(
                [fields], payroll=payroll.code, number=number, starts=move.period.starts,
                pay_day=move.period.pay_day, made=move.came,
            )  # fmt: skip
            payroll.receive(content, move.came)
        elif isinstance(payroll, JsonPayroll):
            payroll.ask(json_layout.message_of(fields), move.came)


def paid_to_clean() -> dict[str, dict[str, str]]:
    """The first result of each clean move, by its reference."""
    found: dict[str, dict[str, str]] = {}
    for code in {move.importer.code for move in CLEAN}:
        moves = [move for move in CLEAN if move.importer.code == code]
        payroll = moves[0].importer.payroll()
        tell(payroll, moves)
        for starts in sorted({move.period.starts for move in moves}):
            for payment in payroll.run(starts):
                found.setdefault(payment.worker.move, result_of(payment))
    return found


def test_payrolls_told_the_truth_pay_the_truth_to_the_penny() -> None:
    found = paid_to_clean()
    for move in CLEAN:
        truth, result = first_pay(move), found[move.reference]
        assert {name: result[name] for name in JUDGED} == {name: truth[name] for name in JUDGED}


def test_truth_by_hand() -> None:
    """From 16 January 2027, a Saturday, for somebody whose month is worth 3,100.00."""
    wanted = {
        "calendar_days": "1600.00",  # 16 of 31
        "365ths": "1630.68",  # 16 of 365, of 37,200.00
        "working_days": "1476.19",  # 10 of 21
    }
    for move in CLEAN:
        terms = {**move.terms, "new_salary": "37200.00", "new_fte": "1", "new_allowances": []}
        truth = first_pay(replace(move, terms=terms), date(2027, 1, 16))
        assert truth["gross"] == wanted[move.importer.convention]


def paid_days(payroll: Payroll, move: PretendTransfer) -> Counter[date]:
    """The days of December to the period of the first day, each as often as it is paid."""
    days: Counter[date] = Counter()
    for period in payroll.calendar.periods:
        if DECEMBER <= period.starts <= move.period.starts:
            for payment in payroll.run(period.starts):
                sign = -1 if payment.gross < 0 else 1
                for n in range((payment.paid_to - payment.paid_from).days + 1):
                    days[payment.paid_from + timedelta(days=n)] += sign
    return days


@pytest.mark.parametrize("late", [False, True])
def test_each_day_is_paid_by_exactly_one_employer(late: bool) -> None:
    """A leaver told of too late is paid too long, and it is taken back in the next run."""
    for move in CLEAN[:120]:
        exporter, importer = move.exporter.payroll(), move.importer.payroll()
        early = datetime(2026, 11, 2, tzinfo=LONDON)
        leaving = exporter.calendar.holding(move.first_day)
        told = leaving.cut_off + timedelta(days=1) if late else move.came
        exporter.take([employed_of(move, DECEMBER)], early)
        exporter.take([leave_of(move)], told)
        importer.take([start_of(move)], move.came)
        days = paid_days(exporter, move)
        if late:
            taken_back = exporter.run(exporter.calendar.after(leaving).starts)
            assert [payment.gross < 0 for payment in taken_back] == [True]
            for n in range((leaving.ends - move.first_day).days):
                days[move.first_day + timedelta(days=n)] -= 1
            assert taken_back[0].paid_from == move.first_day
        days += paid_days(importer, move)
        wanted = (move.period.ends - DECEMBER).days
        assert days == Counter(DECEMBER + timedelta(days=n) for n in range(wanted))


# ---- faults -------------------------------------------------------------------------------------


def test_there_are_faults_of_every_class_each_with_words_and_a_source() -> None:
    assert len(FAULTS) >= 21
    assert {each.of for each in FAULTS.values()} == set(CLASSES)
    for each in FAULTS.values():
        assert len(each.words) > 25
        assert len(each.source) > 10
        assert each.by_hand == (each.of == "keying")


def test_faults_occur_as_often_as_their_rates_say() -> None:
    found, wanted = Counter(move.fault for move in FAULTY if move.fault), counts(len(FAULTY))
    assert set(found) == set(FAULTS)
    rare = {name for name in FAULTS if found[name] < wanted[name]}
    assert sum(found.values()) >= 0.98 * sum(wanted.values())
    assert all(found[name] >= 1 for name in rare)


def test_default_sample_has_every_fault() -> None:
    assert {move.fault for move in make_transfers(2000, 1)} == {"", *FAULTS}


def test_fault_leaves_the_truth_and_what_the_exporter_knows_alone() -> None:
    sound = make_transfers(len(FAULTY), 12, faults=False)
    for spoilt, clean in zip(FAULTY, sound, strict=True):
        assert (spoilt.record, spoilt.terms) == (clean.record, clean.terms)
        assert (spoilt.papers != clean.papers) == bool(spoilt.fault)


@pytest.fixture(scope="module")
def unnoticed() -> dict[str, list[bool]]:
    """For each fault, whether each first pay was wrong where nobody notices anything."""
    seen = pytest.MonkeyPatch()
    seen.setattr(spreadsheet, "NOTICED", dict.fromkeys(CLASSES, 0.0))
    try:
        wrong = through_spreadsheet(FAULTY, 1).wrong
    finally:
        seen.undo()
    found: dict[str, list[bool]] = {}
    for move in FAULTY:
        found.setdefault(move.fault, []).append(move.number in wrong)
    return found


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_fault_that_nobody_notices_makes_the_first_pay_wrong_where_it_says_so(
    name: str, unnoticed: dict[str, list[bool]]
) -> None:
    if FAULTS[name].harms:
        assert sum(unnoticed[name]) / len(unnoticed[name]) > 0.8
    else:
        assert not any(unnoticed[name])


def test_move_without_a_fault_is_paid_rightly(unnoticed: dict[str, list[bool]]) -> None:
    assert not any(unnoticed[""])


def test_synthetic_moves_and_payrolls_import_nothing_of_the_service() -> None:
    for room in ("transfers", "payrolls"):
        files = list((Path(spreadsheet.__file__).parents[1] / room).glob("*.py"))
        assert files
        for path in files:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                names += [a.name for a in node.names] if isinstance(node, ast.Import) else []
                assert not [n for n in names if n.split(".")[0] == "muster"], path


# ---- today's process ----------------------------------------------------------------------------


def test_today_s_process_pays_seven_per_cent_of_25000_wrongly() -> None:
    """Clean moves are always paid rightly (above), so only the others need to go through it."""
    moves = make_transfers(25_000, 1)
    spoilt = [move for move in moves if move.fault]
    numbers = {(move.importer.code, move.papers.terms["new_staff_number"]) for move in spoilt}
    met = [
        move
        for move in moves
        if move.fault or (move.importer.code, move.terms["new_staff_number"]) in numbers
    ]
    outcome = through_spreadsheet(met, 1)
    wrong = len(outcome.wrong)
    assert abs(wrong / len(moves) - spreadsheet.WRONG_PUBLISHED) <= 0.003
    shares = {of: count / wrong for of, count in outcome.because.items()}
    assert abs(shares["lateness"] - 0.44) <= 0.03
    assert abs(shares["keying"] - 0.20) <= 0.03
    assert set(shares) == set(CLASSES)


def test_today_s_process_is_the_same_for_the_same_seed() -> None:
    some = FAULTY[:800]
    assert through_spreadsheet(some, 5).wrong == through_spreadsheet(some, 5).wrong


def test_no_payment_and_two_payments_are_both_wrong() -> None:
    move = CLEAN[0]
    payroll = move.importer.payroll()
    tell(payroll, [move])
    [payment] = payroll.run(move.period.starts)
    assert is_right(move, [payment])
    assert not is_right(move, [])
    assert not is_right(move, [payment, payment])

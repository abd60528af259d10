"""The month-end of moves: how a way of moving people is judged, and that Muster's rules pass it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bench import transfers as bench
from synthetic.payrolls.calendar import LONDON
from synthetic.transfers.faults import FAULTS
from synthetic.transfers.judging import Handled, Raised, judge, paid_rightly
from synthetic.transfers.make import make_transfers
from synthetic.transfers.pay_truth import first_pay
from synthetic.transfers.transfer import PretendTransfer

MOVES = make_transfers(600, 9)
CLEAN = next(move for move in MOVES if not move.fault and move.first_day.day == 1)


@pytest.fixture(scope="module")
def handled() -> dict[int, Handled]:
    return {each.number: each for each in bench.through_muster(MOVES)}


def test_muster_s_rules_pay_everybody_rightly_and_raise_every_fault(
    handled: dict[int, Handled],
) -> None:
    verdict = judge(MOVES, handled.values())
    assert {move.fault for move in MOVES} == {"", *FAULTS}
    assert (verdict.moves, verdict.wrong, verdict.missed) == (600, {}, {})
    assert verdict.held_up == {}
    assert verdict.raised + verdict.by_hand == 600 - verdict.clean
    assert verdict.median_minutes <= bench.MOST_MINUTES


def test_each_fault_is_raised_for_a_reason_of_its_own(handled: dict[int, Handled]) -> None:
    """Not by chance: what is said names a field that the fault spoilt, or its lateness."""
    for move in MOVES:
        if not move.fault or FAULTS[move.fault].by_hand:
            continue
        papers, said = move.papers, {each.what for each in handled[move.number].raised}
        spoilt = {name for name in papers.record if papers.record[name] != move.record[name]}
        spoilt |= {name for name in papers.terms if papers.terms[name] != move.terms[name]}
        if papers.first_day != move.first_day:
            spoilt.add("first_day")
        named = {what.partition(":")[0] for what in said}
        beside = {
            "release is late", "the person has a live move", "a change after the move was booked",
            "the first day is not in time", "the first pay is advanced",
        }  # fmt: skip
        assert spoilt & named if spoilt else named & beside, (move.fault, said)


def test_figures_say_what_is_measured_and_whether_bars_are_met(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bench, "IN_DRAFT", 30)
    figures = list(bench.month_end(600, 9, bench.through_muster))
    wrong = next(each for each in figures if "by Muster" in each.figure)
    assert (wrong.value, wrong.bar, wrong.met) == (0, 0, True)
    assert wrong.peer_value is not None
    assert 20 < wrong.peer_value < 70
    assert [each.figure for each in figures if each.met is False] == []


def test_a_way_that_looks_away_is_found_out() -> None:
    """Whoever books what the papers say, without a look, pays wrongly and raises nothing."""

    def blind(moves: Sequence[PretendTransfer]) -> Iterator[Handled]:
        for move in moves:
            truth = first_pay(replace(move, record=move.papers.record, terms=move.papers.terms))
            yield Handled(move.number, [truth])

    some = [
        move
        for move in MOVES
        if (not move.fault or FAULTS[move.fault].of == "mismatch")
        and move.fault != "first_day_of_next_month"
    ]
    verdict = judge(some, blind(some))
    faults = {move.fault for move in some if move.fault and FAULTS[move.fault].harms}
    assert set(verdict.because) == faults
    assert set(verdict.missed.values()) == {move.fault for move in some if move.fault}
    assert verdict.raised_share == 0


TRUTH = first_pay(CLEAN)
FOLLOWING = CLEAN.importer.calendar.after(CLEAN.period)
ARREARS = first_pay(CLEAN, paid_in=FOLLOWING)
PENCE = round(float(TRUTH["gross"]) * 100)
SOON = Raised(datetime(2026, 12, 1, tzinfo=LONDON), "late")


@pytest.mark.parametrize(
    ("done", "right"),
    [
        (Handled(CLEAN.number, [TRUTH]), True),
        (Handled(CLEAN.number, []), False),
        (Handled(CLEAN.number, [TRUTH, TRUTH]), False),
        (Handled(CLEAN.number, [{**TRUTH, "gross": "0.01"}]), False),
        (Handled(CLEAN.number, [{**TRUTH, "ni_letter": "X"}]), False),
        (Handled(CLEAN.number, [ARREARS]), False),  # late, and nobody was told or paid
        (Handled(CLEAN.number, [ARREARS], advance=PENCE), False),
        (Handled(CLEAN.number, [ARREARS], raised=[SOON], advance=PENCE), True),
        (Handled(CLEAN.number, [ARREARS], raised=[SOON], advance=PENCE - 1), False),
        (Handled(CLEAN.number, [TRUTH], raised=[SOON], advance=PENCE), False),  # paid twice
        (Handled(CLEAN.number, [TRUTH], first_day=CLEAN.first_day + timedelta(days=1)), False),
    ],
)
def test_what_a_right_first_payment_is(done: Handled, right: bool) -> None:
    assert paid_rightly(CLEAN, done) == right


def test_what_is_raised_after_the_cut_off_is_missed() -> None:
    move = next(move for move in MOVES if move.fault == "nino_without_its_letter")
    cut = move.period.cut_off
    for moment, missed in ((cut, 0), (cut + timedelta(seconds=1), 1)):
        done = Handled(move.number, [first_pay(move)], raised=[Raised(moment, "nino")])
        assert len(judge([move], [done]).missed) == missed


def test_a_clean_move_that_is_stopped_counts_as_a_false_block() -> None:
    stopped = Handled(CLEAN.number, [TRUTH], raised=[SOON])
    said = Handled(CLEAN.number, [TRUTH], raised=[replace(SOON, blocks=False)])
    assert judge([CLEAN], [stopped]).false_blocks == 1
    assert judge([CLEAN], [said]).false_blocks == 0


def test_arrears_are_the_missed_period_and_the_next() -> None:
    whole = round(float(ARREARS["gross"]) * 100)
    alone = first_pay(CLEAN, date(2027, CLEAN.first_day.month + 1, 1))
    assert whole == PENCE + round(float(alone["gross"]) * 100)


STARTERS = make_transfers(60, 4, faults=False)


def test_draft_of_a_sound_payroll_is_what_muster_expects() -> None:
    assert set(bench.draft_of_each(STARTERS)) == {(True, False)}


@pytest.mark.parametrize(
    "bug",
    [
        "drops_leading_zero", "reads_non_cumulative_as_cumulative", "forgets_regime",
        "swaps_day_and_month", "pays_from_period_start", "rounds_down", "drops_allowances",
    ],
)  # fmt: skip
def test_bug_of_a_payroll_is_shown_by_its_draft_in_time(bug: str) -> None:
    found = list(bench.draft_of_each(STARTERS, bug))
    assert (False, True) in found
    assert (False, False) not in found

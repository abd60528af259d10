"""The month-end through all of Muster: some moves of it, with and without faults, on a database."""

from dataclasses import replace

import pytest

from bench.transfers_month import Month, shares
from bench.transfers_people import MINUTES
from muster.services.transfers.models import Transfer
from muster.services.transfers.process.registering import TASKS
from synthetic.transfers.judging import judge
from synthetic.transfers.make import make_transfers
from synthetic.transfers.transfer import PretendTransfer

WANTED = (
    "", "nino_of_another", "new_allowance_left_out", "form_after_the_first_day",
    "pay_award_after_booking", "first_day_put_off",
)  # fmt: skip


def some() -> list[PretendTransfer]:
    """One move of each wanted kind, between few employers."""
    made = make_transfers(1_000, 5, workplaces=3)
    return [next(one for one in made if one.fault == wanted) for wanted in WANTED]


@pytest.mark.django_db
def test_moves_are_paid_rightly_and_faults_are_raised_in_time(fresh_home: object) -> None:
    moves = some()
    handled = list(Month(moves).handled())
    verdict = judge(moves, handled)
    assert (verdict.wrong, verdict.missed, verdict.held_up) == ({}, {}, {})
    assert (verdict.moves, verdict.raised, verdict.advanced) == (6, 5, 1)
    states = sorted(Transfer.objects.values_list("state", flat=True))
    assert states == ["closed"] * 6 + ["rescinded"]
    # What is judged is what the payroll paid, not what Muster says of it.
    other = replace(moves[0], terms={**moves[0].terms, "new_salary": "99000.00"})
    assert judge([other], handled).wrong == {other.number: ""}


def test_each_task_of_the_diagrams_has_its_minutes() -> None:
    assert set(MINUTES) == set(TASKS)


def test_an_employer_that_is_joined_is_in_one_share_alone() -> None:
    made = make_transfers(200, 3)
    both = shares(made, 2)
    codes = [{move.importer.code for move in share} for share in both]
    assert not codes[0] & codes[1]
    assert sorted(move.number for share in both for move in share) == list(range(200))

"""Faults that people make, of code that shares nothing with the rules: found, and nothing else."""

from collections import Counter
from functools import cache
from typing import cast

from muster.services.transfers.record import check, differences
from muster.services.transfers.rules import Kind
from synthetic.transfers.faults import FAULTS
from synthetic.transfers.make import make_transfers
from synthetic.transfers.transfer import Papers, PretendTransfer


@cache
def moves() -> tuple[PretendTransfer, ...]:
    return tuple(make_transfers(600, 7))


def blocked(transfer: PretendTransfer, papers: Papers) -> bool:
    found = check(
        {**papers.record, **papers.terms},
        kind=cast(Kind, transfer.kind),
        on=papers.first_day,
        today=transfer.came.date(),
        parts=("exporter", "importer"),
        pretend=True,
    )
    return any(problem.blocks for problem in found)


def test_no_right_record_is_stopped_however_odd() -> None:
    odd: Counter[str] = Counter()
    for transfer in moves():
        papers = Papers(
            transfer.record, transfer.terms, transfer.first_day, transfer.came, transfer.keyed_days
        )
        assert not blocked(transfer, papers), transfer.odd
        odd[transfer.odd] += 1
    assert len(odd) > 10


def test_every_fault_of_form_and_between_fields_stops_the_move_and_others_differ() -> None:
    seen: Counter[str] = Counter()
    for transfer in moves():
        if not transfer.fault:
            continue
        papers, of = transfer.papers, FAULTS[transfer.fault].of
        if of in ("syntax", "cross-field"):
            assert blocked(transfer, papers), transfer.fault
        elif of == "mismatch" and not blocked(transfer, papers):
            told = differences(
                {**papers.record, **papers.terms}, {**transfer.record, **transfer.terms}
            )
            assert any(one.matters for one in told), transfer.fault
        seen[of] += 1
    assert {"syntax", "cross-field", "mismatch"} <= set(seen)

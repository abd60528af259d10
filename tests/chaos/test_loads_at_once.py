"""Several loads at once: the same files, copies and corrections, on real connections.

A barrier between mapping and writing makes every load see the state before any of them wrote,
which is the worst moment there is.
"""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection

from muster.connectors.csv_drop.connector import CsvDrop
from muster.hub import batch, delivery
from muster.hub.actions import Taken, release
from muster.hub.models import Landing
from muster.hub.reading import read
from muster.ledger.current import ledger
from muster.ledger.verification import verify
from muster.register.employers.actions import remember_name
from muster.register.employers.queries import find
from muster.register.posts.models import Post, Statement
from tests.integration.loads import (
    BY,
    CLOCK,
    SENIOR,
    current_fte,
    everything,
    file_of,
    junior,
    load,
    senior,
    sums,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_home")]
SAMPLES = Path(__file__).parents[2] / "samples" / "organograms"
NAME = "hmt/2011-03-31-junior.csv"


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Taken]]:
    """Return a way to load several sets of files at the same moment."""
    load({})

    def start(*loads: Mapping[str, bytes] | CsvDrop) -> list[Taken]:
        barrier, plain, met = threading.Barrier(len(loads)), delivery.work_out, threading.local()

        def work_out(*args: object) -> object:
            outcome = plain(*args)  # type: ignore[arg-type]
            if not getattr(met, "once", False):
                met.once = True
                barrier.wait(20)
            return outcome

        def one(files: Mapping[str, bytes] | CsvDrop) -> Taken:
            try:
                return load(files)
            finally:
                connection.close()

        with monkeypatch.context() as patch, ThreadPoolExecutor(len(loads)) as pool:
            patch.setattr(batch, "work_out", work_out)
            return [future.result() for future in [pool.submit(one, files) for files in loads]]

    return start


def test_the_same_files_at_once_count_once(at_once: Callable[..., list[Taken]]) -> None:
    first, second = at_once(CsvDrop(SAMPLES), CsvDrop(SAMPLES))
    assert sums(first) == sums(second)
    assert not set(first.fresh) & set(second.fresh)
    assert current_fte() == sums(first).fte_register
    assert Landing.objects.count() == len(list(SAMPLES.rglob("*.csv"))) - _copies()
    assert set(Landing.objects.values_list("state", flat=True)) == {"accepted"}
    assert verify(ledger(), "exchange").sound
    before = everything()
    load(CsvDrop(SAMPLES))
    assert everything() == before


def _copies() -> int:
    """Return how many sample files have the bytes and date of another."""
    seen = [(path.name[:10], path.read_bytes()) for path in SAMPLES.rglob("*.csv")]
    return len(seen) - len(set(seen))


def test_a_file_and_its_correction_at_once_count_once(
    at_once: Callable[..., list[Taken]],
) -> None:
    at_once({NAME: file_of(junior("1"))}, {NAME: file_of(junior("2"))})
    assert current_fte() in (1, 2)
    assert sorted(Landing.objects.values_list("state", flat=True)) == ["accepted", "superseded"]


def test_a_file_and_its_renamed_copy_at_once_count_once(
    at_once: Callable[..., list[Taken]],
) -> None:
    content = file_of(junior("1"))
    at_once({NAME: content}, {"hmt/copy-2011-03-31.csv": content})
    assert current_fte() == 1
    before = everything()
    load({NAME: content, "hmt/copy-2011-03-31.csv": content})
    assert everything() == before


def test_one_post_in_two_files_at_once_is_one_post(at_once: Callable[..., list[Taken]]) -> None:
    at_once(
        {"a/2011-03-31-senior.csv": file_of(senior("A1"), senior("A2"), header=SENIOR)},
        {"b/2011-09-30-senior.csv": file_of(senior("A2"), senior("A1"), header=SENIOR)},
    )
    assert Post.objects.count() == 2
    assert current_fte() == 4


def test_rows_released_twice_at_once_go_on_once(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = load({NAME: file_of(junior("1", "The Tax Shop"))})
    employer = find("hm-treasury")
    assert employer is not None
    remember_name(stated="The Tax Shop", employer=employer[0], by=BY, clock=CLOCK)
    barrier, plain = threading.Barrier(2), delivery.work_out

    def work_out(*args: object) -> object:
        outcome = plain(*args)  # type: ignore[arg-type]
        barrier.wait(20)
        return outcome

    def one() -> int:
        try:
            return release(taken.fresh, read, by=BY, clock=CLOCK)
        finally:
            connection.close()

    monkeypatch.setattr("muster.hub.mending.releasing.work_out", work_out)
    with ThreadPoolExecutor(2) as pool:
        went_on = [future.result() for future in [pool.submit(one), pool.submit(one)]]
    assert (sorted(went_on), current_fte()) == ([0, 1], 1)
    assert Statement.objects.count() == 2

"""Identifiers are UUIDv7 and sort by the moment they were made."""

import threading
import time
import uuid

import pytest

from muster.kernel.ids import new_id, new_ids


def test_it_is_a_version_7_identifier_of_this_moment() -> None:
    before = time.time_ns() // 1_000_000
    made = new_id()
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    # Identifiers made in a burst run ahead of the clock by at most their number over 4096.
    assert before <= made.int >> 80 <= time.time_ns() // 1_000_000 + 1000


def test_single_and_batched_identifiers_increase_strictly() -> None:
    made = [new_id(), *new_ids(10_000), new_id(), *new_ids(1), new_id()]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert all(one.version == 7 for one in made)
    assert new_ids(0) == []


def test_they_increase_when_the_clock_steps_back(monkeypatch: pytest.MonkeyPatch) -> None:
    first = new_id()
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert first < new_id() < new_id()


def test_threads_never_make_the_same_identifier() -> None:
    made: list[list[uuid.UUID]] = []
    threads = [threading.Thread(target=lambda: made.append(new_ids(5000))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ticks = {one.int >> 64 for batch in made for one in batch}
    assert len(ticks) == 8 * 5000

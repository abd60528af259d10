"""Every layout of the pretend civil service, damaged in every way, and the register beside truth.

An employer for each layout and each kind of damage sends a first month as it should be and a second
that was damaged. Whatever is believed of any row must be what the row meant: it was recovered, or
it waits, or its file does. See ``bench/truth.py``, which measures the same.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.db import connection  # noqa: F401 - read by skipif

from bench.truth import compared, damaged_service, landings, load, summed
from muster.hub.models import Landing, LandingState, QuarantinedRow
from synthetic.damage.inflict import KINDS
from synthetic.layouts import LAYOUTS

EQUAL = 0.999
# A field that its layout lets be empty where it cannot be read, which the feed notes.
LENIENT = {"grade", "profession"}
# What is never accepted as it stands: the whole file waits, or is refused.
WHOLE = {
    "count_misstated": "records",
    "total_misstated": "adds up to",
    "empty_file": "empty",
    "last_year_on_a_hidden_sheet": "hidden sheet",
}
# What can be put right with certainty, so that rows need not wait for it.
RECOVERED = {
    "leading_noughts_lost", "hours_as_moments", "numbers_as_text", "unbreakable_spaces",
    "typographers_marks", "read_in_a_wrong_encoding", "empty_rows", "totals_row", "two_encodings",
}  # fmt: skip


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("damaged") / "service"
    damaged_service(out, employers=0, people=0, seed=5)
    return out


@pytest.fixture
def loaded(service: Path, fresh_home: Path, db: None) -> Path:
    load(service)
    return service


def by(rows: list[dict[str, Any]], *names: str) -> Mapping[Any, dict[str, Any]]:
    return {row[names[0]] if len(names) == 1 else tuple(map(row.get, names)): row for row in rows}


@pytest.mark.skipif(
    "connection.vendor != 'sqlite'",
    reason="what a file means does not depend on the store: files are read the same",
)
def test_nothing_is_silently_wrong(loaded: Path) -> None:
    fields = compared(loaded)
    odd = fields.group_by("layout", "kind", "field").agg(pl.col("empty", "wrong").sum())
    assert odd.filter(pl.col("wrong") > 0).sort("layout", "kind", "field").rows() == []
    empty = odd.filter(pl.col("empty") > 0)
    assert set(empty["field"]) <= LENIENT
    for layout, one in by(summed(loaded, "layout"), "layout").items():
        assert one["equal"] / one["compared"] >= EQUAL, layout
        assert one["compared"] > 10_000, layout

    every = by(summed(loaded, "layout", "kind"), "layout", "kind")
    _each_kind_met_every_layout_it_befalls(every)
    _what_can_be_put_right_does_not_wait(every)
    _files_that_contradict_themselves_are_kept_out(loaded)
    _rows_and_reasons_add_up(loaded)


def _each_kind_met_every_layout_it_befalls(every: Mapping[Any, dict[str, Any]]) -> None:
    met = {kind for _, kind in every}
    assert met == {*KINDS, "none"}
    assert {layout for layout, _ in every} == {*LAYOUTS, "recruitment"}
    undamaged = sum(one["accepted"] for (_, kind), one in every.items() if kind == "none")
    waiting = sum(one["quarantined"] for (_, kind), one in every.items() if kind == "none")
    assert waiting < undamaged * 0.01  # typing errors alone


def _what_can_be_put_right_does_not_wait(every: Mapping[Any, dict[str, Any]]) -> None:
    for (layout, kind), one in every.items():
        if kind in RECOVERED and one["rows"]:
            # One file may wait whole for its approver, because so much of it changed.
            assert one["quarantined"] <= 1 + one["rows"] * 0.03, (layout, kind)


def _files_that_contradict_themselves_are_kept_out(out: Path) -> None:
    files = landings(out)
    for kind, said in WHOLE.items():
        struck = files.filter(kind=kind)
        assert struck.height > 0
        assert set(struck["state"]) <= {LandingState.HELD, LandingState.REFUSED}, kind
        assert all(said in one for one in struck["said"]), kind
    # What says nothing of its end is stopped by what it would do: half of its people would go.
    cut = files.filter(pl.col("kind") == "cut_off", ~pl.col("layout").is_in(DELTAS))
    assert LandingState.ACCEPTED not in set(cut["state"])
    alone = files.filter(pl.col("kind") == "header_alone", ~pl.col("layout").is_in(DELTAS))
    assert LandingState.ACCEPTED not in set(alone["state"])


# From these absence says nothing, so a part of one is a part.
DELTAS = ("workday_changes", "recruitment")


def _rows_and_reasons_add_up(out: Path) -> None:
    files = landings(out)
    assert files.height == len([*out.glob("files/*/*"), *out.glob("recruitment/*/*")])
    for rows, accepted, quarantined in files.select("rows", "accepted", "quarantined").iter_rows():
        assert rows == accepted + quarantined
    taken = Landing.objects.filter(state=LandingState.ACCEPTED)
    waiting = sum(taken.values_list("quarantined", flat=True))
    assert QuarantinedRow.objects.count() == waiting

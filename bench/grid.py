"""What the disclosure gate costs and keeps, beside a plain count and beside cell keys.

The people are invented: 500,000 rows with six columns, in employers of very different sizes. The
gate answers from a Parquet file through the same path as a page. DuckDB's plain group-by is what a
count without any protection costs. ``cell-key-perturbation``, by the Office for National
Statistics, protects the same cells of the same people in its own environment, from a frame in
memory. Utility is the share of people who are in cells of which a figure is told, beside cell keys
with the threshold of 10 that ships with them.
"""

import datetime as dt
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
import polars as pl

from bench import grid_many, grid_page
from bench.apart import environment, in_turns, one_round, timed
from bench.figures import Figure, beside_peer
from muster.gates.telling import told_cells
from muster.kernel.metrics import Dimension, Metric, RawCell, Returns
from muster.kernel.running import settle

ROWS = 500_000
SLOWEST_OVER_COUNTING, LEAST_OVER_KEYS = 2.5, 3.0
MOST_MEGABYTES = 1_000
_DAY = dt.date(2026, 3, 31)
_CODES = {"employer": 180, "grade": 8, "sex": 2, "ethnicity": 6, "region": 12, "profession": 30}
TABLES = (
    ("employer", "grade", "sex"),
    ("employer", "profession"),
    ("region", "grade", "ethnicity"),
)
_PEER = Path(__file__).parent / "peers" / "grid_cell_keys.py"
_TURNS = 5


def measure(*, full: bool) -> Iterator[Figure]:
    """Yield the figures of the gate; the sample is the whole."""
    settle()
    with TemporaryDirectory(prefix="muster-bench-") as folder:
        place = Path(folder) / "people.parquet"
        people(ROWS).write_parquet(place)
        yield from _over_counting(place)
        yield from _over_keys(place)
        yield from _utility(place)
    yield from grid_many.measure(full=full)
    yield from grid_page.measure(full=full)


def people(rows: int, seed: int = 1) -> pl.DataFrame:
    """Return invented people; sizes of employers, professions and the rest fall steeply."""
    lot = np.random.default_rng(seed)
    columns: dict[str, object] = {}
    for name, codes in _CODES.items():
        share = 1 / np.arange(1, codes + 1)
        drawn = lot.choice(codes, rows, p=share / share.sum())
        columns[name] = pl.Series(name, drawn).cast(pl.String)
    columns["record_key"] = lot.integers(0, 256, rows)
    return pl.DataFrame(columns)


class FromParquet:
    """Counts people in a Parquet file, as a metric's reader does."""

    def __init__(self, place: Path) -> None:
        self._engine = duckdb.connect()
        self._engine.read_parquet(str(place)).create_view("people")

    def count(self, dimensions: Sequence[str]) -> list[tuple[Any, ...]]:
        """Return each cell that occurs, with how many people are in it."""
        names = ", ".join(dimensions)
        asked = f"SELECT {names}, count(*) FROM people GROUP BY ALL"
        return self._engine.execute(asked).fetchall()

    def cells(self, dimensions: Sequence[str], as_at: dt.date) -> Sequence[RawCell]:
        return [RawCell(tuple(key), n, n) for *key, n in self.count(dimensions)]

    def domain(self, dimension: str, as_at: dt.date) -> Mapping[str, str]:
        return {str(code): str(code) for code in range(_CODES[dimension])}

    def dates(self) -> Sequence[dt.date]:
        return [_DAY]

    def returns(self, as_at: dt.date) -> Returns:
        return Returns(1, 1, ())


def _metric() -> Metric:
    return Metric(
        name="measured", title="Measured", unit="people", definition="Invented people",
        grain="one person", scale=1, profile="protected", lawful_basis="None", owner="Nobody",
        dimensions=tuple(Dimension(name, name, name) for name in _CODES), source="Invented",
    )  # fmt: skip


def _gate(reader: FromParquet) -> Callable[[], int]:
    metric = _metric()

    def work() -> int:
        for dimensions in TABLES:
            told_cells(metric, reader, dimensions, _DAY, secret=b"measured")
        return len(TABLES) * ROWS

    return work


def _over_counting(place: Path) -> Iterator[Figure]:
    reader = FromParquet(place)

    def plain() -> int:
        for dimensions in TABLES:
            reader.count(dimensions)
        return len(TABLES) * ROWS

    yield from beside_peer(
        f"gate over {ROWS:,} rows, at most {SLOWEST_OVER_COUNTING} times a plain count", "rows/s",
        lambda: _gate(reader), peer="DuckDB group-by", peer_work=lambda: plain,
        bar=round(1 / SLOWEST_OVER_COUNTING, 3),
    )  # fmt: skip


def _over_keys(place: Path) -> Iterator[Figure]:
    tables = json.dumps(TABLES)
    yield from in_turns(
        f"gate over {ROWS:,} rows, beside cell keys", "rows/s",
        lambda: one_round(["-m", "bench.grid", str(place)]),
        peer="cell-key-perturbation",
        peer_round=lambda: one_round([str(_PEER), "time", str(place), tables],
                                     python=environment("grid")),
        bar=LEAST_OVER_KEYS, most_megabytes=MOST_MEGABYTES,
    )  # fmt: skip


def _utility(place: Path) -> Iterator[Figure]:
    """Yield of how many people, in all tables, a figure is told."""
    reader, metric = FromParquet(place), _metric()
    within = 0
    for dimensions in TABLES:
        counted = {cell.key: cell.people for cell in reader.cells(dimensions, _DAY)}
        for key, _labels, _kind, value, _shown in told_cells(
            metric, reader, dimensions, _DAY, secret=b"measured"
        ):
            if value is not None:
                within += counted[tuple(key)]  # type: ignore[arg-type]
    mine = within / (len(TABLES) * ROWS)
    peer = one_round(
        [str(_PEER), "share", str(place), json.dumps(TABLES)], python=environment("grid")
    )
    theirs = peer["share"]
    yield Figure(
        "people in cells of which a figure is told", round(100 * mine, 2), "%",
        "cell-key-perturbation, threshold 10", round(100 * theirs, 2), round(mine / theirs, 4), 1.0,
        mine >= theirs,
    )  # fmt: skip


def _round(place: str) -> None:
    """Answer the tables a few times in this process; print what it took."""
    work = _gate(FromParquet(Path(place)))
    work()
    timed(lambda: sum(work() for _ in range(_TURNS)))


if __name__ == "__main__":
    _round(sys.argv[1])

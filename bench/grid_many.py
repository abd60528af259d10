"""What the metric layer costs over many facts: ten million events, and 96 months at once.

The facts are invented. The same figures are asked of DuckDB, in SQL as somebody writes it who knows
it, and of pandas; every peer's cells are compared with ours before anything is timed.
"""

import datetime as dt
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

import django
import duckdb
import numpy as np
import polars as pl

from bench.apart import environment, in_turns, one_round, timed
from bench.figures import Figure, beside_peer
from muster.gates.disclosure import BAND_TOP
from muster.gates.facts import reading
from muster.kernel.days import month_end
from muster.kernel.metrics import Condition, Dimension, Measure, Metric, RawCell, Returns

EVENTS, STRETCHES, EXTRACT = 10_000_000, 5_000_000, 10_000_000
MONTHS = [month_end(dt.date(2018 + at // 12, at % 12 + 1, 1)) for at in range(96)]
SLOWEST_OVER_SQL, LEAST_OVER_PANDAS, LEAST_OVER_JOIN, LEAST_OVER_PANTAB = 1.2, 4.0, 5.0, 2.5
MOST_MEGABYTES = 4_000
_DAY = dt.date(2026, 3, 31)
_FUNNEL = ("employer", "ethnicity", "reached")
_EVENTS = {"person": "int64", **dict.fromkeys(_FUNNEL, "string"), "applied": "date"}
_HELD = {
    "person": "int64", "employer": "string", "grade": "string", "kind": "string",
    "valid_from": "date", "valid_to": "date",
}  # fmt: skip
_PEER = Path(__file__).parent / "peers" / "grid_pantab.py"


def measure(*, full: bool) -> Iterator[Figure]:
    """Yield the figures over many facts; the sample is the whole."""
    with TemporaryDirectory(prefix="muster-bench-") as folder:
        place = Path(folder) / "facts.parquet"
        # In the order of days, as snapshots lie.
        events(EVENTS).sort("applied").write_parquet(place, compression="lz4")
        yield from _funnel(place)
        stretches(STRETCHES).sort("valid_from").write_parquet(place, compression="lz4")
        yield from _months(place)
        cells(EXTRACT).write_parquet(place, row_group_size=65_536)
        yield from _extract(place)


def events(rows: int, seed: int = 1) -> pl.DataFrame:
    """Return invented stages of applications, all of the last year."""
    lot = np.random.default_rng(seed)
    days = np.datetime64("2025-04-01") + lot.integers(0, 365, rows)
    return pl.DataFrame(
        {
            "person": lot.integers(0, rows // 4, rows),
            "employer": _codes(lot, 180, rows),
            "ethnicity": _codes(lot, 6, rows),
            "reached": _codes(lot, 7, rows),
            "applied": days,
        }
    ).with_columns(pl.col("applied").cast(pl.Date))


def stretches(rows: int, seed: int = 1) -> pl.DataFrame:
    """Return invented stretches of employment over eight years."""
    lot = np.random.default_rng(seed)
    since = np.datetime64("2017-06-01") + lot.integers(0, 365 * 8, rows)
    until = since + lot.integers(30, 1_500, rows)
    return pl.DataFrame(
        {
            "person": np.arange(rows),
            "employer": _codes(lot, 180, rows),
            "grade": _codes(lot, 8, rows),
            "kind": pl.Series(["employee"]).new_from_index(0, rows),
            "valid_from": since,
            "valid_to": until,
        }
    ).with_columns(pl.col("valid_from", "valid_to").cast(pl.Date))


def cells(rows: int, seed: int = 1) -> pl.DataFrame:
    """Return invented figures of nine columns, as an extract holds them."""
    lot = np.random.default_rng(seed)
    names = ("employer", "grade", "profession")
    codes = {f"{name}_code": _codes(lot, 180, rows) for name in names}
    labels = {name: _codes(lot, 180, rows) for name in names}
    value = lot.integers(0, 10_000, rows).astype(float)
    return pl.DataFrame({**codes, **labels, "value": value}).with_columns(
        shown=pl.col("value").cast(pl.String), kind=pl.lit("rounded")
    )


def _codes(lot: np.random.Generator, number: int, rows: int) -> pl.Series:
    return pl.Series(lot.integers(0, number, rows)).cast(pl.String)


class Given:
    """Facts that lie in a file already: as a snapshot would."""

    name = "given"
    columns: ClassVar[Mapping[str, str]]
    days: ClassVar[tuple[str, ...]]
    alone: ClassVar[Mapping[str, Sequence[str]]]
    first: ClassVar[Mapping[str, str]] = {}
    place: ClassVar[Path]

    def frame(self) -> pl.DataFrame:
        return pl.read_parquet(self.place)

    def domain(self, dimension: str, as_at: dt.date) -> Mapping[str, str]:
        codes = {"employer": 180, "grade": 8, "ethnicity": 6, "reached": 7}[dimension]
        return {str(code): str(code) for code in range(codes)}

    def dates(self) -> Sequence[dt.date]:
        return [_DAY]

    def returns(self, as_at: dt.date) -> Returns:
        return Returns(1, 1, ())


class Events(Given):
    """Stages of applications."""

    columns = _EVENTS
    days = ("applied",)
    alone: ClassVar[Mapping[str, Sequence[str]]] = {}


class Held(Given):
    """Stretches of employment."""

    columns = _HELD
    days = ("valid_from", "valid_to")
    alone: ClassVar[Mapping[str, Sequence[str]]] = {"person": ("employer", "kind")}


def _reader(facts: type[Given], place: Path, measure_: Measure) -> reading.FactsReader:
    """Return the reader that pages use, over a file instead of a snapshot."""
    facts.place = place
    reading.snapshot_of = lambda given: given.place  # type: ignore[assignment, attr-defined]
    names = ("employer", "grade", "ethnicity", "reached")
    return reading.FactsReader(
        Metric(
            name="measured", title="Measured", unit="people", definition="Invented", grain="one",
            scale=1, profile="protected", lawful_basis="None", owner="Nobody", source="Invented",
            dimensions=tuple(Dimension(name, name, name) for name in names), measure=measure_,
            facts=f"bench.grid_many.{facts.__name__}",
        )
    )  # fmt: skip


def _funnel_reader(place: Path) -> reading.FactsReader:
    return _reader(Events, place, Measure(people="person", months=12))


def _bands(cells: Iterable[RawCell]) -> set[tuple[object, ...]]:
    """Return what the gate sees of cells: of many people, that they are many."""
    return {(*cell.key, cell.value, min(cell.people, BAND_TOP + 1)) for cell in cells}


def _funnel(place: Path) -> Iterator[Figure]:
    engine, reader = duckdb.connect(), _funnel_reader(place)
    engine.read_parquet(str(place)).create_view("facts")
    names = ", ".join(_FUNNEL)
    plain = f"""
        SELECT {names}, count(*), count(DISTINCT person) FROM facts
        WHERE applied <= DATE '2026-03-31' AND applied > DATE '2025-03-31' GROUP BY {names}
    """

    def mine() -> Sequence[RawCell]:
        return reader.cells(_FUNNEL, _DAY)

    def raw() -> list[RawCell]:
        return [RawCell(tuple(k), n, p) for *k, n, p in engine.execute(plain).fetchall()]

    assert _bands(mine()) == _bands(raw())
    yield from _beside(
        f"funnel of {EVENTS:,} events, at most {SLOWEST_OVER_SQL} times DuckDB alone", mine,
        "DuckDB", raw, EVENTS, round(1 / SLOWEST_OVER_SQL, 3),
    )  # fmt: skip
    yield from in_turns(
        f"funnel of {EVENTS:,} events, at most 0.25 times pandas", "events/s",
        lambda: one_round(["-m", "bench.grid_many", "funnel", str(place)]),
        peer="pandas",
        peer_round=lambda: one_round(
            [str(_PEER.with_name("grid_pandas.py")), str(place), ",".join(_FUNNEL)],
            python=environment("grid"),
        ),
        bar=LEAST_OVER_PANDAS, most_megabytes=MOST_MEGABYTES,
    )  # fmt: skip


def _months(place: Path) -> Iterator[Figure]:
    engine = duckdb.connect()
    measure_ = Measure(people="person", where=(Condition("kind", ("employee",)),))
    reader = _reader(Held, place, measure_)
    engine.read_parquet(str(place)).create_view("facts")
    engine.execute("CREATE TABLE months AS SELECT unnest(?::DATE[]) AS month", [MONTHS])
    joined = """
        SELECT month, employer, grade, count(*) FROM facts
        JOIN months ON valid_from <= month AND (valid_to IS NULL OR valid_to > month)
        WHERE kind = 'employee' GROUP BY ALL
    """

    def mine() -> Mapping[dt.date, Sequence[RawCell]]:
        return reader.over(("employer", "grade"), MONTHS)

    def raw() -> list[tuple[object, ...]]:
        return engine.execute(joined).fetchall()

    told = {(month, *one.key, one.value) for month, cells_ in mine().items() for one in cells_}
    assert told == set(raw())
    yield from _beside(
        f"headcount of {len(MONTHS)} months over {STRETCHES:,} stretches, at most 0.2 times a join",
        mine, "DuckDB, range join", raw, STRETCHES, LEAST_OVER_JOIN,
    )  # fmt: skip


def _beside(
    name: str, mine: Callable[[], object], peer: str, theirs: Callable[[], object], count: int,
    bar: float,
) -> list[Figure]:  # fmt: skip
    def work(of: Callable[[], object]) -> Callable[[], Callable[[], int]]:
        def do() -> int:
            of()
            return count

        return lambda: do

    return beside_peer(name, "rows/s", work(mine), peer=peer, peer_work=work(theirs), bar=bar)


def _extract(place: Path) -> Iterator[Figure]:
    yield from in_turns(
        f"extract for Tableau of {EXTRACT:,} rows from Parquet", "rows/s",
        lambda: one_round(["-m", "bench.grid_many", "extract", str(place)]),
        peer="pantab",
        peer_round=lambda: one_round([str(_PEER), str(place)], python=environment("grid")),
        bar=LEAST_OVER_PANTAB, most_megabytes=MOST_MEGABYTES,
    )  # fmt: skip


def _round(what: str, place: Path) -> None:
    """Do one round in this process and print what it took."""
    if what == "funnel":
        timed(lambda: _counted(place))
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.settings")
    django.setup()
    import_module("muster.services.grid.exports.tableau")
    import_module("tableauhyperapi")
    with TemporaryDirectory(prefix="muster-bench-") as folder:
        made = Path(folder) / "figures.hyper"
        timed(lambda: _extracted(made, place))


def _counted(place: Path) -> int:
    _funnel_reader(place).cells(_FUNNEL, _DAY)
    return EVENTS


def _extracted(made: Path, place: Path) -> int:
    from muster.services.grid.exports.tableau import write_extract

    write_extract(made, place, [("What is counted", "Invented figures")])
    return EXTRACT


if __name__ == "__main__":
    # The reader finds the facts by their dotted path: in the module by its own name.
    import_module("bench.grid_many")._round(sys.argv[1], Path(sys.argv[2]))

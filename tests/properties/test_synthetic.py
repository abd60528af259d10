"""Whatever service is asked for, its files and its truth hold together."""

import tempfile
from datetime import date, timedelta
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic.make import make
from tests.pretend_files import rows_of

DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@settings(max_examples=12, deadline=None)
@given(
    employers=st.integers(3, 12),
    spare=st.integers(0, 300),
    seed=st.integers(0, 2**32),
    first=DAYS,
    gaps=st.lists(st.integers(1, 100), max_size=3),
)
def test_any_service_holds_together(
    employers: int, spare: int, seed: int, first: date, gaps: list[int]
) -> None:
    as_at = [first]
    for gap in gaps:
        as_at.append(as_at[-1] + timedelta(days=gap))
    with tempfile.TemporaryDirectory() as folder:
        people = employers * 60 + spare
        made = make(Path(folder), employers=employers, people=people, seed=seed, as_at=as_at)
        truth = {table: pl.read_parquet(path) for table, path in made.truth.items()}
        counted = 0
        for file in made.files:
            rows = rows_of(file)
            assert all(None not in row and None not in row.values() for row in rows)
            assert len(rows) == file.rows
            counted += file.rows
        assert truth["source_record"].height == truth["hr_record"].height == counted

    spells = truth["employment"]
    assert (spells["valid_to"].is_null() | (spells["valid_to"] > spells["valid_from"])).all()
    own = spells.filter("substantive").sort("person_id", "valid_from")
    ends = pl.col("valid_to").shift().over("person_id")
    later = pl.int_range(pl.len()).over("person_id") > 0
    assert own.filter(later & (ends.is_null() | (ends > pl.col("valid_from")))).is_empty()

    # Each employment's assignments follow one another without a gap, first day to last.
    held = truth["assignment"].sort("employment_id", "valid_from")
    spans = held.group_by("employment_id").agg(
        pl.col("valid_from").min().alias("begun"),
        pl.col("valid_to").last().alias("ended"),
        (pl.col("valid_to").shift() == pl.col("valid_from"))
        .slice(1)
        .fill_null(False)
        .all()
        .alias("unbroken"),
    )
    both = spells.join(spans, on="employment_id")
    assert both.height == spells.height
    assert both["unbroken"].all()
    assert (both["begun"] == both["valid_from"]).all()
    assert both["ended"].eq_missing(both["valid_to"]).all()

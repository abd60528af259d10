"""Tables that tell too much, and a return whose time is up, in the home that is served.

``python -m tests.journeys.governed_world FOLDER`` writes the numbers of the tables that the audit
held, and of the return, into a file of the folder.
"""

import datetime as dt
import json
import sys
from pathlib import Path

import django

METRIC, MARGIN = "headcount", ("age",)
HELD = (("age", "profession"), ("age", "grade"))
DAY, BEGAN, DUE = dt.date(2026, 8, 31), dt.datetime(2026, 11, 2, tzinfo=dt.UTC), 16
ASKED_AT, WORDS = dt.date(2026, 10, 31), "How many applicants withdrew in the last 12 months?"


def tell_too_much() -> list[str]:
    """Release tables as is usual elsewhere, a few small figures hidden; audit them as always."""
    import polars as pl

    from muster.gates import telling
    from muster.gates.audit import auditing, deciding
    from muster.gates.release import release
    from muster.kernel.clock import SYSTEM_CLOCK
    from muster.ledger.current import ledger

    def exactly(scale: int, cells: pl.DataFrame) -> pl.DataFrame:
        small = (pl.col("people") > 0) & (pl.col("people") <= hidden)
        return cells.with_columns(
            kind=pl.when(small).then(pl.lit("band")).otherwise(pl.lit("exact")),
            told=pl.when(~small).then(pl.col("value")),
        )

    auditing.audit(clock=SYSTEM_CLOCK, seconds=0.1)
    as_it_should, telling.told_columns = telling.told_columns, exactly
    try:
        for dimensions in (MARGIN, *HELD):
            hidden = 0 if dimensions == MARGIN else 2
            release(
                METRIC, dimensions, DAY, audience="signed-in users", purpose="workforce planning",
                by="persona:analyst", clock=SYSTEM_CLOCK,
            )  # fmt: skip
    finally:
        telling.told_columns = as_it_should
    auditing.audit(clock=SYSTEM_CLOCK, seconds=2)
    # Whoever asks for the margin from now on gets it as it should be told.
    ledger().append_one("exchange", "muster.test.v1", "test:newer", {})
    held = {one.dimensions: str(one.id) for one in deciding.releases(held=True)}
    return [held[dimensions] for dimensions in HELD]


def ask_employers() -> int:
    """Ask employers for a figure some weeks ago, with a deadline that has passed."""
    from muster.kernel.clock import FixedClock
    from muster.services.returns import actions, returning

    clock, by = FixedClock(BEGAN), "persona:analyst"
    due = BEGAN.date().replace(day=DUE)
    question = actions.ask(
        words=WORDS, why="An inquiry", for_whom="A committee", needed_by=due, by=by, clock=clock
    )
    return returning.open_return(
        question=question, tables=[("drop_out", ("stage",))], as_at=ASKED_AT, deadline=due, by=by,
        clock=clock,
    )  # fmt: skip


if __name__ == "__main__":
    django.setup()
    made = {"held": tell_too_much(), "return": ask_employers()}
    (Path(sys.argv[1]) / "governed.json").write_text(json.dumps(made))

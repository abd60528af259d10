"""Facts as Parquet files: what figures are made of, as it stood at a position of the log."""

import datetime as dt
import hashlib
import json
import os
from importlib.metadata import version
from pathlib import Path

import polars as pl

from muster.kernel.clock import Clock
from muster.kernel.ids import new_id
from muster.kernel.metrics import Facts
from muster.kernel.running import settings
from muster.ledger.current import ledger

FOLDER = "snapshots"
LONGEST_OUTDATED = dt.timedelta(hours=1)
"""So long a snapshot is kept of data that are no more, such as those of somebody erased since."""
KEPT = 3
"""So many snapshots of the same facts are kept: questions under way may still read one."""
_SHORT = 16
_TYPES = {"string": pl.String, "int64": pl.Int64, "date": pl.Date, "float64": pl.Float64}


def snapshot_of(facts: Facts) -> Path:
    """Return the file with a room's facts as they are known now; it is made where there is none.

    Its name bears the position of the exchange log and a hash of all that stands in it, of the
    columns and of Muster's version, so the same name never means other data.
    """
    head = ledger().store.read_head("exchange")
    folder = settings().home / FOLDER
    said = json.dumps([head.root().hex(), dict(facts.columns), version("muster")])
    meant = hashlib.sha256(said.encode()).hexdigest()[:_SHORT]
    place = folder / f"{facts.name}-{head.size:012}-{meant}.parquet"
    if place.exists():
        return place
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = folder / f".{facts.name}-{new_id().hex}"
    types = {name: _TYPES[kind] for name, kind in facts.columns.items()}
    rows = facts.frame().select(pl.col(name).cast(kind) for name, kind in types.items())
    # In the order of days, questions about a year skip what is of other years.
    rows.sort(facts.days[0]).write_parquet(made, compression="lz4")
    os.replace(made, place)
    for old in sorted(folder.glob(f"{facts.name}-*.parquet"))[:-KEPT]:
        old.unlink(missing_ok=True)
    return place


def drop_outdated(*, clock: Clock) -> int:
    """Remove snapshots of data as they were, and return how many.

    What was erased since stands in them still. Questions that read one now have it open.
    """
    folder = settings().home / FOLDER
    size = ledger().size("exchange")
    before = (clock.now() - LONGEST_OUTDATED).timestamp()
    dropped = 0
    for place in folder.glob("*.parquet"):
        position = int(place.stem.split("-")[1])
        if position != size and place.stat().st_mtime < before:
            place.unlink(missing_ok=True)
            dropped += 1
    return dropped

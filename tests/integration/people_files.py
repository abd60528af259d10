"""A small pretend service for tests: made once, enrolled, and loaded through the hub."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import polars as pl

from muster.connectors.csv_drop.connector import CsvDrop
from muster.connectors.csv_drop.fake import FakeCsvDrop
from muster.hub.actions import Taken, begin_intake, take_in
from muster.hub.reading import read
from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.people.enrolment import enrol
from synthetic.make import make
from tests.remembered import remembered

BY = "operator:test"


@cache
def service(employers: int = 5, people: int = 600, seed: int = 1, faults: bool = True) -> Path:
    """Return the folder of a pretend service; the same one for the same arguments."""
    out = Path(mkdtemp(prefix="pretend-")) / "service"
    make(out, employers=employers, people=people, seed=seed, faults=faults)
    return out


def truth(out: Path, table: str) -> pl.DataFrame:
    """Return a table of the truth."""
    return pl.read_parquet(out / "truth" / f"{table}.parquet")


def enrolled(out: Path) -> Path:
    """Enrol the employers of a service, and return it."""
    remembered(f"enrolled {out}", lambda: enrol(out, by=BY, clock=SYSTEM_CLOCK))
    return out


def load_service() -> Path:
    """Load all files of a pretend service of three employers, and return it."""
    return remembered("three employers", lambda: _all_of(enrolled(service(3, 300))))


def _all_of(out: Path) -> Path:
    load(out / "files")
    return out


def load(place: Path | dict[str, bytes], *, by: str = BY) -> Taken:
    """Take in a folder, or files by name."""
    connector = FakeCsvDrop(place) if isinstance(place, dict) else CsvDrop(place)
    intake = begin_intake(name="test", by=by, clock=SYSTEM_CLOCK)
    return take_in(connector, read, intake=intake, by=by, clock=SYSTEM_CLOCK)


def files_of(out: Path, names: Iterable[str]) -> dict[str, bytes]:
    """Return files of a service by ``<employer>/<file>``."""
    return {name: (out / "files" / name).read_bytes() for name in names}

"""Makes a whole pretend civil service in a folder: files as employers send them, and the truth.

    out/files/<employer>/<as-at date>-hr.csv     a full snapshot from each employer at each date
    out/truth/<table>.parquet                    employer, place, person, employment, assignment,
                                                 post, source_record (which row of which file is
                                                 really whom)

The same arguments give the same bytes, on any machine.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TypeVar

from synthetic.chance import Chance
from synthetic.employers import Employer, make_employers
from synthetic.files import SnapshotFile, Snapshots
from synthetic.identifiers import MOST_PEOPLE
from synthetic.lives import Lives, periods
from synthetic.truth import Truth

T = TypeVar("T")

AS_AT = (date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31))
BLOCK = 10_000  # people held in memory at once
DAMAGE_STREAM = 1_000_003  # damage draws from a seed of its own, this far from the people's


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: the employers, the files in order of employer and date, the truth tables.

    `people` is everybody in truth: those asked for, and those who joined in the window.
    """

    out: Path
    employers: tuple[Employer, ...]
    files: tuple[SnapshotFile, ...]
    truth: dict[str, Path]
    people: int

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)


def make(
    out: Path,
    *,
    employers: int = 12,
    people: int = 20_000,
    seed: int = 1,
    as_at: Sequence[date] = AS_AT,
    faults: bool = True,
    progress: Callable[[str], None] | None = None,
) -> Made:
    """Make a service of `people` employed when the window opens, on the first day of the first
    month, and let it live until the last of the dates `as_at`.

    `faults=False` leaves out the damaged cells and changes nothing else. `progress` is told one
    line per 10,000 people. Raises ValueError if the numbers cannot make a service, and
    FileExistsError if `out` already holds one: nothing is overwritten.
    """
    if people * 2 > MOST_PEOPLE:
        raise ValueError(f"people: {people} is too many; at most {MOST_PEOPLE // 2}")
    months = periods(as_at)
    chance = Chance(seed)
    bodies = make_employers(employers, people, chance)
    for folder in (out / "files", out / "truth"):
        if folder.exists():
            raise FileExistsError(f"{folder} is there already; choose an empty folder or remove it")

    snapshots = Snapshots(out, bodies, months, Chance(seed + DAMAGE_STREAM) if faults else None)
    truth = Truth(out / "truth", bodies)
    told = 0
    for block in _blocks(Lives(bodies, months, chance).people(), BLOCK):
        truth.add_people(block)
        truth.add("source_record", snapshots.add(block))
        told += len(block)
        if progress:
            progress(f"{told:,} people written")
    return Made(out, bodies, snapshots.finish(), truth.finish(), told)


def _blocks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while block := list(islice(rest, size)):
        yield block

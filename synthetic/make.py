"""Makes a whole pretend civil service in a folder: files as employers send them, and the truth.

    out/files/<employer>/<as-at date>-hr.<kind>  a snapshot from each employer at each date, in the
                                                 layout of its system
    out/truth/<table>.parquet                    employer, place, person, employment, assignment,
                                                 post, source_record (which row of which file is
                                                 really whom), hr_record (what each row means); with
                                                 damage, damage and moved
    out/recruitment/<employer>/<as-at date>-stages.csv
                                                 a stage extract from each employer at each date;
                                                 its truth is campaign and application
    out/places/<employer>-sites.csv              codes of sites with their towns
    out/places/commitments.csv                   what each employer promised of places
    out/attendance/<employer>/<as-at date>-attendance.csv
                                                 counts of people in buildings; truth: attendance
    out/shared-services/<provider>/...           what providers of shared services did, and their
                                                 business cases; their truth is shared_service
                                                 and business_case
    out/adverts/<employer>/<date>-adverts.<kind> three years of job adverts; their truth is
                                                 advert, advert_skill and advert_sentence

The same arguments give the same bytes, on any machine.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TypeVar

from synthetic.adverts.files import write_adverts
from synthetic.attendance import write_attendance
from synthetic.chance import Chance
from synthetic.damage.inflict import DamagedWriting, kinds_for
from synthetic.employers import Employer, make_employers
from synthetic.files import SnapshotFile, Snapshots, layout_of
from synthetic.identifiers import MOST_PEOPLE
from synthetic.lives import Lives, periods
from synthetic.place_lists import write_places
from synthetic.recruitment_files import EXTRACT, StageExtract, write_recruitment
from synthetic.shared_services import write_shared_services
from synthetic.truth import Truth

T = TypeVar("T")

AS_AT = (date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31))
BLOCK = 10_000  # people held in memory at once
FAULT_STREAM = 1_000_003  # typing errors draw from a seed of their own, this far from the people's
RECRUITMENT_STREAM = 2_000_003  # and so does recruitment
DAMAGE_STREAM = 3_000_003  # and which files are damaged, and how
PLACES_STREAM = 6_000_003  # and what is told of places
ATTENDANCE_STREAM = 4_000_003  # and who came to a building
SERVICES_STREAM = 5_000_003  # and what shared services did
ADVERTS_STREAM = 7_000_003  # and what was advertised
PEOPLE_PER_ADVERT = 4
FOLDERS = ("files", "truth", "recruitment", "attendance", "shared-services", "places", "adverts")

# Which kind of damage befalls which files, by employer number and number of the date.
Plan = Mapping[tuple[int, int], str]


@dataclass(frozen=True, slots=True)
class Plans:
    """Which files are damaged, and how: HR files and recruitment extracts."""

    people: Plan
    recruitment: Plan


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: the employers, the files in order of employer and date, the truth tables.

    `people` is everybody in truth: those asked for, and those who joined in the window.
    `extracts` are of recruitment.
    """

    out: Path
    employers: tuple[Employer, ...]
    files: tuple[SnapshotFile, ...]
    truth: dict[str, Path]
    people: int
    extracts: tuple[StageExtract, ...] = ()

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
    damage: float | Plans = 0.0,
    progress: Callable[[str], None] | None = None,
) -> Made:
    """Make a service of `people` employed when the window opens, on the first day of the first
    month, and let it live until the last of the dates `as_at`.

    `faults=False` leaves out typing errors and changes nothing else. `damage` is the chance that a
    file is damaged on its way, in one of the ways of `synthetic.damage`; or says for which files
    and how. `progress` is told one line per 10,000 people.

    Raises ValueError if the numbers cannot make a service, and FileExistsError if `out` already
    holds one: nothing is overwritten.
    """
    if people * 2 > MOST_PEOPLE:
        raise ValueError(f"people: {people} is too many; at most {MOST_PEOPLE // 2}")
    months = periods(as_at)
    chance = Chance(seed)
    bodies = make_employers(employers, people, chance)
    for folder in (out / name for name in FOLDERS):
        if folder.exists():
            raise FileExistsError(f"{folder} is there already; choose an empty folder or remove it")

    plans = damage if isinstance(damage, Plans) else drawn(bodies, len(months), damage, seed)
    typing = Chance(seed + FAULT_STREAM) if faults else None
    snapshots = Snapshots(out, bodies, months, typing, plans.people, seed)
    truth = Truth(out / "truth", bodies)
    told = 0
    for block in _blocks(Lives(bodies, months, chance).people(), BLOCK):
        truth.add_people(block)
        records, meant = snapshots.add(block)
        truth.add("source_record", records)
        truth.add("hr_record", meant)
        told += len(block)
        if progress:
            progress(f"{told:,} people written")
    recruited = write_recruitment(
        out, bodies, as_at, Chance(seed + RECRUITMENT_STREAM), plans.recruitment
    )
    write_places(out, bodies, Chance(seed + PLACES_STREAM))
    files = snapshots.finish()
    for name, writing in (*snapshots.damaged(), *recruited.damaged):
        _tell(truth, name, writing)
    tables = truth.finish() | recruited.truth
    tables["attendance"] = write_attendance(out, bodies, as_at, Chance(seed + ATTENDANCE_STREAM))
    tables |= write_shared_services(out, as_at[-1], Chance(seed + SERVICES_STREAM))
    tables |= write_adverts(
        out, bodies, people // PEOPLE_PER_ADVERT, as_at[-1], seed + ADVERTS_STREAM
    )
    return Made(out, bodies, files, tables, told, recruited.extracts)


def drawn(bodies: Sequence[Employer], months: int, rate: float, seed: int) -> Plans:
    """Damage for each file with the chance `rate`: one of the kinds that befall such files."""
    if not 0 <= rate <= 1:
        raise ValueError(f"damage: {rate} is no chance; choose from 0 to 1")
    chance = Chance(seed + DAMAGE_STREAM)
    people: dict[tuple[int, int], str] = {}
    recruitment: dict[tuple[int, int], str] = {}
    for body in bodies:
        for month in range(months):
            for plan, shape in ((people, layout_of(body, month)), (recruitment, EXTRACT)):
                struck, kind = chance.happens(rate), chance.pick(kinds_for(shape))
                if struck:
                    plan[body.number, month] = kind
    return Plans(people, recruitment)


def _tell(truth: Truth, name: str, writing: DamagedWriting) -> None:
    hurts = writing.told.hurts
    truth.add("damage", [(name, one.kind, one.row, one.field, one.original) for one in hurts])
    truth.add("moved", [(name, place, number) for place, number in writing.told.places])


def _blocks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while block := list(islice(rest, size)):
        yield block

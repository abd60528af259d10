"""Real organograms, as departments published them: 517 files, and the bars they must meet.

What a file adds up to is worked out here a second time, in another way: the plain sum of its FTE
column as decimals. The files are not part of the project; without them this is skipped.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import Sum

from muster.connectors.csv_drop.connector import CsvDrop
from muster.hub.models import Landing
from muster.register.posts.models import PostFact
from tests.integration.loads import everything, load, sums, sums_per_landing

ZIP = Path(__file__).parents[3] / "shared" / "data" / "organograms" / "organogram_files.zip"
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("fresh_home"),
    pytest.mark.skipif(not ZIP.exists(), reason="the published organograms are not beside this"),
]


def published() -> Iterator[tuple[str, int, Decimal]]:
    """Yield each file's name, its rows and the plain sum of its FTE column."""
    with zipfile.ZipFile(ZIP) as archive:
        for name in archive.namelist():
            rows = csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"), newline=""))
            header = next(rows)
            at = header.index("FTE" if "FTE" in header else "Number of Posts in FTE")
            cells = [row[at].strip() for row in rows if any(row)]
            yield name, len(cells), sum(map(fte, cells), Decimal(0))


def fte(cell: str) -> Decimal:
    """Return a cell's FTE; what is no number is none."""
    return Decimal(cell) if re.fullmatch(r"\d+(\.\d*)?|\.\d+", cell) else Decimal(0)


def test_517_real_files_meet_every_bar() -> None:
    stated = {name: (rows, total) for name, rows, total in published()}
    taken = load(CsvDrop(ZIP))
    found = sums(taken)
    assert len(stated) == found.figures.files == 517
    assert found.figures.rows == sum(rows for rows, _ in stated.values()) == 145_208
    assert (found.figures.refused, found.figures.held) == (0, 0)
    assert found.figures.accepted >= 0.95 * found.figures.rows
    for landing, register, waiting in sums_per_landing():
        rows, total = stated[landing.name]
        assert landing.rows == rows, landing.name
        assert Decimal(register + waiting).scaleb(-9) == total, landing.name
    with_level = PostFact.objects.filter(level__isnull=False).aggregate(fte=Sum("fte"))["fte"]
    assert with_level >= 0.9 * float(found.fte_register) * 1e9
    the_same_at_two_dates()
    before = everything()
    again = load(CsvDrop(ZIP))
    assert (again.fresh, len(again.known)) == ((), 517)
    assert everything() == before


def the_same_at_two_dates() -> None:
    """The Geffrye Museum published one file for two dates: both count."""
    same = Landing.objects.filter(name__startswith="the_geffrye_museum/").order_by("as_at")
    twice = [a for a in same for b in same if a.sha256 == b.sha256 and a.as_at != b.as_at]
    assert len(twice) >= 2
    assert {landing.state for landing in twice} == {"accepted"}

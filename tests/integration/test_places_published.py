"""The headcount by postcode of March 2019, as published: sums exact, regions beside Muster's own.

The file is not part of the project; without it this is skipped. What it adds up to is worked out
here a second time, by a plain loop over its rows.
"""

import csv
import datetime as dt
from collections import Counter
from decimal import Decimal

import pytest
from django.test import Client

from muster.gates.release import ReleasedTable, release
from muster.hub.models import Landing
from muster.hub.reading import dropped
from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.places.rules import REGIONS
from muster.register.statistics.models import Figure
from muster.register.statistics.places import NAME
from tests.integration.loads import load
from tests.integration.official_files import BY_POSTCODE

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("fresh_home"),
    pytest.mark.skipif(not BY_POSTCODE.exists(), reason="the published headcount is not beside"),
]
DAY = dt.date(2019, 3, 31)
ALL_GRADES = "Total (all staff)"


def told(*by: str) -> ReleasedTable:
    return release(
        NAME, by, DAY, audience="signed-in users", purpose="workforce planning", by="test",
        clock=SYSTEM_CLOCK,
    )  # fmt: skip


def published() -> Counter[str]:
    """Return what each organisation of the file adds up to, all grades together."""
    found: Counter[str] = Counter()
    with BY_POSTCODE.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["grade_group"] == ALL_GRADES:
                found[row["organisation"]] += int(row["headcount"])
    return found


def test_sums_are_those_of_the_file_and_no_region_is_made_up(client: Client) -> None:
    load(dropped(BY_POSTCODE))
    [landing] = Landing.objects.filter(layout="headcount-by-postcode-2019")
    stated, named = published(), dict(
        Figure.objects.filter(level="place").values_list("organisation", "employer")
    )  # fmt: skip
    expected: Counter[str] = Counter()
    for organisation, employer in named.items():
        expected[employer.hex] += stated[organisation]
    by_employer = {cell.key[0]: cell.value for cell in told("employer").cells}
    assert by_employer == {code: Decimal(people) for code, people in expected.items()}
    assert len(by_employer) >= 75
    assert landing.accepted + landing.quarantined == landing.rows == 10_221

    [total] = told().cells
    regions = {cell.key[0]: cell.value or Decimal(0) for cell in told("region").cells}
    assert (
        sum(regions.values(), Decimal(0))
        == total.value
        == sum(people or Decimal(0) for people in by_employer.values())
    )
    assert set(regions) == {"", *REGIONS}
    assert total.value is not None
    assert regions[""] < total.value * Decimal("0.02")

    client.post("/sign-in/as/analyst")
    text = client.get("/grid/places/").content.decode()
    assert "No employer has made a return yet" in text
    page = client.get(f"/grid/releases/{told('region').release}").content.decode()
    assert f"{regions['TLD']:,}" in page

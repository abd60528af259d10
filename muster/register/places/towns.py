"""The lists that ship: towns with their regions and coordinates, and where postcodes lie.

Both are plain facts, written for Muster. ``data/towns.csv`` holds the largest towns and those where
many civil servants work; coordinates are of the middle of the town, to two decimals.
``data/postcodes.csv`` names, for each region, the postcode areas and single districts that lie in
it, and the districts that cross its border: those are told as in no region.
"""

import csv
import io
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from muster.register.places.rules import REGIONS, Town, TownIndex, town_index

NOT_KNOWN = "Not known"


@cache
def shipped_towns() -> TownIndex:
    """Return the towns of the list."""
    return town_index(
        [
            Town(
                code=row["name"].lower().replace(" ", "-"),
                name=row["name"],
                region=row["region"],
                latitude=float(row["latitude"]),
                longitude=float(row["longitude"]),
                also=_several(row["also"]),
                needs=_several(row["needs"]),
            )
            for row in _rows("towns.csv")
        ]
    )


@cache
def shipped_postcodes() -> Mapping[str, str]:
    """Return regions by postcode area and district; empty for a district on a border."""
    table: dict[str, str] = {}
    for row in _rows("postcodes.csv"):
        table |= dict.fromkeys(row["areas"].split(), row["region"])
    for row in _rows("postcodes.csv"):
        table |= dict.fromkeys(row["crossed"].split(), "")
    return table


def every_town() -> dict[str, str]:
    """Return every town's code with its name and region, by region."""
    towns = sorted(shipped_towns().towns.values(), key=lambda one: (one.region, one.name))
    return {one.code: f"{one.name}, {REGIONS[one.region]}" for one in towns}


def every_region(not_known: str = NOT_KNOWN) -> dict[str, str]:
    """Return every region's code with its name, and the words for none."""
    return {**REGIONS, "": not_known}


def _rows(name: str) -> list[dict[str, str]]:
    text = files("muster.register.places").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(";") if part)

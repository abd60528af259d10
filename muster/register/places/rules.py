"""What a stated place is: its kind, its town and its region; and where postcodes lie.

Systems write all of these into one column. Only words that can mean nothing else are read; a name
such as "Home Office, Marsham Street" stays a site. A town is read where a part of the name is the
name of one town of the list and no part names another; nothing else tells one, least of all a
likeness. No postcode, town or region is ever made up for a place that states none. The tables in
``tests/spec/test_messy_people.py`` and ``tests/spec/test_towns.py`` show the words.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

PlaceKind = Literal["site", "home", "overseas", "none"]

REGIONS: Mapping[str, str] = {
    "TLC": "North East", "TLD": "North West", "TLE": "Yorkshire and The Humber",
    "TLF": "East Midlands", "TLG": "West Midlands", "TLH": "East of England", "TLI": "London",
    "TLJ": "South East", "TLK": "South West", "TLL": "Wales", "TLM": "Scotland",
    "TLN": "Northern Ireland",
}  # fmt: skip
"""The twelve regions and nations of the UK, by their codes as international territories."""
LONDON = "TLI"
_HOME = (
    "home", "home base", "home based", "home worker", "home working", "homebased", "homeworker",
    "homeworking", "contractual homeworker", "remote", "remote worker", "wfh",
    "working from home",
)  # fmt: skip
_OVERSEAS = ("abroad", "outside uk", "outside the uk", "overseas")
_NONE = (
    "field based", "mobile", "n a", "na", "nil", "no fixed base", "no fixed place", "none",
    "not applicable", "not known", "peripatetic", "tbc", "unknown", "various", "",
)  # fmt: skip
# What follows after one of these tells more of the place, and does not change its kind.
_ENDS = re.compile(r"\s*(?:\s[-–]\s|[,:;(]|\s/\s).*$")
_PARTS = re.compile(r"\s[-–]\s|[,:;()]|\s/\s")
_APART = re.compile(r"[\W_]+")
_POSTCODE = re.compile(r"\s*\b[A-Z]{1,2}\d[A-Z\d]?(?:\s*\d[A-Z]{2})?\s*$", re.IGNORECASE)
_OUTWARD = re.compile(r"^([A-Z]{1,2})(\d[A-Z\d]?)\s*(?:\d[A-Z]{2})?$")


def read_kind(name: str) -> PlaceKind:
    """Return the kind of a place by the name that a system gives it."""
    whole, first = _plain(name), _plain(_ENDS.sub("", name))
    if first in _HOME:
        return "home"
    if first in _OVERSEAS:
        return "overseas"
    return "none" if whole in _NONE else "site"


@dataclass(frozen=True)
class Town:
    """A town of the list.

    ``also`` are other names of it. Where places elsewhere share its name, ``needs`` are words of
    which one must be a part of the stated name as well: "Bangor, Gwynedd".
    """

    code: str
    name: str
    region: str
    latitude: float
    longitude: float
    also: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


class Where(NamedTuple):
    """Where a place is: codes of a town and of a region; empty where that is not known."""

    town: str = ""
    region: str = ""


NOWHERE = Where()
_STROKE = "/"


def code_of(where: Where) -> str:
    """Return how figures name a town: by its region and itself, so that each says what it is in."""
    return f"{where.region}{_STROKE}{where.town}" if where.town else ""


def parts_of(code: str) -> Where:
    """Return the town and region of which figures tell by such a code."""
    region, _stroke, town = code.partition(_STROKE)
    return Where(town, region)


@dataclass(frozen=True)
class TownIndex:
    """Towns by code and by every name, ready for look-up."""

    towns: Mapping[str, Town]
    by_name: Mapping[str, tuple[Town, ...]]

    def where(self, code: str) -> Where:
        """Return a town by its code, with its region; nowhere if the list does not hold it."""
        found = self.towns.get(code)
        return NOWHERE if found is None else Where(found.code, found.region)


def town_index(towns: Sequence[Town]) -> TownIndex:
    """Return an index of towns."""
    by_name: dict[str, tuple[Town, ...]] = {}
    for town in towns:
        for name in {_plain(name) for name in (town.name, *town.also)}:
            by_name[name] = (*by_name.get(name, ()), town)
    return TownIndex({town.code: town for town in towns}, by_name)


def read_where(name: str, index: TownIndex) -> Where:
    """Return which town of the list a place's name says that it is in."""
    if read_kind(name) != "site":
        return NOWHERE
    parts = {_plain(_POSTCODE.sub("", part)) for part in _PARTS.split(name)}
    found = {
        town.code
        for part in parts
        for town in index.by_name.get(part, ())
        if not town.needs or parts & {_plain(word) for word in town.needs}
    }
    return index.where(found.pop()) if len(found) == 1 else NOWHERE


def read_several(stated: str, index: TownIndex) -> Where:
    """Return where a campaign's places are: the town, or the region, that all of them share.

    Args:
        stated: place names parted by semicolons; one that names no town leaves all unknown.
        index: the towns.
    """
    read = {read_where(part, index) for part in stated.split(";") if part.strip()}
    return shared(read)


def shared(read: set[Where]) -> Where:
    """Return the town and the region that several places share, as far as they share them."""
    towns, regions = {one.town for one in read}, {one.region for one in read}
    if len(regions) != 1:
        return NOWHERE
    return Where(towns.pop() if len(towns) == 1 else "", regions.pop())


def region_of_postcode(postcode: str, table: Mapping[str, str]) -> str:
    """Return the region in which a postcode lies; empty where its district crosses a border.

    Args:
        postcode: whole, or its first half.
        table: regions by district ("CH5") and, for all others of an area, by area ("CH").
    """
    matched = _OUTWARD.match(" ".join(postcode.upper().split()))
    if matched is None:
        return ""
    area, district = matched[1], matched[1] + matched[2]
    # London's districts may end in a letter: EC1A lies in EC1.
    plain = district.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") if district[-1].isalpha() else district
    for key in (district, plain, area):
        if key in table:
            return table[key]
    return ""


def _plain(name: str) -> str:
    return " ".join(_APART.sub(" ", name.casefold()).split())


Verdict = Literal["met", "on track", "behind", "missed", "too early", "not told"]


class Judged(NamedTuple):
    """How a commitment stands: in one word, and where the straight way to it would be by now.

    ``expected`` is None where nothing was told before, or the commitment is met or over.
    """

    verdict: Verdict
    expected: Decimal | None = None


def judged(
    goal: int, due: dt.date, told: Mapping[dt.date, Decimal | None], as_at: dt.date
) -> Judged:
    """Return how an employer does against what it promised, by figures that were released.

    On track is who stands at least where a straight line from the first told figure to the goal
    would be. One figure alone makes no line: until there is a second one nothing is said of it.

    Args:
        goal: per cent, or so many people.
        due: by when.
        told: the released figure of each date; None where nothing could be told.
        as_at: the date that is looked at.
    """
    now = told.get(as_at)
    if now is None:
        return Judged("not told")
    if now >= goal:
        return Judged("met")
    if as_at >= due:
        return Judged("missed")
    expected = way_to(goal, due, told, as_at)
    if expected is None:
        return Judged("too early")
    return Judged("on track" if now >= expected else "behind", expected)


def way_to(
    goal: int, due: dt.date, told: Mapping[dt.date, Decimal | None], day: dt.date
) -> Decimal | None:
    """Return where the straight line from the first told figure to the goal is on a day.

    Who began at the goal or above it is to stay there. None before the second date of which a
    figure was told: one figure makes no line.
    """
    known = sorted((on, value) for on, value in told.items() if value is not None)
    if len(known) < 2 or day >= due:
        return None
    began, first = known[0]
    done = Decimal((day - began).days) / Decimal((due - began).days)
    return first + (goal - first) * done if first < goal else Decimal(goal)

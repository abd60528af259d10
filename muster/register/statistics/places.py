"""Where civil servants worked in March 2019: the published headcount by postcode, by region.

Already public: each figure of the file is rounded to the nearest ten by its publisher. A figure
here is the sum of the rows for all grades of a place, so that no person stands in it twice; the
rows for single grades are never added to them. Sums carry the rounding of every row.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from django.db.models import QuerySet

from muster.kernel.metrics import Dimension, Metric, RawCell, Returns
from muster.register.employers.queries import titles
from muster.register.places.facts import REGION, every_place
from muster.register.places.rules import region_of_postcode
from muster.register.places.towns import shipped_postcodes
from muster.register.statistics.models import Figure
from muster.register.statistics.rules import BILLION

NAME = "official_headcount_by_place"
ALL_GRADES = "Total (all staff)"
_PUBLISHER = "Cabinet Office"
_EMPLOYER = Dimension(
    "employer", "Employer", "The employer of the register that the name in the file means."
)
_LIES = "By the postcode of the place; a postcode district that crosses a border is in none."
_REGION = Dimension(REGION.name, REGION.title, _LIES, "On a border, or abroad")


class _Counted(NamedTuple):
    employer: str
    region: str
    value: int


class PlaceFigures:
    """Answers for the published headcount by postcode."""

    def cells(self, dimensions: Sequence[str], as_at: dt.date) -> Sequence[RawCell]:
        """Return sums of the published rows for all grades."""
        sums: dict[tuple[str, ...], int] = {}
        for one in _counted(as_at):
            parts = {"employer": one.employer, "region": one.region}
            key = tuple(parts[dimension] for dimension in dimensions)
            sums[key] = sums.get(key, 0) + one.value
        return [RawCell(key, value, 0) for key, value in sums.items()]

    def domain(self, dimension: str, as_at: dt.date) -> Mapping[str, str]:
        """Return every code of a dimension."""
        if dimension != "employer":
            return {**every_place(dimension), "": _REGION.not_mapped}
        found = _standing().filter(period=as_at).values_list("employer", flat=True)
        named = titles(list(found.distinct()))
        ordered = sorted(named.items(), key=lambda item: item[1])
        return {employer.hex: title for employer, title in ordered}

    def dates(self) -> Sequence[dt.date]:
        """Return the days that such files speak of."""
        return list(_standing().values_list("period", flat=True).distinct().order_by("period"))

    def returns(self, as_at: dt.date) -> Returns:
        """Return whether the file is there, and which it is."""
        found = _standing().filter(period=as_at).values_list("statement__landing", flat=True)
        feeds = tuple((landing, _PUBLISHER) for landing in found.distinct().order_by())
        return Returns(int(bool(feeds)), 1, (), feeds)


def _standing() -> QuerySet[Figure]:
    return Figure.objects.filter(
        level="place", measure="headcount", grade_group=ALL_GRADES,
        statement__recorded_to__isnull=True,
    )  # fmt: skip


def _counted(as_at: dt.date) -> Iterator[_Counted]:
    table = shipped_postcodes()
    rows = _standing().filter(period=as_at).values_list("employer", "postcode", "value")
    for employer, postcode, value in rows.iterator():
        yield _Counted(employer.hex, region_of_postcode(postcode or "", table), int(value))


METRIC = Metric(
    name=NAME,
    title="Official headcount by place, 2019",
    unit="people",
    definition="Headcount of an organisation at the postcodes where its people worked on 31 March"
    " 2019, all grades together, as published: each rounded to the nearest 10, so that sums carry"
    " the rounding of every place. The file states no total of its own above a place.",
    grain="one place of one organisation",
    scale=BILLION,
    dimensions=(_EMPLOYER, _REGION),
    profile="already public",
    lawful_basis="Public task; official statistics published by their owners, without personal"
    " data.",
    owner="Workforce statistics lead",
    source="Cabinet Office, civil service statistics 2019, headcount by postcode, Open Government"
    " Licence v3.0",
    reader=f"{__name__}.PlaceFigures",
)

"""Official statistics as ONS and the Cabinet Office published them: each figure accounted for.

The files are not part of the project; without them this is skipped. What they say is read a second
time in another way: see ``official_files``.
"""

import datetime as dt
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client

from muster.hub.models import Landing, QuarantinedRow
from muster.hub.reading import dropped
from muster.register.employers.models import OrganisationCode
from muster.register.statistics.models import Figure
from muster.register.statistics.queries import stated_total
from muster.register.statistics.rules import series_named
from tests.integration.loads import everything, load
from tests.integration.official_files import (
    BY_POSTCODE,
    DATA,
    ORGANISATIONS,
    TWO_SOURCES,
    WORKBOOKS,
    Stated,
    both_sources,
    csv_rows,
    table_8,
    table_9,
    total_of,
)
from tests.integration.test_official_pages import told

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("fresh_home"),
    pytest.mark.skipif(not DATA.exists(), reason="the published statistics are not beside this"),
]
BILLION = 10**9


def landed(path: Path) -> dict[str, Landing]:
    """Load a file as ``muster load`` does; return its landings by layout, each adding up."""
    taken = load(dropped(path))
    found = {one.layout: one for one in Landing.objects.filter(id__in=taken.fresh)}
    for one in found.values():
        assert (one.state, one.said) == ("accepted", "")
        assert one.rows == one.accepted + one.quarantined
        assert one.accepted == held(one)
        assert one.quarantined == QuarantinedRow.objects.filter(landing=one).count()
    return found


def held(landing: Landing) -> int:
    figures = Figure.objects.filter(statement__landing=landing.id).count()
    return figures + OrganisationCode.objects.filter(statement__landing=landing.id).count()


def figures_of(landing: Landing) -> Counter[Stated]:
    """Return the figures that the register holds of a landing, as ``Stated``."""
    rows = Figure.objects.filter(statement__landing=landing.id).values_list(
        "organisation", "measure", "period", "sex", "working_pattern", "tenure", "value"
    )
    return Counter(Stated(*one[:-1], Decimal(one[-1]) / BILLION) for one in rows)


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.stem)
def test_tables_8_and_9_of_a_workbook_hold_what_the_workbook_holds(path: Path) -> None:
    found = landed(path)
    assert set(found) == {"qpses-table-9", "qpses-table-8-headcount", "qpses-table-8-fte"}
    for layout, sheet in (("headcount", "Table 8 HC"), ("fte", "Table 8 FTE")):
        landing, stated = found[f"qpses-table-8-{layout}"], Counter(table_8(path, sheet))
        assert landing.quarantined == 0
        assert figures_of(landing) == stated
        assert landing.rows == stated.total() > 300
    nine, stated = found["qpses-table-9"], Counter(table_9(path))
    accepted = figures_of(nine)
    assert nine.rows == stated.total() > 400
    assert accepted <= stated
    waiting = {one.name for one in stated - accepted}
    reasons = set(QuarantinedRow.objects.filter(landing=nine).values_list("reason", flat=True))
    assert reasons == {"no employer of the register has this name"}
    assert not waiting & {one.name for one in accepted}
    assert nine.accepted / nine.rows > 0.7
    assert all("was not taken" in note for note in nine.notes)


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.stem)
def test_a_tables_own_total_is_told_as_it_is(path: Path) -> None:
    landed(path)
    nine = list(table_9(path))
    ons = series_named("ons")
    assert ons is not None
    for period in {one.period for one in nine}:
        for measure in ("headcount", "fte"):
            total = stated_total(ons, measure, period)
            assert total == total_of(nine, measure, period) * BILLION


def test_bodies_add_up_to_the_total_as_far_as_rounding_lets_them() -> None:
    """Not ours to prove, but why the page may say so: the whole table, rows that wait included."""
    for path in WORKBOOKS:
        nine = list(table_9(path))
        for period in {one.period for one in nine}:
            bodies = [one for one in nine if one.period == period and one.measure == "headcount"]
            total = total_of(nine, "headcount", period)
            added = sum(one.value for one in bodies) - total
            assert abs(added - total) <= 5 * len(bodies)


def test_both_sources_of_a_compiled_file_are_taken_and_its_guess_is_not() -> None:
    (landing,) = landed(TWO_SOURCES).values()
    stated = Counter(both_sources())
    assert landing.rows == stated.total() == 3_963
    assert landing.as_at == dt.date(2025, 10, 31)
    held = Counter(
        (body, source, measure, f"{period:%Y%m}", Decimal(value) / BILLION)
        for body, source, measure, period, value in Figure.objects.values_list(
            "organisation", "source", "measure", "period", "value"
        )
    )
    assert held <= stated
    assert (stated - held).total() == landing.quarantined
    assert {one[0] for one in stated - held} & {one[0] for one in held} == set()


def test_headcounts_by_postcode_keep_place_and_grade_group() -> None:
    (landing,) = landed(BY_POSTCODE).values()
    rows = csv_rows(BY_POSTCODE)
    assert landing.rows == len(rows) == 10_221
    stated = Counter[object](
        (one["organisation"], one["postcode"], one["grade_group"], one["lat"], one["lng"],
         int(one["headcount"]) * BILLION)
        for one in rows
    )  # fmt: skip
    kept = Counter[object](
        Figure.objects.values_list(
            "organisation", "postcode", "grade_group", "latitude", "longitude", "value"
        )
    )
    assert kept <= stated
    assert (stated - kept).total() == landing.quarantined
    assert set(Figure.objects.values_list("level", "period").distinct()) == {
        ("place", dt.date(2019, 3, 31))
    }


def test_the_old_register_of_organisations_keeps_every_code() -> None:
    (landing,) = landed(ORGANISATIONS).values()
    rows = csv_rows(ORGANISATIONS, "\t")
    assert (landing.rows, landing.quarantined) == (len(rows), 0) == (981, 0)
    stated = Counter((one["government-organisation"], one["name"], one["end-date"]) for one in rows)
    kept = OrganisationCode.objects.values_list("code", "name", "ends")
    assert Counter((code, name, ends or "") for code, name, ends in kept) == stated
    assert not OrganisationCode.objects.filter(employer__isnull=True).exists()


def test_the_same_files_again_change_nothing() -> None:
    paths = (WORKBOOKS[-1], ORGANISATIONS)
    for path in paths:
        landed(path)
    before = everything()
    for path in paths:
        assert load(dropped(path)).fresh == ()
    assert everything() == before


def test_the_page_tells_every_figure_exactly_and_counts_the_latest_release(client: Client) -> None:
    for path in (WORKBOOKS[-1], WORKBOOKS[-2], TWO_SOURCES):
        landed(path)
    client.post("/sign-in/as/analyst")
    for measure in ("headcount", "fte"):
        page = told(client, f"measure={measure}&period=2024-12-31")
        stated = {one.name: one.value for one in table_9(WORKBOOKS[-1])
                  if (one.measure, one.period) == (measure, dt.date(2024, 12, 31))}  # fmt: skip
        totals = page.totals("source's own total")
        assert totals["ons"] == stated["Total employment"]
        alike = set(page.employers()) & set(stated)
        assert len(alike) > 40
        assert {name: page.figure(name, "ons") for name in alike} == {
            name: stated[name] for name in alike
        }
        compiled = {one[0]: one[4] for one in both_sources()
                    if one[1:4] == ("Cabinet Office MWMI", measure, "202412")}  # fmt: skip
        assert page.figure("HM Land Registry", "mwmi") == compiled["HM Land Registry"]
        assert totals["mwmi"] == compiled["Total employment"]
        departments = {
            (one.name, one.tenure): one.value
            for one in table_8(
                WORKBOOKS[-1], f"Table 8 {'HC' if measure == 'headcount' else 'FTE'}"
            )
            if one.period == dt.date(2024, 12, 31)
        }
        shown = page.departments()
        assert len(shown) > 70
        assert shown == {key: departments[key] for key in shown}

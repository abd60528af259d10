"""Where people are counted: what facts tell of place, on both stores, and what undoing does."""

import datetime as dt
import uuid

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.gates.disclosure import Told, rate, told
from muster.gates.metrics import metric_named, reader_of
from muster.gates.release import ReleasedCell
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Conflict, NotFound
from muster.kernel.metrics import RawCell
from muster.ledger.current import ledger
from muster.register.people.facts import Employments, Moves
from muster.register.places.actions import say_town, undo_town
from muster.register.places.facts import PLACED
from muster.register.places.queries import waiting, with_where
from muster.register.places.rules import parts_of
from muster.services.grid.places import outside_london
from tests.integration.told_feeds import Register, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]
AUG, SEP = dt.date(2026, 8, 31), dt.date(2026, 9, 30)


def of_day(day: dt.date) -> dict[str, int]:
    """Return how many employees are counted in each town on a day."""
    held = (
        Employments()
        .frame()
        .filter(
            pl.col("valid_from") <= day, pl.col("valid_to").is_null() | (pl.col("valid_to") > day)
        )
    )
    return {parts_of(code).town: n for code, n in held.group_by("town").len().iter_rows()}


def staff(*places: str | None) -> list[dict[str, object]]:
    return [
        row(f"M{n}", nino=f"QA1234{n:02}C", surname=f"Mole{n}", place=place)
        for n, place in enumerate(places)
    ]  # fmt: skip


def test_who_works_where_a_name_tells_and_who_is_not_known() -> None:
    register = Register()
    named = ("Leeds - Quay House", "Quay House, London", "LON03", None, "Home", "Leeds")
    register.tells("mill", AUG, staff(*named))
    assert of_day(AUG) == {"leeds": 2, "london": 1, "": 3}
    frame = Employments().frame()
    assert set(frame["region"]) == {"TLE", "TLI", ""}
    assert frame.select(*PLACED).null_count().sum_horizontal().sum() == 0
    assert [one.name for one in waiting()] == ["LON03"]


def test_a_move_to_another_town_changes_the_count_from_its_day() -> None:
    register = Register()
    register.tells("mill", AUG, staff("Leeds", "Leeds"))
    register.tells("mill", SEP, staff("Leeds", "York"))
    assert of_day(AUG) == {"leeds": 2}
    assert of_day(SEP) == {"leeds": 1, "york": 1}


def test_joiners_and_leavers_are_counted_where_they_began_and_ended() -> None:
    register = Register()
    register.tells("mill", AUG, staff("Leeds"))
    [gone] = staff("York")
    register.tells("mill", SEP, [{**gone, "leaving": dt.date(2026, 9, 20)}])
    told = dict(Moves().frame().select("what", "town").iter_rows())
    assert told == {"joined": "TLE/leeds", "left": "TLE/york"}


def test_what_is_said_of_a_place_counts_until_it_is_undone() -> None:
    register = Register()
    register.tells("mill", AUG, staff("LON03", "Leeds"))
    mill = register.employers["mill"]
    before = ledger().size("exchange")
    said = say_town(employer=mill, name="LON03", town="london", by="hr", clock=SYSTEM_CLOCK)
    assert ledger().size("exchange") == before + 1, "figures are others from then on"
    assert say_town(employer=mill, name="LON03", town="london", by="x", clock=SYSTEM_CLOCK) == said
    with pytest.raises(Conflict):
        say_town(employer=mill, name="LON03", town="leeds", by="hr", clock=SYSTEM_CLOCK)
    assert of_day(AUG) == {"london": 1, "leeds": 1}
    assert waiting() == ()
    with pytest.raises(NotFound):
        undo_town(said=said, within=uuid.uuid4(), by="hr", clock=SYSTEM_CLOCK)
    undo_town(said=said, within=mill, by="hr", clock=SYSTEM_CLOCK)
    assert ledger().size("exchange") == before + 2
    assert of_day(AUG) == {"": 1, "leeds": 1}


def test_what_is_said_wins_over_the_name_and_holds_for_its_employer_alone() -> None:
    register = Register()
    register.tells("mill", AUG, staff("Leeds"))
    register.tells("weir", AUG, [row("W1", nino="QA999999C", surname="Other", place="Leeds")])
    mill = register.employers["mill"]
    say_town(employer=mill, name="Leeds", town="york", by="hr", clock=SYSTEM_CLOCK)
    assert of_day(AUG) == {"york": 1, "leeds": 1}


@pytest.mark.parametrize(("name", "town"), [("LON03", "atlantis"), ("  ", "leeds"), ("L", "")])
def test_what_cannot_be_said_is_refused(name: str, town: str) -> None:
    mill = Register()._employer("mill")
    with pytest.raises(BadInput):
        say_town(employer=mill, name=name, town=town, by="hr", clock=SYSTEM_CLOCK)


def test_of_a_campaign_what_its_places_share_is_told() -> None:
    mill = Register()._employer("mill")
    say_town(employer=mill, name="LON03", town="london", by="hr", clock=SYSTEM_CLOCK)
    stated = ["Leeds; York", "LON03; London", "LON03; Leeds", "LON03; nowhere", None]
    frame = pl.DataFrame({"employer": mill.hex, "place": stated})
    found = with_where(frame, several=True).select("town", "region").rows()
    assert found == [("", "TLE"), ("TLI/london", "TLI"), ("", ""), ("", ""), ("", "")]


@pytest.mark.parametrize("name", ["headcount", "staff_fte", "joiners", "leavers", "hires"])
def test_figures_by_place_have_every_code_whoever_works_there(name: str) -> None:
    reader = reader_of(metric_named(name))
    for dimension in PLACED:
        domain = reader.domain(dimension, AUG)
        assert "" in domain
    assert len(reader.domain("region", AUG)) == 13
    assert len(reader.domain("town", AUG)) > 150


counts = st.integers(min_value=0, max_value=5000)


def cell(code: str, count: int) -> ReleasedCell:
    said = told(metric_named("headcount"), RawCell((), count, count))
    return ReleasedCell((code,), (code,), said.kind, said.value, said.shown)


def share(london: int, outside: int, unknown: int) -> Told:
    """Return the share that the page shows, from the tables that are released of such people."""
    regions = [cell("TLI", london), cell("TLE", outside), cell("", unknown)]
    return rate(*outside_london(regions, cell("", london + outside + unknown)))


@given(london=counts, outside=counts, unknown=counts)
def test_a_share_tells_no_more_than_the_figures_it_is_made_of(
    london: int, outside: int, unknown: int
) -> None:
    found = share(london, outside, unknown)
    for moved in (-2, -1, 1, 2):
        # Somebody in London was elsewhere, and no released figure shows it: nor does the share.
        if london + moved >= 0 and outside - moved >= 0:
            same = cell("TLI", london + moved) == cell("TLI", london)
            if same:
                assert share(london + moved, outside - moved, unknown) == found
    assert found.value is None or (0 <= found.value <= 100 and found.kind == "rounded")
    if london <= 7 and outside + unknown > 30 and outside > 20:
        assert found.shown in ("Nearly all", "Not told")
    if outside + london + unknown <= 7:
        assert found.shown == "Not told"
    if london > 50 and outside > 50:
        assert found.value is not None
        # Three roundings of two and a half people each, and that of the per cent.
        true = 100 * outside / (london + outside)
        assert abs(float(found.value) - true) <= 100 * 10 / (london + outside) + 1

"""Series in two forms: as employers were, and restated to those of today."""

import datetime as dt
from pathlib import Path

import pytest

from muster.gates.metrics import metric_named, reader_of
from muster.kernel.clock import FixedClock
from muster.kernel.errors import BadInput, Conflict, NotFound
from muster.kernel.ids import new_id
from muster.ledger.current import ledger
from muster.register.employers import succession_queries as queries
from muster.register.employers.actions import load_organisations
from muster.register.employers.models import Employer, Succession
from muster.register.employers.organisations import shipped_organisations
from muster.register.employers.rules import Organisation, StatedDate
from muster.register.employers.succession_actions import state_succession, withdraw_succession
from muster.register.people.facts import Employments, Moves
from tests.integration.structures_world import AFTER, BEFORE, DAY, LATER, NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(fresh_home: Path) -> World:
    made = World()
    made.splits()
    return made


def test_a_split_follows_people_and_leaves_the_others_with_the_principal(world: World) -> None:
    world.states("mill", "weir", "lock")
    then = dt.date(2025, 3, 31)
    assert world.counts(then, "employer") == {"mill": 62, "weir": 40}
    assert world.counts(then, "employer_today") == {"weir": 20 + 12 + 40, "lock": 30}
    assert world.counts(BEFORE, "employer") == {"mill": 50, "weir": 40}
    assert world.counts(BEFORE, "employer_today") == {"weir": 60, "lock": 30}
    assert world.counts(AFTER, "employer") == {"weir": 60, "lock": 30}
    assert world.counts(AFTER, "employer_today") == world.counts(AFTER, "employer")


def test_undone_it_is_as_if_it_had_never_been_stated(world: World) -> None:
    before = world.counts(BEFORE, "employer_today")
    made = world.states("mill", "lock", "weir")
    assert world.counts(BEFORE, "employer_today") != before
    withdraw_succession(succession=made, by="test", clock=NOW)
    assert world.counts(BEFORE, "employer_today") == before == world.counts(BEFORE, "employer")
    with pytest.raises(Conflict):
        withdraw_succession(succession=made, by="test", clock=NOW)
    assert Succession.objects.get(id=made).withdrawn_by == "test"


@pytest.mark.parametrize("form", ["mill>weir", "mill>weir+lock", "mill>weir, weir>lock", ""])
def test_both_forms_add_up_alike_in_every_metric_and_month(world: World, form: str) -> None:
    for part in filter(None, form.split(", ")):
        former, _, to = part.partition(">")
        world.states(former, *to.split("+"))
    for name in (
        "headcount", "staff_fte", "joiners", "leavers", "movers", "contractors", "pay_bill",
        "joiners_in_month", "leavers_in_month", "movers_in_month",
    ):  # fmt: skip
        reader = reader_of(metric_named(name))
        for day in (BEFORE, AFTER):
            sums = [
                sum(cell.value for cell in reader.cells((by,), day))
                for by in ("employer", "employer_today")
            ]
            assert sums[0] == sums[1]
            codes = {cell.key[0] for cell in reader.cells(("employer_today",), day)}
            assert codes <= set(queries.employers_today(world.named()))


def test_a_merger_brings_movers_within_one_employer_of_today(world: World) -> None:
    world.states("mill", "weir", "lock")
    moves = Moves().frame().filter(what="moved in")
    named = world.named()
    told = {
        (named[one["other"]], named[one["employer"]], named[one["other_today"]],
         named[one["employer_today"]])
        for one in moves.iter_rows(named=True)
    }  # fmt: skip
    assert told == {("mill", "weir", "weir", "weir"), ("mill", "lock", "lock", "lock")}


def test_nobody_waits_for_a_return_of_an_employer_that_passed_on(world: World) -> None:
    world.register.tells("weir", LATER, world.staff("W", 0, 60))
    facts = Employments()
    assert facts.returns(LATER).without == ("Lock", "Mill")
    world.states("mill", "weir", "lock")
    told = facts.returns(LATER)
    assert (told.returned, told.known, told.without) == (1, 2, ("Lock",))
    # Before the day it is awaited as ever, and its successors of today are named.
    early = dt.date(2026, 6, 30)
    assert "Mill (today Lock, Weir)" in facts.returns(early).without
    assert set(facts.domain("employer_today", BEFORE).values()) == {"Lock", "Weir"}


def test_a_part_never_passes_for_the_whole(world: World) -> None:
    world.states("mill", "weir", "lock")
    world.register.tells("weir", LATER, world.staff("W", 0, 60))
    facts = Employments()
    # The lock had people by then and told nothing; the mill had passed on and is not awaited.
    assert set(facts.domain("employer_today", LATER).values()) == {"Weir"}
    # In July the lock had nobody yet, and the mill told of everybody.
    assert set(facts.domain("employer_today", BEFORE).values()) == {"Lock", "Weir"}
    world.register.tells("weir", dt.date(2026, 6, 30), world.staff("W", 200, 40))
    assert facts.domain("employer_today", dt.date(2026, 6, 30)) == {}
    assert set(facts.domain("employer", dt.date(2026, 6, 30)).values()) == {"Weir"}


def test_figures_made_before_are_never_shown_for_those_after(world: World) -> None:
    reader = reader_of(metric_named("headcount"))
    size = ledger().size("exchange")
    first = {cell.key[0]: cell.value for cell in reader.cells(("employer_today",), BEFORE)}
    made = world.states("mill", "weir")
    assert ledger().size("exchange") == size + 1
    then = {cell.key[0]: cell.value for cell in reader.cells(("employer_today",), BEFORE)}
    withdraw_succession(succession=made, by="test", clock=NOW)
    again = {cell.key[0]: cell.value for cell in reader.cells(("employer_today",), BEFORE)}
    assert first == again != then
    kinds = [entry.type.split(".")[-2] for entry in ledger().read("decisions")][-2:]
    assert kinds == ["stated", "withdrawn"]


def test_what_cannot_be_is_refused_and_leaves_nothing(world: World) -> None:
    mill, weir = (world.register.employers[name] for name in ("mill", "weir"))
    said = {"former": mill, "day": DAY, "successors": [weir], "source": "Order", "by": "test"}
    for wrong, why in (
        ({"successors": [mill]}, "its own successor"),
        ({"successors": []}, "at least one successor"),
        ({"source": "  "}, "needs a source"),
        ({"day": dt.date(2026, 11, 22)}, "lies ahead"),
    ):
        with pytest.raises(BadInput, match=why):
            state_succession(**{**said, **wrong}, clock=NOW)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        state_succession(**{**said, "successors": [new_id()]}, clock=NOW)  # type: ignore[arg-type]
    world.states("mill", "weir")
    with pytest.raises(BadInput, match="circle"):
        world.states("weir", "mill")
    with pytest.raises(BadInput, match="passed on already"):
        world.states("mill", "lock", day=AFTER)
    assert len(queries.listed()) == 1


def test_what_a_later_succession_rests_on_is_not_undone_before_it(world: World) -> None:
    world.states("mill", "weir", day=dt.date(2020, 1, 1))
    again = world.states("lock", "mill", day=dt.date(2022, 1, 1))
    last = world.states("mill", "weir", day=dt.date(2024, 1, 1))
    with pytest.raises(Conflict, match="later succession rests"):
        withdraw_succession(succession=again, by="test", clock=NOW)
    withdraw_succession(succession=last, by="test", clock=NOW)
    withdraw_succession(succession=again, by="test", clock=NOW)


def test_the_public_list_is_stated_where_it_says_all(fresh_home: Path) -> None:
    load_organisations(shipped_organisations(), by="test")
    stated = {one.title: one for one in queries.listed()}
    assert len(stated) >= 10
    assert all(len(one.successors) == 1 and one.source for one in stated.values())
    closed = set(Employer.objects.filter(status="closed").values_list("id", flat=True))
    assert {one.former for one in stated.values()} <= closed
    hinted = {one.former for one in queries.hints()}
    assert hinted
    assert not hinted & {one.former for one in stated.values()}


def test_what_was_undone_is_not_stated_again_by_the_list(fresh_home: Path) -> None:
    def listed(title: str) -> list[Organisation]:
        day = StatedDate("2015-04-01")
        return [
            Organisation("old", title, status="closed", closed=day, superseded_by=("new",)),
            Organisation("new", "New", supersedes=("old",)),
        ]

    load_organisations(listed("Old"), by="test", clock=NOW)
    [one] = queries.listed()
    assert (one.title, one.day, one.successors[0][1]) == ("Old", dt.date(2015, 4, 1), "New")
    withdraw_succession(succession=one.id, by="test", clock=NOW)
    load_organisations(listed("Older"), by="test", clock=NOW)
    assert queries.listed() == ()


def test_the_day_itself_may_be_stated(world: World) -> None:
    today = FixedClock(dt.datetime(2026, 8, 1, 12, tzinfo=dt.UTC))
    ids = world.register.employers
    state_succession(
        former=ids["mill"], day=DAY, successors=[ids["weir"]], source="Order", by="t", clock=today
    )
    assert [one.day for one in queries.listed()] == [DAY]

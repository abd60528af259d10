"""Cover for absence: of one team, for its days, and never for both ends of a case."""

import datetime as dt
import uuid

import pytest

from muster.casework.covering import (
    covered_by,
    covers_of,
    end_cover,
    set_cover,
    worker_of,
)
from muster.casework.notifying.models import Notice
from muster.casework.rules import Party, Standing, check_may_do
from muster.kernel.errors import BadInput, Conflict, MusterError, NotFound, NotPermitted
from tests.integration.inbox_world import HR, MOLE, PAYROLL, RAT, TOAD, InboxWorld

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]
TODAY = dt.date(2026, 11, 23)
FRIDAY = dt.date(2026, 11, 27)


@pytest.fixture
def world() -> InboxWorld:
    return InboxWorld().staffed()


def covered(world: InboxWorld, **said: object) -> uuid.UUID:
    usual: dict[str, object] = {
        "absent": MOLE, "coverer": RAT, "employer": world.mill, "role": HR, "since": TODAY,
        "until": FRIDAY, "by": MOLE, "leads": False, "clock": world.clock,
    }  # fmt: skip
    return set_cover(**(usual | said))  # type: ignore[arg-type]


def covers_now(world: InboxWorld, actor: str = RAT, *roles: str) -> frozenset[str]:
    return covered_by(actor, world.mill, roles or (HR,), now=world.clock.now())


# what is wrong | with
REFUSED: list[tuple[dict[str, object], type[MusterError]]] = [
    ({"coverer": MOLE}, BadInput),
    ({"until": dt.date(2026, 11, 22), "since": dt.date(2026, 11, 20)}, BadInput),
    ({"since": FRIDAY, "until": TODAY}, BadInput),
    ({"until": dt.date(2027, 12, 1)}, BadInput),
    ({"coverer": TOAD}, NotFound),
    ({"coverer": "persona:nobody"}, NotFound),
    ({"role": PAYROLL}, NotFound),
    ({"by": RAT}, NotPermitted),
    ({"by": TOAD}, NotPermitted),
]


@pytest.mark.parametrize(("said", "refusal"), REFUSED)
def test_a_cover_that_cannot_be_is_refused(
    world: InboxWorld, said: dict[str, object], refusal: type[MusterError]
) -> None:
    with pytest.raises(refusal):
        covered(world, **said)
    assert covers_of(MOLE, None, (), now=world.clock.now()) == ()


def test_a_cover_begins_and_ends_by_itself(world: InboxWorld) -> None:
    covered(world, since=TODAY + dt.timedelta(days=1))
    assert covers_now(world) == frozenset()
    world.later(days=1)
    assert covers_now(world) == {MOLE}
    world.clock.move(dt.datetime(2026, 11, 27, 23, 59, tzinfo=dt.UTC) - world.clock.now())
    assert covers_now(world) == {MOLE}, "its last day is not over"
    world.later(minutes=2)
    assert covers_now(world) == frozenset()


def test_who_covers_is_told_and_who_leads_may_set_it(world: InboxWorld) -> None:
    covered(world, by="persona:lead", leads=True)
    [told] = Notice.objects.all()
    assert (told.kind, told.holder, told.state) == ("cover", RAT, "waiting")
    assert told.fill["until"] == "27 November 2026"
    with pytest.raises(Conflict):
        covered(world)


def test_cover_is_ended_by_one_of_the_two_or_who_leads(world: InboxWorld) -> None:
    one = covered(world)
    strangers = [(TOAD, world.weir, (HR,)), ("persona:lead", world.mill, (PAYROLL,))]
    for by, employer, leads in strangers:
        with pytest.raises(NotFound):
            end_cover(cover=one, by=by, employer=employer, leads=leads, clock=world.clock)
    with pytest.raises(NotFound):
        end_cover(cover=uuid.uuid4(), by=RAT, employer=None, leads=(), clock=world.clock)
    assert covers_now(world) == {MOLE}
    for _twice in range(2):
        end_cover(cover=one, by=RAT, employer=None, leads=(), clock=world.clock)
    assert covers_now(world) == frozenset()
    covered(world)  # and it can be set anew


def test_cover_is_not_passed_on_and_does_not_follow_who_moves(world: InboxWorld) -> None:
    world.seen("persona:otter", "Otter", world.mill)
    covered(world)
    covered(world, absent=RAT, coverer="persona:otter", by=RAT)
    assert covers_now(world, "persona:otter") == {RAT}, "but not Mole, whom Rat covers"
    assert covered_by(RAT, world.weir, (HR,), now=world.clock.now()) == frozenset()
    assert covers_now(world, RAT, PAYROLL) == frozenset()


def test_who_covers_may_take_over_a_task_but_never_both_ends(world: InboxWorld) -> None:
    covered(world)
    rat = worker_of(RAT, (HR,), world.mill, None, now=world.clock.now())
    taken = Standing("importer", Party(HR, world.mill), assignee=MOLE,
                     apart=(frozenset({"importer", "exporter"}),))  # fmt: skip
    check_may_do(taken, rat)
    other = Standing(taken.lane, taken.party, assignee=MOLE, apart=taken.apart,
                     done_by={RAT: ["exporter"]})  # fmt: skip
    with pytest.raises(NotPermitted):
        check_may_do(other, rat)
    own = uuid.uuid4()
    about = Standing(taken.lane, taken.party, assignee=MOLE, about=own)
    with pytest.raises(NotPermitted):
        check_may_do(about, worker_of(RAT, (HR,), world.mill, own, now=world.clock.now()))
    world.later(days=5)
    late = worker_of(RAT, (HR,), world.mill, None, now=world.clock.now())
    with pytest.raises(Conflict):
        check_may_do(taken, late)


def test_a_team_sees_its_covers_and_nobody_elses(world: InboxWorld) -> None:
    covered(world)
    [shown] = covers_of(RAT, world.mill, (), now=world.clock.now())
    assert (shown.absent_name, shown.coverer_name, shown.state) == ("Mole", "Rat", "now")
    assert (shown.since, shown.until) == (TODAY, FRIDAY)
    assert covers_of(TOAD, world.weir, (HR,), now=world.clock.now()) == ()
    assert len(covers_of("persona:lead", world.mill, (HR,), now=world.clock.now())) == 1

"""Figures of transfers: exactly what counting one by one comes to, and only through the gate."""

import datetime as dt
import re
import uuid
from collections import Counter
from html import unescape
from typing import Any

import pytest
from django.test import Client

from muster.gates.metrics import metric_named, reader_of
from muster.gates.models import Release
from muster.gates.release import release
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day, month_end, months_before
from muster.kernel.errors import NotPermitted
from muster.ledger.current import ledger
from muster.services.transfers import actions, counted
from muster.services.transfers.facts import LIVE, STAGE_DAYS
from muster.services.transfers.metrics import METRICS
from muster.services.transfers.models import FirstPay, HandOff, TakenStep, Transfer
from muster.services.transfers.payrolls.models import Instruction
from tests.integration.transfers_world import FIRST_DAY, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]
AS_AT = dt.date(2027, 1, 31)
ENDS = [dt.date(2026, 11, 30), dt.date(2026, 12, 31), AS_AT]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """Return a world of moves that came in very different ways; a message comes in February."""
    world = World()
    moves = [
        world.draft(world.somebody(), importer=world.employer(PLACES[at % 2])).transfer
        for at in range(len(WAYS))
    ]
    for moved, (last, wait) in zip(moves, WAYS, strict=True):
        world.up_to(moved, "accept")
        world.clock.move(dt.timedelta(days=wait))
        if last != "accept":
            world.up_to(moved, last if last in BEFORE else "schedule", start="ask_exporter")
    for moved, (last, wait) in zip(moves, WAYS, strict=True):
        if last not in BEFORE:
            world.up_to(moved, last, start="effect")
            world.clock.move(dt.timedelta(days=wait))
        LAST[last](world, moved)
    comes(world, monkeypatch, dt.datetime(2027, 2, 3, 15, tzinfo=dt.UTC))
    return world


def comes(world: World, monkeypatch: pytest.MonkeyPatch, at: dt.datetime) -> None:
    """Let a message arrive: figures then count all that was before its day."""
    monkeypatch.setattr(ledger(), "_clock", Stopped(at))
    ledger().append_one("exchange", "muster.test.data.came.v1", "test:figures:1", {})


class Stopped:
    def __init__(self, at: dt.datetime) -> None:
        self.at = at

    def now(self) -> dt.datetime:
        return self.at


BEFORE = ("accept", "release", "schedule")
PLACES = ("weir", "loch")
WAYS = [("accept", 1), ("close", 2), ("release", 3), ("paid_exporter", 0), ("effect", 1),
        ("close", 0), ("schedule", 4), ("effect", 0)]  # fmt: skip


def _nothing(world: World, moved: uuid.UUID) -> None:
    pass


def _wrong_then_right(world: World, moved: uuid.UUID) -> None:
    world.take(moved, "paid_importer", gross_paid=1, differs=("gross", "tax_code"))
    world.take(moved, "paid_importer")


def _withdrawn(world: World, moved: uuid.UUID) -> None:
    actions.withdraw(transfer=moved, by="person:una", reason="No", clock=world.clock)


LAST: dict[str, Any] = {
    "accept": _nothing, "close": _nothing, "paid_exporter": _wrong_then_right,
    "effect": _nothing, "schedule": _nothing, "release": _withdrawn,
}  # fmt: skip


def exact(metric: str, *by: str, as_at: dt.date = AS_AT) -> dict[tuple[str, ...], int]:
    cells = reader_of(metric_named(metric)).cells(by, as_at)
    return {cell.key: cell.value for cell in cells if cell.value}


def stays() -> list[tuple[Transfer, str, dt.date, dt.date | None]]:
    """Return each stay of each transfer in a stage, walked step by step."""
    found: list[tuple[Transfer, str, dt.date, dt.date | None]] = []
    for one in Transfer.objects.order_by("id"):
        stage, since = "draft", legal_day(one.opened_at)
        for step in TakenStep.objects.filter(transfer=one).order_by("version"):
            if step.to != stage:
                found.append((one, stage, since, legal_day(step.at)))
                stage, since = step.to, legal_day(step.at)
        found.append((one, stage, since, None))
    return found


@pytest.mark.parametrize("as_at", ENDS)
def test_under_way_is_where_each_stands_when_the_day_ends(world: World, as_at: dt.date) -> None:
    there = Counter(
        (stage, one.importer_id.hex)
        for one, stage, since, until in stays()
        if stage in LIVE and since <= as_at and (until is None or until > as_at)
    )
    assert there
    assert exact("transfers_under_way", "stage", "employer", as_at=as_at) == there


def test_days_in_stages_are_those_between_the_steps(world: World) -> None:
    def band(days: int) -> str:
        return next((f"to {end}" for end in STAGE_DAYS if days <= end), f"over {STAGE_DAYS[-1]}")

    left = Counter(
        (stage, band((until - since).days))
        for _, stage, since, until in stays()
        if stage in LIVE and until is not None and months_before(AS_AT, 12) < until <= AS_AT
    )
    assert len({took for _, took in left}) > 2
    assert exact("transfer_stages", "stage", "took") == left


def test_who_took_effect_is_counted_on_the_first_day_unless_reversed(world: World) -> None:
    moved = Transfer.objects.exclude(effected_at=None)
    assert exact("transfers_effected", "employer", "left") == Counter(
        (one.importer_id.hex, one.exporter_id.hex) for one in moved
    )
    assert exact("transfers_effected", as_at=ENDS[0]) == {}
    assert exact("transfers_effected", "grade") == {("SEO",): moved.count()}
    assert sum(exact("transfers_effected", "effected_in").values()) == moved.count() > 3


def test_what_was_reversed_is_counted_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = exact("transfers_effected")[()]
    one = Transfer.objects.filter(state="effected").first()
    assert one is not None
    said: dict[str, Any] = {"transfer": one.id, "reason": "Never came", "clock": world.clock}
    actions.reverse(**said, side="importer", by="hr:weir")
    actions.reverse(**said, side="exporter", by="hr:mill")
    assert exact("transfers_effected") == {(): before}, "the same position means the same data"
    comes(world, monkeypatch, dt.datetime(2027, 2, 4, 9, tzinfo=dt.UTC))
    assert exact("transfers_effected") == {(): before - 1}


def test_first_pay_counts_by_the_first_word_of_each_payroll(world: World) -> None:
    words: dict[tuple[uuid.UUID, uuid.UUID], str] = {}
    for pay in FirstPay.objects.order_by("at", "id"):
        words.setdefault((pay.transfer_id, pay.employer_id), pay.cause)
    wrong = [cause for cause in words.values() if cause]
    assert exact("transfer_first_pays", "verdict") == {
        ("right",): len(words) - len(wrong), ("wrong",): len(wrong),
    }  # fmt: skip
    causes = exact("transfer_first_pays", "verdict", "cause")
    assert {key[1]: n for key, n in causes.items() if key[0] == "wrong"} == Counter(
        one for cause in wrong for one in cause.split(",")
    )
    assert sum(exact("transfer_first_pays", "side").values()) == len(words)
    assert exact("transfer_first_pays") == {(): len(words)}, "two causes are one wrong pay"


def test_hand_offs_are_in_time_by_their_own_day(world: World) -> None:
    gone = {one.id: since for one, stage, since, _ in stays() if stage == "withdrawn"}
    told: Counter[tuple[str, str]] = Counter()
    for one in HandOff.objects.filter(due__lte=AS_AT):
        if one.due >= gone.get(one.transfer_id, dt.date.max):
            continue
        if one.state == "open":
            said = "outstanding"
        else:
            assert one.at is not None
            said = "in time" if legal_day(one.at) <= one.due else "late"
        told[one.kind, said] += 1
    assert {said for _, said in told} == {"in time", "late", "outstanding"}
    assert exact("transfer_hand_offs", "handed", "in_time") == told


def test_an_instruction_after_the_cut_off_is_a_missed_one(world: World) -> None:
    moved = Transfer.objects.exclude(effected_at=None).first()
    assert moved is not None
    for late in (FIRST_DAY, None):
        Instruction.objects.create(
            key=f"{moved.id}:{late}", kind="pay", action="start", transfer=moved.id,
            person_id=moved.person_id, employer_id=moved.importer_id, system="payroll:weir",
            staff_number="M/1", sealed="", digest="", first_day=moved.first_day, late_for=late,
            because="waits", made_at=dt.datetime(2026, 12, 20, tzinfo=dt.UTC), made_by="test",
        )  # fmt: skip
    assert exact("missed_cut_offs", "employer", "action") == {(moved.importer_id.hex, "start"): 1}


def test_nothing_counts_before_the_day_of_the_latest_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()
    world.up_to(world.draft(world.somebody()).transfer, "accept")
    reader = reader_of(metric_named("transfers_under_way"))
    assert not reader.dates()
    comes(world, monkeypatch, world.clock.now())
    assert counted.transfers(counted.counted_until()).is_empty(), "today is not over"
    comes(world, monkeypatch, world.clock.now() + dt.timedelta(days=1))
    assert counted.transfers(counted.counted_until()).height == 1
    assert not reader.dates(), "the month is not over"
    comes(world, monkeypatch, dt.datetime(2026, 12, 1, 1, tzinfo=dt.UTC))
    assert [*reader.dates()] == [month_end(legal_day(world.clock.now()))]


@pytest.mark.parametrize("name", ["transfers_effected", "transfer_minutes", "transfers_under_way"])
def test_few_people_are_never_told(world: World, name: str) -> None:
    said: dict[str, Any] = {"purpose": "test", "by": "test", "clock": SYSTEM_CLOCK}
    table = release(name, ("employer", "left"), AS_AT, audience="signed-in users", **said)
    assert {cell.shown for cell in table.cells} == {"0 to 7"}
    assert len(table.cells) == 9, "nobody is told like a few, by every pair there may be"
    with pytest.raises(NotPermitted, match="not declared by person"):
        release(name, ("person",), AS_AT, audience="signed-in users", **said)


def test_an_employers_own_system_gets_the_rows_of_that_employer(world: World) -> None:
    weir = world.employer("weir")
    reader = reader_of(metric_named("transfers_effected"), f"employer {weir.hex}")
    joined = Transfer.objects.exclude(effected_at=None).filter(importer=weir).count()
    assert [cell.value for cell in reader.cells((), AS_AT)] == [joined]


@pytest.mark.parametrize("name", [one.name for one in METRICS])
def test_many_months_at_once_are_each_month_by_itself(world: World, name: str) -> None:
    metric = metric_named(name)
    reader = reader_of(metric)
    dates = [*reader.dates()]
    assert dates == ENDS
    for one in metric.dimensions[:2]:
        told = reader.over((one.name,), dates)  # type: ignore[attr-defined]
        for date in dates:
            alone = {cell.key: cell[1:] for cell in reader.cells((one.name,), date) if cell.value}
            assert {cell.key: cell[1:] for cell in told[date] if cell.value} == alone, one.name
            assert {key[0] for key in alone} <= {*reader.domain(one.name, date)}, one.name


def test_the_page_tells_released_cells_alone(world: World, client: Client) -> None:
    client.post("/sign-in/as/leader")
    response = client.get(f"/grid/transfers/?as_at={AS_AT}")
    assert response.status_code == 200
    text = unescape(response.content.decode())
    told = {cell[4] for one in Release.objects.all() for cell in one.content["cells"]}
    shown = re.findall(r'<td class="[^"]*cell--numeric[^"]*">\s*([^<]*?)\s*</td>', text)
    assert {*shown} <= told | {"Not told"}
    assert len(shown) > 50
    assert "16.8 working days" in text
    assert "publictechnology.net" in text
    file = re.search(r'href="(/grid/releases/[^"]*\.csv)"', text)
    assert file is not None
    assert client.get(file[1]).status_code == 200


def test_before_the_first_month_is_over_the_page_says_so(client: Client) -> None:
    client.post("/sign-in/as/leader")
    text = client.get("/grid/transfers/").content.decode()
    assert "before the end of the first month" in text

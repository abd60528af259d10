"""A year's payroll calendar is loaded from a sheet, says what changed, and can be undone."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction

from muster.casework.calendars import actions, ports, queries
from muster.casework.calendars.models import CalendarLoad, PayrollPeriod
from muster.casework.calendars.reading import COLUMNS
from muster.casework.calendars.rules import PayPeriod
from muster.kernel.clock import Clock, FixedClock
from muster.kernel.days import LONDON
from muster.kernel.errors import BadInput, Conflict, NotFound
from muster.ledger.current import ledger
from muster.pagekit.workbooks import SheetOut, as_workbook
from muster.register.employers.models import Employer
from tests.integration.calendars_constraints import employer

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
HEADER = "employer,frequency,period start,period end,cut-off date,cut-off time,pay day"
YEAR = """
monthly,2027-01-01,2027-01-31,2027-01-12,17:00,2027-01-29
monthly,2027-02-01,2027-02-28,2027-02-11,17:00,2027-02-26
monthly,2027-03-01,2027-03-31,2027-03-11,17:00,2027-03-31
monthly,2027-04-01,2027-04-30,2027-04-13,17:00,2027-04-30
"""
_told: list[tuple[uuid.UUID, PayPeriod, PayPeriod | None]] = []


def note(
    of: uuid.UUID, before: PayPeriod, after: PayPeriod | None, *, by: str, clock: Clock
) -> None:
    assert transaction.get_connection().in_atomic_block
    _told.append((of, before, after))


def refuse(*_: object, **__: object) -> None:
    raise Conflict("A plan cannot follow", fix="Ask its owner")


@pytest.fixture(autouse=True)
def _listening(monkeypatch: pytest.MonkeyPatch) -> None:
    _told.clear()
    monkeypatch.setattr(ports, "_listeners", [])
    ports.on_moved(f"{__name__}.note")
    ports.on_moved(f"{__name__}.note")


def sheet(rows: str = YEAR, name: str = "Mill", header: str = HEADER) -> bytes:
    lines = [f"{name},{line}" for line in rows.strip().splitlines()]
    return "\n".join([header, *lines]).encode()


def load(of: Employer, rows: str = YEAR, clock: Clock | None = None) -> actions.Loaded:
    return actions.load_calendar(
        sheet=sheet(rows), name="2027.csv", employer=of.id, by="payroll",
        clock=clock or FixedClock(NOW), nation="scotland",
    )  # fmt: skip


def periods(of: Employer) -> tuple[PayPeriod, ...]:
    found = queries.calendar_of(of.id)
    return () if found is None else found.periods


def test_a_year_is_loaded_and_each_day_has_its_pay() -> None:
    of = employer()
    found = load(of)
    assert [one.starts.month for one in found.changes["monthly"].added] == [1, 2, 3, 4]
    calendar = queries.calendar_of(of.id, "monthly")
    assert calendar is not None
    assert (calendar.convention, calendar.nation) == ("calendar_days", "scotland")
    april = calendar.period_of(dt.date(2027, 4, 1))
    assert april is not None
    # 17:00 as London clocks show it, in summer.
    assert april.cut_off == dt.datetime(2027, 4, 13, 16, tzinfo=dt.UTC)
    assert calendar.period_of(dt.date(2027, 5, 1)) is None
    assert queries.calendar_of(of.id, "weekly") is None
    assert queries.employers_with_calendars() == ((of.id, "Mill"),)
    assert _told == []


def test_the_same_sheet_again_changes_nothing() -> None:
    of = employer()
    load(of)
    again = load(of)
    assert not again
    assert again.load is None
    assert again.changes["monthly"].kept == 4
    assert CalendarLoad.objects.count() == 1


def test_a_moved_cut_off_is_told_to_whoever_plans_by_it() -> None:
    of = employer()
    load(of)
    before = periods(of)[2]
    found = load(of, "monthly,2027-03-01,2027-03-31,2027-03-09,12:00,2027-03-31")
    ((was, is_now),) = found.changes["monthly"].moved
    assert (was, found.changes["monthly"].kept) == (before, 3)
    assert is_now.last_day_for_changes == dt.date(2027, 3, 9)
    assert _told == [(of.id, was, is_now)]
    entries = [entry.type for entry in ledger().read("decisions")]
    assert entries == [actions.LOADED, actions.LOADED]


def test_a_listener_that_cannot_follow_undoes_the_load() -> None:
    of = employer()
    load(of)
    before = periods(of)
    ports.on_moved(f"{__name__}.refuse")
    with pytest.raises(Conflict), transaction.atomic():
        load(of, "monthly,2027-03-01,2027-03-31,2027-03-09,12:00,2027-03-31")
    assert periods(of) == before
    assert CalendarLoad.objects.count() == 1


def test_a_load_is_undone_as_if_it_had_never_come() -> None:
    of, clock = employer(), FixedClock(NOW)
    first = load(of, clock=clock)
    before = periods(of)
    later = load(of, "monthly,2027-03-01,2027-03-31,2027-03-09,12:00,2027-03-31", clock)
    assert first.load is not None
    assert later.load is not None
    with pytest.raises(Conflict, match="later sheet"):
        actions.undo_load(load=first.load, within=of.id, by="payroll", clock=clock)
    with pytest.raises(NotFound):
        actions.undo_load(load=later.load, within=employer().id, by="other", clock=clock)
    clock.move(dt.timedelta(hours=1))
    _told.clear()
    actions.undo_load(load=later.load, within=of.id, by="payroll", clock=clock)
    assert periods(of) == before
    assert [(was.cut_off.day, now and now.cut_off.day) for _, was, now in _told] == [(9, 11)]
    assert [(one.last, one.undone_at) for one in queries.loads_of(of.id)] == [
        (False, clock.now()), (True, None),
    ]  # fmt: skip
    with pytest.raises(NotFound):
        actions.undo_load(load=later.load, within=of.id, by="payroll", clock=clock)
    actions.undo_load(load=first.load, within=None, by="payroll", clock=clock)
    assert queries.calendar_of(of.id) is None
    assert PayrollPeriod.objects.count() > 0, "what plans counted on can still be seen"


def test_a_preview_tells_the_same_and_stores_nothing() -> None:
    of = employer()
    load(of)
    moved = sheet("monthly,2027-03-01,2027-03-31,2027-03-09,12:00,2027-03-31")
    told = actions.preview(sheet=moved, name="m.csv", employer=of.id)
    assert len(told.changes["monthly"].moved) == 1
    assert periods(of)[2].cut_off.day == 11
    assert _told == []


def test_a_period_is_frozen_at_its_cut_off_and_not_before() -> None:
    of = employer()
    load(of)
    january = dt.date(2027, 1, 1)
    cut_off = dt.datetime(2027, 1, 12, 17, tzinfo=dt.UTC)
    early, late = FixedClock(cut_off - dt.timedelta(seconds=1)), FixedClock(cut_off)
    with pytest.raises(Conflict, match="has not come"):
        actions.freeze(employer=of.id, starts=january, by="payroll", clock=early)
    assert actions.freeze_due(clock=early) == 0
    assert actions.freeze_due(clock=late) == 1
    assert actions.freeze_due(clock=late) == 0
    again = actions.freeze(employer=of.id, starts=january, by="payroll", clock=late)
    assert again.frozen_at == cut_off
    with pytest.raises(NotFound):
        actions.freeze(employer=of.id, starts=dt.date(2027, 1, 2), by="payroll", clock=late)


def test_a_frozen_period_can_neither_be_loaded_over_nor_undone() -> None:
    of = employer()
    first = load(of)
    clock = FixedClock(dt.datetime(2027, 1, 12, 17, tzinfo=dt.UTC))
    actions.freeze_due(clock=clock)
    with pytest.raises(Conflict, match="frozen") as told:
        load(of, "monthly,2027-01-01,2027-01-31,2027-01-14,17:00,2027-01-29", clock)
    assert (told.value.where.row, told.value.where.file) == (2, "2027.csv")
    assert first.load is not None
    with pytest.raises(Conflict, match="frozen"):
        actions.undo_load(load=first.load, within=None, by="payroll", clock=clock)
    # The rest of the year may still be loaded again, the frozen period among it as it was.
    moved = YEAR.replace("2027-04-13", "2027-04-14")
    assert len(load(of, moved, clock).changes["monthly"].moved) == 1


def test_what_is_exported_loads_again_as_it_is() -> None:
    of = employer()
    load(of)
    weekly = "weekly,2027-01-04,2027-01-10,2027-01-06,12:30,2027-01-15"
    actions.load_calendar(
        sheet=sheet(weekly), name="w.csv", employer=of.id, by="p", clock=FixedClock(NOW),
        convention="365ths",
    )  # fmt: skip
    known = queries.calendars_of(of.id)
    assert [one.frequency for one in known] == ["monthly", "weekly"]
    rows = queries.rows_of_sheet(of.id)
    book = as_workbook("Calendar", [SheetOut("Calendar", COLUMNS, rows)])
    for content, name in ((queries.sheet_of(of.id), "c.csv"), (book, "c.xlsx")):
        again = actions.load_calendar(
            sheet=content, name=name, employer=of.id, by="p", clock=FixedClock(NOW)
        )
        assert not again
        assert {one.kept for one in again.changes.values()} == {4, 1}
    # Into an employer that has none it comes as it stands, with the way it counts.
    other = employer()
    renamed = queries.sheet_of(of.id).replace(b"Mill", other.key.encode())
    actions.load_calendar(
        sheet=renamed, name="c.csv", employer=other.id, by="p", clock=FixedClock(NOW)
    )
    found = queries.calendars_of(other.id)
    assert [one.periods for one in found] == [one.periods for one in known]
    assert [(one.convention, one.nation) for one in found] == [
        (one.convention, one.nation) for one in known
    ]
    with pytest.raises(NotFound):
        queries.sheet_of(employer().id)


def test_another_way_of_counting_is_a_change_and_undone_with_its_load() -> None:
    of = employer()
    load(of)
    header = f"{HEADER},part periods"
    stated = "\n".join(f"{line},working days" for line in YEAR.strip().splitlines())
    found = actions.load_calendar(
        sheet=sheet(stated, header=header), name="w.csv", employer=of.id, by="p",
        clock=FixedClock(NOW),
    )  # fmt: skip
    assert found.recounted == ("monthly",)
    calendar = queries.calendar_of(of.id)
    assert calendar is not None
    assert calendar.convention == "working_days"
    assert found.load is not None
    actions.undo_load(load=found.load, within=None, by="p", clock=FixedClock(NOW))
    back = queries.calendar_of(of.id)
    assert back is not None
    assert back.convention == "calendar_days"


@pytest.mark.django_db(transaction=True)
def test_of_sheets_loaded_at_once_one_comes_after_the_other() -> None:
    """Also where the employer has no calendar yet, so that no row of it can be waited for."""
    of = employer()
    sheets = [YEAR.replace("17:00", time) for time in ("16:00", "17:00", "18:00")]

    def loaded(rows: str) -> bool:
        try:
            return bool(load(of, rows))
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(3) as pool:
        assert all(pool.map(loaded, sheets))
    found = queries.calendar_of(of.id)
    assert found is not None
    assert len({one.cut_off.astimezone(LONDON).time() for one in found.periods}) == 1
    assert len(found.periods) == 4
    assert [one.last for one in queries.loads_of(of.id)] == [True, False, False]
    told = sorted((was.starts, was.cut_off) for _, was, _ in _told)
    assert len(told) == len(set(told)) == 8


def test_a_sheet_of_an_unknown_employer_is_refused() -> None:
    with pytest.raises(NotFound):
        actions.load_calendar(
            sheet=sheet(), name="c.csv", employer=uuid.uuid4(), by="p", clock=FixedClock(NOW)
        )
    with pytest.raises(BadInput, match="another employer") as told:
        actions.load_calendar(
            sheet=sheet(name="Weir"), name="c.csv", employer=employer().id, by="p",
            clock=FixedClock(NOW),
        )  # fmt: skip
    assert (told.value.where.row, told.value.where.field) == (2, "employer")

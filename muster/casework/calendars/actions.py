"""The verbs of payroll calendars: load a sheet, undo that, freeze a period at its cut-off.

A load replaces what stood for the days it states, whole or not at all, and says what changed.
Whoever plans by a period that changed is told in the same transaction.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from django.db import transaction

from muster.casework.calendars.merging import Merged, merge
from muster.casework.calendars.models import CalendarLoad, PayrollCalendar, PayrollPeriod
from muster.casework.calendars.ports import tell_moved
from muster.casework.calendars.queries import period_from
from muster.casework.calendars.reading import Stated, read_calendar
from muster.casework.calendars.rules import Changes, Convention, Frequency, PayPeriod, exchanged
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import Conflict, NotFound, Where
from muster.kernel.working_days import Nation
from muster.ledger.current import ledger
from muster.register.employers.models import Employer
from muster.register.employers.queries import name_index
from muster.register.employers.rules import read_employer_name

LOADED = "muster.casework.calendar.loaded.v1"
UNDONE = "muster.casework.calendar.undone.v1"
FROZEN = "muster.casework.calendar.frozen.v1"
ITSELF = "muster"
"""Who freezes periods whose cut-off has come."""


@dataclass(frozen=True)
class Loaded:
    """What a sheet changed.

    Args:
        load: its id, by which it is undone; None where nothing changed and nothing was stored.
        changes: by frequency, what became of each calendar.
        recounted: frequencies whose convention or nation is another now.
    """

    load: uuid.UUID | None
    changes: Mapping[Frequency, Changes]
    recounted: tuple[Frequency, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.recounted) or any(self.changes.values())


@transaction.atomic
def load_calendar(
    *, sheet: bytes, name: str, employer: uuid.UUID, by: str, clock: Clock,
    convention: Convention = "calendar_days", nation: Nation = "england-and-wales",
) -> Loaded:  # fmt: skip
    """Load an employer's payroll calendar from a sheet; return what changed.

    Args:
        sheet: the bytes of delimited text or a workbook, as ``reading`` describes.
        name: the file's name.
        employer: whose calendar it is; the sheet must name it.
        by: who loads it.
        clock: stamps it.
        convention: how part periods are counted, where neither the sheet nor what is known says.
        nation: whose bank holidays are kept, likewise.

    Raises:
        NotFound: if there is no such employer.
        BadInput: naming sheet, row and field of what cannot be read, of days in two periods or in
            none, of a cut-off after the pay day.
        Conflict: if a period would change that is frozen.
    """
    _one_at_a_time(employer)
    stated = _read(sheet, name, employer)
    load = CalendarLoad(employer_id=employer, name=name[:300], loaded_at=clock.now(), loaded_by=by)
    merged = {
        frequency: _merge(employer, frequency, rows, convention, nation)
        for frequency, rows in _by_frequency(stated).items()
    }
    found = Loaded(
        load.id,
        {frequency: one.changes for frequency, (_, one) in merged.items()},
        tuple(frequency for frequency, (row, one) in merged.items() if _recounts(row, one)),
    )
    if not found:
        return replace(found, load=None)
    load.before = {
        frequency: None if row is None else [row.convention, row.nation]
        for frequency, (row, _) in merged.items()
    }
    load.save(force_insert=True)
    for frequency, (row, one) in merged.items():
        calendar = _counting(row, employer, frequency, one)
        _write(calendar, one.changes, load, clock)
    _note(LOADED, load, found.changes, by)
    _tell(employer, found.changes, by, clock)
    return found


@transaction.atomic
def preview(
    *, sheet: bytes, name: str, employer: uuid.UUID,
    convention: Convention = "calendar_days", nation: Nation = "england-and-wales",
) -> Loaded:  # fmt: skip
    """Return what ``load_calendar`` would change, and change nothing. Raises as it does."""
    stated = _read(sheet, name, employer)
    merged = {
        frequency: _merge(employer, frequency, rows, convention, nation)
        for frequency, rows in _by_frequency(stated).items()
    }
    return Loaded(
        None,
        {frequency: one.changes for frequency, (_, one) in merged.items()},
        tuple(frequency for frequency, (row, one) in merged.items() if _recounts(row, one)),
    )


@transaction.atomic
def undo_load(*, load: uuid.UUID, within: uuid.UUID | None, by: str, clock: Clock) -> Loaded:
    """Take back the latest load of an employer; all is as before it. Return what changed.

    Args:
        load: which.
        within: the employer to keep to; None for every employer's.
        by: who takes it back.
        clock: stamps it.

    Raises:
        NotFound: if no such load stands, or it is of another employer.
        Conflict: if a later one stands, or a period it brought is frozen.
    """
    standing = CalendarLoad.objects.filter(undone_at__isnull=True)
    owner = CalendarLoad.objects.filter(id=load).values_list("employer", flat=True).first()
    if owner is not None:
        _one_at_a_time(owner)
    row = standing.filter(id=load).first()
    if row is None or within not in (None, row.employer_id):
        raise NotFound(
            "This load does not stand any more", where=Where(thing=str(load)),
            fix="See the loads that stand",
        )  # fmt: skip
    if standing.filter(employer=row.employer_id, id__gt=row.id).exists():
        raise Conflict(
            "A later sheet was loaded since", where=Where(thing=row.name),
            fix="Undo that one first, or load a sheet that states what is right",
        )  # fmt: skip
    found = {cast(Frequency, one): _take_back(row, one, clock) for one in row.before}
    row.undone_at, row.undone_by = clock.now(), by
    row.save(update_fields=("undone_at", "undone_by"))
    _note(UNDONE, row, found, by)
    _tell(row.employer_id, found, by, clock)
    return Loaded(row.id, found)


def _one_at_a_time(employer: uuid.UUID) -> None:
    """Let whoever else changes calendars of this employer wait until this is done."""
    rows = Employer.objects.select_for_update(no_key=True).filter(id=employer)
    rows.values_list("id", flat=True).first()


def _read(sheet: bytes, name: str, employer: uuid.UUID) -> tuple[Stated, ...]:
    own = Employer.objects.filter(id=employer).first()
    if own is None:
        raise NotFound(
            "There is no such employer", where=Where(thing=str(employer)), fix="Choose one"
        )
    index, known = name_index(), {own.key, own.title, own.abbreviation} - {""}

    def is_own(stated: str) -> bool:
        return stated in known or read_employer_name(stated, index).key == own.key

    return read_calendar(sheet, file=name, is_employer=is_own)


def _by_frequency(stated: Sequence[Stated]) -> dict[Frequency, list[Stated]]:
    found: dict[Frequency, list[Stated]] = {}
    for row in stated:
        found.setdefault(row.frequency, []).append(row)
    return found


def _merge(
    employer: uuid.UUID, frequency: Frequency, stated: Sequence[Stated], convention: Convention,
    nation: Nation,
) -> tuple[PayrollCalendar | None, Merged]:  # fmt: skip
    row = PayrollCalendar.objects.filter(employer=employer, frequency=frequency).first()
    known = [] if row is None else list(map(period_from, _in_force(row)))
    if row is not None:
        convention, nation = cast(Convention, row.convention), cast(Nation, row.nation)
    return row, merge(known, stated, convention=convention, nation=nation)


def _recounts(row: PayrollCalendar | None, merged: Merged) -> bool:
    return row is not None and (row.convention, row.nation) != (merged.convention, merged.nation)


def _in_force(row: PayrollCalendar) -> Sequence[PayrollPeriod]:
    return list(row.periods.filter(recorded_to__isnull=True).order_by("starts"))


def _counting(
    row: PayrollCalendar | None, employer: uuid.UUID, frequency: Frequency, merged: Merged
) -> PayrollCalendar:
    row = row or PayrollCalendar(employer_id=employer, frequency=frequency)
    row.convention, row.nation = merged.convention, merged.nation
    row.save()
    return row


def _write(calendar: PayrollCalendar, found: Changes, load: CalendarLoad, clock: Clock) -> None:
    gone = {*found.removed, *(before for before, _ in found.moved)}
    ended = [row.id for row in _in_force(calendar) if period_from(row) in gone]
    _end(ended, load, clock)
    new = (*found.added, *dict.fromkeys(after for _, after in found.moved))
    PayrollPeriod.objects.bulk_create(_stored(calendar, one, load, clock) for one in new)


def _end(periods: Sequence[uuid.UUID], load: CalendarLoad, clock: Clock) -> None:
    PayrollPeriod.objects.filter(id__in=periods).update(recorded_to=clock.now(), ended_by=load)


def _stored(
    calendar: PayrollCalendar, period: PayPeriod, load: CalendarLoad, clock: Clock
) -> PayrollPeriod:
    return PayrollPeriod(
        calendar=calendar, load=load, starts=period.starts, ends=period.ends,
        cut_off=period.cut_off, cut_off_day=legal_day(period.cut_off), pay_day=period.pay_day,
        recorded_from=clock.now(),
    )  # fmt: skip


def _take_back(load: CalendarLoad, frequency: str, clock: Clock) -> Changes:
    calendar = PayrollCalendar.objects.get(employer=load.employer_id, frequency=frequency)
    known = _in_force(calendar)
    brought = [row for row in known if row.load_id == load.id]
    frozen = next((row for row in brought if row.frozen_at is not None), None)
    if frozen is not None:
        raise _is_frozen(period_from(frozen), Where(thing=load.name))
    before = list(PayrollPeriod.objects.filter(calendar=calendar, ended_by=load))
    _end([row.id for row in brought], load, clock)
    PayrollPeriod.objects.bulk_create(
        _stored(calendar, period_from(row), row.load, clock) for row in before
    )
    if load.before[frequency] is not None:
        calendar.convention, calendar.nation = load.before[frequency]
        calendar.save()
    return exchanged(list(map(period_from, brought)), list(map(period_from, before)))


def _note(type: str, load: CalendarLoad, found: Mapping[Frequency, Changes], by: str) -> None:
    body = {
        "load": load.id, "name": load.name, "by": by,
        "changed": {
            frequency: {"added": len(one.added), "moved": len(one.moved),
                        "removed": len(one.removed), "kept": one.kept}
            for frequency, one in found.items()
        },
    }  # fmt: skip
    ledger().append_one("decisions", type, f"employer:register:{load.employer_id}", body)


def _tell(employer: uuid.UUID, found: Mapping[Frequency, Changes], by: str, clock: Clock) -> None:
    for one in found.values():
        for before, after in one.moved:
            tell_moved(employer, before, after, by=by, clock=clock)
        for before in one.removed:
            tell_moved(employer, before, None, by=by, clock=clock)


@transaction.atomic
def freeze(
    *, employer: uuid.UUID, starts: dt.date, by: str, clock: Clock, frequency: Frequency = "monthly"
) -> PayPeriod:
    """Freeze a pay period at its cut-off or later; return it. Again changes nothing.

    Raises:
        NotFound: if the employer has no such period.
        Conflict: if its cut-off has not come.
    """
    _one_at_a_time(employer)
    standing = PayrollPeriod.objects.filter(
        calendar__employer=employer, calendar__frequency=frequency, recorded_to__isnull=True
    )
    row = standing.filter(starts=starts).first()
    if row is None:
        raise NotFound(
            f"No pay period of this employer starts on {starts}", where=Where(field="starts"),
            fix="See its payroll calendar",
        )  # fmt: skip
    if row.frozen_at is None:
        if clock.now() < row.cut_off:
            raise Conflict(
                "The cut-off of this period has not come", where=Where(field="cut-off"),
                fix=f"Freeze it once it has, on {row.cut_off_day}",
            )  # fmt: skip
        row.frozen_at, row.frozen_by = clock.now(), by
        row.save(update_fields=("frozen_at", "frozen_by"))
        body = {"period": row.id, "starts": row.starts, "ends": row.ends, "by": by}
        ledger().append_one("decisions", FROZEN, f"employer:register:{employer}", body)
    return period_from(row)


def freeze_due(*, clock: Clock) -> int:
    """Freeze every period whose cut-off has come; return how many. Doing it twice does no harm."""
    due = PayrollPeriod.objects.filter(
        cut_off__lte=clock.now(), frozen_at__isnull=True, recorded_to__isnull=True
    ).values_list("calendar__employer", "calendar__frequency", "starts")
    for employer, frequency, starts in list(due):
        freeze(
            employer=employer,
            frequency=cast(Frequency, frequency),
            starts=starts,
            by=ITSELF,
            clock=clock,
        )
    return len(due)


def _is_frozen(period: PayPeriod, where: Where) -> Conflict:
    return Conflict(
        f"The period from {period.starts} is frozen", where=where,
        fix="Payroll has taken its changes: leave it as it is",
    )  # fmt: skip

"""What a payroll lead asks of a pay period: who starts, leaves and changes, what waits, and why.

Everything here keeps to one employer. Amounts are whole pence.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Q

from muster.kernel.days import legal_day
from muster.kernel.working_days import working_days_between
from muster.register.people.models import Person
from muster.register.people.restricting import hiding
from muster.register.people.restricting.rules import KINDS, Viewer
from muster.services.transfers.models import HandOff, Transfer
from muster.services.transfers.payrolls import periods
from muster.services.transfers.payrolls.models import Instruction, PayDifference, PayResult, PayRun
from muster.services.transfers.payrolls.results import differences_of, latest_of, said_in
from muster.services.transfers.payrolls.rules import Difference, Line, Totals, pence
from muster.services.transfers.payrolls.rules import standing as standing_of
from muster.services.transfers.payrolls.rules import totals as totals_of
from muster.services.transfers.payrolls.sending import content_of

ON_THE_WAY = ("accepted", "checks", "released", "agreed", "on_hold", "failed")
"""Where a transfer is whose payroll is not told yet."""


@dataclass(frozen=True)
class Entry:
    """One instruction as the list shows it.

    Args:
        id: the instruction's.
        transfer: what it follows from.
        person: whose pay it is.
        action: start, leave, change or cancel.
        name: surname and forenames, as they were told.
        staff_number: with this employer.
        counts_from: the legal day.
        expected: gross pay of the period, in pence; None where it is not foretold.
        reported: what the payroll says it paid; None where it has not said.
        because: why it waits; "" if it went.
        late_for: the period that it came too late for.
        outcome: of the result that stands: ``agrees``, ``differs``; "" without one.
        open: whether a difference waits for somebody.
    """

    id: uuid.UUID
    transfer: uuid.UUID
    person: uuid.UUID
    action: str
    name: str
    staff_number: str
    counts_from: dt.date
    expected: int | None
    reported: int | None
    because: str
    late_for: dt.date | None
    outcome: str
    open: bool


@dataclass(frozen=True)
class AtRisk:
    """A transfer that this period should take and that its payroll is not told of yet.

    ``owner`` and ``waits_for`` are the lane and the kind of the hand-off that is due first.
    """

    transfer: uuid.UUID
    person: uuid.UUID
    joins: bool
    state: str
    first_day: dt.date
    owner: str
    waits_for: str
    days_left: int


@dataclass(frozen=True)
class PeriodView:
    """One pay period of one employer, as the page and the file show it."""

    employer: uuid.UUID
    starts: dt.date
    ends: dt.date
    cut_off: dt.datetime
    pay_day: dt.date
    frozen_at: dt.datetime | None
    agreed_at: dt.datetime | None
    days_left: int
    entries: tuple[Entry, ...]
    at_risk: tuple[AtRisk, ...]
    totals: Totals

    def of(self, action: str) -> tuple[Entry, ...]:
        """Return what went, of one action."""
        return tuple(one for one in self.entries if one.action == action and not one.because)

    @property
    def blocked(self) -> tuple[Entry, ...]:
        """What may not go, with the reason."""
        return tuple(one for one in self.entries if one.because)


def hidden(persons: Collection[uuid.UUID], viewer: Viewer) -> frozenset[uuid.UUID]:
    """Return those of whom a viewer may not know, or not know all names."""
    kept = Person.objects.filter(~hiding.shown(viewer, "pk", KINDS), pk__in=list(persons))
    return frozenset(kept.values_list("pk", flat=True))


def view(
    employer: uuid.UUID, *, viewer: Viewer, starts: dt.date | None = None, now: dt.datetime
) -> PeriodView | None:
    """Return one pay period; None if the employer's calendar has no such.

    Args:
        employer: whose payroll.
        viewer: who reads it; people of whom they may not know are left out, and not counted.
        starts: the period's first day; unless told, the one that takes changes now.
        now: the moment, for what is left.
    """
    calendar = periods.calendar(employer)
    if calendar is None:
        return None
    if starts is None:
        chosen = periods.current(employer, now)
    else:
        chosen = next((one for one in calendar.periods if one.starts == starts), None)
    if chosen is None:
        return None
    run = PayRun.objects.filter(employer=employer, starts=chosen.starts).first()
    rows = _rows(employer, chosen.starts)
    unknown = hidden({row.person_id for row in rows}, viewer)
    found = [(row, _stated(row)) for row in rows if row.person_id not in unknown]
    standing = standing_of(_line(row, said) for row, said in found)
    kept = {one.id for one in standing}
    entries = tuple(_entry(row, said) for row, said in found if row.id in kept)
    left = working_days_between(legal_day(now), legal_day(chosen.cut_off), calendar.nation)
    risks = () if run else _at_risk(employer, chosen.starts, chosen.ends, left)
    unknown = hidden({one.person for one in risks}, viewer)
    risks = tuple(one for one in risks if one.person not in unknown)
    return PeriodView(
        employer, chosen.starts, chosen.ends, chosen.cut_off, chosen.pay_day,
        run.frozen_at if run else None, run.agreed_at if run else None, left, entries, risks,
        totals_of(standing),
    )  # fmt: skip


def lines_of(employer: uuid.UUID, starts: dt.date) -> tuple[Line, ...]:
    """Return the instructions of a pay period as its totals count them."""
    return tuple(_line(row, _stated(row)) for row in _rows(employer, starts))


@dataclass(frozen=True)
class FrozenPeriod:
    """A pay period that is frozen, as it was at its cut-off."""

    starts: dt.date
    ends: dt.date
    starters: int
    leavers: int
    changes: int
    moved_on: int
    agreed_at: dt.datetime | None


def frozen_periods(employer: uuid.UUID, *, limit: int = 12) -> tuple[FrozenPeriod, ...]:
    """Return the latest frozen periods of an employer."""
    return tuple(
        FrozenPeriod(
            row.starts, row.ends, row.starters, row.leavers, row.changes, row.moved_on,
            row.agreed_at,
        )
        for row in PayRun.objects.filter(employer=employer).order_by("-starts")[:limit]
    )  # fmt: skip


@dataclass(frozen=True)
class Compared:
    """How one payroll's result differs from what was expected; see ``rules.Difference``."""

    entry: Entry
    differences: tuple[Difference, ...]
    opened_at: dt.datetime | None


def compared(employer: uuid.UUID, instruction: uuid.UUID, *, viewer: Viewer) -> Compared | None:
    """Return one instruction with what its payroll says otherwise; None if it is another's."""
    row = Instruction.objects.filter(id=instruction, employer=employer).first()
    if row is None or hidden({row.person_id}, viewer):
        return None
    result = latest_of(row.id)
    opened = PayDifference.objects.filter(instruction=row, settled_at__isnull=True).first()
    return Compared(
        _entry(row, _stated(row)), differences_of(result) if result else (),
        opened.opened_at if opened else None,
    )  # fmt: skip


def unsolicited(employer: uuid.UUID, starts: dt.date) -> int:
    """Return how many results of a period answer nothing that this payroll was told."""
    rows = PayResult.objects.filter(
        employer=employer, period_starts=starts, outcome="unsolicited", withdrawn_at__isnull=True
    )
    return rows.count()


@dataclass(frozen=True)
class _Stated:
    """What an instruction and the result that stands for it say."""

    data: dict[str, str]
    expected: int | None
    reported: int | None
    outcome: str
    open: bool


def _rows(employer: uuid.UUID, starts: dt.date) -> Sequence[Instruction]:
    own = Instruction.objects.filter(
        employer=employer, kind="pay", period_starts=starts, taken_back_at__isnull=True
    )
    return list(own.order_by("made_at", "id"))


def _stated(row: Instruction) -> _Stated:
    data, expected, _days = content_of(row)
    result = latest_of(row.id)
    return _Stated(
        data, pence(expected) if expected else None,
        pence(said_in(result)["gross"]) if result else None,
        result.outcome if result else "",
        PayDifference.objects.filter(instruction=row, settled_at__isnull=True).exists(),
    )  # fmt: skip


def _line(row: Instruction, said: _Stated) -> Line:
    return Line(row.id, row.transfer, row.action, row.made_at, said.expected, said.reported)


def _entry(row: Instruction, said: _Stated) -> Entry:
    names = (said.data.get("surname", ""), said.data.get("forenames", ""))
    return Entry(
        row.id, row.transfer, row.person_id, row.action, ", ".join(filter(None, names)),
        row.staff_number, row.first_day, said.expected, said.reported, row.because, row.late_for,
        said.outcome, said.open,
    )  # fmt: skip


def _at_risk(
    employer: uuid.UUID, starts: dt.date, ends: dt.date, days_left: int
) -> tuple[AtRisk, ...]:
    told = Instruction.objects.filter(employer=employer, kind="pay").values("transfer")
    rows = Transfer.objects.filter(
        Q(importer=employer) | Q(exporter=employer),
        state__in=ON_THE_WAY, first_day__gte=starts, first_day__lt=ends,
    ).exclude(id__in=told).order_by("first_day", "id")  # fmt: skip
    return tuple(_risk(row, employer, days_left) for row in rows)


def _risk(row: Transfer, employer: uuid.UUID, days_left: int) -> AtRisk:
    waiting = HandOff.objects.filter(transfer=row, state__in=("open", "late")).order_by("due", "id")
    first = waiting.first()
    return AtRisk(
        row.id, row.person_id, row.importer_id == employer, row.state, row.first_day,
        first.owner if first else "", first.kind if first else "", days_left,
    )  # fmt: skip

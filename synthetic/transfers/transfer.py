"""What is true of a move, and the papers of it.

A record is flat, in the names that both employers agreed: a name stands for a text, or for a list
of texts or of small tables. Amounts are pounds in text, days ISO dates.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from synthetic.payrolls.calendar import PayPeriod
from synthetic.transfers.workplaces import Workplace

Record = Mapping[str, Any]
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Change:
    """Something that becomes true after the move was booked.

    `fields` are those of a pay instruction; they count from `since`. `known` is when one of the
    employers learns of it, and `told` which: exporter or importer.
    """

    since: date
    known: datetime
    told: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Papers:
    """What people state of a move, and when.

    Args:
        record: what the exporter and the person state.
        terms: what the importer states.
        first_day: as the form has it.
        came: when the form was complete and with the importer.
        keyed_days: weekdays it then waits for whoever keys it.
        miskeyed: fields of the instruction that whoever keys it by hand gets wrong.
        copies: how often the same form comes.
        changes: what becomes true afterwards.
    """

    record: Record
    terms: Record
    first_day: date
    came: datetime
    keyed_days: int
    miskeyed: Mapping[str, str] = field(default_factory=dict)
    copies: int = 1
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class PretendTransfer:
    """One move, as it truly is.

    Args:
        number: counted from 0.
        reference: a UUID in text.
        kind: permanent, promotion or level_move.
        exporter, importer: its two ends.
        first_day: with the importer.
        record: what the exporter's HR and payroll systems hold; always right.
        terms: what the offer says; always right.
        offered, accepted, came: when it was offered, taken, and when the form came.
        keyed_days: weekdays until it is keyed where that is done by hand.
        odd: why it looks wrong though it is right; "" for most.
        fault: the fault its papers have; "" for most.
        papers: as people state them.
    """

    number: int
    reference: str
    kind: str
    exporter: Workplace
    importer: Workplace
    first_day: date
    record: Record
    terms: Record
    offered: datetime
    accepted: datetime
    came: datetime
    keyed_days: int
    odd: str = ""
    fault: str = ""
    spoilt: Papers | None = None

    @property
    def papers(self) -> Papers:
        """What people state: the truth, unless a fault has spoilt it."""
        if self.spoilt is not None:
            return self.spoilt
        return Papers(self.record, self.terms, self.first_day, self.came, self.keyed_days)

    @property
    def last_day(self) -> date:
        """The last day with the exporter."""
        return self.first_day - ONE_DAY

    @property
    def period(self) -> PayPeriod:
        """The importer's pay period of the first pay."""
        return self.importer.calendar.holding(self.first_day)

    @property
    def deadline(self) -> datetime:
        """The earlier of the two cut-offs that the move must meet.

        The exporter's is that of the period which would pay the first day, were nothing said.
        """
        leaving = self.exporter.calendar.holding(self.first_day)
        return min(self.period.cut_off, leaving.cut_off)


def without_fault(transfer: PretendTransfer) -> PretendTransfer:
    """The same move with papers that are right and in time; what changed afterwards is gone."""
    return replace(transfer, fault="", spoilt=None)

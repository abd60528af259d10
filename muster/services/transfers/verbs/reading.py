"""Reading the importer's terms: money and hours become pence and billionths, or are refused.

For the verbs: what cannot be read is refused by field, and never guessed.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from muster.kernel.errors import BadInput, Where
from muster.kernel.money import read_pounds
from muster.register.people import actions as register
from muster.register.people.movers import full_time_share
from muster.services.transfers.rules import FULL_TIME
from muster.services.transfers.sealing import Record


@dataclass(frozen=True)
class Terms:
    """The importer's terms: ``salary`` in pence a year of full time, ``fte`` in billionths."""

    salary: int
    fte: int
    grade: str
    continuous_from: dt.date | None

    @classmethod
    def read(cls, said: Record) -> "Terms":
        """Return terms as they were stated.

        Raises:
            BadInput: naming the field that cannot be read.
        """
        since = str(said.get("continuous_service_from", ""))
        return cls(
            salary=_pence(str(said.get("salary", ""))),
            fte=_share(str(said.get("fte", "") or "1")),
            grade=str(said.get("grade", "")),
            continuous_from=_day(since) if since else None,
        )

    def as_register(self, post: str) -> register.Terms:
        """Return them as the register keeps terms."""
        return register.Terms(
            "permanent", self.fte, grade=self.grade or None, salary=self.salary,
            post_title=post or None,
        )  # fmt: skip


def check_terms(
    terms: Terms, kind: str, employment: uuid.UUID | None, first_day: dt.date, *, approved: bool
) -> None:
    """Refuse a second post that comes to more than full time with the first.

    Raises:
        BadInput: if nobody approved that.
    """
    if kind != "part_time_split" or employment is None or approved:
        return
    if full_time_share(employment, first_day) + terms.fte > FULL_TIME:
        raise BadInput(
            "The two posts come to more than full time",
            where=Where(field="fte"), fix="Lessen the hours, or have it approved",
        )  # fmt: skip


def _pence(said: str) -> int:
    try:
        found = read_pounds(said)
    except ValueError:
        found = -1
    if found < 0:
        raise _unread("salary", "State an amount in pounds, such as 31250.00")
    return found


def _share(said: str) -> int:
    try:
        found = Decimal(said)
    except InvalidOperation:
        found = Decimal(-1)
    if not (found.is_finite() and 0 < found <= 1):
        raise _unread("fte", "State a share of full time, such as 0.8")
    return int(found * FULL_TIME)


def _day(said: str) -> dt.date:
    try:
        return dt.date.fromisoformat(said)
    except ValueError:
        raise _unread("continuous_service_from", "State a day, such as 2019-09-02") from None


def _unread(field: str, fix: str) -> BadInput:
    return BadInput("This cannot be read", where=Where(field=field), fix=fix)

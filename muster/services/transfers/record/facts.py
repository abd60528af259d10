"""A record as rules between fields ask it: days, pence and numbers, none where it states none."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from muster.services.transfers.record.amounts import kept_day, kept_money
from muster.services.transfers.record.tax import tax_year_of
from muster.services.transfers.record.wrong import Wrong

Record = Mapping[str, Any]
ENDING = ("permanent", "promotion", "level_move", "machinery_of_government")
"""Kinds of move after which the employer left pays no more."""


@dataclass(frozen=True)
class Facts:
    """A record, the kind of move, its first day and today.

    Args:
        record: field name to text or list.
        kind: the kind of move.
        on: the first day with the employer joined.
        today: the legal day of asking.
        unfit: fields whose own value is wrong; rules between fields leave them alone.
    """

    record: Record
    kind: str
    on: dt.date
    today: dt.date
    unfit: frozenset[str] = field(default_factory=frozenset)

    def text(self, name: str) -> str:
        """Return a text, empty where it is not stated or no text."""
        value = self.record.get(name, "")
        return value if isinstance(value, str) and name not in self.unfit else ""

    def day(self, name: str) -> dt.date | None:
        """Return a day, none where it is not stated or wrong."""
        try:
            return kept_day(self.text(name)) if self.text(name) else None
        except Wrong:
            return None

    def pence(self, name: str) -> int | None:
        """Return an amount in pence, none where it is not stated or wrong."""
        return pence_of(self.text(name))

    def number(self, name: str) -> Decimal | None:
        """Return a number, none where it is not stated or wrong."""
        text = self.text(name)
        return Decimal(text) if text.replace(".", "", 1).replace("-", "", 1).isdigit() else None

    def lines(self, name: str) -> tuple[Mapping[str, str], ...]:
        """Return the lines of a list that are stated as such."""
        value = self.record.get(name, ())
        found = value if isinstance(value, list | tuple) else ()
        return tuple(one for one in found if isinstance(one, Mapping))

    def plans(self) -> tuple[str, ...]:
        """Return the loan plans stated."""
        value = self.record.get("student_loans", ())
        found = value if isinstance(value, list | tuple) else ()
        return tuple(one for one in found if isinstance(one, str))

    def total(self, name: str, part: str) -> int:
        """Return the sum of one part over the lines of a list, in pence."""
        return sum(pence_of(line.get(part, "")) or 0 for line in self.lines(name))

    def tax_year(self) -> str:
        """Return the tax year that the code and figures are of: as stated, or the first day's."""
        return self.text("tax_year") or tax_year_of(self.on)

    def ends(self) -> bool:
        """Tell whether the employer left pays no more after this kind of move."""
        return self.kind in ENDING

    def yearly(self) -> int | None:
        """Return pay for a year at the person's own share of full time, in pence."""
        salary, share = self.pence("salary"), self.number("fte")
        return None if salary is None or share is None else int(salary * share)


def pence_of(text: object) -> int | None:
    """Return the pence of an amount as records write it; none where it is no such amount."""
    try:
        return int(kept_money(text).replace(".", "")) if isinstance(text, str) and text else None
    except Wrong:
        return None

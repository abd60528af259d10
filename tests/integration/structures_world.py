"""Employers that merge and split in a small register, with the feeds that tell of their people."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from muster.kernel.clock import FixedClock
from muster.register.employers.succession_actions import state_succession
from muster.register.people.facts import Employments
from tests.integration.told_feeds import Register, row

BEFORE, DAY, AFTER = dt.date(2026, 7, 31), dt.date(2026, 8, 1), dt.date(2026, 8, 31)
LATER = dt.date(2026, 9, 30)
NOW = FixedClock(dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC))


@dataclass
class World:
    """A register whose employers are named mill, weir and lock."""

    register: Register = field(default_factory=Register)

    def staff(self, prefix: str, first: int, many: int, **said: Any) -> list[dict[str, Any]]:
        """Return rows of people numbered from ``first``: the same number is the same person."""
        return [
            row(
                f"{prefix}{n}",
                nino=f"QQ{n:06}A",
                surname=f"Mole{chr(97 + n % 26)}{chr(97 + n // 26)}",
                birth_date=dt.date(1970, 1, 1) + dt.timedelta(days=31 * n),
                **{"start": dt.date(2019, 9, 2), "salary": 3_000_000 + n, **said},
            )
            for n in range(first, first + many)
        ]

    def splits(self) -> None:
        """Let the mill's people go: 20 to the weir, 30 to the lock; 12 had left in 2025."""
        tells, staff = self.register.tells, self.staff
        gone = staff("M", 100, 12, leaving=dt.date(2025, 6, 30))
        tells("mill", BEFORE, [*staff("M", 0, 50), *gone])
        tells("weir", BEFORE, staff("W", 200, 40))
        tells("weir", AFTER, [*staff("W", 200, 40), *staff("W", 0, 20, start=DAY)])
        tells("lock", AFTER, staff("L", 20, 30, start=DAY))
        left = [{**one, "leaving": DAY - dt.timedelta(days=1)} for one in staff("M", 0, 50)]
        tells("mill", AFTER, [*left, *gone])

    def states(self, former: str, *successors: str, day: dt.date = DAY) -> Any:
        """State a succession between employers by name; return its id."""
        ids = self.register.employers
        return state_succession(
            former=ids[former], day=day, successors=[ids[one] for one in successors],
            source="Transfer of Functions Order", by="test", clock=NOW,
        )  # fmt: skip

    def named(self) -> dict[str, str]:
        """Return the names of employers by their code."""
        return {one.hex: name for name, one in self.register.employers.items()}

    def counts(self, day: dt.date, by: str) -> dict[str, int]:
        """Return how many are employed on a day, counted without the gate."""
        held: dict[str, int] = {}
        frame = Employments().frame().filter(kind="employee")
        for one in frame.iter_rows(named=True):
            if one["valid_from"] <= day and (one["valid_to"] is None or one["valid_to"] > day):
                name = self.named()[one[by]]
                held[name] = held.get(name, 0) + 1
        return held

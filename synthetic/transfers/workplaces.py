"""Employers as a move sees them: a name, a payroll with its convention, and a pay calendar.

Cut-offs and pay days differ between employers, as they do in life; half are paid by PAYROLL-F and
half by PAYROLL-J.
"""

from dataclasses import dataclass
from datetime import date

from synthetic.chance import Chance
from synthetic.employers import SMALLEST, Employer, make_employers
from synthetic.payrolls.bugs import NONE
from synthetic.payrolls.calendar import Calendar
from synthetic.payrolls.fixed_width import FixedWidthPayroll
from synthetic.payrolls.json_payroll import JsonPayroll
from synthetic.payrolls.payroll import Payroll

FULL_TIME_HOURS = 37
_FIRST, _MONTHS = date(2026, 1, 1), 36
_FIXED_CUTS, _JSON_CUTS = (8, 10, 12, 14), (14, 16, 18)
_PAY_DAYS = (0, 28, 26, 25)


@dataclass(frozen=True)
class Workplace:
    """An employer's end of a move. `kind` is fixed or json."""

    employer: Employer
    code: str
    kind: str
    convention: str
    calendar: Calendar

    def payroll(self, bugs: frozenset[str] = NONE) -> Payroll:
        """A payroll of its kind, with nobody on it."""
        made = FixedWidthPayroll if self.kind == "fixed" else JsonPayroll
        return made(self.code, self.calendar, convention=self.convention, bugs=bugs)


def make_workplaces(count: int, chance: Chance) -> tuple[Workplace, ...]:
    """So many workplaces, in turn with either payroll; every sixth counts working days."""
    made = []
    for number, employer in enumerate(make_employers(count, count * SMALLEST * 2, chance)):
        fixed = number % 2 == 0
        calendar = Calendar(
            _FIRST, _MONTHS,
            cut_day=chance.pick(_FIXED_CUTS if fixed else _JSON_CUTS),
            cut_hour=17 if fixed else 12,
            pay_day=chance.pick(_PAY_DAYS),
        )  # fmt: skip
        convention = "calendar_days" if fixed else "365ths"
        if number % 6 == 4:
            convention = "working_days"
        code = f"{'PF' if fixed else 'PJ'}{number:04d}"
        made.append(Workplace(employer, code, "fixed" if fixed else "json", convention, calendar))
    return tuple(made)

"""What somebody costs an employer in a year: the table is the rule, for HR and finance people.

Only employees have a salary here and only contractors and agency workers a day rate. A year of full
time has 220 days. Amounts are in pounds; an empty cell is what nobody stated, and costs nothing.
"""

import polars as pl
import pytest

from muster.register.people.costs import MOST_A_YEAR, PRICED, with_costs
from muster.register.people.metrics import METRICS

# kind | FTE | salary | day rate | known by | a year
TABLE = """
employee   | 1       | 40000        |           | salary   | 40000
employee   | 0.6     | 40000        |           | salary   | 24000
employee   | 1.2     | 40000        |           | salary   | 48000
employee   | 0.54054 | 31250.55     |           | salary   | 16892.17
employee   | 1       | 0            |           | salary   | 0
employee   | 1       |              |           |          | 0
employee   | 0       | 40000        |           |          | 0
employee   | 1       |              | 400       |          | 0
employee   | 1       | 40000        | 400       | salary   | 40000
employee   | 1       | 10000000     |           | salary   | 10000000
employee   | 1       | 10000000.01  |           |          | 0
employee   | 2       | 90000000000000000 |      |          | 0
contractor | 1       |              | 400       | day rate | 88000
contractor | 0.4     |              | 512.50    | day rate | 45100
contractor | 1       | 40000        |           |          | 0
contractor | 1       | 40000        | 400       | day rate | 88000
contractor | 0       |              | 400       |          | 0
contractor | 1       |              | 45454.54  | day rate | 9999998.80
contractor | 1       |              | 45454.55  |          | 0
contractor | 2       |              | 90000000000000000 | |      0
agency     | 0.5     |              | 180       | day rate | 19800
agency     | 1       |              |           |          | 0
loan_in    | 1       | 40000        |           |          | 0
loan_in    | 1       |              | 400       |          | 0
"""


def pence(text: str, scale: int = 100) -> int | None:
    """Return an amount in hundredths, or in other parts, as it is written."""
    whole, _, part = text.partition(".")
    digits = len(str(scale)) - 1
    return int(whole + part.ljust(digits, "0")) if text else None


@pytest.mark.parametrize("line", TABLE.strip().splitlines())
def test_what_somebody_costs_in_a_year(line: str) -> None:
    kind, fte, salary, rate, known, year = (part.strip() for part in line.split("|"))
    rows = pl.DataFrame(
        {"kind": [kind], "fte": [pence(fte, 10**9)], "salary": [pence(salary)],
         "day_rate": [pence(rate)]},
        schema_overrides={"salary": pl.Int64, "day_rate": pl.Int64},
    )  # fmt: skip
    [told] = with_costs(rows).select("priced", "cost").rows()
    assert told == (known, pence(year))
    assert known in PRICED


def test_who_is_counted_is_said_in_words() -> None:
    told = {one.name: one.definition for one in METRICS if one.pay}
    assert set(told) == {"pay_bill", "average_pay", "contractor_cost"}
    assert all(f"£{MOST_A_YEAR // 100:,}" in words for words in told.values())
    assert "220 days" in told["contractor_cost"]

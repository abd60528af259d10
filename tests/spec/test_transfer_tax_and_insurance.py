"""Tax codes by tax year and as people type them, letters of National Insurance, and ages.

Sources: schemas of HMRC's Full Payment Submission, PAYE11000 onwards, NIM01430 and NIM01540, and
schedule 4 of the Pensions Act 1995 as amended.
"""

import datetime as dt
from itertools import pairwise

import pytest

from muster.services.transfers.record.insurance import (
    LETTERS,
    age_fits,
    pension_age_day,
    reaches,
)
from muster.services.transfers.record.names import folded, for_submission, one_person
from muster.services.transfers.record.nino import kept_nino
from muster.services.transfers.record.tax import kept_tax_code, read_tax_code, tax_year_of
from muster.services.transfers.record.values import typed_loans
from muster.services.transfers.record.wrong import Wrong
from tests.tables import rows_of

TYPED = """
typed | code | regime | basis
1257L | 1257L | | cumulative
1257 L | 1257L | | cumulative
1257l | 1257L | | cumulative
S1257L M1 | 1257L | S | non-cumulative
S1257L W1/M1 | 1257L | S | non-cumulative
c1257lx | 1257L | C | non-cumulative
1257L X | 1257L | | non-cumulative
1257L (month 1) | 1257L | | non-cumulative
1257L Week 1 | 1257L | | non-cumulative
1257L-W1 | 1257L | | non-cumulative
1257L non-cumulative | 1257L | | non-cumulative
1257L cumulative | 1257L | | cumulative
1257M M1 | 1257M | | non-cumulative
1257MX | 1257M | | non-cumulative
K475 | K475 | | cumulative
SK475M1 | K475 | S | non-cumulative
BR | BR | | cumulative
SBR M1 | BR | S | non-cumulative
CD1 | D1 | C | cumulative
D0X | D0 | | non-cumulative
0T | 0T | | cumulative
OT M1 | 0T | | non-cumulative
NT | NT | | cumulative
1257M1 | nobody can say | |
1257 | nobody can say | |
1257L 2 | nobody can say | |
L1257 | nobody can say | |
12S7L | nobody can say | |
~wide 1~257L | nobody can say | |
1257L and BR | nobody can say | |
=1257L | nobody can say | |
"""

CODES = """
tax year | regime | code | known
2014-15 | | 1000L | yes
2014-15 | | 1000M | no
2015-16 | | 1166M | yes
2014-15 | S | 1000L | no
2015-16 | S | 1060L | no
2016-17 | S | 1100L | yes
2018-19 | C | 1185L | no
2019-20 | C | 1250L | yes
2017-18 | S | D2 | no
2018-19 | S | D2 | yes
2023-24 | S | D3 | no
2024-25 | S | D3 | yes
2026-27 | S | D4 | no
2026-27 | | D1 | yes
2026-27 | | D2 | no
2026-27 | C | D1 | yes
2026-27 | C | D2 | no
2026-27 | | 1257T | yes
2026-27 | | 1257P | yes
2026-27 | | 1257K | no
2026-27 | | K1 | yes
2026-27 | | K0 | no
2026-27 | | 0L | no
2026-27 | | 0125L | no
2026-27 | | 1234567L | no
2026-27 | | 0T | yes
2026-27 | S | BR | yes
2026-27 | S | NT | no
2026-27 | | NT | yes
2031-32 | S | D3 | yes
"""

AGES = """
letter | born | on | fits
A | 1980-03-01 | 2026-12-01 | yes
M | 2005-12-02 | 2026-12-01 | yes
M | 2005-12-01 | 2026-12-01 | no
Z | 2005-12-01 | 2026-12-01 | no
Z | 2006-01-01 | 2026-12-01 | yes
H | 2001-12-02 | 2026-12-01 | yes
H | 2001-12-01 | 2026-12-01 | no
J | 2006-01-01 | 2026-12-01 | yes
C | 1980-03-01 | 2026-12-01 | no
C | 1960-04-05 | 2026-12-01 | yes
C | 1960-07-31 | 2026-11-30 | yes
C | 1960-07-31 | 2026-11-29 | no
A | 1960-07-31 | 2026-11-30 | no
S | 1980-03-01 | 2026-12-01 | no
K | 1955-01-01 | 2026-12-01 | yes
Y | 2005-12-01 | 2026-12-01 | no
G | 2004-01-01 | 2026-12-01 | yes
X | 2010-01-01 | 2026-12-01 | yes
"""

PENSION_AGE = """
born | reached
1954-10-06 | 2020-10-06
1960-04-05 | 2026-04-05
1960-04-06 | 2026-05-06
1960-05-05 | 2026-06-05
1960-05-06 | 2026-07-06
1960-07-31 | 2026-11-30
1960-12-31 | 2027-09-30
1961-01-31 | 2027-11-30
1961-02-06 | 2028-01-06
1961-03-05 | 2028-02-05
1961-03-06 | 2028-03-06
1960-02-29 | 2026-03-01
1968-02-29 | 2035-03-01
"""

SUBMITTED = """
name | submitted
O'Brien | O'Brien
O’Brien | O'Brien
Siân Ŵyn | Sian Wyn
Øyvind Łukasz | Oyvind Lukasz
Weiß | Weiss
Þóra Æsa | Thora AEsa
Smith–Jones | Smith-Jones
王 |
Мария |
"""

LOANS = """
typed | plans
none |
Plan 2 + PG | 2 PG
2; PG | 2 PG
plan 1 and postgraduate loan | 1 PG
Plan 02 | 2
4 | 4
yes | nobody can say
Plan 3 | nobody can say
"""


@pytest.mark.parametrize(("typed", "code", "regime", "basis"), rows_of(TYPED))
def test_tax_codes_as_people_type_them(typed: str, code: str, regime: str, basis: str) -> None:
    if code == "nobody can say":
        with pytest.raises(Wrong):
            read_tax_code(typed)
        return
    read = read_tax_code(typed)
    assert (read.code, read.regime, read.basis) == (code, regime, basis)
    assert kept_tax_code(read.code, read.regime, "2026-27") == code


@pytest.mark.parametrize(("year", "regime", "code", "known"), rows_of(CODES))
def test_codes_that_a_tax_year_knows(year: str, regime: str, code: str, known: str) -> None:
    if known == "yes":
        assert kept_tax_code(code, regime, year) == code
    else:
        with pytest.raises(Wrong) as problem:
            kept_tax_code(code, regime, year)
        assert problem.value.fix


def test_a_code_typed_with_its_regime_is_refused_with_what_to_write_instead() -> None:
    with pytest.raises(Wrong) as problem:
        kept_tax_code("S1257L M1", "", "2026-27")
    assert problem.value.rule == "tax code parts"
    assert "S or C in the field for the regime" in problem.value.fix
    assert "basis" in problem.value.fix


@pytest.mark.parametrize(("letter", "born", "on", "fits"), rows_of(AGES))
def test_letters_and_ages(letter: str, born: str, on: str, fits: str) -> None:
    days = dt.date.fromisoformat(born), dt.date.fromisoformat(on)
    assert age_fits(LETTERS[letter].age, *days) == (fits == "yes")


@pytest.mark.parametrize(("born", "reached"), rows_of(PENSION_AGE))
def test_state_pension_age(born: str, reached: str) -> None:
    assert pension_age_day(dt.date.fromisoformat(born)).isoformat() == reached


def test_state_pension_age_never_falls_for_somebody_born_later() -> None:
    days = [dt.date(1954, 10, 6) + dt.timedelta(days=number) for number in range(9_000)]
    reached = [pension_age_day(day) for day in days]
    assert all(later >= earlier - dt.timedelta(days=1) for earlier, later in pairwise(reached))


def test_birthdays_of_29_february() -> None:
    born = dt.date(2004, 2, 29)
    assert reaches(born, 16) == dt.date(2020, 2, 29)
    assert reaches(born, 21) == dt.date(2025, 3, 1)


@pytest.mark.parametrize(
    ("day", "year"),
    [("2026-04-05", "2025-26"), ("2026-04-06", "2026-27"), ("2000-01-01", "1999-00")],
)
def test_tax_years_begin_on_6_april(day: str, year: str) -> None:
    assert tax_year_of(dt.date.fromisoformat(day)) == year


@pytest.mark.parametrize(("name", "submitted"), rows_of(SUBMITTED))
def test_names_as_payroll_submits_them(name: str, submitted: str) -> None:
    assert for_submission(name).text == submitted


def test_a_long_name_is_cut_for_submission_and_says_so() -> None:
    name = for_submission("x" * 60)
    assert (len(name.text), name.cut) == (35, True)


def test_a_former_name_is_the_same_person() -> None:
    assert folded("O’Brien-Siân") == folded("OBRIEN SIAN")
    assert one_person("Mole", "Vole", ["Vole"])
    assert not one_person("Mole", "Vole", ["Rat"])


@pytest.mark.parametrize(("typed", "plans"), rows_of(LOANS))
def test_student_loans_as_people_type_them(typed: str, plans: str) -> None:
    if plans == "nobody can say":
        with pytest.raises(Wrong):
            typed_loans(typed)
    else:
        assert typed_loans(typed) == plans.split()


def test_as_many_prefixes_of_national_insurance_numbers_as_hmrc_allows() -> None:
    """373 by the published rule, less the four administrative ones that fit its letters."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    taken = set()
    for first in letters:
        for second in letters:
            try:
                taken.add(kept_nino(f"{first}{second}123456A")[:2])
            except Wrong:
                continue
    assert len(taken) == 373 - len({"CR", "MW", "NC", "PP", "PY", "PZ"})

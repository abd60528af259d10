"""What may move with a person: the tables are the rules, for HR and payroll.

Every record is the good one of ``tests/transfer_records.py`` with something changed, of a move on
1 December 2026 that is looked at on 22 November 2026. Sources stand in ``record/fields.toml``.
"""

import datetime as dt
from typing import cast

import pytest

from muster.services.transfers.record import Problem, check
from muster.services.transfers.record.across import RULES
from muster.services.transfers.record.fields import all_fields, sections
from muster.services.transfers.rules import Kind
from tests.tables import rows_of
from tests.transfer_records import FIRST_DAY, TODAY, changed

BETWEEN = """
rule | stops | changed
birth before today | yes | birth_date=2080-03-01
age on first day | yes | birth_date=2010-12-02
age on first day | no rule | birth_date=2010-12-01
age at most | yes | birth_date=1926-12-01
start after birth | yes | birth_date=2001-01-01; continuous_service_from=
service after birth | yes | birth_date=1996-01-01
first day of the transfer | yes | first_day=2026-12-02
first day of the transfer | no rule | first_day=2026-12-01
start before first day | yes | employment_started=2026-12-01; continuous_service_from=
service not after start | yes | continuous_service_from=2015-06-02
service not after start | no rule | continuous_service_from=2015-06-01
no unpaid day | yes | paid_to=2026-11-29
no unpaid day | no rule | paid_to=2026-11-30
pay after leaving stated | yes | paid_to=2026-12-01
pay after leaving stated | yes | paid_to=2026-12-31; pay_after_leaving=0.00
pay after leaving stated | no rule | paid_to=2026-12-31; pay_after_leaving=2412.05
pay after leaving needless | yes | pay_after_leaving=100.00
pay after leaving needless | no rule | pay_after_leaving=0.00
pay after leaving likely | no | paid_to=2026-12-31; pay_after_leaving=9000.00
paid far beyond | no | paid_to=2027-03-31; pay_after_leaving=9484.27
salary of a year | yes | salary=2833.33
salary of a year | yes | salary=34000000.00
new salary of a year | yes | new_salary=34.00
salary in band | no | salary=94000.00
salary in band | no rule | grade=Higher Officer; salary=94000.00
salary in band | no | grade=Higher Officer; grade_equivalent=HEO; salary=94000.00
new salary in band | no | new_grade=G7; new_salary=34000.00
minimum wage | no | salary=23000.00; grade=AO
minimum wage | no | salary=25000.00; grade=AO; salary_sacrifice=[scheme:Car,monthly:400.00]
hours fit share | yes | weekly_hours=37
hours fit share | no rule | weekly_hours=30
hours usual | no | full_time_hours=; weekly_hours=37
new hours fit share | yes | new_fte=1; new_weekly_hours=29.6
new hours fit share | no rule | new_fte=0.8; new_weekly_hours=28.8
full-time hours usual | no | full_time_hours=50; weekly_hours=40
tax year known | no | tax_year=2027-28; p45_pay=; p45_tax=
p45 complete | yes | p45_tax=
p45 tax within pay | yes | p45_pay=2000.00; p45_tax=18133.00
p45 tax likely | no | p45_tax=9100.00
p45 of this year | yes | tax_year=2025-26
p45 pay likely | no | p45_pay=2266.67; p45_tax=100.00
p45 pay likely | no | p45_pay=95000.00
non-cumulative without figures | no | tax_basis=non-cumulative
opted out or member | yes | pension_scheme=opted out
opted out or member | no rule | pension_scheme=opted out; pension_opted_out_on=2020-01-01
member or opted out | yes | pension_opted_out_on=2020-01-01
opted out without contributions | yes | pension_scheme=opted out; pension_avc=5 %
closed scheme | no | pension_scheme=classic
partnership provider | yes | pension_scheme=partnership
partnership provider | no rule | pension_scheme=partnership; partnership_provider=A provider
provider of partnership alone | no | partnership_provider=A provider
member not before work | yes | pension_member_since=1990-01-01
member not before work | yes | pension_member_since=2026-12-02
sacrifice within pay | yes | salary_sacrifice=[scheme:Car,monthly:2400.00]
allowances likely | no | allowances=[name:London,annual:30000.00]
allowance once | no | allowances=[name:London,annual:10.00/name:london,annual:10.00]
order once | yes | attachment_orders=[kind:AEO,reference:1/kind:AEO,reference:1]
order once | no rule | attachment_orders=[kind:AEO,reference:1/kind:DEO,reference:1]
leave with unit | no | leave_unit=
leave likely | no | leave_balance=61
leave likely | no rule | leave_balance=61; leave_unit=hours
sick pay left | no | sick_taken=10; sick_entitlement=9.5
right to work in the past | yes | right_to_work_checked=2026-11-23
right to work in the past | no rule | right_to_work_checked=2026-11-22
clearance lasts | no | clearance_review_due=2026-11-30
clearance named | no | clearance_level=SC
clearance named | no rule | clearance_level=BPSS
weighting with day | no | london_weighting=3000.00
promotion is up | no | new_grade=HEO
promotion is up | no rule | new_grade=SEO
"""

OWN = """
rule | field | changed
nino temporary | nino | nino=TN010380F
nino temporary | nino | nino=63T12345
nino administrative | nino | nino=OO123456A
nino administrative | nino | nino=PP999999P
nino administrative | nino | nino=PZ123456A
nino prefix | nino | nino=BG123456A
nino prefix | nino | nino=AO123456A
nino prefix | nino | nino=DA123456A
nino form | nino | nino=AB12345C
nino form | nino | nino=AB123456
nino form | nino | nino=AB123456E
nino form | nino | nino=ab123456c
nino form | nino | nino=AB 12 34 56 C
nino look-alike | nino | nino=U+0410B123456C
day exists | birth_date | birth_date=1981-02-29
day form | birth_date | birth_date=01/03/1980
day form | paid_to | paid_to=2026-11-30T00:00:00
day bounds | birth_date | birth_date=1080-03-01
money form | salary | salary=34000
money form | salary | salary=£34,000.00
money sign | p45_tax | p45_tax=-5.00
number bounds | fte | fte=0
number bounds | fte | fte=1.000000001
number form | fte | fte=80%
number bounds | weekly_hours | weekly_hours=61; full_time_hours=
choice | sex | sex=female
grade form | grade | grade=7
choice | pension_scheme | pension_scheme=Alpha
tax code parts | tax_code | tax_code=S1257L
tax code parts | tax_code | tax_code=1257L M1
tax code parts | tax_code | tax_code=1257LX
tax code form | tax_code | tax_code=1257
tax code form | tax_code | tax_code=OT
tax regime year | tax_regime | tax_regime=C; tax_year=2018-19; p45_pay=; p45_tax=
tax year form | tax_year | tax_year=2026-28
ni letter known | ni_letter | ni_letter=O
ni letter year | ni_letter | ni_letter=V; tax_year=2021-22; p45_pay=; p45_tax=
loan plan | student_loans | student_loans=[3]
loan once | student_loans | student_loans=[2,2]
loan year | student_loans | student_loans=[5]; tax_year=2025-26; p45_pay=; p45_tax=
address lines | address | address=[a,b,c,d,e,f,g]
paye_reference form | exporter_paye_reference | exporter_paye_reference=12/AB
accounts_office form | new_accounts_office | new_accounts_office=123PA1234567
email form | personal_email | personal_email=mole@home
missing | nino | nino=
missing | student_loans | student_loans=
missing | allowances[1].name | allowances=[annual:5.00]
text parts | allowances[1].name | allowances=[name:a=b,annual:5.00]
field known | favourite_colour | favourite_colour=blue
name signs | surname | surname=<b>Mole</b>
name alphabets | surname | surname=MU+043Ele
"""

NAMES = """
surname | said
O'Brien |
O’Brien |
Smith-Jones |
Siân Ŵyn |
Núñez y López |
王 | name submitted
Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewis | name submitted
"""

MISSING_FOR = """
field | kind | stops
tax_code | permanent | yes
tax_code | loan | not asked
ni_letter | part_time_split | not asked
paid_to | loan | not asked
paid_to | machinery_of_government | yes
nino | loan | yes
pension_scheme | part_time_split | yes
p45_pay | permanent | no
forenames | permanent | no
"""


def problems(changes: str, *, kind: str = "promotion") -> dict[str, Problem]:
    """Return what is not right with the good record after changes, by rule."""
    found = check(changed(changes), kind=cast(Kind, kind), on=FIRST_DAY, today=TODAY, pretend=True)
    return {problem.rule: problem for problem in found}


def test_the_good_record_can_move() -> None:
    assert problems("") == {}


@pytest.mark.parametrize(("rule", "stops", "changes"), rows_of(BETWEEN))
def test_rules_between_fields(rule: str, stops: str, changes: str) -> None:
    found = problems(changes)
    if stops == "no rule":
        assert rule not in found
        return
    assert found[rule].blocks == (stops == "yes")
    assert found[rule].words
    assert found[rule].fix


def test_every_rule_between_fields_is_in_the_table() -> None:
    shown = {row[0] for row in rows_of(BETWEEN) if row[1] != "no rule"}
    names = [rule.name for rule in RULES]
    assert shown | {"level move is level"} == set(names)
    assert len(set(names)) == len(names)
    found = problems("new_grade=SEO", kind="level_move")
    assert found["level move is level"].blocks is False


@pytest.mark.parametrize(("rule", "field", "changes"), rows_of(OWN))
def test_a_value_that_breaks_a_rule_of_its_own_stops_the_move(
    rule: str, field: str, changes: str
) -> None:
    found = problems(changes)
    assert found[rule].field == field
    assert found[rule].blocks


@pytest.mark.parametrize(("rule", "field", "changes"), rows_of(OWN) + rows_of(BETWEEN))
def test_what_is_said_never_holds_the_value(rule: str, field: str, changes: str) -> None:
    stated = {part.partition("=")[2].strip("[] ") for part in changes.split(";")}
    for problem in problems(changes).values():
        for value in stated:
            telling = len(value) > 5 and any(sign.isdigit() for sign in value)
            assert not telling or value not in f"{problem.words} {problem.fix}"


def test_a_field_that_is_wrong_is_said_once() -> None:
    found = problems("tax_year=2027-28; tax_code=1257; p45_pay=; p45_tax=")
    assert {rule for rule, one in found.items() if one.field == "tax_code"} == {"tax code form"}


@pytest.mark.parametrize(("surname", "said"), rows_of(NAMES))
def test_names(surname: str, said: str) -> None:
    found = problems(f"surname={surname}; forenames=")
    assert found.pop("missing").blocks is False  # somebody with one name may move
    assert list(found) == ([said] if said else [])
    assert all(not problem.blocks for problem in found.values())


@pytest.mark.parametrize(("field", "kind", "stops"), rows_of(MISSING_FOR))
def test_what_must_be_stated_for_which_kind_of_move(field: str, kind: str, stops: str) -> None:
    found = [
        problem
        for problem in check(
            changed(f"{field}="), kind=cast(Kind, kind), on=FIRST_DAY, today=TODAY, pretend=True
        )
        if problem.rule == "missing" and problem.field == field
    ]
    assert [problem.blocks for problem in found] == {
        "yes": [True], "no": [False], "not asked": [],
    }[stops]  # fmt: skip


def test_numbers_of_pretend_people_are_refused_where_people_are_real() -> None:
    found = check(changed(""), kind="permanent", on=FIRST_DAY, today=TODAY, pretend=False)
    assert [(problem.field, problem.rule) for problem in found] == [("nino", "nino prefix")]
    real = changed("nino=AB123456C")
    assert check(real, kind="permanent", on=FIRST_DAY, today=TODAY, pretend=False) == ()


def test_the_other_sides_are_asked_where_their_part_is_due() -> None:
    found = check(
        changed(""), kind="permanent", on=FIRST_DAY, today=TODAY, parts=("importer",), pretend=True
    )
    assert {problem.field for problem in found if problem.blocks} == {
        "new_grade", "new_salary", "new_fte",
    }  # fmt: skip


def test_somebody_born_on_29_february_is_sixteen_on_1_march() -> None:
    record = changed("birth_date=2012-02-29; continuous_service_from=; employment_started=")
    for day, young in ((dt.date(2028, 2, 28), True), (dt.date(2028, 2, 29), False)):
        found = check(record, kind="permanent", on=day, today=TODAY, pretend=True)
        assert any(one.rule == "age on first day" for one in found) is young


def test_the_specification_names_rule_source_and_section_of_every_field() -> None:
    assert len(all_fields()) > 60
    for field in all_fields():
        assert field.rule.endswith(".")
        assert field.source
        assert (field.type == "list") == bool(field.items)
        assert (field.type == "choice") == bool(field.values)
    assert {field.section for field in all_fields()} == set(sections())

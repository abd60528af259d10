"""The pretend payrolls: they pay to the penny, keep their cut-offs, and every bug bites.

What each must pay is written out by hand here; the month-end simulation compares them with a truth
worked out elsewhere as well.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from synthetic.payrolls import fixed_layout
from synthetic.payrolls.bugs import BUGS
from synthetic.payrolls.calendar import LONDON, Calendar
from synthetic.payrolls.fixed_width import FixedWidthPayroll
from synthetic.payrolls.json_payroll import JsonPayroll
from synthetic.payrolls.payroll import Payroll
from synthetic.payrolls.result import result_of

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
EARLY = datetime(2026, 11, 3, 10, tzinfo=LONDON)
STARTER = {
    "instruction": "11111111-0000-4000-8000-000000000001",
    "transfer": "22222222-0000-4000-8000-000000000002",
    "action": "start", "staff_number": "00012345", "nino": "QQ123456C",
    "surname": "Llŷr-Featherstone", "forenames": "Tomos", "birth_date": "1988-02-29", "sex": "M",
    "first_day": "2026-11-05", "last_day": "", "paid_to": "2026-11-09", "pay_after_leaving": "",
    "salary": "31250.00", "fte": "0.540540541", "allowances": "Location=1200.00;On call=60.50",
    "grade": "EO", "tax_code": "1257L", "tax_regime": "S", "tax_basis": "non-cumulative",
    "p45_pay": "12000.00", "p45_tax": "1100.10", "ni_letter": "A", "student_loans": "2;PG",
    "attachment_orders": "DEO=D12345", "salary_sacrifice": "Cycle to work=45.00",
    "pension_scheme": "alpha", "effective_from": "", "period_starts": "2026-11-01",
    "pay_day": "2026-11-30",
}  # fmt: skip


def told(**changed: str) -> dict[str, str]:
    return {**STARTER, **changed}


def change(**changed: str) -> dict[str, str]:
    plain = dict.fromkeys(STARTER, "") | {
        "instruction": "33333333-0000-4000-8000-000000000003",
        "transfer": STARTER["transfer"], "action": "change", "staff_number": "00012345",
        "effective_from": "2026-11-05",
    }  # fmt: skip
    return {**plain, **changed}


def fixed(*bugs: str, convention: str = "calendar_days") -> FixedWidthPayroll:
    return FixedWidthPayroll(
        "PAYROLLF", Calendar(date(2026, 1, 1), 24), convention=convention, bugs=frozenset(bugs)
    )


def json_payroll(*bugs: str, convention: str = "365ths") -> JsonPayroll:
    calendar = Calendar(date(2026, 1, 1), 24, cut_day=18, cut_hour=12, pay_day=25)
    return JsonPayroll("PAYROLLJ", calendar, convention=convention, bugs=frozenset(bugs))


def paid(payroll: Payroll, starts: date = NOVEMBER) -> list[dict[str, str]]:
    return [result_of(payment) for payment in payroll.run(starts)]


@pytest.mark.parametrize(
    ("convention", "first_day", "gross"),
    [
        # A month: 31250 x 0.540540541 / 12 = 1407.66, 100.00, 5.04
        ("calendar_days", "2026-11-01", "1512.70"),
        ("365ths", "2026-11-01", "1512.70"),
        ("working_days", "2026-11-01", "1512.70"),
        # 16 of 30 days: 750.75, 53.33, 2.69
        ("calendar_days", "2026-11-15", "806.77"),
        # 16 of 365: 740.47, 52.60, 2.65
        ("365ths", "2026-11-15", "795.72"),
        # 11 of 21 Mondays to Fridays: 737.34, 52.38, 2.64
        ("working_days", "2026-11-15", "792.36"),
        # Monday the 30th alone: 46.92 3.33 0.17; 46.28 3.29 0.17; 67.03 4.76 0.24
        ("calendar_days", "2026-11-30", "50.42"),
        ("365ths", "2026-11-30", "49.74"),
        ("working_days", "2026-11-30", "72.03"),
    ],
)
@pytest.mark.parametrize("made", [fixed, json_payroll])
def test_first_pay_to_the_penny(
    made: Callable[..., Payroll], convention: str, first_day: str, gross: str
) -> None:
    payroll = made(convention=convention)
    payroll.take([told(first_day=first_day)], EARLY)
    [result] = paid(payroll)
    assert (result["gross"], result["paid_from"], result["paid_to"]) == (
        gross, first_day, "2026-11-30",
    )  # fmt: skip


@pytest.mark.parametrize("made", [fixed, json_payroll])
def test_news_after_the_cut_off_waits_and_is_made_good(made: Callable[..., Payroll]) -> None:
    payroll = made(convention="calendar_days")
    late = datetime(2026, 11, 20, tzinfo=LONDON)
    [answer] = payroll.take([told(first_day="2026-11-15")], late)
    assert answer.state == "late"
    assert payroll.draft(NOVEMBER, late) == []
    assert paid(payroll) == []
    [result] = paid(payroll, DECEMBER)
    assert result["gross"] == "2319.47"  # 806.77 and a whole month
    assert (result["paid_from"], result["paid_to"]) == ("2026-11-15", "2026-12-31")


def test_leaver_told_late_is_taken_back() -> None:
    payroll = fixed()
    payroll.take([told(first_day="2026-01-01")], datetime(2026, 1, 2, tzinfo=LONDON))
    for month in range(1, 12):
        payroll.run(date(2026, month, 1))
    leave = told(instruction="l", action="leave", last_day="2026-11-14", transfer="t2")
    payroll.take([leave], datetime(2026, 11, 25, tzinfo=LONDON))
    [result] = paid(payroll, DECEMBER)
    assert result["gross"] == "-806.77"
    assert (result["paid_from"], result["paid_to"]) == ("2026-11-15", "2026-11-30")
    assert paid(payroll, date(2027, 1, 1)) == []


def test_cancelled_starter_leaves_nothing_and_may_start_again() -> None:
    payroll = fixed()
    payroll.take([told(), told(instruction="x", action="cancel")], EARLY)
    payroll.take([told(instruction="again", first_day="2026-11-30")], EARLY)
    [result] = paid(payroll)
    assert (result["instruction"], result["gross"]) == ("again", "50.42")


def test_cancelled_leaver_stays() -> None:
    payroll = fixed()
    leave = told(instruction="l", action="leave", last_day="2026-11-14", transfer="t2")
    payroll.take([told(first_day="2026-11-01"), leave], EARLY)
    payroll.take([told(instruction="x", action="cancel", transfer="t2")], EARLY)
    assert paid(payroll)[0]["gross"] == "1512.70"


def test_change_within_a_period_pays_each_stretch() -> None:
    payroll = fixed()
    payroll.take([told(first_day="2026-11-01", allowances="", fte="1")], EARLY)
    payroll.take([change(effective_from="2026-11-16", salary="36500.00")], EARLY)
    assert paid(payroll)[0]["gross"] == "2822.91"  # 1302.08 and 1520.83


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("salary", "31k", "salary cannot be read"),
        ("fte", "four days", "fte cannot be read"),
        ("first_day", "2026-02-30", "first_day cannot be read"),
        ("staff_number", "", "staff_number is missing"),
        ("action", "begin", "action cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused_by_field_without_its_value(
    field: str, value: str, why: str
) -> None:
    [answer] = fixed().take([told(**{field: value})], EARLY)
    assert (answer.state, answer.why) == ("refused", why)


# What shows each bug: what is told, which payroll, and what of its result or answer differs.
SHOWN: dict[str, Callable[[Payroll], Any]] = {}


def _shown(payroll: Payroll, *orders: dict[str, str], at: datetime = EARLY) -> Any:
    for order in orders:
        payroll.take([order], at)
    both = [paid(payroll), paid(payroll, DECEMBER)]
    total = payroll.results(NOVEMBER) if isinstance(payroll, FixedWidthPayroll) else b""
    return both, total[-20:]


LEAVE = told(instruction="leave", action="leave", last_day="2026-11-14", transfer="t2")
PLAN = {
    "late_keying": (told(),),
    "ignores_change_after_batch": (told(), change(salary="40000.00")),
    "duplicates_a_starter": (told(), told()),
    "keeps_paying_leavers": (told(), LEAVE),
}


@pytest.mark.parametrize("bug", sorted(BUGS))
def test_every_bug_changes_what_is_paid_or_reported(bug: str) -> None:
    at = datetime(2026, 11, 11, tzinfo=LONDON) if bug == "late_keying" else EARLY
    if bug == "loses_last_record":
        second = told(instruction="b", staff_number="00012346", nino="QQ123457C")
        sound, sick = fixed(), fixed(bug)
        answers = [payroll.take([told(), second], EARLY) for payroll in (sound, sick)]
        assert answers[0] == answers[1]  # nothing is said of it
        assert len(paid(sound)) == 1 + len(paid(sick))
        return
    orders = PLAN.get(bug, (told(),))
    assert _shown(fixed(), *orders, at=at) != _shown(fixed(bug), *orders, at=at)


def test_unknown_bug_is_refused() -> None:
    with pytest.raises(ValueError, match="no such bugs: gremlins"):
        fixed("gremlins")


def test_draft_shows_a_bug_before_the_cut_off_and_keeps_nothing() -> None:
    payroll = fixed("pays_from_period_start")
    payroll.take([told(first_day="2026-11-15")], EARLY)
    [drafted] = payroll.draft(NOVEMBER, EARLY)
    assert result_of(drafted)["gross"] == "1512.70"
    assert payroll.runs == {}
    assert len(paid(payroll)) == 1


# ---- PAYROLL-F: bytes ---------------------------------------------------------------------------


def written(*orders: dict[str, str], number: int = 1) -> bytes:
    return fixed_layout.write_instructions(
        orders, payroll="PAYROLLF", number=number, starts=NOVEMBER, pay_day=date(2026, 11, 30),
        made=EARLY,
    )  # fmt: skip


def test_fixed_places_hold_what_the_layout_says() -> None:
    head, detail, tail, rest = written(told()).split(b"\r\n")
    assert head == b"H1PAYINST PAYROLLF202611012026113000000120261103100000"
    assert tail == b"T9000000001       31250.00000000000123456"
    assert rest == b""
    assert (
        detail[:74] == b"D" + STARTER["instruction"].encode() + STARTER["transfer"].encode() + b"S"
    )
    assert detail[74:93] == b"00012345  QQ123456C"
    assert detail[93:128] == b"Llyr-Featherstone".ljust(35)
    assert b"    31250.00.540540541" not in detail
    assert b"    31250.000.540540541" in detail


def test_fixed_instruction_comes_back_as_it_was() -> None:
    [back] = fixed_layout.read_instructions(written(told())).records
    wanted = {**STARTER, "surname": "Llyr-Featherstone", "sex": "male"}
    assert back == wanted


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content.replace(b"31250.000.", b"31251.000."),
        lambda content: content.replace(b"QQ123456C", b"QQ123465C"),
        lambda content: content.replace(b"T9000000001", b"T9000000002"),
        lambda content: content.replace(b"PAYROLLF", b"PAYROLLX"),
        lambda content: content.replace(b"\r\nT9", b"\r\nX9"),
        lambda content: content[:-60],
        lambda content: b"\x81" + content,
        lambda content: b"",
    ],
)
def test_fixed_file_that_does_not_add_up_is_refused_whole(
    spoil: Callable[[bytes], bytes],
) -> None:
    payroll = fixed()
    said = payroll.receive(spoil(written(told())), EARLY)
    assert b"whole file: " in said
    assert said.endswith(b"T9000000001000000001\r\n")
    assert paid(payroll) == []


def test_fixed_file_is_taken_once_and_a_reference_is_known_for_ever() -> None:
    payroll = fixed()
    assert b"A00012345" in payroll.receive(written(told()), EARLY)
    assert b"was had" in payroll.receive(written(told()), EARLY)
    assert b"A00012345" in payroll.receive(written(told(), number=2), EARLY)
    assert len(paid(payroll)) == 1
    payroll.receive(written(told(), number=3), datetime(2026, 12, 2, tzinfo=LONDON))
    assert len(paid(payroll, DECEMBER)) == 1


def test_fixed_results_add_up_and_a_bug_shows_in_the_trailer() -> None:
    for bugs, adds_up in (((), True), (("misadds",), False)):
        payroll = fixed(*bugs)
        payroll.receive(written(told()), EARLY)
        payroll.run(NOVEMBER)
        content = payroll.results(NOVEMBER)
        if not adds_up:
            with pytest.raises(fixed_layout.Refused, match="control totals"):
                fixed_layout.read_results(content)
            continue
        [result] = fixed_layout.read_results(content)
        assert (result["PERNO"], result["LOANS"], result["WK1M1"]) == ("00012345", "2P", "Y")


def test_fixed_writer_refuses_what_has_no_place() -> None:
    with pytest.raises(ValueError, match="three allowances"):
        written(told(allowances="a=1.00;b=1.00;c=1.00;d=1.00"))
    with pytest.raises(ValueError, match="PERNO"):
        written(told(staff_number="12345678901"))

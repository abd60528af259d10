"""Returns and business cases as they should not be: what waits, with which reason, what counts."""

import datetime as dt
from pathlib import Path

import pytest

from muster.gates.metrics import metric_named, reader_of
from muster.hub.mending import fixing, meanings
from muster.hub.models import Landing
from muster.hub.queries import quarantined
from muster.hub.reading import read
from muster.hub.withdrawal import withdraw
from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.shared_services.enrolment import enrol
from muster.register.shared_services.models import CaseYear, ServiceReturn
from tests.integration.people_files import BY, enrolled, load, service
from tests.remembered import remembered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("providers")]
LANTERN = "lantern-shared-services"
RETURN = (
    "Provider,Service Line,Quarter Ending,Transactions,Cost (£),Within Time,Satisfied,"
    "Survey Answers"
)
CASE = (
    "Provider,Year Ending,Baseline Running Cost (£),Planned Investment (£),Investment (£),"
    "Promised Saving (£),Saving (£)"
)
QUARTER, YEAR = dt.date(2026, 9, 30), dt.date(2026, 3, 31)


@pytest.fixture
def providers(fresh_home: Path) -> None:
    def made() -> None:
        enrol(enrolled(service(3, 300)), by=BY, clock=SYSTEM_CLOCK)

    remembered("providers of shared services", made)


def row(
    line: str = "Payroll",
    quarter: str = "30/09/2026",
    transactions: object = 1000,
    cost: str = "4000.00",
    on_time: str = "90%",
    satisfied: str = "80%",
    answers: object = 100,
    provider: str = "Lantern",
) -> str:
    return f"{provider},{line},{quarter},{transactions},{cost},{on_time},{satisfied},{answers}"


def year(
    ends: str = "31/03/2026",
    baseline: str = "40000000",
    planned: str = "0",
    invested: str = "1000000",
    promised: str = "9000000",
    saved: str = "8000000",
) -> str:
    return f"Lantern,{ends},{baseline},{planned},{invested},{promised},{saved}"


def sent(*rows: str, header: str = RETURN, day: str = "2026-09-30", kind: str = "") -> Landing:
    kind = kind or ("return" if header.startswith(RETURN) else "business-case")
    content = "\n".join([header, *rows, ""]).encode()
    [landing] = load({f"{LANTERN}/{day}-{kind}.csv": content}).fresh
    return Landing.objects.get(id=landing)


def waits(landing: Landing) -> dict[int, list[str]]:
    found = quarantined(landing_id=landing.id)
    return {
        one.row: [f"{said['field']}: {said['reason']}" for said in one.problems] for one in found
    }


def figure(name: str, day: dt.date = QUARTER, *by: str) -> dict[tuple[str, ...], float]:
    metric = metric_named(f"shared_service_{name}")
    return {cell.key: cell.value / metric.scale for cell in reader_of(metric).cells(by, day)}


ODD = {
    "no quarter's end": (row(quarter="31/08/2026"), "Quarter: is not the last day of a quarter"),
    "a first day": (row(quarter="01/07/2026"), "Quarter: is not the last day of a quarter"),
    "to come": (row(quarter="31/12/2026"), "Quarter: lies after the day the file speaks of"),
    "another service": (row("Canteen"), "Service line: not in the code list of this layout"),
    "no service": (row(""), "Service line: "),
    "no provider": (row(provider=""), "Provider: "),
    "part of one": (row(transactions="1.5"), "Transactions: "),
    "less than none": (row(transactions=-1), "Transactions: "),
    "no cost": (row(cost=""), "Cost: "),
    "a cost below zero": (row(cost="-5.00"), "Cost: "),
    "pounds in words": (row(cost="lots"), "Cost: "),
    "more than all": (row(on_time="101%"), "Share within time: "),
    "a share of what": (row(on_time="0.9"), "Share within time: "),
    "satisfied, but how many": (row(answers=""), "Answers: is needed where satisfaction"),
}
ODD_YEARS = {
    "a calendar year": (year("31/12/2025"), "Year: is not a 31 March"),
    "done before it is over": (year("31/03/2027"), "Saving: is stated for a year that is not over"),
    "no running cost": (year(baseline=""), "Running cost before sharing: "),
    "nothing to run": (year(baseline="0"), "Running cost before sharing: "),
    "invested below zero": (year(invested="-1"), "Investment: "),
    "no promise": (year(promised=""), "Promised saving: "),
}


@pytest.mark.parametrize("case", ODD)
def test_a_return_that_is_not_certain_waits_and_says_why(case: str) -> None:
    odd, reason = ODD[case]
    found = waits(sent(odd, row("Finance")))
    assert list(found) == [2]
    assert any(one.startswith(reason) for one in found[2]), found
    assert figure("transactions") == {(): 1000}


@pytest.mark.parametrize("case", ODD_YEARS)
def test_a_case_that_is_not_certain_waits_and_says_why(case: str) -> None:
    odd, reason = ODD_YEARS[case]
    landing = sent(odd, year("31/03/2025"), header=CASE, day="2026-03-31")
    found = waits(landing)
    assert list(found) == [2]
    assert any(one.startswith(reason) for one in found[2]), found
    assert CaseYear.objects.count() == 1


def test_a_quarter_is_counted_once() -> None:
    landing = sent(row(), row(), row("Finance"), row("Finance", transactions=2))
    assert waits(landing) == {
        3: ["Quarter: repeats an earlier row of the file"],
        4: ["Quarter: stands in several rows of the file, which differ"],
        5: ["Quarter: stands in several rows of the file, which differ"],
    }
    assert figure("transactions") == {(): 1000}


def test_shares_weigh_by_what_they_are_a_share_of() -> None:
    sent(
        row(transactions=100, on_time="50%", satisfied="100%", answers=10),
        row("Finance", transactions=300, on_time="90%", satisfied="50%", answers=30),
        row("Procurement", transactions=600, on_time="", satisfied="", answers=""),
    )
    assert figure("on_time") == {(): 80.0}
    assert figure("satisfaction") == {(): 62.5}
    assert figure("unit_cost") == {(): 12.0}
    # What nobody states has no figure, and no nought.
    assert ("procurement",) not in figure("on_time", QUARTER, "service")
    assert figure("transactions", QUARTER, "service")["procurement",] == 600


def test_nothing_done_has_no_cost_of_a_transaction() -> None:
    sent(row(transactions=0, cost="100.00"))
    assert figure("unit_cost") == {}
    assert figure("cost") == {(): 100.0}


def test_satisfaction_of_a_few_is_not_told() -> None:
    sent(row(answers=7))
    assert figure("satisfaction") == {}
    assert figure("on_time") == {(): 90.0}


def test_a_later_return_counts_instead_of_an_earlier_one() -> None:
    first = sent(row(quarter="30/06/2026"), day="2026-06-30")
    second = sent(row(quarter="30/06/2026", transactions=900), row(), day="2026-09-30")
    june = dt.date(2026, 6, 30)
    assert figure("transactions", june) == {(): 900}
    withdraw(landing=second.id, reason="sent by mistake", by=BY, clock=SYSTEM_CLOCK)
    assert figure("transactions", june) == {(): 1000}
    withdraw(landing=first.id, reason="sent by mistake", by=BY, clock=SYSTEM_CLOCK)
    assert not reader_of(metric_named("shared_service_cost")).dates()


def test_running_cost_that_rose_is_a_saving_below_zero() -> None:
    sent(year(saved='"-2,500,000.50"'), header=CASE, day="2026-03-31")
    assert figure("saving", YEAR) == {(): -2_500_000.5}


def test_a_service_line_that_was_said_to_mean_one_goes_on() -> None:
    sent(row("Wages"), row("Finance"))
    [question] = meanings.questions("Service line: not in the code list of this layout (Wages)")
    fix = fixing.say_meaning(question, "payroll", reason="As they say", by=BY, clock=SYSTEM_CLOCK)
    fixing.let_go_on(fix, read, by=BY, clock=SYSTEM_CLOCK)
    assert set(figure("cost", QUARTER, "service")) == {("payroll",), ("finance",)}


def test_a_file_that_names_people_is_held() -> None:
    landing = sent(f"{row()},Ada Smith", header=f"{RETURN},Account Manager Name")
    assert landing.state == "held"
    assert not ServiceReturn.objects.exists()


def test_every_service_has_a_word_and_a_strange_one_none() -> None:
    domain = reader_of(metric_named("shared_service_cost")).domain("service", QUARTER)
    assert list(domain) == ["payroll", "hr_admin", "finance", "procurement"]
    assert all(domain.values())

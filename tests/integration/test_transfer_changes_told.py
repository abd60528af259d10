"""What payrolls are told of changes after effect, and pay that is not what an instruction asked."""

import datetime as dt

import pytest

from muster.casework import actions as cases
from muster.services.transfers import queries
from muster.services.transfers.models import Transfer
from muster.services.transfers.payrolls.models import Instruction, PayDifference, PayResult
from muster.services.transfers.payrolls.noting import note_nothing_due
from muster.services.transfers.payrolls.results import Came, keep
from muster.services.transfers.payrolls.sending import content_of
from muster.services.transfers.process import driving
from tests.integration.test_transfer_process import RECORD_HERE, TERMS_HERE, Played
from tests.integration.transfers_world import FIRST_DAY, World

pytestmark = pytest.mark.django_db
NEW_YEAR = dt.date(2027, 1, 1)


@pytest.fixture
def played(fresh_home: object) -> Played:
    return Played(World())


def at(played: Played, day: dt.date) -> None:
    noon = dt.datetime.combine(day, dt.time(12), dt.UTC)
    played.clock.move(noon - played.clock.now())


def change(played: Played, **changes: str) -> list[Instruction]:
    """Let the joining HR enter a change; return what payrolls are told of it."""
    before = set(Instruction.objects.values_list("id", flat=True))
    driving.change(
        played.transfer, side="importer", changes=changes, effective_from=FIRST_DAY,
        worker=played.workers["Joining HR"], clock=played.clock,
    )  # fmt: skip
    return list(Instruction.objects.exclude(id__in=before).order_by("action"))


def paid(played: Played, employer: str, told: Instruction | None, starts: dt.date) -> None:
    """Let a payroll report a whole month's pay."""
    last = (starts + dt.timedelta(40)).replace(day=1) - dt.timedelta(1)
    said = {
        "instruction": str(told.id) if told else "", "period_starts": str(starts),
        "staff_number": told.staff_number if told else "OTHER/1", "gross": "3250.00",
        "paid_from": str(starts), "paid_to": str(last),
    }  # fmt: skip
    came = Came(f"payroll:{employer}", played.world.employer(employer), said)
    keep([came], at=played.clock.now(), by="payroll", clock=played.clock)


def start_of(played: Played, action: str = "start") -> Instruction:
    return Instruction.objects.get(transfer=played.transfer, kind="pay", action=action)


def test_a_pay_award_before_the_cut_off_is_paid_with_the_first_pay(played: Played) -> None:
    played.to_effected()
    [told] = change(played, salary="40000.00")
    fields, expected, days = content_of(told)
    assert (told.action, told.period_starts) == ("change", dt.date(2026, 12, 1))
    assert (fields["salary"], fields["effective_from"]) == ("40000.00", "2026-12-07")
    assert (expected, days) == ("2688.17", ("2026-12-07", "2026-12-31"))  # 25 of 31 days


def test_one_after_the_cut_off_is_paid_with_the_next_and_what_was_short(played: Played) -> None:
    played.to_effected()
    at(played, dt.date(2026, 12, 20))
    [told] = change(played, salary="40000.00")
    # A month of 40000.00, and 25 of 31 days of the 1000.00 more a year.
    assert (told.period_starts, content_of(told)[1]) == (NEW_YEAR, "3400.53")


def test_a_tax_code_goes_with_its_regime_and_its_basis(played: Played) -> None:
    played.to_effected()
    [told] = change(played, tax_code="850T")
    fields = content_of(told)[0]
    assert (fields["tax_code"], fields["tax_basis"]) == ("850T", "cumulative")
    assert change(played, leave_balance="3") == []


def test_ordinary_pay_of_a_later_month_opens_nothing(played: Played) -> None:
    played.to_effected()
    played.pay("weir")
    paid(played, "weir", start_of(played), NEW_YEAR)
    assert not PayDifference.objects.exists()
    assert PayResult.objects.get(period_starts=NEW_YEAR).outcome == "unsolicited"


def test_first_pay_in_another_period_and_pay_after_leaving_are_differences(played: Played) -> None:
    played.to_effected()
    paid(played, "weir", start_of(played), NEW_YEAR)
    played.pay("mill")
    paid(played, "mill", start_of(played, "leave"), NEW_YEAR)
    assert PayDifference.objects.count() == 2


def test_nothing_paid_where_nothing_was_due_is_as_expected(played: Played) -> None:
    """The leaving payroll had paid the last month before it was told."""
    at(played, dt.date(2026, 12, 18))
    Transfer.objects.filter(id=played.transfer).update(first_day=NEW_YEAR)
    played.to_release()
    played.do("state_details", {"details": {}})
    played.do("state_terms", {"terms": TERMS_HERE})
    played.do("release_record", {"record": {**RECORD_HERE, "paid_to": "2026-12-31"}})
    played.do("sign_leaving")
    played.do("sign_joining")
    played.do("confirm_leaver", {"evidence": {"p45": "1"}})
    played.do("confirm_starter", {"evidence": {"pension": "2"}})
    at(played, NEW_YEAR)
    cases.fire_due(clock=played.clock)
    played.do("prepare")
    played.do("file_record")
    played.pay("weir")
    assert content_of(start_of(played, "leave"))[1] == "0.00"
    at(played, dt.date(2027, 1, 29))
    note_nothing_due(clock=played.clock)
    assert played.state == "effected"  # the leaving payroll has not reported the month yet
    paid(played, "mill", None, NEW_YEAR)
    note_nothing_due(clock=played.clock)
    assert played.state == "reconciled"
    assert {one.exception for one in queries.first_pay(played.transfer)} == {""}


def test_a_day_that_passed_while_it_was_settled_asks_why_before_it_is_booked(
    played: Played,
) -> None:
    played.to_release()
    played.do("state_details", {"details": {}})
    played.do("state_terms", {"terms": TERMS_HERE})
    played.do("release_record", {"record": RECORD_HERE})
    at(played, dt.date(2026, 12, 9))  # two days after the first day, six before the cut-off
    played.do("sign_leaving")
    played.do("sign_joining")
    assert set(played.open()) == {"choose"}
    why = "It was settled late"
    played.do("choose", {"choice": "another day", "first_day": str(FIRST_DAY), "why": why})
    played.do("sign_leaving")
    played.do("sign_joining")
    assert played.state in ("scheduled", "effected")

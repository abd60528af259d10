"""Each thing the database states about payrolls, violated once on the store of the run."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from muster.kernel.ids import new_id
from muster.register.employers.models import Employer
from muster.register.people.models import Person
from muster.services.transfers.payrolls import models as room
from muster.services.transfers.payrolls.models import (
    HeldRecord,
    Instruction,
    PayDifference,
    PayResult,
    PayRun,
    PensionAnswer,
)

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 1)
NEXT = dt.date(2026, 12, 1)
OWN = {Instruction, PayResult, PayDifference, PayRun, PensionAnswer, HeldRecord}


def employer() -> Employer:
    return Employer.objects.create(key=str(new_id()), title="E", status="live")


def told(**more: Any) -> Instruction:
    said = {
        "key": str(new_id()), "kind": "pay", "action": "start", "transfer": new_id(),
        "person": Person.objects.create(), "employer": employer(), "system": "hr:mill",
        "staff_number": "1", "sealed": "00", "digest": "0", "first_day": DAY, "because": "waits",
        "made_at": AT, "made_by": "t", **more,
    }  # fmt: skip
    return Instruction.objects.create(**said)


def result(**more: Any) -> PayResult:
    said = {
        "system": "payroll:mill", "employer": employer(), "staff_number": "1",
        "period_starts": DAY, "sealed": "00", "digest": str(new_id()), "outcome": "unsolicited",
        "came_at": AT, **more,
    }  # fmt: skip
    return PayResult.objects.create(**said)


def differs(**more: Any) -> PayDifference:
    said = {
        "instruction": more.pop("instruction", None) or told(), "result": result(),
        "fields": ["gross"], "opened_at": AT, **more,
    }  # fmt: skip
    return PayDifference.objects.create(**said)


def run(**more: Any) -> PayRun:
    said = {
        "employer": more.pop("employer", None) or employer(), "starts": DAY, "ends": NEXT,
        "cut_off": AT, "pay_day": NEXT, "frozen_at": AT, "starters": 0, "leavers": 0, "changes": 0,
        "moved_on": 0, **more,
    }  # fmt: skip
    return PayRun.objects.create(**said)


def answered(**more: Any) -> PensionAnswer:
    said = {
        "instruction": told(kind="pension", action="join"), "system": "pensions:mill",
        "answer": "accepted", "sealed": "00", "landing": new_id(), "came_at": AT, **more,
    }  # fmt: skip
    return PensionAnswer.objects.create(**said)


def held(**more: Any) -> HeldRecord:
    said = {
        "system": "hr:mill", "employer": employer(), "staff_number": "1", "sealed": "00",
        "digest": "0", "outcome": "waiting", "landing": new_id(), "came_at": AT, **more,
    }  # fmt: skip
    return HeldRecord.objects.create(**said)


def _twice(make: Callable[..., object], **said: Any) -> None:
    make(**said)
    make(**said)


def _taken() -> dict[str, Any]:
    return {"transfer": new_id(), "person": Person.objects.create(), "sealed": ""}


VIOLATED: dict[str, Callable[[], object]] = {
    "services_transfers_instruction_action": lambda: told(action="join"),
    "services_transfers_instruction_or_why_not": lambda: told(because=""),
    "services_transfers_instruction_taken_back": lambda: told(
        position=1, sent_at=AT, because="", taken_back_at=AT
    ),
    "services_transfers_instruction_period": lambda: told(period_starts=DAY, period_ends=DAY),
    "services_transfers_pay_result_once": lambda: _twice(result, digest="0"),
    "services_transfers_pay_result_outcome": lambda: result(outcome="odd", instruction=told()),
    "services_transfers_pay_result_of": lambda: result(outcome="agrees"),
    "services_transfers_one_open_difference": lambda: _twice(differs, instruction=told()),
    "services_transfers_difference_settled_with_a_reason": lambda: differs(settled_at=AT),
    "services_transfers_pension_answer_known": lambda: answered(answer="odd"),
    "services_transfers_one_held_record_waits": lambda: _twice(held),
    "services_transfers_held_record_outcome": lambda: held(outcome="odd", **_taken()),
    "services_transfers_held_record_of": lambda: held(outcome="stated"),
    "services_transfers_pay_run_once": lambda: _twice(run, employer=employer()),
    "services_transfers_pay_run_in_order": lambda: run(cut_off=AT + dt.timedelta(hours=1)),
    "services_transfers_pay_run_agreed_by": lambda: run(agreed_at=AT),
}


def test_every_constraint_is_violated_here() -> None:
    declared = {
        one.name
        for model in apps.get_app_config("services_transfers").get_models()
        if model in OWN
        for one in model._meta.constraints
    }
    assert declared == set(VIOLATED)
    assert {name for name in room.__all__ if name[0] in "PH"} <= {one.__name__ for one in OWN}


@pytest.mark.parametrize("name", VIOLATED)
def test_the_database_refuses_what_is_never_true(name: str) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        VIOLATED[name]()
        connection.check_constraints()
    if connection.vendor == "postgresql":
        assert name in str(refused.value)


@pytest.mark.parametrize("make", [told, result, differs, run, answered, held])
def test_what_may_be_true_is_taken(make: Callable[[], object]) -> None:
    """Control: the helpers above make rows that only their change spoils."""
    make()

"""A pension administrator takes what is left for it, and the demonstration's employers are told."""

import datetime as dt
from pathlib import Path

import pytest

from muster.casework.calendars.queries import calendar_of
from muster.hub.models import Route
from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.employers.queries import ids_by_key
from muster.services.transfers.payrolls import enrolment
from muster.services.transfers.payrolls.sending import instruct
from synthetic.payrolls import pension_layout
from synthetic.payrolls.pension import Membership, PensionAdministrator
from tests.integration.payrolls_world import FIRST_DAY, TERMS, PayrollsWorld
from tests.integration.test_people_feeds import enrol_bodies

pytestmark = pytest.mark.django_db
MEMBER = dt.date(2019, 9, 2)


def test_a_membership_goes_on_with_the_employer_joined(tmp_path: Path, fresh_home: Path) -> None:
    world = PayrollsWorld(tmp_path).build()
    system = enrolment.pension_by_file(
        "pensions:mill", "Pensions", url=f"file://{tmp_path / 'came'}", employer="MILL"
    )
    (tmp_path / "came").mkdir()
    enrolment.tell(world.mill, system, by="test", clock=world.clock)
    fields = {name: TERMS[name] for name in ("surname", "forenames", "nino", "salary", "fte")}
    told = instruct(
        transfer=world.mole, person=world.mole, employer=world.mill, action="transfer",
        staff_number="0417", first_day=FIRST_DAY, kind="pension", by="test", clock=world.clock,
        fields={**fields, "scheme": "alpha", "from_employer": "WEIR", "to_employer": "MILL",
                "service_from": MEMBER.isoformat(), "move": "move"},
    )  # fmt: skip
    assert told.because == ""
    world.carry()
    administrator = PensionAdministrator()
    administrator.memberships.append(
        Membership("QQ123456C", "Mole", "WEIR", "alpha", MEMBER, FIRST_DAY)
    )
    [file] = (tmp_path / "came").iterdir()
    answer = administrator.receive(file.read_bytes(), FIRST_DAY).decode()
    assert f"ANS|{told.instruction}|OK|A|02-SEP-2019|" in answer, answer
    assert administrator.memberships[-1] == Membership("QQ123456C", "Mole", "MILL", "alpha", MEMBER)
    assert pension_layout.read_memberships(file.read_bytes())[2][0]["salary"] == "31250.00"


def test_a_demonstrations_employers_are_enrolled_once(tmp_path: Path, fresh_home: Path) -> None:
    enrol_bodies("pretend:orchards-and-allotments", "pretend:harbours-and-lighthouses")
    asked = {"folder": tmp_path, "year": 2026, "by": "test", "clock": SYSTEM_CLOCK}
    routes = enrolment.enrol(**asked)  # type: ignore[arg-type]
    assert len(routes) == 12
    assert Route.objects.filter(code__in=routes, enabled=True).count() == 12
    assert enrolment.enrol(**asked) == ()  # type: ignore[arg-type]
    found = calendar_of(ids_by_key()["pretend:harbours-and-lighthouses"])
    assert found is not None
    assert (found.convention, len(found.periods)) == ("365ths", 12)

"""A demonstration's employer lets its people tell two systems, by the verbs anybody would use."""

import datetime as dt
import sqlite3
from pathlib import Path

import pytest

from muster.hub.models import Route
from muster.hub.worker import Carrier
from muster.kernel import running
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.register.people.queries import person_of
from muster.register.told import actions, queries
from muster.register.told.due import look_after, send_notices
from muster.register.told.enrolment import enrol
from muster.register.told.models import Notice
from tests.integration.test_people_feeds import MOLE, enrol_bodies, send
from tests.integration.told_world import HOME
from tests.notify_server import KEY, SPELLED, notify_server

pytestmark = pytest.mark.django_db


def test_a_change_reaches_two_systems_each_under_its_own_agreement(
    tmp_path: Path, fresh_home: Path
) -> None:
    enrol_bodies("mill")
    send("08-31", MOLE)
    folder = tmp_path / "outside"
    routes = enrol("mill", folder=folder, by="test", clock=SYSTEM_CLOCK)
    assert len(routes) == 3
    assert Route.objects.filter(code__in=routes, enabled=True).count() == 3
    assert enrol("mill", folder=folder, by="test", clock=SYSTEM_CLOCK) == ()
    person = person_of("hr:mill", "M/1")
    assert person is not None
    change = actions.tell(
        person=person, kind="address", said=HOME, by="t", clock=SYSTEM_CLOCK,
        valid_from=legal_day(SYSTEM_CLOCK.now()) + dt.timedelta(days=7),
    )  # fmt: skip
    carrier = Carrier(SYSTEM_CLOCK)
    carrier.drain()
    carrier.stop()
    reached = {one.system: one.state for one in queries.reached(change)}
    assert reached["payroll:mill"] == reached["directory:mill"] == "acknowledged"
    assert reached["hr:mill"] == "not told"
    with sqlite3.connect(folder / "payroll-mill.sqlite3") as database:
        assert database.execute("SELECT postcode FROM person").fetchall() == [("YO1 7HH",)]


def test_what_is_due_is_looked_after_by_a_worker(
    fresh_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol_bodies("mill")
    send("08-31", MOLE.replace("|Hull||", "|Hull|mole@mill.example|"))
    person = person_of("hr:mill", "M/1")
    assert person is not None
    look_after(clock=SYSTEM_CLOCK)
    actions.ask_bank_change(
        person=person, channel="work email", by="t", clock=SYSTEM_CLOCK,
        said={"account_holder": "M Mole", "sort_code": "123456", "account_number": "12345678"},
    )  # fmt: skip
    assert send_notices(clock=SYSTEM_CLOCK) == 0, "no service is set up"
    with notify_server() as service:
        for name, value in (("URL", service.url), ("KEY", KEY), ("TEMPLATES", SPELLED)):
            monkeypatch.setenv(f"MUSTER_NOTIFY_{name}", value)
        running.forget()
        assert send_notices(clock=SYSTEM_CLOCK) == 1
        assert len(service.notices) == 1
    assert Notice.objects.get().state == "sent"

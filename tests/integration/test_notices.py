"""Notices to people: written with what they tell of, sent once, kept when they cannot be sent."""

from pathlib import Path

import pytest

from muster.connectors.notify.connector import Notify
from muster.connectors.notify.fake import FakeNotify, FakeService
from muster.register.told import notices
from muster.register.told.models import Notice
from muster.register.told.notices import TEMPLATES, note_receipts, send_waiting, write, written_to
from muster.register.told.rules import Contact
from tests.integration.told_world import NOW, ToldWorld, stranger
from tests.notify_server import KEY, SPELLED, notify_server

pytestmark = pytest.mark.django_db
EMAIL = Contact("personal email", "mole@home.example", NOW)


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> ToldWorld:
    return ToldWorld(tmp_path)


def written(world: ToldWorld, count: int = 1) -> Notice:
    for _ in range(count):
        write(stranger(), "bank_code", EMAIL, {"code": "123456"}, clock=world.clock)
    return Notice.objects.latest("id")


def fake(**said: object) -> FakeNotify:
    return FakeNotify(FakeService(tuple(TEMPLATES), **said))  # type: ignore[arg-type]


def test_a_notice_is_kept_encrypted_and_emptied_once_sent(world: ToldWorld) -> None:
    one = written(world)
    assert "123456" not in one.sealed
    with notify_server() as service:
        said = {"url": service.url, "key": KEY, "templates": SPELLED, "local": "yes"}
        assert send_waiting(Notify(said), clock=world.clock) == 1
        [sent] = service.notices.values()
        assert sent["personalisation"] == {"code": "123456"}
        assert sent["email_address"] == "mole@home.example"
        assert sent["reference"] == str(one.id)
        one.refresh_from_db()
        assert (one.state, one.sealed) == ("sent", "")
        sent["status"] = "delivered"
        assert note_receipts(Notify(said), clock=world.clock) == 1
    one.refresh_from_db()
    assert one.state == "delivered"


def test_what_cannot_be_sent_now_is_tried_later_each_time(world: ToldWorld) -> None:
    one, service = written(world), fake(busy=2)
    assert send_waiting(service, clock=world.clock) == 0
    assert send_waiting(service, clock=world.clock) == 0
    one.refresh_from_db()
    assert one.attempts == 1, "its time had not come"
    world.later(minutes=1)
    send_waiting(service, clock=world.clock)
    world.later(hours=7)
    assert send_waiting(service, clock=world.clock) == 1


def test_a_busy_service_is_asked_for_no_other(world: ToldWorld) -> None:
    written(world, 3)
    send_waiting(fake(busy=1), clock=world.clock)
    assert Notice.objects.filter(attempts=1).count() == 1


def test_one_that_is_refused_has_failed_and_holds_up_no_other(world: ToldWorld) -> None:
    first = written(world)
    last = written(world)
    service = fake(refuse=lambda parcel: "no" if parcel.reference == str(first.id) else "")
    assert send_waiting(service, clock=world.clock) == 1
    first.refresh_from_db()
    last.refresh_from_db()
    assert (first.state, last.state) == ("failed", "sent")
    assert first.said == "the service answered 400"


def test_a_lost_answer_is_looked_for_before_it_is_sent_again(world: ToldWorld) -> None:
    written(world)
    service = fake(forgetful=1)
    send_waiting(service, clock=world.clock)
    world.later(minutes=1)
    assert send_waiting(service, clock=world.clock) == 1
    assert len(service.service.sent) == 1


def test_without_a_service_notices_wait_to_be_read_by_the_person(world: ToldWorld) -> None:
    one = written(world)
    [shown] = written_to(one.person_id)
    assert "123456 is your code" in shown.text
    assert "((" not in shown.text
    assert shown.state == "waiting"


@pytest.mark.parametrize("name", notices.TEMPLATES)
def test_no_subject_and_no_address_in_a_template_holds_anything_to_fill(name: str) -> None:
    template = notices.TEMPLATES[name]  # type: ignore[index]  # of the templates
    assert "((" not in template.subject
    assert "http" not in template.body

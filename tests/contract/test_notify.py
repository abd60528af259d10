"""What every notifier promises: run on the connector over real HTTP, and on its fake."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from muster.connectors.notify.connector import Notify
from muster.connectors.notify.contract import Notifier, NotSent, Parcel
from muster.connectors.notify.fake import FakeNotify, FakeService
from muster.kernel.clock import SYSTEM_CLOCK, FixedClock
from muster.kernel.errors import BadInput
from tests.notify_server import KEY, SECRET, SPELLED, TEMPLATES, NotifyService, notify_server

PARCEL = Parcel("email", "bank_code", "mole@home.example", {"code": "123456"}, "ref-1")


@dataclass
class Stage:
    """A notifier, and what its service can be made to do."""

    notifier: Notifier
    taken: Callable[[], int]
    busy: Callable[[int], None]
    forget: Callable[[], None]
    refuse: Callable[[], None]
    becomes: Callable[[str, str], None]
    leave: Callable[[], None]


def real(service: NotifyService, **settings: str) -> Notify:
    said = {"url": service.url, "key": KEY, "templates": SPELLED, "local": "yes", **settings}
    return Notify(said)


@pytest.fixture(params=["real", "fake"])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    if request.param == "fake":
        fake = FakeService(tuple(TEMPLATES))

        def now_means(name: str, status: str) -> None:
            fake.became[name] = "failed" if "failure" in status else "delivered"

        yield Stage(
            FakeNotify(fake), lambda: len(fake.sent), lambda n: setattr(fake, "busy", n),
            lambda: setattr(fake, "forgetful", 1),
            lambda: setattr(fake, "refuse", lambda parcel: "no"), now_means,
            lambda: setattr(fake, "reachable", False),
        )  # fmt: skip
        return
    with notify_server() as service:
        notifier = real(service)

        def now_is(name: str, status: str) -> None:
            service.notices[name]["status"] = status

        yield Stage(
            notifier, lambda: len(service.notices), lambda n: setattr(service, "busy", n),
            lambda: setattr(service, "forgetful", 1),
            lambda: setattr(service, "refuse", lambda asked: "no"), now_is,
            notifier.close,
        )  # fmt: skip
        notifier.close()


def failure(notifier: Notifier, parcel: Parcel = PARCEL) -> NotSent:
    with pytest.raises(NotSent) as caught:
        notifier.send(parcel)
    for value in (parcel.to, *parcel.fill.values()):
        assert value not in str(caught.value), "what is said holds nothing personal"
    return caught.value


def test_a_notice_is_taken_once_and_asked_after(stage: Stage) -> None:
    assert stage.notifier.health().ready
    name = stage.notifier.send(PARCEL)
    assert stage.taken() == 1
    assert stage.notifier.status(name) == "on its way"
    stage.becomes(name, "delivered")
    assert stage.notifier.status(name) == "delivered"
    stage.becomes(name, "permanent-failure")
    assert stage.notifier.status(name) == "failed"


def test_a_busy_service_is_left_alone_for_as_long_as_it_asks(stage: Stage) -> None:
    stage.busy(1)
    problem = failure(stage.notifier)
    assert (problem.again, problem.all_wait, problem.retry_after) == (True, True, 7)
    assert stage.taken() == 0
    stage.notifier.send(replace(PARCEL, again=True))
    assert stage.taken() == 1


def test_what_is_refused_is_never_tried_again(stage: Stage) -> None:
    stage.refuse()
    problem = failure(stage.notifier)
    assert (problem.again, problem.all_wait) == (False, False)


def test_a_lost_answer_sends_nothing_twice(stage: Stage) -> None:
    stage.forget()
    assert failure(stage.notifier).again
    assert stage.taken() == 1
    stage.notifier.send(replace(PARCEL, again=True))
    assert stage.taken() == 1


def test_a_template_that_is_not_set_up_waits_and_keeps_no_other_waiting(stage: Stage) -> None:
    problem = failure(stage.notifier, replace(PARCEL, template="bank_stopped"))
    assert (problem.again, problem.all_wait) == (True, False)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_service_in_trouble_passes(status: int) -> None:
    with notify_server() as service:
        service.busy, service.busy_status = 1, status
        problem = failure(real(service))
        assert (problem.again, problem.all_wait) == (True, True)


def test_each_way_is_addressed_as_the_service_asks() -> None:
    with notify_server() as service:
        notifier = real(service)
        notifier.send(replace(PARCEL, way="sms", to="07700900123"))
        letter = "M Mole\n1 Mill Lane\nYork\nYO1 7HH"
        notifier.send(replace(PARCEL, way="letter", to=letter, reference="ref-2"))
        text, post = service.notices.values()
        assert text["phone_number"] == "07700900123"
        assert post["personalisation"]["address_line_4"] == "YO1 7HH"
        assert not any("07700900123" in path or "Mole" in path for path in service.paths)


def test_a_wrong_key_and_a_wrong_clock_are_said_and_everything_waits() -> None:
    with notify_server() as service:
        other = f"x-{SECRET}-{SECRET}"
        problem = failure(real(service, key=other))
        assert (problem.again, problem.all_wait) == (True, True)
        assert not real(service, key=other).health().ready
        late = FixedClock(SYSTEM_CLOCK.now() - dt.timedelta(minutes=5))
        said = {"url": service.url, "key": KEY, "templates": SPELLED, "local": "yes"}
        assert "clock" in failure(Notify(said, clock=late)).said


def test_nobody_there_is_no_failure_for_good() -> None:
    with notify_server() as service:
        notifier = real(service)
    problem = failure(notifier)
    assert (problem.again, problem.all_wait) == (True, True)
    assert not notifier.health().ready


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("key", "short"), ("url", "http://plain.example"), ("url", "https://notify.example/?a=b"),
        ("url", ""), ("templates", "bank_code"), ("templates", "bank_code=1"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_used_are_named_without_their_value(
    setting: str, value: str
) -> None:
    said = {"url": "https://notify.example", "key": KEY, "templates": SPELLED, setting: value}
    with pytest.raises(BadInput) as caught:
        Notify(said)
    assert caught.value.where.field == setting
    assert SECRET not in repr(caught.value)

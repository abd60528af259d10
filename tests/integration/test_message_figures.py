"""The figures for watching: right, in the format as another implementation reads it, and closed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from prometheus_client.openmetrics import parser

from muster.hub.messages.figures import CONTENT_TYPE, Family, openmetrics, written
from muster.hub.models import Cursor
from muster.hub.worker import Carrier
from muster.kernel import running
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import Misconfigured
from muster.kernel.settings import read_settings
from tests.integration.hub_world import World

pytestmark = pytest.mark.django_db
TOKEN = "m" * 32
families_of: Any = parser.text_string_to_metric_families


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    world = World(tmp_path)
    world.build()
    return world


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MUSTER_METRICS_TOKEN", TOKEN)
    running.forget()
    yield
    monkeypatch.undo()
    running.forget()


def carried() -> None:
    carrier = Carrier(SYSTEM_CLOCK)
    carrier.drain()
    carrier.stop()


def read(text: str) -> dict[str, float]:
    """Return samples by name and the label that tells them apart, as a peer reads them."""
    return {
        " ".join([sample.name, *(sample.labels[k] for k in ("outcome",) if k in sample.labels)]):
            sample.value
        for family in families_of(text)
        for sample in family.samples
    }  # fmt: skip


def test_figures_tell_lag_rate_parked_and_refused(world: World) -> None:
    world.remake(world.columns.replace("hours integer", "hours integer CHECK (hours < 50)"))
    world.send(world.message("1", hours=55), world.message("1"), world.message("2"))
    world.send(world.message("3", grade="Baron"))
    carried()
    world.send(world.message("4"), world.message("5"))
    found = read(openmetrics(SYSTEM_CLOCK))
    for name, value in {
        "muster_route_behind_messages": 2, "muster_route_parked_messages": 2,
        "muster_route_parked_subjects": 1, "muster_route_retrying_messages": 0,
        "muster_route_delivered_messages_total": 1, "muster_route_shipments_total": 1,
        "muster_route_blocked": 0, "muster_route_paused": 0,
        "muster_system_messages_total accepted": 5, "muster_system_messages_total refused": 1,
    }.items():  # fmt: skip
        assert found[name] == value, name
    assert found["muster_route_oldest_waiting_seconds"] > 0
    Cursor.objects.update(blocked="the agreement is suspended")
    assert read(openmetrics(SYSTEM_CLOCK))["muster_route_blocked"] == 1


def test_an_empty_hub_has_figures_too(fresh_home: Path) -> None:
    text = openmetrics(SYSTEM_CLOCK)
    assert read(text) == {}
    assert text.endswith("# EOF\n")


def test_labels_keep_their_signs() -> None:
    odd = 'a"b\\c\nd=é'
    text = written([Family("m", "gauge", 'says "x"\\', [({"route": odd}, 1.5)])])
    (family,) = families_of(text)
    assert [(sample.labels, sample.value) for sample in family.samples] == [({"route": odd}, 1.5)]


def test_there_is_no_page_unless_it_is_opened(world: World) -> None:
    asked = Client().get("/metrics", headers={"Authorization": "Bearer "})
    assert asked.status_code == 404


@pytest.mark.usefixtures("opened")
def test_only_who_shows_the_token_reads_them(world: World) -> None:
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, CONTENT_TYPE)
    assert "muster_route_behind_messages" in read(answer.content.decode())
    for shown in ("", "Bearer", f"Bearer {TOKEN}x", "Bearer é"):
        assert Client().get("/metrics", headers={"Authorization": shown}).status_code == 404


def test_a_short_token_is_refused_when_the_process_starts() -> None:
    with pytest.raises(Misconfigured, match="MUSTER_METRICS_TOKEN"):
        read_settings({"MUSTER_METRICS_TOKEN": "short"})

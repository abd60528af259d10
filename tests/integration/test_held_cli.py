"""What routes stopped for is seen and decided on at the terminal."""

import getpass
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from muster.cli.routes import routes
from muster.hub.models import HeldMessages, Route, SystemToken
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, NotFound, NotPermitted
from tests.integration.hub_world import World
from tests.integration.test_deciding_pages import carried, held

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    world = World(tmp_path)
    world.build()
    return world


def said(*words: str) -> str:
    """Return what a command says; it must end well."""
    found = ran(*words)
    assert found.exit_code == 0, found.output
    return found.output


def ran(*words: str) -> Result:
    return CliRunner().invoke(routes, words)


def test_what_a_route_stopped_for_is_listed_and_let_go(world: World) -> None:
    assert "No route stopped by itself" in said("held")
    code = held(world).rpartition("/")[2]
    text = said("held")
    assert f"{code}  51 messages" in text
    assert "be about 51 of the 60 subjects" in text
    assert "be about 51 of the 60 subjects" in said("list")
    [one] = json.loads(said("held", "--json"))["held"]
    assert (one["messages"], one["touched"], one["known"]) == (51, 51, 60)
    assert json.loads(said("held", "--json", "--system", "nobody"))["held"] == []
    assert "Let go: 51 messages" in said("let-go", code, "--reason", "a pay rise", "--by", "ann")
    assert HeldMessages.objects.get().decided_by == f"operator:{getpass.getuser()}:ann"
    carried()
    assert len(world.received()) == 111
    assert isinstance(ran("let-go", code, "--reason", "again").exception, NotFound)


def test_discarding_is_undone_in_time(world: World) -> None:
    code = held(world).rpartition("/")[2]
    assert isinstance(ran("undo", code).exception, NotFound)
    assert f"muster routes undo {code}" in said("discard", code, "--reason", "a broken export")
    assert "a broken export" in said("held")
    said("undo", code)
    assert HeldMessages.objects.get().decision == ""
    assert isinstance(ran("discard", code, "--reason", " ").exception, BadInput)


def test_limits_are_set_and_taken_away(world: World) -> None:
    code = Route.objects.get(receiver__isnull=False).code
    assert "Set: about 1,000, ending as usual" in said(
        "limits", code, "--touched", "1000", "--reason", "swipes"
    )
    assert (
        Route.objects.get(receiver__isnull=False).most_touched,
        Route.objects.get(receiver__isnull=False).most_ending,
    ) == (1000, None)
    said("limits", code, "--reason", "as before")
    assert Route.objects.get(receiver__isnull=False).most_touched is None
    assert ran("limits", code, "--touched", "-1", "--reason", "x").exit_code == 2


def test_who_speaks_for_the_sender_or_is_not_named_does_not_decide(world: World) -> None:
    code = held(world).rpartition("/")[2]
    route = Route.objects.get(receiver__isnull=False)
    SystemToken.objects.create(
        system=route.source, title="x", hashed="x", made_by=f"operator:{getpass.getuser()}",
        made_at=SYSTEM_CLOCK.now(),
    )  # fmt: skip
    assert isinstance(ran("let-go", code, "--reason", "x").exception, NotPermitted)
    Route.objects.update(approver="person:named")
    refused = ran("let-go", code, "--reason", "x", "--by", "ann").exception
    assert isinstance(refused, NotPermitted)
    assert refused.fix == "Ask person:named"

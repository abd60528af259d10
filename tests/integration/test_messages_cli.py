"""Messages at a terminal: the same verbs, one line a cause, nothing of what messages hold."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from muster.cli import main
from muster.hub.models import Parked, Route
from muster.hub.worker import Carrier
from muster.kernel.clock import SYSTEM_CLOCK
from tests.integration.hub_world import World

pytestmark = pytest.mark.django_db
STRICT = "hours integer CHECK (hours < 50)"


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    world = World(tmp_path)
    world.build()
    return world


def typed(*words: str, fails: bool = False) -> Result:
    run = CliRunner().invoke(main, list(words))
    assert (run.exit_code != 0) is fails, run.output
    return run


def carried() -> None:
    carrier = Carrier(SYSTEM_CLOCK)
    carrier.drain()
    carrier.stop()


def test_what_waits_is_told_by_cause_released_and_replayed(world: World) -> None:
    world.remake(world.columns.replace("hours integer", STRICT))
    (first, *_) = world.send(
        *(world.message(str(n), hours=55, surname="Mole") for n in range(3)), world.message("1")
    )
    carried()
    route = Route.objects.get().code
    shown = typed("messages", "parked").output
    assert "3 and 1 behind" in shown
    assert "Mole" not in shown
    assert "3 subjects parked" in typed("routes", "list").output
    one = Parked.objects.order_by("position")[0]
    world.remake(world.columns.replace(STRICT, "hours integer"))
    typed("messages", "release", route, "--reason", "x", fails=True)
    typed("messages", "discard", route, str(one.position), "--reason", "x", fails=True)
    typed("messages", "discard", route, str(one.position), "--reason", "x", "--yes")
    went = typed(
        "messages", "release", route, "--cause", one.cause, "--stage", one.stage, "--reason", "ok"
    )
    assert went.output == "Released: 3\n"
    carried()
    assert typed("messages", "parked").output.startswith("No message waits")
    typed("messages", "replay", route, "--first", "0", "--reason", "lost")
    carried()
    shown = typed("messages", "show", str(first.position)).output
    assert "discarded" in shown
    assert "Mole" not in shown
    assert "employment:hr:mill:2" in typed("messages", "list", "employment:hr:mill:2").output
    assert typed("messages", "list", "none").output == "No message fits\n"


def test_a_route_is_paused_and_goes_on(world: World) -> None:
    route = Route.objects.get().code
    typed("routes", "pause", route, "--reason", "payroll closes")
    world.send(world.message("1"))
    carried()
    assert world.received() == []
    shown = typed("routes", "list").output
    assert "paused" in shown
    assert "payroll closes" in shown
    typed("routes", "pause", route, "--reason", "again", fails=True)
    typed("routes", "resume", route, "--reason", "open")
    carried()
    assert len(world.received()) == 1
    typed("routes", "resume", "none", "--reason", "x", fails=True)

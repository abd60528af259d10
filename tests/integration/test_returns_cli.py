"""``muster returns``, and what several people do at the same moment."""

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connections

from muster.cli import returns as commands
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import Conflict
from muster.services.returns import answering
from muster.services.returns.models import Ask
from tests.integration import returns_world as world


@pytest.fixture(autouse=True)
def loaded(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "ready", lambda: None)


def run(*arguments: str) -> str:
    answered = CliRunner().invoke(commands.returns, list(arguments))
    assert answered.exit_code == 0, answered.output
    return answered.output


@pytest.mark.django_db
def test_returns_are_listed_shown_and_chased_without_a_figure() -> None:
    assert "No return is under way" in run("list")
    world.load_all_but_one()
    number, view = world.opened()
    world.state(view, "733")
    assert "1 employer asked, 2 not asked, 1 owing" in run("list")
    [line] = run("list", "--json").splitlines()
    said = json.loads(line)
    assert (said["asked"], said["not_asked"]) == ({view.title: "stated"}, 2)
    shown = run("show", str(number))
    assert "Headcount by responsibility level" in shown
    assert "733" not in shown + line
    world.load_late()
    assert run("chase").startswith("1 employer sent a feed, 0 employers reminded")
    assert "fed" in run("show", str(number))


@pytest.mark.django_db(transaction=True)
def test_of_two_colleagues_who_sign_off_at_once_one_does() -> None:
    world.load_all_but_one()
    _number, view = world.opened()
    world.state(view, "50")
    seen = world.the_ask()

    def sign(by: str) -> str:
        try:
            answering.sign_off(
                ask=seen.id, employer=world.late_employer(), version=seen.version, by=by,
                clock=SYSTEM_CLOCK,
            )  # fmt: skip
        except Conflict:
            return "told"
        finally:
            connections.close_all()
        return "signed"

    with ThreadPoolExecutor(2) as pool:
        done = [one.result() for one in [pool.submit(partial(sign, by)) for by in ("a", "b")]]
    assert sorted(done) == ["signed", "told"]
    assert Ask.objects.get().version == seen.version + 1

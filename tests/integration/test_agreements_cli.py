"""``muster agreements`` at a terminal: it speaks for the service."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from muster.cli.agreements import agreements
from muster.kernel.errors import Conflict
from tests.integration.agreed import BEA, CODE, WEIR, both_signed, drafted, owned
from tests.integration.hub_world import World

pytestmark = pytest.mark.django_db(transaction=True)


def said(*words: str) -> str:
    done = CliRunner().invoke(agreements, list(words), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_agreements_are_listed_stopped_and_let_go_on(tmp_path: Path, fresh_home: Path) -> None:
    drafted(owned(World(tmp_path)))
    assert f"{CODE}  unsigned" in said("list")
    both_signed()
    assert f"{CODE}  in force: muster.people.employment.changed.v1 from hr:mill" in said("list")
    assert CODE in {one["agreement"] for one in json.loads(said("record"))["activities"]}
    assert "No agreement ends" in said("expiring")
    said("suspend", CODE, "--reason", "review")
    found = json.loads(said("list", "--json"))["agreements"]
    assert {one["state"] for one in found if one["agreement"] == CODE} == {"suspended"}
    from muster.hub.agreements import actions
    from muster.kernel.clock import SYSTEM_CLOCK

    with pytest.raises(Conflict):
        actions.lift(code=CODE, reason="r", by=BEA, employer=WEIR, clock=SYSTEM_CLOCK)
    assert said("resume", CODE, "--reason", "reviewed") == "In force again\n"

"""``muster matching`` at a terminal."""

import uuid

import pytest
from click.testing import CliRunner, Result

from muster.cli.main import main
from muster.register.people.matching import actions, queries
from muster.register.people.matching.models import ManyOfOne
from tests.integration.test_matching import bodies, persons, pretend_run, proposed, two
from tests.integration.test_matching_between import accepted, again, staff
from tests.integration.test_people_feeds import send

__all__ = ["bodies"]
pytestmark = pytest.mark.django_db


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["matching", *words])


def test_a_run_over_nothing_says_so() -> None:
    assert "Matching has not run yet" in run("runs").output
    said = run("run").output
    assert "0 records weighed by nothing" in said
    assert "applied: 0 links, 0 taken back, 0 questions" in run("runs").output


def test_a_run_that_waits_is_accepted_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = two()
    monkeypatch.setattr(actions, "is_unusual", lambda changes, records: True)
    first = pretend_run(monkeypatch, proposed(pair, "link"))
    assert run("refuse", str(first), "--reason", "Too many").exit_code == 0
    assert persons() == 2
    waits = run("run").output
    second = queries.runs()[0].id
    assert f"muster matching accept {second} --reason" in waits
    assert run("accept", str(second), "--reason", "Looked at it").exit_code == 0
    assert persons() == 1
    again = run("accept", str(second), "--reason", "Again")
    assert (again.exit_code, "No such run waits" in again.output) == (1, True)
    assert run("accept", str(uuid.uuid4())).exit_code == 2


def test_a_system_that_holds_people_more_than_once_is_noted_once() -> None:
    assert run("many-of-one", "hr:mill").exit_code == 0
    assert run("many-of-one", "hr:mill").exit_code == 0
    assert ManyOfOne.objects.count() == 1


def test_what_changed_is_looked_at_at_once() -> None:
    send("09-30", *map(staff, range(40)))
    accepted()
    send("10-31", again(3), body="weir")
    assert "1 changed record looked at: 1 new link, 0 taken back" in run("catch-up").output
    assert "0 changed records looked at: 0 new links" in run("catch-up").output

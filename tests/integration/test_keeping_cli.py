"""Retention and data requests at a terminal, by two people."""

import json

import pytest
from click.testing import CliRunner, Result

from muster.cli import keeping as commands
from muster.cli.main import main
from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.keeping import requests
from tests.integration.keeping_world import AFTER_LEAVING, story
from tests.integration.test_people_feeds import bodies

__all__ = ["bodies"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "SYSTEM_CLOCK", AFTER_LEAVING)
    monkeypatch.setattr(commands, "ready", lambda: None)


def muster(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, [*words])
    assert result.exit_code == code, result.output + result.stderr
    return result


def test_a_run_takes_two_people_and_ends_in_a_certificate() -> None:
    story()
    said = json.loads(muster("keeping", "preview", "--json", "--by", "Ada").output)
    run = said["id"]
    assert (said["total"], said["state"]) == (2, "previewed")
    assert "1  hr-file, Mill" in muster("keeping", "preview").output
    muster("keeping", "propose", run, "--reason", "Monthly", "--by", "Ada")
    refused = muster("keeping", "approve", run, "--reason", "x", "--by", "Ada", code=1)
    assert "You proposed this run" in refused.stderr
    muster("keeping", "approve", run, "--reason", "Seen", "--by", "Bea")
    assert "2 of 2 done, and certified" in muster("keeping", "run", run, "--by", "Bea").output
    assert run in muster("keeping", "certificates").output
    assert "under HR file, Mill" in muster("keeping", "certificates", run).output
    assert len(muster("keeping", "runs", "--json").output.splitlines()) == 2


def test_a_hold_takes_two_people_too() -> None:
    held = ("keeping", "hold", "line", "pay", "--reason", "Inquiry", "--review-on")
    assert "--review-on" in muster(*held, "2020-01-01", code=1).stderr
    made = muster(*held, "2040-01-01", "--by", "Ada").output.split()[-1]
    assert "Inquiry" in muster("keeping", "holds").output
    muster("keeping", "lift", made, "--reason", "Over", "--by", "Ada", code=1)
    muster("keeping", "lift", made, "--reason", "Over", "--by", "Bea")
    assert json.loads(muster("keeping", "holds", "--lifted", "--json").output)["id"] == made


def test_requests_are_listed_without_whose_they_are_and_answered() -> None:
    mole = story()["mole"]
    for kind in ("copy", "erasure"):
        requests.ask(kind=kind, person=mole, words="", by="person:mole", clock=SYSTEM_CLOCK)
    listed = muster("subject-access", "requests", "--json").output
    assert str(mole) not in listed
    found = {one["kind"]: one["id"] for one in map(json.loads, listed.splitlines())}
    muster("subject-access", "answer", found["copy"], code=1)
    for made in found.values():
        muster("subject-access", "check", made)
    assert "The copy is ready" in muster("subject-access", "answer", found["copy"]).output
    assert "waits to be proposed" in muster("subject-access", "answer", found["erasure"]).output
    assert "0 copies destroyed" in muster("subject-access", "expire").output

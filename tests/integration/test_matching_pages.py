"""The pages of matching: who sees which pair, deciding, confirming, undoing, accepting a run."""

import re
import uuid
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

import pytest
from django.test import Client

from muster.gates.access import Actor, Role
from muster.gates.looks import looks_at
from muster.register.employers.queries import ids_by_key
from muster.register.people.matching import actions, queries
from muster.register.people.matching.models import MatchingRun
from muster.register.people.models import Crosswalk
from tests.fitted_model import fitted
from tests.integration.test_matching import (
    bodies,
    pretend_run,
    proposed,
    record,
    two,
)
from tests.integration.test_matching_between import accepted
from tests.integration.test_people_feeds import MOLE, changed, send

__all__ = ["bodies"]
pytestmark = pytest.mark.django_db
QUEUE = "/register/matches/"
SignIn = Callable[..., Client]
OFFICER: Role = "information-governance officer"


@pytest.fixture
def as_(client: Client, monkeypatch: pytest.MonkeyPatch) -> SignIn:
    """Sign in as anybody."""

    def sign_in(role: Role, employer: str = "", name: str = "persona:ann") -> Client:
        owner = ids_by_key()[employer] if employer else None
        actor = Actor(name, name, frozenset({role}), employer=owner)
        monkeypatch.setattr("muster.web.middleware.actor_in", lambda request: actor)
        return client

    return sign_in


def address(pair: tuple[uuid.UUID, uuid.UUID]) -> str:
    return f"{QUEUE}{min(pair)}/{max(pair)}"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> tuple[uuid.UUID, uuid.UUID]:
    """Bring in somebody who moved and married, and let a run ask about her two records."""
    pair = two()
    pretend_run(monkeypatch, proposed(pair, "ask"))
    return pair


def persons() -> int:
    walks = Crosswalk.objects.filter(recorded_to__isnull=True)
    return walks.values("person").distinct().count()


def test_officers_see_every_pair_and_caseworkers_only_their_own(
    as_: SignIn, asked: tuple[uuid.UUID, uuid.UUID]
) -> None:
    officer = as_(OFFICER)
    assert address(asked) in officer.get(QUEUE).content.decode()
    assert officer.get(address(asked)).status_code == 200
    for employer in ("mill", "weir", "lock"):
        theirs = as_("HR caseworker", employer)
        text = theirs.get(QUEUE).content.decode()
        assert address(asked) not in text
        assert "Mill" not in re.sub(r"(?s)<header.*?</header>", "", text) or employer == "mill"
        assert theirs.get(address(asked)).status_code == 404
        assert theirs.post(address(asked), {"says": "same", "reason": "x"}).status_code == 404
        assert theirs.post(f"{address(asked)}/confirm").status_code == 404
    assert as_("analyst").get(QUEUE).status_code == 403
    assert persons() == 2


def test_a_caseworker_decides_on_two_records_of_their_own_employer(
    as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    send("08-31", MOLE, changed(MOLE, Staff_no="M/9", Name="Martha STOAT"))
    pair = record("M/1"), record("M/9")
    pretend_run(monkeypatch, proposed(pair, "ask"))
    client = as_("HR caseworker", "mill")
    text = client.get(address(pair)).content.decode()
    assert "Both records side by side" in text
    assert "Different" in text
    assert "QA123456C" not in text.replace(" ", ""), "the number itself is nobody's business here"
    assert as_("HR caseworker", "weir").get(address(pair)).status_code == 404
    client = as_("HR caseworker", "mill")
    silent = client.post(address(pair), {"says": "same", "reason": ""})
    assert "Enter the reason" in silent.content.decode()
    assert persons() == 2
    answer = client.post(address(pair), {"says": "same", "reason": "One desk, one face"})
    assert answer.status_code == 302
    assert persons() == 1
    assert address(pair) in client.get(f"{QUEUE}?shown=decided").content.decode()
    client.post(f"{address(pair)}/undo", {"reason": "Two desks"})
    assert persons() == 2
    assert address(pair) in client.get(QUEUE).content.decode()


def test_where_pay_hangs_on_it_another_officer_confirms(
    as_: SignIn, asked: tuple[uuid.UUID, uuid.UUID]
) -> None:
    ann = as_(OFFICER, name="persona:ann")
    assert "another person confirms it" in ann.get(address(asked)).content.decode()
    ann.post(address(asked), {"says": "same", "reason": "Same face"})
    assert persons() == 2
    assert "Confirm that they are one person" not in ann.get(address(asked)).content.decode()
    assert ann.post(f"{address(asked)}/confirm").status_code == 403
    bob = as_(OFFICER, name="persona:bob")
    assert "Confirm that they are one person" in bob.get(address(asked)).content.decode()
    bob.post(f"{address(asked)}/confirm")
    assert persons() == 1


def test_a_look_at_a_pair_is_told_to_both_persons(
    as_: SignIn, asked: tuple[uuid.UUID, uuid.UUID]
) -> None:
    as_(OFFICER).get(address(asked))
    for person in queries.persons_of(asked):
        assert [look.what for look in looks_at(person)] == ["pair of records"]


def test_a_run_that_waits_is_accepted_by_an_officer_alone(
    as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = two()
    monkeypatch.setattr(actions, "is_unusual", lambda changes, records: True)
    run = pretend_run(monkeypatch, proposed(pair, "link"))
    page, answer = f"{QUEUE}runs/{run}", {"decision": "accept", "reason": "Looked at it"}
    caseworker = as_("HR caseworker", "mill")
    assert "officer decides" in caseworker.get(page).content.decode()
    assert caseworker.post(page, answer).status_code == 403
    assert persons() == 2
    officer = as_(OFFICER)
    assert officer.post(page, answer).status_code == 302
    assert persons() == 1
    assert "Looked at it" in officer.get(page).content.decode()


def test_a_run_says_what_it_would_change_and_how_its_model_differs(
    as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = two()
    accepted()
    run = pretend_run(monkeypatch, replace(proposed(pair, "ask"), why="surnames"))
    learned = deepcopy(fitted().learned)
    learned["weights"]["fields"][1]["levels"][1]["bits"] += 2.5
    MatchingRun.objects.filter(id=run).update(learned=learned)
    text = as_(OFFICER).get(f"{QUEUE}runs/{run}").content.decode()
    assert "Their surnames differ" in text
    assert "tells more than before" in text
    assert text.count("than before") == 1, "the one level that changed"


def test_everybody_may_read_how_records_are_matched(as_: SignIn) -> None:
    for role in ("line manager", "civil servant", OFFICER):
        text = as_(role).get(f"{QUEUE}how").content.decode()
        assert "Where it fails" in text
        assert "Matching has not run yet" in text


def test_what_is_not_asked_about_is_not_there(as_: SignIn) -> None:
    pair = two()
    assert as_(OFFICER).get(address(pair)).status_code == 404
    assert as_(OFFICER).get(address((uuid.uuid4(), uuid.uuid4()))).status_code == 404

"""What the home page says of records that may be of one person, to whom it is to be said."""

import uuid

import pytest

from muster.gates.access import Actor, Role
from muster.register.employers.queries import ids_by_key
from muster.register.people.matching.models import Tie
from muster.services.people.home import match_lines
from tests.integration.test_matching import bodies, decide, pretend_run, proposed, two

__all__ = ["bodies"]
pytestmark = pytest.mark.django_db
OFFICER: Role = "information-governance officer"


def said(role: Role, employer: str = "", by: str = "persona:ann") -> list[tuple[str, str]]:
    owner: uuid.UUID | None = ids_by_key()[employer] if employer else None
    lines = match_lines(Actor(by, by, frozenset({role}), employer=owner))
    return [(str(line.text), str(line.tag)) for line in lines]


def test_a_pair_is_counted_for_those_who_may_decide_it(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = two()
    pretend_run(monkeypatch, proposed(pair, "ask"))
    assert said(OFFICER) == [("To decide", "1 pair")]
    assert said("HR caseworker", "mill") == [], "the other record is another employer's"
    assert said("analyst") == []
    assert not Tie.objects.get(id=decide(pair, by="persona:ann")).acts
    assert said(OFFICER, by="persona:ann") == [], "who decided does not confirm"
    assert said(OFFICER, by="persona:bob") == [("Wait for a second person", "1 pair")]

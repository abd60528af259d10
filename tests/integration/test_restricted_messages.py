"""What a message holds of somebody restricted is answered like a message that is not there."""

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from muster.gates.access import Actor
from muster.hub.models import System
from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.employers.models import Employer
from muster.register.people.models import Crosswalk, Person, SourceRecord
from tests.integration.hub_world import World
from tests.integration.restricted_world import answer_to, restrict

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    """Return a world whose sender's first record is of a person of the mill."""
    found = World(tmp_path)
    found.build()
    mill = Employer.objects.create(key="mill", title="Mill", status="live")
    System.objects.filter(code=found.sender).update(employer=mill.id)
    record = SourceRecord.objects.create(system=found.sender, employer=mill, staff_number="1")
    Crosswalk.objects.create(
        record=record, person=Person.objects.create(), rule="t", by="t",
        recorded_from=SYSTEM_CLOCK.now(),
    )  # fmt: skip
    return found


def person() -> uuid.UUID:
    found: uuid.UUID = Crosswalk.objects.get().person_id
    return found


def test_its_content_is_not_there(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    mill = Employer.objects.get(key="mill").id
    actor = Actor("persona:ann", "Ann", frozenset({"integrator"}), employer=mill)
    monkeypatch.setattr("muster.web.middleware.actor_in", lambda request: actor)
    hers, others = world.send(
        world.message("1", surname="Mole"), world.message("2", surname="Vole")
    )
    address = "/messages/all/{}/content"
    assert "Mole" in client.get(address.format(hers.position)).content.decode()
    restrict(person())
    hidden = answer_to(client, address.format(hers.position))
    nowhere = answer_to(client, address.format(4711))
    said = hidden.words.replace(f"{hers.position}%2F", "…%2F").replace(f"/{hers.position}/", "/…/")
    assert (hidden.status, said) == (404, nowhere.words)
    assert "Vole" in client.get(address.format(others.position)).content.decode()

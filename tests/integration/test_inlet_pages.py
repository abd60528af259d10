"""The pages of inlets, lookup tables and loaders' answers: who sees and does what."""

import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from muster.gates.access import Actor
from muster.gates.personas import Persona
from muster.hub.models import Inlet, LookupTable, Message, Route, System
from muster.hub.pulling.pulling import pull_one
from muster.kernel.clock import SYSTEM_CLOCK, FixedClock
from muster.ledger.current import ledger
from tests.databases import Database, database
from tests.integration.hub_world import CHANGED, World
from tests.integration.pulling_world import Staff, set_up, settings_of
from tests.integration.test_lookups import CODES

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_store("what these pages do is done on both stores elsewhere"),
]
SignIn = Callable[[str], Client]
MILL, WEIR, NOBODY = uuid.UUID(int=1), uuid.UUID(int=2), uuid.UUID(int=3)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Database]:
    with database("sqlite", tmp_path) as made:
        yield made


@pytest.fixture
def staff(place: Database, tmp_path: Path, fresh_home: Path) -> Staff:
    world = World(tmp_path)
    world.build()
    System.objects.filter(code=world.sender).update(employer=MILL, title="Mill HR")
    System.objects.filter(code=world.receiver).update(employer=WEIR, title="Weir payroll")
    return Staff(place)


@pytest.fixture
def as_(client: Client, monkeypatch: pytest.MonkeyPatch) -> SignIn:
    """Return a function that signs in an integrator of an employer, or a persona of all."""
    people = {"mill": MILL, "weir": WEIR, "nobody": NOBODY}
    offered = [
        Persona(slug, Actor(f"persona:{slug}", slug, frozenset({"integrator"}), employer), "")
        for slug, employer in people.items()
    ]
    monkeypatch.setattr("muster.gates.personas._of_rooms", lambda: iter(offered))

    def signed_in(slug: str) -> Client:
        client.post(f"/sign-in/as/{slug}")
        return client

    return signed_in


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    found = re.search("<main.*</main>", answer.content.decode(), re.DOTALL)
    assert found is not None
    return " ".join(re.sub("<[^>]+>", " ", found[0]).split())


def looks() -> int:
    return len(list(ledger().read("access")))


def clock() -> FixedClock:
    return FixedClock(SYSTEM_CLOCK.now())


def test_the_list_says_when_each_was_asked_what_came_and_why_it_fails(
    as_: SignIn, staff: Staff
) -> None:
    set_up(staff, clock=clock())
    staff.add(1)
    client = as_("mill")
    assert "Never asked" in text_of(client, "/messages/inlets/")
    client.post("/messages/inlets/staff/pull")
    text = text_of(client, "/messages/inlets/staff")
    assert "It was asked. New: 1 message; known before: 0; refused: 0." in text
    assert "Set; never shown" in text
    assert staff.place.url not in text
    text = text_of(client, "/messages/inlets/")
    assert "Fine" in text
    assert "Every 1 minute" in text
    staff.place.run(f"DROP TABLE {staff.name}")
    for _ in range(3):
        client.post("/messages/inlets/staff/pull")
    text = text_of(client, "/messages/inlets/staff")
    assert "It was asked, and failed." in text
    assert "Asked in vain 3" in text
    assert "What to do It is tried again by itself." in text
    assert "Mill HR" in text_of(client, "/")


def test_who_is_of_another_employer_sees_none_of_it(as_: SignIn, staff: Staff) -> None:
    set_up(staff, clock=clock())
    client = as_("weir")
    assert "No system is asked" in text_of(client, "/messages/inlets/")
    for page in ("", "/change", "/try", "/pause", "/remove"):
        assert client.get(f"/messages/inlets/staff{page}").status_code == 404
    for verb in ("pull", "resume"):
        assert client.post(f"/messages/inlets/staff/{verb}").status_code == 404
    offered = client.get("/messages/inlets/add").content.decode()
    assert "Weir payroll" in offered
    assert "Mill HR" not in offered
    asked = "/messages/inlets/add?system=hr:mill&kind=mailbox"
    assert 'name="senders"' not in client.get(asked).content.decode()


def typed(staff: Staff, **others: str) -> dict[str, str]:
    return {**settings_of(staff), "url": staff.place.url, "every": "60", "code": "new", **others}


def test_one_is_set_up_from_what_its_connector_says_changed_and_removed(
    as_: SignIn, staff: Staff
) -> None:
    client = as_("operator")
    asked = "/messages/inlets/add?system=hr:mill&kind=sql_table"
    assert "Column that only rises (optional)" in text_of(client, asked)
    wrong = client.post(asked, typed(staff, about="Employment!"))
    assert "It is not said what a row is about" in wrong.content.decode()
    # What is secret is not shown again, also not to whoever typed it.
    assert staff.place.url not in wrong.content.decode()
    assert client.post(asked, typed(staff)).status_code == 302
    row = Inlet.objects.get(code="new")
    assert (row.system.code, row.every, row.settings["rising"]) == ("hr:mill", 60, "number")
    again = client.post(asked, typed(staff))
    assert "The code is taken" in again.content.decode()
    # The secret stays where it is not typed again.
    assert client.post("/messages/inlets/new/change", typed(staff, url="", every="600"))
    row.refresh_from_db()
    assert row.every == 600
    staff.add(1)
    assert pull_one("new", clock()).brought == 1
    assert client.post("/messages/inlets/new/remove", {"reason": "gone"}).status_code == 302
    assert not Inlet.objects.exists()
    assert Message.objects.count() == 1


def test_only_who_runs_the_service_lets_it_read_this_machine(as_: SignIn, staff: Staff) -> None:
    client = as_("mill")
    asked = "/messages/inlets/add?system=hr:mill&kind=sql_table"
    refused = client.post(asked, typed(staff))
    assert "Ask the service operator to set it up" in refused.content.decode()
    asked = "/messages/inlets/add?system=hr:mill&kind=mailbox"
    said = {"folder": "/var/mail/x", "senders": "a@b.example", "server": "mx", "every": "60"}
    refused = client.post(asked, {**said, "code": "post"})
    assert "Ask the service operator to set it up" in refused.content.decode()
    assert not Inlet.objects.exists()


def test_one_record_is_tried_and_nothing_is_kept(as_: SignIn, staff: Staff) -> None:
    set_up(staff, clock=clock())
    client = as_("mill")
    assert "It holds nothing now" in text_of(client, "/messages/inlets/staff/try")
    staff.add(1, "m-1", grade="Baron")
    before = looks()
    text = text_of(client, "/messages/inlets/staff/try")
    assert CHANGED in text
    assert "m-1" in text
    assert "It would not go on: Grade" in text
    assert "Columns that are not taken: number, secret_note" in text
    assert "never leaves" not in text
    assert looks() == before + 1
    assert not Message.objects.exists()
    assert bytes(Inlet.objects.get().after) == b""
    # An operator may try it, and reads nothing that is about people.
    text = text_of(as_("operator"), "/messages/inlets/staff/try")
    assert "m-1" not in text
    assert "Stated; you may not read it" in text


def test_one_is_paused_with_a_reason_and_goes_on(as_: SignIn, staff: Staff) -> None:
    set_up(staff, clock=clock())
    client = as_("mill")
    assert "Enter the reason" in client.post("/messages/inlets/staff/pause").content.decode()
    client.post("/messages/inlets/staff/pause", {"reason": "their upgrade"})
    assert "Paused: their upgrade" in text_of(client, "/messages/inlets/staff")
    client.post("/messages/inlets/staff/resume")
    assert "Paused" not in text_of(client, "/messages/inlets/staff")


def upload(client: Client, content: bytes, **others: str) -> str:
    page = f"/messages/routes/{Route.objects.get().code}/tables/upload"
    file = SimpleUploadedFile("codes.csv", content)
    answer = client.post(page, {"name": "bands", "file": file, **others}, follow=True)
    return " ".join(re.sub("<[^>]+>", " ", answer.content.decode()).split())


def test_a_table_is_uploaded_shown_and_comes_back_as_it_was(as_: SignIn, staff: Staff) -> None:
    client = as_("mill")
    assert "Version 1 counts from the next batch on." in upload(client, CODES)
    base = f"/messages/routes/{Route.objects.get().code}/tables"
    assert "grade, pay_band, site" in text_of(client, base)
    assert "HEO B2" in text_of(client, f"{base}/bands/1")
    assert client.get(f"{base}/bands/1/csv").content == CODES
    assert looks() == 0
    wrong = upload(client, b"code,meaning\nx,1\nx,2\n,3\n")
    assert "Some rows are wrong, and nothing was kept" in wrong
    assert "The code stands in row 2 as well" in wrong
    assert "It has no code" in wrong
    assert LookupTable.objects.count() == 1
    assert client.get(f"{base}/bands/2").status_code == 404


def test_a_table_about_people_is_read_by_who_may_and_that_is_recorded(
    as_: SignIn, staff: Staff
) -> None:
    client = as_("mill")
    upload(client, CODES, personal="site")
    page = f"/messages/routes/{Route.objects.get().code}/tables/bands/1"
    assert "HEO B2" in text_of(client, page)
    assert client.get(f"{page}/csv").content == CODES
    assert looks() == 2
    assert as_("operator").get(page).status_code == 403
    assert as_("nobody").get(page).status_code == 404
    assert looks() == 2


def test_the_answers_page_of_a_route_without_a_loader_says_so(as_: SignIn, staff: Staff) -> None:
    page = f"/messages/routes/{Route.objects.get().code}/answers"
    assert "No file was left for a loader yet." in text_of(as_("weir"), page)
    assert as_("nobody").get(page).status_code == 404

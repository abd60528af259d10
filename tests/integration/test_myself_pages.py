"""The pages of telling once and of corrections: each step without scripts, and nobody else's."""

import re
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from muster.gates.access import Actor, Role
from muster.gates.looks import looks_at
from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.people.models import PersonName
from muster.register.people.restricting.actions import restrict
from muster.register.told import actions, correcting, queries
from muster.register.told.models import Change, ToldFact
from muster.register.told.notices import written_to
from muster.register.told.shipped import PERSON_CHANGED
from tests.integration.told_world import BANK, HOME, ToldWorld, stranger

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_store("what these pages do is done on both stores elsewhere"),
]
SignIn = Callable[..., Client]
DAY = {"valid_from_day": "1", "valid_from_month": "12", "valid_from_year": "2026"}


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> ToldWorld:
    return ToldWorld(tmp_path).build()


@pytest.fixture
def as_(client: Client, monkeypatch: pytest.MonkeyPatch, world: ToldWorld) -> SignIn:
    """Sign in as Mole, somebody else, or an employer's caseworker."""

    def sign_in(role: Role = "civil servant", person: uuid.UUID | None = None,
                employer: str = "mill") -> Client:  # fmt: skip
        who = person or (world.mole if role == "civil servant" else None)
        actor = Actor("persona:x", "X", frozenset({role}), world.employer(employer), who)
        monkeypatch.setattr("muster.web.middleware.actor_in", lambda request: actor)
        return client

    return sign_in


def text(answer: object) -> str:
    content: bytes = answer.content  # type: ignore[attr-defined]
    return content.decode()


def hidden(page: str) -> dict[str, str]:
    """Return what a page carries along."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def test_an_address_is_told_one_question_a_page(as_: SignIn, world: ToldWorld) -> None:
    world.agree(PERSON_CHANGED)
    client = as_()
    assert (
        client.post("/myself/", {"kind": "address"}).headers["Location"] == "/myself/tell/address"
    )
    page = text(client.get("/myself/tell/address"))
    assert "What is your home address?" in page
    page = text(client.post("/myself/tell/address", {"at": "0", **HOME}))
    assert "From when do you live there?" in page
    assert hidden(page)["line_1"] == "1 Mill Lane"
    page = text(client.post("/myself/tell/address", {**hidden(page), **DAY}))
    assert "Check your answers" in page
    assert "1 December 2026" in page
    back = text(client.post("/myself/tell/address", {**hidden(page), "back": "0"}))
    assert 'value="1 Mill Lane"' in back
    assert hidden(back)["valid_from_year"] == "2026"
    done = client.post("/myself/tell/address", hidden(page), follow=True)
    assert "You have told us" in text(done)
    assert "payroll:mill" in text(done)
    assert "On its way" in text(done)
    assert queries.held(world.mole)["address"].said["postcode"] == "YO1 7HH"


def test_what_is_wrong_is_said_at_its_field(as_: SignIn) -> None:
    page = text(as_().post("/myself/tell/address", {"at": "0", **HOME, "postcode": "NOWHERE"}))
    assert "There is a problem" in page
    assert 'href="#id_postcode"' in page
    assert "Enter a full UK postcode" in page
    assert not ToldFact.objects.exists()


@pytest.mark.parametrize(
    "hostile",
    ["<script>alert(1)</script>", "x" * 10_000, "\u202eeloM", "🦡", "a\x00b"],
    ids=["markup", "10 kB", "right to left", "picture", "null"],
)
def test_hostile_names_are_refused_and_shown_harmlessly(as_: SignIn, hostile: str) -> None:
    said = {"at": "check", "surname": hostile, **DAY}
    page = text(as_().post("/myself/tell/name", said))
    assert "There is a problem" in page
    assert "<script>alert" not in page
    assert not ToldFact.objects.exists()


@pytest.mark.parametrize("name", ["Ŵyn-Ōrsi", "עברית", "O’Neill"])
def test_names_of_any_script_are_told(as_: SignIn, world: ToldWorld, name: str) -> None:
    done = as_().post("/myself/tell/name", {"at": "check", "surname": name, **DAY}, follow=True)
    assert "You have told us" in text(done)
    assert name in text(as_().get("/myself/changes"))


@pytest.mark.parametrize(
    ("day", "says"),
    [(("1", "1", "1970"), "before the day"), (("1", "1", "2030"), "up to a year ahead"),
     (("31", "2", "2026"), "real date"), (("", "", ""), "Enter the day")],
)  # fmt: skip
def test_days_that_cannot_be_are_refused(as_: SignIn, day: tuple[str, ...], says: str) -> None:
    parts = dict(zip(DAY, day, strict=True))
    page = text(as_().post("/myself/tell/name", {"at": "1", "surname": "Vole", **parts}))
    assert says in page
    assert not ToldFact.objects.exists()


def test_bank_details_by_code_then_stopped_from_a_notice(as_: SignIn, world: ToldWorld) -> None:
    client = as_()
    page = text(client.post("/myself/tell/bank", {"at": "0", **BANK}))
    assert "m••••@mill.example" in page
    said = {**hidden(page), "channel": "work email"}
    page = text(client.post("/myself/tell/bank", said))
    assert "Send me a code" in page
    asked = client.post("/myself/tell/bank", hidden(page))
    change = Change.objects.get()
    assert asked.headers["Location"] == f"/myself/changes/{change.id}/code"
    wrong = text(client.post(asked.headers["Location"], {"code": "12"}))
    assert "not the code we sent" in wrong
    assert 'href="#id_code"' in wrong
    outbox = text(client.get("/myself/outbox"))
    code = re.search(r"\b[0-9]{6}\b(?= is your code)", outbox)
    assert code is not None
    done = text(client.post(asked.headers["Location"], {"code": code[0]}, follow=True))
    assert "It is confirmed" in done
    assert "First payday at Mill" in done
    stop = re.search(r"(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}", written_to(world.mole)[0].text)
    assert stop is not None
    as_("analyst")
    assert "No change waits" in text(client.post("/myself/stop", {"code": "ABCD"}))
    assert "It is stopped" in text(client.post("/myself/stop", {"code": stop[0]}))
    change.refresh_from_db()
    assert change.state == "stopped"


def test_the_stop_page_needs_no_sign_in(client: Client, world: ToldWorld) -> None:
    assert client.get("/myself/stop").status_code == 200
    assert client.get("/myself/").status_code == 302


def test_in_production_no_page_shows_what_was_sent(
    as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from muster.services.myself.pages import outbox

    class Live:
        in_production = True

    monkeypatch.setattr(outbox, "settings", Live)
    assert as_().get("/myself/outbox").status_code == 404


def test_another_persons_changes_and_requests_are_not_there(as_: SignIn, world: ToldWorld) -> None:
    said = {"personal_phone": "07700900123"}
    change = actions.tell(person=world.mole, kind="contact", said=said, by="t", clock=SYSTEM_CLOCK)
    fact = PersonName.objects.get(recorded_to__isnull=True).id
    request = correcting.ask_correction(person=world.mole, fact=fact, field="surname",
                                        should_be="Vole", by="t", clock=SYSTEM_CLOCK)  # fmt: skip
    other = as_(person=stranger())
    for address in (
        f"/myself/changes/{change}", f"/myself/changes/{change}/code",
        f"/myself/corrections/{request}", f"/myself/corrections/new?fact={fact}",
        "/myself/corrections/new?fact=x", "/myself/tell/everything",
    ):  # fmt: skip
        assert other.get(address).status_code == 404, address
    for address in (f"/myself/changes/{change}/stop", f"/myself/corrections/{request}/withdraw"):
        assert other.post(address).status_code == 404, address
    assert as_("HR caseworker").get("/myself/changes").status_code == 403


def test_a_correction_is_asked_answered_by_hr_and_seen(as_: SignIn, world: ToldWorld) -> None:
    fact = PersonName.objects.get(recorded_to__isnull=True).id
    client = as_()
    address = f"/myself/corrections/new?fact={fact}&field=surname"
    assert "Last name: MOLE" in text(client.get(address)) or "Last name: Mole" in text(
        client.get(address)
    )
    silent = text(client.post(address, {"field": "surname", "should_be": ""}))
    assert "Enter what it should say" in silent
    said = {"field": "surname", "should_be": "Vole <b>", "evidence": "Deed 7"}
    shown = text(client.post(address, said, follow=True))
    assert "Vole &lt;b&gt;" in shown
    assert "Information Commissioner" in shown
    for employer, status in (("weir", 404), ("mill", 200)):
        worker = as_("HR caseworker", employer=employer)
        [request] = queries.corrections(world.mole, clock=SYSTEM_CLOCK)
        assert ("M/1" in text(worker.get("/myself/queue"))) == (status == 200)
        assert worker.get(f"/myself/queue/{request.id}").status_code == status
    refused = worker.post(f"/myself/queue/{request.id}", {"outcome": "refused", "reason": ""})
    assert "There is no reason" in text(refused)
    worker.post(f"/myself/queue/{request.id}", {"outcome": "refused", "reason": "Not proven"})
    seen = text(as_().get(f"/myself/corrections/{request.id}"))
    assert "Not proven" in seen
    assert "Refused" in seen
    assert "corrections" in {look.what for look in looks_at(world.mole)}


def test_nothing_personal_is_written_to_the_log(
    as_: SignIn, world: ToldWorld, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    client = as_()
    client.post("/myself/tell/address", {"at": "check", **HOME, **DAY})
    client.post("/myself/tell/bank", {"at": "check", **BANK, "channel": "work email"})
    client.post("/myself/tell/bank", {"at": "check", **BANK, "sort_code": "998877x"})
    assert Change.objects.count() == 2
    logged = "\n".join(record.getMessage() for record in caplog.records
                       if not record.name.startswith("django.db"))  # fmt: skip
    for value in ("Mill Lane", "1234567", "123456", "998877", "mole@mill.example"):
        assert value not in logged


def test_the_request_of_a_protected_person_is_there_for_nobody_who_may_not_know(
    as_: SignIn, world: ToldWorld
) -> None:
    fact = PersonName.objects.get(recorded_to__isnull=True).id
    request = correcting.ask_correction(
        person=world.mole, fact=fact, field="surname", should_be="Vole", by="t", clock=SYSTEM_CLOCK
    )
    restrict(
        person=world.mole, kind="protected", reason="police advice", office=None,
        by="governance:ann", clock=SYSTEM_CLOCK,
    )  # fmt: skip
    worker = as_("HR caseworker")
    assert "M/1" not in text(worker.get("/myself/queue"))
    assert "M/1" not in text(worker.get("/"))
    assert worker.get(f"/myself/queue/{request}").status_code == 404
    answer = {"outcome": "accepted", "reason": ""}
    assert worker.post(f"/myself/queue/{request}", answer).status_code == 404
    assert queries.correction(request, person=world.mole, clock=SYSTEM_CLOCK).state == "queued"
    assert as_().get(f"/myself/corrections/{request}").status_code == 200

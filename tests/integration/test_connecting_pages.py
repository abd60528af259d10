"""The pages of setting up: who may what, what is never shown, and from the form to the trial."""

import json
import re
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from muster.gates.access import Actor, Role
from muster.gates.personas import Persona
from muster.hub.delivering.outlets import opened_secrets
from muster.hub.models import Agreement, Endpoint, Route, System
from muster.kernel.clock import SYSTEM_CLOCK
from muster.ledger.current import ledger
from muster.register.employers.models import Employer
from tests.http_receiver import Reply, running_receiver
from tests.integration.connected import MAPPING, PASSWORD, drafted, spoken, undrafted
from tests.integration.hub_world import World

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_store("what these pages do is done on both stores elsewhere"),
]
SignIn = Callable[[str], Client]
MILL, WEIR, NOBODY = uuid.UUID(int=1), uuid.UUID(int=2), uuid.UUID(int=3)
PAYROLL = "/messages/systems/payroll:weir/endpoints"
ROUTE = "/messages/routes/mill-to-payroll"
RECORD = json.dumps({"staff_number": "1", "grade": "EO", "bank_account": "998877"})
PEOPLE: dict[str, tuple[Role, uuid.UUID | None]] = {
    "mill": ("integrator", MILL),
    "weir": ("integrator", WEIR),
    "nobody": ("integrator", NOBODY),
    "caseworker": ("HR caseworker", WEIR),
    "governance": ("information-governance officer", None),
    "operator": ("service operator", None),
}


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    """Return a world of two employers, without a route."""
    world = undrafted(tmp_path)
    System.objects.filter(code=world.sender).update(employer=MILL, title="Mill HR")
    System.objects.filter(code=world.receiver).update(employer=WEIR, title="Weir payroll")
    return world


@pytest.fixture
def as_(client: Client, monkeypatch: pytest.MonkeyPatch) -> SignIn:
    offered = [
        Persona(slug, Actor(f"persona:{slug}", slug, frozenset({role}), employer), "")
        for slug, (role, employer) in PEOPLE.items()
    ]
    monkeypatch.setattr("muster.gates.personas._of_rooms", lambda: iter(offered))

    def signed_in(slug: str) -> Client:
        client.post(f"/sign-in/as/{slug}")
        return client

    return signed_in


def shown(client: Client, address: str, status: int = 200, /, **posted: str) -> str:
    answer = client.post(address, posted) if posted else client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.content.decode()


def words(page: str) -> str:
    found = re.search("<main.*</main>", page, re.DOTALL)
    assert found is not None
    return " ".join(re.sub("<[^>]+>", " ", found[0]).split())


def test_an_integrator_registers_systems_of_the_own_employer_alone(
    as_: SignIn, fresh_home: Path
) -> None:
    said = {"code": "pay:new", "title": "New payroll", "kind": "payroll"}
    mill = as_("mill")
    assert "Employer that owns it" not in shown(mill, "/messages/systems/add")
    shown(mill, "/messages/systems/add", 302, **said, employer=str(WEIR))
    assert System.objects.get(code="pay:new").employer == MILL
    page = shown(mill, "/messages/systems/add", **said)
    assert "Use that system, or choose another code." in words(page)
    operator = as_("operator")
    page = shown(operator, "/messages/systems/add", **{**said, "code": "pay:x", "employer": "odd"})
    assert "No single employer has this name" in words(page)
    shown(operator, "/messages/systems/add", 302, **{**said, "code": "pay:x"})
    assert System.objects.get(code="pay:x").employer is None


def test_an_employer_is_named_in_words_and_never_guessed(as_: SignIn, fresh_home: Path) -> None:
    one = Employer.objects.create(key="weirs", title="Office of Weirs")
    Employer.objects.create(key="weirs-north", title="Office of Weirs North")
    operator = as_("operator")
    for at, name in enumerate(("weirs", "office of  WEIRS", "Weirs North")):
        said = {"code": f"pay:{at}", "title": "Payroll", "kind": "payroll", "employer": name}
        shown(operator, "/messages/systems/add", 302, **said)
        found = System.objects.get(code=f"pay:{at}").employer
        assert (found == one.id) is (at < 2)
    page = shown(operator, "/messages/systems/add", **{**said, "code": "x", "employer": "office"})
    assert "Write one of these: Office of Weirs; Office of Weirs North." in words(page)
    assert not System.objects.filter(code="x").exists()


@pytest.mark.parametrize("slug", ["caseworker", "governance"])
def test_who_may_not_manage_systems_only_looks(slug: str, as_: SignIn, world: World) -> None:
    drafted()
    client = as_(slug)
    for address in (
        "/messages/systems/add", f"{PAYROLL}/add", f"{PAYROLL}/{Endpoint.objects.get().id}",
        "/messages/routes/draft", f"{ROUTE}/change", f"{ROUTE}/delete", f"{ROUTE}/try",
    ):  # fmt: skip
        shown(client, address, 403)
    page = words(shown(client, PAYROLL))
    assert "Set; never shown" in page
    assert "append" in page
    assert world.url() not in page
    assert "Register a system" not in shown(client, "/messages/systems/")
    assert "Draft a route" not in shown(client, "/messages/")
    assert "Try one record" not in shown(client, ROUTE)


def test_the_other_side_reads_neither_settings_nor_secrets(as_: SignIn, world: World) -> None:
    for slug in ("mill", "nobody"):
        client = as_(slug)
        for address in (PAYROLL, f"{PAYROLL}/add", f"{PAYROLL}/{Endpoint.objects.get().id}"):
            shown(client, address, 404)
    drafted()
    page = shown(as_("mill"), "/messages/routes/draft?agreement=hr-mill-payroll-weir")
    assert world.url() not in page
    for address in (f"{ROUTE}/try", f"{ROUTE}/change", f"{ROUTE}/delete"):
        shown(as_("nobody"), address, 404)
    shown(as_("nobody"), "/messages/routes/draft?agreement=hr-mill-payroll-weir", 404)
    assert "hr-mill-payroll-weir" not in shown(as_("nobody"), "/messages/routes/draft")


def test_an_endpoint_is_told_what_its_connector_asks_and_then_asked(
    as_: SignIn, world: World
) -> None:
    Endpoint.objects.all().delete()
    client = as_("weir")
    assert "How is it spoken to?" in shown(client, f"{PAYROLL}/add")
    assert "Choose how" in words(shown(client, f"{PAYROLL}/add?asked=yes"))
    form = f"{PAYROLL}/add?kind=sql_table"
    page = words(shown(client, form))
    for title in ("Address of the database", "Key columns (optional)", "append adds a row"):
        assert title in page
    secret = f"sqlite:////{PASSWORD}"
    page = shown(client, form, url=secret, table="", mode="odd")
    assert "Enter “Table”" in words(page)
    assert PASSWORD not in page
    page = shown(client, form, url=secret, table="pay", mode="append")
    assert "It lies on this machine. Ask the service operator to set it up." in words(page)
    client = as_("operator")
    page = shown(client, form, url=secret, table="pay", mode="odd")
    assert "Write append or upsert" in words(page)
    assert PASSWORD not in page
    shown(client, form, 302, url=world.url(), table="pay")
    row = Endpoint.objects.get()
    assert (row.ready, opened_secrets(row)) == (True, {"url": world.url()})
    page = shown(client, PAYROLL)
    assert "It answers: the table can be read" in words(page)
    own = f"{PAYROLL}/{row.id}"
    assert world.url() not in shown(client, own)
    shown(client, own, 302, url="", table="pay", mode="append")
    assert opened_secrets(Endpoint.objects.get()) == {"url": world.url()}
    assert world.url() not in json.dumps([str(one.body) for one in ledger().read("decisions")])
    shown(client, f"{PAYROLL}/{uuid.uuid4()}", 404)


def test_a_secret_is_given_again_for_another_address_or_forgotten(
    as_: SignIn, world: World
) -> None:
    Endpoint.objects.all().delete()
    one = spoken(secrets={"token": PASSWORD})
    client, own = as_("weir"), f"{PAYROLL}/{one}"
    page = shown(client, own, url="https://thief.example/")
    assert "Give the secret again" in words(page)
    assert PASSWORD not in page
    shown(client, own, 302, url="https://pay.example/events", forget="token")
    assert opened_secrets(Endpoint.objects.get()) == {}


def test_a_route_is_drafted_checked_changed_and_deleted(as_: SignIn, world: World) -> None:
    client = as_("mill")
    assert "hr-mill-payroll-weir" in shown(client, "/messages/routes/draft")
    address = "/messages/routes/draft?agreement=hr-mill-payroll-weir"
    assert "staff_number, surname, grade" in words(shown(client, address))
    said = {"code": "mill-to-payroll", "shards": "1", "population": "", "translation": MAPPING}
    page = shown(client, address, **said, then="check")
    assert "These worked examples hold: example 1" in words(page)
    assert not Route.objects.exists()
    wrong = {**said, "translation": MAPPING.replace('gives = { staff_number = "1"',
                                                    'gives = { staff_number = "2"')}  # fmt: skip
    assert "do not hold" in words(shown(client, address, **wrong))
    shown(client, address, 302, **{**said, "population": "case:", "case": "c1"})
    assert Route.objects.get().population == "case:c1"
    assert "No such population" not in shown(client, f"{ROUTE}/change")
    shown(client, f"{ROUTE}/change", 302, shards="2", translation="", population="")
    route = Route.objects.get()
    assert (route.shards, route.translation, route.enabled) == (2, "", False)
    assert "Change this draft" in shown(client, ROUTE)
    shown(client, f"{ROUTE}/delete", 302, reason="Anew")
    assert not Route.objects.exists()
    Endpoint.objects.all().delete()
    assert "Nothing is set up to speak to payroll:weir" in words(shown(client, address))


def test_one_record_is_tried_step_by_step_and_then_its_trial_begun(
    as_: SignIn, world: World
) -> None:
    drafted()
    client = as_("mill")
    assert "staff_number" in shown(client, f"{ROUTE}/try"), "an example stands in the form"
    page = words(shown(client, f"{ROUTE}/try", record=RECORD))
    for said in ("It would go to the receiver", "998877 No The agreement does not name it",
                 "Staff number staff_number 1 Yes"):  # fmt: skip
        assert said in page
    assert (
        "998877" not in page.partition("3. What the receiver would get")[2].partition("Record")[0]
    )
    page = words(shown(client, f"{ROUTE}/try", record=RECORD.replace("EO", "Baron")))
    assert "The contract: Grade: not one of" in page
    assert "Enter a record" in words(shown(client, f"{ROUTE}/try", record=" "))
    assert "/airlock/routes/mill-to-payroll/try" in shown(client, f"{ROUTE}/try")
    Agreement.objects.update(suspended_at=SYSTEM_CLOCK.now())
    page = words(shown(client, f"{ROUTE}/try", record=RECORD))
    assert "is suspended" in page
    assert "Hand it over" not in page


def test_a_message_that_came_is_tried_on_the_record_and_by_its_sender_alone(
    as_: SignIn, world: World
) -> None:
    drafted()
    (sent,) = world.send(world.message("1", surname="Mole", bank_account="998877"))
    position = f"{sent.position}"
    assert "998877" not in shown(as_("weir"), f"{ROUTE}/try", position=position)
    assert list(ledger().read("access")) == []
    assert "998877" in shown(as_("mill"), f"{ROUTE}/try", position=position)
    (entry,) = ledger().read("access")
    assert json.loads(entry.body or b"{}")["position"] == sent.position
    assert "No such message" in words(shown(as_("mill"), f"{ROUTE}/try", position="999999"))


def test_only_the_receivers_side_rehearses(as_: SignIn, world: World) -> None:
    drafted()
    asked = {"record": RECORD, "then": "deliver"}
    page = shown(as_("mill"), f"{ROUTE}/try", **asked)
    assert "What the receiver said" not in page
    assert "Hand it over" not in page
    page = words(shown(as_("weir"), f"{ROUTE}/try", **asked))
    assert "1 of 1 rows could be stored; all of it was undone" in page
    assert world.received() == []


def test_what_the_receiver_sees_is_sent_only_once_somebody_ticked_it(
    as_: SignIn, world: World
) -> None:
    with running_receiver() as served:
        spoken(settings={"url": served.url, "local": "yes"})
        drafted()
        client, asked = as_("weir"), {"record": RECORD, "then": "deliver"}
        assert "Confirm that it may" in words(shown(client, f"{ROUTE}/try", **asked))
        assert served.asked == []
        page = words(shown(client, f"{ROUTE}/try", **asked, confirmed="on"))
        assert "What the receiver said" in page
        (post,) = served.asked
        assert post.header("Muster-Trial") == "true"
        assert b"998877" not in post.body
        served.replies = lambda asked: Reply(cut=True)
        page = words(shown(client, f"{ROUTE}/try", **asked, confirmed="on"))
        assert "The receiver could not be tried" in page

"""What was done to a value on its way is told in order, and where nothing can be told, why."""

import datetime as dt
import json
import re
import uuid
from collections.abc import Callable

import pytest
from click.testing import CliRunner
from django.test import Client

from muster.cli.main import main
from muster.gates.looks import looks_at
from muster.gates.personas import persona
from muster.hub.mending import correcting, fixing, meanings
from muster.hub.queries import exact_bytes
from muster.hub.reading import read
from muster.hub.tracing import Origin, where_from
from muster.kernel.clock import SYSTEM_CLOCK as CLOCK
from muster.kernel.days import legal_day
from muster.kernel.errors import NotFound
from muster.kernel.running import settings
from muster.ledger.current import ledger
from muster.ledger.proving import check_proof
from muster.register.people import queries
from tests.integration.mending_files import CAUSE, ODD, enrol_all, report, row, sent
from tests.integration.people_files import load, service

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]
BY = "persona:test"
SignIn = Callable[[str], Client]


@pytest.fixture
def _employers(fresh_home: object) -> None:
    enrol_all()


def of(landing: uuid.UUID, number: int, field: str) -> Origin:
    (origin,) = where_from(landing, number, [field]).origins
    return origin


@pytest.mark.usefixtures("_employers")
def test_a_date_says_why_its_day_is_not_its_month() -> None:
    landing = sent(report(row("E1"), row("E2", name='O""Brien,\nAda', born="03/04/1990")))
    born = of(landing, 3, "Birth date")
    (cell,) = born.cells
    assert (cell.text, cell.column, cell.row) == ("03/04/1990", "D", 3)
    assert born.value == dt.date(1990, 4, 3)
    assert [(step.kind, step.rule) for step in born.steps] == [("read", "date DD/MM/YYYY")]
    name = of(landing, 3, "surname")
    assert (name.steps[0].kind, name.steps[0].now) == ("taken from", 'O"Brien')
    assert exact_bytes(landing)[slice(*vars(name.cells[0].span).values())] == b'"O""Brien,\nAda"'


@pytest.mark.usefixtures("_employers")
def test_who_corrected_a_cell_and_who_said_what_it_means_are_named() -> None:
    landing = sent(report(row("E1"), row("E2", born="31/31/1980", worker=ODD)))
    view = correcting.row_of(landing, 3)
    correcting.correct_row(
        view, {"Date of Birth": "1980-12-31"}, reason="Typed wrongly", by=BY, read=read, clock=CLOCK
    )
    assert where_from(landing, 3).waits == CAUSE
    (question,) = meanings.questions(CAUSE)
    said = fixing.say_meaning(question, "fixed_term", reason="As HR says", by=BY, clock=CLOCK)
    fixing.let_go_on(said, read, by=BY, clock=CLOCK)
    corrected, how = of(landing, 3, "birth_date").steps
    assert (corrected.was, corrected.now, corrected.by, corrected.reason) == (
        "31/31/1980", "1980-12-31", BY, "Typed wrongly",
    )  # fmt: skip
    assert how.was == "1980-12-31"
    assert of(landing, 3, "birth_date").cells[0].text == "31/31/1980", "what came stays"
    meant, how = of(landing, 3, "engagement").steps
    assert (meant.kind, meant.was, meant.by, meant.reason) == ("meaning", ODD, BY, "As HR says")
    assert of(landing, 3, "engagement").value == "fixed_term"
    assert [step.kind for step in of(landing, 2, "engagement").steps] == ["read"]


@pytest.mark.usefixtures("_employers")
def test_a_superseded_file_says_so_and_an_erased_one_tells_nothing_more() -> None:
    first = sent(report(row("E1"), row("E2")))
    later = sent(report(row("E1"), row("E2"), row("E3")))
    assert where_from(first, 2).feed.superseded_by == later
    assert of(first, 2, "staff_number").cells[0].text == "E1"
    ledger().erase(f"landing:{first}", reason="test", by="t")
    erased = where_from(first, 2)
    assert (erased.erased, erased.origins) == (True, ())
    assert {entry.body for entry in erased.evidence} == {None}
    assert len(erased.feed.sha256) == 64


@pytest.mark.usefixtures("_employers")
def test_what_is_not_there_is_not_found() -> None:
    landing = sent(report(row("E1")))
    for asked in ((uuid.uuid4(), 2, []), (landing, 99, []), (landing, 2, ["Shoe size"])):
        with pytest.raises(NotFound):
            where_from(*asked)


@pytest.mark.usefixtures("_employers")
def test_the_terminal_names_offsets_and_shows_personal_fields_only_when_named() -> None:
    landing = sent(report(row("E1", name="Lovelace, Ada")))
    told = CliRunner().invoke(main, ["feeds", "where", str(landing), "2"]).output
    assert "Lovelace" not in told
    assert "personal fields are not shown" in told
    assert not ledger().read("access")
    told = CliRunner().invoke(main, ["feeds", "where", str(landing), "2", "surname"]).output
    found = re.search(r"offset (\d+), (\d+) bytes", told)
    assert found is not None, told
    start, size = map(int, found.groups())
    assert exact_bytes(landing)[start : start + size] == b'"Lovelace, Ada"'
    assert "muster ledger prove exchange 0" in told
    (look,) = ledger().read("access")
    body = json.loads(look.body or b"{}")
    assert (body["what"], body["row"], len(body["people"])) == ("origin", 2, 1)
    assert "Lovelace" not in str(body)


@pytest.fixture
def as_(client: Client) -> SignIn:
    def signed_in(slug: str) -> Client:
        client.post(f"/sign-in/as/{slug}")
        return client

    return signed_in


@pytest.fixture
def herself(fresh_home: object) -> uuid.UUID:
    """Take in what files say of the person whom the demonstration follows; return her."""
    enrol_all()
    load(service(3, 300) / "files")
    person = persona("civil-servant", settings()).actor.person
    assert person is not None
    return person


def links(client: Client, address: str) -> list[str]:
    text = client.get(address).content.decode()
    return list(dict.fromkeys(re.findall(r'href="([^"]+/facts/[^"]+)"', text)))


def test_each_fact_of_a_record_leads_to_its_bytes_and_the_proof_of_its_file(
    as_: SignIn, herself: uuid.UUID
) -> None:
    client = as_("civil-servant")
    own = links(client, "/register/me/")
    assert len(own) >= 4
    for address in own:
        answer = client.get(address)
        assert answer.status_code == 200, address
        text = answer.content.decode()
        assert "Bytes " in text
        assert "because the layout" in text or "was read as" in text or "It was taken" in text
    (proof, *_) = re.findall(r'href="([^"]+/proof/\d+)"', text)
    proven = check_proof(client.get(proof).content.decode()).entry
    assert str(proven.type).endswith(".received.v1")
    assert client.get(f"{own[0]}/proof/99999").status_code == 404
    assert {look.what for look in looks_at(herself)} == {"own record", "origin"}
    assert "Where something in your record came from" in (
        client.get("/register/me/").content.decode()
    )


def test_a_page_of_an_erased_file_says_so_and_keeps_its_digest(
    as_: SignIn, herself: uuid.UUID
) -> None:
    record = queries.person(herself, legal_day(CLOCK.now()))
    assert record is not None
    fact = record.names[0].believed
    client, address = as_("civil-servant"), f"/register/me/facts/{fact.id}"
    assert "lawfully erased" not in client.get(address).content.decode()
    ledger().erase(f"landing:{fact.source.landing}", reason="test", by="t")
    text = client.get(address).content.decode()
    assert "its key was destroyed" in text
    assert "Bytes " not in text
    assert re.search(r"\b[0-9a-f]{64}\b", text)
    assert client.get(f"{address}/proof/0").status_code == 404


def test_a_caseworker_follows_only_what_the_own_employer_said(
    as_: SignIn, herself: uuid.UUID
) -> None:
    record = queries.person(herself, legal_day(CLOCK.now()))
    assert record is not None
    here = {fact.employer_title: fact.believed for fact in record.history.employments}
    theirs = here.pop("Department of Orchards and Allotments")
    assert here, "she came from another employer"
    client, start = as_("caseworker-orchards"), f"/register/people/{herself}/facts/"
    assert client.get(f"{start}{theirs.id}").status_code == 200
    for other in here.values():
        for address in (f"{start}{other.id}", f"{start}{other.id}/proof/0"):
            assert client.get(address).status_code == 404
    assert client.get(f"{start}{uuid.uuid4()}").status_code == 404
    assert client.get(f"/register/me/facts/{theirs.id}").status_code in (403, 404)
    assert as_("analyst").get(f"{start}{theirs.id}").status_code == 403
    assert [look.what for look in looks_at(herself)] == ["origin"]
    (entry, *_) = ledger().read("access")
    assert set(json.loads(entry.body or b"{}")) >= {"landing", "row", "purpose"}

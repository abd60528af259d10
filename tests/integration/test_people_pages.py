"""The register's pages: found by any name, gaps named, looks kept within reach and logged."""

import csv
import datetime as dt
import io
import json
import uuid
from collections.abc import Callable

import pytest
from django.test import Client

from muster.gates.looks import looks_at
from muster.gates.personas import persona
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.kernel.money import write_pounds
from muster.kernel.running import settings
from muster.ledger.current import ledger
from muster.register.employers.actions import remember_name
from muster.register.employers.queries import find
from muster.register.people import queries
from muster.register.people.models import Assignment, Employment
from tests.integration.loads import BY, CLOCK, file_of, junior, load
from tests.integration.people_files import load_service
from tests.remembered import remembered

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_home")]
SignIn = Callable[[str], Client]
ORCHARDS = "pretend:orchards-and-allotments"


@pytest.fixture
def as_(client: Client) -> SignIn:
    def signed_in(slug: str) -> Client:
        client.post(f"/sign-in/as/{slug}")
        return client

    return signed_in


@pytest.fixture
def treasury() -> uuid.UUID:
    """Load returns of two publishers at different dates; return HM Treasury's id."""
    files = {
        "hmt/2011-03-31-junior.csv": file_of(junior("1.5", title="+1+1")),
        "dfe/2011-09-30-junior.csv": file_of(junior("2", "Department for Education")),
    }
    remembered("returns of two publishers", lambda: load(files))
    return id_of("hm-treasury")


@pytest.fixture
def people() -> None:
    """Load a pretend service of three employers."""
    load_service()


def id_of(key: str) -> uuid.UUID:
    found = find(key)
    assert found is not None
    return found[0]


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def herself() -> uuid.UUID:
    """Return the person whom the demonstration follows."""
    person = persona("civil-servant", settings()).actor.person
    assert person is not None
    return person


def somebody_at(key: str) -> uuid.UUID:
    """Return somebody who has worked for one employer alone."""
    today = legal_day(SYSTEM_CLOCK.now())
    for found in queries.search(as_at=today, employer=id_of(key), limit=50).found:
        record = queries.person(found.person, today)
        assert record is not None
        if {fact.employer for fact in record.history.employments} == {id_of(key)}:
            return found.person
    pytest.fail("everybody has moved")


def access() -> list[dict[str, object]]:
    return [json.loads(entry.body or b"{}") for entry in ledger().read("access")]


def test_employers_are_found_by_words_status_and_kind(as_: SignIn, treasury: uuid.UUID) -> None:
    client = as_("leader")
    assert str(treasury) in text_of(client, "/register/employers/?q=hmt")
    assert str(treasury) not in text_of(client, "/register/employers/?q=hmt&status=closed")
    kinds = "/register/employers/?q=treasury&kind=Ministerial+department"
    assert str(treasury) in text_of(client, kinds)
    rows = list(csv.reader(io.StringIO(text_of(client, "/register/employers/?as=csv"))))
    assert len(rows) > 1200


def test_an_employer_shows_names_and_dates_without_a_return(
    as_: SignIn, treasury: uuid.UUID
) -> None:
    remember_name(stated="The Exchequer", employer=treasury, by=BY, clock=CLOCK)
    text = text_of(as_("leader"), f"/register/employers/{treasury}")
    assert "The Exchequer" in text
    assert "See its posts on 31 March 2011" in text
    assert "See its posts on 30 September 2011" not in text
    assert "No return" in text
    assert as_("leader").get(f"/register/employers/{uuid.uuid4()}").status_code == 404


def test_posts_are_filtered_and_name_file_and_row(as_: SignIn, treasury: uuid.UUID) -> None:
    address = f"/register/posts/?employer={treasury.hex}&as_at=2011-03-31&level=EO&kind=group"
    text = text_of(as_("leader"), address)
    assert "hmt/2011-03-31-junior.csv" in text
    assert "Row 2" in text
    assert "/exchange/feeds/" not in text
    assert "/exchange/feeds/" in text_of(as_("governance"), address)
    assert "hmt/" not in text_of(as_("leader"), f"{address}&q=nothing")
    download = text_of(as_("leader"), f"{address}&as=csv")
    assert "'+1+1" in download
    assert "1.5" in download


def test_a_search_shows_ones_own_people_only_and_is_logged(as_: SignIn, people: None) -> None:
    client = as_("caseworker-orchards")
    assert "Enter part of a name" in text_of(client, "/register/people/")
    assert access() == []
    text = text_of(client, "/register/people/?q=a")
    found = queries.search("a", as_at=legal_day(SYSTEM_CLOCK.now()), employer=id_of(ORCHARDS))
    assert f"of {found.total} results" in text
    (entry,) = access()
    seen = entry["people"]
    assert isinstance(seen, list)
    assert seen == sorted(str(one.person) for one in found.found)
    assert entry["purpose"] == "casework"
    assert "employers=" not in text
    assert as_("analyst").get("/register/people/?q=a").status_code == 403


def test_another_employers_person_does_not_exist(as_: SignIn, people: None) -> None:
    stranger, nobody = somebody_at("pretend:harbours-and-lighthouses"), uuid.uuid4()
    client = as_("caseworker-orchards")
    answers = [client.get(f"/register/people/{person}") for person in (stranger, nobody)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert access() == [], "what was refused was not seen"


def test_a_caseworker_sees_what_the_own_systems_say(as_: SignIn, people: None) -> None:
    """She moved from harbours to orchards and keeps her former employer's data out of it."""
    today = legal_day(SYSTEM_CLOCK.now())
    record = queries.person(herself(), today)
    assert record is not None
    elsewhere = {f.employer_title for f in record.history.employments} - {
        "Department of Orchards and Allotments"
    }
    text = text_of(as_("caseworker-orchards"), f"/register/people/{herself()}")
    assert "Department of Orchards and Allotments" in text
    for title in elsewhere:
        assert title not in text
    own = text_of(as_("civil-servant"), "/register/me/")
    for title in elsewhere:
        assert title in own


def test_of_whoever_is_paid_by_the_day_the_price_of_a_day_is_shown(
    as_: SignIn, people: None
) -> None:
    orchards = Assignment.objects.filter(
        day_rate__isnull=False, recorded_to__isnull=True,
        employment__in=Employment.objects.filter(
            employer=id_of(ORCHARDS), recorded_to__isnull=True, valid_to__isnull=True
        ).values("employment"),
    )  # fmt: skip
    terms = orchards.first()
    assert terms is not None
    assert terms.day_rate is not None
    held = Employment.objects.get(employment=terms.employment, recorded_to__isnull=True)
    text = text_of(as_("caseworker-orchards"), f"/register/people/{held.person_id}")
    assert f"{write_pounds(terms.day_rate)} a day" in text
    traced = f"/register/people/{held.person_id}/facts/{terms.id}"
    assert write_pounds(terms.day_rate) in text_of(as_("caseworker-orchards"), traced)


def test_the_person_sees_who_looked_and_why(as_: SignIn, people: None) -> None:
    as_("caseworker-orchards").get(f"/register/people/{herself()}")
    text = text_of(as_("civil-servant"), "/register/me/")
    assert "HR caseworker, Department of Orchards and Allotments" in text
    assert "Casework" in text
    looks = looks_at(herself())
    assert [look.what for look in looks] == ["own record", "person"]
    assert looks[1].purpose == "casework"


def test_a_past_day_shows_who_was_employed_then(as_: SignIn, people: None) -> None:
    client = as_("caseworker")
    day = dt.date(2026, 8, 31)
    dated = f"as_at_day={day.day}&as_at_month={day.month}&as_at_year={day.year}"
    assert "Siân" in text_of(client, f"/register/people/?q=sian+llewellyn&{dated}")
    assert "Nobody of your employer" in text_of(client, "/register/people/?q=sian+llewellyn")


def test_a_date_that_is_none_is_told(as_: SignIn, people: None) -> None:
    text = text_of(as_("caseworker"), "/register/people/?q=a&as_at_day=31&as_at_month=2")
    assert "The date must include a year" in text


def test_who_has_no_record_is_told_what_to_do(as_: SignIn) -> None:
    assert as_("civil-servant").get("/register/me/").status_code == 403

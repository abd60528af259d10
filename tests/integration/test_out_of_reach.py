"""What another employer has is not found: by no address, no name, no page that all share."""

import datetime as dt
import json
import re
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from muster.gates.looks import looks_at
from muster.gates.personas import persona
from muster.hub import queries as hub
from muster.hub.approval import announce
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.running import settings
from muster.ledger.current import ledger
from muster.register.employers.queries import find
from muster.register.people import queries
from muster.register.people.person_record import PersonRecord
from muster.services.people.record import known_to
from tests.integration.people_files import files_of, load, load_service

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_home")]
SignIn = Callable[[str], Client]
HARBOURS, ORCHARDS = "harbours-and-lighthouses", "orchards-and-allotments"
MOVED = "Siân Llewellyn"


@pytest.fixture
def out() -> Path:
    return load_service()


@pytest.fixture
def as_(client: Client, out: Path) -> SignIn:
    def signed_in(slug: str) -> Client:
        client.post(f"/sign-in/as/{slug}")
        return client

    return signed_in


def id_of(slug: str) -> uuid.UUID:
    found = find(f"pretend:{slug}")
    assert found is not None
    return found[0]


def feed_of(name: str) -> uuid.UUID:
    return hub.landings(words=name).found[0].id


def herself() -> PersonRecord:
    """Return the record of the person who moved from Harbours to Orchards."""
    person = persona("civil-servant", settings()).actor.person
    assert person is not None
    record = queries.person(person, dt.date(2026, 10, 31))
    assert record is not None
    return record


def said_of(client: Client, address: str) -> tuple[int, str]:
    """Return status and content of a page, without the address it repeats."""
    answer = client.get(address)
    content = re.search("<main.*</main>", answer.content.decode(), re.DOTALL)
    assert content is not None
    return answer.status_code, content[0]


@pytest.mark.parametrize("of", ["", "/bytes", "/proof/0"])
def test_a_feed_out_of_reach_and_one_that_is_not_there_are_answered_alike(
    as_: SignIn, of: str
) -> None:
    client, theirs = as_("caseworker"), feed_of(f"{ORCHARDS}/2026-10-31")
    nowhere = said_of(client, f"/exchange/feeds/{uuid.uuid4()}{of}")
    assert nowhere[0] == 404
    assert said_of(client, f"/exchange/feeds/{theirs}{of}") == nowhere


def test_waiting_rows_and_agreements_out_of_reach_are_answered_like_none(as_: SignIn) -> None:
    client, theirs = as_("caseworker"), feed_of(f"{ORCHARDS}/2026-10-31")
    rows = "/exchange/quarantine/rows?feed="
    assert said_of(client, f"{rows}{theirs}") == said_of(client, f"{rows}{uuid.uuid4()}")
    agreements = "/exchange/agreements/"
    nowhere = said_of(client, f"{agreements}hr-no-such-employer")
    assert nowhere[0] == 404
    assert said_of(client, f"{agreements}hr-{ORCHARDS}") == nowhere


def test_nobody_is_found_by_a_name_that_another_employer_alone_knows(out: Path) -> None:
    record = herself()
    known = {at: set[str]() for at in (HARBOURS, ORCHARDS)}
    for fact in record.history.names:
        at = fact.believed.source.file.partition("/")[0]
        known[at] |= set(fact.shown.strip("()").replace("(", "").casefold().split())
    theirs = (known[HARBOURS] - known[ORCHARDS]).pop()
    found = queries.search(theirs, as_at=record.as_at, employers=[id_of(ORCHARDS)]).found
    assert record.person not in {one.person for one in found}
    own = queries.search(MOVED, as_at=record.as_at, employers=[id_of(ORCHARDS)]).found
    assert record.person in {one.person for one in own}


def test_a_record_never_bears_a_name_of_another_employer(out: Path) -> None:
    person = herself().person
    long_ago = queries.person(person, dt.date(1950, 1, 1))
    assert long_ago is not None
    for at in (HARBOURS, ORCHARDS):
        shown = known_to(long_ago, id_of(at))
        assert shown.name in {fact.shown for fact in shown.history.names}


def test_everybody_in_a_file_is_told_who_took_its_bytes(as_: SignIn) -> None:
    person, theirs = herself().person, feed_of(f"{ORCHARDS}/2026-10-31")
    before = ledger().size("access")
    assert as_("governance").get(f"/exchange/feeds/{theirs}/bytes").status_code == 200
    assert ledger().size("access") == before + 1
    entry = json.loads(ledger().read("access", before)[0].body or b"{}")
    assert str(person) in entry["people"]
    assert [look.what for look in looks_at(person)] == ["exact bytes"]
    assert "A file that holds your record" in said_of(as_("civil-servant"), "/register/me/")[1]


def test_one_file_of_another_day_does_not_close_the_figures(as_: SignIn, out: Path) -> None:
    (content,) = files_of(out, [f"{HARBOURS}/2026-10-31-hr.csv"]).values()
    load({f"{HARBOURS}/2026-11-15-hr.csv": content})
    load({f"{HARBOURS}/9999-12-31-hr.csv": content})
    client = as_("leader")
    for asked in ("by=date", "by=employer", "by=grade&as_at=2026-11-15"):
        answer = client.get(f"/grid/cells.csv?metric=headcount&{asked}")
        assert answer.status_code == 200, asked
        assert b"2026-11-15" not in answer.content


@pytest.mark.parametrize("name", ["é" * 120 + ".csv", "a" * 250 + ".csv"])
def test_a_name_no_file_system_holds_is_said_so(as_: SignIn, name: str) -> None:
    given = {"route": f"hr-{HARBOURS}", "file": SimpleUploadedFile(name, b"a,b\n1,2\n")}
    answer = as_("caseworker").post("/exchange/upload", given)
    assert answer.status_code == 200
    assert "longer than 200 bytes" in answer.content.decode()


def test_a_leaving_date_on_the_last_day_of_the_calendar_is_no_end(out: Path) -> None:
    (content,) = files_of(out, [f"{HARBOURS}/2026-10-31-hr.csv"]).values()
    heading, row, *_others = content.split(b"\n")
    stated = dict(zip(heading.split(b"|"), row.split(b"|"), strict=True))
    stated |= {b"PERSON_NUMBER": b"77000001", b"LAST_NAME": b"Newcomer"}
    stated |= {b"NATIONAL_IDENTIFIER": b"", b"ACTUAL_TERMINATION_DATE": b"31-DEC-9999"}
    file = b"\n".join([heading, b"|".join(stated.values())])
    # One person where there were many would be held.
    day = dt.date(2026, 11, 30)
    announce(
        route=f"hr-{HARBOURS}", starts=day, ends=day, ending=9999, changed=9999, reason="test",
        by="test", clock=SYSTEM_CLOCK,
    )  # fmt: skip
    (landing,) = load({f"{HARBOURS}/2026-11-30-hr.csv": file}).fresh
    assert hub.landing(landing).accepted == 1
    person = queries.person_of(f"hr:{HARBOURS}", "77000001")
    assert person is not None
    record = queries.person(person, dt.date(2026, 11, 30))
    assert record is not None
    assert [fact.believed.valid_to for fact in record.employments] == [None]

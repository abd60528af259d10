"""Hidden name history: names of before are found, shown and told nowhere; the person is as others.

She began as Martin; a later snapshot states her name of today. Gender Recognition Act 2004
section 22 is why.
"""

import datetime as dt
import uuid

import pytest

from muster.hub.models import Landing
from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.people import queries
from muster.register.people.models import Identifier, PersonName
from muster.register.people.restricting import queries as restricting
from muster.register.people.restricting.rules import NOBODY, Viewer
from tests.integration.restricted_world import (
    CASEWORKER,
    HER,
    NEVER,
    OFFICER,
    OLD_EMAIL,
    SignIn,
    answer_to,
    as_,
    bodies,
    employer,
    her,
    hide_names,
)
from tests.integration.test_matching import pretend_run, proposed, record
from tests.integration.test_people_feeds import changed, send

__all__ = ["as_", "bodies", "her"]
pytestmark = pytest.mark.django_db
PEOPLE, QUEUE = "/register/people/", "/register/matches/"
THEN = dt.date(2026, 9, 5)


def old_facts(person: uuid.UUID) -> list[uuid.UUID]:
    names = PersonName.objects.filter(person=person, forenames="Martin")
    emails = Identifier.objects.filter(person=person, value=OLD_EMAIL)
    found = [*names.values_list("id", flat=True), *emails.values_list("id", flat=True)]
    assert len(found) >= 2
    return found


def test_no_search_by_an_old_name_finds_her(as_: SignIn, her: uuid.UUID) -> None:
    client = as_(CASEWORKER, "mill")
    address = f"{PEOPLE}?q={{}}&as_at_day={THEN.day}&as_at_month=9&as_at_year=2026"
    assert str(her) in client.get(address.format("martin")).content.decode()
    hide_names(her)
    nobody = answer_to(client, address.format("zzzzzz"))
    for words in ("martin", "Martin Mole", "martin.mole", "MARTIN"):
        for asked in (address.format(words), f"{PEOPLE}?q={words}"):
            hidden = answer_to(client, asked)
            assert str(her) not in hidden.words
            assert hidden.statements == nobody.statements


def test_she_is_found_and_shown_by_the_name_of_today(as_: SignIn, her: uuid.UUID) -> None:
    client = as_(CASEWORKER, "mill")
    hide_names(her)
    found = queries.search("martha", as_at=SYSTEM_CLOCK.now().date(), employer=employer("mill"))
    assert [one.person for one in found.found] == [her]
    text = client.get(f"{PEOPLE}{her}").content.decode()
    assert "Martha" in text


def test_no_page_of_hers_tells_an_old_name(as_: SignIn, her: uuid.UUID) -> None:
    client = as_(CASEWORKER, "mill")
    days = ("", "?as_at_day=5&as_at_month=9&as_at_year=2026",
            "?as_at_day=1&as_at_month=1&as_at_year=2021")  # fmt: skip
    for day in days:
        assert "Martin" in client.get(f"{PEOPLE}{her}{day}").content.decode()
    hide_names(her)
    for day in days:
        text = client.get(f"{PEOPLE}{her}{day}").content.decode()
        assert "artin" not in text
        assert OLD_EMAIL not in text
    own = as_("civil servant", "mill", "persona:her", her).get("/register/me/").content.decode()
    assert "Martin" in own, "her own record keeps nothing from her"


def test_an_old_name_has_no_origin(as_: SignIn, her: uuid.UUID) -> None:
    client, old = as_(CASEWORKER, "mill"), old_facts(her)
    for fact in old:
        assert client.get(f"{PEOPLE}{her}/facts/{fact}").status_code == 200
    hide_names(her)
    for fact in old:
        for ending in ("", "/proof/0"):
            hidden = answer_to(client, f"{PEOPLE}{her}/facts/{fact}{ending}")
            assert hidden == answer_to(client, f"{PEOPLE}{her}/facts/{NEVER}{ending}")
            assert hidden.status == 404
    facts = PersonName.objects.filter(person=her).exclude(id__in=old)
    for fact in facts.values_list("id", flat=True):
        text = client.get(f"{PEOPLE}{her}/facts/{fact}").content.decode()
        assert "artin" not in text


def test_an_employer_that_never_heard_of_it_does_not_give_it_away(
    as_: SignIn, her: uuid.UUID
) -> None:
    """Her second system states the old name after the day; it stays hidden all the same."""
    late = changed(HER, Name="Martin MOLE", Email=OLD_EMAIL)
    send("10-31", late)
    again = PersonName.objects.filter(person=her, forenames="Martin", recorded_to__isnull=True)
    assert again.filter(valid_from__gte=dt.date(2026, 9, 30)).exists()
    hide_names(her)
    found = queries.search("martin", as_at=SYSTEM_CLOCK.now().date(), employer=employer("mill"))
    assert found.total == 0
    text = as_(CASEWORKER, "mill").get(f"{PEOPLE}{her}").content.decode()
    assert "artin" not in text


def test_what_is_kept_is_what_nobody_hides(her: uuid.UUID) -> None:
    """Whatever is hidden is an old name or an old email, and everything else stays as it was."""
    day = SYSTEM_CLOCK.now().date()
    whole = queries.person(her, day)
    assert whole is not None
    hide_names(her)
    known = restricting.as_known_to(whole, NOBODY)
    gone = {one.shown for one in whole.history.names} - {one.shown for one in known.history.names}
    assert gone == {"Martin MOLE"}
    assert known.history.employments == whole.history.employments
    kept = {(one.kind, one.value) for one in known.history.identifiers}
    assert {(one.kind, one.value) for one in whole.history.identifiers} - kept == {
        ("work_email", OLD_EMAIL)
    }
    assert restricting.as_known_to(whole, Viewer("x", answers=True)) == whole


def test_the_queue_shows_no_pair_of_hers_to_who_may_not_know(
    as_: SignIn, her: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    send("10-31", HER, changed(HER, Staff_no="M/9", NI_No="", Name="Martin MOLE"))
    pair = record("M/1"), record("M/9")
    pretend_run(monkeypatch, proposed(pair, "ask"))
    address = f"{QUEUE}{min(pair)}/{max(pair)}"
    assert as_(CASEWORKER, "mill").get(address).status_code == 200
    hide_names(her)
    client = as_(CASEWORKER, "mill")
    assert address not in client.get(QUEUE).content.decode()
    assert answer_to(client, address) == answer_to(client, f"{QUEUE}{min(pair)}/{NEVER}")
    assert as_(OFFICER).get(address).status_code == 200


def test_files_that_state_it_are_not_handed_out(as_: SignIn, her: uuid.UUID) -> None:
    old = Landing.objects.get(name__contains="08-31")
    client = as_(CASEWORKER, "mill")
    assert "Martin" in client.get(f"/exchange/feeds/{old.id}/bytes").content.decode("cp1252")
    hide_names(her)
    refused = client.get(f"/exchange/feeds/{old.id}/bytes")
    assert refused.status_code == 403
    assert b"Martin" not in refused.content
    assert as_(OFFICER).get(f"/exchange/feeds/{old.id}/bytes").status_code == 200

"""A restricted person does not exist for who may not know of them: attackers try, and may not tell.

Every attack is made twice: while nothing is restricted it succeeds, or the test would see nothing.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Callable

import pytest

from muster.gates.access import ROLES
from muster.kernel.clock import SYSTEM_CLOCK
from muster.ledger.current import ledger
from muster.register.people import queries
from muster.register.people.matching import queries as matching
from muster.register.people.models import Assignment, Employment, Identifier, PersonName
from muster.register.people.quality import in_conflict
from muster.register.people.restricting import actions
from muster.register.people.restricting.rules import Viewer
from tests.integration.restricted_world import (
    CASEWORKER,
    NEVER,
    OFFICER,
    SignIn,
    answer_to,
    as_,
    bodies,
    employer,
    her,
    person_at,
    restrict,
)
from tests.integration.test_matching import pretend_run, proposed, record
from tests.integration.test_people_feeds import MOLE, changed, send

__all__ = ["as_", "bodies", "her"]
pytestmark = pytest.mark.django_db
PEOPLE, QUEUE = "/register/people/", "/register/matches/"


def facts_of(person: uuid.UUID) -> list[uuid.UUID]:
    found: list[uuid.UUID] = []
    for model in (Employment, PersonName, Identifier):
        found += model._default_manager.filter(person=person).values_list("id", flat=True)
    held = Employment.objects.filter(person=person).values("employment")
    return found + list(Assignment.objects.filter(employment__in=held).values_list("id", flat=True))


def test_no_search_finds_or_counts_them(as_: SignIn, her: uuid.UUID) -> None:
    client = as_(CASEWORKER, "mill")
    searches = {f"{PEOPLE}?q={words}" for words in ("mole", "martha", "MARTHA  Mole", "m", "a")}
    before = {address: client.get(address).content.decode() for address in searches}
    assert all(str(her) in text for text in before.values())
    restrict(her)
    nobody = answer_to(client, f"{PEOPLE}?q=zzz")
    for address in searches:
        after = client.get(address).content.decode()
        assert str(her) not in after
        assert "MOLE" not in after
        if len(address) > len(f"{PEOPLE}?q=m"):
            alone = answer_to(client, address)
            assert (alone.status, alone.statements) == (nobody.status, nobody.statements)


def test_counts_and_pages_leave_them_out(as_: SignIn, her: uuid.UUID) -> None:
    client = as_(CASEWORKER, "mill")
    everybody = queries.search(as_at=SYSTEM_CLOCK.now().date(), employer=employer("mill"))
    restrict(her)
    rest = queries.search(as_at=SYSTEM_CLOCK.now().date(), employer=employer("mill"))
    assert rest.total == everybody.total - 1 == len(rest.found)
    for page in range(1, 4):
        assert str(her) not in client.get(f"{PEOPLE}?q=o&page={page}").content.decode()


def addresses(person: uuid.UUID, fact: uuid.UUID) -> list[str]:
    return [
        f"{PEOPLE}{person}",
        f"{PEOPLE}{person}?as_at_day=1&as_at_month=9&as_at_year=2026",
        f"{PEOPLE}{person}/facts/{fact}",
        f"{PEOPLE}{person}/facts/{fact}/proof/0",
    ]


def test_every_page_answers_as_for_somebody_who_was_never_there(
    as_: SignIn, her: uuid.UUID
) -> None:
    client, facts = as_(CASEWORKER, "mill"), facts_of(her)
    assert client.get(f"{PEOPLE}{her}").status_code == 200
    assert client.get(f"{PEOPLE}{her}/facts/{facts[0]}").status_code == 200
    restrict(her)
    looks = ledger().size("access")
    nowhere = [answer_to(client, address) for address in addresses(NEVER, uuid.uuid4())]
    assert {answer.status for answer in nowhere} == {404}
    for fact in facts:
        assert [answer_to(client, address) for address in addresses(her, fact)] == nowhere
    elsewhere = as_(CASEWORKER, "weir")
    assert answer_to(elsewhere, f"{PEOPLE}{her}") == answer_to(elsewhere, f"{PEOPLE}{NEVER}")
    assert ledger().size("access") == looks, "what was refused was not seen"


def test_no_other_role_reaches_them(as_: SignIn, her: uuid.UUID) -> None:
    restrict(her)
    for role in sorted(set(ROLES) - {CASEWORKER, OFFICER}):
        client = as_(role, "mill")
        for address in (PEOPLE + "{}", "/oversight/restrictions/{}", "/oversight/emergency/{}"):
            hidden = answer_to(client, address.format(her))
            assert hidden == answer_to(client, address.format(NEVER))
            assert hidden.status in {403, 404}


@pytest.fixture
def asked(her: uuid.UUID, monkeypatch: pytest.MonkeyPatch) -> tuple[uuid.UUID, uuid.UUID]:
    """Have a run ask whether she is of another record of the mill."""
    send("10-31", changed(MOLE), changed(MOLE, Staff_no="M/9", Name="Martha STOAT"))
    pair = record("M/1"), record("M/9")
    pretend_run(monkeypatch, proposed(pair, "ask"))
    return pair


def test_the_queue_and_its_counts_leave_their_pairs_out(
    as_: SignIn, her: uuid.UUID, asked: tuple[uuid.UUID, uuid.UUID]
) -> None:
    address = f"{QUEUE}{min(asked)}/{max(asked)}"
    none = f"{QUEUE}{min(asked)}/{NEVER}"
    for role in (CASEWORKER, OFFICER):
        client = as_(role, "mill")
        assert address in client.get(QUEUE).content.decode()
        assert client.get(address).status_code == 200
    assert matching.runs()[0].asked == 1
    restrict(her)
    for role, body in ((CASEWORKER, "mill"), (OFFICER, "mill")):
        client = as_(role, body)
        assert address not in client.get(QUEUE).content.decode()
        for of, form in (("", {"says": "same", "reason": "x"}), ("/confirm", {}),
                         ("/undo", {"reason": "x"})):  # fmt: skip
            assert answer_to(client, address + of, form) == answer_to(client, none + of, form)
        assert answer_to(client, address) == answer_to(client, none)
    assert matching.runs()[0].asked == 0
    assert matching.counts()["open"] == 0
    assert matching.employers_asked() == ()
    assert address in as_(OFFICER).get(QUEUE).content.decode(), "the guardian still sees it"


def test_a_restriction_goes_with_the_records_whoever_matching_makes_them(
    as_: SignIn, her: uuid.UUID
) -> None:
    """Links choose whose identity stays: the restricted one must not be lost on the way."""
    from muster.register.people.models import Crosswalk

    restrict(her)
    other = person_at("M/2")
    walk = Crosswalk.objects.get(person=her, recorded_to__isnull=True)
    walk.recorded_to = SYSTEM_CLOCK.now()
    walk.save()
    Crosswalk.objects.create(
        record=walk.record, person_id=other, rule="test", by="test",
        recorded_from=SYSTEM_CLOCK.now(),
    )  # fmt: skip
    client = as_(CASEWORKER, "mill")
    assert client.get(f"{PEOPLE}{her}").status_code == 404
    assert client.get(f"{PEOPLE}{other}").status_code == 404
    assert str(other) not in client.get(f"{PEOPLE}?q=vole").content.decode()


def test_those_who_may_know_see_them(as_: SignIn, her: uuid.UUID) -> None:
    held = restrict(her, knowers=["persona:pays"])
    knower = as_(CASEWORKER, "mill", "persona:pays")
    assert knower.get(f"{PEOPLE}{her}").status_code == 200
    assert str(her) in knower.get(f"{PEOPLE}?q=mole").content.decode()
    assert as_(CASEWORKER, "weir", "persona:pays").get(f"{PEOPLE}{her}").status_code == 404
    own = as_("civil servant", "mill", "persona:her", her).get("/register/me/")
    assert "MOLE" in own.content.decode().upper(), "nobody is hidden from themself"
    actions.let_know(restriction=held, knowers=[], by="officer:set", clock=SYSTEM_CLOCK)
    assert as_(CASEWORKER, "mill", "persona:pays").get(f"{PEOPLE}{her}").status_code == 404


def test_two_restrictions_hide_from_who_may_know_of_one_alone(as_: SignIn, her: uuid.UUID) -> None:
    restrict(her, knowers=["persona:pays"])
    restrict(her, kind="sensitive_post", office=employer("mill"))
    assert as_(CASEWORKER, "mill", "persona:pays").get(f"{PEOPLE}{her}").status_code == 404


def test_conflicts_and_figures(her: uuid.UUID) -> None:
    """Conflicts leave them out; figures count everybody, as they leave by the gate alone."""
    day = SYSTEM_CLOCK.now().date()
    send("10-31", changed(MOLE, Staff_no="W/9"), body="weir")
    disputes, total = queries.conflicts()
    before = queries.headcount(day)
    restrict(person_at("M/1"))
    hidden, left = queries.conflicts()
    mine = sum(one.person == person_at("M/1") for one in disputes)
    assert left == total - mine == len(hidden)
    assert queries.conflicts(viewer=Viewer("x", answers=True))[1] == total
    assert queries.headcount(day) == before


def test_counts_of_data_quality_leave_their_conflicts_out(her: uuid.UUID) -> None:
    def counted() -> int:
        found = in_conflict(since=dt.date(2026, 1, 1), until=dt.date(2026, 12, 31))
        return sum(found.values())

    send("10-31", changed(MOLE, Staff_no="W/9"), body="weir")
    before = counted()
    restrict(her)
    assert before > counted() == 0


def test_logs_of_the_process_name_nobody(
    as_: SignIn, her: uuid.UUID, caplog: pytest.LogCaptureFixture
) -> None:
    restrict(her)
    client = as_(CASEWORKER, "mill")
    with caplog.at_level(logging.DEBUG):
        client.get(f"{PEOPLE}{her}")
        client.get(f"{PEOPLE}?q=mole")
    said = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith("muster")
    )
    assert str(her) not in said
    assert "mole" not in said.lower()


ATTACKS: list[Callable[[uuid.UUID], str]] = [
    lambda person: f"{PEOPLE}{person}",
    lambda person: f"{PEOPLE}{str(person).upper()}",
    lambda person: f"{PEOPLE}{person}/",
    lambda person: f"{PEOPLE}{person}?as=csv",
    lambda person: f"{PEOPLE}?q={person}",
    lambda person: f"{PEOPLE}{person}/facts/{person}",
    lambda person: f"/register/me/facts/{person}",
    lambda person: f"/oversight/restrictions/{person}",
    lambda person: f"/oversight/notices/{person}",
    lambda person: f"/oversight/inquiries/{person}",
    lambda person: f"/oversight/alerts/{person}",
]


def test_no_address_tells_a_hidden_identifier_from_one_of_nobody(
    as_: SignIn, her: uuid.UUID
) -> None:
    restrict(her, office=employer("weir"))
    for role, body in ((CASEWORKER, "mill"), (CASEWORKER, "weir"), (OFFICER, "mill")):
        client = as_(role, body)
        for attack in ATTACKS:
            hidden = answer_to(client, attack(her))
            assert hidden == answer_to(client, attack(NEVER)), (role, body, attack(NEVER))

"""The agreement pages: who reaches what, who may do what, and what can be taken away as files."""

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from muster.hub.agreements import actions, queries
from muster.hub.agreements.warnings import raise_warnings
from muster.hub.models import Agreement, ContractRevision, Route, System
from muster.kernel.clock import SYSTEM_CLOCK, FixedClock
from muster.kernel.days import legal_day
from muster.ledger.current import ledger
from muster.register.employers.queries import find
from tests.integration.agreed import CODE, TERMS
from tests.integration.hub_world import CHANGED, SCHEMA, World
from tests.integration.test_people_feeds import enrol_bodies

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_store("what these pages do is done on both stores elsewhere"),
]
SignIn = Callable[[str], Client]
HARBOURS, ORCHARDS = "pretend:harbours-and-lighthouses", "pretend:orchards-and-allotments"
BASE = "/exchange/agreements/"
HERE = f"{BASE}{CODE}"
TODAY = legal_day(SYSTEM_CLOCK.now())
BEGUN = f"{BASE}new/terms?sender=hr:mill&receiver=payroll:weir&contract={CHANGED}"


@pytest.fixture
def as_(client: Client) -> SignIn:
    def signed_in(slug: str) -> Client:
        client.post(f"/sign-in/as/{slug}")
        return client

    return signed_in


@pytest.fixture(autouse=True)
def systems(tmp_path: Path, fresh_home: Path) -> Route:
    """Build a route from a system of Harbours to one of Orchards, without an agreement."""
    enrol_bodies(HARBOURS, ORCHARDS)
    before = set(Agreement.objects.values_list("id", flat=True))
    route = World(tmp_path).build()
    Route.objects.filter(id=route.id).update(agreement=None)
    Agreement.objects.exclude(id__in=before).delete()
    for code, key in (("hr:mill", HARBOURS), ("payroll:weir", ORCHARDS)):
        found = find(key)
        assert found is not None
        System.objects.filter(code=code).update(employer=found[0])
    schema = json.loads(ContractRevision.objects.get().schema)
    schema["properties"]["absence"] = {"type": "string", "title": "Absence", "x-special": True}
    ContractRevision.objects.update(schema=json.dumps(schema))
    return route


def filled(**changes: object) -> dict[str, object]:
    """Return the form of terms, filled in."""
    return {
        "code": CODE, "title": TERMS.title, "fields_agreed": ["grade", "staff_number"],
        "purpose": "Paying people", "article6": "b", "lawful_basis": "Contract",
        "article9": "", "retention": "7 years", "starts_day": "1", "starts_month": "1",
        "starts_year": "2026", "lowest_revision": "1", "sender_office": "HR Director",
        "receiver_office": "Head of Payroll", "processors": "1", "p0-name": "Payco",
        "p0-acting_for": "receiver", "p0-country": "India", "p0-does": "Pays",
        "p0-safeguard": "", **changes,
    }  # fmt: skip


def drafted(as_: SignIn, **changes: object) -> str:
    """Draft an agreement by its page; return the digest of its terms."""
    answer = as_("caseworker").post(BEGUN, filled(**changes))
    assert answer.status_code == 302, answer.content.decode()
    waiting = queries.proposal(CODE)
    assert waiting is not None
    return waiting.digest


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def signature(digest: str) -> dict[str, str]:
    return {"digest": digest, "capacity": "Director", "agreed": "on"}


def test_an_agreement_comes_into_force_by_its_pages(as_: SignIn) -> None:
    digest = drafted(as_)
    assert f"{HERE}/sign/sender" in text_of(as_("caseworker"), "/")
    wrong = as_("caseworker").post(f"{HERE}/sign/sender", {"digest": digest}).content.decode()
    assert "Enter your office" in wrong
    assert "Tick that you have read" in wrong
    for slug, side in (("caseworker", "receiver"), ("caseworker-orchards", "sender"),
                       ("governance", "sender"), ("integrator", "sender")):  # fmt: skip
        refused = as_(slug).post(f"{HERE}/sign/{side}", signature(digest))
        assert refused.status_code == 403, (slug, side)
    client = as_("caseworker")
    assert client.post(f"{HERE}/sign/sender", signature("other")).status_code == 409
    done = client.post(f"{HERE}/sign/sender", signature(digest), follow=True).content.decode()
    assert "once the other side has signed" in done
    assert f"{HERE}/sign" not in text_of(client, "/")
    done = as_("caseworker-orchards").post(
        f"{HERE}/sign/receiver", signature(digest), follow=True
    ).content.decode()  # fmt: skip
    assert "Both sides have signed" in done
    assert queries.agreement(CODE, on=TODAY).state == "in force"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"fields_agreed": []}, "Select the fields that may leave"),
        ({"fields_agreed": ["absence"]}, "Select the condition under which this may leave"),
        ({"code": "Not this"}, "Not a name for an agreement"),
        ({"code": "record"}, "a page is called this"),
        ({"p0-acting_for": ""}, "Say for whom “Payco” acts"),
        ({"p0-name": "sender"}, "A processor has no name of its own"),
        ({"last_day_day": "31", "last_day_month": "12", "last_day_year": "2025"},
         "The last day must not lie before the first"),
        ({"lowest_revision": "0"}, "greater than or equal to 1"),
        ({"purpose": " "}, "Enter “Purpose”"),
    ],
)  # fmt: skip
def test_terms_that_nobody_should_sign_are_told_beside_their_field(
    as_: SignIn, change: dict[str, object], said: str
) -> None:
    answer = as_("caseworker").post(BEGUN, filled(**change))
    assert answer.status_code == 200
    assert said in answer.content.decode().replace("&#34;", '"')
    assert not Agreement.objects.filter(contract=CHANGED).exists()


def test_more_processors_are_asked_for_without_scripts_and_nothing_is_lost(as_: SignIn) -> None:
    shown = as_("caseworker").post(BEGUN, filled(more="1", title="")).content.decode()
    assert "There is a problem" not in shown
    assert 'name="p1-name"' in shown
    assert re.search(r'name="p0-name"[^>]*value="Payco"', shown)
    assert '<option value="Payco"' in shown, "the next one can act for the first"
    second = {"name": "Hosts", "acting_for": "Payco", "country": "UK", "safeguard": "x"}
    drafted(as_, processors="2", **{f"p1-{name}": value for name, value in second.items()})
    chain = queries.agreement(CODE, on=TODAY).chain
    assert [(one.processor.name, one.depth) for one in chain] == [("Payco", 1), ("Hosts", 2)]


def test_who_drafts_keeps_to_a_system_of_their_own_employer(as_: SignIn) -> None:
    begin = f"{BASE}new?sender=hr:{HARBOURS}&receiver=register&contract={CHANGED}"
    client = as_("caseworker-orchards")
    assert "Choose a system of your own employer" in client.get(begin).content.decode()
    elsewhere = BEGUN.replace("payroll:weir", "register")
    assert client.post(elsewhere, filled()).status_code == 302
    assert not Agreement.objects.filter(code=CODE).exists()
    assert as_("operator").get(f"{BASE}new").status_code == 403


def test_both_sides_see_their_agreement_and_nobody_else(as_: SignIn) -> None:
    drafted(as_)
    for slug in ("caseworker", "caseworker-orchards", "integrator", "governance"):
        assert TERMS.title.replace("'", "&#39;") in text_of(as_(slug), BASE)
        assert "Payco" in text_of(as_(slug), HERE)
    System.objects.filter(code="payroll:weir").update(employer=None)
    client = as_("caseworker-orchards")
    assert CODE not in text_of(client, BASE)
    for part in ("", "/impact", "/versions/1", "/amend", "/suspend", "/sign/sender"):
        assert client.get(f"{HERE}{part}").status_code == 404, part


def test_an_amendment_is_shown_beside_what_is_in_force(as_: SignIn) -> None:
    live(as_)
    given = filled(retention="6 years", reason="Shorter is enough")
    del given["code"]
    done = as_("caseworker-orchards").post(f"{HERE}/amend", given, follow=True).content.decode()
    assert "Version 2 is proposed" in done
    shown = text_of(as_("caseworker"), f"{HERE}/sign/sender")
    assert re.search(r"(?s)What would change.*7 years.*6 years.*The terms in full", shown)
    answer = as_("caseworker").post(f"{HERE}/withdraw", {"reason": "No"}, follow=True)
    assert "The proposed terms are withdrawn" in answer.content.decode()
    assert as_("caseworker").get(f"{HERE}/withdraw").status_code == 409


def live(as_: SignIn, **changes: object) -> None:
    digest = drafted(as_, **changes)
    as_("caseworker").post(f"{HERE}/sign/sender", signature(digest))
    as_("caseworker-orchards").post(f"{HERE}/sign/receiver", signature(digest))
    Route.objects.filter(contract=CHANGED).update(agreement=Agreement.objects.get(code=CODE))


def test_each_side_suspends_and_lifts_its_own_by_its_page(as_: SignIn) -> None:
    live(as_)
    why = {"reason": "Asked to wait"}
    assert as_("caseworker-orchards").post(f"{HERE}/suspend", why).status_code == 302
    assert as_("caseworker").post(f"{HERE}/resume", why).status_code == 409
    assert as_("caseworker").post(f"{HERE}/suspend", why).status_code == 302
    shown = text_of(as_("caseworker"), HERE)
    assert shown.count("Not lifted") == 2
    done = as_("caseworker").post(f"{HERE}/resume", why, follow=True).content.decode()
    assert "until the other lifts theirs" in done
    done = as_("caseworker-orchards").post(f"{HERE}/resume", why, follow=True).content.decode()
    assert "in force again" in done
    assert as_("caseworker").post(f"{HERE}/end", why).status_code == 302
    assert as_("caseworker").get(f"{HERE}/end").status_code == 409
    assert as_("caseworker").get(f"{HERE}/amend").status_code == 409
    assert queries.agreement(CODE, on=TODAY).state == "ended"


def test_both_sides_are_warned_once_each_before_the_end(as_: SignIn) -> None:
    last = TODAY + dt.timedelta(days=59)
    days = {"last_day_day": last.day, "last_day_month": last.month, "last_day_year": last.year}
    live(as_, **days)

    def raised(left: int) -> tuple[str, ...]:
        then = last + dt.timedelta(days=1 - left)
        return raise_warnings(clock=FixedClock(dt.datetime.combine(then, dt.time(12), dt.UTC)))

    assert [raised(left) for left in (91, 90, 60, 31, 30, 29, 8, 7, 1, 0)] == [
        (), (CODE,), (), (), (CODE,), (), (), (CODE,), (), (),
    ]  # fmt: skip
    kinds = [one.type for one in ledger().read("decisions")]
    assert kinds.count("muster.hub.agreement.expiring.v1") == 3
    for slug in ("caseworker", "caseworker-orchards", "governance"):
        assert "60 days left" in text_of(as_(slug), "/")
        assert "90 days before" in text_of(as_(slug), f"{BASE}expiring")
    assert "60 days left" not in text_of(as_("operator"), "/")
    employer = queries.agreement(CODE, on=TODAY).sender.employer
    actions.end(code=CODE, reason="r", by="x", employer=employer, clock=SYSTEM_CLOCK)
    assert "60 days left" not in text_of(as_("caseworker"), "/")


def test_an_agreement_that_waits_for_signatures_warns_nobody(as_: SignIn) -> None:
    last = TODAY + dt.timedelta(days=5)
    days = {"last_day_day": last.day, "last_day_month": last.month, "last_day_year": last.year}
    drafted(as_, **days)
    assert raise_warnings(clock=SYSTEM_CLOCK) == ()
    assert CODE not in text_of(as_("caseworker"), f"{BASE}expiring")


def test_the_record_of_processing_is_made_from_what_is_in_force(as_: SignIn) -> None:
    drafted(as_)
    client = as_("caseworker")
    names = [one["agreement"] for one in client.get(f"{BASE}record?as=json").json()["activities"]]
    assert CODE not in names, "a draft is no processing"
    live_again(as_)
    [found] = [one for one in as_("caseworker").get(f"{BASE}record?as=json").json()["activities"]
               if one["agreement"] == CODE]  # fmt: skip
    assert found["personal_fields"] == ["staff_number"]
    assert (found["article6"], found["people"], found["retention"]) == ("b", "staff", "7 years")
    assert found["weak"] == ["abroad", "no safeguard"]
    assert [one["name"] for one in found["transfers"]] == ["Payco"]
    assert "four eyes" in found["measures"]
    text = as_("caseworker").get(f"{BASE}record?as=csv").content.decode("utf-8-sig")
    [row] = [one for one in csv.DictReader(io.StringIO(text)) if CODE in one["Agreement"]]
    assert "Payco, India: No safeguard stated" in row["Transfers abroad, and their safeguards"]
    assert all(row.values())


def live_again(as_: SignIn) -> None:
    waiting = queries.proposal(CODE)
    assert waiting is not None
    as_("caseworker").post(f"{HERE}/sign/sender", signature(waiting.digest))
    as_("caseworker-orchards").post(f"{HERE}/sign/receiver", signature(waiting.digest))


def test_the_weakest_link_is_named_first_and_a_reader_keeps_to_their_own(as_: SignIn) -> None:
    live(as_)
    page = text_of(as_("caseworker"), f"{BASE}processors")
    assert "Outside the United Kingdom" in page
    links = as_("caseworker").get(f"{BASE}processors?as=json").json()["processors"]
    assert {"name": "Payco", "country": "India"}.items() <= links[0].items()
    of_others = as_("caseworker-orchards").get(f"{BASE}processors?as=json").json()["processors"]
    assert f"hr-{HARBOURS}" not in {one["agreement"] for one in of_others}
    text = as_("caseworker").get(f"{BASE}processors?as=csv").content.decode("utf-8-sig")
    assert text.startswith("Processor,Agreement,Acts for")


def test_an_assessment_begins_with_what_could_be_left_out(as_: SignIn) -> None:
    live(as_, fields_agreed=["grade", "staff_number", "absence"], article9="b")
    Route.objects.filter(contract=CHANGED).update(
        translation='[mapping]\nname = "x"\ntitle = "x"\nfrom = "' + CHANGED + '"\n[fields]\n'
        'grade = { take = "grade" }\n[[example]]\ngiven = {}\ngives = {}'
    )
    said = as_("caseworker").get(f"{HERE}/impact?as=json").json()
    assert said["unused"] == ["staff_number", "absence"]
    assert set(said["left_out"]) == set(SCHEMA["properties"]) - {"grade", "staff_number"}  # type: ignore[call-overload]
    assert {"special", "open end", "unused fields", "abroad"} <= set(said["risks"])
    page = text_of(as_("governance"), f"{HERE}/impact")
    assert "Special category data flows" in page
    assert as_("caseworker").get(f"{HERE}/impact?as=csv").status_code == 200


def test_a_route_leads_to_its_agreement(as_: SignIn) -> None:
    assert "HR record" in text_of(as_("caseworker"), f"{BASE}hr-{HARBOURS}")
    assert as_("caseworker").get(f"{BASE}hr-{HARBOURS}/versions/1").status_code == 404

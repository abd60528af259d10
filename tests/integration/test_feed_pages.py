"""The pages by which people run feeds: each role does what it may, and sees why it may not."""

import re
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from muster.hub import queries
from muster.hub.alarms import plan_of, raise_alarms
from muster.hub.approval import announcements, go_on, refuse, take_back
from muster.hub.models import Landing, SystemToken
from muster.hub.reading import dropped, read
from muster.hub.tokens import bearer_of
from muster.hub.uploads import take_next
from muster.kernel.clock import SYSTEM_CLOCK
from tests.integration.people_files import BY, load
from tests.integration.test_people_feeds import MOLE, TOAD, VOLE, changed, enrol_bodies, sheet

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_store("what these pages do is done on both stores elsewhere"),
]
SignIn = Callable[[str], Client]
HARBOURS, ORCHARDS = "pretend:harbours-and-lighthouses", "pretend:orchards-and-allotments"
NOVEMBER = f"{HARBOURS}/2026-11-30-hr.csv"
WHOLE = sheet(MOLE, VOLE, TOAD)
ROUTE, OTHER_ROUTE = f"hr-{HARBOURS}", f"hr-{ORCHARDS}"
REASON = {"reason": "It was the wrong file"}


@pytest.fixture
def as_(client: Client) -> SignIn:
    def signed_in(slug: str) -> Client:
        client.post(f"/sign-in/as/{slug}")
        return client

    return signed_in


@pytest.fixture
def feeds(fresh_home: Path) -> dict[str, queries.LandingView]:
    """Load the October files of two employers; return their landings by employer."""
    enrol_bodies(HARBOURS, ORCHARDS)
    for route in (ROUTE, OTHER_ROUTE):
        for one in announcements(route):
            take_back(announcement=one.id, by=BY, clock=SYSTEM_CLOCK)
    load({f"{folder}/2026-10-31-hr.csv": WHOLE for folder in (HARBOURS, ORCHARDS)})
    found = queries.landings(limit=10).found
    assert [view.state for view in found] == ["accepted", "accepted"]
    return {view.name.partition("/")[0]: view for view in found}


@pytest.fixture
def held(feeds: dict[str, queries.LandingView]) -> queries.LandingView:
    """Return a full feed that lost two of three people, handed in at a terminal."""
    found = queries.landing(load({NOVEMBER: sheet(MOLE)}).fresh[0])
    assert (found.state, found.waits_for) == ("held", "approval"), found.said
    return found


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def state(landing: uuid.UUID) -> str:
    return queries.landing(landing).state


def test_a_feed_says_what_it_means_and_is_withdrawn_for_a_reason(
    as_: SignIn, feeds: dict[str, queries.LandingView]
) -> None:
    own, client = feeds[HARBOURS], as_("caseworker")
    address = f"/exchange/feeds/{own.id}"
    text = text_of(client, address)
    assert "A full list: what does not stand in it is no longer there" in text
    assert f"{address}/withdraw" in text
    asked = text_of(client, f"{address}/withdraw")
    assert f"{own.accepted:,} rows that it brought no longer count." in asked
    assert "none stands again" in asked
    assert "Enter the reason" in client.post(f"{address}/withdraw", {}).content.decode()
    assert state(own.id) == "accepted"
    done = client.post(f"{address}/withdraw", REASON, follow=True).content.decode()
    assert "The feed is withdrawn" in done
    assert "as if it had never come" in done
    assert "by persona:caseworker" in done, "the decision is shown"
    assert (state(own.id), state(feeds[ORCHARDS].id)) == ("withdrawn", "accepted")
    assert client.post(f"{address}/withdraw", REASON).status_code == 409
    assert "Withdrawn" in text_of(client, "/exchange/?state=withdrawn")


def test_withdrawing_a_correction_says_which_feed_stands_again(
    as_: SignIn, feeds: dict[str, queries.LandingView]
) -> None:
    own = feeds[HARBOURS]
    corrected = sheet(MOLE, VOLE, TOAD, changed(TOAD, Staff_no="M/4"))
    later = load({own.name: corrected}).fresh[0]
    assert (state(later), state(own.id)) == ("accepted", "superseded")
    client = as_("integrator")
    assert client.get(f"/exchange/feeds/{own.id}/withdraw").status_code == 409
    asked = text_of(client, f"/exchange/feeds/{later}/withdraw")
    assert "2026-10-31-hr.csv as at 31 October 2026, stands again." in asked
    done = client.post(f"/exchange/feeds/{later}/withdraw", REASON, follow=True).content.decode()
    assert "The one before it stands again" in done
    assert (state(later), state(own.id)) == ("withdrawn", "accepted")


@pytest.mark.parametrize(
    ("slug", "status"), [("governance", 403), ("caseworker-orchards", 404), ("leader", 403)]
)
def test_who_may_not_withdraw_a_feed_cannot(
    as_: SignIn, feeds: dict[str, queries.LandingView], slug: str, status: int
) -> None:
    own, client = feeds[HARBOURS], as_(slug)
    address = f"/exchange/feeds/{own.id}/withdraw"
    assert client.get(address).status_code == status
    assert client.post(address, REASON).status_code == status
    assert state(own.id) == "accepted"
    if slug == "governance":
        assert address not in text_of(client, f"/exchange/feeds/{own.id}")


def test_a_held_feed_stands_on_the_home_page_with_what_it_would_do(
    as_: SignIn, held: queries.LandingView
) -> None:
    for slug in ("caseworker", "integrator", "governance"):
        home = text_of(as_(slug), "/")
        assert "Feeds that wait for you" in home
        effect = held.effect
        said = f"Would end {effect['ending']:,} of {effect['covered']:,} people"
        assert said in home
        assert f"/exchange/feeds/{held.id}/decide" in home
    for slug in ("caseworker-orchards", "operator", "analyst"):
        assert "Feeds that wait for you" not in text_of(as_(slug), "/")
    assert str(held.id) not in text_of(as_("caseworker-orchards"), "/exchange/undecided/")
    assert "Your role does not let you approve" in text_of(as_("operator"), "/exchange/undecided/")


def test_an_approved_feed_goes_on_with_the_next_worker(
    as_: SignIn, held: queries.LandingView
) -> None:
    client, address = as_("caseworker"), f"/exchange/feeds/{held.id}/decide"
    text = text_of(client, address)
    assert re.search(rf">\s*{held.effect['ending']}\s*<", text)
    assert held.received_by in text
    wrong = client.post(address, {"decision": "", "reason": ""}).content.decode()
    assert "Select what should become of the feed" in wrong
    assert "Enter the reason" in wrong
    given = {"decision": "approve", "reason": "The harbour was handed over"}
    done = client.post(address, given, follow=True).content.decode()
    assert "Its rows go on in a moment" in done
    assert state(held.id) == "received"
    assert client.post(address, given).status_code == 409
    assert go_on(read, clock=SYSTEM_CLOCK)
    shown = text_of(client, f"/exchange/feeds/{held.id}")
    assert state(held.id) == "accepted"
    assert "The harbour was handed over" in shown


def test_a_refused_feed_says_why(as_: SignIn, held: queries.LandingView) -> None:
    client = as_("governance")
    given = {"decision": "refuse", "reason": "Half of it is missing"}
    client.post(f"/exchange/feeds/{held.id}/decide", given)
    assert state(held.id) == "refused"
    shown = text_of(client, f"/exchange/feeds/{held.id}")
    assert "Refused by its approver: Half of it is missing" in shown


def test_who_may_not_decide_sees_why(as_: SignIn, held: queries.LandingView) -> None:
    address = f"/exchange/feeds/{held.id}/decide"
    given = {"decision": "approve", "reason": "Let me"}

    def barred(slug: str, why: str) -> None:
        client = as_(slug)
        text = text_of(client, address)
        assert why in text
        assert 'name="decision"' not in text
        assert client.post(address, given).status_code == 403
        assert state(held.id) == "held"

    barred("operator", "Your role does not let you approve feeds")
    Landing.objects.filter(id=held.id).update(received_by="persona:caseworker")
    barred("caseworker", "You handed this feed in")
    plan = {"period": "month", "days": "10", "approver": "persona:integrator"}
    as_("integrator").post(f"/exchange/plan/{ROUTE}/due", plan | day("since", 2026, 9, 1))
    barred("governance", "persona:integrator is named to decide")
    assert 'name="decision"' in text_of(as_("integrator"), address)
    assert as_("caseworker-orchards").get(address).status_code == 404


def day(name: str, year: int, month: int, number: int) -> dict[str, str]:
    """Return a date as its three boxes send it."""
    return {f"{name}_day": str(number), f"{name}_month": str(month), f"{name}_year": str(year)}


def test_what_is_due_is_declared_and_late_feeds_reach_the_home_page(
    as_: SignIn, feeds: dict[str, queries.LandingView]
) -> None:
    client, address = as_("integrator"), f"/exchange/plan/{ROUTE}/due"
    wrong = client.post(address, {"days": "x"} | day("since", 1900, 1, 1)).content.decode()
    for said in ("Select how often", "Enter a whole number", "Enter a day from 2000 to 2100"):
        assert said in wrong
    assert plan_of(ROUTE, clock=SYSTEM_CLOCK).rhythm is None
    given = {"period": "month", "days": "10", "owner": "persona:integrator"}
    done = client.post(address, given | day("since", 2026, 8, 1), follow=True).content.decode()
    assert "Late feeds raise an alarm" in done
    assert "Every month, up to 10 days later, from 1 August 2026" in done
    raise_alarms(clock=SYSTEM_CLOCK)
    for slug in ("integrator", "caseworker", "operator", "governance"):
        home = text_of(as_(slug), "/")
        assert "Late feeds" in home
        assert f"/exchange/plan/{ROUTE}" in home
    assert "Late feeds" not in text_of(as_("caseworker-orchards"), "/")
    shown = text_of(as_("caseworker"), f"/exchange/plan/{ROUTE}")
    assert "31 August 2026" in shown
    assert "31 October 2026" not in re.sub(r"(?s)Next feed.*", "", shown), "October has come"
    assert f"/exchange/plan/{ROUTE}" in text_of(as_("governance"), f"/exchange/agreements/{ROUTE}")
    assert "Every month" in text_of(as_("governance"), f"/exchange/plan/{ROUTE}")


@pytest.mark.usefixtures("feeds")
def test_a_bulk_change_is_announced_and_taken_back(as_: SignIn) -> None:
    client, address = as_("caseworker"), f"/exchange/plan/{ROUTE}"
    assert "No bulk change is announced" in text_of(client, address)
    days = day("starts", 2026, 11, 30) | day("ends", 2026, 10, 31)
    given = {"ending": "500", "changed": "0", "reason": "A pay award"}
    wrong = client.post(f"{address}/announce", days | given).content.decode()
    assert "The last day must not lie before the first" in wrong
    days |= day("ends", 2026, 12, 31)
    nobody = client.post(f"{address}/announce", days | given | {"ending": "0"}).content.decode()
    assert "Enter how many people end" in nobody
    done = client.post(f"{address}/announce", days | given, follow=True).content.decode()
    assert "A pay award" in done
    assert state(load({NOVEMBER: sheet(MOLE)}).fresh[0]) == "accepted"
    (one,) = announcements(ROUTE)
    assert as_("governance").post(f"{address}/announced/{one.id}").status_code == 403
    other = f"/exchange/plan/{OTHER_ROUTE}/announced/{one.id}"
    assert as_("operator").post(other).status_code == 404, "it is another source's"
    assert as_("caseworker-orchards").get(f"{address}/announced/{one.id}").status_code == 404
    assert "A pay award" in text_of(as_("caseworker"), f"{address}/announced/{one.id}")
    client.post(f"{address}/announced/{one.id}")
    assert announcements(ROUTE) == ()
    assert client.get(f"{address}/announced/{one.id}").status_code == 404


@pytest.mark.usefixtures("feeds")
def test_plans_keep_to_their_readers_reach() -> None:
    own = Client()
    own.post("/sign-in/as/caseworker")
    listed = text_of(own, "/exchange/plan/")
    assert ROUTE in listed
    assert OTHER_ROUTE not in listed
    for address in (f"plan/{OTHER_ROUTE}", f"plan/{OTHER_ROUTE}/due", "plan/none", "plan/none/due"):
        assert own.get(f"/exchange/{address}").status_code == 404
    all_of_them = Client()
    all_of_them.post("/sign-in/as/operator")
    listed = text_of(all_of_them, "/exchange/plan/")
    for code in (ROUTE, OTHER_ROUTE, "organograms"):
        assert code in listed or code == "organograms"


@pytest.mark.usefixtures("feeds")
def test_a_token_is_shown_once_and_revoked(as_: SignIn) -> None:
    client, address = as_("integrator"), "/exchange/tokens/"
    assert "No system has a token yet" in text_of(client, address)
    given = {"system": f"hr:{HARBOURS}", "title": "Payroll at night"}
    wrong = client.post(address, given | {"title": ""}).content.decode()
    assert "Enter what the token is for" in wrong
    assert SystemToken.objects.count() == 0
    made = client.post(address, given)
    assert made.status_code == 200
    assert made.headers["Cache-Control"] == "no-store"
    (token,) = set(re.findall(r"muster_[\w-]{43}", made.content.decode()))
    bearer = bearer_of(token, clock=SYSTEM_CLOCK)
    assert bearer is not None
    assert bearer.system == f"hr:{HARBOURS}"
    assert token not in text_of(client, address)
    assert token not in str(dict(client.session))
    other = given | {"system": f"hr:{ORCHARDS}"}
    assert "govuk-error-summary" in client.post(address, other).content.decode()
    row = SystemToken.objects.get()
    assert as_("caseworker-orchards").post(f"{address}{row.id}/revoke").status_code == 404
    assert "Payroll at night" not in text_of(as_("caseworker-orchards"), address)
    assert as_("governance").get(address).status_code == 403
    client = as_("integrator")
    assert "Payroll at night" in text_of(client, f"{address}{row.id}/revoke")
    client.post(f"{address}{row.id}/revoke")
    assert bearer_of(token, clock=SYSTEM_CLOCK) is None
    assert client.get(f"{address}{row.id}/revoke").status_code == 404
    assert "Revoked" in text_of(client, address)


@pytest.mark.usefixtures("feeds")
def test_an_upload_says_what_became_of_each_file(
    as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = as_("integrator")
    good = WHOLE.replace(b"\r\n", b"\n")
    files = [
        SimpleUploadedFile("2026-10-31-hr.csv", good),
        SimpleUploadedFile("2026-09-30-hr.csv", b"\x00\x01\x02 no table"),
        SimpleUploadedFile("notes.docx", b"a letter"),
    ]
    answer = client.post("/exchange/upload", {"route": ROUTE, "file": files})
    assert answer.status_code == 302, answer.content.decode()
    upload = text_of(client, "/exchange/upload")
    assert "2026-10-31-hr.csv + 2" in upload, "one's last intakes stand on the upload page"
    while take_next(dropped, read, clock=SYSTEM_CLOCK):
        pass
    text = text_of(client, answer["Location"])
    assert "What became of each file" in text
    assert "Not taken in" in text
    assert "notes.docx" in text
    assert "Accepted" in text
    monkeypatch.setenv("MUSTER_UPLOAD_MEGABYTES", "1")
    from muster.kernel import running

    running.forget()
    large = [SimpleUploadedFile(f"{n}.csv", b"x" * (n << 20)) for n in (1, 2, 3)]
    said = client.post("/exchange/upload", {"route": ROUTE, "file": large}).content.decode()
    assert "Send files of over 1 MB in parts: 2.csv, 3.csv" in said


def test_whoever_decides_again_sees_who_refused_the_same_bytes_and_why(
    as_: SignIn, held: queries.LandingView
) -> None:
    refuse(landing=held.id, reason="Half is missing", by="persona:governance")
    again = queries.landing(load({NOVEMBER: sheet(MOLE)}).fresh[0])
    for address in (f"/exchange/feeds/{again.id}", f"/exchange/feeds/{again.id}/decide"):
        text = text_of(as_("governance"), address)
        assert "The same bytes were refused before, by persona:governance on" in text
        assert "Half is missing" in text


def test_whoever_sent_it_again_is_not_offered_to_decide(
    as_: SignIn, held: queries.LandingView
) -> None:
    load({NOVEMBER: sheet(MOLE)}, by="persona:governance")
    text = text_of(as_("governance"), f"/exchange/feeds/{held.id}/decide")
    assert "somebody else decides on it" in text

"""The pages of attendance: figures by building and week, and what is expected of them."""

import datetime as dt
import re
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from muster.gates.models import Release
from muster.ledger.current import ledger
from muster.register.attendance.queries import expectations
from muster.register.employers.queries import find
from synthetic.make import AS_AT as DAYS
from tests.integration.people_files import enrolled, service
from tests.integration.test_attendance_figures import load_attendance
from tests.remembered import remembered

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_store("figures are worked out of what both stores answer elsewhere"),
]
HARBOURS = "pretend:harbours-and-lighthouses"


@pytest.fixture
def loaded(fresh_home: Path) -> Path:
    return remembered("attendance of five employers", load_attendance)


def signed_in(client: Client, slug: str) -> Client:
    client.post(f"/sign-in/as/{slug}")
    return client


def employer(key: str = HARBOURS) -> str:
    found = find(key)
    assert found is not None
    return found[0].hex


def words(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(unescape(text).split())


def test_each_employer_is_told_against_what_it_expects(loaded: Path, client: Client) -> None:
    text = words(signed_in(client, "leader"), "/grid/attendance/")
    assert "5 of 5 employers told of all weeks to 31 October 2026." in text
    assert "Week of 5 Oct 2026" in text
    assert "Week of 26 Oct 2026" not in text
    assert "60%" in text
    assert "Below it" in text
    assert "Department for Harbours and Lighthouses" in text


def test_one_employer_is_told_by_building_and_week(loaded: Path, client: Client) -> None:
    address = f"/grid/attendance/?employer={employer()}&month=2026-09-30"
    text = words(signed_in(client, "analyst"), address)
    assert "People on an average day, by building and week" in text
    assert "Larkfield, London" in text
    assert "(Department of Orchards and Allotments)" not in text
    assert "of the people based there came on an average day: that is" in text
    assert "All buildings" in text


def test_a_week_of_which_nothing_came_is_not_told_as_nobody(loaded: Path, client: Client) -> None:
    # The first week of August began in July, of which no building told by day.
    text = words(signed_in(client, "analyst"), f"/grid/attendance/?month={DAYS[0]}")
    assert "Week of 27 Jul 2026" in text
    assert "Not counted" in text
    later = words(client, f"/grid/attendance/?month={DAYS[1]}")
    assert "Not counted" not in later


def test_every_figure_stands_in_a_release_that_can_be_cited(loaded: Path, client: Client) -> None:
    page = signed_in(client, "analyst").get(f"/grid/attendance/?employer={employer()}")
    cited = set(re.findall(r"/grid/releases/([0-9a-f-]{36})", page.content.decode()))
    assert cited == {str(one) for one in Release.objects.values_list("id", flat=True)}
    assert len(cited) == 8
    for one in cited:
        assert client.get(f"/grid/releases/{one}").status_code == 200


def test_an_address_that_means_nothing_shows_the_latest_month(loaded: Path, client: Client) -> None:
    text = words(signed_in(client, "analyst"), "/grid/attendance/?month=lunch&employer=nobody")
    assert "31 October 2026" in text
    assert "All employers, weeks that ended" in text


def test_nothing_told_yet_says_so(fresh_home: Path, client: Client) -> None:
    text = words(signed_in(client, "leader"), "/grid/attendance/")
    assert "No building system has told of a whole month yet." in text
    assert "No employer tells of its buildings yet." in words(
        client, "/grid/attendance/expectations/"
    )


@pytest.mark.parametrize("slug", ["analyst", "manager", "governance", "civil-servant"])
def test_only_some_may_declare(loaded: Path, client: Client, slug: str) -> None:
    signed_in(client, slug)
    assert client.get("/grid/attendance/expectations/").status_code == 403
    assert client.get("/grid/attendance/").status_code == (403 if slug == "civil-servant" else 200)
    assert "Declare what is expected" not in client.get("/grid/attendance/").content.decode()


def test_a_leader_declares_and_takes_back(loaded: Path, client: Client) -> None:
    signed_in(client, "leader")
    said = {"employer": employer(), "share": "20", "starts_day": "1", "starts_month": "10",
            "starts_year": "2026"}  # fmt: skip
    before = ledger().size("decisions")
    assert client.post("/grid/attendance/expectations/", said).status_code == 302
    assert ledger().size("decisions") == before + 1
    [latest, first] = [one for one in expectations() if one.employer.hex == employer()]
    assert (latest.share, latest.starts, first.share) == (20, dt.date(2026, 10, 1), 60)
    address = f"/grid/attendance/?employer={employer()}&month="
    assert "that meets the 20% that are expected." in words(client, address + "2026-10-31")
    assert "the 60% that are expected." in words(client, address + "2026-09-30")
    undo = f"/grid/attendance/expectations/{latest.id}/take-back"
    assert "1 October 2026" in words(client, undo)
    assert client.post(undo).status_code == 302
    assert client.post(undo).status_code == 404
    assert "the 60% that are expected." in words(client, address + "2026-10-31")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"share": "0"}, "from 1 to 100"), ({"share": "101"}, "from 1 to 100"),
     ({"share": "some"}, "such as 60"), ({"starts_day": ""}, "day"), ({"employer": "x"}, "valid")],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_declared_says_why(
    loaded: Path, client: Client, wrong: dict[str, str], says: str
) -> None:
    said = {"employer": employer(), "share": "40", "starts_day": "1", "starts_month": "10",
            "starts_year": "2026", **wrong}  # fmt: skip
    page = signed_in(client, "leader").post("/grid/attendance/expectations/", said)
    assert page.status_code == 200
    assert "There is a problem" in page.content.decode()
    assert says in page.content.decode()
    assert {one.share for one in expectations()} == {60}


def test_a_caseworker_declares_for_the_own_employer_alone(loaded: Path, client: Client) -> None:
    signed_in(client, "caseworker")
    text = client.get("/grid/attendance/expectations/").content.decode()
    assert "Department for Harbours and Lighthouses" in text
    assert "Department of Orchards" not in text
    other = next(one for one in expectations() if one.employer.hex != employer())
    assert client.get(f"/grid/attendance/expectations/{other.id}/take-back").status_code == 404
    assert client.post(f"/grid/attendance/expectations/{other.id}/take-back").status_code == 404
    said = {"employer": other.employer.hex, "share": "5", "starts_day": "1", "starts_month": "10",
            "starts_year": "2026"}  # fmt: skip
    assert client.post("/grid/attendance/expectations/", said).status_code == 200
    assert {one.share for one in expectations()} == {60}


def test_explore_and_why_answer_of_attendance(loaded: Path, client: Client) -> None:
    signed_in(client, "analyst")
    for metric in ("attendance", "attendance_based", "attendance_desks"):
        assert client.get(f"/grid/?metric={metric}&by=building").status_code == 200
        why = client.get(f"/grid/why/?metric={metric}&as_at=2026-10-31")
        assert "2026-10-31-attendance.csv" in why.content.decode(), metric


def test_employers_enrolled_alone_tell_nothing(fresh_home: Path, client: Client) -> None:
    enrolled(service(5, 1500))
    assert "has told of a whole month" in words(signed_in(client, "analyst"), "/grid/attendance/")

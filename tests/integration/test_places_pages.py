"""Where people work, on the page: released figures alone, commitments judged by them, access."""

import datetime as dt
import io

import pytest
from django.test import Client

from muster.gates.models import Release
from muster.gates.personas import personas
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.running import settings
from muster.register.employers.models import Employer
from muster.register.employers.queries import ids_by_key
from muster.register.places.actions import enter_commitment
from muster.register.places.enrolment import tell_places
from muster.register.places.models import Commitment, SaidTown
from muster.register.places.queries import promises, said_places, waiting
from muster.services.grid.places import Asker, answer, ask
from tests.integration.people_files import BY, enrolled, load, service
from tests.remembered import remembered

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("fresh_home"),
    pytest.mark.one_store("figures are worked out of what both stores answer elsewhere"),
]
LAST = dt.date(2026, 10, 31)
ASKER = Asker("workforce planning", "test", SYSTEM_CLOCK)


def with_places() -> None:
    out = enrolled(service(3, 1500))
    load(out / "files")
    tell_places(out, by=BY, clock=SYSTEM_CLOCK)


@pytest.fixture
def placed() -> None:
    remembered("a pretend service with its places", with_places)


@pytest.fixture
def analyst(client: Client, placed: None) -> Client:
    client.post("/sign-in/as/analyst")
    return client


def test_the_page_shows_released_cells_and_nothing_else(analyst: Client) -> None:
    text = analyst.get("/grid/places/").content.decode()
    found = answer(ask("headcount", LAST.isoformat(), "", ""), ASKER)
    assert len(found.regions) == 13
    assert found.total is not None
    shown = [cell.shown for cell in (*found.regions, found.total)]
    for figure in (*shown, found.outside.shown, found.share.shown):
        assert figure in text
    assert Release.objects.filter(dimensions="region").exists()
    assert "3 of 3 employers made a return" in text
    assert text.count("<svg") >= 1
    assert 'aria-labelledby="chart-' in text


def test_one_employer_is_a_part_of_a_released_table(analyst: Client) -> None:
    employer = next(iter(ask("", "", "", "").employers))
    text = analyst.get(f"/grid/places/?employer={employer}&region=TLE").content.decode()
    assert "Towns are told of all employers together" in text
    assert Release.objects.filter(dimensions="employer,region", as_at=LAST).count() == 1
    assert not Release.objects.filter(dimensions="employer,town").exists()
    everywhere = analyst.get("/grid/places/?region=TLE").content.decode()
    assert "Towns of Yorkshire and The Humber" in everywhere
    assert "Leeds" in everywhere


def test_every_employer_has_a_commitment_that_is_judged_in_words(analyst: Client) -> None:
    found = answer(ask("", "", "", ""), ASKER)
    assert len(found.pledges) == 3
    text = analyst.get("/grid/places/").content.decode()
    words = ("Met", "On track", "Behind", "Missed", "Cannot be told", "Too early to say")
    assert sum(text.count(f">\n  {word}\n") + text.count(f">{word}<") for word in words) >= 1
    for one in found.pledges:
        assert one.promised.employer_title in text


@pytest.mark.parametrize(
    "query",
    [
        "metric=posts&as_at=never&employer=nobody&region=Mars",
        "metric=hires",
        "as_at=1999-12-31",
        "employer='--&region=TLZ",
    ],
)
def test_an_odd_address_is_answered(analyst: Client, query: str) -> None:
    assert analyst.get(f"/grid/places/?{query}").status_code == 200


def test_nothing_returned_is_said(client: Client) -> None:
    client.post("/sign-in/as/analyst")
    text = client.get("/grid/places/").content.decode()
    assert "No employer has made a return yet" in text
    assert "No commitment is entered" in text


@pytest.mark.parametrize(
    ("who", "places", "sites", "commitments"),
    [
        ("analyst", 200, 200, 200),
        ("leader", 200, 403, 403),
        ("manager", 200, 403, 403),
        ("caseworker", 200, 200, 403),
        ("governance", 200, 403, 403),
        ("integrator", 200, 403, 403),
        ("civil-servant", 403, 403, 403),
        ("operator", 403, 403, 403),
    ],
)
def test_who_reaches_what(
    client: Client, placed: None, who: str, places: int, sites: int, commitments: int
) -> None:
    client.post(f"/sign-in/as/{who}")
    assert client.get("/grid/places/").status_code == places
    assert client.get("/grid/places/sites/").status_code == sites
    assert client.get("/grid/places/commitments/").status_code == commitments


def test_a_caseworker_sees_and_says_of_their_own_employer_alone(
    client: Client, placed: None
) -> None:
    own = next(one.actor.employer for one in personas(settings()) if one.slug == "caseworker")
    other = next(one for one in ids_by_key().values() if one != own)
    client.post("/sign-in/as/caseworker")
    given = {"employer": other.hex, "place": "Somewhere", "town": "leeds"}
    client.post("/grid/places/sites/", given)
    assert not SaidTown.objects.filter(name="Somewhere").exists()
    elsewhere = SaidTown.objects.exclude(employer=own).first()
    if elsewhere is not None:
        assert client.post(f"/grid/places/sites/{elsewhere.id}/undo/").status_code == 404
        assert SaidTown.objects.get(id=elsewhere.id).undone_at is None


def test_saying_a_town_moves_its_people_and_undoing_moves_them_back(analyst: Client) -> None:
    one = waiting()[0]
    before = cells_by_region()
    given = {"employer": one.employer.hex, "place": one.name, "town": "truro"}
    assert analyst.post("/grid/places/sites/", given).status_code == 302
    assert one not in waiting()
    after = cells_by_region()
    assert after != before
    [said] = [each for each in said_places() if each.name == one.name]
    assert "is in Truro" in analyst.get("/grid/places/sites/").content.decode()
    ask_again = analyst.get(f"/grid/places/sites/{said.id}/undo/").content.decode()
    assert "Undo this?" in ask_again
    assert analyst.post(f"/grid/places/sites/{said.id}/undo/").status_code == 302
    assert cells_by_region() == before
    assert one in waiting()


def cells_by_region() -> dict[str, str]:
    found = answer(ask("headcount", LAST.isoformat(), "", ""), ASKER)
    return {cell.key[0]: cell.shown for cell in found.regions}


def test_a_list_of_places_counts_whole_or_not_at_all(analyst: Client) -> None:
    one = waiting()[0]
    for content, said in (
        (b"place,town\nX1,Leeds\nX2,Leods\n", "Row 3: “Leods” is no town of the list"),
        (b"place,city\nX1,Leeds\n", "does not name town"),
        (b"\xff\xfe\x00", "no text in UTF-8"),
        (b"place,town\nX1,Leeds\nX1,York\n", "stands in two towns"),
    ):
        file = io.BytesIO(content)
        file.name = "sites.csv"
        given = {"employer": one.employer.hex, "file": file, "list": "yes"}
        response = analyst.post("/grid/places/sites/", given)
        assert response.status_code == 200
        assert said in response.content.decode()
        assert not SaidTown.objects.filter(name__startswith="X").exists()
    file = io.BytesIO("place,town\nX1,Leeds\nX2,Hull\n".encode("utf-8-sig"))
    file.name = "sites.csv"
    given = {"employer": one.employer.hex, "file": file, "list": "yes"}
    assert analyst.post("/grid/places/sites/", given).status_code == 302
    towns = SaidTown.objects.filter(name__startswith="X").values_list("name", "town")
    assert dict(towns) == {"X1": "leeds", "X2": "kingston-upon-hull"}


def test_a_commitment_is_entered_once_and_undone(analyst: Client) -> None:
    employer = promises()[0].employer
    given = {
        "employer": employer.hex, "due_day": "31", "due_month": "3", "due_year": "2035",
        "percent": "80", "roles": "", "stated_by": "The board", "source": "Annual report",
    }  # fmt: skip
    both = analyst.post("/grid/places/commitments/", {**given, "roles": "900"})
    assert "either a share or a number of roles" in both.content.decode()
    assert analyst.post("/grid/places/commitments/", given).status_code == 302
    again = analyst.post("/grid/places/commitments/", given)
    assert "stands already" in again.content.decode()
    kept = Commitment.objects.get(due=dt.date(2035, 3, 31))
    assert kept.entered_by
    assert analyst.post(f"/grid/places/commitments/{kept.id}/undo/").status_code == 302
    assert kept.id not in {one.id for one in promises()}
    assert analyst.post(f"/grid/places/commitments/{kept.id}/undo/").status_code == 404


def test_commitments_come_as_a_list(analyst: Client) -> None:
    title = promises()[0].employer_title
    text = (
        "employer,due,percent,roles,stated_by,source\n"
        f"{title},2040-03-31,,5,The board,Plan\n{title},2041-03-31,70%,,The board,Plan\n"
    )
    file = io.BytesIO(text.encode())
    file.name = "commitments.csv"
    assert analyst.post("/grid/places/commitments/", {"file": file, "list": "yes"}).status_code == (
        302
    )
    assert Commitment.objects.filter(due__year__gte=2040).count() == 2
    file = io.BytesIO(text.replace(title, "Nobody at all").encode())
    file.name = "commitments.csv"
    refused = analyst.post("/grid/places/commitments/", {"file": file, "list": "yes"})
    assert "Row 2: No employer of the register" in refused.content.decode()


def test_an_employer_nobody_hears_of_cannot_be_told(placed: None) -> None:
    silent = Employer.objects.create(key="test:silent", title="Silent Office", status="live")
    enter_commitment(
        employer=silent.id, due=LAST, percent=50, roles=None, stated_by="It", source="There",
        by=BY, clock=SYSTEM_CLOCK,
    )  # fmt: skip
    found = answer(ask("", "", "", ""), ASKER)
    [pledge] = [one for one in found.pledges if one.promised.employer == silent.id]
    assert pledge.judged.verdict == "not told"
    assert set(pledge.values.values()) == {None}

"""The data quality pages: who sees what, how exactly, in which order; late and silent suppliers."""

import csv
import datetime as dt
import io
import json
import re
import uuid
from collections.abc import Callable
from html import unescape

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from muster.cli.quality import quality as command
from muster.cli.standing import ensure_standing_data
from muster.hub.alarms import expect
from muster.hub.expected import Rhythm
from muster.hub.models import Landing
from muster.kernel.clock import FixedClock
from muster.register.people import quality as people
from muster.services.quality import queries
from tests.integration.mending_files import HARBOURS, ORCHARDS
from tests.integration.quality_feeds import (
    BY,
    ROUTE,
    at,
    comes,
    employer_id,
    enrol_all,
    many_suppliers,
    month_ends,
    staff,
)
from tests.remembered import remembered

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("fresh_home"),
    pytest.mark.one_store("figures are worked out of what both stores answer elsewhere"),
]
SignIn = Callable[[str], Client]
TODAY = dt.date(2026, 11, 21)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every page be asked for on the same day."""
    clock = FixedClock(dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC))
    for module in ("services.quality.pages.league", "services.quality.pages.supplier",
                   "cli.quality"):  # fmt: skip
        monkeypatch.setattr(f"muster.{module}.SYSTEM_CLOCK", clock)


@pytest.fixture
def as_(client: Client) -> SignIn:
    def signed_in(slug: str) -> Client:
        client.post(f"/sign-in/as/{slug}")
        return client

    return signed_in


@pytest.fixture
def feeds() -> None:
    """Let Orchards send four feeds, the last late and with an error; Harbours is silent."""
    remembered("four feeds of Orchards", send_feeds)


def send_feeds() -> None:
    enrol_all()
    for month, day in ((7, 31), (8, 31), (9, 30)):
        comes(staff(20), as_at=f"2026-{month:02}-{day}", on=f"2026-{month + 1:02}-05")
    comes(staff(19, 1), as_at="2026-10-31", on="2026-11-12")
    for route in (ROUTE, f"hr-{HARBOURS}"):
        due_monthly(route)


def due_monthly(route: str) -> None:
    rhythm = Rhythm("month", 10, dt.date(2026, 7, 1))
    expect(route=route, rhythm=rhythm, owner=BY, by=BY, clock=at("2026-06-01"))


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return unescape(answer.content.decode())


def lines(client: Client, address: str) -> list[dict[str, str]]:
    """Return a download by heading; of headings that repeat, the first counts."""
    rows = list(csv.reader(io.StringIO(client.get(address).content.decode("utf-8-sig"))))
    return [dict(reversed(list(zip(rows[0], row, strict=True)))) for row in rows[1:]]


def names(page: str) -> list[str]:
    """Return the suppliers of the league in the order in which they stand."""
    return [name.strip() for name in re.findall(r'href="/quality/suppliers/[^"]*">([^<]*)<', page)]


def line_of(client: Client, employer: str, query: str = "") -> dict[str, str]:
    found = lines(client, f"/quality/?as=csv&{query}")
    (one,) = (line for line in found if employer in line["Employer"])
    return one


def test_the_league_tells_each_measure_of_each_supplier(as_: SignIn, feeds: None) -> None:
    orchards = line_of(as_("governance"), "Orchards")
    assert orchards["Latest feed"] == "2026-10-31"
    assert orchards["On time"] == "2 days late"
    assert orchards["Rows with errors"] == "5%"
    assert orchards["Records in conflict"] == "0%"
    assert orchards["Size"] == "20"
    assert (orchards["Standards met"], orchards["Of"]) == ("1", "4")


def test_that_there_is_too_little_to_compare_is_said_once(as_: SignIn) -> None:
    enrol_all()
    comes(staff(19, 1), as_at="2026-10-31", on="2026-11-12")
    comes(staff(20), as_at="2026-10-31", on="2026-11-02", employer=HARBOURS)
    page = text_of(as_("governance"), "/quality/")
    assert page.count("oo few feeds to compare") == 1
    assert "Misses the standard" in page
    words = CliRunner().invoke(command, []).output
    assert words.count("oo few feeds to compare") == 1
    told = line_of(as_("governance"), "Orchards")
    assert "Too few feeds to compare" in told.values(), "a download says it in each line"


def test_where_all_is_compared_nothing_is_said_of_it(as_: SignIn, feeds: None) -> None:
    page = text_of(as_("governance"), "/quality/?q=Orchards")
    assert "usual" in page
    assert "oo few feeds to compare" not in page


def test_a_supplier_that_never_sent_anything_stands_in_the_league(as_: SignIn, feeds: None) -> None:
    harbours = line_of(as_("governance"), "Harbours")
    assert harbours["Latest feed"] == ""
    assert harbours["On time"] == "11 days late"
    assert harbours["Rows with errors"] == "No feed"
    assert (harbours["Standards met"], harbours["Of"]) == ("0", "1")
    page = text_of(as_("leader"), "/quality/")
    assert "Never sent" in page


def test_what_is_not_declared_is_not_called_late(as_: SignIn, feeds: None) -> None:
    found = lines(as_("governance"), "/quality/?as=csv&sort=timeliness")
    untold = [line for line in found if line["On time"] == "No date declared"]
    assert untold == found[-len(untold) :]
    assert {line["Of"] for line in untold} == {"0"}


def test_a_leader_is_told_bands_and_no_counts(as_: SignIn, feeds: None) -> None:
    leader = line_of(as_("leader"), "Orchards")
    assert leader["Rows with errors"] == "2 to 5%"
    assert leader["Records in conflict"] == "None"
    assert leader["Size"] == "Under 100"
    assert (leader["Standards met"], leader["Of"]) == ("1", "4")
    page = text_of(as_("leader"), f"/quality/suppliers/{ROUTE}")
    told = re.sub(r"<svg.*?</svg>|\b\d{1,2}.[A-Z][a-z]{2}.\d{4}", "", page, flags=re.DOTALL)
    for exact in ("of 20", "of 19", "5 of", ">19<", ">20<", "Apprentice", "/exchange/"):
        assert exact not in told.partition("<main")[2].partition("</main>")[0], exact
    drawn = re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL)
    assert drawn
    assert "31 Oct 2026, Rows with errors: 2 to 5%" in drawn[0].replace("\u00a0", " ")


def test_a_leader_reads_fields_and_causes_in_the_order_of_what_is_shown(
    as_: SignIn, feeds: None
) -> None:
    page = text_of(as_("leader"), f"/quality/suppliers/{ROUTE}")
    fields = page.partition("Fields that matter")[2].partition("</table>")[0]
    shown = [
        re.sub("<[^>]*>", "", cell).strip()
        for cell in re.findall("<t[hd].*?</t[hd]>", fields, re.S)
    ]
    assert shown == [
        "Field", "Left empty", "National Insurance number", "50 to 100%", "Salary",
        "50 to 100%", "Work email", "50 to 100%", "Grade as stated", "None", "Place", "None",
        "Post title", "None", "Profession", "None",
    ]  # fmt: skip
    assert "Engagement: not in the code list of this layout" in page


def test_a_leaders_download_of_one_supplier_tells_bands_too(as_: SignIn, feeds: None) -> None:
    latest = lines(as_("leader"), f"/quality/suppliers/{ROUTE}?as=csv")[1]
    assert (latest["As at"], latest["Came on"]) == ("2026-10-31", "2026-11-12")
    assert (latest["Rows"], latest["Still waiting"]) == ("Under 100", "2 to 5%")
    exact = lines(as_("governance"), f"/quality/suppliers/{ROUTE}?as=csv")[1]
    assert (exact["Rows"], exact["Still waiting"]) == ("20", "1 of 20 (5%)")


def test_two_suppliers_that_look_alike_to_a_leader_are_not_ordered_by_what_is_hidden(
    as_: SignIn,
) -> None:
    """3 and 4 wrong rows of a hundred are one band: their order is that of their names."""
    enrol_all()
    comes(staff(97, 3), as_at="2026-10-31", on="2026-11-05", employer=ORCHARDS)
    many_suppliers(1, [dt.date(2026, 10, 31)], rows=100)
    Landing.objects.filter(route__code="bulk-0").update(accepted=96, quarantined=4)
    orders = [
        [line["Employer"] for line in lines(as_("leader"), f"/quality/?as=csv&sort={order}")
         if line["Rows with errors"] == "2 to 5%"]
        for order in ("errors", "-errors")
    ]  # fmt: skip
    assert len(orders[0]) == 2
    assert orders[0] == orders[1]


def test_an_employers_own_staff_are_told_what_to_do_next(as_: SignIn, feeds: None) -> None:
    own = employer_id(f"pretend:{ORCHARDS}")
    client = as_("caseworker-orchards")
    answer = client.get("/quality/")
    assert (answer.status_code, answer["Location"]) == (302, f"/quality/employers/{own}")
    page = text_of(client, f"/quality/employers/{own}")
    assert "Rows that wait: 1 of 20 (5%)" in page
    assert "this one was due on 10 November 2026" in page
    assert "Engagement: not in the code list of this layout (Employee - Apprentice)" in page
    assert "3 of the last 4 came on time" in page
    links = re.findall(r'href="(/exchange/[^"]*)"', page.partition("<main")[2])
    assert {client.get(unescape(link)).status_code for link in links} == {200}


def test_nobody_else_sees_an_employers_suppliers(as_: SignIn, feeds: None) -> None:
    theirs = employer_id(f"pretend:{ORCHARDS}")
    client = as_("caseworker")
    for address, nothing in (
        (f"/quality/employers/{theirs}", f"/quality/employers/{uuid.uuid4()}"),
        (f"/quality/suppliers/{ROUTE}", "/quality/suppliers/hr-nobody"),
    ):
        answers = [client.get(one) for one in (address, nothing)]
        assert [answer.status_code for answer in answers] == [404, 404]
        said = [re.search("<main.*</main>", a.content.decode(), re.DOTALL) for a in answers]
        assert said[0] is not None
        assert said[1] is not None
        assert said[0][0] == said[1][0]
    assert as_("manager").get("/quality/").status_code == 403


def test_an_employer_without_a_supplier_is_told_so(as_: SignIn, feeds: None) -> None:
    ensure_standing_data()
    page = text_of(as_("leader"), f"/quality/employers/{employer_id('hm-treasury')}")
    assert "nothing to measure" in page


def test_a_supplier_that_never_sent_has_a_page(as_: SignIn, feeds: None) -> None:
    page = text_of(as_("caseworker"), f"/quality/suppliers/hr-{HARBOURS}")
    assert "it was due and has not come, nor have others" in page
    assert "Nothing came" in page
    undeclared = next(
        line for line in lines(as_("governance"), "/quality/?as=csv") if line["Of"] == "0"
    )
    assert undeclared["Standards met"] == "0"


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ("q=orchards", "Orchards", "Harbours"),
        ("q=HARBOURS+hr", "Harbours", "Orchards"),
        ("misses=errors", "Orchards", "Harbours"),
        ("misses=timeliness", "Harbours", "Organograms"),
        ("misses=any&contract=muster.people.hr_record.v1", "Harbours", "Organograms"),
        ("worse=on", "Orchards", "Harbours"),
        ("misses=nonsense", "Orchards", "~"),
    ],
)
def test_the_league_is_narrowed(
    as_: SignIn, feeds: None, query: str, there: str, gone: str
) -> None:
    found = " ".join(names(text_of(as_("leader"), f"/quality/?{query}")))
    assert there in found
    assert gone not in found


SILENT, SENDING, UNDUE = "Harbours and Lighthouses", "Orchards and Allotments", "Weather and Tides"


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("supplier", (SILENT, SENDING, UNDUE)),
        ("-supplier", (UNDUE, SENDING, SILENT)),
        ("timeliness", (SENDING, SILENT, UNDUE)),
        ("-timeliness", (SILENT, SENDING, UNDUE)),
        ("errors", (SENDING, SILENT, UNDUE)),
        ("-errors", (SENDING, SILENT, UNDUE)),
        ("completeness", (SENDING, SILENT, UNDUE)),
        ("conflicts", (SENDING, SILENT, UNDUE)),
        ("met", (SILENT, SENDING, UNDUE)),
        ("-met", (SENDING, SILENT, UNDUE)),
        ("-latest", (SENDING, SILENT, UNDUE)),
        ("nonsense", (SILENT, SENDING, UNDUE)),
    ],
)
def test_the_league_sorts_by_any_column_with_what_is_not_told_last(
    as_: SignIn, feeds: None, sort: str, order: tuple[str, ...]
) -> None:
    shown = names(text_of(as_("leader"), f"/quality/?sort={sort}"))
    assert [next(one for one in order if one in name) for name in shown] == list(order)


def test_an_empty_register_has_an_empty_league(as_: SignIn) -> None:
    assert "No supplier fits" in text_of(as_("leader"), "/quality/")


def test_the_league_asks_no_more_of_many_suppliers_than_of_few(as_: SignIn) -> None:
    dates = month_ends(3, TODAY)
    client = as_("leader")
    asked = []
    for count in (35, 60):
        if count == 60:
            connection.cursor().execute("DELETE FROM hub_landing")
            for table in ("hub_expectation", "hub_route", "hub_agreement", "hub_system",
                          "register_successor", "register_succession",
                          "register_employer"):  # fmt: skip
                connection.cursor().execute(f"DELETE FROM {table}")
        many_suppliers(count, dates)
        client.get("/quality/")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get("/quality/").status_code == 200
        asked.append(len(seen))
    assert asked[0] == asked[1]


def test_fields_are_counted_later_where_there_is_no_time(
    as_: SignIn, feeds: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "_counted", {})
    monkeypatch.setattr(queries, "PAGE_SECONDS", -1.0)
    client = as_("governance")
    assert "not counted yet" in text_of(client, "/quality/")
    assert line_of(client, "Orchards")["Fields filled"] == "Not counted yet"
    monkeypatch.setattr(queries, "PAGE_SECONDS", 60.0)
    assert "not counted yet" not in text_of(client, "/quality/")


def test_the_command_tells_the_same(feeds: None) -> None:
    key = f"pretend:{ORCHARDS}"
    done = CliRunner().invoke(command, ["--employer", key, "--json"])
    assert done.exit_code == 0, done.output
    (told,) = map(json.loads, done.output.splitlines())
    assert (told["rows"], told["waiting"]) == (20, 1)
    assert (told["errors"]["amount"], told["errors"]["meets"]) == (5.0, False)
    assert told["timeliness"] == {"amount": 2.0, "why_not": None, "meets": False, "trend": "worse"}
    words = CliRunner().invoke(command, ["--employer", key]).output
    assert "1 of 4 standards met, latest feed 2026-10-31" in words
    nobody = CliRunner().invoke(command, ["--employer", "pretend:nobody"])
    assert nobody.exit_code == 1
    assert "No employer has the key" in nobody.output


def test_a_supplier_that_sent_only_long_ago_is_not_called_silent(as_: SignIn) -> None:
    enrol_all()
    comes(staff(20), as_at="2011-03-31", on="2024-02-01")
    orchards = line_of(as_("governance"), "Orchards")
    assert (orchards["Latest feed"], orchards["Rows with errors"]) == ("2011-03-31", "0%")
    page = text_of(as_("governance"), f"/quality/suppliers/{ROUTE}")
    assert "31 Mar 2011" in page.replace("\u00a0", " ")

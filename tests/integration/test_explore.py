"""Explore: every number shown, drawn or taken is a released cell; a cited address never changes."""

import csv
import io
import json
import re
import zipfile
from html import unescape
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client

from muster.gates.models import Release
from muster.gates.release import ReleasedTable
from muster.hub.queries import landings
from muster.hub.withdrawal import withdraw
from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.employers.queries import find
from muster.services.grid.explore.answering import answer, answer_cited
from muster.services.grid.explore.asking import Address, ask
from muster.services.grid.explore.taking import contents_of_answer, kinds
from tests.integration.people_files import load_service
from tests.integration.test_grid_pages import load_samples
from tests.remembered import remembered

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("fresh_home"),
    pytest.mark.one_store("figures are worked out of what both stores answer elsewhere"),
]
FIGURE = re.compile(r"[\d,]+(?:\.\d+)?|0 to 7")
QUESTIONS = [
    [("by", "none")],
    [("by", "employer")],
    [("by", "grade"), ("by", "age")],
    [("by", "grade"), ("by", "age"), ("by", "employer")],
    [("by", "none"), ("from", "2026-08-31")],
    [("by", "age"), ("from", "2026-08-31")],
    [("by", "employer"), ("by", "grade"), ("from", "2026-09-30")],
]


@pytest.fixture
def analyst(client: Client) -> Client:
    load_service()
    client.post("/sign-in/as/analyst")
    return client


@pytest.fixture
def reader(client: Client) -> Client:
    remembered("published samples", load_samples)
    client.post("/sign-in/as/analyst")
    return client


def at(*query: tuple[str, str], metric: str = "headcount") -> str:
    return urlencode([("metric", metric), ("as_at", "2026-10-31"), *query])


def page(client: Client, query: str) -> str:
    response = client.get(f"/grid/?{query}")
    assert response.status_code == 200
    return unescape(response.content.decode())


def code(key: str) -> str:
    found = find(key)
    assert found is not None
    return found[0].hex


def released() -> set[str]:
    """Return every figure that any released table tells, as people read it."""
    return {cell[4] for one in Release.objects.all() for cell in one.content["cells"]}


def numbers_shown(text: str) -> list[str]:
    """Return what stands as a figure in the table, beside bars, and where one points at them."""
    table = re.findall(r'<td class="[^"]*cell--numeric[^"]*">\s*(.*?)\s*</td>', text, re.S)
    cells = [re.sub(r"<span.*?</span>|<[^>]*>", "", one, flags=re.S).strip() for one in table]
    titles = re.findall(r"<(?:rect|circle|polygon)[^>]*><title>([^<]*)</title>", text)
    pointed = [re.sub(r" \(\d+ of \d+ (?:employers|publishers)\)$", "", one) for one in titles]
    return [one for one in cells if " of " not in one] + [
        one.rpartition(": ")[2] for one in pointed
    ]


@pytest.mark.parametrize("query", QUESTIONS, ids=urlencode)
def test_every_number_on_the_page_and_in_the_files_is_a_released_cell(
    analyst: Client, query: list[tuple[str, str]]
) -> None:
    asked = at(*query)
    shown = numbers_shown(page(analyst, asked))
    told = released()
    assert len(shown) > 1
    assert set(shown) - told == set()
    lines = list(csv.reader(io.StringIO(body(analyst, f"/grid/cells.csv?{asked}").decode())))
    figures = [line[5] for line in lines[1:] if len(line) == 7]
    assert {one if one == "0 to 7" else f"{int(one):,}" for one in figures} <= told
    rows = json.loads(body(analyst, f"/grid/taken.json?{asked}"))["rows"]
    assert {row["shown"] for row in rows} <= told
    assert released() == told, "taking a file released nothing that was not on the page"


def body(client: Client, address: str) -> bytes:
    response = client.get(address)
    assert response.status_code == 200, address
    return bytes(response.content)


def test_a_number_that_was_not_released_would_be_seen() -> None:
    """The control: what is read from a page is what stands there."""
    text = '<td class="x cell--numeric ">5,<b>8</b>02</td><rect x="1"><title>A: 7</title></rect>'
    assert numbers_shown(text) == ["5,802", "7"]


@pytest.mark.parametrize("kind", [kind for kind in kinds() if kind != "hyper"])
def test_what_is_shown_is_taken_in_every_form(analyst: Client, kind: str) -> None:
    content = body(analyst, f"/grid/taken.{kind}?{at(('by', 'grade'), ('from', '2026-08-31'))}")
    assert len(content) > 500
    if kind == "csv":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            [table, described] = archive.namelist()
            rows = list(csv.DictReader(io.StringIO(archive.read(table).decode())))
            columns = json.loads(archive.read(described))["tableSchema"]["columns"]
        assert [one["name"] for one in columns] == list(rows[0])
        assert len({row["as_at"] for row in rows}) == 3


def test_employers_are_compared_as_parts_of_one_released_table(analyst: Client) -> None:
    codes = [code for code, _title in known_employers().items()]
    asked = at(("by", "grade"), *(("employer", one) for one in codes[:2]))
    text = page(analyst, asked)
    for title in list(known_employers().values())[:2]:
        assert title in text
    assert set(Release.objects.values_list("dimensions", flat=True)) == {
        "employer,grade",
        "employer",
    }
    assert all(
        "employer" not in str(one.content.get("filter", "")) for one in Release.objects.all()
    )


def known_employers() -> dict[str, str]:
    return dict(ask(Address("headcount")).known.employers)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ([("by", one) for one in ("grade", "age", "profession", "employer")], "take one out"),
        ([("by", one) for one in ("grade", "age", "profession")] + [("employer", "*")],
         "no employers"),
        ([("employer", "*")] * 6, "up to five employers"),
        ([("from", "2026-10-31"), ("as_at", "2026-08-31")], "before 31 August 2026"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_says_what_to_choose_and_tells_no_figure(
    reader: Client, query: list[tuple[str, str]], said: str
) -> None:
    load_service()
    codes = iter([*known_employers(), *(code(key) for key in MORE)])
    stated = [(k, next(codes) if v == "*" else v) for k, v in query]
    asked = urlencode([("metric", "headcount"), *stated])
    text = page(reader, asked)
    assert "There is a problem" in text
    assert said in text
    assert not numbers_shown(text)
    assert not Release.objects.exists()
    assert reader.get(f"/grid/cells.csv?{asked}").status_code == 400
    assert reader.get(f"/grid/taken.json?{asked}").status_code == 400


MORE = ("hm-treasury", "land-registry", "uk-sport", "scotland-office")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("by=reached", "Headcount is not told by reached, so that is left out. Choose among: "),
        ("as_at=2031-03-31", "no figures for 31 March 2031. Shown instead: 31 October 2026"),
        ("as_at=never", "There are no figures for never. Shown instead: "),
        ("employer=nobody", "an employer that is not known"),
        ("from=1999-01-01", "no figures for 1 January 1999. Shown instead: 31 August 2026"),
    ],
)
def test_what_cannot_be_had_is_said_and_never_replaced_in_silence(
    analyst: Client, query: str, said: str
) -> None:
    assert said in page(analyst, f"metric=headcount&{query}")
    text = body(analyst, f"/grid/cells.csv?metric=headcount&{query}").decode()
    assert said.replace('"', '""')[:40] in text


def test_a_cited_address_gives_the_same_figures_when_a_feed_is_withdrawn(reader: Client) -> None:
    asked = "metric=fte&by=employer&as_at=2011-09-30"
    before = page(reader, asked)
    cite = citation(before)
    then = numbers_shown(page(reader, cite))
    assert then == numbers_shown(before)
    feed = next(one for one in landings(limit=200).found
                if one.name == "hm_treasury/2011-09-30-junior.csv")  # fmt: skip
    withdraw(landing=feed.id, reason="a wrong file", by="operator:test", clock=SYSTEM_CLOCK)
    assert numbers_shown(page(reader, asked)) != then
    assert numbers_shown(page(reader, cite)) == then
    assert "as they were released" in page(reader, cite)
    assert "/grid/why/" not in page(reader, cite), "what stands behind it now is something else"
    rows = json.loads(body(reader, f"/grid/taken.json?{cite}"))["rows"]
    assert {row["shown"] for row in rows} <= set(then)


def citation(text: str) -> str:
    """Return the query of the address that a page gives to be cited."""
    [address] = re.findall(r'href="(http:[^"]*release=[^"]*)"', text)
    return str(urlsplit(address).query)


def test_a_period_and_a_comparison_are_cited_whole(analyst: Client) -> None:
    codes = list(known_employers())[:3]
    asked = at(("by", "none"), ("from", "2026-08-31"), *(("employer", one) for one in codes))
    before = page(analyst, asked)
    made = Release.objects.count()
    again = page(analyst, citation(before))
    assert numbers_shown(again) == numbers_shown(before)
    assert Release.objects.count() == made


@pytest.mark.parametrize("query", ["release=1", "release=01a20000-0000-7000-8000-000000000000"])
def test_a_citation_of_nothing_is_refused(analyst: Client, query: str) -> None:
    assert analyst.get(f"/grid/?metric=headcount&{query}").status_code in (400, 404)


def test_releases_that_do_not_hold_the_question_are_refused(analyst: Client) -> None:
    cite = citation(page(analyst, at(("by", "grade"))))
    other = cite.replace("by=grade", "by=age")
    assert analyst.get(f"/grid/?{other}").status_code == 400
    assert analyst.get(f"/grid/cells.csv?{other}").status_code == 400


def test_the_answer_is_made_of_tables_that_only_the_gate_makes(analyst: Client) -> None:
    question = ask(Address("headcount", ("grade",), "2026-10-31", "2026-08-31"))
    found = answer(question, purpose="p", by="x", clock=SYSTEM_CLOCK)
    assert all(isinstance(one, ReleasedTable) for one in found.tables)
    cited = answer_cited(Address("headcount", ("grade",)), found.releases)
    assert [one.shown for one in cited.figures] == [one.shown for one in found.figures]
    assert contents_of_answer(cited).rows == contents_of_answer(found).rows


def test_the_line_breaks_where_other_publishers_returned(reader: Client) -> None:
    text = page(reader, "metric=fte&by=none&from=2011-03-31&as_at=2011-09-30")
    assert "<polyline" not in text
    assert "Totals of different dates are not comparable" in text
    assert re.search(r"<title>Mar 2011: [\d,.]+ \(\d+ of 11 publishers\)", text)


def test_three_breakdowns_are_small_charts_on_one_scale(analyst: Client) -> None:
    text = page(analyst, at(("by", "age"), ("by", "kind"), ("by", "grade"), metric="contractors"))
    assert "is not told by age" in text
    drawn = page(analyst, at(("by", "grade"), ("by", "age"), ("by", "employer")))
    assert drawn.count('viewBox="0 0 460 ') >= 2


def test_one_view_shows_the_chart_and_another_the_table(analyst: Client) -> None:
    asked = at(("by", "grade"))
    assert "<svg" not in page(analyst, f"{asked}&view=table")
    assert "Show these figures as a table" in page(analyst, f"{asked}&view=chart")


def test_rows_stand_in_the_order_that_is_asked(analyst: Client) -> None:
    text = page(analyst, f"{at(('by', 'grade'))}&sort=-value&view=table")
    shown = [one for one in numbers_shown(text)[:-1] if one != "0 to 7"]
    found = [int(one.replace(",", "")) for one in shown]
    assert found == sorted(found, reverse=True)


@pytest.mark.parametrize(
    ("words", "found"),
    [("LEAVERS", "Leavers"), ("employees left", "Leavers"), ("workforce headcount", "Headcount"),
     ("sexual orientation", "Applications")],
)  # fmt: skip
def test_figures_are_found_by_words_of_name_theme_definition_or_breakdown(
    analyst: Client, words: str, found: str
) -> None:
    text = unescape(analyst.get("/grid/metrics/", {"q": words}).content.decode())
    assert found in re.findall(r"<dt><a[^>]*>([^<]*)</a>", text)


def test_words_that_no_figure_holds_say_what_to_do(analyst: Client) -> None:
    text = analyst.get("/grid/metrics/?q=zzz").content.decode()
    assert "No figure holds these words. Try fewer or other words" in text


def test_every_metric_stands_under_a_theme_and_has_an_answer(analyst: Client) -> None:
    listed = unescape(analyst.get("/grid/metrics/").content.decode())
    names = set(re.findall(r'href="/grid/\?metric=(\w+)"', listed))
    assert {"headcount", "recruitment_funnel", "fte"} <= names
    for name in names:
        assert page(analyst, f"metric={name}")


def test_it_is_told_in_welsh(analyst: Client) -> None:
    analyst.cookies["django_language"] = "cy"
    assert 'lang="cy"' in page(analyst, at(("by", "grade"), ("from", "2026-08-31")))


def test_it_is_closed_to_visitors(client: Client) -> None:
    for address in ("/grid/metrics/", "/grid/changes/", "/grid/taken.json"):
        assert client.get(address).status_code == 302


@pytest.mark.parametrize("query", QUESTIONS[1:], ids=urlencode)
def test_every_figure_stands_under_its_own_name(
    analyst: Client, query: list[tuple[str, str]]
) -> None:
    rows = json.loads(body(analyst, f"/grid/taken.json?{at(*query)}"))["rows"]
    dimensions = [value for name, value in query if name == "by" and value != "none"]
    kept = {
        one.as_at.isoformat(): {tuple(cell[0]): cell[4] for cell in one.content["cells"]}
        for one in Release.objects.filter(dimensions=",".join(dimensions))
    }
    assert rows
    for row in rows:
        key = tuple(row[f"{name}_code"] for name in dimensions)
        assert kept[row["as_at"]][key] == row["shown"]
    assert len(rows) == sum(map(len, kept.values()))

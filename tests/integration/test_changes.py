"""What changed since the date before, and why: released figures, and causes that are linked."""

import datetime as dt
import re
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from muster.gates.metrics import declared
from muster.gates.models import Release
from muster.gates.release import ReleasedCell
from muster.hub.alarms import expect, raise_alarms
from muster.hub.expected import Rhythm
from muster.hub.queries import LandingView, landings
from muster.hub.withdrawal import withdraw
from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.employers.queries import find
from muster.services.grid.changes import Pair, changes, in_words
from muster.services.grid.explore.asking import Address
from muster.services.grid.feeds_behind import behind
from muster.services.grid.pages.changes import change_of
from tests.integration.people_files import BY, files_of, load, load_service
from tests.integration.test_grid_pages import load_samples
from tests.remembered import remembered

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("fresh_home"),
    pytest.mark.one_store("figures are worked out of what both stores answer elsewhere"),
]
HARBOURS, ORCHARDS = "harbours-and-lighthouses", "orchards-and-allotments"
NUMBER = re.compile(r"[\d,]+(?:\.\d+)?")


@pytest.fixture
def out(client: Client) -> Path:
    client.post("/sign-in/as/analyst")
    return load_service()


@pytest.fixture
def samples(client: Client) -> Client:
    remembered("published samples", load_samples)
    client.post("/sign-in/as/analyst")
    return client


def said(client: Client, query: str) -> str:
    response = client.get(f"/grid/changes/?{query}")
    assert response.status_code == 200
    return unescape(response.content.decode())


def rows(text: str, caption: str) -> list[list[str]]:
    """Return the cells of the table with a caption, row by row."""
    table = next((t for t in re.findall("<table.*?</table>", text, re.S) if caption in t), "")
    return [
        [" ".join(re.sub("<[^>]*>", " ", cell).split()) for cell in cells]
        for row in re.findall("<tr.*?</tr>", table, re.S)[1:]
        if (cells := re.findall("<t[dh].*?</t[dh]>", row, re.S))
    ]


def id_of(slug: str) -> str:
    found = find(slug)
    assert found is not None
    return found[0].hex


def feed(name: str) -> LandingView:
    return next(one for one in landings(words=name, limit=50).found if one.state == "accepted")


def cell(shown: str) -> ReleasedCell:
    value = None if shown == "0 to 7" else Decimal(shown)
    kind = "band" if value is None else "rounded"
    return ReleasedCell((), (), kind, value, shown)  # type: ignore[arg-type]


@given(
    *(st.one_of(st.none(), st.just("0 to 7"), st.integers(2, 999).map(lambda n: str(5 * n))),) * 2
)
def test_a_change_is_the_difference_of_two_told_figures_or_nothing(
    before: str | None, now: str | None
) -> None:
    pair = Pair("", "", *(None if one is None else cell(one) for one in (before, now)))
    told = [one for one in (before, now) if one not in (None, "0 to 7")]
    words = change_of(pair)
    if len(told) == 2 and before != now:
        change = int(now or 0) - int(before or 0)
        assert words == in_words(Decimal(change))
        assert words[0] == ("+" if change > 0 else "−")  # noqa: RUF001 - a minus
    else:
        assert not NUMBER.search(words)


def test_every_number_is_a_released_figure_or_the_difference_of_two(
    out: Path, client: Client
) -> None:
    text = said(client, "metric=headcount&as_at=2026-10-31")
    told = {c[4] for one in Release.objects.all() for c in one.content["cells"]}
    seen = rows(text, "By employer") + rows(text, "Who came")
    assert len(seen) == 6
    for _name, before, now, change in seen:
        assert {before, now} <= told
        if NUMBER.search(change):
            start, end = (int(one.replace(",", "")) for one in (before, now))
            assert change == in_words(Decimal(end - start))


def test_who_came_went_and_moved_leads_to_the_figures(out: Path, client: Client) -> None:
    text = said(
        client, f"metric=headcount&as_at=2026-10-31&employer={id_of(f'pretend:{HARBOURS}')}"
    )
    assert [row[0].split()[0] for row in rows(text, "Who came")] == ["Joiners", "Leavers", "Movers"]
    links = re.findall(r'href="(/grid/\?metric=(?:joiners|leavers|movers)[^"]*)"', text)
    assert len(links) == 3
    # Beside a change of one month stands who came and went in that month.
    assert all("_in_month" in link for link in links)
    assert "In the month to each date" in text
    assert "In the 12 months" not in text
    for link in links:
        assert client.get(link).status_code == 200
    assert not rows(text, "By employer")


def test_employers_that_returned_once_are_named(samples: Client) -> None:
    text = said(samples, "metric=fte&as_at=2011-09-30")
    assert re.search("Returned for the later date only[^.]*HM Treasury", text)
    assert re.search("Returned for the earlier date only[^.]*The National Archives", text)
    treasury = next(row for row in rows(text, "By employer") if row[0] == "HM Treasury")
    assert treasury[1] == "No return"
    assert treasury[3] == "Cannot be compared"


def test_a_figure_that_was_told_otherwise_before_is_restated(samples: Client) -> None:
    query = "metric=fte&as_at=2011-09-30"
    first = said(samples, query)
    assert "No figure of the two dates was told otherwise before." in first
    before = next(row[2] for row in rows(first, "By employer") if row[0] == "HM Land Registry")
    wrong = feed("land_registry/2011-09-30-junior.csv")
    withdraw(landing=wrong.id, reason="a wrong file", by="operator:test", clock=SYSTEM_CLOCK)
    text = said(samples, query)
    [restated] = rows(text, "Restated figures of 30 September 2011")
    assert restated[:2] == ["HM Land Registry", before]
    assert restated[2] != before
    then, now = re.findall(r'href="(/grid/releases/[^"]*)"', text)
    assert before in unescape(samples.get(then).content.decode())
    assert restated[2] in unescape(samples.get(now).content.decode())


def test_a_feed_that_came_after_its_day_is_late(out: Path, client: Client) -> None:
    expect(
        route=f"hr-{HARBOURS}", rhythm=Rhythm("month", 5, dt.date(2026, 8, 1)), by=BY,
        clock=SYSTEM_CLOCK,
    )  # fmt: skip
    late = rows(said(client, "metric=headcount&as_at=2026-10-31"), "came late")
    assert [row[0] for row in late].count("Department for Harbours and Lighthouses") == 2
    assert all("Late came" in row[2] for row in late if "Harbours" in row[0])
    assert any("due or usual 5 November 2026" in row[2] for row in late)


def test_a_feed_that_did_not_come_is_awaited(out: Path, client: Client) -> None:
    clock = SYSTEM_CLOCK
    gone = feed(f"{ORCHARDS}/2026-10-31")
    withdraw(landing=gone.id, reason="a wrong file", by="operator:test", clock=clock)
    rhythm = Rhythm("month", 5, dt.date(2026, 8, 1))
    expect(route=f"hr-{ORCHARDS}", rhythm=rhythm, by=BY, clock=clock)
    raise_alarms(clock=clock)
    text = said(client, "metric=headcount&as_at=2026-10-31")
    [awaited] = [row for row in rows(text, "came late") if "Awaited" in row[2]]
    assert "due 5 November 2026" in awaited[2]
    assert re.search("Returned for the earlier date only[^.]*Orchards", text)


def test_a_feed_that_took_the_place_of_another_is_a_correction(out: Path, client: Client) -> None:
    name = f"{HARBOURS}/2026-10-31-hr.csv"
    (content,) = files_of(out, [name]).values()
    lines = content.rstrip(b"\n").split(b"\n")
    load({name: b"\n".join(lines[:-1]) + b"\n"})
    found = changes(
        Address("headcount", as_at="2026-10-31"), purpose="p", by="x", clock=SYSTEM_CLOCK
    ).behind
    [corrected] = [one for one in found if one.why == "replaced"]
    assert corrected.feed is not None
    assert corrected.feed.state == "superseded"
    text = said(client, "metric=headcount&as_at=2026-10-31")
    assert any("Corrected" in row[2] for row in rows(text, "came late"))


def test_feeds_that_came_as_ever_tell_nothing(out: Path) -> None:
    [metric] = [changes(Address("headcount"), purpose="p", by="x", clock=SYSTEM_CLOCK)]
    feeds = behind(metric.question.metric, (dt.date(2026, 8, 31),), ())
    assert feeds.telling == ()
    assert feeds.known >= 3


def test_every_metric_tells_what_changed(out: Path, client: Client) -> None:
    for name in declared():
        assert said(client, f"metric={name}")


@pytest.mark.parametrize(
    "query",
    ["metric=headcount&as_at=2026-08-31", "metric=fte", "metric=headcount&employer=nobody",
     "metric=headcount&as_at=never", "metric=recruitment_funnel"],
)  # fmt: skip
def test_odd_addresses_say_what_to_choose(out: Path, client: Client, query: str) -> None:
    text = said(client, query)
    empty = "There is no earlier date to compare with. Choose a later date" in text
    assert empty == (query in ("metric=headcount&as_at=2026-08-31", "metric=fte",
                               "metric=recruitment_funnel"))  # fmt: skip

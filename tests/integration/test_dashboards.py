"""Dashboards: built, shared, arranged and undone, and every tile out of the gate."""

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from html import unescape

import pytest
from django.test import Client

from muster.gates import metrics
from muster.gates.access import Actor
from muster.gates.models import HELD, Release
from muster.gates.personas import BUILT_IN
from muster.kernel.clock import FixedClock
from muster.kernel.errors import BadInput, Conflict, NotFound
from muster.register.people import metrics as people_metrics
from muster.services.dashboards import actions, queries
from muster.services.dashboards.actions import Words
from muster.services.dashboards.issuing import tidy
from muster.services.dashboards.models import Dashboard, Tile
from muster.services.dashboards.rules import MOST_TILES, Audience
from muster.services.dashboards.showing import Asker, Question, latest_complete, shown
from tests.integration import dashboards_world as world
from tests.integration.dashboards_world import LEADER, METRIC, MONTHS, NOW, OWNER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]
CLOCK = FixedClock(NOW)
ASKER = Asker("workforce planning", OWNER.id, CLOCK)
NUMBER, LINE = Question("counted"), Question("counted", form="line")
BARS = Question("counted", "employer", form="bar")
PART = Question("counted", "", (("employer", "one"),))


@pytest.fixture(autouse=True)
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    world.reset()
    monkeypatch.setattr(people_metrics, "METRICS", (METRIC,))
    metrics.declared.cache_clear()
    yield
    monkeypatch.undo()
    metrics.declared.cache_clear()


def board(*questions: Question, by: Actor = OWNER) -> uuid.UUID:
    made = actions.make_dashboard(title="Staff", purpose="Why", as_at=None, by=by, clock=CLOCK)
    for question in questions:
        add(made, question, by=by)
    return made


def add(made: uuid.UUID, question: Question, heading: str = "", by: Actor = OWNER) -> uuid.UUID:
    return actions.add_tile(
        dashboard=made, question=question, words=Words(heading), by=by, clock=CLOCK
    )


def headings(made: uuid.UUID) -> list[str]:
    found = queries.dashboard(made)
    assert found is not None
    return [tile.heading for tile in found.tiles]


def texts(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", content.decode())))


def persona(slug: str) -> Actor:
    return next(one.actor for one in BUILT_IN if one.slug == slug)


def sign_in(client: Client, slug: str) -> Client:
    client.post(f"/sign-in/as/{slug}")
    return client


def test_tiles_show_released_figures_and_their_change() -> None:
    number = shown(NUMBER, None, ASKER)
    assert (number.as_at, number.lines[0].shown) == (MONTHS[2], "1,258,090")
    assert number.before is not None
    assert number.before.as_at == MONTHS[1]
    part = shown(PART, MONTHS[1], ASKER)
    assert (part.part, part.lines[0].shown) == ("Office of One", "733,220")
    bars = shown(BARS, None, ASKER)
    assert [(one.label, one.shown) for one in bars.lines] == [
        ("Office of One", "733,310"), ("Office of Two", "524,775"), ("Tiny Office", "0 to 7"),
    ]  # fmt: skip
    series = shown(LINE, None, ASKER)
    assert [one.on for one in series.lines] == list(MONTHS)
    told = {str(cell[4]) for row in Release.objects.all() for cell in row.content["cells"]}
    for tile in (number, part, bars, series):
        assert {one.shown for one in tile.lines} <= told


def test_one_part_is_a_view_of_the_released_table() -> None:
    shown(PART, None, ASKER)
    shown(Question("counted", "", (("employer", "two"),)), None, ASKER)
    assert set(Release.objects.values_list("dimensions", flat=True)) == {"employer"}
    assert Release.objects.filter(as_at=MONTHS[2]).count() == 1


def test_the_latest_month_is_the_latest_complete_one() -> None:
    assert latest_complete(METRIC) == MONTHS[2]
    world.missing.add(MONTHS[2])
    assert latest_complete(METRIC) == MONTHS[1]
    world.missing.update(MONTHS)
    assert latest_complete(METRIC) == MONTHS[2]
    assert latest_complete(METRIC, dt.date(2026, 10, 15)) == MONTHS[1]
    assert latest_complete(METRIC, dt.date(2020, 1, 1)) is None


def test_what_cannot_be_shown_says_so_in_its_place(client: Client) -> None:
    made = board(NUMBER, PART, BARS)
    Tile.objects.filter(dashboard=made).order_by("place").filter(place=3).update(metric="gone")
    actions.share_dashboard(dashboard=made, audience=Audience(("leader",)), by=OWNER, clock=CLOCK)
    page = sign_in(client, "leader").get(f"/dashboards/{made}")
    assert page.status_code == 200
    assert "no longer declared" in texts(page)
    Release.objects.filter(dimensions="").update(state=HELD)
    said = texts(client.get(f"/dashboards/{made}"))
    assert "This table is held" in said
    assert "1,258,090" not in said
    assert "733,310" in said
    Tile.objects.filter(dashboard=made, place=2).update(by="shoe size", form="bar")
    assert "not declared by shoe size" in texts(client.get(f"/dashboards/{made}"))


def test_a_month_without_figures_says_so() -> None:
    early = shown(NUMBER, dt.date(2020, 1, 31), ASKER)
    assert early.refused == "There are no figures for this month."
    assert early.lines == ()


@pytest.mark.parametrize(
    "question",
    [
        Question("counted", "age", form="bar"),
        Question("counted", "employer", (("employer", "one"),), "bar"),
        Question("counted", "employer"),
        Question("counted", "", (), "table"),
        Question("counted", "", (("shoe", "9"),)),
    ],
)
def test_what_is_never_answered_is_not_kept(question: Question) -> None:
    made = board()
    with pytest.raises(BadInput):
        add(made, question)
    with pytest.raises(NotFound):
        add(made, Question("nothing"))
    assert not Tile.objects.exists()


def test_tiles_are_moved_taken_away_and_put_back() -> None:
    made = board()
    tiles = {name: add(made, NUMBER, name) for name in "abc"}

    def move(name: str, *, up: bool) -> list[str]:
        actions.move_tile(dashboard=made, tile=tiles[name], up=up, by=OWNER, clock=CLOCK)
        return headings(made)

    assert move("c", up=True) == ["a", "c", "b"]
    assert move("a", up=True) == ["a", "c", "b"]
    assert move("a", up=False) == ["c", "a", "b"]
    assert move("b", up=False) == ["c", "a", "b"]
    actions.remove_tile(dashboard=made, tile=tiles["a"], by=OWNER, clock=CLOCK)
    assert headings(made) == ["c", "b"]
    assert [one.heading for one in queries.removed_tiles(made)] == ["a"]
    actions.restore_tile(dashboard=made, tile=tiles["a"], by=OWNER, clock=CLOCK)
    assert headings(made) == ["c", "a", "b"]
    places = Tile.objects.filter(dashboard=made).order_by("place")
    assert list(places.values_list("place", flat=True)) == [1, 2, 3]


def test_a_tile_put_back_after_others_left_comes_last() -> None:
    made = board()
    tiles = {name: add(made, NUMBER, name) for name in "abc"}
    for name in "cba":
        actions.remove_tile(dashboard=made, tile=tiles[name], by=OWNER, clock=CLOCK)
    for name, order in (("c", "c"), ("a", "ac"), ("b", "abc")):
        actions.restore_tile(dashboard=made, tile=tiles[name], by=OWNER, clock=CLOCK)
        assert "".join(headings(made)) == order


def test_a_dashboard_is_not_endless() -> None:
    made = board(*[NUMBER] * MOST_TILES)
    with pytest.raises(Conflict):
        add(made, NUMBER)


def test_a_copy_is_ones_own_and_stays_when_the_first_changes() -> None:
    made = board(NUMBER, BARS)
    with pytest.raises(NotFound):
        actions.copy_dashboard(dashboard=made, title="Mine", by=LEADER, clock=CLOCK)
    audience = Audience(("leader",), OWNER.employer)
    actions.share_dashboard(dashboard=made, audience=audience, by=OWNER, clock=CLOCK)
    with pytest.raises(NotFound):
        actions.copy_dashboard(dashboard=made, title="Mine", by=LEADER, clock=CLOCK)
    actions.share_dashboard(dashboard=made, audience=Audience(("leader",)), by=OWNER, clock=CLOCK)
    own = actions.copy_dashboard(dashboard=made, title="Mine", by=LEADER, clock=CLOCK)
    first = queries.dashboard(made)
    assert first is not None
    actions.remove_tile(dashboard=made, tile=first.tiles[0].id, by=OWNER, clock=CLOCK)
    found = queries.dashboard(own)
    assert found is not None
    assert [tile.question for tile in found.tiles] == [NUMBER, BARS]
    assert (found.about.owner_name, found.about.held.state) == ("Leader", "draft")


def test_nobody_else_changes_it() -> None:
    made = board(NUMBER)
    actions.share_dashboard(dashboard=made, audience=Audience(("leader",)), by=OWNER, clock=CLOCK)
    tile = Tile.objects.get()
    for verb in (actions.remove_tile, actions.restore_tile):
        with pytest.raises(NotFound):
            verb(dashboard=made, tile=tile.id, by=LEADER, clock=CLOCK)
    for whole in (actions.remove_dashboard, actions.restore_dashboard):
        with pytest.raises(NotFound):
            whole(dashboard=made, by=LEADER, clock=CLOCK)
    with pytest.raises(NotFound):
        add(made, NUMBER, by=LEADER)
    with pytest.raises(BadInput):
        actions.share_dashboard(
            dashboard=made, audience=Audience(("leader",), LEADER.employer), by=OWNER, clock=CLOCK
        )


def test_deleting_is_undone_within_thirty_days() -> None:
    made = board(NUMBER)
    actions.remove_dashboard(dashboard=made, by=OWNER, clock=CLOCK)
    assert [one.removed for one in queries.dashboards(OWNER)] == [True]
    assert tidy(clock=FixedClock(NOW + dt.timedelta(days=29))) == 0
    actions.restore_dashboard(dashboard=made, by=OWNER, clock=CLOCK)
    assert headings(made) == [""]
    actions.remove_dashboard(dashboard=made, by=OWNER, clock=CLOCK)
    assert tidy(clock=FixedClock(NOW + dt.timedelta(days=31))) == 1
    assert not Dashboard.objects.exists()


def test_out_of_reach_and_not_there_are_alike(client: Client) -> None:
    made = board(NUMBER)
    client.raise_request_exception = False
    sign_in(client, "leader")
    there = client.get(f"/dashboards/{made}")
    nowhere = client.get(f"/dashboards/{uuid.uuid4()}")
    assert there.status_code == nowhere.status_code == 404
    assert "There is no such dashboard" in texts(there)
    assert texts(there) == texts(nowhere)
    assert "Staff" not in texts(client.get("/dashboards/"))


def test_pages_build_a_dashboard_without_scripts(client: Client) -> None:
    sign_in(client, "analyst")
    made = client.post("/dashboards/new", {"title": "Mine", "purpose": ""})
    arrange = made.headers["Location"]
    one = re.search(r"[0-9a-f-]{36}", arrange)
    assert one is not None
    chosen = client.post(f"/dashboards/{one[0]}/tiles/add", {"metric": "counted"})
    form = chosen.headers["Location"]
    wrong = client.post(form, {"form": "bar", "by": ""})
    assert "Choose what to break it down by" in texts(wrong)
    both = client.post(form, {"form": "bar", "by": "employer", "part_employer": "=one"})
    assert "not both" in texts(both)
    done = client.post(form, {"form": "number", "part_employer": "=one", "heading": "Ours"})
    assert done.headers["Location"] == arrange
    said = texts(client.get(f"/dashboards/{one[0]}"))
    assert "Ours Counted staff, Office of One 733,310" in said
    assert "Up 90 since 30 September 2026" in said
    assert "3 of 3 employers, 31 October 2026" in said
    page = client.get(f"/dashboards/{one[0]}").content.decode()
    assert re.search(r'href="/grid/releases/[0-9a-f-]{36}"', page)
    assert "/grid/?metric=counted&amp;by=none&amp;as_at=2026-10-31&amp;employer=one" in page


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("metric=counted&by=employer", BARS),
        ("metric=counted&by=employer&employer=one", PART),
        ("metric=counted&by=none&employer=one", PART),
        ("metric=counted&by=none&employer=one&employer=two", BARS),
        ("metric=counted&by=date", LINE),
        ("metric=counted&by=none&from=2026-08-31&as_at=2026-10-31", LINE),
        ("metric=counted&by=nonsense", NUMBER),
    ],
)
def test_a_figure_is_pinned_by_its_address(client: Client, query: str, asked: Question) -> None:
    sign_in(client, "leader")
    assert client.get(f"/dashboards/pin?{query}").status_code == 200
    assert "Enter a title" in texts(client.post(f"/dashboards/pin?{query}", {"dashboard": ""}))
    done = client.post(f"/dashboards/pin?{query}", {"dashboard": "", "title": "Pinned"})
    again = client.post(
        f"/dashboards/pin?{query}", {"dashboard": done.headers["Location"].rpartition("/")[2]}
    )
    assert again.headers["Location"] == done.headers["Location"]
    found = queries.dashboard(Dashboard.objects.get().id)
    assert found is not None
    assert [tile.question for tile in found.tiles] == [asked, asked]


def test_an_address_that_asks_for_nothing_there_is_pins_nothing(client: Client) -> None:
    sign_in(client, "leader")
    client.raise_request_exception = False
    assert client.get("/dashboards/pin?metric=nothing").status_code == 404
    said = client.post("/dashboards/pin?metric=counted&employer=nobody", {"title": "Pinned"})
    assert "There is no such part of this figure" in texts(said)
    assert not Dashboard.objects.exists()


def test_who_only_sees_figures_builds_nothing(client: Client) -> None:
    client.raise_request_exception = False
    sign_in(client, "governance")
    assert "Build a dashboard" not in texts(client.get("/dashboards/"))
    assert client.get("/dashboards/new").status_code == 403
    sign_in(client, "civil-servant")
    assert client.get("/dashboards/").status_code == 403

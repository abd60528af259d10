"""The pages of merged and split employers, and of movers: what is told, stated and undone there."""

import re
from pathlib import Path

import pytest
from django.test import Client

from muster.register.employers import succession_queries as queries
from tests.integration.structures_world import AFTER, BEFORE, World

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_store("figures are worked out of what both stores answer elsewhere"),
]


@pytest.fixture
def world(fresh_home: Path) -> World:
    made = World()
    made.splits()
    return made


@pytest.fixture
def analyst(world: World, client: Client) -> Client:
    client.post("/sign-in/as/analyst")
    return client


def said(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return re.sub(r"\s+", " ", response.content.decode())


FORM = {"former": "Mill", "successors": "Weir\nLock", "day": "2026-08-01", "source": "An order"}


def test_a_split_is_stated_seen_and_undone(analyst: Client) -> None:
    assert "Nothing has been stated yet" in said(analyst, "/grid/structures/")
    made = analyst.post("/grid/structures/new/", FORM)
    assert made.status_code == 302
    page = said(analyst, made["Location"])
    assert "Mill was split" in page
    assert "An order" in page
    # 31 July: 50 of the mill and 40 of the weir, and as they are today 60 and 30.
    rows = re.findall(r"<tr.*?</tr>", page)
    told = {tuple(re.findall(r">\s*([^<>\s][^<>]*?)\s*<", row)) for row in rows}
    assert ("Mill", "31 July 2026", "50", "None") in told
    assert ("Weir", "31 July 2026", "40", "60") in told
    assert ("Lock", "31 July 2026", "No return", "30") in told
    undone = analyst.post(made["Location"])
    assert undone["Location"] == "/grid/structures/"
    assert queries.listed() == ()
    assert analyst.get(made["Location"]).status_code == 404


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"former": "Mull"}, "is no employer"),
        ({"successors": "Weir\nNowhere"}, "Nowhere” is no employer"),
        ({"successors": "Mill"}, "its own successor"),
        ({"day": "soon"}, "Enter a day"),
        ({"day": "2096-01-01"}, "lies ahead"),
        ({"source": ""}, "Enter what says so"),
    ],
)
def test_what_cannot_be_stated_is_said_at_its_field(
    analyst: Client, changed: dict[str, str], words: str
) -> None:
    page = analyst.post("/grid/structures/new/", {**FORM, **changed})
    assert page.status_code == 200
    assert words in page.content.decode()
    assert "There is a problem" in page.content.decode()
    assert queries.listed() == ()


def test_a_leader_reads_and_neither_states_nor_undoes(world: World, client: Client) -> None:
    made = world.states("mill", "weir", "lock")
    client.post("/sign-in/as/leader")
    assert "State a merger" not in said(client, "/grid/structures/")
    assert "Undo this statement" not in said(client, f"/grid/structures/{made}/")
    assert client.post(f"/grid/structures/{made}/").status_code == 403
    assert client.get("/grid/structures/new/").status_code == 403
    assert len(queries.listed()) == 1


def test_movers_are_drawn_and_tabled_alike(analyst: Client, world: World) -> None:
    page = said(analyst, f"/grid/flows/?as_at={AFTER}")
    assert "Mill → Weir: 20" in page
    assert "Mill → Lock: 30" in page
    cells = re.findall(r"<t[hd][^>]*>\s*([^<]*?)\s*</t[hd]>", page)
    assert cells[3:6] == ["Mill", "Lock", "30"]
    assert "Not listed: 4 ways from one employer to another with 0 to 7 movers each" in page
    world.states("mill", "weir", "lock")
    restated = said(analyst, f"/grid/flows/?as_at={AFTER}&form=today")
    assert "→" not in restated
    assert "Brought together by a merger" in restated


def test_a_month_without_moves_says_so(analyst: Client) -> None:
    page = said(analyst, f"/grid/flows/?as_at={BEFORE}")
    assert "No move between two employers is more than seven people" in page


def test_without_any_feed_the_pages_say_so(fresh_home: Path, client: Client) -> None:
    client.post("/sign-in/as/analyst")
    for address in ("/grid/flows/", "/grid/times/"):
        assert "No employer has made a return yet" in said(client, address)


def test_explore_shows_both_forms(analyst: Client, world: World) -> None:
    world.states("mill", "weir", "lock")
    page = said(analyst, f"/grid/?metric=headcount&by=employer_today&as_at={BEFORE}")
    assert "today" in page
    assert "Weir" in page
    assert ">60<" in page.replace(" ", "")

"""Who tries addresses: drafts, briefs, asks and shut tables of others, forged forms, odd input."""

import re
import uuid
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from muster.gates.access import Actor
from muster.gates.models import HELD, WITHDRAWN, Release
from muster.gates.personas import BUILT_IN
from muster.hub.models import System
from muster.hub.tokens import make_token
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import NotFound
from muster.services.dashboards import actions, briefing, issuing
from muster.services.dashboards.actions import Words
from muster.services.dashboards.models import BriefFigure, Tile
from muster.services.dashboards.rules import Audience
from muster.services.dashboards.showing import Question
from muster.services.returns import actions as questions
from muster.services.returns import answering, queries
from muster.services.returns.models import Ask, Return
from tests.integration import exits_world as world
from tests.integration.dashboards_world import wanted
from tests.integration.exits_world import ALPHA, DAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]
OWNER = Actor("test:owner", "Owner", frozenset({"analyst"}))
SLUGS = [one.slug for one in BUILT_IN]
MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
FORMULA = '=HYPERLINK("http://example","x")'


@pytest.fixture(autouse=True)
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    world.mark(monkeypatch)


def signed_in(slug: str, *, forgeries: bool = False) -> Client:
    client = Client(raise_request_exception=False)
    client.post(f"/sign-in/as/{slug}")
    client.handler.enforce_csrf_checks = forgeries
    return client


class Things(NamedTuple):
    """What somebody keeps for himself."""

    board: uuid.UUID
    brief: uuid.UUID
    tile: uuid.UUID
    figure: uuid.UUID


def own_things(title: str = "Ours") -> Things:
    """Return what somebody keeps for himself: a dashboard with a tile, a brief with an issue."""
    board = actions.make_dashboard(
        title=title, purpose=title, as_at=None, by=OWNER, clock=SYSTEM_CLOCK
    )
    for by in ("", "age"):
        actions.add_tile(
            dashboard=board, question=Question("headcount", by, (), "bar" if by else "number"),
            words=Words(title, title), by=OWNER, clock=SYSTEM_CLOCK,
        )  # fmt: skip
    brief = briefing.make_brief(title=title, purpose=title, by=OWNER, clock=SYSTEM_CLOCK)
    for part in ((), (("employer", ALPHA),), (("age", "20 to 29"),), (("grade", "SEO"),)):
        one = wanted(metric="headcount", parts=part, heading=title)
        try:
            briefing.put_figure(brief=brief, wanted=one, by=OWNER, clock=SYSTEM_CLOCK, new=True)
        except Exception:
            one = wanted(metric="headcount", parts=())
            briefing.put_figure(brief=brief, wanted=one, by=OWNER, clock=SYSTEM_CLOCK, new=True)
    briefing.comment(brief=brief, text=title, by=OWNER, clock=SYSTEM_CLOCK)
    issuing.issue_now(brief=brief, by=OWNER, clock=SYSTEM_CLOCK)
    return Things(board, brief, Tile.objects.all()[0].id, BriefFigure.objects.all()[0].id)


def addresses(prefix: str, things: Things) -> list[str]:
    """Return every address below a prefix that names something, with what is somebody's own."""

    def walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
        for one in patterns:
            here = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, here)
            else:
                yield here

    found = []
    for path in walk(get_resolver().url_patterns, "/"):
        if not path.startswith(prefix) or "<" not in path:
            continue
        one = things.brief if "/briefs/" in path else things.board
        names = {**things._asdict(), "one": one, "metric": "headcount", "number": 1}
        found.append(re.sub(r"<\w+:(\w+)>", lambda got: str(names[got[1]]), path))  # noqa: B023
    return found


def test_nobody_opens_or_changes_what_another_keeps_to_himself() -> None:
    things = own_things()
    every = addresses("/dashboards/", things)
    assert len(every) > 25
    before = list(Tile.objects.values()), list(BriefFigure.objects.values())
    for slug in ("leader", "analyst", "governance", "manager", "civil-servant"):
        client = signed_in(slug)
        for address in every:
            for answer in (client.get(address), client.post(address, {"title": "Mine now"})):
                assert answer.status_code in (403, 404, 405), (slug, address)
                assert b"Ours" not in answer.content
    assert before == (list(Tile.objects.values()), list(BriefFigure.objects.values()))


def test_an_issue_is_for_whom_the_brief_is_shared_with_now() -> None:
    things = own_things()
    address = f"/dashboards/briefs/{things.brief}/issues/1"
    for roles, status in ((("leader",), 200), (("line manager",), 404), ((), 404)):
        briefing.share_brief(
            brief=things.brief, audience=Audience(roles), by=OWNER, clock=SYSTEM_CLOCK
        )
        assert signed_in("leader").get(address).status_code == status


def test_what_an_employer_is_asked_is_for_that_employer_alone() -> None:
    number = questions.ask(
        words="How many?", why="w", for_whom="f", needed_by=SYSTEM_CLOCK.now().date(), by="x",
        clock=SYSTEM_CLOCK,
    )  # fmt: skip
    made = Return.objects.create(
        question_id=number, as_at=DAY, deadline=DAY.replace(year=2030), stood=0, minutes=1,
        opened_by="x", opened_at=SYSTEM_CLOCK.now(),
    )  # fmt: skip
    ask = Ask.objects.create(of=made, employer=uuid.uuid4(), title="Secret Office", missing=[])
    other = uuid.uuid4()
    assert queries.ask_of(ask.id, employer=other) is None
    with pytest.raises(NotFound):
        answering.state_figures(
            ask=ask.id, employer=other, written={}, source="s", version=0, by="x",
            clock=SYSTEM_CLOCK,
        )  # fmt: skip
    with pytest.raises(NotFound):
        answering.sign_off(ask=ask.id, employer=other, version=0, by="x", clock=SYSTEM_CLOCK)
    for slug in SLUGS:
        client = signed_in(slug)
        for place in ("", ".csv", "/sign-off", "/take-back"):
            address = f"/returns/asked/{ask.id}{place}"
            for answer in (client.get(address), client.post(address, {"version": "0"})):
                assert answer.status_code in (403, 404, 405), (slug, address)
                assert b"Secret Office" not in answer.content


@pytest.mark.parametrize("state", [HELD, WITHDRAWN])
def test_what_is_shut_is_told_nowhere(state: str) -> None:
    """Every path to figures that were read before: pages, files, drafts, issues, answers."""
    things = own_things()
    number = questions.ask(
        words="How many?", why="w", for_whom="f", needed_by=SYSTEM_CLOCK.now().date(),
        by="persona:analyst", clock=SYSTEM_CLOCK,
    )  # fmt: skip
    questions.answer(
        question=number, metric="headcount", dimensions=("age",), as_at=DAY, purpose="p", by="x",
        clock=SYSTEM_CLOCK,
    )  # fmt: skip
    actions.share_dashboard(
        dashboard=things.board, audience=Audience(("analyst",)), by=OWNER, clock=SYSTEM_CLOCK
    )  # fmt: skip
    briefing.share_brief(
        brief=things.brief, audience=Audience(("analyst",)), by=OWNER, clock=SYSTEM_CLOCK
    )  # fmt: skip
    client, ids = signed_in("analyst"), list(Release.objects.values_list("id", flat=True))
    cited = "&".join(f"release={one}" for one in ids if _of(one) == ("age",))
    places = [
        *(f"/grid/releases/{one}{kind}" for one in ids for kind in ("", ".csv", ".json", ".xlsx")),
        f"/grid/?metric=headcount&by=age&{cited}",
        f"/grid/taken.json?metric=headcount&by=age&{cited}",
        "/grid/?metric=headcount&by=age", "/grid/cells.csv?metric=headcount&by=age",
        "/grid/taken.json?metric=headcount&by=age", "/grid/changes/?metric=headcount",
        f"/dashboards/{things.board}", f"/dashboards/briefs/{things.brief}",
        f"/dashboards/briefs/{things.brief}/issues/1", f"/returns/questions/{number}", "/",
    ]  # fmt: skip
    figures = re.compile("|".join(
        {cell[4] for one in Release.objects.all() for cell in one.content["cells"]
         if cell[3] is not None}))  # fmt: skip
    assert (
        sum(bool(figures.search(client.get(one).content.decode("latin-1"))) for one in places) > 9
    )
    Release.objects.update(state=state)
    for place in places:
        said = client.get(place).content.decode("latin-1")
        assert not figures.search(said), place
    System.objects.create(code="board", title="Board", kind="figures")
    token = make_token(system="board", title="figures", by="test", clock=SYSTEM_CLOCK)
    api = Client(headers={"Authorization": f"Bearer {token}"})
    for one in ids:
        assert api.get(f"/api/v1/releases/{one}").status_code == 403
        assert api.get(f"/api/v1/releases/{one}/file?format=json").status_code == 403
    asked = {"by": ["age"], "as_at": DAY.isoformat()}
    assert api.get("/api/v1/figures/headcount", asked).status_code == 403


def _of(release: uuid.UUID) -> tuple[str, ...]:
    return tuple(Release.objects.get(id=release).dimensions.split(","))


def test_forms_of_others_are_refused() -> None:
    """A page elsewhere that posts for somebody who is signed in: no form is taken without token."""
    client = signed_in("analyst", forgeries=True)
    for address in ("/dashboards/new", "/dashboards/pin", "/dashboards/briefs/new", "/returns/ask",
                    "/returns/saved/", "/returns/metrics/new"):  # fmt: skip
        answer = client.post(address, {"title": "x", "words": "x"})
        assert answer.status_code == 403, address


def test_words_of_others_are_words_on_pages_and_in_files() -> None:
    things, client = own_things(MARKUP[:90]), signed_in("analyst")
    shared = Audience(("analyst",))
    actions.share_dashboard(dashboard=things.board, audience=shared, by=OWNER, clock=SYSTEM_CLOCK)
    briefing.share_brief(brief=things.brief, audience=shared, by=OWNER, clock=SYSTEM_CLOCK)
    number = questions.ask(
        words=FORMULA, why=MARKUP, for_whom=FORMULA, needed_by=SYSTEM_CLOCK.now().date(), by="x",
        clock=SYSTEM_CLOCK,
    )  # fmt: skip
    questions.answer(
        question=number, metric="headcount", dimensions=("age",), as_at=DAY, purpose="p", by="x",
        clock=SYSTEM_CLOCK,
    )  # fmt: skip
    pages = ["/", "/dashboards/", f"/dashboards/{things.board}", "/returns/",
             f"/dashboards/briefs/{things.brief}", f"/returns/questions/{number}",
             f"/dashboards/briefs/{things.brief}/issues/1",
             f"/grid/?metric=headcount&by={MARKUP}&employer={MARKUP}&as_at={MARKUP}"]  # fmt: skip
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert b"<script>alert" not in answer.content, page
        assert b"<img src=x" not in answer.content, page
    for file in ("/returns/?as=csv", "/returns/saved/?as=csv"):
        said = client.get(file).content.decode()
        assert "HYPERLINK" in said
        assert not re.search(r'(^|,)"?=HYPERLINK', said, re.M), file


# Addresses with what no form sends; they are answered, not broken on.
ODD = [
    "/grid/?metric=headcount" + "&by=age" * 2000, "/grid/?metric=%00", "/grid/?by=%00&employer=%00",
    "/grid/?metric=headcount&employer=" + "a" * 5000, "/grid/?page=99999999999999999999",
    "/grid/?metric=headcount&release=%00", "/grid/?metric=headcount&release=" + "x" * 5000,
    "/grid/changes/?metric=headcount&as_at=%00", "/grid/times/?by=%00&of=%00&as_at=%00",
    "/grid/flows/?form=%00", "/grid/places/?employer=%00&region=%00", "/grid/metrics/?q=%00",
    "/grid/attendance/?employer=%00&month=%00", "/grid/why/?metric=headcount&as_at=0001-01-01",
    "/grid/taken.%00", "/grid/taken.exe?metric=headcount",
    "/grid/?metric=headcount&as_at=9999-12-31",
    "/grid/?metric=headcount&from=0001-01-01&as_at=9999-12-31",
    "/returns/?words=%00&state=%00&way=%00", "/returns/ask?words=%00", "/returns/?page=-1",
    "/returns/questions/99999999999999999999", "/returns/returns/99999999999999999999",
    "/returns/metrics/99999999999999999999", "/dashboards/pin?metric=%00",
    f"/dashboards/briefs/{uuid.UUID(int=0)}/issues/99999999999999999999",
]  # fmt: skip


@pytest.mark.parametrize("address", ODD, ids=range(len(ODD)))
def test_odd_addresses_are_answered_in_words(address: str) -> None:
    answer = signed_in("analyst").get(address)
    assert answer.status_code in (200, 400, 403, 404), answer.content[-500:]
    assert not world.found_in(answer.content.decode("utf-8", "replace"))

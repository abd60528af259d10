"""Every way out of GRID that needs something to be named: none tells an exact figure of people."""

import datetime as dt
import io
import itertools
import logging
import uuid
import zipfile
from decimal import Decimal

import pytest
from django.test import Client

from muster.gates.access import Actor
from muster.gates.audit import auditing
from muster.gates.models import Release
from muster.gates.personas import BUILT_IN
from muster.gates.release import release
from muster.gates.rows import EVERYBODY
from muster.hub.models import System
from muster.hub.tokens import make_token
from muster.kernel.clock import SYSTEM_CLOCK, FixedClock
from muster.ledger.current import ledger
from muster.services.dashboards import actions, briefing, issuing
from muster.services.dashboards.actions import Words
from muster.services.dashboards.rules import Audience, Target
from muster.services.dashboards.showing import Question
from muster.services.grid.exports import WRITERS
from muster.services.returns import actions as questions
from tests.integration import exits_world as world
from tests.integration.dashboards_world import wanted
from tests.integration.exits_world import ALPHA, DAY, TINY, found_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]
ANALYST = next(one.actor for one in BUILT_IN if one.slug == "analyst")


@pytest.fixture(autouse=True)
def marked(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    world.mark(monkeypatch)
    caplog.set_level(logging.DEBUG)


def told(*dimensions: str, metric: str = "headcount") -> str:
    """Return the figure of the first large cell of a table, as it is told."""
    table = release(
        metric, dimensions, DAY, audience=EVERYBODY, purpose="p", by="x", clock=SYSTEM_CLOCK
    )
    return next(one.shown for one in table.cells if one.value is not None)


def texts(content: bytes) -> str:
    """Return what can be read in a file, also within archives."""
    if content[:2] != b"PK":
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(texts(archive.read(name)) for name in archive.namelist())


def read(client: Client, address: str, *, status: int = 200) -> str:
    """Return what an address says, after looking at it."""
    answer = client.get(address)
    said = texts(answer.content)
    assert answer.status_code == status, (address, said[-900:])
    assert not found_in(said + str(answer.headers)), address
    return said


def signed_in(client: Client, slug: str) -> Client:
    client.post(f"/sign-in/as/{slug}")
    return client


def test_what_is_looked_for_would_be_seen() -> None:
    number = world.exact("headcount", DAY, employer=ALPHA)
    assert found_in(f"<p>{number:,}</p>") == found_in(f"[{number}, 5]") == {number}
    assert number % 5
    assert not found_in(told("employer"))


# Each page of GRID by what it is asked; {a} is an employer, {t} one of whom there are few.
PAGES = [
    *(f"?metric={metric}&by={by}&as_at=2026-08-31&employer={who}{more}"
      for metric, by in (("headcount", "age"), ("staff_fte", "grade"), ("hires", "days"))
      for who in ("", "{a}", "{t}") for more in ("", "&from=2026-07-31&view=table")),
    "changes/?metric=headcount&as_at=2026-08-31", "changes/?metric=staff_fte&employer={t}",
    "flows/", "flows/?form=today", "times/?by=employer&of={t}", "times/?by=ethnicity",
    "places/?employer={a}", "places/?metric=hires&region=E12000007",
    "attendance/", "attendance/?employer={t}",
    *(f"why/?metric={metric}&as_at=2026-08-31&employer={{t}}&age=20+to+29"
      for metric in ("headcount", "attendance")),
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_no_page_of_figures_tells_an_exact_one(
    client: Client, page: str, caplog: pytest.LogCaptureFixture
) -> None:
    said = read(signed_in(client, "analyst"), f"/grid/{page.format(a=ALPHA, t=TINY)}")
    assert "0 to 7" in said or "why/" in page or "ethnicity" in page
    assert not found_in(caplog.text)


@pytest.mark.parametrize("kind", [*WRITERS, "cells"])
def test_what_is_taken_along_tells_no_exact_figure(client: Client, kind: str) -> None:
    signed_in(client, "analyst")
    place = "cells.csv" if kind == "cells" else f"taken.{kind}"
    for by in ("by=employer&by=age", "by=age&from=2026-07-31", "by=grade&employer=" + ALPHA):
        address = f"/grid/{place}?metric=headcount&as_at=2026-08-31&{by}"
        said = read(client, address)
        if kind in ("csv", "json", "cells", "ods"):
            assert told("employer", "age").replace(",", "") in said or by[3:] != "employer&by=age"
    made = str(Release.objects.filter(dimensions="employer,age").first().id)  # type: ignore[union-attr]
    if kind != "cells":
        read(client, f"/grid/releases/{made}.{kind}")
    read(client, f"/grid/releases/{made}")


def test_the_public_api_tells_no_exact_figure(caplog: pytest.LogCaptureFixture) -> None:
    System.objects.create(code="board", title="Board", kind="figures")
    token = make_token(system="board", title="figures", by="test", clock=SYSTEM_CLOCK)
    client = Client(headers={"Authorization": f"Bearer {token}"})
    names = [one["name"] for one in client.get("/api/v1/figures").json()]
    for name in names:
        read(client, f"/api/v1/figures/{name}/dates")
        client.raise_request_exception = False
        answer = client.get(f"/api/v1/figures/{name}?by=employer&as_at=2026-08-31")
        assert answer.status_code in (200, 400, 403, 404), name
        assert not found_in(answer.content.decode()), name
    said = read(client, "/api/v1/figures/headcount?by=age&by=employer&as_at=2026-08-31")
    assert told("employer", "age") in said
    made = Release.objects.get(dimensions="age,employer", metric="headcount").id
    read(client, f"/api/v1/releases/{made}")
    for kind in WRITERS:
        read(client, f"/api/v1/releases/{made}/file?format={kind}")
    for wrong, status in (("?by=sex", 403), ("?as_at=2026-08-30", 403), ("?by=a&by=a", 403)):
        read(client, f"/api/v1/figures/headcount{wrong}", status=status)
    assert not found_in(caplog.text)


def board() -> uuid.UUID:
    """Return a dashboard with a tile of every form, of all, of one employer, and of a few."""
    made = actions.make_dashboard(
        title="Staff", purpose="", as_at=None, by=ANALYST, clock=SYSTEM_CLOCK
    )
    parts = ((), (("employer", ALPHA),), (("employer", TINY),))
    forms = (("number", ""), ("line", ""), ("bar", "age"), ("table", "grade"))
    for part, (form, by) in itertools.product(parts, forms):
        actions.add_tile(
            dashboard=made, question=Question("headcount", by, part, form),  # type: ignore[arg-type]
            words=Words(""), by=ANALYST, clock=SYSTEM_CLOCK,
        )  # fmt: skip
    return made


def test_no_dashboard_tells_an_exact_figure(client: Client) -> None:
    made = board()
    actions.share_dashboard(
        dashboard=made, audience=Audience(("leader",)), by=ANALYST, clock=SYSTEM_CLOCK
    )
    for slug in ("analyst", "leader"):
        said = read(signed_in(client, slug), f"/dashboards/{made}")
        assert told() in said
        assert "0 to 7" in said
    signed_in(client, "analyst")
    for place in (f"{made}/tiles/", f"{made}/tiles/add/headcount", f"{made}/settings", ""):
        read(client, f"/dashboards/{place}")
    read(client, f"/dashboards/pin?metric=headcount&by=age&employer={TINY}")


def brief(owner: Actor) -> uuid.UUID:
    """Return a brief of four figures, with targets next to the exact numbers."""
    made = briefing.make_brief(title="Staff brief", purpose="Why", by=owner, clock=SYSTEM_CLOCK)
    for part in ((), (("employer", ALPHA),), (("employer", TINY),), (("age", "20 to 29"),)):
        near = world.exact("headcount", DAY, **dict(part))
        world.handed.discard(near + 7)
        target = Target(Decimal(near + 7), "at least", DAY.replace(year=2030))
        one = wanted(
            metric="headcount", parts=part, target=target, since=world.MONTHS[0], stated_by="Plan"
        )
        briefing.put_figure(brief=made, wanted=one, by=owner, clock=SYSTEM_CLOCK, new=True)
    return made


def test_no_brief_and_none_of_its_issues_tells_an_exact_figure(client: Client) -> None:
    made = brief(ANALYST)
    briefing.share_brief(brief=made, audience=Audience(("leader",)), by=ANALYST, clock=SYSTEM_CLOCK)
    number = issuing.issue_now(brief=made, by=ANALYST, clock=SYSTEM_CLOCK)
    for slug in ("leader", "analyst"):
        signed_in(client, slug)
        for place in (f"briefs/{made}", f"briefs/{made}/issues/{number}", ""):
            read(client, f"/dashboards/{place}")
        read(client, "/")
    read(client, f"/dashboards/briefs/{made}/figures/")


def test_no_answer_to_a_question_tells_an_exact_figure(client: Client) -> None:
    number = questions.ask(
        words="How many staff are there by age?", why="A speech", for_whom="Office",
        needed_by=SYSTEM_CLOCK.now().date(), by=ANALYST.id, clock=SYSTEM_CLOCK,
    )  # fmt: skip
    signed_in(client, "analyst")
    read(client, f"/returns/questions/{number}")
    questions.answer(
        question=number, metric="headcount", dimensions=("age",), as_at=DAY, purpose="p",
        by=ANALYST.id, clock=SYSTEM_CLOCK,
    )  # fmt: skip
    for place in (f"questions/{number}", "", "saved/", "saved/?as=csv", "metrics/"):
        read(client, f"/returns/{place}")
    read(client, "/")


def test_no_chore_writes_an_exact_figure_into_logs_or_for_officers(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    made, today = brief(ANALYST), FixedClock(dt.datetime(2026, 10, 5, 9, tzinfo=dt.UTC))
    briefing.schedule(brief=made, day=5, paused=False, recipients=[], by=ANALYST, clock=today)
    assert issuing.issue_due(clock=today) == 1
    told("region", metric="hires")
    done, _held = auditing.audit(clock=today, seconds=0.2)
    assert done == Release.objects.count() > 1
    signed_in(client, "governance")
    for place in ("", *(str(one.id) for one in Release.objects.all())):
        read(client, f"/grid/audit/{place}")
    assert not found_in(caplog.text)
    assert not found_in(str([entry.body for entry in ledger().read("decisions")]))
    assert not found_in(str(list(Release.objects.values())))

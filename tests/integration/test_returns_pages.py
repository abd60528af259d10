"""The pages of questions and returns, as each reader meets them, without JavaScript."""

import csv
import datetime as dt
import html
import io
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.test import Client

from muster.gates import release as gate
from muster.gates.access import Actor, Role
from muster.kernel.clock import SYSTEM_CLOCK
from muster.services.returns import actions, queries
from muster.services.returns.standing import bases, owners
from tests.integration import returns_world as world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]
Sign = Callable[..., Client]
EXACT = re.compile(r"(?<![-\w])811(?![-\w])")
WORDS = "How many staff do we have by grade?"


@pytest.fixture
def as_(client: Client, monkeypatch: pytest.MonkeyPatch) -> Sign:
    world.load_all_but_one()

    def sign_in(role: Role, name: str = "", *, own: bool = False) -> Client:
        name = name or f"persona:{role}"
        actor = Actor(name, name, frozenset({role}), world.late_employer() if own else None)
        monkeypatch.setattr("muster.web.middleware.actor_in", lambda request: actor)
        return client

    return sign_in


def text(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, response.content.decode()[:3000]
    return html.unescape(response.content.decode())


def on(day: dt.date, name: str) -> dict[str, str]:
    parts = {"day": day.day, "month": day.month, "year": day.year}
    return {f"{name}_{part}": str(value) for part, value in parts.items()}


def asked(client: Client, words: str = WORDS) -> str:
    said = {"words": words, "why": "A speech", "for_whom": "Minister's office"}
    response = client.post("/returns/ask", said | on(world.today() + world.SOON, "needed_by"))
    assert response.status_code == 302
    return str(urlsplit(response.headers["Location"]).path)


def test_who_did_something_is_shown_by_name(as_: Sign, monkeypatch: pytest.MonkeyPatch) -> None:
    page = asked(as_("leader"))
    # A persona by its name, to somebody else.
    seen = text(as_("analyst"), page)
    assert ", by Leader" in seen
    assert "persona:leader" not in seen
    # One's own name; another person's is not kept, and told as logs record it.
    ada = Actor("sso|81", "Ada Pound", frozenset({"leader"}))
    client = as_("leader")
    monkeypatch.setattr("muster.web.middleware.actor_in", lambda request: ada)
    own = asked(client, "How many lamps are lit by night?")
    assert ", by Ada Pound" in text(client, own)
    assert ", by sso|81" in text(as_("analyst"), own)


def test_a_question_is_answered_in_one_step_and_asked_again_it_is_cited(
    as_: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    leader = as_("leader")
    page = asked(leader)
    shown = text(leader, page)
    assert "Headcount" in shown
    form = {"metric": "headcount", "by": ["grade"], "as_at": world.AS_AT.isoformat()}
    assert leader.post(f"{page}/answer", form).status_code == 302
    first = text(leader, page)
    [released, _total] = re.findall(r"/grid/releases/[-0-9a-f]+", first)
    assert leader.get(released).status_code == 200

    again = asked(leader, "How many staff are there by grade?")
    near = text(leader, again)
    assert page in near
    assert WORDS in near
    monkeypatch.setattr(gate, "_make", None)
    assert leader.post(f"{again}/answer", form).status_code == 302
    second = text(leader, again)
    assert released in second
    assert "An earlier answer, cited" in second
    assert leader.post(f"{again}/answer", form).status_code == 409


def test_the_whole_way_from_a_question_to_a_released_return(as_: Sign) -> None:
    page = asked(as_("leader"))
    assert as_("leader").post(f"{page}/hand-on").status_code == 302
    analyst = as_("analyst")
    assert WORDS in text(analyst, "/")
    form = {"metric_1": "headcount", "by_1_1": "grade", "as_at": world.AS_AT.isoformat()}
    form |= on(world.today() + world.SOON, "deadline")
    checked = analyst.post(f"{page}/return", form | {"do": "check"}).content.decode()
    assert "1 employer would be asked." in checked
    assert "2 employers would not, as their figures stand." in checked
    address = analyst.post(f"{page}/return", form | {"do": "ask"}).headers["Location"]

    officer = as_("HR caseworker", "hr:one", own=True)
    assert "Due" in text(officer, "/")
    own = f"/returns/asked/{world.the_ask().id}"
    listed = list(csv.reader(io.StringIO(officer.get(f"{own}.csv").content.decode("utf-8-sig"))))
    filled = [[*row[:4], "811" if at == 0 else "0", ""] for at, row in enumerate(listed[1:])]
    out = io.StringIO()
    csv.writer(out).writerows([listed[0], *filled])
    file = io.BytesIO(out.getvalue().encode())
    file.name = "list.csv"
    said = {"source": "Payroll", "version": "0", "file": file}
    assert officer.post(own, said).status_code == 302
    assert EXACT.search(text(officer, own))
    assert "State these figures" not in text(officer, own)
    assert officer.post(f"{own}/sign-off", {"version": "1"}).status_code == 403

    second = as_("HR caseworker", "hr:two", own=True)
    assert "Sign off" in text(second, own)
    assert second.post(f"{own}/sign-off", {"version": "1"}).status_code == 302

    analyst = as_("analyst")
    assert not EXACT.search(text(analyst, address))
    assert analyst.post(f"{address}/release").status_code == 302
    answer = text(analyst, page)
    links = re.findall(r"/grid/releases/[-0-9a-f]+", answer)
    tables = [text(analyst, link) for link in links]
    assert len(tables) == 4
    assert not any(EXACT.search(one) for one in tables)
    assert "810" in tables[2]
    assert "3.0" not in text(analyst, "/returns/saved/")
    assert "3" in text(analyst, "/returns/saved/")


def test_a_metric_is_asked_for_and_approved_by_somebody_else_and_is_not_live(as_: Sign) -> None:
    analyst = as_("analyst", "hr:asks")
    page = asked(analyst, "How many parrots are kept?")
    form = text(analyst, f"{page}/metric")
    began = re.search(r'name="began" value="([^"]+)"', form)
    assert began is not None
    said = {
        "title": "Parrots", "counts": "Living parrots", "grain": "one parrot",
        "dimensions": "Employer, Colour", "owner": owners()[0],
        "lawful_basis": bases()[0], "began": began[1],
    }  # fmt: skip
    address = analyst.post(f"{page}/metric", said).headers["Location"]
    assert queries.median_seconds() in (0, 1, 2, 3)
    assert analyst.post(address, {"verdict": "approved"}).status_code == 403
    owner = as_("information-governance officer")
    assert "Parrots" in text(owner, "/")
    assert owner.post(address, {"verdict": "declined", "reason": ""}).status_code == 200
    assert owner.post(address, {"verdict": "approved", "reason": ""}).status_code == 302
    shown = text(owner, address)
    assert "not live yet" in shown
    python = owner.get(f"{address}.py").content.decode()
    assert "name='parrots'" in python.replace('"', "'")
    compile(python, "metric.py", "exec")


def test_lists_are_searched_filtered_and_taken_as_csv(as_: Sign) -> None:
    leader = as_("leader")
    asked(leader)
    asked(leader, "Who left us last year?")
    found = text(leader, "/returns/?words=left&state=open")
    assert "Who left us" in found
    assert WORDS not in found
    rows = list(csv.DictReader(io.StringIO(
        leader.get("/returns/?as=csv&words=staff").content.decode("utf-8-sig"))))  # fmt: skip
    assert [row["question"] for row in rows] == [WORDS]


def test_the_assumption_is_declared_and_counts(as_: Sign) -> None:
    world.load_all_but_one()
    actions.answer(
        question=world.ask(), metric="headcount", dimensions=(), as_at=world.AS_AT, purpose="p",
        by="x", clock=SYSTEM_CLOCK,
    )  # fmt: skip
    analyst = as_("analyst")
    assert "4.5" in text(analyst, "/returns/saved/")
    assert analyst.post("/returns/saved/", {"minutes": "0", "why": "w"}).status_code == 200
    assert (
        analyst.post("/returns/saved/", {"minutes": "40", "why": "Asked five"}).status_code == 302
    )
    shown = text(analyst, "/returns/saved/")
    assert "Asked five" in shown
    assert as_("leader").post("/returns/saved/", {"minutes": "1", "why": "w"}).status_code == 403


@pytest.mark.parametrize("role", ["civil servant", "line manager", "integrator", "HR caseworker"])
def test_questions_are_not_for_everybody(as_: Sign, role: Role) -> None:
    number = world.ask()
    for address in ("/returns/", "/returns/saved/", f"/returns/questions/{number}"):
        assert as_(role, own=True).get(address).status_code == 403


def test_an_officer_elsewhere_does_not_learn_that_something_is_asked(
    as_: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.opened()
    own = f"/returns/asked/{world.the_ask().id}"
    stranger = as_("HR caseworker")
    assert stranger.get(own).status_code in (403, 404)
    assert as_("analyst").get(own).status_code == 403
    shown = text(as_("HR caseworker", "hr:one", own=True), own)
    assert "State these figures" in shown
    bad = as_("HR caseworker", "hr:one", own=True).post(own, {"source": "s", "version": "0"})
    assert bad.status_code == 302


def test_a_file_with_a_row_twice_is_refused_naming_the_row(as_: Sign) -> None:
    world.opened()
    own = f"/returns/asked/{world.the_ask().id}"
    officer = as_("HR caseworker", "hr:one", own=True)
    lines = officer.get(f"{own}.csv").content.decode("utf-8-sig").splitlines()
    file = io.BytesIO("\n".join([*lines, lines[1]]).encode())
    file.name = "list.csv"
    response = officer.post(own, {"source": "s", "version": "0", "file": file})
    assert f"row {len(lines) + 1}" in response.content.decode()


@pytest.mark.parametrize("role", ["leader", "analyst", "information-governance officer"])
def test_nobody_elsewhere_sees_a_stated_figure_on_any_page(as_: Sign, role: Role) -> None:
    number, view = world.opened()
    world.state(view, "811")
    reader = as_(role)
    seen = 0
    for address in (
        "/", "/returns/", "/returns/?as=csv", "/returns/saved/", "/returns/saved/?as=csv",
        "/returns/metrics/", f"/returns/returns/{number}", "/returns/questions/1",
        f"/returns/asked/{view.id}", f"/returns/asked/{view.id}.csv", "/grid/",
        f"/grid/?metric=stated_headcount&as_at={world.AS_AT}",
    ):  # fmt: skip
        response = reader.get(address)
        seen += response.status_code == 200
        assert not EXACT.search(response.content.decode()), address
    assert seen >= 6

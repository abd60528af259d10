"""The inbox as each reader meets it, without JavaScript; what is out of reach is not there."""

import csv
import datetime as dt
import html
import io
import re
import uuid
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.test import Client

from muster.casework import actions, ports
from muster.casework.drafting import draft_of
from muster.casework.models import Task
from muster.casework.notifying.choosing import choice_of, mark_of
from muster.casework.notifying.models import Draft, Notice
from muster.casework.rules import Worker
from muster.gates.access import Actor, Role
from muster.kernel.clock import SYSTEM_CLOCK
from muster.services.inbox.wording import due_words
from tests.integration.inbox_world import HR, MOLE, PROCESS, RAT, TOAD, InboxWorld

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("fresh_home"),
    pytest.mark.one_store("what these pages do is done on both stores elsewhere"),
]
Sign = Callable[..., Client]


@pytest.fixture(autouse=True)
def _pretend_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        ports._processes, PROCESS, ports.Process(PROCESS, (), {}, {}, parties="", lanes=())
    )


@pytest.fixture
def world() -> InboxWorld:
    made = InboxWorld()
    made.clock.move(SYSTEM_CLOCK.now() - made.clock.now())
    return made.staffed()


@pytest.fixture
def as_(client: Client, world: InboxWorld, monkeypatch: pytest.MonkeyPatch) -> Sign:
    def sign_in(
        name: str, role: Role = HR, *, employer: uuid.UUID | None = None,
        person: uuid.UUID | None = None,
    ) -> Client:  # fmt: skip
        actor = Actor(name, name.partition(":")[2].title(), frozenset({role}),
                      employer or (world.weir if name == TOAD else world.mill), person)  # fmt: skip
        monkeypatch.setattr("muster.web.middleware.actor_in", lambda request: actor)
        return client

    return sign_in


def text(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, response.content.decode()[:3000]
    return html.unescape(response.content.decode())


def titles(shown: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r"Agree the date \d+", shown)))


@pytest.mark.parametrize(
    ("due", "now", "said"),
    [
        ("2027-03-25 09:00", "2027-03-25 10:00", "Late, since today"),
        ("2027-03-25 09:00", "2027-03-28 10:00", "Late"),  # Maundy Thursday, on Easter Sunday
        ("2027-03-25 09:00", "2027-03-30 10:00", "Late by 1 working day"),
        ("2026-11-20 16:00", "2026-11-21 10:00", "Late"),  # a Friday, on Saturday
        ("2026-11-20 16:00", "2026-11-24 10:00", "Late by 2 working days"),
    ],
)
def test_what_is_late_over_a_weekend_is_not_late_since_today(due: str, now: str, said: str) -> None:
    at = (dt.datetime.fromisoformat(f"{one}+00:00") for one in (due, now))
    assert due_words(*at)[0] == said


def test_each_shelf_holds_its_own_tasks_the_late_ones_first(as_: Sign, world: InboxWorld) -> None:
    soon = world.task(assignee=MOLE, days=1)
    late = world.task(assignee=MOLE, days=-7)  # so many that no holidays fill them
    never = world.task(assignee=MOLE, days=None)
    team = world.task()
    rats = world.task(assignee=RAT)
    world.task(employer=world.weir)
    world.task(role="payroll lead")
    mine = text(as_(MOLE), "/inbox/")
    assert titles(mine) == [late.title, soon.title, never.title]
    assert "Late by" in mine
    assert "Due tomorrow" in mine
    assert "My team’s (1)" in mine
    assert titles(text(as_(MOLE), "/inbox/?shelf=team")) == [team.title]
    assert titles(text(as_(MOLE), "/inbox/?sort=-due")) == [soon.title, late.title, never.title]
    assert rats.title not in mine
    world.done(soon, MOLE)
    assert titles(text(as_(MOLE), "/inbox/?shelf=done")) == [soon.title]
    assert titles(text(as_(MOLE), "/inbox/?due=late")) == [late.title]
    assert titles(text(as_(MOLE), f"/inbox/?words={late.title.split()[-1]}")) == [late.title]
    assert titles(text(as_(MOLE), "/inbox/?process=other&sort=nonsense&page=99")) != []


@pytest.mark.parametrize("name", [TOAD, "persona:stranger"])
def test_tasks_out_of_reach_do_not_exist(as_: Sign, world: InboxWorld, name: str) -> None:
    task = world.task()
    absent = uuid.uuid4()
    here = as_(name, employer=world.weir)
    for page in ("", "/hand-over", "/deadline.ics"):
        theirs, none = (here.get(f"/inbox/tasks/{one}{page}") for one in (task.id, absent))
        assert (theirs.status_code, none.status_code) == (404, 404)
        strip = str(task.id), str(absent)
        said = [
            re.sub(r'(?<=value=")\w{64}(?=")', "", one.content.decode()).replace(key, "")
            for one, key in zip((theirs, none), strip, strict=True)
        ]
        assert said[0] == said[1]
    for page in ("take", "give-back", "complete", "hand-over"):
        assert here.post(f"/inbox/tasks/{task.id}/{page}", {"version": 0}).status_code == 404
    posted = {"deed": "take", "task": [str(task.id)]}
    assert here.post("/inbox/bulk", posted).status_code == 400
    assert here.post("/inbox/bulk/do", posted).status_code == 400
    task.refresh_from_db()
    assert (task.assignee, task.state) == ("", "open")
    assert "(0)" in text(here, "/inbox/")


def test_a_persons_task_is_theirs_alone_and_not_in_their_hr_inbox(
    as_: Sign, world: InboxWorld
) -> None:
    person = uuid.uuid4()
    task = world.task(person=person)
    assert titles(text(as_(MOLE), "/inbox/?shelf=team")) == []
    assert as_(MOLE).get(f"/inbox/tasks/{task.id}").status_code == 404


def test_nobody_sees_a_team_task_about_themselves(as_: Sign, world: InboxWorld) -> None:
    person = uuid.uuid4()
    task = world.task(about=person)
    assert titles(text(as_(RAT), "/inbox/?shelf=team")) == [task.title]


def test_a_task_is_taken_given_back_and_handed_over_with_a_reason(
    as_: Sign, world: InboxWorld
) -> None:
    task = world.task()
    page = f"/inbox/tasks/{task.id}"
    assert as_(MOLE).post(f"{page}/take").status_code == 302
    assert "A colleague has taken this task" in text(as_(RAT), page)
    assert as_(RAT).post(f"{page}/take").status_code == 409
    assert as_(MOLE).post(f"{page}/hand-over", {"to": RAT}).status_code == 400, "no reason"
    assert as_(MOLE).post(f"{page}/hand-over", {"to": TOAD, "reason": "x"}).status_code == 400
    assert as_(MOLE).post(f"{page}/hand-over", {"to": RAT, "reason": "Leave"}).status_code == 302
    task.refresh_from_db()
    assert task.assignee == RAT
    told = Notice.objects.get(kind="task given")
    assert told.holder == RAT
    assert "Leave" not in str(told.fill)
    assert as_(RAT).post(f"{page}/give-back").status_code == 302
    task.refresh_from_db()
    assert task.assignee == ""


def test_who_does_not_lead_hands_over_their_own_tasks_alone(as_: Sign, world: InboxWorld) -> None:
    manager: Role = "line manager"
    world.seen("persona:otter", "Otter", world.mill, manager)
    world.seen("persona:vole", "Vole", world.mill, manager)
    theirs = world.task(role=manager, assignee="persona:vole")
    page = f"/inbox/tasks/{theirs.id}/hand-over"
    assert as_("persona:otter", manager).get(page).status_code == 403
    said = {"to": "persona:otter", "reason": "Mine now"}
    assert as_("persona:otter", manager).post(page, said).status_code == 403
    assert as_("persona:vole", manager).post(page, said).status_code == 302


def bulk(client: Client, deed: str, *tasks: Task, **more: str) -> str:
    """Tick tasks, see the check page, and send its form; return what is said then."""
    checked = client.post("/inbox/bulk", {"deed": deed, "task": [str(one.id) for one in tasks]})
    assert checked.status_code == 200
    shown = checked.content.decode()
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', shown)
    posted: dict[str, list[str]] = {}
    for name, value in fields:
        posted.setdefault(name, []).append(value)
    posted |= {name: [value] for name, value in more.items()}
    answer = client.post("/inbox/bulk/do", posted)
    if answer.status_code != 302:
        return html.unescape(answer.content.decode())
    return text(client, urlsplit(answer.headers["Location"]).path)


def test_several_are_taken_at_once_and_it_can_be_undone(as_: Sign, world: InboxWorld) -> None:
    tasks = [world.task(), world.task(), world.task(assignee=RAT)]
    here = as_(MOLE)
    said = bulk(here, "take", *tasks)
    assert "You have taken 2 tasks." in said
    assert "Undo what you just did" in said
    assert set(Task.objects.values_list("assignee", flat=True)) == {MOLE, RAT}
    Task.objects.filter(id=tasks[0].id).update(assignee=RAT)
    here.post("/inbox/undo")
    here.post("/inbox/undo")
    found = dict(Task.objects.values_list("id", "assignee"))
    assert [found[one.id] for one in tasks] == [RAT, "", RAT], "what was touched since stays"


def test_several_are_handed_over_by_who_leads(as_: Sign, world: InboxWorld) -> None:
    tasks = [world.task(), world.task(assignee=RAT)]
    said = bulk(as_(MOLE), "hand-over", *tasks, to=RAT)
    assert "There is a problem" in said, "no reason"
    said = bulk(as_(MOLE), "hand-over", *tasks, to=RAT, reason="Leave")
    assert "2 tasks were handed over." in said
    assert set(Task.objects.values_list("assignee", flat=True)) == {RAT}
    strange = bulk(as_(MOLE), "hand-over", *tasks, to=TOAD, reason="Leave")
    assert "There is a problem" in strange


def test_only_what_says_so_is_completed_in_bulk(
    as_: Sign, world: InboxWorld, completed: list[uuid.UUID]
) -> None:
    alike = [world.task(bulk=True), world.task(bulk=True)]
    other = world.task()
    here = as_(MOLE)
    checked = here.post("/inbox/bulk", {"deed": "complete", "task": [str(other.id)]})
    assert "It must be done by itself" in checked.content.decode()
    said = bulk(here, "complete", *alike, other)
    assert "2 tasks are done." in said
    assert "Undo" not in said, "what was done is not undone"
    assert sorted(completed) == sorted(one.id for one in alike)
    replayed = here.post("/inbox/bulk/do", {"deed": "complete", "task": [str(alike[0].id)]})
    assert replayed.status_code == 302
    assert len(completed) == 2


@pytest.fixture
def completed(monkeypatch: pytest.MonkeyPatch) -> list[uuid.UUID]:
    """Complete tasks without the engine; the order of checks stays the verbs' own."""
    found: list[uuid.UUID] = []

    def stride(case: object, change: object, **said: object) -> None:
        row = Task.objects.filter(case=case, state="done").latest("done_at")  # type: ignore[misc]
        found.append(row.id)

    monkeypatch.setattr(actions, "_stride", stride)
    return found


def test_a_task_is_done_once_however_often_its_form_is_sent(
    as_: Sign, world: InboxWorld, completed: list[uuid.UUID]
) -> None:
    task = world.task()
    here, page = as_(MOLE), f"/inbox/tasks/{task.id}/complete"
    assert here.post(page, {"note": "", "version": "7"}).status_code == 400, "seen too long ago"
    assert completed == []
    assert here.post(page, {"note": "Agreed", "version": "0"}).status_code == 302
    assert here.post(page, {"note": "Agreed", "version": "0"}).status_code == 400
    assert completed == [task.id]


def test_what_was_begun_is_saved_sealed_and_for_its_writer_alone(
    as_: Sign, world: InboxWorld
) -> None:
    task = world.task()
    page = f"/inbox/tasks/{task.id}"
    said = {"note": "Ask Badger first", "version": "0", "save": "yes"}
    assert as_(MOLE).post(f"{page}/complete", said).status_code == 302
    assert "Ask Badger first" in text(as_(MOLE), page)
    assert "You have saved a draft" in text(as_(MOLE), "/inbox/?shelf=team")
    assert "Ask Badger first" not in text(as_(RAT), page)
    row = Draft.objects.get()
    assert "Badger" not in row.sealed
    Draft.objects.update(actor=RAT)
    with pytest.raises(Exception, match=r"."):
        draft_of(task.id, Worker(RAT))


def test_cover_is_set_on_a_page_and_opens_a_shelf(as_: Sign, world: InboxWorld) -> None:
    task = world.task(assignee=MOLE)
    here = as_(MOLE)
    text(here, "/inbox/cover")
    today = dt.datetime.now(dt.UTC).date()
    days = {f"{name}_{part}": str(getattr(day, part))
            for name, day in (("since", today), ("until", today + dt.timedelta(days=3)))
            for part in ("day", "month", "year")}  # fmt: skip
    assert here.post("/inbox/cover", {"absent": MOLE, "coverer": TOAD, **days}).status_code == 400
    assert here.post("/inbox/cover", {"absent": MOLE, "coverer": RAT, **days}).status_code == 302
    assert titles(text(as_(RAT), "/inbox/?shelf=covered")) == [task.title]
    assert as_(RAT).post(f"/inbox/tasks/{task.id}/take").status_code == 302
    shown = text(as_(MOLE), "/inbox/cover")
    [one] = re.findall(r"/inbox/cover/[-0-9a-f]+/end", shown)
    assert as_(TOAD).post(one).status_code == 404
    assert as_(MOLE).post(one).status_code == 302
    assert titles(text(as_(RAT), "/inbox/?shelf=covered")) == []


def test_a_calendar_address_is_shown_once_and_answers_without_a_sign_in(
    as_: Sign, world: InboxWorld, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = world.task(assignee=MOLE)
    here = as_(MOLE)
    assert here.post("/inbox/calendar/renew").status_code == 302
    [address] = re.findall(r"http://\S+?\.ics", text(here, "/inbox/calendar"))
    assert ".ics" not in text(here, "/inbox/calendar")
    monkeypatch.setattr("muster.web.middleware.actor_in", lambda request: None)
    path = urlsplit(address).path
    answer = client.get(path)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert str(task.id).encode() in answer.content.replace(b"\r\n ", b"")
    assert client.get("/inbox/calendar/guess.ics").status_code == 404
    assert client.get(f"/inbox/tasks/{task.id}/deadline.ics").status_code == 302, "sign in first"
    as_(MOLE).post("/inbox/calendar/end")
    assert client.get(path).status_code == 404


def test_less_is_chosen_by_a_notices_link_but_not_by_opening_it(
    as_: Sign, world: InboxWorld, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Notice.objects.create(
        key="k", kind="task given", template="task_given", holder=MOLE, state="waiting",
        written_at=world.clock.now(), goes_at=world.clock.now(),
        fill={"task": "T", "process": "P", "due": "D"},
    )  # fmt: skip
    as_(MOLE)
    monkeypatch.setattr("muster.web.middleware.actor_in", lambda request: None)
    page = f"/inbox/less/{one.id}/{mark_of(one.id)}"
    assert "A deadline that was missed" in text(client, page)
    assert choice_of(MOLE, None).rhythm("task given") == "at once"
    assert client.get(f"/inbox/less/{one.id}/{'0' * 32}").status_code == 404
    assert client.post(f"/inbox/less/{uuid.uuid4()}/{mark_of(one.id)}").status_code == 404
    assert client.post(page).status_code == 200
    assert choice_of(MOLE, None).rhythm("task given") == "never"
    assert choice_of(MOLE, None).rhythm("escalation") == "at once"


def test_what_one_is_told_is_chosen_and_seen(as_: Sign, world: InboxWorld) -> None:
    here = as_(MOLE)
    shown = text(here, "/inbox/notices/choose")
    assert 'name="escalation"' not in shown
    said = {"way": "sms", "task_given": "weekly", "team_task": "never", "reminder": "daily",
            "deadline_moved": "at once", "case_finished": "never"}  # fmt: skip
    assert here.post("/inbox/notices/choose", said | {"reminder": "never"}).status_code == 400
    assert here.post("/inbox/notices/choose", said).status_code == 302
    assert choice_of(MOLE, None).rhythm("reminder") == "daily"
    assert "Nothing has been written to you yet." in text(here, "/inbox/notices")


def test_a_shared_mailbox_is_stated_by_who_leads(as_: Sign, world: InboxWorld) -> None:
    here = as_(MOLE)
    text(here, "/inbox/mailbox")
    said = {"role": HR, "email": "hr@mill.example"}
    assert here.post("/inbox/mailbox", said | {"email": "nowhere"}).status_code == 400
    assert here.post("/inbox/mailbox", said).status_code == 302
    assert "hr@mill.example" in text(here, "/inbox/mailbox")
    assert as_("persona:otter", "line manager").get("/inbox/mailbox").status_code == 403


def test_the_list_is_a_file_too_and_computes_nothing(as_: Sign, world: InboxWorld) -> None:
    world.task(assignee=MOLE, title="=1+1")
    answer = as_(MOLE).get("/inbox/?as=csv")
    [row] = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row["title"] == "'=1+1"
    assert row["state"] == "open"


def test_the_home_page_says_what_waits(as_: Sign, world: InboxWorld) -> None:
    late = world.task(assignee=MOLE, days=-2)
    world.task()
    shown = text(as_(MOLE), "/")
    assert late.title in shown
    assert "1 task waits for your team" in shown

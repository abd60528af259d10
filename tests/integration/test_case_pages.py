"""Who sees a case and its files, what they are shown, and what an uploaded process is told."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from muster.casework import actions, queries, versions
from muster.casework.models import Task
from muster.casework.queries_of_cases import case_in_reach, course, version_of
from muster.casework.rules import Worker
from muster.gates.access import Actor
from muster.kernel.errors import NotFound
from muster.services.inbox.pages import cases, processes
from tests.integration.cases_world import KEY, Visits
from tests.integration.inbox_world import HR, MOLE, PAYROLL

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("fresh_home"),
    pytest.mark.one_store("what these pages do is done on both stores elsewhere"),
]


@pytest.fixture
def visits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visits]:
    versions._shipped.cache_clear()
    world = Visits(tmp_path, monkeypatch)
    world.staffed()
    yield world
    versions._shipped.cache_clear()


def host(visits: Visits) -> Actor:
    return Actor(MOLE, "Mole", frozenset({"HR caseworker"}), visits.mill)


def get(view: object, actor: Actor, *args: object, **asked: str) -> HttpResponse:
    request = RequestFactory().get("/inbox/", asked)
    request.actor = actor  # type: ignore[attr-defined]
    return view(request, *args)  # type: ignore[operator, no-any-return]


def states(case: uuid.UUID) -> dict[str, str]:
    return {one.element: one.state for phase in course(case).phases for one in phase.steps}


def test_states_follow_the_case_to_its_end(visits: Visits) -> None:
    case = visits.opened()
    assert [phase.title for phase in course(case).phases] == ["Before the visit", "A visit"]
    assert states(case) == {
        "invite": "open", "ask_again": "if needed", "pack": "to come", "nudge": "if needed",
        "welcome": "to come",
    }  # fmt: skip
    visits.do(case, "invite", visits.mole, coming=False)
    assert states(case)["ask_again"] == "open"
    visits.do(case, "ask_again", visits.mole)
    assert states(case)["invite"] == "open"
    visits.do(case, "invite", visits.mole, coming=True)
    assert states(case) == {
        "invite": "done", "ask_again": "done", "pack": "open", "nudge": "if needed",
        "welcome": "to come",
    }  # fmt: skip
    visits.do(case, "pack", visits.visitor)
    visits.do(case, "welcome", visits.mole)
    assert states(case) == {
        "invite": "done", "ask_again": "done", "pack": "done", "ready": "done",
        "nudge": "not needed", "welcome": "done", "over": "done",
    }  # fmt: skip


def test_diagrams_know_what_is_done_and_open(visits: Visits) -> None:
    case = visits.opened()
    visits.do(case, "invite", visits.mole, coming=True)
    whole, before = course(case).drawings
    assert (whole.process, whole.done, whole.open) == (KEY, ("start",), ("before",))
    assert before.done == ("begin", "invite", "coming")
    assert before.open == ("pack",)
    [reminder] = course(case).reminders
    assert (reminder.title, reminder.words) == ("Remind the guest", "After 3 working days")
    assert reminder.due is not None


def test_what_was_called_off_waits_for_nothing(visits: Visits) -> None:
    case = visits.opened()
    visits.do(case, "invite", visits.mole, coming=True)
    actions.call_off(case, by=MOLE, clock=visits.clock, why="Nobody is at home")
    assert set(states(case).values()) == {"done", "not needed"}
    page = get(cases.case, host(visits), case).content.decode()
    assert "Nothing is waited for." in page
    assert "Nobody is at home" in page


def test_case_is_there_for_its_workers_and_for_whom_it_is_about_alone(visits: Visits) -> None:
    case = visits.opened()
    for worker in (visits.mole, visits.visitor):
        assert case_in_reach(worker, case).id == case
    strangers = (
        Worker("persona:rat", frozenset({PAYROLL}), visits.mill),
        Worker("persona:toad", frozenset({HR}), visits.weir),
        Worker("persona:weasel", frozenset({HR}), None),
        Worker("persona:stoat", person=uuid.uuid4()),
        Worker("persona:nobody"),
    )
    for stranger in strangers:
        with pytest.raises(NotFound):
            case_in_reach(stranger, case)
    with pytest.raises(NotFound):
        case_in_reach(visits.mole, uuid.uuid4())


def test_task_that_was_taken_back_shows_nobody_the_case(visits: Visits) -> None:
    case = visits.opened()
    Task.objects.filter(case=case).update(state="taken back", done_at=visits.clock.now())
    with pytest.raises(NotFound):
        case_in_reach(visits.mole, case)
    assert case_in_reach(visits.visitor, case).id == case


def test_who_did_a_task_still_sees_its_case_elsewhere(visits: Visits) -> None:
    case = visits.opened()
    visits.do(case, "invite", visits.mole, coming=True)
    moved = Worker(MOLE, frozenset({HR}), visits.weir)
    assert case_in_reach(moved, case).id == case


def test_page_says_what_is_waited_for_and_who_did_what(visits: Visits) -> None:
    case = visits.opened()
    visits.do(case, "invite", visits.mole, coming=True)
    page = get(cases.case, host(visits), case).content.decode()
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "Otter visits the mill" in words
    assert "Pack a bag Guest" in words
    assert "Remind the guest After 3 working days; happens by itself Guest" in words
    assert "Invite the guest by Mole" in words
    assert "New cases follow the same version" in words
    assert str(visits.guest) not in page


def test_files_are_those_of_the_version_a_case_keeps(visits: Visits, tmp_path: Path) -> None:
    case = visits.opened()
    changed = visits.files["visit_before"].replace("Pack a bag", "Pack a trunk")
    (tmp_path / "visit_before.bpmn").write_text(changed, encoding="utf-8")
    versions._shipped.cache_clear()
    later = visits.opened()
    own, new = (case_in_reach(visits.mole, one) for one in (case, later))
    assert (version_of(own).number, version_of(own).latest) == (1, False)
    assert (version_of(new).number, version_of(new).latest) == (2, True)
    sent = get(cases.file, host(visits), case, "visit_before")
    assert sent.content.decode() == queries.diagram_files(own.diagram)["visit_before"]
    assert b"Pack a bag" in sent.content
    assert b"Pack a trunk" in get(cases.file, host(visits), later, "visit_before").content
    with pytest.raises(NotFound):
        get(cases.file, host(visits), case, "another")


def test_strangers_get_no_page_and_no_file(visits: Visits) -> None:
    case = visits.opened()
    toad = Actor("persona:toad", "Toad", frozenset({"HR caseworker"}), visits.weir)
    for view, more in ((cases.case, ()), (cases.file, (KEY,))):
        with pytest.raises(NotFound):
            get(view, toad, case, *more)


def sent(visits: Visits, text: str | bytes) -> str:
    content = text.encode() if isinstance(text, str) else text
    given = SimpleUploadedFile("mine.bpmn", content)
    request = RequestFactory().post("/inbox/processes/visit", {"file": given})
    request.actor = host(visits)  # type: ignore[attr-defined]
    answer = cast("HttpResponse", processes.process(request, KEY))
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))
    assert answer.status_code == (422 if "There is a problem" in said else 200)
    return said


def test_process_is_shown_in_words(visits: Visits) -> None:
    page = get(processes.process, host(visits), KEY).content.decode()
    for words in ("Invite the guest", "5 working days", "visit.nudge", "After 3 working days"):
        assert words in page, words
    assert get(processes.file, host(visits), KEY, KEY).content.decode() == visits.files[KEY]
    assert "A visit" in get(processes.listed, host(visits)).content.decode()
    assert reverse("inbox:processes") == "/inbox/processes/"
    with pytest.raises(NotFound):
        get(processes.process, host(visits), "nothing")


def test_own_file_is_checked_and_nothing_kept(visits: Visits) -> None:
    text = visits.files["visit_before"]
    assert "says the same as the version in force" in sent(visits, text)
    assert "Changed: Ask again" in sent(
        visits, text.replace('name="Ask again"', 'name="Ask again" muster:due="days(1)"')
    )
    assert get(processes.file, host(visits), KEY, "visit_before").content.decode() == text


HOSTILE = {
    "no task in a lane": ("<bpmn:flowNodeRef>pack</bpmn:flowNodeRef>", "", "element pack"),
    "unknown action": ("visit.nudge", "os.system", "element nudge"),
    "unknown lane": ('name="Guest"', 'name="Burglar"', "Nobody stands in the lane Burglar"),
    "script": ("<bpmn:serviceTask", "<bpmn:scriptTask", "A scriptTask cannot be run here"),
    "code as deadline": ("working_days(2)", "__import__('os')", "element pack"),
    "no default": ('default="f_coming_ask_again"', "", "element coming"),
    "another process": ('id="visit_before"', 'id="transfer"', "none of this one’s"),
    "entities": ("<bpmn:definitions", "<!DOCTYPE x><bpmn:definitions", "declares entities"),
    "an end cut off": ('targetRef="ready"', 'targetRef="nowhere"', "leads from or to nothing"),
    "no xml": ("<bpmn:definitions", "bpmn", "is not XML"),
}


@pytest.mark.parametrize("what", sorted(HOSTILE))
def test_refusal_names_the_element(visits: Visits, what: str) -> None:
    old, new, told = HOSTILE[what]
    text = visits.files["visit_before"].replace(old, new)
    if what == "script":
        text = text.replace("</bpmn:serviceTask", "</bpmn:scriptTask")
    assert text != visits.files["visit_before"]
    said = sent(visits, text)
    assert "There is a problem" in said
    assert told in said


def test_bytes_that_are_no_diagram_are_refused_in_words(visits: Visits) -> None:
    deep = visits.files["visit_before"].replace(
        "</bpmn:laneSet>", "</bpmn:laneSet>" + "<bpmn:subProcess>" * 5000
        + "</bpmn:subProcess>" * 5000,
    )  # fmt: skip
    wide = visits.files["visit_before"].encode("utf-16")
    for content in (b"\x00\x01", b"PK\x03\x04", wide, deep, b"x" * 2_000_001):
        assert "There is a problem" in sent(visits, content)

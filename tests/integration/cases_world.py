"""A pretend process of two diagrams, for pages that show where a case stands.

The mill invites somebody, who packs and is welcomed. ``Visits`` opens cases of it and does tasks as
the two who take part.
"""

import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from muster.casework import actions, ports
from muster.casework.models import Task
from muster.casework.ports import CaseContext, Process
from muster.casework.rules import Party, Worker
from muster.register.people.models import Person
from tests.integration.inbox_world import HR, MOLE, InboxWorld

KEY = "visit"
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI"
  xmlns:muster="urn:muster:casework" id="d_{key}" targetNamespace="urn:pretend">
  <bpmn:process id="{key}" name="{title}" isExecutable="true">
    <bpmn:laneSet id="lanes_{key}">"""
Nodes = tuple[tuple[str, str, str, str, str], ...]
VISIT: Nodes = (
    ("startEvent", "start", "A visit is planned", "Host", ""),
    ("callActivity", "before", "Before the visit", "Host", 'calledElement="visit_before"'),
    ("userTask", "welcome", "Welcome the guest", "Host", 'muster:due="days(2)"'),
    ("endEvent", "over", "The visit is over", "Host", ""),
)
BEFORE: Nodes = (
    ("startEvent", "begin", "Somebody is asked", "Host", ""),
    ("userTask", "invite", "Invite the guest", "Host", 'muster:due="working_days(5)"'),
    ("exclusiveGateway", "coming", "Do they come?", "Host", 'default="f_coming_ask_again"'),
    ("userTask", "ask_again", "Ask again", "Host", ""),
    ("userTask", "pack", "Pack a bag", "Guest", 'muster:due="working_days(2)"'),
    ("boundaryEvent", "late", "After 3 working days", "Guest",
     'attachedToRef="pack" cancelActivity="false"'),
    ("serviceTask", "nudge", "Remind the guest", "Guest", 'implementation="visit.nudge"'),
    ("endEvent", "nudged", "Reminded", "Guest", ""),
    ("endEvent", "ready", "All is ready", "Host", ""),
)  # fmt: skip
BEFORE_FLOWS = (
    ("begin", "invite", ""), ("invite", "coming", ""), ("coming", "pack", "coming"),
    ("coming", "ask_again", ""), ("ask_again", "invite", ""), ("late", "nudge", ""),
    ("nudge", "nudged", ""), ("pack", "ready", ""),
)  # fmt: skip
VISIT_FLOWS = (("start", "before", ""), ("before", "welcome", ""), ("welcome", "over", ""))


def drawn(key: str, title: str, nodes: Nodes, flows: tuple[tuple[str, str, str], ...]) -> str:
    """Return a BPMN file, its elements from left to right."""
    parts = [_HEAD.format(key=key, title=title)]
    for number, lane in enumerate(dict.fromkeys(one[3] for one in nodes)):
        held = "".join(f"<bpmn:flowNodeRef>{one[1]}</bpmn:flowNodeRef>" for one in nodes
                       if one[3] == lane)  # fmt: skip
        parts.append(f'<bpmn:lane id="l{number}" name="{lane}">{held}</bpmn:lane>')
    parts.append("</bpmn:laneSet>")
    for tag, name, words, _lane, more in nodes:
        parts.append(f'<bpmn:{tag} id="{name}" name="{words}" {more}>')
        if tag == "boundaryEvent":
            parts.append('<bpmn:timerEventDefinition id="t"><bpmn:timeDate>working_days(3)'
                         "</bpmn:timeDate></bpmn:timerEventDefinition>")  # fmt: skip
        parts.append(f"</bpmn:{tag}>")
    for a, b, condition in flows:
        said = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>"
        parts.append(f'<bpmn:sequenceFlow id="f_{a}_{b}" sourceRef="{a}" targetRef="{b}">'
                     f"{said if condition else ''}</bpmn:sequenceFlow>")  # fmt: skip
    parts.append(f'</bpmn:process><bpmndi:BPMNDiagram id="dia"><bpmndi:BPMNPlane id="plane"'
                 f' bpmnElement="{key}">')  # fmt: skip
    place = {one[1]: 100 + 140 * at for at, one in enumerate(nodes)}
    for name, x in place.items():
        parts.append(f'<bpmndi:BPMNShape id="s_{name}" bpmnElement="{name}"><dc:Bounds x="{x}"'
                     ' y="100" width="100" height="80" /></bpmndi:BPMNShape>')  # fmt: skip
    for a, b, _condition in flows:
        parts.append(f'<bpmndi:BPMNEdge id="e_{a}_{b}" bpmnElement="f_{a}_{b}">'
                     f'<di:waypoint x="{place[a] + 50}" y="180" />'
                     f'<di:waypoint x="{place[b] + 50}" y="180" /></bpmndi:BPMNEdge>')  # fmt: skip
    parts.append("</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>")
    return "\n".join(parts)


class Visits(InboxWorld):
    """Mole hosts at the mill; the guest is a person of their own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self.guest = Person.objects.create().id
        self.files = files()
        write(folder)
        monkeypatch.setattr(ports, "_processes", {KEY: process(folder)})
        stands(Host=Party(HR, self.mill), Guest=Party(person=self.guest))

    def opened(self) -> uuid.UUID:
        """Open a case about the guest."""
        return actions.open_case(KEY, f"visit:{uuid.uuid4()}", by=MOLE, clock=self.clock,
                                 about=self.guest)  # fmt: skip

    def do(self, case: uuid.UUID, element: str, worker: Worker, **answers: Any) -> None:
        """Do an open task."""
        task = Task.objects.get(case=case, element=element, state="open")
        actions.complete(task.id, answers, worker=worker, clock=self.clock)

    @property
    def mole(self) -> Worker:
        """Who hosts."""
        return Worker(MOLE, frozenset({HR}), self.mill)

    @property
    def visitor(self) -> Worker:
        """Whom the case is about."""
        return Worker("persona:otter", person=self.guest)


_standing: dict[str, Party] = {}


def files() -> dict[str, str]:
    """Return the two diagrams."""
    return {
        KEY: drawn(KEY, "A visit", VISIT, VISIT_FLOWS),
        "visit_before": drawn("visit_before", "Before the visit", BEFORE, BEFORE_FLOWS),
    }


def write(folder: Path) -> None:
    """Write the two diagrams."""
    for name, text in files().items():
        (folder / f"{name}.bpmn").write_text(text, encoding="utf-8")


def process(folder: Path) -> Process:
    """Return the process whose diagrams lie in a folder."""
    here = "tests.integration.cases_world"
    return Process(
        key=KEY, sources=(folder / "visit.bpmn", folder / "visit_before.bpmn"),
        actions={"visit.nudge": f"{here}.nudge"}, tasks={"invite": f"{here}.invited"},
        parties=f"{here}.parties", lanes=("Host", "Guest"), title=f"{here}.title",
    )  # fmt: skip


def stands(**parties: Party) -> None:
    """Let these stand in the lanes."""
    _standing.clear()
    _standing.update(parties)


def parties(_subject: str) -> Mapping[str, Party]:
    """Tell who stands in each lane."""
    return dict(_standing)


def title(_subject: str) -> str:
    """Name a case."""
    return "Otter visits the mill"


def invited(ctx: CaseContext, answers: Mapping[str, Any]) -> None:
    """Keep whether the guest comes."""
    ctx.known["coming"] = bool(answers.get("coming"))


def nudge(_ctx: CaseContext) -> None:
    """Remind nobody: this is pretended."""

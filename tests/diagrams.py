"""Diagrams for tests, from a compact text that people can read.

A line names elements, divided by ``|``, or draws a flow::

    s start | t task @Officer due=working_days(5) | x exclusive | e end
    s > t > x
    x > e else
    x > t if again == 1

An element is its id, its kind and what more is said of it: ``@Lane``, ``do=action``, ``due=...``,
``hears=message``, ``on=element`` and ``beside`` (of a boundary event that interrupts nothing),
``in=sub-process``, ``of=process``. Any other kind is written as it stands, as the name of a tag.
"""

import re
from collections.abc import Iterable
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

_TAGS = {
    "start": "startEvent", "end": "endEvent", "task": "userTask", "action": "serviceTask",
    "timer": "intermediateCatchEvent", "message": "intermediateCatchEvent",
    "exclusive": "exclusiveGateway", "parallel": "parallelGateway", "boundary": "boundaryEvent",
    "subprocess": "subProcess", "call": "callActivity",
}  # fmt: skip
_BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_FLOW = re.compile(r"^(?P<chain>\S+(?: > \S+)+)(?: (?P<how>if|else)(?: (?P<asks>.+))?)?$")


def bpmn(text: str, process: str = "p", *, prolog: str = "", extra: str = "") -> bytes:
    """Return the bytes of a BPMN file.

    Args:
        text: what it holds, as above.
        process: its id.
        prolog: what stands before the XML.
        extra: what stands in the process besides, as XML.
    """
    elements, flows = _read(text)
    lanes: dict[str, list[str]] = {}
    for key, said in elements.items():
        if said["lane"]:
            lanes.setdefault(said["lane"], []).append(key)
    heard = sorted({said["hears"] for said in elements.values() if said["hears"]})
    drawn = _lanes(lanes) + extra + _level("", elements, flows)
    return (
        f'{prolog}<definitions xmlns="{_BPMN}" xmlns:m="urn:muster:casework" id="d_{process}">'
        + "".join(f'<message id="m_{one}" name="{one}"/>' for one in heard)
        + f'<process id="{process}" isExecutable="true">{drawn}</process></definitions>'
    ).encode()


def _read(text: str) -> tuple[dict[str, dict[str, str]], list[tuple[str, str, str, str]]]:
    elements: dict[str, dict[str, str]] = {}
    flows: list[tuple[str, str, str, str]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        found = _FLOW.match(line)
        if found is None:
            for one in line.split("|"):
                key, said = _element(one.split())
                elements[key] = said
            continue
        chain = found["chain"].split(" > ")
        for source, target in pairwise(chain):
            flows.append((source, target, found["how"] or "", found["asks"] or ""))
    return elements, flows


def _element(words: list[str]) -> tuple[str, dict[str, str]]:
    said = dict.fromkeys(("lane", "do", "due", "hears", "on", "in", "of", "beside"), "")
    for word in words[2:]:
        name, _, value = word.partition("=")
        if word.startswith("@"):
            said["lane"] = word[1:]
        else:
            said[name] = value if "=" in word else "yes"
    return words[0], {**said, "kind": words[1]}


def _lanes(lanes: dict[str, list[str]]) -> str:
    def one(name: str, keys: Iterable[str]) -> str:
        refs = "".join(f"<flowNodeRef>{key}</flowNodeRef>" for key in keys)
        return f'<lane id="l_{name}" name="{name}">{refs}</lane>'

    return f"<laneSet>{''.join(one(*each) for each in lanes.items())}</laneSet>" if lanes else ""


def _level(
    inside: str, elements: dict[str, dict[str, str]], flows: list[tuple[str, str, str, str]]
) -> str:
    drawn = ""
    for key, said in elements.items():
        if said["in"] != inside:
            continue
        default = [number for number, one in enumerate(flows) if one[0] == key and one[2] == "else"]
        held = _held(said) + (_level(key, elements, flows) if said["kind"] == "subprocess" else "")
        tag = _TAGS.get(said["kind"], said["kind"])
        drawn += f'<{tag} id="{key}"{_attributes(said)}'
        drawn += f' default="f{default[0]}">' if default else ">"
        drawn += f"{held}</{tag}>"
    for number, (source, target, how, asks) in enumerate(flows):
        if elements.get(source, elements.get(target, {"in": ""}))["in"] != inside:
            continue
        condition = f"<conditionExpression>{escape(asks)}</conditionExpression>"
        drawn += f'<sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">'
        drawn += (condition if how == "if" else "") + "</sequenceFlow>"
    return drawn


def _attributes(said: dict[str, str]) -> str:
    due = said["due"] if said["kind"] == "task" else ""
    written = {
        "implementation": said["do"], "m:due": due, "attachedToRef": said["on"],
        "calledElement": said["of"], "cancelActivity": "false" if said["beside"] else "",
    }  # fmt: skip
    return "".join(f" {name}={quoteattr(value)}" for name, value in written.items() if value)


def _held(said: dict[str, str]) -> str:
    if said["kind"] == "task":
        return ""
    held = ""
    if said["due"]:
        due = escape(said["due"].replace("_,", ", "))
        held += f"<timerEventDefinition><timeDuration>{due}</timeDuration></timerEventDefinition>"
    if said["hears"]:
        held += f'<messageEventDefinition messageRef="m_{said["hears"]}"/>'
    return held

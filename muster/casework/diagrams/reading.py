"""From the bytes of a BPMN 2.0 file to what it says. What is not understood is refused by name."""

import re
from collections.abc import Iterator
from contextlib import suppress
from xml.etree import ElementTree

from muster.casework.diagrams.elements import EXTENSION, Diagram, Element, Flow, Kind
from muster.kernel.errors import BadInput, Where

MOST_BYTES = 2_000_000
_BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_DI = "http://www.omg.org/spec/BPMN/20100524/DI"
_DC = "http://www.omg.org/spec/DD/20100524/DC"
_KINDS: dict[str, Kind] = {
    "startEvent": "start", "endEvent": "end", "userTask": "task", "serviceTask": "action",
    "exclusiveGateway": "exclusive", "parallelGateway": "parallel", "boundaryEvent": "boundary",
    "subProcess": "subprocess", "callActivity": "call",
}  # fmt: skip
# What a diagram may hold besides: drawing, words and names, none of which is run.
_SILENT = {
    "laneSet", "sequenceFlow", "documentation", "extensionElements", "textAnnotation",
    "association", "group", "incoming", "outgoing",
}  # fmt: skip
_CODE = re.compile(r"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(r"""^\ufeff?<\?xml[^>]*encoding\s*=\s*["'](?!utf-?8["'])""", re.IGNORECASE)
# What the engine would do besides, and Muster does not: data carried along, other ways to repeat.
_REPEATS = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
_DATA = ("ioSpecification", "dataInputAssociation", "dataOutputAssociation")
LONGEST_NAME = 100


def read_diagram(content: bytes, *, name: str) -> Diagram:
    """Return what a file says.

    Args:
        content: the bytes of the file.
        name: what errors call it.

    Raises:
        BadInput: naming the element, if the file is no BPMN 2.0 process that Muster can run.
    """
    root = _parsed(content, name)
    processes = root.findall(f"{{{_BPMN}}}process")
    if len(processes) != 1:
        raise _bad(f"The file holds {len(processes)} processes", name, "", "Draw one in each file")
    [process] = processes
    messages = {one.get("id", ""): one.get("name", "") for one in root.iter(f"{{{_BPMN}}}message")}
    lanes = _lanes(process)
    places = _places(root)
    try:
        found = list(_elements(process, "", lanes, messages, name))
    except RecursionError:
        raise _bad(
            "Sub-processes lie too deep within each other", name, "", "Draw it flatter"
        ) from None
    found.sort(key=lambda one: places.get(one.id, (0.0, 0.0)))
    elements = {one.id: one for one in found}
    if len(elements) != len(found):
        raise _bad("Two elements have the same id", name, "", "Give each its own")
    flows = tuple(_flows(process, elements, name))
    _check_names(process.get("id", ""), found, flows, name)
    outgoing = {key: tuple(one for one in flows if one.source == key) for key in elements}
    titles = tuple(dict.fromkeys(lanes.values()))
    return Diagram(
        process.get("id", ""), process.get("name", process.get("id", "")), elements, flows,
        titles, outgoing,
    )  # fmt: skip


def _parsed(content: bytes, name: str) -> ElementTree.Element:
    if len(content) > MOST_BYTES:
        raise _bad("The file is too large for a diagram", name, "", "Send a diagram of one process")
    # In another encoding what is looked for here would look otherwise, and the parser find it.
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text or _ENCODING.match(text):
        raise _bad("The file is not written in UTF-8", name, "", "Save it again as UTF-8")
    if _CODE.search(text):
        raise _bad("The file declares entities", name, "", "Save it again with a BPMN modeller")
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - it declares no entities
    except ElementTree.ParseError as problem:
        line = problem.position[0]
        raise _bad(f"Line {line} is not XML", name, "", "Save it again with a modeller") from None
    if root.tag != f"{{{_BPMN}}}definitions":
        raise _bad("The file is no BPMN 2.0 diagram", name, "", "Export it as BPMN 2.0 XML")
    return root


def _elements(
    holder: ElementTree.Element, inside: str, lanes: dict[str, str], messages: dict[str, str],
    name: str,
) -> Iterator[Element]:  # fmt: skip
    for node in holder:
        tag = node.tag.rpartition("}")[2]
        if tag in _SILENT or not node.tag.startswith(f"{{{_BPMN}}}"):
            continue
        key = node.get("id", "")
        title = " ".join((node.get("name") or key).split())
        kind = _KINDS.get(tag) or _event_kind(node, tag)
        if kind is None:
            raise _bad(
                f"A {tag} cannot be run here", name, title,
                "Use user tasks, service tasks, gateways, timers, messages and call activities",
            )  # fmt: skip
        _check_node(node, kind, name, title)
        attached = node.get("attachedToRef", "")
        yield Element(
            id=key, kind=kind, title=title, lane=lanes.get(key) or lanes.get(inside, ""),
            action=node.get("implementation", "") if kind == "action" else "",
            message=_message(node, messages), due=_due(node, kind), attached=attached,
            bulk=node.get(f"{{{EXTENSION}}}bulk") == "true",
            interrupts=node.get("cancelActivity", "true") == "true",
            inside=inside, calls=node.get("calledElement", ""),
            words=_text(node.find(f"{{{_BPMN}}}documentation")),
        )  # fmt: skip
        if kind == "subprocess":
            if node.get("triggeredByEvent") == "true":
                raise _bad("An event sub-process cannot be run here", name, title,
                           "Put the event on the boundary of a sub-process")  # fmt: skip
            within = lanes | {one.get("id", ""): lanes.get(one.get("id", ""), lanes.get(key, ""))
                              for one in node}  # fmt: skip
            yield from _elements(node, key, within, messages, name)


def _check_node(node: ElementTree.Element, kind: Kind, name: str, title: str) -> None:
    """See that an element holds nothing that the engine would do and nobody would expect."""
    if any(_has(node, one) for one in _REPEATS):
        raise _bad("An element repeats itself", name, title, "Draw the loop with a gateway")
    if any(_has(node, one) for one in _DATA):
        raise _bad("An element carries data", name, title, "Let its action read what it needs")
    events = [one.tag.rpartition("}")[2] for one in node if one.tag.endswith("EventDefinition")]
    if events and kind in ("start", "end"):
        raise _bad(f"A {kind} with a {events[0]} cannot be run here", name, title,
                   "Draw a plain one")  # fmt: skip
    if len(events) > 1:
        raise _bad("It waits for several things", name, title, "Draw an event for each")


def _check_names(process: str, found: list[Element], flows: tuple[Flow, ...], name: str) -> None:
    said = [process, *(one.id for one in found), *(one.id for one in flows)]
    if not all(said):
        raise _bad("Something has no id", name, "", "Save it again with a BPMN modeller")
    if len({one.id for one in flows}) < len(flows):
        raise _bad("Two flows have the same id", name, "", "Give each its own")
    for one in (*said, *(x.lane for x in found), *(x.message for x in found)):
        if len(one) > LONGEST_NAME:
            raise _bad(f"A name has more than {LONGEST_NAME} characters", name, f"{one[:40]}…",
                       "Write a shorter one")  # fmt: skip


def _event_kind(node: ElementTree.Element, tag: str) -> Kind | None:
    if tag == "intermediateCatchEvent":
        if _has(node, "timerEventDefinition"):
            return "timer"
        if _has(node, "messageEventDefinition"):
            return "message"
    return None


def _has(node: ElementTree.Element, tag: str) -> bool:
    return node.find(f"{{{_BPMN}}}{tag}") is not None


def _message(node: ElementTree.Element, messages: dict[str, str]) -> str:
    event = node.find(f"{{{_BPMN}}}messageEventDefinition")
    return "" if event is None else messages.get(event.get("messageRef", ""), "")


def _due(node: ElementTree.Element, kind: Kind) -> str:
    if kind == "task":
        return node.get(f"{{{EXTENSION}}}due", "")
    event = node.find(f"{{{_BPMN}}}timerEventDefinition")
    if event is None:
        return ""
    return next((_text(one) for one in event if _text(one)), "")


def _lanes(process: ElementTree.Element) -> dict[str, str]:
    """Return the lane of each element that stands in one; lanes within lanes count as their own."""
    found: dict[str, str] = {}
    for lane in process.iter(f"{{{_BPMN}}}lane"):
        title = " ".join(lane.get("name", lane.get("id", "")).split())
        for node in lane.findall(f"{{{_BPMN}}}flowNodeRef"):
            found[_text(node)] = title
    return found


def _places(root: ElementTree.Element) -> dict[str, tuple[float, float]]:
    """Return where each element is drawn, from left to right and then from top to bottom."""
    found = {}
    for shape in root.iter(f"{{{_DI}}}BPMNShape"):
        bounds = shape.find(f"{{{_DC}}}Bounds")
        if bounds is not None:
            with suppress(ValueError):  # what is drawn nowhere stands at the beginning
                x, y = float(bounds.get("x", "0")), float(bounds.get("y", "0"))
                found[shape.get("bpmnElement", "")] = (x, y)
    return found


def _flows(process: ElementTree.Element, elements: dict[str, Element], name: str) -> Iterator[Flow]:
    defaults = {(one.get("id"), one.get("default")) for one in process.iter()}
    for node in process.iter(f"{{{_BPMN}}}sequenceFlow"):
        key, source, target = (node.get(one, "") for one in ("id", "sourceRef", "targetRef"))
        if source not in elements or target not in elements:
            raise _bad("A flow leads from or to nothing", name, key, "Connect both of its ends")
        condition = _text(node.find(f"{{{_BPMN}}}conditionExpression"))
        yield Flow(key, source, target, condition, default=(source, key) in defaults)


def _text(node: ElementTree.Element | None) -> str:
    return "" if node is None or node.text is None else " ".join(node.text.split())


def _bad(what: str, name: str, thing: str, fix: str) -> BadInput:
    where = Where(file=name, thing=f"element “{thing}”" if thing else None)
    return BadInput(what, where=where, fix=fix)

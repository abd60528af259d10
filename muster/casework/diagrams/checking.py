"""Whether a diagram can be run: what is refused when it is loaded, with the element named.

For process owners. ``check`` looks at each element (an action nobody offers, a task in no lane, an
expression that is not understood) and then plays the diagram through (``playing``), so that no case
is ever started that could not end.
"""

from collections.abc import Callable, Collection, Iterator, Mapping

from muster.casework.diagrams.elements import Diagram, Element
from muster.casework.diagrams.expressions import check_due, condition_names
from muster.casework.diagrams.playing import stuck_at
from muster.kernel.errors import BadInput, Where

_ONE_WAY_OUT = ("start", "task", "action", "timer", "message", "boundary", "subprocess", "call")
_WITH_BOUNDARY = ("task", "subprocess", "call")
_MOST_ON_ONE = 8
_WAITING = ("task", "timer", "message", "call")


def check(
    diagram: Diagram,
    *,
    actions: Collection[str],
    lanes: Collection[str] | None = None,
    processes: Collection[str] = (),
) -> None:
    """See that a diagram can be run.

    Args:
        diagram: what its file says.
        actions: those that service tasks may name.
        lanes: those that somebody stands in; None if any will do.
        processes: those that call activities may run.

    Raises:
        BadInput: naming the first element that stands in the way, and what to do.
    """
    starts = [one for one in diagram.elements.values() if one.kind == "start" and not one.inside]
    if len(starts) != 1:
        raise _refused(diagram, None, f"It has {len(starts)} start events", "Draw exactly one")
    for element in diagram.elements.values():
        for what, fix in _wrong(diagram, element, actions, lanes, processes):
            raise _refused(diagram, element, what, fix)
    _check_boundaries(diagram)
    _check_flows(diagram)
    _check_rounds(diagram)
    for inside in ("", *(one.id for one in diagram.elements.values() if one.kind == "subprocess")):
        stuck = stuck_at(diagram, inside)
        if stuck is not None:
            raise _refused(diagram, *stuck)


def _wrong(
    diagram: Diagram, element: Element, actions: Collection[str], lanes: Collection[str] | None,
    processes: Collection[str],
) -> Iterator[tuple[str, str]]:  # fmt: skip
    """Yield what is wrong with one element by itself, and what to do."""
    kind, ways = element.kind, len(diagram.outgoing[element.id])
    if kind == "action" and not element.action:
        yield "It names no action", "Write the name of an action in its implementation"
    elif kind == "action" and element.action not in actions:
        yield (
            f"Nobody offers the action {element.action}",
            f"Use one of {', '.join(sorted(actions))}",
        )
    if kind == "task" and not element.lane:
        yield "It is in no lane, so nobody would be given it", "Draw it in a lane"
    elif kind == "task" and lanes is not None and element.lane not in lanes:
        yield f"Nobody stands in the lane {element.lane}", f"Use one of {', '.join(sorted(lanes))}"
    if kind == "call" and element.calls not in processes:
        yield f"There is no process {element.calls} to call", "Load that process first"
    if kind in ("timer", "message") or (kind == "boundary" and not element.message):
        if kind == "message" and not element.message:
            yield "It waits for no message", "Choose or name its message"
        elif kind != "message" and not element.due:
            yield "It says no time and no message", "Write a deadline such as working_days(5)"
    if element.due and not _understood(check_due, element.due):
        yield f"Its deadline {element.due} is not understood", "Write it like working_days(5)"
    if kind in _ONE_WAY_OUT and ways != 1:
        yield f"{ways} flows leave it", "Let exactly one leave it; split with a gateway"
    if kind == "end" and ways:
        yield "A flow leaves it", "Let nothing leave an end event"
    if kind in ("exclusive", "parallel") and not ways:
        yield "Nothing leaves it, so a case could not go on", "Let a flow leave it"
    if kind in ("start", "boundary") and any(one.target == element.id for one in diagram.flows):
        yield "A flow leads into it, where a case only begins", "Lead it to what comes after"


def _check_boundaries(diagram: Diagram) -> None:
    """See that each boundary event sits on something that can wait, and not too many on one."""
    sitting: dict[str, int] = {}
    for element in diagram.elements.values():
        if element.kind != "boundary":
            continue
        under = diagram.elements.get(element.attached)
        if under is None or under.kind not in _WITH_BOUNDARY or under.inside != element.inside:
            raise _refused(diagram, element, "It sits on nothing that waits",
                           "Attach it to a task, a sub-process or a call activity")  # fmt: skip
        sitting[under.id] = sitting.get(under.id, 0) + 1
        if sitting[under.id] > _MOST_ON_ONE:
            raise _refused(diagram, under, f"More than {_MOST_ON_ONE} events sit on it",
                           "Draw fewer reminders")  # fmt: skip


def _check_flows(diagram: Diagram) -> None:
    for element in diagram.elements.values():
        flows = diagram.outgoing[element.id]
        asks = any(one.condition and not one.default for one in flows)
        split = element.kind == "exclusive" and (len(flows) > 1 or asks)
        if len({one.target for one in flows}) < len(flows):
            raise _refused(diagram, element, "Two of its flows lead to the same element",
                           "Draw one, with one condition")  # fmt: skip
        if any(diagram.elements[one.target].inside != element.inside for one in flows):
            raise _refused(diagram, element, "A flow of it crosses the border of a sub-process",
                           "Lead it to the sub-process as a whole")  # fmt: skip
        if split and not any(one.default for one in flows):
            raise _refused(diagram, element, "It has no default flow, so a case could stop here",
                           "Mark one of its flows as the default")  # fmt: skip
        for flow in flows:
            if split and not flow.default and not flow.condition:
                raise _refused(diagram, element, f"Its flow {flow.id} has no condition",
                               "Write one, or mark it as the default")  # fmt: skip
            if flow.condition and element.kind != "exclusive":
                raise _refused(diagram, element, "A condition stands on a flow that always flows",
                               "Put an exclusive gateway before it")  # fmt: skip
            if flow.condition and not _understood(condition_names, flow.condition):
                raise _refused(diagram, element, f"The condition {flow.condition[:60]} is not"
                               " understood", "Compare what the case knows")  # fmt: skip


def _check_rounds(diagram: Diagram) -> None:
    """See that no way leads round and round without anybody or anything being waited for."""
    waits = {one.inside for one in diagram.elements.values() if one.kind in _WAITING}
    while more := {diagram.elements[one].inside for one in waits if one} - waits:
        waits |= more
    busy = {
        key
        for key, one in diagram.elements.items()
        if one.kind not in _WAITING and key not in waits
    }
    for key in diagram.elements:
        reached, left = set[str](), [key] if key in busy else []
        while left:
            fresh = {one.target for one in diagram.outgoing[left.pop()]} & busy - reached
            reached |= fresh
            left += fresh
        if key in reached:
            raise _refused(diagram, diagram.elements[key], "A case could go round here for ever"
                           " while it waits for nothing", "Let the way back lead by a task or a"
                           " deadline")  # fmt: skip


def check_calls(diagrams: Mapping[str, Diagram]) -> None:
    """See that no process comes to call itself, by itself or by way of others.

    Args:
        diagrams: the processes that are loaded together, each checked by itself.

    Raises:
        BadInput: naming the call activity that closes the circle.
    """
    for key, diagram in diagrams.items():
        for element in diagram.elements.values():
            if element.kind == "call" and key in _called_from(element.calls, diagrams):
                raise _refused(diagram, element, f"It calls {element.calls}, which comes back to"
                               f" {key}, so a case could never end", "Draw the loop with a"
                               " gateway")  # fmt: skip


def _called_from(key: str, diagrams: Mapping[str, Diagram]) -> set[str]:
    """Return a process and all that it may come to call."""
    found, left = set(), [key]
    while left:
        one = left.pop()
        if one not in found and one in diagrams:
            found.add(one)
            left += [each.calls for each in diagrams[one].elements.values() if each.kind == "call"]
    return found


def _understood(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except BadInput:
        return False
    return True


def _refused(diagram: Diagram, element: Element | None, what: str, fix: str) -> BadInput:
    thing = f"process {diagram.process}"
    if element is not None:
        thing += f", element {element.id}" + (
            f" “{element.title}”" if element.title != element.id else ""
        )
    return BadInput(what, where=Where(thing=thing), fix=fix)

"""Plays a diagram through: every way a case can take, as tokens on flows.

A diagram is sound if from whatever state a case can reach, it can still end. A gateway that waits
for a branch which was never taken, or a loop that multiplies what runs side by side, is found here,
not by the first case that comes to it. What happens inside a sub-process is played by itself.
"""

from collections.abc import Iterator
from itertools import combinations, product

from muster.casework.diagrams.elements import Diagram, Element, Flow

Tokens = tuple[str, ...]
Stuck = tuple[Element | None, str, str]
_MOST_STATES, _MOST_AT_ONCE = 20_000, 16


def stuck_at(diagram: Diagram, inside: str) -> Stuck | None:
    """Return the first element where a case could never go on, what is wrong, and what to do.

    Args:
        diagram: the diagram.
        inside: the sub-process whose elements are played; "" for the process itself.
    """
    level = {key: one for key, one in diagram.elements.items() if one.inside == inside}
    starts = [one for one in level.values() if one.kind == "start"]
    if len(starts) != 1:
        holder = diagram.elements.get(inside)
        return holder, f"It has {len(starts)} start events", "Draw exactly one"
    incoming = {key: [one for one in diagram.flows if one.target == key] for key in level}
    first: Tokens = tuple(sorted(one.id for one in diagram.outgoing[starts[0].id]))
    by_id = {one.id: one for one in diagram.flows}
    seen: dict[Tokens, set[Tokens]] = {first: set()}
    reached, waiting = {starts[0].id}, [first]
    while waiting:
        state = waiting.pop()
        for element, after in _moves(state, diagram, level, incoming, by_id):
            reached.add(element.id)
            if len(after) > _MOST_AT_ONCE or len(seen) > _MOST_STATES:
                return (element, "What runs side by side could multiply without end",
                        "Bring parallel branches together before going back")  # fmt: skip
            if after not in seen:
                seen[after] = set()
                waiting.append(after)
            seen[after].add(state)
    return _verdict(diagram, level, reached, seen, by_id)


def _verdict(
    diagram: Diagram, level: dict[str, Element], reached: set[str],
    seen: dict[Tokens, set[Tokens]], by_id: dict[str, Flow],
) -> Stuck | None:  # fmt: skip
    ending: set[Tokens] = set()
    back = [state for state in seen if not state]
    while back:
        state = back.pop()
        if state not in ending:
            ending.add(state)
            back.extend(seen[state])
    lost = [state for state in seen if state not in ending]
    if lost:
        # Where nothing goes on any more says more than where it began to go wrong.
        going = set().union(*seen.values())
        at = next((state for state in lost if state not in going), lost[0])
        names = [diagram.elements[by_id[one].target] for one in at]
        joins = [one for one in names if one.kind == "parallel"]
        return (next(iter(joins or names), None), "A case that comes here could never end",
                "Let every branch that can be taken lead to an end")  # fmt: skip
    for key, element in level.items():
        used = reached | {one.id for one in level.values() if one.attached in reached}
        if key not in used:
            return element, "No case can come here", "Connect it, or take it out"
    return None


def _moves(
    state: Tokens, diagram: Diagram, level: dict[str, Element],
    incoming: dict[str, list[Flow]], by_id: dict[str, Flow],
) -> Iterator[tuple[Element, Tokens]]:  # fmt: skip
    """Yield every next state and the element that leads to it.

    What happens by itself and in one way only happens at once, as the engine has it: a reminder
    that is sent and leads nowhere else is over before the case comes round again.
    """
    targets = sorted({by_id[one].target for one in state})
    at_once = [one for one in targets if _goes_at_once(level[one], diagram)]
    for target in at_once[:1] or targets:
        element = level[target]
        for used in _taken(state, element, incoming[target]):
            left = list(state)
            for token in used:
                left.remove(token)
            for fresh in _given(diagram, level, element):
                yield element, tuple(sorted([*left, *fresh]))


def _goes_at_once(element: Element, diagram: Diagram) -> bool:
    passes = element.kind == "exclusive" and len(diagram.outgoing[element.id]) == 1
    return passes or element.kind in ("action", "end")


def _taken(state: Tokens, element: Element, incoming: list[Flow]) -> Iterator[tuple[str, ...]]:
    here = [one.id for one in incoming if one.id in state]
    if element.kind == "parallel":
        if len(here) == len(incoming):
            yield tuple(here)
    else:
        for one in here:
            yield (one,)


def _given(diagram: Diagram, level: dict[str, Element], element: Element) -> Iterator[list[str]]:
    """Yield the flows that carry a token once an element is done, for each way it can be done."""
    out = [one.id for one in diagram.outgoing[element.id]]
    on_it = [one for one in level.values() if one.kind == "boundary" and one.attached == element.id]
    ordinary = [[one] for one in out] if element.kind == "exclusive" and out else [out]
    beside = [diagram.outgoing[one.id] for one in on_it if not one.interrupts]
    subsets = [
        [flow.id for flows in chosen for flow in flows]
        for size in range(len(beside) + 1) for chosen in combinations(beside, size)
    ]  # fmt: skip
    instead = [[flow.id for flow in diagram.outgoing[one.id]] for one in on_it if one.interrupts]
    for way, more in product([*ordinary, *instead], subsets):
        yield [*way, *more]

"""Which elements of a diagram a case may still come to, from where it stands.

For lists of what is done, open and to come. What lies on a way out of a boundary event, and what
only leads back to the question it was asked at, is needed in some cases only: nobody should wait
for it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from muster.casework.diagrams.elements import Diagram, Element

State = Literal["done", "open", "to come", "if needed", "not needed"]


@dataclass(frozen=True)
class Where:
    """Where a case stands on one diagram: the elements it has done and those that are open."""

    done: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()


def stands(diagram: Diagram, where: Where, *, going: bool) -> dict[str, State]:
    """Return the state of every element.

    Args:
        diagram: the diagram.
        where: where the case stands on it.
        going: whether the case goes on here; what is not done is not needed once it does not.
    """
    begun = where.open or where.done
    starts = where.open if begun else {one.id for one in _starts(diagram, "")}
    usual = _reached(diagram, starts, boundaries=False) if going else set()
    at_all = _reached(diagram, starts, boundaries=True) if going else set()

    def state(element: Element) -> State:
        if going and element.id in where.open:
            return "open"
        if element.id in where.done:
            return "done"
        if element.id in usual:
            return "if needed" if _is_detour(diagram, element) else "to come"
        return "if needed" if element.id in at_all else "not needed"

    return {key: state(element) for key, element in diagram.elements.items()}


def _reached(diagram: Diagram, starts: Collection[str], *, boundaries: bool) -> set[str]:
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        key = waiting.pop()
        if key in found:
            continue
        found.add(key)
        waiting.extend(_next(diagram, diagram.elements[key], boundaries=boundaries))
    return found


def _next(diagram: Diagram, element: Element, *, boundaries: bool) -> list[str]:
    found = [flow.target for flow in diagram.outgoing[element.id]]
    if element.kind == "subprocess":
        found += [one.id for one in _starts(diagram, element.id)]
    elif element.kind == "end" and element.inside:
        found += [flow.target for flow in diagram.outgoing[element.inside]]
    if boundaries:
        within = {element.id, element.inside} - {""}
        found += [one.id for one in diagram.elements.values() if one.attached in within]
    return found


def _starts(diagram: Diagram, inside: str) -> list[Element]:
    every = diagram.elements.values()
    return [one for one in every if one.kind == "start" and one.inside == inside]


def _is_detour(diagram: Diagram, element: Element) -> bool:
    """Tell whether an element only leads back to the one question that it was asked at."""
    before = [flow.source for flow in diagram.flows if flow.target == element.id]
    if not before or any(not _is_question(diagram, one) for one in before):
        return False
    found: set[str] = set(before)
    waiting = [element.id]
    while waiting:
        key = waiting.pop()
        if key in found:
            continue
        found.add(key)
        one = diagram.elements[key]
        if one.kind == "end" and not one.inside:
            return False
        waiting.extend(_next(diagram, one, boundaries=False))
    return True


def _is_question(diagram: Diagram, key: str) -> bool:
    return diagram.elements[key].kind == "exclusive" and len(diagram.outgoing[key]) > 1

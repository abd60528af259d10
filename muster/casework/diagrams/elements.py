"""What a diagram consists of, as plain data: elements in the order they are drawn, and flows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "start", "end", "task", "action", "timer", "message", "exclusive", "parallel", "boundary",
    "subprocess", "call",
]  # fmt: skip
EXTENSION = "urn:muster:casework"


@dataclass(frozen=True)
class Element:
    """One element of a diagram.

    Args:
        id: as the file names it.
        kind: what it is.
        title: as people read it; its id where the diagram gives none.
        lane: whose it is.
        action: what a service task calls.
        message: what a message event waits for.
        due: of a timer, when it fires; of a user task, when it is to be done.
        bulk: whether many such tasks may be done at once.
        attached: the element whose boundary it sits on.
        interrupts: whether it ends what it is attached to.
        inside: the sub-process that holds it.
        calls: the process that a call activity runs.
        words: what the diagram says for people to read.
    """

    id: str
    kind: Kind
    title: str
    lane: str = ""
    action: str = ""
    message: str = ""
    due: str = ""
    bulk: bool = False
    attached: str = ""
    interrupts: bool = True
    inside: str = ""
    calls: str = ""
    words: str = ""


@dataclass(frozen=True)
class Flow:
    """A sequence flow; ``condition`` is empty where it has none or is the default."""

    id: str
    source: str
    target: str
    condition: str = ""
    default: bool = False


@dataclass(frozen=True)
class Diagram:
    """A process as its file says it.

    Args:
        process: its id.
        title: its name.
        elements: by id, in the order of their place on the diagram, from left to right.
        flows: all of them.
    """

    process: str
    title: str
    elements: Mapping[str, Element]
    flows: tuple[Flow, ...]
    lanes: tuple[str, ...] = ()
    outgoing: Mapping[str, tuple[Flow, ...]] = field(default_factory=dict)

    def steps(self) -> tuple[Element, ...]:
        """Return what happens in a case, as an ordered list: tasks, actions and what is awaited."""
        shown = ("task", "action", "timer", "message", "call", "end")
        return tuple(one for one in self.elements.values() if one.kind in shown)

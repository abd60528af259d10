"""One case as the engine holds it: it moves on when told to, and is kept as a short text.

What a case knows is one small mapping for the whole case, not one for each task, so nothing is
copied along the diagram. The text kept holds the shape of the case alone: which elements were
reached, from where, and in which state.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from muster.casework.diagrams.expressions import holds
from muster.casework.engine.loading import ENDING, Loaded

Act = Callable[[str, str], None]
_NAMED: int = TaskState.READY | TaskState.WAITING | TaskState.STARTED
logging.getLogger("spiff").setLevel(logging.WARNING)  # it tells of every state of every task


@dataclass(frozen=True)
class Open:
    """Where a case stands: the engine's id of one element that is open, and the element."""

    id: UUID
    element: str
    process: str


class _Engine(PythonScriptEngine):  # type: ignore[misc]
    """Answers the engine's questions: conditions by casework's few expressions, actions by name."""

    def __init__(self, known: Mapping[str, Any], act: Act) -> None:
        super().__init__()
        self._known, self.act = known, act

    def evaluate(self, _task: object, expression: str, external_context: object = None) -> bool:
        return holds(expression, self._known)

    def execute(self, *_args: object, **_more: object) -> bool:
        raise AssertionError("diagrams hold no scripts")


class Run:
    """A case in the engine's hands.

    Args:
        loaded: its process.
        known: what the case knows; the caller changes it while actions run.
        act: calls an action by its name, for an element.
        kept: what ``keep`` returned; None to start.
    """

    def __init__(
        self, loaded: Loaded, known: Mapping[str, Any], act: Act, kept: bytes | None = None
    ) -> None:
        self._engine = _Engine(known, act)
        self.done: list[tuple[str, str]] = []
        if kept is None:
            self._flow = BpmnWorkflow(loaded.spec, loaded.subprocesses, script_engine=self._engine)
        else:
            self._flow = _restored(loaded, self._engine, kept)

    def proceed(self) -> None:
        """Go on until only people, timers and messages can move the case."""
        self._flow.do_engine_steps(did_complete_task=self._note)

    def complete(self, task: UUID) -> None:
        """Note that a user task is done; ``proceed`` goes on from there."""
        found = self._flow.get_task_from_id(task)
        found.run()
        self._note(found)

    def fire(self, event: UUID) -> None:
        """Let a timer fire or a message arrive; ``proceed`` goes on from there."""
        found = self._flow.get_task_from_id(event)
        found.internal_data["event_fired"] = True
        found.task_spec._update(found)

    def tasks(self) -> list[Open]:
        """Return the user tasks that are open."""
        return [_open(one) for one in self._all() if one.state == TaskState.READY]

    def waiting(self) -> list[Open]:
        """Return the timers and messages that are waited for."""
        return [
            _open(one) for one in self._all()
            if one.state == TaskState.WAITING and isinstance(one.task_spec, CatchingEvent)
        ]  # fmt: skip

    @property
    def ended(self) -> bool:
        """Whether the case has come to its end."""
        return bool(self._flow.is_completed())

    def keep(self) -> bytes:
        """Return the shape of the case, to start from again."""
        subs = self._flow.subprocesses.items()
        flows = [("", self._flow), *((str(k), sub) for k, sub in subs if not sub.completed)]
        return msgspec.json.encode([[parent, _shape(flow)] for parent, flow in flows])

    def _all(self) -> Iterator[Task]:
        yield from self._flow.tasks.values()
        for sub in self._flow.subprocesses.values():
            yield from sub.tasks.values()

    def _note(self, task: Task) -> None:
        if task.task_spec.bpmn_id is not None and task.state == TaskState.COMPLETED:
            self.done.append((_file(task), task.task_spec.bpmn_id))


def _open(task: Task) -> Open:
    return Open(task.id, task.task_spec.bpmn_id, _file(task))


def _file(task: Task) -> str:
    """Return the process whose file draws an element; a sub-process has a flow of its own."""
    return str(task.workflow.spec.file).removesuffix(ENDING)


def _shape(flow: Any) -> list[Any]:
    """Return a flow's tasks, each after its parent: id, parent's place, element, state, more."""
    order = {key: place for place, key in enumerate(flow.tasks)}
    return [
        [
            str(one.id) if one.state & _NAMED else "", order.get(one._parent, -1),
            one.task_spec.name, one.state, one.triggered, one.internal_data or None,
        ]
        for one in flow.tasks.values()
    ]  # fmt: skip


def _restored(loaded: Loaded, engine: _Engine, kept: bytes) -> BpmnWorkflow:
    shapes = msgspec.json.decode(kept)
    flow = BpmnWorkflow(
        loaded.spec, loaded.subprocesses, script_engine=engine, deserializing=True
    )  # fmt: skip
    _grow(flow, shapes[0][1])
    for parent, shape in shapes[1:]:
        key = UUID(parent)
        task = flow.get_task_from_id(key)
        spec = loaded.subprocesses[task.task_spec.spec]
        sub = BpmnSubWorkflow(spec, key, flow, deserializing=True)
        _grow(sub, shape)
        sub.completed = sub.is_completed()
        sub.completed_event.connect(task.task_spec._on_subworkflow_completed, task)
        flow.subprocesses[key] = sub
    return flow


def _grow(flow: Any, shape: list[Any]) -> None:
    grown: list[Task] = []
    specs = flow.spec.task_specs
    for key, parent, name, state, triggered, internal in shape:
        task = Task(flow, specs[name], state=state, id=UUID(key) if key else None)
        task.triggered, task.internal_data = triggered, internal or {}
        if parent >= 0:
            task._parent = grown[parent].id
            grown[parent]._children.append(task.id)
        grown.append(task)
        if state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent):
            flow.top_workflow.event_manager.add_task(task)
    flow.task_tree = grown[0]

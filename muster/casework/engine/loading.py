"""From a diagram's bytes to what the engine runs. Diagrams are checked before they come here."""

from collections.abc import Mapping
from typing import Any, ClassVar

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    IntermediateCatchEventParser,
)
from SpiffWorkflow.bpmn.parser.task_parsers import GatewayParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    IntermediateCatchEvent,
    ParallelGateway,
    ServiceTask,
)
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.util.task import TaskState

ENDING = ".bpmn"


class ActionTask(ServiceTask):  # type: ignore[misc]  # the engine declares no types
    """A service task: calls the action that its ``implementation`` names."""

    action = ""

    def _run_hook(self, my_task: Any) -> bool:
        my_task.workflow.script_engine.act(self.action, self.bpmn_id)
        return True


class Meeting(ParallelGateway):  # type: ignore[misc]
    """A parallel gateway: goes on once a branch has come by each flow into it, and uses those up.

    The engine's own looks at every branch that ever came; when a case comes round again it would go
    on with the first branch of the new round, or fail.
    """

    def _update_hook(self, my_task: Any) -> bool:
        came = {my_task.parent.task_spec: my_task}
        for task in my_task.workflow.tasks.values():
            if task.task_spec is self and task.state == TaskState.WAITING:
                came.setdefault(task.parent.task_spec, task)
        if not came.keys() >= set(self.inputs):
            my_task._set_state(TaskState.WAITING)
            return False
        for task in came.values():
            if task is not my_task:
                task.cancel()
        return True

    def _run_hook(self, my_task: Any) -> bool:
        return True


class Awaited(EventDefinition):  # type: ignore[misc]
    """A timer or message: it fires when casework says so, never by the machine's clock."""

    def __init__(self, name: str) -> None:
        super().__init__(description=name)
        self.name = name

    def has_fired(self, my_task: Any) -> bool:
        return bool(my_task.internal_data.get("event_fired", False))


class _ActionParser(TaskParser):  # type: ignore[misc]
    def create_task(self) -> ActionTask:
        task = super().create_task()
        task.action = self.node.get("implementation", "")
        return task  # type: ignore[no-any-return]


class _Awaiting:
    """Timers and messages are casework's own affair; the engine only waits."""

    def get_event_definition(self, _xpaths: object) -> Awaited:
        return Awaited(self.node.get("id"))  # type: ignore[attr-defined]


class _CatchParser(_Awaiting, IntermediateCatchEventParser):  # type: ignore[misc]
    pass


class _BoundaryParser(_Awaiting, BoundaryEventParser):  # type: ignore[misc]
    pass


class _Parser(BpmnParser):  # type: ignore[misc]
    OVERRIDE_PARSER_CLASSES: ClassVar = {
        full_tag("serviceTask"): (_ActionParser, ActionTask),
        full_tag("intermediateCatchEvent"): (_CatchParser, IntermediateCatchEvent),
        full_tag("boundaryEvent"): (_BoundaryParser, BoundaryEvent),
        full_tag("parallelGateway"): (GatewayParser, Meeting),
    }


class Loaded:
    """What the engine runs: a process and those it contains or calls.

    Args:
        process: the id of the process.
        contents: the bytes of its file and of each process it calls, by the id of the process.
    """

    def __init__(self, process: str, contents: Mapping[str, bytes]) -> None:
        parser = _Parser()
        for name, content in contents.items():
            parser.add_bpmn_str(content, filename=f"{name}{ENDING}")
        self.spec: BpmnProcessSpec = parser.get_spec(process)
        self.subprocesses: dict[str, BpmnProcessSpec] = parser.get_subprocess_specs(process)

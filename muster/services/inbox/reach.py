"""Who works on tasks: the signed-in actor, with those they cover, and the teams they lead.

A task is handed over within its own team, by who has it or who leads.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from muster.casework.covering import worker_of
from muster.casework.notifying.colleagues import is_in_team, note_seen, team
from muster.casework.queries import TaskView
from muster.casework.rules import Worker
from muster.gates.access import Actor, Subject, may, purpose_of
from muster.kernel.clock import SYSTEM_CLOCK, Clock
from muster.kernel.errors import NotFound, NotPermitted


def worker(actor: Actor, clock: Clock) -> Worker:
    """Return the actor as casework asks about them."""
    return worker_of(actor.id, actor.roles, actor.employer, actor.person, now=clock.now())


def seen(actor: Actor, clock: Clock) -> Worker:
    """Return the actor as casework asks about them, and remember that they are of their team."""
    note_seen(
        actor=actor.id, name=actor.name, person=actor.person, employer=actor.employer,
        roles=actor.roles, clock=clock,
    )  # fmt: skip
    return worker(actor, clock)


def leads(actor: Actor) -> frozenset[str]:
    """Return the roles at their employer whose tasks the actor may hand to others."""
    purpose = purpose_of(actor, "reassign tasks")
    if purpose is None or actor.employer is None:
        return frozenset()
    asked = may(actor, "reassign tasks", Subject("task", actor.employer), purpose)
    return frozenset(actor.roles) if asked.allowed else frozenset()


def may_hand_over(actor: Actor, task: TaskView, clock: Clock) -> bool:
    """Tell whether somebody may hand a task to a colleague: theirs, or one of the team they lead.

    A task of one person is theirs alone.
    """
    if task.person is not None or task.state != "open":
        return False
    who = worker(actor, clock)
    if task.assignee and task.assignee in (who.id, *who.covers):
        return True
    return task.employer == actor.employer and task.role in leads(actor)


def check_hand_over(actor: Actor, task: TaskView, to: str, clock: Clock) -> None:
    """See that a task may go to somebody; "" is back to all of its role.

    Raises:
        NotPermitted: if the actor may not hand it over.
        NotFound: if ``to`` is not of the task's team.
    """
    if not may_hand_over(actor, task, clock):
        raise NotPermitted(
            "This task is not yours to hand over", fix="Ask who has it, or who leads the team"
        )
    if to and (
        task.employer is None or not is_in_team(to, task.employer, task.role, now=clock.now())
    ):
        raise NotFound("There is no such colleague", fix="Choose one of the list")


def colleagues_for(tasks: Sequence[TaskView], who: Worker) -> list[tuple[str, str]]:
    """Return to whom all of some tasks may go, by name, after everybody of the role."""
    offered: dict[str, str] | None = None
    for employer, role in {(one.employer, one.role) for one in tasks if one.employer is not None}:
        assert employer is not None
        here = {one.actor: one.name for one in team(employer, role, now=SYSTEM_CLOCK.now())}
        offered = here if offered is None else {k: v for k, v in offered.items() if k in here}
    others = [(key, name) for key, name in (offered or {}).items() if key != who.id]
    mine = [(who.id, _("Me"))] if offered and who.id in offered else []
    return [*mine, *others, ("", _("Everybody of the role: nobody has it then"))]

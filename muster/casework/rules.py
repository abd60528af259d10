"""Who may do a task, and what must be kept apart, as pure functions."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from muster.kernel.errors import Conflict, NotFound, NotPermitted, Where


@dataclass(frozen=True)
class Worker:
    """Who works on a task.

    Args:
        id: as logs record them.
        roles: what they are.
        employer: whose officer they are.
        person: themselves, as the register knows them.
        covers: the people whose tasks they have for now, by actor id.
    """

    id: str
    roles: frozenset[str] = frozenset()
    employer: uuid.UUID | None = None
    person: uuid.UUID | None = None
    covers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Party:
    """Who stands in a lane: a role at an employer, or one person."""

    role: str = ""
    employer: uuid.UUID | None = None
    person: uuid.UUID | None = None

    def is_met_by(self, worker: Worker) -> bool:
        """Tell whether somebody is of this party."""
        if self.person is not None:
            return worker.person == self.person
        return self.role in worker.roles and worker.employer == self.employer


@dataclass(frozen=True)
class Standing:
    """What a decision about one task rests on.

    Args:
        lane: the lane of the task.
        party: who stands in it.
        open: whether it waits to be done, in a case that goes on.
        assignee: who has taken it; "" if nobody has.
        about: the person the case is about.
        done_by: who did what so far, as lanes by actor id.
        apart: groups of lanes, of which nobody may work in two.
    """

    lane: str
    party: Party
    open: bool = True
    assignee: str = ""
    about: uuid.UUID | None = None
    done_by: Mapping[str, Collection[str]] = field(default_factory=dict)
    apart: tuple[frozenset[str], ...] = ()


def check_may_do(standing: Standing, worker: Worker) -> None:
    """See that somebody may do a task now.

    Raises:
        NotFound: if the task is not theirs to see.
        Conflict: if it is done, or somebody else has it.
        NotPermitted: if it is of a case about themselves, or they worked on its other side.
    """
    if not standing.party.is_met_by(worker):
        raise NotFound("There is no such task", fix="See your inbox")
    own = standing.about is not None and worker.person == standing.about
    if own and standing.party.person is None:
        raise NotPermitted(
            "Nobody works on a case about themselves", fix="Ask a colleague to take this task"
        )
    for group in standing.apart:
        other = [one for one in standing.done_by.get(worker.id, ())
                 if standing.lane in group and one in group and one != standing.lane]  # fmt: skip
        if other:
            raise NotPermitted(
                f"You have worked on this case as {other[0]}, and nobody takes both ends of one",
                fix="Ask a colleague to take this task",
            )
    if not standing.open:
        raise Conflict(
            "This task is done, or its case stands still", where=Where(thing=standing.lane),
            fix="Load the page again to see where the case stands",
        )  # fmt: skip
    if standing.assignee and standing.assignee != worker.id and (
        standing.assignee not in worker.covers
    ):  # fmt: skip
        raise Conflict(
            "Somebody else has taken this task", fix="Ask them, or let it be handed over to you"
        )

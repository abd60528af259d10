"""What a demonstration holds of questions: one that is answered, one return that waits.

The second question can only be answered by employers whose stage extract has not come: they are
asked, and nobody else.
"""

import datetime as dt

from muster.gates.access import Actor
from muster.gates.disclosure import tellable
from muster.gates.metrics import metric_named, reader_of
from muster.gates.personas import Persona
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.register.employers.queries import find
from muster.services.returns import actions, returning

_HARBOURS = "pretend:harbours-and-lighthouses"
_LEADER, _ANALYST = "persona:leader", "persona:analyst"
_ANSWER_BY, _RETURN_BY = dt.timedelta(days=21), dt.timedelta(days=10)


def offered() -> list[Persona]:
    """Return a second caseworker, to sign off what the first stated; none without an employer."""
    employer = find(_HARBOURS)
    if employer is None:
        return []
    title = employer[1].title
    slug, name = "caseworker-second", f"Second HR caseworker, {title}"
    actor = Actor(f"persona:{slug}", name, frozenset({"HR caseworker"}), employer=employer[0])
    return [Persona(slug, actor, "Signs off what a colleague of the same employer stated.")]


def begin(*, clock: Clock) -> None:
    """Ask two questions: answer one from headcount, and ask employers for the other."""
    needed = legal_day(clock.now()) + _ANSWER_BY
    first = actions.ask(
        words="How many staff do departments have at each grade?", why="A speech on careers",
        for_whom="The minister’s office", needed_by=needed, by=_LEADER, clock=clock,
    )  # fmt: skip
    actions.answer(
        question=first, metric="headcount", dimensions=("grade",), as_at=_latest("headcount"),
        purpose="workforce planning", by=_LEADER, clock=clock,
    )  # fmt: skip
    second = actions.ask(
        words="How many people were hired at each grade in the last 12 months?",
        why="A committee hearing on recruitment", for_whom="The permanent secretary’s office",
        needed_by=needed, by=_LEADER, clock=clock,
    )  # fmt: skip
    returning.open_return(
        question=second, tables=[("hires", ("grade",)), ("applications", ("stage",))],
        as_at=_latest("hires"), deadline=legal_day(clock.now()) + _RETURN_BY, by=_ANALYST,
        clock=clock,
    )  # fmt: skip


def _latest(metric: str) -> dt.date:
    chosen = metric_named(metric)
    return tellable(chosen, reader_of(chosen).dates())[-1]

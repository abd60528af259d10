"""The released tables that answer a question, as its page names them."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from muster.gates.release import cited
from muster.kernel.errors import NotPermitted


class AnswerTable(NamedTuple):
    """A table that left: what it is of, and how many employers it is made of; or it is held."""

    release: str
    title: str = ""
    by: tuple[str, ...] = ()
    returned: int = 0
    known: int = 0
    held: bool = False


def answer_tables(releases: Sequence[str]) -> tuple[AnswerTable, ...]:
    """Return the tables of some releases, without their figures."""
    return tuple(map(_table, releases))


def _table(release: str) -> AnswerTable:
    try:
        found = cited(UUID(release))
    except NotPermitted:
        return AnswerTable(release, held=True)
    parts = [found.metric.dimension(one) for one in found.dimensions]
    by = tuple(one.title for one in parts if one is not None)
    return AnswerTable(release, found.metric.title, by, found.returned, found.known)

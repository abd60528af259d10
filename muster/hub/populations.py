"""Of whom a system gets messages: everybody, its own people, or one named case.

A route names a population. ``case:`` and the case's name is known to the hub: the messages that
carry it as their correlation. Any other is registered by a room above that knows the people, such
as the register's ``own people``; the hub imports none of them.
"""

from collections.abc import Callable, Sequence

import polars as pl

from muster.hub.models import Route
from muster.kernel.errors import BadInput, Where

CASE = "case:"
Members = Callable[[Sequence[str], Route], Sequence[bool]]

_registered: dict[str, Members] = {}


def register_population(name: str, members: Members) -> None:
    """Offer a population; called once at start-up by the room that knows it.

    ``members`` tells for each subject whether messages about it go to a route's receiver now.
    """
    _registered[name] = members


def populations() -> tuple[str, ...]:
    """Return the names of the populations that rooms offer."""
    return tuple(sorted(_registered))


def of_population(envelopes: pl.DataFrame, route: Route) -> pl.DataFrame:
    """Return the messages of a batch that are of a route's population.

    Raises:
        BadInput: if no room offers it; then nothing goes anywhere.
    """
    name = route.population
    if not name or not envelopes.height:
        return envelopes
    if name.startswith(CASE):
        return envelopes.filter(pl.col("correlation") == name.removeprefix(CASE))
    members = _registered.get(name)
    if members is None:
        raise BadInput(
            f"No population is called {name}", where=Where(thing=f"route {route.code}"),
            fix=f"Use {', '.join((*populations(), CASE + 'its name'))}",
        )  # fmt: skip
    subjects = envelopes["subject"].unique(maintain_order=True)
    known = dict(zip(subjects, members(subjects.to_list(), route), strict=True))
    return envelopes.filter(envelopes["subject"].replace_strict(known, return_dtype=pl.Boolean))

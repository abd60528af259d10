"""Whose rows count in a figure: rules of an audience that stand inside the query itself.

Most audiences get figures of everybody. An employer's own systems get those of that employer alone:
not by leaving out lines of a table that holds more, but because no other row is ever counted.
"""

from collections.abc import Sequence
from uuid import UUID

from muster.kernel.errors import NotPermitted, Where
from muster.kernel.metrics import Condition, Metric

EVERYBODY = "signed-in users"
TERMINAL = "terminal"
SYSTEMS = "central systems"
_EMPLOYER = "employer"


def audience_of(employer: UUID | None) -> str:
    """Return the audience that a system is: its employer's, or central ones."""
    return SYSTEMS if employer is None else f"{_EMPLOYER} {employer.hex}"


def rules_for(audience: str, metric: Metric) -> tuple[Condition, ...]:
    """Return what rows must be to count for an audience.

    Raises:
        NotPermitted: if the figures of a metric cannot be told for the rows of one employer.
    """
    kind, _, employer = audience.partition(" ")
    if kind != _EMPLOYER or metric.profile != "protected":
        return ()
    if not metric.facts or metric.dimension(_EMPLOYER) is None:
        raise NotPermitted(
            f"{metric.title} is not told for the rows of one employer",
            where=Where(thing=f"metric {metric.name}"),
            fix="Ask a central team for the figure",
        )
    return (Condition(_EMPLOYER, (employer,)),)


def may_cite(made_for: str, asking: str) -> bool:
    """Tell whether a table that left for one audience may be shown to another."""
    return made_for == asking or not made_for.startswith(f"{_EMPLOYER} ")


def same_rows(one: str, other: str) -> bool:
    """Tell whether figures for two audiences are made of the same rows."""
    own = any(audience.startswith(f"{_EMPLOYER} ") for audience in (one, other))
    return one == other or not own


def only(codes: Sequence[str], dimension: str, rules: Sequence[Condition]) -> list[str]:
    """Return those codes of a dimension that an audience's rows may have."""
    allowed = [one.among for one in rules if one.column == dimension]
    return [code for code in codes if all(code in among for among in allowed)]

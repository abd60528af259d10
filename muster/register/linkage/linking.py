"""From two tables and what their columns say to the pairs that are of one person."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from muster.kernel.errors import BadInput, Where
from muster.register.linkage.deciding import Decided, decide
from muster.register.linkage.model import Scored, compared_fields, score
from muster.register.linkage.preparing import RECORD, ROW, prepared
from muster.register.linkage.roles import Declared, check_columns

LEAST_RECORDS = 2


@dataclass(frozen=True)
class Linked:
    """What linking found.

    Args:
        pairs: ``record_a``, ``record_b`` (as the tables name them), ``probability`` and ``weight``
            (null where only others link them), ``by`` and ``decision``; see ``deciding.LINKS``.
        decided: what was decided, by row.
        scored: all that was weighed, and the model; None where there was nothing to compare.
        tables: the tables as they were compared.
    """

    pairs: pl.DataFrame
    decided: Decided
    scored: Scored | None
    tables: tuple[pl.DataFrame, ...]


def link(
    tables: Sequence[pl.DataFrame], declared: Declared, names: Sequence[str] = ("a", "b")
) -> Linked:
    """Return which records are of one person.

    Args:
        tables: one table, linked within itself, or two, linked with each other.
        declared: what their columns say.
        names: what the tables are called in errors.

    Raises:
        BadInput: if a declared column is missing or cannot be read as text, or if two tables that
            have records have nothing that can be compared.
    """
    roles = (declared.first, declared.second)
    for table, said, name in zip(tables, roles, names, strict=False):
        check_columns(said, table.columns, name)
    ready = [prepared(table, said) for table, said in zip(tables, roles, strict=False)]
    within = len(ready) == 1
    few = ready[0].height < LEAST_RECORDS if within else not all(one.height for one in ready)
    fields = compared_fields(ready)
    if not within and not few and not fields:
        raise BadInput(
            "No field says anything in both files", where=Where(file=" and ".join(names)),
            fix="Declare columns of both that say the same kind of thing, in more than one way",
        )  # fmt: skip
    scored = None if few or not fields else score(ready)
    nothing = pl.DataFrame(schema={"a": pl.UInt32, "b": pl.UInt32, "weight": pl.Float64,
                                   "probability": pl.Float64})  # fmt: skip
    decided = decide(
        scored.pairs if scored else nothing, within=within, each_once=declared.each_once
    )
    return Linked(_named(decided.links, ready[0], ready[-1]), decided, scored, tuple(ready))


def _named(links: pl.DataFrame, first: pl.DataFrame, second: pl.DataFrame) -> pl.DataFrame:
    """Return links by the names that the tables give their records."""
    return (
        links.join(first.select(a=ROW, record_a=RECORD), on="a")
        .join(second.select(b=ROW, record_b=RECORD), on="b")
        .sort("a", "b")
        .select("record_a", "record_b", "probability", "weight", "by", "decision")
    )

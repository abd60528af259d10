"""Why two records are linked, or not: the evidence in words, field by field, without their values.

For whoever decides on a pair that the model is not sure of, and for whoever asks why. What is said
adds up to the pair's weight exactly: nothing weighs that is not shown.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import polars as pl

from muster.register.linkage.model import Scored, quiet_database
from muster.register.linkage.preparing import ROW, kind_of
from muster.register.linkage.weighing import Level, Weights, frequencies

BEFORE = "before anything is compared"
NOT_SAID, SAME, DIFFERENT = "not said in both", "the same", "different"
RARE, COMMON = "rare", "common"
_TELLS = 1.0
# Of these nearly every value is rare, and whether two records say it or three tells nobody much.
_OWN = ("email", "phone", "identifier")


@dataclass(frozen=True)
class Reason:
    """What one field says of a pair.

    Args:
        field: the field, such as ``date_of_birth``; empty for what was so before comparing.
        said: how its values agree.
        rarity: ``rare`` or ``common`` where the value that both say tells more or less by a bit at
            least, because of how many say it; else empty, as for numbers of a person's own.
        bits: what that tells; positive where it speaks for one person.
    """

    field: str
    said: str
    rarity: str
    bits: float

    def __str__(self) -> str:
        """Return it in words, such as ``surname the same, rare: +11.2``."""
        name = self.field.replace("_", " ")
        words = " ".join(part for part in (name, self.said) if part)
        return f"{words}{f', {self.rarity}' if self.rarity else ''}: {self.bits:+.1f}"


def explained(
    scored: Scored, tables: Sequence[pl.DataFrame], pairs: pl.DataFrame
) -> list[tuple[Reason, ...]]:
    """Return the reasons of each pair, the strongest evidence first; they add up to its weight.

    Args:
        scored: the model.
        tables: the one or two tables, as ``preparing`` makes them, that the model was fitted to.
        pairs: ``a`` and ``b``, row numbers in the first and in the last table.
    """
    fields = scored.fields
    often = frequencies(tables, fields)
    wide = pairs.select("a", "b").with_row_index("pair")
    for side, row, table in (("l", "a", tables[0]), ("r", "b", tables[-1])):
        named = {f"{field}_{side}": field for field in fields}
        wide = wide.join(table.select(pl.col(ROW).alias(row), **named), on=row, how="left")
    for field in fields:
        wide = wide.join(often[field], left_on=f"{field}_r", right_on=field, how="left")
    weighed = weigh(scored.weights, wide).sort("pair")
    return [reasons_of(scored.weights, row) for row in weighed.iter_rows(named=True)]


def weigh(weights: Weights, pairs: pl.DataFrame) -> pl.DataFrame:
    """Return pairs with their weight and what it is made of; see ``Weights.sql``."""
    with closing(quiet_database()) as database:
        database.register("pairs", pairs.to_arrow())
        found: pl.DataFrame = database.sql(weights.sql("pairs")).pl()
    return found


def reasons_of(weights: Weights, row: Mapping[str, Any]) -> tuple[Reason, ...]:
    """Return the reasons of one pair that ``weigh`` weighed, the strongest evidence first."""
    found = []
    for one in weights.fields:
        level = one.levels[int(row[f"level_{one.field}"])]
        rarity = row[f"rarity_{one.field}"]
        often = RARE if rarity >= _TELLS else COMMON if rarity <= -_TELLS else ""
        if kind_of(one.field) in _OWN:
            often = ""
        found.append(
            Reason(
                one.field, level_said(level, one.levels), often, row[f"bits_{one.field}"] + rarity
            )
        )
    found.sort(key=lambda reason: (-abs(reason.bits), reason.field))
    return (*found, Reason("", BEFORE, "", weights.before))


def level_said(level: Level, levels: Sequence[Level]) -> str:
    """Return in words how two values of a level agree."""
    if level is levels[0]:
        return NOT_SAID
    if level is levels[1]:
        return SAME
    return level.said if level.condition else DIFFERENT

"""What a fitted model says of one pair, field by field: the sum of all pairs, taken apart.

For whoever links one record or explains a pair, without fitting anything again. Evidence is in bits
and adds up: what was so before anything was compared, for each field what its level of agreement
tells, and where both say the same, how much more or less that tells because the value is rare or
common.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl
from splink import Linker

from muster.register.linkage.evidence import BESIDE


@dataclass(frozen=True)
class Level:
    """One level of agreement of a field.

    Args:
        said: the level in words, such as ``one slip of the keys apart``.
        condition: when it holds, as SQL over ``<field>_l`` and ``<field>_r``; empty if always.
        bits: what it tells.
        expected: how often two people say the same (log2), where rare values tell more; else None.
    """

    said: str
    condition: str
    bits: float
    expected: float | None


@dataclass(frozen=True)
class Compared:
    """A field with its levels; the first that holds counts."""

    field: str
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Weights:
    """A fitted model: the bits before anything is compared, and what each field adds."""

    before: float
    fields: tuple[Compared, ...]

    def plain(self) -> dict[str, Any]:
        """Return the same as JSON writes it; ``weights_from`` reads it back."""
        return asdict(self)

    def sql(self, pairs: str) -> str:
        """Return a query for the evidence of pairs.

        Args:
            pairs: a table or query in brackets with, for each field, ``<field>_l``, ``<field>_r``
                and ``often_<field>``, the share of records that say what the right one says.

        Returns:
            SQL that keeps the columns of ``pairs`` and adds ``level_<field>`` (its place),
            ``bits_<field>``, ``rarity_<field>``, and ``weight``, which is the sum.
        """
        levels = ", ".join(f'{_level(one)} AS "level_{one.field}"' for one in self.fields)
        bits = ", ".join(
            f'{_bits(one)} AS "bits_{one.field}", {_rarity(one)} AS "rarity_{one.field}"'
            for one in self.fields
        )
        terms = (f'"bits_{one.field}" + "rarity_{one.field}"' for one in self.fields)
        total = " + ".join([_number(self.before), *terms])
        return (
            f"SELECT *, {total} AS weight FROM (SELECT *, {bits} FROM"  # noqa: S608 - ours
            f" (SELECT *, {levels} FROM {pairs}))"
        )


def weights_from(said: Mapping[str, Any]) -> Weights:
    """Return the model that ``Weights.plain`` wrote."""
    return Weights(
        said["before"],
        tuple(
            Compared(one["field"], tuple(Level(**level) for level in one["levels"]))
            for one in said["fields"]
        ),
    )


def weights_of(linker: Linker) -> Weights:
    """Return what a fitted model says."""
    said = linker._settings_obj
    prior = said.core_model_settings.probability_two_random_records_match
    return Weights(
        math.log2(prior / (1 - prior)),
        tuple(
            Compared(
                one.output_column_name,
                tuple(
                    Level(
                        level.label_for_charts,
                        "" if level._is_else_level else _plainly(level.sql_condition),
                        0.0 if level.is_null_level else float(level._match_weight),
                        math.log2(level.u_probability or 1.0)
                        if level._has_tf_adjustments
                        else None,
                    )
                    for level in one.comparison_levels
                ),
            )
            for one in said.comparisons
        ),
    )


def _plainly(condition: str) -> str:
    """Return a condition over the fields themselves, not over what stood beside them."""
    for beside, field in BESIDE.items():
        for side in "lr":
            condition = condition.replace(f"{beside}_{side}", f"{field}_{side}")
    return condition


def frequencies(tables: Sequence[pl.DataFrame], fields: Iterable[str]) -> dict[str, pl.DataFrame]:
    """Return for each field its values and ``often_<field>``, the share of records that say it."""
    return {
        field: pl.concat([table[field] for table in tables])
        .drop_nulls()
        .value_counts(name=f"often_{field}", normalize=True)
        for field in fields
    }


def probability(weight: pl.Expr) -> pl.Expr:
    """Return how likely a pair is of one person, from its weight in bits."""
    return 1 / (1 + pl.lit(2.0).pow(-weight))


def _level(one: Compared) -> str:
    cases = "".join(
        f" WHEN {level.condition} THEN {at}"
        for at, level in enumerate(one.levels)
        if level.condition
    )
    return f"CASE{cases} ELSE {len(one.levels) - 1} END"


def _bits(one: Compared) -> str:
    cases = "".join(f" WHEN {at} THEN {_number(level.bits)}" for at, level in enumerate(one.levels))
    return f'CASE "level_{one.field}"{cases} END'


def _rarity(one: Compared) -> str:
    cases = "".join(
        f' WHEN "level_{one.field}" = {at} AND "often_{one.field}" IS NOT NULL'
        f' THEN {_number(level.expected)} - log2("often_{one.field}")'
        for at, level in enumerate(one.levels)
        if level.expected is not None
    )
    return f"CASE{cases} ELSE {_number(0.0)} END" if cases else _number(0.0)


def _number(value: float) -> str:
    return f"CAST({value!r} AS DOUBLE)"

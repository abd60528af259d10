"""What agreements and differences tell, learned from the records themselves, without labels.

The model of Fellegi and Sunter as Splink fits it: for each level of each field, how likely it is
among pairs of one person (by expectation maximisation) and among pairs of two (from random pairs).
Their ratio is the evidence; the weights of all fields add up to a pair's weight, in bits.
"""

import hashlib
import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from tempfile import gettempdir
from typing import Any, Literal

import duckdb
import polars as pl
from splink import Linker, SettingsCreator
from splink.blocking_rule_library import CustomRule
from splink.internals.blocking_rule_creator import BlockingRuleCreator
from splink.internals.duckdb.database_api import DuckDBAPI
from splink.internals.exceptions import EMTrainingException

from muster.register.linkage.candidates import (
    Sharing,
    affordable,
    coded,
    pairs_of,
    too_many,
)
from muster.register.linkage.evidence import BESIDE, comparison_of
from muster.register.linkage.forenames import MACRO
from muster.register.linkage.preparing import ROW, kind_of
from muster.register.linkage.weighing import Weights, weights_of

LEAST_PROBABILITY = 0.001
RANDOM_PAIRS, LEARNED_PAIRS, SEED = 1_000_000, 500_000, 20_170
_SURE = (
    ("identifier",), ("email",), ("phone",), ("given_name", "surname", "date_of_birth"),
    ("given_name", "surname", "postcode"), ("surname", "date_of_birth", "postcode"),
)  # fmt: skip
_FOUND_BY_SURE = 0.8
_LEARNED_FROM = (
    ("date_of_birth",), ("given_name", "surname"), ("email",), ("identifier",), ("postcode",),
    ("phone",), ("surname", "town"), ("surname",),
)  # fmt: skip
_ENOUGH, _TOO_MANY = 20, 20_000_000
# What was never seen among pairs of one person is rare and not impossible: once in ten thousand.
_LEAST_SEEN = 1e-4
PAIRS = {"a": pl.UInt32, "b": pl.UInt32, "weight": pl.Float64, "probability": pl.Float64}
"""Scored pairs: row numbers of both records (``a`` before ``b`` within one table), the weight of
evidence in bits, and how likely they are of one person."""


@dataclass(frozen=True)
class Scored:
    """All pairs that were looked at and are not hopeless; see ``PAIRS``.

    Args:
        pairs: the pairs.
        fields: what was compared.
        looked_at: which records were compared at all.
        parameters: what the model learned, as Splink writes it.
        weights: the same, as evidence is weighed by it.
        left_out: what too many records share for all of them to be compared.
    """

    pairs: pl.DataFrame
    fields: tuple[str, ...]
    looked_at: tuple[Sharing, ...]
    parameters: dict[str, Any]
    weights: Weights
    left_out: tuple[Sharing, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Return what names the model: SHA-256 over what it learned, to four digits."""
        text = json.dumps(_rounded(self.parameters), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def score(tables: Sequence[pl.DataFrame]) -> Scored:
    """Return how likely records are of one person.

    Args:
        tables: one that is linked within itself, or two; as ``preparing`` makes them.
    """
    fields = compared_fields(tables)
    codes = coded(tables, fields)
    sharing = affordable(codes, fields)
    left_out = too_many(codes, fields, sharing)
    if not sharing:
        return Scored(pl.DataFrame(schema=PAIRS), fields, (), {}, Weights(0.0, ()), left_out)
    with _quiet(), closing(quiet_database()) as database:
        linker = _linker(database, tables, fields, sharing)
        _learn(linker, codes, fields)
        _nothing_is_impossible(linker)
        found = linker.inference.predict(threshold_match_probability=LEAST_PROBABILITY)
        scored = database.sql(
            f"SELECT least({ROW}_l, {ROW}_r) a, greatest({ROW}_l, {ROW}_r) b,"  # noqa: S608 - ours
            f" match_weight weight, match_probability probability FROM {found.physical_name}"
            if len(tables) == 1
            else f"SELECT {ROW}_l a, {ROW}_r b, match_weight weight,"  # noqa: S608 - ours
            f" match_probability probability FROM {found.physical_name}"
        ).pl()
        parameters, weights = linker.misc.save_model_to_json(), weights_of(linker)
    pairs = scored.cast(PAIRS).sort(["weight", "a", "b"], descending=[True, False, False])
    return Scored(pairs, fields, tuple(sharing), parameters, weights, left_out)


def compared_fields(tables: Sequence[pl.DataFrame]) -> tuple[str, ...]:
    """Return the fields in which all tables say something, and together more than one thing."""
    first = [name for name in tables[0].columns if name not in (ROW, "record")]
    return tuple(
        name
        for name in first
        if all(name in table.columns and table[name].count() for table in tables)
        and pl.concat([table[name] for table in tables]).drop_nulls().n_unique() > 1
    )


def _linker(
    database: duckdb.DuckDBPyConnection, tables: Sequence[pl.DataFrame], fields: Sequence[str],
    sharing: Sequence[Sharing],
) -> Linker:  # fmt: skip
    link_type: Literal["dedupe_only", "link_only"] = (
        "dedupe_only" if len(tables) == 1 else "link_only"
    )
    settings = SettingsCreator(
        link_type=link_type,
        comparisons=[comparison_of(field, fields) for field in fields],
        blocking_rules_to_generate_predictions=[CustomRule(one.condition) for one in sharing],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
        unique_id_column_name=ROW,
    )
    api = DuckDBAPI(connection=database)
    registered = [
        api.register(_with_beside(table, fields).to_arrow(), table_name=f"records_{name}")
        for name, table in zip("ab", tables, strict=False)
    ]
    return Linker(registered if len(registered) > 1 else registered[0], settings, log_level=None)


def _with_beside(table: pl.DataFrame, fields: Sequence[str]) -> pl.DataFrame:
    """Return what is compared, and both names once more where they may be exchanged."""
    beside = BESIDE if set(BESIDE.values()) <= set(fields) else {}
    return table.select(ROW, *fields, **{name: pl.col(field) for name, field in beside.items()})


def _learn(linker: Linker, codes: Sequence[pl.DataFrame], fields: Sequence[str]) -> None:
    """Fit the model: how common people are, what chance agreement is, what true agreement is."""
    training = linker.training
    sure = [one for one in _SURE if set(one) <= set(fields) and pairs_of(codes, one)]
    if sure:
        rules: list[str | BlockingRuleCreator] = [Sharing(one, 0).condition for one in sure]
        with suppress(ValueError):  # nearly all records are of one person
            training.estimate_probability_two_random_records_match(rules, recall=_FOUND_BY_SURE)
    training.estimate_u_using_random_sampling(
        max_pairs=RANDOM_PAIRS, seed=SEED, min_count_per_level=None, num_chunks=1
    )
    for one in _learning_sets(codes, fields):
        # Where two fields say the same, or a level never occurs, the sums run out of numbers; what
        # the other sets teach stands.
        with suppress(ValueError, EMTrainingException):
            training.estimate_parameters_using_expectation_maximisation(
                Sharing(one, 0).condition, max_pairs=LEARNED_PAIRS
            )


def _nothing_is_impossible(linker: Linker) -> None:
    """Let no level of agreement rule a pair out alone because the records showed none such.

    Where a level never occurs among likely pairs, expectation maximisation lets it go to nothing,
    and a name spelled in two ways would outweigh everything else that agrees.
    """
    for comparison in linker._settings_obj.comparisons:
        for level in comparison.comparison_levels:
            if not level.is_null_level and (level.m_probability or 0.0) < _LEAST_SEEN:
                level.m_probability = _LEAST_SEEN


def _learning_sets(
    codes: Sequence[pl.DataFrame], fields: Sequence[str]
) -> Iterator[tuple[str, ...]]:
    """Yield which pairs to learn from, until each field was left free at least twice."""
    free = dict.fromkeys(fields, 0)
    for one in _LEARNED_FROM:
        left_free = [field for field in fields if kind_of(field) not in one]
        if not set(one) <= set(fields) or not left_free or min(free.values()) >= 2:
            continue
        if _ENOUGH <= pairs_of(codes, one) <= _TOO_MANY:
            yield one
            for field in left_free:
                free[field] += 1


def quiet_database() -> duckdb.DuckDBPyConnection:
    """Return an empty database in memory that writes no progress over what is printed.

    It knows other forms of forenames, and reaches no file and no network, whatever the conditions
    of a stored model say.
    """
    database = duckdb.connect(
        config={
            "enable_external_access": "false",
            # Not where the command was typed; and a fault fills no disk.
            "temp_directory": gettempdir(),
            "max_temp_directory_size": "8GB",
        }
    )
    database.execute("SET enable_progress_bar = false")
    database.execute(MACRO)
    return database


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Splink's running commentary out of the logs: it names values."""
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def _rounded(said: Any) -> Any:
    if isinstance(said, float):
        return float(f"{said:.4g}")
    if isinstance(said, dict):
        return {key: _rounded(value) for key, value in said.items() if key != "linker_uid"}
    return [_rounded(value) for value in said] if isinstance(said, list) else said

"""A model of matching as the register learns it, fitted once on a pretend population.

For tests of what becomes of pairs of records: they are weighed by what half of five thousand people
taught who are known to two systems, with slips of the keys, marriages and numbers left out.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl

from muster.register.linkage.deciding import Decided, decide
from muster.register.linkage.model import Scored, score
from muster.register.linkage.preparing import prepared
from muster.register.people.matching.evidence import ROLES
from muster.register.people.matching.rules import REVIEW_AT_MOST
from muster.register.people.matching.runs import kept
from synthetic.two_sources import two_sources

PEOPLE = 5_000


@dataclass(frozen=True)
class Fitted:
    """A model, the thresholds chosen with it, and the records it was fitted to."""

    scored: Scored
    decided: Decided
    ready: pl.DataFrame

    @property
    def learned(self) -> dict[str, Any]:
        """Return the model as a run keeps it."""
        return kept(self.scored)

    @property
    def review(self) -> float:
        """Return the probability from which a person is asked."""
        return min(self.decided.threshold, REVIEW_AT_MOST)


def number_hash(number: str) -> str:
    """Return what stands for the keyed hash of a National Insurance number, as much as is kept."""
    return hashlib.sha256(number.encode()).hexdigest()[:12]


@cache
def fitted() -> Fitted:
    """Return the model; the same one each time."""
    both = pl.concat(two_sources(PEOPLE, seed=3))
    numbered = both.with_columns(chance=pl.col("record").hash(7) % 100)
    said = numbered.select(
        "record",
        pl.col("given_name").alias("forenames"),
        "surname",
        pl.col("date_of_birth").alias("birth_date"),
        pl.when(pl.col("chance") < 60)
        .then(pl.col("person").cast(pl.String).map_elements(number_hash, return_dtype=pl.String))
        .alias("nino_hash"),
    )
    ready = prepared(said, ROLES)
    scored = score([ready])
    return Fitted(scored, decide(scored.pairs, within=True, each_once=False), ready)

"""Candidate pairs: records that share something are compared, as many as can be afforded.

Comparing everybody with everybody is out of reach, so pairs are looked at that agree exactly in
some fields. Tight agreements are always used; looser ones, which find the pairs that differ most,
are added from the cheapest on as long as the whole stays within a budget.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations

import polars as pl

from muster.register.linkage.preparing import kind_of

LEAST_BUDGET, FOR_EACH_RECORD = 2_000_000, 5
# What agrees in two of these is looked at, if it can be afforded; one of these alone as well.
_TELLING = ("surname", "given_name", "date_of_birth", "postcode", "email", "phone", "identifier",
            "address", "town", "house_number")  # fmt: skip

_NAMES = ("given_name", "surname")


@dataclass(frozen=True)
class Sharing:
    """Pairs of records that share the values of some fields: of which, and how many there are.

    ``crossed`` pairs share given name and surname exchanged.
    """

    fields: tuple[str, ...]
    pairs: int
    crossed: bool = False

    @property
    def condition(self) -> str:
        """The same as SQL over ``l`` and ``r``."""
        if self.crossed:
            return 'l."given_name" = r."surname" AND l."surname" = r."given_name"'
        return " AND ".join(f'l."{field}" = r."{field}"' for field in self.fields)


def coded(tables: Sequence[pl.DataFrame], fields: Sequence[str]) -> list[pl.DataFrame]:
    """Return tables with a number for each value, the same in all of them: cheap to count by."""
    joined = pl.concat([table.select(fields) for table in tables])
    numbers = joined.select(pl.col(fields).cast(pl.Categorical).to_physical())
    if set(_NAMES) <= set(fields):
        # Both by the same numbers, so that exchanged ones can be counted.
        names = pl.concat([joined[name].rename("name") for name in _NAMES])
        both = names.cast(pl.Categorical).to_physical()
        numbers = numbers.with_columns(
            both.slice(at * joined.height, joined.height).alias(name)
            for at, name in enumerate(_NAMES)
        )
    starts = accumulate((table.height for table in tables), initial=0)
    return [numbers.slice(at, table.height) for at, table in zip(starts, tables, strict=False)]


def affordable(codes: Sequence[pl.DataFrame], fields: Collection[str]) -> list[Sharing]:
    """Return which pairs to look at, the fewest first, within a budget for so many records.

    Args:
        codes: one table that is linked within itself, or two that are linked with each other; see
            ``coded``.
        fields: the fields that both have.
    """
    telling = [field for field in fields if kind_of(field) in _TELLING]
    records = sum(table.height for table in codes)
    budget = max(LEAST_BUDGET, FOR_EACH_RECORD * records)
    sets = [(field,) for field in telling] + list(combinations(telling, 2))
    found = [Sharing(one, pairs_of(codes, one)) for one in sets]
    chosen, spent = list[Sharing](), 0
    for one in sorted(found, key=lambda one: (one.pairs, one.fields)):
        if any(set(other.fields) <= set(one.fields) for other in chosen):
            continue  # whoever shares both shares one of them
        if spent + one.pairs <= budget:
            chosen.append(one)
            spent += one.pairs
    chosen = _without_needless(chosen)
    if set(_NAMES) <= set(fields) and (crossed := _crossed(codes)) <= budget:
        chosen.append(Sharing(_NAMES, crossed, crossed=True))
    return chosen


def too_many(
    codes: Sequence[pl.DataFrame], fields: Collection[str], chosen: Sequence[Sharing]
) -> tuple[Sharing, ...]:
    """Return the fields that records share and are not compared by alone, as too many do."""
    alone = {one.fields for one in chosen}
    return tuple(
        Sharing((field,), pairs_of(codes, (field,)))
        for field in fields if kind_of(field) in _TELLING and (field,) not in alone
    )  # fmt: skip


def _crossed(codes: Sequence[pl.DataFrame]) -> int:
    """Return how many pairs share given name and surname exchanged, each counted twice within."""
    first, second = (codes[at].select(_NAMES).drop_nulls() for at in (0, -1))
    exchanged = second.rename(dict(zip(_NAMES, reversed(_NAMES), strict=True))).select(_NAMES)
    return pairs_of([first, exchanged], _NAMES)


def _without_needless(chosen: Sequence[Sharing]) -> list[Sharing]:
    """Leave out what a looser agreement, chosen later, finds as well."""
    return [
        one for one in chosen if not any(set(other.fields) < set(one.fields) for other in chosen)
    ]


def pairs_of(codes: Sequence[pl.DataFrame], fields: Sequence[str]) -> int:
    """Return how many pairs share the values of fields; see ``coded``."""
    counts = [
        table.drop_nulls(fields).group_by(*_packed(fields)).len(name=f"n{at}")
        for at, table in enumerate(codes)
    ]
    if len(counts) == 1:
        n = pl.col("n0").cast(pl.Int64)
        return int(counts[0].select((n * (n - 1) // 2).sum()).item() or 0)
    both = counts[0].join(counts[1], on=counts[0].columns[:-1])
    product = pl.col("n0").cast(pl.Int64) * pl.col("n1").cast(pl.Int64)
    return int(both.select(product.sum()).item() or 0)


def _packed(fields: Sequence[str]) -> list[pl.Expr]:
    """Return what to group by: two numbers are put into one, which takes half the time."""
    if len(fields) != 2:
        return [pl.col(field) for field in fields]
    first, second = (pl.col(field).cast(pl.UInt64) for field in fields)
    return [(first * 2**32 + second).alias("both")]

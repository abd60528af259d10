"""Which known records share something with a new one: looked up, without reading all of them.

For ``one``, which asks again and again. For each agreement that the model's run looked at, the
records stand in the order of a number made of what they say, so those that share it stand together.
What is put in later is looked through as it stands, until it is so much that all is put in order
again. Two values may have one number: whoever asks compares what they say.
"""

from collections.abc import Sequence

import polars as pl

from muster.register.linkage.candidates import Sharing

_SEED, _ODD = 20_170, 1_000_003
_MOST_LOOSE = 2_000
_NUMBERED = {"number": pl.UInt64, "place": pl.UInt32}


class Keys:
    """The places of records in a table that only grows, by what they share.

    Args:
        looked_at: the agreements to look up.
    """

    def __init__(self, looked_at: Sequence[Sharing]) -> None:
        self._looked_at = tuple(looked_at)
        self._ordered = [pl.DataFrame(schema=_NUMBERED) for _ in self._looked_at]
        self._loose = list(self._ordered)

    def add(self, records: pl.DataFrame, start: int) -> None:
        """Let records be found from now on; ``start`` is the place of the first."""
        for at, one in enumerate(self._looked_at):
            fields = ("given_name", "surname") if one.crossed else one.fields
            loose = pl.concat([self._loose[at], _numbered(records, fields, start)])
            if loose.height > _MOST_LOOSE:
                self._ordered[at] = pl.concat([self._ordered[at], loose]).sort(*_NUMBERED)
                loose = loose.clear()
            self._loose[at] = loose

    def sharing(self, record: pl.DataFrame) -> list[int]:
        """Return the places of records that may share something with a record, in order."""
        found = set[int]()
        for at, one in enumerate(self._looked_at):
            # In the order of what they are to be equal to: this record's surname to given names.
            fields = ("surname", "given_name") if one.crossed else one.fields
            for number in _numbered(record, fields, 0)["number"]:
                ordered, loose = self._ordered[at], self._loose[at]
                first = ordered["number"].search_sorted(number, "left")
                last = ordered["number"].search_sorted(number, "right")
                found.update(ordered["place"][first:last])
                found.update(loose.filter(pl.col("number") == number)["place"])
        return sorted(found)


def _numbered(records: pl.DataFrame, fields: Sequence[str], start: int) -> pl.DataFrame:
    """Return a number and the place of each record that says something in all fields."""
    if not set(fields) <= set(records.columns):
        return pl.DataFrame(schema=_NUMBERED)
    number = pl.lit(0, pl.UInt64)
    for field in fields:
        number = number * _ODD + pl.col(field).hash(_SEED) % 2**40
    placed = records.select(
        *fields, pl.int_range(start, start + pl.len(), dtype=pl.UInt32).alias("place")
    )
    return placed.drop_nulls(fields).select(number.alias("number"), "place")

"""How National Insurance numbers are kept: encrypted, and beside it a keyed hash to find equals.

A temporary number identifies nobody, because two people may share it: it is encrypted, and has no
hash to be found by.
"""

import re

import polars as pl

from muster.kernel.keys import Keyring
from muster.register.people.rules import TEMPORARY_NINO

_CONTEXT = b"register:nino"
TEMPORARY = re.compile(TEMPORARY_NINO)


def open_nino(keys: Keyring, sealed: str) -> str:
    """Return the number that was sealed.

    Raises:
        EvidenceBroken: if the stored text was changed.
    """
    return keys.decrypt(bytes.fromhex(sealed), context=_CONTEXT).decode()


def seal_ninos(frame: pl.DataFrame, keys: Keyring) -> pl.DataFrame:
    """Return rows with ``nino`` encrypted, and beside it ``nino_hash``; both as hexadecimal."""
    plain = frame["nino"].drop_nulls().unique().to_list()
    sealed = [keys.encrypt(number.encode(), context=_CONTEXT).hex() for number in plain]
    hashed = hash_ninos(frame["nino"], keys)
    return frame.with_columns(_looked_up(plain, sealed).alias("nino"), hashed.alias("nino_hash"))


def hash_ninos(numbers: pl.Series, keys: Keyring) -> pl.Series:
    """Return the keyed hash of each number, as hexadecimal; null for a temporary number."""
    plain = [one for one in numbers.drop_nulls().unique() if not TEMPORARY.match(one)]
    hashed = [keys.keyed_hash(number.encode(), context=_CONTEXT).hex() for number in plain]
    return numbers.to_frame("nino").with_columns(_looked_up(plain, hashed).alias("hash"))["hash"]


def _looked_up(plain: list[str], made: list[str]) -> pl.Expr:
    if not plain:
        return pl.lit(None, dtype=pl.String)
    return pl.col("nino").replace_strict(plain, made, default=None, return_dtype=pl.String)

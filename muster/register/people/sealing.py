"""How National Insurance numbers are kept: encrypted, and beside it a keyed hash to find equals."""

from collections.abc import Callable

import polars as pl

from muster.kernel.keys import Keyring

_CONTEXT = b"register:nino"


def open_nino(keys: Keyring, sealed: str) -> str:
    """Return the number that was sealed.

    Raises:
        EvidenceBroken: if the stored text was changed.
    """
    return keys.decrypt(bytes.fromhex(sealed), context=_CONTEXT).decode()


def seal_ninos(frame: pl.DataFrame, keys: Keyring) -> pl.DataFrame:
    """Return rows with ``nino`` encrypted, and beside it ``nino_hash``; both as hexadecimal."""
    plain = frame["nino"].drop_nulls().unique().to_list()

    def column(make: Callable[[bytes], bytes]) -> pl.Expr:
        if not plain:
            return pl.lit(None, dtype=pl.String)
        made = [make(number.encode()).hex() for number in plain]
        return pl.col("nino").replace_strict(plain, made, default=None, return_dtype=pl.String)

    return frame.with_columns(
        column(lambda number: keys.encrypt(number, context=_CONTEXT)).alias("nino"),
        column(lambda number: keys.keyed_hash(number, context=_CONTEXT)).alias("nino_hash"),
    )

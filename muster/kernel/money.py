"""Money: integer pence, read exactly and never through a binary fraction."""

import re

_POUNDS = re.compile(r"(-?)£?(\d{1,3}(?:,\d{3}){1,4}|\d{1,15})(?:\.(\d{1,2}))?", re.ASCII)


def read_pounds(text: str) -> int:
    """Return the pence that ``text`` states in pounds, such as ``£31,250.50`` or ``31250``.

    Raises:
        ValueError: if the text is not an amount in pounds with at most two decimals, or has more
            than 15 digits before them, as no budget has.
    """
    match = _POUNDS.fullmatch(text.strip().replace("\u00a0", "").replace(" ", ""))
    if match is None:
        raise ValueError(f"not an amount in pounds: {text!r}")
    sign, pounds, pence = match.groups()
    total = int(pounds.replace(",", "")) * 100 + int((pence or "0").ljust(2, "0"))
    return -total if sign else total


def write_pounds(pence: int) -> str:
    """Return ``pence`` as people read it: ``£31,250.50``; no decimals for whole pounds."""
    sign, rest = ("-" if pence < 0 else ""), abs(pence)
    whole = f"{sign}£{rest // 100:,}"
    return whole if rest % 100 == 0 else f"{whole}.{rest % 100:02d}"

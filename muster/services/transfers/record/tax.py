"""Tax codes by tax year, and how people write them on forms.

A record keeps three things apart, as the payroll submission does: the code (``1257L``), the regime
(S for Scottish, C for Welsh taxpayers) and the basis (non-cumulative is week 1 or month 1). People
write all three as one, ``S1257L M1``: ``read_tax_code`` takes it apart.

Sources: schemas of HMRC's Full Payment Submission (2014-15: ``[LPTY]``, ``D[01]``; 2026-27:
``[LMNPTY]``); M and N with the marriage allowance of 2015-16; the Scottish rate from 2016-17, its
bands of 2018-19 and 2024-25; the Welsh rates from 2019-20 (HMRC PAYE11000 onwards).
"""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Literal

from muster.services.transfers.record.wrong import Wrong

Basis = Literal["cumulative", "non-cumulative"]


@dataclass(frozen=True)
class CodesOfYear:
    """Which codes a tax year knows, from its first year until the next line.

    Args:
        year: the calendar year in which the tax year begins.
        letters: what may end a number.
        flat: for each regime there is, how many D codes it has: 2 is D0 and D1.
    """

    year: int
    letters: str
    flat: dict[str, int] = field(hash=False)


CODES = (
    CodesOfYear(2014, "LPTY", {"": 2}),
    CodesOfYear(2015, "LMNPTY", {"": 2}),
    CodesOfYear(2016, "LMNPTY", {"": 2, "S": 2}),
    CodesOfYear(2018, "LMNPTY", {"": 2, "S": 3}),
    CodesOfYear(2019, "LMNPTY", {"": 2, "S": 3, "C": 2}),
    CodesOfYear(2024, "LMNPTY", {"": 2, "S": 4, "C": 2}),
)
FIRST_YEAR, LAST_KNOWN_YEAR = 2014, 2026
REGIMES = {"": "the rest of the United Kingdom", "S": "Scotland", "C": "Wales"}

_YEAR = re.compile(r"(20\d{2})-(\d{2})")
_TYPED = re.compile(
    r"(?P<regime>[SC]?) ?(?P<code>BR|[0O]T|NT|D ?\d|K ?\d{1,6}|\d{1,6} ?[A-Z])"
    r"(?:[ /,(\-]*(?P<basis>NON[ -]?CUM(?:ULATIVE)?|CUM(?:ULATIVE)?"
    r"|(?:W|WK|WEEK) ?1(?: ?/? ?(?:M|MTH|MONTH) ?1)?|(?:M|MTH|MONTH) ?1|X)\)?)?"
)


@dataclass(frozen=True)
class TaxCode:
    """A tax code as records keep it, in its three parts."""

    code: str
    regime: str
    basis: Basis
    basis_stated: bool = False


def tax_year_of(day: dt.date) -> str:
    """Return the tax year of a day, such as ``2026-27``; it begins on 6 April."""
    first = day.year if (day.month, day.day) >= (4, 6) else day.year - 1
    return f"{first}-{(first + 1) % 100:02d}"


def kept_tax_year(text: str) -> str:
    """Return a tax year if it is one; ``Wrong`` otherwise."""
    match = _YEAR.fullmatch(text)
    if match is None or int(match[2]) != (int(match[1]) + 1) % 100 or int(match[1]) < FIRST_YEAR:
        raise Wrong("tax year form", "It is no tax year since 2014-15", "Write it as 2026-27")
    return text


def kept_tax_code(code: str, regime: str, tax_year: str) -> str:
    """Return a code if its tax year and regime know it.

    Raises:
        Wrong: with what to write where regime or basis are typed as part of the code.
    """
    known = _codes_of(tax_year)
    if regime not in known.flat:
        raise Wrong(
            "tax regime year", f"There were no codes of {REGIMES[regime]} in that tax year",
            "Check the tax year and the regime",
        )  # fmt: skip
    number = re.fullmatch(rf"[1-9]\d{{0,5}}[{known.letters}]|K[1-9]\d{{0,5}}", code, re.ASCII)
    if number or code in ("BR", "0T"):
        return code
    if code == "NT":
        if regime:
            raise Wrong("tax code regime", "NT has no Scottish or Welsh form", "Clear the regime")
        return code
    if flat := re.fullmatch(r"D([0-8])", code, re.ASCII):
        if int(flat[1]) < known.flat[regime]:
            return code
        raise Wrong(
            "tax code regime", f"{REGIMES[regime].capitalize()} had no such D code in that year",
            "Check the regime: D2 and D3 are Scottish",
        )  # fmt: skip
    raise _unlike(code)


def read_tax_code(typed: str) -> TaxCode:
    """Return what somebody wrote as a tax code, in its three parts.

    Raises:
        Wrong: if it is not certain what is meant.
    """
    text = " ".join(unicodedata.normalize("NFC", typed).upper().split())
    match = _TYPED.fullmatch(text) if text.isascii() else None
    if match is None:
        raise _unlike(text)
    code = match["code"].replace(" ", "").replace("OT", "0T")
    stated = match["basis"]
    cumulative = stated is None or stated.startswith("CUM")
    return TaxCode(
        code, match["regime"], "cumulative" if cumulative else "non-cumulative", stated is not None
    )


def is_future(tax_year: str) -> bool:
    """Tell whether a tax year comes after the last whose codes are known here."""
    return int(tax_year[:4]) > LAST_KNOWN_YEAR


def _codes_of(tax_year: str) -> CodesOfYear:
    year = int(tax_year[:4])
    return next(line for line in reversed(CODES) if line.year <= max(year, FIRST_YEAR))


def _unlike(code: str) -> Wrong:
    match = _TYPED.fullmatch(code.upper()) if code.isascii() else None
    if match and (match["regime"] or match["basis"]):
        parts = [
            *(["S or C in the field for the regime"] if match["regime"] else []),
            *(["W1, M1 or X as the basis non-cumulative"] if match["basis"] else []),
        ]
        return Wrong(
            "tax code parts", "Regime or basis are typed as part of the code",
            f"Write the code alone, and {' and '.join(parts)}",
        )  # fmt: skip
    if not code.isascii():
        return Wrong(
            "tax code form", "It holds signs that only look like the right ones", "Type it again"
        )
    return Wrong(
        "tax code form", "It is no tax code of that year",
        "Write it as on a payslip or a notice of coding: 1257L, K475, BR, D0, 0T (with a zero)",
    )  # fmt: skip

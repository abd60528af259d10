"""National Insurance numbers: which may be written on a payroll, and what else looks like one.

HMRC's National Insurance Manual, NIM39110, is the source: two letters, of which neither is D, F,
I, Q, U or V and the second is not O; never BG, GB, KN, NK, NT, TN or ZZ; six digits; A to D. No
check digit exists, so a number that passes here may still be another person's: only a comparison
with what another system knows finds that.
"""

import re
import unicodedata

from muster.services.transfers.record.wrong import Wrong

NEVER_LETTERS = frozenset("DFIQUV")
NEVER_SECOND = NEVER_LETTERS | {"O"}
NEVER_PREFIXES = frozenset({"BG", "GB", "KN", "NK", "NT", "ZZ"})
# Numbers of offices' own, which look like one and are not (NIM39110, "Administrative Numbers").
ADMINISTRATIVE = {
    "OO": "tax credits",
    "CR": "HMRC's own accounts",
    "FY": "attendance allowance claims of old",
    "MW": "migrant workers of the 1980s",
    "NC": "stakeholder pensions",
    "PP": "pension schemes that knew no number",
    "PY": "tax accounts without a number",
    "PZ": "tax accounts without a number",
}
# TN with a day of birth and F or M (until 2001); and HMRC's reference, 11 a1 11 11.
_TEMPORARY = re.compile(r"TN\d{6}[A-Z]?|\d{2}[A-Z]\d{5}")
_SHAPE = re.compile(r"([A-Z]{2})(\d{6})([A-D])")
_NO_END = re.compile(r"[A-Z]{2}\d{6}")
_ASK = "Take it from a letter of HMRC or a payslip"


def kept_nino(text: str, *, pretend: bool = False) -> str:
    """Return a number as records keep it, if it is one: ``AB123456C``.

    Args:
        text: as the record states it: capitals, no spaces.
        pretend: whether numbers that begin with Q, which belong to nobody and which pretend
            people have, are taken as well.

    Raises:
        Wrong: naming the rule it breaks, in different words for what only looks like a number.
    """
    _refuse_look_alikes(text)
    if _TEMPORARY.fullmatch(text):
        raise Wrong(
            "nino temporary", "This is a temporary number, not a National Insurance number",
            "Ask the person for the number they were given since; payroll cannot use this one",
        )  # fmt: skip
    if text[:2] in ADMINISTRATIVE and re.fullmatch(r"[A-Z]{2}\d{6}[A-Z]?", text):
        raise Wrong(
            "nino administrative",
            f"This is an administrative number (of {ADMINISTRATIVE[text[:2]]}), "
            "not a National Insurance number",
            _ASK,
        )
    if _NO_END.fullmatch(text):
        raise Wrong("nino form", "Its last letter, A, B, C or D, is missing", _ASK)
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise Wrong(
            "nino form", "It is not two letters, six digits and A, B, C or D",
            "Write it in capitals without spaces, as on a payslip",
        )  # fmt: skip
    first, second = match[1][0], match[1][1]
    issued = not (first in NEVER_LETTERS or second in NEVER_SECOND)
    if pretend and first == "Q" and second not in NEVER_SECOND - {"Q"}:
        issued = True
    if not issued or match[1] in NEVER_PREFIXES | {"TN"}:
        raise Wrong("nino prefix", "No number begins with these two letters", _ASK)
    return text


def typed_nino(text: str) -> str:
    """Return what somebody typed, without spaces, dashes and stops, in capitals."""
    return re.sub(r"[\s.\-\u2013]", "", text).upper()


def _refuse_look_alikes(text: str) -> None:
    for sign in text:
        if not sign.isascii():
            name = unicodedata.name(sign, "")
            if sign.isalnum() and not name.startswith("LATIN "):
                raise Wrong(
                    "nino look-alike", "A sign of another alphabet only looks like the right one",
                    "Type the number again, do not copy it",
                )  # fmt: skip

"""One value against the rule of its own type; and what people type, as a record keeps it."""

import re
from collections.abc import Callable
from decimal import Decimal

from muster.services.transfers.record.amounts import (
    kept_day,
    kept_decimal,
    kept_grade,
    kept_money,
    kept_reference,
    kept_text,
    typed_day,
    typed_decimal,
    typed_grade,
    typed_money,
)
from muster.services.transfers.record.fields import Type
from muster.services.transfers.record.insurance import LETTERS
from muster.services.transfers.record.names import kept_name, typed_name
from muster.services.transfers.record.nino import kept_nino, typed_nino
from muster.services.transfers.record.tax import kept_tax_year
from muster.services.transfers.record.wrong import Wrong

_LONGEST_LONG = 4_000
_MOST_HOURS, _MOST_DAYS, _MOST_PER_CENT = Decimal(60), Decimal(9_999), Decimal(100)
_ZERO = Decimal(0)


def _letter(text: str) -> str:
    if text not in LETTERS:
        raise Wrong(
            "ni letter known", "No category has this letter",
            "Take the letter from the last payslip; most employees have A",
        )  # fmt: skip
    return text


def _fte(text: str) -> str:
    return kept_decimal(text, above=_ZERO, most=Decimal(1), what="a full-time equivalent")


_CHECKS: dict[Type, Callable[[str], object]] = {
    "name": kept_name,
    "date": kept_day,
    "email": lambda text: kept_reference(text, "email"),
    "code": lambda text: kept_reference(text, "code"),
    "paye_reference": lambda text: kept_reference(text, "paye_reference"),
    "accounts_office": lambda text: kept_reference(text, "accounts_office"),
    "text": kept_text,
    "plain": lambda text: kept_text(text, plain=True, longest=100),
    "long": lambda text: kept_text(text, longest=_LONGEST_LONG),
    "grade": kept_grade,
    "money": kept_money,
    "fte": _fte,
    "hours": lambda text: kept_decimal(text, above=_ZERO, most=_MOST_HOURS, what="hours a week"),
    "percent": lambda text: kept_decimal(
        text, above=None, most=_MOST_PER_CENT, what="a share in per cent"
    ),
    "quantity": lambda text: kept_decimal(
        text, above=None, most=_MOST_DAYS, what="a number of days or hours"
    ),
    "tax_year": kept_tax_year,
    "tax_code": lambda text: kept_text(text, longest=40),  # its form follows year and regime
    "ni_letter": _letter,
}


def hold(type_: Type, text: str, values: tuple[str, ...] = (), *, pretend: bool = False) -> None:
    """Say nothing if a text is a value of a type, as records write it.

    Raises:
        Wrong: naming the rule it breaks.
    """
    if type_ == "choice":
        if text not in values:
            shown = ", ".join(value or "nothing" for value in values)
            raise Wrong("choice", "It is none of the values there are", f"Write one of: {shown}")
    elif type_ == "nino":
        kept_nino(text, pretend=pretend)
    else:
        _CHECKS[type_](text)


def typed(type_: Type, text: str, values: tuple[str, ...] = ()) -> str:
    """Return what somebody typed as a record writes it; not yet held to its rule.

    Raises:
        Wrong: if nobody can say what it means.
    """
    plain = text.strip()
    if type_ in ("long", "lines"):
        return "\n".join(line.strip() for line in plain.splitlines() if line.strip())
    plain = " ".join(plain.split())
    match type_:
        case "name":
            return typed_name(plain)
        case "date":
            return typed_day(plain)
        case "nino":
            return typed_nino(plain)
        case "money":
            return typed_money(plain)
        case "fte" | "hours" | "quantity":
            return typed_decimal(plain)
        case "percent":
            return typed_decimal(plain.removesuffix("%").strip())
        case "grade":
            return typed_grade(plain)
        case "ni_letter":
            return plain.upper()
        case "paye_reference" | "accounts_office":
            return plain.replace(" ", "").upper()
        case "choice":
            return _chosen(plain, values)
        case _:
            return plain


NO_REGIME = ("rest of the uk", "uk", "england", "northern ireland", "none", "-")
"""How people write that a code is neither Scottish nor Welsh; the first is how we write it."""
# How people write a choice, where it is not the value itself.
_MEANT = {
    "female": "F", "woman": "F", "male": "M", "man": "M", "y": "yes", "n": "no", "true": "yes",
    "false": "no", "monthly": "M1", "weekly": "W1", "fortnightly": "W2", "four-weekly": "W4",
    "4 weekly": "W4", "week 1": "non-cumulative", "month 1": "non-cumulative",
    "w1/m1": "non-cumulative", "m1": "non-cumulative", "w1": "non-cumulative",
    "x": "non-cumulative", "scottish": "S", "scotland": "S", "welsh": "C", "wales": "C",
    "opted-out": "opted out", "opt out": "opted out", "not a member": "opted out",
    "permanent secretary": "Perm Sec", "l1b": "L1B", "level 1b": "L1B",
}  # fmt: skip


def _chosen(text: str, values: tuple[str, ...]) -> str:
    for value in values:
        if text.casefold() == value.casefold():
            return value
    grade = typed_grade(text)
    if "" in values and text.casefold() in NO_REGIME:
        return ""
    for meant in (_MEANT.get(text.casefold(), ""), grade):
        if meant and meant in values:
            return meant
    return text


def typed_loans(text: str) -> list[str]:
    """Return the loan plans that somebody wrote: ``Plan 2 and PGL`` is 2 and PG; ``none`` is none.

    Raises:
        Wrong: if it is not certain which are meant.
    """
    plain = text.strip().casefold()
    if plain in ("none", "no", "n", "nil", "n/a", "0"):
        return []
    found: list[str] = []
    for part in re.split(r"[;,+&/]|\band\b", plain):
        match = re.fullmatch(
            r"\s*(?:plan|type)?\s*0?([1245]|pg|pgl|postgraduate(?: loan)?)\s*", part
        )
        if match is None:
            raise Wrong(
                "loan plan", "It does not say which plans", "Write none, or plans such as 2; PG"
            )
        found.append(match[1] if match[1].isdigit() else "PG")
    return found

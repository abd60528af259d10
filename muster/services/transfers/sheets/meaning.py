"""Whether a text fits a field, and what it states: one value, or several that it holds at once."""

import re
from typing import Any

from muster.services.transfers.record.amounts import GRADES, typed_money
from muster.services.transfers.record.fields import Field, Type
from muster.services.transfers.record.tax import read_tax_code
from muster.services.transfers.record.values import hold, typed, typed_loans
from muster.services.transfers.record.wrong import Wrong
from muster.services.transfers.sheets.labels import Label

STRONG: frozenset[Type] = frozenset({
    "date", "choice", "nino", "email", "paye_reference", "accounts_office", "money", "fte",
    "hours", "percent", "quantity", "tax_year", "tax_code", "ni_letter", "loans", "grade",
})  # fmt: skip
"""Types whose values can be told from labels and words."""
_NONE = ("none", "nil", "n/a", "no", "0", "not applicable")
_NOTHING = ("n/a", "not applicable", "-", "tbc", "not known", "unknown", "tba")


_NAMED_AMOUNT = re.compile(
    r"(?P<name>[^\d;£]+?)[ :=]*£ ?(?P<annual>[\d,]+(?:\.\d\d)?)"
    r"(?: ?(?:p\.?a\.?|per annum|a year|per year))?",
    re.IGNORECASE,
)


def _named_amounts(text: str) -> list[dict[str, str]]:
    """Return allowances written as ``London £1,200.00; First aid £300``; none where one is not."""
    found = [_NAMED_AMOUNT.fullmatch(part.strip()) for part in text.split(";") if part.strip()]
    if not all(found):
        return []
    return [
        {"name": match["name"].strip(), "annual": typed_money(match["annual"])}
        for match in found
        if match is not None
    ]


def fits(one: Field, text: str) -> bool:
    """Tell whether a text can be a value of a field; grades are those of the Civil Service."""
    try:
        stated = value_of(one, text, Label())
    except Wrong:
        return False
    return one.type != "grade" or stated.get(one.name) in GRADES


def value_of(one: Field, text: str, label: Label) -> dict[str, Any]:
    """Return what a text states of a field, by field; nothing where it says that it is not known.

    A tax code states its regime and basis as well, where it holds them.

    Raises:
        Wrong: if no such field can have it.
    """
    plain = text.strip()
    if one.type == "list":
        if plain.casefold() in _NONE:
            return {one.name: []}
        lines = _named_amounts(plain) if one.name in ("allowances", "new_allowances") else []
        return {one.name: lines} if lines else {}  # Other lines are nowhere written alike.
    if plain.casefold() in _NOTHING:
        return {}
    if one.type == "loans":
        return {one.name: typed_loans(plain)}
    if one.type == "lines":
        parts = plain.replace("\n", ",").split(",")
        return {one.name: [part.strip() for part in parts if part.strip()]}
    if one.type == "tax_code":
        code = read_tax_code(plain)
        stated = {one.name: code.code}
        if code.regime:
            stated["tax_regime"] = code.regime
        if code.basis_stated:
            stated["tax_basis"] = code.basis
        return stated
    if label.yes and plain.casefold() in ("yes", "y", "no", "n"):
        plain = label.yes if plain.casefold().startswith("y") else label.no
    value = typed(one.type, plain, one.values)
    hold(one.type, value, one.values, pretend=True)
    return {one.name: value}

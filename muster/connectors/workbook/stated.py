"""What a cell of an OpenDocument sheet states: its value as text, or why it has none."""

import re
from collections.abc import Callable, Sequence

from muster.connectors.workbook.package import Attributes
from muster.connectors.workbook.values import (
    ERROR_WITHOUT_NAME,
    UNWORKED,
    NoNumber,
    moment_text,
    number_text,
    period_text,
)

# A formula's error stands beside a value of 0 in documents of older programs.
_ERROR = re.compile(r"#[A-Z0-9/_]+[!?]?|Err:\d{3}")


def _truth(stated: str) -> str:
    if stated not in ("true", "false"):
        raise NoNumber
    return stated.upper()


_TYPES: dict[str, tuple[str, Callable[[str], str]]] = {
    "float": ("office:value", number_text),
    "percentage": ("office:value", number_text),
    "currency": ("office:value", number_text),
    "date": ("office:date-value", moment_text),
    "time": ("office:time-value", period_text),
    "boolean": ("office:boolean-value", _truth),
}


def cell_text(attributes: Attributes, paragraphs: Sequence[str]) -> str:
    """Return what a cell holds, as text.

    Args:
        attributes: those of the cell, by the names that they usually have (``office:value``).
        paragraphs: the text that is shown in it.

    Raises:
        NoNumber: if it says that it holds a value of some type, and holds none.
    """
    shown = "\n".join(paragraphs)
    type_ = attributes.get("office:value-type")
    formula = "table:formula" in attributes
    if attributes.get("calcext:value-type") == "error":
        return shown or ERROR_WITHOUT_NAME
    if type_ is None or type_ == "void":
        return shown or (UNWORKED if formula else "")
    if type_ == "string":
        stated = attributes.get("office:string-value")
        never = formula and stated is None and not paragraphs
        return UNWORKED if never else (stated or shown)
    if formula and _ERROR.fullmatch(shown):
        return shown
    if type_ not in _TYPES:
        raise NoNumber
    name, read = _TYPES[type_]
    if name in attributes:
        return read(attributes[name])
    if formula:
        return UNWORKED
    if not shown:
        raise NoNumber
    return shown


def is_unworked(text: str) -> bool:
    """Return whether a text stands for a formula without a result."""
    return text == UNWORKED

"""One declared way to read a column: what a layout says of a field, as a function of its text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from muster.hub.parsers.amounts import (
    HOUR_UNITS,
    NEGATIVES,
    PERCENT_UNITS,
    read_billionths,
    read_hours,
    read_pence,
    read_percent,
    read_share,
    read_whole,
    rounding_note,
)
from muster.hub.parsers.damage import (
    lost_letters,
    plain,
    refuse_damage,
    refuse_remains,
    tidy,
)
from muster.hub.parsers.dates import (
    DATE_FORMS,
    EPOCHS,
    EXCHANGED,
    FIRST_YEAR,
    LAST_YEAR,
    ORDERS,
    form_in_order,
    read_noted_date,
)
from muster.hub.parsers.identifiers import (
    padded,
    read_compact,
    read_identifier,
    refuse_look_alikes,
    refuse_mixed_words,
)
from muster.hub.parsers.names import read_name_before_capitals, read_surname_in_capitals
from muster.hub.parsers.reasons import KEPT_DAMAGE, REPAIRED, Unreadable, Value

NO_CODE = "not in the code list of this layout"
Read = tuple[Value, str | None]

_NAMES: dict[str, Callable[[str], Value]] = {
    "surname_in_capitals": read_surname_in_capitals,
    "name_before_capitals": read_name_before_capitals,
}
KINDS = (
    "text", "identifier", "compact", "code", "whole", "decimal", "percent", "share", "hours",
    "pence", "date", *_NAMES,
)  # fmt: skip
# Each word that says how a value is read, the kinds it is for, and what it can be.
_FOR: dict[str, tuple[tuple[str, ...], tuple[object, ...]]] = {
    "form": (("date",), DATE_FORMS),
    "pivot": (("date",), tuple(range(FIRST_YEAR, LAST_YEAR + 1))),
    "serials": (("date",), EPOCHS),
    "order": (("date",), ORDERS),
    "codes": (("code",), ()),
    "otherwise": (("code",), ()),
    "digits": (("identifier", "compact", "code"), tuple(range(1, 31))),
    "unit": (("percent", "hours"), (*PERCENT_UNITS, *HOUR_UNITS)),
    "negative": (("whole", "decimal", "pence"), NEGATIVES),
    "rounded": (("decimal",), (True, False)),
    "damaged": (("text",), ("kept",)),
}
PARSER_WORDS = frozenset(_FOR)


@dataclass(frozen=True)
class Parser:
    """One declared way to read a column.

    Args:
        kind: one of ``KINDS``.
        form: for dates, how they are written.
        codes: for codes, the sender's value (in lower case) to the contract's value.
        otherwise: for codes, the value of what is not in the list; None refuses it.
        pivot: for dates with two digits for the year, the last year they can mean.
        serials: for dates, the epoch of serial numbers among them; empty asks.
        order: for dates, what somebody answered who was asked whether day and month are swapped.
        digits: for identifiers and codes, how many digits each has; 0 where that is not known.
        unit: for percentages and hours, what a bare number counts.
        negative: for numbers and amounts, how negative ones are written.
        rounded: for numbers, whether more than nine decimals are rounded or refused.
        damaged: for text, ``kept`` if text with lost letters is better than none.

    Raises:
        ValueError: if words are said that do not go together, in words for who wrote the layout.
    """

    kind: str
    form: str = "YYYY-MM-DD"
    codes: Mapping[str, str] | None = None
    otherwise: str | None = None
    pivot: int | None = None
    serials: str = ""
    order: str = ""
    digits: int = 0
    unit: str = ""
    negative: str = ""
    rounded: bool = False
    damaged: str = ""
    lookup: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check what dates need, and bring codes into the shape in which cells are compared."""
        if self.form == "DD/MM/YY" and self.pivot is None:
            raise ValueError("dates of the form DD/MM/YY need pivot, the last year they can mean")
        read_as = form_in_order(self.form, self.order)
        if self.order.startswith("month first") and read_as != "MM/DD/YYYY":
            raise ValueError("order is for dates of the forms DD/MM/YYYY and MM/DD/YYYY")
        if self.order in EXCHANGED and self.form.startswith("serial-"):
            raise ValueError(f"order {self.order!r} is for dates that are not all serial numbers")
        lookup = {_compared(key): value for key, value in (self.codes or {}).items()}
        object.__setattr__(self, "lookup", lookup)

    def read(self, text: str, whole: str = "") -> Value:
        """Return the value of a stated text that is neither empty nor marked as absent.

        Raises:
            Unreadable: with the reason.
        """
        return self.read_noted(text, whole)[0]

    def read_noted(self, text: str, whole: str = "") -> Read:
        """Return the value of a stated text, and what was put right on the way, if anything.

        Raises:
            Unreadable: with the reason.
        """
        text, repaired = _tidied(text)
        value, note = self._read_tidied(text, whole)
        return value, note or (REPAIRED if repaired else None)

    def _read_tidied(self, text: str, whole: str) -> Read:
        if self.kind == "code":
            return self._code(text)
        refuse_remains(text)
        if self.damaged == "kept" and lost_letters(text):
            return text, KEPT_DAMAGE
        refuse_damage(text)
        if self.kind == "text" or self.kind in _NAMES:
            refuse_mixed_words(text)
        if self.kind == "text":
            return text, None
        if self.kind in _NAMES:
            return _NAMES[self.kind](text), None
        bare = plain(text)
        if self.kind in ("identifier", "compact"):
            bare = read_compact(bare) if self.kind == "compact" else bare
            return read_identifier(bare, self.digits, certain=text.startswith("'"))
        if self.kind == "date":
            return read_noted_date(bare, self.form, self.pivot, self.serials, self.order)
        if self.kind == "decimal" and self.rounded:
            return read_billionths(bare, self.negative, rounded=True), rounding_note(bare)
        return self._number(bare, plain(_tidied(whole)[0])), None

    def _number(self, text: str, whole: str) -> int:
        match self.kind:
            case "whole":
                return read_whole(text, self.negative)
            case "decimal":
                return read_billionths(text, self.negative)
            case "percent":
                return read_percent(text, self.unit)
            case "share":
                return read_share(text, whole)
            case "hours":
                return read_hours(text, self.unit or "hours")
        return read_pence(text, self.negative or "leading")

    def _code(self, text: str) -> Read:
        """Return what a code means; what a spreadsheet left of one is no code of its own."""
        found = self.lookup.get(_compared(text))
        if found is not None:
            return found, None
        refuse_remains(text)
        refuse_damage(text)
        refuse_look_alikes(text)
        if self.digits and text.isascii() and text.isdecimal() and len(text) < self.digits:
            longer, note = padded(text, self.digits)
            if longer in self.lookup:
                return self.lookup[longer], note
        if self.otherwise is None:
            raise Unreadable(NO_CODE)
        return self.otherwise, None


def parser_said(said: Mapping[str, Any]) -> Parser:
    """Return the parser that the words of a field in a layout declare; ``from`` and so on too.

    Raises:
        ValueError: naming the word that is wrong and what can be said.
    """
    kind = said.get("parse", "text")
    if kind not in KINDS:
        raise ValueError(f"cannot read {kind}: parse is one of {', '.join(KINDS)}")
    words = {word: said[word] for word in said if word in PARSER_WORDS}
    for word, value in words.items():
        kinds, values = _FOR[word]
        if kind not in kinds:
            raise ValueError(f"{word} is for {', '.join(kinds)}, not for {kind}")
        if word == "unit":
            values = PERCENT_UNITS if kind == "percent" else HOUR_UNITS
        if values and not any(value == one and type(value) is type(one) for one in values):
            many = len(values) > 20
            among = f"{values[0]} to {values[-1]}" if many else ", ".join(map(str, values))
            raise ValueError(f"{word} cannot be {value}: say one of {among}")
    if "codes" in words:
        words["codes"] = {key.casefold(): value for key, value in words["codes"].items()}
    return Parser(kind, **words)


def _tidied(text: str) -> tuple[str, bool]:
    shown, repaired = tidy(text)
    return (text, False) if shown == text else (shown.strip(), repaired)


def _compared(text: str) -> str:
    """Return a code as it is compared: case, and a typographer's quotes and dashes, say nothing."""
    return plain(_tidied(text)[0]).casefold()

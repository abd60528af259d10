"""A layout as a person reads it: its fields, what it puts into them, and where the table stands.

It is told from the TOML itself, so that columns stand there as their sender writes them, and so
that nothing which a layout says is left out.
"""

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.hub.contracts import Contract
from muster.pagekit.jinja import day
from muster.services.exchange.pages.mapping_forms import way_words

# What a layout says of its files, in the order in which a person asks.
_SAYS = (
    ("layout", "recognise", gettext_lazy("Recognised by the columns")),
    ("layout", "ignored", gettext_lazy("Columns that are expected and not taken")),
    ("layout", "files", gettext_lazy("Only files named")),
    ("sheet", "names", gettext_lazy("Only sheets named")),
    ("sheet", "header_rows", gettext_lazy("Rows that make up the header")),
    ("sheet", "headings", gettext_lazy("Column that receives the headings of groups")),
    ("sheet", "needs", gettext_lazy("Columns without which a row is no record")),
    ("sheet", "totals", gettext_lazy("Rows are totals that begin with")),
    ("sheet", "ends", gettext_lazy("Notes begin with")),
    ("unpivot", "keep", gettext_lazy("Columns that stay; every other cell becomes a row")),
    ("unpivot", "into", gettext_lazy("Columns that receive the names of those cells")),
    ("unpivot", "value", gettext_lazy("Column that receives the cells")),
    ("unpivot", "leave", gettext_lazy("Columns whose cells become no rows")),
    ("unpivot", "absent", gettext_lazy("Cells that become no rows")),
    ("records", "kind", gettext_lazy("How a record is written")),
    ("records", "header", gettext_lazy("The first record begins with")),
    ("records", "detail", gettext_lazy("A record of a row begins with")),
    ("records", "trailer", gettext_lazy("The last record begins with")),
    ("records", "columns", gettext_lazy("Where its columns stand")),
    ("records", "stated", gettext_lazy("Where the file speaks of itself")),
    ("records", "positions", gettext_lazy("What its places count")),
    ("control", "count", gettext_lazy("Its rows have to be as many as it says in")),
    ("control", "of", gettext_lazy("Column whose sum has to agree")),
    ("control", "total", gettext_lazy("That sum has to be what it says in")),
)
_CALLED = {
    ("records", "fixed_width"): gettext_lazy("Each column has a fixed place"),
    ("records", "delimited"): gettext_lazy("Signs part the columns"),
    ("records", "bytes"): gettext_lazy("Bytes"),
    ("records", "characters"): gettext_lazy("Characters"),
    ("covers", "system"): gettext_lazy("Everything that its system knows"),
    ("covers", "file"): gettext_lazy("One part among others, told apart by its name"),
    ("meaning", "full"): gettext_lazy("A full list"),
    ("meaning", "delta"): gettext_lazy("Changes only"),
    ("order", "day first"): gettext_lazy("The day comes first"),
    ("order", "month first"): gettext_lazy("The month comes first"),
    ("order", "day first with cells exchanged"): gettext_lazy(
        "The day comes first; in real date cells a program exchanged it with the month"
    ),
    ("order", "month first with cells exchanged"): gettext_lazy(
        "The month comes first; in real date cells a program exchanged it with the day"
    ),
    ("negative", "leading"): gettext_lazy("Negative as -5"),
    ("negative", "brackets"): gettext_lazy("Negative as (5)"),
    ("negative", "trailing"): gettext_lazy("Negative as 5-"),
    ("unit", "fraction"): gettext_lazy("0.8 is 80%"),
    ("unit", "days"): gettext_lazy("A bare number counts days"),
    ("unit", "hours"): gettext_lazy("A bare number counts hours"),
}
_PARTS = {
    (",", 1): "before comma",
    (",", 2): "after comma",
    (" ", 1): "first word",
    (" ", -1): "last word",
    (" ", -2): "all but last word",
}
_WAYS = {
    "code": "codes",
    "surname_in_capitals": "surname in capitals",
    "name_before_capitals": "before capitals",
}


@dataclass(frozen=True)
class FieldSaid:
    """One field: its title, where it comes from, how that is read, and what else is said of it."""

    title: str
    source: str
    read: str
    more: str


@dataclass(frozen=True)
class LayoutSaid:
    """A layout in words.

    Args:
        fields: one for each field that it fills.
        codes: for fields with codes, the title, the sender's code and what it means.
        facts: what it says of its files, as pairs of what and words.
    """

    fields: tuple[FieldSaid, ...]
    codes: tuple[tuple[str, str, str], ...]
    facts: tuple[tuple[str, str], ...]


def said_by(text: str, contract: Contract | None) -> LayoutSaid:
    """Return what the TOML of a layout says, in words.

    Args:
        text: the TOML.
        contract: what its rows become; None if that is received no more.
    """
    raw = tomllib.loads(text)
    titles = {field.name: field.title for field in contract.fields} if contract else {}
    fields = [(titles.get(name, name), said) for name, said in raw["fields"].items()]
    return LayoutSaid(
        tuple(
            FieldSaid(title, _source(said), _read(said), ". ".join(_more(said)))
            for title, said in fields
        ),
        tuple(
            (title, code, meaning.replace("_", " "))
            for title, said in fields
            for code, meaning in said.get("codes", {}).items()
        ),
        tuple(_facts(raw)),
    )


def _source(said: Mapping[str, Any]) -> str:
    named = said.get("from", [])
    columns = [named] if isinstance(named, str) else named
    if not columns:
        return _("No column")
    words = f"“{columns[0]}”"
    for column in columns[1:]:
        words = _("%(column)s or, if the file has none, “%(next)s”") % {
            "column": words, "next": column
        }  # fmt: skip
    for column in said.get("join", ()):
        words = _("%(column)s, followed by “%(next)s”") % {"column": words, "next": column}
    if "of" in said:
        words = _("%(column)s, of “%(whole)s”") % {"column": words, "whole": said["of"]}
    return words


def _read(said: Mapping[str, Any]) -> str:
    """Return how a field is read, in the words in which a person chooses that."""
    kind, split = said.get("parse", "text"), said.get("split")
    if "from" not in said and kind == "text":
        return _("The same in every row")
    way = _WAYS.get(kind, kind)
    if kind == "date":
        way = said.get("form", "YYYY-MM-DD")
    if kind == "percent" and said.get("unit") == "percent":
        way = "percent, no sign"
    if not split:
        return way_words(way)
    part = _part(split, said.get("part", 1))
    return part if kind == "text" else f"{part}: {way_words(way)}"


def _part(split: str, part: int) -> str:
    if (split, part) in _PARTS:
        return way_words(_PARTS[split, part])
    said = {
        1: _("What stands before the first “%(sign)s”"),
        2: _("What stands after the first “%(sign)s”"),
        -1: _("What stands after the last “%(sign)s”"),
        -2: _("What stands before the last “%(sign)s”"),
    }
    return said[part] % {"sign": split}


def _more(said: Mapping[str, Any]) -> Iterator[str]:
    """Yield what else is said of a field: what stands for nothing, what is put right."""
    if "default" in said:
        words = _("Where nothing stands: “%(value)s”") if "from" in said else "“%(value)s”"
        yield words % {"value": said["default"]}
    if said.get("absent"):
        yield _("Read as empty: %(words)s") % {"words": _shown("absent", said["absent"])}
    if "otherwise" in said:
        yield _("Any other code means %(value)s") % {"value": said["otherwise"].replace("_", " ")}
    if "digits" in said:
        yield _("Each has %(count)s digits, and lost zeros are put back") % {
            "count": said["digits"]
        }
    if "serials" in said:
        yield _("Numbers among them count days from %(year)s") % {"year": said["serials"]}
    if "pivot" in said:
        yield _("Years of two digits end with %(year)s") % {"year": said["pivot"]}
    if "strip" in said:
        yield _("Without “%(signs)s” at both ends") % {"signs": said["strip"]}
    for word in ("order", "negative", "unit"):
        if (word, said.get(word)) in _CALLED:
            yield str(_CALLED[word, said[word]])
    if said.get("rounded"):
        yield _("Rounded to nine decimals, and noted")
    if said.get("damaged"):
        yield _("Kept and noted where letters were lost")
    if said.get("lenient"):
        yield _("What cannot be read is left empty and noted")


def _facts(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    head = raw["layout"]
    yield _("What a file is"), str(_CALLED["meaning", head.get("meaning", "full")])
    yield _("What a file speaks for"), str(_CALLED["covers", head.get("covers", "system")])
    yield _("Which date it speaks of"), _spoken_of(head.get("as_at"))
    for table, word, what in _SAYS:
        said = raw.get(table, {}).get(word)
        if said is not None:
            yield str(what), _shown(table, said)


def _spoken_of(said: Any) -> str:
    if said is None:
        return _("In its name, such as 2026-03-31, or whoever sends it says so")
    if not isinstance(said, Mapping):
        return day(dt.date.fromisoformat(said) if isinstance(said, str) else said)
    form = said.get("form", "YYYY-MM-DD")
    words = _("The latest date in “%(place)s”, written as %(form)s")
    if "stated" in said:
        words = _("What it states in “%(place)s”, written as %(form)s")
    return words % {"place": said.get("column") or said["stated"], "form": form}


def _shown(table: str, said: Any) -> str:
    """Return what is said as words: texts in quotes, places as numbers."""
    match said:
        case str() if (table, said) in _CALLED:
            return str(_CALLED[table, said])
        case "":
            return _("an empty cell")
        case str():
            return f"“{said}”"
        case list():
            return ", ".join(_shown("", one) for one in said)
        case dict():
            return "; ".join(f"“{name}”: {_place(place)}" for name, place in said.items())
    return str(said)


def _place(place: Any) -> str:
    """Return where in a record something stands, counted from 1."""
    parts = place if isinstance(place, list) else [place]
    first, *length = (part for part in parts if isinstance(part, int))
    if not length:
        words = _("cell %(number)s") % {"number": first}
    elif length == [1]:
        words = _("place %(number)s") % {"number": first}
    else:
        words = _("places %(first)s to %(last)s") % {"first": first, "last": first + length[0] - 1}
    if "header" in parts:
        return _("in the first record, %(place)s") % {"place": words}
    return _("in the last record, %(place)s") % {"place": words} if "trailer" in parts else words

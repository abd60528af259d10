"""What each step does to a column, and why a message waits where a step cannot.

One rule for all: empty text is nothing, wherever it comes from; nothing stays nothing, except where
``if_nothing`` says what stands for it. A step that has a ``reason`` must give something wherever
something stood before it: where it does not, the message waits for that reason.
"""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import polars as pl

from muster.hub.translating import reading
from muster.hub.translating.conditions import holds
from muster.hub.translating.definition import DTYPES, Step

# Unbreakable spaces too: people cannot see them.
_SPACE = " \t\r\n\u00a0"
_YES, _NO = ("yes", "y", "true", "t", "1"), ("no", "n", "false", "f", "0")
Words = Mapping[str, Any]
# Steps that may rightly leave nothing of something, or put something where nothing was.
LOOSE = frozenset({"if_nothing", "nothing", "trim", "part", "cut", "replace"})


def begun(step: Step) -> pl.Expr:
    """Return the column with which a field begins."""
    words, dtype = step.words, DTYPES[step.gives]
    match step.verb:
        case "take":
            return _taken(words["take"], words["kind"])
        case "constant":
            return pl.lit(words["constant"], dtype=dtype)
        case "join":
            named = zip(words["join"], words["kinds"], strict=True)
            parts = [_taken(name, kind).cast(pl.String) for name, kind in named]
            return _some(pl.concat_str(parts, separator=words["with"], ignore_nulls=True))
        case "first":
            return pl.coalesce(_taken(name, words["kind"]) for name in words["first"])
    return _when(step)


def _when(step: Step) -> pl.Expr:
    ends = [
        _taken(value, step.gives) if end == "take" else pl.lit(value, dtype=DTYPES[step.gives])
        for end, value in step.words["ends"]
    ]
    conditions = [holds(condition) for condition in step.words["when"]]
    last = ends[-1] if len(ends) > len(conditions) else pl.lit(None, dtype=DTYPES[step.gives])
    cases = list(zip(conditions, ends[: len(conditions)], strict=True))
    return reduce(
        lambda rest, case: pl.when(case[0]).then(case[1]).otherwise(rest), reversed(cases), last
    )


def changed(step: Step, before: pl.Expr) -> pl.Expr:
    """Return the column that a step makes of another.

    Args:
        step: any that does not begin a field; not ``lookup``, which needs its table.
        before: what the step before gave.
    """
    return _CHANGES[step.verb](before, step.words)


def otherwise(step: Step, before: pl.Expr, found: pl.Expr) -> pl.Expr:
    """Return what was found for codes, and what stands for those that are unknown."""
    match step.words["unknown"]:
        case "keep":
            return pl.coalesce(found, before)
        case "default":
            default = pl.when(before.is_not_null()).then(pl.lit(step.words["default"]))
            return pl.coalesce(found, default)
    return found


def reason(step: Step) -> str | None:
    """Return why a message waits for which a step gives nothing; None if it may give nothing."""
    words = step.words
    match step.verb:
        case "codes" if words["unknown"] == "park":
            return f"not in the code list{' ' + words['list'] if 'list' in words else ''}"
        case "lookup" if words["unknown"] == "park":
            return f"not in the table {words['lookup']}"
        case "read":
            return _NOT_READ[words["read"]].format(words.get("form"))
        case "write":
            return _not_written(words)
        case "yes_no":
            return "neither yes nor no"
        case "pad":
            return f"longer than {_many(words['pad'], 'character')}"
        case "add_days":
            return "counts to a day outside the calendar"
    return None


_NOT_READ = {
    "date": "not a date of the form {}",
    "integer": "not a whole number of at most 18 digits",
    "pounds": "not an amount in pounds and pence",
    "decimal": "not a number with at most nine digits before and behind the point",
}


def _not_written(words: Words) -> str | None:
    match words["write"]:
        case "date":
            return None
        case "integer":
            digits = words.get("digits")
            return f"not a number of at most {_many(digits, 'digit')}" if digits else None
        case "decimal" if "places" in words and not words["rounded"]:
            return f"more than {_many(words['places'], 'decimal')}"
    return "too large"


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _some(text: pl.Expr) -> pl.Expr:
    """Return text where there is some: empty text is nothing."""
    return pl.when(text != "").then(text)


def _taken(name: str, kind: str) -> pl.Expr:
    return _some(pl.col(name)) if kind == "text" else pl.col(name)


def _codes(before: pl.Expr, words: Words) -> pl.Expr:
    number = words["kind"] == "integer"
    old = [int(code) if number else code for code in words["codes"]]
    return before.replace_strict(
        pl.Series(old, dtype=DTYPES[words["kind"]]),
        pl.Series(list(words["codes"].values()), dtype=pl.String),
        default=None,
        return_dtype=pl.String,
    )


def _read(before: pl.Expr, words: Words) -> pl.Expr:
    match words["read"]:
        case "date":
            return reading.read_date(before, words["form"])
        case "integer":
            return reading.read_integer(before)
        case "pounds":
            return reading.read_pounds(before)
    return reading.read_decimal(before)


def _write(before: pl.Expr, words: Words) -> pl.Expr:
    match words["write"]:
        case "date":
            return reading.write_date(before, words["form"])
        case "integer":
            return reading.write_integer(before, words.get("digits"))
        case "pounds":
            return reading.write_pounds(before)
    return reading.write_decimal(before, words.get("places"), rounded=words["rounded"])


def _yes_no(before: pl.Expr, words: Words) -> pl.Expr:
    yes, no = words["yes_no"]
    known: dict[Any, Any] = {1: yes, 0: no}
    if words["kind"] == "text":
        before = before.str.strip_chars(_SPACE).str.to_lowercase()
        known = {**dict.fromkeys(_YES, yes), **dict.fromkeys(_NO, no)}
    dtype = pl.Int64 if isinstance(yes, int) else pl.String
    return before.replace_strict(known, default=None, return_dtype=dtype)


def _nothing(before: pl.Expr, words: Words) -> pl.Expr:
    return pl.when(~before.is_in(list(words["nothing"]))).then(before)


def _part(before: pl.Expr, words: Words) -> pl.Expr:
    at, part = words["at"], words["part"]
    pieces, place = before.str.split(at), part - 1 if part > 0 else part
    if not words["rest"]:
        return _some(pieces.list.get(place, null_on_oob=True))
    if part > 0:
        return _some(pieces.list.slice(place).list.join(at))
    many = pieces.list.len().cast(pl.Int64) + part + 1
    return _some(pieces.list.head(many.clip(lower_bound=0)).list.join(at))


def _pad(before: pl.Expr, words: Words) -> pl.Expr:
    padded = before.str.pad_start(words["pad"], words["with"])
    return pl.when(before.str.len_chars() <= words["pad"]).then(padded)


def _unpad(before: pl.Expr, words: Words) -> pl.Expr:
    left = before.str.strip_chars_start(words["unpad"])
    return pl.when((left == "") & (before != "")).then(pl.lit(words["unpad"])).otherwise(left)


def _add_days(before: pl.Expr, words: Words) -> pl.Expr:
    day = (before.cast(pl.Int32) + words["add_days"]).cast(pl.Date)
    return pl.when(day.dt.year().is_between(1, 9999)).then(day)


def _day_of_month(before: pl.Expr, words: Words) -> pl.Expr:
    first = words["day_of_month"] == "first"
    return before.dt.month_start() if first else before.dt.month_end()


_CHANGES: Mapping[str, Callable[[pl.Expr, Words], pl.Expr]] = {
    "codes": _codes,
    "read": _read,
    "write": _write,
    "yes_no": _yes_no,
    "if_nothing": lambda before, words: before.fill_null(pl.lit(words["if_nothing"])),
    "nothing": _nothing,
    "upper": lambda before, _: before.str.to_uppercase(),
    "lower": lambda before, _: before.str.to_lowercase(),
    "trim": lambda before, _: _some(before.str.strip_chars(_SPACE)),
    "part": _part,
    "cut": lambda before, words: _some(before.str.slice(words["cut"][0] - 1, words["cut"][1])),
    "replace": lambda before, words: _some(
        before.str.replace_all(words["replace"], words["by"], literal=True)
    ),
    "pad": _pad,
    "unpad": _unpad,
    "add_days": _add_days,
    "day_of_month": _day_of_month,
}

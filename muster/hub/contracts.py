"""Contracts: what a message of a type holds, as JSON Schema 2020-12, checked over whole columns.

A contract is an ordinary JSON Schema of one flat object. The part of the language used here is
small and checked as column expressions, so a million rows cost about what one costs elsewhere;
keywords outside it are refused when the contract is loaded. A property test holds the verdicts
against a full validator, row by row.

Annotations: ``x-personal`` marks a personal field (its value never appears in a cause),
``x-special`` one that is special category data (UK GDPR article 9) and so personal as well,
``x-key`` the fields by which a sender names a record, ``x-ends`` of the whole object which values
of which fields end or cancel what a message is of (``{"status": ["Left"]}``), and
``x-control-total`` the one number whose sum must agree between file, register and quarantine.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from muster.kernel.errors import BadInput, Where

_KEYWORDS = {
    "$schema", "$id", "title", "description", "type", "additionalProperties", "required",
    "properties", "x-ends",
}  # fmt: skip
_ANY_FIELD = {
    "type", "title", "description", "enum", "x-personal", "x-special", "x-control-total", "x-key",
}  # fmt: skip
_FIELD_KEYWORDS = {
    "string": _ANY_FIELD | {"pattern", "minLength", "maxLength"},
    "integer": _ANY_FIELD | {"minimum", "maximum"},
    "date": _ANY_FIELD - {"enum", "x-control-total"} | {"format"},
}
_MEANT = {"string": str, "integer": int}
# In JSON Schema these stand for ASCII only, in the engine that checks columns for all of Unicode.
_ASCII_CLASSES = {"\\d": "[0-9]", "\\D": "[^0-9]", "\\w": "[A-Za-z0-9_]", "\\W": "[^A-Za-z0-9_]"}
_ESCAPED = re.compile(r"\\.", re.DOTALL)
PROBLEM_SCHEMA = {
    "at": pl.UInt32,
    "field": pl.String,
    "value": pl.String,
    "reason": pl.String,
    "cause": pl.String,
}


def no_problems() -> pl.DataFrame:
    """Return an empty frame of problems: one row for each fault found.

    ``at`` is the row's place in the frame, ``field`` the contract's field or sender's column,
    ``value`` what stood there, ``reason`` what is wrong with it, and ``cause`` the same without
    personal values, by which equal faults are grouped.
    """
    return pl.DataFrame(schema=PROBLEM_SCHEMA)


@dataclass(frozen=True)
class ContractField:
    """One field of a contract."""

    name: str
    title: str
    rules: Mapping[str, Any]
    required: bool

    @property
    def personal(self) -> bool:
        """Whether the field is about an identifiable person."""
        return bool(self.rules.get("x-personal", False)) or self.special

    @property
    def special(self) -> bool:
        """Whether the field is special category data, which needs a condition of its own."""
        return bool(self.rules.get("x-special", False))

    @property
    def dtype(self) -> type[pl.DataType]:
        """The column type that holds the field."""
        if self.rules.get("format") == "date":
            return pl.Date
        return pl.Int64 if self.rules["type"] == "integer" else pl.String


@dataclass(frozen=True)
class Contract:
    """A message type: ``name`` with its version, and its fields in order."""

    name: str
    title: str
    fields: tuple[ContractField, ...]
    schema: Mapping[str, Any]

    @property
    def control_total(self) -> str | None:
        """The name of the field whose sum must agree everywhere, if there is one."""
        return next((f.name for f in self.fields if f.rules.get("x-control-total")), None)

    def field(self, name: str) -> ContractField:
        """Return a field by name."""
        return next(field for field in self.fields if field.name == name)

    @cached_property
    def _faults(self) -> list[tuple[ContractField, pl.Expr, str]]:
        """What can be wrong with each field: an expression and its reason, made once."""
        return [
            (field, fault.fill_null(False), reason)
            for field in self.fields
            for fault, reason in _faults(field)
        ]

    def check(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the problems of a frame that holds one column per field; see ``no_problems``."""
        faults = self._faults
        if not faults:
            return no_problems()
        # One pass tells which faults occur at all; in a good file that is none.
        occur = frame.select(fault.any().alias(f"{i}") for i, (_, fault, _) in enumerate(faults))
        found = [
            _problem(frame, *fault)
            for fault, occurs in zip(faults, occur.row(0), strict=True)
            if occurs
        ]
        return pl.concat(found) if found else no_problems()


def load_contract(text: str) -> Contract:
    """Return the contract that a JSON Schema states.

    Raises:
        BadInput: if it is not JSON Schema in the supported form.
    """
    try:
        schema = json.loads(text)
    except ValueError as problem:
        raise BadInput(f"Not JSON: {problem}", fix="Correct the contract") from None
    name = schema.get("$id", "")
    where = Where(thing=f"contract {name}")
    if schema.get("type") != "object" or schema.get("additionalProperties") is not False:
        raise BadInput(
            "A contract is one flat, closed object",
            where=where,
            fix='Say "type": "object" and "additionalProperties": false',
        )
    properties, required = schema.get("properties", {}), set(schema.get("required", ()))
    ends = schema.get("x-ends", {})
    if not isinstance(ends, dict) or any(not isinstance(one, list) for one in ends.values()):
        raise BadInput("x-ends is not understood", where=where,
                       fix='Name fields and values: "x-ends": {"status": ["Left"]}')  # fmt: skip
    beyond = sorted({*(set(schema) - _KEYWORDS), *((required | set(ends)) - set(properties))})
    if beyond:
        raise BadInput(
            f"Unsupported in a contract: {', '.join(beyond)}",
            where=where,
            fix=f"Use {', '.join(sorted(_KEYWORDS))}, and require only declared fields",
        )
    fields = []
    for field, rules in properties.items():
        wrong = _unsupported(rules)
        if wrong:
            raise BadInput(
                f"Unsupported in field {field}: {wrong}",
                where=where,
                fix="Use string or integer with the keywords in docs/reference/contracts.md",
            )
        fields.append(ContractField(field, rules.get("title", field), rules, field in required))
    return Contract(name, schema.get("title", name), tuple(fields), schema)


def _unsupported(rules: Mapping[str, Any]) -> str:
    """Return what of a field's rules cannot be checked column by column; empty if all can be."""
    kind = rules.get("type")
    if not isinstance(kind, str) or kind not in _MEANT:
        return f"type {kind}"
    beyond = set(rules) - _FIELD_KEYWORDS["date" if rules.get("format") == "date" else kind]
    if beyond:
        return ", ".join(sorted(beyond))
    numbers = [rules[word] for word in ("minimum", "maximum") if word in rules]
    if any(type(number) is not int or not -(2**63) <= number < 2**63 for number in numbers):
        return "a limit that is no 64-bit integer"
    if any(type(value) is not _MEANT[kind] for value in rules.get("enum", ())):
        return f"enum of values that are no {kind}"
    try:
        pl.Series([""]).str.contains(_pattern(rules.get("pattern", "")))
    except pl.exceptions.ComputeError:
        return "a pattern with look-around, back-references or a mistake"
    return ""


def _pattern(pattern: str) -> str:
    """Return a JSON Schema pattern as the engine that checks columns writes it."""
    return _ESCAPED.sub(lambda found: _ASCII_CLASSES.get(found[0], found[0]), pattern)


def _faults(field: ContractField) -> list[tuple[pl.Expr, str]]:
    """Return what can be wrong with a field, each as an expression and its reason."""
    rules, column = field.rules, pl.col(field.name)
    faults: list[tuple[pl.Expr, str]] = []
    if field.required:
        faults.append((column.is_null(), "missing"))
    if "enum" in rules:
        allowed = ", ".join(map(str, rules["enum"]))
        faults.append((~column.is_in(rules["enum"]), f"not one of {allowed}"))
    if "pattern" in rules:
        faults.append(
            (~column.str.contains(_pattern(rules["pattern"])), "not of the expected form")
        )
    if "minLength" in rules:
        shorter = column.str.len_chars() < rules["minLength"]
        faults.append((shorter, f"shorter than {rules['minLength']} characters"))
    if "maxLength" in rules:
        longer = column.str.len_chars() > rules["maxLength"]
        faults.append((longer, f"longer than {rules['maxLength']} characters"))
    if "minimum" in rules:
        faults.append((column < rules["minimum"], f"below {rules['minimum']}"))
    if "maximum" in rules:
        faults.append((column > rules["maximum"], f"above {rules['maximum']}"))
    return faults


def _problem(
    frame: pl.DataFrame, field: ContractField, fault: pl.Expr, reason: str
) -> pl.DataFrame:
    places = frame.select(fault.arg_true()).to_series()
    values = frame[field.name].gather(places).cast(pl.String)
    return problems_at(places, field.title, values, reason, personal=field.personal)


def problems_at(
    places: pl.Series, field: str, values: pl.Series | None, reason: str, *, personal: bool
) -> pl.DataFrame:
    """Return one problem for each place; the cause names the value only if it is not personal."""
    count = len(places)
    nothing = pl.Series("value", [""] * count, dtype=pl.String)
    shown = nothing if values is None else values.fill_null("")
    frame = pl.DataFrame({"at": places.cast(pl.UInt32), "value": shown}).with_columns(
        field=pl.lit(field), reason=pl.lit(reason)
    )
    plain = pl.lit(f"{field}: {reason}")
    named = pl.format("{}: {} ({})", pl.lit(field), pl.lit(reason), pl.col("value"))
    cause = plain if personal else pl.when(pl.col("value") == "").then(plain).otherwise(named)
    return frame.with_columns(cause=cause).select(list(PROBLEM_SCHEMA))

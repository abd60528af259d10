"""What messages hold, as a frame of their contract's fields, checked a batch at a time.

A decoder made for the contract reads the JSON strictly (types, no undeclared field); what the
contract says beyond that is checked over whole columns. A property test holds the verdicts against
a full validator of JSON Schema.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Annotated, Any

import msgspec
import polars as pl

from muster.hub.contracts import PROBLEM_SCHEMA, Contract, no_problems


@dataclass(frozen=True)
class Records:
    """Checked data: one row for each message in order, and what is wrong with some of them.

    A message that could not be read at all is a row of nulls. ``problems`` are in the form of
    ``contracts.no_problems``.
    """

    frame: pl.DataFrame
    problems: pl.DataFrame


def read_records(bodies: Sequence[bytes], contract: Contract) -> Records:
    """Return what the bodies say, as typed columns, and what of it breaks the contract.

    Args:
        bodies: the data of each message, as JSON.
        contract: what each must be.
    """
    reader = _reader(contract)
    rows: list[Any]
    problems: list[dict[str, Any]]
    try:
        rows = reader.all.decode(b"[" + b",".join(bodies) + b"]")
        if len(rows) != len(bodies):
            raise msgspec.DecodeError("data that is more than one value")
        problems = []
    except (msgspec.DecodeError, RecursionError):
        rows, problems = _one_by_one(bodies, reader, contract)
    read = reader.values
    columns = list(zip(*map(read, rows), strict=True)) if rows else [()] * len(contract.fields)
    frame = pl.DataFrame(
        {
            field.name: pl.Series(field.name, values, dtype=_STATED[field.dtype], strict=False)
            for field, values in zip(contract.fields, columns, strict=True)
        }
    )
    frame, unread = _with_dates(frame, contract)
    # Of a message that could not be read nothing else is said.
    known = {problem["at"] for problem in problems}
    found = [pl.DataFrame(problems, schema=PROBLEM_SCHEMA)] if problems else [no_problems()]
    checked = contract.check(frame) if not unread.height else pl.concat(
        [unread, contract.check(frame).join(unread, on=["at", "field"], how="anti")]
    )  # fmt: skip
    found.append(checked.filter(~pl.col("at").is_in(list(known))) if known else checked)
    return Records(frame, pl.concat(found))


@dataclass(frozen=True)
class _Reader:
    """Decoders for the records of one contract."""

    one: "msgspec.json.Decoder[Any]"
    all: "msgspec.json.Decoder[list[Any]]"
    values: Any
    nothing: Any


# What stands nowhere is None; a null that is written is no text and no number.
_TYPES: dict[str, Any] = {
    "string": str,
    "integer": Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)],
}
_KINDS = {
    "str": "text", "int": "a whole number", "float": "a number with decimals",
    "bool": "true or false", "array": "a list", "object": "an object", "null": "null",
}  # fmt: skip
_STATED: dict[type[pl.DataType], type[pl.DataType]] = {
    pl.Date: pl.String, pl.Int64: pl.Int64, pl.String: pl.String,
}  # fmt: skip


@lru_cache(maxsize=256)
def _made(fields: tuple[tuple[str, str], ...]) -> _Reader:
    # Members are named by number: a field's name need not be a name in Python.
    members = [(f"f{n}", _TYPES[kind], None) for n, (_, kind) in enumerate(fields)]
    record: Any = msgspec.defstruct(
        "Record",
        members,
        rename=_renaming(fields),
        forbid_unknown_fields=True,
        gc=False,
    )
    names = [name for name, _, _ in members]
    get = attrgetter(*names) if len(names) > 1 else (lambda one: (getattr(one, names[0]),))
    return _Reader(
        msgspec.json.Decoder(record),
        msgspec.json.Decoder(list[record]),
        get,
        record(),
    )


def _renaming(fields: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {f"f{n}": name for n, (name, _) in enumerate(fields)}


def _reader(contract: Contract) -> _Reader:
    return _made(tuple((field.name, field.rules["type"]) for field in contract.fields))


def _one_by_one(
    bodies: Sequence[bytes], reader: _Reader, contract: Contract
) -> tuple[list[Any], list[dict[str, Any]]]:
    """Return the records that can be read, nothing for the others, and why."""
    rows, problems = [], []
    for at, body in enumerate(bodies):
        try:
            rows.append(reader.one.decode(body))
        except (msgspec.DecodeError, RecursionError) as problem:
            rows.append(reader.nothing)
            field, reason = _said(str(problem), contract)
            cause = f"{field}: {reason}" if field else reason
            problems.append(
                {"at": at, "field": field, "value": "", "reason": reason, "cause": cause}
            )
    return rows, problems


def _said(problem: str, contract: Contract) -> tuple[str, str]:
    """Return field and reason of what a decoder found, in words without values."""
    titles = {field.name: field.title for field in contract.fields}
    what, _, place = problem.partition(" - at `$")
    if what.startswith("Object contains unknown field"):
        return "", "holds a field that the contract does not declare"
    if what.startswith(("Expected `int` <=", "Expected `int` >=")):
        return titles.get(place.strip("`").lstrip("."), ""), "does not fit 64 bits"
    if what.startswith("Expected"):
        found = what.rpartition("got `")[2].rstrip("`")
        name = place.strip("`").lstrip(".")
        return titles.get(name, ""), f"is {_KINDS.get(found, 'something else')}"
    return "", "the data is unreadable as JSON"


def _with_dates(frame: pl.DataFrame, contract: Contract) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read the columns of dates; return the frame, and what is no date as problems."""
    dates = [field for field in contract.fields if field.dtype == pl.Date]
    if not dates:
        return frame, no_problems()
    read = frame.with_columns(
        pl.when(pl.col(one.name).str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))
        .then(pl.col(one.name).str.to_date("%Y-%m-%d", strict=False))
        .alias(one.name)
        for one in dates
    )
    found = []
    for one in dates:
        wrong = frame[one.name].is_not_null() & read[one.name].is_null()
        if wrong.any():
            said = f"{one.title}: is no date (YYYY-MM-DD)"
            found.append(
                pl.DataFrame({"at": wrong.arg_true()}).select(
                    pl.col("at").cast(pl.UInt32), field=pl.lit(one.title), value=pl.lit(""),
                    reason=pl.lit("is no date (YYYY-MM-DD)"), cause=pl.lit(said),
                )
            )  # fmt: skip
    return read, pl.concat(found) if found else no_problems()

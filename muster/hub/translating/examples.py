"""A mapping's own worked examples, run as it runs: what its author says becomes of a message."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from muster.hub.translating.apply import Translated, translate
from muster.hub.translating.definition import Example, RouteMapping
from muster.hub.translating.lookups import HeldLookups


def check_examples(mapping: RouteMapping) -> tuple[str, ...]:
    """Return what of a mapping's worked examples is not so, in words; empty if all of it is.

    The words hold values of the examples, which their author made up.
    """
    return tuple(said for example in mapping.examples for said in _checked(mapping, example))


def _checked(mapping: RouteMapping, example: Example) -> list[str]:
    made = translate(_frame(mapping, example.given), mapping, HeldLookups(example.lookups))
    match example.ends:
        case "skips":
            wrong = [] if made.skipped.len() else [f"is not skipped, but {_became(made)}"]
        case "parks":
            wrong = _not_parked(made, example.parks)
        case _:
            wrong = _not_given(made, example.gives)
    return [f"{example.title}: {said}" for said in wrong]


def _frame(mapping: RouteMapping, given: Mapping[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            pl.Series(field.name, [given.get(field.name)], dtype=field.dtype)
            for field in mapping.source.fields
        ]
    )


def _became(made: Translated) -> str:
    if made.skipped.len():
        return "is skipped"
    if made.problems.height:
        said = made.problems.select(pl.format("{}: {}", "field", "reason")).to_series()
        return f"waits: {'; '.join(said)}"
    return "goes"


def _not_parked(made: Translated, parks: str) -> list[str]:
    reasons = {
        words
        for field, reason in made.problems.select("field", "reason").iter_rows()
        for words in (reason, f"{field}: {reason}")
    }
    return [] if parks in reasons else [f"does not wait for {parks!r}, but {_became(made)}"]


def _not_given(made: Translated, gives: Mapping[str, Any]) -> list[str]:
    if not made.frame.height:
        return [f"gives no message, but {_became(made)}"]
    row = {name: value for name, value in made.frame.row(0, named=True).items()
           if value is not None}  # fmt: skip
    return [
        f"{name} is {_shown(row.get(name))}, and {_shown(gives.get(name))} was expected"
        for name in dict.fromkeys([*gives, *row])
        if row.get(name) != gives.get(name)
    ]


def _shown(value: object) -> str:
    return "nothing" if value is None else repr(value) if isinstance(value, str) else str(value)

"""A trial finds exactly the differences there are: two mappings, each done plainly by hand.

The second implementation translates message by message in ordinary Python, and compares what comes
of the two mappings value by value.
"""

import datetime as dt
import json
import tomllib
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.hub.airlock.comparing import differences, shown
from muster.hub.airlock.sides import Outcome, Side, outcome
from muster.hub.translating import RouteMapping, load_mapping
from muster.kernel.errors import BadInput
from tests.translating_drawn import KINDS, SOURCE, frames, made_fields, mappings, toml
from tests.translating_plainly import translated

EVERYTHING = frozenset(KINDS)
HEAD = """
[mapping]
name = "drawn"
title = "Drawn"
from = "sent.v1"
[lookups]
sites = "Sites"
empty = "Nothing"
[codes]
kept = { a = "A" }
[fields]
fixed = { take = "place" }
"""
_VERDICTS = {"waits": "waits", "goes": "goes", "skips": "skips"}


def read(text: str) -> RouteMapping | None:
    try:
        return load_mapping(text, SOURCE)
    except BadInput as refused:
        if "Unknown code" in refused.what or "Unknown value" in refused.what:
            return None
        raise


def bodies(frame: pl.DataFrame) -> list[bytes]:
    """Write messages as their sender would; what is not stated is left out."""
    return [
        json.dumps(
            {name: value.isoformat() if isinstance(value, dt.date) else value
             for name, value in row.items() if value is not None}
        ).encode()
        for row in frame.iter_rows(named=True)
    ]  # fmt: skip


def side(frame: pl.DataFrame, mapping: RouteMapping | None) -> Outcome:
    return outcome(bodies(frame), Side(SOURCE, mapping, EVERYTHING))


def by_hand(frame: pl.DataFrame, live: str, tried: str) -> set[tuple[int, str, str]]:
    """Return the place, field and kind of every difference, but for reasons that differ."""
    found = set()
    raws = tomllib.loads(live), tomllib.loads(tried)
    for at, row in enumerate(frame.iter_rows(named=True)):
        (end, first), (other, second) = (translated(row, raw, {}) for raw in raws)
        if end != other:
            found.add((at, "", _VERDICTS[other]))
        elif end == "goes":
            found |= {(at, *one) for one in fields_by_hand(first, second)}
    return found


def fields_by_hand(first: dict[str, Any], second: dict[str, Any]) -> set[tuple[str, str]]:
    found = set()
    for name in first.keys() | second.keys():
        one, two = first.get(name), second.get(name)
        if name not in first:
            found.add((name, "added"))
        elif name not in second:
            found.add((name, "removed"))
        elif type(one) is not type(two) or one != two:
            kind = "lost" if two is None else "gained" if one is None else "changed"
            found.add((name, kind))
    return found


def told(frame: pl.DataFrame) -> set[tuple[int, str, str]]:
    rows = [(at, field, kind) for at, field, kind, _ in frame.iter_rows() if kind != "cause"]
    assert len(set(rows)) == len(rows)
    return set(rows)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_mapping_never_differs_from_itself(data: st.DataObject) -> None:
    text = data.draw(mappings())
    mapping, again = read(text), read(f"# written again\n{text}")
    frame = data.draw(frames())
    one, two = side(frame, mapping), side(frame, again)
    assert differences(one, two).is_empty()
    # Each message is told of exactly once where there is nothing to compare with.
    assert sorted(shown(two)["at"]) == list(range(frame.height))


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_two_mappings_differ_exactly_where_they_do_by_hand(data: st.DataObject) -> None:
    texts = data.draw(mappings()), data.draw(mappings())
    live, tried = map(read, texts)
    if live is None or tried is None:
        return
    frame = data.draw(frames())
    found = differences(side(frame, live), side(frame, tried))
    assert told(found) == by_hand(frame, *texts)


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_one_other_field_gives_exactly_the_messages_where_it_differs(data: st.DataObject) -> None:
    texts = [
        f"{HEAD}other = {toml(data.draw(made_fields(dict(KINDS)))[0])}\n"
        "[[example]]\ngiven = {}\nskips = true"
        for _ in range(2)
    ]
    live, tried = map(read, texts)
    if live is None or tried is None:
        return
    frame = data.draw(frames())
    found = differences(side(frame, live), side(frame, tried))
    assert set(found["field"]) <= {"other", ""}
    assert told(found) == by_hand(frame, *texts)


@given(frames())
@settings(max_examples=50, deadline=None)
def test_what_breaks_the_contract_waits_on_both_sides_alike(frame: pl.DataFrame) -> None:
    data = [*bodies(frame), b'{"grade": "Baron"}', b"{", b'{"unknown": 1}', b'{"pay": "x"}']
    both = [outcome(data, Side(SOURCE, None, agreed)) for agreed in (EVERYTHING, {"grade"})]  # type: ignore[arg-type]
    for one in both:
        assert one.waits["at"].to_list() == list(range(frame.height, frame.height + 4))
        assert one.frame.height == frame.height
    found = differences(*both)
    assert set(found["kind"]) <= {"removed"}
    assert found.height == frame.height * (len(KINDS) - 1)

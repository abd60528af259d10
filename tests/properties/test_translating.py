"""One mapping gives the same for a batch, for each message alone, and done plainly by hand.

Mappings of all steps are drawn, and messages that are full of what messages hold at worst. The
second implementation, in ordinary Python and message by message, is ``tests.translating_plainly``.
"""

import tomllib
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.hub.translating import (
    HeldLookups,
    RouteMapping,
    load_mapping,
    origins,
    translate,
    uses,
)
from muster.hub.translating.verbs import VERBS
from muster.kernel.errors import BadInput
from tests.translating_drawn import (
    KINDS,
    SOURCE,
    TABLES,
    beginnings,
    changes,
    conditions,
    everything_tricky,
    frames,
    mappings,
    toml,
)
from tests.translating_plainly import translated


def read(text: str) -> RouteMapping | None:
    """Return the mapping; None where lists name codes that a field never has."""
    try:
        return load_mapping(text, SOURCE)
    except BadInput as refused:
        if "Unknown code" in refused.what or "Unknown value" in refused.what:
            return None
        raise


def told(frame: pl.DataFrame, mapping: RouteMapping) -> list[tuple[str, Any]]:
    """Return what becomes of each message, as the plain implementation tells it."""
    done = translate(frame, mapping, HeldLookups(TABLES))
    ends: dict[int, tuple[str, Any]] = dict.fromkeys(done.skipped, ("skips", None))
    for at, field, value, reason, _ in done.problems.iter_rows():
        ends.setdefault(at, ("waits", set()))[1].add((field, reason, value))
    for at, row in zip(done.places, done.frame.iter_rows(named=True), strict=True):
        assert at not in ends
        ends[at] = ("goes", row)
    assert sorted(ends) == list(range(frame.height))
    return [ends[at] for at in range(frame.height)]


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_a_batch_each_message_alone_and_plain_python_agree(data: st.DataObject) -> None:
    text = data.draw(mappings())
    mapping = read(text)
    if mapping is None:
        return
    frame = data.draw(frames())
    whole = told(frame, mapping)
    assert [told(frame[at], mapping)[0] for at in range(frame.height)] == whole
    raw = tomllib.loads(text)
    assert whole == [translated(row, raw, TABLES) for row in frame.iter_rows(named=True)]


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_each_step_and_plain_python_agree_on_everything_tricky(verb: str) -> None:
    @given(st.data())
    @settings(max_examples=60, deadline=None)
    def agree(data: st.DataObject) -> None:
        kind = data.draw(st.sampled_from(sorted(VERBS[verb].takes or ("text",))))
        steps: list[dict[str, Any]]
        if VERBS[verb].takes:
            taken = {"text": "place", "integer": "pay", "date": "end"}[kind]
            drawn = changes(kind, verb).filter(lambda step: verb in step[0])
            steps = [{"take": taken}, data.draw(drawn)[0]]
        else:
            steps = [data.draw(beginnings(KINDS, verb).filter(lambda one: verb in one[0]))[0]]
        text = (
            '[mapping]\nname = "x"\ntitle = "x"\nfrom = "sent.v1"\n[lookups]\nsites = "Sites"\n'
            'empty = "Nothing"\n[codes]\nkept = { a = "A", AO = "1" }\n[fields]\n'
            f"pay = {toml(steps)}\n[[example]]\ngiven = {{}}\nskips = true"
        )
        frame = data.draw(everything_tricky())
        raw, mapping = tomllib.loads(text), load_mapping(text, SOURCE)
        plainly = [translated(row, raw, TABLES) for row in frame.iter_rows(named=True)]
        assert told(frame, mapping) == plainly

    agree()


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_conditions_hold_for_the_messages_that_plain_python_says(data: st.DataObject) -> None:
    text = (
        '[mapping]\nname = "x"\ntitle = "x"\nfrom = "sent.v1"\n'
        f"only = {toml(data.draw(conditions(KINDS)))}\n"
        '[fields]\nname = { take = "name" }\n[[example]]\ngiven = {}\nskips = true'
    )
    frame, raw = data.draw(everything_tricky()), tomllib.loads(text)
    plainly = [translated(row, raw, TABLES) for row in frame.iter_rows(named=True)]
    assert told(frame, load_mapping(text, SOURCE)) == plainly


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_fields_that_a_mapping_does_not_use_change_nothing(data: st.DataObject) -> None:
    mapping = read(data.draw(mappings()))
    if mapping is None:
        return
    frame = data.draw(frames())
    used = sorted(uses(mapping)) or ["name"]
    assert told(frame.select(used), mapping) == told(frame, mapping)
    made = origins(mapping)
    for name in set(KINDS) - {"name"}:
        other = frame.with_columns(pl.lit(None, frame.schema[name]).alias(name))
        for before, after in zip(told(frame, mapping), told(other, mapping), strict=True):
            if name not in uses(mapping):
                assert before == after
            elif before[0] == after[0] == "goes":
                untouched = [field for field, of in made.items() if name not in of]
                assert [before[1][one] for one in untouched] == [after[1][one] for one in untouched]


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_what_waits_tells_nothing_of_a_person_in_its_cause(data: st.DataObject) -> None:
    mapping = read(data.draw(mappings()))
    if mapping is None:
        return
    secret = "Q-secret-Q"
    frame = data.draw(frames()).with_columns(pl.lit(secret).alias("name"))
    done = translate(frame, mapping, HeldLookups({"sites": {"Leeds": secret}}))
    assert not done.problems["cause"].str.to_uppercase().str.contains("SECRET").any()


@pytest.mark.parametrize("height", [30_000])
def test_a_large_batch_gives_what_its_parts_give(height: int) -> None:
    fields = {"a": [{"take": "pay"}, {"write": "pounds"}],
              "b": [{"take": "place"}, {"codes": {"Leeds": "L"}}]}  # fmt: skip
    lines = [f"{name} = {toml(steps)}" for name, steps in fields.items()]
    head = '[mapping]\nname = "x"\ntitle = "x"\nfrom = "sent.v1"\n[fields]\n'
    text = head + "\n".join(lines) + "\n[[example]]\ngiven = {}\ngives = {}"
    mapping = load_mapping(text, SOURCE)
    place = pl.Series(["Leeds", "York", None]).gather(pl.Series(range(height)) % 3)
    frame = pl.DataFrame({"pay": range(height), "place": place})
    done = translate(frame, mapping)
    halves = [translate(half, mapping) for half in (frame[: height // 2], frame[height // 2 :])]
    assert done.frame.equals(pl.concat(half.frame for half in halves))
    assert done.problems["at"].to_list() == list(range(1, height, 3))

"""Draws mappings of all steps, and messages full of what messages hold at worst."""

import datetime as dt
import json
from typing import Any

import polars as pl
from hypothesis import strategies as st

from muster.hub.contracts import load_contract
from muster.hub.translating.verbs import VERBS
from tests.translating_plainly import FORMS, write

GRADES = ["AO", "EO", "SEO"]
PROPERTIES: dict[str, dict[str, Any]] = {
    "name": {"type": "string", "x-personal": True},
    "place": {"type": "string"},
    "grade": {"type": "string", "enum": GRADES},
    "pay": {"type": "integer", "x-personal": True},
    "flag": {"type": "integer", "enum": [0, 1, 2]},
    "start": {"type": "string", "format": "date"},
    "end": {"type": "string", "format": "date"},
}
SOURCE = load_contract(
    json.dumps(
        {"$id": "sent.v1", "type": "object", "additionalProperties": False,
         "properties": PROPERTIES}
    )
)  # fmt: skip
KINDS = {"name": "text", "place": "text", "grade": "text", "pay": "integer", "flag": "integer",
         "start": "date", "end": "date"}  # fmt: skip
TABLES = {"sites": {"Leeds": "0113", "yes": "Y", "AO": "EO", "0": ""}, "empty": {}}
TRICKY = [
    "", " ", "a", "Leeds", "a-b", "-", "--b-", "Ann  Lee", "0", "000", "0012", "yes", " Y ", "NO",
    "\u00a0x\t", "ß", "É", "e\u0301", "\U0001d538", "$1", "31/12/2026", "2026-02-29", "29022024",
    "0000-01-01", "0001-01-01", "9999-12-31", "1-Jan-2026", "01-jan-2026", "01-FEB-2026",
    "30 February 2026", "28 february 2026", "28 Feb 2026", "01-January-2026", "-5",
    "£1,234.5", "-£0.05", "1,23", "0.8", "-12.000000001", "1.", ".5", "12345678901234567890",
    "999999999999999.99", "\u0661",
]  # fmt: skip
TEXTS = st.one_of(st.sampled_from(TRICKY), st.text(alphabet="aZé -0/$,", max_size=6))
TRICKY_NUMBERS = [
    0, 1, 2, -1, -4, 5, 99, 100, 10**9, 10**18 - 1, 10**18, 2**63 - 1, -(2**63), 499_999_999,
    500_000_000, 999_999_999, 50_000_000, -50_000_000, 123_456_789, 1_555_555_555, -45_000,
]  # fmt: skip
TRICKY_DAYS = [dt.date.min, dt.date.max, dt.date(2024, 2, 29), dt.date(999, 12, 1)]
NUMBERS = st.one_of(st.sampled_from(TRICKY_NUMBERS), st.integers(-(10**7), 10**7))
DATES = st.one_of(st.sampled_from(TRICKY_DAYS), st.dates())
CELLS: dict[str, st.SearchStrategy[Any]] = {"text": TEXTS, "integer": NUMBERS, "date": DATES}
WORDS: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXTS.filter(bool), "integer": NUMBERS, "date": DATES,
}  # fmt: skip


def toml(value: Any) -> str:
    """Write a value as TOML writes it within one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {toml(one)}" for name, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False)


@st.composite
def conditions(draw: st.DrawFn, known: dict[str, str], depth: int = 0) -> dict[str, Any]:
    name = draw(st.sampled_from(sorted(known)))
    kind = known[name]
    listed = PROPERTIES.get(name, {}).get("enum")
    equal = st.sampled_from(listed) if listed else WORDS[kind]
    tests: list[st.SearchStrategy[Any]] = [
        equal,
        st.lists(equal, min_size=1, max_size=3),
        st.fixed_dictionaries({"not": equal}),
        st.fixed_dictionaries({"stated": st.booleans()}),
    ]
    if kind == "text":
        tests.append(st.fixed_dictionaries({"begins": st.sampled_from(["a", "A", "Le", "0"])}))
    else:
        words = st.sampled_from(["from", "to", "above", "below"])
        tests.append(st.dictionaries(words, WORDS[kind], min_size=1, max_size=2))
    said: dict[str, Any] = {name: draw(st.one_of(tests))}
    if depth < 2 and draw(st.integers(0, 3)) == 0:
        inner = st.lists(conditions(known, depth + 1), min_size=1, max_size=2)
        said[draw(st.sampled_from(["any", "none"]))] = draw(inner)
    return said


@st.composite
def beginnings(
    draw: st.DrawFn, known: dict[str, str], verb: str = ""
) -> tuple[dict[str, Any], str]:
    among = ["take", "take", "take", "constant", "join", "first", "when"]
    verb = verb or draw(st.sampled_from(among))
    kind = draw(st.sampled_from(["text", "text", "integer", "date"]))
    of_kind = sorted(name for name, other in known.items() if other == kind)
    if verb == "take":
        return {"take": draw(st.sampled_from(of_kind))}, kind
    if verb == "constant":
        return {"constant": draw(WORDS[kind])}, kind
    if verb == "join":
        parts = st.sampled_from(sorted(name for name in known if known[name] != "date"))
        names = draw(st.lists(parts, min_size=2, max_size=3))
        said: dict[str, Any] = {"join": names}
        if draw(st.booleans()):
            said["with"] = draw(st.sampled_from([", ", "-", "£"]))
        return said, "text"
    if verb == "first":
        return {"first": draw(st.lists(st.sampled_from(of_kind), min_size=2, max_size=3))}, kind
    ends = st.one_of(WORDS[kind], st.sampled_from(of_kind).map(lambda name: {"take": name}))
    case = st.fixed_dictionaries({"if": conditions(known), "then": ends})
    said = {"when": draw(st.lists(case, min_size=1, max_size=3))}
    if draw(st.booleans()):
        said["otherwise"] = draw(ends)
    return said, kind


def unknown(draw: st.DrawFn, said: dict[str, Any], kind: str) -> dict[str, Any]:
    ways = ["park", "default"] + (["keep"] if kind == "text" else [])
    way = draw(st.sampled_from(ways))
    more = {"default": draw(WORDS["text"])} if way == "default" else {}
    return {**said, "unknown": way, **more}


def change_of_text(draw: st.DrawFn, verb: str) -> tuple[dict[str, Any], str]:
    at = st.sampled_from(["-", " ", "a", "--"])
    letter = st.sampled_from(["0", "-", "é", "$"])
    match verb:
        case "codes":
            codes: Any = draw(st.one_of(
                st.just("kept"), st.dictionaries(st.sampled_from(["a", "Leeds", "EO", "yes"]),
                                                 WORDS["text"], min_size=1)))  # fmt: skip
            return unknown(draw, {"codes": codes}, "text"), "text"
        case "lookup":
            return unknown(draw, {"lookup": draw(st.sampled_from(sorted(TABLES)))}, "text"), "text"
        case "read":
            what = draw(st.sampled_from(["date", "integer", "pounds", "decimal"]))
            form = {"form": draw(st.sampled_from(sorted(FORMS)))} if what == "date" else {}
            return {"read": what, **form}, "date" if what == "date" else "integer"
        case "yes_no":
            words = draw(st.sampled_from([["Y", "N"], [1, 0]]))
            return {"yes_no": words}, "text" if words == ["Y", "N"] else "integer"
        case "nothing":
            return {"nothing": draw(st.lists(WORDS["text"], min_size=1, max_size=3))}, "text"
        case "part":
            part = draw(st.integers(-3, 3).filter(bool))
            return {"part": part, "at": draw(at), "rest": draw(st.booleans())}, "text"
        case "cut":
            return {"cut": [draw(st.integers(1, 4)), draw(st.integers(1, 4))]}, "text"
        case "replace":
            by = st.sampled_from(["", "$0", "aa", "\\1"])
            return {"replace": draw(at), "by": draw(by)}, "text"
        case "pad":
            return {"pad": draw(st.integers(1, 12)), "with": draw(letter)}, "text"
        case "unpad":
            return {"unpad": draw(letter)}, "text"
        case "if_nothing":
            return {"if_nothing": draw(WORDS["text"])}, "text"
    return {verb: True}, "text"


@st.composite
def changes(draw: st.DrawFn, kind: str, verb: str = "") -> tuple[dict[str, Any], str]:
    if kind == "text":
        verbs = sorted(verb for verb, one in VERBS.items() if "text" in one.takes)
        return change_of_text(draw, verb or draw(st.sampled_from(verbs)))
    if kind == "date":
        step, gives = draw(
            st.one_of(
                st.builds(lambda form: ({"write": "date", "form": form}, "text"),
                          st.sampled_from(sorted(FORMS))),
                st.builds(lambda days: ({"add_days": days}, "date"), st.integers(-400, 400)),
                st.builds(lambda which: ({"day_of_month": which}, "date"),
                          st.sampled_from(["first", "last"])),
                st.builds(lambda day: ({"if_nothing": day}, "date"), DATES),
            )
        )  # fmt: skip
        return step, gives
    codes = {str(code): "x" for code in draw(st.sets(st.sampled_from([0, 1, 2]), min_size=1))}
    written: list[dict[str, Any]] = [
        {"write": "integer"}, {"write": "integer", "digits": draw(st.integers(1, 18))},
        {"write": "pounds"}, {"write": "decimal"},
        {"write": "decimal", "places": draw(st.integers(0, 9)), "rounded": draw(st.booleans())},
        {"yes_no": ["J", "N"]}, unknown(draw, {"codes": codes}, "integer"),
    ]  # fmt: skip
    if draw(st.booleans()):
        return draw(st.sampled_from(written)), "text"
    return {"if_nothing": draw(NUMBERS)}, "integer"


@st.composite
def made_fields(draw: st.DrawFn, known: dict[str, str]) -> tuple[list[dict[str, Any]], str]:
    first, kind = draw(beginnings(known))
    steps = [first]
    for _ in range(draw(st.integers(0, 4))):
        step, kind = draw(changes(kind))
        steps.append(step)
    return steps, kind


@st.composite
def mappings(draw: st.DrawFn) -> str:
    """Draw the text of a mapping; a code that a list cannot have is left to the unit tests."""
    known = dict(KINDS)
    lines = ["[mapping]", 'name = "drawn"', 'title = "Drawn"', 'from = "sent.v1"']
    if draw(st.booleans()):
        lines.append(f"only = {toml(draw(conditions(KINDS)))}")
    lines += ["[codes]", 'kept = { a = "A", AO = "1", EO = "2", SEO = "3" }', "[lookups]",
              'sites = "Sites"', 'empty = "Nothing"', "[values]"]  # fmt: skip
    values = draw(st.integers(0, 2))
    for number in range(values):
        steps, kind = draw(made_fields(known))
        known[f"value{number}"] = kind
        lines.append(f"value{number} = {toml(steps)}")
    lines.append("[fields]")
    lines += [f"of_value{number} = {{ take = 'value{number}' }}" for number in range(values)]
    for number in range(draw(st.integers(1, 3))):
        steps, _ = draw(made_fields(known))
        # The receiver may call a field as the sender calls another.
        lines.append(f"{('pay', 'name', 'start')[number]} = {toml(steps)}")
    return "\n".join([*lines, "[[example]]", "given = {}", "skips = true"])


@st.composite
def frames(draw: st.DrawFn) -> pl.DataFrame:
    height = draw(st.integers(0, 5))
    return pl.DataFrame(
        [
            pl.Series(field.name, draw(st.lists(
                st.none() | (st.sampled_from(field.rules["enum"]) if "enum" in field.rules
                             else CELLS[KINDS[field.name]]),
                min_size=height, max_size=height)), dtype=field.dtype)
            for field in SOURCE.fields
        ]
    )  # fmt: skip


@st.composite
def everything_tricky(draw: st.DrawFn) -> pl.DataFrame:
    """Return many messages: every tricky text, and days and amounts as people write them."""
    days = [*TRICKY_DAYS, *draw(st.lists(DATES, max_size=4))]
    numbers = [*TRICKY_NUMBERS, *draw(st.lists(NUMBERS, max_size=6))]
    texts = [*TRICKY, *draw(st.lists(TEXTS, max_size=6))]
    for form in FORMS:
        texts += [write(day, {"write": "date", "form": form}) for day in days]
    texts += [f"{number / 100:,.2f}" for number in numbers]
    rows = len(texts)
    columns: dict[str, list[Any]] = {
        "text": [*texts, None], "integer": [*numbers, None], "date": [*days, None],
    }  # fmt: skip
    return pl.DataFrame(
        {name: [columns[kind][at % len(columns[kind])] for at in range(rows + 1)]
         for name, kind in KINDS.items() if name not in ("grade", "flag")}
    ).with_columns(grade=pl.lit("EO"), flag=pl.int_range(pl.len()) % 3)  # fmt: skip

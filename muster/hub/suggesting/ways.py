"""Ways: how the cells of a column can be read for a field, and which way reads most of them.

A way is words of a layout. What two readings fit equally well is asked: which of day and month
stands first, from when a spreadsheet counted its days, whether numbers lost their zeros, what
codes mean. It is never settled by what is commoner.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from muster.hub.contracts import ContractField
from muster.hub.parsers import Parser
from muster.hub.suggesting.codes import code_way
from muster.hub.suggesting.dates import DATE_WAYS, date_way
from muster.hub.suggesting.lessons import Lessons
from muster.hub.suggesting.profiles import Profile, value_of
from muster.hub.suggesting.suggestion import Question, Way
from muster.hub.suggesting.words import Expected, tokens

AS_THEY_ARE = "as they are"
_LONGER = 4  # so many lengths are offered where numbers may have lost zeros
_LEAST = 0.6  # the share of cells that makes a way of splitting names likely
_NUMBERS: Mapping[str, Mapping[str, Any]] = {
    "decimal": {"parse": "decimal"},
    "percent": {"parse": "percent"},
    "percent, no sign": {"parse": "percent", "unit": "percent"},
    "pence": {"parse": "pence"},
    "whole": {"parse": "whole"},
}
_TEXTS: Mapping[str, Mapping[str, Any]] = {
    "text": {},
    "identifier": {"parse": "identifier"},
    "compact": {"parse": "compact"},
}
_NAMES: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "surname": {
        "before comma": {"split": ",", "part": 1},
        "surname in capitals": {"parse": "surname_in_capitals"},
        "last word": {"split": " ", "part": -1},
    },
    "forenames": {
        "after comma": {"split": ",", "part": 2},
        "before capitals": {"parse": "name_before_capitals"},
        "all but last word": {"split": " ", "part": -2},
    },
    "known_as": {"first word": {"split": " ", "part": 1}},
}
# How a cell with a whole name is told apart: the form, and which way then gives each part.
WHOLE_NAMES = {
    "comma": {"surname": "before comma", "forenames": "after comma"},
    "capitals": {"surname": "surname in capitals", "forenames": "before capitals"},
    "words": {"surname": "last word", "forenames": "all but last word"},
}


def ways_of(field: ContractField, expected: Expected) -> Mapping[str, Mapping[str, Any]]:
    """Return the ways among which a person can choose for a field, by their ids."""
    if field.rules.get("format") == "date":
        return DATE_WAYS
    if "enum" in field.rules:
        return {"codes": {"parse": "code"}}
    if expected.reads == ("hours",):
        return {"hours": {"parse": "hours"}}
    if field.rules["type"] == "integer":
        kinds = ("pence",) if is_money(field, expected) else tuple(_NUMBERS)[:3]
        if is_whole(field, expected):
            kinds = ("whole",)
        return {kind: _NUMBERS[kind] for kind in kinds}
    return {**_TEXTS, **_NAMES.get(field.name, {})}


def is_money(field: ContractField, expected: Expected) -> bool:
    """Tell whether an integer field holds pence."""
    return "pence" in expected.reads or "pence" in str(field.rules.get("description", "")).lower()


def is_whole(field: ContractField, expected: Expected) -> bool:
    """Tell whether an integer field holds what it counts, not billionths or pence of it."""
    said = str(field.rules.get("description", "")).lower()
    return not expected.reads and "pence" not in said and "billionth" not in said


def best_way(
    field: ContractField,
    expected: Expected,
    lessons: Lessons,
    profile: Profile,
    *,
    today: dt.date,
    chosen: str = "",
) -> Way:
    """Return how a column is best read for a field.

    Args:
        field: the contract's field.
        expected: what is known of it.
        lessons: what the known layouts teach.
        profile: the column.
        today: the present day, for the century of two-digit years.
        chosen: the way a person chose, if one did.
    """
    offered = ways_of(field, expected)
    chosen = chosen if chosen in offered else ""
    if field.rules.get("format") == "date":
        way = date_way(field, expected, profile, today=today, chosen=chosen)
    elif "enum" in field.rules:
        way = code_way(field, expected, lessons, profile)
    elif field.rules["type"] == "integer":
        way = _number_way(field, expected, profile, chosen)
    else:
        way = _text_way(field, expected, profile, chosen)
    if profile.absent:
        way = Way(
            way.id, {**way.words, "absent": list(profile.absent)}, way.fits, way.said, way.questions
        )
    return way


def _number_way(field: ContractField, expected: Expected, profile: Profile, chosen: str) -> Way:
    offered = dict(ways_of(field, expected))
    if "percent" not in offered or not _says_percent(profile.header):
        offered.pop("percent, no sign", None) if not chosen else None
    ways = []
    hopeless = profile.digits < _LEAST / 2
    for id_, words in offered.items():
        for more in _tolerant(words):
            parser = Parser(more["parse"], **{k: v for k, v in more.items() if k != "parse"})
            fits = 0.0 if hopeless else sum(plausible_numbers(expected, profile, parser))
            ways.append(Way(id_, more, fits, f"{percent(fits)} of its values are {_NAMED[id_]}"))
    if chosen:
        ways = [way for way in ways if way.id == chosen]
    return max(ways, key=lambda way: way.fits)


_NAMED = {
    "decimal": "numbers as expected",
    "percent": "percentages",
    "percent, no sign": "percentages without a sign",
    "pence": "amounts of money as expected",
    "whole": "whole numbers",
    "hours": "hours as expected",
}


def _tolerant(words: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield a way and, for numbers, the same with a spreadsheet's superfluous decimals."""
    yield words
    if words["parse"] == "decimal":
        yield {**words, "rounded": True}


def plausible_numbers(expected: Expected, profile: Profile, parser: Parser) -> list[float]:
    """Return for each number read how much of the column it is, leaving out implausible ones."""
    unit = {"pence": 100, "whole": 1}.get(parser.kind, 1_000_000_000)
    low, high = expected.between or (float("-inf"), float("inf"))
    return [
        count / profile.looked_at
        for value, count in profile.values(parser)
        if isinstance(value, int) and low <= value / unit <= high
    ]


def _says_percent(header: str) -> bool:
    return "%" in header or bool({"percent", "percentage", "pct"} & tokens(header))


def _text_way(field: ContractField, expected: Expected, profile: Profile, chosen: str) -> Way:
    offered = ways_of(field, expected)
    if chosen:
        id_ = chosen
    elif field.name in _NAMES:
        form = name_form(profile)
        id_ = WHOLE_NAMES[form].get(field.name, "text") if form else "text"
    else:
        id_ = next((kind for kind in expected.reads if kind in offered), "text")
    words = dict(offered[id_])
    questions: tuple[Question, ...] = ()
    if id_ == "identifier":
        digits = _digits(field, expected, profile)
        if isinstance(digits, Question):
            questions = (digits,)
        elif digits:
            words["digits"] = digits
    parser = Parser(words.get("parse", "text"))
    fits = profile.read_by(parser)
    said = f"{percent(fits)} of its values can be read" if fits < 1 else ""
    return Way(id_, words, fits, said, questions)


def name_form(profile: Profile) -> str:
    """Return how whole names stand in a column: a key of ``WHOLE_NAMES``; empty if they do not."""
    capitals = Parser("surname_in_capitals")
    if profile.share(_has_comma) >= _LEAST:
        return "comma"
    if profile.share(lambda text: " " in text and not text.isupper()) < _LEAST:
        return ""
    in_capitals = profile.share(
        lambda text: not text.isupper() and value_of(capitals, text) is not None
    )
    return "capitals" if in_capitals >= _LEAST else "words"


def _has_comma(text: str) -> bool:
    surname, comma, rest = text.partition(",")
    return bool(comma and surname.strip() and rest.strip())


def _digits(field: ContractField, expected: Expected, profile: Profile) -> Question | int:
    """Return how many digits each number has, or ask whether shorter ones lost zeros."""
    texts = list(profile.counts)
    if not texts or not all(text.isascii() and text.isdecimal() for text in texts):
        return 0
    lengths = {len(text) for text in texts}
    longest = max(lengths)
    if len(lengths) == 1:
        return longest if any(text.startswith("0") for text in texts) else 0
    if not expected.unique or longest > 25:
        return 0
    text = (
        f"These numbers have {min(lengths)} to {longest} digits. Spreadsheets drop zeros at the"
        " beginning. How many digits does each number have in the system it comes from?"
    )
    options = [(AS_THEY_ARE, "Different ones: they are right as they are")]
    options += [
        (str(length), f"{length}: put back the zeros that were lost")
        for length in range(longest, longest + _LONGER)
    ]
    return Question(field.name, "digits", text, tuple(options))


def percent(share: float) -> str:
    """Return a share in words; it is only "100 %" if nothing is missing."""
    return "all" if share >= 1 - 1e-9 else f"{min(99, round(100 * share))} %"

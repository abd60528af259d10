"""Evidence: how well a column serves as a field, from its header and from what its cells hold.

Theory: a header that says what the column is counts as far as its cells agree. Cells alone count
as far as they are unlike anything else: National Insurance numbers are, surnames are not. Both
together count as independent evidence does, and never make more than "likely" of a column whose
header says nothing.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from muster.hub.contracts import ContractField
from muster.hub.framing.headers import squeezed
from muster.hub.parsers import Parser
from muster.hub.suggesting.codes import MOST_CODES
from muster.hub.suggesting.lessons import Lessons, Likeness, compared
from muster.hub.suggesting.profiles import Profile
from muster.hub.suggesting.suggestion import LIKELY, SURE, Way
from muster.hub.suggesting.ways import best_way
from muster.hub.suggesting.words import Expected, of_another

JUST_LIKELY = SURE - 0.01
_NEAR = 0.1  # so close a second column makes the first less sure
_SAYS_SO = 0.6  # how like a name a header must be to say what its column is
_AGREES = 0.8
_UNKNOWN = 0.75  # what text that could be anything says for a field
_EMPTY, _EMPTY_EXPECTED = 0.45, 0.65
_ADULT, _GROWN = 14, 20  # years
_NUMBERS = re.compile(r"[£$]?-?[\d.,]+%?")


@dataclass(frozen=True)
class Weight:
    """How well a column serves as a field, from 0 to 1, and why."""

    score: float
    header: float
    cells: float
    way: Way
    reasons: tuple[str, ...]


def weigh(
    field: ContractField,
    expected: Expected,
    lessons: Lessons,
    profile: Profile,
    *,
    today: dt.date,
    chosen: str = "",
) -> Weight:
    """Weigh a column against a field; ``chosen`` is the way of reading that a person chose."""
    way = best_way(field, expected, lessons, profile, today=today, chosen=chosen)
    like = likeness(field.name, expected, lessons, profile)
    cells = _cells(field, expected, lessons, profile, way, today)
    reasons = (like.reason if like.score >= _SAYS_SO else "", way.said, *_more(expected, profile))
    return Weight(
        combined(expected, like.score, cells, strange=of_another(profile.header, expected.headers)),
        like.score,
        cells,
        way,
        tuple(filter(None, reasons)),
    )


def likeness(name: str, expected: Expected, lessons: Lessons, profile: Profile) -> Likeness:
    """Return how like a field's names a header is; the lowest part of a header of rows may do."""
    whole = lessons.like(name, expected, squeezed(profile.header))
    if " / " not in profile.header:
        return whole
    last = lessons.like(name, expected, profile.header.rpartition(" / ")[2])
    return max(whole, Likeness(0.95 * last.score, last.reason), key=lambda each: each.score)


def combined(expected: Expected, header: float, cells: float, *, strange: bool) -> float:
    """Return what header and cells say together."""
    says = header * (0.4 + 0.6 * cells) * (0.5 if strange else 1)
    alone = expected.tells * cells * (0.3 if strange else 0.85) if cells >= _AGREES else 0.0
    score = says + (1 - says) * alone
    return min(score, JUST_LIKELY) if header < _SAYS_SO else score


def confidence(weight: Weight, rivals: Iterable[float]) -> float:
    """Return how sure an assigned column is, given the scores of what it could be instead."""
    close = max(rivals, default=0.0)
    if close > weight.score - _NEAR and weight.header < 1:
        return min(weight.score * 0.9, JUST_LIKELY)
    if weight.cells < LIKELY and weight.header < 1:
        return min(weight.score, JUST_LIKELY)
    return weight.score


def _cells(
    field: ContractField,
    expected: Expected,
    lessons: Lessons,
    profile: Profile,
    way: Way,
    today: dt.date,
) -> float:
    """Return how well the cells fit a field, from 0 to 1."""
    if not profile.filled:
        return _EMPTY if expected.filled else _EMPTY_EXPECTED
    if field.rules.get("format") == "date":
        fits = way.fits * _plausible_dates(expected, profile, way, today)
    elif "enum" in field.rules:
        fits = _codes(profile, way)
    elif field.rules["type"] == "integer":
        fits = way.fits
    else:
        fits = _texts(field, expected, lessons, profile) * way.fits
    if expected.unique:
        fits *= profile.distinct / profile.filled
    if field.required and profile.fill < 0.5:
        fits *= 0.6
    if not expected.filled and profile.fill > 0.9:
        fits *= 0.7
    return fits


def _codes(profile: Profile, way: Way) -> float:
    few = profile.distinct <= MOST_CODES and (profile.distinct <= 8 + 0.2 * profile.filled)
    return max(way.fits, 0.5) if few else way.fits * 0.5


def _texts(field: ContractField, expected: Expected, lessons: Lessons, profile: Profile) -> float:
    numbers = profile.matching(_NUMBERS)
    known = lessons.known_values(field.name)
    alike = profile.share(lambda text: compared(text) in known) if known else 0.0
    if expected.pattern is not None:
        return max(profile.matching(expected.pattern), alike)
    if alike >= _AGREES:
        return alike
    return _UNKNOWN if numbers < 0.5 or "reference" in field.name else 0.2


def _plausible_dates(expected: Expected, profile: Profile, way: Way, today: dt.date) -> float:
    """Return how plausible the days of a column are for a field: births lie long ago."""
    if expected.dates not in ("birth", "start", "end"):
        return 0.9
    words = {word: way.words[word] for word in ("form", "pivot") if word in way.words}
    days = [
        value
        for value, _count in profile.values(Parser("date", **words))
        if isinstance(value, dt.date)
    ]
    if not days:
        return 0.0
    middle = median(day.toordinal() for day in days)
    young = sum(day.year > today.year - _ADULT for day in days)
    old = (today.toordinal() - middle) / 365 >= _GROWN and young <= 0.02 * len(days)
    if expected.dates == "birth":
        return 1.0 if old else 0.3
    if expected.dates == "end":
        return 1.0 if profile.fill < 0.6 and not old else 0.6
    return 0.4 if old else 1.0


def _more(expected: Expected, profile: Profile) -> tuple[str, ...]:
    if not profile.filled:
        return ("the column is empty",)
    reasons = []
    if expected.pattern is not None and expected.tells >= 0.4:
        share = profile.matching(expected.pattern)
        if share >= 0.5:
            reasons.append(f"{round(100 * share)} % of its values look like one")
    if expected.unique and profile.distinct == profile.filled:
        reasons.append("no two rows have the same")
    if not expected.filled and profile.fill < 0.6:
        reasons.append(f"{profile.filled:,} of {profile.rows:,} rows hold one")
    return tuple(reasons)

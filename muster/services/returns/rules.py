"""The decisions of questions and returns: what answers, what may be stated, what it saves.

For those who commission information and for employers of whom it is asked. Pure functions: no
database, no clock, no framework.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import groupby

from muster.kernel.errors import BadInput, Where

# How a question may be answered.
EARLIER, METRIC, NEW_METRIC, STUDY, RETURN = "earlier", "metric", "new metric", "study", "return"
WAYS = (EARLIER, METRIC, NEW_METRIC, STUDY, RETURN)
# What may be the state of a question: nobody has chosen, an analyst is to choose, employers are
# asked, a metric is asked for, research has it; and the two ends.
OPEN, WAITS, ASKED, METRIC_ASKED, RESEARCH = "open", "waits", "asked", "metric asked", "research"
ANSWERED, DROPPED = "answered", "withdrawn"
STATES = (OPEN, WAITS, ASKED, METRIC_ASKED, RESEARCH, ANSWERED, DROPPED)
CLOSED = (ANSWERED, DROPPED)

MOST_ITEMS = 3
MOST_CELLS = 120
"""So many figures one employer is asked for in one table: more is a feed, not a form."""
MOST_PEOPLE = 1_000_000
"""No employer has more people than this; a larger figure is a slip."""
MINUTES = 90
"""Declared, not measured: what one employer is taken to spend on one return, until changed."""
LONGEST_WORDS = 500
NAMES_EMPLOYERS = ("employer", "other")
"""How dimensions begin whose codes are employers: an employer states figures of itself alone."""
_PLAIN = """
    a an and are as at be by do does for from has have how i in is it many me much my number of on
    or our please show that the their them there they this to total us was we were what when where
    which who whom why with within would you your each every all across figures figure civil
    service department departments government people any been being
"""
_UNASKED = frozenset(_PLAIN.split())
# What people call the same thing.
_SAME = {
    "staff": "headcount", "employee": "headcount", "workforce": "headcount", "fte": "equivalent",
    "starter": "joiner", "joined": "joiner", "left": "leaver", "leaving": "leaver",
    "turnover": "leaver", "consultant": "contractor", "contingent": "contractor",
    "temporary": "contractor", "recruited": "hire", "recruit": "hire", "hired": "hire",
    "hiring": "hire", "applicant": "application", "applied": "application", "gender": "sex",
    "level": "grade", "ethnic": "ethnicity", "race": "ethnicity", "disabled": "disability",
    "older": "age", "young": "age", "withdrew": "withdrawn", "moved": "mover",
}  # fmt: skip
_TITLE, _WHOLE, _DIMENSION, _DEFINITION = 5, 2, 3, 1
_MOST_PROPOSED = 4


@dataclass(frozen=True)
class Offer:
    """A metric as a search sees it: dimensions are name and title, in declared order."""

    name: str
    title: str
    definition: str
    dimensions: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Proposal:
    """A metric that may answer a question, broken down by what the question names."""

    name: str
    dimensions: tuple[str, ...]
    score: int


def stems(words: str) -> list[str]:
    """Return the telling words of a text: without endings, each in the word metrics use for it."""
    found = re.findall(r"[a-z]+", words.lower().replace("-", " "))
    return [_stem(word) for word in found if word not in _UNASKED and len(word) > 1]


def _stem(word: str) -> str:
    if word in _SAME:
        return _SAME[word]
    if word.endswith("ies") and len(word) > 4:
        word = f"{word[:-3]}y"
    elif word.endswith("s") and not word.endswith("ss") and len(word) > 3:
        word = word[:-1]
    return _SAME.get(word, word)


def propose(words: str, offers: Iterable[Offer]) -> tuple[Proposal, ...]:
    """Return the metrics that a question may mean, the likeliest first.

    A word counts most in a title, more so if it is all of it, less as a dimension, least in a
    definition. A metric that no
    word of the question names in its title or definition is not proposed.
    """
    asked = set(stems(words))
    found = []
    for offer in offers:
        by = {name: set(stems(title)) for name, title in offer.dimensions}
        titled = set(stems(offer.title))
        title = len(asked & titled)
        told = len(asked & set(stems(offer.definition)))
        chosen = tuple(name for name, said in by.items() if asked & said)
        score = (
            _TITLE * title
            + _WHOLE * (titled <= asked)
            + _DIMENSION * len(chosen)
            + _DEFINITION * told
        )
        if title or told > 1:
            found.append(Proposal(offer.name, chosen[:MOST_ITEMS], score))
    return tuple(sorted(found, key=lambda one: (-one.score, one.name))[:_MOST_PROPOSED])


def alike(words: str, other: str) -> float:
    """Return how much of two texts is the same: 0 for nothing, 1 for the same telling words."""
    mine, theirs = set(stems(words)), set(stems(other))
    return len(mine & theirs) / len(mine | theirs) if mine and theirs else 0.0


@dataclass(frozen=True)
class Declared:
    """What stating a figure must know of its metric.

    Args:
        unit: what is counted, in the plural.
        scale: the stored whole number that means one unit.
        how: as ``kernel.metrics.Measure`` says it.
        protected: whether figures pass the disclosure rules.
        pay: whether it is money that people earn.
        dimensions: the names of what it may be broken down by.
    """

    unit: str
    scale: int
    how: str
    protected: bool
    pay: bool
    dimensions: tuple[str, ...]


def counts_people(metric: Declared) -> bool:
    """Tell whether a figure is itself the number of people behind it."""
    return metric.scale == 1 and metric.unit.split(" ")[0] == "people"


def why_not_statable(metric: Declared) -> str:
    """Return why employers cannot be asked to state a metric; empty if they can."""
    if not metric.protected:
        return "its figures are published by their owners"
    if "employer" not in metric.dimensions:
        return "it does not tell employers apart"
    if metric.pay:
        return "only a feed can tell the highest earners of each cell, which pay needs"
    if metric.how == "distinct":
        return "its cells do not add up to its total"
    return ""


def statable_dimensions(metric: Declared) -> tuple[str, ...]:
    """Return what an employer may break its own figures down by."""
    return tuple(name for name in metric.dimensions if not name.startswith(NAMES_EMPLOYERS))


@dataclass(frozen=True)
class Figure:
    """One figure as stated: ``value`` in the metric's scale, and the people behind it."""

    value: int
    people: int


def read_figure(metric: Declared, value: str, people: str = "", *, field: str = "") -> Figure:
    """Return a figure as an officer wrote it. An empty one is nobody.

    Raises:
        BadInput: if it is no number, not within bounds, or contradicts the people behind it.
    """
    most = MOST_PEOPLE * metric.scale
    amount = _number(value, metric.scale, most, field)
    behind = amount if counts_people(metric) else _number(people, 1, MOST_PEOPLE, field)
    if amount and not behind:
        raise _wrong(field, "States a figure but nobody behind it",
                     "Say how many different people the figure is made of")  # fmt: skip
    if metric.how == "count" and behind > amount:
        raise _wrong(field, f"States more people than {metric.unit}",
                     f"Check both: each person has at least one of the {metric.unit}")  # fmt: skip
    return Figure(amount, behind)


def _number(text: str, scale: int, most: int, field: str) -> int:
    plain = text.strip().replace(",", "").replace("\u00a0", "")
    if not plain:
        return 0
    try:
        amount = Decimal(plain) * scale
        # What is out of all bounds is not spelt out: 1e400000 would take seconds.
        far_out = amount.is_finite() and amount.adjusted() > len(str(most))
        whole = most + 1 if far_out else int(amount)
    except (InvalidOperation, ValueError, OverflowError):
        raise _wrong(field, "Is not a number", "Write digits alone, such as 1250") from None
    if amount != whole and not far_out:
        raise _wrong(field, "Is not a whole number", "Write it without decimals")
    if not 0 <= whole <= most:
        raise _wrong(field, "Is out of bounds",
                     f"Write a number from 0 to {most // scale:,}")  # fmt: skip
    return whole


def _wrong(field: str, what: str, fix: str) -> BadInput:
    return BadInput(what, where=Where(field=field or None), fix=fix)


def written_figure(value: int, scale: int) -> str:
    """Return a stored figure as an officer would write it."""
    whole, part = divmod(value, scale)
    text = str(part).zfill(len(str(scale)) - 1).rstrip("0") if part else ""
    return f"{whole}.{text}" if text else str(whole)


def check_totals(tables: Mapping[tuple[str, str], Sequence[Figure]]) -> None:
    """Refuse tables of one metric that come to different totals.

    Args:
        tables: figures by metric and what they are broken down by.

    Raises:
        BadInput: naming both tables; never their figures.
    """
    for metric, pairs in groupby(sorted(tables, key=lambda pair: pair[0]), key=lambda one: one[0]):
        totals = [(by, sum(figure.value for figure in tables[metric, by])) for _, by in pairs]
        for by, total in totals[1:]:
            if total != totals[0][1]:
                first = totals[0][0] or "no breakdown"
                raise BadInput(
                    f"The same figure has one total by {first} and another by"
                    f" {by or 'no breakdown'}",
                    where=Where(thing=metric),
                    fix="Correct the table that is wrong; both count the same",
                )


def saved_minutes(*, known: int, asked: int, minutes: int) -> int:
    """Return the minutes employers did not spend: those of whom nothing was asked.

    Args:
        known: employers whose figures the question needs; without Muster all would be asked.
        asked: employers that were asked.
        minutes: what one employer is taken to spend on one return.
    """
    return max(0, known - asked) * minutes


def written_hours(minutes: int) -> str:
    """Return hours as people read them: whole from ten on, else with one decimal."""
    hours = Decimal(minutes) / 60
    return f"{hours:,.0f}" if hours >= 10 else f"{hours:.1f}".removesuffix(".0")


BEFORE, AFTER = (7, 1), (1, 7)
"""Days before and after the deadline on which an employer that owes a return is reminded."""


def reminder_due(*, today: dt.date, deadline: dt.date, last: dt.date | None) -> str:
    """Return why an employer is to be reminded today; empty if it is not.

    A day on which nothing ran is caught up by the next. After the last reminder that is declared,
    one follows each week.

    Args:
        today: the day.
        deadline: by when it is asked; the deadline itself is in time.
        last: when it was last reminded, if ever.
    """
    days = [deadline - dt.timedelta(days=n) for n in BEFORE]
    days += [deadline + dt.timedelta(days=n) for n in AFTER]
    while days[-1] + dt.timedelta(days=7) <= today:
        days.append(days[-1] + dt.timedelta(days=7))
    due = [day for day in days if day <= today and (last is None or day > last)]
    if not due:
        return ""
    return "before the deadline" if today <= deadline else "after the deadline"


def name_of(title: str) -> str:
    """Return the name a metric gets from its title: words joined by underscores."""
    words = re.findall(r"[a-z0-9]+", title.lower())
    return "_".join(words)[:60].strip("_")


@dataclass(frozen=True)
class Wanted:
    """A metric that somebody asks for, in the words of whoever asks."""

    title: str
    counts: str
    grain: str
    dimensions: tuple[str, ...]
    lawful_basis: str
    owner: str


def declaration(wanted: Wanted) -> str:
    """Return an approved metric as engineers declare it in Python, protected.

    What whoever asked cannot know is left empty, and said above it: where the rows come from, the
    facts it is made of, and what each breakdown means.
    """
    dimensions = "".join(
        f'        Dimension({name_of(one)!r}, {one!r}, ""),\n' for one in wanted.dimensions
    )
    meaning = ", and what each dimension means" if wanted.dimensions else ""
    return (
        f"# Before it is live, state its source and its facts{meaning}.\n"
        "Metric(\n"
        f"    name={name_of(wanted.title)!r},\n"
        f"    title={wanted.title!r},\n"
        '    unit="people",\n'
        f"    definition={wanted.counts!r},\n"
        f"    grain={wanted.grain!r},\n"
        "    scale=1,\n"
        f"    dimensions=(\n{dimensions}    ),\n"
        '    profile="protected",\n'
        f"    lawful_basis={wanted.lawful_basis!r},\n"
        f"    owner={wanted.owner!r},\n"
        '    source="",\n'
        '    facts="",\n'
        ")\n"
    )

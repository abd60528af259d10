"""Whose figures stand for a date, and who must be asked: only employers whose figure is missing.

Names of employers leave here, never a figure.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from muster.gates.disclosure import tellable
from muster.gates.metrics import declared, metric_named, reader_of
from muster.kernel.metrics import Metric
from muster.services.returns.metrics import PREFIX, statable
from muster.services.returns.models import Ask, Item
from muster.services.returns.rules import Offer

Wanted = tuple[str, tuple[str, ...]]
"""A table: a metric, and what it is broken down by."""


@dataclass(frozen=True)
class Owed:
    """An employer and which of the tables asked for it has no figures in."""

    employer: uuid.UUID
    title: str
    missing: tuple[int, ...]


@dataclass(frozen=True)
class Standing:
    """Who would be asked for some tables at a date, and how many are left in peace."""

    owing: tuple[Owed, ...]
    stood: int


def offers() -> tuple[Offer, ...]:
    """Return the metrics that may answer a question, as a search sees them."""
    return tuple(
        Offer(one.name, one.title, one.definition, tuple((d.name, d.title) for d in one.dimensions))
        for one in declared().values()
        if not one.name.startswith(PREFIX)
    )


def statable_metrics() -> tuple[Metric, ...]:
    """Return the metrics that employers can be asked to state."""
    return tuple(one for one in declared().values() if not statable(one))


def owners() -> tuple[str, ...]:
    """Return who owns metrics, and so may own a new one; who owns most first."""
    found = [one.owner for one in declared().values()]
    return tuple(sorted(set(found), key=lambda one: (-found.count(one), one)))


def bases() -> tuple[str, ...]:
    """Return the lawful bases of protected metrics, the most used first."""
    found = [one.lawful_basis for one in declared().values() if one.profile == "protected"]
    return tuple(sorted(set(found), key=lambda one: (-found.count(one), one)))


def dates_of(metric: str) -> tuple[dt.date, ...]:
    """Return the dates for which a metric may be told, the latest first."""
    chosen = metric_named(metric)
    return tuple(reversed(tellable(chosen, reader_of(chosen).dates())))


def known_at(metric: str, as_at: dt.date) -> int:
    """Return how many employers' figures a metric is made of at a date, made or missing."""
    return reader_of(metric_named(metric)).returns(as_at).known


def look(tables: Sequence[Wanted], as_at: dt.date) -> Standing:
    """Return who has no figures for some tables at a date: by records, or by an earlier return.

    Known are the employers that ever made a return of a metric; whoever joins them later is asked
    from then on.
    """
    known: dict[uuid.UUID, str] = {}
    missing: dict[uuid.UUID, list[int]] = {}
    for place, (metric, dimensions) in enumerate(tables):
        reader = reader_of(metric_named(metric))
        every: dict[str, str] = reduce(
            lambda found, date: found | dict(reader.domain("employer", date)), reader.dates(), {}
        )
        there = {*reader.domain("employer", as_at), *_stated(metric, dimensions, as_at)}
        for code, title in every.items():
            employer = uuid.UUID(hex=code)
            known[employer] = title
            if code not in there:
                missing.setdefault(employer, []).append(place)
    owing = (Owed(one, known[one], tuple(places)) for one, places in missing.items())
    found = tuple(sorted(owing, key=lambda one: (one.title, one.employer)))
    return Standing(found, len(known) - len(found))


def recorded(metric: str, as_at: dt.date) -> set[uuid.UUID]:
    """Return the employers whose records tell of a metric at a date."""
    return {uuid.UUID(hex=one) for one in reader_of(metric_named(metric)).domain("employer", as_at)}


def _stated(metric: str, dimensions: tuple[str, ...], as_at: dt.date) -> set[str]:
    """Return the employers that signed such a table off in a released return."""
    found: set[str] = set()
    for item in Item.objects.filter(metric=metric, of__as_at=as_at, of__state="released"):
        if set(dimensions) <= set(item.dimensions.split(",")) | {""}:
            signed = Ask.objects.filter(of=item.of_id, state="signed")
            found |= {one.employer.hex for one in signed if item.pk in one.missing}
    return found

"""Which dates and employers a metric has: asked once for each position of the exchange log."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from muster.gates.disclosure import tellable
from muster.gates.metrics import reader_of
from muster.kernel.metrics import Metric
from muster.ledger.current import ledger
from muster.register.employers.queries import titles

# A date that is still being sent is among the latest few; the fullest of them is shown first.
_LOOKED_AT = 4
_KEPT = 256


@dataclass(frozen=True)
class Known:
    """What there is of a metric: the dates that may be told, and the one to show first.

    ``employers`` holds those of the first and of the latest date, title by code.
    """

    dates: tuple[dt.date, ...]
    first_shown: dt.date | None
    employers: Mapping[str, str]


def known_of(metric: Metric) -> Known:
    """Return what there is of a metric now."""
    head = ledger().store.read_head("exchange")
    # Nothing is kept of an empty log: what stands in the register then came from elsewhere.
    return _kept(_Asked(metric), head.root().hex()) if head.size else _found(metric)


def with_employers_at(known: Known, metric: Metric, dates: Collection[dt.date]) -> Known:
    """Return what is known with the employers that returned at some dates as well."""
    if metric.dimension("employer") is None:
        return known
    head = ledger().store.read_head("exchange")
    found = dict(known.employers)
    for date in dates:
        asked = _Asked(metric)
        found |= (
            _domain(asked, date, head.root().hex())
            if head.size
            else reader_of(metric).domain("employer", date)
        )
    return replace(known, employers=_by_title(found))


def named(codes: tuple[str, ...], known: Known) -> dict[str, str]:
    """Return the titles of employers by code; of those the register has, whether they returned."""
    found = {code: known.employers[code] for code in codes if code in known.employers}
    ids = [made for code in codes if code not in found and (made := _uuid(code)) is not None]
    return found | {one.hex: title for one, title in (titles(ids).items() if ids else ())}


@dataclass(frozen=True)
class _Asked:
    """A metric as the key of what is kept: metrics compare by all that they declare."""

    metric: Metric


@lru_cache(maxsize=_KEPT)
def _kept(asked: _Asked, _position: str) -> Known:
    return _found(asked.metric)


def _found(metric: Metric) -> Known:
    reader = reader_of(metric)
    dates = tellable(metric, sorted(set(reader.dates())))
    first = max(
        dates[-_LOOKED_AT:], key=lambda date: (reader.returns(date).returned, date), default=None
    )
    employers: dict[str, str] = {}
    if metric.dimension("employer") is not None:
        for date in dict.fromkeys((first, *dates[-1:])):
            employers |= reader.domain("employer", date) if date else {}
    return Known(dates, first, _by_title(employers))


@lru_cache(maxsize=_KEPT)
def _domain(asked: _Asked, date: dt.date, _position: str) -> Mapping[str, str]:
    return reader_of(asked.metric).domain("employer", date)


def _by_title(employers: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(employers.items(), key=lambda item: item[1]))


def _uuid(code: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(hex=code)
    except ValueError:
        return None

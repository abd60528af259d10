"""Questions about shared services. Only statements that stand now count.

Of two files that tell of the same quarter, or the same year of a case, the later one counts.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, QuerySet

from muster.kernel.metrics import Returns
from muster.register.shared_services.models import CaseYear, ServiceReturn

_M = TypeVar("_M", bound=Model)


@dataclass(frozen=True)
class Service:
    """What a provider did in one line of service in a quarter; see the contract for units."""

    provider: str
    service: str
    transactions: int
    cost: int
    on_time: int | None
    satisfaction: int | None
    answers: int | None


@dataclass(frozen=True)
class Case:
    """One year of a provider's business case, in pence."""

    provider: str
    baseline: int
    planned_investment: int
    investment: int | None
    promised_saving: int
    saving: int | None


def services_in(quarter: dt.date) -> tuple[Service, ...]:
    """Return every line of service told of a quarter, once."""
    found: dict[tuple[str, str], Service] = {}
    for row in _ordered(ServiceReturn, quarter=quarter):
        found[row.provider, row.service] = Service(
            **{name: getattr(row, name) for name in Service.__dataclass_fields__}
        )
    return tuple(found[key] for key in sorted(found))


def cases_in(year: dt.date) -> tuple[Case, ...]:
    """Return every provider's case for a year, once."""
    found: dict[str, Case] = {}
    for row in _ordered(CaseYear, year=year):
        found[row.provider] = Case(
            **{name: getattr(row, name) for name in Case.__dataclass_fields__}
        )
    return tuple(found[key] for key in sorted(found))


def quarters() -> tuple[dt.date, ...]:
    """Return the quarters that anything is told of, in order."""
    return _days(ServiceReturn, "quarter")


def years() -> tuple[dt.date, ...]:
    """Return the years that any case has, in order; some may be to come."""
    return _days(CaseYear, "year")


def returns_of_quarter(quarter: dt.date) -> Returns:
    """Return how many providers told of a quarter, of those that ever did."""
    return _returns(ServiceReturn, quarter=quarter)


def returns_of_year(year: dt.date) -> Returns:
    """Return how many providers' cases have a year, of those that have a case."""
    return _returns(CaseYear, year=year)


def _standing(model: type[_M], **when: dt.date) -> QuerySet[_M]:
    return model._default_manager.filter(statement__recorded_to__isnull=True, **when)


def _ordered(model: type[_M], **when: dt.date) -> QuerySet[_M]:
    """Return rows so that what counts comes last."""
    rows = _standing(model, **when).select_related("statement")
    return rows.order_by("statement__as_at", "statement_id", "row")


def _days(model: type[Model], column: str) -> tuple[dt.date, ...]:
    return tuple(_standing(model).order_by(column).values_list(column, flat=True).distinct())


def _returns(model: type[Model], **when: dt.date) -> Returns:
    known = set(_standing(model).values_list("provider", flat=True))
    here = _standing(model, **when).values_list("statement__landing", "provider")
    sent: set[tuple[uuid.UUID, str]] = set(here)
    told = {provider for _landing, provider in sent}
    feeds = tuple(sorted(sent, key=lambda feed: (feed[1], feed[0])))
    return Returns(len(told), len(known), tuple(sorted(known - told)), feeds)

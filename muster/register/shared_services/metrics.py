"""The figures shared services offer: how much, at what cost, how timely, and what was saved.

Nothing in them is about a person, and providers publish them: they are told exactly. Shares and
unit costs are worked out anew for every cell, never averaged over averages.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction

from muster.kernel.metrics import Dimension, Metric, RawCell, Returns
from muster.register.shared_services import queries
from muster.register.shared_services.published import (
    AMOUNTS,
    AUDITS,
    PROGRAMMES,
    PUBLISHED,
    Programme,
)
from muster.register.shared_services.queries import Service
from muster.register.shared_services.rules import SERVICES

PROVIDER = Dimension("provider", "Provider", "Who provides the shared services, as it is named.")
SERVICE = Dimension("service", "Service line", "Payroll, HR administration, finance, procurement.")
FIGURE = Dimension("figure", "Figure", "A programme, and what is stated of it.")
FEWEST_ANSWERS = 8
"""Satisfaction is told from so many answers on."""
_PENCE, _TENTHS, _BILLION = 100, 10, 1_000_000_000


class Services:
    """Answers for one figure of quarterly returns."""

    @staticmethod
    def figure(rows: Sequence[Service]) -> Fraction | None:
        """Return the figure of some rows in the metric's scale; None where it cannot be told."""
        raise NotImplementedError

    def cells(self, dimensions: Sequence[str], as_at: dt.date) -> Sequence[RawCell]:
        """Return one cell for each combination of which the figure can be told."""
        rows: dict[tuple[str, ...], list[Service]] = {}
        for row in queries.services_in(as_at):
            rows.setdefault(tuple(getattr(row, name) for name in dimensions), []).append(row)
        told = {key: self.figure(found) for key, found in rows.items()}
        return [RawCell(key, round(value), 0) for key, value in told.items() if value is not None]

    def domain(self, dimension: str, as_at: dt.date) -> Mapping[str, str]:
        """Return the providers of a quarter, or the lines of service."""
        if dimension == SERVICE.name:
            return SERVICES
        found = queries.services_in(as_at) if dimension == PROVIDER.name else ()
        return {row.provider: row.provider for row in found}

    def dates(self) -> Sequence[dt.date]:
        """Return the quarters told of."""
        return queries.quarters()

    def returns(self, as_at: dt.date) -> Returns:
        """Return which providers told of a quarter."""
        return queries.returns_of_quarter(as_at)


class Cases:
    """Answers for one amount of business cases."""

    amount: str

    def cells(self, dimensions: Sequence[str], as_at: dt.date) -> Sequence[RawCell]:
        """Return the sum of an amount over those that state it."""
        sums: dict[tuple[str, ...], int] = {}
        for row in queries.cases_in(as_at):
            value = getattr(row, self.amount)
            key = tuple(getattr(row, name) for name in dimensions)
            if value is not None:
                sums[key] = sums.get(key, 0) + value
        return [RawCell(key, value, 0) for key, value in sums.items()]

    def domain(self, dimension: str, as_at: dt.date) -> Mapping[str, str]:
        """Return the providers whose case has the year."""
        found = queries.cases_in(as_at) if dimension == PROVIDER.name else ()
        return {row.provider: row.provider for row in found}

    def dates(self) -> Sequence[dt.date]:
        """Return the years of cases."""
        return queries.years()

    def returns(self, as_at: dt.date) -> Returns:
        """Return which providers' cases have the year."""
        return queries.returns_of_year(as_at)


class Transactions(Services):
    """How many transactions."""

    @staticmethod
    def figure(rows: Sequence[Service]) -> Fraction | None:
        return Fraction(sum(row.transactions for row in rows))


class Cost(Services):
    """Cost in pence."""

    @staticmethod
    def figure(rows: Sequence[Service]) -> Fraction | None:
        return Fraction(sum(row.cost for row in rows))


class UnitCost(Services):
    """Cost of a transaction in pence."""

    @staticmethod
    def figure(rows: Sequence[Service]) -> Fraction | None:
        count = sum(row.transactions for row in rows)
        return Fraction(sum(row.cost for row in rows), count) if count else None


class OnTime(Services):
    """Tenths of per cent of transactions that were done within time."""

    @staticmethod
    def figure(rows: Sequence[Service]) -> Fraction | None:
        return _share([(row.on_time, row.transactions) for row in rows])


class Satisfaction(Services):
    """Tenths of per cent of answers that are satisfied."""

    @staticmethod
    def figure(rows: Sequence[Service]) -> Fraction | None:
        told = [(row.satisfaction, row.answers or 0) for row in rows]
        answers = sum(weight for share, weight in told if share is not None)
        return _share(told) if answers >= FEWEST_ANSWERS else None


class Baseline(Cases):
    """Running cost of a year before sharing."""

    amount = "baseline"


class PlannedInvestment(Cases):
    """What was to be invested in the year."""

    amount = "planned_investment"


class Investment(Cases):
    """What was invested in the year."""

    amount = "investment"


class PromisedSaving(Cases):
    """What was to be saved in the year."""

    amount = "promised_saving"


class Saving(Cases):
    """What was saved in the year."""

    amount = "saving"


class Audits:
    """Answers for what auditors published, on the days on which they did."""

    def cells(self, dimensions: Sequence[str], as_at: dt.date) -> Sequence[RawCell]:
        """Return each amount; there is no total of costs and savings of different programmes."""
        if tuple(dimensions) != (FIGURE.name,):
            return []
        return [
            RawCell((f"{one.code}:{name}",), int(value * _TENTHS), 0)
            for one in _programmes(as_at)
            for name, value in one.amounts().items()
        ]

    def domain(self, dimension: str, as_at: dt.date) -> Mapping[str, str]:
        """Return every amount that is stated."""
        if dimension != FIGURE.name:
            return {}
        return {
            f"{one.code}:{name}": f"{one.title}: {AMOUNTS[name]}"
            for one in _programmes(as_at)
            for name in one.amounts()
        }

    def dates(self) -> Sequence[dt.date]:
        """Return the days of publication."""
        return tuple(sorted(PUBLISHED.values()))

    def returns(self, as_at: dt.date) -> Returns:
        """Return that the audit of a day is there."""
        return Returns(int(as_at in PUBLISHED.values()), 1, ())


def _programmes(as_at: dt.date) -> list[Programme]:
    return [one for one in PROGRAMMES if PUBLISHED[one.audit] == as_at]


def _share(told: Sequence[tuple[int | None, int]]) -> Fraction | None:
    """Return tenths of per cent of shares, each weighing as much as what it is a share of."""
    stated = [(share, weight) for share, weight in told if share is not None]
    whole = sum(weight for _share, weight in stated)
    if not whole:
        return None
    return Fraction(sum(share * weight for share, weight in stated), whole) * 1000 / _BILLION


_OWNED = {
    "profile": "already public",
    "lawful_basis": "Public task: running shared services; no personal data.",
    "owner": "Shared services lead",
    "source": "Returns and business cases that providers of shared services send and publish",
}
_ROOM = "muster.register.shared_services.metrics"


def _of_returns(name: str, title: str, unit: str, scale: int, said: str, reader: str) -> Metric:
    return Metric(
        name=f"shared_service_{name}",
        title=title,
        unit=unit,
        definition=f"{said} Of the quarter that ends on the date, as providers state it; a later"
        " return of the same quarter counts instead of an earlier one.",
        grain="one line of service of a provider in a quarter",
        scale=scale,
        dimensions=(PROVIDER, SERVICE),
        reader=f"{_ROOM}.{reader}",
        **_OWNED,  # type: ignore[arg-type]
    )


def _of_cases(name: str, title: str, said: str, reader: str) -> Metric:
    return Metric(
        name=f"shared_service_{name}",
        title=title,
        unit="pounds",
        definition=f"{said} Of the year that ends on the date, as the business case states it.",
        grain="one year of a provider's business case",
        scale=_PENCE,
        dimensions=(PROVIDER,),
        reader=f"{_ROOM}.{reader}",
        **_OWNED,  # type: ignore[arg-type]
    )


METRICS = (
    _of_returns(
        "transactions", "Shared service transactions", "transactions", 1,
        "Payslips, invoices, orders and cases that were dealt with.", "Transactions",
    ),
    _of_returns(
        "cost", "Cost of shared services", "pounds", _PENCE,
        "What the services cost their provider.", "Cost",
    ),
    _of_returns(
        "unit_cost", "Cost of a shared service transaction", "pounds", _PENCE,
        "Cost divided by transactions, to the nearest penny.", "UnitCost",
    ),
    _of_returns(
        "on_time", "Shared service transactions within time", "per cent", _TENTHS,
        "Share of transactions that were done within the time agreed, of those providers that"
        " state it.", "OnTime",
    ),
    _of_returns(
        "satisfaction", "Satisfaction with shared services", "per cent", _TENTHS,
        f"Share of answers that are satisfied, told from {FEWEST_ANSWERS} answers on.",
        "Satisfaction",
    ),
    _of_cases(
        "baseline", "Running cost before sharing",
        "What running the services cost in a year before they were shared.", "Baseline",
    ),
    _of_cases(
        "planned_investment", "Planned investment in shared services",
        "What was to be invested in sharing them.", "PlannedInvestment",
    ),
    _of_cases(
        "investment", "Investment in shared services",
        "What was invested in sharing them. Absent of years to come.", "Investment",
    ),
    _of_cases(
        "promised_saving", "Promised saving by shared services",
        "What was to be saved in running cost.", "PromisedSaving",
    ),
    _of_cases(
        "saving", "Saving by shared services",
        "What was saved in running cost. Absent of years to come.", "Saving",
    ),
    Metric(
        name="shared_service_audits",
        title="Shared services as audited",
        unit="million pounds",
        definition="What the National Audit Office published of earlier programmes to share"
        " services, exactly as stated.",
        grain="one published figure",
        scale=_TENTHS,
        dimensions=(FIGURE,),
        reader=f"{_ROOM}.Audits",
        **{  # type: ignore[arg-type]
            **_OWNED,
            "source": "; ".join(title for title, _address in AUDITS.values())
            + ". Open Government Licence v3.0.",
        },
    ),
)  # fmt: skip

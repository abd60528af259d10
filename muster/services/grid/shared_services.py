"""What shared services did and whether they pay, from released tables alone.

A question is a quarter and perhaps one provider. Its answer has a line for each provider, or for
each line of service of the one that is asked about; the business case of each provider, judged by
the two bars of ``register.shared_services.rules``; and what auditors published of earlier
programmes, judged by the same bars.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from muster.gates.metrics import metric_named, reader_of
from muster.gates.release import ReleasedTable, release
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.register.shared_services.published import PROGRAMMES, PUBLISHED, Programme, outcome
from muster.register.shared_services.rules import Outcome, Year, cumulative, judge
from muster.services.grid.explore import AUDIENCE

FIGURES = ("transactions", "cost", "unit_cost", "on_time", "satisfaction")
AMOUNTS = ("planned_investment", "investment", "promised_saving", "saving")
MOST_PROVIDERS = 6
"""So many lines can be told apart in a drawing."""


@dataclass(frozen=True)
class ServiceLine:
    """One provider or line of service in a quarter; ``figures`` by name, as they are shown."""

    code: str
    label: str
    figures: Mapping[str, Decimal]


@dataclass(frozen=True)
class CaseYear:
    """One year of a case in pounds, with savings less investment added up so far."""

    ends: dt.date
    amounts: Mapping[str, Decimal]
    net: Decimal


@dataclass(frozen=True)
class ProviderCase:
    """A provider's business case so far.

    ``outcome`` is None where a year states no investment or no saving: then nothing is judged.
    """

    provider: str
    baseline: Decimal
    years: tuple[CaseYear, ...]
    outcome: Outcome | None


@dataclass(frozen=True)
class Audited:
    """A published programme with its amounts as released, and how it stands by them."""

    programme: Programme
    amounts: Mapping[str, Decimal]
    outcome: Outcome


@dataclass(frozen=True)
class SharedServices:
    """The answer. ``quarter`` is None while no provider has told of any.

    ``unit_costs`` are by quarter and provider; ``tables`` the released tables of all figures.
    """

    quarter: dt.date | None
    quarters: tuple[dt.date, ...]
    provider: str
    providers: tuple[str, ...]
    lines: tuple[ServiceLine, ...]
    unit_costs: Mapping[dt.date, Mapping[str, Decimal]]
    cases: tuple[ProviderCase, ...]
    audited: tuple[Audited, ...]
    tables: tuple[ReleasedTable, ...]
    case_tables: tuple[ReleasedTable, ...]
    audit_tables: tuple[ReleasedTable, ...]


@dataclass(frozen=True)
class _Asker:
    """Who asks, what for and when; and every table that was released for the answer."""

    purpose: str
    by: str
    clock: Clock
    tables: list[ReleasedTable]

    def table(self, name: str, by: tuple[str, ...], as_at: dt.date) -> ReleasedTable:
        found = release(
            f"shared_service_{name}", by, as_at,
            audience=AUDIENCE, purpose=self.purpose, by=self.by, clock=self.clock,
        )  # fmt: skip
        self.tables.append(found)
        return found

    def taken(self) -> tuple[ReleasedTable, ...]:
        """Return the tables since this was last asked."""
        found = tuple(self.tables)
        self.tables.clear()
        return found


def shared_services(
    quarter: str, provider: str, *, purpose: str, by: str, clock: Clock
) -> SharedServices:
    """Return what shared services did in a quarter, and whether they pay.

    Args:
        quarter: its end, as an ISO date; one that nothing is told of means the latest.
        provider: its name; one that told nothing of the quarter means all.
        purpose: what for.
        by: who asks.
        clock: stamps releases, and says which years are over.
    """
    asker = _Asker(purpose, by, clock, [])
    reader = reader_of(metric_named("shared_service_transactions"))
    quarters = tuple(reader.dates())
    asked = next((day for day in quarters if day.isoformat() == quarter), None)
    day = asked or max(quarters, default=None)
    providers = tuple(reader.domain("provider", day)) if day else ()
    chosen = provider if provider in providers else ""
    lines = _lines(asker, day, chosen) if day else ()
    costs = {one: _by_provider(asker, "unit_cost", one) for one in quarters}
    tables = asker.taken()
    cases = _cases(asker, legal_day(clock.now()), chosen)
    case_tables = asker.taken()
    audited = _audited(asker)
    return SharedServices(
        quarter=day,
        quarters=quarters,
        provider=chosen,
        providers=providers,
        lines=lines,
        unit_costs=costs,
        cases=cases,
        audited=audited,
        tables=tables,
        case_tables=case_tables,
        audit_tables=asker.taken(),
    )


def _lines(asker: _Asker, day: dt.date, provider: str) -> tuple[ServiceLine, ...]:
    by = ("provider", "service") if provider else ("provider",)
    found: dict[str, tuple[str, dict[str, Decimal]]] = {}
    for name in FIGURES:
        for cell in asker.table(name, by, day).cells:
            if cell.key[0] == (provider or cell.key[0]) and cell.value is not None:
                line = found.setdefault(cell.key[-1], (cell.labels[-1], {}))
                line[1][name] = cell.value
    return tuple(ServiceLine(code, label, figures) for code, (label, figures) in found.items())


def _by_provider(asker: _Asker, name: str, day: dt.date) -> dict[str, Decimal]:
    cells = asker.table(name, ("provider",), day).cells
    return {cell.key[0]: cell.value for cell in cells if cell.value is not None}


def _cases(asker: _Asker, today: dt.date, provider: str) -> tuple[ProviderCase, ...]:
    """Return each provider's case up to the last year that is over."""
    years = reader_of(metric_named("shared_service_baseline")).dates()
    over = [year for year in years if year <= today]
    told = {
        year: {name: _by_provider(asker, name, year) for name in ("baseline", *AMOUNTS)}
        for year in over
    }
    named = sorted({one for year in over for one in told[year]["baseline"]})
    return tuple(_case(one, told) for one in named if one == (provider or one))


def _case(
    provider: str, told: Mapping[dt.date, Mapping[str, Mapping[str, Decimal]]]
) -> ProviderCase:
    mine = {
        year: {name: amounts[provider] for name, amounts in told[year].items()
               if provider in amounts}
        for year in sorted(told)
        if provider in told[year]["baseline"]
    }  # fmt: skip
    nothing = Decimal(0)
    spent = [Year(one.get("investment", nothing), one.get("saving", nothing))
             for one in mine.values()]  # fmt: skip
    years = tuple(
        CaseYear(ends, amounts, net)
        for (ends, amounts), net in zip(mine.items(), cumulative(spent), strict=True)
    )
    baseline = years[-1].amounts["baseline"]
    return ProviderCase(
        provider, baseline, years, judge(spent, baseline) if _whole(years) else None
    )


def _whole(years: Sequence[CaseYear]) -> bool:
    """Tell whether years follow each other and each states what was invested and saved."""
    stated = all({"investment", "saving"} <= one.amounts.keys() for one in years)
    numbers = [one.ends.year for one in years]
    return stated and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _audited(asker: _Asker) -> tuple[Audited, ...]:
    stated: dict[str, dict[str, Decimal]] = {}
    for day in sorted(PUBLISHED.values()):
        for cell in asker.table("audits", ("figure",), day).cells:
            code, _colon, amount = cell.key[0].partition(":")
            if cell.value is not None:
                stated.setdefault(code, {})[amount] = cell.value
    return tuple(
        Audited(one, stated[one.code], outcome(stated[one.code], one.years)) for one in PROGRAMMES
    )

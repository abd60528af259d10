"""The figures that returns bring: for each metric that employers can state, what they stated of it.

They stand beside the metric from records, and are never added into it: each passes the gate by
itself, so that the two together tell no more than each does. An employer whose feed has come since
is left out: records speak before statements. Only what was signed off in a released return counts.
"""

import datetime as dt
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from typing import Any

from django.apps import apps

from muster.gates.metrics import metric_named, reader_of
from muster.kernel.metrics import Measure, Metric, RawCell, Returns
from muster.services.returns.models import Ask, Item, StatedCell
from muster.services.returns.rules import Declared, statable_dimensions, why_not_statable

PREFIX = "stated_"
_REGISTER = "muster.register."
"""What employers send is kept there; what services count happened in Muster itself."""


def declared_as(metric: Metric) -> Declared:
    """Return what stating a figure must know of its metric."""
    return Declared(
        unit=metric.unit,
        scale=metric.scale,
        how=metric.measure.how,
        protected=metric.profile == "protected",
        pay=bool(metric.pay),
        dimensions=tuple(one.name for one in metric.dimensions),
    )


def statable(metric: Metric) -> str:
    """Return why a metric cannot be asked of employers; empty if it can."""
    if not metric.facts.startswith(_REGISTER):
        return "it is not made of facts that employers send"
    return why_not_statable(declared_as(metric))


def stated_name(metric: str) -> str:
    """Return the name of the metric that tells what employers stated of another."""
    return f"{PREFIX}{metric}"


class StatedFigures:
    """Answers for one metric; each has a reader of its own."""

    metric: str

    def cells(self, dimensions: Sequence[str], as_at: dt.date) -> Sequence[RawCell]:
        """Return the sums of what employers stated, over the tables that tell of the breakdown."""
        sums: dict[tuple[str, ...], tuple[int, int]] = {}
        for ask, item in self._speaking(dimensions, as_at):
            names = _parts(item.dimensions)
            cells = StatedCell.objects.filter(ask=ask, item=item)
            for key, value, people in cells.values_list("key", "value", "people"):
                codes = {"employer": ask.employer.hex, **dict(zip(names, json.loads(key)))}  # noqa: B905
                place = tuple(codes[name] for name in dimensions)
                before = sums.get(place, (0, 0))
                sums[place] = before[0] + value, before[1] + people
        return [RawCell(key, value, people) for key, (value, people) in sums.items()]

    def domain(self, dimension: str, as_at: dt.date) -> Mapping[str, str]:
        """Return every code of a dimension; of employers, those that stated anything."""
        if dimension != "employer":
            return self._codes(dimension, as_at)
        stated = {ask.employer.hex: ask.title for ask, _ in self._speaking((), as_at)}
        return dict(sorted(stated.items(), key=lambda one: one[1]))

    def dates(self) -> Sequence[dt.date]:
        """Return the dates of released returns that asked for the metric."""
        asked = Item.objects.filter(metric=self.metric, of__state="released")
        return tuple(asked.order_by("of__as_at").values_list("of__as_at", flat=True).distinct())

    def returns(self, as_at: dt.date) -> Returns:
        """Return how many of those asked signed figures off, and who did not."""
        signed = {ask.employer for ask, _ in self._speaking((), as_at)}
        items = Item.objects.filter(metric=self.metric, of__state="released", of__as_at=as_at)
        numbers = set(items.values_list("id", flat=True))
        asked = {
            ask.employer: ask.title
            for ask in Ask.objects.filter(of__items__in=items).exclude(state="fed").distinct()
            if numbers & set(ask.missing)
        }
        without = sorted(title for one, title in asked.items() if one not in signed)
        return Returns(len(signed), len(signed | set(asked)), tuple(without))

    def _codes(self, dimension: str, as_at: dt.date) -> Mapping[str, str]:
        """Return the codes of a dimension, and those that employers were asked for once.

        Employers state every cell, so these tell nothing of who is in one; without them a figure
        whose code is gone since would be left out without a word.
        """
        known = dict(reader_of(metric_named(self.metric)).domain(dimension, as_at))
        for item in Item.objects.filter(metric=self.metric, of__state="released", of__as_at=as_at):
            names = _parts(item.dimensions)
            if dimension in names:
                keys = item.cells.values_list("key", flat=True).distinct()
                codes = {json.loads(key)[names.index(dimension)] for key in keys}
                known |= {code: code for code in sorted(codes) if code not in known}
        return known

    def _speaking(self, dimensions: Sequence[str], as_at: dt.date) -> Iterator[tuple[Ask, Item]]:
        """Yield for each employer the statement that tells of a breakdown, the latest first.

        Of several tables of a statement the one with the fewest dimensions speaks.
        """
        wanted = set(dimensions) - {"employer"}
        recorded = reader_of(metric_named(self.metric)).domain("employer", as_at)
        items = [
            one
            for one in Item.objects.filter(
                metric=self.metric, of__state="released", of__as_at=as_at
            ).order_by("-of", "id")
            if wanted <= set(_parts(one.dimensions))
        ]
        items.sort(key=lambda one: (-one.of_id, len(_parts(one.dimensions))))
        told: set[uuid.UUID] = set()
        for item in items:
            asks = Ask.objects.filter(of=item.of, state="signed").order_by("title", "id")
            for ask in asks:
                new = ask.employer not in told and ask.employer.hex not in recorded
                if new and item.pk in ask.missing:
                    told.add(ask.employer)
                    yield ask, item


def _parts(dimensions: str) -> tuple[str, ...]:
    return tuple(part for part in dimensions.split(",") if part)


def _twin(metric: Metric) -> Metric:
    names = ("employer", *statable_dimensions(declared_as(metric)))
    return replace(
        metric,
        name=stated_name(metric.name),
        title=f"{metric.title}, as stated in returns",
        definition=f"What employers without records of the date stated, where somebody asked them"
        f" for it and a second person there signed it off. Each stated: {metric.definition}",
        dimensions=tuple(one for one in metric.dimensions if one.name in names),
        source="Statements of employers in returns",
        facts="",
        reader=f"{__name__}.Stated{metric.name.title().replace('_', '')}",
        measure=Measure(how=metric.measure.how),
    )


def _statable() -> Iterator[Metric]:
    """Yield the metrics of the register that employers can state."""
    for config in apps.get_app_configs():
        module = getattr(config, "metrics_module", "")
        if module.startswith(_REGISTER):
            yield from (one for one in import_module(module).METRICS if not statable(one))


def __getattr__(name: str) -> Any:
    """Return the declared metrics, or the reader of one, as they are looked for by name."""
    if name == "METRICS":
        return tuple(map(_twin, _statable()))
    for metric in _statable() if name.startswith("Stated") else ():
        if _twin(metric).reader == f"{__name__}.{name}":
            return type(name, (StatedFigures,), {"metric": metric.name})
    raise AttributeError(f"{__name__} has no {name}")

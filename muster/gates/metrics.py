"""The metrics there are: collected from the rooms below that declare them."""

from functools import cache
from importlib import import_module
from typing import cast

from django.apps import apps
from django.utils.module_loading import import_string

from muster.gates.facts.reading import FactsReader
from muster.gates.rows import EVERYBODY, rules_for
from muster.kernel.errors import NotFound, Where
from muster.kernel.metrics import Metric, Reader


@cache
def declared() -> dict[str, Metric]:
    """Return every declared metric by name.

    A room declares by naming its module in its ``apps.py``: ``metrics = "room.metrics"``.
    """
    found: dict[str, Metric] = {}
    for config in apps.get_app_configs():
        module = getattr(config, "metrics_module", None)
        if module is not None:
            for metric in import_module(module).METRICS:
                found[metric.name] = metric
    return found


def metric_named(name: str) -> Metric:
    """Return one metric; ``NotFound`` if it is not declared."""
    if name not in declared():
        raise NotFound(
            "No such metric",
            where=Where(thing=name),
            fix=f"Choose among {', '.join(sorted(declared()))}",
        )
    return declared()[name]


def reader_of(metric: Metric, audience: str = EVERYBODY) -> Reader:
    """Return the reader a metric names, or one over the facts it names, for an audience.

    Raises:
        NotPermitted: if the audience has no rows of its own in the metric.
    """
    rules = rules_for(audience, metric)
    if metric.facts:
        return FactsReader(metric, rules)
    return cast("Reader", import_string(metric.reader)())

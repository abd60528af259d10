"""How the routes and systems are doing, as text in the OpenMetrics format 1.0.

For whoever watches a hub with tools of their own. Gauges tell how things stand now, counters what
ever happened; a rate is what a counter gained over time. No value is about a person.
"""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from django.db.models import Count, Q

from muster.hub.delivering.queries import RouteView, handed_over, routes
from muster.hub.models import Message
from muster.kernel.clock import Clock

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
Sample = tuple[dict[str, str], float]


class Family(NamedTuple):
    """One metric: its name without the ending of counters, and its samples."""

    name: str
    kind: Literal["gauge", "counter"]
    says: str
    samples: Sequence[Sample]
    unit: str = ""


def openmetrics(clock: Clock) -> str:
    """Return all figures, as OpenMetrics text."""
    return written([*_of_routes(clock), *_of_systems()])


def written(families: Iterable[Family]) -> str:
    """Return metric families as OpenMetrics text."""
    lines: list[str] = []
    for family in families:
        lines.append(f"# TYPE {family.name} {family.kind}")
        if family.unit:
            lines.append(f"# UNIT {family.name} {family.unit}")
        lines.append(f"# HELP {family.name} {_escaped(family.says)}")
        ending = "_total" if family.kind == "counter" else ""
        lines += [f"{family.name}{ending}{_labels(labels)} {value:g}" if value != int(value)
                  else f"{family.name}{ending}{_labels(labels)} {int(value)}"
                  for labels, value in family.samples]  # fmt: skip
    return "\n".join([*lines, "# EOF"]) + "\n"


def _of_routes(clock: Clock) -> list[Family]:
    found, now = routes(clock=clock), clock.now()
    handed = handed_over()

    def each(name: str, says: str, value: "dict[str, float]", unit: str = "") -> Family:
        samples = [(_route(one), value[one.code]) for one in found if one.code in value]
        return Family(f"muster_route_{name}", "gauge", says, samples, unit)

    def total(name: str, says: str, place: int) -> Family:
        samples = [(_route(one), float(handed.get(one.code, (0, 0))[place])) for one in found]
        return Family(f"muster_route_{name}", "counter", says, samples)

    return [
        each("behind_messages", "Messages that wait for their turn, counted up to 100,000.",
             {one.code: one.behind for one in found}),
        each("oldest_waiting_seconds", "How long the oldest of them has waited; 0 if none waits.",
             {one.code: (now - one.oldest).total_seconds() if one.oldest else 0
              for one in found}, "seconds"),
        each("parked_messages", "Messages that wait for a person.",
             {one.code: one.parked for one in found}),
        each("parked_subjects", "Subjects of which messages wait for a person.",
             {one.code: one.subjects for one in found}),
        each("retrying_messages", "Messages that are handed over again by themselves.",
             {one.code: one.retrying for one in found}),
        each("blocked", "1 if the route cannot move.",
             {one.code: float(one.state == "blocked") for one in found}),
        each("paused", "1 if a person stopped the route.",
             {one.code: float(one.state in ("paused", "off")) for one in found}),
        total("delivered_messages", "Messages that were handed over.", 0),
        total("shipments", "Shipments that were taken.", 1),
    ]  # fmt: skip


def _of_systems() -> list[Family]:
    counted = Message.objects.values("system__code").annotate(
        accepted=Count("position", filter=Q(refused="")),
        refused=Count("position", filter=~Q(refused="")),
    )
    samples: list[Sample] = []
    for one in counted.order_by("system__code"):
        for outcome in ("accepted", "refused"):
            labels = {"system": one["system__code"], "outcome": outcome}
            samples.append((labels, float(one[outcome])))
    says = "Messages that a system sent and that were kept; refused ones go nowhere."
    return [Family("muster_system_messages", "counter", says, samples)]


def _route(one: RouteView) -> dict[str, str]:
    return {"route": one.code, "sender": one.sender, "receiver": one.receiver}


def _labels(labels: dict[str, str]) -> str:
    if not labels:
        return ""
    said = (f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return "{" + ",".join(said) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')

"""A figure of a brief as its page draws it: large, beside its target and what became of it."""

from dataclasses import dataclass

from django.urls import reverse
from markupsafe import Markup

from muster.pagekit.jinja import day
from muster.services.dashboards.pages.gauge import gauge
from muster.services.dashboards.targets import ReadFigure
from muster.services.dashboards.wording import (
    Tagged,
    change_words,
    completeness,
    status_tag,
    target_words,
)


@dataclass(frozen=True)
class Card:
    """One figure: what it is, what it comes to, its target, its change, and its release."""

    heading: str
    said: str
    shown: str
    unit: str
    status: Tagged | None
    target: str
    gauge: Markup | None
    stated_by: str
    change: str
    complete: str
    cite: str
    refused: str
    protected: bool


def card(figure: ReadFigure) -> Card:
    """Return how a figure is drawn."""
    wanted = figure.wanted
    heading = wanted.heading or figure.title
    said = [figure.title] if heading != figure.title else []
    said += [figure.part] if figure.part else []
    when = day(figure.as_at)
    complete = completeness(figure.returned, figure.known, when) if figure.as_at else ""
    return Card(
        heading, ", ".join(said), figure.shown, figure.unit,
        status_tag(figure.status) if figure.status else None,
        target_words(wanted.target) if wanted.target else "",
        gauge(figure.seen, wanted.target, name=wanted.id.hex) if wanted.target else None,
        wanted.stated_by,
        change_words(figure), complete,
        reverse("grid:release", args=[figure.release]) if figure.release else "",
        figure.refused, figure.protected,
    )  # fmt: skip

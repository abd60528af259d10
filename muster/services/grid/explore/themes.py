"""The declared metrics by theme, and those that words find."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from muster.kernel.metrics import Metric

# In the order of the page.
_THEMES = {
    "workforce": _("Workforce"),
    "recruitment": _("Recruitment"),
    "places": _("Places"),
    "attendance": _("Attendance"),
    "transfers": _("Transfers between employers"),
    "shared services": _("Shared services"),
    "official": _("Official statistics"),
    "returns": _("Stated in returns"),
    "": _("Other figures"),
}
# Which rooms stand under which theme.
_ROOMS = {
    "people": "workforce",
    "posts": "workforce",
    "recruitment": "recruitment",
    "places": "places",
    "attendance": "attendance",
    "transfers": "transfers",
    "shared_services": "shared services",
    "statistics": "official",
    "returns": "returns",
}
# A metric that is told first of all by where somebody works is about places, whoever counts it.
_WHERE = ("region", "town")


def by_theme(metrics: Iterable[Metric]) -> dict[str, list[Metric]]:
    """Return metrics under the titles of their themes, themes in the order of the page."""
    found: dict[str, list[Metric]] = {theme: [] for theme in _THEMES}
    for metric in metrics:
        found[theme_of(metric)].append(metric)
    return {str(_THEMES[theme]): held for theme, held in found.items() if held}


def offered(metrics: Iterable[Metric], chosen: Metric) -> dict[str, list[Metric]]:
    """Return metrics by theme as a box offers them: what returns stated only if it is chosen.

    Each of those stands beside the metric from records, which is what most people look for.
    """
    kept = (one for one in metrics if theme_of(one) != "returns" or one.name == chosen.name)
    return by_theme(kept)


def matching(metrics: Iterable[Metric], words: str) -> list[Metric]:
    """Return the metrics that hold every word, those first that have all of them in their title."""
    asked = words.casefold().split()
    found = [one for one in metrics if all(word in _said(one) for word in asked)]
    return sorted(found, key=lambda one: not all(word in one.title.casefold() for word in asked))


def theme_of(metric: Metric) -> str:
    """Return the theme of the room whose facts, or reader, a metric is made of; empty for none."""
    if metric.dimensions and metric.dimensions[0].name in _WHERE:
        return "places"
    rooms = (metric.facts or metric.reader).split(".")
    return next((_ROOMS[room] for room in rooms if room in _ROOMS), "")


def _said(metric: Metric) -> str:
    titles = " ".join(one.title for one in metric.dimensions)
    theme = str(_THEMES[theme_of(metric)])
    return " ".join((metric.title, metric.unit, metric.definition, titles, theme)).casefold()

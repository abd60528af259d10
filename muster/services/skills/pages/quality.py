"""The figures by which a release is judged, each beside what it means and what chance gives."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from muster.pagekit.tables import Cell

MEANINGS = {
    "trust15": (
        gettext_lazy("Neighbours on the map that are true neighbours"),
        gettext_lazy("Of the 15 nearest dots, how far those that do not belong are punished. 1 is "
                     "perfect, about 0.5 is chance."),
    ),
    "recall15": (
        gettext_lazy("True neighbours that the map shows"),
        gettext_lazy("How many of the 15 skills most like one are among the 15 nearest dots."),
    ),
    "radius_rho": (
        gettext_lazy("General towards the centre, special towards the edge"),
        gettext_lazy("How well the distance from the centre follows how special a skill is. 1 is "
                     "perfect, 0 is chance."),
    ),
    "auc_all": (
        gettext_lazy("Foretelling which skills are asked for together"),
        gettext_lazy("In adverts it has not seen, how often a pair that is asked for together is "
                     "held likelier than one that is not. 0.5 is chance."),
    ),
    "auc_unseen": (
        gettext_lazy("The same for pairs it never saw together"),
        gettext_lazy("The hardest case: what it can only know from other skills. 0.5 is chance."),
    ),
    "coverage": (
        gettext_lazy("Regions that hold"),
        gettext_lazy("How often a dot that was learned again lies in its region. Regions are made "
                     "for 90%."),
    ),
    "stability10": (
        gettext_lazy("Neighbours kept since the release before"),
        gettext_lazy("How many of the 10 nearest dots were among the 10 nearest before."),
    ),
}  # fmt: skip
_SHARES = {"coverage"}


def quality_rows(quality: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    """Return the figures a release states of itself, in the order they are explained."""
    rows = []
    for name, (title, meaning) in MEANINGS.items():
        value = quality.get(name)
        if isinstance(value, (int, float)) and value == value:
            told = f"{value * 100:.1f}%" if name in _SHARES else f"{value:.2f}"
            rows.append((title, Cell(told, note=meaning)))
    return rows

"""Place as something figures are broken down by: region and town.

The two are one hierarchy: each town lies in one region. They are the same for every room that
counts people by place. A place of which nobody knows the town is counted as not known, whoever
works there: nothing is shared out.
"""

from collections.abc import Mapping

from muster.kernel.metrics import NOT_MAPPED, Dimension
from muster.register.places.rules import code_of
from muster.register.places.towns import NOT_KNOWN, every_region, every_town, shipped_towns

_KNOWN = (
    "As the name of the place of work says, or as somebody said of it. People who work from home,"
    " abroad or nowhere in particular, and places whose town nobody knows, are not known."
)
REGION = Dimension("region", "Region or nation", _KNOWN, NOT_KNOWN)
TOWN = Dimension(
    "town",
    "Town",
    f"{_KNOWN} A place is counted in a town of the list that ships.",
    NOT_KNOWN,
    within=REGION.name,
)
PLACES = (REGION, TOWN)
PLACED = tuple(one.name for one in PLACES)
"""The columns of facts that tell place."""


def every_place(dimension: str) -> Mapping[str, str]:
    """Return every code of one of these dimensions with its label, whoever works there."""
    if dimension == REGION.name:
        return every_region()
    index = shipped_towns()
    towns = {code_of(index.where(code)): label for code, label in every_town().items()}
    return towns | {NOT_MAPPED: NOT_KNOWN}

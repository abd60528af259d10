"""What GRID puts on the home page: tables that wait for an information-governance officer."""

from django.urls import reverse
from django.utils.translation import gettext as _

from muster.gates.access import Actor
from muster.gates.audit.deciding import count_held, releases
from muster.pagekit.jinja import short_day
from muster.pagekit.navigation import CardLine
from muster.services.grid.wording import title_of_table

_MOST = 5


def held_lines(actor: Actor) -> list[CardLine]:
    """Return the tables that are held, the latest first: nobody can read them till then."""
    total = count_held()
    if not total:
        return []
    lines = [
        CardLine(
            f"{title_of_table(one.metric, one.dimensions)}, {short_day(one.as_at)}",
            reverse("grid:audit-release", args=[one.id]),
            _("Held"),
            "red",
        )
        for one in releases(held=True, limit=_MOST)
    ]
    if total > _MOST:
        more = _("%(count)s more") % {"count": f"{total - _MOST:,}"}
        lines.append(CardLine(more, reverse("grid:audit")))
    return lines

"""What GRID calls tables, and how it says who made a return."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from muster.gates.metrics import declared
from muster.gates.release import ReleasedTable
from muster.pagekit.jinja import day


def title_of_table(metric_name: str, dimensions: tuple[str, ...]) -> str:
    """Return what a table is of, in words; of a metric that is declared no more, its name."""
    metric = declared().get(metric_name)
    if metric is None:
        return metric_name
    parts = [part.title.lower() for name in dimensions if (part := metric.dimension(name))]
    return f"{metric.title} {_('by')} {', '.join(parts)}" if parts else metric.title


def completeness(found: ReleasedTable | None) -> str:
    """Return how many made a return for the date of a released table, as a sentence.

    Employers send files about people; what is public comes from whoever publishes it.
    """
    if found is None:
        return _("No employer has made a return yet.")
    employers = ngettext(
        "%(returned)s of %(known)s employer made a return for %(date)s.",
        "%(returned)s of %(known)s employers made a return for %(date)s.",
        found.known,
    )
    publishers = ngettext(
        "%(returned)s of %(known)s publisher made a return for %(date)s.",
        "%(returned)s of %(known)s publishers made a return for %(date)s.",
        found.known,
    )
    words = employers if found.metric.profile == "protected" else publishers
    return words % _said(found.returned, found.known, found.as_at)


def _said(returned: int, known: int, as_at: dt.date) -> dict[str, str]:
    return {"returned": f"{returned:,}", "known": f"{known:,}", "date": day(as_at)}

"""What somebody was told, for themselves to read, and whom cases are about."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import cast

from muster.casework.models import Case
from muster.casework.notifying.colleagues import holder_of
from muster.casework.notifying.models import Notice
from muster.casework.notifying.templates import TemplateName, filled


@dataclass(frozen=True)
class NoticeView:
    """One notice, as it was or will be sent; ``text`` without links."""

    id: uuid.UUID
    kind: str
    subject: str
    text: str
    state: str
    way: str
    task: uuid.UUID | None
    written_at: dt.datetime
    goes_at: dt.datetime


def told(actor: str, person: uuid.UUID | None, *, start: int = 0, limit: int = 50
         ) -> tuple[int, tuple[NoticeView, ...]]:  # fmt: skip
    """Return how many notices somebody has had, and some of them, the latest first."""
    rows = Notice.objects.filter(holder=holder_of(actor, person))
    page = rows.order_by("-written_at", "-id")[start : start + limit]
    return rows.count(), tuple(map(_view, page))


def people_of(cases: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Return the people cases are about, for the log of who looked at whose."""
    rows = Case.objects.filter(id__in=cases, about__isnull=False)
    return [one for one in rows.values_list("about", flat=True).distinct() if one is not None]


def _view(row: Notice) -> NoticeView:
    fill = {**cast("dict[str, str]", row.fill), "link": "", "choose": ""}
    subject, text = filled(cast("TemplateName", row.template), fill)
    for words in ("Open it: ", "Open your inbox: ", "Choose what you are told: "):
        text = text.replace(words, "")
    return NoticeView(
        row.id, row.kind, subject, text.strip(), row.state, row.way, row.task, row.written_at,
        row.goes_at,
    )  # fmt: skip

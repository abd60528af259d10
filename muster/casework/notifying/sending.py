"""Sending notices of casework: where each goes is asked only now, so no address is kept with it.

Workers come here. Without settings of a notification service notices wait, and are never lost.
"""

import datetime as dt
from typing import cast

from django.db.models import QuerySet

from muster.casework.drafting import forget_old_drafts
from muster.casework.notifying.choosing import choices_of, mark_of
from muster.casework.notifying.colleagues import forget_unseen, team_address
from muster.casework.notifying.digests import open_tasks
from muster.casework.notifying.models import CalendarEntry, Cover, Notice
from muster.casework.notifying.ports import choose_link, less_link, task_link
from muster.casework.notifying.reaching import Reached, reach
from muster.casework.notifying.rules import Choice, Kind, way_for
from muster.connectors.notify.contract import Notifier, NotSent, Parcel, Way
from muster.connectors.notify.sending import AT_ONCE, send_each, service_of, settle_each
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.running import settings

ASKED_FOR = dt.timedelta(days=3)
"""So long the service is asked what became of a notice."""
KEPT_FOR = dt.timedelta(days=365)
COVER_KEPT_FOR = dt.timedelta(days=2 * 365)
_BY_LETTER = ("task given", "escalation", "deadline moved")
_SUFFIX = {"email": "", "sms": "_text", "letter": "_letter"}
_OF_OPEN_TASKS = ("task given", "team task", "reminder", "escalation", "deadline moved")


def send_notices(*, clock: Clock) -> int:
    """Send waiting notices where a service is set up; return how many it took.

    Raises:
        BadInput: naming a setting of the service that cannot be used.
    """
    if not _waiting(clock.now()).exists():
        return 0
    with service_of(settings(), clock=clock) as notifier:
        return 0 if notifier is None else send_waiting(notifier, clock=clock)


def take_receipts(*, clock: Clock) -> int:
    """Ask what became of notices that were sent of late; return how many are settled now."""
    now = clock.now()
    sent = Notice.objects.filter(state="sent", settled_at__gt=now - ASKED_FOR)
    if not sent.exists():
        return 0
    with service_of(settings(), clock=clock) as notifier:
        return 0 if notifier is None else note_receipts(notifier, clock=clock)


def send_waiting(notifier: Notifier, *, clock: Clock) -> int:
    """Hand waiting notices to the notification service; return how many it took."""
    now = clock.now()
    _drop_outdated(now)
    due = _waiting(now).order_by("goes_at", "id")
    return send_each(notifier, due[:AT_ONCE], _parcel, lambda _row: None, now=now)


def note_receipts(notifier: Notifier, *, clock: Clock) -> int:
    """Ask what became of notices that were sent; return how many are settled now."""
    now = clock.now()
    sent = Notice.objects.filter(state="sent", settled_at__gt=now - ASKED_FOR)
    return settle_each(notifier, sent.order_by("settled_at")[:AT_ONCE], now=now)


def tidy(*, clock: Clock) -> int:
    """Erase what is past its time: old notices, ended covers, colleagues who left; return the
    number of notices."""
    now = clock.now()
    old = Notice.objects.filter(written_at__lt=now - KEPT_FOR)
    # A digest goes after what it gathered.
    count = old.filter(digest__isnull=False).delete()[0]
    count += old.exclude(gathered__isnull=False).delete()[0]
    Cover.objects.filter(ends__lt=legal_day(now) - COVER_KEPT_FOR).delete()
    CalendarEntry.objects.filter(open=False, changed_at__lt=now - KEPT_FOR).delete()
    forget_old_drafts(clock=clock)
    forget_unseen(clock=clock)
    return count


def _waiting(now: dt.datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(state="waiting", goes_at__lte=now).exclude(retry_at__gt=now)


def _drop_outdated(now: dt.datetime) -> None:
    """Let go what would speak of a task that was done while the notice waited."""
    about = _waiting(now).filter(kind__in=_OF_OPEN_TASKS, task__isnull=False)
    asked = {task for task in about.values_list("task", flat=True) if task is not None}
    done = asked - open_tasks(asked)
    about.filter(task__in=done).update(state="dropped", settled_at=now)


def _parcel(row: Notice) -> Parcel:
    """Return a notice as the service takes it.

    Raises:
        NotSent: if nobody knows where it could go; another day somebody may.
    """
    way, to = _where(row)
    row.way = way
    fill = {**cast("dict[str, str]", row.fill), "link": task_link(row.task)}
    fill["choose"] = choose_link() if row.role else less_link(row.id, mark_of(row.id))
    template = f"{row.template}{_SUFFIX[way]}"
    return Parcel(way, template, to, fill, str(row.id), again=row.attempts > 0)


def _where(row: Notice) -> tuple[Way, str]:
    if row.role:
        assert row.employer_id is not None
        email = team_address(row.employer_id, row.role)
        if email:
            return "email", email
        raise NotSent("no colleague and no shared mailbox is known for this role", again=True)
    known: Reached = {} if row.person_id is None else reach(row.person_id)
    choice = choices_of([row.holder]).get(row.holder, Choice())
    found = way_for(choice, known, letter=cast("Kind", row.kind) in _BY_LETTER)
    if found is None:
        raise NotSent("no way to reach this person is known", again=True)
    return found[0], known[found[1]]

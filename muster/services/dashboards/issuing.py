"""Making issues of briefs: on their day each month, or when asked; and telling whom they are for.

An issue keeps which releases it stands on, with targets and commentary as they were. The worker
asks what is due as often as it likes: the database lets one issue be made for a day of a schedule.
Notices are written with the issue and sent afterwards, so none is lost and none tells of an issue
that was not made. The template to set up at the notification service is ``TEMPLATE``; it is filled
with ``((title))`` and ``((month))``, and holds no figure.
"""

import datetime as dt
import logging
import uuid

from django.db import IntegrityError, transaction
from django.db.models import Max

from muster.connectors.notify.contract import Notifier, NotSent, Parcel
from muster.connectors.notify.sending import AT_ONCE, again_at, service_of
from muster.gates.access import Actor
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day, month_end, months_before
from muster.kernel.errors import BadInput, Where
from muster.kernel.running import settings
from muster.pagekit.jinja import day
from muster.services.dashboards.actions import note_decision
from muster.services.dashboards.briefing import own_brief
from muster.services.dashboards.models import (
    Brief,
    Dashboard,
    Issue,
    IssueNotice,
    IssueRead,
    Recipient,
)
from muster.services.dashboards.queries import BriefView
from muster.services.dashboards.queries import brief as brief_view
from muster.services.dashboards.rules import FEWEST_FIGURES, KEPT_DAYS, is_due
from muster.services.dashboards.showing import Asker
from muster.services.dashboards.targets import asked, frozen

_log = logging.getLogger(__name__)

TEMPLATE = "brief_made"
TEMPLATE_SUBJECT = "A brief was made: ((title))"
TEMPLATE_BODY = (
    "“((title))” was made for ((month)). Sign in to Muster to read it: it stands on your home page."
)
PURPOSE = "workforce planning"


def issue_now(*, brief: uuid.UUID, by: Actor, clock: Clock) -> int:
    """Make an issue of one's own brief now; return its number.

    Raises:
        BadInput: if it has too few figures.
        NotFound: if the brief is not the actor's.
    """
    own_brief(brief, by)
    view = brief_view(brief)
    assert view is not None
    if len(view.figures) < FEWEST_FIGURES:
        raise BadInput(
            f"A brief has at least {FEWEST_FIGURES} figures", where=Where(thing=view.about.title),
            fix="Add a figure",
        )  # fmt: skip
    content, month = _content(view, Asker(PURPOSE, by.id, clock), clock)
    with transaction.atomic():
        own_brief(brief, by)
        return _kept(brief, content, month, by=by.id, due=None, clock=clock)


def issue_due(*, clock: Clock) -> int:
    """Make the issues that are due; return how many. A brief that cannot be made keeps no other."""
    today, made = legal_day(clock.now()), 0
    scheduled = Brief.objects.filter(day__isnull=False, paused=False, removed_at__isnull=True)
    for one in scheduled.values_list("id", flat=True):
        try:
            made += _make_if_due(one, today, clock)
        except IntegrityError:
            # Another worker made it at the same moment.
            continue
        except Exception:
            _log.exception("not made: brief %s", one)
    return made


def _make_if_due(one: uuid.UUID, today: dt.date, clock: Clock) -> bool:
    """Make an issue if one is due: figures are asked for first, and nothing is locked meanwhile."""
    due = _due(Brief.objects.filter(id=one).first(), today)
    view = brief_view(one)
    if due is None or view is None or len(view.figures) < FEWEST_FIGURES:
        return False
    owner = view.about.held.owner
    content, month = _content(view, Asker(PURPOSE, owner, clock), clock)
    with transaction.atomic():
        if _due(Brief.objects.select_for_update().filter(id=one).first(), today) != due:
            return False
        _kept(one, content, month, by=owner, due=due, clock=clock)
    return True


def _due(row: Brief | None, today: dt.date) -> dt.date | None:
    """Return the day for which an issue of a brief is still to be made."""
    if row is None or row.since is None or row.removed_at is not None:
        return None
    due = is_due(row.day, paused=row.paused, since=row.since, today=today)
    return due if due is not None and not row.issues.filter(due=due).exists() else None


def _kept(
    brief: uuid.UUID, content: dict[str, object], month: dt.date, *, by: str, due: dt.date | None,
    clock: Clock,
) -> int:  # fmt: skip
    """Keep an issue with the notices of it; return its number."""
    last = Issue.objects.filter(brief=brief).aggregate(last=Max("number"))["last"]
    number = (last or 0) + 1
    made = Issue.objects.create(
        brief_id=brief, number=number, month=month, made_at=clock.now(), made_by=by, due=due,
        content=content,
    )  # fmt: skip
    for email in Recipient.objects.filter(brief=brief).values_list("email", flat=True):
        IssueNotice.objects.create(issue=made, to=email)
    note_decision("brief.issued", brief, by, number=number, month=month, due=due)
    return number


def _content(view: BriefView, asker: Asker, clock: Clock) -> tuple[dict[str, object], dt.date]:
    """Return what an issue keeps, and the latest date its figures are of."""
    answers = [(wanted, asked(wanted, None, asker)) for wanted in view.figures]
    dates = [tables.now.as_at for _wanted, tables in answers if tables.now is not None]
    last_month = month_end(months_before(legal_day(clock.now()), 1))
    said = view.said[0] if view.said else None
    content: dict[str, object] = {
        "title": view.about.title, "purpose": view.about.purpose,
        "owner_name": view.about.owner_name,
        "figures": [frozen(wanted, tables) for wanted, tables in answers],
        "said": said and {"text": said.text, "by_name": said.by_name, "at": said.at.isoformat()},
    }  # fmt: skip
    return content, max(dates, default=last_month)


def mark_read(*, brief: uuid.UUID, number: int, by: Actor) -> None:
    """Note that somebody opened an issue, so that it is no longer new to them."""
    one = Issue.objects.filter(brief=brief, number=number).first()
    if one is not None:
        IssueRead.objects.get_or_create(issue=one, reader=by.id)


def send_waiting(notifier: Notifier, *, clock: Clock) -> int:
    """Hand waiting notices over; return how many were taken. What fails is tried again, later."""
    now, sent = clock.now(), 0
    due = IssueNotice.objects.filter(state="waiting").exclude(retry_at__gt=now)
    for one in due.select_related("issue").order_by("id")[:AT_ONCE]:
        fill = {"title": one.issue.content["title"], "month": day(one.issue.month)}
        parcel = Parcel("email", TEMPLATE, one.to, fill, str(one.id), again=one.attempts > 0)
        try:
            notifier.send(parcel)
        except NotSent as problem:
            _note_failure(one, problem, now)
            if problem.all_wait:
                break
        else:
            one.state, one.to, one.said, sent = "sent", "", "", sent + 1
            one.save()
    return sent


def _note_failure(one: IssueNotice, problem: NotSent, now: dt.datetime) -> None:
    one.attempts, one.said = one.attempts + 1, problem.said[:200]
    one.retry_at = again_at(problem, one.attempts, now)
    if one.retry_at is None:
        one.state, one.to = "failed", ""
    one.save()


def send_notices(*, clock: Clock) -> int:
    """Send waiting notices where a notification service is set up; return how many it took.

    Raises:
        BadInput: naming a setting of the service that cannot be used.
    """
    if not IssueNotice.objects.filter(state="waiting").exists():
        return 0
    with service_of(settings(), clock=clock) as notifier:
        return 0 if notifier is None else send_waiting(notifier, clock=clock)


def tidy(*, clock: Clock) -> int:
    """Erase what was deleted long ago; briefs with issues stay, for these are to be read."""
    long_ago = clock.now() - dt.timedelta(days=KEPT_DAYS)
    gone = Dashboard.objects.filter(removed_at__lt=long_ago)
    briefs = Brief.objects.filter(removed_at__lt=long_ago, issues__isnull=True)
    count = gone.count() + briefs.count()
    with transaction.atomic():
        gone.delete()
        briefs.delete()
    return count

"""The verbs of briefs: make, change, share, delete; figures with targets; commentary; schedule.

Only its owner changes a brief, and each verb leaves its entry in the log of decisions, as those of
dashboards do. Commentary is only ever added.
"""

import uuid
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet

from muster.gates.access import Actor
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import BadInput, NotFound, Where
from muster.services.dashboards.actions import note_decision, share
from muster.services.dashboards.models import Brief, BriefFigure, Commentary, Recipient
from muster.services.dashboards.placing import in_order, next_place, put_back, put_in_order
from muster.services.dashboards.rules import LATEST_DAY, MOST_FIGURES, Audience, moved
from muster.services.dashboards.showing import Question, refuse_unless_asked_well
from muster.services.dashboards.targets import Wanted

MOST_RECIPIENTS = 20


def make_brief(*, title: str, purpose: str, by: Actor, clock: Clock) -> uuid.UUID:
    """Begin a brief without figures, a draft that its owner alone sees; return its id."""
    now = clock.now()
    with transaction.atomic():
        row = Brief.objects.create(
            title=title, purpose=purpose, owner=by.id, owner_name=by.name, made_at=now,
            changed_at=now,
        )  # fmt: skip
        note_decision("brief.made", row.id, by)
    return row.id


def change_brief(*, brief: uuid.UUID, title: str, purpose: str, by: Actor, clock: Clock) -> None:
    """Rename a brief, or say anew what it is for."""
    with transaction.atomic():
        row = own_brief(brief, by)
        row.title, row.purpose = title, purpose
        _touched(row, "brief.changed", by, clock)


def share_brief(*, brief: uuid.UUID, audience: Audience, by: Actor, clock: Clock) -> None:
    """Share a brief and its issues; raises as ``actions.share``."""
    with transaction.atomic():
        share(thing=own_brief(brief, by), audience=audience, by=by, clock=clock)


def remove_brief(*, brief: uuid.UUID, by: Actor, clock: Clock) -> None:
    """Delete a brief; its owner can put it back. Issues that were made stay to be read."""
    with transaction.atomic():
        row = own_brief(brief, by)
        row.removed_at = clock.now()
        _touched(row, "brief.deleted", by, clock)


def restore_brief(*, brief: uuid.UUID, by: Actor, clock: Clock) -> None:
    """Put a deleted brief back as it was; its schedule counts from today."""
    with transaction.atomic():
        row = own_brief(brief, by, removed=True)
        row.removed_at = None
        row.since = legal_day(clock.now()) if row.day is not None else None
        _touched(row, "brief.restored", by, clock)


def put_figure(
    *, brief: uuid.UUID, wanted: Wanted, by: Actor, clock: Clock, new: bool
) -> uuid.UUID:
    """Add a figure after the others, or change one; return its id.

    Args:
        brief: which.
        wanted: the figure; of one that is changed, its id counts.
        by: the owner.
        clock: stamps the change.
        new: whether it is added.

    Raises:
        BadInput: for a question that is never answered, or a target without its day and source.
        Conflict: if the brief is full.
    """
    refuse_unless_asked_well(Question(wanted.metric, "", wanted.parts, "number"))
    target = wanted.target
    if target is not None and not wanted.stated_by:
        raise BadInput(
            "A target says who set it", where=Where(field="stated_by"), fix="Enter who set it"
        )
    if target is not None and wanted.since is not None and wanted.since >= target.due:
        raise BadInput(
            "The way to a target begins before its day", where=Where(field="since"),
            fix="Enter an earlier day",
        )  # fmt: skip
    with transaction.atomic():
        row = own_brief(brief, by)
        made = BriefFigure(brief=row, place=_next_place(row)) if new else None
        one = made or _figure(row, wanted.id)
        one.metric, one.parts = wanted.metric, [list(part) for part in wanted.parts]
        one.heading = wanted.heading
        one.target = target.value if target else None
        one.direction = target.direction if target else ""
        one.due, one.since = (target.due, wanted.since) if target else (None, None)
        one.stated_by = wanted.stated_by if target else ""
        one.save()
        _touched(row, "brief.figure_put", by, clock, figure=one.id)
    return one.id


def move_figure(*, brief: uuid.UUID, figure: uuid.UUID, up: bool, by: Actor, clock: Clock) -> None:
    """Move a figure a place up or down; the first and the last stay where they are."""
    with transaction.atomic():
        row = own_brief(brief, by)
        _figure(row, figure)
        put_in_order(BriefFigure, moved(in_order(_standing(row)), figure, up=up))
        _touched(row, "brief.figure_moved", by, clock, figure=figure)


def remove_figure(*, brief: uuid.UUID, figure: uuid.UUID, by: Actor, clock: Clock) -> None:
    """Take a figure away; it can be put back."""
    with transaction.atomic():
        row = own_brief(brief, by)
        one = _figure(row, figure)
        one.removed_at = clock.now()
        one.save()
        put_in_order(BriefFigure, in_order(_standing(row)))
        _touched(row, "brief.figure_removed", by, clock, figure=figure)


def restore_figure(*, brief: uuid.UUID, figure: uuid.UUID, by: Actor, clock: Clock) -> None:
    """Put a figure back where it was; raises ``Conflict`` if the brief is full."""
    with transaction.atomic():
        row = own_brief(brief, by)
        one = BriefFigure.objects.filter(brief=row, id=figure, removed_at__isnull=False).first()
        if one is None:
            raise _no_such("figure")
        put_back(BriefFigure, one, _standing(row), free=_next_place(row))
        _touched(row, "brief.figure_restored", by, clock, figure=figure)


def comment(*, brief: uuid.UUID, text: str, by: Actor, clock: Clock) -> None:
    """Say something of a brief's figures; it stands above what was said before."""
    with transaction.atomic():
        row = own_brief(brief, by)
        Commentary.objects.create(brief=row, text=text, by=by.id, by_name=by.name, at=clock.now())
        _touched(row, "brief.commented", by, clock)


def schedule(
    *, brief: uuid.UUID, day: int | None, paused: bool, recipients: Sequence[str], by: Actor,
    clock: Clock,
) -> None:  # fmt: skip
    """Say on which day of the month issues are made and who gets a notice; None for no day.

    Raises:
        BadInput: for a day that some months do not have, or an address that is none.
    """
    if day is not None and not 1 <= day <= LATEST_DAY:
        raise BadInput(
            f"A brief is made between the 1st and the {LATEST_DAY}th",
            where=Where(field="day"), fix=f"Enter a day from 1 to {LATEST_DAY}",
        )  # fmt: skip
    emails = list(dict.fromkeys(one.strip().lower() for one in recipients if one.strip()))
    _refuse_wrong_addresses(emails)
    with transaction.atomic():
        row = own_brief(brief, by)
        # A day that has passed is not made up for; a schedule that only changes its list goes on.
        if (day, paused) != (row.day, row.paused):
            row.since = legal_day(clock.now()) if day is not None else None
        row.day, row.paused = day, paused
        Recipient.objects.filter(brief=row).exclude(email__in=emails).delete()
        for email in emails:
            Recipient.objects.get_or_create(brief=row, email=email)
        _touched(row, "brief.scheduled", by, clock, day=day, paused=paused)


def _refuse_wrong_addresses(emails: Sequence[str]) -> None:
    if len(emails) > MOST_RECIPIENTS:
        raise BadInput(
            f"At most {MOST_RECIPIENTS} people get a notice", where=Where(field="recipients"),
            fix="Share the brief: whoever may read it sees each issue on their home page",
        )  # fmt: skip
    for place, email in enumerate(emails, start=1):
        try:
            validate_email(email)
        except ValidationError:
            raise BadInput(
                f"Line {place} is no email address", where=Where(field="recipients"),
                fix="Enter one email address on each line",
            ) from None  # fmt: skip


def own_brief(brief: uuid.UUID, by: Actor, *, removed: bool = False) -> Brief:
    """Return a brief of the actor, locked; raises ``NotFound`` for anybody else's."""
    found = Brief.objects.select_for_update().filter(
        id=brief, owner=by.id, removed_at__isnull=not removed
    )
    row = found.first()
    if row is None:
        raise _no_such("brief")
    return row


def _figure(row: Brief, figure: uuid.UUID) -> BriefFigure:
    found = _standing(row).filter(id=figure).first()
    if found is None:
        raise _no_such("figure")
    return found


def _standing(row: Brief) -> QuerySet[BriefFigure]:
    return BriefFigure.objects.filter(brief=row, removed_at__isnull=True)


def _next_place(row: Brief) -> int:
    return next_place(_standing(row), most=MOST_FIGURES, what="figures in a brief")


def _touched(row: Brief, what: str, by: Actor, clock: Clock, **more: object) -> None:
    row.changed_at = clock.now()
    row.save()
    note_decision(what, row.id, by, **more)


def _no_such(kind: str) -> NotFound:
    return NotFound(f"There is no such {kind}", fix="Check the address, or search for it again")

"""Several tasks at once: take them, hand them over, or do those that say they may be done so.

What was ticked is checked on a page of its own before anything happens; there each task says
whether it can be done. Each task is a transaction of its own, so one that was overtaken keeps no
other. Taking and handing over can be undone as long as nobody has touched the task since.
"""

import uuid
from collections.abc import Callable, Sequence
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from muster.casework import actions
from muster.casework.queries import TaskView
from muster.casework.rules import Worker
from muster.gates.looks import note_look
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, MusterError, NotFound, Where
from muster.pagekit.notices import leave_notice
from muster.pagekit.views import PageRequest, page, render
from muster.services.inbox import queries
from muster.services.inbox.forms import HandOver, say
from muster.services.inbox.queries import Row
from muster.services.inbox.reach import check_hand_over, colleagues_for, may_hand_over, worker

Deed = Literal["take", "hand over", "complete"]
MOST = 100
_UNDO = "inbox_undo"


@page("see tasks")
@require_POST
def check(request: PageRequest) -> HttpResponse:
    """Show what was ticked, and what of it cannot be done, before anything happens."""
    who, deed = worker(request.actor, SYSTEM_CLOCK), _deed(request.POST)
    rows = _rows(request.POST, who)
    return _page(request, deed, rows, who, form=None)


@page("see tasks")
@require_POST
def do(request: PageRequest) -> HttpResponse:
    """Do it, task by task; say how many were done and why others were not."""
    who, deed = worker(request.actor, SYSTEM_CLOCK), _deed(request.POST)
    rows = _rows(request.POST, who)
    ready = [one for one in rows if not _why_not(deed, one.task, request, who)]
    form = None
    if deed == "hand over":
        form = HandOver(request.POST, team=colleagues_for([one.task for one in ready], who))
        if not form.is_valid():
            return _page(request, deed, rows, who, form=form)
    versions = {key: request.POST.get(f"version_{key}", "") for key in (str(one.task.id) for one in
                                                                         ready)}  # fmt: skip
    try:
        done, failed = _each(ready, _verb(request, deed, who, form, versions))
    except BadInput as problem:
        if form is None:
            raise
        say(form, problem)
        return _page(request, deed, rows, who, form=form)
    if deed != "complete":
        before = {str(one.task.id): one.task.assignee for one in done}
        after = form.chosen() if form is not None else who.id
        request.session[_UNDO] = {"before": before, "after": after}
    leave_notice(request, _said(deed, len(done), len(rows) - len(ready) + failed))
    return redirect("inbox:tasks")


@page("see tasks")
@require_POST
def undo(request: PageRequest) -> HttpResponse:
    """Give tasks back to whom they were taken from, where nobody has touched them since."""
    kept = request.session.pop(_UNDO, None) or {"before": {}, "after": ""}
    who, count = worker(request.actor, SYSTEM_CLOCK), 0
    for key, before in kept["before"].items():
        try:
            row = queries.row_of(who, uuid.UUID(key)).task
            if row.assignee != kept["after"] or row.state != "open":
                continue
            actions.hand_over(row.id, before, worker=who, clock=SYSTEM_CLOCK, why=_("Undone"))
        except MusterError:
            continue
        count += 1
    words = ngettext("%(count)s task is as it was.", "%(count)s tasks are as they were.", count)
    leave_notice(request, words % {"count": f"{count:,}"})
    return redirect("inbox:tasks")


def can_undo(request: HttpRequest) -> bool:
    """Tell whether the reader's last bulk action can be undone."""
    return bool(request.session.get(_UNDO, {}).get("before"))


def _deed(posted: QueryDict) -> Deed:
    known: dict[str, Deed] = {"take": "take", "hand-over": "hand over", "complete": "complete"}
    found = known.get(posted.get("deed", ""))
    if found is None:
        raise BadInput("No action was chosen", where=Where(field="deed"), fix="Choose one")
    return found


def _rows(posted: QueryDict, who: Worker) -> list[Row]:
    """Return the ticked tasks; what is not the reader's to see is as if it had not been ticked.

    Raises:
        BadInput: if none is left, or there are too many.
    """
    found: list[Row] = []
    for key in dict.fromkeys(posted.getlist("task")[: MOST + 1]):
        try:
            found.append(queries.row_of(who, uuid.UUID(key)))
        except (ValueError, NotFound):
            continue
    if not found or len(found) > MOST:
        raise BadInput(
            "No task was ticked" if not found else "Too many tasks were ticked",
            where=Where(field="task"),
            fix="Go back and tick a task" if not found else f"Tick {MOST} at most",
        )
    return found


def _why_not(deed: Deed, task: TaskView, request: PageRequest, who: Worker) -> str:
    """Return why a task cannot be among those it is done to; "" if it can."""
    if task.state != "open" or task.case_state != "running":
        return _("It is done, or its case stands still")
    if deed == "complete":
        if not task.bulk:
            return _("It must be done by itself")
        other = task.assignee not in ("", who.id, *who.covers)
        return _("Somebody else has taken it") if other else ""
    if task.person is not None:
        return _("It is for one person alone")
    if deed == "take":
        other = task.assignee not in ("", *who.covers)
        return _("It is taken already") if other else ""
    if may_hand_over(request.actor, task, SYSTEM_CLOCK):
        return ""
    return _("Only who has it, or who leads the team, hands it over")


def _verb(
    request: PageRequest, deed: Deed, who: Worker, form: HandOver | None,
    versions: dict[str, str],
) -> Callable[[TaskView], Any]:  # fmt: skip
    """Return what is done to each task."""
    if deed == "take":
        return lambda task: actions.take(task.id, worker=who, clock=SYSTEM_CLOCK)
    if deed == "complete":
        return lambda task: actions.complete(
            task.id, {}, worker=who, clock=SYSTEM_CLOCK,
            expected=int(versions[str(task.id)]) if versions[str(task.id)].isdecimal() else -1,
        )  # fmt: skip
    assert form is not None
    to, why = form.chosen(), form.cleaned_data["reason"]

    def hand_over(task: TaskView) -> None:
        check_hand_over(request.actor, task, to, SYSTEM_CLOCK)
        actions.hand_over(task.id, to, worker=who, clock=SYSTEM_CLOCK, why=why)

    return hand_over


def _each(rows: Sequence[Row], verb: Callable[[TaskView], Any]) -> tuple[list[Row], int]:
    """Do something to each task; return those it was done to, and how many it was not."""
    done: list[Row] = []
    for one in rows:
        try:
            verb(one.task)
        except BadInput:
            raise
        except MusterError:
            continue
        done.append(one)
    return done, len(rows) - len(done)


def _said(deed: Deed, done: int, failed: int) -> str:
    words = {
        "take": ngettext("You have taken %(count)s task.", "You have taken %(count)s tasks.", done),
        "hand over": ngettext(
            "%(count)s task was handed over.", "%(count)s tasks were handed over.", done
        ),
        "complete": ngettext("%(count)s task is done.", "%(count)s tasks are done.", done),
    }[deed] % {"count": f"{done:,}"}  # fmt: skip
    if failed:
        left = ngettext("%(count)s was left as it is.", "%(count)s were left as they are.", failed)
        words = f"{words} {left % {'count': f'{failed:,}'}}"
    return words


def _page(
    request: PageRequest, deed: Deed, rows: Sequence[Row], who: Worker, *, form: HandOver | None
) -> HttpResponse:
    ready = [one for one in rows if not _why_not(deed, one.task, request, who)]
    refused = [(one, why) for one in rows if (why := _why_not(deed, one.task, request, who))]
    if deed == "hand over" and form is None:
        form = HandOver(team=colleagues_for([one.task for one in ready], who))
    people = queries.people_shown([one.task for one in rows])
    if people:
        note_look(request.actor, what="tasks", purpose=request.purpose, people=people)
    titles = {
        "take": _("Take these tasks"), "hand over": _("Hand over these tasks"),
        "complete": _("Complete these tasks"),
    }  # fmt: skip
    return render(request, "inbox/bulk.html", {
        "deed": deed.replace(" ", "-"), "title": titles[deed], "ready": ready, "refused": refused,
        "form": form, "inbox": reverse("inbox:tasks"),
    }, status=400 if form is not None and form.errors else 200)  # fmt: skip

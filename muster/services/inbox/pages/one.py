"""One task: what it is, when it is due, who has it, and doing it.

A task whose service has a page of its own for it is done there. The others have a note and a
button here; what was begun can be saved, sealed, and gone back to.
"""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.casework import actions
from muster.casework.drafting import draft_of, save_draft
from muster.casework.queries import TaskView
from muster.casework.rules import Worker
from muster.gates.looks import note_look
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import MusterError, NotFound
from muster.pagekit.jinja import moment
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.views import PageRequest, page, render
from muster.services.inbox import queries
from muster.services.inbox.forms import Answer, HandOver, say
from muster.services.inbox.queries import Row
from muster.services.inbox.reach import check_hand_over, colleagues_for, may_hand_over, seen, worker
from muster.services.inbox.wording import due_cell


@page("see tasks")
@require_safe
def task(request: PageRequest, task: uuid.UUID) -> HttpResponse:
    """Show one task; its service's own page for it is a button away."""
    who = seen(request.actor, SYSTEM_CLOCK)
    row = _row(request, who, task)
    saved = draft_of(task, who)
    form = Answer(initial={
        "version": row.task.version, "note": saved.said.get("note", "") if saved else "",
    })  # fmt: skip
    return _page(request, who, row, form)


@page("see tasks")
@require_POST
def complete(request: PageRequest, task: uuid.UUID) -> HttpResponse:
    """Do a task that has no page of its own, or save what was noted so far."""
    who = worker(request.actor, SYSTEM_CLOCK)
    row = _row(request, who, task)
    if queries.own_page(row.task):
        raise NotFound("This task is done elsewhere", fix="Go back to the task")
    form = Answer(request.POST)
    if not form.is_valid():
        return _page(request, who, row, form)
    note = form.cleaned_data["note"]
    if "save" in request.POST:
        _still_open(row.task)
        save_draft(task=task, said={"note": note}, worker=who, clock=SYSTEM_CLOCK)
        leave_notice(request, _("Saved. You can come back to it; nobody else sees it."))
        return redirect("inbox:task", task)
    try:
        actions.complete(task, {"note": note}, worker=who, clock=SYSTEM_CLOCK,
                         expected=form.cleaned_data["version"])  # fmt: skip
    except MusterError as problem:
        say(form, problem)
        return _page(request, who, row, form)
    leave_notice(request, _("Done: %(task)s.") % {"task": row.task.title})
    return redirect("inbox:tasks")


@page("see tasks")
@require_POST
def take(request: PageRequest, task: uuid.UUID) -> HttpResponse:
    """Take a task, so that colleagues see who does it."""
    actions.take(task, worker=worker(request.actor, SYSTEM_CLOCK), clock=SYSTEM_CLOCK)
    leave_notice(request, _("You have taken this task."))
    return redirect("inbox:task", task)


@page("see tasks")
@require_POST
def give_back(request: PageRequest, task: uuid.UUID) -> HttpResponse:
    """Give a task back to everybody of its role."""
    who = worker(request.actor, SYSTEM_CLOCK)
    row = _row(request, who, task)
    check_hand_over(request.actor, row.task, "", SYSTEM_CLOCK)
    actions.hand_over(task, "", worker=who, clock=SYSTEM_CLOCK, why=_("Given back"))
    leave_notice(request, _("Nobody has this task now; your team sees it."))
    return redirect("inbox:task", task)


@page("see tasks")
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: PageRequest, task: uuid.UUID) -> HttpResponse:
    """Hand a task to a colleague of its team, with the reason."""
    who = worker(request.actor, SYSTEM_CLOCK)
    row = _row(request, who, task)
    if not may_hand_over(request.actor, row.task, SYSTEM_CLOCK):
        check_hand_over(request.actor, row.task, "", SYSTEM_CLOCK)
    form = HandOver(request.POST if request.method == "POST" else None,
                    team=colleagues_for([row.task], who))  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            check_hand_over(request.actor, row.task, form.chosen(), SYSTEM_CLOCK)
            actions.hand_over(task, form.chosen(), worker=who, clock=SYSTEM_CLOCK,
                              why=form.cleaned_data["reason"])  # fmt: skip
        except MusterError as problem:
            say(form, problem)
        else:
            leave_notice(request, _("Handed over: %(task)s.") % {"task": row.task.title})
            return redirect("inbox:tasks")
    return render(request, "inbox/hand_over.html", {"row": row, "form": form},
                  status=400 if form.errors else 200)  # fmt: skip


def _row(request: PageRequest, who: Worker, task: uuid.UUID) -> Row:
    """Return a task in reach, and note who is named on its page."""
    row = queries.row_of(who, task)
    people = queries.people_shown([row.task])
    if people:
        note_look(request.actor, what="tasks", purpose=request.purpose, people=people)
    return row


def _still_open(task: TaskView) -> None:
    if task.state != "open":
        raise NotFound("This task is done", fix="See your inbox")


def _page(request: PageRequest, who: Worker, row: Row, form: Answer) -> HttpResponse:
    is_open = row.task.state == "open" and row.task.case_state == "running"
    others = row.task.assignee not in ("", who.id, *who.covers)
    return render(request, "inbox/task.html", {
        "row": row, "facts": _facts(row), "form": form, "said": take_notice(request),
        "own_page": queries.own_page(row.task), "subject_page": queries.subject_page(row.task),
        "open": is_open, "taken_by_another": others,
        "can_take": is_open and row.task.person is None and row.task.assignee != who.id
        and not others,
        "can_hand_over": is_open and may_hand_over(request.actor, row.task, SYSTEM_CLOCK),
        "has_it": row.task.assignee == who.id,
    }, status=400 if form.errors else 200)  # fmt: skip


def _facts(row: Row) -> list[tuple[str, object]]:
    task = row.task
    facts: list[tuple[str, object]] = [
        (_("About"), row.case_title),
        (_("Process"), row.process_title),
    ]
    if task.state == "open":
        facts.append((_("Due"), due_cell(task.due, SYSTEM_CLOCK.now())))
        facts.append((_("Who has it"), row.has_it or _("Nobody yet")))
    else:
        facts.append((_("Done"), moment(task.done)))
    facts.append((_("Waits since") if task.state == "open" else _("Given"), moment(task.opened)))
    return facts

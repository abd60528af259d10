"""One task of a transfer: its form, save and return, a page to check answers, and doing it.

What was typed is kept, sealed, for who typed it; what a task answers counts only once it was
checked. Who looked at an older state of the case is told so and loses nothing.
"""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from muster.casework import queries as casework
from muster.casework.drafting import draft_of, save_draft
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.kernel.errors import MusterError, NotFound
from muster.kernel.ids import new_id
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.services.transfers.forms import say
from muster.services.transfers.pages.kinds import KINDS, WHO, Context, Kind
from muster.services.transfers.pages.record_form import RecordForm
from muster.services.transfers.process import driving
from muster.services.transfers.process.registering import KEY
from muster.services.transfers.reach import note_transfer, reader_of, worker
from muster.services.transfers.showing import name_of

_OWN = ("csrfmiddlewaretoken", "do", "version", "key")


@page("see tasks")
@require_http_methods(["GET", "HEAD", "POST"])
def task(request: PageRequest, task: uuid.UUID) -> HttpResponse:
    """Show the form of a task, keep what was typed, show it to be checked, and do the task."""
    context = context_of(request, task)
    kind = KINDS[context.task.element]
    if context.task.state != "open" or context.task.case_state != "running":
        return _over(request, context)
    note_transfer(context.reader, "transfer task")
    if request.method == "POST":
        return _posted(request, context, kind)
    saved = _saved(context, request)
    if "check" in request.GET and "posted" in saved and kind.checked:
        form = kind.form(context, _query(saved["posted"]), None)
        if form.is_valid():
            return _check(request, context, kind, form)
        return _form(request, context, kind, form)
    return _form(request, context, kind, _begun(context, kind, saved))


def context_of(request: PageRequest, task: uuid.UUID) -> Context:
    """Return a task of a transfer in the reader's reach.

    Raises:
        NotFound: if there is none, or it is not theirs.
    """
    try:
        found = casework.task(worker(request.actor), task)
    except NotFound:
        raise no_such("task") from None
    if found.case_process != KEY or found.element not in KINDS:
        raise no_such("task")
    reader = reader_of(request.actor, uuid.UUID(found.subject.rpartition(":")[2]))
    return Context(reader, found, legal_day(SYSTEM_CLOCK.now()))


def keep(context: Context, request: PageRequest, said: Mapping[str, Any]) -> None:
    """Keep what somebody has answered so far, for them alone."""
    save_draft(task=context.task.id, said=said, worker=worker(request.actor), clock=SYSTEM_CLOCK)


def _saved(context: Context, request: PageRequest) -> dict[str, Any]:
    found = draft_of(context.task.id, worker(request.actor))
    return dict(found.said) if found else {}


def _posted(request: PageRequest, context: Context, kind: Kind) -> HttpResponse:
    asked = request.POST.get("do", "")
    if asked == "confirm" and kind.checked:
        return _confirmed(request, context, kind)
    form = kind.form(context, request.POST, None)
    if asked == "save":
        keep(context, request, {"posted": _kept(request)})
        leave_notice(request, _("Saved. You can come back to it; nobody else sees it."))
        return redirect("transfers:task", context.task.id)
    if not form.is_valid():
        return _form(request, context, kind, form)
    if not kind.checked:
        return _do(request, context, kind, form)
    keep(context, request, {"posted": _kept(request)})
    return redirect(f"{reverse('transfers:task', args=[context.task.id])}?check=1")


def _confirmed(request: PageRequest, context: Context, kind: Kind) -> HttpResponse:
    """Do what was checked; what is not right any more is shown in its form again."""
    saved = _saved(context, request)
    form = kind.form(context, _query(saved.get("posted", {})), None)
    if not form.is_valid():
        return _form(request, context, kind, form)
    return _do(request, context, kind, form)


def _do(request: PageRequest, context: Context, kind: Kind, form: forms.Form) -> HttpResponse:
    answers = kind.answers(form, context) | {"key": request.POST.get("key", "")[:60]}
    version = request.POST.get("version", "")
    try:
        driving.do(
            context.task.id, answers, worker=worker(request.actor), clock=SYSTEM_CLOCK,
            expected=int(version) if version.isdecimal() and len(version) < 9 else 0,
        )  # fmt: skip
    except MusterError as problem:
        say(form, problem)
        # They see now what changed, and may confirm that.
        context = replace(context_of(request, context.task.id), refused=True)
        shown = _check if kind.checked and not _at_a_field(form) else _form
        return shown(request, context, kind, form)
    leave_notice(request, _("Done: %(task)s.") % {"task": context.task.title})
    return redirect("transfers:transfer", context.one.id)


def _at_a_field(form: forms.Form) -> bool:
    return any(name in form.fields for name in form.errors)


def _form(request: PageRequest, context: Context, kind: Kind, form: forms.Form) -> HttpResponse:
    saved = _saved(context, request)
    shown = _shared(request, context, kind, form) | {
        "groups": form.groups() if isinstance(form, RecordForm) else (),
        "part": WHO.get(context.task.element, ""),
        "read": saved.get("read"),
        "warnings": getattr(form, "warnings", ()),
        "has_fields": bool(form.fields),
    }
    return render(request, "transfers/task.html", shown)


def _check(request: PageRequest, context: Context, kind: Kind, form: forms.Form) -> HttpResponse:
    shown = _shared(request, context, kind, form) | {
        "sections": kind.rows(form), "warnings": getattr(form, "warnings", ()),
    }  # fmt: skip
    return render(request, "transfers/task_check.html", shown)


def _shared(request: PageRequest, context: Context, kind: Kind, form: Any) -> dict[str, Any]:
    who = "" if context.reader.is_person else name_of(
        request.actor, context.one.person, context.today
    )  # fmt: skip
    return {
        "task": context.task, "transfer": context.one, "form": form, "kind": kind, "who": who,
        "facts": kind.facts(context), "said": take_notice(request), "key": str(new_id()),
        # The case as it was when the page was first drawn: who is late must see the change.
        "version": (not context.refused and request.POST.get("version")) or context.task.version,
    }  # fmt: skip


def _over(request: PageRequest, context: Context) -> HttpResponse:
    """Lead on from a task that is done or stands still."""
    mine = context.task.done_by == request.actor.id
    words = _("You have done this already.") if mine else _(
        "This task is done, or the transfer stands still."
    )  # fmt: skip
    leave_notice(request, words)
    return redirect("transfers:transfer", context.one.id)


def _begun(context: Context, kind: Kind, saved: Mapping[str, Any]) -> forms.Form:
    """Return the form as it was left, or with what is known."""
    if "initial" in saved:
        return kind.form(context, None, saved["initial"])
    if "posted" not in saved:
        return kind.form(context, None, None)
    posted = _query(saved["posted"])
    bound = kind.form(context, posted, None)
    left = {
        name: field.widget.value_from_datadict(posted, cast(Any, {}), name)
        for name, field in bound.fields.items()
    }
    return kind.form(context, None, left)


def _kept(request: PageRequest) -> dict[str, list[str]]:
    return {name: list(said) for name, said in request.POST.lists()
            if name not in _OWN and any(said)}  # fmt: skip


def _query(posted: Mapping[str, list[str]]) -> QueryDict:
    found = QueryDict(mutable=True)
    for name, said in posted.items():
        found.setlist(name, list(said))
    return found


addresses = [path("task/<uuid:task>", task, name="task")]

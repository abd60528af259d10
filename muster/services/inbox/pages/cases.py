"""A case: where it stands, what it waits for, and who did what when."""

import datetime as dt
import uuid
from collections.abc import Mapping

from django.http import HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.casework import queries
from muster.casework.notifying.colleagues import names
from muster.casework.ports import Process, process_named
from muster.casework.queries import CaseView, StepView
from muster.casework.queries_of_cases import Course, Standing, case_in_reach, course, version_of
from muster.gates.looks import note_look
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import NotFound
from muster.pagekit.cases import diagram_shown, phases_shown
from muster.pagekit.downloads import as_file
from muster.pagekit.jinja import moment
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.services.inbox.reach import worker
from muster.services.inbox.wording import due_words

BPMN = "application/xml; charset=utf-8"
_TOLD = ("task", "action", "timer", "message", "boundary", "end", "case")


@page("see tasks")
@require_safe
def case(request: PageRequest, case: uuid.UUID) -> HttpResponse:
    """Show one case to who had or has a task in it, and to the person it is about."""
    view = case_in_reach(worker(request.actor, SYSTEM_CLOCK), case)
    _note(request, view)
    process, whole = _process(view), course(view.id)
    context = {
        "title": _title(view, process) or whole.drawings[0].title,
        "process": whole.drawings[0].title,
        "process_href": reverse("inbox:process", args=(view.process,)) if process else "",
        "case": view,
        "state": _state(view),
        "subject_href": _subject_page(view, process),
        "phases": phases_shown(whole),
        "diagram": diagram_shown(
            whole.drawings,
            file=lambda part: reverse("inbox:case-file", args=(view.id, part)),
            asked=request.GET.get("diagram", ""),
        ),
        "waits": _waited_for(request, whole),
        "happened": _happened(queries.history(view.id)),
        "version": version_of(view),
    }
    return render(request, "inbox/case.html", context)


@page("see tasks")
@require_safe
def file(request: PageRequest, case: uuid.UUID, part: str) -> HttpResponse:
    """Send the file of one diagram, of the version that a case keeps to."""
    view = case_in_reach(worker(request.actor, SYSTEM_CLOCK), case)
    text = queries.diagram_files(view.diagram).get(part)
    if text is None:
        raise no_such("diagram")
    return as_file(HttpResponse(text, content_type=BPMN), f"{part}.bpmn")


def _note(request: PageRequest, view: CaseView) -> None:
    if view.about is not None:
        note_look(request.actor, what="case", purpose=request.purpose, people=[view.about],
                  detail={"case": view.id})  # fmt: skip


def _process(view: CaseView) -> Process | None:
    """Return the process of a case; None if no service brings it any more."""
    try:
        return process_named(view.process)
    except NotFound:
        return None


def _title(view: CaseView, process: Process | None) -> str:
    """Return what its service calls a case; "" if no service does."""
    if process is None or not process.title:
        return ""
    return str(import_string(process.title)(view.subject))


def _subject_page(view: CaseView, process: Process | None) -> str:
    """Return the address of the page of what a case is about; "" if there is none."""
    if process is None or not process.page:
        return ""
    try:
        return reverse(process.page, args=(uuid.UUID(view.subject.rpartition(":")[2]),))
    except (NoReverseMatch, ValueError):
        return ""


def _state(view: CaseView) -> tuple[str, str]:
    return {
        "running": (_("Under way"), "blue"),
        "suspended": (_("Stands still"), "orange"),
        "ended": (_("Finished"), "green"),
        "called off": (_("Called off"), "grey"),
    }[view.state]


def _waited_for(request: PageRequest, whole: Course) -> Table:
    """Return what is open and what comes by itself, with whose it is and until when."""
    now = SYSTEM_CLOCK.now()
    rows: list[tuple[Cell | str, ...]] = []
    for phase in whole.phases:
        for one in phase.steps:
            if one.state == "open":
                rows.append((one.title, one.lane, _until(one, now)))
    for one in whole.reminders:
        said = _("%(when)s; happens by itself") % {"when": one.words}
        rows.append((Cell(one.title, note=said), one.lane, moment(one.due)))
    return table(
        request, caption=_("What is waited for"),
        columns=(Column(_("What")), Column(_("Who")), Column(_("Until"))), rows=rows,
        empty=_("Nothing is waited for."),
    )  # fmt: skip


def _until(one: Standing, now: dt.datetime) -> Cell | str:
    if one.due is None:
        return _("No time is set")
    if one.kind != "task":
        return moment(one.due)
    return Cell(moment(one.due), note=due_words(one.due, now)[0])


def _happened(steps: tuple[StepView, ...]) -> list[dict[str, str]]:
    """Return a case's history, the latest first, as a timeline draws it."""
    told = [one for one in steps if one.kind in _TOLD]
    called = names({one.by for one in told})
    titles = {one.element: one.title for one in steps if one.kind != "case"}
    return [
        {
            "what": _what(one, titles),
            "by": _who(one, called),
            "when": moment(one.at),
            "iso": one.at.isoformat(),
            "text": one.words if one.kind == "case" else "",
        }
        for one in reversed(told)
    ]


def _what(one: StepView, titles: Mapping[str, str]) -> str:
    if one.kind != "case":
        return one.title
    element, handed, _rest = one.element.partition(" handed over")
    if handed:
        return _("Handed over: %(task)s") % {"task": titles.get(element, element)}
    return {
        "suspended": _("Stands still"), "running": _("Goes on"), "called off": _("Called off"),
    }.get(one.element, one.element)  # fmt: skip


def _who(one: StepView, called: Mapping[str, str]) -> str:
    """Return who did something: people by name, or by their lane; whatever runs by itself, none."""
    if one.kind not in ("task", "case"):
        return ""
    return called.get(one.by, one.lane)

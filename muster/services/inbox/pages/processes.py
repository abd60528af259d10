"""The processes that services bring: who does what by when, drawn; and trying a file of one's own.

For process owners, who see what Muster runs, change it with a modeller, and see here whether it
could be run, before they ask for it.
"""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from muster.casework.diagrams.elements import Diagram, Element
from muster.casework.diagrams.reading import MOST_BYTES
from muster.casework.ports import Process, process_named, processes
from muster.casework.queries_of_cases import Drawing
from muster.casework.trying import Tried, drawn_parts, part_file, try_file
from muster.kernel.errors import BadInput, NotFound
from muster.pagekit.cases import deadline_words, diagram_shown
from muster.pagekit.downloads import as_file
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.services.inbox.pages.cases import BPMN


class TryForm(forms.Form):
    """A process file to try."""

    file = forms.FileField(
        label=gettext_lazy("A process file (.bpmn)"),
        help_text=gettext_lazy("It is read and checked. Nothing is kept or changed."),
        widget=forms.FileInput(attrs={"accept": ".bpmn,.xml"}),
        error_messages={"required": gettext_lazy("Choose a file")},
    )


@page("see tasks")
@require_safe
def listed(request: PageRequest) -> HttpResponse:
    """List the processes."""
    rows = []
    for one in processes():
        parts = drawn_parts(one)
        tasks = sum(element.kind == "task" for part in parts for element in part.elements.values())
        rows.append((
            Cell(parts[0].title, href=reverse("inbox:process", args=(one.key,))),
            ", ".join(_people(parts)), tasks,
        ))  # fmt: skip
    columns = (Column(_("Process")), Column(_("Who takes part")), Column(_("Tasks"), numeric=True))
    shown = table(
        request, caption=_("Processes"), columns=columns, rows=rows,
        empty=_("No service brings a process."),
    )  # fmt: skip
    return render(request, "inbox/processes.html", {"processes": shown})


@page("see tasks")
@require_http_methods(["GET", "HEAD", "POST"])
def process(request: PageRequest, key: str) -> HttpResponse:
    """Show one process, and say whether a file that is sent could be run as it."""
    one = _known(key)
    parts = drawn_parts(one)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = TryForm(*posted)
    tried = _tried(one, form) if form.is_bound and form.is_valid() else None
    asked = request.GET.get("diagram", "")
    chosen = next((part for part in parts if part.process == asked), parts[0])
    drawings = [Drawing(part.process, part.title, (), ()) for part in parts]
    context: dict[str, Any] = {
        "title": parts[0].title,
        "people": _people(parts),
        "diagram": diagram_shown(
            drawings, file=lambda part: reverse("inbox:process-file", args=(one.key, part)),
            asked=asked,
        ),
        "tables": [each for part in parts for each in _tables(request, part)],
        "chosen": chosen,
        "form": form,
        "tried": tried,
    }  # fmt: skip
    return render(request, "inbox/process.html", context, status=422 if form.errors else 200)


@page("see tasks")
@require_safe
def file(request: PageRequest, key: str, part: str) -> HttpResponse:
    """Send the file of one of a process's diagrams."""
    content = part_file(_known(key), part)
    if content is None:
        raise no_such("diagram")
    return as_file(HttpResponse(content, content_type=BPMN), f"{part}.bpmn")


def _known(key: str) -> Process:
    try:
        return process_named(key)
    except NotFound:
        raise no_such("process") from None


def _tried(one: Process, form: TryForm) -> Tried | None:
    sent = form.cleaned_data["file"]
    try:
        return try_file(one, sent.read(MOST_BYTES + 1), name=sent.name)
    except BadInput as problem:
        form.add_error("file", f"{problem.what} ({problem.where}). {problem.fix}.")
        return None


def _people(parts: tuple[Diagram, ...]) -> list[str]:
    """Return the lanes in which people do tasks, in the order they come up."""
    found = [
        element.lane for part in reversed(parts) for element in part.elements.values()
        if element.kind == "task"
    ]  # fmt: skip
    return list(dict.fromkeys(found))


def _tables(request: PageRequest, part: Diagram) -> list[Table]:
    """Return what people do, what comes by its time, and what is done by itself."""
    kinds = part.elements.values()
    tasks = [one for one in kinds if one.kind == "task"]
    events = sorted(
        (one for one in kinds if one.kind in ("timer", "message", "boundary")),
        key=lambda one: (list(part.elements).index(one.attached or one.id), one.due),
    )
    actions = [one for one in kinds if one.kind == "action"]
    said = {"process": part.title}
    return [
        table(
            request, caption=_("%(process)s: tasks") % said,
            columns=(Column(_("Task")), Column(_("Who")), Column(_("Within"))),
            rows=[(Cell(one.title, note=one.words), one.lane, deadline_words(one.due))
                  for one in tasks],
            empty=_("Nobody has a task here."),
        ),
        table(
            request, caption=_("%(process)s: what is waited for") % said,
            columns=(Column(_("What")), Column(_("While")), Column(_("When"))),
            rows=[_event(part, one) for one in events],
            empty=_("Nothing is waited for besides people."),
        ),
        table(
            request, caption=_("%(process)s: what Muster does by itself") % said,
            columns=(Column(_("What")), Column(_("Action"))),
            rows=[(Cell(one.title, note=one.words), one.action) for one in actions],
            empty=_("Muster does nothing by itself here."),
        ),
    ]  # fmt: skip


def _event(part: Diagram, one: Element) -> tuple[str, str, str]:
    on = part.elements[one.attached].title if one.attached else ""
    if one.message:
        return one.title, on, _("When the message “%(name)s” arrives") % {"name": one.message}
    return one.title, on, deadline_words(one.due)

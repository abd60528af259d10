"""Workbooks of a part: ours to fill in elsewhere, and filled ones of any layout read into a form.

What is read counts for nothing yet: it stands in the form of the task, to be checked and sent.
"""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from muster.kernel.errors import MusterError
from muster.pagekit.downloads import as_file
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.pagekit.workbooks import CONTENT_TYPE
from muster.services.transfers import sheets
from muster.services.transfers.forms import Upload, say
from muster.services.transfers.pages.doing import context_of, keep
from muster.services.transfers.pages.kinds import KINDS, WHO, Context
from muster.services.transfers.pages.record_form import RecordForm, initial_of
from muster.services.transfers.reach import note_transfer
from muster.services.transfers.record.checking import differences
from muster.services.transfers.record.comparing import shown
from muster.services.transfers.record.fields import by_name, fields_of
from muster.services.transfers.sheets.reading import is_ours

_LARGEST = 5_000_000
_MOST_LISTED, _LONGEST = 40, 120


@page("see tasks")
@require_safe
def workbook(request: PageRequest, task: uuid.UUID) -> HttpResponse:
    """Send our workbook of the part that a task states, filled with what is known."""
    context = _open(request, task)
    who = WHO[context.task.element]
    note_transfer(context.reader, "transfer workbook")
    form = KINDS[context.task.element].form(context, None, None)
    known = _known(form)
    content = sheets.write(known, (who,), transfer=str(context.one.id), kind=context.one.kind)
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    return as_file(response, f"transfer-{who}.xlsx")


@page("see tasks")
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: PageRequest, task: uuid.UUID) -> HttpResponse:
    """Read a filled workbook, ours or another, and put what is certain into the task's form."""
    context = _open(request, task)
    note_transfer(context.reader, "transfer workbook")
    form = Upload(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = Upload(request.POST, request.FILES)
        if form.is_valid():
            try:
                _read(request, context, form.cleaned_data["file"])
            except MusterError as problem:
                say(form, problem)
            else:
                return redirect("transfers:task", task)
    return render(request, "transfers/upload.html", {
        "form": form, "task": context.task, "transfer": context.one,
    })  # fmt: skip


def _open(request: PageRequest, task: uuid.UUID) -> Context:
    context = context_of(request, task)
    if context.task.element not in WHO or context.task.state != "open":
        raise no_such("task")
    return context


def _read(request: PageRequest, context: Context, file: Any) -> None:
    """Read a file into the draft of a task.

    Raises:
        BadInput: if it is no workbook, too large, or of another transfer.
    """
    content, name = file.read(_LARGEST + 1), str(file.name)[:80]
    who = WHO[context.task.element]
    own = {one.name for one in fields_of(who)}
    form = KINDS[context.task.element].form(context, None, None)
    known = _known(form)
    said: dict[str, Any] = {"name": name, "questions": [], "left": []}
    if is_ours(content, name=name):
        back = sheets.read(content, name=name)
        record, problems = back.record, back.problems
        if back.transfer and back.transfer != str(context.one.id):
            said["questions"].append(_("The workbook was made for another transfer: see that it is"
                                       " of this person"))  # fmt: skip
    else:
        foreign = sheets.read_foreign(content, name=name)
        record, problems = foreign.record, foreign.problems
        said["questions"] = [
            _("%(sheet)s, row %(row)s: %(label)s")
            % {"sheet": one.sheet, "row": one.row + 1, "label": one.label[:_LONGEST]}
            for one in foreign.questions[:_MOST_LISTED]
        ]
        said["left"] = [f"{one.sheet} {one.cell}: {one.text[:_LONGEST]}"
                        for one in foreign.not_understood[:_MOST_LISTED]]  # fmt: skip
    record = {field: value for field, value in record.items() if field in own}
    titles = by_name()
    said["fields"] = [[titles[field].title, _shown(value)] for field, value in record.items()]
    said["problems"] = [f"{one.sheet}, {one.field}: {one.words}. {one.fix}."
                        for one in problems[:_MOST_LISTED]]  # fmt: skip
    said["differs"] = [
        [one.title, _("in the file %(file)s, known so far %(known)s")
         % {"file": one.stated or _("nothing"), "known": one.known}]
        for one in differences(record, {k: v for k, v in known.items() if k in record})
    ]  # fmt: skip
    keep(context, request, {"initial": {**form.initial, **initial_of(record)}, "read": said})


def _known(form: Any) -> dict[str, Any]:
    """Return what a task's form begins with, as a record."""
    assert isinstance(form, RecordForm)
    return dict(form.known)


def _shown(value: Any) -> str:
    return shown(value) or _("None")


addresses = [
    path("task/<uuid:task>/workbook.xlsx", workbook, name="workbook"),
    path("task/<uuid:task>/upload", upload, name="upload"),
]

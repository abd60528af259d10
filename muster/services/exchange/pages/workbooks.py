"""Waiting rows as a workbook to correct, and the corrected workbook on its way back."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_http_methods, require_safe

from muster.connectors.contract import Offer
from muster.gates.people import hidden_rows
from muster.hub.mending.handing import HandedOut, WaitingSheet, hand_out
from muster.hub.mending.lines import Line, in_ranges
from muster.hub.mending.returned import PAGE_SECONDS, Fate, Returned, RowBack, bring_back
from muster.hub.reading import read
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput
from muster.kernel.running import settings
from muster.pagekit.downloads import as_file
from muster.pagekit.jinja import LANGUAGES
from muster.pagekit.rows import row_words
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, page, render, within
from muster.pagekit.workbooks import CONTENT_TYPE, SheetOut, as_workbook
from muster.services.exchange.forms import CorrectedWorkbook
from muster.services.exchange.pages.quarantine import asked_rows, note_rows
from muster.services.exchange.wording import problem_words, short_name

_SHOWN = 100
# What became of rows, and what that means.
_FATES = {
    Fate.WENT_ON: (gettext_lazy("Went on"), gettext_lazy("These rows are corrected and went on.")),
    Fate.LATER: (
        gettext_lazy("Go on in a moment"),
        gettext_lazy(
            "The corrections are kept. There are many, so the rows go on part by part without"
            " you waiting. Those with something wrong still stay in quarantine."
        ),
    ),
    Fate.STILL_WRONG: (
        gettext_lazy("Still wrong"),
        gettext_lazy("The corrections are kept, and the rows wait for what is left."),
    ),
    Fate.CHANGED_MEANWHILE: (
        gettext_lazy("Changed meanwhile"),
        gettext_lazy("Nothing was overwritten. Download these rows again to see how they stand."),
    ),
    Fate.UNCHANGED: (
        gettext_lazy("Not changed"),
        gettext_lazy("No cell of these rows was changed. They wait."),
    ),
    Fate.NO_LONGER_WAITS: (
        gettext_lazy("No longer wait"),
        gettext_lazy("These rows went on before. What the workbook says of them was not taken."),
    ),
    Fate.UNKNOWN: (
        gettext_lazy("Unknown"),
        gettext_lazy(
            "Their references are of no feed that stands, so nothing was done. Download the"
            " rows that wait now."
        ),
    ),
    Fate.NO_REFERENCE: (
        gettext_lazy("Without a reference"),
        gettext_lazy(
            "These lines have no reference that can be read, so nothing was done. Put it back"
            " as it was downloaded, or download the rows again. Delete lines that you added."
        ),
    ),
    Fate.NOT_READ: (
        gettext_lazy("Not read"),
        gettext_lazy(
            "These lines stand on sheets that are hidden or hold no references, so nothing was"
            " done. Show the sheet, or put the references back, and upload the workbook again."
        ),
    ),
}


@page("correct rows")
@require_safe
def download(request: PageRequest) -> HttpResponse:
    """Return waiting rows as a workbook in which the faulty cells are marked; it is logged."""
    asked = asked_rows(request)
    found = hand_out(
        landing=asked["landing_id"],
        cause=asked["cause"],
        employer=within(request, "correct rows"),
        words=problem_words,
        without=asked["without"],
    )
    note_rows(request, found.rows)
    content = written(found)
    return as_file(HttpResponse(content, content_type=CONTENT_TYPE), "waiting-rows.xlsx")


@page("correct rows")
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: PageRequest) -> HttpResponse:
    """Take a corrected workbook, and show what became of each of its rows."""
    own = within(request, "correct rows")
    form = CorrectedWorkbook(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_bound and form.is_valid():
        try:
            found = bring_back(
                _offer(form),
                reason=form.cleaned_data["reason"],
                employer=own,
                by=request.actor.id,
                read=read,
                clock=SYSTEM_CLOCK,
                ours=own_texts(),
                without=hidden_rows(request.actor),
                seconds=PAGE_SECONDS,
            )
        except BadInput as problem:
            where = f" ({problem.where})" if f"{problem.where}" else ""
            form.add_error("file", f"{problem.what}{where}. {problem.fix}.")
        else:
            context = {"fates": _fates(request, found), "total": found.lines}
            return render(request, "exchange/rows_back.html", context)
    return render(request, "exchange/rows_upload.html", {"form": form})


def written(found: HandedOut) -> bytes:
    """Return rows that are handed out as a workbook; its first sheet says how to mend them."""
    return as_workbook(_("Rows that wait"), [_instructions(), *map(_sheet, found.sheets)])


def own_texts() -> set[str]:
    """Return what stands in workbooks beside the rows, in every language they are written in."""
    texts: set[str] = set()
    for language, _name in LANGUAGES:
        with override(language):
            sheet = _instructions()
            lines = [sheet.headers, _own_columns(), *sheet.rows]
            texts.update(f"{text}" for line in lines for text in line)
    return texts


def _own_columns() -> list[str]:
    return [_("Reference"), _("What is wrong")]


def _offer(form: CorrectedWorkbook) -> Offer:
    """Return the file that was uploaded.

    Raises:
        BadInput: if it is larger than files may be.
    """
    file, megabytes = form.cleaned_data["file"], settings().upload_megabytes
    if file.size > megabytes * 1024 * 1024:
        raise BadInput(
            _("The file is larger than %(count)s MB") % {"count": megabytes},
            fix=_("Download the rows cause by cause, and send each workbook by itself"),
        )
    return Offer(file.name, file.read())


def _instructions() -> SheetOut:
    said = (
        _("Each of the other sheets lists rows that wait, in the columns of their sender."),
        _("Cells that are wrong are coloured, and a note says why. Correct them in their place."),
        _("Leave the column of references alone: it tells which row is which."),
        _("You can sort and filter, and delete rows: a row that is not there is left as it is."),
        _("Columns that you add are not read."),
        _("Write dates as 2026-03-31."),
        _("Save it as a workbook and upload it in quarantine. You will be asked for the reason."),
        _("It holds records of people: keep it where only you can read it, and delete it after."),
    )
    return SheetOut(_("How to correct these rows"), [_("How to correct these rows")],
                    [[line] for line in said])  # fmt: skip


def _sheet(found: WaitingSheet) -> SheetOut:
    headers = [*_own_columns(), *found.columns.values()]
    return SheetOut(found.title, headers, found.rows, found.marks)


def _fates(request: PageRequest, found: Returned) -> list[tuple[str, str, int, Table, list[str]]]:
    """Return what became of the lines: each fate with what it means, how many, and the first.

    Where more rows have a fate than are shown, their lines are named without the rest.
    """
    return [
        (
            str(said[0]),
            str(said[1]),
            sum(len(row.lines) for row in rows),
            _rows_back(request, str(said[0]), rows),
            _lines([line for row in rows[_SHOWN:] for line in row.lines]),
        )
        for fate, said in _FATES.items()
        if (rows := found.of(fate))
    ]


def _lines(lines: Sequence[Line]) -> list[str]:
    """Return where lines stand in a workbook, one text for each sheet."""
    if len(lines) == 1:
        return [row_words(lines[0].row, (lines[0].sheet,))]
    found = []
    for sheet, rows in in_ranges(lines):
        words = _("Sheet %(sheet)s, rows %(rows)s") if sheet else _("Rows %(rows)s")
        found.append(words % {"sheet": sheet, "rows": rows})
    return found


def _rows_back(request: PageRequest, title: str, rows: tuple[RowBack, ...]) -> Table:
    return table(
        request,
        caption=title,
        columns=[
            Column(_("In the workbook")),
            Column(_("In its file")),
            Column(_("What is said of it")),
        ],
        rows=[("; ".join(_lines(row.lines)), _row_cell(row), row.said) for row in rows[:_SHOWN]],
        empty="",
    )


def _row_cell(row: RowBack) -> Cell:
    if row.landing is None:
        return Cell("")
    words = f"{short_name(row.file)}, {row.place}"
    if row.fate in (Fate.STILL_WRONG, Fate.UNCHANGED, Fate.CHANGED_MEANWHILE):
        return Cell(words, reverse("exchange:row", args=[row.landing, row.row]))
    return Cell(words)

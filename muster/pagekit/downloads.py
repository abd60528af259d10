"""Tables as CSV files that are safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header

# What a spreadsheet may take for the beginning of a formula. A cell that a stranger filled in
# must not compute anything on the reader's machine.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """Return a CSV download.

    Args:
        name: the file's name, with its ending.
        headings: the first line.
        rows: one sequence per line; ``None`` leaves a cell empty.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(map(plain_cell, headings))
    writer.writerows(map(plain_cell, row) for row in rows)
    # The mark tells spreadsheets that the file is UTF-8.
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    return as_file(response, name)


def as_file(response: HttpResponse, name: str) -> HttpResponse:
    """Return a response that browsers save under a name instead of showing it."""
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def plain_cell(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula; numbers stay numbers."""
    text = "" if value is None else value
    if isinstance(text, str) and text.startswith(_FORMULA):
        return f"'{text}"
    return text

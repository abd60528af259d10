"""Tables, and the pages of long ones, as plain values that the macros draw.

A view asks its queries for rows already sorted and cut; these types only say what is shown and
where the links of the headers and page numbers lead. Everything is a link or a GET form, so an
address always says what is on the page and can be sent to somebody else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

Text = str | Promise


@dataclass(frozen=True)
class Column:
    """One column: its heading; ``sort`` is the key it sorts by, empty for not sortable."""

    text: Text
    numeric: bool = False
    sort: str = ""


@dataclass(frozen=True)
class Cell:
    """What stands in a table's cell: words, a link, a tag, and a quieter note below.

    ``unseen`` goes on for screen readers, so that ten links do not all say "Why?".
    """

    text: Any
    href: str = ""
    tag: str = ""
    note: Text = ""
    unseen: Text = ""


@dataclass(frozen=True)
class Download:
    """The same cells as a file."""

    text: Text
    href: str


@dataclass(frozen=True)
class Sort:
    """The order in force: a column's key, and whether from large to small."""

    key: str
    descending: bool = False

    @classmethod
    def asked(cls, request: HttpRequest, columns: Sequence[Column], *, default: str) -> "Sort":
        """Return the order the address asks for (``?sort=name`` or ``?sort=-name``).

        A key that no column declares gives the ``default``, which is written the same way.
        """
        text = request.GET.get("sort", default)
        if text.removeprefix("-") not in {column.sort for column in columns if column.sort}:
            text = default
        return cls(text.removeprefix("-"), text.startswith("-"))


@dataclass(frozen=True)
class Heading:
    """A column heading as drawn: where its sort link leads and the state screen readers say."""

    text: Text
    numeric: bool
    href: str
    aria_sort: str


@dataclass(frozen=True)
class Table:
    """A table ready to draw. ``rows`` hold one value or ``Cell`` per column."""

    caption: Text
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Any, ...], ...]
    empty: Text
    downloads: tuple[Download, ...] = ()
    first_is_header: bool = True


def table(
    request: HttpRequest,
    *,
    caption: Text,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Any]],
    empty: Text,
    sort: Sort | None = None,
    downloads: Sequence[Download] = (),
    first_is_header: bool = True,
) -> Table:
    """Return a table for the ``table`` macro.

    Args:
        request: the page's request; sort links keep its other filters.
        caption: what the table shows, read first by screen readers.
        columns: the headings.
        rows: one sequence per row, one value or ``Cell`` per column, already in order.
        empty: what to say, and what to do, when there are no rows.
        sort: the order in force, if headings are to be links.
        downloads: the same cells as files.
        first_is_header: whether the first cell names its row.

    Raises:
        ValueError: if a row has not one value per column.
    """
    return Table(
        caption=caption,
        headings=tuple(_heading(request, column, sort) for column in columns),
        rows=tuple(
            tuple(value for _column, value in zip(columns, row, strict=True)) for row in rows
        ),
        empty=empty,
        downloads=tuple(downloads),
        first_is_header=first_is_header,
    )


def _heading(request: HttpRequest, column: Column, sort: Sort | None) -> Heading:
    if sort is None or not column.sort:
        return Heading(column.text, column.numeric, "", "")
    in_force = sort.key == column.sort
    asked = f"-{column.sort}" if in_force and not sort.descending else column.sort
    state = ("descending" if sort.descending else "ascending") if in_force else "none"
    return Heading(column.text, column.numeric, query_with(request, sort=asked, page=None), state)


def query_with(request: HttpRequest, **changes: str | int | None) -> str:
    """Return the page's query string with ``changes``; ``None`` takes a part out."""
    query: QueryDict = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@dataclass(frozen=True)
class Paging:
    """Which part of a long list is shown: page ``number`` (from 1) of rows in ``size``."""

    number: int
    size: int
    total: int

    @classmethod
    def asked(cls, request: HttpRequest, *, total: int, size: int = 50) -> "Paging":
        """Return the page the address asks for (``?page=3``), within what there is."""
        last = max(1, -(-total // size))
        text = request.GET.get("page", "1")
        number = int(text) if text.isdecimal() and len(text) < 10 else 1
        return cls(min(max(number, 1), last), size, total)

    @property
    def last(self) -> int:
        """The number of the last page; 1 when there is nothing."""
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        """How many rows stand before this page."""
        return (self.number - 1) * self.size

    def words(self) -> str:
        """Return which rows are shown, as a sentence."""
        if self.total == 0:
            return ""
        words = ngettext(
            "Showing %(first)s to %(last)s of %(total)s result",
            "Showing %(first)s to %(last)s of %(total)s results",
            self.total,
        )
        return words % {
            "first": f"{self.offset + 1:,}",
            "last": f"{min(self.offset + self.size, self.total):,}",
            "total": f"{self.total:,}",
        }


def pagination(request: HttpRequest, paging: Paging) -> dict[str, Any] | None:
    """Return the ``govukPagination`` parameters, or ``None`` when one page holds everything."""
    if paging.last == 1:
        return None
    shown = sorted(
        {1, paging.last, *range(max(1, paging.number - 1), min(paging.last, paging.number + 1) + 1)}
    )
    items: list[dict[str, Any]] = []
    for before, number in zip([0, *shown], shown, strict=False):
        if number - before > 1:
            items.append({"ellipsis": True})
        items.append(
            {
                "number": number,
                "href": query_with(request, page=number),
                "current": number == paging.number,
                "visuallyHiddenText": _("Page %(number)s") % {"number": number},
            }
        )
    params: dict[str, Any] = {"items": items, "landmarkLabel": _("Pages of results")}
    if paging.number > 1:
        href = query_with(request, page=paging.number - 1)
        params["previous"] = {"href": href, "text": _("Previous page")}
    if paging.number < paging.last:
        href = query_with(request, page=paging.number + 1)
        params["next"] = {"href": href, "text": _("Next page")}
    return params

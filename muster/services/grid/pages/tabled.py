"""The cells of an answer as a table: the same that are drawn, each with what stands behind it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from muster.pagekit.tables import Cell, Column, Paging, Sort, Table, table
from muster.services.grid.explore import DATE
from muster.services.grid.explore.answering import Answer, Figure, title_of
from muster.services.grid.explore.laying import Grid, Row
from muster.services.grid.pages import linking


def table_of(request: HttpRequest, found: Answer, grid: Grid, paging: Paging) -> Table:
    """Return one page of the figures; of many columns, each figure leads to what is behind it."""
    wide = grid.across is not None
    dated = any(axis.name == DATE for axis in grid.heads)
    sortable = not wide and len(grid.heads) == 1
    columns = [Column(axis.title, sort="label" if sortable else "") for axis in grid.heads] or [
        Column(_("Figure"))
    ]
    if wide:
        columns += [Column(label, numeric=True) for _code, label in grid.columns]
    else:
        sort_key = "value" if sortable else ""
        columns.append(Column(found.question.metric.title, numeric=True, sort=sort_key))
    if dated:
        people = found.question.metric.profile == "protected"
        words = _("Employers that made a return") if people else _("Publishers that made a return")
        columns.append(Column(words, numeric=True))
    if not wide and not found.cited:
        columns.append(Column(_("Behind it")))
    sort = Sort.asked(request, columns, default="table") if sortable else None
    shown = _sorted(grid, sort)[paging.offset : paging.offset + paging.size]
    rows = [_row(found, grid, labels, figures) for labels, figures in shown]
    if paging.number == paging.last:
        rows += _totals(found, grid, dated=dated)
    return table(
        request,
        caption=title_of(found.question),
        columns=columns,
        rows=rows,
        sort=sort,
        empty=_("There are no figures for this question. Choose another date or employer."),
        downloads=linking.downloads(found) if found.main else [],
    )


def _sorted(grid: Grid, sort: Sort | None) -> Sequence[Row]:
    """Return rows by label or by figure where asked; a band is read as its lowest."""
    if sort is None or sort.key not in ("label", "value"):
        return grid.rows

    def by_value(row: Row) -> Decimal:
        one = row[1][0]
        return (one.value or Decimal(0)) if one is not None else Decimal(-1)

    if sort.key == "label":
        return sorted(grid.rows, key=lambda row: row[0], reverse=sort.descending)
    return sorted(grid.rows, key=by_value, reverse=sort.descending)


def _row(
    found: Answer, grid: Grid, labels: tuple[str, ...], figures: tuple[Figure | None, ...]
) -> list[Any]:
    row: list[Any] = list(labels) or [found.question.metric.title]
    wide = grid.across is not None
    row += [_cell(found, one, wide=wide) for one in figures]
    one = next((figure for figure in figures if figure), None)
    if any(axis.name == DATE for axis in grid.heads) and one:
        whole = found.of_dates[one.as_at]
        row.append(_("%(some)s of %(all)s") % {"some": whole.returned, "all": whole.known})
    if not wide and not found.cited and one is not None:
        row.append(_behind(found, one))
    return row


def _cell(found: Answer, one: Figure | None, *, wide: bool) -> Any:
    if one is None:
        return _("No figure")
    # What stood behind a figure that is cited may have been corrected since.
    if not wide or found.cited or one.kind == "none":
        return one.shown
    return Cell(one.shown, href=linking.why(found, one), unseen=_of(one))


def _behind(found: Answer, one: Figure) -> Any:
    if one.kind == "none":
        return _("No return")
    return Cell(_("Why?"), href=linking.why(found, one), unseen=_of(one))


def _of(one: Figure) -> str:
    return ", ".join(one.labels)


def _totals(found: Answer, grid: Grid, *, dated: bool) -> list[list[Any]]:
    """Return the row of totals: one figure, or one for each employer that is a column."""
    if dated or not found.totals:
        return []
    before = [_("Total"), *[""] * (len(grid.heads) - 1)]
    if grid.across is None:
        if len(found.totals) > 1:
            return []
        why = Cell(_("Why?"), href=linking.why(found, None), unseen=_("Total"))
        return [[*before, found.totals[0].shown, *([] if found.cited else [why])]]
    by_code = {one.key[0]: one.shown for one in found.totals if one.key}
    if not by_code or grid.across.name != "employer":
        return []
    return [[*before, *(by_code.get(code, "") for code, _label in grid.columns)]]

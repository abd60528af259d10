"""What a tile looks like: a number, a chart with its cells as a table, or why there is nothing."""

import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from markupsafe import Markup

from muster.gates.disclosure import BAND_TOP
from muster.pagekit.charts import Mark, bars, line
from muster.pagekit.jinja import day, short_day
from muster.pagekit.tables import Column, Table, table
from muster.pagekit.views import PageRequest
from muster.services.dashboards.queries import TileView
from muster.services.dashboards.rules import change
from muster.services.dashboards.showing import Question, ShownLine, ShownTile, picked, seen
from muster.services.dashboards.wording import completeness, moved_words, question_words

_DRAWN = 10
_HALF = 460
# How addresses of figures name a series, and a total alone.
_DATE, _TOTAL = "date", "none"


@dataclass(frozen=True)
class DrawnTile:
    """A tile as a page draws it. ``table`` holds the cells of ``svg``, or is the tile itself."""

    id: uuid.UUID
    form: str
    heading: str
    said: str
    note: str
    number: str = ""
    change: str = ""
    svg: Markup | None = None
    table: Table | None = None
    complete: str = ""
    refused: str = ""
    fix: str = ""
    cite: str = ""
    explore: str = ""


def drawn(request: PageRequest, view: TileView, tile: ShownTile) -> DrawnTile:
    """Return how a tile is drawn."""
    question = view.question
    heading = view.heading or question_words(question, tile.metric)
    known: dict[str, Any] = {
        "id": view.id, "form": question.form, "heading": heading, "said": _said(view, tile),
        "note": view.note, "explore": _explore(question, tile),
    }  # fmt: skip
    if tile.refused or tile.as_at is None or tile.now is None:
        return DrawnTile(**known, refused=tile.refused, fix=tile.fix)
    known["complete"] = completeness(tile.now.returned, tile.now.known, day(tile.as_at))
    known["cite"] = reverse("grid:release", args=[tile.now.release])
    if question.form == "number":
        return DrawnTile(**known, number=tile.lines[0].shown, change=_change(question, tile))
    title = ", ".join(part for part in (heading, tile.part) if part)
    cells = _table(request, question, tile, title)
    if question.form == "table":
        return DrawnTile(**known, table=cells)
    return DrawnTile(**known, table=cells, svg=_svg(question, tile, title, known["complete"]))


def _said(view: TileView, tile: ShownTile) -> str:
    """Return what stands below the heading: the figure if the heading does not say it, the part."""
    named = question_words(view.question, tile.metric)
    words = [named] if view.heading and view.heading != named else []
    return ", ".join([*words, *([tile.part] if tile.part else [])])


def _change(question: Question, tile: ShownTile) -> str:
    """Return how the number changed since the date before; empty where nothing was told then."""
    now, before = tile.now, tile.before
    if now is None or before is None:
        return ""
    earlier = picked(before, question.parts)
    if len(earlier) != 1:
        return ""
    alike = (now.returned, now.without) == (before.returned, before.without)
    moved = change(seen(picked(now, question.parts)), seen(earlier))
    return moved_words(moved, earlier[0].shown, day(before.as_at), alike=alike)


def _svg(question: Question, tile: ShownTile, title: str, said: str) -> Markup:
    if question.form == "line":
        labels = [short_day(one.on) if one.on else one.label for one in tile.lines]
        marks = [_mark(one, label) for one, label in zip(tile.lines, labels, strict=True)]
        # Without an employer a total counts whoever returned: no line leads to one of others.
        others = [] if any(name == "employer" for name, _code in question.parts) else [
            label
            for label, one, before in zip(labels[1:], tile.lines[1:], tile.lines, strict=False)
            if one.returned != before.returned
        ]  # fmt: skip
        return line(title=title, description=said, marks=marks, breaks=others, width=_HALF)
    most = _largest(question, tile)
    if len(tile.lines) > len(most):
        said += ". " + _("The %(n)s largest are drawn; the table holds all.") % {"n": len(most)}
    return bars(
        title=title, description=said, marks=[_mark(one, one.label) for one in most], width=_HALF
    )


def _largest(question: Question, tile: ShownTile) -> list[ShownLine]:
    """Return the lines that are drawn: all in their order, or the largest where there are many."""
    if len(tile.lines) <= _DRAWN:
        return list(tile.lines)
    return sorted(tile.lines, key=lambda one: -(one.value or Decimal(0)))[:_DRAWN]


def _mark(one: ShownLine, label: str) -> Mark:
    if one.kind == "band":
        return Mark(label, "", 0, one.shown, upto=BAND_TOP)
    return Mark(label, "", one.value, one.shown)


def _table(request: PageRequest, question: Question, tile: ShownTile, title: str) -> Table:
    metric = tile.metric
    dimension = metric.dimension(question.by) if metric and question.by else None
    columns = [Column(dimension.title if dimension else _("Date")), Column(tile.title, True)]
    if question.form == "line":
        columns.append(Column(_("Employers that returned"), True))
    rows = [
        (one.label, one.shown, *([f"{one.returned} / {one.known}"] * (question.form == "line")))
        for one in tile.lines
    ]
    return table(
        request, caption=title, columns=columns, rows=rows,
        empty=_("Nobody returned anything that this table tells of."),
    )  # fmt: skip


def _explore(question: Question, tile: ShownTile) -> str:
    """Return where the same question is explored further; empty for a figure that is no more."""
    if tile.metric is None:
        return ""
    by = [question.by] if question.by else []
    by += [name for name, _code in question.parts if name != "employer"]
    by += [_DATE] if question.form == "line" else []
    said = [("metric", question.metric), *(("by", name) for name in by or [_TOTAL])]
    if tile.as_at is not None:
        said.append(("as_at", tile.as_at.isoformat()))
    said += [(name, code) for name, code in question.parts if name == "employer"]
    return f"{reverse('grid:explore')}?{urlencode(said)}"

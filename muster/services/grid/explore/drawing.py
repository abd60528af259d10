"""The cells of an answer as charts: bars for one date, lines over dates, small ones for a third.

What is drawn is what the table holds: a band is a hatched stretch, no return is a gap with words.
Where there is more than can be told apart, the largest are drawn and the words beside say so.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from muster.gates.disclosure import BAND_TOP
from muster.kernel.days import month_end
from muster.pagekit.charts import Mark, bars, line
from muster.pagekit.charts.drawing import PANEL, WIDTH
from muster.pagekit.charts.marks import MOST_SERIES
from muster.services.grid.explore import DATE
from muster.services.grid.explore.answering import Answer, Figure
from muster.services.grid.explore.laying import ORDERED, codes_of

_MOST_BARS, _MOST_PANEL_BARS, MOST_PANELS = 25, 10, 12


@dataclass(frozen=True)
class Drawn:
    """Charts of one answer: one, or small ones that each have a heading; and what they leave out.

    ``said`` is what a reader should take from them and know of them, in words.
    """

    charts: tuple[tuple[str, Markup], ...]
    said: str


@dataclass(frozen=True)
class _Plan:
    """Which axis stands along a chart, which is its series, which have charts of their own."""

    along: int
    series: int | None
    panels: tuple[int, ...]


def draw(answer: Answer, *, title: str, description: str) -> Drawn:
    """Return the charts of an answer."""
    if not answer.figures:
        return Drawn((), "")
    if not answer.axes:
        [only] = answer.figures[:1]
        marks = [_mark(only, answer.question.metric.title, "")]
        return Drawn((("", bars(title=title, description=description, marks=marks)),), "")
    plan = _plan(answer)
    left_out: list[str] = []
    series = _kept(answer, plan.series, MOST_SERIES, left_out)
    groups = _panels(answer, plan, left_out)
    most = _MOST_PANEL_BARS if len(groups) > 1 else _MOST_BARS
    dated = answer.axes[plan.along].name == DATE
    labels = None if dated else _kept(answer, plan.along, most, left_out)
    said = " ".join([_highest(answer), *left_out]).strip()
    told = f"{description} {said}".strip()
    shown = {
        heading: [
            _marked(answer, plan, one) for one in figures if _drawn(one, plan, labels, series)
        ]
        for heading, figures in groups.items()
    }
    ends = [0.0, *(mark.far for marks in shown.values() for mark in marks)]
    frame = _Frame(
        told, PANEL if len(shown) > 1 else WIDTH, (min(ends), max(ends)),
        tuple(_short(answer, date) for date in answer.question.dates) if dated else (),
        tuple(breaks_of(answer)),
    )  # fmt: skip
    charts = []
    for heading, marks in shown.items():
        ordered = _in_order(answer, marks, plan, series) if dated else _sorted(answer, plan, marks)
        charts.append((heading, frame.chart(f"{title}: {heading}" if heading else title, ordered)))
    return Drawn(tuple(charts), said)


@dataclass(frozen=True)
class _Frame:
    """What the charts of one answer share. ``dates`` are empty for bars."""

    told: str
    width: float
    scale: tuple[float, float]
    dates: tuple[str, ...]
    breaks: tuple[str, ...]

    def chart(self, title: str, marks: Sequence[Mark]) -> Markup:
        """Draw one chart, with words where a table holds no figure."""
        labels = self.dates or tuple(dict.fromkeys(mark.label for mark in marks))
        have = {(mark.label, mark.series) for mark in marks}
        gaps = [
            Mark(label, name, None, _("No figure"))
            for name in dict.fromkeys(mark.series for mark in marks)
            for label in labels
            if (label, name) not in have
        ]
        if not self.dates:
            return bars(
                title=title, description=self.told, marks=[*marks, *gaps], width=self.width,
                scale=self.scale,
            )  # fmt: skip
        return line(
            title=title, description=self.told, marks=[*marks, *gaps], axis=self.dates,
            breaks=self.breaks, width=self.width, scale=self.scale,
        )  # fmt: skip


def _plan(answer: Answer) -> _Plan:
    """Return how axes are drawn: few codes beside each other in one chart, the rest in others."""
    named = [at for at, axis in enumerate(answer.axes) if axis.name != DATE]
    dated = len(named) < len(answer.axes)
    few = [at for at in named if len(codes_of(answer, at)) <= MOST_SERIES]
    if dated:
        series = few[-1] if few else (named[-1] if named else None)
        rest = tuple(at for at in named if at != series)
        return _Plan(len(answer.axes) - 1, series, rest)
    if len(named) == 1:
        return _Plan(named[0], None, ())
    series = few[-1] if few else None
    others = [at for at in named if at != series]
    return _Plan(others[0], series, tuple(others[1:]))


def _kept(answer: Answer, place: int | None, most: int, left_out: list[str]) -> list[str] | None:
    """Return the codes of an axis that are drawn: all, or the largest; None for no axis."""
    if place is None:
        return None
    codes = list(codes_of(answer, place))
    if len(codes) > most:
        said = _("The %(n)s largest of %(all)s are drawn by %(axis)s; the table holds all.")
        left_out.append(
            said % {"n": most, "all": len(codes), "axis": answer.axes[place].title.lower()}
        )
        largest = _sizes(answer, place)
        kept = set(sorted(codes, key=lambda code: -largest.get(code, 0.0))[:most])
        codes = [code for code in codes if code in kept]
    return codes


def _sizes(answer: Answer, place: int) -> dict[str, float]:
    """Return the largest figure under each code of an axis, on the last date shown."""
    found: dict[str, float] = {}
    for one in answer.figures:
        if one.as_at == answer.question.as_at:
            code = one.key[place]
            found[code] = max(found.get(code, 0.0), float(one.value or 0))
    return found


def _panels(answer: Answer, plan: _Plan, left_out: list[str]) -> dict[str, list[Figure]]:
    """Return figures by the heading of the chart they stand in, the largest first."""
    if not plan.panels:
        return {"": list(answer.figures)}
    found: dict[str, list[Figure]] = {}
    for one in answer.figures:
        found.setdefault(", ".join(one.labels[at] for at in plan.panels), []).append(one)
    found = _without_bands_alone(found, left_out)
    if len(found) <= MOST_PANELS:
        return found
    left_out.append(
        _("The %(n)s of %(all)s charts with the largest figures are drawn; the table holds all.")
        % {"n": MOST_PANELS, "all": len(found)}
    )
    order = sorted(found, key=lambda heading: -max(float(o.value or 0) for o in found[heading]))
    return {heading: found[heading] for heading in order[:MOST_PANELS]}


def _without_bands_alone(
    found: dict[str, list[Figure]], left_out: list[str]
) -> dict[str, list[Figure]]:
    """Leave charts out in which every figure is a band: they would say the same many times."""
    told = {
        heading: figures
        for heading, figures in found.items()
        if any(one.kind != "band" for one in figures)
    }
    if not told or len(told) == len(found):
        return found
    few = len(found) - len(told)
    words = ngettext(
        "%(n)s chart with no figure above 7 is not drawn; the table holds all.",
        "%(n)s charts with no figure above 7 are not drawn; the table holds all.",
        few,
    )
    left_out.append(words % {"n": few})
    return told


def _drawn(one: Figure, plan: _Plan, labels: list[str] | None, series: list[str] | None) -> bool:
    along = labels is None or one.key[plan.along] in labels
    return along and (plan.series is None or series is None or one.key[plan.series] in series)


def _marked(answer: Answer, plan: _Plan, one: Figure) -> Mark:
    name = "" if plan.series is None else one.labels[plan.series]
    if answer.axes[plan.along].name != DATE:
        return _mark(one, one.labels[plan.along], name)
    table = answer.of_dates[one.as_at]
    people = table.metric.profile == "protected"
    words = _("%(returned)s of %(known)s employers") if people else _(
        "%(returned)s of %(known)s publishers"
    )  # fmt: skip
    note = words % {"returned": table.returned, "known": table.known}
    return _mark(one, _short(answer, one.as_at), name, "" if one.kind == "none" else note)


def _mark(one: Figure, label: str, series: str, note: str = "") -> Mark:
    if one.kind == "band":
        return Mark(label, series, 0, one.shown, note, BAND_TOP)
    return Mark(label, series, one.value, one.shown, note)


def _in_order(
    answer: Answer, marks: Sequence[Mark], plan: _Plan, series: list[str] | None
) -> list[Mark]:
    """Return marks by series, in the order in which the series are listed."""
    if plan.series is None or series is None:
        return list(marks)
    words = codes_of(answer, plan.series)
    order = {words[code]: rank for rank, code in enumerate(series)}
    return sorted(marks, key=lambda mark: order[mark.series])


def _sorted(answer: Answer, plan: _Plan, marks: Sequence[Mark]) -> list[Mark]:
    """Return marks with the largest label first, unless labels have an order of their own."""
    if answer.axes[plan.along].name in ORDERED:
        return list(marks)
    largest: dict[str, float] = {}
    for mark in marks:
        largest[mark.label] = max(largest.get(mark.label, 0.0), float(mark.value or 0))
    return sorted(marks, key=lambda mark: -largest[mark.label])


def breaks_of(answer: Answer) -> list[str]:
    """Return the dates whose figures count other publishers than the date before.

    One employer's own figures are a series whoever else returned.
    """
    if answer.question.employers or "employer" in answer.question.by:
        return []
    tables = answer.of_dates
    return [
        _short(answer, now)
        for before, now in pairwise(tables)
        if (tables[before].returned, tables[before].without)
        != (tables[now].returned, tables[now].without)
    ]


def _short(answer: Answer, date: dt.date) -> str:
    """Return a date as it stands below a line: the month alone where all are month ends."""
    monthly = all(one == month_end(one) for one in answer.question.dates)
    return date_format(date, "M Y" if monthly else "j M Y")


def _highest(answer: Answer) -> str:
    """Return the highest and the lowest figure that is told, in words."""
    told = [one for one in answer.figures if one.value is not None]
    if len(told) < 2:
        return ""
    high, low = max(told, key=_value), min(told, key=_value)
    return _("Highest: %(high)s, %(most)s. Lowest told: %(low)s, %(least)s.") % {
        "high": ", ".join(high.labels), "most": high.shown,
        "low": ", ".join(low.labels), "least": low.shown,
    }  # fmt: skip


def _value(one: Figure) -> float:
    return float(one.value or 0)

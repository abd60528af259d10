"""The filters of the GRID pages."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from muster.gates.disclosure import MOST_DIMENSIONS
from muster.gates.metrics import declared
from muster.kernel.metrics import Metric
from muster.pagekit.fields import offer
from muster.pagekit.jinja import day
from muster.services.grid.explore.asking import EMPLOYER, NOTHING, Question
from muster.services.grid.explore.themes import offered
from muster.services.grid.official import MEASURES, Comparison


@dataclass(frozen=True)
class ExploreBoxes:
    """The boxes of Explore, as the GOV.UK macros take them; any of them may be left as it is.

    ``metrics`` are (name, title) by theme. ``by`` are three boxes, ``others`` the employers that
    one may be compared with.
    """

    metrics: dict[str, list[tuple[str, str]]]
    by: tuple[dict[str, Any], ...]
    as_at: dict[str, Any]
    since: dict[str, Any]
    employer: dict[str, Any] | None
    others: dict[str, Any] | None
    compared: bool
    errors: list[dict[str, str]]


def explore_boxes(question: Question) -> ExploreBoxes:
    """Return the boxes of Explore, set as a question was asked."""
    known, employers = question.known, {**question.known.employers, **question.employers}
    dates = [(one.isoformat(), day(one)) for one in reversed(known.dates)] or [("", _("No dates"))]
    chosen = list(question.employers)
    has_employers = question.metric.dimension(EMPLOYER) is not None
    whole = [("", _("All employers")), *employers.items()]
    one = _select(question, "employer", _("Employer"), whole, (chosen or [""])[0])
    others = [pair for pair in employers.items() if not chosen or pair[0] != chosen[0]]
    return ExploreBoxes(
        metrics={
            theme: _named(held)
            for theme, held in offered(declared().values(), question.metric).items()
        },
        by=tuple(_by(question, place) for place in range(MOST_DIMENSIONS)),
        as_at=_select(question, "as_at", _("As at"), dates, _iso(question.as_at)),
        since=_select(
            question, "from", _("Since"),
            [("", _("Only this date")), *((code, words) for code, words in dates if code)],
            _iso(question.since),
        ),
        employer=one if has_employers else None,
        others=_others(others, chosen[1:]) if has_employers and len(employers) > 1 else None,
        compared=len(chosen) > 1 or any(p.field == "employer" for p in question.problems),
        errors=[{"text": p.text, "href": f"#filter_{p.field}"} for p in question.problems],
    )  # fmt: skip


def _by(question: Question, place: int) -> dict[str, Any]:
    """Return one of the boxes for breakdowns; all bear the same name in the address."""
    names = ("by", "by_2", "by_3")
    labels = (_("Broken down by"), _("and by"), _("and by a third"))
    nothing = _("Nothing: the total alone") if place == 0 else _("Nothing more")
    choices = [(NOTHING, nothing)] if place == 0 else [("", nothing)]
    choices += [(one.name, one.title) for one in question.metric.dimensions]
    chosen = question.by[place] if place < len(question.by) else choices[0][0]
    return _select(question, names[place], labels[place], choices, chosen) | {"name": "by"}


def _select(
    question: Question, name: str, label: str, choices: Sequence[tuple[str, str]], chosen: str
) -> dict[str, Any]:
    wrong = next((one.text for one in question.problems if one.field == name), None)
    return {
        "id": f"filter_{name}",
        "name": name,
        "label": {"text": label, "classes": "govuk-label--s"},
        "items": [
            {"value": value, "text": text, "selected": value == chosen} for value, text in choices
        ],
        "errorMessage": {"text": wrong, "visuallyHiddenText": _("Error")} if wrong else None,
    }


def _others(employers: Sequence[tuple[str, str]], chosen: Sequence[str]) -> dict[str, Any]:
    legend = {"text": _("Compare with up to four others"), "classes": "govuk-fieldset__legend--s"}
    return {
        "idPrefix": "filter_other",
        "name": "employer",
        "classes": "govuk-checkboxes--small muster-filters__fields",
        "fieldset": {"legend": legend},
        "items": [
            {"value": code, "text": title, "checked": code in chosen} for code, title in employers
        ],
    }


def _iso(date: dt.date | None) -> str:
    return date.isoformat() if date else ""


class ChangesForm(forms.Form):
    """Figure, date and employer of which to show what changed; all optional."""

    metric = forms.ChoiceField(label=gettext_lazy("Figure"), required=False)
    as_at = forms.ChoiceField(label=gettext_lazy("Up to"), required=False)
    employer = forms.ChoiceField(label=gettext_lazy("Employer"), required=False)

    def __init__(self, question: Question, **kwargs: Any) -> None:
        chosen = {
            "metric": question.metric.name,
            "as_at": _iso(question.as_at),
            "employer": next(iter(question.employers), ""),
        }
        super().__init__(initial=chosen, auto_id="filter_%s", **kwargs)
        employers = {**question.known.employers, **question.employers}
        themes = offered(declared().values(), question.metric).values()
        offer(self, "metric", [pair for held in themes for pair in _named(held)])
        offer(self, "as_at", [(one.isoformat(), day(one)) for one in question.known.dates[:0:-1]])
        offer(self, "employer", [("", _("All employers")), *employers.items()])


class OfficialForm(forms.Form):
    """Measure, period and which employers; all optional, so any address is valid."""

    measure = forms.ChoiceField(label=gettext_lazy("Figure"), required=False)
    period = forms.ChoiceField(label=gettext_lazy("At the end of"), required=False)
    show = forms.ChoiceField(
        label=gettext_lazy("Employers"),
        required=False,
        choices=[
            ("", gettext_lazy("All employers")),
            ("differ", gettext_lazy("Only where sources differ")),
        ],
    )

    def __init__(self, found: Comparison, show: str, **kwargs: Any) -> None:
        chosen = {
            "measure": found.measure,
            "period": found.period.isoformat() if found.period else "",
            "show": show,
        }
        super().__init__(initial=chosen, auto_id="filter_%s", **kwargs)
        words = {"headcount": _("Headcount"), "fte": _("Full-time equivalents")}
        offer(self, "measure", [(name, words[name]) for name in MEASURES])
        periods = [(one.isoformat(), _period(one, n)) for one, n in found.periods.items()]
        offer(self, "period", periods)


def _period(period: dt.date, sources: int) -> str:
    words = ngettext("%(period)s (%(sources)s source)", "%(period)s (%(sources)s sources)", sources)
    return words % {"period": day(period), "sources": sources}


def _named(metrics: Sequence[Metric]) -> list[tuple[str, str]]:
    return [(one.name, one.title) for one in metrics]

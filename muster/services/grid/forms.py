"""The filters of the GRID pages."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from muster.gates.metrics import declared
from muster.pagekit.jinja import day
from muster.services.grid.explore import DATE, Answer
from muster.services.grid.official import MEASURES, Comparison


class ExploreForm(forms.Form):
    """Metric, breakdown, date and employer; all optional, so any address is valid."""

    metric = forms.ChoiceField(label=_("Figure"), required=False)
    by = forms.ChoiceField(label=_("Broken down by"), required=False)
    as_at = forms.ChoiceField(label=_("As at"), required=False)
    employer = forms.ChoiceField(label=_("Employer"), required=False)

    def __init__(self, answer: Answer, **kwargs: Any) -> None:
        question = answer.question
        chosen = {
            "metric": question.metric.name,
            "by": question.by,
            "as_at": question.as_at.isoformat() if question.as_at else "",
            "employer": question.employer,
        }
        super().__init__(initial=chosen, auto_id="filter_%s", **kwargs)
        self._offer("metric", [(metric.name, metric.title) for metric in declared().values()])
        dimensions = [(d.name, d.title) for d in question.metric.dimensions]
        self._offer("by", [*dimensions, (DATE, _("Date"))])
        self._offer("as_at", [(d.isoformat(), day(d)) for d in reversed(answer.dates)])
        self._offer("employer", [("", _("All employers")), *answer.employers.items()])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class OfficialForm(forms.Form):
    """Measure, period and which employers; all optional, so any address is valid."""

    measure = forms.ChoiceField(label=_("Figure"), required=False)
    period = forms.ChoiceField(label=_("At the end of"), required=False)
    show = forms.ChoiceField(
        label=_("Employers"),
        required=False,
        choices=[("", _("All employers")), ("differ", _("Only where sources differ"))],
    )

    def __init__(self, found: Comparison, show: str, **kwargs: Any) -> None:
        chosen = {
            "measure": found.measure,
            "period": found.period.isoformat() if found.period else "",
            "show": show,
        }
        super().__init__(initial=chosen, auto_id="filter_%s", **kwargs)
        words = {"headcount": _("Headcount"), "fte": _("Full-time equivalents")}
        self._offer("measure", [(name, words[name]) for name in MEASURES])
        periods = [(one.isoformat(), _period(one, n)) for one, n in found.periods.items()]
        self._offer("period", periods)

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def _period(period: dt.date, sources: int) -> str:
    words = ngettext("%(period)s (%(sources)s source)", "%(period)s (%(sources)s sources)", sources)
    return words % {"period": day(period), "sources": sources}

"""The filters of the GRID page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.gates.metrics import declared
from muster.pagekit.jinja import day
from muster.services.grid.explore import DATE, Answer


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

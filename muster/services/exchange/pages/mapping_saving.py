"""The forms at the end of mapping: what the layout is called, and which date its file speaks of."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.hub.layouts import Layout, date_in_name
from muster.hub.routes import RouteView
from muster.hub.suggesting.spoken_of import Dated, dated_columns
from muster.hub.suggesting.suggestion import Suggestion
from muster.pagekit.fields import DateParts
from muster.pagekit.jinja import day


class SaveForm(forms.Form):
    """What a layout is called, whose files it reads, and what they mean."""

    title = forms.CharField(
        label=gettext_lazy("Name of this kind of file"),
        help_text=gettext_lazy("For example “Monthly people report of the Land Office”."),
        max_length=200,
    )
    route = forms.ChoiceField(label=gettext_lazy("Which system sends such files"))
    meaning = forms.ChoiceField(
        label=gettext_lazy("What is a file of this kind?"),
        widget=forms.RadioSelect,
        choices=[
            ("full", gettext_lazy("A full list: who is missing from it has left")),
            ("delta", gettext_lazy("Changes only: who is missing from it has not changed")),
        ],
    )
    as_at = forms.ChoiceField(
        label=gettext_lazy("Where does it say which date it speaks of?"), required=False
    )

    def __init__(
        self,
        *given: Any,
        suggestion: Suggestion,
        routes: Sequence[RouteView],
        **more: Any,
    ) -> None:
        super().__init__(*given, **more)
        offered = [(r.code, r.source) for r in routes if r.contract == suggestion.contract.title]
        if len(offered) != 1:
            offered.insert(0, ("", _("Choose one")))
        self.fields["route"].choices = offered  # type: ignore[attr-defined]
        self._dated = dated_columns(suggestion)
        words = _("In “%(column)s”: %(day)s in every row here")
        dates = [
            (str(at), words % {"column": one.column, "day": day(one.day)})
            for at, one in enumerate(self._dated)
        ]
        said = ("", _("In its name, such as 2026-03-31, or whoever sends it says so"))
        self.fields["as_at"].choices = [said, *dates]  # type: ignore[attr-defined]
        if not dates:
            del self.fields["as_at"]

    def dated(self) -> Dated | None:
        """Return the column that says which date a file speaks of, if one was chosen."""
        chosen = self.cleaned_data.get("as_at", "")
        return self._dated[int(chosen)] if chosen else None


class TakeForm(forms.Form):
    """The date of the file that was mapped; it has to be given where nothing else says it."""

    as_at = DateParts(
        label=gettext_lazy("The date the file speaks of"),
        error_messages={
            "required": gettext_lazy("Enter the date the file speaks of, such as 27 3 2026")
        },
    )

    def __init__(self, *given: Any, file: str, layout: Layout, **more: Any) -> None:
        super().__init__(*given, **more)
        as_at, told = self.fields["as_at"], _told(file, layout)
        as_at.required = not told
        as_at.help_text = told or _(
            "It has to be given, because neither the layout nor the name of the file says it."
            " Muster records what the file says as true on that day."
        )
        if told:
            as_at.label = _("The date the file speaks of (optional)")


def _told(file: str, layout: Layout) -> str:
    """Return in words what says which date a file speaks of; empty if nothing does."""
    as_at, named = layout.shape.as_at, date_in_name(file)
    if as_at is not None and as_at.column:
        words = _("Leave it empty to take the date that stands in the column “%(column)s”.")
        return words % {"column": as_at.column}
    if as_at is not None:
        return _("Leave it empty to take the date that the file itself says.")
    if named is not None:
        words = _("Leave it empty to take the date in the name of the file, %(day)s.")
        return words % {"day": day(named)}
    return ""

"""The forms of the exchange pages."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.hub.routes import RouteView
from muster.pagekit.fields import DateParts
from muster.services.exchange.wording import STATES


class FeedFilters(forms.Form):
    """What a reader narrows the list of feeds by."""

    q = forms.CharField(label=gettext_lazy("File name"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("Any")), *((key, words) for key, (words, _) in STATES.items())],
    )
    route = forms.ChoiceField(label=gettext_lazy("Source"), required=False)
    as_at = DateParts(label=gettext_lazy("As at"), required=False)
    waiting = forms.BooleanField(label=gettext_lazy("Only with rows in quarantine"), required=False)

    def __init__(self, data: Any, *, routes: Sequence[RouteView]) -> None:
        super().__init__(data, auto_id="filter_%s")
        sources = [("", _("Any")), *((route.code, route.source) for route in routes)]
        self.fields["route"].choices = sources  # type: ignore[attr-defined]


class _ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class _ManyFiles(forms.FileField):
    """One or more files; Django's own field knows a single one only."""

    widget = _ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        given = data if isinstance(data, (list, tuple)) else [data]
        empty = [file.name for file in given if file is not None and not file.size]
        if empty:
            raise forms.ValidationError(
                _("Leave out files without any content: %(names)s") % {"names": ", ".join(empty)}
            )
        single = super().clean
        return [single(file, initial) for file in given or [None]]


class UploadForm(forms.Form):
    """Files somebody hands in. Routes are those within the sender's reach."""

    file = _ManyFiles(
        label=gettext_lazy("Files"),
        help_text=gettext_lazy("CSV files, or a zip of them. You can choose several."),
        widget=_ManyFilesInput(attrs={"accept": ".csv,.tsv,.txt,.zip"}),
    )
    route = forms.ChoiceField(label=gettext_lazy("Which system sent them"))
    folder = forms.CharField(
        label=gettext_lazy("Publisher (for published files only)"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("For example wales_office. A zip may hold a folder for each."),
    )
    as_at = DateParts(
        label=gettext_lazy("The date they speak of (optional)"),
        required=False,
        help_text=gettext_lazy("Needed if it is not in the file names, as in 2011-03-31."),
    )

    def __init__(
        self, *given: Any, routes: Sequence[RouteView], may_leave_open: bool, **more: Any
    ) -> None:
        super().__init__(*given, **more)
        self._routes = {route.code: route for route in routes}
        offered = [(route.code, route.source) for route in routes]
        if may_leave_open:
            offered.insert(0, ("?", _("Tell by folder and headings")))
        elif len(offered) != 1:
            offered.insert(0, ("", _("Choose one")))
        self.fields["route"].choices = offered  # type: ignore[attr-defined]
        if all(route.employer for route in routes) and not may_leave_open:
            del self.fields["folder"]

    def clean(self) -> dict[str, Any]:
        """Ask for the publisher where one system's files speak for many publishers."""
        given = super().clean() or {}
        route = self._routes.get(given.get("route", ""))
        loose = [f for f in given.get("file", []) if not f.name.lower().endswith(".zip")]
        if route is not None and route.employer is None and loose and not given.get("folder"):
            self.add_error("folder", _("Enter the publisher whose files these are"))
        return given

    @property
    def stated_route(self) -> RouteView | None:
        """The route that was chosen; None where folder and headings are to tell."""
        return self._routes.get(self.cleaned_data["route"])


class ChooseEmployer(forms.Form):
    """Which employer a name means."""

    employer = forms.ChoiceField(
        label=gettext_lazy("Which employer does it mean?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Select the employer that the name means")},
    )

    def __init__(self, *given: Any, offered: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["employer"].choices = offered  # type: ignore[attr-defined]


class SearchEmployer(forms.Form):
    """Words of an employer that is not among those offered."""

    stated = forms.CharField(widget=forms.HiddenInput)
    q = forms.CharField(label=gettext_lazy("Search for another employer"), required=False)


class Reason(forms.Form):
    """Why somebody suspends or resumes an agreement; it is recorded."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("It is recorded in the log of decisions. Do not name people."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        error_messages={"required": gettext_lazy("Enter the reason")},
    )

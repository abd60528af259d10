"""The forms of the exchange pages."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.hub.mending.correcting import LONGEST, RowView
from muster.hub.mending.meanings import Question, checked
from muster.hub.reading import ENDINGS
from muster.hub.routes import RouteView
from muster.kernel.errors import BadInput
from muster.kernel.running import settings
from muster.pagekit.fields import DateParts
from muster.services.exchange.wording import STATES, problem_words

# So many answers are shown at a glance, more in a list; a cell is longer than a line from here.
_AT_A_GLANCE, _LONG_CELL = 12, 80


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
        megabytes = settings().upload_megabytes
        large = [file.name for file in given if file is not None and file.size > megabytes << 20]
        if large:
            raise forms.ValidationError(
                _("Send files of over %(count)s MB in parts: %(names)s")
                % {"count": megabytes, "names": ", ".join(large)}
            )
        single = super().clean
        return [single(file, initial) for file in given or [None]]


class UploadForm(forms.Form):
    """Files somebody hands in. Routes are those within the sender's reach."""

    file = _ManyFiles(
        label=gettext_lazy("Files"),
        help_text=gettext_lazy(
            "Workbooks, delimited text, XML, records of fixed width, or a zip of them."
            " You can choose several."
        ),
        widget=_ManyFilesInput(attrs={"accept": ",".join((*ENDINGS, ".zip"))}),
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
        help_text=gettext_lazy(
            "Needed if neither the files nor their names say it, as in 2011-03-31."
        ),
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
    """Why somebody changes something that others rely on; it is recorded."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("It is recorded in the log of decisions. Do not name people."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        error_messages={"required": gettext_lazy("Enter the reason")},
    )


class SayMeaning(forms.Form):
    """What a value means, once for all: one of a list where there is one, or free text."""

    NOTHING = "-"

    becomes = forms.CharField(
        label=gettext_lazy("What does it mean?"),
        required=False,
        max_length=300,
        error_messages={"required": gettext_lazy("Say what the value means")},
    )
    nothing = forms.BooleanField(
        label=gettext_lazy("It means that nothing is stated"), required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("It is recorded in the log of decisions. Do not name people."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        error_messages={"required": gettext_lazy("Enter the reason")},
    )

    def __init__(self, *given: Any, question: Question, **more: Any) -> None:
        super().__init__(*given, **more)
        self._question = question
        if question.choices:
            offered = [(choice.becomes, choice.words) for choice in question.choices]
            if question.may_be_empty:
                offered.append((self.NOTHING, _("Nothing: leave the field empty")))
            self.fields["becomes"] = _among(offered, self.fields["becomes"])
        if question.choices or not question.may_be_empty:
            del self.fields["nothing"]

    def clean(self) -> dict[str, Any]:
        """Read what was said as the field is read, so that a mistake shows at once."""
        given = super().clean() or {}
        if given.get("nothing") or given.get("becomes") == self.NOTHING:
            given["becomes"] = ""
        elif "becomes" in given and not given["becomes"]:
            self.add_error("becomes", _("Say what the value means"))
            return given
        if "becomes" in given:
            try:
                given["becomes"] = checked(self._question, given["becomes"])
            except BadInput as problem:
                self.add_error("becomes", f"{problem.what}. {problem.fix}.")
        return given


def _among(offered: Sequence[tuple[str, str]], instead: forms.Field) -> forms.ChoiceField:
    """Return a choice: all at a glance where they are few."""
    few = len(offered) <= _AT_A_GLANCE
    return forms.ChoiceField(
        label=instead.label,
        choices=offered if few else [("", _("Choose one")), *offered],
        widget=forms.RadioSelect if few else forms.Select,
        error_messages={"required": _("Select what the value means")},
    )


class CorrectRow(forms.Form):
    """The cells of one row, each with what is wrong with it, and why they are changed."""

    def __init__(self, view: RowView, data: Any = None) -> None:
        texts = {self.name_of(place): cell.text for place, cell in enumerate(view.cells)}
        super().__init__(texts | {"reason": ""} if data is None else data)
        self._view, self._fresh = view, data is None
        for place, cell in enumerate(view.cells):
            long = len(cell.text) > _LONG_CELL or "\n" in cell.text
            came = _("It came in as: %(text)s") % {"text": cell.original or _("nothing")}
            self.fields[self.name_of(place)] = forms.CharField(
                label=cell.header,
                required=False,
                max_length=LONGEST,
                help_text=came if cell.corrected else "",
                widget=forms.Textarea(attrs={"rows": 4}) if long else forms.TextInput,
            )
        self.fields["reason"] = forms.CharField(
            label=_("Reason for the correction"),
            help_text=_("It is kept with the row and recorded. Do not name people."),
            required=not self._fresh,
            widget=forms.Textarea(attrs={"rows": 3}),
            max_length=1000,
            error_messages={"required": _("Enter the reason for the correction")},
        )
        if self._fresh:
            self.tell({cell.header: list(map(problem_words, cell.problems)) for cell in view.cells})

    @staticmethod
    def name_of(place: int) -> str:
        """Return what the box of a cell is called."""
        return f"cell_{place}"

    def tell(self, problems: Mapping[str, Sequence[str]]) -> None:
        """Show problems beside their cells, and in the summary above."""
        self.is_valid()
        for place, cell in enumerate(self._view.cells):
            for words in dict.fromkeys(problems.get(cell.header, ())):
                self.add_error(self.name_of(place), words)

    @property
    def texts(self) -> dict[str, str]:
        """The cells as typed, by header."""
        return {
            cell.header: self.cleaned_data[self.name_of(place)]
            for place, cell in enumerate(self._view.cells)
            if self.name_of(place) in self.cleaned_data
        }


class CorrectedWorkbook(forms.Form):
    """A workbook of rows that wait, with cells corrected."""

    file = forms.FileField(
        label=gettext_lazy("The corrected workbook"),
        help_text=gettext_lazy("The one that was downloaded from quarantine, as XLSX or ODS."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.ods,.xls,.xlsm"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason for the corrections"),
        help_text=gettext_lazy("It is kept with every row and recorded. Do not name people."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        error_messages={"required": gettext_lazy("Enter the reason for the corrections")},
    )

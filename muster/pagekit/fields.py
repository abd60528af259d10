"""Django forms as GOV.UK components: from a bound field to a macro's parameters.

``templates/pagekit/forms.html`` draws what ``control_of`` returns. The kind of component follows
the field's widget; label, hint, error and value come from the form, so a service writes an
ordinary Django form and one macro call. ``DateParts`` is the three-box date the pattern asks for.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_PARTS = ("day", "month", "year")


@dataclass(frozen=True)
class Control:
    """A component and its parameters, in the words of the GOV.UK macros."""

    component: str
    params: dict[str, Any]


class _DateBoxes(forms.MultiWidget):
    """Three number boxes: day, month, year."""

    def __init__(self) -> None:
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            part: forms.TextInput(attrs={"inputmode": "numeric"}) for part in _PARTS
        }
        super().__init__(boxes)

    def decompress(self, value: dt.date | None) -> list[Any]:
        return [value.day, value.month, value.year] if value else ["", "", ""]


class DateParts(forms.MultiValueField):
    """A date typed as day, month and year; a wrong one is told which part is wrong."""

    widget = _DateBoxes

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {}).setdefault(
            "required", gettext_lazy("Enter a date, such as 27 3 2026")
        )
        parts = [forms.CharField(required=False, max_length=4) for _part in _PARTS]
        super().__init__(parts, require_all_fields=False, **kwargs)

    def compress(self, data_list: Sequence[str]) -> dt.date | None:
        if not any(data_list):
            return None
        names = (_("a day"), _("a month"), _("a year"))
        missing = [name for name, text in zip(names, data_list, strict=True) if not text]
        if missing:
            raise ValidationError(
                _("The date must include %(parts)s") % {"parts": _(" and ").join(missing)}
            )
        try:
            day, month, year = (int(text) for text in data_list)
            if year < 1000:
                raise ValueError
            return dt.date(year, month, day)
        except ValueError:
            raise ValidationError(_("Enter a real date, such as 27 3 2026")) from None


def control_of(bound: forms.BoundField, **extra: Any) -> Control:
    """Return the component for a field of a form.

    Args:
        bound: the field, as ``form["name"]``.
        extra: macro parameters that override, such as ``classes="govuk-input--width-10"``.
    """
    component, own = _of_its_kind(bound)
    shared = {
        "id": bound.auto_id,
        "name": bound.html_name,
        "hint": {"text": bound.help_text} if bound.help_text else None,
        "errorMessage": _error(bound),
    }
    return Control(component, shared | own | extra)


def _of_its_kind(bound: forms.BoundField) -> tuple[str, dict[str, Any]]:
    """Return the component for a field's widget and the parameters only that kind has."""
    widget = bound.field.widget
    label = {"label": {"text": bound.label, "classes": "govuk-label--s"}}
    legend = {"text": bound.label, "classes": "govuk-fieldset__legend--s"}
    group = {"idPrefix": bound.auto_id, "fieldset": {"legend": legend}}
    match widget:
        case _DateBoxes():
            return "date", group | {"items": _date_items(bound)}
        case forms.CheckboxSelectMultiple():
            return "checkboxes", group | {"items": _choices(bound)}
        case forms.RadioSelect():
            return "radios", group | {"items": _choices(bound)}
        case forms.CheckboxInput():
            item = {"value": "on", "text": bound.label, "checked": bool(bound.value())}
            return "checkboxes", {"idPrefix": bound.auto_id, "items": [item]}
        case forms.Select():
            return "select", label | {"items": _choices(bound)}
        case forms.FileInput():
            # The plain file box, without the scripted drop zone: it says the same to everybody.
            return "file", label | {"attributes": _attributes(widget)}
        case forms.HiddenInput():
            return "hidden", {"value": bound.value()}
        case forms.Textarea():
            return "textarea", label | {"value": bound.value() or ""}
        case _:
            return "input", label | _typed(bound)


def errors_of(form: forms.BaseForm) -> list[dict[str, str]]:
    """Return every error of a form for the error summary, each with a link to its box."""
    listed = [{"text": str(error)} for error in form.non_field_errors()]
    for bound in form:
        first = f"{bound.auto_id}_0" if isinstance(bound.field.widget, _DateBoxes) else ""
        anchor = first or bound.auto_id
        listed += [{"text": message, "href": f"#{anchor}"} for message in messages_of(bound)]
    return listed


def messages_of(bound: forms.BoundField) -> list[str]:
    """Return a field's errors; where the form left Django's "This field is required", a sentence
    that names the field and says what to do stands instead."""
    unsaid = forms.Field.default_error_messages["required"]
    found = bound.form.errors.as_data().get(bound.name, [])
    return [
        _nothing_given(bound) if error.message == unsaid else " ".join(error.messages)
        for error in found
    ]


def _nothing_given(bound: forms.BoundField) -> str:
    match bound.field.widget:
        case forms.FileInput():
            words = _("Choose a file for “%(label)s”")
        case forms.CheckboxInput():
            words = _("Tick “%(label)s” to go on")
        case forms.Select() | forms.RadioSelect():
            words = _("Select an answer for “%(label)s”")
        case _:
            words = _("Enter “%(label)s”")
    return words % {"label": bound.label}


def _error(bound: forms.BoundField) -> dict[str, str] | None:
    if not bound.errors:
        return None
    return {"text": " ".join(messages_of(bound)), "visuallyHiddenText": _("Error")}


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _typed(bound: forms.BoundField) -> dict[str, Any]:
    """Return a text box. Numbers are typed into one too: a number box drops a wrong value, so
    that its typist could not see what to correct."""
    kind = getattr(bound.field.widget, "input_type", "text")
    return {
        "value": _text(bound.value()),
        "type": kind if kind in ("email", "password", "search", "tel", "url") else "text",
        "inputmode": "numeric" if kind == "number" else None,
        "spellcheck": False,
        "attributes": _attributes(bound.field.widget),
    }


def _attributes(widget: forms.Widget) -> dict[str, Any]:
    kept = ("accept", "inputmode", "maxlength", "multiple")
    return {name: value for name, value in widget.attrs.items() if name in kept}


def _choices(bound: forms.BoundField) -> list[dict[str, Any]]:
    value = bound.value()
    chosen = {str(v) for v in (value if isinstance(value, (list, tuple)) else [value])}
    chosen.discard("None")
    widget = bound.field.widget
    state = "selected" if widget.__class__ is forms.Select else "checked"
    return [
        {"value": str(choice), "text": text, state: str(choice) in chosen}
        for choice, text in getattr(widget, "choices", ())
    ]


def _date_items(bound: forms.BoundField) -> list[dict[str, Any]]:
    value = bound.value()
    texts = value if isinstance(value, (list, tuple)) else _DateBoxes().decompress(value)
    wrong = " govuk-input--error" if bound.errors else ""
    labels = (_("Day"), _("Month"), _("Year"))
    return [
        {
            "id": f"{bound.auto_id}_{place}",
            "name": f"{bound.html_name}_{part}",
            "label": label,
            "value": _text(text),
            "classes": f"govuk-input--width-{4 if part == 'year' else 2}{wrong}",
        }
        for place, (part, label, text) in enumerate(zip(_PARTS, labels, texts, strict=True))
    ]


def offer(form: forms.Form, name: str, choices: Sequence[tuple[str, Any]]) -> None:
    """Give a field of a form the choices that there are now."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)

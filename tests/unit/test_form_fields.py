"""Django forms become GOV.UK components that keep what was typed and say how to put it right."""

import datetime as dt

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from muster.pagekit.fields import DateParts, control_of, errors_of, messages_of

GRADES = [("aa", "AA"), ("eo", "EO")]


class Sample(forms.Form):
    """A field of every kind."""

    name = forms.CharField(label="Name", help_text="As your system writes it")
    number = forms.IntegerField(label="Number")
    email = forms.EmailField(label="Email", error_messages={"required": "Tell us where to write"})
    grade = forms.ChoiceField(label="Grade", choices=GRADES)
    keep = forms.ChoiceField(label="Keep", choices=GRADES, widget=forms.RadioSelect)
    several = forms.MultipleChoiceField(
        label="Several", choices=GRADES, widget=forms.CheckboxSelectMultiple
    )
    sure = forms.BooleanField(label="I am sure")
    why = forms.CharField(label="Why", widget=forms.Textarea)
    start = DateParts(label="First day")
    file = forms.FileField(label="File")
    token = forms.CharField(widget=forms.HiddenInput)


@pytest.mark.parametrize(
    ("name", "component"),
    [
        ("name", "input"),
        ("number", "input"),
        ("email", "input"),
        ("grade", "select"),
        ("keep", "radios"),
        ("several", "checkboxes"),
        ("sure", "checkboxes"),
        ("why", "textarea"),
        ("start", "date"),
        ("file", "file"),
        ("token", "hidden"),
    ],
)
def test_each_field_becomes_its_component(name: str, component: str) -> None:
    assert control_of(Sample()[name]).component == component


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("name", "Enter “Name”"),
        ("email", "Tell us where to write"),
        ("grade", "Select an answer for “Grade”"),
        ("keep", "Select an answer for “Keep”"),
        ("several", "Select an answer for “Several”"),
        ("sure", "Tick “I am sure” to go on"),
        ("start", "Enter a date, such as 27 3 2026"),
        ("file", "Choose a file for “File”"),
    ],
)
def test_an_empty_field_says_what_to_do(name: str, message: str) -> None:
    form = Sample({})
    assert messages_of(form[name]) == [message]
    assert {"text": message, "href": f"#id_{name}{'_0' if name == 'start' else ''}"} in errors_of(
        form
    )


def test_a_wrong_number_stays_in_its_box() -> None:
    params = control_of(Sample({"number": "1,200 or so"})["number"]).params
    assert params["value"] == "1,200 or so"
    assert (params["type"], params["inputmode"]) == ("text", "numeric")
    assert params["errorMessage"]["text"] == "Enter a whole number."


def test_what_was_chosen_stays_chosen() -> None:
    form = Sample({"grade": "eo", "keep": "aa", "several": ["aa", "eo"], "sure": "on"})
    chosen = {
        name: [item["value"] for item in control_of(form[name]).params["items"]
               if item.get("selected") or item.get("checked")]
        for name in ("grade", "keep", "several", "sure")
    }  # fmt: skip
    assert chosen == {"grade": ["eo"], "keep": ["aa"], "several": ["aa", "eo"], "sure": ["on"]}


def test_nothing_is_chosen_before_somebody_chooses() -> None:
    items = control_of(Sample()["keep"]).params["items"]
    assert not any(item["checked"] for item in items)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (("27", "3", "2026"), dt.date(2026, 3, 27)),
        (("", "3", "2026"), "The date must include a day"),
        (("", "", "2026"), "The date must include a day and a month"),
        (("31", "2", "2026"), "Enter a real date, such as 27 3 2026"),
        (("1", "1", "26"), "Enter a real date, such as 27 3 2026"),
        (("one", "1", "2026"), "Enter a real date, such as 27 3 2026"),
    ],
    ids=str,
)
def test_a_date_is_read_or_told_what_is_wrong(
    typed: tuple[str, str, str], expected: dt.date | str
) -> None:
    day, month, year = typed
    form = Sample({"start_day": day, "start_month": month, "start_year": year})
    form.is_valid()
    if isinstance(expected, dt.date):
        assert form.cleaned_data["start"] == expected
    else:
        assert messages_of(form["start"]) == [expected]
    shown = [item["value"] for item in control_of(form["start"]).params["items"]]
    assert shown == list(typed)


def test_an_empty_file_is_told_so() -> None:
    form = Sample({}, MultiValueDict({"file": [SimpleUploadedFile("posts.csv", b"")]}))
    assert messages_of(form["file"]) == ["The submitted file is empty."]


def test_a_page_can_override_a_parameter() -> None:
    assert control_of(Sample()["name"], classes="govuk-input--width-10").params["classes"]

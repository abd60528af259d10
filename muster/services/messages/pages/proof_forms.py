"""The form by which somebody hands in a proof file."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_LARGEST = 1024 * 1024  # bytes of a file, or letters of a text


class CheckProof(forms.Form):
    """A proof file, sent or pasted; ``proof`` is its text."""

    file = forms.FileField(
        label=gettext_lazy("Proof file"),
        required=False,
        help_text=gettext_lazy("A file of at most 1 MB. It is checked and not kept."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste its whole text"),
        required=False,
        strip=False,
        max_length=_LARGEST,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )

    def clean_file(self) -> "UploadedFile[Any] | None":
        """Refuse a file that is larger than any proof."""
        given: UploadedFile[Any] | None = self.cleaned_data["file"]
        if given is not None and (given.size or 0) > _LARGEST:
            raise forms.ValidationError(_("Choose a file of at most 1 MB"))
        return given

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        given = super().clean() or {}
        if not self.errors and bool(given.get("file")) == bool(given.get("text", "").strip()):
            self.add_error("file", _("Choose a file, or paste a text"))
        return given

    @property
    def proof(self) -> str:
        """The text of the proof. Browsers send other line ends than a file has, and none last."""
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file is not None:
            return bytes(file.read()).decode(errors="replace")
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        return f"{text.strip()}\n"

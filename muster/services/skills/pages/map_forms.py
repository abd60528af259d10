"""The filters of the map, and the choices of who asks."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.services.skills.pages.words import KIND_WORDS
from muster.services.skills.showing import Shown

_LONGEST = 500
"""Letters of what is asked for that are looked at: no skill and nobody has a longer name."""


class MapFilters(forms.Form):
    """Words, who asks, and where on the map. What the release does not have is not chosen."""

    q = forms.CharField(required=False, label=gettext_lazy("Find a skill"))
    organisation = forms.ChoiceField(required=False, label=gettext_lazy("Asked for by"))
    profession = forms.ChoiceField(required=False, label=gettext_lazy("Profession"))
    cluster = forms.ChoiceField(required=False, label=gettext_lazy("Part of the map"))

    def __init__(self, *args: Any, shown: Shown, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, nobody in (
            ("organisation", _("All organisations")),
            ("profession", _("All professions")),
        ):
            groups = shown.groups.get(name, ())
            self._offer(name, nobody, [(one.name, one.name) for one in groups])
        parts = [(str(one.number), one.name) for one in shown.clusters]
        parts.sort(key=lambda one: one[1].casefold())
        self._offer("cluster", _("The whole map"), parts)

    def _offer(self, name: str, nothing: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", nothing), *choices]
        if not choices:
            del self.fields[name]

    def asked(self, name: str) -> str:
        """Return what was asked for; empty for what is not offered."""
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")[:_LONGEST]


class Sides(forms.Form):
    """Two that are compared: the second is the whole service unless one is chosen."""

    one = forms.ChoiceField(required=False, label=gettext_lazy("Show"))
    other = forms.ChoiceField(required=False, label=gettext_lazy("Against"))

    def __init__(self, *args: Any, shown: Shown, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (f"{kind}:{group.name}", f"{KIND_WORDS[kind]}: {group.name}")
            for kind, groups in shown.groups.items()
            for group in groups
            if kind in KIND_WORDS
        ]
        for name, first in (("one", _("Choose")), ("other", _("The whole service"))):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", first), *choices]

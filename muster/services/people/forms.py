"""The filters of the register's pages."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.pagekit.fields import DateParts
from muster.pagekit.jinja import day
from muster.register.posts.rules import LEVELS
from muster.services.people.wording import POST_KINDS, STATUSES


class EmployerFilters(forms.Form):
    """What a reader narrows the list of employers by."""

    q = forms.CharField(label=gettext_lazy("Name or abbreviation"), required=False)
    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        required=False,
        choices=[("", gettext_lazy("Any")), *STATUSES.items()],
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)

    def __init__(self, data: Any, *, kinds: Sequence[str]) -> None:
        super().__init__(data, auto_id="filter_%s")
        offered = [("", _("Any")), *((kind, kind) for kind in kinds)]
        self.fields["kind"].choices = offered  # type: ignore[attr-defined]


class PostFilters(forms.Form):
    """What a reader narrows the list of posts by."""

    q = forms.CharField(label=gettext_lazy("Title, unit or reference"), required=False)
    employer = forms.ChoiceField(label=gettext_lazy("Employer"), required=False)
    level = forms.ChoiceField(
        label=gettext_lazy("Responsibility level"),
        required=False,
        choices=[("", gettext_lazy("Any")), *((level.code, level.label) for level in LEVELS)],
    )
    as_at = forms.ChoiceField(label=gettext_lazy("As at"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        choices=[("", gettext_lazy("Any")), *POST_KINDS.items()],
    )

    def __init__(
        self, data: Any, *, employers: Mapping[str, str], dates: Sequence[dt.date]
    ) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.fields["employer"].choices = [  # type: ignore[attr-defined]
            ("", _("Any")), *employers.items(),
        ]  # fmt: skip
        self.fields["as_at"].choices = [  # type: ignore[attr-defined]
            ("", _("Any")), *((date.isoformat(), day(date)) for date in reversed(dates)),
        ]  # fmt: skip


class PersonSearch(forms.Form):
    """Whom a caseworker looks for, and on which day they were employed."""

    q = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("Any of their names. Accents and capitals do not matter."),
        required=False,
    )
    as_at = DateParts(
        label=gettext_lazy("Employed on"),
        help_text=gettext_lazy("Leave empty for today"),
        required=False,
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filter_%s")


class DatesAsked(forms.Form):
    """On which day a record is shown, as known when, and beside which other day."""

    as_at = DateParts(
        label=gettext_lazy("As it is on"),
        help_text=gettext_lazy("Leave empty for today"),
        required=False,
    )
    known = DateParts(
        label=gettext_lazy("As it was known on"),
        help_text=gettext_lazy("Leave empty for what is known now"),
        required=False,
    )
    other = DateParts(
        label=gettext_lazy("Compare with"),
        help_text=gettext_lazy("Another day, to see what differs"),
        required=False,
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filter_%s")


class LooksAsked(forms.Form):
    """Between which days somebody asks who has looked at their record."""

    looked_from = DateParts(label=gettext_lazy("From"), required=False)
    looked_to = DateParts(label=gettext_lazy("To"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="looks_%s")

"""The forms by which people run feeds: deciding, announcing, planning, and tokens of systems."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.hub.alarms import EARLIEST, LATEST, MOST_DAYS
from muster.hub.approval import MOST_PEOPLE
from muster.hub.expected import PERIODS, Rhythm
from muster.hub.tokens import SystemView
from muster.pagekit.fields import DateParts

_PERIODS = {
    "day": gettext_lazy("Every day"),
    "week": gettext_lazy("Every week, as at Sunday"),
    "month": gettext_lazy("Every month, as at its last day"),
    "quarter": gettext_lazy("Every quarter, as at its last day"),
}
_RECORDED = gettext_lazy("It is recorded in the log of decisions. Do not name people.")


def _reason(label: Any, missing: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=_RECORDED,
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        error_messages={"required": missing},
    )


class Decision(forms.Form):
    """What becomes of a feed that waits for approval, and why."""

    decision = forms.ChoiceField(
        label=gettext_lazy("What should become of this feed?"),
        widget=forms.RadioSelect,
        choices=(
            ("approve", gettext_lazy("Approve it: the change is real, and its rows go on")),
            ("refuse", gettext_lazy("Refuse it: something is wrong with it, and nothing changes")),
        ),
        error_messages={"required": gettext_lazy("Select what should become of the feed")},
    )
    reason = _reason(gettext_lazy("Reason"), gettext_lazy("Enter the reason"))


class Announce(forms.Form):
    """A bulk change that is to come: on which days, and how many people it touches."""

    starts = DateParts(label=gettext_lazy("First day that a feed with it speaks of"))
    ends = DateParts(label=gettext_lazy("Last day that a feed with it speaks of"))
    ending = forms.IntegerField(
        label=gettext_lazy("How many people end at most"),
        help_text=gettext_lazy("0 if nobody leaves with it."),
        min_value=0,
        max_value=MOST_PEOPLE,
        initial=0,
    )
    changed = forms.IntegerField(
        label=gettext_lazy("How many people change at most"),
        help_text=gettext_lazy("For example everybody with a pay award."),
        min_value=0,
        max_value=MOST_PEOPLE,
        initial=0,
    )
    reason = _reason(
        gettext_lazy("What is going to happen"), gettext_lazy("Enter what is going to happen")
    )

    def __init__(self, data: Any, *, records: bool = False) -> None:
        super().__init__(data)
        self._records = records
        if records:
            self.fields["ending"].label = _("How many records go at most")
            self.fields["ending"].help_text = _("0 if none goes with it.")
            self.fields["changed"].label = _("How many records change at most")
            self.fields["changed"].help_text = ""

    def clean(self) -> dict[str, Any]:
        """Ask for days in order, and for some people, or records, that end or change."""
        given = super().clean() or {}
        starts, ends = given.get("starts"), given.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", _("The last day must not lie before the first"))
        if given.get("ending") == 0 and given.get("changed") == 0:
            asked = _("Enter how many people end, or how many change")
            if self._records:
                asked = _("Enter how many records go, or how many change")
            self.add_error("ending", asked)
        return given


class PlanFeeds(forms.Form):
    """When feeds are due, who is told of late ones, and who decides on unusual ones."""

    period = forms.ChoiceField(
        label=gettext_lazy("How often a feed is due"),
        widget=forms.RadioSelect,
        choices=[(period, _PERIODS[period]) for period in PERIODS],
        error_messages={"required": gettext_lazy("Select how often a feed is due")},
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days it may still come after that"),
        min_value=0,
        max_value=MOST_DAYS,
        error_messages={"required": gettext_lazy("Enter a number of days, such as 10")},
    )
    since = DateParts(label=gettext_lazy("First day this holds for"))
    until = DateParts(
        label=gettext_lazy("First day it no longer holds for (optional)"), required=False
    )
    owner = forms.CharField(
        label=gettext_lazy("Owner, who is told of late feeds (optional)"),
        required=False,
        max_length=100,
    )
    approver = forms.CharField(
        label=gettext_lazy("Approver, who decides on unusual feeds (optional)"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Where nobody is named, whoever may approve feeds here decides."),
    )

    def __init__(self, *given: Any, own_id: str, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["owner"].help_text = _(
            "The identifier that pages show, as in “Received by”. Yours is %(id)s."
        ) % {"id": own_id}

    def clean(self) -> dict[str, Any]:
        """Ask for days in order and within sense."""
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        for name in ("since", "until"):
            day = given.get(name)
            if day and not EARLIEST <= day <= LATEST:
                years = {"first": EARLIEST.year, "last": LATEST.year}
                self.add_error(name, _("Enter a day from %(first)s to %(last)s") % years)
        if since and until and until <= since:
            self.add_error("until", _("Enter a day after the first one, or leave it empty"))
        return given

    @property
    def rhythm(self) -> Rhythm:
        """The rhythm as it was given."""
        given = self.cleaned_data
        return Rhythm(given["period"], given["days"], given["since"], given["until"])


class MakeToken(forms.Form):
    """For which system a token is made, and what it is called."""

    system = forms.ChoiceField(
        label=gettext_lazy("System"),
        error_messages={"required": gettext_lazy("Select the system that will show the token")},
    )
    title = forms.CharField(
        label=gettext_lazy("What it is for"),
        help_text=gettext_lazy("For example “nightly export”. It tells tokens apart."),
        max_length=100,
        error_messages={"required": gettext_lazy("Enter what the token is for")},
    )

    def __init__(self, *given: Any, systems: Sequence[SystemView], **more: Any) -> None:
        super().__init__(*given, **more)
        offered = [(one.code, one.title) for one in systems]
        if len(offered) != 1:
            offered.insert(0, ("", _("Choose one")))
        self.fields["system"].choices = offered  # type: ignore[attr-defined]

"""The forms of dashboards and briefs."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.validators import MaxLengthValidator
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.gates.access import ROLES, Actor
from muster.gates.metrics import declared, reader_of
from muster.kernel.errors import MusterError
from muster.kernel.metrics import Metric
from muster.pagekit.fields import DateParts
from muster.services.dashboards.queries import About, TileView
from muster.services.dashboards.rules import (
    LATEST_DAY,
    MOST_PARTS,
    SHARED,
    Audience,
    Direction,
    Form,
    Part,
    Target,
)
from muster.services.dashboards.showing import Question, latest_complete
from muster.services.dashboards.targets import Wanted
from muster.services.dashboards.wording import DIRECTION_WORDS, FORM_WORDS

# Before a code, so that the code of what is not mapped is not taken for "all".
_IS = "="
_AREA = {"rows": 3}
# So much is said in a brief, that it stays one page.
MOST_HEADING, MOST_STATED, MOST_SAID, MOST_PURPOSE = 60, 80, 1200, 200


class Refusable(forms.Form):
    """A form that can show what an action refused."""

    def refused(self, problem: MusterError) -> None:
        """Show it at the field it names, or above the form."""
        field = problem.where.field or ""
        self.add_error(field if field in self.fields else None, f"{problem.what}. {problem.fix}.")


class AboutForm(Refusable):
    """What a brief or dashboard is called, and what it is for."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=100)
    purpose = forms.CharField(
        label=gettext_lazy("What it is for (optional)"), max_length=500, required=False,
        help_text=gettext_lazy("In a sentence, for whoever reads it."),
        widget=forms.Textarea(attrs=_AREA),
    )  # fmt: skip


class BriefForm(AboutForm):
    """The same of a brief, in fewer words."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        box = cast("forms.CharField", self.fields["purpose"])
        box.max_length = MOST_PURPOSE
        box.validators.append(MaxLengthValidator(MOST_PURPOSE))


class DashboardForm(AboutForm):
    """The same of a dashboard, with the month its figures are of."""

    month = DateParts(
        label=gettext_lazy("Month its figures are of (optional)"), required=False,
        help_text=gettext_lazy(
            "The last day of a month, such as 31 8 2026. Leave it empty to show the latest complete"
            " month each time."
        ),
    )  # fmt: skip


class CopyForm(Refusable):
    """What a copy is called."""

    title = forms.CharField(label=gettext_lazy("Title of your copy"), max_length=100)


class ShareForm(Refusable):
    """With whom a dashboard or brief is shared."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Who may read it"), required=False,
        help_text=gettext_lazy("Leave all empty to keep it to yourself."),
        widget=forms.CheckboxSelectMultiple,
        choices=[(role, f"{role[0].upper()}{role[1:]}") for role in ROLES],
    )  # fmt: skip
    employer = forms.ChoiceField(label=gettext_lazy("Of which employer"), widget=forms.RadioSelect)

    def __init__(self, given: QueryDict | None, *, about: About, actor: Actor) -> None:
        audience = about.held.audience
        chosen = _IS if audience.employer else ""
        shared = about.held.state == SHARED
        initial = {"roles": list(audience.roles) if shared else ["leader"], "employer": chosen}
        super().__init__(given, initial=initial)
        self._employer = actor.employer or audience.employer
        offered = [("", _("Every employer"))]
        if self._employer is not None:
            offered.append((_IS, _("My employer only")))
        box = cast("forms.ChoiceField", self.fields["employer"])
        box.choices, box.required = offered, False

    @property
    def audience(self) -> Audience:
        """Who may read it."""
        said = self.cleaned_data
        return Audience(tuple(said["roles"]), self._employer if said["employer"] else None)


class ChooseMetric(Refusable):
    """Which figure."""

    metric = forms.ChoiceField(label=gettext_lazy("Figure"))

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        offered = sorted((one.title, one.name) for one in declared().values())
        box = cast("forms.ChoiceField", self.fields["metric"])
        box.choices = [(name, title) for title, name in offered]


class _OfParts(Refusable):
    """Which part of a figure is shown: for each dimension all, or one code of it."""

    def __init__(
        self, *given: Any, metric: Metric, parts: Sequence[Part] = (), **more: Any
    ) -> None:
        super().__init__(*given, **more)
        self.metric = metric
        self._named = {f"part_{one.name}": one for one in metric.dimensions}
        as_at, chosen = latest_complete(metric), dict(parts)
        for field, dimension in self._named.items():
            domain = reader_of(metric).domain(dimension.name, as_at) if as_at else {}
            codes = dict(domain)
            if dimension.name in chosen:
                codes.setdefault(chosen[dimension.name], chosen[dimension.name])
                self.initial[field] = f"{_IS}{chosen[dimension.name]}"
            offered = [("", _("All"))]
            offered += [
                (f"{_IS}{code}", label or dimension.not_mapped) for code, label in codes.items()
            ]
            self.fields[field] = forms.ChoiceField(
                label=_("%(dimension)s: show") % {"dimension": dimension.title},
                required=False, choices=offered,
            )  # fmt: skip

    @property
    def named(self) -> tuple[str, ...]:
        """The fields that choose a part, which a page keeps folded."""
        return tuple(self._named)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that were chosen, in the order the figure declares them."""
        said = self.cleaned_data
        return tuple(
            (one.name, said[field].removeprefix(_IS))
            for field, one in self._named.items()
            if said.get(field)
        )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        chosen = [field for field in self._named if said.get(field)]
        if len(chosen) + bool(said.get("by")) > MOST_PARTS:
            most = _("A figure is taken apart in at most %(most)s ways") % {"most": MOST_PARTS}
            self.add_error(chosen[-1], most)
        if f"part_{said.get('by')}" in chosen:
            self.add_error("by", _("Choose a part of it, or break it down by it, not both"))
        return said


class TileForm(_OfParts):
    """What a tile shows and how."""

    field_order = ("form", "by")
    form = forms.ChoiceField(
        label=gettext_lazy("How it is shown"), widget=forms.RadioSelect,
        choices=list(FORM_WORDS.items()),
    )  # fmt: skip
    by = forms.ChoiceField(
        label=gettext_lazy("Broken down by (for bars and tables)"), required=False
    )
    heading = forms.CharField(
        label=gettext_lazy("Heading (optional)"), max_length=100, required=False,
        help_text=gettext_lazy("Without one the name of the figure stands there."),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("Note below it (optional)"), max_length=500, required=False,
        widget=forms.Textarea(attrs=_AREA),
    )  # fmt: skip

    def __init__(self, *given: Any, metric: Metric, tile: TileView | None, **more: Any) -> None:
        parts = tile.question.parts if tile and tile.question.metric == metric.name else ()
        super().__init__(*given, metric=metric, parts=parts, **more)
        by = cast("forms.ChoiceField", self.fields["by"])
        by.choices = [("", _("Nothing")), *((one.name, one.title) for one in metric.dimensions)]
        self.order_fields(["form", "by", *self._named, "heading", "note"])
        if tile is not None:
            shown = tile.question
            self.initial.update(form=shown.form, by=shown.by, heading=tile.heading, note=tile.note)
        else:
            self.initial.setdefault("form", "number")

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if said.get("form") in ("number", "line"):
            said["by"] = ""
        elif said.get("form") and not said.get("by"):
            self.add_error("by", _("Choose what to break it down by"))
        return said

    @property
    def question(self) -> Question:
        """What the tile asks."""
        said = self.cleaned_data
        return Question(self.metric.name, said["by"], self.parts, cast("Form", said["form"]))


class FigureForm(_OfParts):
    """One figure of a brief, with the target it should come to."""

    heading = forms.CharField(
        label=gettext_lazy("Heading (optional)"), max_length=MOST_HEADING, required=False,
        help_text=gettext_lazy("Without one the name of the figure stands there."),
    )  # fmt: skip
    target = forms.DecimalField(
        label=gettext_lazy("Target (optional)"), max_digits=14, decimal_places=2, required=False
    )
    direction = forms.ChoiceField(
        label=gettext_lazy("Which way"), required=False, widget=forms.RadioSelect,
        choices=list(DIRECTION_WORDS.items()), initial="at least",
    )  # fmt: skip
    due = DateParts(label=gettext_lazy("By when"), required=False)
    since = DateParts(
        label=gettext_lazy("From when it counts (optional)"), required=False,
        help_text=gettext_lazy(
            "Then the page says whether the figure is on course: as far as a straight line from"
            " that day's figure to the target."
        ),
    )  # fmt: skip
    stated_by = forms.CharField(
        label=gettext_lazy("Who set the target"), max_length=MOST_STATED, required=False,
        help_text=gettext_lazy("A plan, a commitment or an office; a person only if need be."),
    )  # fmt: skip

    def __init__(self, *given: Any, metric: Metric, wanted: Wanted | None, **more: Any) -> None:
        parts = wanted.parts if wanted and wanted.metric == metric.name else ()
        super().__init__(*given, metric=metric, parts=parts, **more)
        last = ("heading", "target", "direction", "due", "since", "stated_by")
        self.order_fields([*self._named, *last])
        if wanted is None:
            return
        self.initial["heading"] = wanted.heading
        if wanted.target is not None:
            target = wanted.target
            self.initial.update(
                target=target.value, direction=target.direction, due=target.due,
                since=wanted.since, stated_by=wanted.stated_by,
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if said.get("target") is None:
            return said
        for field, words in (
            ("due", _("Enter the day by which the target should be reached")),
            ("stated_by", _("Enter who set the target")),
            ("direction", _("Choose which way the target counts")),
        ):
            if not said.get(field) and field not in self.errors:
                self.add_error(field, words)
        return said

    def wanted(self, one: uuid.UUID) -> Wanted:
        """Return the figure as it was filled in."""
        said = self.cleaned_data
        target = None
        if said.get("target") is not None:
            target = Target(said["target"], cast("Direction", said["direction"]), said["due"])
        since: dt.date | None = said.get("since") if target else None
        return Wanted(
            one, self.metric.name, self.parts, said["heading"], target, since,
            said["stated_by"] if target else "",
        )  # fmt: skip


class CommentForm(Refusable):
    """What is said of the figures."""

    text = forms.CharField(
        label=gettext_lazy("Commentary"), max_length=MOST_SAID,
        help_text=gettext_lazy("What stands behind the figures. Do not name people."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )  # fmt: skip


class ScheduleForm(Refusable):
    """On which day an issue is made, and who gets a notice."""

    day = forms.IntegerField(
        label=gettext_lazy("Day of the month on which it is made"), required=False, min_value=1,
        max_value=LATEST_DAY,
        help_text=gettext_lazy("From 1 to 28. Leave it empty to make issues by hand alone."),
    )  # fmt: skip
    paused = forms.BooleanField(label=gettext_lazy("Pause the schedule"), required=False)
    recipients = forms.CharField(
        label=gettext_lazy("Who gets an email (optional)"), required=False,
        help_text=gettext_lazy(
            "One email address at work on each line. Whoever the brief is shared with sees each"
            " issue on their home page in any case."
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip


class PinForm(Refusable):
    """Onto which dashboard a tile is put: one of the reader's own, or a new one."""

    dashboard = forms.ChoiceField(
        label=gettext_lazy("Dashboard"), widget=forms.RadioSelect, required=False
    )
    title = forms.CharField(
        label=gettext_lazy("Title of the new dashboard"), max_length=100, required=False
    )

    def __init__(self, *given: Any, own: Sequence[About], **more: Any) -> None:
        super().__init__(*given, **more)
        box = cast("forms.ChoiceField", self.fields["dashboard"])
        box.choices = [*((str(one.id), one.title) for one in own), ("", _("A new dashboard"))]
        self.initial["dashboard"] = str(own[0].id) if own else ""

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("dashboard") and not said.get("title"):
            self.add_error("title", _("Enter a title for the new dashboard"))
        if said.get("dashboard") and said.get("title"):
            self.add_error(
                "title", _("Choose “A new dashboard” for this title, or leave the title empty")
            )
        return said

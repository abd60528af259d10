"""The figures of a brief: put in order, added, changed, taken away and put back."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.gates.metrics import metric_named
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.ids import new_id
from muster.pagekit.notices import leave_notice
from muster.pagekit.views import PageRequest, no_such, page
from muster.services.dashboards import briefing, queries
from muster.services.dashboards.forms import ChooseMetric, FigureForm
from muster.services.dashboards.pages.arranging import Item, arrange, item, moved_on
from muster.services.dashboards.pages.steps import given, step
from muster.services.dashboards.reach import own_brief
from muster.services.dashboards.showing import Question
from muster.services.dashboards.targets import Wanted
from muster.services.dashboards.wording import target_words

_FORM = ["GET", "HEAD", "POST"]


def _item(wanted: Wanted) -> Item:
    how = target_words(wanted.target) if wanted.target else _("no target")
    return item(wanted.id, Question(wanted.metric, "", wanted.parts), wanted.heading, how)


def _back(one: UUID) -> str:
    return reverse("dashboards:figures", args=[one])


@page("build dashboards")
@require_safe
def figures(request: PageRequest, one: UUID) -> HttpResponse:
    """List the figures in order, with what can be done to each."""
    found = own_brief(request, one)
    words = {
        "about": found.about, "title": _("Arrange the figures"), "kind": "figure",
        "items": list(map(_item, found.figures)),
        "removed": list(map(_item, queries.removed_figures(one))),
        "add": (_("Add a figure"), reverse("dashboards:figure-add", args=[one])),
        "back": (found.about.title, reverse("dashboards:brief", args=[one])),
    }  # fmt: skip
    return arrange(request, words)


@page("build dashboards")
@require_http_methods(_FORM)
def add(request: PageRequest, one: UUID) -> HttpResponse:
    """Ask which figure is added."""
    found = own_brief(request, one)
    form = ChooseMetric(given(request))
    words = {
        "title": _("Which figure?"), "submit": _("Continue"), "caption": found.about.title,
        "back": (_("Arrange the figures"), _back(one)),
    }  # fmt: skip

    def go_on() -> str:
        return reverse("dashboards:figure-new", args=[one, form.cleaned_data["metric"]])

    return step(request, form, go_on, words=words)


@page("build dashboards")
@require_http_methods(_FORM)
def new(request: PageRequest, one: UUID, metric: str) -> HttpResponse:
    """Ask which part of a figure is meant and what it should come to, and add it."""
    own_brief(request, one)
    form = FigureForm(given(request), metric=metric_named(metric), wanted=None)
    return _put(request, one, form, None)


@page("build dashboards")
@require_http_methods(_FORM)
def edit(request: PageRequest, one: UUID, figure: UUID) -> HttpResponse:
    """Change a figure or its target."""
    own_brief(request, one)
    wanted = _figure(one, figure)
    form = FigureForm(given(request), metric=metric_named(wanted.metric), wanted=wanted)
    return _put(request, one, form, figure)


def _put(request: PageRequest, one: UUID, form: FigureForm, figure: UUID | None) -> HttpResponse:
    def do() -> str:
        briefing.put_figure(
            brief=one, wanted=form.wanted(figure or new_id()), by=request.actor,
            clock=SYSTEM_CLOCK, new=figure is None,
        )  # fmt: skip
        return _back(one)

    words = {
        "title": form.metric.title, "intro": form.metric.definition, "parts": form.named,
        "submit": _("Add the figure") if figure is None else _("Save"),
        "back": (_("Arrange the figures"), _back(one)),
    }  # fmt: skip
    said = _("Added.") if figure is None else _("Saved.")
    return step(request, form, do, words=words, said=said)


def _figure(one: UUID, figure: UUID) -> Wanted:
    found = queries.figure(one, figure)
    if found is None:
        raise no_such("figure")
    return found


@page("build dashboards")
@require_POST
def move(request: PageRequest, one: UUID, figure: UUID) -> HttpResponse:
    """Move a figure a place up or down."""
    own_brief(request, one)
    up = request.POST.get("to") == "up"
    briefing.move_figure(brief=one, figure=figure, up=up, by=request.actor, clock=SYSTEM_CLOCK)
    heading = _item(_figure(one, figure)).heading
    moved: HttpResponse = moved_on(request, "figures", one, heading, up=up)
    return moved


@page("build dashboards")
@require_POST
def remove(request: PageRequest, one: UUID, figure: UUID) -> HttpResponse:
    """Take a figure away; the list offers to put it back."""
    own_brief(request, one)
    briefing.remove_figure(brief=one, figure=figure, by=request.actor, clock=SYSTEM_CLOCK)
    leave_notice(request, _("It is taken away. You can put it back below."))
    return redirect("dashboards:figures", one)


@page("build dashboards")
@require_POST
def restore(request: PageRequest, one: UUID, figure: UUID) -> HttpResponse:
    """Put a figure back where it was."""
    own_brief(request, one)
    briefing.restore_figure(brief=one, figure=figure, by=request.actor, clock=SYSTEM_CLOCK)
    leave_notice(request, _("It is back where it was."))
    return redirect("dashboards:figures", one)

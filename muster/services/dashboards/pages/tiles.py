"""The tiles of a dashboard: put in order, added, changed, taken away and put back; pinned from
wherever a figure is explored."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.gates.metrics import metric_named
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.metrics import Metric
from muster.pagekit.notices import leave_notice
from muster.pagekit.views import PageRequest, no_such, page
from muster.services.dashboards import actions, queries
from muster.services.dashboards.actions import Words
from muster.services.dashboards.forms import ChooseMetric, PinForm, TileForm
from muster.services.dashboards.pages.arranging import Item, arrange, item, moved_on
from muster.services.dashboards.pages.steps import given, step
from muster.services.dashboards.queries import TileView
from muster.services.dashboards.reach import mine, own_dashboard
from muster.services.dashboards.showing import Question, refuse_unless_asked_well
from muster.services.dashboards.wording import FORM_WORDS, question_words

_FORM = ["GET", "HEAD", "POST"]
_DATE = "date"


def _item(view: TileView) -> Item:
    question = view.question
    return item(view.id, question, view.heading, str(FORM_WORDS[question.form]))


def _back(one: UUID) -> str:
    return reverse("dashboards:arrange", args=[one])


@page("build dashboards")
@require_safe
def tiles(request: PageRequest, one: UUID) -> HttpResponse:
    """List the tiles in order, with what can be done to each."""
    found = own_dashboard(request, one)
    words = {
        "about": found.about, "title": _("Arrange the tiles"), "kind": "tile",
        "items": list(map(_item, found.tiles)),
        "removed": list(map(_item, queries.removed_tiles(one))),
        "add": (_("Add a tile"), reverse("dashboards:tile-add", args=[one])),
        "back": (found.about.title, reverse("dashboards:dashboard", args=[one])),
    }  # fmt: skip
    return arrange(request, words)


@page("build dashboards")
@require_http_methods(_FORM)
def add(request: PageRequest, one: UUID) -> HttpResponse:
    """Ask which figure a new tile shows."""
    found = own_dashboard(request, one)
    form = ChooseMetric(given(request))
    words = {
        "title": _("Which figure?"), "submit": _("Continue"), "caption": found.about.title,
        "back": (_("Arrange the tiles"), _back(one)),
    }  # fmt: skip

    def go_on() -> str:
        return reverse("dashboards:tile-new", args=[one, form.cleaned_data["metric"]])

    return step(request, form, go_on, words=words)


@page("build dashboards")
@require_http_methods(_FORM)
def new(request: PageRequest, one: UUID, metric: str) -> HttpResponse:
    """Ask how a figure is shown, and add the tile."""
    own_dashboard(request, one)
    form = TileForm(given(request), metric=metric_named(metric), tile=None)

    def do() -> str:
        actions.add_tile(
            dashboard=one, question=form.question, words=_words(form), by=request.actor,
            clock=SYSTEM_CLOCK,
        )  # fmt: skip
        return _back(one)

    return _tile_step(request, one, form, do, submit=_("Add the tile"), said=_("Added."))


@page("build dashboards")
@require_http_methods(_FORM)
def edit(request: PageRequest, one: UUID, tile: UUID) -> HttpResponse:
    """Change what a tile shows or how."""
    own_dashboard(request, one)
    view = _tile(one, tile)
    form = TileForm(given(request), metric=metric_named(view.question.metric), tile=view)

    def do() -> str:
        actions.change_tile(
            dashboard=one, tile=tile, question=form.question, words=_words(form),
            by=request.actor, clock=SYSTEM_CLOCK,
        )  # fmt: skip
        return _back(one)

    return _tile_step(request, one, form, do, submit=_("Save"), said=_("Saved."))


def _tile_step(
    request: PageRequest, one: UUID, form: TileForm, do: object, *, submit: str, said: str
) -> HttpResponse:
    words = {
        "title": form.metric.title, "submit": submit, "intro": form.metric.definition,
        "parts": form.named,
        "back": (_("Arrange the tiles"), _back(one)),
    }  # fmt: skip
    return step(request, form, do, words=words, said=said)  # type: ignore[arg-type]


def _words(form: TileForm) -> Words:
    return Words(form.cleaned_data["heading"], form.cleaned_data["note"])


def _tile(one: UUID, tile: UUID) -> TileView:
    found = queries.tile(one, tile)
    if found is None:
        raise no_such("tile")
    return found


@page("build dashboards")
@require_POST
def move(request: PageRequest, one: UUID, tile: UUID) -> HttpResponse:
    """Move a tile a place up or down."""
    own_dashboard(request, one)
    up = request.POST.get("to") == "up"
    actions.move_tile(dashboard=one, tile=tile, up=up, by=request.actor, clock=SYSTEM_CLOCK)
    moved: HttpResponse = moved_on(request, "arrange", one, _item(_tile(one, tile)).heading, up=up)
    return moved


@page("build dashboards")
@require_POST
def remove(request: PageRequest, one: UUID, tile: UUID) -> HttpResponse:
    """Take a tile away; the list offers to put it back."""
    own_dashboard(request, one)
    actions.remove_tile(dashboard=one, tile=tile, by=request.actor, clock=SYSTEM_CLOCK)
    leave_notice(request, _("It is taken away. You can put it back below."))
    return redirect("dashboards:arrange", one)


@page("build dashboards")
@require_POST
def restore(request: PageRequest, one: UUID, tile: UUID) -> HttpResponse:
    """Put a tile back where it was."""
    own_dashboard(request, one)
    actions.restore_tile(dashboard=one, tile=tile, by=request.actor, clock=SYSTEM_CLOCK)
    leave_notice(request, _("It is back where it was."))
    return redirect("dashboards:arrange", one)


@page("build dashboards")
@require_http_methods(_FORM)
def pin(request: PageRequest) -> HttpResponse:
    """Put a figure that is being explored onto a dashboard, by the address that explores it."""
    metric = metric_named(request.GET.get("metric", ""))
    question = _explored(request, metric)
    own = [
        one for one in queries.dashboards(request.actor) if mine(request, one) and not one.removed
    ]
    form = PinForm(given(request), own=own)

    def do() -> str:
        said, actor = form.cleaned_data, request.actor
        refuse_unless_asked_well(question)
        onto = UUID(said["dashboard"]) if said["dashboard"] else actions.make_dashboard(
            title=said["title"], purpose="", as_at=None, by=actor, clock=SYSTEM_CLOCK
        )  # fmt: skip
        actions.add_tile(
            dashboard=onto, question=question, words=Words(), by=actor, clock=SYSTEM_CLOCK
        )
        return reverse("dashboards:dashboard", args=[onto])

    words = {
        "title": _("Pin this to a dashboard"), "submit": _("Pin it"),
        "caption": question_words(question, metric),
        "back": (_("Figures"), f"{reverse('grid:explore')}?{request.GET.urlencode()}"),
    }  # fmt: skip
    return step(request, form, do, words=words, said=_("It is pinned, as the last tile."))


def _explored(request: PageRequest, metric: Metric) -> Question:
    """Return what an address of figures asks, as far as one tile can show it.

    ``by`` names what it is broken down by, or the date; ``from`` begins a series; of one
    ``employer`` that is the part, and several are compared.
    """
    get, many = request.GET.get, request.GET.getlist
    by = next((name for name in many("by") if metric.dimension(name) is not None), "")
    employers = [code for code in many("employer") if code and metric.dimension("employer")]
    parts = (("employer", employers[0]),) if len(employers) == 1 else ()
    if _DATE in many("by") or get("from"):
        return Question(metric.name, "", parts, "line")
    if len(employers) > 1:
        by = "employer"
    if not by or (by == "employer" and parts):
        return Question(metric.name, "", parts, "number")
    return Question(metric.name, by, parts, "bar")

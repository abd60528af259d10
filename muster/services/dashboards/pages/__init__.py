"""The pages of dashboards and briefs, and their addresses."""

from django.urls import path

from muster.services.dashboards.pages import boards, briefs, figures, listing, tiles

_BRIEF, _FIGURE = "briefs/<uuid:one>", "briefs/<uuid:one>/figures/<uuid:figure>"
_TILE = "<uuid:one>/tiles/<uuid:tile>"

urlpatterns = [
    path("", listing.listing, name="listing"),
    path("new", boards.new, name="new"),
    path("pin", tiles.pin, name="pin"),
    path("<uuid:one>", boards.dashboard, name="dashboard"),
    path("<uuid:one>/settings", boards.settings, name="settings"),
    path("<uuid:one>/share", boards.share, name="share"),
    path("<uuid:one>/copy", boards.copy, name="copy"),
    path("<uuid:one>/delete", boards.delete, name="delete"),
    path("<uuid:one>/restore", boards.restore, name="dashboard-restore"),
    path("<uuid:one>/tiles/", tiles.tiles, name="arrange"),
    path("<uuid:one>/tiles/add", tiles.add, name="tile-add"),
    path("<uuid:one>/tiles/add/<str:metric>", tiles.new, name="tile-new"),
    path(_TILE, tiles.edit, name="tile-edit"),
    path(f"{_TILE}/move", tiles.move, name="tile-move"),
    path(f"{_TILE}/remove", tiles.remove, name="tile-remove"),
    path(f"{_TILE}/restore", tiles.restore, name="tile-restore"),
    path("briefs/new", briefs.new, name="brief-new"),
    path(_BRIEF, briefs.brief, name="brief"),
    path(f"{_BRIEF}/settings", briefs.settings, name="brief-settings"),
    path(f"{_BRIEF}/share", briefs.share, name="brief-share"),
    path(f"{_BRIEF}/commentary", briefs.comment, name="brief-comment"),
    path(f"{_BRIEF}/schedule", briefs.schedule, name="brief-schedule"),
    path(f"{_BRIEF}/run", briefs.run, name="brief-run"),
    path(f"{_BRIEF}/delete", briefs.delete, name="brief-delete"),
    path(f"{_BRIEF}/restore", briefs.restore, name="brief-restore"),
    path(f"{_BRIEF}/issues/<int:number>", briefs.issue, name="issue"),
    path(f"{_BRIEF}/figures/", figures.figures, name="figures"),
    path(f"{_BRIEF}/figures/add", figures.add, name="figure-add"),
    path(f"{_BRIEF}/figures/add/<str:metric>", figures.new, name="figure-new"),
    path(_FIGURE, figures.edit, name="figure-edit"),
    path(f"{_FIGURE}/move", figures.move, name="figure-move"),
    path(f"{_FIGURE}/remove", figures.remove, name="figure-remove"),
    path(f"{_FIGURE}/restore", figures.restore, name="figure-restore"),
]

"""The pages of GRID: looking at figures, and asking why; and their addresses."""

from django.urls import path

from muster.services.grid.pages import audit, figures, official, releases, why

urlpatterns = [
    path("audit/", audit.audited, name="audit"),
    path("audit/<uuid:release>", audit.decide, name="audit-release"),
    path("", figures.explore, name="explore"),
    path("cells.csv", figures.cells, name="cells"),
    path("releases/<uuid:release>", releases.release, name="release"),
    path("releases/<uuid:release>.<slug:kind>", releases.download, name="release-file"),
    path("why/", why.why, name="why"),
    path("official/", official.official, name="official"),
    path("official.csv", official.official_cells, name="official_cells"),
    path("official/why/", official.official_why, name="official_why"),
]

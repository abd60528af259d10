"""The pages of GRID: looking at figures, and asking why; and their addresses."""

from django.urls import path

from muster.services.grid.pages import figures, why

urlpatterns = [
    path("", figures.explore, name="explore"),
    path("cells.csv", figures.cells, name="cells"),
    path("why/", why.why, name="why"),
]

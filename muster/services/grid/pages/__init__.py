"""The pages of GRID: looking at figures, what changed, and asking why; and their addresses."""

from django.urls import path

from muster.services.grid.pages import (
    attendance,
    audit,
    changes,
    expectations,
    figures,
    flows,
    official,
    places,
    places_telling,
    releases,
    shared_services,
    structures,
    times,
    why,
)

urlpatterns = [
    path("attendance/", attendance.attended, name="attendance"),
    path("attendance/expectations/", expectations.declared, name="expectations"),
    path(
        "attendance/expectations/<uuid:expectation>/take-back",
        expectations.take_back,
        name="expectation-take-back",
    ),
    path("shared-services/", shared_services.shared_services, name="shared-services"),
    path("audit/", audit.audited, name="audit"),
    path("audit/<uuid:release>", audit.decide, name="audit-release"),
    path("", figures.explore, name="explore"),
    path("cells.csv", figures.cells, name="cells"),
    path("taken.<slug:kind>", figures.taken, name="taken"),
    path("metrics/", figures.metrics, name="metrics"),
    path("changes/", changes.changed, name="changes"),
    path("releases/<uuid:release>", releases.release, name="release"),
    path("releases/<uuid:release>.<slug:kind>", releases.download, name="release-file"),
    path("flows/", flows.flows, name="flows"),
    path("times/", times.times, name="times"),
    path("structures/", structures.structures, name="structures"),
    path("structures/new/", structures.state, name="state-structure"),
    path("structures/<uuid:succession>/", structures.structure, name="structure"),
    path("why/", why.why, name="why"),
    path("official/", official.official, name="official"),
    path("official.csv", official.official_cells, name="official_cells"),
    path("official/why/", official.official_why, name="official_why"),
    path("places/", places.places, name="places"),
    path("places/sites/", places_telling.sites, name="places-sites"),
    path("places/sites/<uuid:said>/undo/", places_telling.undo_site, name="places-undo"),
    path("places/commitments/", places_telling.commitments, name="places-commitments"),
    path(
        "places/commitments/<uuid:commitment>/undo/",
        places_telling.undo_commitment,
        name="places-commitment-undo",
    ),
]

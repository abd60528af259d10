"""The register's pages, one module for each thing they are about, and their addresses."""

from django.urls import path

from muster.services.people.pages import (
    conflicts,
    employers,
    matching,
    matching_runs,
    origins,
    own,
    people,
    posts,
)

urlpatterns = [
    path("employers/", employers.employers, name="employers"),
    path("employers/<uuid:employer>", employers.employer, name="employer"),
    path("posts/", posts.posts, name="posts"),
    path("people/", people.search, name="search"),
    path("people/<uuid:person>", people.person, name="person"),
    path("people/<uuid:person>/facts/<uuid:fact>", origins.origin, name="origin"),
    path(
        "people/<uuid:person>/facts/<uuid:fact>/proof/<int:position>", origins.proof, name="proof"
    ),
    path("matches/", matching.matches, name="matches"),
    path("matches/how", matching_runs.how, name="matching"),
    path("matches/runs/<uuid:run>", matching_runs.run, name="matching-run"),
    path("matches/<uuid:first>/<uuid:second>", matching.match, name="match"),
    path("matches/<uuid:first>/<uuid:second>/confirm", matching.confirm, name="match-confirm"),
    path("matches/<uuid:first>/<uuid:second>/undo", matching.undo, name="match-undo"),
    path("conflicts/", conflicts.conflicts, name="conflicts"),
    path("conflicts/<uuid:person>/<slug:field>", conflicts.conflict, name="conflict"),
    path(
        "conflicts/<uuid:person>/<slug:field>/confirm", conflicts.confirm, name="conflict-confirm"
    ),
    path("conflicts/<uuid:person>/<slug:field>/undo", conflicts.undo, name="conflict-undo"),
    path("me/", own.own, name="own"),
    path("me/looks", own.own_looks, name="own-looks"),
    path("me/facts/<uuid:fact>", origins.own_origin, name="own-origin"),
    path("me/facts/<uuid:fact>/proof/<int:position>", origins.own_proof, name="own-proof"),
]

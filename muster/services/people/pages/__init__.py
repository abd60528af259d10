"""The register's pages, one module for each thing they are about, and their addresses."""

from django.urls import path

from muster.services.people.pages import employers, people, posts

urlpatterns = [
    path("employers/", employers.employers, name="employers"),
    path("employers/<uuid:employer>", employers.employer, name="employer"),
    path("posts/", posts.posts, name="posts"),
    path("people/", people.search, name="search"),
    path("people/<uuid:person>", people.person, name="person"),
    path("me/", people.own, name="own"),
]

"""The pages of the skills map, one module for each thing they are about, and their addresses."""

from django.urls import path

from muster.services.skills.pages import (
    builds,
    compare,
    data,
    record,
    releases,
    reports,
    skill,
    unlisted,
    whole_map,
)

urlpatterns = [
    path("", whole_map.whole_map, name="map"),
    path("points.json", data.points, name="points"),
    path("found.json", data.found, name="found"),
    path("asked.json", data.asked, name="asked"),
    path("picture.svg", data.picture, name="picture"),
    path("compare/", compare.compare, name="compare"),
    path("record/", record.record, name="record"),
    path("builds/", builds.builds, name="builds"),
    path("builds/<uuid:build>/", builds.build, name="build"),
    path("releases/<int:number>/withdraw/", releases.withdraw, name="withdraw"),
    path("reports/", reports.reports, name="reports"),
    path("reports/<uuid:report>/", reports.report, name="report"),
    path("unlisted/", unlisted.unlisted, name="unlisted"),
    path("skill/<slug:slug>/", skill.skill, name="skill"),
    path("skill/<slug:slug>/report/", skill.report, name="report-skill"),
]

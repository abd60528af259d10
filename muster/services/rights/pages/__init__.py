"""The pages of data requests and retention, and their addresses."""

from django.urls import path

from muster.services.rights.pages import answering, holds, own, runs, schedule

urlpatterns = [
    path("", own.own, name="own"),
    path("ask/<str:kind>", own.ask, name="ask"),
    path("mine/<uuid:which>", own.mine, name="mine"),
    path("mine/<uuid:which>/copy", own.copy, name="copy"),
    path("retention/schedule", schedule.schedule, name="schedule"),
    path("retention", runs.runs, name="runs"),
    path("retention/preview", runs.preview, name="preview"),
    path("retention/<uuid:which>", runs.run, name="run"),
    path("retention/<uuid:which>/sample", runs.sample, name="sample"),
    path("retention/<uuid:which>/propose", runs.propose, name="propose"),
    path("retention/<uuid:which>/decide", runs.decide, name="decide"),
    path("retention/<uuid:which>/go-on", runs.go_on, name="go-on"),
    path("retention/<uuid:which>/certificate", runs.certificate, name="certificate"),
    path("retention/<uuid:which>/proof", runs.proof, name="proof"),
    path("retention/holds", holds.holds, name="holds"),
    path("retention/holds/<uuid:which>/lift", holds.lift, name="lift"),
    path("requests", answering.requests, name="requests"),
    path("requests/<uuid:which>", answering.request_page, name="request"),
    path("requests/<uuid:which>/<str:verb>", answering.act, name="act"),
]

"""The pages of the oversight service, by address."""

from django.urls import path

from muster.services.oversight.pages import alerts, glass, inquiries, notices, restrictions

urlpatterns = [
    path("restrictions/", restrictions.restrictions, name="restrictions"),
    path("restrictions/new", restrictions.new, name="restrict"),
    path("restrictions/<uuid:restriction>", restrictions.one, name="restriction"),
    path("restrictions/<uuid:restriction>/lift", restrictions.lift, name="lift"),
    path("restrictions/<uuid:restriction>/knowers", restrictions.knowers, name="knowers"),
    path("emergency/", glass.break_, name="break"),
    path("emergency/<uuid:glass>", glass.opened, name="opened"),
    path("notices/", notices.notices, name="notices"),
    path("notices/<uuid:notice>", notices.notice, name="notice"),
    path("inquiries/", inquiries.inquiries, name="inquiries"),
    path("inquiries/person", inquiries.person, name="ask-person"),
    path("inquiries/reader", inquiries.reader, name="ask-reader"),
    path("inquiries/<uuid:inquiry>", inquiries.answer, name="inquiry"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/<uuid:alert>", alerts.alert, name="alert"),
]

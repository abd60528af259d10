"""The pages of the returns service, by address."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

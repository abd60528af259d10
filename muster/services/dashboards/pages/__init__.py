"""The pages of the dashboards service, by address."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

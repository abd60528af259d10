"""Registers the dashboards service with Django, and offers its pages to the shell."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """Dashboards and briefs."""

    name = "muster.services.dashboards"
    label = "services_dashboards"
    url_prefix = "dashboards"

"""Registers the returns service with Django, and offers its pages to the shell."""

from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    """Questions, metrics asked for, and returns."""

    name = "muster.services.returns"
    label = "services_returns"
    url_prefix = "returns"

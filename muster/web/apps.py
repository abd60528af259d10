"""Tells Django about the shell."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The shell around every page."""

    name = "muster.web"
    label = "web"
    verbose_name = "Web"

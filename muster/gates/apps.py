"""Tells Django about the gates."""

from django.apps import AppConfig


class GatesConfig(AppConfig):
    """The gates: access, purpose, disclosure and release."""

    name = "muster.gates"
    label = "gates"
    verbose_name = "Gates"

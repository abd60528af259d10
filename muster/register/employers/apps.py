"""Registers the employers room with Django."""

from django.apps import AppConfig


class EmployersConfig(AppConfig):
    """The tables of employers."""

    name = "muster.register.employers"
    label = "register_employers"

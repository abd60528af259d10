"""Registers the grid service with Django."""

from django.apps import AppConfig


class GridConfig(AppConfig):
    """The grid service."""

    name = "muster.services.grid"
    label = "services_grid"

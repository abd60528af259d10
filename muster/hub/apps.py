"""Registers the hub with Django."""

from django.apps import AppConfig


class HubConfig(AppConfig):
    """The hub's tables."""

    name = "muster.hub"
    label = "hub"

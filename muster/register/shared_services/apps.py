"""Registers the room with Django."""

from django.apps import AppConfig


class SharedServicesConfig(AppConfig):
    """The tables of shared services."""

    name = "muster.register.shared_services"
    label = "register_shared_services"

"""Registers the places room with Django."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """The table of places."""

    name = "muster.register.places"
    label = "register_places"

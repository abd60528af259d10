"""Registers the people service with Django."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The people service."""

    name = "muster.services.people"
    label = "services_people"

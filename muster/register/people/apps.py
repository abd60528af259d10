"""Registers the people room with Django."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The tables of people."""

    name = "muster.register.people"
    label = "register_people"

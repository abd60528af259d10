"""Registers the people room with Django, and what it receives with the hub."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    """The tables of people."""

    name = "muster.register.people"
    label = "register_people"
    metrics_module = "muster.register.people.metrics"

    def ready(self) -> None:
        from muster.hub.intakes import register_intake
        from muster.hub.populations import register_population
        from muster.register.people.constraints import install_after_migrate
        from muster.register.people.intake import people_intake
        from muster.register.people.populations import OWN, own_people

        register_intake(people_intake())
        register_population(OWN, own_people)
        post_migrate.connect(install_after_migrate, sender=self)

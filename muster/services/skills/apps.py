"""Registers the skills map with Django, and offers its pages to the shell."""

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from muster.pagekit.navigation import HomeCard, NavItem


class SkillsConfig(AppConfig):
    """The skills the service asks for."""

    name = "muster.services.skills"
    label = "services_skills"
    url_prefix = "skills"
    story = "muster.services.skills.story.steps"
    navigation = (
        NavItem(gettext_lazy("Skills map"), "skills:map", "see skills map", "figures", 35),
    )
    home = (
        HomeCard(
            gettext_lazy("Skills map"), "skills:map", "see skills map",
            text=gettext_lazy("Which skills the service asks for, and what lies near each."),
        ),
    )  # fmt: skip

    def ready(self) -> None:
        """Take in adverts, and say what is due by and by."""
        from muster.hub.intakes import register_intake
        from muster.kernel.chores import Chore, register_chore
        from muster.services.skills.adverts.intake import advert_intake

        register_intake(advert_intake())

        register_chore(
            Chore(
                "building skills maps", dt.timedelta(seconds=5),
                "muster.services.skills.starting.start_due",
            )
        )  # fmt: skip
        register_chore(
            Chore(
                "skills maps past their time", dt.timedelta(days=1),
                "muster.services.skills.keeping.give_up_old",
            )
        )  # fmt: skip
        register_chore(
            Chore(
                "adverts past their time", dt.timedelta(days=1),
                "muster.services.skills.adverts.actions.give_up_old",
            )
        )  # fmt: skip

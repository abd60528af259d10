"""Registers casework with Django."""

import datetime as dt

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CaseworkConfig(AppConfig):
    """Cases, tasks, deadlines and notifications."""

    name = "muster.casework"
    label = "casework"

    def ready(self) -> None:
        """Say what is due by and by."""
        from muster.casework import constraints
        from muster.casework.calendars.constraints import install_after_migrate
        from muster.casework.drafting import opened
        from muster.casework.notifying.due import register
        from muster.kernel.chores import Chore, register_chore
        from muster.register.keeping.exporting import opens

        post_migrate.connect(constraints.install_after_migrate, sender=self)
        post_migrate.connect(install_after_migrate, sender=self)
        register_chore(
            Chore(
                "payroll periods at their cut-off", dt.timedelta(minutes=1),
                "muster.casework.calendars.actions.freeze_due",
            )
        )  # fmt: skip

        register_chore(
            Chore(
                "deadlines of cases", dt.timedelta(seconds=20), "muster.casework.actions.fire_due"
            )
        )
        register()
        opens("casework.Draft", opened)

"""What every process of a campaign needs, imported once: the processes are forked from here."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.settings")
django.setup()

from tests.chaos import hub_actors  # noqa: E402, F401

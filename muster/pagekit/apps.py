"""Tells Django about the page parts."""

from django.apps import AppConfig


class PagekitConfig(AppConfig):
    """Parts of pages."""

    name = "muster.pagekit"
    label = "pagekit"
    verbose_name = "Parts of pages"

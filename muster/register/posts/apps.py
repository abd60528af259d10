"""Registers the posts room with Django, and what it receives with the hub."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PostsConfig(AppConfig):
    """The tables of posts."""

    name = "muster.register.posts"
    label = "register_posts"
    metrics_module = "muster.register.posts.metrics"

    def ready(self) -> None:
        from muster.hub.intakes import register_intake
        from muster.register.posts.intake import posts_intake

        register_intake(posts_intake())
        post_migrate.connect(_keep_facts, sender=self)


def _keep_facts(*, using: str, **_signal: Any) -> None:
    """Put the triggers on facts back, which migrations on SQLite may have dropped."""
    from django.db import connections

    from muster.register.unchanging import keep_unchanging

    if "register_post_fact" in connections[using].introspection.table_names():
        keep_unchanging(
            connections[using],
            only_close=["register_post_statement"],
            never_change=["register_post_fact"],
        )

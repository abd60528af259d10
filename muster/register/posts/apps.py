"""Registers the posts room with Django, and what it receives with the hub."""

from django.apps import AppConfig


class PostsConfig(AppConfig):
    """The tables of posts."""

    name = "muster.register.posts"
    label = "register_posts"
    metrics_module = "muster.register.posts.metrics"

    def ready(self) -> None:
        from muster.hub.intakes import register_intake
        from muster.register.posts.intake import posts_intake

        register_intake(posts_intake())

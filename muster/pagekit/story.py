"""The story that a demonstration tells: one person and two employers, step by step.

A room adds its steps when it can show them, by a function named on its ``AppConfig``:
``story = "muster.services.transfers.story.steps"``. It takes nothing and returns ``Step`` tuples;
none while what it would show is not there. In production nothing is asked.
"""

from collections.abc import Iterator
from typing import NamedTuple, cast

from django.apps import apps
from django.utils.functional import Promise
from django.utils.module_loading import import_string

Text = str | Promise


class Look(NamedTuple):
    """A page to look at: as which persona, where, and what there is to see or do."""

    persona: str
    address: str
    words: Text


class Step(NamedTuple):
    """One step of the story; ``order`` says where it comes."""

    order: int
    title: Text
    text: Text
    looks: tuple[Look, ...]


def steps() -> tuple[Step, ...]:
    """Return the steps that can be shown, in the order they are told."""
    return tuple(sorted(_of_rooms(), key=lambda step: step.order))


def _of_rooms() -> Iterator[Step]:
    for config in apps.get_app_configs():
        source = cast("str", getattr(config, "story", ""))
        if source:
            yield from import_string(source)()

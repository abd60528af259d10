"""Where notices lead: the address names of pages, which the service that has them registers.

Casework knows no page. A notice's links are made when it is sent, from these names and from the
first of the hosts that the settings name.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from muster.kernel.running import settings


@dataclass(frozen=True)
class Pages:
    """Address names: of the inbox, of one task (takes its id), of choosing what one is told, and
    of having less without signing in (takes the notice's id and its mark)."""

    inbox: str
    task: str
    choose: str
    less: str


_pages: list[Pages] = []


def register_pages(pages: Pages) -> None:
    """Let notices lead to pages."""
    _pages[:] = [pages]


def base_address() -> str:
    """Return how addresses of this service begin, for links that leave it."""
    now = settings()
    host = now.hosts[0].lstrip("*.") if now.hosts else "localhost"
    return f"{'https' if now.in_production else 'http'}://{host}"


def inbox_link() -> str:
    """Return the address of the inbox."""
    return _address(lambda pages: pages.inbox)


def task_link(task: uuid.UUID | None) -> str:
    """Return the address of a task, or of the inbox where there is none."""
    return inbox_link() if task is None else _address(lambda pages: pages.task, task)


def choose_link() -> str:
    """Return the address at which somebody who signs in chooses what they are told."""
    return _address(lambda pages: pages.choose)


def less_link(notice: uuid.UUID, mark: str) -> str:
    """Return the address at which whom a notice went to switches off what is not due to them."""
    return _address(lambda pages: pages.less, notice, mark)


def _address(name: Callable[[Pages], str], *args: object) -> str:
    if not _pages:
        return base_address()
    try:
        return base_address() + reverse(name(_pages[0]), args=args)
    except NoReverseMatch:
        return base_address()

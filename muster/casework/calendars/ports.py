"""Whom a moved cut-off concerns: rooms above register what is called when a pay period changes."""

import uuid
from collections.abc import Callable
from importlib import import_module

from muster.casework.calendars.rules import PayPeriod
from muster.kernel.clock import Clock

_listeners: list[str] = []


def on_moved(path: str) -> None:
    """Let a function be called whenever a pay period of a calendar changes.

    Args:
        path: its dotted path; imported when first called. It is given the employer, the period
            before, the period that took its place (None where none did), and as keywords ``by``
            and ``clock``, within the transaction that changes the calendar: what it raises undoes
            the change.
    """
    if path not in _listeners:
        _listeners.append(path)


def tell_moved(
    employer: uuid.UUID, before: PayPeriod, after: PayPeriod | None, *, by: str, clock: Clock
) -> None:
    """Call every listener, in the order they registered."""
    for path in _listeners:
        _found(path)(employer, before, after, by=by, clock=clock)


def _found(path: str) -> Callable[..., object]:
    module, _, name = path.rpartition(".")
    found: Callable[..., object] = getattr(import_module(module), name)
    return found

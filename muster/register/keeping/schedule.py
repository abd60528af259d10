"""The retention schedule as it ships, and which line governs which personal field.

``schedule.toml`` is the schedule. A model says beside each personal field, in a sentence, how long
it is kept; the line that states the same sentence governs the field. So whoever declares a field
need not know this room, and one that no line governs is found by a test.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.models import Model

from muster.kernel.errors import Misconfigured, NotFound, Where
from muster.kernel.personal import Personal
from muster.register.keeping.rules import DOES, OFS, STARTS, Line

_FILE = Path(__file__).with_name("schedule.toml")


@dataclass(frozen=True)
class Holding:
    """A table that holds values of people: ``by`` and ``through`` say how one's rows are found."""

    model: str
    title: str
    by: str
    through: str


@cache
def schedule() -> tuple[Line, ...]:
    """Return the lines of the schedule in order.

    Raises:
        Misconfigured: if a line says what nobody knows.
    """
    return tuple(_line(said) for said in _read()["line"])


def line_of(code: str) -> Line:
    """Return the line with a code; ``NotFound`` if there is none."""
    for line in schedule():
        if line.code == code:
            return line
    raise NotFound(
        "The schedule has no such line", where=Where(thing=code), fix="See the retention schedule"
    )


@cache
def holdings() -> tuple[Holding, ...]:
    """Return the tables that hold values of people, in the order in which a copy shows them."""
    return tuple(Holding(**said) for said in _read()["table"])


def declared() -> Iterator[tuple[type[Model], str, Personal]]:
    """Yield every personal field of every model, with what is declared of it."""
    for model in apps.get_models(include_auto_created=True):
        said: dict[str, Personal] = getattr(model, "personal", {})
        for field, personal in said.items():
            yield model, field, personal


def governing(personal: Personal) -> tuple[Line, ...]:
    """Return the lines that govern what is so declared; a test holds that it is one."""
    return tuple(line for line in schedule() if personal.retention in line.says)


def _read() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def _line(said: dict[str, Any]) -> Line:
    line = Line(**said | {"says": tuple(said["says"])})
    if line.starts not in STARTS or line.does not in DOES or line.of not in OFS or line.years < 0:
        raise Misconfigured(
            "A line of the retention schedule says what nobody knows",
            where=Where(file=_FILE.name, thing=line.code),
            fix="Correct what it says of when the time starts, its length or what is done",
        )
    return line

"""What the database refuses about employers whose functions passed on."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from muster.kernel.ids import new_id
from muster.register.employers.models import Employer, Succession, Successor

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
DAY = dt.date(2026, 8, 31)


def employer() -> Employer:
    return Employer.objects.create(key=str(new_id()), title="E", status="live")


def succession(**changes: Any) -> Succession:
    said = {"former": employer(), "day": DAY, "source": "s", "stated_by": "t", "stated_at": NOW}
    return Succession.objects.create(**{**said, **changes})


def passed_twice() -> None:
    former = employer()
    for _ in range(2):
        succession(former=former)


def successor_twice() -> None:
    to, of = employer(), succession()
    for place in range(2):
        Successor.objects.create(succession=of, place=place, employer=to)


# name: (what it states, how to violate it)
SUCCESSION_CONSTRAINTS: dict[str, tuple[str, Callable[[], object]]] = {
    "register_succession_once": (
        "The functions of an employer pass on once on a day.",
        passed_twice,
    ),
    "register_succession_withdrawn_by": (
        "Whoever undid a succession is known.",
        lambda: succession(withdrawn_at=NOW),
    ),
    "register_successor_once": ("A succession names a successor once.", successor_twice),
}

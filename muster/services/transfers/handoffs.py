"""What changes hands when a person moves: who hands it over, by when, and what proves it.

The table is ``handoffs.toml``. A hand-off is done with evidence, or waived by somebody who says
why; that it is late is worked out, not stored. Pure but for reading the table once.
"""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from muster.kernel.errors import Misconfigured, Where
from muster.kernel.working_days import add_working_days
from muster.services.transfers.rules import KINDS, Kind

Owner = Literal["person", "exporter", "importer", "payroll"]
Since = Literal["acceptance", "first day"]
HandOffState = Literal["open", "done", "waived"]
_FILE = Path(__file__).with_name("handoffs.toml")


@dataclass(frozen=True)
class HandedOver:
    """One line of the table.

    Args:
        code: how it is named.
        title: what people call it.
        owner: who hands it over.
        since: the day from which its time runs.
        days: working days from then; below zero before it.
        evidence: what proves it.
        kinds: the kinds of transfer that have it.
        by: the verb that does it by itself; empty where somebody must.
    """

    code: str
    title: str
    owner: Owner
    since: Since
    days: int
    evidence: str
    kinds: tuple[Kind, ...]
    by: str = ""


@cache
def table() -> Mapping[str, HandedOver]:
    """Return the table by code, in order.

    Raises:
        Misconfigured: if a line says what nobody knows.
    """
    said = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    groups: dict[str, list[Kind]] = said["groups"]
    found = {}
    for line in said["hand_off"]:
        kinds = tuple(groups[line.pop("kinds")])
        one = HandedOver(kinds=kinds, **line)
        known = one.owner in get_args(Owner) and one.since in get_args(Since)
        if not known or not set(kinds) <= set(KINDS) or one.code in found:
            raise Misconfigured(
                "A line of the hand-offs says what nobody knows",
                where=Where(file=_FILE.name, thing=one.code), fix="Correct it",
            )  # fmt: skip
        found[one.code] = one
    return found


@cache
def wanted(kind: Kind) -> tuple[HandedOver, ...]:
    """Return what is handed over in a kind of transfer."""
    return tuple(one for one in table().values() if kind in one.kinds)


def due(one: HandedOver, *, accepted: dt.date, first_day: dt.date) -> dt.date:
    """Return the legal day by which something is handed over."""
    return _due(one.since, one.days, accepted if one.since == "acceptance" else first_day)


@cache
def _due(_since: Since, days: int, day: dt.date) -> dt.date:
    return add_working_days(day, days)


def is_late(state: HandOffState, due_on: dt.date, today: dt.date) -> bool:
    """Tell whether something that is still to be handed over should have been by now."""
    return state == "open" and due_on < today

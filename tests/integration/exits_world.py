"""Figures that can be recognised wherever they come out, for tests of every exit.

Every declared figure about people is made of numbers of seven digits that occur nowhere by chance,
and all that the gate was given are kept. None is a multiple of five, so none is ever a figure told.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Mapping, Sequence
from itertools import product

import pytest

from muster.gates.facts.reading import FactsReader
from muster.gates.rows import only
from muster.kernel.metrics import RawCell, Returns
from muster.register.attendance.metrics import AverageDay
from muster.register.attendance.rules import THOUSAND

MONTHS = (dt.date(2026, 7, 31), dt.date(2026, 8, 31))
DAY = MONTHS[-1]
EMPLOYERS = {"a" * 32: "Office of Alpha", "b" * 32: "Office of Beta", "c" * 32: "Tiny Office"}
ALPHA, _BETA, TINY = EMPLOYERS
_OF_EMPLOYERS = {"employer", "employer_today", "other", "other_today", "workplace", "building"}
_NUMBER = re.compile(r"\d[\d,_]{5,}\d")
handed: set[int] = set()
"""The exact numbers that the gate was given."""


def exact(metric: str, as_at: dt.date, **cell: str) -> int:
    """Return the number of a cell, by the code of each dimension; where nobody much is, a few."""
    named = (metric, as_at.isoformat(), *(f"{name}={cell[name]}" for name in sorted(cell)))
    lot = int.from_bytes(hashlib.sha256("|".join(named).encode()).digest()[:6])
    if TINY in cell.values():
        return lot % 8
    number = (1_000_000 + lot % 8_999_990) // 5 * 5 + 1 + lot % 4
    handed.add(number)
    return number


def found_in(text: str) -> set[int]:
    """Return the exact numbers that a text tells."""
    return {int(re.sub(r"\D", "", one)) for one in _NUMBER.findall(text)} & handed


def mark(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every figure about people be made of such numbers."""
    handed.clear()
    for reader in (FactsReader, AverageDay):
        own = reader.domain
        monkeypatch.setattr(reader, "domain", _domain(own))
        monkeypatch.setattr(reader, "cells", _cells)
        monkeypatch.setattr(reader, "dates", lambda self: list(MONTHS))
        monkeypatch.setattr(reader, "returns", lambda self, as_at: Returns(3, 4, ("Another",)))
    monkeypatch.setattr(
        FactsReader, "over",
        lambda self, dimensions, dates: {one: self.cells(dimensions, one) for one in dates},
    )  # fmt: skip


def _domain(own: object) -> object:
    def domain(self: object, dimension: str, as_at: dt.date) -> Mapping[str, str]:
        if dimension in ("workplace", "building"):
            return {code * 2: f"House of {title}" for code, title in EMPLOYERS.items()}
        if dimension in _OF_EMPLOYERS:
            every = EMPLOYERS | ({} if dimension.startswith("employer") else {"": ""})
            own_rows = only(list(every), dimension, getattr(self, "_rules", ()))
            return {code: every[code] for code in own_rows}
        return own(self, dimension, as_at)  # type: ignore[operator, no-any-return]

    return domain


def _cells(self: object, dimensions: Sequence[str], as_at: dt.date) -> list[RawCell]:
    metric = getattr(self, "_metric", None)
    name = metric.name if metric else getattr(self, "measure", "")
    scale = metric.scale if metric else THOUSAND
    more = scale // 3 if metric is None or metric.measure.how == "sum" else 0
    domains = [self.domain(one, as_at) for one in dimensions]  # type: ignore[attr-defined]
    found = []
    for key in product(*domains):
        people = exact(name, as_at, **dict(zip(dimensions, key, strict=True)))
        found.append(RawCell(key, people * scale + more, people))
    return found

"""Files come, replace each other, are mended and withdrawn; a receiver holds what is in force.

The second implementation is a dict: of the latest list in force and the changes since, the last row
that names a building counts. What no file in force names stays with the receiver as it was told
last, because nobody sends that something is gone. Handing over breaks off at any moment, before or
after the receiver took a slice.
"""

import datetime as dt
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import transaction

from muster.connectors.outlets import Receipt, Shipment, Unreachable
from muster.connectors.sql_table.connector import SqlTable
from muster.hub.approval import announce
from muster.hub.forwarding import forward as forwarding
from muster.hub.models import Cursor, Forward, Landing, LandingState
from muster.hub.withdrawal import withdraw
from muster.kernel.clock import SYSTEM_CLOCK
from tests.integration.carried_files import (
    DECIDES,
    SENT,
    building_world,
    carried,
    corrected,
    held,
    sent,
)

pytestmark = pytest.mark.django_db
CODES = ("B1", "B2", "B3", "B4")
DAYS = ("08-31", "09-10", "09-30")
STORIES = int(os.environ.get("STORIES", "3"))
STEPS = 16


@dataclass(frozen=True)
class Sent:
    """A file as the dict knows it: desks by row number and code, -1 where they cannot be read."""

    landing: Landing
    day: str
    full: bool
    rows: tuple[tuple[str, int], ...]


@dataclass
class Plainly:
    """What is in force, kept as plainly as can be."""

    files: dict[str, list[Sent]] = field(default_factory=dict)
    mended: dict[tuple[object, str], int] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)

    def in_force(self) -> list[Sent]:
        """Return the files that stand, in the order in which they speak."""
        standing = [stack[-1] for _day, stack in sorted(self.files.items()) if stack]
        last = max((place for place, one in enumerate(standing) if one.full), default=0)
        return standing[last:]

    def said(self) -> dict[str, int]:
        """Return what the files in force say."""
        found: dict[str, int] = {}
        for one in self.in_force():
            for code, desks in one.rows:
                read = self.mended.get((one.landing.id, code), desks)
                if read >= 0:
                    found[code] = read
        return found

    def waiting(self) -> list[tuple[Sent, int, str]]:
        """Return the rows that wait: file, row number and code."""
        return [
            (one, number, code)
            for stack in self.files.values()
            for one in stack[-1:]
            for number, (code, desks) in enumerate(one.rows, start=2)
            if desks < 0 and (one.landing.id, code) not in self.mended
        ]


class Story:
    """One story: random steps, and a look after each carrying."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.chance = random.Random(seed)
        self.world = building_world(folder)
        self.plainly = Plainly()
        for route in ("buildings", "to-guide:weir"):
            announce(
                route=route, starts=dt.date(2026, 1, 1), ends=dt.date(2026, 12, 31), ending=99,
                changed=99, reason="of four buildings all is unusual", by=DECIDES,
                clock=SYSTEM_CLOCK,
            )  # fmt: skip

    def step(self) -> None:
        """Let something happen."""
        steps = [self.sends, self.sends, self.mends, self.withdraws, self.breaks_off]
        self.chance.choice(steps)()
        if self.chance.random() < 0.4:
            self.carries()

    def sends(self) -> None:
        """Send a list, or a list of changes."""
        day, full = self.chance.choice(DAYS), self.chance.random() < 0.5
        codes = self.chance.sample(CODES, self.chance.randint(1, 4))
        desks = {code: self.chance.choice([1, 2, 1, 2, -1]) for code in codes}
        stack = self.plainly.files.setdefault(day, [])
        rows = tuple(desks.items())
        if any((one.full, one.rows) == (full, rows) for one in stack):
            return  # the same file again changes nothing
        shown = {code: "?" if many < 0 else many for code, many in rows}
        landing = sent(day, shown, changes=not full)
        # One without a row that can be accepted does not take another one's place.
        if landing.state == LandingState.ACCEPTED:
            stack.append(Sent(landing, day, full, rows))
        else:
            assert landing.waits_for == "rows"

    def mends(self) -> None:
        """Say what a row that waits should have said."""
        waiting = self.plainly.waiting()
        if waiting:
            one, number, code = self.chance.choice(waiting)
            desks = self.chance.choice([1, 2])
            corrected(Landing.objects.get(id=one.landing.id), number, desks)
            self.plainly.mended[one.landing.id, code] = desks

    def withdraws(self) -> None:
        """Withdraw a file that stands."""
        days = [day for day, stack in self.plainly.files.items() if stack]
        if days:
            gone = self.plainly.files[self.chance.choice(days)].pop()
            withdraw(landing=gone.landing.id, reason="wrong", by=SENT, clock=SYSTEM_CLOCK)

    def carries(self) -> None:
        """Carry all there is, and compare."""
        carried()
        said = self.plainly.said()
        assert held(self.world) == {**self.plainly.told, **said}
        self.plainly.told = held(self.world)
        count = Forward.objects.count()
        carried()
        assert Forward.objects.count() == count, "what was told is told again"

    def breaks_off(self) -> None:
        """Carry until the receiver cannot be reached any more."""
        self.sends()
        with breaking_off(self.chance.randint(0, 3), taken=self.chance.random() < 0.5):
            carried()
        Cursor.objects.update(retry_at=None)
        if self.chance.random() < 0.5:
            self.chance.choice([self.sends, self.withdraws])()
        self.plainly.told = held(self.world)


@contextmanager
def breaking_off(after: int, *, taken: bool) -> Iterator[None]:
    """Let the receiver be gone after some slices; the last of them is ``taken``, or not."""
    deliver, slices = SqlTable.deliver, iter(range(after + 1000))

    def breaks(outlet: SqlTable, shipment: Shipment) -> Receipt:
        late = next(slices) >= after
        if late and not taken:
            raise Unreachable("gone")
        receipt = deliver(outlet, shipment)
        if late:
            raise Unreachable("gone")
        return receipt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SqlTable, "deliver", breaks)
        yield


@pytest.mark.parametrize("seed", range(STORIES))
def test_a_receiver_holds_what_the_files_in_force_say(
    seed: int, tmp_path: Path, fresh_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forwarding, "SLICE", 1)
    story = Story(seed, tmp_path)
    for _ in range(STEPS):
        with transaction.atomic():
            story.step()
    story.carries()

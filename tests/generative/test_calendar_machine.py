"""Payroll calendars, whatever is loaded, undone and frozen: what is in force is what was left.

Beside the database stands a plain pile of calendars: a load puts one on top, an undo takes the top
away. Whoever listens can follow with what they are told alone.
"""

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from muster.casework.calendars import actions, ports, queries
from muster.casework.calendars.reading import as_csv, as_rows
from muster.casework.calendars.rules import Calendar, PayPeriod
from muster.kernel.clock import Clock, FixedClock
from muster.kernel.errors import BadInput, Conflict
from tests.integration.calendars_constraints import employer
from tests.payroll_calendars import calendars
from tests.stories import tell_stories

pytestmark = pytest.mark.django_db
BEGINS = dt.datetime(2026, 1, 2, 9, tzinfo=dt.UTC)
DRAWN = calendars(since=dt.date(2026, 1, 1), until=dt.date(2026, 6, 30)).filter(
    lambda one: one.frequency == "monthly"
)
_told: list[tuple[PayPeriod, PayPeriod | None]] = []
_reached: set[str] = set()


def note(
    of: uuid.UUID, before: PayPeriod, after: PayPeriod | None, *, by: str, clock: Clock
) -> None:
    _told.append((before, after))


class Calendars(RuleBasedStateMachine):
    """One employer's monthly calendar through loads, undos and cut-offs."""

    @initialize()
    def begin(self) -> None:
        self.employer, self.clock = employer().id, FixedClock(BEGINS)
        self.pile: list[tuple[uuid.UUID, frozenset[PayPeriod]]] = []
        self.frozen: frozenset[PayPeriod] = frozenset()

    @rule(drawn=DRAWN, start=st.integers(0, 3), length=st.integers(1, 8), moves=st.booleans())
    def load(self, drawn: Calendar, start: int, length: int, moves: bool) -> None:
        sheet = drawn.periods[start : start + length]
        if moves and self.pile:
            known = sorted(self._stands(), key=lambda one: one.starts)[start : start + length]
            hour = dt.timedelta(hours=1)
            sheet = tuple(replace(one, cut_off=one.cut_off - hour) for one in known)
        if not sheet:
            return
        content = as_csv(as_rows("Mill", [replace(drawn, periods=sheet)]))
        _told.clear()
        try:
            loaded = actions.load_calendar(
                sheet=content, name="s.csv", employer=self.employer, by="p", clock=self.clock
            )
        except (BadInput, Conflict) as refused:
            _reached.add(type(refused).__name__)
            return
        covered = [one for one in self._stands() if not _meets(one, sheet)]
        if loaded.load is not None:
            _reached.add("loaded")
            stands = frozenset([*covered, *sheet])
            self._follow(stands - self._stands(), self._stands() - stands)
            self.pile.append((loaded.load, stands))

    @precondition(lambda self: self.pile)
    @rule()
    def undo(self) -> None:
        load, stands = self.pile[-1]
        _told.clear()
        brought = stands - (self.pile[-2][1] if len(self.pile) > 1 else frozenset())
        try:
            actions.undo_load(load=load, within=None, by="p", clock=self.clock)
        except Conflict:
            assert self.frozen & brought
            _reached.add("frozen")
            return
        _reached.add("undone")
        self.pile.pop()
        self._follow(self._stands() - stands, stands - self._stands())

    @rule(days=st.integers(15, 60))
    def time_passes(self, days: int) -> None:
        self.clock.move(dt.timedelta(days=days))
        actions.freeze_due(clock=self.clock)
        due = {one for one in self._stands() if one.cut_off <= self.clock.now()}
        self.frozen |= due

    @invariant()
    def what_stands_is_what_was_left(self) -> None:
        if hasattr(self, "employer"):
            found = queries.calendar_of(self.employer)
            periods = frozenset() if found is None else frozenset(found.periods)
            assert periods == self._stands()
            assert {one for one in periods if one.frozen_at is not None} == self.frozen

    def _stands(self) -> frozenset[PayPeriod]:
        return self.pile[-1][1] if self.pile else frozenset()

    def _follow(self, new: frozenset[PayPeriod], gone: frozenset[PayPeriod]) -> None:
        """Whoever planned by a period that went is told of it, and of what took its place."""
        assert {before for before, _ in _told} == gone
        assert {after for _, after in _told if after is not None} <= new
        for before, after in _told:
            assert after is not None or not _meets(before, tuple(new))


def _meets(period: PayPeriod, others: tuple[PayPeriod, ...]) -> bool:
    return any(period.days.overlaps(one.days) for one in others)


def test_what_is_in_force_is_what_was_loaded_and_not_undone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ports, "_listeners", [f"{__name__}.note"])
    _reached.clear()
    if tell_stories(Calendars, stories=15, steps=12):
        assert _reached == {"loaded", "undone", "BadInput", "Conflict", "frozen"}

"""Kills senders, workers and the person between them, again and again, and counts what came of it.

    python -m tests.chaos.hub_campaign --store sqlite --kills 110 --messages 30000

Two databases: the hub's and the receiver's. Processes are killed without warning (SIGKILL), at
random moments and at named points: before and after the receiver's commit, before the hub's note
and its commit. Some workers sleep past the end of their lease instead, and wake as one who was
overtaken. Prints one JSON object; exits 1 unless everything arrived once and in order.
"""

import argparse
import json
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg

from tests.chaos.hub_stage import expected, get, judge, put
from tests.databases import Database

SENDERS, WORKERS, SHARDS = 2, 3, 2
_LONGEST_LIFE, _PATIENCE = 1.5, 120.0
_context = multiprocessing.get_context("forkserver")


@dataclass(frozen=True)
class Plan:
    """How much is sent and killed, on which store, and by which chances."""

    store: str
    kills: int
    messages: int
    seed: int
    url: str = ""


@dataclass
class Life:
    """A process: what it plays, when it is killed at the latest, and what it will do to itself."""

    process: Any
    role: str
    number: int
    ends: float


@dataclass
class Campaign:
    """One play of a plan."""

    plan: Plan
    folder: Path
    place: Database
    lives: list[Life] = field(default_factory=list)
    kills: int = 0
    starts: int = 0
    at_points: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.plan.seed)
        self.each = -(-self.plan.messages // SENDERS)

    def run(self) -> dict[str, Any]:
        """Play the plan; return what came of it."""
        began = time.monotonic()
        self.in_a_process("build", SHARDS)
        while self.kills < self.plan.kills:
            put(self.folder / "allowed", self._allowed())
            self._fill(killing=True)
            self._reap()
        put(self.folder / "allowed", self.each)
        self._end()
        found = judge(self.place, expected(range(SENDERS), self.each))
        self.in_a_process("look")
        return {
            "store": self.plan.store,
            "messages": self.each * SENDERS,
            "kills": self.kills,
            **asdict(found),
            **get(self.folder / "looked"),
            "at_points": self.at_points,
            "troubles": self._troubles(),
            "seconds": round(time.monotonic() - began, 1),
        }

    def _allowed(self) -> int:
        # Messages last as long as kills do, and there is always something on its way.
        return min(self.each, self.each * (self.kills + 2) // self.plan.kills)

    def _fill(self, *, killing: bool) -> None:
        """Start whoever is missing."""
        wanted = [("send", n) for n in range(SENDERS) if not self._sent(n)]
        wanted += [("carry", n) for n in range(WORKERS)] + [("settle", 0)]
        here = {(life.role, life.number) for life in self.lives}
        for role, number in wanted:
            if (role, number) not in here:
                self.lives.append(self._start(role, number, killing=killing))

    def _sent(self, sender: int) -> bool:
        return bool(get(self.folder / f"kept-{sender}", 0) >= self.each)

    def _start(self, role: str, number: int, *, killing: bool) -> Life:
        from tests.chaos import hub_preload  # noqa: F401 - before the actors: it sets Django up
        from tests.chaos.hub_actors import Cue, Part

        self.starts += 1
        chance = self.chance
        part = Part(self.folder, self.place, number, self.each, seed=self.plan.seed + self.starts)
        cue, life = Cue(), chance.uniform(0.03, 0.4)
        points = {"send": _sending(), "carry": _carrying()}.get(role, ())
        if points and chance.random() < 0.6:
            sleeps = 3 * part.lease if role == "carry" and chance.random() < 0.2 else 0.0
            cue = Cue(chance.choice(points), chance.randrange(1, 4), sleeps)
            life = _LONGEST_LIFE
        if not killing:
            cue, life = Cue(), float("inf")
        elif role == "send":
            life *= 2
        process = _context.Process(target=_play, args=(role, part, cue), daemon=True)
        process.start()
        if cue.point and not cue.sleeps:
            process.name = cue.point
        return Life(process, role, number, time.monotonic() + life)

    def _reap(self) -> None:
        """Kill who is due; count who died."""
        now = time.monotonic()
        due = min(life.ends for life in self.lives)
        wait([life.process.sentinel for life in self.lives], timeout=min(0.05, max(0.0, due - now)))
        for life in list(self.lives):
            if life.process.is_alive() and time.monotonic() >= life.ends:
                os.kill(life.process.pid, signal.SIGKILL)
                life.process.name = "at random"
            if life.ends <= time.monotonic() or not life.process.is_alive():
                life.process.join()
                self._buried(life)

    def _buried(self, life: Life) -> None:
        code = life.process.exitcode
        self.lives.remove(life)
        if code == 0 and life.role == "send":
            return
        if code != -signal.SIGKILL:
            raise AssertionError(f"{life.role} {life.number} ended with {code}, not by a kill")
        self.kills += 1
        how = life.process.name
        self.at_points[how] = self.at_points.get(how, 0) + 1

    def _end(self) -> None:
        """Let everybody finish in peace."""
        for life in self.lives:
            life.ends = float("inf")
        ends = time.monotonic() + _PATIENCE
        while time.monotonic() < ends:
            self._fill(killing=False)
            self._reap_quietly()
            if all(self._sent(number) for number in range(SENDERS)):
                self.in_a_process("look")
                if not get(self.folder / "looked")["open"]:
                    break
            time.sleep(0.2)
        (self.folder / "stop").touch()
        for life in self.lives:
            life.process.join(20)
            life.process.kill()
        self.lives.clear()

    def _reap_quietly(self) -> None:
        for life in list(self.lives):
            if not life.process.is_alive():
                life.process.join()
                self._buried(life)

    def _troubles(self) -> list[str]:
        path = self.folder / "troubles"
        return path.read_text().splitlines()[:5] if path.exists() else []

    def in_a_process(self, name: str, *more: object) -> None:
        """Do something with the hub's database in a process that is not killed."""
        from tests.chaos import hub_preload  # noqa: F401 - before the actors: it sets Django up
        from tests.chaos.hub_actors import Part

        part = Part(self.folder, self.place, 0, self.each)
        process = _context.Process(target=_play, args=(name, part, *more), daemon=True)
        process.start()
        process.join()
        if process.exitcode:
            raise AssertionError(f"{name} ended with {process.exitcode}")

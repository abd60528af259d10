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
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg

from tests.chaos.hub_script import CARRYING, SENDING, Cue, Part, expected, get, judge, put
from tests.databases import Database

SENDERS, WORKERS, SHARDS = 2, 3, 2
_LONGEST_LIFE, _PATIENCE = 1.5, 60.0
_POINTS = {"send": SENDING, "carry": CARRYING, "settle": ()}
_context = multiprocessing.get_context("spawn")


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
    """A process: what it plays, how long it may once it is ready, and how it is going to die."""

    process: Any
    role: str
    number: int
    ready: Path
    lasts: float
    death: str
    ends: float = float("inf")


@dataclass
class Campaign:
    """One play of a plan."""

    plan: Plan
    folder: Path
    place: Database
    lives: list[Life] = field(default_factory=list)
    deaths: dict[str, int] = field(default_factory=dict)
    starts: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.plan.seed)
        self.each = -(-self.plan.messages // SENDERS)

    @property
    def kills(self) -> int:
        """Return how many processes were killed so far."""
        return sum(self.deaths.values())

    def run(self) -> dict[str, Any]:
        """Play the plan; return what came of it."""
        began = time.monotonic()
        self.do("build", SHARDS)
        while self.kills < self.plan.kills:
            # Messages last as long as kills do, so that there is always something on its way.
            put(self.folder / "allowed", self.each * (self.kills + 2) // (self.plan.kills + 2))
            self._fill(killing=True)
            self._kill_who_is_due()
            self._bury()
        self._finish()
        self.do("prove")
        found = judge(self.place, expected(range(SENDERS), self.each))
        return {
            "store": self.plan.store, "messages": self.each * SENDERS, "kills": self.kills,
            **asdict(found), **get(self.folder / "looked"), **get(self.folder / "proved"),
            "deaths": self.deaths, "troubles": self._troubles(),
            "seconds": round(time.monotonic() - began, 1),
        }  # fmt: skip

    def do(self, name: str, *more: object) -> None:
        """Do something with the hub's database in a process that is not killed."""
        process = self._begin(name, Part(self.folder, self.place, each=self.each), *more)
        process.join()
        if process.exitcode:
            raise AssertionError(f"{name} ended with {process.exitcode}")

    @staticmethod
    def _begin(name: str, *what: object) -> Any:
        process = _context.Process(target=_play, args=(name, *what), daemon=True)
        process.start()
        return process

    def _sent(self, sender: int) -> bool:
        return bool(get(self.folder / f"kept-{sender}", 0) >= self.each)

    def _fill(self, *, killing: bool) -> None:
        """Start whoever is missing."""
        wanted = [("send", n) for n in range(SENDERS) if not self._sent(n)]
        wanted += [("carry", n) for n in range(WORKERS)] + [("settle", 0)]
        here = {(life.role, life.number) for life in self.lives}
        for role, number in wanted:
            if (role, number) not in here:
                self.lives.append(self._start(role, number, killing=killing))

    def _start(self, role: str, number: int, *, killing: bool) -> Life:
        self.starts += 1
        chance, ready = self.chance, self.folder / f"ready-{self.starts}"
        part = Part(self.folder, self.place, number, self.each, seed=self.plan.seed + self.starts)
        cue, lasts, death = Cue(), chance.uniform(0, 0.4), "at random"
        if _POINTS[role] and chance.random() < 0.6:
            sleeps = 3 * part.lease if role == "carry" and chance.random() < 0.2 else 0.0
            cue = Cue(chance.choice(_POINTS[role]), chance.randrange(1, 4), sleeps)
            lasts, death = _LONGEST_LIFE, "overtaken asleep" if sleeps else cue.point
        if not killing:
            cue, lasts = Cue(), float("inf")
        return Life(self._begin(role, part, cue, ready), role, number, ready, lasts, death)

    def _kill_who_is_due(self) -> None:
        wait([life.process.sentinel for life in self.lives], timeout=0.01)
        for life in self.lives:
            if life.ends == float("inf") and life.ready.exists():
                life.ends = time.monotonic() + life.lasts
            if life.ends <= time.monotonic() and life.process.is_alive():
                os.kill(life.process.pid, signal.SIGKILL)
                life.process.join()
                if life.death in (*CARRYING, *SENDING):
                    life.death = "at random"  # its point was never reached

    def _bury(self) -> None:
        for life in [life for life in self.lives if not life.process.is_alive()]:
            life.process.join()
            self.lives.remove(life)
            code = life.process.exitcode
            if code == -signal.SIGKILL:
                self.deaths[life.death] = self.deaths.get(life.death, 0) + 1
            elif code or life.role != "send":
                raise AssertionError(f"{life.role} {life.number} ended with {code} by itself")

    def _finish(self) -> None:
        """Let everybody finish what is left, unharmed."""
        put(self.folder / "allowed", self.each)
        for life in self.lives:
            os.kill(life.process.pid, signal.SIGKILL)
            life.process.join()
        self._bury()
        ends = time.monotonic() + _PATIENCE
        while time.monotonic() < ends:
            self._fill(killing=False)
            time.sleep(0.2)
            self._bury()
            self.do("look")
            if all(map(self._sent, range(SENDERS))) and not get(self.folder / "looked")["open"]:
                break
        (self.folder / "stop").touch()
        for life in self.lives:
            life.process.join(20)
            life.process.kill()

    def _troubles(self) -> list[str]:
        path = self.folder / "troubles"
        return path.read_text().splitlines()[:5] if path.exists() else []


def _play(name: str, part: Part, *more: Any) -> None:
    from tests.chaos import hub_stage  # noqa: F401, I001 - first: it sets Django up
    from tests.chaos import hub_actors

    *what, ready = (*more, None) if name not in _POINTS else more
    if ready is not None:
        ready.touch()
    getattr(hub_actors, name)(part, *what)


@contextmanager
def two_databases(store: str, url: str, folder: Path) -> Iterator[tuple[str, Database]]:
    """Yield the address of an empty database for the hub ("" for SQLite) and one for a receiver."""
    if store == "sqlite":
        path = folder / "receiver.sqlite3"
        path.touch()
        yield "", Database("sqlite", f"sqlite:///{path}", "")
        return
    names = [f"{what}_{uuid4().hex[:10]}" for what in ("hub", "receiver")]
    with psycopg.connect(url, autocommit=True) as server:
        for name in names:
            server.execute(f"CREATE DATABASE {name}")
        try:
            at = [urlsplit(url)._replace(path=f"/{name}").geturl() for name in names]
            yield at[0], Database("postgresql", at[1], "public")
        finally:
            for name in names:
                server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def main() -> int:
    """Play one campaign as the command line says; return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--store", choices=("sqlite", "postgresql"), required=True)
    for name in ("kills", "messages", "seed"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--url", default="", help="of any database of the server")
    plan = Plan(**vars(parser.parse_args()))
    with (
        tempfile.TemporaryDirectory(prefix="muster-chaos-") as name,
        two_databases(plan.store, plan.url, Path(name)) as (hub, place),
    ):
        os.environ.update(MUSTER_HOME=str(Path(name) / "home"), MUSTER_DATABASE_URL=hub)
        told = Campaign(plan, Path(name), place).run()
    print(json.dumps(told), flush=True)
    wrong = ("lost", "duplicated", "reordered", "strange", "open", "refused", "evidence_faults")
    return int(any(told[what] for what in wrong) or told["kills"] < plan.kills)


if __name__ == "__main__":
    sys.exit(main())

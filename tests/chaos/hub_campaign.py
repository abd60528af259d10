"""Kills senders, workers and the person between them, again and again, and counts what came of it.

    python -m tests.chaos.hub_campaign --store sqlite --kills 110 --messages 30000 --seed 1

Two databases: the hub's and the receiver's. Processes are killed without warning (SIGKILL), at
random moments and at named points: before and after the receiver's commit, before the hub's note
and its commit. Some workers sleep past the end of their lease instead, and wake as one who was
overtaken. With ``--stops`` the PostgreSQL server is stopped as well (``-m immediate``) and started
again. Prints one JSON object; exits 1 unless everything arrived once and in order.
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
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from tests.chaos.hub_script import CARRYING, SENDING, Cue, Part, expected, get, judge, put
from tests.chaos.hub_server import Places, places

SENDERS, SHARDS = 2, 2
_LONGEST_LIFE = 1.5
_POINTS = {"send": SENDING, "carry": CARRYING, "settle": ()}
_context = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Plan:
    """How much is sent and killed, on which store, and by which chances."""

    store: str
    kills: int
    messages: int
    seed: int
    workers: int = 3
    stops: int = 0
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
    places: Places
    lives: list[Life] = field(default_factory=list)
    deaths: dict[str, int] = field(default_factory=dict)
    starts: int = 0
    stops: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.plan.seed)
        self.each = -(-self.plan.messages // SENDERS)
        self.place = self.places.receiver

    @property
    def kills(self) -> int:
        """Return how many processes were killed so far."""
        return sum(self.deaths.values())

    def run(self) -> dict[str, Any]:
        """Play the plan; return what came of it."""
        began = time.monotonic()
        building = self._begin("build", Part(self.folder, self.place), SHARDS)
        building.join()
        if building.exitcode:
            raise AssertionError(f"building the hub ended with {building.exitcode}")
        while self.kills < self.plan.kills:
            # Messages last as long as kills do, so that there is always something on its way.
            put(self.folder / "allowed", self.each * (self.kills + 2) // (self.plan.kills + 2))
            self._fill(killing=True)
            self._kill_who_is_due()
            self._bury()
            self._stop_the_server()
        self._finish()
        found = judge(self.place, expected(range(SENDERS), self.each))
        return {
            "store": self.plan.store, "messages": self.each * SENDERS, "kills": self.kills,
            "stops": self.stops, **asdict(found),
            **get(self.folder / "looked"),
            "deaths": self.deaths, "troubles": self._troubles(),
            "seconds": round(time.monotonic() - began, 1),
        }  # fmt: skip

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
        wanted += [("carry", n) for n in range(self.plan.workers)] + [("settle", 0)]
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

    def _stop_the_server(self) -> None:
        """Stop the database server, as often as the plan says, spread over the kills."""
        server = self.places.server
        if server and self.stops * self.plan.kills < self.plan.stops * self.kills:
            server.stop_at_once_and_start()
            self.stops += 1

    def _finish(self) -> None:
        """Let everybody finish what is left, and have the hub looked at."""
        put(self.folder / "allowed", self.each)
        for life in self.lives:
            life.lasts = life.ends = float("inf")
        watching = self._begin("watch", Part(self.folder, self.place, each=self.each), SENDERS)
        while watching.is_alive():
            self._fill(killing=False)
            self._bury()
            watching.join(0.1)
        (self.folder / "stop").touch()
        for life in self.lives:
            life.process.join(20)
            life.process.kill()
        if watching.exitcode:
            raise AssertionError(f"looking at the hub ended with {watching.exitcode}")

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


def main() -> int:
    """Play one campaign as the command line says; return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--store", choices=("sqlite", "postgresql"), required=True)
    for name in ("kills", "messages", "seed"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--workers", type=int, default=3, help="at once")
    parser.add_argument("--stops", type=int, default=0, help="of a server of its own")
    parser.add_argument("--url", default="", help="of any database of a server, for no stops")
    plan = Plan(**vars(parser.parse_args()))
    with (
        tempfile.TemporaryDirectory(prefix="muster-chaos-") as name,
        places(plan.store, plan.url, Path(name)) as made,
    ):
        os.environ.update(
            MUSTER_HOME=str(Path(name) / "home"), MUSTER_DATABASE_URL=made.hub,
            DJANGO_SETTINGS_MODULE="muster.settings",
        )  # fmt: skip
        told = Campaign(plan, Path(name), made).run()
    sys.stdout.write(json.dumps(told) + "\n")
    wrong = ("lost", "duplicated", "reordered", "strange", "open", "refused", "evidence_faults")
    done = told["kills"] >= plan.kills and told["stops"] >= plan.stops
    return int(any(told[what] for what in wrong) or not done)


if __name__ == "__main__":
    sys.exit(main())

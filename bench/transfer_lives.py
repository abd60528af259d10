"""How many whole transfers two workers take through, how long one step takes, and once each.

python -m bench.transfer_lives lives PART OF   takes its part of the people through
python -m bench.transfer_lives steps           steps that arrive by the clock
python -m bench.transfer_lives replay          tries to make every transfer effective, many at once
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from statistics import quantiles

from bench.figures import Figure
from tools.throwaway_postgres import NoPostgres, running_postgres

ROOT = Path(__file__).parent.parent
LIVES_BAR, RATE = 400.0, 20
MOST_MILLISECONDS = {"PostgreSQL": 150.0, "SQLite": 250.0}
REPLAYED, PROCESSES, THREADS = 200, 5, 10
WORKERS = 3  # one more than two cores: each waits for the disk at its commits


def measure(*, full: bool) -> Iterator[Figure]:
    """Yield the figures on PostgreSQL, then of steps on SQLite."""
    for store in ("PostgreSQL", "SQLite"):
        with ExitStack() as stack:
            home = stack.enter_context(tempfile.TemporaryDirectory(prefix="muster-bench-"))
            url = ""
            if store == "PostgreSQL":
                try:
                    url = stack.enter_context(running_postgres())
                except NoPostgres as reason:
                    yield Figure(f"transfers on PostgreSQL (not measured: {reason})", None, "")
                    continue
            environ = {"MUSTER_HOME": home, "MUSTER_DATABASE_URL": url, "MUSTER_ENV": "development"}
            if store == "PostgreSQL":
                yield _lives(environ, 400 if full else 160)
                yield from _once(environ)
            yield _steps(store, environ, 60 if full else 30)


def _lives(environ: Mapping[str, str], people: int) -> Figure:
    """Life cycles a minute by some processes on this machine, as the median of three rounds."""
    rates = []
    for _ in range(3):
        _run("build", str(people), environ=environ)
        workers = [
            _started("lives", str(part), str(WORKERS), environ=environ) for part in range(WORKERS)
        ]
        # What it takes to start is not counted: each says when it begins and when it is done.
        said = [json.loads(one.communicate()[0].splitlines()[-1]) for one in workers]
        began = min(one["began"] for one in said)
        rates.append(60 * people / (max(one["done"] for one in said) - began))
    rate = sorted(rates)[1]
    return Figure(
        f"life cycles a minute, {WORKERS} workers on {os.cpu_count()} cores and PostgreSQL, at"
        f" least {LIVES_BAR:g}",
        round(rate, 1), "a minute", bar=LIVES_BAR, met=rate >= LIVES_BAR,
    )  # fmt: skip


def _steps(store: str, environ: Mapping[str, str], seconds: int) -> Figure:
    _run("build", "60", environ=environ)
    said = json.loads(_run("steps", str(seconds), environ=environ))
    worst = MOST_MILLISECONDS[store]
    return Figure(
        f"one step, {RATE} a second arriving on {store}, p95, at most {worst:g} ms",
        round(said["p95"], 1), "ms", bar=worst, met=said["p95"] <= worst,
    )  # fmt: skip


def _once(environ: Mapping[str, str]) -> Iterator[Figure]:
    """Kill between steps, replay by fifty at once, and count effects."""
    _run("build", str(REPLAYED), environ=environ)
    killed = _killed_again_and_again(environ, ("lives", "0", "1", "before"), most=8)
    killed += _killed_again_and_again(environ, ("replay",), most=4, together=PROCESSES)
    said = json.loads(_run("count", environ=environ))
    yield Figure(f"kill -9 during {REPLAYED} transfers", killed, "kills")
    yield Figure(
        f"effects of a transfer, {PROCESSES * THREADS} replays at once and kills: least and most,"
        " exactly 1", said["least"], "effects", peer="most", peer_value=said["most"], bar=1.0,
        met=said["least"] == said["most"] == 1 and said["transfers"] == REPLAYED,
    )  # fmt: skip


def _killed_again_and_again(
    environ: Mapping[str, str], what: tuple[str, ...], *, most: int, together: int = 1
) -> int:
    """Run processes to their end, killing one at random moments; return how many were killed."""
    killed, chance = 0, random.Random(6)
    running = [_started(*what, environ=environ) for _ in range(together)]
    while any(one.poll() is None for one in running):
        time.sleep(chance.uniform(2.5, 4.5))
        alive = [one for one in running if one.poll() is None]
        if killed < most and alive:
            victim = chance.choice(alive)
            victim.kill()
            victim.wait()
            killed += 1
            running[running.index(victim)] = _started(*what, environ=environ)
    broken = [one for one in running if one.returncode]
    if broken:
        raise RuntimeError("a worker of the benchmark failed")
    return killed


def _started(*what: str, environ: Mapping[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "bench.transfer_lives", *what], cwd=ROOT,
        env={**os.environ, **environ}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def _run(*what: str, environ: Mapping[str, str]) -> str:
    process = _started(*what, environ=environ)
    said, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{what[0]} failed")
    return said.splitlines()[-1] if said.splitlines() else ""


# ---- in a process of its own --------------------------------------------------------------------


def _build(people: str) -> None:
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    call_command("flush", interactive=False, verbosity=0) if connection.vendor else None
    from bench.transfers_world import build

    build(int(people))


def _work_lives(part: str, of: str, until: str = "end") -> None:
    from bench import transfers_world as world
    from muster.casework import actions as cases
    from muster.kernel.clock import FixedClock
    from muster.register.people.models import Person

    both, clock = world.ends(), FixedClock(world.NOON)
    people = list(Person.objects.order_by("id").values_list("id", flat=True))
    mine = people[int(part) :: int(of)]
    began = time.time()
    made = []
    for person in mine:
        # From wherever a killed worker left it.
        transfer = world.draft(person, both, clock)
        world.take(transfer, person, world.BEFORE, both, clock, missing=True)
        made.append((person, transfer))
    if until == "before":
        return
    clock.move(world.DAWN - clock.now())
    cases.fire_due(clock=clock, limit=100_000)
    for person, transfer in made:
        while not _effected(transfer):
            cases.fire_due(clock=clock)
        world.take(transfer, person, world.AFTER, both, clock)
        world.pay(transfer, clock)
        world.finish(transfer, person, both, clock)
    print(json.dumps({"began": began, "done": time.time()}))


def _effected(transfer: uuid.UUID) -> bool:
    from muster.services.transfers import queries

    return queries.transfer(transfer).state not in ("scheduled",)


def _work_steps(seconds: str) -> None:
    """Let steps arrive by the clock, and note how long after its arrival each was done."""
    from bench import transfers_world as world
    from muster.kernel.clock import FixedClock
    from muster.register.people.models import Person

    both, clock = world.ends(), FixedClock(world.NOON)
    people = list(Person.objects.order_by("id").values_list("id", flat=True))
    lives = [(person, world.draft(person, both, clock), list(world.BEFORE)) for person in people]
    locks = {person: threading.Lock() for person in people}
    took: list[float] = []

    def step(number: int, due: float) -> None:
        person, transfer, left = lives[number % len(lives)]
        with locks[person]:
            if left:
                world.take(transfer, person, (left.pop(0),), both, clock)
                took.append(time.perf_counter() - due)

    wanted = min(int(seconds) * RATE, len(lives) * len(world.BEFORE))
    with ThreadPoolExecutor(4) as pool:
        began = time.perf_counter() + 0.2
        for number in range(wanted):
            due = began + number / RATE
            time.sleep(max(0.0, due - time.perf_counter()))
            pool.submit(step, number, due)
    print(json.dumps({"p95": 1000 * quantiles(took, n=20)[-1], "steps": len(took)}))


def _work_replay() -> None:
    """Try to make every transfer effective, with many threads that do not know of each other."""
    from django.db import connections

    from bench import transfers_world as world
    from muster.casework import actions as cases
    from muster.casework.models import Wait
    from muster.kernel.clock import FixedClock
    from muster.kernel.errors import MusterError

    clock = FixedClock(world.DAWN)

    def attempts(_thread: int) -> None:
        try:
            while Wait.objects.filter(element="first_day").exists():
                for wait in Wait.objects.filter(element="first_day").values_list("id", flat=True):
                    try:
                        cases.fire(wait, clock=clock)
                    except MusterError:
                        continue
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(attempts, range(THREADS)))


def _count() -> None:
    """Print how often transfers took effect: their steps, employments begun, entries in the log."""
    from bench import transfers_world as world
    from muster.ledger.current import ledger
    from muster.register.people.models import Employment
    from muster.services.transfers.models import TakenStep, Transfer

    both = world.ends()
    steps = Counter(TakenStep.objects.filter(verb="effect").values_list("transfer", flat=True))
    begun = Counter(Employment.objects.filter(employer=both.weir, recorded_to__isnull=True)
                    .values_list("person", flat=True))  # fmt: skip
    log, entries, start = ledger(), Counter[str](), 0
    while start < log.size("decisions"):
        page = log.read("decisions", start)
        start += len(page)
        entries.update(one.subject for one in page if one.type.endswith("transfer.effected.v1"))
    each = [
        count
        for transfer, person in Transfer.objects.values_list("id", "person")
        for count in (steps[transfer], begun[person], entries[f"transfer:muster:{transfer}"])
    ]
    print(json.dumps({"least": min(each), "most": max(each), "transfers": len(each) // 3}))


_WORK: dict[str, Callable[..., None]] = {
    "build": _build, "lives": _work_lives, "steps": _work_steps, "replay": _work_replay,
    "count": _count,
}  # fmt: skip

if __name__ == "__main__":
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "muster.settings"
    django.setup()
    from muster.kernel.running import settle

    settle()
    _WORK[sys.argv[1]](*sys.argv[2:])

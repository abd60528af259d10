"""Rounds in processes of their own: for work that needs a home, a database, or other packages.

A round is a command that prints one JSON object with what it did (``count``), what it took
(``seconds``, start-up not counted) and the most memory it held (``megabytes``). A peer with
packages of its own runs in an environment made from ``requirements/bench-NAME.txt`` on first use.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median

from bench.figures import MOST_ROUNDS, ROUNDS, WIDEST_SPREAD, Figure, Round, spread

ROOT = Path(__file__).parent.parent
_ENVIRONMENTS = ROOT / ".bench"


def one_round(
    command: Sequence[str], *, python: str = sys.executable, env: Mapping[str, str] | None = None
) -> dict[str, float]:
    """Run one round in a process and a home of its own; return what it printed."""
    with tempfile.TemporaryDirectory(prefix="muster-bench-") as home:
        done = subprocess.run(
            [python, *command],
            cwd=ROOT,
            env={**os.environ, "MUSTER_HOME": home, **(env or {})},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def timed(work: Callable[[], int]) -> None:
    """Do the work of a round in this process and print what it took."""
    began = time.perf_counter()
    count = work()
    took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"count": count, "seconds": took, "megabytes": round(peak, 1)}))


def in_turns(
    name: str,
    unit: str,
    subject: Callable[[], dict[str, float]],
    *,
    peer: str,
    peer_round: Callable[[], dict[str, float]],
    bar: float,
    most_megabytes: int,
    most_rounds: int = MOST_ROUNDS,
) -> Iterator[Figure]:
    """Yield rate and ratio, seconds, spread of the base and peak memory of a subject.

    Subject and peer take turns; the last five rounds count, once the base is steady.
    """
    rounds: list[Round] = []
    seconds: list[float] = []
    megabytes: list[float] = []
    while len(rounds) < most_rounds:
        mine, theirs = subject(), peer_round()
        rounds.append(Round(mine["count"] / mine["seconds"], theirs["count"] / theirs["seconds"]))
        seconds.append(mine["seconds"])
        megabytes.append(mine["megabytes"])
        if len(rounds) >= ROUNDS and spread(rounds[-ROUNDS:]) <= WIDEST_SPREAD:
            break
    kept = rounds[-ROUNDS:]
    yield Figure(f"{name}: seconds", round(median(seconds[-ROUNDS:]), 2), "s")
    yield _beside(name, unit, kept, peer, bar)
    yield Figure(f"{name}: spread of the base", round(100 * spread(kept), 1), "%")
    peak = max(megabytes)
    yield Figure(
        f"{name}: peak memory, at most {most_megabytes:,} MB", peak, "MB",
        met=peak <= most_megabytes,
    )  # fmt: skip


def _beside(name: str, unit: str, kept: list[Round], peer: str, bar: float) -> Figure:
    ratio = round(median(one.subject / one.peer for one in kept), 2)
    void = spread(kept) > WIDEST_SPREAD
    return Figure(
        f"{name} (void: the base varied over {WIDEST_SPREAD:.0%})" if void else name,
        None if void else round(median(one.subject for one in kept), 1),
        unit,
        peer,
        round(median(one.peer for one in kept), 1),
        None if void else ratio,
        bar,
        None if void else ratio >= bar,
    )


def environment(name: str) -> str:
    """Return the Python of a benchmark's own environment, making it on first use."""
    place, wanted = _ENVIRONMENTS / name, ROOT / "requirements" / f"bench-{name}.txt"
    python, stamp = place / "bin" / "python", place / "installed"
    if not stamp.exists() or stamp.read_text() != wanted.read_text():
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        subprocess.run(
            [str(python), "-m", "pip", "install", "--quiet", "--require-hashes",
             "-r", str(wanted)],
            check=True,
        )  # fmt: skip
        stamp.write_text(wanted.read_text())
    return str(python)

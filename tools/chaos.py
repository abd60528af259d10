"""Runs what is too long, or too much by chance, for every commit.

Each state machine tells many random stories, and each property looks at random examples instead of
the same ones. The hub's processes are killed again and again while messages are on their way, on
both stores, and what was lost, duplicated or reordered is counted. ``make chaos`` calls this;
``STORIES`` says how many stories a machine tells (0 for none), ``KILLS`` and ``MESSAGES`` how many
processes are killed and messages sent in all. Exits 1 if anything fails; a failing story is printed
step by step.
"""

import json
import os
import random
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from tools.throwaway_postgres import NoPostgres, running_postgres

ROOT = Path(__file__).parent.parent
PROPERTIES = (
    "tests/spec",
    "tests/unit",
    "tests/properties",
    "tests/generative",
    "tests/integration/test_people_effects.py",
)
MACHINES = (
    "tests/generative/test_ledger_machine.py",
    "tests/generative/test_people_machine.py",
    "tests/generative/test_people_withdrawals.py",
    "tests/integration/test_mending_machine.py",
)
LONG = (
    "tests/chaos/test_ledger_kills.py",
    "tests/chaos/test_outlet_kills.py",
    "tests/chaos/test_case_kills.py",
    "tests/chaos/test_hub_concurrency.py",
)
LEAST_KILLS = 200
_WRONG = ("lost", "duplicated", "reordered", "strange", "open", "evidence_faults")


_POPULATIONS = "5"


def main() -> int:
    """Kill, then let every machine tell its stories, on both stores; return the exit code."""
    stories = os.environ.get("STORIES", "300")
    failed = _kill()
    if stories == "0":
        return int(failed)
    failed |= _attack()
    failed |= _look_elsewhere(stories)
    failed |= _tell(stories, store="SQLite", url="")
    failed |= _long("")
    with ExitStack() as stack:
        try:
            url = stack.enter_context(running_postgres())
        except NoPostgres as reason:
            print(f"not found: PostgreSQL: {reason}")
            return 1
        failed |= _tell(stories, store="PostgreSQL", url=url)
        failed |= _long(url)
    return int(failed)


def _kill() -> bool:
    """Play the kill campaign on each store, and what else is short otherwise; tell of a failure."""
    kills, messages = (int(os.environ.get(*one)) for one in (("KILLS", 220), ("MESSAGES", 60_000)))
    seed = int(os.environ.get("SEED") or random.randrange(1_000_000))  # noqa: S311 - no secret
    failed, killed, sent = False, 0, 0
    for store, stops in (("sqlite", 0), ("postgresql", 5)):
        print(f"== killing processes of the hub on {store}, seed {seed}", flush=True)
        counted = {"kills": kills // 2, "messages": messages // 2, "seed": seed, "stops": stops}
        words = [word for name, number in counted.items() for word in (f"--{name}", str(number))]
        done = subprocess.run(
            [sys.executable, "-m", "tests.chaos.hub_campaign", "--store", store, *words],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        failed |= done.returncode != 0
        told = json.loads(done.stdout.splitlines()[-1]) if done.stdout else {}
        killed, sent = killed + told.get("kills", 0), sent + told.get("messages", 0)
        said = ", ".join(f"{name} {told.get(name, '?')}" for name in ("kills", "messages", *_WRONG))
        print(f"{store}: {said}; {told}", flush=True)
    print(f"{killed} kills, {sent} messages: {'FAILED' if failed else 'all once, in order'}")
    return failed or killed < LEAST_KILLS


def _long(url: str) -> bool:
    """Run the tests of this folder that are short otherwise."""
    more = {"CHAOS_KILLS": "60", "SNAPSHOT_MESSAGES": "80000", "MUSTER_DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-s", *LONG],
        cwd=ROOT,
        env={**os.environ, **more},
        check=False,
    )
    return done.returncode != 0


def _attack() -> bool:
    """Let attackers try released figures of other populations; tell whether one got through."""
    words = [sys.executable, "-m", "tests.attackers", "elsewhere", _POPULATIONS]
    return bool(subprocess.run(words, cwd=ROOT, check=False).returncode)


def _look_elsewhere(stories: str) -> bool:
    print("== properties, at random", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", *PROPERTIES],
        cwd=ROOT,
        env={**os.environ, "STORIES": stories, "MUSTER_DATABASE_URL": ""},
        check=False,
    )
    return done.returncode != 0


def _tell(stories: str, *, store: str, url: str) -> bool:
    print(f"== {stories} random stories of each state machine on {store}", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", *MACHINES],
        cwd=ROOT,
        env={**os.environ, "STORIES": stories, "MUSTER_DATABASE_URL": url},
        check=False,
    )
    return done.returncode != 0


if __name__ == "__main__":
    sys.exit(main())

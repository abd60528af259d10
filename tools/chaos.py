"""Runs what is too long, or too much by chance, for every commit.

Each state machine tells many random stories, and each property looks at random examples instead of
the same ones. ``make chaos`` calls this; ``STORIES`` says how many stories a machine tells. Exits
1 if anything fails; a failing story is printed step by step.
"""

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from tools.throwaway_postgres import NoPostgres, running_postgres

ROOT = Path(__file__).parent.parent
PROPERTIES = (
    "tests/spec",
    "tests/unit",
    "tests/generative",
    "tests/integration/test_people_effects.py",
)
MACHINES = (
    "tests/generative/test_ledger_machine.py",
    "tests/generative/test_people_machine.py",
    "tests/generative/test_people_withdrawals.py",
    "tests/integration/test_mending_machine.py",
)


def main() -> int:
    """Let every machine tell its stories on both stores; return the exit code."""
    stories = os.environ.get("STORIES", "300")
    failed = _look_elsewhere(stories)
    failed |= _tell(stories, store="SQLite", url="")
    with ExitStack() as stack:
        try:
            url = stack.enter_context(running_postgres())
        except NoPostgres as reason:
            print(f"not found: PostgreSQL: {reason}")
            return 1
        failed |= _tell(stories, store="PostgreSQL", url=url)
    return int(failed)


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

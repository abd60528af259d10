"""Killed at any moment, a worker of cases leaves each step taken once or not at all.

A child process works through many cases and is killed without warning (SIGKILL) again and again;
another goes on where it stopped. ``CHAOS_KILLS`` sets how often, 4 by default.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import django
import pytest
from django.conf import settings
from django.db import connection

SEED, CASES = 20261124, 40
NAMES = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
ONCE = ("write", "check", "keep", "heard", "sign", "e")


def work(folder: Path, chance: random.Random, said: Any) -> None:
    """Take one step after another, of any case, until all have ended."""
    from muster.casework import actions
    from muster.casework.models import Case, Task
    from muster.kernel.clock import FixedClock
    from tests.integration.casework_world import ANN, BEN, HERSELF, MONDAY, bring

    bring(folder)
    clock, who = FixedClock(MONDAY), {"write": ANN, "check": BEN, "sign": HERSELF}
    while True:
        left = list(Case.objects.filter(state="running").values_list("id", flat=True))
        if not left:
            return
        case = chance.choice(left)
        task = Task.objects.filter(case=case, state="open").first()
        if task is None:
            actions.send(case, "answered", by="t", clock=clock)
        else:
            worker = who[task.element]
            actions.complete(task.id, {"approved": True}, worker=worker, clock=clock)
        said.write(f"{task.id if task else ''}\n")
        said.flush()


def child(database: dict[str, Any], folder: Path, seed: int) -> None:
    """Work on the cases of a test's database until killed."""
    settings.DATABASES["default"].update(database)
    django.setup()
    work(folder, random.Random(seed), sys.stdout)


def run_and_kill(chance: random.Random, config: str) -> list[str]:
    """Start a child, kill it at a random moment after its first step; return what it did."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.test_case_kills", config],
        stdout=subprocess.PIPE, text=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "muster.settings"},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        said = [process.stdout.readline()]
        threading.Timer(chance.uniform(0, 0.15), process.send_signal, [signal.SIGKILL]).start()
        said += process.stdout.readlines()
    assert process.returncode in (-signal.SIGKILL, 0), "it failed by itself"
    return [line.strip() for line in said if line.strip()]


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_takes_each_step_once(tmp_path: Path) -> None:
    from muster.casework.models import Case, Step, Task
    from tests.integration.casework_world import ERIN, effects, errands_in

    chance = random.Random(SEED)
    kills = int(os.environ.get("CHAOS_KILLS", "4"))
    world = errands_in(tmp_path)
    errands = next(world)
    opened = [errands.open(f"errand:{n}", about=ERIN) for n in range(CASES + 8 * kills)]
    database = {name: connection.settings_dict[name] for name in NAMES}
    told: list[str] = []
    for kill in range(kills):
        config = json.dumps([database, str(tmp_path), SEED + kill], default=str)
        told += run_and_kill(chance, config)
        assert Task.objects.filter(id__in=told, state="done").count() == len(told)
        assert Task.objects.filter(state="open").count() <= len(opened)
    assert len(told) == len(set(told)) >= kills
    with Path(os.devnull).open("w") as nowhere:
        work(tmp_path, chance, nowhere)
    assert Case.objects.filter(state="ended").count() == len(opened)
    for number, case in enumerate(opened):
        done = list(Step.objects.filter(case=case).values_list("element", flat=True))
        assert [done.count(one) for one in ONCE] == [1] * len(ONCE)
        assert [effects(one, f"errand:{number}") for one in ONCE[:3]] == [1, 1, 1]
    next(world, None)


if __name__ == "__main__":
    stated, where, number = json.loads(sys.argv[1])
    child(stated, Path(where), number)

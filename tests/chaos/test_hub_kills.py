"""Killed at any moment and at named ones, nobody loses, doubles or overtakes a message.

The campaign itself (``hub_campaign``) plays in processes of its own on databases of its own; this
is a short one. ``make chaos`` plays the long one on both stores.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

URL = os.environ.get("MUSTER_DATABASE_URL", "")
STORE = "postgresql" if URL.startswith("postgres") else "sqlite"


def told_by_a_campaign(**counted: int) -> dict[str, Any]:
    """Play a campaign; return what it says of its end."""
    words = [word for name, number in counted.items() for word in (f"--{name}", str(number))]
    url = [] if "stops" in counted else ["--url", URL]
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos.hub_campaign", "--store", STORE, *url, *words],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.stdout, "the campaign broke off"
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == 0, told
    assert told["messages"] == told["kept"] >= counted["messages"]
    assert told["arrived"] > 0.95 * counted["messages"]
    return told


def test_killed_again_and_again_everything_arrives_once_and_in_order() -> None:
    told = told_by_a_campaign(kills=4, messages=400, workers=2, seed=20261122)
    assert told["kills"] >= 4
    assert told["troubles"] == []


@pytest.mark.skipif(STORE != "postgresql", reason="about a PostgreSQL server that stops")
def test_a_server_that_stops_at_once_and_starts_again_loses_and_doubles_nothing() -> None:
    assert told_by_a_campaign(kills=1, stops=1, messages=300, workers=2, seed=1)["stops"] == 1

"""A worker starts a process for a build that waits; it loads nothing of what the build works with.

Whoever asks for a build on a page does not wait for it. That process says how far it is and reads
whether it shall stop.
"""

import subprocess
import sys
import uuid
from pathlib import Path
from typing import cast

from muster.kernel.clock import Clock
from muster.services.skills.models import Build
from muster.services.skills.rules import State, taken_up

_started: dict[uuid.UUID, "subprocess.Popen[bytes]"] = {}


def start_due(*, clock: Clock) -> None:
    """Start a process for a build that waits, if none runs. A chore."""
    for done in [key for key, process in _started.items() if process.poll() is not None]:
        del _started[done]
    waits = due(clock)
    if waits is None or waits in _started:
        return
    command = [str(Path(sys.executable).with_name("muster")), "skills", "map", "work"]
    _started[waits] = subprocess.Popen([*command, str(waits), "-d"])  # noqa: S603 - our own command and an identifier


def due(clock: Clock) -> uuid.UUID | None:
    """Return the build that is next; None while one runs, or where none waits."""
    rows = Build.objects.filter(state__in=("waiting", "running", "stopping")).order_by("asked_at")
    found = list(rows.values_list("id", "state", "heard_at"))
    if any(
        state != "waiting" and not taken_up(cast(State, state), at, clock.now())
        for _, state, at in found
    ):
        return None
    return found[0][0] if found else None

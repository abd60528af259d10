"""Workers in processes of their own, kept from round to round as an installation keeps them.

python -m bench.workers drain    delivers all there is for each line it reads
python -m bench.workers run      delivers what comes until it is ended
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO, cast


class Workers:
    """Some worker processes.

    Args:
        number: how many.
    """

    seconds = 0.0
    """The processor time that all have spent on delivering."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __enter__(self) -> "Workers":
        self._processes = [started("drain") for _ in range(self._number)]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in self._processes:
            process.kill()
            process.wait()

    def drain(self, some: int) -> int:
        """Let some of the workers deliver all there is, at once; return how many messages."""
        chosen = self._processes[:some]
        for process in chosen:
            _said_to(process).write("go\n")
            _said_to(process).flush()
        told: list[dict[str, Any]] = [json.loads(_said_by(one).readline()) for one in chosen]
        self.seconds += sum(one["seconds"] for one in told)
        return sum(one["count"] for one in told)


def started(what: str) -> "subprocess.Popen[str]":
    """Start a worker and wait until it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.workers", what],
        cwd=Path(__file__).parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert _said_by(process).readline() == "ready\n"
    return process


def _said_to(process: "subprocess.Popen[str]") -> TextIO:
    return cast(TextIO, process.stdin)


def _said_by(process: "subprocess.Popen[str]") -> TextIO:
    return cast(TextIO, process.stdout)


def _say(what: str) -> None:
    sys.stdout.write(what + "\n")
    sys.stdout.flush()


def main(what: str) -> None:
    """Work as one of them."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "muster.settings"
    django.setup()
    from bench.exchange import Processors, drained

    drained()
    _say("ready")
    if what == "run":
        from muster.hub.worker import Carrier
        from muster.kernel.clock import SYSTEM_CLOCK

        Carrier(SYSTEM_CLOCK).run(lambda: False)
    processors = Processors("")
    for _ in sys.stdin:
        before = processors.seconds()
        _say(json.dumps({"count": drained(), "seconds": processors.seconds() - before}))


if __name__ == "__main__":
    main(sys.argv[1])

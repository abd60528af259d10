"""What is heard of a build while it runs, and what breaks it off: a page, a key, the machine.

Beside the work a thread writes signs of life, and reads whether somebody wants the build to stop.
"""

import datetime as dt
import logging
import os
import signal
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from django.db import DatabaseError, connection

from muster.kernel.clock import Clock
from muster.services.skills.map.steps import Progress, Stopped
from muster.services.skills.models import Build

HEARD_EVERY = 5.0
"""Seconds between two signs of life."""
_STOPPING = b"\nStopping: what is done is kept. Once more breaks it off at once.\n"
_MOST_PARTS = 1_000_000_000
_log = logging.getLogger(__name__)


class Hearing:
    """Keeps what a build last said, and whether somebody stopped it."""

    def __init__(self) -> None:
        self.last = ("", 0, 0)
        self.stopped = threading.Event()

    def __call__(self, step: str, done: int, of: int) -> None:
        if self.stopped.is_set():
            raise Stopped
        # As parts of so many: a database counts no further than files may be long.
        of = max(of, done)
        scale = -(-of // _MOST_PARTS) or 1
        self.last = (step, done // scale, of // scale)


@contextmanager
def heard_of(build_id: uuid.UUID, clock: Clock, *, began: dt.datetime | None) -> Iterator[Hearing]:
    """Write signs of life beside the work, whatever it does in between.

    Args:
        build_id: which build.
        clock: stamps them.
        began: when this process began; the build is another's once that began it later.
    """
    hearing, over = Hearing(), threading.Event()

    def write() -> None:
        try:
            while True:
                _say(build_id, clock, hearing, began)
                if over.wait(HEARD_EVERY if hearing.last[1] else 0.5):
                    return
        finally:
            connection.close()

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    try:
        yield hearing
    finally:
        over.set()
        thread.join()


def _say(build_id: uuid.UUID, clock: Clock, hearing: Hearing, began: dt.datetime | None) -> None:
    """Write one sign of life, and hear whether the build shall stop, or is another process's."""
    step, done, of = hearing.last
    row = Build.objects.filter(id=build_id)
    try:
        row.filter(state__in=("running", "stopping"), started_at=began).update(
            step=step, done=done, of=of, heard_at=clock.now()
        )
        if row.exclude(state="running", started_at=began).exists():
            hearing.stopped.set()
    except DatabaseError as wrong:
        # The next sign may come through; work of an hour is not lost for one that does not.
        _log.warning("a build could not be heard of: %s", type(wrong).__name__)
        connection.close()


def to_both(heard: Hearing, said: Progress | None) -> Progress:
    def tell(step: str, done: int, of: int) -> None:
        heard(step, done, of)
        if said is not None:
            said(step, done, of)

    return tell


class Keys:
    """Whether a key was pressed to stop, or the process told to end.

    A build at work stops with its next word of progress, so that no library is broken off in the
    middle of what it does; a second key breaks it off there. Before and after, when states are
    written, a key is only noted.
    """

    def __init__(self) -> None:
        self.pressed = False
        self._hearing: Hearing | None = None

    def press(self, _number: int, _frame: FrameType | None) -> None:
        """Note it, and let what is at work stop."""
        again, self.pressed = self.pressed, True
        if self._hearing is None:
            return
        self._hearing.stopped.set()
        if again:
            raise KeyboardInterrupt
        # Beside the stream, which may be in the middle of a line of its own.
        os.write(2, _STOPPING)

    @contextmanager
    def stopping(self, hearing: Hearing) -> Iterator[None]:
        """Let a key stop what is done within."""
        self._hearing = hearing
        try:
            if self.pressed:
                raise Stopped
            yield
        finally:
            self._hearing = None


@contextmanager
def broken_off_by_keys() -> Iterator[Keys]:
    """Listen for keys; only the first thread of a process can."""
    keys = Keys()
    if threading.current_thread() is not threading.main_thread():
        yield keys
        return
    before = {one: signal.signal(one, keys.press) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield keys
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)

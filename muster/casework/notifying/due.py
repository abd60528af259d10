"""What of notices is due by itself, and who listens to cases: registered by casework's ``apps``."""

import datetime as dt

from muster.casework.ports import register_listener
from muster.kernel.chores import Chore, register_chore


def register() -> None:
    """Let workers send, gather and remind, and have every step of a case told of."""
    room = "muster.casework.notifying"
    register_listener(f"{room}.listening.tell")
    for name, seconds, do in (
        ("sending notices of casework", 5, "sending.send_notices"),
        ("receipts of notices of casework", 60, "sending.take_receipts"),
        ("digests of casework", 60, "digests.make_digests"),
        ("reminders of deadlines", 60, "listening.due_now"),
        ("notices of casework past their time", 24 * 3600, "sending.tidy"),
    ):
        register_chore(Chore(name, dt.timedelta(seconds=seconds), f"{room}.{do}"))

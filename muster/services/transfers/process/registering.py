"""Offers the process of transfers to casework."""

import datetime as dt
from itertools import product
from pathlib import Path

from muster.casework.calendars.ports import on_moved
from muster.casework.ports import Process, register_process
from muster.kernel.chores import Chore, register_chore
from muster.services.transfers.payrolls.results import register_listener

KEY = "transfer"
MANAGER, PERSON = "Joining manager", "Person"
LEAVING_HR, JOINING_HR = "Leaving HR", "Joining HR"
LEAVING_PAYROLL, JOINING_PAYROLL = "Leaving payroll", "Joining payroll"
LEAVING, JOINING = (LEAVING_HR, LEAVING_PAYROLL), (MANAGER, JOINING_HR, JOINING_PAYROLL)
_HERE = Path(__file__).parent
_ROOM = "muster.services.transfers.process"
_STEPS = ("ask", "close", "compare", "effect", "reconcile", "schedule", "undo")
_NOTICES = {
    f"transfers.{name}": f"muster.casework.notifying.listening.{name}"
    for name in ("remind", "escalate")
}
TASKS = (
    "make_offer", "answer_offer", "state_details", "release_record", "state_terms", "settle",
    "release_again",
    "sign_leaving", "sign_joining", "choose", "confirm_leaver", "confirm_starter", "prepare",
    "file_record", "explain", "hand_over",
)  # fmt: skip


def register_transfers() -> None:
    """Let cases of transfers be opened, and hear of pay and of cut-offs; once at start."""
    on_moved(f"{_ROOM}.driving.cut_off_moved")
    register_chore(Chore("moves whose day has come", dt.timedelta(minutes=5),
                         f"{_ROOM}.due.look_after"))  # fmt: skip
    register_listener(f"{_ROOM}.driving.pay_compared")
    register_process(Process(
        key=KEY,
        sources=(_HERE / "transfer.bpmn", _HERE / "transfer_before.bpmn"),
        actions={f"transfers.{name}": f"{_ROOM}.steps.{name}" for name in _STEPS} | _NOTICES,
        tasks={name: f"{_ROOM}.tasks.{name}" for name in TASKS},
        parties=f"{_ROOM}.lanes.parties",
        lanes=(MANAGER, PERSON, LEAVING_HR, JOINING_HR, LEAVING_PAYROLL, JOINING_PAYROLL),
        apart=tuple(frozenset(pair) for pair in product(LEAVING, JOINING)),
        page="transfers:transfer",
        task_pages=dict.fromkeys(TASKS, "transfers:task"),
        title=f"{_ROOM}.lanes.title",
        told_late=True,  # a draft is nobody's offer yet
    ))  # fmt: skip

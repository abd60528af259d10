"""What this room offers to the rooms below: its intakes, and its chores."""

import datetime as dt

from muster.hub.intakes import register_intake
from muster.kernel.chores import Chore, register_chore
from muster.services.transfers.payrolls.answers_intake import pension_answer_intake
from muster.services.transfers.payrolls.intake import pay_result_intake
from muster.services.transfers.payrolls.leavers_intake import record_known_intake
from muster.services.transfers.payrolls.results import register_listener

NOTE = "muster.services.transfers.payrolls.noting.note"
LOOK_AFTER = "muster.services.transfers.payrolls.due.look_after"


def register_payrolls() -> None:
    """Offer the sinks of this room to the hub, and say what is done by itself; once at start."""
    for intake in (pay_result_intake(), pension_answer_intake(), record_known_intake()):
        register_intake(intake)
    register_listener(NOTE)
    register_chore(Chore("what payrolls are told and paid", dt.timedelta(seconds=30), LOOK_AFTER))

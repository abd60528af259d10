"""What is due by itself: freezing at the cut-off, sending what may go now, reading what came."""

from muster.kernel.clock import Clock
from muster.services.transfers.payrolls.leavers import look_again
from muster.services.transfers.payrolls.noting import note_after_effect, note_nothing_due
from muster.services.transfers.payrolls.results import take_messages
from muster.services.transfers.payrolls.sending import send_waiting
from muster.services.transfers.payrolls.this_period import freeze_due


def look_after(*, clock: Clock) -> None:
    """Do what is due, in the order in which one thing may hang on another."""
    freeze_due(clock=clock)
    send_waiting(clock=clock)
    take_messages(clock=clock)
    note_after_effect(clock=clock)
    look_again(clock=clock)
    note_nothing_due(clock=clock)

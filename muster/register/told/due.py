"""What is due by itself, for the worker: notices every turn, the rest every minute.

Without settings of a notification service notices wait, and are never lost.
"""

from muster.connectors.notify.sending import service_of
from muster.kernel.clock import Clock
from muster.kernel.running import settings
from muster.register.told.actions import let_due_flow, tell_whom_not_told
from muster.register.told.correcting import notice_corrected, remind_overdue, take_answers
from muster.register.told.models import Notice
from muster.register.told.notices import note_receipts, send_waiting


def look_after(*, clock: Clock) -> None:
    """Let due bank details go out, tell new employers, take answers, and call in late ones."""
    let_due_flow(clock=clock)
    tell_whom_not_told(clock=clock)
    take_answers(clock=clock)
    notice_corrected(clock=clock)
    remind_overdue(clock=clock)


def send_notices(*, clock: Clock) -> int:
    """Send waiting notices where a service is set up; return how many it took.

    Raises:
        BadInput: naming a setting of the service that cannot be used.
    """
    if not Notice.objects.filter(state__in=("waiting", "sent")).exists():
        return 0
    with service_of(settings(), clock=clock) as notifier:
        if notifier is None:
            return 0
        sent = send_waiting(notifier, clock=clock)
        note_receipts(notifier, clock=clock)
        return sent

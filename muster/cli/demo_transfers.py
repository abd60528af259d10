"""Lets two pretend employers move people between them, for the demonstration."""

from datetime import timedelta
from pathlib import Path

from muster.cli.pretend_payrolls import FILES, HTTP, PORT, published, results_of
from muster.kernel.clock import Clock, FixedClock
from muster.kernel.days import legal_day
from muster.register.employers.queries import find
from muster.services.transfers import enrolment
from muster.services.transfers.payrolls.enrolment import enrol

# So many days ago the pretend payrolls were let in: before anybody was told anything.
_ENROLLED_DAYS = 60
_KEYS = {enrolment.ORCHARDS: FILES, enrolment.HARBOURS: HTTP}


def let_move(systems: Path, *, by: str, clock: Clock, port: int = PORT) -> int:
    """Let both payrolls be told and asked, and take transfers as far as they are worth looking at.

    Args:
        systems: where the pretend systems' files lie.
        by: who sets it up.
        clock: of the day on which it is built.
        port: of the payroll that is spoken to.

    Returns:
        How many scenes there are; none where there are transfers already.
    """
    now = clock.now()
    before, today = FixedClock(now - timedelta(days=_ENROLLED_DAYS)), legal_day(now)
    enrol(folder=systems, year=today.year, by=by, clock=before)
    found = {key: find(key) for key in _KEYS}
    sheets = {
        key: (f"{_KEYS[key]}-pay-periods.csv", published(_KEYS[key], one[1].title, today))
        for key, one in found.items() if one is not None
    }  # fmt: skip
    enrolment.load_calendars(sheets, by=by, clock=before)
    paid = results_of(systems / f"payroll-{FILES}")
    paid.mkdir(parents=True, exist_ok=True)
    payments = f"http://127.0.0.1:{port}/v2/payruns/{{month}}/payments"
    where = {enrolment.ORCHARDS: f"file://{paid}", enrolment.HARBOURS: payments}
    enrolment.ask_payrolls(where, by=by, clock=before)
    return enrolment.begin(clock=clock)

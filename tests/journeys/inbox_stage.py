"""Transfers to a pretend employer that wait for its HR: tasks to see in a browser.

``python -m tests.journeys.inbox_stage`` drafts them in the database that Django's settings name,
has them offered and accepted, and has two colleagues of one team seen. The deadline of one task
has passed.
"""

import datetime as dt

import django


def fill() -> None:
    """Draft three transfers, and take them to where HR states the terms."""
    from muster.casework.models import Task
    from muster.casework.rules import Worker
    from muster.gates.personas import persona
    from muster.kernel.clock import SYSTEM_CLOCK
    from muster.kernel.running import settings
    from muster.register.people.models import Employment
    from muster.services.inbox.reach import seen
    from muster.services.transfers.models import Transfer
    from muster.services.transfers.process import driving
    from muster.services.transfers.rules import PENDING

    names = ("caseworker", "caseworker-second", "caseworker-orchards")
    first, second, other = (persona(one, settings()).actor for one in names)
    for one in (first, second):
        seen(one, SYSTEM_CLOCK)
    assert other.employer is not None
    assert first.employer is not None
    assert first.employer == second.employer != other.employer
    manager = Worker("pretend:manager", frozenset({"line manager"}), first.employer)
    now = SYSTEM_CLOCK.now()
    employed = Employment.objects.filter(
        employer=other.employer, recorded_to__isnull=True, valid_to__isnull=True,
        engagement="employee",
    )  # fmt: skip
    # Whom the demonstration moves already are left alone.
    moving = Transfer.objects.filter(state__in=PENDING).values("person")
    for held in employed.exclude(person__in=moving).order_by("id")[:3]:
        drafted = driving.draft(
            person=held.person_id, exporter=other.employer, importer=first.employer,
            kind="permanent", first_day=now.date() + dt.timedelta(days=60), post="Analyst",
            worker=manager, clock=SYSTEM_CLOCK,
        )  # fmt: skip
        mover = Worker("pretend:mover", frozenset({"civil servant"}), person=held.person_id)
        for worker, answers in ((manager, {}), (mover, {"answer": "accept"})):
            subject = f"transfer:{drafted.transfer}"
            task = Task.objects.get(case__subject=subject, state="open")
            driving.do(task.id, answers, worker=worker, clock=SYSTEM_CLOCK)
    late = Task.objects.filter(employer=first.employer, state="open").earliest("id")
    late.due_at = now - dt.timedelta(days=7)
    late.save()


if __name__ == "__main__":
    django.setup()
    fill()

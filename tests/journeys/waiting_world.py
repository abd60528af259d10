"""What waits for a decision at a pretend employer: messages that stopped a route, and a file.

``python -m tests.journeys.waiting_world FOLDER`` fills the database that Django's settings name.
"""

import datetime as dt
import sys
from pathlib import Path

import django


def fill(folder: Path) -> None:
    """Let a route stop for its approver, and a file wait at its receiver."""
    from muster.hub.delivering import breaker
    from muster.hub.models import Message, Route, System
    from muster.kernel.clock import SYSTEM_CLOCK
    from tests.integration import carried_files
    from tests.integration.hub_world import World

    employer = System.objects.get(code="hr:harbours-and-lighthouses").employer
    world = World(folder, sender="hr:quays", receiver="payroll:quays")
    world.build()
    carried_files.building_world(folder)
    System.objects.filter(code__in=("hr:quays", carried_files.SENDER)).update(employer=employer)
    System.objects.filter(code="hr:quays").update(title="HR of the quays")
    System.objects.filter(code="payroll:quays").update(title="Payroll of the quays")
    world.send(*(world.message(f"{n}") for n in range(60)))
    many = {f"B{number}": number for number in range(1, 21)}
    carried_files.sent("08-31", many)
    carried_files.carried()
    Message.objects.filter(system__code="hr:quays").update(
        received_at=SYSTEM_CLOCK.now() - dt.timedelta(days=1)
    )
    # The worker of tomorrow looks at the messages anew.
    breaker._watches.of.clear()
    onward = Route.objects.filter(code=f"to-{carried_files.RECEIVER}")
    onward.update(enabled=False)
    carried_files.sent("09-30", {code: desks + 100 for code, desks in many.items()})
    onward.update(enabled=True)
    world.send(*(world.message(f"{n}", hours=2) for n in range(51)))
    carried_files.carried()


if __name__ == "__main__":
    django.setup()
    fill(Path(sys.argv[1]))

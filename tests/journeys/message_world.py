"""Messages of a pretend employer, some of which wait: what the journey of messages walks through.

``python -m tests.journeys.message_world FOLDER`` fills the database that Django's settings name.
"""

import sys
from pathlib import Path

import django


def fill(folder: Path) -> None:
    """Send messages on one route to a receiver in a folder; two of them fail for one cause."""
    from muster.hub.models import System
    from muster.hub.worker import Carrier
    from muster.kernel.clock import SYSTEM_CLOCK
    from tests.integration.hub_world import World

    world = World(
        folder, sender="hr:harbours-and-lighthouses", receiver="payroll:harbours-and-lighthouses"
    )
    world.build()
    sender = System.objects.get(code=world.sender)
    System.objects.filter(code=world.receiver).update(
        employer=sender.employer, title="Harbours payroll"
    )
    world.remake(world.columns.replace("hours integer", "hours integer CHECK (hours < 50)"))
    world.send(
        world.message("1", hours=37, surname="Mole", correlation="case-1", id="first"),
        world.message("2", hours=55),
        world.message("3", hours=56),
        world.message("2", hours=20, correlation="case-1"),
        world.message("4", grade="Baron"),
    )
    carrier = Carrier(SYSTEM_CLOCK)
    carrier.drain()
    carrier.stop()
    world.remake(world.columns.replace(" CHECK (hours < 50)", ""))


if __name__ == "__main__":
    django.setup()
    fill(Path(sys.argv[1]))

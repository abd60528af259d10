"""Lays out two systems, a route between them and some messages, in the home that is set."""

import sys
from pathlib import Path

import django


def main(folder: Path) -> None:
    """Build the stage; the receiver's database lies in ``folder``."""
    django.setup()
    from muster.hub.models import Route
    from tests.integration.hub_world import World
    from tests.integration.test_airlock import PLAIN

    world = World(folder)
    route = world.build()
    Route.objects.filter(id=route.id).update(translation=PLAIN, translation_version=1)
    world.send(*(world.message(str(number)) for number in range(5)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

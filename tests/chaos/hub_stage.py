"""The world of a campaign: a sender, a route in parts, a receiver with a database of its own."""

import os
from dataclasses import dataclass, field

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muster.settings")
django.setup()

from tests.chaos.hub_script import REFUSED_HOURS, is_refused, named  # noqa: E402
from tests.databases import Database  # noqa: E402
from tests.integration.hub_world import World  # noqa: E402

_ARRIVAL = {"sqlite": "integer PRIMARY KEY AUTOINCREMENT", "postgresql": "bigserial PRIMARY KEY"}


@dataclass
class Stage(World):
    """A sender, a receiver in another database, and a route between them."""

    place: Database = field(default_factory=lambda: Database("", "", ""))

    def __post_init__(self) -> None:
        self.settings = {"table": self.place.table("pay"), "mode": "append"}

    def url(self) -> str:
        """Make the receiver's table; return the address of its database."""
        table, arrival = self.place.table("pay"), _ARRIVAL[self.place.kind]
        self.place.run(
            f"CREATE TABLE IF NOT EXISTS {table} (arrival {arrival}, staff_number text,"
            " surname text, grade text, start text,"
            f" hours integer CHECK (hours <> {REFUSED_HOURS}))"
        )
        return self.place.url

    def numbered(self, sender: int, number: int) -> bytes:
        """Return the message of a sender with this number."""
        subject, turn = named(sender, number)
        return self.message(
            subject,
            id=f"{sender}-{number}",
            surname=f"{turn:06}",
            hours=REFUSED_HOURS if is_refused(number) else 20,
        )

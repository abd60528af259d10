"""What a journey of setting up finds: a sender, a receiver's empty table, then an agreement.

``python -m tests.journeys.connecting_world FOLDER [agree]`` fills the database that Django's
settings name; ``agree`` once the receiving system is registered.
"""

import json
import sqlite3
import sys
from pathlib import Path

import django


def fill(folder: Path) -> None:
    """Make the contract, and the table of a receiver that nobody has registered yet."""
    from muster.hub.models import ContractRevision
    from muster.kernel.clock import SYSTEM_CLOCK
    from tests.integration.hub_world import CHANGED, SCHEMA

    now = SYSTEM_CLOCK.now()
    ContractRevision.objects.get_or_create(
        name=CHANGED, revision=1,
        defaults={"schema": json.dumps(SCHEMA), "kind": "first", "drafted_at": now,
                  "drafted_by": "test", "accepted_at": now, "accepted_by": "test"},
    )  # fmt: skip
    with sqlite3.connect(folder / "pay.sqlite3") as database:
        database.execute("CREATE TABLE pay (staff_number text, surname text, grade text)")


def agree() -> None:
    """Let the pretend employer's HR system send to the receiver that was registered."""
    import datetime as dt

    from muster.hub.models import Agreement, System
    from tests.integration.hub_world import CHANGED

    sender = System.objects.get(code="hr:harbours-and-lighthouses")
    Agreement.objects.create(
        code="journey-of-setting-up", title="Setting up", contract=CHANGED, sender=sender,
        receiver="pay:journey", fields=["grade", "staff_number", "surname"], purpose="pay people",
        lawful_basis="contract", retention="7 years", starts=dt.date(2020, 1, 1),
    )  # fmt: skip


if __name__ == "__main__":
    django.setup()
    if sys.argv[2:] == ["agree"]:
        agree()
    else:
        fill(Path(sys.argv[1]))

"""A world for tests of telling once: people of two employers, and a payroll database that is told.

Mole is employed by the mill, whose payroll takes changes under agreements; the weir has none.
"""

import datetime as dt
import sqlite3
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from muster.hub.contract_registry import live_contract
from muster.hub.delivering.outlets import seal_secrets
from muster.hub.models import Agreement, Cursor, Endpoint, Route, System
from muster.hub.worker import Carrier
from muster.kernel.clock import FixedClock
from muster.register.employers.queries import ids_by_key
from muster.register.people.models import Person, SourceRecord
from muster.register.people.queries import person_of
from muster.register.told import shipped
from tests.integration.test_people_feeds import MOLE, changed, enrol_bodies, send

NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
"""A Monday."""
BANK = {"account_holder": "M Mole", "sort_code": "12-34-56", "account_number": "1234567"}
HOME = {"line_1": "1 Mill Lane", "town": "York", "postcode": "yo17hh"}


@dataclass
class ToldWorld:
    """Who tells, and a payroll that is told."""

    folder: Path
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))

    def build(self, *bodies: str) -> "ToldWorld":
        """Enrol employers, bring Mole in at the mill, and put the contracts in force."""
        enrol_bodies(*(bodies or ("mill", "weir")))
        send("08-31", changed(MOLE, Email="mole@mill.example"))
        shipped.enact_contracts(drafted_by="test:ann", accepted_by="test:bob", clock=self.clock)
        shipped.open_self_service(self.employer("mill"), by="test")
        return self

    def employer(self, key: str) -> uuid.UUID:
        return ids_by_key()[key]

    @property
    def mole(self) -> uuid.UUID:
        found = person_of("hr:mill", "M/1")
        assert found is not None
        return found

    def agree(
        self, contract: str, *, sender: str = "self-service:mill", receiver: str = "payroll:mill",
        without: tuple[str, ...] = (), owner: str = "mill",
    ) -> Path:  # fmt: skip
        """Let a receiver's database have a contract's messages, in a table of its fields."""
        live = live_contract(contract)
        assert live is not None
        names = [one.name for one in live.fields]
        target = self.folder / f"{receiver.replace(':', '-')}.sqlite3"
        table = contract.split(".")[-3]
        with sqlite3.connect(target) as database:
            database.execute(f"CREATE TABLE IF NOT EXISTS {table} ({' text, '.join(names)} text)")
        source = System.objects.get(code=sender)
        system, _ = System.objects.get_or_create(
            code=receiver,
            defaults={"title": receiver, "kind": "payroll", "employer": self.employer(owner)},
        )
        code = f"{sender}-{receiver}-{table}".replace(":", "-")
        agreement = Agreement.objects.create(
            code=code, title=code, contract=contract, sender=source, receiver=receiver,
            fields=[name for name in names if name not in without], purpose="pay people",
            lawful_basis="contract", retention="7 years", starts=dt.date(2020, 1, 1),
        )  # fmt: skip
        endpoint = Endpoint(system=system, kind="sql_table",
                            settings={"table": table, "mode": "append"})  # fmt: skip
        endpoint.sealed = seal_secrets(endpoint, {"url": f"sqlite:///{target}"})
        endpoint.save()
        route = Route.objects.create(
            code=code, contract=contract, source=source, agreement=agreement, receiver=system,
            endpoint=endpoint,
        )  # fmt: skip
        Cursor.objects.create(route=route, shard=0)
        return target

    def carry(self) -> int:
        """Let a worker hand over everything there is."""
        carrier = Carrier(self.clock)
        try:
            return carrier.drain()
        finally:
            carrier.stop()

    @staticmethod
    def rows(target: Path, contract: str) -> list[dict[str, Any]]:
        """Return what a receiver's table holds, without what is empty."""
        with sqlite3.connect(target) as database:
            database.row_factory = sqlite3.Row
            found = database.execute(f"SELECT * FROM {contract.split('.')[-3]} ORDER BY rowid")
            return [{name: row[name] for name in dict(row) if row[name] is not None}
                    for row in found]  # fmt: skip

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.clock.move(dt.timedelta(**time))


def stranger() -> uuid.UUID:
    """Return a person of whom nothing is known."""
    return Person.objects.create().id


def record(number: str = "M/1") -> SourceRecord:
    """Return Mole's record at the mill."""
    return SourceRecord.objects.get(system="hr:mill", staff_number=number)

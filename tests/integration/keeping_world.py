"""Three people of two small bodies, and all that is known of each, byte by byte."""

import datetime as dt
import json
import uuid
from typing import Any

from muster.kernel.clock import FixedClock
from muster.register.people.models import (
    Assignment,
    Claim,
    Conflict,
    Crosswalk,
    Employment,
    Identifier,
    PersonName,
    SourceRecord,
)
from muster.register.people.queries import person_of
from tests.integration.test_people_feeds import MOLE, TOAD, VOLE, changed, send

PROPOSER, APPROVER = "governance:ada", "governance:bea"
LEFT = {"Leaving_date": "15/09/2026"}
# Six years after the last of the days below, and after a 100th birthday.
AFTER_LEAVING = FixedClock(dt.datetime(2033, 1, 10, 9, 0, tzinfo=dt.UTC))
AFTER_BIRTHDAY = FixedClock(dt.datetime(2080, 4, 1, 9, 0, tzinfo=dt.UTC))


def story() -> dict[str, uuid.UUID]:
    """Tell of Mole, who was at both bodies and left both, of Vole, who stays, and of Toad."""
    send("08-31", MOLE, VOLE, TOAD)
    send("09-30", changed(MOLE, **LEFT), changed(VOLE, Grade="G7"), TOAD)
    weir = changed(MOLE, Staff_no="W/9", Start_date="16/09/2026", Leaving_date="30/11/2026")
    send("09-30", weir, body="weir")
    return {
        "mole": someone("hr:mill", "M/1"), "vole": someone("hr:mill", "M/2"),
        "toad": someone("hr:mill", "M/3"),
    }  # fmt: skip


def someone(system: str, number: str) -> uuid.UUID:
    found = person_of(system, number)
    assert found is not None
    return found


def known_of(person: uuid.UUID) -> bytes:
    """Return every row about a person, whenever it was believed: all that may be read of them."""
    records = list(Crosswalk.objects.filter(person=person).values_list("record", flat=True))
    held = Employment.objects.filter(person=person)
    rows: list[Any] = [
        [model.__name__, *sorted(map(repr, found.values_list()))]
        for model, found in (
            (Employment, held),
            (Assignment, Assignment.objects.filter(employment__in=held.values("employment"))),
            (PersonName, PersonName.objects.filter(person=person)),
            (Identifier, Identifier.objects.filter(person=person)),
            (Conflict, Conflict.objects.filter(person=person)),
            (Crosswalk, Crosswalk.objects.filter(person=person)),
            (Claim, Claim.objects.filter(record__in=records)),
            (SourceRecord, SourceRecord.objects.filter(id__in=records)),
        )
    ]
    return json.dumps(rows).encode()

"""What may become of a drafted contract: the cases that owners of systems agreed, as a table.

In force is: staff number (text, required), grade (AO or EO, required), hours (0 to 60). A route
carries staff number and grade under an agreement. ``goes live`` is what a second person can do at
once; ``as v2`` says that it must become a contract of its own.
"""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from muster.hub.contract_registry import accept_revision, draft_revision, live_contract
from muster.hub.models import ContractRevision
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import Conflict
from tests.integration.hub_world import World

pytestmark = pytest.mark.django_db
NAME = "muster.people.employment.changed.v1"
LIVE: dict[str, Any] = {
    "$id": NAME, "title": "An employment changed", "type": "object",
    "additionalProperties": False, "required": ["staff_number", "grade"],
    "properties": {
        "staff_number": {"type": "string", "x-personal": True},
        "grade": {"type": "string", "enum": ["AO", "EO"]},
        "hours": {"type": "integer", "minimum": 0, "maximum": 60},
    },
}  # fmt: skip

CASES = """
what the draft does             | class    | outcome
gives a field another title     | same     | goes live
says hours are personal         | full     | goes live
adds a field that may be stated | backward | goes live
allows another grade            | backward | goes live
asks for hours in every message | forward  | goes live
allows at most 48 hours         | forward  | goes live
takes hours out                 | forward  | goes live
takes a field out that flows    | breaking | as v2
allows other grades instead     | breaking | as v2
asks for a field that is new    | breaking | as v2
makes hours a text              | breaking | as v2
"""


def changes() -> dict[str, Callable[[dict[str, Any], list[str]], Any]]:
    return {
        "gives a field another title": lambda p, r: p["grade"].update(title="Grade"),
        "says hours are personal": lambda p, r: p["hours"].update({"x-personal": True}),
        "adds a field that may be stated": lambda p, r: p.update(site={"type": "string"}),
        "allows another grade": lambda p, r: p["grade"]["enum"].append("HEO"),
        "asks for hours in every message": lambda p, r: r.append("hours"),
        "allows at most 48 hours": lambda p, r: p["hours"].update(maximum=48),
        "takes hours out": lambda p, r: p.pop("hours"),
        "takes a field out that flows": lambda p, r: (p.pop("grade"), r.remove("grade")),
        "allows other grades instead": lambda p, r: p["grade"].update(enum=["A", "B"]),
        "asks for a field that is new": lambda p, r: (p.update(site={"type": "string"}),
                                                      r.append("site")),
        "makes hours a text": lambda p, r: p.update(hours={"type": "string"}),
    }  # fmt: skip


def drawn() -> list[tuple[str, ...]]:
    lines = CASES.strip().splitlines()[1:]
    return [tuple(cell.strip() for cell in line.split("|")) for line in lines]


@pytest.fixture
def _in_force(tmp_path: Path, fresh_home: Path) -> None:
    World(tmp_path).build(fields=("staff_number", "grade"))
    ContractRevision.objects.update(schema=json.dumps(LIVE))


@pytest.mark.usefixtures("_in_force")
@pytest.mark.parametrize(("change", "kind", "outcome"), drawn())
def test_what_becomes_of_a_draft(change: str, kind: str, outcome: str) -> None:
    schema = copy.deepcopy(LIVE)
    changes()[change](schema["properties"], schema["required"])
    name, revision = draft_revision(json.dumps(schema), by="ann", clock=SYSTEM_CLOCK)
    row = ContractRevision.objects.get(name=name, revision=revision)
    assert (row.kind, revision) == (kind, 2)
    assert bool(row.changes) == (kind != "same")
    if outcome == "goes live":
        accept_revision(name, revision, by="ben", reason="needed", clock=SYSTEM_CLOCK)
        live = live_contract(NAME)
        assert live is not None
        assert live.schema == schema
        return
    with pytest.raises(Conflict, match=r"named muster\.people\.employment\.changed\.v2"):
        accept_revision(name, revision, by="ben", reason="needed", clock=SYSTEM_CLOCK)
    schema["$id"] = NAME.replace("v1", "v2")
    name, revision = draft_revision(json.dumps(schema), by="ann", clock=SYSTEM_CLOCK)
    accept_revision(name, revision, by="ben", reason="needed", clock=SYSTEM_CLOCK)
    live = live_contract(NAME)
    assert live is not None
    assert live.schema == LIVE


def test_the_table_names_every_case() -> None:
    assert {row[0] for row in drawn()} == set(changes())

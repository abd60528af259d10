"""Drafting, accepting and retiring contracts: who may, what is refused, what stays on record."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from muster.hub.contract_drafts import next_major
from muster.hub.contract_queries import contract, contracts
from muster.hub.contract_registry import (
    accept_revision,
    draft_revision,
    live_contract,
    live_revision,
    retire_revision,
)
from muster.hub.models import Agreement, ContractRevision, Route
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Conflict, NotFound, NotPermitted
from muster.ledger.current import ledger
from tests.integration.hub_world import AGREED, CHANGED, SCHEMA, World

pytestmark = pytest.mark.django_db
ANN: dict[str, Any] = {"by": "hr:ann", "clock": SYSTEM_CLOCK}
BEN: dict[str, Any] = {"by": "hr:ben", "reason": "agreed with all", "clock": SYSTEM_CLOCK}


@pytest.fixture(autouse=True)
def _world(tmp_path: Path, fresh_home: Path) -> None:
    World(tmp_path).build()


def schema(**fields: Any) -> dict[str, Any]:
    made = copy.deepcopy(SCHEMA)
    made["properties"].update(fields)  # type: ignore[attr-defined]
    return made


def drafted(**fields: Any) -> int:
    return draft_revision(json.dumps(schema(**fields)), **ANN)[1]


SITE = {"type": "string", "title": "Site"}


def test_a_draft_counts_only_once_somebody_else_accepts_it() -> None:
    number = drafted(site=SITE)
    assert live_revision(CHANGED) == 1
    with pytest.raises(NotPermitted):
        accept_revision(CHANGED, number, **{**BEN, "by": "hr:ann"})
    with pytest.raises(BadInput):
        accept_revision(CHANGED, number, **{**BEN, "reason": "  "})
    accept_revision(CHANGED, number, **BEN)
    assert live_revision(CHANGED) == number
    with pytest.raises(Conflict, match="decided already"):
        accept_revision(CHANGED, number, **BEN)
    shown = contract(CHANGED)
    assert [(one.number, one.state) for one in shown.revisions] == [(2, "live"), (1, "replaced")]
    [said] = shown.revisions[0].changes
    assert said == "field site is new: old readers refuse messages that state it"
    assert shown.revisions[0].accepted_because == "agreed with all"
    assert {one.name for one in contracts()} >= {CHANGED, "muster.posts.stated.v1"}
    types = [entry.type for entry in ledger().read("decisions")]
    assert types == ["muster.hub.contract.drafted.v1", "muster.hub.contract.accepted.v1"]


def test_two_drafts_are_each_held_against_what_is_live_when_they_are_accepted() -> None:
    first, second = drafted(site=SITE), drafted(room=SITE)
    accept_revision(CHANGED, first, **BEN)
    # Room instead of site: with both drafts the first's field is gone again.
    with pytest.raises(Conflict, match="breaks what there is"):
        accept_revision(CHANGED, second, **BEN)


def test_an_older_draft_never_takes_the_place_of_a_later_one() -> None:
    first, second = drafted(site=SITE), drafted(site=SITE, room=SITE)
    accept_revision(CHANGED, second, **BEN)
    with pytest.raises(Conflict, match="later revision"):
        accept_revision(CHANGED, first, **BEN)


def test_a_field_that_an_agreement_names_cannot_go() -> None:
    without = schema()
    del without["properties"]["hours"]
    _, number = draft_revision(json.dumps(without), **ANN)
    assert ContractRevision.objects.get(revision=number).kind == "forward"
    with pytest.raises(Conflict, match=r"agreement hr-mill-payroll-weir names hours"):
        accept_revision(CHANGED, number, **BEN)
    Agreement.objects.update(fields=[name for name in AGREED if name != "hours"])
    accept_revision(CHANGED, number, **BEN)


def test_a_translation_that_would_not_fit_any_more_keeps_a_revision_out() -> None:
    Route.objects.update(
        translation=f'[mapping]\nname = "x"\ntitle = "X"\nfrom = "{CHANGED}"\n[fields]\n'
        'h = [{ take = "grade" }, { codes = { AO = "1", G7 = "2" } }]\n'
        '[[example]]\ngiven = { grade = "AO" }\ngives = { h = "1" }\n'
    )
    fewer = schema(grade={"type": "string", "title": "Grade", "enum": ["AO", "EO"]})
    _, number = draft_revision(json.dumps(fewer), **ANN)
    with pytest.raises(Conflict, match="translation does not fit"):
        accept_revision(CHANGED, number, **BEN)
    Route.objects.update(enabled=False)
    accept_revision(CHANGED, number, **BEN)


def test_a_retired_revision_gives_way_to_the_one_before_but_the_last_one_stays_for_routes() -> None:
    number = drafted(site=SITE)
    accept_revision(CHANGED, number, **BEN)
    assert retire_revision(CHANGED, number, **BEN) == 1
    with pytest.raises(Conflict, match="retired already"):
        retire_revision(CHANGED, number, **BEN)
    with pytest.raises(Conflict, match="carries it"):
        retire_revision(CHANGED, 1, **BEN)
    assert live_revision(CHANGED) == 1
    Route.objects.update(enabled=False)
    assert retire_revision(CHANGED, 1, **BEN) == 0
    assert live_contract(CHANGED) is None
    with pytest.raises(NotFound):
        retire_revision(CHANGED, 9, **BEN)


def test_a_contract_that_ships_is_the_first_revision() -> None:
    shipped = live_contract("muster.posts.stated.v1")
    assert shipped is not None
    assert live_revision("muster.posts.stated.v1") == 1
    text = json.loads(json.dumps(shipped.schema))
    text["properties"]["remark"] = {"type": "string"}
    assert draft_revision(json.dumps(text), **ANN) == ("muster.posts.stated.v1", 2)


@pytest.mark.parametrize(
    "text",
    [
        "", "no", "[]", "3", "null", '"x"', "{}", '{"$id": 3}', "[" * 100_000, "x" * 300_000,
        '{"$id": "muster.a.b.c.v1", "properties": []}',
        '{"$id": "muster.a.b.c.v1", "properties": {"a": 1}}',
        '{"$id": "muster.a.b.c.v1", "properties": {"a": {}}}',
        '{"$id": "muster.a.b.c.v1", "properties": {"a": {"title": 1}}}',
        '{"$id": "muster.a.b.c.v1", "required": "a", "properties": {"a": {"type": "string"}}}',
        '{"$id": "muster.a.b.c.v1", "required": [[]], "properties": {"a": {"type": "string"}}}',
        '{"$id": "muster.a.b.c.v1", "title": "\\u0000", "properties": {"a": {"type": "string"}}}',
        '{"$id": "muster.a.b.c.v1", "title": "\\ud800", "properties": {"a": {"type": "string"}}}',
        json.dumps({**SCHEMA, "$id": "my contract"}),
        json.dumps({**SCHEMA, "$id": "muster.people.employment.changed"}),
        json.dumps({**SCHEMA, "$id": "muster.people.employment.changed.v0"}),
        json.dumps({**SCHEMA, "$id": f"muster.people.{'x' * 99}.changed.v1"}),
        json.dumps({**SCHEMA, "oneOf": []}),
    ],
)  # fmt: skip
def test_what_is_no_contract_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadInput):
        draft_revision(text, **ANN)
    assert ContractRevision.objects.count() == 1


def test_what_is_in_force_already_is_no_draft() -> None:
    with pytest.raises(Conflict, match="in force already"):
        draft_revision(json.dumps(SCHEMA), **ANN)


def test_the_next_major_version_has_the_next_name() -> None:
    assert next_major("muster.a.b.c.v9") == "muster.a.b.c.v10"

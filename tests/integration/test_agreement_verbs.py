"""Agreements from draft to end, with messages on a real database under them."""

import datetime as dt
import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from muster.hub.agreements import actions, queries
from muster.hub.agreements.terms import digest_of, read_terms
from muster.hub.models import (
    Agreement,
    AgreementVersion,
    ContractRevision,
    Cursor,
    Delivery,
    Route,
    Signature,
    Suspension,
    System,
)
from muster.hub.worker import Carrier
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Conflict, MusterError, NotFound, NotPermitted
from muster.ledger.current import ledger
from tests.integration.agreed import (
    ABE,
    ANN,
    BEA,
    CODE,
    MILL,
    SAM,
    TERMS,
    WEIR,
    amended,
    both_signed,
    drafted,
    owned,
    signed,
)
from tests.integration.hub_world import World

pytestmark = pytest.mark.django_db
TODAY = SYSTEM_CLOCK.now().date()
DAM = uuid.UUID(int=0xC3)


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path) -> World:
    made = World(tmp_path)
    drafted(owned(made))
    return made


def carried() -> int:
    carrier = Carrier(SYSTEM_CLOCK)
    try:
        return carrier.drain()
    finally:
        carrier.stop()


def blocked() -> str:
    return Cursor.objects.get().blocked


def stop(by: str, employer: object, verb: str = "suspend") -> object:
    return getattr(actions, verb)(
        code=CODE, reason="Asked to", by=by, employer=employer, clock=SYSTEM_CLOCK
    )


def test_nothing_flows_before_both_sides_have_signed(world: World) -> None:
    for missing in ("sender and the receiver", "receiver"):
        [answer] = world.send(world.message("1"))
        assert answer.outcome == "refused"
        assert answer.said == f"Agreement {CODE} is not signed by the {missing}"
        if missing != "receiver":
            assert not signed("sender")
    assert signed("receiver")
    world.send(world.message("2"))
    carried()
    assert [row["staff_number"] for row in world.received()] == ["2"]
    kinds = [one.type for one in ledger().read("decisions")]
    assert [one for one in kinds if "agreement" in one] == [
        "muster.hub.agreement.drafted.v1",
        "muster.hub.agreement.signed.v1",
        "muster.hub.agreement.signed.v1",
    ]


def test_a_signature_is_over_the_terms_that_the_log_holds(world: World) -> None:
    both_signed()
    bodies = [json.loads(one.body or b"") for one in ledger().read("decisions")]
    drawn, first, second = [body for body in bodies if "digest" in body]
    assert drawn["digest"] == first["digest"] == second["digest"]
    text = json.dumps(drawn["terms"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert digest_of(read_terms(text), 1) == drawn["digest"]
    assert {one.digest for one in Signature.objects.all()} == {drawn["digest"]}


@pytest.mark.parametrize(
    "change",
    [
        {"fields": [*TERMS.fields, "bank_account"]},
        {"ends": dt.date(2999, 1, 1)},
        {"purpose": "Anything at all"},
        {"version": 2},
    ],
)
def test_terms_changed_behind_the_signers_backs_are_unsigned(
    world: World, change: dict[str, object]
) -> None:
    both_signed()
    world.send(world.message("1"))
    Agreement.objects.update(**change)
    carried()
    assert world.received() == []
    assert blocked().startswith(f"Agreement {CODE} is not signed by")


def test_a_text_that_was_changed_with_its_columns_is_unsigned_too(world: World) -> None:
    both_signed()
    world.send(world.message("1"))
    Agreement.objects.update(purpose="Anything at all")
    version = AgreementVersion.objects.get()
    version.terms = version.terms.replace("Paying people", "Anything at all")
    version.save()
    carried()
    assert world.received() == []


def test_an_amendment_leaves_the_signed_version_in_force_until_both_sign_it(world: World) -> None:
    both_signed()
    assert amended(fields=("grade", "staff_number")) == 2
    world.send(world.message("1", surname="Mole"))
    carried()
    assert world.received()[-1]["surname"] == "Mole", "version 1 is in force"
    assert not signed("receiver")
    world.send(world.message("2", surname="Toad"))
    carried()
    assert world.received()[-1]["surname"] == "Toad", "version 1 still is"
    assert signed("sender")
    world.send(world.message("3", surname="Rat"))
    carried()
    assert world.received()[-1]["surname"] is None, "version 2 is, without the surname"
    versions = [one.agreement_version for one in Delivery.objects.order_by("last")]
    assert versions == [1, 1, 2]
    states = [(one.number, one.state) for one in queries.versions(CODE)]
    assert states == [(2, "in force"), (1, "replaced")]


def test_signatures_of_an_earlier_proposal_do_not_count_for_a_later_one(world: World) -> None:
    both_signed()
    amended(retention="8 years")
    signed("sender")
    older = queries.proposal(CODE)
    assert older is not None
    assert amended(retention="9 years") == 3
    with pytest.raises(Conflict, match="changed since you read them"):
        actions.sign(
            code=CODE, side="receiver", digest=older.digest, capacity="Director", by=BEA,
            employer=WEIR, clock=SYSTEM_CLOCK,
        )  # fmt: skip
    assert not signed("receiver")
    assert signed("sender")
    assert queries.agreement(CODE, on=TODAY).terms.retention == "9 years"


def test_a_proposal_is_withdrawn_and_what_is_in_force_stays(world: World) -> None:
    both_signed()
    amended(retention="8 years")
    stop(BEA, WEIR, "withdraw")
    assert queries.proposal(CODE) is None
    with pytest.raises(NotFound, match="No terms wait"):
        stop(BEA, WEIR, "withdraw")
    found = queries.agreement(CODE, on=TODAY)
    assert (found.state, found.version, found.terms.retention) == ("in force", 1, "7 years")


def test_a_draft_that_was_given_up_can_be_proposed_again(world: World) -> None:
    stop(ANN, MILL, "withdraw")
    assert amended() == 2
    both_signed()
    assert queries.agreement(CODE, on=TODAY).state == "in force"


def test_an_agreement_without_signatures_here_is_amended_into_a_signed_one(world: World) -> None:
    Route.objects.update(agreement=None)
    Signature.objects.all().delete()
    AgreementVersion.objects.all().delete()
    Agreement.objects.update(both_sign=False, processors=["Payco"], signatories=["A", "B"])
    Route.objects.update(agreement=Agreement.objects.get())
    world.send(world.message("1"))
    assert carried() == 1
    assert amended(retention="8 years", sender_office="A", receiver_office="B") == 2
    world.send(world.message("2"))
    assert carried() == 1, "it flows as before until both have signed"
    both_signed()
    first = queries.versions(CODE)[-1]
    assert (first.number, first.state, first.signatures) == (1, "replaced", ())
    assert [one.name for one in first.terms.processors] == ["Payco"]
    assert queries.agreement(CODE, on=TODAY).terms.processors == ()


@pytest.mark.parametrize("change", ["sender", "receiver", "contract", "starts"])
def test_what_an_agreement_is_about_never_changes(world: World, change: str) -> None:
    both_signed()
    System.objects.create(code="other", title="Other", kind="x", employer=MILL)
    ContractRevision.objects.create(
        name="other", revision=1, schema=ContractRevision.objects.get().schema, kind="first",
        drafted_at=SYSTEM_CLOCK.now(), drafted_by="t", accepted_at=SYSTEM_CLOCK.now(),
    )  # fmt: skip
    other: dict[str, Any] = {change: dt.date(2021, 1, 1) if change == "starts" else "other"}
    with pytest.raises(BadInput, match="never changes"):
        amended(**other)
    assert AgreementVersion.objects.count() == 1


def test_each_side_stops_at_once_and_only_it_lifts(world: World) -> None:
    both_signed()
    world.send(world.message("1"))
    assert stop(BEA, WEIR) == "receiver"
    assert stop(SAM, None) == "service"
    carried()
    assert (world.received(), blocked()) == (
        [], f"Agreement {CODE} is suspended by the receiver and the service",
    )  # fmt: skip
    assert Cursor.objects.get().retry_at is not None
    with pytest.raises(Conflict, match="has not suspended"):
        stop(ANN, MILL, "lift")
    assert not stop(BEA, WEIR, "lift"), "the service still has it stopped"
    carried()
    assert world.received() == []
    assert stop(SAM, None, "lift")
    assert (blocked(), Cursor.objects.get().retry_at) == ("", None), "it goes on at once"
    carried()
    assert len(world.received()) == 1
    assert [one.lifted_by for one in queries.suspensions(CODE)] == [SAM, BEA]


def test_a_suspension_that_the_columns_forgot_still_stops(world: World) -> None:
    both_signed()
    world.send(world.message("1"))
    stop(BEA, WEIR)
    Agreement.objects.update(suspended_at=None)
    carried()
    assert world.received() == []


def test_an_amendment_that_both_sign_does_not_lift_a_suspension(world: World) -> None:
    both_signed()
    stop(BEA, WEIR)
    amended(retention="8 years")
    both_signed()
    world.send(world.message("1"))
    carried()
    assert world.received() == []


def test_an_agreement_is_ended_for_good(world: World) -> None:
    both_signed()
    world.send(world.message("1"))
    amended(retention="8 years")
    stop(BEA, WEIR, "end")
    carried()
    assert world.received() == []
    assert "ended on" in blocked()
    assert queries.agreement(CODE, on=TODAY).state == "ended"
    assert queries.proposal(CODE) is None
    with pytest.raises(Conflict, match="ended"):
        stop(ANN, MILL, "end")
    with pytest.raises(Conflict, match="ended"):
        amended(retention="9 years")


def test_a_revision_below_the_agreed_one_does_not_flow(world: World) -> None:
    both_signed()
    amended(lowest_revision=2)
    both_signed()
    [answer] = world.send(world.message("1"))
    assert answer.outcome == "accepted"
    carried()
    assert world.received() == []
    assert "covers revision 2" in blocked()
    now, first = SYSTEM_CLOCK.now(), ContractRevision.objects.get()
    ContractRevision.objects.create(
        name=first.name, revision=2, schema=first.schema, kind="same", drafted_at=now,
        drafted_by="t", accepted_at=now, accepted_by="t",
    )  # fmt: skip
    Cursor.objects.update(retry_at=None)
    carried()
    assert len(world.received()) == 1


REFUSED: list[tuple[str, type[MusterError], Callable[[], object]]] = [
    ("another side's", NotPermitted, lambda: actions.sign(
        code=CODE, side="sender", digest=_digest(), capacity="D", by=BEA, employer=WEIR,
        clock=SYSTEM_CLOCK)),
    ("twice", Conflict, lambda: (signed("sender"), signed("sender", ABE))),
    ("no office", BadInput, lambda: actions.sign(
        code=CODE, side="sender", digest=_digest(), capacity=" ", by=ANN, employer=MILL,
        clock=SYSTEM_CLOCK)),
    ("no such", NotFound, lambda: actions.suspend(
        code="none", reason="r", by=ANN, employer=MILL, clock=SYSTEM_CLOCK)),
    ("a stranger's", NotPermitted, lambda: actions.suspend(
        code=CODE, reason="r", by=ANN, employer=DAM, clock=SYSTEM_CLOCK)),
    ("suspended twice", Conflict, lambda: (stop(ANN, MILL), stop(ABE, MILL))),
    ("the same name", Conflict, lambda: actions.draft(
        terms=TERMS, by=ANN, employer=MILL, clock=SYSTEM_CLOCK)),
    ("nothing changes", BadInput, amended),
]  # fmt: skip


def _digest() -> str:
    waiting = queries.proposal(CODE)
    return waiting.digest if waiting is not None else ""


@pytest.mark.parametrize(
    ("error", "act"), [one[1:] for one in REFUSED], ids=[r[0] for r in REFUSED]
)
def test_what_is_not_theirs_to_do_is_refused_and_leaves_no_trace(
    world: World, error: type[MusterError], act: Callable[[], object]
) -> None:
    before = Suspension.objects.count()
    with pytest.raises(error):
        act()
    assert Suspension.objects.count() - before <= 1
    assert Signature.objects.count() <= 1
    assert Agreement.objects.count() == 1


def test_where_one_employer_owns_both_systems_two_people_sign(world: World) -> None:
    System.objects.update(employer=MILL)
    assert not signed("sender", ANN)
    with pytest.raises(NotPermitted, match="somebody else signs"):
        signed_for_receiver(ANN)
    assert signed_for_receiver(ABE)


def signed_for_receiver(by: str) -> bool:
    return actions.sign(
        code=CODE, side="receiver", digest=_digest(), capacity="Director", by=by, employer=MILL,
        clock=SYSTEM_CLOCK,
    )  # fmt: skip

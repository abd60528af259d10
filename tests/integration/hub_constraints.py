"""What the database always states of messages and agreements, and how each statement is violated.

For ``test_constraints``, which tries every one of them on the store of its run.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import Model

from muster.hub.models import (
    Agreement,
    AgreementVersion,
    AgreementWarning,
    Attempt,
    ContractRevision,
    Cursor,
    Forward,
    HeldMessages,
    Intake,
    Landing,
    Message,
    Parked,
    Replay,
    ReplayFailure,
    Route,
    Signature,
    SpentNonce,
    Suspension,
    System,
    SystemKey,
    TakenRequest,
)
from muster.kernel.ids import new_id

NOW = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
DAY = dt.date(2026, 8, 31)


def _system() -> System:
    return System.objects.create(code=f"s:{new_id()}", title="S", kind="hr")


def _agreement() -> Agreement:
    return Agreement.objects.create(
        code=str(new_id()), sender=_system(), fields=[], starts=DAY, both_sign=True
    )


def _route() -> Route:
    return Route.objects.create(code=str(new_id()), contract="c", source=_system())


def _twice(model: type[Model], *differing: dict[str, Any], **same: Any) -> None:
    """Store two rows that say the same but for some values."""
    for one in differing or ({}, {}):
        model._default_manager.create(**same, **one)


def _message_twice() -> None:
    _twice(
        Message, {"position": 1}, {"position": 2}, contract="c", system=_system(), source="s",
        event_id="1", subject="x", shard=0, time="", traceparent="", correlation="",
        received_at=NOW, digest=b"", refused="",
    )  # fmt: skip


def _parked_twice() -> None:
    _twice(
        Parked, {"state": "parked"}, {"state": "released"}, route=_route(), position=1, subject="x",
        shard=0, stage="receiver", cause="c", parked_at=NOW,
    )  # fmt: skip


def _signed(**changes: Any) -> dict[str, Any]:
    return {
        "version": 1, "side": "sender", "signed_by": "hr:ann", "digest": "0" * 64,
        "capacity": "Head of HR", "signed_at": NOW, **changes,
    }  # fmt: skip


def _held_and_done() -> None:
    Forward.objects.create(
        route=_route(), landing=_landing(), parts=1, number=1, translation_version=0, began_at=NOW,
        held="too much", done_at=NOW,
    )  # fmt: skip


def _landing() -> Landing:
    intake = Intake.objects.create(name="i", started_at=NOW, started_by="t")
    return Landing.objects.create(
        intake=intake, name="n", covers="n", sha256="0" * 64, size=1, blob_key=1, received_at=NOW,
        received_by="t",
    )  # fmt: skip


def _forwarded_twice() -> None:
    _twice(
        Forward, route=_route(), landing=_landing(), parts=1, number=1, translation_version=0,
        began_at=NOW,
    )  # fmt: skip


def _nonce_twice() -> None:
    key = SystemKey.objects.create(
        system=_system(), name=str(new_id()), public=b"", added_at=NOW, added_by="t"
    )
    _twice(SpentNonce, key=key, nonce="n", used_at=NOW)


def _held_twice() -> None:
    _twice(
        HeldMessages, route=_route(), first=1, last=2, messages=2, touched=2, known=2, ending=0,
        said="s", raised_at=NOW, raised_to="",
    )  # fmt: skip


def _replay_failed_twice() -> None:
    replay = Replay.objects.create(
        route=_route(), first=1, last=2, reason="r", asked_at=NOW, asked_by="t", position=0
    )
    _twice(ReplayFailure, replay=replay, position=1, stage="receiver", cause="c", failed_at=NOW)


HUB_CONSTRAINTS: dict[str, tuple[str, Callable[[], object]]] = {
    "hub_message_once": ("A message is kept once, by source and id.", _message_twice),
    "hub_held_messages_one_open": ("A route stops for one thing at a time.", _held_twice),
    "hub_replay_failure_once": ("A replay fails on a message once.", _replay_failed_twice),
    "hub_parked_once": ("A message waits once on a route.", _parked_twice),
    "hub_cursor_once": (
        "A part of a route has one cursor.",
        lambda: _twice(Cursor, route=_route(), shard=0),
    ),
    "hub_attempt_once": (
        "A message is attempted once where its receiver cannot know it again.",
        lambda: _twice(Attempt, route=_route(), position=1, began_at=NOW),
    ),
    "hub_spent_nonce_once": ("A signature's nonce is used once.", _nonce_twice),
    "hub_taken_request_once": (
        "A named request is answered once.",
        lambda: _twice(
            TakenRequest, system=_system(), name="n", digest=b"", answers=[], taken_at=NOW
        ),
    ),
    "hub_contract_revision_once": (
        "A revision of a contract is drafted once.",
        lambda: _twice(
            ContractRevision, name="c", revision=1, schema="{}", kind="first", drafted_at=NOW,
            drafted_by="t",
        ),
    ),
    "hub_forward_held_is_not_done": (
        "A file that waits for a person is not carried on.",
        _held_and_done,
    ),
    "hub_forward_number_once": ("A route's forwards have numbers of their own.", _forwarded_twice),
    "hub_signature_once": (
        "A side signs a version once.",
        lambda: _twice(
            Signature, {"signed_by": "hr:ann"}, {"signed_by": "hr:ben"}, agreement=_agreement(),
            **{name: said for name, said in _signed().items() if name != "signed_by"},
        ),
    ),
    "hub_signature_four_eyes": (
        "Nobody signs a version for both sides.",
        lambda: _twice(
            Signature, {"side": "sender"}, {"side": "receiver"}, agreement=_agreement(),
            **{name: said for name, said in _signed().items() if name != "side"},
        ),
    ),
    "hub_signature_side_known": (
        "A signature is of one of the two sides.",
        lambda: Signature.objects.create(agreement=_agreement(), **_signed(side="neighbour")),
    ),
    "hub_suspension_one_for_a_side": (
        "A side suspends an agreement once at a time.",
        lambda: _twice(
            Suspension, agreement=_agreement(), side="sender", reason="r", began_at=NOW,
            began_by="t",
        ),
    ),
    "hub_suspension_side_known": (
        "A suspension is of a side, or of the service's governance.",
        lambda: Suspension.objects.create(
            agreement=_agreement(), side="neighbour", reason="r", began_at=NOW, began_by="t"
        ),
    ),
    "hub_agreement_version_once": (
        "A version of an agreement is proposed once.",
        lambda: _twice(
            AgreementVersion, {"in_force_at": NOW}, {"in_force_at": None}, agreement=_agreement(),
            number=1, terms="{}", digest="0" * 64, drafted_at=NOW, drafted_by="t",
        ),
    ),
    "hub_agreement_one_proposal": (
        "One version of an agreement waits for signatures at a time.",
        lambda: _twice(
            AgreementVersion, {"number": 1}, {"number": 2}, agreement=_agreement(), terms="{}",
            digest="0" * 64, drafted_at=NOW, drafted_by="t",
        ),
    ),
    "hub_agreement_warning_once": (
        "Both sides are warned of an end once.",
        lambda: _twice(
            AgreementWarning, agreement=_agreement(), ends=DAY, days=30, raised_at=NOW
        ),
    ),
}  # fmt: skip

"""The proof of one message: that it stands in the log, and each shipment that took it along."""

import json
import uuid
from collections.abc import Sequence

from muster.hub.messages.queries import Journey, journey
from muster.ledger.current import ledger
from muster.ledger.proofs import prove


def proof_of_message(
    position: int,
    *,
    employer: uuid.UUID | None = None,
    without_body: bool = False,
    since: Sequence[str] = (),
) -> str:
    """Return the proof file of a message with its deliveries; see ``ledger.proofs``.

    Args:
        position: its place in the exchange log.
        employer: of the reader: only deliveries that it may know of are in the file.
        without_body: withhold what the message holds.
        since: signed notes of older checkpoints that the proof shall continue.

    Raises:
        NotFound: if there is no such message within reach, or it was erased and is not withheld.
    """
    handed = _deliveries(journey(position, employer=employer))
    return prove(
        ledger(), "exchange", position,
        deliveries=[entry for entry in handed if _took(entry, position)],
        without_body=without_body, since=since,
    )  # fmt: skip


def _deliveries(found: Journey) -> list[int]:
    """Return the log entries of the shipments that took a message, by position."""
    shipments = [one for leg in found.legs for one in leg.again]
    shipments += [leg.shipment for leg in found.legs if leg.shipment and leg.state == "delivered"]
    return sorted({one.entry for one in shipments})


def _took(entry: int, position: int) -> bool:
    """Tell whether a shipment's own entry leaves no doubt that a message was part of it.

    An entry names at most 200 of the messages that were set aside, and is erased with its month.
    """
    (body,) = ledger().bodies("exchange", [entry])
    said = json.loads(body) if body is not None else None
    return (
        said is not None and said["aside_count"] <= len(said["aside"])
        and said["first"] <= position <= said["last"] and position not in said["aside"]
    )  # fmt: skip

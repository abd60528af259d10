"""The hub's tables, by what they are about."""

from muster.hub.models.feeds import (
    Alarm,
    BulkChange,
    Expectation,
    Intake,
    Landing,
    LandingState,
    QuarantinedRow,
    SavedLayout,
)
from muster.hub.models.mending import (
    CellFix,
    ValueFix,
)
from muster.hub.models.messages import (
    Attempt,
    ContractRevision,
    Cursor,
    Delivery,
    Message,
    Parked,
    ParkedState,
    Replay,
    SpentNonce,
    SystemKey,
    TakenRequest,
)
from muster.hub.models.systems import (
    Agreement,
    Endpoint,
    Route,
    Signature,
    Suspension,
    System,
    SystemToken,
)

__all__ = [
    "Agreement",
    "Alarm",
    "Attempt",
    "BulkChange",
    "CellFix",
    "ContractRevision",
    "Cursor",
    "Delivery",
    "Endpoint",
    "Expectation",
    "Intake",
    "Landing",
    "LandingState",
    "Message",
    "Parked",
    "ParkedState",
    "QuarantinedRow",
    "Replay",
    "Route",
    "SavedLayout",
    "Signature",
    "SpentNonce",
    "Suspension",
    "System",
    "SystemKey",
    "SystemToken",
    "TakenRequest",
    "ValueFix",
]

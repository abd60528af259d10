"""The record that moves: what it holds, whether it can move, and the exact bytes that were signed.

For HR officers of both employers and the person. ``fields.toml`` is the specification; every rule
says in words what is not right and what to do, and never repeats the value.
"""

from muster.services.transfers.record.checking import check, differences
from muster.services.transfers.record.comparing import Difference
from muster.services.transfers.record.facts import Record
from muster.services.transfers.record.fields import all_fields, fields_of
from muster.services.transfers.record.snapshots import (
    Opened,
    Signed,
    Snapshot,
    follows,
    from_text,
    opened,
    sign,
    snapshot,
    verify,
)
from muster.services.transfers.record.wrong import Problem

__all__ = [
    "Difference", "Opened", "Problem", "Record", "Signed", "Snapshot", "all_fields", "check",
    "differences", "fields_of", "follows", "from_text", "opened", "sign", "snapshot", "verify",
]  # fmt: skip

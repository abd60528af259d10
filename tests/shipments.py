"""Shipments for tests of outlets."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from muster.connectors.outlets import ENVELOPES, Receipt, Shipment


def shipment(
    rows: Sequence[tuple[int, str, str]],
    *,
    route: str = "moves",
    fence: int = 1,
    again: str = "",
) -> Shipment:
    """Return messages as (position, subject, name), whose data are number, subject and name."""
    named = {
        "number": pl.Series([row[0] for row in rows], dtype=pl.Int64),
        "subject": pl.Series([row[1] for row in rows], dtype=pl.String),
        "name": pl.Series([row[2] for row in rows], dtype=pl.String),
    }
    return with_data(pl.DataFrame(named), route=route, fence=fence, again=again)


def with_data(data: pl.DataFrame, **how: Any) -> Shipment:
    """Return a shipment of the given rows, which have columns ``number`` and ``subject``."""
    route, again = how.get("route", "moves"), how.get("again", "")
    numbers = data["number"].to_list()
    envelopes = pl.DataFrame(
        {
            "position": numbers,
            "id": [f"event-{number}" for number in numbers],
            "source": ["urn:example:hr"] * data.height,
            "subject": data["subject"],
            "type": ["muster.people.moved.v1"] * data.height,
            "time": ["2026-11-20T09:00:00Z"] * data.height,
            "traceparent": [""] * data.height,
            "correlation": [""] * data.height,
            "key": [f"{route}-{again}-{number}" for number in numbers],
        },
        schema=ENVELOPES,
    )
    return Shipment(route, 0, how.get("fence", 1), again, envelopes, data)


def told(receipt: Receipt) -> list[tuple[Any, ...]]:
    """Return what a receipt says of messages that were not simply taken."""
    return receipt.results.rows()

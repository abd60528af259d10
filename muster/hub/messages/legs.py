"""What became of a message on one route, told from what is recorded. Pure.

``tests/spec/test_message_legs.py`` is the table of it.
"""

from typing import Literal, cast

LegState = Literal[
    "waiting", "parked", "behind", "doubtful", "released", "delivered", "discarded", "left out",
    "delivered or left out",
]  # fmt: skip


def leg_state(*, parked: str, passed: bool, shipped: bool, complete: bool) -> LegState:
    """Return a message's state on a route.

    Args:
        parked: the state of what was set aside of it; "" if it never was.
        passed: whether the route is past it.
        shipped: whether a shipment in its turn spans it.
        complete: whether that shipment took all messages it spans, but for those set aside.
    """
    if parked:
        return cast("LegState", parked)
    if not passed:
        return "waiting"
    if not shipped:
        return "left out"
    return "delivered" if complete else "delivered or left out"

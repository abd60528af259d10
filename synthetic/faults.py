"""Which rows arrive damaged: about one in two hundred, and often the same ones next month.

Draws come from their own stream, so switching the damage off changes no person and no other cell.
"""

from synthetic.chance import Chance

KINDS = (
    "missing_staff_number",
    "impossible_birth_date",
    "blank_start_date",
    "unreadable_fte",
    "unreadable_pay",
)
SHARE = 0.005  # of rows
KEPT = 0.6  # chance that last month's fault has not been put right
# Entering at this rate keeps the share level: SHARE = SHARE x KEPT + (1 - SHARE) x FRESH.
FRESH = SHARE * (1 - KEPT) / (1 - SHARE)


def next_fault(before: str | None, *, first: bool, chance: Chance) -> str | None:
    """The fault a row shows this month, given last month's and whether it is its first month."""
    if before and chance.happens(KEPT):
        return before
    if before is None and chance.happens(SHARE if first else FRESH):
        return chance.pick(KINDS)
    return None

"""What pages of transfers call states, kinds, steps, sides and hand-offs."""

import datetime as dt
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.services.transfers.rules import Kind, State

STATES: Mapping[str, tuple[Promise, str]] = {
    "draft": (gettext_lazy("Draft"), "grey"),
    "offered": (gettext_lazy("Offered"), "blue"),
    "accepted": (gettext_lazy("Accepted"), "blue"),
    "checks": (gettext_lazy("Being prepared"), "yellow"),
    "released": (gettext_lazy("Record released"), "yellow"),
    "agreed": (gettext_lazy("Day agreed"), "turquoise"),
    "scheduled": (gettext_lazy("Scheduled"), "turquoise"),
    "effected": (gettext_lazy("Moved"), "green"),
    "reconciled": (gettext_lazy("Paid right"), "green"),
    "closed": (gettext_lazy("Closed"), "grey"),
    "on_hold": (gettext_lazy("On hold"), "orange"),
    "rescinded": (gettext_lazy("Taken back"), "red"),
    "withdrawn": (gettext_lazy("Withdrawn"), "red"),
    "failed": (gettext_lazy("Could not go on"), "red"),
    "reversed": (gettext_lazy("Reversed"), "red"),
}
KINDS: Mapping[Kind, Promise] = {
    "permanent": gettext_lazy("Permanent move"),
    "promotion": gettext_lazy("Promotion"),
    "level_move": gettext_lazy("Move at the same grade"),
    "loan": gettext_lazy("Loan"),
    "loan_return": gettext_lazy("Return from a loan"),
    "part_time_split": gettext_lazy("Part-time beside the present post"),
    "machinery_of_government": gettext_lazy("Machinery of government"),
}
OFFERED: tuple[Kind, ...] = ("permanent", "promotion", "level_move", "loan", "part_time_split")
"""The kinds that somebody offers; the others come about by themselves or many at once."""
VERBS: Mapping[str, Promise] = {
    "offer": gettext_lazy("Post offered"),
    "accept": gettext_lazy("Offer accepted"),
    "decline": gettext_lazy("Offer declined"),
    "ask_exporter": gettext_lazy("Record asked for"),
    "state_known": gettext_lazy("What the employer’s own systems hold came in"),
    "release": gettext_lazy("Record released and signed"),
    "state_details": gettext_lazy("Details stated by the person"),
    "state_terms": gettext_lazy("Terms stated"),
    "settle_difference": gettext_lazy("Difference settled"),
    "sign_date": gettext_lazy("First day signed"),
    "schedule": gettext_lazy("Both payrolls booked"),
    "effect": gettext_lazy("Employment ended and started"),
    "note_pay_result": gettext_lazy("A payroll reported its pay"),
    "settle_pay": gettext_lazy("A difference in pay settled"),
    "reconcile": gettext_lazy("Pay found right"),
    "close": gettext_lazy("Closed"),
    "hold": gettext_lazy("Put on hold"),
    "resume": gettext_lazy("Goes on"),
    "rescind": gettext_lazy("Offer taken back"),
    "withdraw": gettext_lazy("Withdrawn"),
    "fail": gettext_lazy("Could not go on"),
    "reverse": gettext_lazy("Reversal signed"),
    "change_after_effect": gettext_lazy("Changed after the move"),
    "move_return": gettext_lazy("Day of return moved"),
    "move_first_day": gettext_lazy("First day moved"),
    "agree_batch": gettext_lazy("Agreed with a batch"),
}
SIDES: Mapping[str, Promise] = {
    "person": gettext_lazy("the person"),
    "exporter": gettext_lazy("the employer left"),
    "importer": gettext_lazy("the employer joined"),
    "payroll": gettext_lazy("payroll"),
    "system": gettext_lazy("Muster"),
}
HAND_OFFS: Mapping[str, tuple[Promise, str]] = {
    "open": (gettext_lazy("Open"), "yellow"),
    "late": (gettext_lazy("Late"), "red"),
    "done": (gettext_lazy("Handed over"), "green"),
    "waived": (gettext_lazy("Waived"), "grey"),
}
CHOSEN: Mapping[str, Promise] = {
    "stated": gettext_lazy("As released"),
    "known": gettext_lazy("As the person states"),
    "other": gettext_lazy("Neither; put right elsewhere"),
}


def state_cell(state: State | str) -> tuple[str, str]:
    """Return a state in words and the colour of its tag."""
    words, colour = STATES[state]
    return str(words), colour


def kind_words(kind: Kind | str) -> str:
    """Return what a kind of transfer is called."""
    return str(KINDS[kind])  # type: ignore[index]  # a constraint keeps it so


def side_words(side: str) -> str:
    """Return who a side is."""
    return str(SIDES.get(side, side))


def due_cell(due: dt.date | None, today: dt.date) -> tuple[str, str]:
    """Return how a deadline stands, in words and the colour of its tag; nothing without one."""
    if due is None:
        return "", ""
    if due < today:
        return _("Late"), "red"
    return (_("Due today"), "orange") if due == today else ("", "")

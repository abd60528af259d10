"""What the pages of pay periods call things, and the form by which a difference is settled."""

from collections.abc import Mapping

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.pagekit.tables import Cell, Text
from muster.services.transfers.payrolls.queries import Entry

ACTIONS: Mapping[str, tuple[Text, Text, Text]] = {
    "start": (
        gettext_lazy("Starters"), gettext_lazy("First day"),
        gettext_lazy("Nobody starts in this period."),
    ),
    "leave": (
        gettext_lazy("Leavers"), gettext_lazy("Counts from"),
        gettext_lazy("Nobody leaves in this period."),
    ),
    "change": (
        gettext_lazy("Changes"), gettext_lazy("Counts from"),
        gettext_lazy("Nothing changes in this period."),
    ),
    "cancel": (
        gettext_lazy("Cancelled"), gettext_lazy("Counts from"),
        gettext_lazy("Nothing is cancelled."),
    ),
}  # fmt: skip
FIELDS: Mapping[str, Text] = {
    "gross": gettext_lazy("Gross pay"),
    "paid_from": gettext_lazy("First day paid"),
    "paid_to": gettext_lazy("Last day paid"),
    "tax_code": gettext_lazy("Tax code"),
    "tax_basis": gettext_lazy("Tax basis"),
    "ni_letter": gettext_lazy("National Insurance letter"),
    "student_loans": gettext_lazy("Student loan plans"),
    "pension_scheme": gettext_lazy("Pension scheme"),
    "period_starts": gettext_lazy("First day of the pay period"),
    "pay_day": gettext_lazy("Pay day"),
    "nino": gettext_lazy("National Insurance number"),
}
_LANES: Mapping[str, Text] = {
    "person": gettext_lazy("The person"),
    "exporter": gettext_lazy("The employer they leave"),
    "importer": gettext_lazy("The employer they join"),
    "payroll": gettext_lazy("Payroll"),
    "system": gettext_lazy("Muster"),
}
_STATES: Mapping[str, Text] = {
    "accepted": gettext_lazy("Accepted"),
    "checks": gettext_lazy("Being checked"),
    "released": gettext_lazy("Record released"),
    "agreed": gettext_lazy("Date agreed"),
    "on_hold": gettext_lazy("On hold"),
    "failed": gettext_lazy("Failed"),
}
_TOTALS: Mapping[str, tuple[Text, str]] = {
    "nothing": (gettext_lazy("Nothing to agree"), "grey"),
    "waiting": (gettext_lazy("Not reported yet"), "blue"),
    "agree": (gettext_lazy("Agree"), "green"),
    "differ": (gettext_lazy("Differ"), "red"),
}
_LONGEST = 500


class Settle(forms.Form):
    """How a difference was settled."""

    why = forms.CharField(
        label=gettext_lazy("How was it settled?"),
        help_text=gettext_lazy("For example: the payroll pays the rest on 4 December."),
        widget=forms.Textarea,
        max_length=_LONGEST,
        error_messages={"required": gettext_lazy("Enter how it was settled")},
    )


def money(amount: int | None, *, sign: bool = True) -> str:
    """Return pence in pounds; nothing where there is none."""
    if amount is None:
        return ""
    whole, rest = divmod(abs(amount), 100)
    shown = f"£{whole:,}.{rest:02d}" if sign else f"{whole}.{rest:02d}"
    return f"-{shown}" if amount < 0 else shown


def outcome_cell(one: Entry) -> Cell:
    """Return where the pay of one instruction stands, with the way to what differs."""
    if one.because:
        return Cell(_("Blocked"), tag="red")
    if one.outcome == "differs":
        href = reverse("transfers:pay-difference", args=[one.id])
        words = _("Differs") if one.open else _("Differs, settled")
        return Cell(words, href=href, unseen=one.name)
    if one.outcome == "agrees":
        return Cell(_("Paid as expected"), tag="green")
    return Cell(_("Payroll was told"), tag="blue")


def totals_words(state: str) -> tuple[str, str]:
    """Return what the state of control totals is called, and its colour."""
    words, colour = _TOTALS[state]
    return str(words), colour


def lane_words(lane: str) -> str:
    """Return what the owner of a hand-off is called."""
    return _shown(_LANES, lane)


def state_words(state: str) -> str:
    """Return what the state of a transfer is called."""
    return _shown(_STATES, state)


def hand_off_words(kind: str) -> str:
    """Return what a hand-off is called; nothing where none is open."""
    return kind.replace("_", " ").capitalize()


def _shown(words: Mapping[str, str | Promise], code: str) -> str:
    return str(words.get(code, code.replace("_", " ").capitalize()))

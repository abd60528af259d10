"""What transfers add to the story of a demonstration: her move, and first pay."""

import uuid

from django.urls import reverse
from django.utils.translation import gettext_lazy

from muster.pagekit.story import Look, Step
from muster.services.transfers.enrolment import her_transfer


def steps() -> list[Step]:
    """Return the steps of her move; none before it was begun."""
    hers = her_transfer()
    return [] if hers is None else [_move(hers), _pay(hers), _everything()]


def _move(hers: uuid.UUID) -> Step:
    page = reverse("transfers:transfer", args=[hers])
    return Step(
        30,
        gettext_lazy("She moves, and a wrong tax code is caught before the cut-off"),
        gettext_lazy(
            "Two digits of her tax code were changed about when her record was released. Muster "
            "compared it with what her employer’s own system holds. Nothing is signed until the "
            "difference is settled."
        ),
        (
            Look("civil-servant", reverse("transfers:mine"),
                 gettext_lazy("She states her details: this is what everybody waits for")),
            Look("caseworker", page,
                 gettext_lazy("The employer she joins sees the difference, and asks again")),
            Look("caseworker-orchards", page,
                 gettext_lazy("The employer she leaves releases the record again; both sign")),
        ),
    )  # fmt: skip


def _pay(hers: uuid.UUID) -> Step:
    period = reverse("transfers:pay-period")
    return Step(
        40,
        gettext_lazy("Her first pay is as expected, to the penny"),
        gettext_lazy(
            "Once both payrolls have confirmed and the first day has come, one employment ends and "
            "the other starts. The pretend payrolls answer within a minute: what they pay stands "
            "beside what was expected."
        ),
        (
            Look("payroll", period, gettext_lazy("The payroll she leaves confirms the leaver")),
            Look("payroll-harbours", period,
                 gettext_lazy("The payroll she joins confirms the starter, and pays her")),
            Look("manager", reverse("transfers:transfer", args=[hers]),
                 gettext_lazy("Her new manager sees to the first week")),
        ),
    )  # fmt: skip


def _everything() -> Step:
    return Step(
        45,
        gettext_lazy("Others are on the move too"),
        gettext_lazy(
            "Offers that wait, records that are late, a first pay that was wrong, a loan, and a "
            "team that moves as a whole."
        ),
        (
            Look("caseworker", reverse("transfers:transfers"),
                 gettext_lazy("See every transfer of an employer")),
            Look("payroll", reverse("transfers:pay-period"),
                 gettext_lazy("See whose first pay left an allowance out, and settle it")),
        ),
    )  # fmt: skip

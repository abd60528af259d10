"""What auditors published of earlier shared-service programmes, as they state it.

These are public facts that ship with Muster; none comes in through a feed, and none is worked out
here but differences and shares of the figures themselves. Amounts are millions of pounds.

Contains public sector information licensed under the Open Government Licence v3.0.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from muster.register.shared_services.rules import Outcome, judge_totals

_REPORTS = "https://www.nao.org.uk/reports"
_REFORM = "efficiency-and-reform-in-government-corporate-functions-through-shared-service-centres"
_TITLE_2012 = (
    "National Audit Office, “Efficiency and reform in government corporate functions through"
    " shared service centres”, HC 1790, 7 March 2012"
)
AUDITS: Mapping[str, tuple[str, str]] = {
    "2012": (_TITLE_2012, f"{_REPORTS}/{_REFORM}/"),
    "2016": (
        "National Audit Office, “Shared service centres”, 20 May 2016",
        f"{_REPORTS}/shared-service-centres/",
    ),
}
"""Each audit by its year: its title as it is cited, and where it stands."""
PUBLISHED = {"2012": dt.date(2012, 3, 7), "2016": dt.date(2016, 5, 20)}
"""When each was published."""
AMOUNTS = {
    "planned_cost": "planned cost of setting up",
    "setup_cost": "cost of setting up",
    "cost": "cost so far",
    "saved": "saved so far, below zero where cost rose",
    "planned_saving": "planned saving by then",
    "yearly_saving": "planned saving in a year",
}
"""The amounts of a programme and what they are called."""


@dataclass(frozen=True)
class Programme:
    """One published state of a programme.

    Args:
        code: its key.
        audit: which audit states it, a key of ``AUDITS``.
        title: what it is of, and until when.
        years: how long it had run, or will have.
        saved: what it saved so far; where only a net cost is stated, that below zero.
        cost: what it cost so far, where that is stated apart.
        planned_cost: what it was to cost to set up.
        setup_cost: what setting it up cost.
        planned_saving: what it was to save by then.
        yearly_saving: what it was to save in a year.
        joined: how many customers had joined a single platform.
        customers: of how many.
    """

    code: str
    audit: str
    title: str
    years: Decimal
    saved: Decimal
    cost: Decimal | None = None
    planned_cost: Decimal | None = None
    setup_cost: Decimal | None = None
    planned_saving: Decimal | None = None
    yearly_saving: Decimal | None = None
    joined: int | None = None
    customers: int | None = None

    def amounts(self) -> dict[str, Decimal]:
        """Return the amounts that are stated, in the order of ``AMOUNTS``."""
        stated = {name: getattr(self, name) for name in AMOUNTS}
        return {name: value for name, value in stated.items() if value is not None}


def outcome(amounts: Mapping[str, Decimal], years: Decimal) -> Outcome:
    """Return how a programme stands against the two bars, by its amounts."""
    return judge_totals(amounts.get("cost", Decimal(0)), amounts["saved"], years)


PROGRAMMES = (
    # The net cost is that of the two centres, of five, that still tracked their benefits.
    Programme(
        code="five_centres",
        audit="2012",
        title="Five shared service centres, 2004 to the end of 2010",
        years=Decimal(6),
        saved=Decimal(-255),
        planned_cost=Decimal(900),
        setup_cost=Decimal(1400),
        planned_saving=Decimal(159),
    ),
    Programme(
        code="two_centres",
        audit="2016",
        title="Two independent shared service centres, first two and a half years",
        years=Decimal("2.5"),
        cost=Decimal(94),
        saved=Decimal(90),
        yearly_saving=Decimal(128),
        joined=2,
        customers=26,
    ),
    Programme(
        code="two_centres_forecast",
        audit="2016",
        title="The same two centres, forecast to 2023-24",
        years=Decimal(10),
        cost=Decimal(159),
        saved=Decimal(484),
    ),
)

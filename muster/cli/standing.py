"""What every Muster starts with: the public list of employers, and the route for open data."""

import datetime as dt

from muster.hub.actions import open_route, open_system
from muster.hub.agreements import AgreementTerms
from muster.hub.intakes import intake_for
from muster.hub.queries import route_exists
from muster.register.employers.actions import load_organisations
from muster.register.employers.organisations import shipped_organisations

ORGANOGRAMS = "organograms"
POSTS = "muster.posts.stated.v1"
_BY = "system:setup"


def ensure_standing_data() -> None:
    """Load the shipped employers and open the standing route for published organograms."""
    if route_exists(ORGANOGRAMS):
        return
    load_organisations(shipped_organisations(), by=_BY)
    open_system(
        code=f"open-data:{ORGANOGRAMS}",
        title="Organograms published on data.gov.uk",
        kind="csv_drop",
        employer=None,
    )
    fields = frozenset(field.name for field in intake_for(POSTS).contract.fields)
    open_route(
        code=ORGANOGRAMS,
        terms=AgreementTerms(
            code="open-data-standing",
            contract=POSTS,
            sender=f"open-data:{ORGANOGRAMS}",
            receiver="register",
            fields=fields,
            starts=dt.date(2010, 6, 1),
            ends=None,
            suspended=False,
        ),
        title="Standing agreement for published open data",
        purpose="Use of workforce structure that employers publish under the transparency"
        " commitment",
        lawful_basis="Public task; published under the Open Government Licence v3.0. No personal"
        " data is taken.",
        retention="Kept as long as it is of use",
        by=_BY,
    )

"""What every Muster starts with: the public list of employers, and the routes for open data."""

import datetime as dt
from dataclasses import dataclass

from muster.hub.actions import open_route, open_system
from muster.hub.agreements import AgreementTerms
from muster.hub.intakes import intake_for
from muster.hub.queries import route_exists
from muster.register.employers.actions import load_organisations
from muster.register.employers.organisations import shipped_organisations

ORGANOGRAMS = "organograms"
STATISTICS = "official-statistics"
SURVEY = "people-survey"
ORGANISATIONS = "organisation-register"
POSTS = "muster.posts.stated.v1"
FIGURES = "muster.statistics.figure.v1"
SCORES = "muster.statistics.survey_score.v1"
CODES = "muster.employers.organisation.v1"
_BY = "system:setup"
_PUBLISHED = (
    "Public task; published under the Open Government Licence v3.0. No personal data is taken."
)


@dataclass(frozen=True)
class _OpenData:
    """One kind of published open data: its route, agreement and what it may be used for."""

    route: str
    contract: str
    agreement: str
    kind: str
    system: str
    title: str
    purpose: str
    starts: dt.date


_STANDING = (
    _OpenData(
        route=ORGANOGRAMS,
        contract=POSTS,
        agreement="open-data-standing",
        kind="csv_drop",
        system="Organograms published on data.gov.uk",
        title="Standing agreement for published open data",
        purpose="Use of workforce structure that employers publish under the transparency"
        " commitment",
        starts=dt.date(2010, 6, 1),
    ),
    _OpenData(
        route=STATISTICS,
        contract=FIGURES,
        agreement="open-data-statistics",
        kind="workbook",
        system="Official statistics of the civil service",
        title="Standing agreement for official statistics",
        purpose="Use of headcounts and survey results that ONS and the Cabinet Office publish",
        starts=dt.date(2010, 6, 1),
    ),
    _OpenData(
        route=SURVEY,
        contract=SCORES,
        agreement="open-data-people-survey",
        kind="workbook",
        system="Civil Service People Survey",
        title="Standing agreement for the Civil Service People Survey",
        purpose="Use of scores of organisations that the Cabinet Office publishes each year",
        starts=dt.date(2010, 6, 1),
    ),
    _OpenData(
        route=ORGANISATIONS,
        contract=CODES,
        agreement="open-data-organisations",
        kind="csv_drop",
        system="Public registers of organisations",
        title="Standing agreement for public registers of organisations",
        purpose="Reading the codes by which older files name organisations",
        starts=dt.date(2010, 6, 1),
    ),
)


def ensure_standing_data() -> None:
    """Load the shipped employers and open the standing routes for published open data."""
    missing = [data for data in _STANDING if not route_exists(data.route)]
    if not missing:
        return
    load_organisations(shipped_organisations(), by=_BY)
    for data in missing:
        _open(data)


def _open(data: _OpenData) -> None:
    sender = f"open-data:{data.route}"
    open_system(code=sender, title=data.system, kind=data.kind, employer=None)
    fields = frozenset(field.name for field in intake_for(data.contract).contract.fields)
    open_route(
        code=data.route,
        terms=AgreementTerms(
            code=data.agreement,
            contract=data.contract,
            sender=sender,
            receiver="register",
            fields=fields,
            starts=data.starts,
            ends=None,
            suspended=False,
        ),
        title=data.title,
        purpose=data.purpose,
        lawful_basis=_PUBLISHED,
        retention="Kept as long as it is of use",
        by=_BY,
    )

"""Questions about recruitment. Only statements that were not replaced or withdrawn count.

An application is as the latest extract up to a day tells it, whatever later ones leave out. Counts
here are exact: they are for those who may see an employer's own records, and leave no other way.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import polars as pl
from django.db import connection

from muster.register.bulk import read_frame
from muster.register.recruitment.columns import CAMPAIGN, CAMPAIGN_TYPES
from muster.register.recruitment.models import ApplicationFact, CampaignFact, Statement
from muster.register.recruitment.rules import (
    Application,
    Funnel,
    Reached,
    Window,
    stages,
    surviving,
)

_BILLION = 1_000_000_000
_AT_ONCE = 5_000
_COUNTED: Mapping[str, type[pl.DataType]] = {
    "system": pl.String, "reference": pl.String, "grade": pl.String, "location": pl.String,
    "stage": pl.String, "outcome": pl.String, "round": pl.Int64, "applications": pl.Int64,
}  # fmt: skip
_Key = tuple[str, str]
# Each application as last told. Without a later extract that names it, it stays as it was.
_TOLD = """
    WITH told AS (
        SELECT fact.*, said.system, said.as_at, said.employer_id,
               ROW_NUMBER() OVER (PARTITION BY said.system, fact.application
                   ORDER BY said.as_at DESC, said.id DESC, fact.row DESC) AS place
        FROM register_application_fact fact
        JOIN register_recruitment_statement said ON said.id = fact.statement_id
        WHERE said.recorded_to IS NULL AND said.as_at <= %s AND said.{of} = %s)
"""
# Rows of one extract that wait in quarantine. One released since is told by a later part.
_WAITING = """
    FROM register_recruitment_waiting_row waits
    JOIN register_recruitment_statement said ON said.id = waits.statement_id
    WHERE said.system = %s AND said.as_at = %s AND said.recorded_to IS NULL
      AND NOT EXISTS (SELECT 1 FROM register_recruitment_statement part
          JOIN register_application_fact fact ON fact.statement_id = part.id
          WHERE part.landing = said.landing AND part.recorded_to IS NULL
            AND fact.row = waits.row)
"""
_UNLISTED = f"""{_TOLD.format(of="system")}
    SELECT application FROM told WHERE place = 1 AND as_at < %s
      AND application NOT IN (
          SELECT waits.application {_WAITING} AND waits.application IS NOT NULL)
      AND NOT EXISTS (SELECT 1 {_WAITING} AND waits.application IS NULL)
    ORDER BY application
"""  # noqa: S608 - names are ours
_GROUPS = "told.system, kept.reference, grade, location, stage, outcome, round"
_SUMMED = f"""{_TOLD.format(of="employer_id")}
    SELECT {_GROUPS}, COUNT(*) FROM told JOIN register_campaign kept ON kept.id = told.campaign_id
    WHERE place = 1 GROUP BY {_GROUPS}
"""  # noqa: S608 - names are ours


@dataclass(frozen=True)
class CampaignView:
    """A campaign as last told, with how far its applications came.

    ``merged`` are the references of campaigns that were merged into it: their applications are
    counted here. ``grades`` and ``places`` are those that its applications state.
    """

    campaign: uuid.UUID
    system: str
    reference: str
    title: str | None
    profession: str | None
    posts: Decimal | None
    scheme: str | None
    window: Window
    grades: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    funnel: Funnel = field(default_factory=Funnel)


@dataclass(frozen=True)
class Told:
    """What one row told of an application, and how the rules read it."""

    landing: uuid.UUID
    row: int
    as_at: dt.date
    campaign: str
    applicant: str
    grade: str | None
    place: str | None
    application: Application
    reached: Reached


def campaigns(employer: uuid.UUID, as_at: dt.date) -> tuple[CampaignView, ...]:
    """Return an employer's campaigns with their funnels as of a day, by system and reference."""
    facts, counted = _campaign_facts(employer, as_at), _counted(employer, as_at)
    funnels = _funnels(counted)
    grades, places = _stated(counted, "grade"), _stated(counted, "location")
    return tuple(
        CampaignView(
            campaign=facts[key].campaign_id,
            system=key[0],
            reference=key[1],
            title=facts[key].title,
            profession=facts[key].profession,
            posts=_posts(facts[key].posts),
            scheme=facts[key].scheme,
            window=Window(facts[key].opened, facts[key].closed, facts[key].reopened),
            grades=_joined(grades, members),
            places=_joined(places, members),
            merged=tuple(reference for _, reference in members if reference != key[1]),
            funnel=sum((funnels[one] for one in members if one in funnels), Funnel()),
        )
        for key, members in sorted(_kept(facts).items())
    )


def funnel(employer: uuid.UUID, as_at: dt.date) -> Funnel:
    """Return how far all applications to an employer came, as of a day."""
    return sum(_funnels(_counted(employer, as_at)).values(), Funnel())


def history(system: str, application: str) -> tuple[Told, ...]:
    """Return what standing extracts told of an application, the oldest first; the last counts."""
    facts = ApplicationFact.objects.filter(
        application=application, statement__system=system, statement__recorded_to__isnull=True
    ).select_related("statement", "campaign")
    return tuple(map(_told, facts.order_by("statement__as_at", "statement_id", "row")))


def unlisted(system: str, as_at: dt.date) -> tuple[str, ...]:
    """Return the applications that the system's latest full extract up to a day leaves out.

    Systems delete what is old. So such an application has not been withdrawn: it stays as it was
    last told, and is named here. None is named while the extract has a waiting row that does not
    say which application it is of.
    """
    full = Statement.objects.filter(
        system=system, as_at__lte=as_at, full=True, recorded_to__isnull=True
    )
    latest = full.order_by("-as_at").values_list("as_at", flat=True).first()
    if latest is None:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(_UNLISTED, [as_at, system, latest, system, latest, system, latest])
        return tuple(application for (application,) in cursor.fetchall())


def applications_told(landing: uuid.UUID, among: Sequence[str]) -> Iterator[str]:
    """Yield those applications that the standing statements of a landing tell of."""
    told = ApplicationFact.objects.filter(
        statement__landing=landing, statement__recorded_to__isnull=True
    )
    for start in range(0, len(among), _AT_ONCE):
        some = told.filter(application__in=among[start : start + _AT_ONCE])
        yield from some.values_list("application", flat=True)


def campaigns_told(landing: uuid.UUID) -> pl.DataFrame:
    """Return what the standing statements of a landing tell of campaigns, by the contract's names.

    Shape (campaigns, 9): one row for each campaign, as its latest part tells it.
    """
    facts = CampaignFact.objects.filter(
        statement__landing=landing, statement__recorded_to__isnull=True
    ).order_by("statement_id")
    rows = facts.values_list("campaign__reference", *CAMPAIGN.values())
    schema: dict[str, type[pl.DataType]] = {"campaign_reference": pl.String, **CAMPAIGN_TYPES}
    found = pl.DataFrame(list(rows), schema=schema, orient="row")
    return found.unique("campaign_reference", keep="last", maintain_order=True)


def _campaign_facts(employer: uuid.UUID, as_at: dt.date) -> dict[_Key, CampaignFact]:
    """Return what was last told of each campaign of an employer, by system and reference."""
    facts = CampaignFact.objects.filter(
        statement__employer=employer,
        statement__as_at__lte=as_at,
        statement__recorded_to__isnull=True,
    ).select_related("campaign")
    return {
        (fact.campaign.system, fact.campaign.reference): fact
        for fact in facts.order_by("statement__as_at", "statement_id")
    }


def _counted(employer: uuid.UUID, as_at: dt.date) -> pl.DataFrame:
    """Return applications by campaign, stated grade and place, stage, outcome and round."""
    return read_frame(_SUMMED, [as_at, employer.hex], dict(_COUNTED))


def _funnels(counted: pl.DataFrame) -> dict[_Key, Funnel]:
    summed = counted.group_by("system", "reference", "stage", "outcome", "round").agg(
        pl.col("applications").sum()
    )
    found: dict[_Key, dict[tuple[str, str, int], int]] = {}
    for system, reference, *reached, count in summed.iter_rows():
        stage, outcome, number = reached
        found.setdefault((system, reference), {})[stage, outcome, number] = count
    return {key: Funnel(counts) for key, counts in found.items()}


def _posts(billionths: int | None) -> Decimal | None:
    return None if billionths is None else Decimal(billionths) / _BILLION


def _joined(stated: Mapping[_Key, set[str]], members: Sequence[_Key]) -> tuple[str, ...]:
    return tuple(sorted({text for one in members for text in stated.get(one, ())}))


def _stated(counted: pl.DataFrame, column: str) -> dict[_Key, set[str]]:
    """Return the grades or places that a campaign's applications state, parted at semicolons."""
    found: dict[_Key, set[str]] = {}
    stated = counted.select("system", "reference", column).drop_nulls().unique()
    for system, reference, text in stated.iter_rows():
        parts = {part.strip() for part in text.split(";")} - {""}
        found.setdefault((system, reference), set()).update(parts)
    return found


def _kept(facts: Mapping[_Key, CampaignFact]) -> dict[_Key, list[_Key]]:
    """Return the campaigns that count, each with those merged into it and itself.

    A campaign that was merged into one that nobody tells of still stands for itself.
    """
    merged: dict[str, dict[str, str]] = {}
    for (system, reference), fact in facts.items():
        if fact.merged_into:
            merged.setdefault(system, {})[reference] = fact.merged_into
    kept: dict[_Key, list[_Key]] = {}
    for system, reference in sorted(facts):
        last = (system, surviving(reference, merged.get(system, {})))
        kept.setdefault(last if last in facts else (system, reference), []).append(
            (system, reference)
        )
    return kept


def _told(fact: ApplicationFact) -> Told:
    application = Application(
        fact.statement.as_at,
        **{
            name: getattr(fact, name)
            for name in Application.__dataclass_fields__
            if name != "as_at"
        },
    )
    return Told(
        landing=fact.statement.landing,
        row=fact.row,
        as_at=fact.statement.as_at,
        campaign=fact.campaign.reference,
        applicant=fact.applicant,
        grade=fact.grade,
        place=fact.location,
        application=application,
        reached=stages(application),
    )

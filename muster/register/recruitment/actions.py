"""The only writers of recruitment: store what an extract says, and take it back.

Both run inside the hub's transaction; the evidence is the hub's own entry for the landing.
"""

import datetime as dt
import uuid
from collections.abc import Sequence

import polars as pl

from muster.hub.intakes import Feed
from muster.kernel.ids import new_ids
from muster.register.bulk import insert_frame
from muster.register.employers.models import Employer
from muster.register.recruitment.columns import CAMPAIGN
from muster.register.recruitment.models import (
    ApplicationFact,
    Campaign,
    CampaignFact,
    DiversityAnswer,
    Statement,
    WaitingApplication,
)
from muster.register.statements import withdraw_statements

_APPLICATION = (
    "grade", "location", "applied", "sifted", "sift_outcome", "interviewed", "interview_outcome",
    "offered", "offer_response", "vetting_started", "vetting_cleared", "started", "withdrawn",
    "reinstated", "rejected_stage", "stage", "outcome", "round",
)  # fmt: skip
ANSWERS = (
    "sex", "ethnicity", "disability", "orientation", "religion", "age_band", "parental_occupation",
)  # fmt: skip
_KEY = ["system", "campaign_reference"]
_FACTS = (ApplicationFact, CampaignFact, DiversityAnswer, WaitingApplication)
_PORTION = 50_000


def store(
    frame: pl.DataFrame, feeds: Sequence[Feed], *, waiting: pl.DataFrame, at: dt.datetime
) -> None:
    """Store accepted rows as recorded ``at`` an instant, in place of what the feeds replace."""
    replaced = [feed.replaces for feed in feeds if feed.replaces]
    Statement.objects.filter(landing__in=replaced, recorded_to__isnull=True).update(recorded_to=at)
    statements = _open_statements(feeds, at)
    # Columns are put beside the rows, and the rows themselves are never copied: they are many.
    spoken = frame.select("file", "campaign_reference").join(
        statements, on="file", maintain_order="left"
    )
    rows = frame.with_columns(
        spoken["statement_id"],
        spoken.join(_campaigns(spoken), on=_KEY, maintain_order="left")["campaign_id"],
    )
    renamed = [pl.col(field).alias(column) for field, column in CAMPAIGN.items()]
    first = rows.select(pl.struct("statement_id", "campaign_id").is_first_distinct()).to_series()
    campaigns = rows.select("statement_id", "campaign_id", *renamed).filter(first)
    _insert("register_campaign_fact", campaigns)
    facts = rows.select(
        "statement_id", "row", "campaign_id",
        pl.col("application_reference").alias("application"),
        pl.col("applicant_reference").alias("applicant"),
        *_APPLICATION,
    )  # fmt: skip
    _insert("register_application_fact", facts)
    answered = rows.select("statement_id", "row", *ANSWERS)
    answered = answered.filter(pl.any_horizontal(pl.col(ANSWERS).is_not_null()))
    _insert("register_diversity_answer", answered)
    _note_waiting(waiting, statements)


def _note_waiting(waiting: pl.DataFrame, statements: pl.DataFrame) -> None:
    """Store which rows wait. A release from quarantine finds what still waits noted already."""
    named = waiting.select(
        "file", "row", pl.col("application_reference").str.head(100).alias("application")
    )
    first = named.join(statements.filter(pl.col("part") == 0), on="file")
    _insert("register_recruitment_waiting_row", first.select("statement_id", "row", "application"))


def _insert(table: str, frame: pl.DataFrame) -> None:
    """Insert rows by portions, so that only one of them stands in memory twice."""
    for portion in frame.iter_slices(_PORTION):
        insert_frame(table, portion)


def withdraw(
    landings: Sequence[uuid.UUID], *, reinstated: Sequence[uuid.UUID], at: dt.datetime
) -> None:
    """Undo what landings brought; those in ``reinstated`` stand again as new facts."""
    withdraw_statements(Statement, _FACTS, landings, reinstated=reinstated, at=at)


def _open_statements(feeds: Sequence[Feed], at: dt.datetime) -> pl.DataFrame:
    """Store one statement for each file; return ids, system, employer and part by file number."""
    owned = [(feed, feed.employer) for feed in feeds if feed.employer is not None]
    statements = Statement.objects.bulk_create(
        Statement(
            landing=feed.landing,
            part=feed.part,
            employer_id=employer,
            system=feed.source,
            as_at=feed.as_at,
            full=feed.full,
            recorded_from=at,
        )
        for feed, employer in owned
    )
    rows = [
        (feed.number, statement.id, feed.source, employer.hex, feed.part)
        for (feed, employer), statement in zip(owned, statements, strict=True)
    ]
    schema: dict[str, type[pl.DataType]] = {
        "file": pl.Int64, "statement_id": pl.Int64, "system": pl.String,
        "employer_id": pl.String, "part": pl.Int64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _campaigns(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the ids of the campaigns in a batch, making those that are new."""
    named = rows.select(*_KEY, "employer_id").unique(_KEY, maintain_order=True)
    # Another route may bring campaigns of the same employers at this moment: it waits here.
    held = [uuid.UUID(hex=one) for one in named["employer_id"].unique()]
    locked = Employer.objects.select_for_update(no_key=True).filter(id__in=held)
    list(locked.order_by("id").values_list("id"))
    schema = {"system": pl.String, "campaign_reference": pl.String, "campaign_id": pl.String}
    stored = Campaign.objects.filter(system__in=named["system"].unique().to_list())
    known = pl.DataFrame(
        [
            (system, reference, campaign.hex)
            for system, reference, campaign in stored.values_list("system", "reference", "id")
        ],
        schema=schema,
        orient="row",
    )
    fresh = named.join(known, on=_KEY, how="anti")
    ids = pl.Series("campaign_id", [one.hex for one in new_ids(fresh.height)], dtype=pl.String)
    fresh = fresh.with_columns(ids)
    insert_frame(
        "register_campaign",
        fresh.select(
            pl.col("campaign_id").alias("id"), "employer_id", "system",
            pl.col("campaign_reference").alias("reference"),
        ),
    )  # fmt: skip
    return pl.concat([known, fresh.select(list(schema))])

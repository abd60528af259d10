"""Stage extracts of a pretend service through the hub, and the register held against its truth."""

import datetime as dt
import uuid
from pathlib import Path

import polars as pl
import pytest
from django.db.models import Model

from muster.hub.models import Landing, QuarantinedRow
from muster.hub.withdrawal import withdraw
from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.employers.models import Employer
from muster.register.employers.queries import ids_by_key
from muster.register.people.enrolment import key_of
from muster.register.recruitment import queries
from muster.register.recruitment.columns import CAMPAIGN
from muster.register.recruitment.enrolment import enrol
from muster.register.recruitment.models import (
    ApplicationFact,
    Campaign,
    CampaignFact,
    DiversityAnswer,
    Statement,
    WaitingApplication,
)
from muster.register.recruitment.rules import OUTCOMES, STAGES
from synthetic.make import AS_AT
from tests.integration.people_files import BY, enrolled, load, service, truth
from tests.remembered import remembered

pytestmark = pytest.mark.django_db
MODELS: tuple[type[Model], ...] = (
    Statement, Campaign, CampaignFact, ApplicationFact, DiversityAnswer, WaitingApplication,
)  # fmt: skip
ANSWERS = tuple(DiversityAnswer.personal)
APPLICATION = (
    "grade", "location", "applied", "sifted", "sift_outcome", "interviewed", "interview_outcome",
    "offered", "offer_response", "vetting_started", "vetting_cleared", "started", "withdrawn",
    "reinstated", "rejected_stage", "stage", "outcome",
)  # fmt: skip


@pytest.fixture
def loaded(fresh_home: Path) -> Path:
    return remembered("recruitment of five employers", load_recruitment)


def load_recruitment() -> Path:
    out = enrolled(service(5, 3000))
    enrol(out, by=BY, clock=SYSTEM_CLOCK)
    load(out / "recruitment")
    return out


def told(out: Path) -> pl.DataFrame:
    """Return the truth of every row, by landing name and the row's number in the file."""
    return truth(out, "application").with_columns(
        name=pl.col("file").str.strip_prefix("recruitment/"),
        row=pl.col("row_number") + 1,
        posts=(pl.col("posts") * 1_000_000_000).cast(pl.Int64),
    )


def stored(model: type[Model], *columns: str) -> pl.DataFrame:
    """Return the facts of a table with the name of their landing."""
    names = {str(landing): name for landing, name in Landing.objects.values_list("id", "name")}
    rows = model._default_manager.values_list("statement__landing", "row", *columns)
    found = [(names[str(landing)], *rest) for landing, *rest in rows]
    return pl.DataFrame(
        found, schema=["name", "row", *columns], orient="row", infer_schema_length=None
    )


def test_every_field_of_every_row_is_the_truth(loaded: Path) -> None:
    assert set(Landing.objects.values_list("state", flat=True)) == {"accepted"}
    assert not QuarantinedRow.objects.exists()
    expected = told(loaded).sort("name", "row")
    facts = stored(ApplicationFact, "application", "applicant", *APPLICATION).sort("name", "row")
    assert facts.height == expected.height > 1000
    for column in ("application", "applicant", *APPLICATION):
        field = f"{column}_reference" if column.startswith("appli") else column
        field = "applied" if column == "applied" else field
        assert facts[column].to_list() == expected[field].to_list(), column
    answers = expected.select("name", "row", *ANSWERS)
    answers = answers.filter(pl.any_horizontal(pl.col(ANSWERS).is_not_null()))
    given = stored(DiversityAnswer, *ANSWERS).sort("name", "row")
    assert given.rows() == answers.rows()
    assert 0 < given.height < facts.height


def test_every_campaign_is_as_it_was_last_told(loaded: Path) -> None:
    expected = truth(loaded, "campaign")
    keys = {(one.system, one.reference): one for employer in employers()
            for one in queries.campaigns(employer, AS_AT[-1])}  # fmt: skip
    merged = sum(len(one.merged) for one in keys.values())
    assert len(keys) + merged == expected.height
    assert merged > 0
    for said in expected.iter_rows(named=True):
        one = keys.get((f"ats:{said['employer']}", said["campaign_reference"]))
        if one is not None:
            assert (one.title, one.profession, one.scheme) == (
                said["campaign_title"], said["profession"], said["scheme"],
            )  # fmt: skip
            assert (one.window.opened, one.window.closed, one.window.reopened) == (
                said["opened"], said["closed"], said["reopened"],
            )  # fmt: skip
            assert one.posts == int(said["posts"])
    assert set(CAMPAIGN) <= set(expected.columns)


def employers() -> list[uuid.UUID]:
    return list(Campaign.objects.values_list("employer", flat=True).distinct())


def last_told(out: Path, as_at: dt.date) -> pl.DataFrame:
    """Return each application as the last extract up to a day that lists it tells it."""
    rows = told(out).filter(pl.col("as_at") <= as_at).sort("as_at")
    return rows.unique(["employer", "application_reference"], keep="last")


@pytest.mark.parametrize("as_at", AS_AT)
def test_funnels_count_what_the_truth_counts(loaded: Path, as_at: dt.date) -> None:
    for slug, expected in last_told(loaded, as_at).group_by("employer"):
        funnel = queries.funnel(ids_by_key()[key_of(str(slug[0]))], as_at)
        assert funnel.applications == expected.height
        for outcome in OUTCOMES:
            assert funnel.ended(outcome) == expected.filter(outcome=outcome).height
        for number, stage in enumerate(STAGES):
            reached = expected.filter(pl.col("stage").is_in(STAGES[number:])).height
            assert funnel.reached(stage) == reached


def test_what_systems_delete_is_said_to_be_left_out(loaded: Path) -> None:
    rows, left_out = told(loaded), 0
    for slug in Employer.objects.filter(key__startswith="pretend:").values_list("key", flat=True):
        name = slug.partition(":")[2]
        mine = rows.filter(employer=name)
        last = mine.filter(as_at=AS_AT[-1])["application_reference"]
        gone = set(mine["application_reference"]) - set(last)
        assert set(queries.unlisted(f"ats:{name}", AS_AT[-1])) == gone
        left_out += len(gone)
    assert left_out > 10


def test_an_extract_with_a_name_column_is_held(loaded: Path) -> None:
    from muster.hub.models import LandingState

    slug = truth(loaded, "employer")["employer"][0]
    path = loaded / "recruitment" / slug / f"{AS_AT[-1]}-stages.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    named = [f"{lines[0]},Candidate Name", *(f"{line},Ann Example" for line in lines[1:])]
    before = {model: model._default_manager.count() for model in MODELS}
    taken = load({f"{slug}/2026-11-30-stages.csv": "\n".join(named).encode()})
    landing = Landing.objects.get(id=taken.fresh[0])
    assert landing.state == LandingState.HELD
    assert "Candidate Name" in landing.said
    assert {model: model._default_manager.count() for model in MODELS} == before


def test_a_correction_takes_the_place_of_the_extract_of_its_day(loaded: Path) -> None:
    slug = truth(loaded, "employer")["employer"][0]
    employer = ids_by_key()[key_of(slug)]
    path = loaded / "recruitment" / slug / f"{AS_AT[-1]}-stages.csv"
    lines = path.read_bytes().splitlines(keepends=True)
    before = queries.funnel(employer, AS_AT[-1])
    load({f"{slug}/{AS_AT[-1]}-stages.csv": b"".join(lines[:2])})
    standing = Statement.objects.filter(system=f"ats:{slug}", recorded_to__isnull=True)
    assert standing.count() == len(AS_AT)
    after = queries.funnel(employer, AS_AT[-1])
    assert after != before
    assert Statement.objects.filter(system=f"ats:{slug}").count() == len(AS_AT) + 1


def test_an_extract_withdrawn_through_the_hub_leaves_what_there_was(loaded: Path) -> None:
    slug = truth(loaded, "employer")["employer"][0]
    employer = ids_by_key()[key_of(slug)]
    path = loaded / "recruitment" / slug / f"{AS_AT[-1]}-stages.csv"
    before = queries.campaigns(employer, AS_AT[-1])
    lines = path.read_bytes().splitlines(keepends=True)
    taken = load({f"{slug}/{AS_AT[-1]}-stages.csv": b"".join(lines[:50])})
    assert queries.campaigns(employer, AS_AT[-1]) != before
    withdraw(landing=taken.fresh[0], reason="the wrong file", by=BY, clock=SYSTEM_CLOCK)
    assert queries.campaigns(employer, AS_AT[-1]) == before
    landing = Landing.objects.get(name=f"{slug}/{AS_AT[-1]}-stages.csv", state="accepted")
    withdraw(landing=landing.id, reason="that as well", by=BY, clock=SYSTEM_CLOCK)
    assert queries.campaigns(employer, AS_AT[-1]) == queries.campaigns(employer, AS_AT[-2])

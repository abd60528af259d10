"""Each thing the database states about recruitment, violated once on the store of the run.

And what the contract calls personal is declared personal wherever it is kept.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from functools import cache

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from muster.hub.intakes import intake_for
from muster.kernel.ids import new_id
from muster.kernel.personal import Personal
from muster.register.employers.models import Employer
from muster.register.recruitment.actions import ANSWERS
from muster.register.recruitment.columns import CAMPAIGN
from muster.register.recruitment.models import (
    ApplicationFact,
    Campaign,
    CampaignFact,
    DiversityAnswer,
    Statement,
    WaitingApplication,
)
from tests.integration.recruitment_files import CONTRACT

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
DAY = dt.date(2026, 9, 1)


def employer() -> Employer:
    return Employer.objects.get_or_create(key="mill", defaults={"title": "M", "status": "live"})[0]


def statement(**other: object) -> Statement:
    said = {
        "landing": uuid.uuid4(), "part": 0, "employer": employer(), "system": "ats:mill",
        "as_at": DAY, "full": True, "recorded_from": AT, **other,
    }  # fmt: skip
    return Statement.objects.create(**said)


def campaign(reference: str = "") -> Campaign:
    return Campaign.objects.create(
        employer=employer(), system="ats:mill", reference=reference or new_id().hex
    )


def campaign_fact(**other: object) -> CampaignFact:
    return CampaignFact.objects.create(statement=statement(), campaign=campaign(), **other)


def application(**other: object) -> ApplicationFact:
    said = {
        "statement": statement(), "row": 2, "campaign": campaign(), "application": "A1",
        "applicant": "C1", "applied": DAY, "stage": "sift", "outcome": "rejected", "round": 1,
        **other,
    }  # fmt: skip
    return ApplicationFact.objects.create(**said)


def answer(**other: object) -> DiversityAnswer:
    return DiversityAnswer.objects.create(statement=statement(), row=2, **other)


def waiting() -> WaitingApplication:
    return WaitingApplication.objects.create(statement=statement(), row=2)


def part_twice() -> None:
    landing = uuid.uuid4()
    for _ in range(2):
        statement(landing=landing)


def campaign_twice() -> None:
    for _ in range(2):
        campaign("V1")


# name in the database: (what it states, how to violate it)
CONSTRAINTS: dict[str, tuple[str, Callable[[], object]]] = {
    "register_recruitment_inbox": ("A landing's part stands once.", part_twice),
    "register_recruitment_recorded_in_order": (
        "A statement is not replaced before it was recorded.",
        lambda: statement(recorded_to=AT - dt.timedelta(days=1)),
    ),
    "register_campaign_once": ("A reference of a system names one campaign.", campaign_twice),
    "register_campaign_fact_sound": (
        "A campaign closes after it opened.",
        lambda: campaign_fact(opened=DAY, closed=DAY - dt.timedelta(days=1)),
    ),
    "register_campaign_fact_sound too": (
        "Nobody advertises less than no post.",
        lambda: campaign_fact(posts=-1),
    ),
    "register_application_fact_read": (
        "An application has reached a known stage.",
        lambda: application(stage="lunch"),
    ),
    "register_application_fact_read too": (
        "An application has a known outcome.",
        lambda: application(outcome="lost"),
    ),
    "register_application_fact_read again": (
        "An application is of the first or the second round.",
        lambda: application(round=3),
    ),
    "register_application_fact_started": (
        "Whoever reached the start has started.",
        lambda: application(stage="start", outcome="rejected"),
    ),
    "register_application_fact_started too": (
        "Nobody started who did not reach the start.",
        lambda: application(stage="vetting", outcome="started"),
    ),
    "register_diversity_answer_given": ("A row without any answer has none.", answer),
}


def names() -> set[str]:
    return {name.partition(" ")[0] for name in CONSTRAINTS}


def test_every_constraint_is_listed() -> None:
    stored = apps.get_app_config("register_recruitment").get_models()
    assert {rule.name for model in stored for rule in model._meta.constraints} == names()


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_the_database_refuses_what_is_never_true(name: str) -> None:
    _states, violate = CONSTRAINTS[name]
    # SQLite names the columns of a broken unique constraint, and every store a broken check.
    unique = name in ("register_recruitment_inbox", "register_campaign_once")
    match = "(?i)unique" if unique else name.partition(" ")[0]
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        violate()
        connection.check_constraints()


MADE: dict[str, Callable[[], models.Model]] = {
    "register_recruitment_statement": statement,
    "register_campaign_fact": campaign_fact,
    "register_application_fact": application,
    "register_diversity_answer": lambda: answer(sex="female"),
    "register_recruitment_waiting_row": waiting,
}
CHANGES: dict[str, dict[str, object]] = {
    "register_recruitment_statement": {"as_at": DAY - dt.timedelta(days=1)},
    "register_campaign_fact": {"title": "T"},
    "register_application_fact": {"outcome": "reserve"},
    "register_diversity_answer": {"sex": "male"},
    "register_recruitment_waiting_row": {"application": "A2"},
}


@pytest.mark.parametrize("table", MADE)
def test_the_database_refuses_a_changed_fact(table: str) -> None:
    made = MADE[table]()
    with pytest.raises(IntegrityError, match=f"{table}_"), transaction.atomic():
        type(made)._default_manager.update(**CHANGES[table])


def test_a_statement_may_be_replaced_once() -> None:
    statement()
    assert Statement.objects.update(recorded_to=AT) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.update(recorded_to=None)


def test_a_part_may_stand_again_once_it_was_closed() -> None:
    landing = uuid.uuid4()
    statement(landing=landing, recorded_to=AT)
    statement(landing=landing)


@cache
def kept() -> dict[str, set[str]]:
    """Return where each field of the contract is kept: names of personal fields by model."""
    return {
        "application": set(ApplicationFact.personal),
        "answer": set(DiversityAnswer.personal),
        "campaign": set(CampaignFact.not_personal),
    }


def test_what_the_contract_calls_personal_is_declared_where_it_is_kept() -> None:
    for field in intake_for(CONTRACT).contract.fields:
        name = field.name.removesuffix("_reference")
        if field.name in ANSWERS:
            assert field.personal
            assert name in kept()["answer"]
        elif field.name in CAMPAIGN:
            assert not field.personal
            assert CAMPAIGN[field.name] in kept()["campaign"]
        else:
            assert name in kept()["application"]


def test_special_categories_name_their_condition_in_law() -> None:
    declared: dict[str, Personal] = DiversityAnswer.personal
    for name in ("ethnicity", "disability", "orientation", "religion"):
        assert "Article 9(2)(g)" in declared[name].lawful_basis
    assert set(declared) == set(ANSWERS)


def test_answers_and_applications_share_no_column_but_their_row() -> None:
    shared = {field.name for field in DiversityAnswer._meta.concrete_fields} & {
        field.name for field in ApplicationFact._meta.concrete_fields
    }
    assert shared == {"statement", "row"}

"""Each thing the database states about official figures and codes, violated once on this store."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from muster.kernel.ids import new_id
from muster.register.employers.models import CodeStatement, Employer, OrganisationCode
from muster.register.statistics.models import Figure, Statement, SurveyScore

pytestmark = pytest.mark.django_db(transaction=True)
NOW = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
DAY = dt.date(2025, 3, 31)


def statement(**changes: object) -> Statement:
    said = {"landing": new_id(), "part": 0, "as_at": DAY, "recorded_from": NOW, **changes}
    return Statement.objects.create(**said)


def figure(**changes: object) -> Figure:
    said = {
        "statement": statement(), "row": 7003, "level": "civil_service", "organisation": "o",
        "measure": "headcount", "period": DAY, "source": "s", "table": "t", "value": 1, **changes,
    }  # fmt: skip
    return Figure.objects.create(**said)


def score(**changes: object) -> SurveyScore:
    said = {
        "statement": statement(), "row": 7004, "level": "civil_service", "organisation": "o",
        "measure": "m", "code": "EES", "words": "w", "period": DAY, "source": "s", "table": "t",
        "score": 1, "published": "1", **changes,
    }  # fmt: skip
    return SurveyScore.objects.create(**said)


def code() -> OrganisationCode:
    said = CodeStatement.objects.create(landing=new_id(), part=0, as_at=DAY, recorded_from=NOW)
    return OrganisationCode.objects.create(statement=said, row=2, code="D1", name="n")


def part_twice() -> None:
    of = new_id()
    for _ in range(2):
        statement(landing=of)


def department_of_an_employer() -> None:
    one = Employer.objects.create(key="e", title="E", status="live")
    figure(level="department", employer=one)


# name in the database: (what it states, how to violate it)
CONSTRAINTS: dict[str, tuple[str, Callable[[], object]]] = {
    "register_statistics_inbox": ("A landing's part is stored once while it stands.", part_twice),
    "register_statistics_recorded_in_order": (
        "A statement is not replaced before it was recorded.",
        lambda: statement(recorded_to=NOW - dt.timedelta(days=1)),
    ),
    "register_statistics_level": (
        "A figure is about an organisation, a place, a department, a part or the whole.",
        lambda: figure(level="team"),
    ),
    "register_statistics_value": ("A figure is never below zero.", lambda: figure(value=-1)),
    "register_statistics_score_level": (
        "A score is of an organisation, a group or all civil servants.",
        lambda: score(level="team"),
    ),
    "register_statistics_score_or_mark": (
        "There is a score, or the publisher's mark for why there is none, and never both.",
        lambda: score(mark="[c]"),
    ),
    "register_statistics_scores_of_employers": (
        "An organisation's score stands under an employer.",
        lambda: score(level="organisation"),
    ),
    "register_statistics_bodies_have_employers": (
        "A body stands under an employer, and a department or a total under none.",
        department_of_an_employer,
    ),
}


def refigured() -> None:
    figure()
    Figure.objects.update(value=2)


def rescored() -> None:
    score()
    SurveyScore.objects.update(score=2)


def redated() -> None:
    statement()
    Statement.objects.update(as_at=dt.date(2025, 6, 30))


def reopened() -> None:
    statement(recorded_to=NOW)
    Statement.objects.update(recorded_to=None)


def recoded() -> None:
    code()
    OrganisationCode.objects.update(code="D2")


def redated_codes() -> None:
    code()
    CodeStatement.objects.update(as_at=dt.date(2025, 6, 30))


# what the triggers state: (table and rule, how to violate it)
TRIGGERS: list[tuple[str, Callable[[], object]]] = [
    ("register_statistics_figure_unchanging", refigured),
    ("register_statistics_score_unchanging", rescored),
    ("register_statistics_statement_only_closes", redated),
    ("register_statistics_statement_only_closes", reopened),
    ("register_organisation_code_unchanging", recoded),
    ("register_organisation_statement_only_closes", redated_codes),
]


def test_every_constraint_is_listed() -> None:
    models = apps.get_app_config("register_statistics").get_models()
    assert {rule.name for model in models for rule in model._meta.constraints} == set(CONSTRAINTS)


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_the_database_refuses_what_is_never_true(name: str) -> None:
    _states, violate = CONSTRAINTS[name]
    with pytest.raises(IntegrityError), transaction.atomic():
        violate()
        connection.check_constraints()


@pytest.mark.parametrize(("name", "violate"), TRIGGERS)
def test_what_was_stated_never_changes(name: str, violate: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        violate()


def test_a_body_without_an_employer_is_refused() -> None:
    for level in ("organisation", "place"):
        with pytest.raises(IntegrityError), transaction.atomic():
            figure(level=level)


@pytest.mark.parametrize(
    "changes", [{"score": None}, {"score": -1}, {"score": None, "mark": "[x]"}], ids=str
)
def test_a_score_without_score_or_known_mark_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        score(**changes)


def test_a_part_may_stand_again_once_it_was_closed() -> None:
    of = new_id()
    statement(landing=of, recorded_to=NOW)
    assert statement(landing=of).id


def test_the_rules_are_there_after_every_migrate() -> None:
    call_command("migrate", verbosity=0)
    for name, violate in TRIGGERS:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            violate()

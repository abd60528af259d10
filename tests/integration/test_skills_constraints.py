"""Each thing the database states about builds, releases and reports, violated once."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from muster.services.skills.models import Build, Published, Report

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


def build(**other: object) -> Build:
    return Build.objects.create(**{"asked_by": "a", "asked_at": AT, "linker": "lexical", **other})


def published(**other: object) -> Published:
    of = build(state="done", ended_at=AT)
    said = {"number": 1, "build": of, "digest": "0", "adverts": 20, "skills": 3,
            "published_by": "a", "published_at": AT, **other}  # fmt: skip
    return Published.objects.create(**said)


def report(**other: object) -> Report:
    said = {"release": 1, "skill": "esco:1", "kind": "synonym", "words": "sums",
            "reported_by": "a", "reported_at": AT, **other}  # fmt: skip
    return Report.objects.create(**said)


def two_run() -> None:
    build(state="running")
    build(state="running")


def published_twice() -> None:
    published(number=2, build=published().build)


def reported_twice() -> None:
    report()
    report()


# name in the database: (what it states, how to violate it)
CONSTRAINTS: dict[str, tuple[str, Callable[[], object]]] = {
    "services_skills_state": ("A build is in a known state.", lambda: build(state="resting")),
    "services_skills_linker": ("Skills are found in a known way.", lambda: build(linker="guess")),
    "services_skills_done_of_all": ("No more is done than there is.", lambda: build(done=2, of=1)),
    "services_skills_ended_when_over": ("A build ends once.", lambda: build(state="done")),
    "services_skills_lexicon_known_again": (
        "A list of skills that was brought is known again.", lambda: build(lexicon="ours.csv")
    ),
    "services_skills_one_build_runs": ("One build runs at a time.", two_run),
    "services_skills_numbered_from_one": (
        "Releases are numbered from one.", lambda: published(number=0)
    ),
    "services_skills_withdrawn_with_a_reason": (
        "Who withdraws a release says why.", lambda: published(withdrawn_at=AT, withdrawn_by="a")
    ),
    "services_skills_report_kind": ("One of two things is reported.", lambda: report(kind="x")),
    "services_skills_report_state": ("A report is in a known state.", lambda: report(state="x")),
    "services_skills_words_said": ("A report names words.", lambda: report(words="")),
    "services_skills_decided_by_another": (
        "Somebody else decides a report.",
        lambda: report(state="accepted", decided_by="a", decided_at=AT),
    ),
    "services_skills_reported_once": ("The same is open once for a person.", reported_twice),
}  # fmt: skip


def test_every_constraint_is_listed() -> None:
    models = apps.get_app_config("services_skills").get_models()
    declared = {one.name for model in models for one in model._meta.constraints}
    assert {name for name in declared if "advert" not in name} == set(CONSTRAINTS)


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_the_database_refuses_what_is_never_true(name: str) -> None:
    _states, violate = CONSTRAINTS[name]
    with pytest.raises(IntegrityError), transaction.atomic():
        violate()
        connection.check_constraints()


def test_a_build_is_published_once() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        published_twice()

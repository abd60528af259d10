"""Every constraint the database states about feeds, employers, places, posts and releases.

Each is listed with what it means, and violated once on the store of this run. The people room
lists and violates its own.
"""

import datetime as dt
from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from muster.gates.models import Look, Release, Stood
from muster.hub.models import (
    Agreement,
    Alarm,
    BulkChange,
    Expectation,
    Intake,
    Landing,
    QuarantinedRow,
    Route,
    SavedLayout,
    System,
    ValueFix,
)
from muster.kernel.ids import new_id
from muster.ledger.models import Key
from muster.register.employers.models import CodeStatement, Employer, RememberedName
from muster.register.places.models import Place
from muster.register.posts.models import Post, PostFact, Statement
from tests.integration.airlock_constraints import AIRLOCK_CONSTRAINTS
from tests.integration.dashboards_constraints import DASHBOARDS_CONSTRAINTS
from tests.integration.hub_constraints import HUB_CONSTRAINTS
from tests.integration.oversight_constraints import OVERSIGHT_CONSTRAINTS
from tests.integration.places_constraints import PLACES_CONSTRAINTS
from tests.integration.pulling_constraints import PULLING_CONSTRAINTS
from tests.integration.returns_constraints import RETURNS_CONSTRAINTS
from tests.integration.succession_constraints import SUCCESSION_CONSTRAINTS

pytestmark = pytest.mark.django_db(transaction=True)
NOW = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
DAY = dt.date(2026, 8, 31)


def system() -> System:
    return System.objects.create(code=f"s:{new_id()}", title="S", kind="csv_drop")


def agreement(**changes: object) -> Agreement:
    said = {"code": str(new_id()), "sender": system(), "fields": [], "starts": DAY, **changes}
    return Agreement.objects.create(**said)


def route() -> Route:
    return Route.objects.create(code=str(new_id()), contract="c", source=system())


def landing(**changes: object) -> Landing:
    intake = Intake.objects.create(name="i", started_at=NOW, started_by="t")
    said = {
        "intake": intake, "name": "n", "covers": "n", "sha256": "0" * 64, "size": 1,
        "blob_key": 1, "received_at": NOW, "received_by": "t", **changes,
    }  # fmt: skip
    return Landing.objects.create(**said)


def twice_meant() -> None:
    on = route()
    for becomes in ("AO", "EO"):
        ValueFix.objects.create(
            route=on, field="grade", stated="Band 5", becomes=becomes, reason="r", fixed_at=NOW,
            fixed_by="t",
        )  # fmt: skip


def twice_saved() -> None:
    for title in ("one", "two"):
        SavedLayout.objects.create(
            name="n", version=1, title=title, contract="c", toml="", saved_at=NOW, saved_by="t"
        )


def twice_late() -> None:
    on = route()
    for _ in range(2):
        Alarm.objects.create(route=on, as_at=DAY, due=DAY, raised_at=NOW, raised_to="t")


def due_every_moon() -> None:
    Expectation.objects.create(
        route=route(), period="moon", days=1, since=DAY, set_by="t", set_at=NOW
    )


def announced_backwards() -> None:
    BulkChange.objects.create(
        route=route(), starts=DAY, ends=DAY - dt.timedelta(days=1), ending=1, changed=0,
        reason="r", announced_at=NOW, announced_by="t",
    )  # fmt: skip


def employer(key: str = "") -> Employer:
    return Employer.objects.create(key=key or str(new_id()), title="E", status="live")


def statement(**changes: object) -> Statement:
    said = {
        "landing": new_id(), "part": 0, "publisher": "p", "as_at": DAY, "recorded_from": NOW,
        "employer": employer(), **changes,
    }  # fmt: skip
    return Statement.objects.create(**said)


def fact(**changes: object) -> PostFact:
    said = {
        "statement": statement(), "row": 2, "kind": "group",
        "organisation": "o", "fte": 1, **changes,
    }  # fmt: skip
    return PostFact.objects.create(**said)


def same_file_twice() -> None:
    by = route()
    for covers in ("a", "b"):
        landing(route=by, as_at=DAY, state="accepted", covers=covers)


def two_speak_for_one_place() -> None:
    by = route()
    for sha256 in ("0" * 64, "1" * 64):
        landing(route=by, as_at=DAY, state="accepted", sha256=sha256)


def quarantined_twice() -> None:
    of = landing()
    for _ in range(2):
        QuarantinedRow.objects.create(landing=of, row=2, sealed=b"")


def two_choices_for_a_name() -> None:
    for _ in range(2):
        RememberedName.objects.create(
            name="n", stated="N", employer=employer(), chosen_by="t", chosen_at=NOW
        )


def codes_twice() -> None:
    of = new_id()
    for _ in range(2):
        CodeStatement.objects.create(landing=of, part=0, as_at=DAY, recorded_from=NOW)


def place_twice() -> None:
    at = employer()
    for _ in range(2):
        Place.objects.create(employer=at, name="Leeds")


def post_twice() -> None:
    at = employer()
    for _ in range(2):
        Post.objects.create(employer=at, reference="1")


def part_twice() -> None:
    of, at = new_id(), employer()
    for _ in range(2):
        statement(landing=of, employer=at)


def silent_part_twice() -> None:
    of = new_id()
    for _ in range(2):
        statement(landing=of, employer=None)


def two_live_keys() -> None:
    for _ in range(2):
        Key.objects.create(scope="s", wrapped=b"w")


def looked_twice() -> None:
    person = new_id()
    for _ in range(2):
        Look.objects.create(person=person, position=1)


def released_twice() -> None:
    for _ in range(2):
        Release.objects.create(
            metric="m", fingerprint="f", as_at=DAY, snapshot=1, audience="a", released_at=NOW,
            content={},
        )  # fmt: skip


def stood_twice() -> None:
    for _ in range(2):
        Stood.objects.create(fingerprint="f", dimensions="d", as_at=DAY, cells=[])


# name in the database: (what it states, how to violate it)
CONSTRAINTS: dict[str, tuple[str, Callable[[], object]]] = {
    "hub_agreement_ends_after_it_starts": (
        "An agreement ends after it starts.",
        lambda: agreement(ends=DAY),
    ),
    "hub_landing_same_file_once": (
        "The same bytes for the same date of a route are taken in once.",
        same_file_twice,
    ),
    "hub_landing_one_speaks": (
        "For what a file covers within its route, no other accepted file speaks.",
        two_speak_for_one_place,
    ),
    "hub_landing_rows_add_up": (
        "Rows in are rows accepted and rows quarantined.",
        lambda: landing(state="accepted", rows=3, accepted=2),
    ),
    "hub_landing_totals_add_up": (
        "The control total in is the total accepted and the total quarantined.",
        lambda: landing(total_in=3, total_accepted=2),
    ),
    "hub_quarantine_row_once": ("A row of a file waits once.", quarantined_twice),
    "register_remembered_name_one_choice": (
        "A name means one employer at a time.",
        two_choices_for_a_name,
    ),
    "register_organisation_inbox": (
        "What a landing's part states of organisations' codes is stored once.",
        codes_twice,
    ),
    "register_place_once": ("An employer names a place once.", place_twice),
    "register_post_once": ("A reference names one post of an employer.", post_twice),
    "register_post_inbox": (
        "What a landing's part states of an employer is stored once.",
        part_twice,
    ),
    "register_post_inbox_silent": (
        "A landing's part that states nothing of any employer is stored once.",
        silent_part_twice,
    ),
    "register_post_recorded_in_order": (
        "A statement is not replaced before it was recorded.",
        lambda: statement(recorded_to=NOW - dt.timedelta(days=1)),
    ),
    "register_post_fact_kind": (
        "A fact is about a post or a group.",
        lambda: fact(kind="team"),
    ),
    "register_post_fact_fte": ("FTE is never below zero.", lambda: fact(fte=-1)),
    "register_post_fact_senior_has_post": (
        "A senior row, and only a senior row, is of a post.",
        lambda: fact(kind="post"),
    ),
    "ledger_key_one_live_for_a_scope": ("A scope has one live key.", two_live_keys),
    "hub_value_fix_one_meaning": ("A value means one thing on a route.", twice_meant),
    "hub_saved_layout_version_once": ("A version of a layout is saved once.", twice_saved),
    "hub_alarm_once": ("A missing feed is an alarm once.", twice_late),
    "hub_expectation_period_known": ("Feeds are due by a known period.", due_every_moon),
    "hub_bulk_change_ends_after_it_starts": (
        "An announced change ends no earlier than it starts.",
        announced_backwards,
    ),
    "gates_look_once": ("A look is noted once for each person.", looked_twice),
    "gates_release_once": ("The same table of the same data is released once.", released_twice),
    "gates_stood_once": ("What stood of a table is kept once for a date.", stood_twice),
    **HUB_CONSTRAINTS,
    **AIRLOCK_CONSTRAINTS,
    **DASHBOARDS_CONSTRAINTS,
    **PLACES_CONSTRAINTS,
    **PULLING_CONSTRAINTS,
    **OVERSIGHT_CONSTRAINTS,
    **RETURNS_CONSTRAINTS,
    **SUCCESSION_CONSTRAINTS,
}
ROOMS = (
    "ledger", "hub", "register_employers", "register_places", "register_posts", "gates",
    "services_dashboards", "services_returns",
)  # fmt: skip


def test_every_constraint_is_listed() -> None:
    declared = {
        constraint.name
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        for constraint in model._meta.constraints
    }
    assert declared == set(CONSTRAINTS)


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_the_database_refuses_what_is_never_true(name: str) -> None:
    _states, violate = CONSTRAINTS[name]
    with pytest.raises(IntegrityError), transaction.atomic():
        violate()
        connection.check_constraints()


def restated() -> None:
    fact()
    PostFact.objects.update(fte=2)


def redated() -> None:
    statement()
    Statement.objects.update(as_at=dt.date(2026, 9, 30))


def reopened() -> None:
    statement(recorded_to=NOW)
    Statement.objects.update(recorded_to=None)


# name of the trigger: (what it states, how to violate it)
TRIGGERS: dict[str, tuple[str, Callable[[], object]]] = {
    "register_post_fact_unchanging": ("A fact about a post never changes.", restated),
    "register_post_statement_only_closes": ("A statement keeps its date.", redated),
    "register_post_statement_only_closes again": ("A replaced statement stays so.", reopened),
}


@pytest.mark.parametrize("name", TRIGGERS)
def test_the_database_refuses_a_changed_fact(name: str) -> None:
    _states, violate = TRIGGERS[name]
    with pytest.raises(IntegrityError, match=name.split(maxsplit=1)[0]), transaction.atomic():
        violate()


def test_a_statement_may_be_replaced_once() -> None:
    statement()
    assert Statement.objects.update(recorded_to=NOW) == 1


@pytest.mark.parametrize("make", [agreement, route, landing, employer, statement, fact])
def test_what_may_be_true_is_taken(make: Callable[[], object]) -> None:
    """Control: the helpers above make rows that only their change spoils."""
    make()

"""Each thing the database states of attendance and shared services, violated once on this store."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction

from muster.kernel.ids import new_id
from muster.register.attendance.models import Building, Count, Expectation
from muster.register.attendance.models import Statement as Counted
from muster.register.employers.models import Employer
from muster.register.shared_services.models import CaseYear, ServiceReturn
from muster.register.shared_services.models import Statement as Told

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
MONDAY = dt.date(2026, 10, 5)
EARLIER = NOW - dt.timedelta(days=1)


def employer() -> Employer:
    return Employer.objects.get_or_create(key="mill", defaults={"title": "M", "status": "live"})[0]


def counted(**changes: object) -> Counted:
    said = {"landing": new_id(), "part": 0, "as_at": MONDAY, "recorded_from": NOW, **changes}
    return Counted.objects.create(**said)


def building() -> Building:
    return Building.objects.create(system="buildings:mill", name=new_id().hex)


def count(**changes: object) -> Count:
    said = {
        "statement": counted(), "row": 2, "building": building(), "employer": employer(),
        "week": MONDAY, "day": MONDAY, "days": 1, "present": 9, "desks": 9, "based": 9, **changes,
    }  # fmt: skip
    return Count.objects.create(**said)


def expectation(**changes: object) -> Expectation:
    said = {
        "employer": employer(), "share": 60, "starts": MONDAY, "declared_by": "p",
        "recorded_from": NOW, **changes,
    }  # fmt: skip
    return Expectation.objects.create(**said)


def told(**changes: object) -> Told:
    said = {"landing": new_id(), "part": 0, "as_at": MONDAY, "recorded_from": NOW, **changes}
    return Told.objects.create(**said)


def service(**changes: object) -> ServiceReturn:
    said = {
        "statement": told(), "row": 2, "provider": "P", "service": "payroll", "quarter": MONDAY,
        "transactions": 1, "cost": 1, **changes,
    }  # fmt: skip
    return ServiceReturn.objects.create(**said)


def case(**changes: object) -> CaseYear:
    said = {
        "statement": told(), "row": 2, "provider": "P", "year": MONDAY, "baseline": 1,
        "planned_investment": 0, "promised_saving": 0, **changes,
    }  # fmt: skip
    return CaseYear.objects.create(**said)


def twice(make: Callable[..., object], **said: object) -> Callable[[], None]:
    def violate() -> None:
        for _ in range(2):
            make(**said)

    return violate


def building_twice() -> None:
    for _ in range(2):
        Building.objects.create(system="buildings:mill", name="Quay House", town="Leeds")


LANDING = new_id()
# name in the database: (what it states, how to violate it)
CONSTRAINTS: dict[str, tuple[str, Callable[[], object]]] = {
    "register_attendance_inbox": ("A landing's part stands once.", twice(counted, landing=LANDING)),
    "register_attendance_recorded_in_order": (
        "A statement is not replaced before it was recorded.",
        lambda: counted(recorded_to=EARLIER),
    ),
    "register_attendance_building_once": ("A system names a building once.", building_twice),
    "register_attendance_region": ("A region is one of twelve.", lambda: count(region="narnia")),
    "register_attendance_days": ("A day is one day.", lambda: count(days=2)),
    "register_attendance_days too": (
        "A week has five working days at most.",
        lambda: count(day=None, days=6),
    ),
    "register_attendance_days again": (
        "A day lies in its week.",
        lambda: count(day=MONDAY - dt.timedelta(days=1)),
    ),
    "register_attendance_one_expectation": (
        "One share is expected from a day on.",
        twice(expectation),
    ),
    "register_attendance_expectation_share": (
        "Nobody expects more than all.",
        lambda: expectation(share=101),
    ),
    "register_attendance_expectation_share too": (
        "Expecting nothing is declaring nothing.",
        lambda: expectation(share=0),
    ),
    "register_attendance_expectation_in_order": (
        "An expectation is not taken back before it was declared.",
        lambda: expectation(recorded_to=EARLIER),
    ),
    "register_shared_service_inbox": ("A part stands once.", twice(told, landing=LANDING)),
    "register_shared_service_recorded_in_order": (
        "A statement is not replaced before it was recorded.",
        lambda: told(recorded_to=EARLIER),
    ),
    "register_shared_service_line": (
        "A line of service is one of four.",
        lambda: service(service="canteen"),
    ),
    "register_shared_service_amounts": ("No cost is below nought.", lambda: service(cost=-1)),
    "register_shared_service_answered": (
        "Whoever is satisfied has answered.",
        lambda: service(satisfaction=1),
    ),
    "register_shared_service_case_amounts": (
        "Running services costs something.",
        lambda: case(baseline=0),
    ),
    "register_shared_service_case_amounts too": (
        "Nobody invests less than nought.",
        lambda: case(investment=-1),
    ),
}  # fmt: skip
UNIQUE = (
    "register_attendance_inbox", "register_attendance_building_once",
    "register_attendance_one_expectation", "register_shared_service_inbox",
)  # fmt: skip


def test_every_constraint_is_listed() -> None:
    rooms = ("register_attendance", "register_shared_services")
    stored = [model for room in rooms for model in apps.get_app_config(room).get_models()]
    rules = {rule.name for model in stored for rule in model._meta.constraints}
    assert rules == {name.partition(" ")[0] for name in CONSTRAINTS}


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_the_database_refuses_what_is_never_true(name: str) -> None:
    _states, violate = CONSTRAINTS[name]
    # SQLite names the columns of a broken unique constraint, and every store a broken check.
    match = "(?i)unique" if name in UNIQUE else name.partition(" ")[0]
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        violate()
        connection.check_constraints()


TRIGGERS: dict[str, tuple[Callable[[], models.Model], dict[str, object]]] = {
    "register_attendance_statement_only_closes": (counted, {"part": 1}),
    "register_attendance_building_unchanging": (building, {"town": "Hull"}),
    "register_attendance_count_unchanging": (count, {"present": 10}),
    "register_attendance_expectation_only_closes": (expectation, {"share": 40}),
    "register_shared_service_statement_only_closes": (told, {"part": 1}),
    "register_shared_service_return_unchanging": (service, {"cost": 2}),
    "register_shared_service_case_unchanging": (case, {"saving": 2}),
}


@pytest.mark.parametrize("name", TRIGGERS)
def test_the_database_refuses_a_changed_fact(name: str) -> None:
    make, change = TRIGGERS[name]
    made = make()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        type(made)._default_manager.update(**change)


def test_what_was_closed_stays_closed_and_may_stand_again_anew() -> None:
    expectation()
    assert Expectation.objects.update(recorded_to=NOW) == 1
    expectation(share=40)
    with pytest.raises(IntegrityError), transaction.atomic():
        Expectation.objects.filter(share=60).update(recorded_to=None)


def test_migrations_leave_no_difference_to_the_models() -> None:
    rooms = ("register_attendance", "register_shared_services")
    call_command("makemigrations", *rooms, check=True, dry_run=True, skip_checks=True, verbosity=0)

"""Each thing the database states about people, violated once on the store of the run."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction

from muster.kernel.ids import new_id
from muster.register.employers.models import Employer
from muster.register.people import constraints
from muster.register.people.matching.models import Due, MatchingRun, Night, Proposal, Tie
from muster.register.people.models import (
    Assignment,
    Claim,
    Conflict,
    Crosswalk,
    Employment,
    Identifier,
    Person,
    PersonName,
    SourceRecord,
    Statement,
)
from muster.register.people.survivorship.models import Settlement
from tests.integration import restricting_constraints as restricting

pytestmark = pytest.mark.django_db
ONCE = ("register_restricted_record_once", "register_restriction_knower_once",
        "register_glass_notice_once")  # fmt: skip
AT = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
BEFORE = AT - dt.timedelta(days=1)
DAY = dt.date(2026, 9, 1)
WAS = {"valid_from": DAY, "decided_by": "hr:ann", "recorded_from": AT}
Some = Callable[..., models.Model]
VIOLATED: Mapping[str, Mapping[str, object]] = {
    "register_record_tie_pair": {"says": "perhaps"},
    "register_record_tie_four_eyes": {"confirmed_by": "hr:ann"},
    "register_field_settlement_four_eyes": {"confirmed_by": "hr:ann"},
    "register_matching_run_state": {"state": "applied"},
    "register_matching_proposal_pair": {"does": "guess"},
    "register_matching_due_one_thing": {"system": None},
    "register_matching_night_is_one": {"id": 2},
    **restricting.VIOLATED,
}


class Rows:
    """Makes a correct row of each table, with what a test wants wrong about it."""

    def __init__(self) -> None:
        self.employer = Employer.objects.create(key="mill", title="Mill", status="live")
        self.people = Person.objects.create()
        self.record = SourceRecord.objects.create(
            system="hr:mill", employer=self.employer, staff_number="1"
        )
        self.said = self.statement()
        self.makers: dict[str, Some] = {
            "register_people_statement": self.statement,
            "register_source_record": self.source_record,
            "register_crosswalk": self.crosswalk,
            "register_people_claim": self.claim,
            "register_employment": self.employment,
            "register_assignment": self.assignment,
            "register_person_name": self.name,
            "register_identifier": self.identifier,
            "register_people_conflict": self.conflict,
            "register_record_tie": self.tie,
            "register_field_settlement": self.settlement,
            "register_matching_run": self.run,
            "register_matching_proposal": self.proposal,
            "register_matching_due": self.due,
            "register_matching_night": self.night,
            **restricting.makers(self.source_record),
        }

    def statement(self, **other: object) -> Statement:
        said = {"landing": uuid.uuid4(), "part": 0, "recorded_from": AT} | other
        return Statement.objects.create(
            employer=self.employer, system="hr:mill", as_at=DAY, **said
        )  # fmt: skip

    def source_record(self, **other: object) -> SourceRecord:
        said = {"system": "hr:mill", "staff_number": new_id().hex} | other
        return SourceRecord.objects.create(employer=self.employer, **said)

    def crosswalk(self, **other: object) -> Crosswalk:
        said = {"record": self.source_record(), "recorded_from": AT} | other
        return Crosswalk.objects.create(person=self.people, rule="test", by="hr:ann", **said)

    def claim(self, **other: object) -> Claim:
        said = {"start": DAY, "fte": 10**9, "row": Claim.objects.count() + 2} | other
        return Claim.objects.create(
            statement=self.said, record=self.record, surname="Mole", birth_date=dt.date(1980, 1, 1),
            engagement="permanent", **said,
        )  # fmt: skip

    def employment(self, **other: object) -> Employment:
        said = {
            "employment": new_id(), "person": Person.objects.create(), "engagement": "employee",
            "substantive": True,
        }  # fmt: skip
        return Employment.objects.create(employer=self.employer, **(said | WAS | other))

    def assignment(self, **other: object) -> Assignment:
        said = {"employment": new_id(), "engagement_as_stated": "permanent", "fte": 10**9}
        return Assignment.objects.create(**(said | WAS | other))

    def name(self, **other: object) -> PersonName:
        said = {"surname": "Mole", "searched": "mole", "person": self.people, "record": self.record}
        return PersonName.objects.create(**(said | WAS | other))

    def identifier(self, **other: object) -> Identifier:
        said = {
            "kind": "work_email", "value": "a@mill.example", "person": self.people,
            "record": self.record,
        }  # fmt: skip
        return Identifier.objects.create(**(said | WAS | other))

    def conflict(self, **other: object) -> Conflict:
        said = {"person": self.people, "record": self.record, "number": 1, "against": new_id()}
        return Conflict.objects.create(**(said | WAS | other))

    def _pair(self) -> dict[str, object]:
        first, second = sorted((self.source_record().pk, self.source_record().pk))
        return {"first_id": first, "second_id": second}

    def tie(self, **other: object) -> Tie:
        said = {"says": "same", "acts": True, "by": "hr:ann", "reason": "test"}
        return Tie.objects.create(**(self._pair() | said | {"recorded_from": AT} | other))

    def settlement(self, **other: object) -> Settlement:
        said = {"field": "nino", "kept": new_id().hex, "stated": {}, "acts": True, "reason": "test"}
        return Settlement.objects.create(**({"record": self.record} | said | WAS | other))

    def run(self, **other: object) -> MatchingRun:
        figures = dict.fromkeys(("likely_from", "review_from", "precision", "recall"), 0.5)
        counts = dict.fromkeys(("records", "pairs", "links", "asked", "taken_back"), 0)
        said = {"at": AT, "by": "hr:ann", "model": "f", "fields": "", "state": "reported"}
        return MatchingRun.objects.create(**(figures | counts | said | other))

    def due(self, **other: object) -> Due:
        return Due.objects.create(**({"system": "hr:mill", "at": AT} | other))

    def night(self, **other: object) -> Night:
        return Night.objects.create(**({"begun": DAY} | other))

    def proposal(self, **other: object) -> Proposal:
        said = {"run": self.run(), "does": "ask", "weight": 1.0, "probability": 0.5, "why": ""}
        return Proposal.objects.create(**(self._pair() | said | other))


def violate(rows: Rows, constraint: constraints.Constraint) -> None:
    """Try what a constraint forbids."""
    make, name = rows.makers[constraint.table], constraint.name
    ending = name.removeprefix(constraint.table + "_")
    if ending == "holds_a_day":
        make(valid_to=DAY)
    elif ending == "one_provenance":
        make(decided_by=None)
    elif ending == "recorded_in_order":
        make(recorded_to=BEFORE)
    elif ending == "only_closes":
        rewrite(make())
    elif ending == "unchanging":
        make()
        Claim.objects.update(fte=1)
    elif name == constraints.NO_OVERLAP:
        person = Person.objects.create()
        make(person=person, valid_to=dt.date(2026, 10, 1))
        make(person=person, valid_from=dt.date(2026, 9, 30))
    elif name == "register_employment_substantive":
        make(engagement="agency")
    elif name == "register_people_inbox":
        make(landing=rows.said.landing)
    elif name == "register_source_record_once":
        make(staff_number="1")
    elif name == "register_field_settlement_once":
        make(kept="a")
        make(kept="a")
    elif name == "register_crosswalk_one_person":
        make(record=make().record)  # type: ignore[attr-defined]
    elif name == "register_people_claim_leaves_after_start":
        make(leaving=DAY - dt.timedelta(days=1))
    elif ending == "amounts":
        make(fte=-1)
    elif ending == "day_rate":
        make(day_rate=-1)
    elif name == "register_identifier_kind":
        make(kind="nino")
    elif name in ONCE:
        restricting.twice(make)
    elif name in VIOLATED:
        make(**VIOLATED[name])
    elif name == "register_record_tie_one_for_a_pair":
        again = make()
        make(first_id=again.first_id, second_id=again.second_id)  # type: ignore[attr-defined]
    else:
        raise AssertionError(f"nobody tries to violate {name}")


def rewrite(row: models.Model) -> None:
    """Change what a fact says, other than the end of its recorded time."""
    type(row)._default_manager.filter(pk=row.pk).update(recorded_from=BEFORE)


@pytest.mark.parametrize("constraint", constraints.CONSTRAINTS, ids=lambda one: one.name)
def test_it_is_always_true(constraint: constraints.Constraint) -> None:
    rows = Rows()
    rows.makers[constraint.table]()  # a correct row is taken
    with pytest.raises(IntegrityError) as problem, transaction.atomic():
        violate(rows, constraint)
    # SQLite names no unique constraint in its message, only the columns.
    said = str(problem.value)
    assert constraint.name in said or "UNIQUE constraint failed" in said


def test_the_names_are_those_in_the_database() -> None:
    """Whatever the tables themselves state is listed, so nothing is true in secret."""
    listed = {constraint.name for constraint in constraints.CONSTRAINTS}
    for model in (Statement, SourceRecord, Claim, Crosswalk, Employment, Assignment, PersonName,
                  Identifier, Conflict, Tie, MatchingRun, Proposal, Due, Night,
                  *restricting.MODELS):  # fmt: skip
        assert {one.name for one in model._meta.constraints} <= listed
    assert all(one.states.endswith(".") for one in constraints.CONSTRAINTS)


def test_what_touches_does_not_overlap() -> None:
    rows, person = Rows(), Person.objects.create()
    rows.employment(person=person, valid_to=dt.date(2026, 10, 1))
    rows.employment(person=person, valid_from=dt.date(2026, 10, 1))
    rows.employment(person=person, engagement="loan_in", substantive=False)
    rows.employment(person=person, recorded_to=AT)
    assert Employment.objects.filter(person=person).count() == 4


def test_a_closed_fact_stays_closed() -> None:
    fact = Rows().employment(recorded_to=AT)
    for reopened in (None, AT + dt.timedelta(days=1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Employment.objects.filter(pk=fact.pk).update(recorded_to=reopened)


def test_every_migration_puts_them_back() -> None:
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL keeps them; only SQLite rebuilds tables")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {constraints.NO_OVERLAP}")
    call_command("migrate", verbosity=0, interactive=False)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM sqlite_master WHERE name = %s", [constraints.NO_OVERLAP]
        )
        assert cursor.fetchone() == (1,)

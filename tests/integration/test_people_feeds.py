"""What happens when files come again, come corrected, come late, or leave somebody out."""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import permutations

import pytest
from django.db import transaction

from muster.hub.actions import open_route, open_system, release
from muster.hub.agreements import AgreementTerms
from muster.hub.approval import announce
from muster.hub.intakes import intake_for
from muster.hub.models import Landing, System
from muster.hub.reading import read
from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.employers.actions import load_organisations
from muster.register.employers.queries import ids_by_key
from muster.register.employers.rules import Organisation
from muster.register.people import actions, queries
from muster.register.people.models import (
    Assignment,
    Claim,
    Conflict,
    Employment,
    Identifier,
    Person,
    PersonName,
    Statement,
    WaitingRow,
)
from tests.integration.figures import headcount_cells
from tests.integration.people_files import BY, enrolled, files_of, load, service

pytestmark = pytest.mark.django_db
HR_RECORD = "muster.people.hr_record.v1"
HEADER = (
    "Staff no\tName\tDOB\tNI No\tStart date\tLeaving date\tContract\tGrade\tFTE\tProfession\t"
    "Post ref\tJob title\tDirectorate\tOffice\tEmail\tSalary\r\n"
)
MOLE = "M/1|Martha MOLE|01/03/1980|QA 123456 C|02/09/2019||Permanent|G7|1|Policy|1|Head|X|Hull||"
VOLE = "M/2|Victor VAN DER VOLE|02/04/1985|QB 123456 C|01/05/2020||perm|HEO|0.8|HR|2|Aide|X|Hull||"
TOAD = "M/3|Tilda TOAD|05/06/1990|QC 123456 C|01/02/2021||FTA|SEO|1|Legal|3|Clerk|X|Hull||"


def sheet(*rows: str) -> bytes:
    """Return a small body's spreadsheet of rows written with strokes between cells."""
    lines = [row.replace("|", "\t") for row in rows]
    return (HEADER + "".join(f"{line}\r\n" for line in lines)).encode("cp1252")


def changed(row: str, **cells: str) -> str:
    """Return a row with some of its cells changed, by column."""
    names = HEADER.strip().split("\t")
    parts = row.split("|")
    for name, value in cells.items():
        parts[names.index(name.replace("_", " "))] = value
    return "|".join(parts)


def enrol_bodies(*slugs: str) -> None:
    """Enrol small bodies under these names."""
    load_organisations(
        [Organisation(key=slug, title=slug.title()) for slug in slugs], by=BY, pretend=True
    )
    fields = frozenset(field.name for field in intake_for(HR_RECORD).contract.fields)
    for slug in slugs:
        system = f"hr:{slug}"
        open_system(code=system, title=slug, kind="csv_drop", employer=ids_by_key()[slug])
        terms = AgreementTerms(
            f"hr-{slug}", HR_RECORD, system, "register", fields, dt.date(2020, 1, 1), None, False
        )
        open_route(
            code=f"hr-{slug}", terms=terms, title=slug, purpose="test", lawful_basis="test",
            retention="test", by=BY,
        )  # fmt: skip
        # Of three people everything is an unusual change.
        announce(
            route=f"hr-{slug}", starts=dt.date(2026, 1, 1), ends=dt.date(2026, 12, 31), ending=99,
            changed=99, reason="test", by="persona:planner", clock=SYSTEM_CLOCK,
        )  # fmt: skip


@pytest.fixture(autouse=True)
def bodies() -> None:
    enrol_bodies("mill", "weir")


def send(as_at: str, *rows: str, body: str = "mill") -> Landing:
    """Load one body's snapshot; return its landing."""
    taken = load({f"{body}/2026-{as_at}-hr.csv": sheet(*rows)})
    landing = Landing.objects.get(id=(taken.fresh or taken.known)[0])
    assert landing.state == "accepted", landing.said
    return landing


def believed(body: str = "mill") -> dict[str, list[tuple[str, str, str | None]]]:
    """Return the days now believed of each staff number of a body."""
    found: dict[str, list[tuple[str, str, str | None]]] = {}
    held = Employment.objects.filter(recorded_to__isnull=True, record__system=f"hr:{body}")
    for one in held.select_related("record").order_by("valid_from"):
        assert one.record is not None
        days = (str(one.valid_from), str(one.valid_to or ""), one.ended)
        found.setdefault(one.record.staff_number, []).append(days)
    return found


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Return what is believed now, without identities and times."""
    facts: dict[str, list[tuple[object, ...]]] = {}
    for model, fields in (
        (Employment, ("record__staff_number", "number", "engagement", "ended")),
        (Assignment, ("grade", "fte", "profession", "post_title", "place__name", "salary")),
        (PersonName, ("record__staff_number", "surname", "forenames", "searched")),
        (Identifier, ("record__staff_number", "kind", "hashed")),
        (Conflict, ("record__staff_number", "number")),
    ):
        rows = model.objects.filter(recorded_to__isnull=True)
        facts[model.__name__] = sorted(
            rows.values_list(*fields, "valid_from", "valid_to"), key=repr
        )
    return facts


def test_the_same_file_again_changes_nothing() -> None:
    send("08-31", MOLE, VOLE)
    before, facts = everything(), Employment.objects.count()
    send("08-31", MOLE, VOLE)
    assert (everything(), Employment.objects.count()) == (before, facts)
    assert Statement.objects.count() == 1


def test_a_month_that_says_the_same_adds_claims_and_no_beliefs() -> None:
    send("08-31", MOLE, VOLE)
    counts = [model.objects.count() for model in (Employment, Assignment, PersonName, Identifier)]
    send("09-30", MOLE, VOLE)
    assert Claim.objects.count() == 4
    assert counts == [
        model.objects.count() for model in (Employment, Assignment, PersonName, Identifier)
    ]


def test_a_corrected_file_takes_the_place_of_the_first() -> None:
    send("08-31", MOLE, changed(VOLE, Start_date="01/05/2021"))
    assert believed()["M/2"] == [("2021-05-01", "", None)]
    wrong = Employment.objects.get(record__staff_number="M/2")
    send("08-31", MOLE, VOLE)
    assert believed()["M/2"] == [("2020-05-01", "", None)]
    wrong.refresh_from_db()
    assert wrong.recorded_to is not None
    assert wrong.valid_from == dt.date(2021, 5, 1)
    right = Employment.objects.get(record__staff_number="M/2", recorded_to__isnull=True)
    assert right.employment == wrong.employment
    assert Employment.objects.filter(record__staff_number="M/1").count() == 1


def test_a_row_that_a_corrected_file_leaves_out_is_no_longer_believed() -> None:
    send("08-31", MOLE, VOLE, TOAD)
    send("08-31", MOLE, VOLE)
    assert sorted(believed()) == ["M/1", "M/2"]
    assert {row[0] for row in everything()["PersonName"]} == {"M/1", "M/2"}
    assert {row[0] for row in everything()["Assignment"]} == {"Grade 7", "HEO"}


def test_who_vanishes_from_a_full_snapshot_is_ended_and_marked() -> None:
    send("08-31", MOLE, VOLE)
    send("09-30", MOLE)
    assert believed()["M/2"] == [("2020-05-01", "2026-09-30", "vanished")]
    send("10-31", MOLE, VOLE)
    assert believed()["M/2"] == [("2020-05-01", "", None)]


def test_who_waits_in_quarantine_has_not_vanished() -> None:
    send("08-31", MOLE, VOLE, TOAD)
    damaged, nameless = changed(VOLE, FTE="1.O"), changed(TOAD, Staff_no="")
    landing = send("09-30", MOLE, damaged, nameless)
    assert landing.quarantined == 2
    # One row names its staff number; the other is known by its National Insurance number.
    assert believed() == {
        "M/1": [("2019-09-02", "", None)],
        "M/2": [("2020-05-01", "", None)],
        "M/3": [("2021-02-01", "", None)],
    }


def test_absence_proves_nothing_while_a_row_is_of_nobody_known() -> None:
    send("08-31", MOLE, VOLE)
    unknown = changed(TOAD, Staff_no="", NI_No="")
    send("09-30", MOLE, unknown)
    assert believed()["M/2"] == [("2020-05-01", "", None)]
    send("10-31", MOLE)
    assert believed()["M/2"] == [("2020-05-01", "2026-10-31", "vanished")]
    send("09-30", MOLE)  # sent again without the row, September's absence counts
    assert believed()["M/2"] == [("2020-05-01", "2026-09-30", "vanished")]


def test_a_row_released_from_quarantine_joins_its_snapshot() -> None:
    employer = System.objects.get(code="hr:mill").employer
    System.objects.filter(code="hr:mill").update(employer=None)
    landing = send("08-31", MOLE, VOLE)
    assert landing.quarantined == 2
    assert believed() == {}
    System.objects.filter(code="hr:mill").update(employer=employer)
    assert release([landing.id], read, by=BY, clock=SYSTEM_CLOCK) == 2
    assert sorted(believed()) == ["M/1", "M/2"]


def test_a_staff_number_twice_in_one_file_keeps_the_first_row() -> None:
    landing = send("08-31", MOLE, changed(MOLE, Grade="G6"), VOLE)
    assert (landing.accepted, landing.quarantined) == (2, 1)
    assert landing.quarantine.get().cause == "Staff number: stands in an earlier row of the file"
    assert Assignment.objects.get(post_reference="1").grade == "Grade 7"
    assert WaitingRow.objects.get().staff_number == "M/1"


@pytest.mark.parametrize(
    ("cells", "cause"),
    [
        ({"Leaving_date": "01/09/2019"}, "Leaving date: before the start date"),
        ({"DOB": "01/03/2010"}, "Birth date: under 14 years before the start date"),
        ({"NI_No": "QA 123 456 C9"}, "National Insurance number: not of the expected form"),
        ({"Name": "Martha Mole"}, "Surname: not a name that ends with its surname in capitals"),
        ({"Contract": "Pirate"}, "Engagement: not in the code list of this layout (Pirate)"),
    ],
)
def test_a_row_that_cannot_be_is_quarantined_without_its_personal_values(
    cells: dict[str, str], cause: str
) -> None:
    landing = send("08-31", changed(MOLE, **cells), VOLE)
    assert landing.quarantine.get().cause == cause
    assert sorted(believed()) == ["M/2"]


def test_a_person_is_at_both_employers_when_the_rule_is_certain() -> None:
    send("08-31", MOLE)
    send("09-30", changed(MOLE, Leaving_date="06/09/2026"))
    moved = changed(MOLE, Staff_no="W/9", Name="Martha Jane MOLE", Start_date="07/09/2026")
    send("09-30", moved, body="weir")
    assert Person.objects.count() == 1
    found = queries.search("mole jane", as_at=dt.date(2026, 9, 30))
    assert [(one.name, one.employer) for one in found.found] == [("Martha Jane MOLE", "Weir")]
    assert queries.search("mole", as_at=dt.date(2026, 9, 6)).found[0].employer == "Mill"


@pytest.mark.parametrize(
    "cells",
    [{"Name": "Martha STOAT"}, {"DOB": "03/01/1980"}, {"NI_No": ""}, {"NI_No": "QA123457C"}],
)
def test_records_that_differ_in_anything_stay_two_people(cells: dict[str, str]) -> None:
    send("08-31", MOLE)
    send("08-31", changed(MOLE, Staff_no="W/9", **cells), body="weir")
    assert Person.objects.count() == 2


def test_an_overlap_becomes_a_conflict_and_goes_when_the_other_employer_reports() -> None:
    send("08-31", MOLE)
    moved = changed(MOLE, Staff_no="W/9", Start_date="07/09/2026")
    send("09-30", moved, body="weir")
    assert believed("weir") == {}
    (dispute,), total = queries.conflicts()
    assert (dispute.employer, dispute.valid_from, dispute.decided, total) == (
        "Weir", dt.date(2026, 9, 7), False, 1,
    )  # fmt: skip
    send("09-30", changed(MOLE, Leaving_date="06/09/2026"))
    assert believed("weir")["W/9"] == [("2026-09-07", "", None)]
    assert queries.conflicts() == ((), 0)
    assert Conflict.objects.count() == 1


def test_a_loan_conflicts_with_nothing() -> None:
    send("10-31", changed(MOLE, Contract="On loan (out)"))
    lent = changed(MOLE, Staff_no="W/9", Start_date="05/10/2026", Contract="Loan in")
    send("10-31", lent, body="weir")
    assert Person.objects.count() == 1
    assert believed()["M/1"] == [("2019-09-02", "", None)]
    assert believed("weir")["W/9"] == [("2026-10-05", "", None)]
    employers = ids_by_key()
    assert queries.headcount(dt.date(2026, 10, 31)) == {employers["mill"]: 1}


def test_files_mean_the_same_in_whatever_order_they_come() -> None:
    files = [
        ("08-31", (MOLE, VOLE)),
        ("09-30", (changed(MOLE, Grade="G6"), changed(VOLE, Leaving_date="10/09/2026"), TOAD)),
        ("10-31", (changed(MOLE, Grade="G6", Name="Martha STOAT"),)),
    ]
    seen = []
    for order in permutations(files):
        with _undone():
            for as_at, rows in order:
                send(as_at, *rows)
            seen.append(everything())
    assert all(one == seen[0] for one in seen)
    assert len(seen[0]["Employment"]) == 3


def test_a_whole_service_means_the_same_file_by_file() -> None:
    out = enrolled(service(3, 300))
    names = sorted(str(path.relative_to(out / "files")) for path in out.glob("files/*/*.csv"))
    with _undone():
        load(out / "files")
        together = everything()
    for name in reversed(names):
        load(files_of(out, [name]))
    assert everything() == together
    assert len(together["Employment"]) > 300


def test_returns_say_who_sent_and_who_did_not() -> None:
    send("08-31", MOLE)
    send("08-31", VOLE, body="weir")
    send("09-30", MOLE)
    made = queries.returns(dt.date(2026, 9, 30))
    assert [(one.title, one.rows) for one in made.made] == [("Mill", 1)]
    assert [title for _, title in made.missing] == ["Weir"]
    assert queries.dates_returned() == (dt.date(2026, 9, 30), dt.date(2026, 8, 31))
    employers = ids_by_key()
    assert queries.headcount(dt.date(2026, 9, 30)) == {employers["mill"]: 1}
    cells = headcount_cells(dt.date(2026, 8, 31)).sort("level").rows()
    assert cells == [
        (employers["mill"].hex, "G7", "Policy", 1),
        (employers["weir"].hex, "HEO", "Human Resources", 1),
    ]


def test_what_a_person_decided_is_not_undone_by_the_next_file() -> None:
    send("08-31", MOLE)
    fact = Employment.objects.get()
    actions.correct(
        employment=fact.employment, first_day=dt.date(2018, 9, 3), last_day=None,
        expected=fact.id, by="hr:ann", reason="contract seen", clock=SYSTEM_CLOCK,
    )  # fmt: skip
    assert believed()["M/1"] == [("2018-09-03", "", None)]
    assert Assignment.objects.get(recorded_to__isnull=True).valid_from == dt.date(2018, 9, 3)
    send("09-30", changed(MOLE, Grade="G6"))
    assert believed()["M/1"] == [("2018-09-03", "", None)]
    assert queries.conflicts()[0][0].decided
    held = Assignment.objects.filter(recorded_to__isnull=True).order_by("valid_from")
    assert [(one.grade, str(one.valid_from)) for one in held] == [
        ("Grade 7", "2018-09-03"), ("Grade 6", "2026-09-30"),
    ]  # fmt: skip
    send("10-31", changed(MOLE, Grade="G6", Start_date="03/09/2018"))
    assert queries.conflicts() == ((), 0)


def test_what_a_person_decided_outlasts_a_file_that_is_taken_back() -> None:
    send("08-31", MOLE, VOLE)
    _ended(dt.date(2026, 8, 20))
    send("08-31", VOLE)
    assert believed()["M/1"] == [("2019-09-02", "2026-08-21", "decided")]


def test_what_a_person_decided_yields_to_no_other_word_for_the_work() -> None:
    """The decided days stay the person's, though the file now calls the work a contract."""
    send("08-31", MOLE)
    _ended(dt.date(2026, 11, 20))
    send("08-31", changed(MOLE, Contract="Contractor"))
    send("09-30", changed(MOLE, Start_date="07/09/2026"), body="weir")
    assert believed()["M/1"] == [("2019-09-02", "2026-11-21", "decided")]
    assert believed("weir") == {}
    assert [dispute.employer for dispute in queries.conflicts()[0]] == ["Mill", "Weir"]


def test_what_a_person_decided_keeps_its_terms_when_no_file_tells_of_it() -> None:
    send("08-31", changed(MOLE, Start_date="12/10/2026"))
    _ended(dt.date(2026, 11, 20))
    send("09-30", VOLE)
    assert believed()["M/1"] == [("2026-10-12", "2026-11-21", "decided")]
    terms = Assignment.objects.get(recorded_to__isnull=True, grade="Grade 7")
    assert (str(terms.valid_from), str(terms.valid_to)) == ("2026-10-12", "2026-11-21")


def _ended(last_day: dt.date) -> None:
    """Decide on the last day of Mole's employment at the mill."""
    fact = Employment.objects.get(record__staff_number="M/1", recorded_to__isnull=True)
    actions.end_employment(
        employment=fact.employment, last_day=last_day, expected=fact.id, by="hr:ann",
        reason="resigned", clock=SYSTEM_CLOCK,
    )  # fmt: skip


@contextmanager
def _undone() -> Iterator[None]:
    """Everything done inside is undone at the end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_an_unknown_person_has_no_record() -> None:
    assert queries.person(uuid.uuid4(), dt.date(2026, 9, 30)) is None

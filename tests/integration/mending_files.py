"""Small HR files with rows that wait, and what tests of mending ask of what became of them."""

import uuid

from muster.hub.models import Landing, QuarantinedRow
from muster.register.people.models import Assignment, Employment, PersonName
from tests.integration.people_files import enrolled, load, service

HARBOURS, ORCHARDS = "harbours-and-lighthouses", "orchards-and-allotments"
HEADER = (
    "Employee ID,Legal Name,Preferred Name,Date of Birth,NI Number,Original Hire Date,"
    "Termination Date,Worker Type,Compensation Grade,FTE %,Job Profile,Position ID,"
    "Business Title,Location,Email - Work,Total Base Pay Annualised - Amount"
)
ODD = "Employee - Apprentice"
CAUSE = f"Engagement: not in the code list of this layout ({ODD})"


def row(
    number: str = "E1",
    *,
    name: str = "Ruth, Ada",
    born: str = "01/03/1989",
    start: str = "07/09/2020",
    worker: str = "Employee - Permanent",
    grade: str = "Higher Executive Officer",
    fte: str = "100%",
) -> str:
    """Return one row of a Workday report."""
    return (
        f'{number},"{name}",,{born},,{start},,{worker},{grade},{fte},Operational Delivery,'
        f"P-{number},Caseworker,Edinburgh,,"
    )


def report(*rows: str) -> bytes:
    """Return a Workday report of these rows."""
    return "\n".join([HEADER, *rows, ""]).encode()


def enrol_all() -> None:
    """Enrol three pretend employers, of which Orchards sends Workday reports."""
    enrolled(service(3, 300))


def sent(content: bytes, *, day: str = "2026-10-31", employer: str = ORCHARDS) -> uuid.UUID:
    """Take a report in, and return its landing."""
    return load({f"{employer}/{day}-hr.csv": content}).fresh[0]


def counts(landing: uuid.UUID) -> tuple[int, int, int]:
    """Return rows, accepted rows and waiting rows, having checked that they add up."""
    found = Landing.objects.get(id=landing)
    waiting = QuarantinedRow.objects.filter(landing=landing).count()
    assert found.rows == found.accepted + found.quarantined
    assert found.quarantined == waiting
    return found.rows, found.accepted, found.quarantined


def causes_of(landing: uuid.UUID) -> list[str]:
    """Return why rows of a landing wait, in file order."""
    waiting = QuarantinedRow.objects.filter(landing=landing).order_by("row")
    return list(waiting.values_list("cause", flat=True))


def believed() -> list[tuple[object, ...]]:
    """Return what is believed of people now: names, employments, assignments, without ids."""
    names = PersonName.objects.filter(recorded_to__isnull=True)
    employments = Employment.objects.filter(recorded_to__isnull=True)
    assignments = Assignment.objects.filter(recorded_to__isnull=True)
    days = ("valid_from", "valid_to")
    found = [
        *names.values_list("surname", "forenames", *days),
        *employments.values_list("engagement", "ended", *days),
        *assignments.values_list("engagement_as_stated", "grade", "fte", "salary", *days),
    ]
    return sorted(found, key=str)

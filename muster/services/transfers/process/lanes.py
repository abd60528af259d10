"""Who stands in the lanes of a transfer."""

import uuid
from collections.abc import Mapping

from muster.casework.rules import Party
from muster.services.transfers import queries
from muster.services.transfers.process.registering import (
    JOINING_HR,
    JOINING_PAYROLL,
    LEAVING_HR,
    LEAVING_PAYROLL,
    MANAGER,
    PERSON,
)


def subject_of(transfer: uuid.UUID) -> str:
    """Return how casework names a transfer."""
    return f"transfer:{transfer}"


def parties(subject: str) -> Mapping[str, Party]:
    """Return who stands in each lane of a transfer's case."""
    one = queries.transfer(uuid.UUID(subject.rpartition(":")[2]))
    return {
        PERSON: Party(person=one.person),
        MANAGER: Party("line manager", one.importer),
        JOINING_HR: Party("HR caseworker", one.importer),
        JOINING_PAYROLL: Party("payroll lead", one.importer),
        LEAVING_HR: Party("HR caseworker", one.exporter),
        LEAVING_PAYROLL: Party("payroll lead", one.exporter),
    }


def title(subject: str) -> str:
    """Return what names a transfer for those who may see its tasks; no name of a person."""
    one = queries.transfer(uuid.UUID(subject.rpartition(":")[2]))
    return f"{one.exporter_title} → {one.importer_title}, {one.first_day:%d %B %Y}"

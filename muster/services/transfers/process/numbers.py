"""Whose staff numbers are: a payroll refuses the second person that is given one."""

import uuid

from muster.register.people.movers import holds_number
from muster.services.transfers.payrolls.models import Instruction


def is_taken(number: str, *, employer: uuid.UUID, person: uuid.UUID) -> bool:
    """Tell whether an employer's staff number is somebody else's, or was told for somebody else."""
    told = Instruction.objects.filter(employer=employer, staff_number=number, action="start")
    if told.exclude(person=person).exists():
        return True
    return holds_number(number, employer=employer, other_than=person)

"""A copy of what is held about somebody has the answers they began; erasure takes them away."""

import uuid

import pytest

from muster.casework.drafting import save_draft
from muster.casework.notifying.models import Draft
from muster.casework.rules import Worker
from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.keeping.exporting import copy_for
from muster.register.people.erasing import erase_person
from muster.register.people.models import Person

pytestmark = pytest.mark.django_db
SAID = {"bank": "Hull", "note": "ask about Ayr"}


def test_a_copy_holds_ones_own_drafts_and_erasure_takes_them_away() -> None:
    una, ben = (Person.objects.create().id for _ in range(2))
    for person in (una, ben):
        save_draft(
            task=uuid.uuid4(), said=SAID | {"whose": person.hex}, clock=SYSTEM_CLOCK,
            worker=Worker(f"person:{person}", person=person),
        )  # fmt: skip
    held = copy_for(una, at=SYSTEM_CLOCK.now())
    (drafts,) = [one for one in held.parts if one.title == "Answers that were begun"]
    assert len(drafts.rows) == 1
    assert una.hex in str(drafts.rows)
    assert "ask about Ayr" in str(drafts.rows)
    assert ben.hex not in str(drafts.rows)
    erase_person(una, authority="run 1")
    assert list(Draft.objects.values_list("person", flat=True)) == [ben]

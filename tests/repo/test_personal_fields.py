"""Nobody adds personal data without saying what for: each field is declared, one way or the other.

Every model of the people room declares; so does any model elsewhere that has begun to.
"""

import pytest
from django.apps import apps
from django.db.models import Model

from muster.kernel.personal import Personal

DECLARED_THROUGHOUT = {"register_people"}


def models() -> list[type[Model]]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in DECLARED_THROUGHOUT or hasattr(model, "personal")
    ]


def fields_of(model: type[Model]) -> set[str]:
    stored = {field.name for field in model._meta.get_fields() if field.concrete}
    return stored | {field.name for field in model._meta.private_fields}


def test_the_people_room_is_looked_at() -> None:
    assert len(models()) >= 10


@pytest.mark.parametrize("model", models(), ids=lambda model: str(model._meta.label))
def test_every_field_is_declared_personal_or_not(model: type[Model]) -> None:
    personal = set(getattr(model, "personal", ()))
    not_personal = set(getattr(model, "not_personal", ()))
    assert personal & not_personal == set()
    assert personal | not_personal == fields_of(model)


@pytest.mark.parametrize("model", models(), ids=lambda model: str(model._meta.label))
def test_a_declaration_says_why_on_what_ground_and_for_how_long(model: type[Model]) -> None:
    declared: dict[str, Personal] = getattr(model, "personal", {})
    for said in declared.values():
        assert all(len(text) > 10 for text in (said.purpose, said.lawful_basis, said.retention))


def test_a_field_that_a_contract_calls_personal_is_personal_where_it_is_kept() -> None:
    from muster.hub.intakes import intake_for
    from muster.register.people.models import Claim

    contract = intake_for("muster.people.hr_record.v1").contract
    called = {field.name for field in contract.fields if field.personal}
    assert called & fields_of(Claim) <= set(Claim.personal)

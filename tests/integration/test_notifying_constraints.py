"""What the database states of notices, colleagues and cover holds, whatever the code does."""

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from tests.integration.notifying_constraints import NOTIFYING_CONSTRAINTS, cover, notice

pytestmark = pytest.mark.django_db
MODULE = "muster.casework.notifying.models"


def test_every_constraint_is_listed() -> None:
    models = [one for one in apps.get_models() if one.__module__ == MODULE]
    assert len(models) >= 8
    declared = {one.name for model in models for one in model._meta.constraints}
    assert declared == set(NOTIFYING_CONSTRAINTS)


@pytest.mark.parametrize("name", NOTIFYING_CONSTRAINTS)
def test_the_database_refuses_what_is_never_true(name: str) -> None:
    _states, violate = NOTIFYING_CONSTRAINTS[name]
    with pytest.raises(IntegrityError), transaction.atomic():
        violate()


def test_the_helpers_make_rows_that_only_their_change_spoils() -> None:
    notice()
    cover()

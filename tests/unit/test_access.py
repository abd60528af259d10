"""The access question where the agreed table does not reach: several roles, nobody's employer."""

from typing import get_args
from uuid import UUID

import pytest

from muster.gates.access import (
    ROLES,
    VERBS,
    Actor,
    Purpose,
    Role,
    Subject,
    may,
    may_ever,
    purpose_of,
)

HMRC, DWP, SAM = UUID(int=1), UUID(int=2), UUID(int=3)


def actor(*roles: Role, employer: UUID | None = HMRC, person: UUID | None = None) -> Actor:
    return Actor("a", "A", frozenset(roles), employer=employer, person=person)


def test_an_actor_without_roles_may_nothing() -> None:
    for verb in VERBS:
        for purpose in get_args(Purpose):
            assert not may(actor(), verb, Subject("thing"), purpose).allowed
        assert not may_ever(actor(), verb)


def test_no_employer_on_both_sides_is_not_the_same_employer() -> None:
    nobody = actor("integrator", employer=None)
    assert not may(nobody, "see feeds", Subject("feed", employer=None), "integration").allowed
    assert not may_ever(nobody, "see feeds")


def test_no_person_on_both_sides_is_not_oneself() -> None:
    assert not may(
        actor("civil servant"), "see own record", Subject("person"), "own business"
    ).allowed


def test_two_roles_give_the_reach_of_either() -> None:
    both = actor("integrator", "service operator")
    assert may(both, "load feeds", Subject("feed", DWP), "operation").allowed
    assert not may(both, "load feeds", Subject("feed", DWP), "integration").allowed


def test_two_roles_do_not_lend_each_other_their_verbs() -> None:
    both = actor("HR caseworker", "information-governance officer")
    refused = may(both, "see evidence", Subject("log", HMRC), "casework")
    assert not refused.allowed
    assert "assurance only" in refused.because


def test_a_refusal_about_a_person_is_hidden_and_says_nothing_of_restriction() -> None:
    asked = Subject("person", HMRC, SAM, restricted=True)
    assert may(actor("HR caseworker"), "see person", asked, "casework").hidden
    assert may(actor("analyst"), "see person", asked, "casework").hidden


def test_the_reason_names_the_reach() -> None:
    refused = may(actor("integrator"), "see feeds", Subject("feed", DWP), "integration")
    assert refused.because == "You may see feeds of your own employer only"


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_ever_do_what_it_has_a_purpose_for(role: Role) -> None:
    holder = actor(role, person=SAM)
    for verb in VERBS:
        assert may_ever(holder, verb) == (purpose_of(holder, verb) is not None)

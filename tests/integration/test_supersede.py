"""Corrections: a later file takes the place of the earlier one, and nothing counts twice."""

import itertools

import pytest
from django.db import IntegrityError, transaction

from muster.hub.models import Landing, LandingState
from muster.hub.queries import causes, landings
from muster.register.posts.models import PostFact, Statement
from tests.integration.loads import (
    current_fte,
    everything,
    fates,
    file_of,
    junior,
    load,
    sums,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_home")]
NAME = "hmt/2011-03-31-junior.csv"


def test_a_corrected_file_under_the_same_name_counts_instead_of_the_first() -> None:
    first = load({NAME: file_of(junior("1"), junior("x"))})
    second = load({NAME: file_of(junior("10"))})
    assert current_fte() == 10
    old, new = (Landing.objects.get(id=taken.fresh[0]) for taken in (first, second))
    assert (old.state, old.superseded_by_id) == (LandingState.SUPERSEDED, new.id)
    assert new.state == LandingState.ACCEPTED
    assert causes() == ()


def test_what_was_replaced_is_still_there_to_be_looked_at() -> None:
    load({NAME: file_of(junior("1"))})
    load({NAME: file_of(junior("10"))})
    assert PostFact.objects.count() == 2
    assert Statement.objects.filter(recorded_to__isnull=False).count() == 1
    assert landings(state="superseded").total == 1


def test_the_case_of_a_name_makes_no_other_file() -> None:
    load({NAME: file_of(junior("1"))})
    load({"HMT/2011-03-31-Junior.CSV": file_of(junior("10"))})
    assert current_fte() == 10


def test_corrections_of_corrections_leave_the_last() -> None:
    for fte in ("1", "2", "3"):
        load({NAME: file_of(junior(fte))})
    assert current_fte() == 3
    assert sorted(Landing.objects.values_list("state", flat=True)) == [
        "accepted",
        "superseded",
        "superseded",
    ]


def test_sending_an_old_version_again_changes_nothing() -> None:
    first = load({NAME: file_of(junior("1"), junior("x"))})
    load({NAME: file_of(junior("10"))})
    before = everything()
    again = load({NAME: file_of(junior("1"), junior("x"))})
    assert again.known == first.fresh
    assert (everything(), current_fte()) == (before, 10)
    found = sums(again).figures
    assert (found.files, found.superseded, found.rows, found.total_in) == (1, 1, 0, 0)


@pytest.mark.parametrize("rows", [(), (junior("x"),)])
def test_a_correction_that_would_only_remove_is_held(rows: tuple[str, ...]) -> None:
    load({NAME: file_of(junior("1"))})
    taken = load({NAME: file_of(*rows)})
    held = Landing.objects.get(id=taken.fresh[0])
    assert (held.state, current_fte()) == (LandingState.HELD, 1)
    assert "would take the place of 1 accepted rows" in held.said
    load({NAME: file_of(junior("2"))})
    assert current_fte() == 2


def test_a_file_without_rows_that_replaces_nothing_is_a_return() -> None:
    taken = load({NAME: file_of()})
    assert Landing.objects.get(id=taken.fresh[0]).state == LandingState.ACCEPTED


def test_a_correction_that_is_refused_or_held_replaces_nothing() -> None:
    load({NAME: file_of(junior("1"))})
    load({NAME: b"Colour\nred\n"})
    load({NAME: file_of(f"{junior('9')},Amara", header=f"{file_of().decode().strip()},Name")})
    assert current_fte() == 1
    assert sorted(Landing.objects.values_list("state", flat=True)) == [
        "accepted",
        "held",
        "refused",
    ]


def test_files_of_other_dates_kinds_and_folders_stay() -> None:
    names = ["2011-03-31-junior.csv", "2011-09-30-junior.csv", "2011-03-31-juniors.csv"]
    for number, (folder, name) in enumerate(itertools.product(("hmt", "dft"), names)):
        load({f"{folder}/{name}": file_of(junior(2**number))})
    assert current_fte() == 63
    assert set(fates().values()) == {"accepted"}


def test_the_database_lets_only_one_file_speak_for_a_place() -> None:
    load({NAME: file_of(junior("1"))})
    landing = Landing.objects.get()
    landing.pk, landing.sha256 = None, "0" * 64
    landing._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        landing.save(force_insert=True)


def test_a_crash_between_keeping_and_delivering_is_mended_by_loading_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = {NAME: file_of(junior("1"), junior("x")), "dft/2011-03-31.csv": file_of(junior("2"))}

    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("muster.hub.batch.hand_over", crash)
        with pytest.raises(KeyboardInterrupt):
            load(files)
    assert set(fates().values()) == {"received"}
    assert PostFact.objects.count() == 0
    taken = load(files)
    assert set(fates().values()) == {"accepted"}
    assert (len(taken.fresh), Landing.objects.count(), current_fte()) == (2, 2, 3)
    before = everything()
    load(files)
    assert everything() == before

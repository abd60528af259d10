"""Quarantine: rows wait for one mend, go on once, and the sums hold at every step."""

from decimal import Decimal

import pytest

from muster.hub.actions import release
from muster.hub.agreements.actions import suspend
from muster.hub.models import Landing, QuarantinedRow
from muster.hub.queries import causes
from muster.hub.reading import read
from muster.kernel.errors import NotFound
from muster.ledger.current import ledger
from muster.register.employers.actions import forget_name, remember_name
from muster.register.employers.queries import choices, find
from muster.register.names import choose_employer, waiting_names
from muster.register.posts.models import Post, PostFact, Statement
from tests.integration.loads import (
    BY,
    CLOCK,
    SENIOR,
    current_fte,
    everything,
    file_of,
    junior,
    load,
    only,
    senior,
    sums,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_home")]
SHOP = "The Tax Shop"
FILE = file_of(
    junior("1"),
    junior("2", organisation=SHOP),
    junior("x", organisation=SHOP),
    junior("4", organisation="Another Shop"),
    junior("8", organisation=SHOP),
)


def choose(stated: str = SHOP) -> None:
    employer = find("hm-treasury")
    assert employer is not None
    remember_name(stated=stated, employer=employer[0], by=BY, clock=CLOCK)


def counts() -> tuple[int, int, int]:
    landing = Landing.objects.get()
    return landing.rows, landing.accepted, landing.quarantined


def test_rows_go_on_once_their_cause_is_mended() -> None:
    taken = load({"hmt/2011-03-31-junior.csv": FILE})
    assert (counts(), sums(taken).fte_quarantined) == ((5, 1, 4), Decimal(14))
    choose()
    assert release(taken.fresh, read, by=BY, clock=CLOCK) == 2
    after = sums(taken)
    assert counts() == (5, 3, 2)
    assert (after.fte_in, after.fte_register, after.fte_quarantined) == (15, 11, 4)
    assert sorted(PostFact.objects.values_list("row", flat=True)) == [2, 3, 6]
    assert sorted(QuarantinedRow.objects.values_list("row", flat=True)) == [4, 5]


def test_rows_that_stay_get_the_reason_that_is_left() -> None:
    taken = load({"hmt/2011-03-31-junior.csv": file_of(junior("x", organisation=SHOP))})
    choose()
    assert release(taken.fresh, read, by=BY, clock=CLOCK) == 0
    assert [cause.cause for cause in causes()] == ["FTE: not a number (x)"]


def test_releasing_again_changes_nothing() -> None:
    taken = load({"hmt/2011-03-31-junior.csv": FILE})
    choose()
    release(taken.fresh, read, by=BY, clock=CLOCK)
    before = everything()
    assert release(taken.fresh, read, by=BY, clock=CLOCK) == 0
    assert everything() == before


def test_only_the_chosen_cause_is_worked_through() -> None:
    taken = load({"hmt/2011-03-31-junior.csv": FILE})
    choose()
    choose("Another Shop")
    cause = "Organisation: no employer of the register has this name (Another Shop)"
    assert release(taken.fresh, read, cause=cause, by=BY, clock=CLOCK) == 1
    assert counts() == (5, 2, 3)
    assert release(taken.fresh, read, by=BY, clock=CLOCK) == 2


def test_choosing_an_employer_for_a_name_lets_its_rows_go_on_everywhere() -> None:
    files = {
        "hmt/2011-03-31-junior.csv": file_of(junior("1", SHOP), junior("2", SHOP.upper())),
        "hmt/2011-09-30-junior.csv": file_of(junior("4", f" {SHOP} ")),
    }
    taken = load(files)
    assert [name.stated for name in waiting_names()] != []
    employer = find("hm-treasury")
    assert employer is not None
    went_on = choose_employer(stated=SHOP, employer=employer[0], by=BY, read=read, clock=CLOCK)
    assert (went_on, waiting_names()) == (3, ())
    assert sums(taken).fte_register == current_fte() == 7


def test_a_forgotten_choice_leaves_accepted_rows_and_holds_later_ones() -> None:
    choose_first = load({"hmt/2011-03-31-junior.csv": FILE})
    choose()
    release(choose_first.fresh, read, by=BY, clock=CLOCK)
    forget_name(choice=choices()[0].id, by=BY, clock=CLOCK)
    later = load({"hmt/2011-09-30-junior.csv": file_of(junior("1", SHOP))})
    assert sums(later).figures.quarantined == 1
    assert Landing.objects.get(id=choose_first.fresh[0]).accepted == 3


def test_a_released_senior_post_is_the_post_it_was_before() -> None:
    load({"hmt/2011-03-31-senior.csv": file_of(senior("A1"), header=SENIOR)})
    later = load(
        {"hmt/2011-09-30-senior.csv": file_of(senior("A1", organisation=SHOP), header=SENIOR)}
    )
    choose()
    assert release(later.fresh, read, by=BY, clock=CLOCK) == 1
    assert Post.objects.count() == 1


def test_a_file_of_which_every_row_waits_can_be_released() -> None:
    taken = load({"hmt/2011-03-31-junior.csv": file_of(junior("1", SHOP))})
    choose()
    assert release(taken.fresh, read, by=BY, clock=CLOCK) == 1
    assert Statement.objects.values_list("part", flat=True).order_by("part").last() == 1
    assert current_fte() == 1


def test_a_correction_replaces_what_was_released_too() -> None:
    taken = load({"hmt/2011-03-31-junior.csv": FILE})
    choose()
    release(taken.fresh, read, by=BY, clock=CLOCK)
    load({"hmt/2011-03-31-junior.csv": file_of(junior("100"))})
    assert current_fte() == 100
    before = everything()
    assert release(taken.fresh, read, by=BY, clock=CLOCK) == 0
    assert everything() == before
    assert causes() == ()


def test_nothing_is_released_under_a_suspended_agreement() -> None:
    taken = load({"hmt/2011-03-31-junior.csv": FILE})
    choose()
    suspend(code="open-data-standing", reason="test", by=BY, clock=CLOCK, employer=None)
    assert release(taken.fresh, read, by=BY, clock=CLOCK) == 0
    assert counts() == (5, 1, 4)


def test_an_erased_file_cannot_be_released() -> None:
    landing = only(load({"hmt/2011-03-31-junior.csv": FILE}))
    ledger().erase(f"landing:{landing.id}", reason="test", by=BY)
    choose()
    with pytest.raises(NotFound, match="erased"):
        release([landing.id], read, by=BY, clock=CLOCK)


def test_more_rows_than_one_statement_may_name_go_on_together() -> None:
    rows = [junior("0.5", organisation=SHOP)] * 40_000
    taken = load({"hmt/2011-03-31-junior.csv": file_of(*rows)})
    choose()
    assert release(taken.fresh, read, by=BY, clock=CLOCK) == 40_000
    assert sums(taken).fte_register == 20_000

"""Properties of reading employer names that hold for every name, not only the spec's."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.register.employers.candidates import likely_candidates
from muster.register.employers.organisations import shipped_organisations
from muster.register.employers.rules import (
    Organisation,
    StatedDate,
    build_name_index,
    normalise_name,
    read_employer_name,
)

SHIPPED = shipped_organisations()
INDEX = build_name_index(SHIPPED)
ENGLISH = ("the", "and", "&", "hm", "her majesty's", "ltd", "limited", "united", "kingdom", "uk")
PIECES = ("dept", "children", "h", "m", "s", "t", "e", "'", "\u2019", "\u200b")
LETTERS = ("\u00e9", "\ufb01", "\u00df", "\u0130", "\u01c4")
WORDS = st.sampled_from(ENGLISH + PIECES + LETTERS)


@given(st.text() | st.lists(WORDS).map(" ".join) | st.lists(WORDS).map("".join))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise_name(text)
    assert normalise_name(once) == once


@given(st.sampled_from(SHIPPED), st.data())
def test_noise_does_not_change_a_match(organisation: Organisation, data: st.DataObject) -> None:
    quiet = read_employer_name(organisation.title, INDEX)
    changes = [str.upper, str.lower, str.swapcase, str.title]
    name = data.draw(st.sampled_from(changes))(organisation.title)
    gap = data.draw(st.sampled_from(["  ", "\u00a0", " - ", ", ", "\t"]))
    around = data.draw(st.sampled_from(["", " ", ".", '"']))
    noisy = read_employer_name(around + name.replace(" ", gap) + around, INDEX)
    assert (noisy.outcome, noisy.key) == (quiet.outcome, quiet.key)


@given(st.sampled_from(SHIPPED), st.sampled_from(SHIPPED), st.booleans())
def test_a_newcomer_never_takes_a_name_over(
    settled: Organisation, other: Organisation, same_name: bool
) -> None:
    title = settled.title.upper() if same_name else other.title
    newcomer = Organisation("newcomer", title, abbreviations=settled.abbreviations)
    grown = build_name_index((settled, newcomer))
    for name in (settled.title, *settled.abbreviations):
        before = read_employer_name(name, build_name_index([settled]))
        after = read_employer_name(name, grown)
        assert after.key in (before.key, None)
        if same_name and before.key:
            assert after.outcome == "ambiguous"
            assert after.candidates == tuple(sorted((settled.key, "newcomer")))


def test_every_shipped_title_means_its_own_organisation() -> None:
    for organisation in SHIPPED:
        assert read_employer_name(organisation.title, INDEX).key == organisation.key


def test_a_remembered_choice_wins_over_everything() -> None:
    index = build_name_index(SHIPPED, {normalise_name("HM Treasury"): "home-office"})
    match = read_employer_name("H.M. Treasury", index)
    assert (match.key, match.rule) == ("home-office", "a person chose this before")


def test_a_remembered_choice_must_name_an_organisation() -> None:
    with pytest.raises(ValueError, match="'gone'"):
        build_name_index(SHIPPED, {"x": "gone"})


def test_a_key_cannot_stand_twice() -> None:
    with pytest.raises(ValueError, match="home-office"):
        build_name_index([Organisation("home-office", "A"), Organisation("home-office", "B")])


def test_initials_of_another_organisation_make_an_abbreviation_uncertain() -> None:
    owner = Organisation("owner", "Defence Safety Authority", abbreviations=("DSA",))
    rival = Organisation("rival", "Driving Standards Agency")
    assert read_employer_name("DSA", build_name_index([owner])).key == "owner"
    match = read_employer_name("DSA", build_name_index([owner, rival]))
    assert (match.outcome, match.candidates) == ("ambiguous", ("owner", "rival"))


def test_leading_hm_is_dropped_only_when_nothing_else_could_be_meant() -> None:
    royal = Organisation("royal", "HM Forest Service")
    assert read_employer_name("Forest Service", build_name_index([royal])).key == "royal"
    hinting = Organisation("hinting", "Forests North", slug_words="forest service")
    match = read_employer_name("Forest Service", build_name_index([royal, hinting]))
    assert (match.outcome, match.candidates) == ("ambiguous", ("hinting", "royal"))
    plain = Organisation("plain", "Forest Service")
    assert read_employer_name("UK Forest Service", build_name_index([plain])).key == "plain"
    match = read_employer_name("UK Forest Service", build_name_index([plain, hinting]))
    assert (match.outcome, match.candidates) == ("ambiguous", ("hinting", "plain"))


def test_the_stated_parent_raises_its_children() -> None:
    first = Organisation("first", "Gamma Museum Board")
    child = Organisation("child", "Alpha Museum Board", parents=("parent",))
    index = build_name_index([first, child, Organisation("parent", "Department for Museums")])
    assert likely_candidates("Delta Museum Board", index)[0].key == "first"
    raised = likely_candidates("Delta Museum Board", index, "Dept for Museums")[0]
    assert raised.key == "child"
    assert "it belongs to the parent department the file states" in raised.reason


def test_lookalike_letters_are_pointed_out() -> None:
    first = likely_candidates("H\u043em\u0435 Office", INDEX)[0]
    assert (first.key, first.score) == ("home-office", 100.0)
    assert "letters of another alphabet" in first.reason


def test_scores_stay_between_0_and_100_and_the_limit_holds() -> None:
    found = likely_candidates("Department of Education", INDEX, "Department for Education", limit=4)
    assert len(found) == 4
    assert all(0 <= candidate.score <= 100 for candidate in found)


def test_names_do_not_repeat() -> None:
    organisation = replace(SHIPPED[0], title="A B", former_names=("A B", "C"), slug_words="")
    assert organisation.names[:2] == ("A B", "C")


@pytest.mark.parametrize(
    ("text", "day"), [("2007", None), ("2005-04", None), ("2007-06-28", date(2007, 6, 28))]
)
def test_a_stated_date_invents_no_day(text: str, day: date | None) -> None:
    assert StatedDate(text).day == day


@pytest.mark.parametrize("text", ["", "07", "2007-13", "2007-02-30", "28/06/2007"])
def test_other_dates_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"year|month|day"):
        StatedDate(text)

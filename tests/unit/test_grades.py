"""What holds for every grade and every shipped row, not only those of the spec table."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.register.posts.grades import BASES, reference_page, shipped_code_list
from muster.register.posts.rules import (
    LEVEL_BY_CODE,
    LEVELS,
    band_code,
    grade_key,
    normalise_grade,
    organisation_key,
    read_level,
)

CODE_LIST = shipped_code_list()
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "responsibility-levels.md"
MENTIONED = sorted({*CODE_LIST.common, *CODE_LIST.ranks, "d", "4", "london", "below"})
MARKS = st.sampled_from(["-", "/", "(", ")", "=", "&", " ", "7", "07", "\u2013", "'"])


@given(st.text() | st.lists(st.sampled_from(MENTIONED) | MARKS).map(" ".join))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise_grade(text)
    assert normalise_grade(once) == once


@given(st.text() | st.lists(st.sampled_from(MENTIONED) | MARKS).map(" ".join))
def test_any_text_is_read_or_left_unmapped(text: str) -> None:
    reading = read_level(text, "Ministry of Defence", "", CODE_LIST)
    assert reading is None or reading.level in LEVEL_BY_CODE


@given(st.sampled_from(sorted(CODE_LIST.common)), st.sampled_from(["  ", "\t", "\u00a0"]))
def test_case_and_spaces_do_not_matter(grade: str, gap: str) -> None:
    plain = read_level(grade, "A Department", "", CODE_LIST)
    assert plain is not None
    assert read_level(gap + grade.upper() + gap, "A Department", "", CODE_LIST) == plain


@pytest.mark.parametrize("spelling", ["Pay Band 3", "Payband 3", "Band 3", "PB3", "3"])
def test_the_word_for_band_does_not_matter(spelling: str) -> None:
    assert band_code(grade_key(spelling)) == "3"


@pytest.mark.parametrize(
    "name",
    [
        "HM Revenue and Customs",
        "HM Revenue & Customs",
        "Her Majesty\u2019s Revenue and Customs",
        "HM Revenue and Customs (HMRC)",
    ],
)
def test_an_organisation_is_known_by_its_usual_spellings(name: str) -> None:
    assert organisation_key(name) == organisation_key("His Majesty's Revenue & Customs")


def test_levels_rise_and_each_belongs_to_a_group_that_is_a_level() -> None:
    orders = [level.order for level in LEVELS]
    assert orders == sorted(orders)
    for level in LEVELS:
        assert level.group in LEVEL_BY_CODE
    assert {level.code for level in LEVELS if level.is_group} == {"AA/AO", "HEO/SEO", "G6/7", "SCS"}


def test_every_listed_grade_says_what_it_rests_on() -> None:
    shipped = [
        *CODE_LIST.common.values(),
        *CODE_LIST.scales.values(),
        *CODE_LIST.ranks.values(),
        *CODE_LIST.bands.values(),
        *CODE_LIST.family_bands.values(),
    ]
    for listed in shipped:
        basis, _, evidence = listed.source.partition(": ")
        assert basis in BASES
        assert evidence


def test_an_organisation_with_its_own_grade_7_stops_the_common_reading() -> None:
    assert read_level("Grade 7", "General Social Care Council", "", CODE_LIST) is None
    assert read_level("Grade 7", "Any Other Body", "", CODE_LIST) is not None


def test_an_empty_organisation_is_read_as_its_parent_department() -> None:
    reading = read_level("Range E", "", "HM Treasury", CODE_LIST)
    assert reading is not None
    assert reading.level == "G7"


def test_the_reference_page_is_the_one_the_code_lists_make() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference_page()

"""Pieces of words, counted for many texts at once, as scikit-learn counts them one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from muster.services.skills.map.linking.pieces import Pieces

NAMES = ["manage budgets", "C", "use R", "C++", "Éa", "İstanbul", "漢字を読む", "a  b"]
LETTERS = st.text(st.sampled_from("abegmnst CR+éÉİ漢字\t\n\u00a0\u2028😀ß"), max_size=30)


def plainly(names: list[str], texts: list[str]) -> list[list[int]]:
    """Return what scikit-learn counts."""
    counting = CountVectorizer(analyzer="char_wb", ngram_range=(3, 5))
    told: list[list[int]] = counting.fit(names).transform(texts).toarray().tolist()
    return told


@given(st.lists(LETTERS, max_size=8), st.lists(LETTERS, max_size=4))
def test_pieces_are_those_that_are_counted_letter_by_letter(
    texts: list[str], further: list[str]
) -> None:
    names = [*NAMES, *further]
    texts = [*texts, *names]
    counted = Pieces(names).counted(texts)
    assert counted.toarray().tolist() == plainly(names, texts)
    assert counted.has_canonical_format, "in order, as sums are taken"


@pytest.mark.parametrize("texts", [[], [""], [" \n"], ["q"], ["", "zzzz zzzz", ""], ["\U0010ffff"]])
def test_texts_without_a_known_piece_hold_none(texts: list[str]) -> None:
    counted = Pieces(NAMES).counted(texts)
    assert counted.shape == (len(texts), len(plainly(NAMES, [""])[0]))
    assert counted.nnz == 0

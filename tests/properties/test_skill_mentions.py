"""Names found, against a search that knows no automaton, over invented sentences."""

import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.services.skills.map.lexicon import Lexicon
from muster.services.skills.map.lexicon.folding import fold, key
from muster.services.skills.map.lexicon.lexicon import make
from muster.services.skills.map.mentions.lexical import _folded, find, places

LABELS = ("fly kites", "kites", "steer large kites", "large kites", "C++ code", "kite-work")
WORDS = (
    "fly", "kites", "kite", "work", "steer", "large", "C++", "code", "flying", "–", "İ", "日本",
    "kitesurf", "(kites)", "fly kites", "Steer large kites", "kite-work", ",", "C",
)  # fmt: skip


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    skills = pl.DataFrame(
        {
            "skill": range(len(LABELS)), "id": LABELS, "label": LABELS,
            "kind": "framework", "branch": None, "uri": None,
        }
    )  # fmt: skip
    labels = skills.select("skill", "label", preferred=pl.lit(value=True))
    # A single word of a framework needs words beside it; here it is to stand alone.
    made = make(skills, labels, name="kites", version="1")
    plain = made.labels.with_columns(sense=pl.lit("plain"), context=pl.lit(None, dtype=pl.String))
    return Lexicon(made.skills, plain, "kites", "1", "plain")


def plainly(text: str) -> set[tuple[int, int]]:
    """Find exact names one by one; keep those that lie in no other."""
    folded = fold(text)
    found = {
        (one.start(1), one.end(1))
        for label in LABELS
        for one in re.finditer(rf"(?:(?<=\s)|^)(?=({re.escape(key(label))})(?![\w+#]))", folded)
    }
    return {
        one
        for one in found
        if not any(a <= one[0] and one[1] <= b and (a, b) != one for a, b in found)
    }


@settings(max_examples=80, deadline=None)
@given(sentences=st.lists(st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join), max_size=5))
def test_the_same_names_as_one_by_one(sentences: list[str], lexicon: Lexicon) -> None:
    frame = pl.DataFrame({"text": sentences}, schema={"text": pl.String}).with_row_index("sentence")
    every = places(frame, lexicon)
    for at, text in enumerate(sentences):
        here = every.filter(pl.col("sentence") == at)
        one_by_one = plainly(text)
        as_listed = here.filter(pl.col("rank") == 1).select("start", "end")
        assert set(as_listed.iter_rows()) <= one_by_one
        wide = list(here.select("start", "end").iter_rows())
        # A name that is listed is found, or lies in another form of a longer one.
        assert all(any(s <= a and b <= e for s, e in wide) for a, b in one_by_one)


@settings(max_examples=150, deadline=None)
@given(texts=st.lists(st.text(max_size=40), max_size=6))
def test_many_texts_are_folded_as_one_by_one(texts: list[str]) -> None:
    assert _folded(pl.Series(texts, dtype=pl.String)).to_list() == [fold(text) for text in texts]
    assert all(len(fold(text)) == len(text) for text in texts)


@settings(max_examples=60, deadline=None)
@given(
    sentences=st.lists(st.text(max_size=60), max_size=5),
    names=st.lists(st.sampled_from(LABELS), max_size=5),
)
def test_a_surface_is_what_stands_there(
    sentences: list[str], names: list[str], lexicon: Lexicon
) -> None:
    texts = [f"{a} {b}" for a, b in zip(sentences, names, strict=False)]
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String}).with_row_index("sentence")
    found = find(frame, lexicon)
    for sentence, start, end, surface, probability in found.select(
        "sentence", "start", "end", "surface", "probability"
    ).iter_rows():
        assert texts[sentence][start:end] == surface
        assert 0 < probability < 1

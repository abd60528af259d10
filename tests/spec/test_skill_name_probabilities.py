"""What makes a name surer or less sure to be asked for, beside the same sentence without it."""

import polars as pl
import pytest

from muster.services.skills.map.lexicon import Lexicon
from muster.services.skills.map.lexicon.lexicon import make
from muster.services.skills.map.mentions.calibration import FACTORS, described, fitted, weighed
from muster.services.skills.map.mentions.lexical import read_places

# Factor, a sentence, a sentence of which the factor is surer; Kites and kite work are names.
SURER = (
    ("asks", "Kites are in the sky over the town today.", "Experience of kites in the sky today."),
    ("asks", "There is work with kites on the hill.", "You work daily with kites on the hill."),
    ("asks", "There is work with kites on the hill.", "Good work with kites on the hill."),
    ("asks", "Our shop has sold kites for long times.", "The shop has sold kites for long times."),
    ("asks", "Kites, they fly over the sea.", "Kites and kite work over the sea."),
    ("within", "The kites engineer of the town.", "The kites over roofs of the town."),
    ("within", "A manager of kites in the town.", "A mountain of kites in the town."),
    ("within", "Kites, " + "and the sky over the sea " * 9, "Kites, and the sky over the sea."),
    ("right", "There is kiting on the hill.", "There is kite work on the hill."),
    ("right", "There is kite doing on the hill.", "There is kite work on the hill."),
)  # fmt: skip


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    skills = pl.DataFrame(
        {
            "skill": [0, 1, 2], "id": ["a", "b", "c"], "label": ["kites", "kite work", "kiting"],
            "kind": "knowledge", "branch": None, "uri": None,
        }
    )  # fmt: skip
    first = skills.select("skill", "label", preferred=pl.lit(value=True))
    second = pl.DataFrame({"skill": [1], "label": ["kite doing"], "preferred": [False]})
    labels = pl.concat([first, second.cast(first.schema)])
    return make(skills, labels, name="kites", version="1")


def said(lexicon: Lexicon, factor: str, text: str) -> float:
    found = read_places(pl.DataFrame({"sentence": [0], "text": [text]}), lexicon)
    assert found.height, text
    return float(weighed(described(found), factor, fitted())[0])


@pytest.mark.parametrize(("factor", "less", "more"), SURER)
def test_it_is_surer_of(lexicon: Lexicon, factor: str, less: str, more: str) -> None:
    assert said(lexicon, factor, less) < said(lexicon, factor, more)


@pytest.mark.parametrize("factor", FACTORS)
def test_what_a_factor_does_not_look_at_does_not_change_it(lexicon: Lexicon, factor: str) -> None:
    one, other = "There is kite work on the hill.", "There is kite work on the lake."
    assert said(lexicon, factor, one) == said(lexicon, factor, other)

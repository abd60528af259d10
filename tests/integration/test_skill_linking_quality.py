"""The linker on real sentences that people labelled: better than model or letters alone.

A sample of the published HOUSE test sentences, ranked among the skills they ask for and every
fortieth other; the benchmark ranks among all. The files are not part of the project.
"""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from bench.skills_linking import mean_of
from muster.services.skills.map.lexicon import shipped
from muster.services.skills.map.lexicon.lexicon import make
from muster.services.skills.map.linking.fusing import precision
from muster.services.skills.map.linking.labelled import Labelled, annotated, listed, rows_of
from muster.services.skills.map.linking.linker import Linker

DATA = Path(__file__).parents[3] / "shared" / "data" / "skill_benchmarks"
pytestmark = pytest.mark.skipif(
    not DATA.exists(), reason="the published labelled sentences are not beside this"
)
SENTENCES, EVERY, LEAST, BETTER = 40, 40, 0.5, 0.03


def sample() -> tuple[Labelled, Linker]:
    """Return some sentences, and a linker that knows what they ask for and some other skills."""
    lexicon = listed(DATA, shipped())
    file = DATA / "house_test_annotations.csv"
    some = annotated(file, rows_of(lexicon)).asking()
    texts = some.texts[:SENTENCES]
    wanted = set().union(*some.asked[:SENTENCES]) | set(range(0, lexicon.skills.height, EVERY))
    kept = pl.DataFrame({"skill": sorted(wanted)}, schema={"skill": pl.UInt32})
    numbered = kept.with_row_index("row")
    skills = lexicon.skills.join(numbered, on="skill").drop("skill").rename({"row": "skill"})
    labels = lexicon.labels.join(numbered, on="skill").select(
        pl.col("row").alias("skill"), "label", "preferred"
    )
    fewer = make(skills.select(lexicon.skills.columns), labels, name="sample", version="1")
    read = annotated(file, rows_of(fewer))
    again = dict(zip(read.texts, read.asked, strict=True))
    return Labelled(texts, tuple(again[text] for text in texts)), Linker.load(fewer)


def test_fused_reading_is_better_than_each_of_its_parts() -> None:
    labelled, linker = sample()
    scorer = linker.scorer
    vectors = linker.encoder.vectors(labelled.texts)
    letters = scorer.characters.weighed(labelled.texts).first
    ways = {
        "fused": [one.skills for one in linker.candidates(labelled.texts)],
        "model": [np.argsort(-row, kind="stable") for row in vectors @ scorer.names.T],
        "letters": [np.argsort(-row, kind="stable") for row in letters],
    }
    marks = {
        name: mean_of(ranked, labelled, lambda one, wanted: precision(one, wanted, 5))
        for name, ranked in ways.items()
    }
    assert marks["fused"] >= LEAST
    assert marks["fused"] >= max(marks["model"], marks["letters"]) + BETTER

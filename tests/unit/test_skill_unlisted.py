"""Phrases that no skill is called: counted by adverts, the same each time, none of few adverts."""

from collections import Counter
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from muster.services.skills.map.building import Job, build
from muster.services.skills.map.lexicon.files import read_lexicon
from muster.services.skills.map.lexicon.own import Own
from muster.services.skills.map.mentions.spans import phrases
from muster.services.skills.map.mentions.unlisted import tidied, unlisted
from muster.services.skills.map.reading.corpus import SENTENCES, USES, Corpus
from muster.services.skills.map.release import Release
from muster.services.skills.map.release.shapes import TABLES

TEXTS = (
    "Experience of lantern trimming and excellent attention to detail is essential.",
    "Excellent attention to detail and knowledge of hive keeping are required.",
    "You must have a good understanding of tide reading.",
    "Ability to demonstrate attention to detail.",
    "Strong knowledge of kiln firing is desirable.",
)
NAMED = pl.DataFrame(schema={"sentence": pl.UInt32, "start": pl.UInt32, "end": pl.UInt32})


def corpus_of(uses: list[tuple[int, int]]) -> Corpus:
    rows = [(row, text, "skills", True, "en") for row, text in enumerate(TEXTS)]
    return Corpus(
        pl.DataFrame(),
        pl.DataFrame(rows, schema=SENTENCES, orient="row"),
        pl.DataFrame(sorted(uses), schema=USES, orient="row"),
    )


def drawn(seed: int, adverts: int = 40) -> list[tuple[int, int]]:
    random = np.random.default_rng(seed)
    rates = (0.5, 0.4, 0.12, 0.3, 0.1)
    return [(advert, sentence) for advert in range(adverts) for sentence, rate in enumerate(rates)
            if random.random() < rate]  # fmt: skip


def counted_plainly(uses: list[tuple[int, int]]) -> dict[str, int]:
    """Count again, one advert after the other."""
    of: dict[int, set[str]] = {}
    read = phrases(pl.DataFrame(enumerate(TEXTS), schema=["sentence", "text"], orient="row"))
    for sentence, surface in read.select("sentence", "surface").iter_rows():
        told = tidied(surface)
        if told is not None:
            of.setdefault(sentence, set()).add(told)
    counts: Counter[str] = Counter()
    for advert in {one for one, _sentence in uses}:
        held = [of.get(sentence, set()) for one, sentence in uses if one == advert]
        counts.update(set().union(*held))
    return {phrase: count for phrase, count in counts.items() if count >= 5}


@pytest.mark.parametrize("seed", range(4))
def test_adverts_are_counted_once_each_and_few_are_not_told(seed: int) -> None:
    uses = drawn(seed)
    found = unlisted(corpus_of(uses), NAMED)
    assert dict(found.rows()) == counted_plainly(uses)
    assert found.height
    assert found.schema == TABLES["unlisted"]
    assert found.equals(found.sort(["adverts", "phrase"], descending=[True, False]))


def test_four_adverts_are_too_few_and_five_are_enough() -> None:
    four = [(advert, 2) for advert in range(4)]
    assert unlisted(corpus_of(four), NAMED).is_empty()
    assert unlisted(corpus_of([*four, (4, 2)]), NAMED)["adverts"].to_list() == [5]


def test_an_advert_that_says_it_in_two_sentences_counts_once() -> None:
    uses = [(advert, sentence) for advert in range(5) for sentence in (0, 1, 3)]
    assert set(unlisted(corpus_of(uses), NAMED)["adverts"]) == {5}


def test_the_order_of_rows_tells_nothing() -> None:
    uses = drawn(7)
    corpus = corpus_of(uses)
    turned = Corpus(
        corpus.adverts, corpus.sentences.reverse(), corpus.uses.sample(fraction=1, shuffle=True,
                                                                       seed=3)
    )  # fmt: skip
    assert unlisted(turned, NAMED, most_sentences=3).equals(
        unlisted(corpus, NAMED, most_sentences=3)
    )


def test_the_sentences_of_most_adverts_are_read_and_of_equals_the_first() -> None:
    uses = [(advert, sentence) for advert in range(6) for sentence in (2, 4)]
    uses += [(advert, 3) for advert in range(5)]
    first = unlisted(corpus_of(uses), NAMED, most_sentences=1)
    assert [phrase for phrase in first["phrase"] if "tide" in phrase]
    assert not [phrase for phrase in first["phrase"] if "kiln" in phrase or "detail" in phrase]
    assert unlisted(corpus_of(uses), NAMED, most_sentences=3)["adverts"].max() == 6
    assert unlisted(corpus_of(uses), NAMED, most=1).height == 1


def test_no_adverts_have_no_phrases() -> None:
    found = unlisted(corpus_of([]), NAMED)
    assert found.is_empty()
    assert found.schema == TABLES["unlisted"]


def test_every_build_tells_them_and_not_the_skills_of_its_list(tmp_path: Path) -> None:
    crafts = ["lantern trimming", "hive keeping", "tide reading", "kiln firing", "loom dressing",
              "bell hanging", "canal digging", "orchard pruning"]  # fmt: skip
    (tmp_path / "ours.csv").write_text(
        "id,label\n" + "".join(f"{one[:4]},{one}\n" for one in crafts)
    )
    random = np.random.default_rng(0)
    rows = [
        f"Keeper {row},Office {row % 4},Experience of {crafts[a]} and {crafts[b]} in port {row}. "
        "Excellent attention to detail."
        for row, (a, b) in enumerate(random.permuted(np.tile(range(8), (48, 1)), axis=1)[:, :2])
    ]
    (tmp_path / "adverts.csv").write_text("title,organisation,description\n" + "\n".join(rows))
    own = Own(read_lexicon(tmp_path / "ours.csv"), "0" * 64)
    made = build(Job((tmp_path / "adverts.csv",), tmp_path / "build", own=own, replicates=2))
    release = Release.open(made.folder)
    assert release.tells_unlisted
    told = dict(release.unlisted.rows())
    assert [count for phrase, count in told.items() if "attention to detail" in phrase] == [48]
    assert not [phrase for phrase in told if any(one in phrase for one in crafts)]

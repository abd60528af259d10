"""Fits the filter of sentences that hold no skill, and says what it saves.

python -m bench.skills_skipping    fits it anew and writes it where Muster ships it

It learns from what the full linker finds, without the filter, in the training sentences of
SkillSpan and SkillSkape (which are not shipped, only what was learned) and in pretend adverts. Real
adverts are kept out of it: they measure it.
"""

import csv
import hashlib
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.apart import ROOT
from muster.services.skills.map.lexicon import shipped
from muster.services.skills.map.linking.linker import Linker
from muster.services.skills.map.linking.skipping import SHIPPED, fit
from synthetic.adverts import adverts

SETS = ROOT.parent / "shared" / "data" / "skill_benchmarks"
PRETEND = 6_000  # adverts
TAKEN = {"SkillSpan": 4_000, "SkillSkape": 6_500, "pretend": 20_000}


def training() -> pl.DataFrame:
    """Return the sentences to learn from, each once: ``text``, ``source``.

    In an order that is none, so that what sets the threshold is of every source; of each source as
    many as `TAKEN` says, for reading them closely takes minutes.
    """
    sources = {"SkillSpan": _skillspan(), "SkillSkape": _skillskape(), "pretend": _pretend()}
    taken: dict[str, str] = {}
    for source, sentences in sources.items():
        fresh = sorted({text for text in sentences if text not in taken}, key=hash_of)
        taken |= dict.fromkeys(fresh[: TAKEN[source]], source)
    rows = [(text, taken[text]) for text in sorted(taken, key=hash_of)]
    return pl.DataFrame(rows, schema=["text", "source"], orient="row")


def hash_of(text: str) -> int:
    """Return a number that is the same on every machine, and of no order."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])


def _skillspan() -> Iterator[str]:
    for line in (SETS / "skillspan_train.json").read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        yield " ".join(one["tokens"])


def _skillskape() -> Iterator[str]:
    with (SETS / "skillskape_train.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["sentence"]


def _pretend() -> Iterator[str]:
    from muster.services.skills.map.reading import read

    with tempfile.TemporaryDirectory(prefix="muster-bench-") as folder:
        adverts(PRETEND, 77, 60).write_parquet(Path(folder) / "adverts.parquet")
        corpus = read([Path(folder) / "adverts.parquet"])
    # Sections that hold no skill too: on other adverts they are not always told apart.
    yield from corpus.sentences.filter(pl.col("language") == "en")["text"]


def found_by(linker: Linker, texts: Sequence[str]) -> NDArray[np.float64]:
    """Return how many mentions the full linker expects in each text: the sum of probabilities."""
    sentences = pl.DataFrame({"text": texts}).with_row_index("sentence")
    found = linker.link(sentences)
    expected = np.zeros(len(texts))
    np.add.at(expected, found["sentence"].to_numpy(), found["probability"].to_numpy())
    return expected


def main() -> None:
    """Fit the filter and write it."""
    sentences = training()
    texts = sentences["text"].to_list()
    linker = Linker.load(shipped())
    found = found_by(linker, texts)
    made = fit(linker.glanced(texts), found.tolist(), sentences["source"].to_list())
    SHIPPED.parent.mkdir(exist_ok=True)
    made.write(SHIPPED)
    sys.stdout.write(json.dumps(dict(made.provenance), indent=1) + "\n")


if __name__ == "__main__":
    main()

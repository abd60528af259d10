"""How probable it is that a sentence asks for the skill whose name was found in it.

Three factors, each a logistic learned from sentences that people marked (``calibration.toml``):

* ``asks``: the sentence asks for something at all. Known from the sentence alone.
* ``within``: if it does, the name lies in what it asks for, and not in a title or beside it.
* ``right``: if it does, the skill is the one that people mean. Halved where two skills share a
  name.

They are apart because people marked different things: one set holds whole adverts, another only
sentences that ask, a third says which skill was meant. Each factor is fitted and measured where its
event is known; their product is the probability of a mention.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

FACTORS = ("asks", "within", "right")
_FILE = Path(__file__).parent / "calibration.toml"
# Letters beside a name that are looked at for what makes it a title of a person or a team.
_BESIDE = 30
_SHORTEST = 10  # letters of a sentence; shorter ones are taken to be as long


def _words(pattern: str) -> str:
    """Return a pattern that finds whole words in any case; quick, since words end as in ASCII."""
    return rf"(?i)(?-u:\b)(?:{pattern})(?-u:\b)"


_SENTENCE = {
    "words of skill": _words(
        r"experience|knowledge|understanding|skills?|abilit(?:y|ies)|able to|proficien[a-z]+|"
        r"competen[a-z]+|expertise|familiar[a-z]*|degree|qualif[a-z]+|strong|excellent|background"
    ),
    "words of need": _words(
        r"must|required?|requirements?|essential|desir[a-z]+|nice to have|a plus|ideally|"
        r"advantage[a-z]*|good|solid|proven|fluent[a-z]*|demonstrat[a-z]+|working with|years?"
    ),
    "you": _words(r"you|your"),
    "we": _words(r"our|we|us|is a|are a"),
}
_TITLE_AFTER = (
    r"(?i)^[\s/&-]*(?:[a-z]+[\s/-]+)?(?:engineers?|developers?|managers?|teams?|department|"
    r"specialists?|consultants?|officers?|analysts?|administrators?|architects?|lead|group|"
    r"institute|centre|center|university|platform|company|scientists?|designers?|testers?)(?-u:\b)"
)
_TITLE_BEFORE = _words(
    r"senior|junior|head of|department of|school of|institute of|faculty of|team of|manager|"
    r"director|engineer|specialist|professor"
)


def features(factor: str) -> tuple[str, ...]:
    """Return the names of what the logistic of a factor weighs, in order."""
    long = ("letters", "names")
    return {
        "asks": (*_SENTENCE, *long),
        "within": (
            "second name", "other form", "three words or more", "skill", "needs context",
            "title after", "title before", "words of need", *long,
        ),
        "right": ("second name", "one plain word", "language"),
    }[factor]  # fmt: skip


def described(read: pl.DataFrame) -> pl.DataFrame:
    """Return what is known of each name found: a row each, a column each of all ``features``.

    Args:
        read: as for ``probabilities``.
    """
    first = pl.col("row").ne_missing(pl.col("row").shift(1))
    told = read.select(which=first.cum_sum() - 1, first=first)
    sentences = read.filter(told["first"]).select(
        *(pl.col("text").str.contains(one).alias(name) for name, one in _SENTENCE.items()),
        letters=(pl.col("text").str.len_chars().clip(_SHORTEST) / 100).log(),
    )
    of_each = sentences.with_columns(
        names=told["which"].value_counts(sort=False).sort("which")["count"].log()
    )[told["which"]]
    begins, plain = pl.col("start").cast(pl.Int64), pl.col("sense") == "plain"
    before = pl.max_horizontal(begins - _BESIDE, 0)
    names = read.select(
        (pl.col("rank").is_in([2, 4])).alias("second name"),
        (pl.col("rank") >= 3).alias("other form"),
        (pl.col("words") >= 3).alias("three words or more"),
        (plain & (pl.col("words") == 1)).alias("one plain word"),
        (pl.col("kind") == "skill").alias("skill"),
        (pl.col("kind") == "language").alias("language"),
        (pl.col("sense") == "needs context").alias("needs context"),
        pl.col("text").str.slice("end", _BESIDE).str.contains(_TITLE_AFTER).alias("title after"),
        pl.col("text").str.slice(before, begins - before).str.contains(_TITLE_BEFORE)
        .alias("title before"),
    )  # fmt: skip
    return pl.concat([names, of_each], how="horizontal").cast(pl.Float64)


@cache
def fitted() -> dict[str, Any]:
    """Return the numbers that ship: of each factor ``intercept`` and ``weights`` by feature."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def weighed(described: pl.DataFrame, factor: str, numbers: Mapping[str, Any]) -> pl.Series:
    """Return the probability of a factor for each name.

    Args:
        described: what ``described`` returns.
        factor: one of ``FACTORS``.
        numbers: as ``fitted``.
    """
    weights = numbers[factor]["weights"]
    odds = pl.sum_horizontal(pl.col(name) * weights[name] for name in features(factor))
    return described.select(1 / (1 + (-(odds + numbers[factor]["intercept"])).exp())).to_series()


def probabilities(read: pl.DataFrame) -> NDArray[np.float64]:
    """Return the probability of each name found: that its sentence asks for its skill.

    Args:
        read: ``row`` (of the sentence; the names of one stand together), ``text``, ``start``,
            ``end``, ``rank``, ``words``, ``kind``, ``sense``, ``shared``.
    """
    known, numbers = described(read), fitted()
    asks, within, right = (weighed(known, factor, numbers) for factor in FACTORS)
    return (asks * within * right / read["shared"]).to_numpy()

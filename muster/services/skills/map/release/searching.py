"""Finding a skill by what somebody types: its name, a synonym, part of either, or with a typo.

Labels are compared without case, accents and punctuation. What is met exactly comes first, then
labels that begin with what was typed, then labels with a word that does, then labels that hold all
its words; only where these are few are labels compared letter by letter. Among equals, what more
adverts ask for comes first.
"""

import re
import unicodedata
from dataclasses import dataclass

import polars as pl
from rapidfuzz import fuzz, process

# Longer questions are cut: nobody types them, and time grows with their length.
_LONGEST = 100
# The least likeness, 0 to 100, at which a label is taken for a misspelling of what was typed.
_ALIKE = 72.0
_EXACT, _BEGINS, _WORD, _HOLDS = 100.0, 95.0, 90.0, 85.0
_NEITHER = re.compile(r"[^\w+#.]+")


def folded(text: str) -> str:
    """Return a text as labels are compared: small letters, no accents, single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(one for one in plain if not unicodedata.combining(one))
    return " ".join(_NEITHER.sub(" ", kept).split())


@dataclass(frozen=True, eq=False)
class Searched:
    """All labels of a release, ready to be searched."""

    labels: pl.DataFrame
    keys: list[str]

    @classmethod
    def of(cls, labels: pl.DataFrame, skills: pl.DataFrame) -> "Searched":
        """Return the labels of skills that stand on the map.

        Args:
            labels: ``id, label, preferred``.
            skills: ``id, label, adverts``.
        """
        own = skills.select("id", matched="label", preferred=pl.lit(True))
        every = (
            pl.concat([own, labels.select("id", matched="label", preferred="preferred")])
            .unique(["id", "matched"], keep="first", maintain_order=True)
            .join(skills.select("id", "label", "adverts"), on="id", maintain_order="left")
        )
        keys = [folded(one) for one in every["matched"].to_list()]
        return cls(every.with_columns(pl.Series("key", keys, pl.String)), keys)

    def search(self, text: str, *, limit: int) -> pl.DataFrame:
        """Return ``id, label, matched, score`` of at most ``limit`` skills, best first."""
        sought = folded(text[:_LONGEST])
        if not sought:
            return self._best(self.labels.head(0).with_columns(score=pl.lit(0.0)), limit)
        found = self._plain(sought)
        if found["id"].n_unique() < limit:
            found = pl.concat([found, self._alike(sought)])
        return self._best(found, limit)

    def _plain(self, sought: str) -> pl.DataFrame:
        """Return labels that hold what was typed."""
        key = pl.col("key")
        holds = pl.all_horizontal([key.str.contains(one, literal=True) for one in sought.split()])
        score = (
            pl.when(key == sought)
            .then(_EXACT)
            .when(key.str.starts_with(sought))
            .then(_BEGINS)
            .when(key.str.contains(f" {sought}", literal=True))
            .then(_WORD)
            .otherwise(_HOLDS)
        )
        return self.labels.filter(holds).with_columns(score=score)

    def _alike(self, sought: str) -> pl.DataFrame:
        """Return labels that what was typed may be a misspelling of."""
        met = process.extract(
            sought, self.keys, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=200
        ) + process.extract(
            sought, self.keys, scorer=fuzz.token_sort_ratio, score_cutoff=_ALIKE, limit=200
        )
        best: dict[int, float] = {}
        for _, score, row in met:
            best[row] = max(best.get(row, 0.0), min(float(score), _HOLDS - 1) * 0.95)
        return self.labels[list(best)].with_columns(
            score=pl.Series("score", list(best.values()), pl.Float64)
        )

    @staticmethod
    def _best(found: pl.DataFrame, limit: int) -> pl.DataFrame:
        """Return each skill once, by the label that fits best."""
        return (
            found.sort(
                ["score", "preferred", "adverts", "id", "matched"],
                descending=[True, True, True, False, False],
            )
            .unique("id", keep="first", maintain_order=True)
            .head(limit)
            .select("id", "label", "matched", "score")
        )

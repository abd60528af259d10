"""How special a skill is: asked for by a few kinds of job and organisation, or by all.

Take two adverts that ask for the skill. How much oftener than chance are they for the same
kind of job, of the same employer, of the same profession? That is near 1 for a general skill, and
large for a special one. For kinds of job and professions the two must be of different employers,
since an employer copies its own texts; unless hardly any two are, when a few adverts would settle
all. Where adverts state neither kinds of job, nor employers, nor professions that differ,
there is nothing to measure by, and how few ask for a skill is all that is left (``measured_by``).

Few pairs say little, so the answer is drawn in towards that of the skills most alike: a rare skill
is taken to be as special as what it belongs with until its own adverts say otherwise. And what few
adverts ask for at all has not been shown to be general: how few is a small part of the measure.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.linalg import eigsh
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import TfidfVectorizer
from threadpoolctl import threadpool_limits

from muster.services.skills.map.asked import Asked
from muster.services.skills.map.association import Association
from muster.services.skills.map.association.counting import scaled
from muster.services.skills.map.reading.corpus import NOT_STATED

FAMILIES = 40
NEIGHBOURS = 15
ADVERTS_OF_NEIGHBOURS, LENT_BY_ALL = 10.0, 0.5
OF_ORGANISATIONS, RARITY, LEAST_STATED, LEAST_DIFFERING = 0.4, 0.2, 0.1, 0.05
LEARNED_FROM = 20_000


def families(
    titles: Sequence[str], asked: Asked, *, many: int = FAMILIES, seed: int = 0
) -> NDArray[np.uint32]:
    """Return which kind of job each advert is for: clusters of titles by their words.

    By titles alone: were kinds made from skills, a skill asked for often would make a kind of its
    own, and then seem special. They are learned from adverts that ask for some skill, at most
    20,000 spread evenly. Fewer kinds where there are few adverts, ten to a kind on average.
    """
    some = np.flatnonzero(np.diff(asked.matrix.indptr))
    kinds = min(many, len(some) // 10)
    if kinds < 2:
        return np.zeros(len(titles), dtype=np.uint32)
    learned = some[np.unique(np.linspace(0, len(some) - 1, LEARNED_FROM).round().astype(np.int64))]
    words = TfidfVectorizer(sublinear_tf=True, min_df=2, stop_words="english", max_features=5_000)
    try:
        words.fit([titles[row] for row in learned])
    except ValueError:  # no word that two titles share
        return np.zeros(len(titles), dtype=np.uint32)
    with threadpool_limits(1):
        said = csr_array(words.transform(list(titles))).astype(np.float64)
        places = _flattened(said, learned)
        kinds = min(kinds, len(np.unique(places[learned].round(6), axis=0)))
        cluster = KMeans(kinds, n_init=2, max_iter=60, random_state=seed).fit(places[learned])
        return np.asarray(cluster.predict(places), dtype=np.uint32)


def specialism(
    asked: Asked,
    families: NDArray[np.uint32],
    organisations: Sequence[str | None],
    association: Association,
    *,
    professions: Sequence[str | None] | None = None,
    weights: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Return how special each skill is, from 0 (asked for everywhere) to 1.

    Args:
        asked: adverts by skills.
        families: of each advert, its kind of job.
        organisations: of each advert; None or "not stated" where it is not.
        association: which skills lend each other what is known of them.
        professions: of each advert, as it states; has no say where under a tenth
            state one, or all the same.
        weights: what each advert counts; by default what ``asked`` says.
    """
    counted = asked.weights if weights is None else weights
    table = _Table(asked.matrix.astype(np.float64), np.asarray(counted, dtype=np.float64))
    index, alike = association.near(NEIGHBOURS)
    near = (index, np.maximum(alike, 0.0) ** 2)
    employers = _codes(organisations)
    apart = employers if _differing(employers) > LEAST_DIFFERING else None
    total = np.log(_drawn_in(*table.concentration(_codes(families.tolist()), apart), near))
    total += OF_ORGANISATIONS * np.log(_drawn_in(*table.concentration(employers), near))
    stated = None if professions is None else _codes(professions)
    if stated is not None and _have_a_say(stated):
        by_profession = table.concentration(stated, apart)
        total = (total + np.log(_drawn_in(*by_profession, near))) / 2
    share = association.expected / max(association.adverts, 1e-9)
    total -= RARITY * np.log(np.maximum(share, 1e-9))
    least, most = float(total.min()), float(total.max())
    return np.asarray((total - least) / (most - least) if most > least else np.zeros(len(total)))


def measured_by(
    families: NDArray[np.uint32],
    organisations: Sequence[str | None],
    professions: Sequence[str | None],
) -> list[str]:
    """Return by what adverts can be told apart, so that some skills are asked for by few of them.

    Of ``kinds of job``, ``professions`` and ``organisations`` those of which there are two or more;
    none where the measure of ``specialism`` is how few adverts ask for a skill, and nothing else.
    """
    stated = _codes(professions)
    several = {
        "kinds of job": len(np.unique(families)) > 1,
        "professions": _have_a_say(stated),
        "organisations": _codes(organisations).max(initial=-1) > 0,
    }
    return [name for name, there in several.items() if there]


@dataclass(frozen=True)
class _Table:
    """Adverts by skills, and what each advert counts."""

    matrix: csr_array
    weights: NDArray[np.float64]

    def concentration(
        self, groups: NDArray[np.int64], apart: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return how much oftener two of a skill's adverts share a group than chance has it.

        Counted over pairs of adverts, an advert never with itself, so that it comes out right on
        average however few there are. And from how many adverts that is known; where no pair can
        be made, from none.

        Args:
            groups: of each advert; an advert of group -1 has no say.
            apart: of each advert, what pairs must differ in: two adverts of one employer may
                share a text, which says nothing of the skill.
        """
        stated = np.flatnonzero(groups >= 0)
        if not len(stated):
            return np.ones(self.matrix.shape[1]), np.zeros(self.matrix.shape[1])
        rows, own = scaled(self.matrix[stated], self.weights[stated]), groups[stated]
        within = np.arange(len(stated)) if apart is None else _alone_if_not_stated(apart[stated])
        inside = own * (within.max() + 1) + within
        counts = _summed(rows, own)
        of_all = _sizes(self.weights[stated], own)
        every = np.asarray(counts.sum(axis=0)).ravel()
        pairs = every**2 - _squares(_summed(rows, within))
        alike = _squares(counts) - _squares(_summed(rows, inside))
        chance = np.asarray(counts.T @ (of_all / of_all.sum())).ravel() / np.maximum(every, 1e-12)
        some = (pairs > 1e-6 * every**2) & (chance > 0)
        ratio = np.where(some, alike / np.maximum(pairs * chance, 1e-12), 1.0)
        return ratio, np.where(some, pairs / np.maximum(every, 1e-12), 0.0)


def _drawn_in(
    ratio: NDArray[np.float64],
    adverts: NDArray[np.float64],
    near: tuple[NDArray[np.int64], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """Return each ratio drawn towards its neighbours' and theirs towards all, the less is known.

    ``near`` holds each skill's neighbours and how much each has to say.
    """
    index, alike = near
    sure = adverts / (adverts + ADVERTS_OF_NEIGHBOURS)
    whole = float((sure * ratio).sum() / sure.sum()) if sure.sum() > 0 else 1.0
    say = alike * sure[index]
    lent = ((say * ratio[index]).sum(axis=1) + LENT_BY_ALL * whole) / (
        say.sum(axis=1) + LENT_BY_ALL
    )
    drawn = sure * ratio + (1 - sure) * lent
    return np.asarray(np.maximum(drawn, 0.05))


def _summed(rows: csr_array, groups: NDArray[np.int64]) -> csr_array:
    """Return groups by columns: the sum of the rows of each group."""
    _, group = np.unique(groups, return_inverse=True)
    member = csr_array((np.ones(len(group)), (group, np.arange(len(group)))))
    return csr_array((member @ rows).tocsr())


def _sizes(weights: NDArray[np.float64], groups: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the weight of each group, in the order of ``_summed``."""
    return np.asarray(np.bincount(np.unique(groups, return_inverse=True)[1], weights=weights))


def _squares(table: csr_array) -> NDArray[np.float64]:
    """Return the sum of the squares of each column."""
    squares = np.bincount(table.indices, weights=table.data**2, minlength=table.shape[1])
    return np.asarray(squares, dtype=np.float64)


def _alone_if_not_stated(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return codes with a number of its own for each advert that states none."""
    missing = codes < 0
    own = codes.copy()
    own[missing] = codes.max(initial=0) + 1 + np.arange(missing.sum())
    return own


def _differing(codes: NDArray[np.int64]) -> float:
    """Return the share of pairs of adverts that differ; one that states nothing differs from all.

    0 where fewer than two values are stated.
    """
    stated = np.bincount(codes[codes >= 0])
    if len(stated) < 2:
        return 0.0
    return float(1 - (stated.astype(np.float64) ** 2).sum() / len(codes) ** 2)


def _have_a_say(stated: NDArray[np.int64]) -> bool:
    """Return whether two professions or more are stated, and by enough adverts."""
    return bool(stated.max(initial=-1) > 0 and np.mean(stated >= 0) > LEAST_STATED)


def _codes(values: Sequence[object]) -> NDArray[np.int64]:
    """Return a number for each value in order of first use; -1 for what is not stated."""
    # Adverts are many, and what they state is little: each value is looked at once.
    stated = [value for value in dict.fromkeys(values) if not _not_stated(value)]
    numbers = {value: number for number, value in enumerate(stated)}
    return np.array([numbers.get(value, -1) for value in values], dtype=np.int64)


def _not_stated(value: object) -> bool:
    """Return whether a value is None, or text that says nothing or that nothing is stated."""
    said = value.strip().lower() if isinstance(value, str) else value
    return said is None or said in ("", NOT_STATED)


def _flattened(
    known: csr_array, learned: NDArray[np.int64], directions: int = 40
) -> NDArray[np.float64]:
    """Return the adverts in the directions in which those learned from differ most."""
    sample = known[learned]
    columns = int(known.shape[1])
    gram = csr_array((sample.T @ sample).tocsr())
    if columns <= directions + 2:
        vectors = np.linalg.eigh(gram.toarray())[1]
    else:
        start = np.cos(np.arange(1, columns + 1) * 0.7) + 1.5
        vectors = eigsh(gram, k=directions, which="LA", v0=start, rng=0, tol=1e-5)[1]
    flat = np.asarray(known @ vectors)
    return np.asarray(flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-9))

"""Which skill is the more special, row by row: the general lie in the middle of the map.

Adverts of a made service: five kinds of job, each with twelve employers. A row says how a skill is
asked for: by which kinds of job, by how many employers, in how many adverts. Rare skills are the
trap: seen seldom, a skill must not look as if everybody asked for it.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array

from muster.services.skills.map.asked import Asked
from muster.services.skills.map.association import associate
from muster.services.skills.map.generality import families, measured_by, specialism

KINDS = ("nurse", "accountant", "gardener", "programmer", "teacher")
EMPLOYERS, OF_A_KIND = 12, 240
ADVERTS = len(KINDS) * OF_A_KIND
ALL = tuple(range(len(KINDS)))


@dataclass(frozen=True)
class Skill:
    """Which kinds of job ask for it, in how many adverts, of how many employers."""

    kinds: tuple[int, ...]
    adverts: int
    employers: int = EMPLOYERS


SKILLS = {
    "communication": Skill(ALL, 700),
    "team work": Skill(ALL, 400),
    "time management": Skill(ALL, 150),
    "mentoring": Skill(ALL, 40),
    "budgets": Skill((1, 3), 120),
    "administering medicines": Skill((0,), 120),
    "wound care": Skill((0,), 40),
    "hair": Skill((0,), 6, 3),
    "ledgers": Skill((1,), 100),
    "pruning": Skill((2,), 100),
    "golf": Skill((2,), 6, 2),
    "Python": Skill((3,), 110),
    "Fortran": Skill((3,), 5, 3),
    "phonics": Skill((4,), 90),
    "archery": Skill((2, 4), 3, 3),
    "mission of one employer": Skill(ALL, 60, 1),
    "slogan of two employers": Skill(ALL, 190, 2),
    "croquet": Skill(ALL, 2),
}

# (the more general, the more special, why)
ROWS = [
    ("communication", "administering medicines", "all ask for the one, nurses for the other"),
    ("communication", "ledgers", "all ask for the one, accountants for the other"),
    ("team work", "Python", "all ask for the one, programmers for the other"),
    ("time management", "pruning", "seldom is not special, if all kinds of job ask"),
    ("time management", "phonics", "seldom is not special, if all kinds of job ask"),
    ("mentoring", "wound care", "as rare as each other, but all kinds of job ask for the one"),
    ("budgets", "ledgers", "two kinds of job are more than one"),
    ("team work", "budgets", "two kinds of job are fewer than all"),
    ("communication", "hair", "rare is not general"),
    ("time management", "hair", "rare is not general"),
    ("mentoring", "hair", "rare is not general"),
    ("communication", "golf", "rare is not general"),
    ("time management", "golf", "rare is not general"),
    ("mentoring", "golf", "rare is not general"),
    ("time management", "Fortran", "rare is not general"),
    ("time management", "archery", "three adverts of two kinds do not make a skill general"),
    ("team work", "croquet", "two adverts of two kinds do not make a skill general"),
    ("time management", "croquet", "two adverts of two kinds do not make a skill general"),
    ("budgets", "croquet", "what two adverts ask for is not as general as that"),
    ("mentoring", "archery", "three adverts of two kinds do not make a skill general"),
    ("time management", "slogan of two employers", "no rarer, but of two employers"),
    ("mentoring", "mission of one employer", "one employer's text is not the service's"),
]


@cache
def told() -> dict[str, float]:
    """Return how special each skill of the made service is."""
    chance = np.random.default_rng(7)
    kind = np.arange(ADVERTS) // OF_A_KIND
    employer = chance.integers(0, EMPLOYERS, ADVERTS)
    table = np.zeros((ADVERTS, len(SKILLS)), np.float32)
    for column, skill in enumerate(SKILLS.values()):
        may = np.flatnonzero(np.isin(kind, skill.kinds) & (employer < skill.employers))
        table[chance.choice(may, min(skill.adverts, len(may)), replace=False), column] = 0.8
    wanted = Asked(csr_array(table), np.arange(len(SKILLS), dtype=np.uint32), np.ones(ADVERTS))
    titles = [f"{KINDS[of]} {'senior' if at % 3 else 'deputy'}" for at, of in enumerate(kind)]
    special = specialism(
        wanted, families(titles, wanted), [f"employer {one}" for one in employer],
        associate(wanted),
    )  # fmt: skip
    return dict(zip(SKILLS, special.tolist(), strict=True))


@pytest.mark.parametrize(("general", "special", "why"), ROWS)
def test_the_more_special(general: str, special: str, why: str) -> None:
    assert told()[general] < told()[special], why


def test_one_text_of_two_employers_is_plainly_more_special() -> None:
    assert told()["slogan of two employers"] > told()["time management"] + 0.15


def test_it_is_a_share() -> None:
    assert min(told().values()) == 0.0
    assert max(told().values()) == 1.0


def made(adverts: int, skills: int) -> tuple[Asked, NDArray[np.uint32]]:
    table = (np.random.default_rng(1).random((adverts, skills)) < 0.5).astype(np.float32)
    table[0] = 1.0
    wanted = Asked(csr_array(table), np.arange(skills, dtype=np.uint32), np.ones(adverts))
    return wanted, families([f"post {row % 3}" for row in range(adverts)], wanted)


@pytest.mark.parametrize(
    ("adverts", "skills", "organisation"),
    [(20, 3, "one"), (20, 1, "one"), (1, 2, "one"), (60, 5, None), (60, 5, "")],
    ids=["one employer", "one skill", "one advert", "none stated", "nothing written"],
)
def test_little_to_go_by_is_still_a_number(
    adverts: int, skills: int, organisation: str | None
) -> None:
    wanted, kinds = made(adverts, skills)
    special = specialism(wanted, kinds, [organisation] * adverts, associate(wanted))
    assert special.shape == (skills,)
    assert np.isfinite(special).all()


def test_professions_have_a_say_where_they_are_stated() -> None:
    wanted, kinds = made(200, 8)
    places = [f"employer {row % 9}" for row in range(200)]
    association = associate(wanted)
    asks_for_first = wanted.matrix.toarray()[:, 0] > 0
    stated = ["science" if asks else "policy" for asks in asks_for_first]
    without, hardly, given = (
        specialism(wanted, kinds, places, association, professions=professions)
        for professions in (None, ["science", *[None] * 199], stated)
    )
    np.testing.assert_array_equal(without, hardly)
    assert np.argmax(given) == 0


def test_kinds_of_job_are_told_by_titles() -> None:
    wanted, _ = made(300, 4)
    titles = [f"{KINDS[row % 5]} band {row % 3}" for row in range(300)]
    kinds = families(titles, wanted)
    for kind in KINDS:
        mine = {int(kinds[row]) for row, title in enumerate(titles) if title.startswith(kind)}
        others = {int(kinds[row]) for row, title in enumerate(titles) if kind not in title}
        assert not mine & others


NOBODY = [None, "", "not stated", " Not stated", "the only one"]


@pytest.mark.parametrize("others", [1, 4], ids=str)
def test_a_few_adverts_of_another_employer_do_not_settle_all(others: int) -> None:
    """Were only pairs of two employers looked at, these few adverts would be in all of them."""
    kind = np.arange(1000) % 5
    asks = np.random.default_rng(0).random((1000, 20))
    table = np.where(asks < 0.2, 0.9, 0)
    table[:, :10] *= (kind[:, None] == np.arange(10) % 5) * 1.0
    wanted = Asked(csr_array(table.astype(np.float32)), np.arange(20, dtype=np.uint32),
                   np.ones(1000))  # fmt: skip
    kinds = families([KINDS[one] for one in kind], wanted)
    employers = ["another"] * others + ["the usual one"] * (1000 - others)
    special = specialism(wanted, kinds, employers, associate(wanted))
    assert special[:10].min() > special[10:].max()


@pytest.mark.parametrize("employer", NOBODY, ids=str)
def test_fewer_than_two_employers_leave_kinds_of_job_to_measure_by(employer: str | None) -> None:
    """As many adverts ask for the one as for the other; all kinds of job, and nurses alone."""
    kind = np.arange(400) % 5
    table = np.zeros((400, 4), np.float32)
    table[:40, 0] = 0.9
    table[np.flatnonzero(kind == 0)[:40], 1] = 0.9
    table[:200, 2] = table[np.flatnonzero(kind == 3), 3] = 0.9
    wanted = Asked(csr_array(table), np.arange(4, dtype=np.uint32), np.ones(400))
    kinds = families([KINDS[one] for one in kind], wanted)
    special = specialism(wanted, kinds, [employer] * 400, associate(wanted))
    assert special[1] > special[0] + 0.2


def test_what_is_not_stated_is_no_employer_and_no_profession() -> None:
    wanted, kinds = made(200, 8)
    association = associate(wanted)
    stated = [f"employer {row % 9}" if row % 3 else None for row in range(200)]
    written = [one or "not stated" for one in stated]
    np.testing.assert_array_equal(
        specialism(wanted, kinds, stated, association, professions=stated),
        specialism(wanted, kinds, written, association, professions=written),
    )
    np.testing.assert_array_equal(
        specialism(wanted, kinds, stated, association),
        specialism(wanted, kinds, stated, association, professions=["not stated"] * 200),
    )


# titles | organisations | professions | by what it is measured
MEASURED = """
nurse, cook | A, B        | Care, Food             | kinds of job, professions, organisations
nurse, cook | A, A        | Care, Care             | kinds of job
nurse, cook | not stated  | not stated             | kinds of job
post, post  | A, B        |                        | organisations
post, post  | not stated  | Care, Food             | professions
post, post  | A, A        | Care                   |
post, post  | not stated  |                        |
"""


@pytest.mark.parametrize("line", MEASURED.strip().splitlines())
def test_by_what_it_is_measured(line: str) -> None:
    titles, organisations, professions, expected = (
        [one.strip() for one in part.split(",")] for part in line.split("|")
    )
    wanted, _ = made(60, 3)
    of = [[some[row % len(some)] for row in range(60)] for some in (organisations, professions)]
    kinds = families([titles[row % 2] for row in range(60)], wanted)
    assert measured_by(kinds, *of) == [one for one in expected if one]


def test_with_nothing_to_measure_by_the_rarer_is_the_more_special() -> None:
    wanted, _ = made(200, 4)
    table = wanted.matrix.toarray()
    for column, adverts in enumerate((160, 80, 40, 20)):
        table[:, column] = np.arange(200) < adverts
    wanted = Asked(csr_array(table), wanted.skills, wanted.weights)
    kinds = np.zeros(200, np.uint32)
    assert measured_by(kinds, [None] * 200, [None] * 200) == []
    special = specialism(wanted, kinds, [None] * 200, associate(wanted))
    assert np.argsort(special).tolist() == [0, 1, 2, 3]

"""Grades, pay, professions and post titles of the pretend service.

The grade pyramid and part-time share are round numbers near those the Civil Service publishes;
pay bands are invented but of a believable size. Pay is annual, for full-time work, in whole pounds
held as pence.
"""

import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from synthetic.chance import Chance, Weighted

PROFESSIONS_FILE = Path(__file__).with_name("professions.toml")

ENGAGEMENTS = ("permanent", "fixed_term", "loan_out", "loan_in", "contractor", "agency")
SUBSTANTIVE = frozenset({"permanent", "fixed_term"})  # the employer is the person's own
UNPAID_HERE = frozenset({"loan_in", "contractor", "agency"})  # somebody else's payroll


class Grade(NamedTuple):
    """A grade: people per mille, full-time pay in pounds from and to, and the youngest age."""

    key: str
    share: float
    pay_from: int
    pay_to: int
    youngest: int
    tier: int  # which of a profession's five lists of titles


GRADES = (
    Grade("AA", 30, 24_600, 26_000, 17, 0),
    Grade("AO", 215, 25_700, 28_600, 17, 0),
    Grade("EO", 262, 29_500, 34_200, 18, 1),
    Grade("HEO", 187, 36_200, 43_400, 20, 1),
    Grade("SEO", 125, 43_600, 52_300, 22, 2),
    Grade("G7", 122, 56_400, 68_200, 23, 2),
    Grade("G6", 44, 69_300, 82_600, 27, 3),
    Grade("SCS1", 11, 83_000, 117_800, 32, 4),
    Grade("SCS2", 3, 101_000, 162_500, 38, 4),
    Grade("SCS3", 1, 131_000, 208_100, 42, 4),
    Grade("SCS4", 0.2, 164_000, 208_100, 47, 4),
)
GRADE_KEYS = tuple(grade.key for grade in GRADES)
LONDON_PAY = 1.09
# What the work costs beside the pay of whoever does it as an employee, by who does it.
DEARER = {"contractor": 1.9, "agency": 1.3}
DAYS_A_YEAR = 220

DIRECTORATES = (
    "Operations",
    "Strategy and Policy",
    "Corporate Services",
    "Digital and Change",
    "Customer Services",
    "Regulation and Standards",
    "Science and Evidence",
    "Finance and Commercial",
    "Regions and Nations",
    "Chief Executive's Office",
)

_FTE = Weighted((100, 80, 60, 90, 50, 54, 81, 86, 40, 20), (0, 28, 22, 10, 12, 6, 8, 8, 4, 2))
_GRADE_DRAW = Weighted(GRADES, [grade.share for grade in GRADES])
_ENGAGEMENT_DRAW = Weighted(
    ("permanent", "fixed_term", "contractor", "agency", "loan_in"), (925, 45, 10, 16, 4)
)


class Profession(NamedTuple):
    """A profession, and the words each layout uses for it ("/" parts words used in turn)."""

    key: str
    name: str
    shares: tuple[int, int]
    stated: dict[str, str]
    titles: tuple[tuple[str, ...], ...]


def _professions() -> tuple[Profession, ...]:
    book: dict[str, Any] = tomllib.loads(PROFESSIONS_FILE.read_text(encoding="utf-8"))
    return tuple(
        Profession(
            key=entry["key"],
            name=entry["name"],
            shares=tuple(entry["shares"]),
            stated=entry["stated"],
            titles=tuple(tuple(titles.split("/")) for titles in entry["titles"]),
        )
        for entry in book["profession"]
    )


PROFESSIONS = _professions()
_PROFESSION_DRAW = tuple(
    Weighted(PROFESSIONS, [p.shares[half] for p in PROFESSIONS]) for half in (0, 1)
)


def draw_grade(chance: Chance) -> Grade:
    return _GRADE_DRAW.draw(chance)


def grade_above(grade: Grade) -> Grade:
    """The next grade up, or the same at the top."""
    return GRADES[min(GRADES.index(grade) + 1, len(GRADES) - 1)]


def draw_profession(grade: Grade, chance: Chance) -> Profession:
    return _PROFESSION_DRAW[grade.key not in ("AA", "AO", "EO")].draw(chance)


def draw_title(profession: Profession, grade: Grade, chance: Chance) -> str:
    return chance.pick(profession.titles[grade.tier])


def draw_engagement(chance: Chance) -> str:
    return _ENGAGEMENT_DRAW.draw(chance)


def draw_fte(sex: str, chance: Chance) -> int:
    """Working time in hundredths of full time. A fifth work part-time, more women than men."""
    return _FTE.draw(chance) if chance.happens(0.31 if sex == "F" else 0.11) else 100


def draw_pay(grade: Grade, region: str, chance: Chance) -> int:
    """Annual full-time pay in pence."""
    pounds = chance.between(grade.pay_from, grade.pay_to)
    return int(pounds * LONDON_PAY) * 100 if region == "London" else pounds * 100


def day_rate(grade: Grade, region: str, engagement: str, habit: int) -> int | None:
    """What a full day of a contractor or agency worker costs, in pence; None for others.

    It is not drawn, so that it moves nothing that is: `habit`, from 0 to 999, says where between
    the least and the most.
    """
    if engagement not in DEARER:
        return None
    year = grade.pay_from + (grade.pay_to - grade.pay_from) * habit / 1000
    year *= DEARER[engagement] * (LONDON_PAY if region == "London" else 1)
    return 500 * round(year / DAYS_A_YEAR / 5)

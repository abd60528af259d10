"""Which jobs are advertised: by whom, of what kind, where, at which grade, when, asking for what.

An employer has leanings: it advertises some kinds of job much more than others do. A job asks for
skills that stand near each other in its family's list, near its beginning more often than not,
borrows a few from families near its own, and adds general ones. Demand for a skill rises or falls
by about a factor of five over the period.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp

from synthetic.adverts.wording import ENGLISH, FAMILIES, WELSH, Family, Skill
from synthetic.chance import Chance, Weighted
from synthetic.employers import Employer
from synthetic.work import DIRECTORATES, GRADES, LONDON_PAY, Grade

MONTHS = 36
_DAYS = 1096
_LEANING = 4.4  # how unlike employers are: the spread of the logarithm of a family's share
_WIDTH, _ANYWHERE = 2.2, 0.06  # how far apart skills asked for together stand in their list
_EARLY, _BORROWED, _WELSH, _SLOPE = 2.2, 0.15, 0.3, 1.6
_IN_OTHER_WORDS = 1.6  # how much oftener a skill is asked for that adverts have other words for
_HOURS = Weighted(("FULL_TIME", "PART_TIME", "TEMPORARY"), (80, 12, 8))
_OF = {family.key: family for family in FAMILIES}


@dataclass(frozen=True, slots=True)
class Job:
    """One job as it is advertised; `skills` are those its text has to ask for."""

    employer: Employer
    family: Family
    title: str
    grade: Grade
    town: str
    region: str
    posted: date
    low: int
    high: int
    hours: str
    unit: str
    welsh: bool
    skills: tuple[Skill, ...]
    general: tuple[Skill, ...]


class Jobs:
    """Draws jobs of some employers, posted in the three years that end on `last`."""

    def __init__(self, employers: Sequence[Employer], last: date, chance: Chance) -> None:
        self._chance, self._first = chance, last - timedelta(days=_DAYS - 1)
        self._employers = Weighted(employers, [one.size**0.85 for one in employers])
        self._families = {one.number: _leaning(chance) for one in employers}
        self._skills: dict[tuple[str, int, int], Weighted[Skill]] = {}
        self._general = [
            Weighted(
                ENGLISH.general,
                [_demand(one, month) / (place + 2) for place, one in enumerate(ENGLISH.general)],
            )
            for month in range(MONTHS)
        ]

    def draw(self) -> Job:
        """The next job."""
        chance = self._chance
        employer = self._employers.draw(chance)
        family = self._families[employer.number].draw(chance)
        site = chance.pick_early(employer.sites)
        day = int(_DAYS * chance.unit() ** 0.9)
        grade = _grade(family, chance)
        extra = LONDON_PAY if site.region == "London" else 1.0
        low = round(grade.pay_from * extra * (1 + 0.04 * chance.unit()), -1)
        welsh = site.region == "Wales" and chance.happens(_WELSH)
        month = day * MONTHS // _DAYS
        return Job(
            employer=employer,
            family=family,
            title=chance.pick(family.titles),
            grade=grade,
            town=site.town,
            region=site.region,
            posted=self._first + timedelta(days=day),
            low=int(low),
            high=int(max(low, round(grade.pay_to * extra, -1))),
            hours=_HOURS.draw(chance),
            unit=chance.pick(DIRECTORATES),
            welsh=welsh,
            skills=_some(WELSH.general, 4, chance) if welsh else self._asked(family, month),
            general=() if welsh else self._drawn(self._general[month], chance.between(2, 4)),
        )

    def _asked(self, family: Family, month: int) -> tuple[Skill, ...]:
        """Six to eight skills of a family, some of them of families near it."""
        chance, found = self._chance, dict[str, Skill]()
        wanted, centre = chance.between(6, 8), self._centre(family)
        while len(found) < min(wanted, len(family.skills)):
            of, about = family, centre
            if chance.happens(_BORROWED):
                of = _OF[chance.pick_early(family.near)]
                about = self._centre(of)
            one = self._near(of, about, month).draw(chance)
            found[one.name] = one
        return tuple(found.values())

    def _centre(self, family: Family) -> int:
        """Where in its family's list a job stands; near the beginning most often."""
        return int(len(family.skills) * self._chance.unit() ** _EARLY)

    def _near(self, family: Family, centre: int, month: int) -> Weighted[Skill]:
        month = month // 3 * 3 + 1  # of a quarter, so that few are worked out
        key = family.key, centre, month
        if key not in self._skills:
            self._skills[key] = Weighted(
                family.skills,
                [
                    (exp(-(((place - centre) / _WIDTH) ** 2)) + _ANYWHERE)
                    * _demand(one, month) / (place + 3) ** 0.4
                    * (_IN_OTHER_WORDS if len(one.surfaces) > 1 else 1)
                    for place, one in enumerate(family.skills)
                ],
            )  # fmt: skip
        return self._skills[key]

    def _drawn(self, of: Weighted[Skill], count: int) -> tuple[Skill, ...]:
        found = dict[str, Skill]()
        while len(found) < count:
            one = of.draw(self._chance)
            found[one.name] = one
        return tuple(found.values())


def _demand(skill: Skill, month: int) -> float:
    return exp(_SLOPE * skill.trend * (month / (MONTHS - 1) - 0.5))


def _leaning(chance: Chance) -> Weighted[Family]:
    """How often an employer advertises each kind of job."""
    shares = [one.share * exp(_LEANING * (chance.unit() + chance.unit() - 1)) for one in FAMILIES]
    return Weighted(FAMILIES, shares)


def _grade(family: Family, chance: Chance) -> Grade:
    """A grade of the tiers that a family has; junior ones more often, as posts are."""
    least, most = family.grades
    fitting = [one for one in GRADES if least <= one.tier <= most and one.share >= 1]
    return Weighted(fitting, [one.share**0.5 for one in fitting]).draw(chance)


def _some(skills: Sequence[Skill], count: int, chance: Chance) -> tuple[Skill, ...]:
    order = list(range(len(skills)))
    chance.shuffle(order)
    return tuple(skills[place] for place in order[:count])

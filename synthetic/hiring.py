"""Making people, and giving them posts: what an employer writes down when somebody starts."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from synthetic.chance import Chance
from synthetic.employers import Employer
from synthetic.identifiers import Numbering, miskeyed, nino
from synthetic.names import Name, NameBook, respelt
from synthetic.people import Assignment, Employment, Person, Post
from synthetic.work import (
    DIRECTORATES,
    UNPAID_HERE,
    Grade,
    Profession,
    draw_fte,
    draw_pay,
    draw_profession,
    draw_title,
)

OLDEST = 67
NO_NINO = {"contractor": 0.35, "agency": 0.3, "loan_in": 0.15}  # shares without a number on file


@dataclass(slots=True)
class Vacancy:
    """A post somebody has left, free from a day."""

    post: Post
    free_from: date


class Hiring:
    """Makes people and employs them; numbers everything in the order it is made."""

    def __init__(self, chance: Chance) -> None:
        self.chance = chance
        self.names = NameBook()
        self._numbering = Numbering(chance)
        self._counts: dict[str, int] = defaultdict(int)
        self._vacancies: dict[int, list[Vacancy]] = defaultdict(list)

    def _next(self, letter: str) -> int:
        self._counts[letter] += 1
        return self._counts[letter]

    def _id(self, letter: str) -> str:
        return f"{letter}{self._next(letter):07d}"

    # -- people ------------------------------------------------------------------------------

    def person(self, name: Name, sex: str, birth_date: date) -> Person:
        number = self._next("P")
        return Person(f"P{number:07d}", number, name, sex, birth_date, nino(number))

    def stranger(self, grade: Grade, today: date) -> Person:
        """Somebody of an age that fits the grade."""
        sex = "F" if self.chance.happens(0.545) else "M"
        years = OLDEST - grade.youngest
        spread = (self.chance.unit() + self.chance.unit()) / 2  # most in the middle
        age_days = int((grade.youngest + years * spread) * 365.25)
        return self.person(self.names.name(sex, self.chance), sex, today - timedelta(days=age_days))

    def double_of(self, person: Person, today: date) -> Person | None:
        """Somebody easily mistaken for `person`: a twin, a son of the same name, or a namesake.

        A namesake shares name and birthday and nothing else. None if there can be no such person.
        """
        if not person.name.first:
            return None
        kind = self.chance.pick(("twin", "twin", "parent", "parent", "namesake"))
        name, born, sex = person.name, person.birth_date, person.sex
        if kind == "twin":
            sex = self.chance.pick("FM")
            name = self.names.forename_unlike(person.name, sex, self.chance)
        elif kind == "parent":
            youth = person.birth_date + timedelta(days=self.chance.between(7400, 12_500))
            if sex == "F" or (today - youth).days < 18 * 366:
                return None
            born = youth
        double = self.person(name, sex, born)
        double.relation, double.related_to = kind, person.person_id
        return double

    # -- posts -------------------------------------------------------------------------------

    def post(self, employer: Employer, grade: Grade, profession: Profession) -> Post:
        reference = self._numbering.post_reference(employer)
        return Post(
            post_id=f"{employer.slug}:{reference}",
            employer=employer,
            reference=reference,
            title=draw_title(profession, grade, self.chance),
            grade=grade,
            profession=profession,
            directorate=self.chance.pick_early(DIRECTORATES),
            site=self.chance.pick_early(employer.sites),
        )

    def vacate(self, employment: Employment, day: date) -> None:
        """`employment`'s post is free from `day`."""
        post = employment.assignments[-1].post
        self._vacancies[employment.employer.number].append(Vacancy(post, day))

    def vacancy(self, employer: Employer, day: date) -> Post | None:
        """A post that has been left and is free on `day`; it is then taken."""
        free = self._vacancies[employer.number]
        for place, vacancy in enumerate(free[:8]):
            if vacancy.free_from <= day:
                return free.pop(place).post
        return None

    # -- employment --------------------------------------------------------------------------

    def employ(
        self,
        person: Person,
        post: Post,
        *,
        engagement: str,
        start: date,
        name: Name | None = None,
        fte_hundredths: int | None = None,
    ) -> Employment:
        """Start `person` in `post`. Without a `name`, the employer takes down the legal one."""
        employer = post.employer
        employment = Employment(
            employment_id=self._id("E"),
            employer=employer,
            staff_number=self._numbering.staff_number(employer),
            engagement=engagement,
            valid_from=start,
            names=[(start, name or person.name)],
            birth_date=person.birth_date,
            nino=person.nino,
            email=self._numbering.email(employer, name or person.name),
            habit=self.chance.below(1000),
        )
        person.employments.append(employment)
        self.assign(employment, post, start, fte_hundredths or draw_fte(person.sex, self.chance))
        return employment

    def assign(self, employment: Employment, post: Post, day: date, fte_hundredths: int) -> None:
        """Put the employment in `post` from `day`, ending the assignment before it."""
        if employment.assignments:
            employment.assignments[-1].valid_to = day
        paid = employment.engagement not in UNPAID_HERE
        pay = draw_pay(post.grade, post.site.region, self.chance) if paid else None
        employment.assignments.append(Assignment(self._id("A"), post, fte_hundredths, pay, day))

    def with_slips(self, employment: Employment, *, likely: float) -> None:
        """Let the employer's clerk slip: a name held differently, a number mistyped or missing.

        `likely` is the chance that the name differs; the other slips are rare whatever it is.
        """
        chance = self.chance
        if chance.happens(likely):
            since, name = employment.names[-1]
            other, way = respelt(name, chance)
            employment.names[-1] = (since, other)
            employment.slip = way
        if chance.happens(NO_NINO.get(employment.engagement, 0.025)):
            employment.nino = ""
        elif chance.happens(0.004):
            employment.nino, employment.slip = miskeyed(employment.nino, chance), "nino_miskeyed"
        born = employment.birth_date
        if born.day <= 12 and born.day != born.month and chance.happens(0.003):
            employment.birth_date = born.replace(month=born.day, day=born.month)
            employment.slip = "birth_date_turned"

    def profession(self, grade: Grade) -> Profession:
        return draw_profession(grade, self.chance)

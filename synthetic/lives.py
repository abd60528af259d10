"""Months passing in the pretend service: who joins, moves, is promoted, marries, is lent, leaves.

`Lives.people()` tells each person's whole window of months before the next person begins, so a
service of any size passes through in blocks. Rates are per month of 30.4 days and scale with the
days between two snapshots.
"""

from array import array
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from synthetic.chance import Chance, Weighted
from synthetic.employers import Employer
from synthetic.hiring import Hiring
from synthetic.names import respelt
from synthetic.people import Employment, Person
from synthetic.story import main_character
from synthetic.work import draw_engagement, draw_grade, grade_above

JOIN_RATE = 0.008
LEAVE_RATE = 0.008
MOVE_RATE = 0.004
PROMOTION_RATE = 0.006
SURNAME_RATE = {"F": 0.0019, "M": 0.0004}
LENT_SHARE = 0.008  # of those employed when the window opens
DOUBLE_SHARE = 0.006
TYPED_AGAIN = 0.35  # chance that a mover's new employer holds the name differently
DAY = timedelta(days=1)


class Period(NamedTuple):
    """The days up to one snapshot, both included: `last` is its as-at date."""

    first: date
    last: date

    @property
    def months(self) -> float:
        return ((self.last - self.first).days + 1) / 30.4


def periods(as_at: Sequence[date]) -> tuple[Period, ...]:
    """One period per as-at date; the first begins with its calendar month."""
    if not as_at or list(as_at) != sorted(set(as_at)):
        raise ValueError("as_at: give at least one date, earliest first, none twice")
    firsts = [as_at[0].replace(day=1), *(day + DAY for day in as_at[:-1])]
    return tuple(Period(first, last) for first, last in zip(firsts, as_at, strict=True))


class Lives:
    """Everybody's lives over the window. `people` are employed on the day it opens."""

    def __init__(
        self, employers: Sequence[Employer], months: Sequence[Period], chance: Chance
    ) -> None:
        self._employers = employers
        self._periods = months
        self._chance = chance
        self._hiring = Hiring(chance)
        self._by_size = Weighted(employers, [employer.size for employer in employers])

    def people(self) -> Iterator[Person]:
        """The main character, those employed when the window opens, then those who join in it."""
        yield main_character(self._hiring, self._employers, [p.last for p in self._periods])
        seats = array("H", (e.number for e in self._employers for _ in range(e.size)))
        seats.remove(0)  # the main character's
        self._chance.shuffle(seats)
        yield from self._starters([self._employers[number] for number in seats])
        for period in self._periods:
            for _ in range(round(len(seats) * JOIN_RATE * period.months)):
                yield self._joiner(period)

    def _starters(self, seats: Sequence[Employer]) -> Iterator[Person]:
        today = self._periods[0].first - DAY
        person: Person | None = None
        for employer in seats:
            double = None
            if person and self._chance.happens(DOUBLE_SHARE):
                double = self._hiring.double_of(person, today)
            grade = draw_grade(self._chance)
            person = double or self._hiring.stranger(grade, today)
            age_days = (today - person.birth_date).days
            served = int(self._chance.unit() ** 2 * max(age_days - 17 * 366, 1))
            post = self._hiring.post(employer, grade, self._hiring.profession(grade))
            employment = self._hiring.employ(
                person,
                post,
                engagement=draw_engagement(self._chance),
                start=today - timedelta(days=served),
            )
            self._hiring.with_slips(employment, likely=0.05)
            if employment.engagement == "permanent" and self._chance.happens(LENT_SHARE):
                self._lend(person, employment, today)
            self._live(person, employment)
            yield person

    def _joiner(self, period: Period) -> Person:
        chance, hiring = self._chance, self._hiring
        employer, start = self._by_size.draw(chance), chance.day(period.first, period.last)
        post = hiring.vacancy(employer, start) if chance.happens(0.5) else None
        if post is None:
            grade = draw_grade(chance)
            post = hiring.post(employer, grade, hiring.profession(grade))
        person = hiring.stranger(post.grade, start)
        employment = hiring.employ(person, post, engagement=draw_engagement(chance), start=start)
        hiring.with_slips(employment, likely=0.05)
        self._live(person, employment)
        return person

    # -- what happens ------------------------------------------------------------------------

    def _live(self, person: Person, employment: Employment) -> None:
        """Carry `person` through the window, with at most one event in a period."""
        for period in self._periods:
            if period.last < employment.valid_from:
                continue
            alive = Period(max(period.first, employment.valid_from), period.last)
            if self._chance.happens(SURNAME_RATE[person.sex] * alive.months):
                self._marry(person, employment, alive)
                continue
            draw = self._chance.unit() / alive.months
            leaving = LEAVE_RATE if employment.substantive else LEAVE_RATE * 3
            if draw < leaving:
                self._leave(person, employment, alive)
                return
            if employment.lent_from or not employment.substantive:
                continue
            if draw < leaving + MOVE_RATE:
                employment = self._move(person, employment, alive)
            elif draw < leaving + MOVE_RATE + PROMOTION_RATE:
                self._promote(employment, alive)

    def _last_day(self, period: Period) -> date:
        """A last day of work: often the last of the period, otherwise any day in it."""
        return period.last if self._chance.happens(0.3) else self._chance.day(*period)

    def _leave(self, person: Person, employment: Employment, period: Period) -> None:
        day = self._last_day(period) + DAY
        self._hiring.vacate(employment, day)
        for spell in person.employments:
            if spell.valid_to is None:
                spell.valid_to = spell.assignments[-1].valid_to = day

    def _move(self, person: Person, employment: Employment, period: Period) -> Employment:
        """Leave one employer and begin at another the next day, with a new staff number."""
        chance, hiring = self._chance, self._hiring
        day = self._last_day(period) + DAY
        before = employment.assignments[-1]
        while (employer := self._by_size.draw(chance)) is employment.employer:
            pass
        grade = before.post.grade
        if chance.happens(0.4):
            grade = grade_above(grade)
        same_work = chance.happens(0.8)
        profession = before.post.profession if same_work else hiring.profession(grade)
        employment.valid_to = before.valid_to = day
        hiring.vacate(employment, day)
        after = hiring.employ(
            person,
            hiring.post(employer, grade, profession),
            engagement=employment.engagement,
            start=day,
            fte_hundredths=before.fte_hundredths,
        )
        after.moved_from = employment.employment_id
        hiring.with_slips(after, likely=TYPED_AGAIN)
        return after

    def _promote(self, employment: Employment, period: Period) -> None:
        before = employment.assignments[-1]
        day = self._chance.day(*period)
        grade = grade_above(before.post.grade)
        if grade is before.post.grade or day <= before.valid_from:
            return
        post = self._hiring.post(employment.employer, grade, before.post.profession)
        self._hiring.vacate(employment, day)
        self._hiring.assign(employment, post, day, before.fte_hundredths)

    def _marry(self, person: Person, employment: Employment, period: Period) -> None:
        """A change of surname. One employer in five is not told before the window closes."""
        day = self._chance.day(*period)
        if person.former_surname or not person.name.first or day <= employment.valid_from:
            return
        person.former_surname, person.surname_changed_on = person.name.surname, day
        person.name = self._hiring.names.married(person.name, self._chance)
        if self._chance.happens(0.8):
            held = employment.names[-1][1]
            employment.names.append((day, held._replace(surname=person.name.surname)))

    def _lend(self, person: Person, employment: Employment, today: date) -> None:
        """Lend `person` to another employer, who keeps a record of their own of the loan."""
        chance, hiring = self._chance, self._hiring
        since = chance.day(max(employment.valid_from, today - timedelta(days=600)), today)
        while (host := self._by_size.draw(chance)) is employment.employer:
            pass
        before = employment.assignments[-1]
        employment.lent_from = since
        loan = hiring.employ(
            person,
            hiring.post(host, before.post.grade, before.post.profession),
            engagement="loan_in",
            start=since,
            name=respelt(person.name, chance)[0],
            fte_hundredths=before.fte_hundredths,
        )
        hiring.with_slips(loan, likely=0.0)

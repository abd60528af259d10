"""What befalls people beside joining, moving and leaving: long absences, acting up, why they left.

Few layouts state these, so they change nothing else: each employment draws them from a stream of
its own, and the rest of the service is the same with and without.
"""

from datetime import date
from typing import NamedTuple

from synthetic.chance import Chance, Weighted
from synthetic.people import Employment, Person
from synthetic.work import GRADES, grade_above

SPELL = 150  # days of an absence, or of acting up, before two as long without
_ABSENCES = Weighted(
    ("maternity", "sick", "career_break", "parental", "unpaid", "adoption", "other"),
    (40, 22, 14, 10, 7, 3, 4),
)
_REASONS = Weighted(
    ("resigned", "redundancy", "dismissed", "death_in_service", "other"), (80, 6, 6, 3, 5)
)
ABSENT, ACTING = 0.09, 0.06  # employments to which it happens now and then
OLD = 60


class Circumstances(NamedTuple):
    temporary_grade: str | None
    absence: str | None
    leaving_reason: str | None


def circumstances(
    person: Person, employment: Employment, day: date, *, left: bool
) -> Circumstances:
    """What is so of an employment on `day`, its last one for somebody who has `left`."""
    number = int("".join(letter for letter in employment.employment_id if letter.isdigit()))
    chance = Chance(number * 1000 + employment.habit)
    absent, acts = chance.happens(ABSENT), chance.happens(ACTING)
    kind, shift, reason = _ABSENCES.draw(chance), chance.below(3), _REASONS.draw(chance)
    turn = day.toordinal() // SPELL % 3
    if not employment.substantive:
        absent = acts = False
    grade = employment.assignment_at(day).post.grade
    above = grade_above(grade) if acts and turn != shift and grade is not GRADES[-1] else None
    return Circumstances(
        above.key if above else None,
        kind if absent and turn == shift else None,
        _why(person, employment, day, reason) if left else None,
    )


def _why(person: Person, employment: Employment, day: date, reason: str) -> str:
    """Why somebody left: for another employer, at the end of a term, of age, or as drawn."""
    if any(other.moved_from == employment.employment_id for other in person.employments):
        return "transferred"
    if employment.engagement != "permanent":
        return "end_of_term"
    if reason != "death_in_service" and (day - person.birth_date).days > OLD * 365.25:
        return "retired"
    return reason

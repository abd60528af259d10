"""What is true: a person, their employments, the assignments in each, and the posts they fill.

Days are half open, as in the register: `valid_to` is the first day something is no longer so.
These objects live only while their block of people is written, so memory does not grow with the
size of the service.
"""

from dataclasses import dataclass, field
from datetime import date

from synthetic.employers import Employer
from synthetic.names import Name
from synthetic.places import Site
from synthetic.work import SUBSTANTIVE, Grade, Profession


@dataclass(slots=True, frozen=True)
class Post:
    post_id: str
    employer: Employer
    reference: str
    title: str
    grade: Grade
    profession: Profession
    directorate: str
    site: Site


@dataclass(slots=True)
class Assignment:
    """A person in a post. Pay is annual, full-time, in pence; None where paid elsewhere."""

    assignment_id: str
    post: Post
    fte_hundredths: int
    salary_pence: int | None
    valid_from: date
    valid_to: date | None = None


@dataclass(slots=True)
class Employment:
    """One spell with one employer, and what that employer's system has written down about it.

    `names` are the names it has held, each from a day. `nino` and `birth_date` are as typed in
    there: usually right, sometimes missing or slipped, and `slip` says which. `habit` is a number
    that fixes which of several spellings this record uses.
    """

    employment_id: str
    employer: Employer
    staff_number: str
    engagement: str
    valid_from: date
    names: list[tuple[date, Name]]
    birth_date: date
    nino: str
    email: str
    habit: int
    slip: str | None = None
    valid_to: date | None = None
    moved_from: str | None = None
    lent_from: date | None = None
    assignments: list[Assignment] = field(default_factory=list)

    @property
    def substantive(self) -> bool:
        return self.engagement in SUBSTANTIVE

    def engagement_at(self, day: date) -> str:
        """As the employer would state it: a person lent to another employer is `loan_out`."""
        return "loan_out" if self.lent_from and self.lent_from <= day else self.engagement

    def name_at(self, day: date) -> Name:
        return [name for since, name in self.names if since <= day][-1]

    def assignment_at(self, day: date) -> Assignment:
        """The assignment on `day`, or the last one for somebody who has left."""
        return [a for a in self.assignments if a.valid_from <= day][-1]


@dataclass(slots=True)
class Person:
    """A pretend person. `relation` says who they could be mistaken for: a twin, a father."""

    person_id: str
    number: int
    name: Name
    sex: str
    birth_date: date
    nino: str
    former_surname: str | None = None
    surname_changed_on: date | None = None
    relation: str | None = None
    related_to: str | None = None
    story: str | None = None
    employments: list[Employment] = field(default_factory=list)

"""The one person the demonstration follows. Pretend, like all the others, but always there.

She is Margaret Siân Llewellyn, born on 1 March 1989, called Siân. With three as-at dates her record
is found under three names in three systems:

    first     1st employer (layout oracle_hcm)  Margaret Siân Llewellyn, an HEO, 80% of full time
    second    2nd employer (layout workday)     Siân Llewellyn, promoted to SEO on moving
    third     2nd employer                      still Siân Llewellyn: nobody has told it of her
                                                marriage; on loan out
              3rd employer (layout sap_flat)    Siân Okafor, on loan in

She moves on the first Monday after the first as-at date. On the day after the second she marries,
and on the first Monday after that her loan begins. Nothing about her is ever damaged or mistyped,
and her National Insurance number and birth date are on every record.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from synthetic.employers import Employer
from synthetic.hiring import Hiring
from synthetic.names import Name
from synthetic.people import Person
from synthetic.work import GRADES, PROFESSIONS

BORN = date(1989, 3, 1)
STARTED = date(2019, 9, 2)
LEGAL = Name("Ms", "Margaret", "Siân", "Llewellyn", "Siân")
KNOWN = Name("Ms", "Siân", "", "Llewellyn", "")
MARRIED = Name("Mrs", "Siân", "", "Okafor", "")
FTE = 80  # hundredths of full time


def monday_after(day: date) -> date:
    """The first Monday later than `day`."""
    return day + timedelta(days=7 - day.weekday())


def main_character(hiring: Hiring, employers: Sequence[Employer], as_at: Sequence[date]) -> Person:
    """Make her: two substantive employments, one after the other, and a loan from the second."""
    project_delivery = next(p for p in PROFESSIONS if p.key == "project_delivery")
    grades = {grade.key: grade for grade in GRADES}
    person = hiring.person(LEGAL, "F", BORN)
    person.story = "main"

    first = hiring.employ(
        person,
        hiring.post(employers[0], grades["HEO"], project_delivery),
        engagement="permanent",
        start=min(STARTED, as_at[0].replace(day=1)),
        fte_hundredths=FTE,
    )
    if len(as_at) == 1:
        return person

    moved = monday_after(as_at[0])
    first.valid_to = first.assignments[-1].valid_to = moved
    hiring.vacate(first, moved)
    seo_post = hiring.post(employers[1], grades["SEO"], project_delivery)
    second = hiring.employ(
        person, seo_post, engagement="permanent", start=moved, name=KNOWN, fte_hundredths=FTE
    )
    second.moved_from = first.employment_id
    if len(as_at) == 2:
        return person

    person.name = LEGAL._replace(title="Mrs", surname=MARRIED.surname)
    person.former_surname = LEGAL.surname
    person.surname_changed_on = max(as_at[1] + timedelta(days=1), moved)
    second.lent_from = monday_after(person.surname_changed_on)
    hiring.employ(
        person,
        hiring.post(employers[2], grades["SEO"], project_delivery),
        engagement="loan_in",
        start=second.lent_from,
        name=MARRIED,
        fte_hundredths=FTE,
    )
    return person

"""Layout I, `small_body_workbook`: a small organisation's spreadsheet, sent as it is kept.

A workbook with three sheets. "Staff" begins with a title over merged cells, the date, and an
empty row; the header stands in row 4; below the last person stand an empty row, a total of FTE,
another empty row and a note. "Notes" says things in sentences. "Lists" is hidden and holds the
words of the drop-downs. Days are real date cells; FTE, post number and pay are real numbers;
everything else is text. Grades, contracts and professions have the spellings of layout D,
`small_body`.

    Staff number        initials of the organisation, a stroke, four or more digits (NWM/1003)
    Full name           Forenames SURNAME
    Date of birth       date
    NI number           QA 123456 C, maybe empty
    Started             date this employment began
    Left                last day employed; only for those who have left
    Why left            Resigned, Retired, To another department, Contract ended, Redundant,
                        Dismissed, Died, Other
    Contract type       see layout D
    Grade               see layout D
    Acting up to        grade of somebody who acts up, otherwise empty
    FTE                 share of full time
    Profession          see layout D
    Long absence        Career break, Maternity, Adoption, Shared parental, Long term sick, Unpaid
                        leave, Other
    Post number         a whole number
    Job title           title of the post
    Directorate         part of the organisation
    Office              town
    Email               address
    Annual pay          full-time pounds a year; empty for loans in, contractors and agency
    Pay since           since when it holds
"""

from synthetic.circumstance_words import SMALL_ABSENCES, SMALL_REASONS
from synthetic.forms.form import Cell
from synthetic.forms.workbook import Workbook
from synthetic.layouts.layout import STATES_ALL, Layout, Row
from synthetic.layouts.small_body import ENGAGEMENT_SPELLINGS, GRADE_SPELLINGS, in_capitals, spaced

HEADER = (
    "Staff number", "Full name", "Date of birth", "NI number", "Started", "Left", "Why left",
    "Contract type", "Grade", "Acting up to", "FTE", "Profession", "Long absence", "Post number",
    "Job title", "Directorate", "Office", "Email", "Annual pay", "Pay since",
)  # fmt: skip
FAULTS = {
    "missing_staff_number": ("Staff number", ""),
    "impossible_birth_date": ("Date of birth", "31/02/1990"),
    "blank_start_date": ("Started", ""),
    "unreadable_fte": ("FTE", "1.O"),
    "unreadable_pay": ("Annual pay", "as advertised"),
}
ROLES = {
    "identifier": ("Staff number", "NI number"),
    "date": ("Date of birth", "Started", "Left", "Pay since"),
    "share": ("FTE",),
    "money": ("Annual pay",),
    "code": ("Contract type", "Grade", "Profession", "Office", "Why left", "Long absence"),
    "text": ("Full name", "Job title", "Directorate"),
}
NOTES = (
    "Kept by the office manager. One row for each person.",
    "Leavers stay on the list until the end of the month after they left.",
    "FTE of 1 is full time.",
)
CONTRACTS = tuple(sorted({word for words in ENGAGEMENT_SPELLINGS.values() for word in words}))


def cells(row: Row) -> list[Cell]:
    post, habit = row.post, row.habit
    contracts = ENGAGEMENT_SPELLINGS[row.engagement]
    grades = GRADE_SPELLINGS[post.grade.key]
    professions = post.profession.stated["small_body"].split("/")
    return [
        row.staff_number,
        in_capitals(row.name),
        row.birth_date,
        spaced(row.nino),
        row.start_date,
        row.leaving_date or "",
        SMALL_REASONS[row.leaving_reason] if row.leaving_reason else "",
        contracts[habit % len(contracts)],
        grades[habit % len(grades)],
        GRADE_SPELLINGS[row.temporary_grade][0] if row.temporary_grade else "",
        row.fte_hundredths / 100,
        professions[habit % len(professions)],
        SMALL_ABSENCES[row.absence] if row.absence else "",
        int(post.reference),
        post.title,
        post.directorate,
        post.site.stated,
        row.email,
        "" if row.salary_pence is None else row.salary_pence / 100,
        row.salary_from or "",
    ]


LAYOUT = Layout(
    key="small_body_workbook",
    header=HEADER,
    cells=cells,
    faults=FAULTS,
    form=Workbook(
        "Staff",
        adds="FTE",
        money="Annual pay",
        notes=NOTES,
        choices={
            "Contract type": CONTRACTS,
            "Long absence": tuple(SMALL_ABSENCES.values()),
            "Why left": tuple(SMALL_REASONS.values()),
        },
    ),
    roles=ROLES,
    day="%d/%m/%Y",
    states=STATES_ALL,
)

"""Layout D, `small_body`: a small organisation's spreadsheet, saved as text.

Windows-1252, tabs between cells, lines end CRLF, and three rows of empty cells after the last
person. A letter the code page lacks is written as the nearest plain letter. Dates are DD/MM/YYYY.
One person typed this over many years, so grades, contracts and professions have several spellings.

    Staff no      initials of the organisation, a stroke, four or more digits (NWM/1003)
    Name          Forenames SURNAME, the surname in capitals and maybe of several words
    DOB           date
    NI No         QA 123456 C, maybe empty
    Start date    date this employment began
    Leaving date  last day employed; only for those who have left
    Contract      Permanent, perm, Perm.; Fixed term, FTA; Loan out, On loan (out); Loan in,
                  On loan (in); Contractor, Contractor - interim; Agency, Agency temp
    Grade         G7, Grade 7 and Gr 7 are one grade; see GRADE_SPELLINGS
    FTE           share of full time, no more decimals than needed (1, 0.8, 0.54)
    Profession    see professions.toml, stated.small_body, spellings parted by /
    Post ref      a whole number (123)
    Job title     title of the post
    Directorate   part of the organisation
    Office        town
    Email         address
    Salary        full-time pounds a year: £31,250.00 or 31,250.00; empty for loans in, contractors
                  and agency
"""

from synthetic.forms.delimited import Delimited
from synthetic.forms.form import Cell
from synthetic.layouts.layout import Layout, Row, day_month_year, pounds_in_words
from synthetic.names import Name

HEADER = (
    "Staff no", "Name", "DOB", "NI No", "Start date", "Leaving date", "Contract", "Grade", "FTE",
    "Profession", "Post ref", "Job title", "Directorate", "Office", "Email", "Salary",
)  # fmt: skip
ENGAGEMENT_SPELLINGS = {
    "permanent": ("Permanent", "Permanent", "perm", "Perm."),
    "fixed_term": ("Fixed term", "FTA"),
    "loan_out": ("Loan out", "On loan (out)"),
    "loan_in": ("Loan in", "On loan (in)"),
    "contractor": ("Contractor", "Contractor - interim"),
    "agency": ("Agency", "Agency temp"),
}
GRADE_SPELLINGS = {
    "AA": ("AA", "Admin Assistant"),
    "AO": ("AO", "Admin Officer", "A.O."),
    "EO": ("EO", "Exec Officer", "E.O."),
    "HEO": ("HEO", "Higher Exec Officer", "H.E.O."),
    "SEO": ("SEO", "Senior Exec Officer", "S.E.O."),
    "G7": ("G7", "Grade 7", "Gr 7"),
    "G6": ("G6", "Grade 6", "Gr 6"),
    "SCS1": ("SCS1", "SCS 1", "Deputy Director"),
    "SCS2": ("SCS2", "SCS 2", "Director"),
    "SCS3": ("SCS3", "SCS 3", "Director General"),
    "SCS4": ("SCS4", "Permanent Secretary"),
}
FAULTS = {
    "missing_staff_number": ("Staff no", ""),
    "impossible_birth_date": ("DOB", "31/02/1990"),
    "blank_start_date": ("Start date", ""),
    "unreadable_fte": ("FTE", "1.O"),
    "unreadable_pay": ("Salary", "as advertised"),
}


def in_capitals(name: Name) -> str:
    """Ann Maria VAN DYCK"""
    return " ".join(part for part in (name.first, name.middle, name.surname.upper()) if part)


def spaced(nino: str) -> str:
    """QA 123456 C"""
    return f"{nino[:2]} {nino[2:8]} {nino[8:]}".strip()


def cells(row: Row) -> list[Cell]:
    post, habit = row.post, row.habit
    contracts = ENGAGEMENT_SPELLINGS[row.engagement]
    grades = GRADE_SPELLINGS[post.grade.key]
    professions = post.profession.stated["small_body"].split("/")
    return [
        row.staff_number,
        in_capitals(row.name),
        day_month_year(row.birth_date, "/"),
        spaced(row.nino),
        day_month_year(row.start_date, "/"),
        day_month_year(row.leaving_date, "/") if row.leaving_date else "",
        contracts[habit % len(contracts)],
        grades[habit % len(grades)],
        f"{row.fte_hundredths / 100:g}",
        professions[habit % len(professions)],
        post.reference,
        post.title,
        post.directorate,
        post.site.stated,
        row.email,
        pounds_in_words(row.salary_pence, "£" if habit % 2 else ""),
    ]


ROLES = {
    "identifier": ("Staff no", "Post ref", "NI No"),
    "date": ("DOB", "Start date", "Leaving date"),
    "share": ("FTE",),
    "money": ("Salary",),
    "code": ("Contract", "Grade", "Profession", "Office"),
    "text": ("Name", "Job title", "Directorate"),
}
LAYOUT = Layout(
    key="small_body",
    header=HEADER,
    cells=cells,
    faults=FAULTS,
    form=Delimited("\t", "cp1252", "\r\n", blank_rows=3),
    roles=ROLES,
    day="%d/%m/%Y",
)

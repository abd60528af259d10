"""Layout B, `workday`: a report saved from a cloud HR system.

UTF-8 with byte order mark, commas, quotation marks where a value holds a comma, lines end CRLF,
headers in words. Dates are DD/MM/YYYY. An empty cell means nothing is held.

    Employee ID              staff number, E and six digits (E001003)
    Legal Name               Surname, Forenames (first and middle); a person with one name has no
                             comma
    Preferred Name           Surname, everyday first name; likewise
    Date of Birth            date
    NI Number                spaced (QA 12 34 56 C), maybe empty
    Original Hire Date       date this employment began
    Termination Date         last day employed; only for those who have left
    Worker Type              Employee - Permanent; Employee - Fixed Term; Employee - Outward Loan;
                             Contingent Worker - Inward Loan; Contingent Worker - Contractor;
                             Contingent Worker - Agency
    Compensation Grade       grade in words (Higher Executive Officer, Grade 7, SCS Pay Band 1;
                             SCS4 is Permanent Secretary)
    FTE %                    share of full time as a percentage (80%)
    Job Profile              profession in this system's words (professions.toml, stated.workday)
    Position ID              P-100123
    Business Title           title of the post
    Location                 Town - Building (Cardiff - Quay House)
    Email - Work             address
    Total Base Pay Annualised - Amount
                             full-time pounds a year (£31,250.00); empty for contingent workers
    Contract Pay Rate - Daily
                             what a full day of a contractor or agency worker costs, in pounds
                             (£425.00); empty for others
"""

from synthetic.forms.delimited import Delimited
from synthetic.forms.form import Cell
from synthetic.layouts.layout import STATES_RATE, Layout, Row, day_month_year, pounds_in_words

HEADER = (
    "Employee ID", "Legal Name", "Preferred Name", "Date of Birth", "NI Number",
    "Original Hire Date", "Termination Date", "Worker Type", "Compensation Grade", "FTE %",
    "Job Profile", "Position ID", "Business Title", "Location", "Email - Work",
    "Total Base Pay Annualised - Amount", "Contract Pay Rate - Daily",
)  # fmt: skip
ENGAGEMENT_CODES = {
    "permanent": "Employee - Permanent",
    "fixed_term": "Employee - Fixed Term",
    "loan_out": "Employee - Outward Loan",
    "loan_in": "Contingent Worker - Inward Loan",
    "contractor": "Contingent Worker - Contractor",
    "agency": "Contingent Worker - Agency",
}
GRADE_CODES = {
    "AA": "Administrative Assistant",
    "AO": "Administrative Officer",
    "EO": "Executive Officer",
    "HEO": "Higher Executive Officer",
    "SEO": "Senior Executive Officer",
    "G7": "Grade 7",
    "G6": "Grade 6",
    "SCS1": "SCS Pay Band 1",
    "SCS2": "SCS Pay Band 2",
    "SCS3": "SCS Pay Band 3",
    "SCS4": "Permanent Secretary",
}
FAULTS = {
    "missing_staff_number": ("Employee ID", ""),
    "impossible_birth_date": ("Date of Birth", "31/02/1990"),
    "blank_start_date": ("Original Hire Date", ""),
    "unreadable_fte": ("FTE %", "1OO%"),
    "unreadable_pay": ("Total Base Pay Annualised - Amount", "see contract"),
}


def spaced(nino: str) -> str:
    """QA 12 34 56 C"""
    return f"{nino[:2]} {nino[2:4]} {nino[4:6]} {nino[6:8]} {nino[8:]}".strip()


def cells(row: Row) -> list[Cell]:
    name, post = row.name, row.post
    forenames = f"{name.first} {name.middle}".strip()
    return [
        row.staff_number,
        f"{name.surname}, {forenames}" if forenames else name.surname,
        f"{name.surname}, {name.known_as or name.first}" if forenames else name.surname,
        day_month_year(row.birth_date, "/"),
        spaced(row.nino),
        day_month_year(row.start_date, "/"),
        day_month_year(row.leaving_date, "/") if row.leaving_date else "",
        ENGAGEMENT_CODES[row.engagement],
        GRADE_CODES[post.grade.key],
        f"{row.fte_hundredths}%",
        post.profession.stated["workday"],
        post.reference,
        post.title,
        post.site.stated,
        row.email,
        pounds_in_words(row.salary_pence),
        pounds_in_words(row.day_rate_pence),
    ]


ROLES = {
    "identifier": ("Employee ID", "Position ID", "NI Number"),
    "date": ("Date of Birth", "Original Hire Date", "Termination Date"),
    "share": ("FTE %",),
    "money": ("Total Base Pay Annualised - Amount",),
    "code": ("Worker Type", "Compensation Grade", "Job Profile", "Location"),
    "text": ("Legal Name", "Preferred Name", "Business Title"),
}
LAYOUT = Layout(
    key="workday",
    header=HEADER,
    cells=cells,
    faults=FAULTS,
    form=Delimited(",", "utf-8", "\r\n", bom=True),
    roles=ROLES,
    day="%d/%m/%Y",
    states=STATES_RATE,
)

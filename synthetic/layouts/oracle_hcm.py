"""Layout A, `oracle_hcm`: an extract from a large corporate HR system.

UTF-8 without byte order mark, `|` between cells, lines end LF, header in capitals. No value holds
a `|`; a quotation mark appears only where a value itself needs one. Dates are DD-MON-YYYY in
English (31-AUG-2026). An empty cell means nothing is held.

    PERSON_NUMBER            staff number, eight digits (10001003)
    TITLE                    Ms, Mr, Mrs, Miss, Dr
    LAST_NAME                surname; also holds the only name of a person with one name
    FIRST_NAME               first legal name, maybe empty
    MIDDLE_NAMES             maybe empty
    KNOWN_AS                 everyday first name where it differs, otherwise empty
    DATE_OF_BIRTH            date
    NATIONAL_IDENTIFIER      QA123456C without spaces, maybe empty
    HIRE_DATE                date this employment began
    ACTUAL_TERMINATION_DATE  last day employed; only for those who have left
    ASSIGNMENT_CATEGORY      PERM, FTA (fixed term), LOAN_OUT, LOAN_IN, CWK (contractor),
                             AGY (agency)
    GRADE_NAME               AA, AO, EO, HEO, SEO, GRADE 7, GRADE 6, SCS1 to SCS4; up to GRADE 6
                             followed by " LON" for a London site and " NAT" elsewhere
    FTE                      share of full time, two decimals (0.80)
    JOB_FAMILY               three-letter profession code (professions.toml, stated.oracle_hcm)
    POSITION_CODE            POS-000123
    POSITION_TITLE           title of the post
    LOCATION_CODE            town code and building number (CDF03; towns in places.py)
    WORK_EMAIL               address
    ANNUAL_SALARY            full-time pounds a year, two decimals (31250.00); empty for LOAN_IN,
                             CWK and AGY
    CWK_DAY_RATE             pounds for a full day of a contractor or agency worker, two decimals
                             (425.00); empty for others
"""

from synthetic.forms.delimited import Delimited
from synthetic.forms.form import Cell
from synthetic.layouts.layout import STATES_RATE, Layout, Row, day_month_name_year, pounds

HEADER = (
    "PERSON_NUMBER", "TITLE", "LAST_NAME", "FIRST_NAME", "MIDDLE_NAMES", "KNOWN_AS",
    "DATE_OF_BIRTH", "NATIONAL_IDENTIFIER", "HIRE_DATE", "ACTUAL_TERMINATION_DATE",
    "ASSIGNMENT_CATEGORY", "GRADE_NAME", "FTE", "JOB_FAMILY", "POSITION_CODE", "POSITION_TITLE",
    "LOCATION_CODE", "WORK_EMAIL", "ANNUAL_SALARY", "CWK_DAY_RATE",
)  # fmt: skip
ENGAGEMENT_CODES = {
    "permanent": "PERM",
    "fixed_term": "FTA",
    "loan_out": "LOAN_OUT",
    "loan_in": "LOAN_IN",
    "contractor": "CWK",
    "agency": "AGY",
}
GRADE_CODES = {
    "AA": "AA", "AO": "AO", "EO": "EO", "HEO": "HEO", "SEO": "SEO", "G7": "GRADE 7",
    "G6": "GRADE 6", "SCS1": "SCS1", "SCS2": "SCS2", "SCS3": "SCS3", "SCS4": "SCS4",
}  # fmt: skip
FAULTS = {
    "missing_staff_number": ("PERSON_NUMBER", ""),
    "impossible_birth_date": ("DATE_OF_BIRTH", "31-FEB-1990"),
    "blank_start_date": ("HIRE_DATE", ""),
    "unreadable_fte": ("FTE", "1.O"),
    "unreadable_pay": ("ANNUAL_SALARY", "TBC"),
}


def grade_stated(grade: str, region: str) -> str:
    code = GRADE_CODES[grade]
    if grade.startswith("SCS"):
        return code
    return f"{code} {'LON' if region == 'London' else 'NAT'}"


def cells(row: Row) -> list[Cell]:
    name, post = row.name, row.post
    return [
        row.staff_number,
        name.title,
        name.surname,
        name.first,
        name.middle,
        name.known_as,
        day_month_name_year(row.birth_date),
        row.nino,
        day_month_name_year(row.start_date),
        day_month_name_year(row.leaving_date) if row.leaving_date else "",
        ENGAGEMENT_CODES[row.engagement],
        grade_stated(post.grade.key, post.site.region),
        f"{row.fte_hundredths / 100:.2f}",
        post.profession.stated["oracle_hcm"],
        post.reference,
        post.title,
        post.site.stated,
        row.email,
        pounds(row.salary_pence),
        pounds(row.day_rate_pence),
    ]


ROLES = {
    "identifier": ("PERSON_NUMBER", "POSITION_CODE", "NATIONAL_IDENTIFIER"),
    "date": ("DATE_OF_BIRTH", "HIRE_DATE", "ACTUAL_TERMINATION_DATE"),
    "share": ("FTE",),
    "money": ("ANNUAL_SALARY",),
    "code": ("ASSIGNMENT_CATEGORY", "GRADE_NAME", "JOB_FAMILY", "LOCATION_CODE"),
    "text": ("LAST_NAME", "FIRST_NAME", "MIDDLE_NAMES", "KNOWN_AS", "POSITION_TITLE"),
}
LAYOUT = Layout(
    key="oracle_hcm",
    header=HEADER,
    cells=cells,
    faults=FAULTS,
    form=Delimited("|", "utf-8", "\n"),
    roles=ROLES,
    day="%d-%b-%Y",
    states=STATES_RATE,
)

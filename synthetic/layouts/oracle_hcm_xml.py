"""Layout E, `oracle_hcm_xml`: the extract of a large corporate HR system as XML.

UTF-8, one element WORKER for each record. Dates are YYYY-MM-DD, numbers have a point. The HEADER
before the records states FILE_DATE (the as-at date) and RECORD_COUNT in nine digits; the TRAILER
behind them TOTAL_ANNUAL_SALARY, the sum of ANNUAL_SALARY. An empty element means nothing is held.
Numbers, codes and grades are those of layout A, `oracle_hcm`.

    PERSON_NUMBER            staff number, eight digits
    NAME/TITLE               Ms, Mr, Mrs, Miss, Dr
    NAME/LAST_NAME           surname; also holds the only name of a person with one name
    NAME/FIRST_NAME          first legal name, maybe empty
    NAME/MIDDLE_NAMES        maybe empty
    NAME/KNOWN_AS            everyday first name where it differs, otherwise empty
    DATE_OF_BIRTH            date
    NATIONAL_IDENTIFIER      QA123456C without spaces, maybe empty
    HIRE_DATE                date this employment began
    ACTUAL_TERMINATION_DATE  last day employed; only for those who have left
    LEAVING_REASON           RES resigned, RET retired, OGD to another department, EOC end of
                             contract, VES redundancy, DIS dismissed, DIC died, OTH other
    ASSIGNMENT/CATEGORY      PERM, FTA, LOAN_OUT, LOAN_IN, CWK, AGY
    ASSIGNMENT/GRADE_NAME    as in layout A (HEO NAT)
    ASSIGNMENT/TEMPORARY_GRADE
                             grade of somebody who acts up, written likewise, otherwise empty
    ASSIGNMENT/FTE           share of full time, two decimals
    ASSIGNMENT/JOB_FAMILY    three-letter profession code
    ASSIGNMENT/POSITION_CODE POS-000123
    ASSIGNMENT/POSITION_TITLE
                             title of the post
    ASSIGNMENT/LOCATION_CODE CDF03
    ABSENCE_TYPE             of a long absence: CBR career break, MAT maternity, ADO adoption, SPL
                             shared parental, LTS sick, UPL unpaid, OTH other
    WORK_EMAIL               address
    ANNUAL_SALARY            full-time pounds a year, two decimals; empty for LOAN_IN, CWK and AGY
    SALARY_FROM              since when it holds
    CWK_DAY_RATE             pounds for a full day of a contractor or agency worker, two decimals;
                             empty for others
"""

from synthetic.circumstance_words import ORACLE_ABSENCES, ORACLE_REASONS
from synthetic.forms.form import Cell
from synthetic.forms.xml import Xml
from synthetic.layouts.layout import STATES_ALL, STATES_RATE, Layout, Row, pounds
from synthetic.layouts.oracle_hcm import ENGAGEMENT_CODES, grade_stated

HEADER = (
    "PERSON_NUMBER", "NAME/TITLE", "NAME/LAST_NAME", "NAME/FIRST_NAME", "NAME/MIDDLE_NAMES",
    "NAME/KNOWN_AS", "DATE_OF_BIRTH", "NATIONAL_IDENTIFIER", "HIRE_DATE",
    "ACTUAL_TERMINATION_DATE", "LEAVING_REASON", "ASSIGNMENT/CATEGORY", "ASSIGNMENT/GRADE_NAME",
    "ASSIGNMENT/TEMPORARY_GRADE", "ASSIGNMENT/FTE", "ASSIGNMENT/JOB_FAMILY",
    "ASSIGNMENT/POSITION_CODE", "ASSIGNMENT/POSITION_TITLE", "ASSIGNMENT/LOCATION_CODE",
    "ABSENCE_TYPE", "WORK_EMAIL", "ANNUAL_SALARY", "SALARY_FROM", "CWK_DAY_RATE",
)  # fmt: skip
# The system adds pay up, so no word can stand there.
FAULTS = {
    "missing_staff_number": ("PERSON_NUMBER", ""),
    "impossible_birth_date": ("DATE_OF_BIRTH", "1990-02-31"),
    "blank_start_date": ("HIRE_DATE", ""),
    "unreadable_fte": ("ASSIGNMENT/FTE", "1.O"),
    "unreadable_pay": ("ANNUAL_SALARY", "-1.00"),
}
ROLES = {
    "identifier": ("PERSON_NUMBER", "ASSIGNMENT/POSITION_CODE", "NATIONAL_IDENTIFIER"),
    "date": ("DATE_OF_BIRTH", "HIRE_DATE", "ACTUAL_TERMINATION_DATE", "SALARY_FROM"),
    "share": ("ASSIGNMENT/FTE",),
    "money": ("ANNUAL_SALARY",),
    "code": (
        "ASSIGNMENT/CATEGORY", "ASSIGNMENT/GRADE_NAME", "ASSIGNMENT/TEMPORARY_GRADE",
        "ASSIGNMENT/JOB_FAMILY", "ASSIGNMENT/LOCATION_CODE", "ABSENCE_TYPE", "LEAVING_REASON",
    ),
    "text": (
        "NAME/LAST_NAME", "NAME/FIRST_NAME", "NAME/MIDDLE_NAMES", "NAME/KNOWN_AS",
        "ASSIGNMENT/POSITION_TITLE",
    ),
}  # fmt: skip
_OPENS = """<?xml version="1.0" encoding="UTF-8"?>
<HCM_EXTRACT>
  <HEADER>
    <OWNER>{owner}</OWNER>
    <FILE_DATE>{as_at}</FILE_DATE>
    <RECORD_COUNT>{count}</RECORD_COUNT>
  </HEADER>
"""
_CLOSES = """  <TRAILER>
    <TOTAL_ANNUAL_SALARY>{total}</TOTAL_ANNUAL_SALARY>
  </TRAILER>
</HCM_EXTRACT>
"""


def cells(row: Row) -> list[Cell]:
    name, post = row.name, row.post
    region = post.site.region
    return [
        row.staff_number,
        name.title,
        name.surname,
        name.first,
        name.middle,
        name.known_as,
        row.birth_date.isoformat(),
        row.nino,
        row.start_date.isoformat(),
        row.leaving_date.isoformat() if row.leaving_date else "",
        ORACLE_REASONS[row.leaving_reason] if row.leaving_reason else "",
        ENGAGEMENT_CODES[row.engagement],
        grade_stated(post.grade.key, region),
        grade_stated(row.temporary_grade, region) if row.temporary_grade else "",
        f"{row.fte_hundredths / 100:.2f}",
        post.profession.stated["oracle_hcm"],
        post.reference,
        post.title,
        post.site.stated,
        ORACLE_ABSENCES[row.absence] if row.absence else "",
        row.email,
        pounds(row.salary_pence),
        row.salary_from.isoformat() if row.salary_from else "",
        pounds(row.day_rate_pence),
    ]


LAYOUT = Layout(
    key="oracle_hcm_xml",
    header=HEADER,
    cells=cells,
    faults=FAULTS,
    form=Xml(_OPENS, _CLOSES, "WORKER", adds="ANNUAL_SALARY"),
    roles=ROLES,
    day="%Y-%m-%d",
    states=STATES_ALL | STATES_RATE,
)

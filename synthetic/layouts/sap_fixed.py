"""Layout H, `sap_fixed`: an interface file of an older personnel system, in fixed places.

Windows-1252, lines end CRLF, every detail record of the same length. The header record is
H1PERSEXT, the owner in 60 characters and the as-at date as YYYYMMDD; the trailer record T9, the
number of detail records in nine digits and the total of ANSAL in fifteen characters. Dates are
YYYYMMDD; 99991231 means that there is none, as 00 does of a code. Codes are those of layout C,
`sap_flat`. A detail record is D and, behind it, these columns; a value fills its place from the
left unless it is said to stand at the right.

    PERNR        8  staff number with leading noughts
    ANRED        6  title
    NACHN       60  surname, or the only name
    VORNA       40  first name, maybe empty
    MIDNM       40  middle names, maybe empty
    RUFNM       40  everyday first name where it differs, otherwise empty
    GBDAT        8  birth date
    NINUM        9  QA123456C, maybe empty
    EINDT        8  date this employment began
    AUSDT        8  last day employed; 99991231 for those who have not left
    AUSGR        2  reason for leaving: 01 resigned, 02 retired, 03 to another department, 04 end of
                    term, 05 redundancy, 06 dismissed, 07 died, 99 other
    PERSG        1  employee group
    TRFGR        2  pay-scale group
    VERTG        2  pay-scale group of somebody who acts up, otherwise 00
    WOSTD        5  weekly hours worked, at the right (29.60)
    WOSTD_SOLL   5  weekly hours of full-time work, at the right, always 37.00
    STELL        4  profession code
    PLANS        8  post
    PLSTX       80  title of the post
    BTRTL        4  site
    ABWGR        2  long absence: 10 career break, 20 maternity, 21 adoption, 22 shared parental, 30
                    sick, 40 unpaid, 90 other
    USRID_LONG 100  e-mail address
    ANSAL       11  full-time pounds a year, at the right (31250.00); blank for groups 6, 7 and 8
    ANSAL_BEG    8  since when it holds; 99991231 where there is none
"""

from datetime import date

from synthetic.circumstance_words import SAP_ABSENCES, SAP_REASONS
from synthetic.forms.fixed_width import FixedWidth
from synthetic.forms.form import Cell
from synthetic.layouts.layout import STATES_ALL, Layout, Row, pounds
from synthetic.layouts.sap_flat import ENGAGEMENT_CODES, FULL_TIME_HOURS, GRADE_CODES

PLACES = {
    "PERNR": 8, "ANRED": 6, "NACHN": 60, "VORNA": 40, "MIDNM": 40, "RUFNM": 40, "GBDAT": 8,
    "NINUM": 9, "EINDT": 8, "AUSDT": 8, "AUSGR": 2, "PERSG": 1, "TRFGR": 2, "VERTG": 2, "WOSTD": 5,
    "WOSTD_SOLL": 5, "STELL": 4, "PLANS": 8, "PLSTX": 80, "BTRTL": 4, "ABWGR": 2,
    "USRID_LONG": 100, "ANSAL": 11, "ANSAL_BEG": 8,
}  # fmt: skip
HEADER = tuple(PLACES)
NO_DAY, NO_CODE = "99991231", "00"
# The system adds pay up, so no word can stand there.
FAULTS = {
    "missing_staff_number": ("PERNR", ""),
    "impossible_birth_date": ("GBDAT", "19900231"),
    "blank_start_date": ("EINDT", ""),
    "unreadable_fte": ("WOSTD", "37.O0"),
    "unreadable_pay": ("ANSAL", "-1.00"),
}
ROLES = {
    "number": ("PERNR", "TRFGR", "STELL"),
    "identifier": ("PLANS", "NINUM"),
    "date": ("GBDAT", "EINDT", "AUSDT", "ANSAL_BEG"),
    "hours": ("WOSTD",),
    "money": ("ANSAL",),
    "code": ("PERSG", "BTRTL", "VERTG", "ABWGR", "AUSGR"),
    "text": ("NACHN", "VORNA", "MIDNM", "RUFNM", "PLSTX"),
}


def _day(day: date | None) -> str:
    return f"{day:%Y%m%d}" if day else NO_DAY


def cells(row: Row) -> list[Cell]:
    name, post = row.name, row.post
    return [
        row.staff_number,
        name.title,
        name.surname,
        name.first,
        name.middle,
        name.known_as,
        _day(row.birth_date),
        row.nino,
        _day(row.start_date),
        _day(row.leaving_date),
        SAP_REASONS[row.leaving_reason] if row.leaving_reason else NO_CODE,
        ENGAGEMENT_CODES[row.engagement],
        GRADE_CODES[post.grade.key],
        GRADE_CODES[row.temporary_grade] if row.temporary_grade else NO_CODE,
        f"{row.fte_hundredths * FULL_TIME_HOURS / 100:.2f}",
        f"{FULL_TIME_HOURS:.2f}",
        post.profession.stated["sap_flat"],
        post.reference,
        post.title,
        post.site.stated,
        SAP_ABSENCES[row.absence] if row.absence else NO_CODE,
        row.email,
        pounds(row.salary_pence),
        _day(row.salary_from),
    ]


LAYOUT = Layout(
    key="sap_fixed",
    header=HEADER,
    cells=cells,
    faults=FAULTS,
    form=FixedWidth(
        tuple(PLACES.values()),
        frozenset(("WOSTD", "WOSTD_SOLL", "ANSAL")),
        "H1PERSEXT",
        "T9",
        "ANSAL",
    ),
    roles=ROLES,
    day="%Y%m%d",
    states=STATES_ALL,
)

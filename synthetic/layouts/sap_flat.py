"""Layout C, `sap_flat`: a flat file of codes from an older personnel system.

Windows-1252, `;` between cells, lines end CRLF, short technical headers. A letter the code page
lacks is written as the nearest plain letter (Wójcik keeps its ó; Woźniak becomes Wozniak). Dates
are DD.MM.YYYY. An empty cell means nothing is held.

    PERNR        staff number, eight digits with leading noughts (00001003), always text
    ANRED        title
    NACHN        surname, or the only name
    VORNA        first name, maybe empty
    MIDNM        middle names, maybe empty
    RUFNM        everyday first name where it differs, otherwise empty
    GBDAT        birth date
    NINUM        QA123456C without spaces, maybe empty
    EINDT        date this employment began
    AUSDT        last day employed; only for those who have left
    PERSG        employee group: 1 permanent, 2 fixed term, 5 loan out, 6 loan in, 7 contractor,
                 8 agency
    TRFGR        pay-scale group: 02 AA, 03 AO, 05 EO, 06 HEO, 07 SEO, 08 Grade 7, 09 Grade 6,
                 91 to 94 SCS pay bands 1 to 4
    WOSTD        weekly hours worked, two decimals (29.60)
    WOSTD_SOLL   weekly hours of full-time work, always 37.00; share of full time is
                 WOSTD / WOSTD_SOLL
    STELL        four-digit profession code (professions.toml, stated.sap_flat)
    PLANS        post, eight digits (50000123)
    PLSTX        title of the post
    BTRTL        site: town number (places.py) and building number, four digits (1203)
    USRID_LONG   e-mail address
    ANSAL        full-time pounds a year, two decimals (31250.00); empty for groups 6, 7 and 8
"""

from synthetic.forms.delimited import Delimited
from synthetic.forms.form import Cell
from synthetic.layouts.layout import Layout, Row, day_month_year, pounds

HEADER = (
    "PERNR", "ANRED", "NACHN", "VORNA", "MIDNM", "RUFNM", "GBDAT", "NINUM", "EINDT", "AUSDT",
    "PERSG", "TRFGR", "WOSTD", "WOSTD_SOLL", "STELL", "PLANS", "PLSTX", "BTRTL", "USRID_LONG",
    "ANSAL",
)  # fmt: skip
ENGAGEMENT_CODES = {
    "permanent": "1",
    "fixed_term": "2",
    "loan_out": "5",
    "loan_in": "6",
    "contractor": "7",
    "agency": "8",
}
GRADE_CODES = {
    "AA": "02", "AO": "03", "EO": "05", "HEO": "06", "SEO": "07", "G7": "08", "G6": "09",
    "SCS1": "91", "SCS2": "92", "SCS3": "93", "SCS4": "94",
}  # fmt: skip
FULL_TIME_HOURS = 37
FAULTS = {
    "missing_staff_number": ("PERNR", ""),
    "impossible_birth_date": ("GBDAT", "31.02.1990"),
    "blank_start_date": ("EINDT", ""),
    "unreadable_fte": ("WOSTD", "37.O0"),
    "unreadable_pay": ("ANSAL", "*******"),
}


def cells(row: Row) -> list[Cell]:
    name, post = row.name, row.post
    return [
        row.staff_number,
        name.title,
        name.surname,
        name.first,
        name.middle,
        name.known_as,
        day_month_year(row.birth_date, "."),
        row.nino,
        day_month_year(row.start_date, "."),
        day_month_year(row.leaving_date, ".") if row.leaving_date else "",
        ENGAGEMENT_CODES[row.engagement],
        GRADE_CODES[post.grade.key],
        f"{row.fte_hundredths * FULL_TIME_HOURS / 100:.2f}",
        f"{FULL_TIME_HOURS:.2f}",
        post.profession.stated["sap_flat"],
        post.reference,
        post.title,
        post.site.stated,
        row.email,
        pounds(row.salary_pence),
    ]


ROLES = {
    "number": ("PERNR", "TRFGR", "STELL"),
    "identifier": ("PLANS", "NINUM"),
    "date": ("GBDAT", "EINDT", "AUSDT"),
    "hours": ("WOSTD",),
    "money": ("ANSAL",),
    "code": ("PERSG", "BTRTL"),
    "text": ("NACHN", "VORNA", "MIDNM", "RUFNM", "PLSTX"),
}
LAYOUT = Layout(
    key="sap_flat",
    header=HEADER,
    cells=cells,
    faults=FAULTS,
    form=Delimited(";", "cp1252", "\r\n"),
    roles=ROLES,
    day="%d.%m.%Y",
)

"""Layout F, `workday_xml`: a report of a cloud HR system as XML.

UTF-8, names in the namespace `wd`, one element `Report_Entry` for each record. Nothing says how
many there are. Dates are YYYY-MM-DD with the offset of the data centre behind them
(2026-08-31-07:00), which is no part of the day. Words are those of layout B, `workday`. What
refers to another object has its words in the attribute `Descriptor`.

    Employee_ID              staff number, E and six digits
    Legal_Name/Last_Name     surname; also holds the only name of a person with one name
    Legal_Name/First_Name    first and middle legal names, maybe empty
    Preferred_First_Name     everyday first name where it differs, otherwise empty
    Date_of_Birth            date
    NI_Number                spaced (QA 12 34 56 C), maybe empty
    Original_Hire_Date       date this employment began
    Termination_Date         last day employed; only for those who have left
    Termination_Reason/@Descriptor
                             Resignation, Retirement, Transfer to Another Department, End of Fixed
                             Term Appointment, Redundancy, Dismissal, Death in Service, Other
    Worker_Type/@Descriptor  as in layout B (Employee - Permanent)
    Compensation_Grade/@Descriptor
                             grade in words
    Acting_Grade/@Descriptor grade of somebody who acts up, otherwise empty
    FTE                      share of full time as a percentage with its sign (80%)
    Job_Profile/@Descriptor  profession in this system's words
    Position/Position_ID     P-100123
    Position/Business_Title  title of the post
    Location/@Descriptor     Town - Building
    On_Leave/@Descriptor     of a long absence: Career Break, Maternity Leave, Adoption Leave,
                             Shared Parental Leave, Long-term Sick, Unpaid Special Leave, Other
                             Long-term Leave
    Email_Work               address
    Total_Base_Pay           full-time pounds a year with a point (31250.00); empty for contingent
                             workers
    Base_Pay_Effective_Date  since when it holds
    Contract_Pay_Rate_Daily  pounds for a full day of a contractor or agency worker (425.00); empty
                             for others
"""

from datetime import date

from synthetic.circumstance_words import WORKDAY_ABSENCES, WORKDAY_REASONS
from synthetic.forms.form import Cell
from synthetic.forms.xml import Xml
from synthetic.layouts.layout import STATES_ALL, STATES_RATE, Layout, Row, pounds
from synthetic.layouts.workday import ENGAGEMENT_CODES, GRADE_CODES, spaced

HEADER = (
    "Employee_ID", "Legal_Name/Last_Name", "Legal_Name/First_Name", "Preferred_First_Name",
    "Date_of_Birth", "NI_Number", "Original_Hire_Date", "Termination_Date",
    "Termination_Reason/@Descriptor", "Worker_Type/@Descriptor", "Compensation_Grade/@Descriptor",
    "Acting_Grade/@Descriptor", "FTE", "Job_Profile/@Descriptor", "Position/Position_ID",
    "Position/Business_Title", "Location/@Descriptor", "On_Leave/@Descriptor", "Email_Work",
    "Total_Base_Pay", "Base_Pay_Effective_Date", "Contract_Pay_Rate_Daily",
)  # fmt: skip
FAULTS = {
    "missing_staff_number": ("Employee_ID", ""),
    "impossible_birth_date": ("Date_of_Birth", "1990-02-31-07:00"),
    "blank_start_date": ("Original_Hire_Date", ""),
    "unreadable_fte": ("FTE", "1OO%"),
    "unreadable_pay": ("Total_Base_Pay", "see contract"),
}
ROLES = {
    "identifier": ("Employee_ID", "Position/Position_ID", "NI_Number"),
    "date": (
        "Date_of_Birth", "Original_Hire_Date", "Termination_Date", "Base_Pay_Effective_Date",
    ),
    "share": ("FTE",),
    "money": ("Total_Base_Pay",),
    "code": (
        "Worker_Type/@Descriptor", "Compensation_Grade/@Descriptor", "Acting_Grade/@Descriptor",
        "Job_Profile/@Descriptor", "Location/@Descriptor", "On_Leave/@Descriptor",
        "Termination_Reason/@Descriptor",
    ),
    "text": (
        "Legal_Name/Last_Name", "Legal_Name/First_Name", "Preferred_First_Name",
        "Position/Business_Title",
    ),
}  # fmt: skip
_OPENS = """<?xml version='1.0' encoding='UTF-8'?>
<wd:Report_Data xmlns:wd="urn:example:report:people">
"""
_CLOSES = "</wd:Report_Data>\n"


def zoned(day: date) -> str:
    """2026-08-31-07:00"""
    return f"{day.isoformat()}-07:00"


def cells(row: Row) -> list[Cell]:
    name, post = row.name, row.post
    return [
        row.staff_number,
        name.surname,
        f"{name.first} {name.middle}".strip(),
        name.known_as,
        zoned(row.birth_date),
        spaced(row.nino),
        zoned(row.start_date),
        zoned(row.leaving_date) if row.leaving_date else "",
        WORKDAY_REASONS[row.leaving_reason] if row.leaving_reason else "",
        ENGAGEMENT_CODES[row.engagement],
        GRADE_CODES[post.grade.key],
        GRADE_CODES[row.temporary_grade] if row.temporary_grade else "",
        f"{row.fte_hundredths}%",
        post.profession.stated["workday"],
        post.reference,
        post.title,
        post.site.stated,
        WORKDAY_ABSENCES[row.absence] if row.absence else "",
        row.email,
        pounds(row.salary_pence),
        zoned(row.salary_from) if row.salary_from else "",
        pounds(row.day_rate_pence),
    ]


LAYOUT = Layout(
    key="workday_xml",
    header=HEADER,
    cells=cells,
    faults=FAULTS,
    form=Xml(_OPENS, _CLOSES, "Report_Entry", prefix="wd:"),
    roles=ROLES,
    day="%Y-%m-%d-07:00",
    states=STATES_ALL | STATES_RATE,
)

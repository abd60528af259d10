"""Reads the files of the pretend civil service as their docstrings say, and as no layout does.

With the csv module, an XML parser, openpyxl and the places told in words: so this is also a worked
example of reading the layouts.
"""

import ast
import csv
import io
import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl

import synthetic
from synthetic.files import SnapshotFile

SOURCE = Path(synthetic.__file__).parent


@dataclass(frozen=True)
class Reading:
    """How to read one layout, from its docstring."""

    dates: str
    staff: str
    born: str
    nino: str
    start: str
    left: str
    post: str
    pay: str
    grade: str
    share: str
    delimiter: str = ""
    encoding: str = "utf-8"


READINGS = {
    "oracle_hcm": Reading(
        "%d-%b-%Y", "PERSON_NUMBER", "DATE_OF_BIRTH", "NATIONAL_IDENTIFIER", "HIRE_DATE",
        "ACTUAL_TERMINATION_DATE", "POSITION_CODE", "ANNUAL_SALARY", "GRADE_NAME", "FTE", "|",
    ),
    "workday": Reading(
        "%d/%m/%Y", "Employee ID", "Date of Birth", "NI Number", "Original Hire Date",
        "Termination Date", "Position ID", "Total Base Pay Annualised - Amount",
        "Compensation Grade", "FTE %", ",", "utf-8-sig",
    ),
    "sap_flat": Reading(
        "%d.%m.%Y", "PERNR", "GBDAT", "NINUM", "EINDT", "AUSDT", "PLANS", "ANSAL", "TRFGR",
        "WOSTD", ";", "cp1252",
    ),
    "small_body": Reading(
        "%d/%m/%Y", "Staff no", "DOB", "NI No", "Start date", "Leaving date", "Post ref", "Salary",
        "Grade", "FTE", "\t", "cp1252",
    ),
    "oracle_hcm_xml": Reading(
        "%Y-%m-%d", "PERSON_NUMBER", "DATE_OF_BIRTH", "NATIONAL_IDENTIFIER", "HIRE_DATE",
        "ACTUAL_TERMINATION_DATE", "ASSIGNMENT/POSITION_CODE", "ANNUAL_SALARY",
        "ASSIGNMENT/GRADE_NAME", "ASSIGNMENT/FTE",
    ),
    "workday_xml": Reading(
        "%Y-%m-%d-07:00", "Employee_ID", "Date_of_Birth", "NI_Number", "Original_Hire_Date",
        "Termination_Date", "Position/Position_ID", "Total_Base_Pay",
        "Compensation_Grade/@Descriptor", "FTE",
    ),
    "sap_fixed": Reading(
        "%Y%m%d", "PERNR", "GBDAT", "NINUM", "EINDT", "AUSDT", "PLANS", "ANSAL", "TRFGR", "WOSTD",
        encoding="cp1252",
    ),
    "small_body_workbook": Reading(
        "%d/%m/%Y", "Staff number", "Date of birth", "NI number", "Started", "Left", "Post number",
        "Annual pay", "Grade", "FTE",
    ),
}  # fmt: skip
READINGS["workday_changes"] = READINGS["workday"]

# What the layouts state, without " LON" and " NAT", where it is not the grade itself.
GRADES = {
    "GRADE 7": "G7", "GRADE 6": "G6", "Grade 7": "G7", "Grade 6": "G6", "Gr 7": "G7", "Gr 6": "G6",
    "Administrative Assistant": "AA", "Administrative Officer": "AO", "Executive Officer": "EO",
    "Higher Executive Officer": "HEO", "Senior Executive Officer": "SEO",
    "SCS Pay Band 1": "SCS1", "SCS Pay Band 2": "SCS2", "SCS Pay Band 3": "SCS3",
    "Permanent Secretary": "SCS4", "Admin Assistant": "AA", "Admin Officer": "AO", "A.O.": "AO",
    "Exec Officer": "EO", "E.O.": "EO", "Higher Exec Officer": "HEO", "H.E.O.": "HEO",
    "Senior Exec Officer": "SEO", "S.E.O.": "SEO", "SCS 1": "SCS1", "SCS 2": "SCS2",
    "SCS 3": "SCS3", "Deputy Director": "SCS1", "Director": "SCS2", "Director General": "SCS3",
    "02": "AA", "03": "AO", "05": "EO", "06": "HEO", "07": "SEO", "08": "G7", "09": "G6",
    "91": "SCS1", "92": "SCS2", "93": "SCS3", "94": "SCS4",
}  # fmt: skip


def rows_of(file: SnapshotFile) -> list[dict[str, str]]:
    """The data rows of a file: what stands in each column."""
    return rows_at(file.path, file.layout)


def rows_at(path: Path, layout: str) -> list[dict[str, str]]:
    read = {".xml": _elements, ".txt": _records, ".xlsx": _sheet}.get(path.suffix)
    return read(path) if read else _delimited(path, READINGS[layout])


def _delimited(path: Path, how: Reading) -> list[dict[str, str]]:
    text = path.read_bytes().decode(how.encoding)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=how.delimiter)
    return [row for row in rows if any(row.values())]


def _elements(path: Path) -> list[dict[str, str]]:
    root = ElementTree.fromstring(path.read_bytes())
    return [dict(_values(one, "")) for one in root if _name(one.tag) in ("WORKER", "Report_Entry")]


def _values(element: ElementTree.Element, above: str) -> list[tuple[str, str]]:
    found = []
    for child in element:
        path = f"{above}{_name(child.tag)}"
        found += [(f"{path}/@{_name(key)}", value) for key, value in child.attrib.items()]
        if len(child):
            found += _values(child, f"{path}/")
        else:
            found.append((path, child.text or ""))
    return found


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]


@cache
def places() -> tuple[tuple[str, int], ...]:
    """The columns of the fixed-width layout and how long each is, as its docstring tells."""
    text = (SOURCE / "layouts" / "sap_fixed.py").read_text(encoding="utf-8")
    told = re.findall(r"^    ([A-Z_]+) +(\d+)  ", ast.get_docstring(ast.parse(text)) or "", re.M)
    return tuple((name, int(length)) for name, length in told)


def _records(path: Path) -> list[dict[str, str]]:
    rows = []
    for line in path.read_bytes().decode("cp1252").split("\r\n"):
        if not line.startswith("D"):
            continue
        row, at = {}, 1
        for name, length in places():
            cell = line[at : at + length].strip()
            row[name], at = "" if cell == "99991231" else cell, at + length
        assert at == len(line)
        rows.append(row)
    return rows


def _sheet(path: Path) -> list[dict[str, str]]:
    sheet = openpyxl.load_workbook(path)["Staff"]
    header = [str(cell.value) for cell in sheet[4]]
    rows = []
    for cells in sheet.iter_rows(min_row=5, values_only=True):
        if not any(cells):
            break
        rows.append(dict(zip(header, map(_shown, cells), strict=True)))
    return rows


def _shown(cell: Any) -> str:
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    return "" if cell is None else cell if isinstance(cell, str) else f"{cell:g}"


def day(text: str, how: Reading) -> date:
    return datetime.strptime(text, how.dates).date()  # noqa: DTZ007 - a day has no zone


def grade(text: str) -> str:
    plain = text.removesuffix(" LON").removesuffix(" NAT")
    return GRADES.get(plain, plain)


def share_of_full_time(row: dict[str, str], how: Reading) -> float:
    text = row[how.share]
    if text.endswith("%"):
        return float(text.removesuffix("%")) / 100
    return round(float(text) / float(row.get("WOSTD_SOLL", 1)), 4)

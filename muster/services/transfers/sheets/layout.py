"""How our own workbook looks: one sheet for each part, one for each list, found by written names.

Each line of a part's sheet ends with the name of its field, in small grey letters, so that lines
may be moved and labels translated without anything being taken for something else.
"""

from muster.services.transfers.record.fields import Field, Who, all_fields, fields_of
from muster.services.transfers.record.values import NO_REGIME

FORM = "muster/transfers/form/1"
PART_SHEETS: dict[Who, str] = {
    "person": "Person",
    "exporter": "Employer left",
    "importer": "Employer joined",
}
HEADERS = ("What", "Your answer", "How to fill it in", "Name")
ABOUT = {
    "about.transfer": "Transfer reference",
    "about.surname": "Surname of the person",
    "about.birth_date": "Date of birth of the person",
}
NONE, LISTED = "none", "listed"
NEITHER = NO_REGIME[0].capitalize().replace("uk", "UK")
SPARE_LINES = 10
_LONGEST_NAME = 31  # as spreadsheets allow


def list_sheet(field: Field) -> str:
    """Return the name of the sheet on which the lines of a list stand."""
    return field.title[:_LONGEST_NAME]


def lists_of(who: Who) -> tuple[Field, ...]:
    """Return the lists that one side states."""
    return tuple(one for one in fields_of(who) if one.type == "list")


def all_lists() -> dict[str, Field]:
    """Return every list by the name of its sheet."""
    return {list_sheet(one): one for one in all_fields() if one.type == "list"}


def how_to(field: Field) -> str:
    """Return what is said beside a field: an example of its form, and its rule."""
    forms = {
        "date": "A day such as 2026-11-22 or 22/11/2026.",
        "money": "Pounds, such as 31250.00.",
        "fte": "1 is full time, 0.8 four days of five.",
        "loans": "none, or plans such as 2; PG.",
        "list": f"{NONE}, or {LISTED} with lines on the sheet {list_sheet(field)!r}.",
        "lines": "One line below the other in the cell (Alt and Enter).",
        "tax_code": "As on the payslip: S1257L M1 is taken apart.",
    }
    return " ".join(part for part in (forms.get(field.type, ""), field.rule) if part)


def choices(field: Field) -> list[str]:
    """Return what may be chosen in a field's cell; empty where anything may be typed."""
    if field.type == "list":
        return [NONE, LISTED]
    return [value or NEITHER for value in field.values]

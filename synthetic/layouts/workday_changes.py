"""Layout G, `workday_changes`: a report of what changed, saved from a cloud HR system.

After a first full report in layout B, `workday`, its sender reports only records that are new, that
changed, or whose people left since the report before; of everybody else it says nothing. Written as
layout B, with one column before the others:

    Change                   New Hire, Data Change, Termination
    Employee ID              and so on, as in layout B
    Legal Name
    Preferred Name
    Date of Birth
    NI Number
    Original Hire Date
    Termination Date
    Worker Type
    Compensation Grade
    FTE %
    Job Profile
    Position ID
    Business Title
    Location
    Email - Work
    Total Base Pay Annualised - Amount
    Contract Pay Rate - Daily
"""

from dataclasses import replace

from synthetic.forms.form import Cell
from synthetic.layouts import workday
from synthetic.layouts.layout import Row

CHANGES = {"new": "New Hire", "changed": "Data Change", "left": "Termination"}


def cells(row: Row) -> list[Cell]:
    return [CHANGES[row.change], *workday.cells(row)]


LAYOUT = replace(
    workday.LAYOUT, key="workday_changes", header=("Change", *workday.HEADER), cells=cells
)

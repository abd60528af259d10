"""How unlike HR systems would write the same people down. One module per kind of file.

Each module describes its layout column by column, names its value codes, and offers `LAYOUT`,
whose `write(path, rows, about)` makes one file. The layouts are documented synthetic samples:
they borrow the habits of real exports (column names, separators, encodings, date formats) and copy
no supplier's specification.

Every layout carries the same facts: staff number, names, birth date, National Insurance number,
start and leaving date, engagement, grade as stated, working time, profession, post, place, e-mail
and pay; four of them also long absences, acting up, reasons for leaving, and since when pay holds.
A file is a full snapshot: everybody employed on the as-at date, and those whose last day fell since
the snapshot before. Only `workday_changes` is not: after a first full file it lists what changed.
"""

from synthetic.layouts import (
    oracle_hcm,
    oracle_hcm_xml,
    sap_fixed,
    sap_flat,
    small_body,
    small_body_workbook,
    workday,
    workday_changes,
    workday_xml,
)
from synthetic.layouts.layout import Layout

LAYOUTS: dict[str, Layout] = {
    layout.key: layout
    for layout in (
        oracle_hcm.LAYOUT,
        workday.LAYOUT,
        sap_flat.LAYOUT,
        small_body.LAYOUT,
        oracle_hcm_xml.LAYOUT,
        workday_xml.LAYOUT,
        sap_fixed.LAYOUT,
        small_body_workbook.LAYOUT,
        workday_changes.LAYOUT,
    )
}

"""Writes the samples in `samples/feeds`: a few rows of each layout, for people to look at.

`python -m synthetic.samples FOLDER` writes them anew; a test holds the folder to this.
"""

import sys
from collections import defaultdict
from datetime import date
from pathlib import Path

from synthetic.chance import Chance
from synthetic.employers import DEALT, make_employers
from synthetic.files import rows_of
from synthetic.forms.form import About
from synthetic.layouts import LAYOUTS
from synthetic.layouts.layout import Row
from synthetic.lives import Lives, periods
from synthetic.recruitment import Recruitment
from synthetic.recruitment_files import write_extract

ROWS, SEED, PEOPLE = 8, 11, 3000
AS_AT = (date(2026, 9, 30), date(2026, 10, 31))
EXTRACT = "recruitment_stage_extract"


def write_samples(folder: Path) -> list[Path]:
    """Write one file of each layout, of the second of two dates; returns them.

    At most `ROWS` people stand in each, two who left among them. The extract of a recruitment
    system has one campaign.
    """
    chance = Chance(SEED)
    bodies = make_employers(len(DEALT), PEOPLE, chance)
    rows: dict[str, list[Row]] = defaultdict(list)
    owners = {body.layout: body for body in reversed(bodies)}
    for person in Lives(bodies, periods(AS_AT), chance).people():
        for employment in person.employments:
            if owners[employment.employer.layout] is employment.employer:
                told = dict(rows_of(person, employment, periods(AS_AT), None))
                rows[employment.employer.layout] += [told[1]] if 1 in told else []
    written = []
    for key, layout in LAYOUTS.items():
        left = [row for row in rows[key] if row.leaving_date][:2]
        shown = [row for row in rows[key] if not row.leaving_date][: ROWS - len(left)] + left
        path = folder / f"{AS_AT[1]}-{key}{layout.form.suffix}"
        layout.write(path, shown, About(owners[key].name, AS_AT[1]))
        written.append(path)
    said_of = [
        said
        for one in Recruitment(bodies[0], AS_AT[1], chance).applications(4)
        if (said := one.said_on(AS_AT[1])) is not None
    ]
    path = folder / f"{AS_AT[1]}-{EXTRACT}.csv"
    write_extract(path, said_of[: 2 * ROWS])
    return [*written, path]


if __name__ == "__main__":
    write_samples(Path(sys.argv[1]))

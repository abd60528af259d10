"""Writes what is told of places beside the HR files: code lists of sites, and commitments.

out/places/<employer>-sites.csv  of each employer whose system names places by codes, but for the
                                 last of them: the codes and their towns (place, town)
out/places/commitments.csv       what each employer promised under Places for Growth: employer,
                                 due, percent or roles, stated_by, source
"""

import csv
from collections.abc import Sequence
from pathlib import Path

from synthetic.chance import Chance
from synthetic.employers import Employer

SITES, COMMITMENTS = ("place", "town"), (
    "employer", "due", "percent", "roles", "stated_by", "source",
)  # fmt: skip
_CODED = ("oracle_hcm", "sap_flat")
_DUE = ("2027-03-31", "2028-03-31", "2030-03-31")
_LEAST, _MOST = 72, 94
_SMALL = 200  # who has fewer people promises a share: a number would be of single people
_STATED_BY = "Permanent Secretary's office"
_SOURCE = "Pretend Places for Growth plan, 2025"


def write_places(out: Path, bodies: Sequence[Employer], chance: Chance) -> tuple[Path, ...]:
    """Write the lists of a service into the folder `out`; return the files, commitments last."""
    folder = out / "places"
    folder.mkdir(parents=True)
    written = []
    coded = [body for body in bodies if body.family in _CODED]
    for body in coded[: max(1, len(coded) - 1)]:
        place = folder / f"{body.slug}-sites.csv"
        _write(place, SITES, [(site.stated, site.town) for site in body.sites])
        written.append(place)
    rows = []
    for body in bodies:
        due, percent = chance.pick(_DUE), chance.between(_LEAST, _MOST)
        counted = chance.happens(0.25) and body.size >= _SMALL
        roles = str(body.size * percent // 100) if counted else ""
        share = "" if counted else str(percent)
        rows.append((body.name, due, share, roles, _STATED_BY, _SOURCE))
    _write(folder / "commitments.csv", COMMITMENTS, rows)
    return (*written, folder / "commitments.csv")


def _write(place: Path, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(headings)
        writer.writerows(rows)

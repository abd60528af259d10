"""Writes adverts as employers' recruitment systems send them, and the truth beside them.

out/adverts/<employer>/<date>-adverts.csv    of every other employer: UTF-8 with a byte order mark,
                                             dates as DD/MM/YYYY, the description as one cell of
                                             many lines
out/adverts/<employer>/<date>-adverts.json   of the others: a graph of JobPosting, as JSON-LD
out/truth/advert.parquet              each advert: its employer, family, language, whose text it is
out/truth/advert_skill.parquet        which skills each advert asks for
out/truth/advert_sentence.parquet     which sentence says so, and with which words
"""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from synthetic.adverts.making import adverts_and_truth
from synthetic.employers import Employer

_SCHEMA = "schema.org"
COLUMNS = {
    "Vacancy ID": "advert_id", "Job Title": "title", "Department": "organisation",
    "Profession": "profession", "Grade": "grade", "Location": "place", "Region": "region",
    "Working Pattern": "employment_type", "Salary Minimum": "salary_min",
    "Salary Maximum": "salary_max", "Date Posted": "posted", "Closing Date": "valid_through",
    "Job Description": "description",
}  # fmt: skip


def write_adverts(
    out: Path, bodies: Sequence[Employer], count: int, last: date, seed: int
) -> dict[str, Path]:
    """Write `count` adverts of three years until `last`; return the tables of truth by name.

    An employer that advertised nothing has no file.
    """
    folder, made = out / "adverts", adverts_and_truth(count, seed, bodies, last)
    folder.mkdir(parents=True)
    for body in bodies:
        own = made.adverts.filter(pl.col("organisation") == body.name)
        place = folder / body.slug / f"{last}-adverts.{'json' if body.number % 2 else 'csv'}"
        if own.height:
            place.parent.mkdir()
        if own.height and body.number % 2:
            graph = [_posting(row) for row in own.iter_rows(named=True)]
            said = {"@context": f"https://{_SCHEMA}", "@graph": graph}
            place.write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")
        elif own.height:
            _write_csv(own, place)
    truth = {name: out / "truth" / f"{name}.parquet" for name in made.truth}
    for name, table in made.truth.items():
        truth[name].parent.mkdir(parents=True, exist_ok=True)
        table.write_parquet(truth[name])
    return truth


def _write_csv(own: pl.DataFrame, place: Path) -> None:
    days = pl.col("posted", "valid_through").dt.strftime("%d/%m/%Y")
    named = own.with_columns(days).select(**{name: pl.col(of) for name, of in COLUMNS.items()})
    place.write_text("\ufeff" + named.write_csv(), encoding="utf-8", newline="")


def _posting(row: dict[str, Any]) -> dict[str, Any]:
    """An advert as a JobPosting."""
    return {
        "@type": "JobPosting",
        "identifier": {"@type": "PropertyValue", "value": row["advert_id"]},
        "title": row["title"],
        "hiringOrganization": {"@type": "Organization", "name": row["organisation"]},
        "occupationalCategory": row["profession"],
        "grade": row["grade"],
        "jobLocation": {
            "@type": "Place",
            "address": {
                "@type": "PostalAddress",
                "addressLocality": row["place"],
                "addressRegion": row["region"],
            },
        },
        "employmentType": row["employment_type"],
        "baseSalary": {
            "@type": "MonetaryAmount",
            "currency": "GBP",
            "value": {
                "@type": "QuantitativeValue", "minValue": row["salary_min"],
                "maxValue": row["salary_max"], "unitText": "YEAR",
            },
        },
        "datePosted": row["posted"].isoformat(),
        "validThrough": row["valid_through"].isoformat(),
        "description": row["description"],
    }  # fmt: skip

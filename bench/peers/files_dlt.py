"""dlt: the same file read, validated row by row, renamed, converted and merged into PostgreSQL.

Runs in the environment of ``bench-hub``: ``FILE URL``. Used as its documentation says for data
that must be validated by more than its types: a Pydantic model as the resource's ``columns``, the
schema contract frozen, merged by ``upsert``, and CSV as the loader's files, so that PostgreSQL is
given COPY. The model states every rule of the contract; rows of the file are plain ``csv`` rows.

dlt can also be given Arrow tables, which is about four times as quick. That road looks at types
alone: no pattern, code list, range or length of the contract would be checked, so it is no peer.

What dlt does not do here and the hub does: it keeps neither the file nor evidence of it, asks no
agreement, does not look for a header, an encoding or a delimiter, holds no row in quarantine (a row
that breaks the model stops the load), weighs no unusual change, reduces nothing to what was agreed,
and remembers no row, so that the next file is merged whole.
"""

import csv
import datetime as dt
import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, Field

AT_ONCE = 10_000
ENGAGEMENTS = {"PERM": "permanent", "FTA": "fixed_term", "LOAN_IN": "loan_in", "AGY": "agency"}
GRADES = {"AO": "1", "EO": "2", "HEO": "3", "SEO": "4", "Grade 7": "5", "Grade 6": "6"}
NAMES = {
    "Employee number": "staff_number", "Surname": "surname", "Forenames": "forenames",
    "Date of birth": "birth_date", "NI number": "nino", "Start date": "start",
    "Leaving date": "leaving", "Engagement": "engagement", "Grade": "grade", "FTE": "fte",
    "Salary": "salary", "Email": "email", "Post": "post", "Location": "location",
}  # fmt: skip


def _day(text: Any) -> Any:
    day, month, year = text.split("/")
    return dt.date(int(year), int(month), int(day))


def _absent(text: Any) -> Any:
    return _day(text) if text else None


def _engagement(text: Any) -> Any:
    return ENGAGEMENTS[text]


def _grade(text: Any) -> Any:
    return GRADES[text]


def _billionths(text: Any) -> Any:
    return int(Decimal(text) * 1_000_000_000)


def _pence(text: Any) -> Any:
    return int(Decimal(text) * 100)


Day = Annotated[dt.date, BeforeValidator(_day)]


class Person(BaseModel):
    """The contract, rule by rule."""

    staff_number: Annotated[str, Field(pattern=r"^E[0-9]{7}$")]
    surname: Annotated[str, Field(min_length=1, max_length=80)]
    forenames: Annotated[str, Field(max_length=80)]
    birth_date: Day
    nino: Annotated[str, Field(pattern=r"^[A-Z]{2}[0-9]{6}[A-D]$")]
    start: Day
    leaving: Annotated[dt.date | None, BeforeValidator(_absent)] = None
    engagement: Annotated[
        Literal["permanent", "fixed_term", "loan_in", "agency"], BeforeValidator(_engagement)
    ]
    grade: Annotated[Literal["1", "2", "3", "4", "5", "6"], BeforeValidator(_grade)]
    fte: Annotated[int, BeforeValidator(_billionths), Field(ge=0, le=2_000_000_000)]
    salary: Annotated[int, BeforeValidator(_pence), Field(ge=0)]
    email: Annotated[str, Field(max_length=120)]
    post: Annotated[str, Field(pattern=r"^P[0-9]+$")]
    location: Annotated[str, Field(max_length=60)]


def rows(file: Path) -> Iterator[list[dict[str, str]]]:
    """Yield the rows of the file by the names of the table, many at once."""
    with file.open(encoding="utf-8", newline="") as text:
        lines = csv.reader(text)
        names = [NAMES[header] for header in next(lines)]
        some: list[dict[str, str]] = []
        for line in lines:
            some.append(dict(zip(names, line, strict=True)))
            if len(some) == AT_ONCE:
                yield some
                some = []
        if some:
            yield some


def _with_password(url: str) -> str:
    """Return an address with a password: dlt asks for one where the server wants none."""
    parts = urlsplit(url)
    user, _, rest = parts.netloc.rpartition("@")
    named = user if ":" in user else f"{user}:none"
    return parts._replace(netloc=f"{named}@{rest}").geturl()


def load(file: Path, url: str, folder: str) -> int:
    """Load the file, working in a folder; return how many rows."""
    import dlt

    people = dlt.resource(
        rows(file), name="staff", primary_key="staff_number", columns=Person,
        write_disposition={"disposition": "merge", "strategy": "upsert"},
        schema_contract={"tables": "evolve", "columns": "freeze", "data_type": "freeze"},
    )  # fmt: skip
    pipeline = dlt.pipeline(
        "bench", destination=dlt.destinations.postgres(_with_password(url)),
        dataset_name="receiver", pipelines_dir=folder,
    )  # fmt: skip
    pipeline.run(people, loader_file_format="csv").raise_on_failed_jobs()
    with pipeline.sql_client() as client:
        [(told,)] = client.execute_sql("SELECT count(*) FROM staff") or [(0,)]
    return int(told)


def main() -> None:
    """Load once and print what it took; start-up is not counted."""
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    os.environ["RUNTIME__LOG_LEVEL"] = "ERROR"
    with TemporaryDirectory(prefix="muster-bench-") as folder:
        os.environ["DLT_DATA_DIR"] = folder
        import dlt  # noqa: F401 - loaded before the clock starts

        began, used = time.perf_counter(), time.process_time()
        told = {
            "count": load(Path(sys.argv[1]), sys.argv[2], folder),
            "seconds": time.perf_counter() - began,
            "cpu": time.process_time() - used,
            "megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        }
    print(json.dumps(told))


if __name__ == "__main__":
    main()

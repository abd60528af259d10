"""A file of one HR system that goes on to another system's database, beside ``dlt``.

Each round is a process of its own with a fresh hub and a fresh receiving database on PostgreSQL.
The hub's side is all of it: the file is landed (kept encrypted, with evidence), framed, mapped by a
layout, checked against its contract, weighed, carried on under an agreement, reduced, translated
and upserted exactly once. What dlt does, and what it leaves out, is told in ``peers/files_dlt``.
"""

import datetime as dt
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import polars as pl
import psycopg

from bench.apart import environment, in_turns, one_round, timed
from bench.figures import Figure
from tools.throwaway_postgres import NoPostgres, running_postgres

ROWS = 500_000
BAR, MOST_MEGABYTES = 1.5, 1200
CONTRACT, SENDER, RECEIVER = "muster.bench.staff.listed.v1", "hr:files", "payroll:files"
_PEER = "dlt: csv, a Pydantic model with the schema frozen, upsert by COPY"
_COLUMNS = (
    "staff_number text PRIMARY KEY, surname text, forenames text, birth_date date, nino text,"
    " start date, leaving date, engagement text, grade text, fte bigint, salary bigint,"
    " email text, post text, location text"
)
_DAY = {"type": "string", "format": "date"}
_SCHEMA: dict[str, Any] = {
    "$id": CONTRACT,
    "title": "A member of staff",
    "type": "object",
    "additionalProperties": False,
    "required": ["staff_number", "surname", "birth_date", "start", "engagement", "grade", "fte"],
    "properties": {
        "staff_number": {"type": "string", "pattern": "^E[0-9]{7}$", "x-key": True,
                         "x-personal": True},
        "surname": {"type": "string", "minLength": 1, "maxLength": 80, "x-personal": True},
        "forenames": {"type": "string", "maxLength": 80, "x-personal": True},
        "birth_date": {**_DAY, "x-personal": True},
        "nino": {"type": "string", "pattern": "^[A-Z]{2}[0-9]{6}[A-D]$", "x-personal": True},
        "start": _DAY,
        "leaving": _DAY,
        "engagement": {"type": "string", "enum": ["permanent", "fixed_term", "loan_in", "agency"]},
        "grade": {"type": "string", "enum": ["AO", "EO", "HEO", "SEO", "Grade 7", "Grade 6"]},
        "fte": {"type": "integer", "minimum": 0, "maximum": 2_000_000_000,
                "description": "Share of full time, in billionths"},
        "salary": {"type": "integer", "minimum": 0, "description": "Pence a year"},
        "email": {"type": "string", "maxLength": 120, "x-personal": True},
        "post": {"type": "string", "pattern": "^P[0-9]+$"},
        "location": {"type": "string", "maxLength": 60},
    },
}  # fmt: skip
_FIELDS = {
    "staff_number": ("Employee number", 'parse = "identifier"'),
    "surname": ("Surname", ""),
    "forenames": ("Forenames", ""),
    "birth_date": ("Date of birth", 'parse = "date"\nform = "DD/MM/YYYY"\norder = "day first"'),
    "nino": ("NI number", 'parse = "compact"'),
    "start": ("Start date", 'parse = "date"\nform = "DD/MM/YYYY"\norder = "day first"'),
    "leaving": ("Leaving date", 'parse = "date"\nform = "DD/MM/YYYY"\norder = "day first"'),
    "engagement": (
        "Engagement",
        (
            'parse = "code"\n[fields.engagement.codes]\nPERM = "permanent"\nFTA = "fixed_term"\n'
            'LOAN_IN = "loan_in"\nAGY = "agency"'
        ),
    ),
    "grade": ("Grade", ""),
    "fte": ("FTE", 'parse = "decimal"'),
    "salary": ("Salary", 'parse = "pence"'),
    "email": ("Email", ""),
    "post": ("Post", 'parse = "identifier"'),
    "location": ("Location", ""),
}
_LAYOUT = "\n".join([
    (
        f'[layout]\nname = "bench-staff"\ntitle = "Staff"\ncontract = "{CONTRACT}"\n'
        'covers = "system"\nrecognise = ["Employee number", "NI number", "Engagement", "Post"]'
    ),
    *(f'[fields.{name}]\nfrom = "{header}"\n{how}' for name, (header, how) in _FIELDS.items()),
])  # fmt: skip
_TRANSLATION = "\n".join([
    f'[mapping]\nname = "bench"\ntitle = "Bench"\nfrom = "{CONTRACT}"',
    '[codes.grades]\nAO = "1"\nEO = "2"\nHEO = "3"\nSEO = "4"\n"Grade 7" = "5"\n"Grade 6" = "6"',
    "[fields]",
    *(f'{name} = {{ take = "{name}" }}' for name in _FIELDS if name != "grade"),
    'grade = [{ take = "grade" }, { codes = "grades" }]',
    "[[example]]\ngiven = {}\ngives = {}",
])  # fmt: skip
_numbers = count()


def measure(*, full: bool) -> Iterator[Figure]:
    """Yield the figure with the hub's own store on PostgreSQL and, in full, on SQLite."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(running_postgres())
        except NoPostgres as reason:
            yield Figure(f"HR file to another system (not measured: {reason})", None, "")
            return
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="muster-bench-")))
        file = folder / "staff-2026-10-31.csv"
        write_file(file, ROWS)
        python = environment("hub")
        peer = str(Path(__file__).parent / "peers" / "files_dlt.py")
        for store in ("PostgreSQL", "SQLite") if full else ("PostgreSQL",):
            yield from in_turns(
                f"HR file of {ROWS:,} rows landed, validated, mapped and delivered to PostgreSQL,"
                f" hub on {store}",
                "rows/s",
                lambda store=store: _muster(file, url, store),  # type: ignore[misc]
                peer=_PEER,
                peer_round=lambda: one_round(
                    [peer, str(file), another(url)], python=python
                ),
                bar=BAR,
                most_megabytes=MOST_MEGABYTES,
            )  # fmt: skip


def another(url: str) -> str:
    """Make another database on the server; return its address."""
    name = f"files_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _muster(file: Path, url: str, store: str) -> dict[str, float]:
    own = another(url) if store == "PostgreSQL" else ""
    return one_round(
        ["-m", "bench.files_on", str(file), another(url)],
        env={"MUSTER_DATABASE_URL": own, "MUSTER_ENV": "development"},
    )


def write_file(file: Path, rows: int) -> None:
    """Write an HR file that breaks no rule, with as many people."""
    at = pl.int_range(rows, eager=True).alias("at")

    def one_of(*texts: str) -> pl.Expr:
        return pl.lit(pl.Series([*texts])).gather((pl.col("at") * 7919) % len(texts))

    def day(first: dt.date, days: int, step: int) -> pl.Expr:
        past = (pl.col("at") * step) % days
        return (pl.lit(first) + pl.duration(days=past)).dt.to_string("%d/%m/%Y")

    number = pl.col("at").cast(pl.String)
    leaves = pl.col("at") % 23 == 0
    frame = at.to_frame().select(
        pl.format("E{}", number.str.zfill(7)).alias("Employee number"),
        pl.format("Surname{}", pl.col("at") % 9973).alias("Surname"),
        pl.format("Forename {}", one_of("Ann", "Rhys", "Zoë", "Owain", "Mary Jane")).alias(
            "Forenames"
        ),
        day(dt.date(1958, 1, 1), 16_000, 13).alias("Date of birth"),
        pl.format("{}{}A", one_of("AB", "CE", "JK", "WM"), number.str.zfill(6).str.slice(-6)).alias(
            "NI number"
        ),
        day(dt.date(1990, 1, 1), 13_000, 17).alias("Start date"),
        pl.when(leaves).then(day(dt.date(2026, 1, 1), 300, 11)).otherwise(pl.lit("")).alias(
            "Leaving date"
        ),
        one_of("PERM", "PERM", "FTA", "LOAN_IN", "AGY").alias("Engagement"),
        one_of("AO", "EO", "HEO", "SEO", "Grade 7", "Grade 6").alias("Grade"),
        one_of("1", "1", "0.8", "0.5", "0.73").alias("FTE"),
        (20_000 + pl.col("at") % 60_000).cast(pl.String).alias("Salary"),
        pl.format("person.{}@example.gov.uk", number).alias("Email"),
        pl.format("P{}", pl.col("at") % 400_000).alias("Post"),
        one_of("Leeds", "Cardiff", "Darlington", "London", "Glasgow").alias("Location"),
    )  # fmt: skip
    frame.write_csv(file)


def _build(sink: str) -> None:
    """Make the hub's tables, contract, layout, systems, agreement and routes; the receiver's."""
    from django.core.management import call_command

    from muster.hub.contract_registry import accept_revision, draft_revision
    from muster.hub.delivering.outlets import seal_secrets
    from muster.hub.forwarding.doors import open_door
    from muster.hub.models import Agreement, Cursor, Endpoint, Route, System
    from muster.hub.saved_layouts import save_layout
    from muster.kernel.clock import SYSTEM_CLOCK

    call_command("migrate", verbosity=0)
    with psycopg.connect(sink) as database:
        database.execute(f"CREATE TABLE staff ({_COLUMNS})")
    draft_revision(json.dumps(_SCHEMA), by="bench", clock=SYSTEM_CLOCK)
    accept_revision(CONTRACT, 1, by="bench 2", reason="bench", clock=SYSTEM_CLOCK)
    save_layout(text=_LAYOUT, employer=None, by="bench", clock=SYSTEM_CLOCK)
    sender, receiver = (
        System.objects.create(code=code, title=code, kind="bench") for code in (SENDER, RECEIVER)
    )
    open_door(code="files", contract=CONTRACT, sender=SENDER, by="bench")
    agreement = Agreement.objects.create(
        code="files", title="bench", contract=CONTRACT, sender=sender, receiver=RECEIVER,
        fields=list(_FIELDS), purpose="bench", lawful_basis="bench", retention="bench",
        starts=dt.date(2020, 1, 1),
    )  # fmt: skip
    settings = {"table": "staff", "mode": "upsert", "keys": "staff_number"}
    endpoint = Endpoint(system=receiver, kind="sql_table", settings=settings)
    endpoint.sealed = seal_secrets(endpoint, {"url": sink})
    endpoint.save()
    route = Route.objects.create(
        code="files-on", contract=CONTRACT, source=sender, agreement=agreement, receiver=receiver,
        endpoint=endpoint, translation=_TRANSLATION,
    )  # fmt: skip
    Cursor.objects.create(route=route, shard=0)


def _carried_on(file: Path) -> int:
    """Take the file in and carry it on; return how many rows the receiver was told."""
    from muster.hub.actions import begin_intake, take_in
    from muster.hub.reading import dropped, read
    from muster.hub.worker import Carrier
    from muster.kernel.clock import SYSTEM_CLOCK

    began = time.perf_counter()
    intake = begin_intake(name=file.name, by="bench", clock=SYSTEM_CLOCK)
    take_in(dropped(file), read, intake=intake, by="bench", clock=SYSTEM_CLOCK, route="files")
    if "MUSTER_BENCH_PARTS" in os.environ:
        print(f"landed after {time.perf_counter() - began:.2f} s", file=sys.stderr)
    carrier = Carrier(SYSTEM_CLOCK, read=read)
    try:
        return carrier.drain()
    finally:
        carrier.stop()


def main() -> None:
    """Run one round in this process and print what it took."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "muster.settings"
    django.setup()
    from muster.cli.ready import ready

    file, sink = Path(sys.argv[1]), sys.argv[2]
    ready()
    _build(sink)
    timed(lambda: _carried_on(file))
    with psycopg.connect(sink) as database:
        [told] = database.execute("SELECT count(*) FROM staff").fetchone() or (0,)
    assert told == _rows_of(file), f"the receiver has {told} rows"


def _rows_of(file: Path) -> int:
    with file.open("rb") as lines:
        return sum(1 for _ in lines) - 1


if __name__ == "__main__":
    main()

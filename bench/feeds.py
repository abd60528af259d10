"""Feeds as they arrive: large files to the register, large workbooks to rows, and how right it is.

A recruitment extract of 500,000 rows and 20 columns goes from its bytes to the register: landed
(exact bytes encrypted, evidence in the ledger), mapped, checked, judged and stored. The peer does
the usual thing, and less: it reads each row, validates it with jsonschema-rs against the same
contract, judges it by the same rules and stores it with ``bulk_create(1000)`` into the same
tables; no bytes kept, no evidence, no quarantine. It does a tenth of the rows, and rates are
compared. A workbook of the same size is read beside openpyxl in read-only mode, likewise. The most
memory that an extract of a million rows takes is measured once: it hardly varies.
"""

import datetime as dt
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import quantiles
from typing import Any

from bench.apart import environment, in_turns, one_round, timed
from bench.extracts import EXTRACT, write_extract, write_workbook
from bench.figures import ROUNDS, Figure
from tools.throwaway_postgres import NoPostgres, running_postgres

ROWS, PEER_ROWS, MOST_ROWS = 500_000, 50_000, 1_000_000
CSV_BAR, XLSX_BAR, MOST_MEGABYTES = 3.0, 5.0, 1000
PREVIEW_BYTES, PREVIEW_ROWS, PREVIEW_TIMES, PREVIEW_SECONDS = 200 * 1024 * 1024, 100, 20, 2.0
EQUAL = 99.9
AS_AT = dt.date(2026, 9, 30)
_CSV_PEER = "jsonschema-rs row by row with bulk_create(1000) into the same tables"
_XLSX_PEER = "openpyxl in read-only mode"


def measure(*, full: bool) -> Iterator[Figure]:
    """Yield the figures one after the other; ``full`` adds PostgreSQL and more rounds."""
    most = 4 * ROUNDS if full else ROUNDS
    with tempfile.TemporaryDirectory(prefix="muster-feeds-") as folder:
        place = Path(folder)
        yield from _csv_to_register(place, most, full=full)
        yield from _workbook_to_rows(place, most)
        yield _preview(place)
    yield from _truth(full=full)


def _csv_to_register(place: Path, most: int, *, full: bool) -> Iterator[Figure]:
    whole, part = place / f"extract-{AS_AT}.csv", place / f"part-{AS_AT}.csv"
    write_extract(whole, ROWS)
    write_extract(part, PEER_ROWS)
    most_rows = place / f"most-{AS_AT}.csv"
    write_extract(most_rows, MOST_ROWS)
    for store in ("SQLite", "PostgreSQL") if full else ("SQLite",):
        with ExitStack() as stack:
            url = ""
            if store == "PostgreSQL":
                try:
                    url = stack.enter_context(running_postgres())
                except NoPostgres as reason:
                    yield Figure(f"CSV on PostgreSQL (not measured: {reason})", None, "")
                    return
            yield from in_turns(
                f"CSV of {ROWS:,} rows and {len(EXTRACT)} columns to the register on {store}",
                "rows/s",
                lambda url=url: _loaded("muster", whole, url),  # type: ignore[misc]
                peer=_CSV_PEER,
                peer_round=lambda url=url: _loaded("peer", part, url),  # type: ignore[misc]
                bar=CSV_BAR,
                most_megabytes=MOST_MEGABYTES,
                most_rounds=most,
            )
            yield _peak(store, most_rows, url)


def _peak(store: str, file: Path, url: str) -> Figure:
    megabytes = _loaded("muster", file, url)["megabytes"]
    return Figure(
        f"CSV of {MOST_ROWS:,} rows and {len(EXTRACT)} columns to the register on {store}: peak"
        f" memory, at most {MOST_MEGABYTES:,} MB",
        megabytes,
        "MB",
        bar=MOST_MEGABYTES,
        met=megabytes <= MOST_MEGABYTES,
    )


def _loaded(which: str, file: Path, url: str) -> dict[str, float]:
    if url:
        import psycopg

        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
    env = {"MUSTER_DATABASE_URL": url}
    return one_round(["-m", "bench.feeds", which, str(file)], env=env)


def _workbook_to_rows(place: Path, most: int) -> Iterator[Figure]:
    whole, part = place / "whole.xlsx", place / "part.xlsx"
    write_workbook(whole, ROWS)
    write_workbook(part, PEER_ROWS)
    python = environment("feeds")
    peer = str(Path(__file__).parent / "peers" / "workbook_rows.py")
    yield from in_turns(
        f"XLSX of {ROWS:,} rows and {len(EXTRACT)} columns to rows",
        "rows/s",
        lambda: one_round(["-m", "bench.feeds", "workbook", str(whole)]),
        peer=_XLSX_PEER,
        peer_round=lambda: one_round([peer, str(part)], python=python),
        bar=XLSX_BAR,
        most_megabytes=MOST_MEGABYTES,
        most_rounds=most,
    )


def _preview(place: Path) -> Figure:
    file = place / f"large-{AS_AT}.csv"
    write_extract(file, ROWS)
    content = file.read_bytes()
    header, rows = content.split(b"\n", 1)
    times = PREVIEW_BYTES // len(rows) + 1
    file.write_bytes(header + b"\n" + (rows * times)[: PREVIEW_BYTES - len(header) - 1])
    took = one_round(["-m", "bench.feeds", "preview", str(file)])["p95"]
    return Figure(
        f"{file.stat().st_size / 1e6:.0f} MB CSV from upload to its first {PREVIEW_ROWS} previewed"
        f" rows, p95 of {PREVIEW_TIMES}, at most {PREVIEW_SECONDS} s",
        round(took, 2),
        "s",
        met=took <= PREVIEW_SECONDS,
    )


def _truth(*, full: bool) -> Iterator[Figure]:
    from bench.truth import fields_equal_to_truth

    people = 20_000 if full else 4_000
    compared = equal = 0
    for one in fields_equal_to_truth(employers=12, people=people, seed=1):
        compared, equal = compared + one["compared"], equal + one["equal"]
        share = 100 * one["equal"] / max(1, one["compared"])
        yield Figure(
            f"fields of accepted rows equal to the truth, {one['layout']}, damage injected",
            round(share, 4),
            "%",
            bar=EQUAL,
            met=share >= EQUAL,
        )
    share = 100 * equal / max(1, compared)
    yield Figure(
        f"fields of accepted rows equal to the truth, all layouts ({compared:,} fields)",
        round(share, 4),
        "%",
        bar=EQUAL,
        met=share >= EQUAL,
    )


def _route() -> None:
    """Open the route of the benchmark's recruitment system."""
    from muster.hub.actions import open_route, open_system
    from muster.hub.agreements import AgreementTerms
    from muster.hub.intakes import intake_for
    from muster.register.employers.queries import ids_by_key

    contract = "muster.recruitment.application.v1"
    employer = next(iter(ids_by_key().values()))
    open_system(code="ats:bench", title="bench", kind="csv_drop", employer=employer)
    fields = frozenset(field.name for field in intake_for(contract).contract.fields)
    terms = AgreementTerms(
        "bench", contract, "ats:bench", "register", fields, dt.date(2020, 1, 1), None, False
    )
    open_route(
        code="bench", terms=terms, title="bench", purpose="bench", lawful_basis="bench",
        retention="bench", by="bench",
    )  # fmt: skip


def _load_with_muster(file: Path) -> int:
    from muster.hub.actions import begin_intake, take_in
    from muster.hub.queries import figures
    from muster.hub.reading import dropped, read
    from muster.kernel.clock import SYSTEM_CLOCK

    intake = begin_intake(name=file.name, by="bench", clock=SYSTEM_CLOCK)
    taken = take_in(
        dropped(file), read, intake=intake, by="bench", clock=SYSTEM_CLOCK, route="bench"
    )
    assert figures(taken.fresh).accepted > 0.9 * taken.intake.rows_done
    return taken.intake.rows_done


def _load_row_by_row(file: Path) -> int:
    from bench.peers.applications import RowByRow
    from muster.hub.intakes import intake_for

    (layout,) = intake_for("muster.recruitment.application.v1").layouts
    codes: dict[str, dict[str, str]] = {
        one.field: dict(one.parser.codes) for one in layout.fields if one.parser.codes
    }
    loader = RowByRow(codes)
    loader.load(file.read_bytes(), as_at=AS_AT)
    return loader.rows


def _read_workbook(file: Path) -> int:
    from muster.connectors.contract import Offer
    from muster.connectors.workbook.reader import read

    (sheet,) = read(Offer(file.name, file.read_bytes()))
    return sheet.height


def _time_previews(file: Path) -> None:
    import time

    from bench.previews import preview_of

    seconds = []
    for _ in range(PREVIEW_TIMES):
        began = time.perf_counter()
        shown = preview_of(file)
        seconds.append(time.perf_counter() - began)
        assert shown >= PREVIEW_ROWS
    print(json.dumps({"p95": quantiles(seconds, n=20)[-1]}))


def main() -> None:
    """Run one round in this process and print what it took."""
    which, file = sys.argv[1], Path(sys.argv[2])
    if which == "workbook":
        timed(lambda: _read_workbook(file))
        return
    import os

    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "muster.settings"
    django.setup()
    from muster.cli.ready import ready

    ready()
    _route()
    work: dict[str, Any] = {"muster": _load_with_muster, "peer": _load_row_by_row}
    if which == "preview":
        _time_previews(file)
    else:
        timed(lambda: work[which](file))


if __name__ == "__main__":
    main()

"""Small stage extracts for tests, and a way to tell them to the register without the hub.

``tell`` does what the hub does around a sink, and no more: map, prepare, and write what has no
problem. Tests of the whole way from bytes go through the hub.
"""

import csv
import datetime as dt
import io
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl
from django.db import transaction

from muster.hub.intakes import Feed, intake_for
from muster.hub.layouts import header_key
from muster.hub.mapping import apply_layout
from muster.register.employers.actions import load_organisations
from muster.register.employers.queries import ids_by_key
from muster.register.employers.rules import Organisation

CONTRACT = "muster.recruitment.application.v1"
BY = "operator:test"
NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
MILL = "ats:mill"
HEADERS = (
    "Campaign ID", "Campaign Title", "Grade(s)", "Profession", "Location(s)", "Posts Advertised",
    "Opened Date", "Closing Date", "Reopened Date", "Scheme", "Merged Into", "Candidate ID",
    "Application ID", "Submitted Date", "Sift Date", "Sift Outcome", "Interview Date",
    "Interview Outcome", "Offer Date", "Offer Response", "Vetting Started", "Vetting Cleared",
    "Start Date", "Withdrawn Date", "Reinstated Date", "Rejected At Stage", "Sex", "Ethnicity",
    "Disability", "Sexual Orientation", "Religion or Belief", "Age Band",
    "Parental Occupation at 14",
)  # fmt: skip
Cells = Mapping[str, str]


def row(application: str, candidate: str = "C1", campaign: str = "V1", **cells: str) -> Cells:
    """Return one row; other cells by header, with ``_`` for spaces."""
    named = {header_key(header): header for header in HEADERS}
    said = {named[header_key(name)]: value for name, value in cells.items()}
    return {
        "Campaign ID": campaign,
        "Candidate ID": candidate,
        "Application ID": application,
        "Submitted Date": "01/03/2026",
        **said,
    }


def extract(*rows: Cells, headers: Sequence[str] = HEADERS) -> bytes:
    """Return an extract of these rows, as an applicant-tracking system saves it."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, headers, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def enrol(*slugs: str) -> None:
    """Make employers that own recruitment systems."""
    load_organisations(
        [Organisation(key=slug, title=slug.title()) for slug in slugs], by=BY, pretend=True
    )


def employer(system: str) -> uuid.UUID:
    """Return who owns a system."""
    return ids_by_key()[system.partition(":")[2]]


def feed_of(
    as_at: str, system: str = MILL, *, replaces: uuid.UUID | None = None, full: bool = True
) -> Feed:
    """Return a feed that has just landed."""
    return Feed(
        1, uuid.uuid4(), 0, system, employer(system), dt.date.fromisoformat(as_at),
        "mill/stages.csv", replaces, full,
    )  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What became of a told extract: its feed, and the reasons of each waiting row by number."""

    feed: Feed
    waits: dict[int, list[str]]
    rows: tuple[Cells, ...]

    @property
    def landing(self) -> uuid.UUID:
        """The landing."""
        return self.feed.landing


def mapped(rows: Sequence[Cells]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return rows by the contract, numbered from 2, and what could not be read."""
    columns = {header_key(one): [cells.get(one, "") for cells in rows] for one in HEADERS}
    source = pl.DataFrame(
        {"file": [1] * len(rows), "row": range(2, len(rows) + 2), **columns},
        schema={"file": pl.Int64, "row": pl.Int64, **dict.fromkeys(columns, pl.String)},
    )
    intake = intake_for(CONTRACT)
    found = apply_layout(source, intake.layouts[0], intake.contract)
    return found.frame, found.problems


def tell(
    feed: Feed, *rows: Cells, at: dt.datetime = NOW, only: Sequence[int] | None = None
) -> Outcome:
    """Tell the register an extract, or those of its rows ``only`` that are released."""
    frame, problems = mapped(rows)
    if only is not None:
        kept = frame["row"].is_in(list(only))
        numbers = pl.DataFrame({"at": range(frame.height)}, schema={"at": pl.UInt32}).filter(kept)
        numbers = numbers.with_row_index("now")
        problems = problems.join(numbers, on="at").with_columns(at=pl.col("now")).drop("now")
        frame = frame.filter(kept)
    sink = intake_for(CONTRACT).sink
    prepared = sink.prepare(frame, [feed])
    assert prepared.frame.select(frame.columns).equals(frame)
    problems = pl.concat([problems, prepared.problems])
    numbered = prepared.frame.with_row_index("at")
    faulty = numbered["at"].is_in(problems["at"].unique().to_list())
    with transaction.atomic():
        good, bad = numbered.filter(~faulty), numbered.filter(faulty)
        sink.write(good.drop("at"), [feed], waiting=bad.drop("at"), by=BY, at=at)
    waits: dict[int, list[str]] = defaultdict(list)
    for place, field, reason in problems.select("at", "field", "reason").iter_rows():
        waits[numbered["row"][place]].append(f"{field}: {reason}")
    return Outcome(feed, dict(waits), rows)


def release(told: Outcome, *rows: int, at: dt.datetime = NOW) -> Outcome:
    """Let rows of an extract go on that waited."""
    return tell(replace(told.feed, part=told.feed.part + 1), *told.rows, at=at, only=rows)


def withdraw(*landings: uuid.UUID, reinstated: Sequence[uuid.UUID] = ()) -> None:
    """Undo landings."""
    with transaction.atomic():
        intake_for(CONTRACT).sink.withdraw(landings, reinstated=reinstated, by=BY, at=NOW)

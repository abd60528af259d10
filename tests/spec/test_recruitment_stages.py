"""How far an application has come, and which rows wait: the tables are the rules, for recruiters.

All days are of 2026, and the extract speaks of 30 June. ``pass``, ``fail``, ``reserve``,
``accepted`` and ``declined`` stand beside the date of their stage; ``?`` is an outcome without
its date. Vetting has the days it started and was cleared. ``back`` is the day on which a
withdrawal was undone. A row whose last column begins with ``waits:`` goes to quarantine with the
field and the reason; what stands there otherwise is a note, and the row goes on.
"""

import datetime as dt

import polars as pl
import pytest

from muster.register.recruitment import columns
from muster.register.recruitment.rules import Application, Window, stages, surviving
from tests.tables import rows_of

TABLE = """
case | applied | sift | interview | offer | vetting | start | withdrawn | rejected at | reached | outcome | says
only applied | 03-01 | | | | | | | | application | in_progress |
passed the sift | 03-01 | 03-20 pass | | | | | | | sift | in_progress |
failed the sift | 03-01 | 03-20 fail | | | | | | | sift | rejected |
sift without a date | 03-01 | ? pass | | | | | | | sift | in_progress |
sifted, no outcome yet | 03-01 | 03-20 | | | | | | | sift | in_progress |
interview is booked | 03-01 | 03-20 pass | 07-15 | | | | | | sift | in_progress |
failed the interview | 03-01 | 03-20 pass | 04-10 fail | | | | | | interview | rejected |
on the reserve list | 03-01 | 03-20 pass | 04-10 reserve | | | | | | interview | reserve |
offered from the reserve list | 03-01 | 03-20 pass | 04-10 reserve | 06-01 | | | | | offer | in_progress |
rejected, stage only | 03-01 | | | | | | | interview | interview | rejected | no sift was recorded
rejected after vetting | 03-01 | 03-20 pass | 04-10 pass | 04-20 accepted | 04-21 | | | vetting | vetting | rejected |
offered | 03-01 | 03-20 pass | 04-10 pass | 04-20 | | | | | offer | in_progress |
offer declined | 03-01 | 03-20 pass | 04-10 pass | 04-20 declined | | | | | offer | declined |
in slow vetting | 03-01 | 03-20 pass | 04-10 pass | 04-20 accepted | 04-21 | | | | vetting | in_progress |
vetted before the offer | 03-01 | 03-20 pass | 04-10 pass | 04-20 accepted | 04-12 04-18 | | | | vetting | in_progress |
will start in July | 03-01 | 03-20 pass | 04-10 pass | 04-20 accepted | 04-21 05-30 | 07-13 | | | vetting | in_progress |
started | 03-01 | 03-20 pass | 04-10 pass | 04-20 accepted | 04-21 05-30 | 06-08 | | | start | started |
started on one day with the offer | 03-01 | 03-01 pass | 03-01 pass | 03-01 accepted | | 03-01 | | | start | started |
started before vetting ended | 03-01 | 03-20 pass | 04-10 pass | 04-20 accepted | 04-21 06-20 | 06-08 | | | start | started |
started without an offer | 03-01 | 03-20 pass | 04-10 pass | | | 06-08 | | | start | started | no offer was recorded
skipped the sift | 03-01 | | 04-10 pass | 04-20 accepted | | 06-08 | | | start | started | no sift was recorded
only applied and started | 03-01 | | | | | 06-08 | | | start | started | no sift was recorded; no interview was recorded; no offer was recorded
withdrew before the sift | 03-01 | | | | | | 03-05 | | application | withdrawn |
withdrew after the sift | 03-01 | 03-20 pass | | | | | 03-25 | | sift | withdrawn |
withdrew with an interview booked | 03-01 | 03-20 pass | 04-10 | | | | 03-25 | | sift | withdrawn |
withdrew after the offer | 03-01 | 03-20 pass | 04-10 pass | 04-20 accepted | 04-21 | 06-08 | 05-02 | | vetting | withdrawn |
declined, and closed as withdrawn | 03-01 | 03-20 pass | 04-10 pass | 04-20 declined | | | 04-25 | | offer | declined |
withdrew and was reinstated | 03-01 | 03-20 pass | 04-10 pass | | | | 03-25 back 03-28 | | interview | in_progress | withdrew, and was reinstated
withdrew, was reinstated, withdrew again | 03-01 | 03-20 pass | | | | | 04-02 back 03-28 | | sift | withdrawn |
reinstated the same day | 03-01 | 03-20 pass | | | | | 03-25 back 03-25 | | sift | in_progress | withdrew, and was reinstated
sift before applying | 03-01 | 02-20 pass | | | | | | | sift | in_progress | waits: sifted before the day of applying
interview before the sift | 03-01 | 03-20 pass | 03-10 pass | | | | | | interview | in_progress | waits: interviewed before the sift date
offer before the interview | 03-01 | 03-20 pass | 04-10 pass | 04-01 | | | | | offer | in_progress | waits: offered before the interview date
offer before the sift | 03-01 | 03-20 pass | | 03-10 | | | | | offer | in_progress | waits: offered before the sift date
start before the offer | 03-01 | 03-20 pass | 04-10 pass | 04-20 accepted | | 04-15 | | | start | started | waits: started before the offer date
cleared before vetting began | 03-01 | 03-20 pass | 04-10 pass | 04-20 accepted | 05-21 05-01 | | | | vetting | in_progress | waits: vetting_cleared before the day vetting started
vetted before applying | 03-01 | | | | 02-01 | | | | vetting | in_progress | waits: vetting_started before the day of applying
applied tomorrow | 07-01 | | | | | | | | application | in_progress | waits: applied after the day the file speaks of
withdraws tomorrow | 03-01 | | | | | | 07-01 | | application | withdrawn | waits: withdrawn after the day the file speaks of
passed an interview to come | 03-01 | 03-20 pass | 07-10 pass | | | | | | interview | in_progress | waits: interviewed after the day the file speaks of or the withdrawal, though its outcome is known
passed the sift after withdrawing | 03-01 | 03-20 pass | | | | | 03-05 | | sift | withdrawn | waits: sifted after the day the file speaks of or the withdrawal, though its outcome is known
accepted an offer to come | 03-01 | 03-20 pass | 04-10 pass | 07-20 accepted | | | | | offer | in_progress | waits: offered after the day the file speaks of or the withdrawal, though its outcome is known
failed the sift, then interviewed | 03-01 | 03-20 fail | 04-10 pass | | | | | | interview | rejected | waits: sift_outcome failed, though a later stage was reached
failed the interview, then offered | 03-01 | 03-20 pass | 04-10 fail | 04-20 | | | | | offer | rejected | waits: interview_outcome failed, though a later stage was reached
rejected at sift, then offered | 03-01 | 03-20 pass | 04-10 pass | 04-20 | | | | sift | offer | rejected | waits: rejected_stage before the last stage that was reached
rejected at interview, then started | 03-01 | 03-20 pass | 04-10 pass | 04-20 | | 06-08 | | interview | start | started | waits: rejected_stage before the last stage that was reached
declined, then started | 03-01 | 03-20 pass | 04-10 pass | 04-20 declined | | 06-08 | | | start | started | waits: started although the offer was declined
withdrew before applying | 03-01 | | | | | | 02-20 | | application | withdrawn | waits: withdrawn before the day of applying
withdrew after starting | 03-01 | 03-20 pass | 04-10 pass | 04-20 accepted | | 06-08 | 06-20 | | start | started | waits: withdrawn not after the start date: somebody who started leaves, and does not withdraw
reinstated, never withdrawn | 03-01 | | | | | | back 03-28 | | application | in_progress | waits: reinstated without a withdrawn date
two things wrong | 03-01 | 02-20 pass | | | | | 02-10 | | sift | withdrawn | waits: sifted before the day of applying; waits: sifted after the day the file speaks of or the withdrawal, though its outcome is known; waits: withdrawn before the day of applying
"""  # noqa: E501 - a table
ROWS = rows_of(TABLE)
AS_AT = dt.date(2026, 6, 30)
_OUTCOMES = {"pass": "passed", "fail": "failed"}


def day(text: str) -> dt.date | None:
    """Return a day of 2026 from month and day."""
    return dt.date.fromisoformat(f"2026-{text}") if text[:1].isdigit() else None


def decided(cell: str) -> tuple[dt.date | None, str | None]:
    """Return the date and the outcome that a cell states."""
    first, _, outcome = cell.partition(" ")
    return day(first), _OUTCOMES.get(outcome, outcome) or None


def application(row: tuple[str, ...]) -> Application:
    """Return the application that a row of the table describes."""
    _, applied, sift, interview, offer, vetting, start, withdrawn, rejected, *_ = row
    began, _, cleared = vetting.partition(" ")
    left, _, back = withdrawn.partition("back")
    made = day(applied)
    assert made is not None
    return Application(
        AS_AT, made, *decided(sift), *decided(interview), *decided(offer), day(began),
        day(cleared), day(start), day(left.strip()), day(back.strip()), rejected or None,
    )  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_an_application_has_come_as_far_as_the_table_says(row: tuple[str, ...]) -> None:
    reached = stages(application(row))
    said = [f"waits: {problem.field} {problem.reason}" for problem in reached.problems]
    notes = () if said else reached.notes
    assert (reached.stage, reached.outcome) == row[-3:-1]
    assert sorted([*said, *notes]) == sorted(filter(None, row[-1].split("; ")))


def test_whole_columns_say_the_same_as_the_table() -> None:
    frame = pl.DataFrame(
        [{name: getattr(application(row), name) for name in COLUMNS} for row in ROWS],
        schema=COLUMNS,
    )
    read = columns.read(frame)
    assert read.select("stage", "outcome").rows() == [row[-3:-1] for row in ROWS]
    found: list[set[str]] = [set() for _ in ROWS]
    for fault, field, reason in columns.application_faults():
        for at in read.select(fault.fill_null(False).arg_true()).to_series():
            found[at].add(f"waits: {field} {reason}")
    assert found == [
        {said for said in row[-1].split("; ") if said.startswith("waits")} for row in ROWS
    ]


COLUMNS: dict[str, type[pl.DataType]] = {
    name: pl.String if name.endswith(("outcome", "response", "stage")) else pl.Date
    for name in Application.__dataclass_fields__
}

CAMPAIGNS = """
case | opened | closed | reopened | applied | round | late | waits because
in time | 02-01 | 02-28 | | 02-10 | 1 | no |
on the last day | 02-01 | 02-28 | | 02-28 | 1 | no |
by leave, a day late | 02-01 | 02-28 | | 03-01 | 1 | yes |
no closing date | 02-01 | | | 05-01 | 1 | no |
nothing is told | | | | 05-01 | 1 | no |
reopened, first closing told: applied before | 02-01 | 02-28 | 04-01 | 02-10 | 1 | no |
reopened, first closing told: between | 02-01 | 02-28 | 04-01 | 03-10 | 1 | yes |
reopened, first closing told: after | 02-01 | 02-28 | 04-01 | 04-10 | 2 | no |
reopened, second closing told: applied before | 02-01 | 04-30 | 04-01 | 02-10 | 1 | no |
reopened, second closing told: after | 02-01 | 04-30 | 04-01 | 04-10 | 2 | no |
reopened, second closing told: late again | 02-01 | 04-30 | 04-01 | 05-10 | 2 | yes |
reopened on the closing day | 02-01 | 02-28 | 02-28 | 02-28 | 2 | no |
before it opened | 02-01 | 02-28 | | 01-31 | 1 | no | applied before the campaign opened
closed before it opened | 02-01 | 01-28 | | 02-10 | 1 | yes | closed before the campaign opened
reopened before it opened | 02-01 | | 01-10 | 02-10 | 2 | no | reopened before the campaign opened
"""


@pytest.mark.parametrize("row", rows_of(CAMPAIGNS), ids=lambda row: row[0])
def test_a_campaign_takes_applications_as_the_table_says(row: tuple[str, ...]) -> None:
    _, opened, closed, reopened, applied, number, late, because = row
    window, on = Window(day(opened), day(closed), day(reopened)), day(applied)
    assert on is not None
    assert (window.round_of(on), window.late(on)) == (int(number), late == "yes")
    frame = pl.DataFrame(
        [{**dict.fromkeys(COLUMNS), "as_at": AS_AT, "applied": on, "opened": window.opened,
          "closed": window.closed, "reopened": window.reopened}],
        schema={**COLUMNS, "opened": pl.Date, "closed": pl.Date, "reopened": pl.Date},
    )  # fmt: skip
    assert frame.select(columns.round_of()).item() == int(number)
    waits = [
        f"{field} {reason}"
        for fault, field, reason in columns.campaign_faults()
        if frame.select(fault.fill_null(False)).item()
    ]
    assert waits == ([because] if because else [])
    alone = [f"{problem.field} {problem.reason}" for problem in window.problems(on)]
    assert alone == waits


MERGED = """
case | merged | campaign | counts under
stays | | A | A
into itself | A>A | A | A
merged | A>B | A | B
merged twice | A>B B>C | A | C
the one that stays | A>B | B | B
in a circle | A>B B>A | A | A
into a circle | A>B B>C C>B | A | A
"""


@pytest.mark.parametrize("row", rows_of(MERGED), ids=lambda row: row[0])
def test_merged_campaigns_count_under_the_last_of_them(row: tuple[str, ...]) -> None:
    _, merged, campaign, expected = row
    pairs = dict(pair.split(">") for pair in merged.split())
    assert surviving(campaign, pairs) == expected


def test_days_are_counted_between_dated_stages() -> None:
    said = next(row for row in ROWS if row[0] == "started before vetting ended")
    steps = [(step.start, step.end, step.days) for step in stages(application(said)).steps]
    assert steps == [
        ("applied", "sifted", 19),
        ("sifted", "interviewed", 21),
        ("interviewed", "offered", 10),
        ("offered", "started", 49),
        ("vetting_started", "vetting_cleared", 60),
    ]

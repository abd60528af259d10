"""What people are told became of the files they sent: a table that caseworkers can read.

A file that waits for a person is never said to be taken in, and a file with no rows to speak of is
not said to have brought "0 rows".
"""

import datetime as dt
import uuid

import pytest

from muster.hub.fates import Fates
from muster.hub.queries import LandingView, Progress
from muster.services.exchange.wording import became, progress_words

DAY = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
NOBODY = uuid.UUID(int=7)

# state, waits for, rows, accepted, waiting, approver: what is said of one file
ONE_FILE = [
    ("accepted", "", 3, 3, 0, "", "Taken in: 3 rows went on."),
    ("accepted", "", 1, 1, 0, "", "Taken in: 1 row went on."),
    ("accepted", "", 2000, 1899, 101, "", "Taken in: 1,899 rows went on, 101 rows wait."),
    ("accepted", "", 1, 0, 1, "", "Taken in: no row went on yet, 1 row waits."),
    ("accepted", "", 0, 0, 0, "", "Taken in; it has no rows."),
    ("refused", "layout", 0, 0, 0, "",
     "Waits for a mapping: nobody has said yet how it is read."),
    ("refused", "as_at", 0, 0, 0, "", "Refused: nothing of it went on."),
    ("refused", "", 0, 0, 0, "", "Refused: nothing of it went on."),
    ("held", "approval", 0, 0, 0, "ada@mill.example", "Held until ada@mill.example decides."),
    ("held", "approval", 0, 0, 0, "", "Held until somebody other than its sender decides."),
    ("held", "declaration", 0, 0, 0, "", "Held: nothing of it went on."),
    ("received", "", 0, 0, 0, "", "This file has arrived and is being worked on."),
    ("received", "worker", 0, 0, 0, "",
     "This feed was approved. Its rows go on in a moment."),
    ("superseded", "", 3, 3, 0, "", "A later file has taken the place of this one."),
]  # fmt: skip

# what became of the files, files here already, files that could not be opened: what is said
WHOLE_INTAKE = [
    ({"taken": 1, "accepted": 3}, 0, 0, "1 file taken in (3 rows went on)"),
    ({"taken": 2, "accepted": 1900, "waiting": 100}, 0, 0,
     "2 files taken in (1,900 rows went on, 100 rows wait)"),
    ({"taken": 1, "waiting": 48}, 0, 0, "1 file taken in (no row went on yet, 48 rows wait)"),
    ({"taken": 1}, 0, 0, "1 file taken in (no rows)"),
    ({"unmapped": 1}, 0, 0, "1 file waits for a mapping"),
    ({"unmapped": 2}, 0, 0, "2 files wait for a mapping"),
    ({"undecided": 1}, 0, 0, "1 file is held until somebody decides"),
    ({"held": 1}, 0, 0, "1 file is held"),
    ({"refused": 1}, 0, 0, "1 file refused"),
    ({"taken": 1, "accepted": 3, "unmapped": 1, "undecided": 1}, 0, 1,
     ("1 file taken in (3 rows went on); 1 file waits for a mapping;"
      " 1 file is held until somebody decides; 1 file not taken in")),
    ({}, 1, 0, "1 file was here already"),
    ({"withdrawn": 1, "superseded": 2}, 0, 0,
     "2 files were replaced since; 1 file was withdrawn since"),
    ({}, 0, 0, "No file was found in what was sent"),
]  # fmt: skip


def feed(state: str, waits_for: str, rows: int, accepted: int, waiting: int) -> LandingView:
    return LandingView(
        id=NOBODY, name="a.csv", route="hr", source="HR", system="hr:mill", employer=None,
        layout="", contract="", as_at=None, sha256="", size=1, read_as="", received_at=DAY,
        received_by="me", senders=frozenset({"me"}), state=state, said="", rows=rows,
        accepted=accepted, quarantined=waiting,
        blank=0, total_in=0, total_accepted=0, total_quarantined=0, notes=(), sheets=(),
        unpivoted=False, aside={}, full=True, waits_for=waits_for, effect={}, superseded_by=None,
    )  # fmt: skip


def progress(*, known: int = 0, skipped: int = 0, done: bool = True) -> Progress:
    return Progress(
        NOBODY, "a.csv", "me", DAY, DAY if done else None, 1, known, 1, 0,
        ({"name": "x", "why": "y"},) * skipped, "", None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "waits_for", "rows", "accepted", "waiting", "who", "said"), ONE_FILE
)
def test_what_became_of_one_file(
    state: str, waits_for: str, rows: int, accepted: int, waiting: int, who: str, said: str
) -> None:
    assert became(feed(state, waits_for, rows, accepted, waiting), who) == said


@pytest.mark.parametrize(("counts", "known", "skipped", "said"), WHOLE_INTAKE)
def test_what_became_of_an_intake(
    counts: dict[str, int], known: int, skipped: int, said: str
) -> None:
    assert progress_words(progress(known=known, skipped=skipped), Fates(**counts)) == said


def test_while_it_runs_nothing_is_said_to_be_taken_in() -> None:
    words = progress_words(progress(done=False), Fates(taken=1, accepted=3))
    assert words == "1 file worked through so far"

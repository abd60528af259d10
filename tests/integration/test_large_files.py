"""A large file comes to what the same file comes to as a small one, from its bytes on."""

import uuid
from unittest.mock import patch

import pytest

from muster.hub.framing import packed
from muster.hub.mending import fixing, meanings
from muster.hub.models import Landing
from muster.hub.quarantine_queries import quarantined
from muster.hub.reading import read
from muster.kernel.clock import SYSTEM_CLOCK as CLOCK
from tests.integration.mending_files import (
    CAUSE,
    ODD,
    ORCHARDS,
    counts,
    enrol_all,
    report,
    row,
    sent,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_home")]
HARBOURS, BY = "harbours-and-lighthouses", "persona:test"
FILE = (
    report(
        row("E1", name="SiÃ¢n, Ada"),
        row("E2", worker=ODD),
        row("E3", start="31/31/2020", fte="most of it"),
        row("E4", worker=ODD, born="03/14/1989"),
        row("E5", born="25/04/1989"),
        row("E1"),
    )
    + b"E9,one cell and a half\n"
)


@pytest.fixture(autouse=True)
def _employers(fresh_home: object) -> None:
    enrol_all()


def sent_as_large(content: bytes, employer: str) -> uuid.UUID:
    with patch.object(packed, "LARGE", 0):
        return sent(content, employer=employer)


def came_to(landing: uuid.UUID) -> list[object]:
    """Return all that is known of a landing and its waiting rows, but for its own name."""
    found = Landing.objects.get(id=landing)
    waiting = [(one.row, one.problems, one.cells) for one in quarantined(landing_id=landing)]
    said = (found.notes, found.read_as, found.total_in, found.total_accepted, found.aside)
    return [counts(landing), waiting, said]


def test_rows_causes_cells_notes_and_totals_are_those_of_a_small_file() -> None:
    small, large = sent(FILE, employer=HARBOURS), sent_as_large(FILE, ORCHARDS)
    assert came_to(large) == came_to(small)
    assert counts(large) == (7, 1, 6)
    (ragged,) = [one for one in quarantined(landing_id=large) if one.row == 8]
    assert (ragged.cells["Employee ID"], ragged.problems[0]["field"]) == ("E9", "the row")


def test_meanings_are_used_and_counted_and_rows_released_in_large_files() -> None:
    first = report(row("E1"), row("E2", worker=ODD))
    landing = sent_as_large(first, ORCHARDS)
    (question,) = meanings.questions(CAUSE)
    with patch.object(packed, "LARGE", 0):
        said = fixing.say_meaning(question, "fixed_term", reason="As HR says", by=BY, clock=CLOCK)
        assert fixing.let_go_on(said, read, by=BY, clock=CLOCK) == fixing.WentOn(1, 0)
        later = sent(first + row("E3", worker=ODD).encode(), day="2026-11-30")
    assert (counts(landing), counts(later)) == ((2, 2, 0), (3, 3, 0))
    assert sorted(use.rows for use in fixing.uses(said)) == [1, 2]

"""Very many corrected rows: the page answers once they are kept, and the worker lets them go on."""

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl.workbook import Workbook

from muster.connectors.contract import Offer
from muster.hub import queries
from muster.hub.agreements.actions import lift, suspend
from muster.hub.blobs import blobs
from muster.hub.mending import correcting, fixing, later, releasing, returned
from muster.hub.mending.returned import Fate, Returned, bring_back
from muster.hub.models import Landing
from muster.hub.reading import read
from muster.hub.withdrawal import withdraw
from muster.kernel.clock import SYSTEM_CLOCK as CLOCK
from muster.kernel.errors import MusterError
from tests.integration.mending_files import ODD, ORCHARDS, counts, enrol_all, report, row, sent
from tests.integration.test_mending_workbooks import BY, OTHER, WORKER, fates, put, taken

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_home")]
RIGHT = "Employee - Permanent"


@pytest.fixture
def landing(fresh_home: object) -> uuid.UUID:
    """Load a report of which six rows wait for a contract type."""
    enrol_all()
    return sent(report(*(row(f"000{n}", worker=ODD) for n in range(2, 8))))


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a page wait for two rows, and rows go on two by two."""
    monkeypatch.setattr(returned, "PAGE_ROWS", 2)
    monkeypatch.setattr(releasing, "_AT_ONCE", 2)


def book_of(*texts: str) -> Workbook:
    """Return the waiting rows with these texts, in order; what says nothing stays."""
    book = taken()
    for line, text in enumerate(texts, start=2):
        if text:
            put(book.worksheets[1], line, WORKER, text)
    return book


def back(book: Workbook, *, by: str = BY, seconds: float | None = 5.0) -> Returned:
    content = io.BytesIO()
    book.save(content)
    return bring_back(
        Offer("rows.xlsx", content.getvalue()), reason="r", employer=None, by=by, read=read,
        clock=CLOCK, seconds=seconds,
    )  # fmt: skip


def worked(*, parts: int = 99) -> int:
    """Let the worker do some parts; return how many rows went on."""
    left = iter([*([False] * parts), *([True] * 99)])
    return later.carry_on(read, clock=CLOCK, stop=lambda: next(left))


def mark(landing: uuid.UUID) -> str:
    return Landing.objects.values_list("waits_for", flat=True).get(id=landing)


def test_many_rows_are_kept_and_go_on_with_the_worker(landing: uuid.UUID) -> None:
    came = back(book_of(*[RIGHT] * 6))
    assert {fate: n for fate, n in fates(came).items() if fate != "not read"} == {
        "goes on later": 6
    }
    assert counts(landing) == (6, 0, 6)
    assert correcting.row_of(landing, 2).corrections[0].now == RIGHT
    assert fixing.carry_on(read, clock=CLOCK, seconds=60) == 6
    assert counts(landing) == (6, 6, 0)
    assert mark(landing) == ""
    assert fixing.carry_on(read, clock=CLOCK) == 0
    assert all(f'"{BY}"'.encode() in (one.body or b"") for one in queries.evidence_of(landing)[2:])


def test_few_rows_go_on_at_once_and_leave_nothing_to_the_worker(landing: uuid.UUID) -> None:
    assert fates(back(book_of(RIGHT, RIGHT)))["went on"] == 2
    assert mark(landing) == ""


def test_once_time_is_up_no_rows_go_on_now(landing: uuid.UUID) -> None:
    assert fates(back(book_of(RIGHT), seconds=-1.0))["goes on later"] == 1
    assert worked() == 1


def test_whoever_does_not_wait_at_a_page_sees_all_of_them_go_on(landing: uuid.UUID) -> None:
    assert fates(back(book_of(*[RIGHT] * 6), seconds=None))["went on"] == 6
    assert mark(landing) == ""


def test_rows_that_stay_wrong_keep_none_behind_them_waiting(landing: uuid.UUID) -> None:
    """A worker that does one part at a time begins the next with rows that nobody has tried."""
    back(book_of("Agency", "Agency", "Agency", RIGHT, RIGHT, RIGHT))
    went_on = [worked(parts=2) for _ in range(6)]
    assert sum(went_on) == 3
    assert went_on[3:] == [0, 0, 0], "done after three parts"
    assert (counts(landing), mark(landing)) == ((6, 3, 3), "")


def test_a_crash_between_keeping_and_going_on_forgets_nothing(
    landing: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(correcting, "release_rows", dies)
        with pytest.raises(KeyboardInterrupt):
            back(book_of(RIGHT, RIGHT))
    assert counts(landing) == (6, 0, 6)
    assert worked() == 2
    assert (counts(landing), mark(landing)) == ((6, 2, 4), "")


def test_each_row_goes_on_in_the_name_of_who_corrected_it(landing: uuid.UUID) -> None:
    back(book_of(RIGHT, RIGHT, RIGHT))
    back(book_of("", "", "", RIGHT, RIGHT, RIGHT), by=OTHER)
    assert worked() == 6
    said = [one.body or b"" for one in queries.evidence_of(landing)]
    for who in (BY, OTHER):
        assert sum(f'"by": "{who}"'.encode() in body for body in said) == 2


def test_a_later_workbook_of_few_rows_leaves_the_earlier_ones_to_the_worker(
    landing: uuid.UUID,
) -> None:
    back(book_of(RIGHT, RIGHT, RIGHT))
    assert fates(back(book_of("", "", "", RIGHT)))["went on"] == 1
    assert mark(landing) != ""
    assert worked() == 3
    assert (counts(landing), mark(landing)) == ((6, 4, 2), "")


def test_what_may_not_flow_waits_until_it_may_and_costs_nothing(
    landing: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    back(book_of(*[RIGHT] * 3))
    suspend(code=f"hr-{ORCHARDS}", reason="test", by=BY, clock=CLOCK, employer=None)
    with monkeypatch.context() as patch:
        patch.setattr(later, "release_rows", pytest.fail)
        assert worked() == 0
    lift(code=f"hr-{ORCHARDS}", reason="test", by=BY, employer=None, clock=CLOCK)
    assert worked() == 3
    assert mark(landing) == ""


def test_a_withdrawn_feed_has_nothing_to_go_on(landing: uuid.UUID) -> None:
    back(book_of(*[RIGHT] * 3))
    withdraw(landing=landing, reason="r", by=BY, clock=CLOCK)
    assert worked() == 0
    assert queries.landing(landing).state == "withdrawn"


def test_bytes_that_cannot_be_read_stop_no_other_feed(
    landing: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sent(report(*(row(f"001{n}", worker=ODD) for n in range(4))), day="2026-09-30")
    book = taken()
    for line in range(2, 12):
        put(book.worksheets[1], line, WORKER, RIGHT)
    assert fates(back(book))["goes on later"] == 10
    blob = blobs()
    content = type(blob).read

    def gone(self: object, one: uuid.UUID, cipher: object) -> bytes:
        if one == landing:
            raise MusterError("The bytes are gone", fix="See the backup")
        return content(self, one, cipher)  # type: ignore[arg-type]

    monkeypatch.setattr(type(blob), "read", gone)
    assert worked() == 4
    assert (counts(other), counts(landing)) == ((4, 4, 0), (6, 0, 6))
    assert (mark(other), mark(landing)) == ("", "")


def test_the_page_says_that_they_go_on(landing: uuid.UUID, client: Client) -> None:
    client.post("/sign-in/as/caseworker-orchards")
    content = io.BytesIO()
    book_of(*[RIGHT] * 6).save(content)
    file = SimpleUploadedFile("rows.xlsx", content.getvalue())
    page = client.post("/exchange/quarantine/upload", {"file": file, "reason": "r"})
    assert "Go on in a moment: 6" in page.content.decode()
    assert "the rows go on part by part without you waiting" in page.content.decode()


def test_a_mark_fits_its_column(landing: uuid.UUID) -> None:
    size = Landing._meta.get_field("waits_for").max_length
    assert size is not None
    assert len(later._MARK) + 12 <= size, "a million million rows"


def test_fates_of_rows_that_go_on_later_are_told_one_by_one(landing: uuid.UUID) -> None:
    came = back(book_of(*[RIGHT] * 3))
    assert [one.row for one in came.of(Fate.LATER)] == [2, 3, 4]
    assert len(came.of(Fate.UNCHANGED)) == 3

"""Loading: every row ends in the register or in quarantine, and its FTE with it."""

import json
import logging
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from muster.cli.load import load as load_command
from muster.connectors.csv_drop.connector import CsvDrop
from muster.hub.models import Landing, LandingState, QuarantinedRow
from muster.hub.queries import causes, quarantined
from muster.ledger.current import ledger
from muster.ledger.verification import verify
from muster.register.posts.models import Post, PostFact
from tests.integration.loads import (
    SENIOR,
    everything,
    fates,
    file_of,
    junior,
    load,
    only,
    senior,
    sums,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_home")]
SAMPLES = Path(__file__).parents[2] / "samples" / "organograms"


def test_rows_and_fte_arrive() -> None:
    found = sums(load({"hmt/2011-03-31-junior.csv": file_of(junior("1.5"), junior("0.25"))}))
    assert (found.figures.rows, found.figures.accepted) == (2, 2)
    assert found.fte_register == Decimal("1.75")


def test_rows_that_repeat_each_other_are_all_kept() -> None:
    found = sums(load({"hmt/2011-03-31-junior.csv": file_of(*[junior("0.1")] * 7)}))
    assert (found.figures.accepted, found.fte_register) == (7, Decimal("0.7"))
    assert PostFact.objects.count() == 7


@pytest.mark.parametrize(
    ("written", "fte"),
    [
        ("1,234.5", "1234.5"),
        (".5", "0.5"),
        (" 1 ", "1"),
        ("0", "0"),
        ("0.123456789", "0.123456789"),
        ("\u00a01\u00a0", "1"),
        ("1.O", None),
        ("-1", None),
        ("1e3", None),
        ("0.1234567890123", None),
        ("\u0661", None),
        ("", None),
        ("=cmd()", None),
        ("99999999999999999999", None),
        ("123,456,789,123,456,789,123", None),
    ],
)
def test_fte_is_read_exactly_or_waits(written: str, fte: str | None) -> None:
    found = sums(load({"hmt/2011-03-31-junior.csv": file_of(junior("1"), junior(written))}))
    assert found.figures.rows == 2
    assert found.figures.quarantined == (fte is None)
    assert found.fte_in == found.fte_register == Decimal(fte or 0) + 1


def test_fte_that_waits_is_counted_as_waiting() -> None:
    rows = [junior("1.5"), junior("2.25", organisation="Nobody at all"), junior("x")]
    found = sums(load({"hmt/2011-03-31-junior.csv": file_of(*rows)}))
    assert (found.fte_in, found.fte_quarantined) == (Decimal("3.75"), Decimal("2.25"))


def test_fte_beyond_belief_waits_and_adds_to_no_total() -> None:
    rows = [junior("999999999")] * 20 + [junior("1,000,000.1"), junior("1000000"), junior("1")]
    found = sums(load({"hmt/2011-03-31-junior.csv": file_of(*rows)}))
    assert (found.figures.quarantined, found.fte_register) == (21, Decimal(1_000_001))
    assert (found.fte_in, found.fte_quarantined) == (Decimal(1_000_001), Decimal(0))


def test_pay_too_large_to_be_money_is_left_out_and_noted() -> None:
    row = junior("1").replace("25000", "9" * 30)
    landing = only(load({"hmt/2011-03-31-junior.csv": file_of(row)}))
    assert landing.accepted == 1
    assert any("left empty in 1 row" in note for note in landing.notes)


def test_formulas_and_odd_text_are_kept_as_text() -> None:
    titles = ["+1", "@SUM(A1)", "a\n\\.\nb", "\\.", 'a ""b""', "x\ry", "''"]
    rows = [junior(title=title) for title in titles]
    sums(load({"hmt/2011-03-31-junior.csv": file_of(*rows)}))
    stored = list(PostFact.objects.order_by("row").values_list("title", flat=True))
    assert stored == [title.replace('""', '"') for title in titles]


def test_headers_of_odd_case_spacing_and_damage_are_understood() -> None:
    header = (
        "parent_department,ORGANISATION,Unit ,Reporting  senior post,grade,Payscale Minimum (Â£),"
        "payscale maximum,Generic job title,NUMBER OF POSTS IN FTE,Professional/occupational group"
    )
    landing = only(load({"hmt/2011-03-31-junior.csv": file_of(junior("1"), header=header)}))
    assert (landing.state, landing.accepted, landing.notes) == (LandingState.ACCEPTED, 1, [])
    fact = PostFact.objects.get()
    assert (fact.pay_floor, fact.pay_ceiling) == (2_100_000, 2_500_000)


def test_files_of_one_batch_that_differ_in_columns_lose_nothing() -> None:
    other = SENIOR.replace("Grade (or equivalent)", "Grade").replace(",Notes,Valid?,URI", "")
    files = {
        "dft/2011-03-31-senior.csv": file_of(senior("A1").removesuffix(",,,"), header=other),
        "hmt/2011-03-31-senior.csv": file_of(senior("A1"), senior("A2"), header=SENIOR),
    }
    assert sums(load(files)).figures.accepted == 3
    assert set(PostFact.objects.values_list("grade_as_stated", flat=True)) == {"SCS1"}


def test_a_post_is_the_same_post_over_time_and_one_without_reference_waits() -> None:
    files = {
        "hmt/2011-03-31-senior.csv": file_of(senior("A1"), senior(""), header=SENIOR),
        "hmt/2011-09-30-senior.csv": file_of(senior("A1"), senior("A2"), header=SENIOR),
    }
    assert sums(load(files)).figures.quarantined == 1
    assert Post.objects.count() == 2
    assert [cause.cause for cause in causes()] == ["Post reference: missing"]


def test_rows_that_do_not_fit_the_header_wait() -> None:
    files = {"hmt/2011-03-31-junior.csv": file_of(junior(), junior() + ",more", "a,b")}
    assert sums(load(files)).figures.quarantined == 2
    reason = {cause.cause for cause in causes()}
    assert "the row: more or fewer cells than the header" in reason


def test_only_a_header_is_a_file_without_rows() -> None:
    found = sums(load({"hmt/2011-03-31-junior.csv": file_of()}))
    assert (found.figures.files, found.figures.rows) == (1, 0)
    assert fates() == {"hmt/2011-03-31-junior.csv": LandingState.ACCEPTED}


def test_loading_again_changes_nothing() -> None:
    first = load(CsvDrop(SAMPLES))
    before = everything()
    again = load(CsvDrop(SAMPLES))
    assert (again.fresh, set(again.known)) == ((), set(first.fresh))
    assert everything() == before
    assert sums(again) == sums(first)


def test_the_samples_add_up_and_their_evidence_verifies() -> None:
    found = sums(load(CsvDrop(SAMPLES)))
    assert found.figures.files == len(list(SAMPLES.rglob("*.csv")))
    assert found.figures.quarantined > 0
    assert verify(ledger(), "exchange").sound


def test_what_a_person_reads_in_quarantine_is_what_stood_there() -> None:
    landing = only(load({"hmt/2011-03-31-junior.csv": file_of(junior("x", title="a, b"))}))
    (row,) = quarantined(landing_id=landing.id)
    assert (row.row, row.cells["Generic Job Title"]) == (2, "a, b")
    assert row.problems[0]["reason"] == "not a number"
    sealed = bytes(QuarantinedRow.objects.get().sealed)
    assert b"a, b" not in sealed


def test_the_log_never_holds_what_stood_in_a_cell(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    rows = [
        junior("Zanzibar"),
        junior(organisation="Zanzibar"),
        junior(title="Zanzibar"),
        "Zanzibar",
    ]
    load({"hmt/2011-03-31-junior.csv": file_of(*rows), "x.csv": b"Zanzibar\n1\n", "y.csv": b'"Zan'})
    said = [record for record in caplog.records if not record.name.startswith("django.db")]
    assert "Zanzibar" not in "".join(record.getMessage() for record in said)


def test_a_file_larger_than_one_statement_may_hold_goes_in_whole() -> None:
    rows = [junior("0.5", organisation="Nobody at all")] * 3000 + [junior("0.5")] * 40_000
    found = sums(load({"hmt/2011-03-31-junior.csv": file_of(*rows)}))
    assert (found.figures.accepted, found.figures.quarantined) == (40_000, 3000)


@pytest.mark.parametrize("words", [True, False])
def test_the_command_says_what_became_of_a_folder(tmp_path: Path, words: bool) -> None:
    load({})
    place = tmp_path / "hmt"
    place.mkdir()
    rows = [junior("934567.123456789"), junior("0.1"), junior("x")]
    (place / "2011-03-31-junior.csv").write_bytes(file_of(*rows))
    (place / "copy-2011-03-31.csv").write_bytes(file_of(*rows))
    (place / "unknown-2011-03-31.csv").write_bytes(b"Colour\nred\n")
    (place / "notes.docx").write_bytes(b"")
    how = [] if words else ["--json"]
    answer = CliRunner().invoke(load_command, [str(place), *how])
    assert answer.exit_code == 0, answer.output
    if words:
        assert "2 files (2 new)" in answer.output
        assert "not taken: hmt/notes.docx: not delimited text" in answer.output
        assert "1 file with the bytes of another changed nothing" in answer.output
        assert "FTE: 934,567.223456789 in, 934,567.223456789 in the register" in answer.output
        assert "refused: hmt/unknown-2011-03-31.csv: No layout is known" in answer.output
        assert "Map this file, or have a layout added for it. (`muster map suggest" in answer.output
        return
    said = json.loads(answer.stdout)
    assert (said["files"], said["new_files"], said["skipped"]) == (2, 2, 1)
    assert said["repeated"] == 1
    assert [item["name"] for item in said["not_taken"]] == ["hmt/notes.docx"]
    assert (said["rows"], said["accepted"], said["quarantined"]) == (3, 2, 1)
    assert Decimal(str(said["fte_in"])) == Decimal("934567.223456789")
    assert Landing.objects.count() == 2


def test_the_command_says_that_a_replaced_file_stays_replaced(tmp_path: Path) -> None:
    load({})
    place = tmp_path / "hmt" / "2011-03-31-junior.csv"
    place.parent.mkdir()
    for rows in ([junior("1")], [junior("2")], [junior("1")]):
        place.write_bytes(file_of(*rows))
        answer = CliRunner().invoke(load_command, [str(place)])
    assert "1 file had been replaced by a later one" in answer.output

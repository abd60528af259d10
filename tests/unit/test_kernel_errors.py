"""An error says what was wrong, where, and what to do."""

from muster.kernel.errors import BadInput, MusterError, Where


def test_it_reads_as_two_sentences() -> None:
    where = Where(file="staff.csv", sheet="May", row=7, field="start date")
    error = BadInput("Not a date", where=where, fix="Write it as 2026-05-31")
    assert str(error) == (
        "Not a date (file staff.csv, sheet May, row 7, field start date). Write it as 2026-05-31."
    )
    assert isinstance(error, MusterError)
    assert (error.what, error.where, error.fix) == ("Not a date", where, "Write it as 2026-05-31")


def test_it_leaves_out_a_place_that_is_not_known() -> None:
    assert str(MusterError("It failed", fix="Try again")) == "It failed. Try again."
    assert (
        str(MusterError("It failed", where=Where(row=0), fix="Stop")) == "It failed (row 0). Stop."
    )

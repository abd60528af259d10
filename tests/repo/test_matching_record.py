"""The documentation records the algorithm in the words of the program's own page."""

from muster.services.people.pages.matching_record import as_markdown
from tools.reference import FOLDER


def test_the_record_in_a_file_is_the_one_that_is_shown() -> None:
    assert (FOLDER / "matching-record.md").read_text(encoding="utf-8") == as_markdown()

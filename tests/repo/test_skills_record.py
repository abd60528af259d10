"""The documentation records how the skills map is made, in the words of the program's own page."""

from muster.services.skills.pages.record import as_markdown
from tools.reference import FOLDER


def test_the_record_in_a_file_is_the_one_that_is_shown() -> None:
    assert (FOLDER / "skills-map-record.md").read_text(encoding="utf-8") == as_markdown()

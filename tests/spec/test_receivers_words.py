"""What is kept of the words in which a receiver answers: one line, and no value of the message."""

import pytest

from muster.connectors.text import harmless

# fmt: off
#   the receiver's words                  the message's values      as they are kept
WORDS: tuple[tuple[str, list[object], str], ...] = (
    ("Ada Cole is too young",             ["Ada Cole"],             "[…] is too young"),
    ("ADA COLE: no such grade",           ["Ada Cole", "HEO"],      "[…]: no such grade"),
    ("ADA COLE has left",                 ["Ada Cole", "Ada"],      "[…] has left"),
    ("Ada  Cole has left",                ["Ada Cole"],             "[…] has left"),
    ("Ada Cole has left",                 ["Ada\n Cole"],           "[…] has left"),
    ("Ada\u200bCole has left",            ["Ada\u200bCole"],        "[…] has left"),
    ("Number 4711 is not known",          ["4711"],                 "Number […] is not known"),
    ("Number 4711 is not known",          [4711],                   "Number […] is not known"),
    ("1990/05/01 lies before the start",  ["1990/05/01"],           "[…] lies before the start"),
    ("grade G7 is unknown",               ["G7", None, 12],         "grade G7 is unknown"),
    ("Line\n3\tis wrong\x00",             ["x"],                    "Line 3 is wrong"),
    ("line\nbreaks\tand\x1b[31m colour",  [],                       "line breaks and [31m colour"),
    ("turned \u202earound",               [],                       "turned around"),
    ("a" * 1_000,                         [],                       "a" * 300),
)
# fmt: on


@pytest.mark.parametrize(("said", "values", "kept"), WORDS, ids=lambda it: str(it)[:20])
def test_the_receivers_words_are_kept_without_values(
    said: str, values: list[object], kept: str
) -> None:
    assert harmless(said, values) == kept

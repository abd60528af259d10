"""What a receiver's answer to a load file means for each record: only a word that is agreed counts.

Each record was written as two lines, W-7 and A-7.
"""

import pytest

from muster.connectors.load_file.answers import NoAnswer, read_answer, together
from muster.connectors.load_file.layout import read_layout

LAYOUT = read_layout("""
file = "Worker.dat"
owner = "MUSTER"
id = "number"
[[lines]]
component = "Worker"
prefix = "W-"
fields = { PersonNumber = "number" }
[[lines]]
component = "Assignment"
prefix = "A-"
fields = { AssignmentNumber = "number" }
[answer]
file = "{name}.csv"
id = "Id"
status = "Status"
said = "Message"
taken = ["SUCCESS", "UNCHANGED"]
rejected = ["ERROR"]
""")

#   what the answer says of W-7    of A-7                 so record 7 is   because
TABLE = (
    ("W-7,SUCCESS,",             "A-7,SUCCESS,",          "taken",    ""),
    ("W-7,success,",             "A-7,Unchanged,",        "taken",    ""),
    ("W-7,SUCCESS,",             "A-7,ERROR,No such job", "rejected", "No such job"),
    ("W-7,ERROR,No such grade",  "A-7,SUCCESS,",          "rejected", "No such grade"),
    ("W-7,ERROR,",               "A-7,ERROR,Second",      "rejected", ""),
    ("W-7,SUCCESS,",             "",                      "unknown",  "not all of its lines"),
    ("W-7,SUCCESS,",             "A-8,SUCCESS,",          "unknown",  "not all of its lines"),
    ("W-7,SUCCESS,",             "A-7,QUEUED,Wait",       "unknown",  "Wait"),
    ("W-7,SUCCESS,",             "A-7,,",                 "unknown",  ""),
    ("W-70,SUCCESS,",            "A-17,SUCCESS,",         "unknown",  "not in the answer"),
    ("",                         "",                      "unknown",  "not in the answer"),
)  # fmt: skip


@pytest.mark.parametrize(("worker", "assignment", "meaning", "because"), TABLE)
def test_what_an_answer_means(worker: str, assignment: str, meaning: str, because: str) -> None:
    found = read_answer(LAYOUT, f"Id,Status,Message\n{worker}\n{assignment}\n".encode())
    told = together(found.get("7", []), 2)
    assert told.meaning == meaning
    assert because in told.said


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not the columns"),
        (b"Id,Status\nW-7,SUCCESS\n", "not the columns"),
        (b"Id,Status,Status,Message\n", "not the columns"),
        (b"Id,Status,Message\nW-7,SUCC", "half a file"),
        (b"Id,Status,Message\nW-7,SUCCESS,,\n", "half a file"),
        (b"\xff\xfe\x00", "not delimited text"),
        (b"<html>Sign in</html>", "not the columns"),
    ],
)
def test_what_is_no_answer_says_nothing_of_any_record(content: bytes, why: str) -> None:
    with pytest.raises(NoAnswer, match=why):
        read_answer(LAYOUT, content)

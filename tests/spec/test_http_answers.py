"""What a receiver's answer means for the messages it answers.

Success is only what says so. What nobody can know is told apart from what was refused, and both
from what has nothing to do with the message: address, access, or a receiver that is busy.
"""

import datetime as dt
import json

import pytest

from muster.connectors.http_json.answers import Answer, read_answer

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
JSON = "application/json"
HTML = "text/html; charset=utf-8"
PAGE = "<html><h1>Sign in</h1></html>"
OK = '[{"id":"a","status":201}]'

# status | content type | body | meaning for message a
ONE = [
    # It says that it took the message.
    (200, "", "", "taken"),
    (201, "", "", "taken"),
    (202, "", "", "taken"),
    (204, "", "", "taken"),
    (200, JSON, OK, "each: taken"),
    (207, JSON, OK, "each: taken"),
    (200, "application/vnd.x+json", OK, "each: taken"),
    (200, JSON, '{"id":"a","status":200}', "each: taken"),
    (207, JSON, '[{"id":"a","status":208}]', "each: had"),
    # It says that it did not.
    (207, JSON, '[{"id":"a","status":422}]', "each: rejected"),
    (207, JSON, '[{"id":"a","status":409}]', "each: rejected"),
    (207, JSON, '[{"id":"a","status":429}]', "each: retry"),
    (207, JSON, '[{"id":"a","status":503}]', "each: retry"),
    (400, "", "", "rejected"),
    (409, "", "", "rejected"),
    (413, "", "", "rejected"),
    (422, JSON, '{"detail":"no"}', "rejected"),
    (418, HTML, PAGE, "rejected"),
    # It says nothing of the message.
    (207, JSON, '[{"id":"a","status":500}]', "each: doubt"),
    (200, HTML, PAGE, "doubt"),
    (200, "", OK, "doubt"),
    (200, JSON, PAGE, "doubt"),
    (200, JSON, "{}", "doubt"),
    (200, JSON, '{"ok":true}', "doubt"),
    (200, JSON, '[{"id":"b","status":200}]', "doubt"),
    (200, JSON, '[{"id":"a","status":"200"}]', "doubt"),
    (200, JSON, '[{"id":"a","status":true}]', "doubt"),
    (200, JSON, '[{"id":"a","status":200},{"id":"a","status":422}]', "doubt"),
    (200, JSON, '[{"id":{},"status":200}]', "doubt"),
    (200, JSON, "[" * 100_000, "doubt"),
    (200, JSON, "\xff", "doubt"),
    (200, "application/problem+json", OK, "doubt"),
    (203, JSON, OK, "doubt"),
    (206, "", "", "doubt"),
    (500, "", "", "doubt"),
    (502, HTML, PAGE, "doubt"),
    (504, "", "", "doubt"),
    # It is busy: nothing was taken.
    (408, "", "", "later"),
    (425, "", "", "later"),
    (429, "", "", "later"),
    (503, HTML, PAGE, "later"),
    # The address, the access or the form is wrong: no message is to blame.
    (301, "", "", "elsewhere"),
    (302, HTML, PAGE, "elsewhere"),
    (307, "", "", "elsewhere"),
    (401, "", "", "elsewhere"),
    (403, JSON, '{"detail":"no"}', "elsewhere"),
    (404, HTML, PAGE, "elsewhere"),
    (405, "", "", "elsewhere"),
    (410, "", "", "elsewhere"),
    (415, "", "", "elsewhere"),
    (501, "", "", "elsewhere"),
]

# Retry-After | seconds
WAITS = [
    ("", None),
    ("0", 0.0),
    ("120", 120.0),
    ("9999999999", 86_400.0),
    ("Sun, 22 Nov 2026 12:01:30 GMT", 90.0),
    ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
    ("soon", None),
    ("-5", None),
    ("1e3", None),
]


def read(status: int, kind: str, body: str, **headers: str) -> Answer:
    named = {"content-type": kind, **{name.replace("_", "-"): it for name, it in headers.items()}}
    return read_answer(status, named, body.encode("latin-1"), ids=["a"], now=NOW)


@pytest.mark.parametrize(("status", "kind", "body", "meaning"), ONE, ids=lambda it: str(it)[:30])
def test_an_answer_to_one_message(status: int, kind: str, body: str, meaning: str) -> None:
    answer = read(status, kind, body)
    of_each = f": {answer.of_each['a'][0]}" if answer.of_each else ""
    assert answer.meaning + of_each == meaning
    assert f"answered {status}" in answer.said
    assert "<" not in answer.said


def test_an_answer_longer_than_anybody_reads_is_a_doubt() -> None:
    answer = read_answer(200, {"content-type": JSON}, None, ids=["a"], now=NOW)
    assert answer.meaning == "doubt"


def test_a_packed_answer_is_not_unpacked() -> None:
    assert read(200, JSON, OK, content_encoding="gzip").meaning == "doubt"


def test_messages_that_an_answer_does_not_name_are_not_taken() -> None:
    rows = json.dumps([{"id": "a", "status": 200}]).encode()
    answer = read_answer(207, {"content-type": JSON}, rows, ids=["a", "b"], now=NOW)
    assert dict(answer.of_each) == {"a": ("taken", "")}
    one = json.dumps({"id": "a", "status": 200}).encode()
    assert read_answer(200, {"content-type": JSON}, one, ids=["a", "b"], now=NOW).meaning == "doubt"


def test_what_is_said_of_a_refusal_is_read_from_json_alone() -> None:
    assert read(422, JSON, '{"title":"Unknown","detail":"no such post"}').text == (
        "Unknown: no such post"
    )
    assert read(422, HTML, PAGE).text == ""
    assert read(422, JSON, '{"detail":{"deep":1}}').text == ""


@pytest.mark.parametrize(("written", "seconds"), WAITS)
def test_how_long_a_receiver_asks_to_be_left_alone(written: str, seconds: float | None) -> None:
    assert read(503, "", "", retry_after=written).retry_after == seconds
    assert read(429, "", "", retry_after=written).retry_after == seconds

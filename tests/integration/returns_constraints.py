"""What the database always states of questions and returns, and how it is violated.

For ``test_constraints``, which tries every one of them on the store of its run.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from muster.kernel.ids import new_id
from muster.services.returns.models import (
    Ask,
    Assumption,
    Item,
    MetricRequest,
    Question,
    Return,
    StatedCell,
)

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
DAY = dt.date(2026, 10, 31)
LATER = dt.date(2026, 12, 1)


def question(**changes: Any) -> Question:
    said = {
        "words": "w", "why": "y", "for_whom": "f", "needed_by": LATER, "asked_by": "a",
        "asked_at": NOW, **changes,
    }  # fmt: skip
    return Question.objects.create(**said)


def _request(**changes: Any) -> None:
    said = {
        "title": "t", "counts": "c", "grain": "g", "lawful_basis": "l", "owner": "o",
        "asked_by": "a", "asked_at": NOW, **changes,
    }  # fmt: skip
    MetricRequest.objects.create(**said)


def _return(**changes: Any) -> Return:
    said = {
        "question": question(), "as_at": DAY, "deadline": LATER, "stood": 1, "minutes": 90,
        "opened_by": "a", "opened_at": NOW, **changes,
    }  # fmt: skip
    return Return.objects.create(**said)


def _ask(**changes: Any) -> Ask:
    return Ask.objects.create(
        of=changes.pop("of", None) or _return(),
        employer=new_id(),
        title="t",
        **changes,
    )


def _item(of: Return) -> Item:
    return Item.objects.create(of=of, metric="headcount", dimensions="grade")


def _item_twice() -> None:
    of = _return()
    _item(of)
    _item(of)


def _asked_twice() -> None:
    first = _ask()
    Ask.objects.create(of=first.of, employer=first.employer, title="t")


def _cell(**changes: Any) -> None:
    ask = _ask()
    said = {"ask": ask, "item": _item(ask.of), "key": '["AO"]', "value": 1, "people": 1, **changes}
    StatedCell.objects.create(**said)


def _cell_twice() -> None:
    ask = _ask()
    item = _item(ask.of)
    for _time in range(2):
        StatedCell.objects.create(ask=ask, item=item, key="[]", value=0, people=0)


RETURNS_CONSTRAINTS: dict[str, tuple[str, Callable[[], object]]] = {
    "returns_question_state": (
        "A question is in a known state and answered in a known way.",
        lambda: question(state="lost"),
    ),
    "returns_question_answered": (
        "A question is answered in some way at some time, or not at all.",
        lambda: question(state="answered", way="metric"),
    ),
    "returns_question_asked_of_known": (
        "No more employers are asked than there are.",
        lambda: question(known=1, asked_of=2),
    ),
    "returns_metric_request_decided_with_a_reason": (
        "A metric is declined by somebody, with a reason.",
        lambda: _request(state="declined", decided_by="b"),
    ),
    "returns_metric_request_four_eyes": (
        "Nobody approves a metric they asked for.",
        lambda: _request(state="approved", decided_by="a"),
    ),
    "returns_return_state": (
        "A return is open, released, or cancelled with a reason.",
        lambda: _return(state="cancelled", closed_at=NOW),
    ),
    "returns_return_days": (
        "A return is due after the day it asks for.",
        lambda: _return(deadline=DAY),
    ),
    "returns_item_once": ("A return asks for a table once.", _item_twice),
    "returns_ask_once": ("An employer is asked once in a return.", _asked_twice),
    "returns_ask_state": (
        "Whoever states figures says where they come from.",
        lambda: _ask(state="stated", stated_by="a", stated_at=NOW),
    ),
    "returns_ask_four_eyes": (
        "Nobody signs off figures that they stated.",
        lambda: _ask(
            state="signed", source="s", stated_by="a", stated_at=NOW, signed_by="a", signed_at=NOW
        ),
    ),
    "returns_stated_cell_once": ("A cell is stated once.", _cell_twice),
    "returns_stated_cell_people": (
        "There is nobody behind no figure alone.",
        lambda: _cell(people=0),
    ),
    "returns_assumption_said": (
        "An assumption is of some minutes and says where it is from.",
        lambda: Assumption.objects.create(minutes=0, why="w", set_by="a", set_at=NOW),
    ),
}

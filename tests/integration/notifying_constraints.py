"""What the database refuses about notices of casework, colleagues and cover."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from muster.casework.notifying.models import (
    Chosen,
    Colleague,
    Cover,
    Draft,
    Notice,
    TeamAddress,
)
from muster.register.employers.models import Employer
from muster.register.people.models import Person

NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 23)


def employer() -> Employer:
    return Employer.objects.create(key=str(uuid.uuid4()), title="E", kind="department")


def notice(**said: Any) -> Notice:
    usual: dict[str, Any] = {
        "key": str(uuid.uuid4()), "kind": "task given", "template": "task_given", "holder": "a",
        "state": "waiting", "written_at": NOW, "goes_at": NOW,
    }  # fmt: skip
    return Notice.objects.create(**(usual | said))


def cover(**said: Any) -> Cover:
    usual: dict[str, Any] = {
        "role": "HR caseworker", "absent": "a", "coverer": "b", "starts": DAY,
        "ends": DAY + dt.timedelta(days=1), "set_by": "a", "set_at": NOW,
    }  # fmt: skip
    return Cover.objects.create(**({"employer": said.pop("of", None) or employer()} | usual | said))


def cover_twice() -> None:
    of = employer()
    cover(of=of, ended_at=NOW, ended_by="a")
    cover(of=of)
    cover(of=of)


def colleague_twice() -> None:
    of = employer()
    for _ in range(2):
        Colleague.objects.create(actor="a", name="A", employer=of, role="r", seen_at=NOW)


def two_addresses() -> None:
    of = employer()
    for email in ("a@b.example", "c@b.example"):
        TeamAddress.objects.create(employer=of, role="r", email=email, set_by="a", set_at=NOW)


def two_drafts() -> None:
    task = uuid.uuid4()
    for _ in range(2):
        Draft.objects.create(task=task, actor="a", sealed="", saved_at=NOW)


NOTIFYING_CONSTRAINTS: dict[str, tuple[str, Callable[[], object]]] = {
    "casework_notice_known": (
        "A notice is in a known state, of a known kind, and goes a known way.",
        lambda: notice(state="shouted"),
    ),
    "casework_notice_to_a_person_or_a_team": (
        "A notice goes to a person or to a team, never to both.",
        lambda: notice(role="r", employer=employer(), person=Person.objects.create()),
    ),
    "casework_notice_gathered_in_a_digest": (
        "A gathered notice names the digest it is in.",
        lambda: notice(state="gathered"),
    ),
    "casework_notice_escalation_goes": (
        "An escalation is never gathered.",
        lambda: notice(kind="escalation", state="gathering"),
    ),
    "casework_colleague_once": (
        "Somebody has a role at an employer once.", colleague_twice
    ),
    "casework_team_address_one_for_a_team": (
        "A team has one shared mailbox.", two_addresses
    ),
    "casework_team_address_is_one": (
        "A shared mailbox is not empty.",
        lambda: TeamAddress.objects.create(
            employer=employer(), role="r", email="", set_by="a", set_at=NOW
        ),
    ),
    "casework_chosen_way": (
        "Notices go by email or by text.",
        lambda: Chosen.objects.create(holder="a", way="pigeon", changed_at=NOW),
    ),
    "casework_cover_holds_a_day": (
        "A cover holds a day.", lambda: cover(ends=DAY)
    ),
    "casework_cover_by_another": (
        "Nobody covers for themselves.", lambda: cover(coverer="a")
    ),
    "casework_cover_ended_by_somebody": (
        "A cover that was ended early says by whom.", lambda: cover(ended_at=NOW)
    ),
    "casework_cover_once": (
        "The same cover is set once, until it is ended.", cover_twice
    ),
    "casework_draft_one_each": (
        "Somebody has one draft of a task.", two_drafts
    ),
}  # fmt: skip

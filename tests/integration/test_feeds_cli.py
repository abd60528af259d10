"""``muster feeds``: everything the pages do, at a terminal."""

import json
import re
import uuid

import pytest
from click.testing import CliRunner, Result

from muster.cli.main import main
from muster.hub import queries
from muster.hub.alarms import late_feeds
from muster.hub.approval import allow, announcements, take_back
from muster.hub.tokens import bearer_of
from muster.kernel.clock import SYSTEM_CLOCK
from tests.integration.people_files import BY, load
from tests.integration.test_people_feeds import MOLE, TOAD, VOLE, enrol_bodies, sheet

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER = "mill/2026-09-30-hr.csv", "mill/2026-10-31-hr.csv"


@pytest.fixture(autouse=True)
def mill() -> None:
    """Enrol one body and load its first feed."""
    enrol_bodies("mill")
    (one,) = announcements("hr-mill")
    take_back(announcement=one.id, by=BY, clock=SYSTEM_CLOCK)
    load({SEPTEMBER: sheet(MOLE, VOLE, TOAD)})


def muster(*words: str) -> Result:
    return CliRunner().invoke(main, ["feeds", *words])


def said(*words: str) -> str:
    done = muster(*words)
    assert done.exit_code == 0, done.output
    return done.output


def refused(*words: str) -> str:
    done = muster(*words)
    assert done.exit_code == 1, done.output
    assert "Traceback" not in done.output
    return done.output


def listed(*words: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(said("list", "--json", *words))["feeds"]
    return found


def held() -> str:
    """Return the id of a feed that lost two of three people."""
    load({OCTOBER: sheet(MOLE)})
    (found,) = listed("--undecided")
    assert found["effect"] == {"covered": 3, "ending": 2, "changed": 0, "joining": 0, "rows": 1}
    return str(found["id"])


def test_feeds_are_listed_with_their_fate() -> None:
    waiting = held()
    words = said("list")
    assert waiting in words
    assert "3 of 3 rows accepted" in words
    assert "It would end 2 of the 3 people it covers" in words
    assert re.search(r"accepted {4}2026-09-30  mill/2026-09-30-hr.csv: 3 of 3 rows", words)
    assert "(`muster feeds approve FEED --reason WHY`)" in words
    assert [one["name"] for one in listed("--state", "accepted")] == [SEPTEMBER]
    assert "No feed fits" in said("list", "--route", "none")


def test_a_feed_is_withdrawn() -> None:
    (found,) = listed()
    assert muster("withdraw", str(found["id"])).exit_code == 2, "a reason is asked"
    assert "reason" in refused("withdraw", str(found["id"]), "--reason", " ")
    words = said("withdraw", str(found["id"]), "--reason", "last year's file")
    assert "3 accepted rows no longer count" in words
    assert [one["state"] for one in listed()] == ["withdrawn"]
    assert "this one is withdrawn" in refused("withdraw", str(found["id"]), "--reason", "again")


def test_a_held_feed_is_approved_once() -> None:
    waiting = held()
    assert "accepted: 1 of 1 rows" in said("approve", waiting, "--reason", "They left")
    assert "No such feed waits" in refused("refuse", waiting, "--reason", "after all")
    assert listed("--undecided") == []


def work() -> None:
    done = CliRunner().invoke(main, ["work", "--once"])
    assert done.exit_code == 0, done.output


def test_a_worker_lets_approved_feeds_go_on_and_raises_alarms() -> None:
    waiting = uuid.UUID(held())
    allow(landing=waiting, reason="They left", by="persona:approver")
    said("expect", "hr-mill", "--every", "month", "--since", "2026-08-01")
    assert late_feeds() == ()
    work()
    assert queries.landing(waiting).state == "accepted"
    assert [str(one.as_at) for one in late_feeds()] == ["2026-08-31"]


def test_alarms_that_fail_keep_no_worker_from_its_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_: object) -> None:
        raise RuntimeError

    waiting = uuid.UUID(held())
    allow(landing=waiting, reason="They left", by="persona:approver")
    monkeypatch.setattr("muster.hub.alarms.raise_alarms", fails)
    work()
    assert queries.landing(waiting).state == "accepted"


def test_a_refused_feed_is_kept() -> None:
    assert "nothing of it went on" in said("refuse", held(), "--reason", "Half is missing")
    assert listed("--undecided") == []


def test_what_is_due_is_declared_shown_and_kept() -> None:
    assert "not declared" in said("due", "hr-mill")
    declared = ("expect", "hr-mill", "--every", "month", "--since", "2026-08-01")
    words = said(*declared, "--owner", "persona:integrator", "--approver", "persona:governance")
    assert "every month, up to 10 days later" in words
    assert "late: as at 2026-08-31, was due by 2026-09-10" in said("due", "hr-mill")
    said(*declared, "--days", "12")
    (shown,) = json.loads(said("due", "hr-mill", "--json"))["routes"]
    assert (shown["owner"], shown["approver"]) == ("persona:integrator", "persona:governance")
    assert (shown["rhythm"]["days"], shown["late"][0]["as_at"]) == (12, "2026-08-31")
    assert "Give a number of days" in refused(*declared, "--days", "1000")
    assert "No such route" in refused("due", "none")


def test_a_bulk_change_is_announced_and_taken_back() -> None:
    asked = ("announce", "hr-mill", "--from", "2026-10-31", "--reason", "The mill closes")
    assert "make no sense" in refused(*asked)
    made = said(*asked, "--ending", "2").split()[-1]
    assert f"announced {made}: 2026-10-31 to 2026-10-31, up to 2 end" in said("due", "hr-mill")
    load({OCTOBER: sheet(MOLE)})
    assert queries.states() == {"accepted": 2}
    said("retract", made)
    assert "announced" not in said("due", "hr-mill")
    assert "No such announcement" in refused("retract", made)


def test_a_token_is_made_listed_and_revoked() -> None:
    assert "hr:mill" in said("token")
    token = said("token", "make", "hr:mill", "--title", "nightly").strip()
    assert re.fullmatch(r"muster_[\w-]{43}", token)
    assert bearer_of(token, clock=SYSTEM_CLOCK) is not None
    words = said("token")
    assert "in force" in words
    assert token not in words
    said("token", "revoke", words.split()[0])
    assert bearer_of(token, clock=SYSTEM_CLOCK) is None
    assert "revoked" in said("token")
    assert "No such system" in refused("token", "make", "none", "--title", "x")
    assert "what the token is for" in refused("token", "make", "hr:mill", "--title", " ")


def test_a_feed_of_no_known_date_says_how_to_state_it() -> None:
    load({"mill/staff.csv": sheet(MOLE)})
    words = said("list", "--state", "refused")
    assert re.search(r"refused {5}no date {5}mill/staff.csv: 0 of 0 rows", words)
    assert "or state it when you send it. (`muster load --as-at DATE`)" in words
    (found,) = listed("--state", "refused")
    assert (found["waits_for"], "--" in str(found["said"])) == ("as_at", False)


def test_an_unknown_system_is_answered_with_those_that_are_known() -> None:
    enrol_bodies(*(f"mill-{n:02}" for n in range(12)), "weir")
    words = refused("token", "make", "hr:wier", "--title", "x")
    known = words.partition("is known: ")[2]
    assert known.startswith("hr:weir, ")
    assert known.rstrip().rstrip(".").endswith(", and 4 more")
    assert len(known.split(", ")) == 11
    assert (
        refused("token", "make", "mill-07", "--title", "x")
        .partition("is known: ")[2]
        .startswith("hr:mill-07, ")
    )

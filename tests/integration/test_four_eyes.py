"""What one person hands in, another lets through: announcements, approvals, and second attempts."""

import uuid
from datetime import date

import pytest

from muster.connectors.csv_drop.fake import FakeCsvDrop
from muster.hub import queries
from muster.hub.actions import begin_intake, take_in
from muster.hub.approval import allow, announce, approve, bar_to, go_on, refuse
from muster.hub.models import Landing
from muster.hub.reading import read
from muster.hub.tokens import make_token
from muster.hub.withdrawal import withdraw
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import NotPermitted
from tests.integration.test_feed_verbs import (
    APPROVER,
    FIRST,
    HALF,
    OTHER,
    PLANNER,
    WHOLE,
    employed,
    held,
    state,
    watched,
)
from tests.integration.test_people_feeds import MOLE, VOLE, sheet

pytestmark = pytest.mark.django_db
OWN = "It was announced by the person who sent it"
AGAIN = "The same bytes were refused before"
EVERYBODY = ["M/1", "M/2", "M/3"]


@pytest.fixture(autouse=True)
def mill() -> None:
    watched("mill")


def send(content: bytes, *, by: str, name: str = HALF) -> Landing:
    """Hand a file in as somebody; return its landing."""
    intake = begin_intake(name="test", by=by, clock=SYSTEM_CLOCK)
    taken = take_in(FakeCsvDrop({name: content}), read, intake=intake, by=by, clock=SYSTEM_CLOCK)
    return Landing.objects.get(id=(taken.fresh or taken.known)[0])


def announced(by: str) -> uuid.UUID:
    return announce(
        route="hr-mill", starts=date(2026, 10, 1), ends=date(2026, 10, 31), ending=3, changed=3,
        reason="The mill closes", by=by, clock=SYSTEM_CLOCK,
    )  # fmt: skip


def approved(found: Landing, *, by: str) -> None:
    approve(landing=found.id, reason="They left", by=by, read=read, clock=SYSTEM_CLOCK)


@pytest.mark.parametrize(
    ("announcer", "sender", "maker", "passes"),
    [
        (PLANNER, OTHER, "", True),
        (PLANNER, PLANNER, "", False),
        (PLANNER, "system:hr:mill", "", True),
        (PLANNER, "system:hr:mill", OTHER, True),
        (PLANNER, "system:hr:mill", PLANNER, False),
        (PLANNER, "operator:drop", PLANNER, True),
    ],
    ids=[
        "somebody else", "the announcer", "a system", "a token that somebody else made",
        "a token that the announcer made", "an operator, whoever made tokens",
    ],
)  # fmt: skip
def test_an_announcement_counts_for_feeds_that_others_send(
    announcer: str, sender: str, maker: str, passes: bool
) -> None:
    send(WHOLE, by=OTHER, name=FIRST)
    if maker:
        make_token(system="hr:mill", title="nightly", by=maker, clock=SYSTEM_CLOCK)
    announced(announcer)
    found = send(sheet(MOLE), by=sender)
    assert found.state == ("accepted" if passes else "held"), found.said
    assert (OWN in found.said) is not passes
    assert employed() == (["M/1"] if passes else EVERYBODY)


def test_an_announcer_cannot_approve_what_they_sent_and_another_person_can() -> None:
    send(WHOLE, by=OTHER, name=FIRST)
    announced(PLANNER)
    found = send(sheet(MOLE), by=PLANNER)
    with pytest.raises(NotPermitted, match="handed in themselves"):
        approved(found, by=PLANNER)
    assert (state(found), employed()) == ("held", EVERYBODY)
    approved(found, by=APPROVER)
    assert (state(found), employed()) == ("accepted", ["M/1"])


def test_a_second_announcement_by_somebody_else_lets_it_through() -> None:
    send(WHOLE, by=OTHER, name=FIRST)
    announced(PLANNER)
    assert send(sheet(MOLE), by=PLANNER).state == "held"
    announced(OTHER)
    assert send(sheet(MOLE), by=PLANNER).state == "accepted"


def test_sending_somebody_elses_held_file_again_is_handing_it_in() -> None:
    """Neither the first sender nor the second can wave it through."""
    found = held()
    again = send(sheet(MOLE), by=APPROVER)
    assert (again.id, again.state, again.received_by) == (found.id, "held", found.received_by)
    for sender in (APPROVER, found.received_by):
        with pytest.raises(NotPermitted, match="handed in themselves"):
            allow(landing=found.id, reason="ok", by=sender)
        announced(sender)
    assert send(sheet(MOLE), by=APPROVER).state == "held"
    approved(found, by=OTHER)
    assert state(found) == "accepted"


def test_a_person_is_no_system_because_of_a_like_name() -> None:
    make_token(system="hr:mill", title="nightly", by=PLANNER, clock=SYSTEM_CLOCK)
    assert bar_to(senders={"system:hr:mill"}, approver="", by=PLANNER) == "handed it in"
    assert bar_to(senders={"hr:mill"}, approver="", by=PLANNER) == ""


@pytest.mark.parametrize("name", [HALF, HALF.replace("hr", "hr-again")])
def test_refused_bytes_that_come_again_say_so_at_once(name: str) -> None:
    first = held()
    refuse(landing=first.id, reason="Half is missing.", by=APPROVER)
    again = send(sheet(MOLE), by=OTHER, name=name)
    today = f"{SYSTEM_CLOCK.now():%B %Y}"
    assert again.state == "held"
    assert f"{AGAIN}, by {APPROVER} on" in again.said
    assert f"{today}: Half is missing. " in again.said
    assert "It would end 2 of the 3 people" in again.said
    assert queries.landing(again.id).said == again.said
    assert employed() == EVERYBODY
    approved(again, by=APPROVER)
    assert (state(again), employed()) == ("accepted", ["M/1"])


def test_refused_bytes_wait_even_where_nothing_is_unusual_any_more() -> None:
    refuse(landing=held().id, reason="Half is missing", by=APPROVER)
    announced(PLANNER)
    again = send(sheet(MOLE), by=OTHER)
    assert (again.state, again.waits_for) == ("held", "approval")
    assert again.said.startswith(AGAIN)
    allow(landing=again.id, reason="Right after all", by=APPROVER)
    assert go_on(read, clock=SYSTEM_CLOCK)
    assert (state(again), employed()) == ("accepted", ["M/1"])


def test_other_bytes_and_other_routes_were_not_refused() -> None:
    watched("weir")
    refuse(landing=held().id, reason="Half is missing", by=APPROVER)
    assert AGAIN not in send(sheet(VOLE), by=OTHER).said
    elsewhere = send(sheet(MOLE), by=OTHER, name=HALF.replace("mill", "weir"))
    assert elsewhere.state == "accepted", elsewhere.said


@pytest.mark.parametrize("refused", [0, 1])
def test_what_was_refused_and_approved_later_was_not_refused(refused: int) -> None:
    found = [held(), send(sheet(MOLE), by=OTHER, name=HALF.replace("hr", "hr-again"))]
    refuse(landing=found[refused].id, reason="Half is missing", by=APPROVER)
    approved(found[1 - refused], by=APPROVER)
    withdraw(landing=found[1 - refused].id, reason="Too early", by=OTHER, clock=SYSTEM_CLOCK)
    again = send(sheet(MOLE), by=OTHER, name=HALF.replace("hr", "hr-at-last"))
    assert again.state == "held"
    assert AGAIN not in again.said

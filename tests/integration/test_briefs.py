"""Briefs: targets and words beside released figures, and issues that stay what they were."""

import datetime as dt
import re
import threading
import uuid
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.test import Client

from muster.connectors.notify.contract import NotSent, Parcel, Status
from muster.gates import metrics
from muster.gates.access import Actor
from muster.gates.models import WITHDRAWN, Release
from muster.kernel.clock import FixedClock
from muster.kernel.errors import BadInput, Conflict, NotFound
from muster.ledger.current import ledger
from muster.register.people import metrics as people_metrics
from muster.services.dashboards import briefing, issuing, queries
from muster.services.dashboards.home import brief_lines
from muster.services.dashboards.models import Brief, Issue, IssueNotice
from muster.services.dashboards.queries import BriefView
from muster.services.dashboards.rules import MOST_FIGURES, Audience, Target
from muster.services.dashboards.showing import Asker
from muster.services.dashboards.targets import ReadFigure, asked, read, thawed
from tests.integration import dashboards_world as world
from tests.integration.dashboards_world import LEADER, METRIC, MONTHS, NOW, OWNER, wanted
from tests.integration.test_dashboards import persona, sign_in, texts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]
CLOCK = FixedClock(NOW)
ASKER = Asker("workforce planning", OWNER.id, CLOCK)
ONE, TINY = (("employer", "one"),), (("employer", "tiny"),)
DUE = dt.date(2026, 12, 31)
EMAIL = "private.office@example.gov.uk"


@pytest.fixture(autouse=True)
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    world.reset()
    monkeypatch.setattr(people_metrics, "METRICS", (METRIC,))
    metrics.declared.cache_clear()
    yield
    monkeypatch.undo()
    metrics.declared.cache_clear()


def target(value: int) -> Target:
    return Target(Decimal(value), "at least", DUE)


def brief(by: Actor = OWNER, *, shared: bool = True) -> uuid.UUID:
    """Make a brief of four figures: of all, of one employer, of one that is a band, without end."""
    made = briefing.make_brief(title="Staff brief", purpose="Why", by=by, clock=CLOCK)
    for one in (
        wanted(target=target(1_258_100), stated_by="Plan", heading="Everybody"),
        wanted(parts=ONE, target=target(733_500), since=MONTHS[0], stated_by="Plan"),
        wanted(parts=TINY, target=target(5), stated_by="Plan"),
        wanted(parts=ONE),
    ):
        briefing.put_figure(brief=made, wanted=one, by=by, clock=CLOCK, new=True)
    briefing.comment(brief=made, text="All is well.", by=by, clock=CLOCK)
    if shared:
        briefing.share_brief(brief=made, audience=Audience(("leader",)), by=by, clock=CLOCK)
    return made


def view(made: uuid.UUID) -> BriefView:
    found = queries.brief(made)
    assert found is not None
    return found


def at(day: str) -> FixedClock:
    return FixedClock(dt.datetime.fromisoformat(f"{day}T09:00:00+00:00"))


def schedule(made: uuid.UUID, day: int | None, *, on: str, paused: bool = False) -> None:
    briefing.schedule(
        brief=made, day=day, paused=paused, recipients=[EMAIL, EMAIL.upper(), " "], by=OWNER,
        clock=at(on),
    )  # fmt: skip


def figures_of(made: uuid.UUID, number: int) -> list[ReadFigure]:
    found = queries.issue(made, number)
    assert found is not None
    return [thawed(kept) for kept in found.content["figures"]]


def test_figures_stand_beside_their_targets() -> None:
    figures = [read(one, asked(one, None, ASKER)) for one in view(brief()).figures]
    assert [one.shown for one in figures] == ["1,258,090", "733,310", "0 to 7", "733,310"]
    told = [(one.status.standing, one.status.by) if one.status else None for one in figures]
    assert told == [("under way", 10), ("behind", 45), ("cannot be said", None), None]
    assert [one.changed for one in figures] == [0, 90, None, 90]
    assert [one.before_shown for one in figures][:3] == ["1,258,090", "733,220", "0 to 7"]


def test_a_status_is_worked_out_of_what_was_released_alone() -> None:
    """The exact figure is 733,311: the status speaks of the 733,310 that was told."""
    one = wanted(parts=ONE, target=target(733_311), stated_by="Plan")
    told = read(one, asked(one, None, ASKER)).status
    assert told is not None
    assert (told.standing, told.by) == ("under way", 1)


def test_an_issue_keeps_its_figures_and_words_for_ever() -> None:
    made = brief()
    number = issuing.issue_now(brief=made, by=OWNER, clock=CLOCK)
    before = figures_of(made, number)
    for month in MONTHS:
        world.counts[month] = {"one": 111_111, "two": 222_222, "tiny": 333_333}
    ledger().append_one("exchange", "muster.test.data.came.v1", "t:s:1", {})
    briefing.comment(brief=made, text="Everything changed.", by=OWNER, clock=CLOCK)
    first = view(made).figures[0]
    briefing.remove_figure(brief=made, figure=first.id, by=OWNER, clock=CLOCK)
    briefing.put_figure(
        brief=made, wanted=wanted(target=target(1), stated_by="Other"), by=OWNER, clock=CLOCK,
        new=True,
    )  # fmt: skip
    briefing.change_brief(brief=made, title="Other", purpose="", by=OWNER, clock=CLOCK)
    assert figures_of(made, number) == before
    found = queries.issue(made, number)
    assert found is not None
    assert found.content["said"]["text"] == "All is well."
    assert found.line.title == "Staff brief"
    assert issuing.issue_now(brief=made, by=OWNER, clock=CLOCK) == number + 1
    assert figures_of(made, number) == before
    assert figures_of(made, number + 1)[0].shown == "111,110"


def test_an_issue_keeps_no_figure_of_its_own() -> None:
    """So that a release that is withdrawn later is told nowhere, not by an earlier issue either."""
    made = brief()
    issuing.issue_now(brief=made, by=OWNER, clock=CLOCK)
    kept = str(Issue.objects.get().content)
    assert not re.search("1.?258.?090|733.?3|0 to 7", kept.replace("733500", ""))
    Release.objects.filter(dimensions="employer").update(state=WITHDRAWN)
    told = figures_of(made, 1)
    assert told[0].shown == "1,258,090"
    assert "withdrawn" in told[1].refused
    assert told[1].status is None
    assert told[1].changed is None


def test_an_issue_is_made_on_its_day_once() -> None:
    made = brief()
    schedule(made, 5, on="2026-11-22")
    assert issuing.issue_due(clock=at("2026-11-22")) == 0
    assert issuing.issue_due(clock=at("2026-12-04")) == 0
    assert [issuing.issue_due(clock=at(f"2026-12-{day}")) for day in ("05", "05", "06")] == [
        1,
        0,
        0,
    ]
    assert issuing.issue_due(clock=at("2027-01-05")) == 1
    lines = view(made).issues
    assert [(one.number, one.month, one.scheduled) for one in lines] == [
        (2, MONTHS[2], True), (1, MONTHS[2], True),
    ]  # fmt: skip


def test_a_paused_schedule_rests_and_goes_on_from_the_day_it_is_resumed() -> None:
    made = brief()
    schedule(made, 5, on="2026-11-22")
    schedule(made, 5, on="2026-11-23", paused=True)
    assert issuing.issue_due(clock=at("2026-12-05")) == 0
    schedule(made, 5, on="2026-12-06")
    assert issuing.issue_due(clock=at("2026-12-07")) == 0
    assert issuing.issue_due(clock=at("2027-01-05")) == 1
    schedule(made, None, on="2027-01-06")
    assert issuing.issue_due(clock=at("2027-02-05")) == 0


def test_a_schedule_whose_list_changes_goes_on_as_it_was() -> None:
    made = brief()
    schedule(made, 5, on="2026-11-22")
    schedule(made, 5, on="2026-12-06")
    assert issuing.issue_due(clock=at("2026-12-07")) == 1


def test_what_is_too_small_or_deleted_is_not_made() -> None:
    made = brief()
    schedule(made, 5, on="2026-11-22")
    one = view(made).figures[0].id
    briefing.remove_figure(brief=made, figure=one, by=OWNER, clock=CLOCK)
    assert issuing.issue_due(clock=at("2026-12-05")) == 0
    with pytest.raises(BadInput, match="at least 4 figures"):
        issuing.issue_now(brief=made, by=OWNER, clock=CLOCK)
    briefing.restore_figure(brief=made, figure=one, by=OWNER, clock=CLOCK)
    assert view(made).figures[0].id == one
    briefing.remove_brief(brief=made, by=OWNER, clock=CLOCK)
    assert issuing.issue_due(clock=at("2026-12-05")) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one_issue() -> None:
    made = brief()
    schedule(made, 5, on="2026-11-22")
    ready, told = threading.Barrier(2), []

    def work() -> None:
        from django.db import connection

        ready.wait()
        try:
            told.append(issuing.issue_due(clock=at("2026-12-05")))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert sorted(told) == [0, 1]
    assert Issue.objects.count() == IssueNotice.objects.count() == 1


def test_whom_it_is_for_sees_it_on_the_home_page_until_it_is_opened(client: Client) -> None:
    made = brief()
    issuing.issue_now(brief=made, by=OWNER, clock=CLOCK)
    sign_in(client, "leader")
    assert "Staff brief, 31 October 2026" in texts(client.get("/"))
    assert [str(one.text) for one in brief_lines(LEADER)] == ["Staff brief, 31 October 2026"]
    said = texts(client.get(f"/dashboards/briefs/{made}/issues/1"))
    assert "All is well." in said
    assert "Behind by 45" in said
    assert "Staff brief" not in texts(client.get("/"))
    assert brief_lines(persona("manager")) == []
    issuing.issue_now(brief=made, by=OWNER, clock=CLOCK)
    issuing.issue_now(brief=made, by=OWNER, clock=CLOCK)
    assert len(brief_lines(persona("leader"))) == 1
    client.raise_request_exception = False
    sign_in(client, "manager")
    assert client.get(f"/dashboards/briefs/{made}/issues/1").status_code == 404


def test_issues_are_read_after_their_brief_is_deleted(client: Client) -> None:
    made = brief()
    issuing.issue_now(brief=made, by=OWNER, clock=CLOCK)
    briefing.remove_brief(brief=made, by=OWNER, clock=CLOCK)
    assert issuing.tidy(clock=FixedClock(NOW + dt.timedelta(days=400))) == 0
    sign_in(client, "leader")
    client.raise_request_exception = False
    assert client.get(f"/dashboards/briefs/{made}").status_code == 404
    assert "733,310" in texts(client.get(f"/dashboards/briefs/{made}/issues/1"))


class Service:
    """A notification service that refuses as often as it is told."""

    def __init__(self, *refusals: NotSent) -> None:
        self.refusals, self.taken = list(refusals), list[Parcel]()

    def send(self, parcel: Parcel) -> str:
        if self.refusals:
            raise self.refusals.pop(0)
        self.taken.append(parcel)
        return "id"

    def status(self, service_id: str) -> Status:
        return "delivered"

    def health(self) -> object:
        raise NotImplementedError


def test_word_of_an_issue_is_sent_once_and_the_address_is_then_gone() -> None:
    made = brief()
    schedule(made, 5, on="2026-11-22")
    issuing.issue_due(clock=at("2026-12-05"))
    service = Service(NotSent("the service answered 500", again=True, all_wait=True))
    assert issuing.send_waiting(service, clock=at("2026-12-05")) == 0  # type: ignore[arg-type]
    assert issuing.send_waiting(service, clock=at("2026-12-06")) == 1  # type: ignore[arg-type]
    assert issuing.send_waiting(service, clock=at("2026-12-07")) == 0  # type: ignore[arg-type]
    [parcel] = service.taken
    assert (parcel.to, parcel.template, parcel.again) == (EMAIL, "brief_made", True)
    assert parcel.fill == {"title": "Staff brief", "month": "31 October 2026"}
    assert list(IssueNotice.objects.values_list("state", "to")) == [("sent", "")]


def test_what_the_service_never_takes_has_failed() -> None:
    made = brief()
    schedule(made, 5, on="2026-11-22")
    issuing.issue_due(clock=at("2026-12-05"))
    service = Service(NotSent("the service answered 400", again=False))
    assert issuing.send_waiting(service, clock=at("2026-12-05")) == 0  # type: ignore[arg-type]
    assert list(IssueNotice.objects.values_list("state", "to")) == [("failed", "")]


@pytest.mark.parametrize(
    ("day", "recipients"),
    [(29, []), (0, []), (5, ["nobody"]), (5, [f"{n}@a.uk" for n in range(21)])],
)
def test_a_schedule_that_cannot_be_is_refused(day: int, recipients: list[str]) -> None:
    made = brief()
    with pytest.raises(BadInput) as refused:
        briefing.schedule(
            brief=made, day=day, paused=False, recipients=recipients, by=OWNER, clock=CLOCK
        )
    assert "nobody" not in str(refused.value)
    assert view(made).schedule.day is None


def test_a_target_is_whole_or_not_there() -> None:
    made = brief()
    for one in (
        wanted(target=target(5)),
        wanted(target=target(5), stated_by="Plan", since=DUE),
        wanted(metric="counted", parts=(("age", "9"),)),
    ):
        with pytest.raises(BadInput):
            briefing.put_figure(brief=made, wanted=one, by=OWNER, clock=CLOCK, new=True)
    for _ in range(MOST_FIGURES - 4):
        briefing.put_figure(brief=made, wanted=wanted(), by=OWNER, clock=CLOCK, new=True)
    with pytest.raises(Conflict):
        briefing.put_figure(brief=made, wanted=wanted(), by=OWNER, clock=CLOCK, new=True)


def test_nobody_else_changes_a_brief() -> None:
    made = brief()
    figure = view(made).figures[0]
    for do in (
        lambda: issuing.issue_now(brief=made, by=LEADER, clock=CLOCK),
        lambda: briefing.comment(brief=made, text="x", by=LEADER, clock=CLOCK),
        lambda: briefing.remove_brief(brief=made, by=LEADER, clock=CLOCK),
        lambda: briefing.remove_figure(brief=made, figure=figure.id, by=LEADER, clock=CLOCK),
        lambda: briefing.schedule(
            brief=made, day=1, paused=False, recipients=(), by=LEADER, clock=CLOCK
        ),
    ):
        with pytest.raises(NotFound):
            do()


def test_pages_write_a_brief_without_scripts(client: Client) -> None:
    sign_in(client, "analyst")
    made = client.post("/dashboards/briefs/new", {"title": "Ours"}).headers["Location"]
    root = made.removesuffix("figures/")
    add = client.post(f"{made}add", {"metric": "counted"}).headers["Location"]
    wrong = client.post(add, {"target": "10"})
    assert "Enter who set the target" in texts(wrong)
    assert "Enter the day by which" in texts(wrong)
    fill = {
        "target": "1300000", "direction": "at least", "due_day": "31", "due_month": "3",
        "due_year": "2027", "stated_by": "Plan",
    }  # fmt: skip
    for _ in range(4):
        assert client.post(add, fill).status_code == 302
    client.post(f"{root}commentary", {"text": "First."})
    client.post(f"{root}commentary", {"text": "Second."})
    said = texts(client.get(root.rstrip("/")))
    assert "41,910 to go" in said
    assert said.index("Second.") < said.index("First.")
    assert client.post(f"{root}schedule", {"day": "31"}).status_code == 200
    client.post(f"{root}schedule", {"day": "3", "recipients": EMAIL})
    assert "day 3 of each month" in texts(client.get(root.rstrip("/")))
    issue = client.post(f"{root}run").headers["Location"]
    assert "Issue 1" in texts(client.get(issue))
    gone = client.post(f"{root}delete").headers["Location"]
    assert "Put back" in texts(client.get(gone))
    client.post(f"{root}restore")
    assert Brief.objects.get().removed_at is None


def test_no_page_and_nothing_kept_tells_an_exact_figure(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    exact = {n for units in world.FIRST.values() for n in units.values() if n > 7}
    exact |= {sum(units.values()) for units in world.FIRST.values()}
    forbidden = re.compile("|".join(rf"{n}|{n:,}" for n in exact))
    assert forbidden.search("733,311")
    caplog.set_level("DEBUG")
    made = brief()
    issuing.issue_now(brief=made, by=OWNER, clock=CLOCK)
    sign_in(client, "leader")
    for form in ("number", "line", "bar", "table"):
        by = "employer" if form in ("bar", "table") else ("date" if form == "line" else "none")
        client.post(f"/dashboards/pin?metric=counted&by={by}", {"title": form})
    boards = [f"/dashboards/{one.id}" for one in queries.dashboards(persona("leader"))]
    assert len(boards) == 4
    for address in (*boards, f"/dashboards/briefs/{made}", f"/dashboards/briefs/{made}/issues/1"):
        said = client.get(address).content.decode()
        assert "733,3" in said or "1,258,0" in said
        assert not forbidden.search(said), address
    assert not forbidden.search(caplog.text)
    kept = [*Issue.objects.values(), *Release.objects.values()]
    assert not forbidden.search(str(kept))

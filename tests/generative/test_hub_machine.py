"""Whatever befalls workers, and whatever people decide meanwhile: each message once, and in order.

The receiver holds each message at most once for each wish (the first sending, each replay), those
of a subject in order; the evidence says exactly what it holds; and when everything was put right it
has all messages but those that somebody discarded.
"""

from collections import Counter

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.generative.hub_story import ACTS, GRADES, POINTS, SUBJECTS, WORKERS, Story
from tests.stories import tell_stories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]
which = st.integers(0, 3)
LIMITS = st.sampled_from((1, 2, 100))


def check(told: Story) -> None:
    """Hold what the receiver has against what may be."""
    seen, sent = told.seen(), told.sent()
    twice = [one for one, count in Counter(seen).items() if count > 1]
    assert not twice, f"more than once: {twice}"
    assert {number for number, _ in seen} <= sent.keys()
    last: dict[tuple[str, str], int] = {}
    for number, wish in seen:
        position, subject = sent[number]
        assert last.get((subject, wish), -1) < position, f"out of order: {number} {wish}"
        last[subject, wish] = position


def check_settled(told: Story) -> None:
    """Hold what the receiver has in the end against all that was sent, and against the evidence."""
    check(told)
    seen = Counter(told.seen())
    gone = told.discarded()
    first = {number for number, wish in seen if not wish}
    assert first == told.sent().keys() - gone
    assert told.told() == seen


class HubMachine(RuleBasedStateMachine):
    """Messages, workers that fail at any point, and people who decide."""

    told: Story | None = None

    @initialize(shards=st.sampled_from((1, 2)))
    def begin(self, shards: int) -> None:
        self.told = Story(shards=shards)
        self.told.act("loosen")
        self.told.act("know")
        for subject in SUBJECTS:
            self.told.send(subject, "EO")
        self.told.carry(0)
        # From now on a message is about somebody who was carried before.
        self.told.wait(7200)

    @rule(subject=st.sampled_from(SUBJECTS), grade=st.sampled_from(GRADES), count=st.integers(1, 3))
    def a_message_comes(self, subject: str, grade: str, count: int) -> None:
        self.story.send(subject, grade, count)

    @rule(worker=st.sampled_from(WORKERS), limit=LIMITS)
    def a_worker_carries(self, worker: int, limit: int) -> None:
        self.story.wait(40)
        self.story.carry(worker, limit=limit)

    @rule(worker=st.sampled_from(WORKERS), limit=LIMITS, at=st.sampled_from(("", *POINTS)))
    def all_may_flow(self, worker: int, limit: int, at: str) -> None:
        for name in ("lift", "resume", "unban"):
            self.story.act(name)
        self.story.carry(worker, limit=limit, at=at)

    @rule(subject=st.sampled_from(SUBJECTS), name=st.sampled_from(("forget", "ban")), which=which)
    def something_fails(self, subject: str, name: str, which: int) -> None:
        self.story.act(name, which)
        self.story.send(subject, "HEO")
        self.story.carry(0)

    @rule(worker=st.sampled_from(WORKERS), at=st.sampled_from(POINTS), limit=LIMITS)
    def a_worker_dies(self, worker: int, at: str, limit: int) -> None:
        self.story.carry(worker, limit=limit, at=at)

    @rule(worker=st.sampled_from(WORKERS), at=st.sampled_from(("uncommitted", "committed")))
    def an_answer_is_lost(self, worker: int, at: str) -> None:
        self.story.carry(worker, turns=1, at=at, meanwhile=lambda: None)

    @rule(
        worker=st.sampled_from(WORKERS), at=st.sampled_from(("before", "after")), limit=LIMITS,
        name=st.sampled_from(sorted(ACTS)), which=which,
    )  # fmt: skip
    def somebody_acts_while_a_worker_carries(
        self, worker: int, at: str, limit: int, name: str, which: int
    ) -> None:
        self.story.carry(
            worker, limit=limit, turns=1, at=at, meanwhile=lambda: self.story.act(name, which)
        )

    @rule(
        worker=st.sampled_from(WORKERS), at=st.sampled_from(("before", "after")), limit=LIMITS,
        name=st.sampled_from(sorted(ACTS)), which=which,
    )  # fmt: skip
    def another_takes_over_from_a_sleeping_worker(
        self, worker: int, at: str, limit: int, name: str, which: int
    ) -> None:
        def meanwhile() -> None:
            self.story.wait(60)
            self.story.act(name, which)
            self.story.carry(1 - worker, limit=limit)

        self.story.carry(worker, limit=limit, turns=2, at=at, meanwhile=meanwhile)

    @rule(
        at=st.sampled_from(("", *POINTS)), comes=st.booleans(), behind=st.booleans(),
        seconds=st.sampled_from((0, 60, 700)),
    )  # fmt: skip
    def a_discarding_is_regretted(self, at: str, comes: bool, behind: bool, seconds: int) -> None:
        self.something_fails("1", "forget", 0)
        if behind:
            self.story.send("1", "EO")
            self.story.carry(0)
        self.story.act("discard all")
        if comes:
            self.story.send("1", "EO")
        self.story.wait(seconds)
        self.story.carry(0, at=at)
        self.story.act("undo discard", -1)

    @rule(at=st.sampled_from(("", *POINTS)), limit=LIMITS, back=st.booleans())
    def what_is_unusual_is_dropped(self, at: str, limit: int, back: bool) -> None:
        self.story.send("1", "EO", 2)
        self.story.carry(0, at=at, limit=limit, turns=1)
        self.story.act("nothing is usual")
        self.story.wait(60)
        self.story.carry(1)
        self.story.act("drop")
        if back:
            self.story.act("take back")
        self.story.wait(700)
        self.story.carry(1)
        self.story.act("usual")

    @rule(name=st.sampled_from(sorted(ACTS)), which=which)
    def somebody_acts(self, name: str, which: int) -> None:
        self.story.act(name, which)

    @rule(seconds=st.sampled_from((10, 60, 700, 4000)))
    def time_passes(self, seconds: int) -> None:
        self.story.wait(seconds)

    @property
    def story(self) -> Story:
        assert self.told is not None
        return self.told

    @invariant()
    def it_holds(self) -> None:
        if self.told is not None:
            check(self.told)

    def teardown(self) -> None:
        if self.told is None:
            return
        try:
            self.told.settle()
            check_settled(self.told)
        finally:
            self.told.close()


def test_any_story_ends_with_each_message_once_and_in_order() -> None:
    tell_stories(HubMachine, stories=8, steps=20)


@pytest.fixture
def told() -> Story:
    machine = HubMachine()
    machine.begin(shards=1)
    return machine.story


def test_what_the_receiver_has_is_not_discarded_by_the_breaker(told: Story) -> None:
    told.send("1", "EO")
    told.carry(0, at="after")
    told.send("2", "EO")
    told.wait(60)
    told.act("nothing is usual")
    told.carry(1)
    assert told.route.held
    told.act("drop")
    told.wait(700)
    told.carry(1)
    told.settle()
    check_settled(told)
    told.close()


@pytest.mark.parametrize("dies", [True, False])
def test_a_discarding_is_not_undone_behind_a_message_on_its_way(told: Story, dies: bool) -> None:
    told.act("forget")
    told.send("1", "HEO")
    told.carry(0)
    told.act("discard all")
    told.send("1", "EO")
    if dies:
        told.carry(0, at="after")
        told.act("undo discard")
    else:
        told.carry(0, at="after", meanwhile=lambda: told.act("undo discard"))
    told.settle()
    check_settled(told)
    told.close()


def test_a_discarding_is_not_undone_once_what_was_behind_may_go(told: Story) -> None:
    told.act("forget")
    told.send("1", "HEO")
    told.send("1", "EO")
    told.carry(0)
    told.act("discard all")
    told.wait(700)
    told.act("undo discard")
    told.settle()
    check_settled(told)
    told.close()


def test_a_discarding_is_undone_with_all_that_waits_behind(told: Story) -> None:
    told.act("forget")
    told.send("1", "HEO")
    told.send("1", "EO")
    told.carry(0)
    told.act("discard all")
    told.send("1", "EO")
    told.wait(60)
    told.carry(0)
    told.act("undo discard")
    told.settle()
    check_settled(told)
    assert not told.discarded()
    told.close()

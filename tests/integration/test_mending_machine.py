"""Feeds come, values get meanings and lose them, rows are corrected: nothing is lost on the way.

A few lines of plain Python tell the same story beside the hub: for each row the text that it
states now, and the figure it went on with. After every step both say the same.
"""

import uuid
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from django.core.management import call_command
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from muster.connectors.contract import Offer
from muster.hub.actions import release
from muster.hub.mending import correcting, fixing, meanings, retaking
from muster.hub.mending.handing import hand_out
from muster.hub.mending.returned import Fate, bring_back
from muster.hub.models import Landing, QuarantinedRow
from muster.hub.reading import read
from muster.kernel.errors import Conflict, NotFound
from muster.register.posts.queries import fte_of_landings
from muster.services.exchange.pages.workbooks import own_texts, written
from tests.integration.loads import BY, CLOCK, file_of, junior, load
from tests.stories import tell_stories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_home")]
ODD = ("half", "full time", "?")
TEXTS = st.sampled_from(("1", "0.5", *ODD))
COLUMN = "Number of Posts in FTE"


@dataclass
class Row:
    """What a row states now, and the figure with which it went on, if it did."""

    text: str
    figure: Decimal | None = None


@dataclass
class Story:
    """What should be true, told by hand."""

    means: dict[str, str] = field(default_factory=dict)
    feeds: dict[uuid.UUID, dict[int, Row]] = field(default_factory=dict)

    def reads(self, text: str) -> Decimal | None:
        text = self.means.get(text, text)
        return None if text in ODD else Decimal(text)

    def goes_on(self, row: Row) -> None:
        if row.figure is None:
            row.figure = self.reads(row.text)

    def waiting(self) -> list[tuple[uuid.UUID, int, Row]]:
        return [
            (feed, number, row)
            for feed, rows in self.feeds.items()
            for number, row in rows.items()
            if row.figure is None
        ]


class MendingMachine(RuleBasedStateMachine):
    """Loads, meanings, corrections, workbooks; checked after each step."""

    @initialize()
    def begin(self) -> None:
        self.story, self.sent = Story(), 0

    @rule(texts=st.lists(TEXTS, min_size=1, max_size=4))
    def a_feed_comes(self, texts: list[str]) -> None:
        self.sent += 1
        name = f"hmt/{2011 + self.sent % 10}-03-31-junior-{self.sent}.csv"
        (landing,) = load({name: file_of(*map(junior, texts))}).fresh
        rows = {number: Row(text) for number, text in enumerate(texts, start=2)}
        self.story.feeds[landing] = rows
        for row in rows.values():
            self.story.goes_on(row)

    @rule(odd=st.sampled_from(ODD), becomes=st.sampled_from(("1", "0.25")))
    def somebody_says_what_a_value_means(self, odd: str, becomes: str) -> None:
        for question in meanings.questions(f"FTE: not a number ({odd})"):
            said = fixing.say_meaning(question, becomes, reason="r", by=BY, clock=CLOCK)
            fixing.let_go_on(said, read, by=BY, clock=CLOCK)
            self.story.means[odd] = becomes
            for _feed, _number, row in self.story.waiting():
                if row.text == odd:
                    self.story.goes_on(row)

    @rule(odd=st.sampled_from(ODD))
    def somebody_takes_it_back(self, odd: str) -> None:
        for said in fixing.fixes():
            if said.stated == odd:
                fixing.undo(fix=said.id, by=BY, clock=CLOCK)
                del self.story.means[odd]

    @rule(which=st.integers(0, 20), text=TEXTS)
    def a_row_is_corrected(self, which: int, text: str) -> None:
        waiting = self.story.waiting()
        if not waiting:
            return
        feed, number, row = waiting[which % len(waiting)]
        if row.text == text:
            return
        view = correcting.row_of(feed, number)
        done = correcting.correct_row(
            view, {COLUMN: text}, reason="r", by=BY, read=read, clock=CLOCK
        )
        row.text = text
        self.story.goes_on(row)
        assert done.went_on == (row.figure is not None)

    @rule(texts=st.lists(TEXTS, min_size=1, max_size=6))
    def many_are_corrected_in_a_workbook(self, texts: list[str]) -> None:
        try:
            handed = hand_out(words=str)
        except NotFound:
            assert not self.story.waiting()
            return
        (sheet,) = handed.sheets
        place = [*sheet.columns.values()].index(COLUMN) + 2
        numbers = [(feed, row) for feed, rows in handed.rows.items() for row in rows]
        for (feed, number), cells, text in zip(numbers, sheet.rows, texts, strict=False):
            cells[place] = text
            row = self.story.feeds[feed][number]
            if row.text != text:
                row.text = text
                self.story.goes_on(row)
        offer = Offer("rows.xlsx", written(handed))
        for _time in range(2):
            came = bring_back(
                offer, reason="r", employer=None, by=BY, read=read, clock=CLOCK, ours=own_texts()
            )
            assert not came.of(Fate.UNKNOWN)
            assert not came.of(Fate.CHANGED_MEANWHILE)
        settled = {Fate.UNCHANGED, Fate.NO_LONGER_WAITS}
        assert {row.fate for row in came.rows} <= settled, "the second time nothing changes"

    @rule(which=st.integers(0, 20))
    def a_feed_is_taken_again(self, which: int) -> None:
        if not self.story.feeds:
            return
        feed = [*self.story.feeds][which % len(self.story.feeds)]
        try:
            again = retaking.take_again(landing=feed, reason="r", by=BY, read=read, clock=CLOCK)
        except Conflict:
            pytest.fail("nothing stands in the way of it")
        rows = self.story.feeds.pop(feed)
        self.story.feeds[again] = rows
        for row in rows.values():
            row.figure = self.story.reads(row.text)

    @rule()
    def everything_is_released_again(self) -> None:
        went_on = release(list(self.story.feeds), read, by=BY, clock=CLOCK)
        waited = len(self.story.waiting())
        for _feed, _number, row in self.story.waiting():
            self.story.goes_on(row)
        assert went_on == waited - len(self.story.waiting())

    @invariant()
    def both_tell_the_same(self) -> None:
        for feed, rows in self.story.feeds.items():
            landing = Landing.objects.get(id=feed)
            waiting = {number for number, row in rows.items() if row.figure is None}
            found = QuarantinedRow.objects.filter(landing=feed)
            assert set(found.values_list("row", flat=True)) == waiting
            figures = [row.figure for row in rows.values() if row.figure is not None]
            assert (landing.rows, landing.accepted) == (len(rows), len(figures))
            assert landing.quarantined == len(waiting)
            assert Decimal(fte_of_landings([feed])).scaleb(-9) == sum(figures)

    def teardown(self) -> None:
        call_command("flush", verbosity=0, interactive=False)


def test_nothing_is_lost_however_rows_are_mended() -> None:
    tell_stories(MendingMachine, stories=6, steps=14)

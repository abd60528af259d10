"""Questions: answered from what stands, undone, answered from a metric that was asked for."""

import uuid

import pytest

from muster.gates.models import Release
from muster.gates.release import cited
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import Conflict, NotPermitted
from muster.services.grid import explore
from muster.services.returns import actions, queries, requesting
from muster.services.returns.models import MetricRequest
from muster.services.returns.rules import Wanted
from tests.integration import returns_world as world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]


@pytest.fixture(autouse=True)
def loaded(fresh_home: object) -> None:
    world.load_all_but_one()


def test_an_answer_by_mistake_is_undone_by_who_asked_and_the_release_stays() -> None:
    number = world.ask()

    def answer() -> str:
        return actions.answer(
            question=number, metric="headcount", dimensions=("grade",), as_at=world.AS_AT,
            purpose="p", by=world.LEADER, clock=SYSTEM_CLOCK,
        )  # fmt: skip

    assert answer() == "metric"
    first = queries.question_of(number)
    assert first is not None
    with pytest.raises(NotPermitted):
        actions.take_up(question=number, by=world.ANALYST, clock=SYSTEM_CLOCK)
    actions.take_up(question=number, by=world.LEADER, clock=SYSTEM_CLOCK)
    again = queries.question_of(number)
    assert again is not None
    assert (again.state, again.releases, again.saved) == ("open", (), 0)
    assert cited(uuid.UUID(first.releases[0])).metric.name == "headcount"
    assert answer() == "metric"


def test_a_question_that_waited_for_a_metric_is_answered_from_it_once_it_is_live() -> None:
    number = world.ask("How many staff?")
    wanted = Wanted("Heads in posts", "People", "one person", ("Grade",), "Public task", "Lead")
    request = requesting.request_metric(
        wanted=wanted, by=world.LEADER, clock=SYSTEM_CLOCK, question=number
    )
    with pytest.raises(Conflict):
        requesting.request_metric(wanted=wanted, by=world.LEADER, clock=SYSTEM_CLOCK)
    requesting.decide_metric(
        request=request, verdict="approved", reason="", by=world.ANALYST, clock=SYSTEM_CLOCK
    )
    MetricRequest.objects.update(title="Headcount")  # as if it were declared by now
    found = queries.request_of(request)
    assert found is not None
    assert found.live
    way = actions.answer(
        question=number, metric="headcount", dimensions=(), as_at=world.AS_AT, purpose="p",
        by=world.LEADER, clock=SYSTEM_CLOCK,
    )  # fmt: skip
    assert way == "new metric"


def test_what_a_metric_counts_is_asked_back_and_said_better() -> None:
    wanted = Wanted("Parrots", "Parrots", "one", (), "Public task", "Lead")
    number = requesting.request_metric(wanted=wanted, by=world.LEADER, clock=SYSTEM_CLOCK)
    with pytest.raises(NotPermitted):
        requesting.decide_metric(
            request=number, verdict="approved", reason="", by=world.LEADER, clock=SYSTEM_CLOCK
        )
    requesting.decide_metric(
        request=number, verdict="asked back", reason="Alive?", by=world.ANALYST, clock=SYSTEM_CLOCK
    )
    requesting.answer_back(
        request=number, counts="Living parrots", by=world.LEADER, clock=SYSTEM_CLOCK
    )
    found = queries.request_of(number)
    assert found is not None
    assert (found.state, found.wanted.counts) == ("waits", "Living parrots")


def test_a_held_answer_is_not_cited_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def answered() -> str:
        return actions.answer(
            question=world.ask(), metric="headcount", dimensions=(), as_at=world.AS_AT,
            purpose="p", by=world.LEADER, clock=SYSTEM_CLOCK,
        )  # fmt: skip

    assert [answered(), answered()] == ["metric", "earlier"]
    Release.objects.update(state="held")
    assert actions.earlier_answer("headcount", (), world.AS_AT) is None
    with pytest.raises(NotPermitted):
        answered()


def test_answers_are_for_the_audience_of_every_page_of_figures() -> None:
    assert actions.AUDIENCE == explore.AUDIENCE


def test_what_a_return_answered_is_cited_with_all_its_tables() -> None:
    number, view = world.opened(("headcount", ("grade",)), ("joiners", ()))
    world.state(view, "50")
    world.sign()
    world.release(number)
    first = queries.return_of(number)
    assert first is not None
    for metric, dimensions in (("headcount", ["grade"]), ("joiners", [])):
        question = world.ask()
        way = actions.answer(
            question=question, metric=metric, dimensions=dimensions, as_at=world.AS_AT,
            purpose="p", by=world.LEADER, clock=SYSTEM_CLOCK,
        )  # fmt: skip
        found = queries.question_of(question)
        assert found is not None
        assert (way, found.cites, found.known) == ("earlier", first.question.number, 3)
        assert found.releases == first.question.releases
    assert actions.earlier_answer("headcount", (), world.AS_AT) is None

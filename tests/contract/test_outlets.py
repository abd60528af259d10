"""What every outlet promises: run on each kind of receiver, and on its fake."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.connectors.outlets import (
    RESULTS,
    Fenced,
    Rehearsed,
    Rehearsing,
    Remembers,
    Shipment,
    Unreachable,
)
from tests.contract.outlet_cases import CASES, REFUSED, Receiver, receiver
from tests.shipments import shipment

ROUTES = itertools.count()
Told = list[tuple[int, str, str]]
PEOPLE = [(3, "s:1", "Ada"), (5, "s:2", "Ben"), (6, "s:1", "Ada Cole"), (9, "s:3", "Cy")]


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Receiver]:
    with receiver(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def transactional(case: Receiver) -> Receiver:
    if not case.transactional:
        pytest.skip("only a transactional receiver knows who wrote to it last")
    return case


def names_of(rows: Told) -> list[tuple[str, str]]:
    return [(subject, name) for _, subject, name in rows]


def by_subject(names: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return names by subject: across subjects no order is promised."""
    return sorted(names, key=lambda each: each[0])


def test_it_says_what_it_is_and_what_it_must_be_told(case: Receiver) -> None:
    said = case.outlet().describe()
    assert said.title
    assert said.effect == ("transactional" if case.transactional else "idempotent")
    named = {setting.name: setting for setting in said.settings}
    assert len(named) == len(said.settings)
    assert all(setting.title for setting in said.settings)
    assert {name for name, one in named.items() if one.secret} <= {"url", "token", "signing_key"}
    assert {name for name, one in named.items() if one.secret}


def test_it_is_well_where_it_can_reach_the_system(case: Receiver) -> None:
    assert case.outlet().health().ready
    health = case.unreachable().health()
    assert not health.ready
    assert health.said


def test_it_hands_messages_over_once_and_in_order(case: Receiver) -> None:
    receipt = case.outlet().deliver(shipment(PEOPLE))
    assert receipt.results.is_empty()
    assert dict(receipt.results.schema) == RESULTS
    assert receipt.had == 0
    assert receipt.acknowledged
    assert by_subject(case.names()) == by_subject(names_of(PEOPLE))


def test_nothing_is_handed_over_where_there_is_nothing(case: Receiver) -> None:
    assert case.outlet().deliver(shipment([])).results.is_empty()
    assert case.names() == []


def test_the_same_shipment_again_changes_nothing(case: Receiver) -> None:
    outlet = case.outlet()
    first, again = outlet.deliver(shipment(PEOPLE)), outlet.deliver(shipment(PEOPLE))
    other = case.outlet().deliver(shipment(PEOPLE, fence=2))
    assert (first.had, again.had, other.had) == (0, 4, 4)
    assert again.results.is_empty()
    assert by_subject(case.names()) == by_subject(names_of(PEOPLE))


def test_of_a_shipment_that_overlaps_only_the_rest_takes_effect(case: Receiver) -> None:
    case.outlet().deliver(shipment(PEOPLE[:2]))
    receipt = case.outlet().deliver(shipment(PEOPLE))
    assert receipt.had == 2
    assert by_subject(case.names()) == by_subject(names_of(PEOPLE))


def test_a_refused_message_keeps_no_other_subject_back(case: Receiver) -> None:
    rows = [*PEOPLE[:1], (4, "s:9", REFUSED), *PEOPLE[1:]]
    receipt = case.outlet().deliver(shipment(rows))
    assert receipt.results["position"].to_list() == [4]
    assert receipt.results["outcome"].to_list() == ["rejected"]
    assert REFUSED not in receipt.results["said"][0]
    assert by_subject(case.names()) == by_subject(names_of(PEOPLE))


def test_what_follows_a_refused_message_in_its_subject_waits(case: Receiver) -> None:
    rows = [(1, "s:1", "Ada"), (2, "s:1", REFUSED), (3, "s:2", "Ben"), (4, "s:1", "Ada Cole")]
    receipt = case.outlet().deliver(shipment(rows))
    assert receipt.results.select("position", "outcome").rows() == [(2, "rejected"), (4, "behind")]
    assert "2" in receipt.results["said"][1]
    assert by_subject(case.names()) == [("s:1", "Ada"), ("s:2", "Ben")]


def rehearsed(case: Receiver, rows: Told) -> Rehearsed:
    outlet = case.outlet()
    assert isinstance(outlet, Rehearsing)
    return outlet.rehearse(shipment(rows))


def test_after_a_rehearsal_the_receiver_holds_nothing_new(case: Receiver) -> None:
    assert case.outlet().describe().rehearsal == ("undone" if case.transactional else "seen")
    for _ in range(2):
        done = rehearsed(case, PEOPLE[:1])
        assert (done.results.height, bool(done.said)) == (0, True)
        assert dict(done.results.schema) == RESULTS
    assert case.names() == []


def test_what_was_rehearsed_is_delivered_as_if_it_had_not_been(case: Receiver) -> None:
    rehearsed(case, PEOPLE[:1])
    outlet = case.outlet()
    first = outlet.deliver(shipment(PEOPLE))
    assert (first.had, first.results.height) == (0, 0)
    rehearsed(case, PEOPLE[:1])
    assert outlet.deliver(shipment(PEOPLE)).had == len(PEOPLE)
    assert by_subject(case.names()) == by_subject(names_of(PEOPLE))


def test_a_rehearsal_tells_what_the_receiver_would_refuse(case: Receiver) -> None:
    done = rehearsed(case, [(1, "s:1", REFUSED)])
    assert done.results["outcome"].to_list() == ["rejected"]
    assert REFUSED not in done.results["said"][0]
    assert case.names() == []


def test_out_of_reach_nothing_is_rehearsed(case: Receiver) -> None:
    outlet = case.unreachable()
    assert isinstance(outlet, Rehearsing)
    with pytest.raises(Unreachable) as raised:
        outlet.rehearse(shipment(PEOPLE[:1]))
    assert "Ada" not in raised.value.said


def test_messages_without_a_subject_wait_for_none(case: Receiver) -> None:
    rows = [(1, "", "Ada"), (2, "", REFUSED), (3, "", "Cy")]
    assert case.outlet().deliver(shipment(rows)).results["position"].to_list() == [2]
    assert case.names() == [("", "Ada"), ("", "Cy")]


def test_where_the_answer_was_lost_refusals_are_told_again(case: Receiver) -> None:
    """Otherwise they would pass for taken, and be lost."""
    rows = [(1, "s:1", REFUSED), (2, "s:2", "Ben"), (3, "s:1", "Ada")]
    first = case.outlet().deliver(shipment(rows))
    again = case.outlet().deliver(shipment(rows))
    assert again.results.select("position", "outcome").rows() == [(1, "rejected"), (3, "behind")]
    assert again.results.equals(first.results)
    assert case.names() == [("s:2", "Ben")]


def test_a_refused_message_takes_effect_when_it_is_sent_again(case: Receiver) -> None:
    rows = [(1, "s:1", REFUSED), (2, "s:2", "Ben"), (3, "s:1", "Ada Cole")]
    case.outlet().deliver(shipment(rows))
    mended = [(1, "s:1", "Ada"), (3, "s:1", "Ada Cole")]
    for _ in range(2):
        receipt = case.outlet().deliver(shipment(mended, again="release-1"))
        assert receipt.results.is_empty()
    assert receipt.had == 2
    assert case.names() == [("s:2", "Ben"), ("s:1", "Ada"), ("s:1", "Ada Cole")]


def test_a_replay_takes_effect_once_more_and_once_only(case: Receiver) -> None:
    case.outlet().deliver(shipment(PEOPLE))
    for again in ("replay-1", "replay-1", "replay-2"):
        case.outlet().deliver(shipment(PEOPLE[1:3], again=again))
    assert case.names().count(("s:2", "Ben")) == 3
    assert case.names().count(("s:1", "Ada")) == 1
    # What was sent again does not stand for how far the route got.
    assert case.outlet().deliver(shipment([(12, "s:5", "Di")])).had == 0
    assert case.names()[-1] == ("s:5", "Di")


def test_refused_again_it_is_told_again(case: Receiver) -> None:
    case.outlet().deliver(shipment([(1, "s:1", REFUSED)]))
    for _ in range(2):
        receipt = case.outlet().deliver(shipment([(1, "s:1", REFUSED)], again="release-1"))
        assert receipt.results["outcome"].to_list() == ["rejected"]
    case.outlet().deliver(shipment([(1, "s:1", "Ada")], again="release-2"))
    assert case.names() == [("s:1", "Ada")]


def test_routes_do_not_count_for_each_other(case: Receiver) -> None:
    case.outlet().deliver(shipment(PEOPLE, route="moves"))
    receipt = case.outlet().deliver(shipment(PEOPLE, route="starters"))
    assert receipt.had == 0
    assert len(case.names()) == 2 * len(PEOPLE)


def test_out_of_reach_nothing_takes_effect(case: Receiver) -> None:
    with pytest.raises(Unreachable) as raised:
        case.unreachable().deliver(shipment(PEOPLE))
    assert raised.value.said
    assert "Ada" not in raised.value.said
    assert case.names() == []
    case.outlet().deliver(shipment(PEOPLE))
    assert len(case.names()) == len(PEOPLE)


def test_whoever_was_overtaken_is_turned_away(transactional: Receiver) -> None:
    old = transactional.outlet()
    old.deliver(shipment(PEOPLE[:1], fence=1))
    transactional.outlet().deliver(shipment(PEOPLE[:2], fence=2))
    for again in ("", "release-1"):
        with pytest.raises(Fenced):
            old.deliver(shipment(PEOPLE, fence=1, again=again))
    assert transactional.names() == names_of(PEOPLE[:2])
    # It fences one route and shard, no other.
    old.deliver(shipment(PEOPLE[:1], fence=1, route="starters"))
    transactional.outlet().deliver(shipment(PEOPLE, fence=2))
    assert transactional.names()[-2:] == names_of(PEOPLE[2:])


def test_a_release_fences_as_well(transactional: Receiver) -> None:
    transactional.outlet().deliver(shipment(PEOPLE[:1], fence=5, again="release-1"))
    with pytest.raises(Fenced):
        transactional.outlet().deliver(shipment(PEOPLE, fence=4))


def test_a_release_does_not_stand_for_what_comes_before_it(transactional: Receiver) -> None:
    transactional.outlet().deliver(shipment(PEOPLE[3:], fence=5, again="release-1"))
    assert transactional.outlet().deliver(shipment(PEOPLE[:3], fence=5)).had == 0
    assert transactional.names() == names_of([*PEOPLE[3:], *PEOPLE[:3]])


def test_an_inbox_tells_what_it_took_and_turns_the_overtaken_away(transactional: Receiver) -> None:
    rows = [(3, "s:1", REFUSED), (4, "s:2", "Ben"), (5, "s:1", "Ada")]
    asked = [*rows, (6, "s:3", "Cy")]
    old, outlet = transactional.outlet(), transactional.outlet()
    assert isinstance(old, Remembers)
    assert isinstance(outlet, Remembers)
    old.deliver(shipment(rows))
    assert outlet.recall(shipment(asked, fence=2)).to_list() == [False, True, False, False]
    # Whoever was overtaken brings nothing more, so the answer stays right.
    with pytest.raises(Fenced):
        old.deliver(shipment(asked))
    with pytest.raises(Fenced):
        old.recall(shipment(asked))
    again = shipment(asked[2:], fence=2, again="release-1")
    assert outlet.recall(again).to_list() == [False, False]
    outlet.deliver(again)
    assert outlet.recall(again).to_list() == [True, True]
    assert outlet.recall(shipment(asked, fence=2)).to_list() == [False, True, False, False]


def test_looking_tells_of_each_message_and_never_guesses(case: Receiver) -> None:
    case.outlet().deliver(shipment(PEOPLE[:2]))
    asked = shipment(PEOPLE).envelopes
    found = case.outlet().look(asked)
    assert found.columns == ["position", "present"]
    assert found["position"].to_list() == asked["position"].to_list()
    assert found["present"].dtype == pl.Boolean
    assert False not in found["present"][:2].to_list()
    assert True not in found["present"][2:].to_list()


@st.composite
def stories(draw: st.DrawFn) -> tuple[Told, list[tuple[int, int]]]:
    """Draw messages, and the ranges in which an unsteady worker hands them over."""
    subjects, names = st.sampled_from(["", "s:1", "s:2"]), st.sampled_from(["Ada", "Ben", REFUSED])
    rows = draw(st.lists(st.tuples(subjects, names), min_size=1, max_size=12))
    told = [(number, subject, name) for number, (subject, name) in enumerate(rows)]
    cuts = draw(st.lists(st.integers(0, len(rows)), max_size=4))
    ends = sorted({*cuts, len(rows)} - {0})
    starts = [draw(st.integers(0, end)) for end in ends]
    reached, ranges = 0, []
    for start, end in zip(starts, ends, strict=True):
        ranges.append((min(start, reached), end))
        reached = end
    return told, ranges


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(story=stories())
def test_however_it_is_cut_and_repeated_it_comes_to_the_same_as_the_fake(
    story: tuple[Told, list[tuple[int, int]]], transactional: Receiver, tmp_path: Path
) -> None:
    rows, ranges = story
    route = f"moves-{next(ROUTES)}"
    before = transactional.names()
    with receiver("fake sql_table", tmp_path) as fake:
        for start, end in ranges:
            part: Shipment = shipment(rows[start:end], route=route)
            real = transactional.outlet().deliver(part)
            pretended = fake.outlet().deliver(part)
            assert real.had == pretended.had
            told = ("position", "outcome")
            assert real.results.select(told).rows() == pretended.results.select(told).rows()
        assert transactional.names()[len(before) :] == fake.names()

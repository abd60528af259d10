"""Where a case may still come to on the diagrams that ship, told in a second way as well."""

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from muster.casework.diagrams.elements import Diagram
from muster.casework.diagrams.reading import read_diagram
from muster.casework.diagrams.ways import Where, stands
from muster.pagekit.cases import deadline_words
from tools.diagrams import sources


def shipped(path: Path) -> Diagram:
    return read_diagram(path.read_bytes(), name=path.name)


DIAGRAMS = tuple(map(shipped, sources()))
[BEFORE] = [one for one in DIAGRAMS if one.process == "transfer_before"]
places = some.sampled_from(DIAGRAMS).flatmap(
    lambda one: some.tuples(
        some.just(one),
        some.frozensets(some.sampled_from(sorted(one.elements))),
        some.frozensets(some.sampled_from(sorted(one.elements)), min_size=1),
    )
)


def test_what_runs_late_is_needed_only_if_it_is_late() -> None:
    done = frozenset({"start", "make_offer", "answer_offer", "accepted", "ask", "collect"})
    state = stands(BEFORE, Where(done, frozenset({"state_details", "release_record"})), going=True)
    assert state["release_record"] == "open"
    assert state["ask"] == "done"
    assert {state[one] for one in ("compare", "sign_joining", "first_day")} == {"to come"}
    needed = ("warn_owner", "warn_both", "settle", "choose")
    assert {state[one] for one in needed} == {"if needed"}
    assert state["remind"] == "not needed"
    assert state["end_declined"] == "not needed"


def test_nothing_is_to_come_where_a_case_does_not_go_on() -> None:
    state = stands(BEFORE, Where(frozenset({"start"}), frozenset({"make_offer"})), going=False)
    assert set(state.values()) == {"done", "not needed"}


@given(places)
def test_reach_is_that_of_every_pair_of_flows(
    place: tuple[Diagram, frozenset[str], frozenset[str]],
) -> None:
    diagram, done, still = place
    leads = {(flow.source, flow.target) for flow in diagram.flows}
    leads |= {(one.attached, one.id) for one in diagram.elements.values() if one.attached}
    for middle, a, b in product(diagram.elements, diagram.elements, diagram.elements):
        if (a, middle) in leads and (middle, b) in leads:
            leads.add((a, b))
    state = stands(diagram, Where(done, still), going=True)
    for key in set(diagram.elements) - done - still:
        reached = any((one, key) in leads for one in still)
        assert (state[key] != "not needed") == reached, key
    assert all(state[key] == "open" for key in still)
    assert all(state[key] == "done" for key in done - still)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("days(1)", "1 day"),
        ("working_days(5)", "5 working days"),
        ("working_days_before(leaving_cut_off, 1)", "1 working day before the leaving cut off"),
        ("on(first_day)", "On the first day"),
        ("", ""),
        ("days(first_day)", "days(first_day)"),
    ],
)
def test_deadlines_are_said_as_people_say_them(text: str, words: str) -> None:
    assert deadline_words(text) == words

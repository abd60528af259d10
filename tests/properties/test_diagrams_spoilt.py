"""Diagrams spoilt at random are refused, or can always end: tried by brute force on the engine.

``check`` plays tokens on flows; here the engine itself tries every choice people can make in
small diagrams, which shares no line with it. Whatever ``check`` accepts never stands still, and
from wherever a case stands it can still end.
"""

import random
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.casework.diagrams.checking import check
from muster.casework.diagrams.reading import read_diagram
from muster.casework.engine.loading import Loaded
from muster.casework.engine.running import Run
from muster.casework.ports import Process
from muster.casework.versions import check_files
from muster.kernel.errors import BadInput
from tests.diagrams import bpmn

ELEMENTS = (
    "s start | t task @A | u task @A | v task @A | x exclusive | y exclusive | e end"
    " | p parallel | q parallel | b boundary on=t due=days(1) {beside} | a action do=a.b"
)
SOUND = (
    "s > x, x > t, x > p, t > y, b > a, a > y, p > u, p > v, u > q, v > q, q > y, y > e, y > x",
    "s > p, p > x, p > u, x > t, x > v, t > y, v > y, y > q, u > q, q > a, a > e, b > y",
    "s > t, t > p, p > u, p > v, u > q, v > q, q > x, x > y, x > t, b > a, a > y, y > e",
)
ANSWERS = [dict(zip("xy", one, strict=True)) for one in product((0, 1, 2), repeat=2)]
LONGEST_WALK, WALKS = 40, 6


def _pairs(flows: str) -> list[tuple[str, str]]:
    return [(one.split()[0], one.split()[2]) for one in flows.split(",")]


def _drawn(flows: list[tuple[str, str]], beside: bool) -> bytes:
    """Return a diagram of the elements that flows touch; the first way of a gateway is default."""
    used = {"b" if "t" in one else "" for pair in flows for one in pair}
    used |= {one for pair in flows for one in pair}
    said = ELEMENTS.format(beside="beside" if beside else "").split(" | ")
    lines, ways = [" | ".join(one for one in said if one[0] in used)], dict[str, int]()
    for source, target in flows:
        number = ways[source] = ways.get(source, -1) + 1
        several = sum(one == source for one, _ in flows) > 1 and source in "xy"
        how = "" if not several else f" if {source} == {number}" if number else " else"
        lines.append(f"{source} > {target}{how}")
    return bpmn("\n".join(lines))


def _spoilt(flows: list[tuple[str, str]], chance: random.Random) -> list[tuple[str, str]]:
    """Lead one or two flows elsewhere, or leave one out or add one."""
    flows = list(flows)
    ends = list("tuvxyepqa")
    for _ in range(chance.randint(1, 2)):
        at = chance.randrange(len(flows))
        source, target = flows[at]
        match chance.choice(("target", "source", "less", "more", "swap")):
            case "target":
                flows[at] = (source, chance.choice(ends))
            case "source":
                flows[at] = (chance.choice([*"xypq"]), target)
            case "less":
                flows.pop(at)
            case "more":
                flows.append((chance.choice([*"xypq"]), chance.choice(ends)))
            case _:
                other = chance.randrange(len(flows))
                (a, b), (c, d) = flows[at], flows[other]
                flows[at], flows[other] = (a, d), (c, b)
    return flows


def _walked(loaded: Loaded, chance: random.Random) -> bool:
    """Take one walk through a case, whatever is chosen; tell whether it came to its end.

    Two hands are never at one task, and whoever meets others at a gateway waits for all of them.
    """
    known = dict(chance.choice(ANSWERS))
    run = Run(loaded, known, lambda _action, _element: None)
    run.proceed()
    for _ in range(LONGEST_WALK):
        if run.ended:
            return True
        run = Run(loaded, known, lambda _action, _element: None, run.keep())
        choices = [*run.tasks(), *run.waiting()]
        assert choices, "it stands still"
        known.update(chance.choice(ANSWERS))
        chosen = chance.choice(choices)
        (run.complete if chosen in run.tasks() else run.fire)(chosen.id)
        run.proceed()
    return False


@settings(max_examples=150)
@given(st.sampled_from(SOUND), st.integers(0, 10**9), st.booleans())
def test_what_is_accepted_can_always_end(flows: str, seed: int, beside: bool) -> None:
    content = _drawn(_spoilt(_pairs(flows), random.Random(seed)), beside)
    try:
        check_files(Process("p", (), {"a.b": ""}, {}, "", ("A",)), {"p": content})
    except BadInput:
        return
    loaded = Loaded("p", {"p": content})
    assert any(_walked(loaded, random.Random(one)) for one in range(WALKS)), content.decode()


@pytest.mark.parametrize("flows", SOUND)
def test_what_was_not_spoilt_is_accepted_and_ends(flows: str) -> None:
    """Control: a diagram that is refused before it is spoilt would show nothing."""
    content = _drawn(_pairs(flows), beside=False)
    check(read_diagram(content, name="p"), actions={"a.b"}, lanes={"A"})
    assert any(_walked(Loaded("p", {"p": content}), random.Random(one)) for one in range(WALKS))


def test_whoever_meets_others_waits_for_all_of_them_each_time_round() -> None:
    text = """
        s start | x exclusive | p parallel | u task @A | v task @A | q parallel | y exclusive
        e end
        s > x > p > u > q > y
        p > v > q
        y > x if again == 1
        y > e else
    """
    loaded = Loaded("p", {"p": bpmn(text)})
    known = {"again": 1}
    run = Run(loaded, known, lambda _action, _element: None)
    run.proceed()
    for turn in range(6):
        known["again"] = int(turn < 5)
        for order in ("uv", "vu")[turn % 2]:
            run = Run(loaded, known, lambda _action, _element: None, run.keep())
            [chosen] = [one for one in run.tasks() if one.element == order]
            run.complete(chosen.id)
            run.proceed()
            assert not run.ended or (turn, order) == (5, "u")
    assert run.ended

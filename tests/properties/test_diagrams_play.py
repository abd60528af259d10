"""Processes of any shape come to their end in the engine, whatever people choose.

Processes are built from blocks (in a row, one of several, side by side, again and again, within
each other, called, with deadlines that interrupt or go beside), are accepted, and are played with
the real engine, which is put away and taken up again between every two steps. Diagrams spoilt at
random are refused, or played through by brute force and never stand still.
"""

from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from muster.casework.diagrams.checking import check
from muster.casework.diagrams.reading import read_diagram
from muster.casework.engine.loading import Loaded
from muster.casework.engine.running import Run
from tests.diagrams import bpmn

Block = tuple[Any, ...]
MOST_STEPS = 60
BRIEF = settings(max_examples=60)


def _deeper(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        st.tuples(st.sampled_from(["row", "one of", "beside each other"]), several),
        st.tuples(st.sampled_from(["again", "within", "called", "with reminder"]), inner),
        st.tuples(st.just("with way out"), inner, inner),
    )


BLOCKS = st.recursive(
    st.sampled_from([("task",), ("action",), ("timer",), ("message",)]), _deeper, max_leaves=7
)


class Drawing:
    """Turns blocks into the compact text of diagrams; a file for each process that is called."""

    def __init__(self, block: Block) -> None:
        self.count, self.files, self.asked = 0, dict[str, bytes](), list[str]()
        self.file("p", block)

    def file(self, process: str, block: Block) -> None:
        lines: list[str] = []
        self.level(block, "", lines)
        self.files[process] = bpmn("\n".join(lines), process)

    def name(self) -> str:
        self.count += 1
        return f"n{self.count}"

    def level(self, block: Block, inside: str, lines: list[str]) -> None:
        start, end = self.name(), self.name()
        lines += [f"{start} start in={inside}", f"{end} end in={inside}"]
        first, last = self.draw(block, inside, lines)
        lines += [f"{start} > {first}", f"{last} > {end}"]

    def draw(self, block: Block, inside: str, lines: list[str]) -> tuple[str, str]:
        """Draw a block; return where it begins and where it ends."""
        kind, *more = block
        name = self.name()
        if kind in ("task", "action", "timer", "message"):
            said = {"task": "@A", "action": "do=a.b", "timer": "due=days(1)", "message": "hears=m"}
            lines.append(f"{name} {kind} {said[kind]} in={inside}")
            return name, name
        if kind == "row":
            ends = [self.draw(one, inside, lines) for one in more[0]]
            lines += [f"{a[1]} > {b[0]}" for a, b in pairwise(ends)]
            return ends[0][0], ends[-1][1]
        if kind in ("one of", "beside each other"):
            return self.branches(kind, more[0], inside, lines)
        if kind == "again":
            return self.loop(more[0], inside, lines)
        return self.nested(name, kind, more, inside, lines)

    def branches(
        self, kind: str, blocks: list[Block], inside: str, lines: list[str]
    ) -> tuple[str, str]:
        gate = "exclusive" if kind == "one of" else "parallel"
        split, join = self.name(), self.name()
        lines.append(f"{split} {gate} in={inside} | {join} {gate} in={inside}")
        self.asked.append(split)
        for number, one in enumerate(blocks):
            first, last = self.draw(one, inside, lines)
            how = "" if gate == "parallel" else f" if {split} == {number}" if number else " else"
            lines += [f"{split} > {first}{how}", f"{last} > {join}"]
        return split, join

    def loop(self, block: Block, inside: str, lines: list[str]) -> tuple[str, str]:
        entry, gate = self.name(), self.name()
        lines.append(f"{entry} exclusive in={inside} | {gate} exclusive in={inside}")
        self.asked.append(gate)
        # Somebody is asked each time round: nothing goes round by itself.
        first, last = self.draw(("row", [("task",), block]), inside, lines)
        after = self.name()
        lines += [f"{after} exclusive in={inside}", f"{entry} > {first}", f"{last} > {gate}",
                  f"{gate} > {entry} if {gate} == 1", f"{gate} > {after} else"]  # fmt: skip
        return entry, after

    def nested(
        self, name: str, kind: str, more: list[Block], inside: str, lines: list[str]
    ) -> tuple[str, str]:
        if kind == "called":
            self.file(f"q{name}", more[0])
            lines.append(f"{name} call of=q{name} in={inside}")
        else:
            lines.append(f"{name} subprocess in={inside}")
            self.level(more[0], name, lines)
        if kind not in ("with reminder", "with way out"):
            return name, name
        event = self.name()
        beside = "beside" if kind == "with reminder" else ""
        lines.append(f"{event} boundary on={name} due=days(3) {beside} in={inside}")
        if kind == "with reminder":
            act, end = self.name(), self.name()
            lines += [f"{act} action do=a.b in={inside} | {end} end in={inside}",
                      f"{event} > {act} > {end}"]  # fmt: skip
            return name, name
        join = self.name()
        first, last = self.draw(more[1], inside, lines)
        lines += [f"{join} exclusive in={inside}", f"{name} > {join}", f"{event} > {first}",
                  f"{last} > {join}"]  # fmt: skip
        return name, join


def _accepted(files: dict[str, bytes]) -> Loaded:
    for key, content in files.items():
        check(read_diagram(content, name=key), actions={"a.b"}, lanes={"A"}, processes=files)
    return Loaded("p", files)


def _taken_up(loaded: Loaded, known: dict[str, int], run: Run) -> Run:
    """Put a case away and take it up again; nothing of it changes, and what is open keeps its id.

    A timer or task is named by its id in the database: were it another one afterwards, nobody could
    do it any more.
    """
    kept = run.keep()
    again = Run(loaded, known, lambda _action, _element: None, kept)
    assert again.keep() == kept
    assert (again.tasks(), again.waiting(), again.ended) == (
        run.tasks(), run.waiting(), run.ended,
    )  # fmt: skip
    return again


def _play(loaded: Loaded, asked: list[str], data: st.DataObject) -> int:
    """Play a case with random choices and then straight to its end; return how many steps."""
    known = dict.fromkeys(asked, 0)
    run = Run(loaded, known, lambda _action, _element: None)
    run.proceed()
    steps = 0
    while not run.ended:
        run = _taken_up(loaded, known, run)
        wild = steps < MOST_STEPS // 4
        tasks, waiting = run.tasks(), run.waiting()
        assert tasks or waiting, "it stands still"
        for one in asked:
            known[one] = data.draw(st.integers(0, 2)) if wild else 0
        chosen = data.draw(st.sampled_from([*tasks, *waiting])) if wild else [*tasks, *waiting][0]
        (run.complete if chosen in tasks else run.fire)(chosen.id)
        run.proceed()
        assert chosen.id not in {one.id for one in (*run.tasks(), *run.waiting())}
        steps += 1
        assert steps < MOST_STEPS, "it never ends"
    assert not run.tasks()
    assert not run.waiting()
    _taken_up(loaded, known, run)
    return steps


@BRIEF
@given(BLOCKS, st.data())
def test_a_process_made_of_blocks_is_accepted_and_always_ends(
    block: Block, data: st.DataObject
) -> None:
    drawing = Drawing(block)
    _play(_accepted(drawing.files), drawing.asked, data)

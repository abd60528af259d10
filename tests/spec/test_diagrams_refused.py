"""What Muster will not run, as people draw it: one thing wrong, and how it is told.

Each line of the table changes one thing in a diagram that is right. The answer names the element,
says what is wrong and what to do about it.
"""

from pathlib import Path

import pytest

from muster.casework.diagrams.checking import check
from muster.casework.diagrams.reading import MOST_BYTES, read_diagram
from muster.casework.ports import Process
from muster.casework.versions import check_files
from muster.kernel.errors import BadInput
from tests.diagrams import bpmn

RIGHT = """
s start | offer task @Manager due=working_days(5) | x exclusive | pay action do=pay.set | e end
late boundary on=offer due=working_days(3) beside | chase action do=pay.set | told end
s > offer > x
x > offer else
x > pay if agreed == True
pay > e
late > chase > told
"""
# what is drawn instead: (in place of what, what is drawn, the element named, what is said)
WRONG: dict[str, tuple[str, str, str, str]] = {
    "a script": ("pay action do=pay.set", "pay scriptTask", "pay", "A scriptTask cannot be run"),
    "a task for nobody in particular": ("pay action do=pay.set", "pay manualTask", "pay",
                                        "A manualTask cannot be run"),
    "a message sent": ("pay action do=pay.set", "pay sendTask", "pay", "cannot be run here"),
    "a gateway of another kind": ("x exclusive", "x inclusiveGateway", "x", "cannot be run here"),
    "a gateway of events": ("x exclusive", "x eventBasedGateway", "x", "cannot be run here"),
    "an action nobody offers": ("pay action do=pay.set", "pay action do=os.remove", "pay",
                                "Nobody offers the action os.remove"),
    "an action without a name": ("pay action do=pay.set", "pay action", "pay", "names no action"),
    "a task in no lane": ("offer task @Manager", "offer task", "offer", "in no lane"),
    "a task in an unknown lane": ("offer task @Manager", "offer task @Cook", "offer",
                                  "Nobody stands in the lane Cook"),
    "no default": ("x > offer else", "x > offer if agreed == False", "x", "no default flow"),
    "a way out without a condition": ("x > pay if agreed == True", "x > pay", "x",
                                      "has no condition"),
    "one way out, with a condition": ("x > offer else\n", "", "x", "no default flow"),
    "an unclear condition": ("agreed == True", "agreed ==", "x", "is not understood"),
    "code in a condition": ("agreed == True", "__import__('os').system('true')", "x",
                            "is not understood"),
    "an attribute in a condition": ("agreed == True", "agreed.__class__", "x",
                                    "is not understood"),
    "a comprehension in a condition": ("agreed == True", "[1 for a in b]", "x",
                                       "is not understood"),
    "an assignment in a condition": ("agreed == True", "(agreed := 1)", "x", "is not understood"),
    "a sum in a condition": ("agreed == True", "agreed + 1 == 2", "x", "is not understood"),
    "a condition on an ordinary flow": ("pay > e", "pay > e if agreed == True", "pay",
                                        "flow that always flows"),
    "a deadline in plain words": ("due=working_days(5)", "due=soon", "offer",
                                  "deadline soon is not understood"),
    "a deadline of the standard": ("due=working_days(3)", "due=P3D", "late", "P3D is not underst"),
    "a deadline in years to come": ("due=working_days(3)", "due=working_days(99999)", "late",
                                    "is not understood"),
    "a deadline that is true": ("due=working_days(3)", "due=days(True)", "late",
                                "is not understood"),
    "a timer without a time": ("on=offer due=working_days(3)", "on=offer", "late", "says no time"),
    "two beginnings": ("s > offer", "s2 start\ns2 > offer\ns > offer", "", "2 start events"),
    "no beginning": ("s start | ", "", "", "leads from or to nothing"),
    "a beginning that waits": ("s start", "s start due=days(1)", "s", "start with a timer"),
    "a way back to the beginning": ("x > offer else", "x > s else", "s", "leads into it"),
    "no end": ("pay > e", "pay > offer", "offer", "could never end"),
    "an element on its own": ("s > offer", "alone task @Manager\nalone > e\ns > offer", "alone",
                              "No case can come here"),
    "a task that leads nowhere": ("pay > e", "", "pay", "0 flows leave it"),
    "a task that splits": (
        "s > offer > x", "s > offer > x\noffer > e", "offer", "2 flows leave it"),
    "a gateway that leads nowhere": ("x > offer else\nx > pay if agreed == True", "", "x",
                                     "Nothing leaves it"),
    "something after the end": ("pay > e", "pay > e\ne > offer", "e", "A flow leaves it"),
    "the same way twice": ("x > offer else", "x > offer else\nx > pay if agreed == 2", "x",
                           "lead to the same element"),
    "an event that sits on nothing": ("on=offer", "on=cloud", "late", "sits on nothing"),
    "an event that sits on an action": ("on=offer", "on=pay", "late", "sits on nothing"),
    "a round that waits for nothing": ("x > offer else", ("x > again else\nagain action do=pay.set"
                                       "\nagain > x"), "", "round here for ever"),
    "one of two ways into a meeting of both": (
        "x > offer else\nx > pay if agreed == True\npay > e",
        ("again task @Manager | both parallel\nx > again else\nx > pay if agreed == True\n"
        "again > both\npay > both\nboth > e"), "both", "could never end"),
    "branches that go back before they meet": (
        "s > offer > x", ("split parallel | more task @Manager | one exclusive\n"
        "s > one > split > offer > x\n"
        "split > more > one"), "", "multiply without end"),
    "a reminder that piles up people's tasks": (
        "chase action do=pay.set", "chase task @Manager", "", "multiply without end"),
    "an unknown process called": ("pay action do=pay.set", "pay call of=payroll", "pay",
                                  "no process payroll"),
    "an empty sub-process": ("pay action do=pay.set", "pay subprocess", "", "0 start events"),
    "a flow into a sub-process": (
        "pay action do=pay.set | e end",
        ("ps start in=pay | pe end in=pay | pt task @Manager in=pay | pay subprocess | e end\n"
        "again task @Manager\nx > again if agreed == 2\nagain > pt\nps > pt > pe"), "again",
        "crosses the border"),
    "a name too long": ("told", "t" * 101, "t" * 40, "more than 100 characters"),
}  # fmt: skip
FILES: dict[str, tuple[bytes, str]] = {
    "a document type": (bpmn(RIGHT, prolog="<!DOCTYPE x>"), "declares entities"),
    "an entity": (bpmn(RIGHT, prolog='<!DOCTYPE x [<!ENTITY a "b">]>'), "declares entities"),
    "hidden in another encoding": (
        bpmn(RIGHT, prolog="<!DOCTYPE x>").decode().encode("utf-16"), "not written in UTF-8"),
    "another encoding without its mark": (
        bpmn(RIGHT, prolog="<!DOCTYPE x>").decode().encode("utf-16-le"), "not written in UTF-8"),
    "another encoding declared": (
        bpmn(RIGHT, prolog='<?xml version="1.0" encoding="cp037"?>'), "not written in UTF-8"),
    "not XML": (b"a move from one employer to another", "is not XML"),
    "nothing": (b"", "is not XML"),
    "another kind of XML": (b"<svg/>", "no BPMN 2.0 diagram"),
    "too large": (bpmn(RIGHT) + b" " * MOST_BYTES, "too large"),
    "two processes": (bpmn(RIGHT).replace(b"<process", b'<process id="q"/><process'),
                      "holds 2 processes"),
    "an element twice": (bpmn(RIGHT).replace(b'id="told"', b'id="e"', 1), "same id"),
    "a repeated task": (bpmn(RIGHT).replace(
        b"</userTask>", b"<standardLoopCharacteristics/></userTask>"), "repeats itself"),
    "data carried along": (bpmn(RIGHT).replace(
        b"</userTask>", b"<ioSpecification/></userTask>"), "carries data"),
    "a data object": (bpmn(RIGHT, extra='<dataObject id="d"/>'), "dataObject cannot be run"),
    "a transaction": (bpmn(RIGHT, extra='<transaction id="d"/>'), "transaction cannot be run"),
    "an end that throws": (bpmn(RIGHT).replace(
        b"</endEvent>", b"<terminateEventDefinition/></endEvent>"), "cannot be run here"),
    "sub-processes without a bottom": (
        bpmn(RIGHT, extra='<subProcess id="x">' * 3000 + "</subProcess>" * 3000), "too deep"),
}  # fmt: skip
CALLS: dict[str, tuple[dict[str, str], str]] = {
    "itself": ({"p": "p"}, "comes back to p"),
    "one that calls it": ({"p": "q", "q": "p"}, "comes back to"),
    "by way of others": ({"p": "q", "q": "r", "r": "q"}, "comes back to"),
}


def refused(content: bytes) -> str:
    with pytest.raises(BadInput) as problem:
        check(read_diagram(content, name="p.bpmn"), actions={"pay.set"}, lanes={"Manager"})
    assert problem.value.fix
    return str(problem.value)


def test_the_diagram_that_is_changed_is_right() -> None:
    check(read_diagram(bpmn(RIGHT), name="p"), actions={"pay.set"}, lanes={"Manager"})


@pytest.mark.parametrize("drawn", WRONG)
def test_one_thing_wrong_is_refused_with_its_element(drawn: str) -> None:
    instead_of, said, element, words = WRONG[drawn]
    assert instead_of in RIGHT
    told = refused(bpmn(RIGHT.replace(instead_of, said)))
    assert words in told
    assert element in told


@pytest.mark.parametrize("file", FILES)
def test_a_file_that_is_no_diagram_is_refused(file: str) -> None:
    content, words = FILES[file]
    assert words in refused(content)


@pytest.mark.parametrize("circle", CALLS)
def test_processes_that_call_each_other_in_a_circle_are_refused(circle: str) -> None:
    calls, words = CALLS[circle]
    files = {
        key: bpmn(f"s start | t task @Manager | c call of={of} | e end\ns > t > c > e", key)
        for key, of in calls.items()
    }
    process = Process("p", (Path("p.bpmn"),), {}, {}, "", ("Manager",))
    with pytest.raises(BadInput, match=words):
        check_files(process, files)


def test_a_default_is_of_the_gateway_that_names_it() -> None:
    """Else another gateway would have one that its case never takes."""
    content = bpmn(RIGHT).replace(b'<userTask id="offer"', b'<userTask default="f2" id="offer"')
    check(read_diagram(content, name="p"), actions={"pay.set"}, lanes={"Manager"})
    other = content.replace(b'<exclusiveGateway id="x" default="f2"', b'<exclusiveGateway id="x"')
    assert "no default flow" in refused(other)

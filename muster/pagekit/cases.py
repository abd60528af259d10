"""Cases as pages draw them: phases as a list, a diagram with what is done and open, deadlines.

For every page that shows a case or a process; ``pagekit/process.html`` draws what is made here.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from muster.casework.diagrams.ways import State
from muster.casework.notifying.colleagues import names
from muster.casework.queries_of_cases import Course, Drawing, Standing
from muster.pagekit.jinja import moment

STATES: dict[State, tuple[Promise, str]] = {
    "done": (gettext_lazy("Done"), "green"),
    "open": (gettext_lazy("Open now"), "yellow"),
    "to come": (gettext_lazy("To come"), "grey"),
    "if needed": (gettext_lazy("Only if needed"), "grey"),
    "not needed": (gettext_lazy("Not needed"), "grey"),
}
_DEADLINE = re.compile(r"(\w+)\((?:(\w+), )?(\w+)\)")


@dataclass(frozen=True)
class ShownStep:
    """One line of the list: what, whose, how it stands in words and colour, and since when."""

    title: str
    lane: str
    words: str
    state: State
    tag: str
    colour: str
    note: str


@dataclass(frozen=True)
class ShownPhase:
    """Lines that stand under one heading; ``now`` tells that one of them is open."""

    title: str
    steps: tuple[ShownStep, ...]
    now: bool


@dataclass(frozen=True)
class ShownDiagram:
    """One diagram, and the links to the others.

    Args:
        title: what it is called.
        href: where its file is.
        said: what stands for the drawing where it cannot be seen.
        done: ids of elements that are done, with spaces between.
        open: ids of those that are open.
        links: text, address and whether it is the one shown; none where there is only one.
    """

    title: str
    href: str
    said: str
    done: str = ""
    open: str = ""
    links: tuple[tuple[str, str, bool], ...] = ()


def phases_shown(course: Course) -> tuple[ShownPhase, ...]:
    """Return the phases of a case as lists of lines."""
    every = [one for phase in course.phases for one in phase.steps]
    called = names({one.by for one in every if one.by})
    return tuple(
        ShownPhase(
            phase.title,
            tuple(_shown(one, called) for one in phase.steps),
            any(one.state == "open" for one in phase.steps),
        )
        for phase in course.phases
    )


def _shown(one: Standing, called: Mapping[str, str]) -> ShownStep:
    tag, colour = STATES[one.state]
    note = ""
    if one.state == "open" and one.due is not None:
        note = _("Until %(when)s") % {"when": moment(one.due)}
    elif one.state == "done":
        said = {"when": moment(one.at), "who": called.get(one.by, "")}
        note = (_("%(when)s, by %(who)s") if said["who"] else "%(when)s") % said
    return ShownStep(one.title, one.lane, one.words, one.state, str(tag), colour, note)


def diagram_shown(
    drawings: Collection[Drawing], *, file: Callable[[str], str], asked: str = "",
    name: str = "diagram",
) -> ShownDiagram:  # fmt: skip
    """Return one of the diagrams of a case or a process, ready to draw.

    Args:
        drawings: all of them, the process's own first.
        file: returns the address of the file of one, by its process.
        asked: the process whose diagram is asked for; otherwise that where the case stands.
        name: what the address calls the choice.
    """
    every = list(drawings)
    here = next((one for one in every if one.open and one is not every[0]), every[0])
    chosen = next((one for one in every if one.process == asked), here)
    links = [(one.title, f"?{name}={one.process}#drawn", one is chosen) for one in every]
    said = _("Diagram of “%(title)s”. The list says the same in words.") % {"title": chosen.title}
    return ShownDiagram(
        chosen.title, file(chosen.process), said, " ".join(chosen.done), " ".join(chosen.open),
        tuple(links) if len(links) > 1 else (),
    )  # fmt: skip


def deadline_words(text: str) -> str:
    """Return a deadline of a diagram as people read it: "5 working days", "on first day"."""
    found = _DEADLINE.fullmatch(text.strip())
    if found is None:
        return text
    verb, field, last = found.groups()
    if verb == "on":
        return _("On the %(day)s") % {"day": last.replace("_", " ")}
    if not last.isdecimal():
        return text
    said = {"number": int(last), "day": (field or "").replace("_", " ")}
    if verb == "days":
        return ngettext("%(number)s day", "%(number)s days", int(last)) % said
    if verb == "working_days":
        return ngettext("%(number)s working day", "%(number)s working days", int(last)) % said
    return (
        ngettext(
            "%(number)s working day before the %(day)s",
            "%(number)s working days before the %(day)s",
            int(last),
        )
        % said
    )

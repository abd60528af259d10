"""What may be done to a build, a release and a report, and when. Pure."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Literal

Linker = Literal["lexical", "hybrid"]
State = Literal["waiting", "running", "stopping", "stopped", "failed", "done"]
ReportKind = Literal["wrong", "synonym"]
ReportState = Literal["open", "accepted", "refused"]

LINKERS: tuple[Linker, ...] = ("lexical", "hybrid")
STATES: tuple[State, ...] = ("waiting", "running", "stopping", "stopped", "failed", "done")
KINDS: tuple[ReportKind, ...] = ("wrong", "synonym")
REPORT_STATES: tuple[ReportState, ...] = ("open", "accepted", "refused")
SILENT_FOR = dt.timedelta(minutes=2)
"""A build of which nothing was heard for so long is taken up by another worker."""
LONGEST_WORDS = 100
FEWEST_ADVERTS = 20
"""A map of fewer adverts says nothing."""


@dataclass(frozen=True)
class BuildSeen:
    """A build as pages show it.

    Args:
        id: of the build.
        asked_by: who asked for it.
        asked_at: when.
        linker: how skills are found.
        files: names of the files of adverts; ``held`` adds the adverts that the hub brought.
        held: whether adverts that employers sent are read.
        lexicon: name of the list of skills that was brought; empty for the one that ships.
        lexicon_adds: whether that list stands beside the one that ships.
        state: where it stands.
        step: what is being done.
        done: so much of ``of`` parts of the step is done.
        of: see ``done``.
        said: what was left out of which file, and why.
        cause: why it failed.
        started_at: when work on it began last.
        ended_at: when it was over.
        release: the number it was published under; None while it is not.
    """

    id: uuid.UUID
    asked_by: str
    asked_at: dt.datetime
    linker: Linker
    files: tuple[str, ...]
    held: bool
    lexicon: str
    lexicon_adds: bool
    state: State
    step: str
    done: int
    of: int
    said: tuple[str, ...]
    cause: str
    started_at: dt.datetime | None
    ended_at: dt.datetime | None
    release: int | None

    @property
    def is_over(self) -> bool:
        return self.state in ("done", "failed", "stopped")


@dataclass(frozen=True)
class PublishedSeen:
    """A release as pages list it: its number, what it was learned from, and its own figures."""

    number: int
    build: uuid.UUID
    digest: str
    adverts: int
    skills: int
    quality: dict[str, float]
    published_by: str
    published_at: dt.datetime
    withdrawn_at: dt.datetime | None
    withdrawn_why: str


@dataclass(frozen=True)
class ReportSeen:
    """What was reported of a skill, and what became of it."""

    id: uuid.UUID
    release: int
    skill: str
    kind: ReportKind
    words: str
    why: str
    state: ReportState
    reported_by: str
    reported_at: dt.datetime
    decided_by: str
    decided_at: dt.datetime | None
    decided_why: str


def taken_up(state: State, heard_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Tell whether a worker may take up a build: it waits, or whoever ran it went silent."""
    if state == "waiting":
        return True
    silent = heard_at is None or now - heard_at > SILENT_FOR
    return state in ("running", "stopping") and silent

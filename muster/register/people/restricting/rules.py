"""Who may know of a restricted person, who may lift a restriction, and how long glass stays broken.

Gender Recognition Act 2004 section 22 makes it an offence to disclose protected information got in
an official capacity: so names of before are hidden from everybody but those named.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Literal, get_args
from uuid import UUID

Kind = Literal["sensitive_post", "protected", "hidden_names"]
KINDS: tuple[Kind, ...] = get_args(Kind)
WHOLE_PERSON: tuple[Kind, ...] = ("sensitive_post", "protected")
HIDDEN_NAMES: Kind = "hidden_names"

SetBecause = Literal["risk assessment", "court order", "police advice", "listed post",
                     "gender recognition", "own request"]  # fmt: skip
LiftedBecause = Literal["risk ended", "left the post", "set in error", "own request"]
GlassBecause = Literal["threat to life", "safeguarding", "pay has stopped", "order of a court"]
Verdict = Literal["justified", "not justified", "follow-up"]
SET_BECAUSE: tuple[SetBecause, ...] = get_args(SetBecause)
LIFTED_BECAUSE: tuple[LiftedBecause, ...] = get_args(LiftedBecause)
GLASS_BECAUSE: tuple[GlassBecause, ...] = get_args(GlassBecause)
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

LONGEST_HOURS = 4


@dataclass(frozen=True)
class Viewer:
    """Who asks about people.

    ``answers`` tells whether they answer for the restrictions of their office; ``office`` is the
    employer whose office that is, None for the central one.
    """

    id: str = ""
    answers: bool = False
    office: UUID | None = None


NOBODY = Viewer()
"""Whoever asks without saying who they are may know of nothing that is restricted."""


@dataclass(frozen=True)
class Hold:
    """A restriction as the question "may they know?" sees it."""

    office: UUID | None
    guardian: str
    knowers: frozenset[str] = frozenset()


def answers_for(viewer: Viewer, hold: Hold) -> bool:
    """Tell whether a viewer is a guardian of a restriction: named, or of the office it is with."""
    named = bool(viewer.id) and viewer.id == hold.guardian
    return named or (viewer.answers and viewer.office == hold.office)


def may_know(viewer: Viewer, hold: Hold, *, glass_broken: bool = False) -> bool:
    """Tell whether a viewer may know of what a restriction hides."""
    return glass_broken or answers_for(viewer, hold) or viewer.id in hold.knowers


def why_not_lift(asked_by: str | None, by: str) -> str:
    """Return what stands against somebody's lifting a restriction; empty if nothing does."""
    if not asked_by:
        return "nobody asked"
    return "own request" if asked_by == by else ""


def until(at: dt.datetime, hours: int) -> dt.datetime:
    """Return when broken glass is whole again.

    Raises:
        ValueError: if it is for no hours, or for more than ``LONGEST_HOURS``.
    """
    if not 1 <= hours <= LONGEST_HOURS:
        raise ValueError(f"glass is broken for 1 to {LONGEST_HOURS} hours")
    return at + dt.timedelta(hours=hours)

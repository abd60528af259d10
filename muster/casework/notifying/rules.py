"""Which notices people may choose to have how, when digests are made, and which way a notice goes.

Two kinds cannot be put off: an escalation, because somebody's pay or move hangs on it by then, and
that one was asked to cover for a colleague. A reminder and a moved deadline may be gathered, but
not switched off: a deadline that nobody knows of is missed.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from muster.kernel.days import LONDON, ONE_DAY
from muster.kernel.working_days import is_working_day

Kind = Literal[
    "task given", "team task", "reminder", "escalation", "deadline moved", "case finished", "cover"
]
KINDS: tuple[Kind, ...] = get_args(Kind)
Rhythm = Literal["at once", "daily", "weekly", "never"]
RHYTHMS: tuple[Rhythm, ...] = get_args(Rhythm)
Way = Literal["email", "sms", "letter"]
Channel = Literal["work email", "personal email", "personal phone", "address"]

DIGEST_AT = dt.time(8)
"""When digests are made and quiet hours end, as clocks in the United Kingdom show it."""
QUIET_FROM = dt.time(18)


@dataclass(frozen=True)
class Offered:
    """What a person may choose for a kind of notice; the first is what holds until they do."""

    rhythms: tuple[Rhythm, ...]

    @property
    def usual(self) -> Rhythm:
        """What holds for who has chosen nothing."""
        return self.rhythms[0]


OFFERED: Mapping[Kind, Offered] = {
    "task given": Offered(("at once", "daily", "weekly", "never")),
    "team task": Offered(("daily", "at once", "weekly", "never")),
    "reminder": Offered(("at once", "daily")),
    "escalation": Offered(("at once",)),
    "deadline moved": Offered(("at once", "daily")),
    "case finished": Offered(("daily", "at once", "weekly", "never")),
    "cover": Offered(("at once",)),
}


@dataclass(frozen=True)
class Choice:
    """What a person chose.

    Args:
        rhythms: by kind; what is missing or not offered is as usual.
        way: how it goes where it can; what cannot go by text goes by email.
        quiet: whether what can wait waits outside working hours.
    """

    rhythms: Mapping[Kind, Rhythm] = field(default_factory=dict)
    way: Literal["email", "sms"] = "email"
    quiet: bool = False

    def rhythm(self, kind: Kind) -> Rhythm:
        """Return when the person is told of a kind; never less than is due to them."""
        chosen = self.rhythms.get(kind)
        offered = OFFERED[kind]
        return chosen if chosen in offered.rhythms else offered.usual

    def without(self) -> "Choice":
        """Return the choice of somebody who wants no more than is due to them."""
        least: dict[Kind, Rhythm] = {
            kind: "never" for kind, offered in OFFERED.items() if "never" in offered.rhythms
        }
        return Choice({**self.rhythms, **least}, self.way, self.quiet)


def goes_at(kind: Kind, choice: Choice, now: dt.datetime) -> dt.datetime | None:
    """Return from when a notice goes by itself; None where it is gathered for a digest.

    Whoever keeps quiet hours gets what can wait at the next morning's start. An escalation does
    not wait.
    """
    if choice.rhythm(kind) != "at once":
        return None
    if kind == "escalation" or not choice.quiet or not is_quiet(now):
        return now
    return next_morning(now)


def is_quiet(now: dt.datetime) -> bool:
    """Tell whether an instant lies outside working hours: nights, weekends, bank holidays."""
    local = now.astimezone(LONDON)
    hours = DIGEST_AT <= local.time() < QUIET_FROM
    return not (hours and is_working_day(local.date()))


def next_morning(now: dt.datetime) -> dt.datetime:
    """Return when the next working day begins, as clocks in the United Kingdom show it."""
    local = now.astimezone(LONDON)
    day = local.date() if local.time() < DIGEST_AT else local.date() + ONE_DAY
    while not is_working_day(day):
        day += ONE_DAY
    return dt.datetime.combine(day, DIGEST_AT, LONDON).astimezone(dt.UTC)


def digest_at(rhythm: Rhythm, written: dt.datetime) -> dt.datetime:
    """Return when a digest takes up what was written at an instant.

    Daily: the next working morning. Weekly: the first working morning of the next week.
    """
    if rhythm != "weekly":
        return next_morning(written)
    day = written.astimezone(LONDON).date()
    monday = day + ONE_DAY * (7 - day.weekday())
    return next_morning(dt.datetime.combine(monday, dt.time(0), LONDON))


def way_for(
    choice: Choice, known: Collection[Channel], *, letter: bool
) -> tuple[Way, Channel] | None:
    """Return how a notice goes and to which of the known channels; None if it cannot.

    Args:
        choice: of the person.
        known: how the person can be reached.
        letter: whether it matters enough for a letter where nothing quicker is known.
    """
    emails: list[tuple[Way, Channel]] = [("email", "work email"), ("email", "personal email")]
    texts: list[tuple[Way, Channel]] = [("sms", "personal phone")]
    order = [*texts, *emails] if choice.way == "sms" else [*emails, *texts]
    if letter:
        order.append(("letter", "address"))
    return next((one for one in order if one[1] in known), None)

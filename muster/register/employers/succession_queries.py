"""Questions about successions: what is stated, and which employers there are today."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from muster.register.employers.models import Employer, Succession
from muster.register.employers.succession import Succession as Passed
from muster.register.employers.succession import ends_today, passed_on


@dataclass(frozen=True)
class Stated:
    """A succession in force. ``successors`` are id and title, the principal one first."""

    id: uuid.UUID
    former: uuid.UUID
    title: str
    day: dt.date
    successors: tuple[tuple[uuid.UUID, str], ...]
    source: str
    stated_by: str
    stated_at: dt.datetime

    @property
    def passed(self) -> Passed:
        """The succession as the rules know it."""
        return Passed(self.former.hex, self.day, tuple(one.hex for one, _ in self.successors))


@dataclass(frozen=True)
class Hint:
    """What the public list says without saying all: no whole day, or no principal successor."""

    former: uuid.UUID
    title: str
    closed: str
    successors: tuple[str, ...]


def listed() -> tuple[Stated, ...]:
    """Return the successions in force, the latest first."""
    rows = Succession.objects.filter(withdrawn_at__isnull=True).select_related("former")
    rows = rows.prefetch_related("successors__employer").order_by("-day", "former__title")
    return tuple(
        Stated(
            row.id, row.former_id, row.former.title, row.day,
            tuple(
                (one.employer_id, one.employer.title)
                for one in sorted(row.successors.all(), key=lambda one: one.place)
            ),
            row.source, row.stated_by, row.stated_at,
        )
        for row in rows
    )  # fmt: skip


def succession(wanted: uuid.UUID) -> Stated | None:
    """Return one succession in force, or None."""
    return next((one for one in listed() if one.id == wanted), None)


def standing() -> tuple[Passed, ...]:
    """Return the successions in force, as the rules know them."""
    return tuple(one.passed for one in listed())


def employers_today(employers: Iterable[str]) -> dict[str, str]:
    """Return the employers of today that others count under, by title.

    Args:
        employers: hexadecimal ids of employers as they were.

    Returns:
        Hexadecimal id and title.
    """
    passed = standing()
    ends = {end for one in employers for end in ends_today(one, passed)}
    named = Employer.objects.filter(id__in=[uuid.UUID(one) for one in ends])
    return {one.id.hex: one.title for one in named.order_by("title", "key")}


def complete_today(
    returned: Iterable[str], missing: Iterable[uuid.UUID], on: dt.date
) -> dict[str, str]:
    """Return the employers of today whose figures for a day are whole, by title.

    An employer of today is left out, as one without a return is, while a return is missing from any
    employer that counts under it: a part would pass for the whole.

    Args:
        returned: hexadecimal ids of employers that made a return for the day.
        missing: employers that were there on the day and made none.
        on: the day.
    """
    passed = standing()
    lacking = (one.hex for one in missing if not passed_on(one.hex, on, passed))
    short = {end for one in lacking for end in ends_today(one, passed)}
    return {one: title for one, title in employers_today(returned).items() if one not in short}


def awaited(missing: Collection[tuple[uuid.UUID, str]], on: dt.date) -> tuple[str, ...]:
    """Return the titles of employers from which a return for a day is missing.

    An employer that had passed its functions on by that day is not awaited. Where another employer
    of today is incomplete for the lack of it, that one is named as well.

    Args:
        missing: id and title of employers that sent something once, and nothing for the day.
        on: the day.
    """
    passed = standing()
    found = []
    for one, title in missing:
        if passed_on(one.hex, on, passed):
            continue
        ends = ends_today(one.hex, passed) - {one.hex}
        today = sorted(employers_today(ends).values()) if ends else []
        found.append(f"{title} (today {', '.join(today)})" if today else title)
    return tuple(found)


def hints() -> tuple[Hint, ...]:
    """Return closed employers of the public list with successors of which nothing is stated."""
    known = set(Succession.objects.values_list("former_id", flat=True))
    titles = dict(Employer.objects.values_list("key", "title"))
    closed = Employer.objects.filter(status="closed").exclude(superseded_by=[]).order_by("title")
    return tuple(
        Hint(
            one.id, one.title, one.closed, tuple(titles.get(key, key) for key in one.superseded_by)
        )
        for one in closed
        if one.id not in known
    )

"""A person's values as tables: what counts on a day and why, what changed, what differs.

For HR of one employer these are made of its own sources alone; where its word does not count, or
may not, it is told that another employer says otherwise, and nothing more.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import LONDON, ONE_DAY, legal_day
from muster.pagekit.jinja import day, short_day
from muster.pagekit.tables import Cell, Column, Paging, Table, table
from muster.pagekit.views import PageRequest
from muster.register.employers.queries import titles
from muster.register.people.person_record import Believed, PersonRecord
from muster.register.people.survivorship.rules import (
    FIELDS as ORDER,
)
from muster.register.people.survivorship.rules import (
    Value,
    otherwise,
    status_of_nino,
)
from muster.register.people.survivorship.table import rules
from muster.register.people.survivorship.told import Change, Key, Told, compared, told_of
from muster.services.people.forms import DatesAsked
from muster.services.people.pages.value_words import (
    ELSEWHERE,
    FIELDS,
    STATUSES,
    lost_words,
    source_words,
    value_words,
    why_words,
)
from muster.services.people.record import Trace, source_cell

CORRECTIONS = "/myself/corrections"
# By fact: which of its fields its person disputes, and since when.
Disputes = Mapping[uuid.UUID, tuple[tuple[str, dt.datetime], ...]]
# What the fields are called of which a correction can be asked for.
_ASKED_FOR: Mapping[str, tuple[str, ...]] = {
    "legal_name": ("surname", "forenames"), "employed_since": ("employed_from",),
}  # fmt: skip


@dataclass(frozen=True)
class Dates:
    """The days a reader asks about; ``known`` is the end of a day, None is now."""

    as_at: dt.date
    known: dt.datetime | None = None
    known_day: dt.date | None = None
    other: dt.date | None = None

    @classmethod
    def asked(cls, form: DatesAsked) -> "Dates":
        """Return the dates of a form; what is wrong in it counts as not asked."""
        today = legal_day(SYSTEM_CLOCK.now())
        form.is_valid()
        said = form.cleaned_data
        known = said.get("known")
        known = known if known and known < today else None
        return cls(said.get("as_at") or today, known and end_of(known), known, said.get("other"))


@dataclass(frozen=True)
class Seen:
    """What may be seen of what is said of a person: all of it, or one employer's own word."""

    whole: Told
    own: Told
    employers: Mapping[str, str]
    history: Mapping[str, Believed]

    def values(self, on: dt.date, known: dt.datetime | None) -> dict[Key, Value]:
        """Return the values that may be seen, in the order of the fields."""
        found = self.own.values(on, known)
        return dict(sorted(found.items(), key=lambda one: (ORDER.index(one[0][0]), one[0][1])))

    def elsewhere(self, on: dt.date, known: dt.datetime | None) -> set[Key]:
        """Return the fields of which another employer says otherwise, as far as it matters."""
        if self.own is self.whole:
            return set()
        whole = self.whole.values(on, known)
        return {key for key, value in self.own.values(on, known).items()
                if otherwise(whole[key], value)}  # fmt: skip


def end_of(one: dt.date) -> dt.datetime:
    """Return the last instant of a legal day."""
    midnight = dt.datetime.combine(one + ONE_DAY, dt.time(), LONDON)
    return midnight.astimezone(dt.UTC) - dt.timedelta(microseconds=1)


def seen_of(record: PersonRecord, employer: uuid.UUID | None = None) -> Seen:
    """Return what may be seen of a record, as far as the reader may know of it.

    Args:
        record: all of it that the reader may know of, other employers' facts among it.
        employer: whose HR reads it; None for the person.
    """
    whole = told_of(record)
    own = whole if employer is None else whole.of(employer.hex)
    ids = {uuid.UUID(hex=one.employer) for one in own.holders.values()}
    named = {one.hex: title for one, title in titles(list(ids)).items()}
    return Seen(whole, own, named, _believed(record))


def values_table(
    request: PageRequest, seen: Seen, dates: Dates, *, to: Trace, disputes: Disputes, own: bool
) -> Table:
    """Return what counts on a day: value, since when, from where, why, and what others say.

    Args:
        request: the page's.
        seen: what may be seen.
        dates: the day, and as known when.
        to: the address of the page that tells where a fact came from.
        disputes: what its person disputes.
        own: whether the person reads it, who is offered to say in each row that it is wrong.
    """
    elsewhere = seen.elsewhere(dates.as_at, dates.known)
    values = seen.values(dates.as_at, dates.known)
    several = len({employer for _field, employer in values if employer}) > 1
    rows = []
    for key, value in values.items():
        others = [lost_words(lost, seen.employers) for lost in value.others]
        others += [str(ELSEWHERE)] if key in elsewhere else []
        since = _disputed(value, disputes)
        others += [_("The person disputes this since %(date)s.") % {"date": day(since)}] * (
            since is not None and not own
        )
        status = ""
        if value.field == "nino":
            status = str(STATUSES[status_of_nino(value, rules().fields["nino"])])
        why = why_words(value)
        row = [
            Cell(field_words(key, seen.employers, several=several)),
            Cell(value_words(value.shown), note=status),
            short_day(value.shown.since),
            _from(value, seen, to),
            Cell(_("Not settled"), tag="yellow", note=" ".join([why, *others]))
            if value.unsettled
            else Cell(why, note=" ".join(others)),
        ]
        rows.append([*row, _wrong(value, since)] if own else row)
    return table(
        request,
        caption=_("What counts on %(date)s") % {"date": day(dates.as_at)},
        columns=[
            Column(_("What")),
            Column(_("Value")),
            Column(_("Since")),
            Column(_("Where did this come from?")),
            Column(_("Why this one, and what others say")),
            *([Column(_("Is it wrong?"))] if own else []),
        ],
        rows=rows,
        empty=_("Nothing is known for this day."),
    )


def changes_table(
    request: PageRequest, changes: Sequence[Change], seen: Seen, paging: Paging, *, to: Trace
) -> Table:
    """Return what came to hold on which day, one page of it."""
    found = changes[paging.offset : paging.offset + paging.size]
    return table(
        request,
        caption=_("What changed, and when"),
        columns=[
            Column(_("From")),
            Column(_("What")),
            Column(_("Before")),
            Column(_("Then")),
            Column(_("Where did this come from?")),
        ],
        rows=[
            (
                short_day(one.day),
                field_words((one.field, one.employer), seen.employers, several=True),
                value_words(one.before.shown) if one.before else _("Not stated"),
                value_words(one.after.shown) if one.after else _("No longer stated"),
                _from(one.after, seen, to) if one.after else "",
            )
            for one in found
        ],
        empty=_("Nothing is known to have changed."),
    )


def comparison_table(request: PageRequest, seen: Seen, dates: Dates, *, to: Trace) -> Table | None:
    """Return what differs between two days; None if no other day is asked for."""
    if dates.other is None:
        return None
    first, second = sorted((dates.as_at, dates.other))
    before, after = (seen.values(one, dates.known) for one in (first, second))
    rows = [
        (
            field_words((one.field, one.employer), seen.employers, several=True),
            value_words(one.before.shown) if one.before else _("Not stated"),
            value_words(one.after.shown) if one.after else _("Not stated"),
            _from(one.after, seen, to) if one.after else "",
        )
        for one in compared(before, after, second)
    ]
    return table(
        request,
        caption=_("What differs between the two days"),
        columns=[
            Column(_("What")),
            Column(day(first)),
            Column(day(second)),
            Column(_("Where did this come from?")),
        ],
        rows=rows,
        empty=_("Nothing differs between these two days."),
    )


def field_words(key: Key, employers: Mapping[str, str], *, several: bool) -> str:
    """Return what a field is called, and of which employer it is where there are several."""
    field, employer = key
    words = str(FIELDS[field])
    return f"{words}, {employers.get(employer, '')}" if employer and several else words


def _from(value: Value, seen: Seen, to: Trace) -> Cell:
    believed = seen.history.get(value.shown.fact)
    whose = source_words(value.shown, seen.employers)
    if believed is None:
        return Cell(whose)
    cell = source_cell(believed, to)
    words = f"{cell.note}, {whose}" if cell.note else whose
    return Cell(cell.text, cell.href, note=words, unseen=str(FIELDS[value.field]))


def _disputed(value: Value, disputes: Disputes) -> dt.date | None:
    """Return since when a value is disputed; None if it is not."""
    if not value.shown.fact:
        return None
    names = _ASKED_FOR.get(value.field, (value.field,))
    asked = disputes.get(uuid.UUID(hex=value.shown.fact), ())
    return min((legal_day(at) for name, at in asked if name in names), default=None)


def _wrong(value: Value, since: dt.date | None) -> Cell | str:
    if not value.shown.fact:
        return ""
    what = str(FIELDS[value.field])
    if since is not None:
        words = _("Since %(date)s") % {"date": short_day(since)}
        return Cell(_("You dispute this"), CORRECTIONS, note=words, unseen=what)
    name = _ASKED_FOR.get(value.field, (value.field,))[0]
    query = {"fact": str(uuid.UUID(hex=value.shown.fact)), "field": name}
    return Cell(_("This is wrong"), f"{CORRECTIONS}/new?{urlencode(query)}", unseen=what)


def _believed(record: PersonRecord) -> dict[str, Believed]:
    history = record.history
    found: list[Believed] = [one.believed for one in history.names]
    found += [one.believed for one in history.identifiers]
    for job in history.employments:
        found.append(job.believed)
        found += [one.believed for one in job.assignments]
    return {one.id.hex: one for one in found}


def person_trace(person: uuid.UUID | None) -> Trace:
    """Return the way to where a fact came from; None is the reader's own record."""

    def to(fact: uuid.UUID) -> str:
        if person is None:
            return reverse("people:own-origin", args=[fact])
        return reverse("people:origin", args=[person, fact])

    return to

"""What pages ask of questions, metrics asked for and returns: plain types, never querysets.

No figure leaves here but what an employer's own officers stated themselves, for them alone. Other
numbers are of employers, days and minutes.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from django.db.models import Q, QuerySet

from muster.gates.metrics import declared
from muster.kernel.days import legal_day
from muster.kernel.metrics import Metric
from muster.services.returns.actions import earlier_answer
from muster.services.returns.answering import cells_of
from muster.services.returns.metrics import PREFIX, declared_as
from muster.services.returns.models import (
    Ask,
    Assumption,
    Item,
    MetricRequest,
    Question,
    Return,
    StatedCell,
)
from muster.services.returns.returning import minutes_now
from muster.services.returns.rules import (
    ANSWERED,
    Proposal,
    Wanted,
    alike,
    counts_people,
    declaration,
    name_of,
    propose,
    saved_minutes,
    written_figure,
)
from muster.services.returns.standing import dates_of, offers

_ALIKE = 0.5
_MOST_ALIKE = 3
_LOOKED_AT = 500


@dataclass(frozen=True)
class QuestionView:
    """A question. ``minutes`` is what one employer is taken to spend on a return."""

    number: int
    words: str
    why: str
    for_whom: str
    needed_by: dt.date
    asked_by: str
    asked_on: dt.date
    state: str
    way: str
    metric: str
    dimensions: tuple[str, ...]
    as_at: dt.date | None
    releases: tuple[str, ...]
    cites: int | None
    known: int
    asked_of: int
    note: str
    answered_by: str
    answered_on: dt.date | None
    minutes: int
    asked_in: int | None = None
    request: int | None = None

    @property
    def days(self) -> int | None:
        """How many days the answer took; None while there is none."""
        return (self.answered_on - self.asked_on).days if self.answered_on else None

    @property
    def saved(self) -> int:
        """Minutes that employers did not spend."""
        asked = self.state == ANSWERED or self.asked_in is not None
        return saved_minutes(
            known=self.known if asked else 0, asked=self.asked_of, minutes=self.minutes
        )


def questions(
    words: str = "", state: str = "", way: str = "", *, start: int = 0, limit: int = 50
) -> tuple[int, tuple[QuestionView, ...]]:
    """Return how many questions there are, and one page of them, the newest first."""
    found = _whole().filter(**({"state": state} if state else {}))
    found = found.filter(way=way) if way else found
    for word in words.split()[:10]:
        found = found.filter(
            Q(words__icontains=word) | Q(why__icontains=word) | Q(for_whom__icontains=word)
        )
    now = minutes_now()
    page = found.order_by("-number")[start : start + limit]
    return found.count(), tuple(_question(one, now) for one in page)


def question_of(number: int) -> QuestionView | None:
    """Return one question, or None."""
    found = _whole().filter(number=number).first()
    return None if found is None else _question(found, minutes_now())


def _whole() -> QuerySet[Question]:
    """Return questions with what belongs to them, in as few statements for many as for one."""
    return Question.objects.select_related("asked_in").prefetch_related("requests")


def _question(one: Question, now: int) -> QuestionView:
    returned: Return | None = getattr(one, "asked_in", None)
    request = max((each.number for each in one.requests.all()), default=None)
    return QuestionView(
        one.number, one.words, one.why, one.for_whom, one.needed_by, one.asked_by,
        legal_day(one.asked_at), one.state, one.way, one.metric, _parts(one.dimensions), one.as_at,
        tuple(one.releases), one.cites, one.known, one.asked_of, one.note, one.answered_by,
        legal_day(one.answered_at) if one.answered_at else None,
        returned.minutes if returned else now, returned.number if returned else None,
        request,
    )  # fmt: skip


@dataclass(frozen=True)
class Proposed:
    """A metric that may answer, by what the question names, at a date; ``cites`` an answer."""

    metric: Metric
    dimensions: tuple[str, ...]
    dates: tuple[dt.date, ...]
    cites: int | None


def proposals(words: str, *, but: int = 0, also: str = "") -> tuple[Proposed, ...]:
    """Return the metrics that may answer a question, each with its dates, the latest first.

    ``also`` names one that the reader chose beside them.
    """
    found = []
    offered = propose(words, offers())
    if also in declared() and also not in {one.name for one in offered}:
        offered = (Proposal(also, (), 0), *offered)
    for one in offered:
        dates = dates_of(one.name)
        if dates:
            before = earlier_answer(one.name, one.dimensions, dates[0], but=but)
            cites = before.number if before else None
            found.append(Proposed(declared()[one.name], one.dimensions, dates, cites))
    return tuple(found)


def answerable() -> tuple[tuple[str, str], ...]:
    """Return the name and title of every metric that a question can be answered from."""
    found = [(one.name, one.title) for one in offers()]
    return tuple(sorted(found, key=lambda one: one[1]))


def asked_before(words: str, *, but: int = 0) -> tuple[QuestionView, ...]:
    """Return answered questions that say much the same, the likest first."""
    answered = _whole().filter(state=ANSWERED).exclude(number=but).order_by("-number")
    near = [(alike(words, one.words), one) for one in answered[:_LOOKED_AT]]
    close = sorted((pair for pair in near if pair[0] >= _ALIKE), key=lambda pair: -pair[0])
    now = minutes_now()
    return tuple(_question(one, now) for _, one in close[:_MOST_ALIKE])


@dataclass(frozen=True)
class RequestView:
    """A metric that is asked for. It is ``live`` once engineers have declared it."""

    number: int
    question: int | None
    wanted: Wanted
    seconds: int | None
    state: str
    reason: str
    asked_by: str
    asked_on: dt.date
    decided_by: str
    decided_on: dt.date | None
    live: bool
    declaration: str


def requests() -> tuple[RequestView, ...]:
    """Return the metrics that are asked for: those that wait first, then the newest."""
    found = MetricRequest.objects.order_by("-number")
    return tuple(sorted(map(_request, found), key=lambda one: one.state != "waits"))


def request_of(number: int) -> RequestView | None:
    """Return one metric that is asked for, or None."""
    found = MetricRequest.objects.filter(number=number).first()
    return None if found is None else _request(found)


def median_seconds() -> int | None:
    """Return how long asking for a metric took in the middle; None if that is not known."""
    found = MetricRequest.objects.values_list("seconds", flat=True)
    took = [seconds for seconds in found if seconds is not None]
    return round(median(took)) if took else None


def _request(one: MetricRequest) -> RequestView:
    wanted = Wanted(
        one.title, one.counts, one.grain, tuple(one.dimensions), one.lawful_basis, one.owner
    )
    return RequestView(
        one.number, one.question_id, wanted, one.seconds, one.state, one.reason, one.asked_by,
        legal_day(one.asked_at), one.decided_by,
        legal_day(one.decided_at) if one.decided_at else None,
        name_of(one.title) in declared(), declaration(wanted),
    )  # fmt: skip


@dataclass(frozen=True)
class TableAsked:
    """A table that an employer states: its cells by key and label, and what stands in them."""

    item: int
    title: str
    unit: str
    by: tuple[str, ...]
    cells: tuple[tuple[str, str], ...]
    people_too: bool
    stated: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class AskView:
    """What one employer is asked."""

    id: uuid.UUID
    of: int
    title: str
    words: str
    as_at: dt.date
    deadline: dt.date
    state: str
    version: int
    source: str
    stated_by: str
    signed_by: str
    reminders: int
    metrics: tuple[str, ...]
    open: bool


@dataclass(frozen=True)
class ItemView:
    """A table of a return: what it is of, and the releases that left for it."""

    title: str
    by: tuple[str, ...]
    releases: tuple[str, ...]


@dataclass(frozen=True)
class ReturnView:
    """A return: what was asked of whom, and how far it is."""

    number: int
    question: QuestionView
    as_at: dt.date
    deadline: dt.date
    extended_because: str
    stood: int
    minutes: int
    state: str
    closed_because: str
    items: tuple[ItemView, ...]
    asks: tuple[AskView, ...]

    def count(self, *states: str) -> int:
        """Return how many employers' asks are in these states."""
        return sum(one.state in states for one in self.asks)


def return_of(number: int) -> ReturnView | None:
    """Return one return, or None."""
    found = Return.objects.filter(number=number).select_related("question").first()
    if found is None:
        return None
    items = tuple(
        ItemView(
            title_of(one.metric),
            dimension_titles(one.metric, one.dimensions),
            tuple(one.releases),
        )
        for one in found.items.order_by("id")
    )
    asks = _asks().filter(of=number).order_by("title", "id")
    return ReturnView(
        found.number, _question(found.question, minutes_now()), found.as_at, found.deadline,
        found.extended_because, found.stood, found.minutes, found.state, found.closed_because,
        items, tuple(map(_ask, asks)),
    )  # fmt: skip


def open_returns() -> tuple[ReturnView, ...]:
    """Return the returns under way, the one that is due first foremost."""
    numbers = Return.objects.filter(state="open").order_by("deadline", "number")
    found = (return_of(one) for one in numbers.values_list("number", flat=True))
    return tuple(one for one in found if one is not None)


def asks_of(employer: uuid.UUID, *, owed: bool = False) -> tuple[AskView, ...]:
    """Return what an employer is asked, the soonest due first; only what it owes if asked for."""
    found = _asks().filter(employer=employer)
    if owed:
        found = found.filter(of__state="open", state__in=("asked", "stated"))
    return tuple(map(_ask, found.order_by("-of__state", "of__deadline", "id")))


def ask_of(ask: uuid.UUID, *, employer: uuid.UUID) -> AskView | None:
    """Return one ask of an employer, or None."""
    found = _asks().filter(id=ask, employer=employer).first()
    return None if found is None else _ask(found)


def tables_of(ask: AskView) -> tuple[TableAsked, ...]:
    """Return the tables an employer states, with what its officers stated so far."""
    missing = Ask.objects.values_list("missing", flat=True).get(id=ask.id)
    found = []
    for item in Item.objects.filter(id__in=missing).order_by("id"):
        metric = declared()[item.metric]
        rows = StatedCell.objects.filter(ask=ask.id, item=item)
        stated = {
            key: (written_figure(value, metric.scale), str(people))
            for key, value, people in rows.values_list("key", "value", "people")
        }
        found.append(
            TableAsked(
                item.pk, metric.title, metric.unit, dimension_titles(item.metric, item.dimensions),
                tuple(cells_of(item.metric, _parts(item.dimensions), ask.as_at)),
                not counts_people(declared_as(metric)), stated,
            )
        )  # fmt: skip
    return tuple(found)


def _asks() -> QuerySet[Ask]:
    return Ask.objects.select_related("of__question").prefetch_related("of__items")


def _ask(one: Ask) -> AskView:
    items = {item.pk: item for item in one.of.items.all()}
    return AskView(
        one.id, one.of_id, one.title, one.of.question.words, one.of.as_at, one.of.deadline,
        one.state, one.version, one.source, one.stated_by, one.signed_by, one.reminders,
        tuple(title_of(items[each].metric) for each in one.missing if each in items),
        one.of.state == "open",
    )  # fmt: skip


class AssumptionView(NamedTuple):
    """What one employer is taken to spend on one return; nobody has declared the first."""

    minutes: int
    why: str
    set_by: str
    set_on: dt.date | None


def assumption() -> AssumptionView:
    """Return the assumption in force."""
    latest = Assumption.objects.order_by("-id").first()
    if latest is None:
        return AssumptionView(minutes_now(), "", "", None)
    return AssumptionView(latest.minutes, latest.why, latest.set_by, legal_day(latest.set_at))


def title_of(metric: str) -> str:
    """Return what a metric is called; what is no longer declared, by its name."""
    found = declared().get(metric.removeprefix(PREFIX))
    return found.title if found else metric


def dimension_titles(metric: str, dimensions: str | Sequence[str]) -> tuple[str, ...]:
    """Return what dimensions of a metric are called; as kept, or one by one."""
    names = _parts(dimensions) if isinstance(dimensions, str) else dimensions
    chosen = declared().get(metric)
    found = [(chosen.dimension(one) if chosen else None) for one in names]
    return tuple(each.title if each else one for each, one in zip(found, names, strict=True))


def _parts(dimensions: str) -> tuple[str, ...]:
    return tuple(part for part in dimensions.split(",") if part)

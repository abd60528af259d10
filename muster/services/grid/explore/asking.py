"""From an address to a question: what is asked, what cannot be answered, what to choose instead.

An address is typed, shared and kept for years, so none of it is taken for granted. What can be
left out or moved to the nearest that exists is, with a note on the page; what contradicts itself is
a problem, and no figures are shown until it is mended.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from muster.gates.disclosure import MOST_DIMENSIONS
from muster.gates.metrics import declared, metric_named
from muster.kernel.metrics import Metric
from muster.pagekit.jinja import day
from muster.services.grid.explore import DATE
from muster.services.grid.explore.known import Known, known_of, named, with_employers_at
from muster.services.grid.explore.themes import by_theme

EMPLOYER = "employer"
NOTHING = "none"
"""What an address states for no breakdown at all: the total alone."""
MOST_EMPLOYERS = 5
MOST_DATES = 60
"""So many dates are shown of a period: the latest of them."""


@dataclass(frozen=True)
class Address:
    """What an address states, as text. ``by`` may name the date, as addresses once did."""

    metric: str = ""
    by: tuple[str, ...] = ()
    as_at: str = ""
    since: str = ""
    employers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Problem:
    """What stops an answer: which box of the form, and what to choose instead."""

    field: str
    text: str


@dataclass(frozen=True)
class Question:
    """What is asked. ``since`` is None for one date, else the first of a period up to ``as_at``.

    ``by`` is as chosen; ``dimensions`` are those of the table that answers it. ``employers`` are
    codes with titles, those to be compared; none for all.
    """

    metric: Metric
    by: tuple[str, ...]
    as_at: dt.date | None
    since: dt.date | None = None
    employers: Mapping[str, str] = field(default_factory=dict)
    known: Known = Known((), None, {})  # noqa: RUF009 - frozen, and empty
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The table that answers it: comparing employers is a breakdown like others."""
        compared = bool(self.employers) and EMPLOYER not in self.by
        return (EMPLOYER, *self.by) if compared else self.by

    @property
    def steady(self) -> bool:
        """Whether figures are by what a person is or believes: they may lag and be a little off."""
        by = [self.metric.dimension(name) for name in self.by]
        protected = self.metric.profile == "protected"
        return protected and any(one.characteristic for one in by if one)

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """The dates that are shown, the earliest first."""
        if self.as_at is None:
            return ()
        if self.since is None:
            return (self.as_at,)
        within = [one for one in self.known.dates if self.since <= one <= self.as_at]
        return tuple(within[-MOST_DATES:])


def ask(address: Address) -> Question:
    """Return the question an address states; what it leaves out is chosen for it.

    Raises:
        NotFound: if the metric is not declared.
    """
    metric = metric_named(address.metric) if address.metric else _first()
    known = known_of(metric)
    stated = {address.as_at, address.since}
    dates = [one for one in known.dates if one.isoformat() in stated]
    return question_of(metric, with_employers_at(known, metric, dates), address)


def _first() -> Metric:
    """Return the figure of the first theme that has any of which there are the latest figures."""
    themes = list(by_theme(declared().values()).values())
    for held in themes:
        dated = [(shown, one) for one in held if (shown := known_of(one).first_shown)]
        if dated:
            return max(dated, key=lambda pair: pair[0])[1]
    return themes[0][0]


def question_of(metric: Metric, known: Known, address: Address) -> Question:
    """Return the question an address states of a metric of which so much is known."""
    notes: list[str] = []
    by = _by(metric, address.by, notes)
    over_dates = DATE in address.by or bool(address.since)
    as_at = _date(address.as_at, known, known.first_shown, notes)
    if DATE in address.by and not address.as_at:
        as_at = known.dates[-1] if known.dates else None
    since = None
    if over_dates and as_at is not None:
        since = _date(address.since, known, known.dates[0], notes)
    employers = _employers(metric, known, address.employers, notes)
    asked = Question(metric, by, as_at, since, employers, known)
    if len(asked.dates) == MOST_DATES:
        notes.append(_("The latest %(most)s dates of the period are shown.") % {"most": MOST_DATES})
    return Question(
        metric, by, as_at, since, employers, known, tuple(notes), tuple(_problems(asked))
    )


def _by(metric: Metric, stated: Sequence[str], notes: list[str]) -> tuple[str, ...]:
    asked = [name for name in dict.fromkeys(stated) if name not in ("", NOTHING, DATE)]
    strangers = [name for name in asked if metric.dimension(name) is None]
    if strangers:
        notes.append(
            _("%(metric)s is not told by %(what)s, so that is left out. Choose among: %(all)s.")
            % {
                "metric": metric.title,
                "what": ", ".join(strangers),
                "all": ", ".join(one.title for one in metric.dimensions),
            }
        )
    found = tuple(name for name in asked if metric.dimension(name) is not None)
    if found or NOTHING in stated or DATE in stated or not metric.dimensions:
        return found
    return (metric.dimensions[0].name,)


def _date(stated: str, known: Known, otherwise: dt.date | None, notes: list[str]) -> dt.date | None:
    """Return the date an address states, or the nearest there is, with a note that says so."""
    if not stated or not known.dates:
        return otherwise
    try:
        asked = dt.date.fromisoformat(stated)
    except ValueError:
        asked = None
    if asked in known.dates:
        return asked
    nearest = min(known.dates, key=lambda one: abs(one - asked)) if asked else otherwise
    notes.append(
        _("There are no figures for %(asked)s. Shown instead: %(shown)s.")
        % {"asked": day(asked) if asked else stated[:30], "shown": day(nearest)}
    )
    return nearest


def _employers(
    metric: Metric, known: Known, stated: Sequence[str], notes: list[str]
) -> dict[str, str]:
    asked = tuple(code for code in dict.fromkeys(stated) if code)
    if not asked:
        return {}
    if metric.dimension(EMPLOYER) is None:
        notes.append(
            _("%(metric)s is not told by employer, so no employer is chosen.")
            % {"metric": metric.title}
        )
        return {}
    found = named(asked, known)
    if len(found) < len(asked):
        notes.append(
            _("The address names an employer that is not known, which is left out. Choose below.")
        )
    return {code: found[code] for code in asked if code in found}


def _problems(asked: Question) -> list[Problem]:
    found = []
    if len(asked.by) > MOST_DIMENSIONS:
        found.append(Problem("by", _("Choose at most three breakdowns: take one out")))
    elif len(asked.dimensions) > MOST_DIMENSIONS:
        found.append(
            Problem(
                "by_3",
                _("Comparing employers is a breakdown too, and there can be three: choose"
                  " “Nothing more” here, or no employers"),
            )
        )  # fmt: skip
    if len(asked.employers) > MOST_EMPLOYERS:
        found.append(
            Problem("employer", _("Choose up to five employers to compare: take some out"))
        )
    if asked.since and asked.as_at and asked.since > asked.as_at:
        found.append(
            Problem(
                "from", _("Choose a first date that is before %(to)s") % {"to": day(asked.as_at)}
            )
        )
    return found

"""One shared dashboard and one brief for a demonstration, of figures that are declared there.

What a pretend civil service does not count is left out. Both are an analyst's, for leaders.
"""

import datetime as dt
from decimal import Decimal

from muster.gates.access import Actor
from muster.gates.metrics import declared
from muster.gates.personas import BUILT_IN
from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.ids import new_id
from muster.services.dashboards import actions, briefing
from muster.services.dashboards.actions import Words
from muster.services.dashboards.issuing import issue_now
from muster.services.dashboards.rules import FEWEST_FIGURES, Audience, Direction, Target
from muster.services.dashboards.showing import (
    Asker,
    Question,
    dates_of,
    latest_complete,
    picked,
    table_of,
)
from muster.services.dashboards.targets import Wanted

AUDIENCE = Audience(("leader", "analyst", "line manager", "HR caseworker"))
_TILES = (
    (Question("headcount"), ""),
    (Question("joiners"), ""),
    (Question("leavers"), ""),
    (Question("hires"), ""),
    (Question("headcount", "", (), "line"), ""),
    (Question("headcount", "employer", (), "bar"), ""),
    (Question("headcount", "grade", (), "bar"), ""),
    (Question("headcount", "age", (), "table"), ""),
)
# metric, which way, a part of the present figure in per cent, who set it
_TARGETS: tuple[tuple[str, Direction, int, str], ...] = (
    ("headcount", "at least", 104, "Workforce plan"),
    ("staff_fte", "at most", 110, "Spending plan"),
    ("contractors", "at most", 80, "Commercial plan"),
    ("leavers", "at most", 95, "Workforce plan"),
    ("joiners", "at least", 98, "Workforce plan"),
    ("hires", "at least", 120, "Recruitment plan"),
)
_SAID = (
    "Joiners keep pace with leavers. Contractors are being replaced by employees as contracts end;"
    " the commercial plan counts on the rest by the end of the year."
)


def make_examples(*, clock: Clock) -> None:
    """Make a dashboard and a brief, share both, and make the brief's first issue."""
    analyst = next(one.actor for one in BUILT_IN if one.slug == "analyst")
    _dashboard(analyst, clock)
    _brief(analyst, clock)


def _dashboard(by: Actor, clock: Clock) -> None:
    board = actions.make_dashboard(
        title="The workforce at a glance",
        purpose="How many people work for us, where, and who comes and goes.",
        as_at=None, by=by, clock=clock,
    )  # fmt: skip
    for question, heading in _TILES:
        metric = declared().get(question.metric)
        if metric is None or (question.by and metric.dimension(question.by) is None):
            continue
        actions.add_tile(
            dashboard=board, question=question, words=Words(heading), by=by, clock=clock
        )
    actions.share_dashboard(dashboard=board, audience=AUDIENCE, by=by, clock=clock)


def _brief(by: Actor, clock: Clock) -> None:
    asker = Asker("workforce planning", by.id, clock)
    wanted = [one for one in (_wanted(*said, asker) for said in _TARGETS) if one is not None]
    if len(wanted) < FEWEST_FIGURES:
        return
    brief = briefing.make_brief(
        title="Workforce brief", purpose="Where we stand against this year's plans.", by=by,
        clock=clock,
    )  # fmt: skip
    for one in wanted:
        briefing.put_figure(brief=brief, wanted=one, by=by, clock=clock, new=True)
    briefing.comment(brief=brief, text=_SAID, by=by, clock=clock)
    briefing.share_brief(brief=brief, audience=AUDIENCE, by=by, clock=clock)
    briefing.schedule(brief=brief, day=5, paused=False, recipients=(), by=by, clock=clock)
    issue_now(brief=brief, by=by, clock=clock)


def _wanted(
    name: str, direction: Direction, percent: int, stated_by: str, asker: Asker
) -> Wanted | None:
    """Return a figure with a target not far from what it comes to now; None if it is not told."""
    metric = declared().get(name)
    as_at = latest_complete(metric) if metric else None
    if metric is None or as_at is None:
        return None
    cells = picked(table_of(metric, (), as_at, asker), ())
    if not cells or cells[0].value is None:
        return None
    level = (cells[0].value * percent / 100 / 5).quantize(Decimal(1)) * 5
    due = dt.date(legal_day(asker.clock.now()).year + 1, 3, 31)
    since = dates_of(metric, as_at)[0]
    return Wanted(new_id(), name, (), "", Target(level, direction, due), since, stated_by)

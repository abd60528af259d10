"""What the database refuses about dashboards, briefs and their issues."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from muster.services.dashboards.models import (
    Brief,
    BriefFigure,
    Dashboard,
    Issue,
    IssueNotice,
    IssueRead,
    Recipient,
    Tile,
)

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
DAY = dt.date(2026, 10, 31)
_ALIKE: dict[str, Any] = {
    "title": "T", "owner": "o", "owner_name": "O", "made_at": NOW, "changed_at": NOW,
}  # fmt: skip


def dashboard(**said: Any) -> Dashboard:
    return Dashboard.objects.create(**(_ALIKE | said))


def brief(**said: Any) -> Brief:
    return Brief.objects.create(**(_ALIKE | said))


def tile(board: Dashboard, **said: Any) -> Tile:
    known: dict[str, Any] = {"place": 1, "metric": "m", "form": "number"}
    return Tile.objects.create(dashboard=board, **(known | said))


def figure(of: Brief, **said: Any) -> BriefFigure:
    return BriefFigure.objects.create(brief=of, metric="m", **({"place": 1} | said))


def issue(of: Brief, **said: Any) -> Issue:
    known = {"number": 1, "month": DAY, "made_at": NOW, "made_by": "o", "content": {}}
    return Issue.objects.create(brief=of, **(known | said))


def two_tiles() -> None:
    board = dashboard()
    tile(board, removed_at=NOW)
    tile(board)
    tile(board)


def two_figures() -> None:
    of = brief()
    figure(of, removed_at=NOW)
    figure(of)
    figure(of)


def same_number() -> None:
    of = brief()
    issue(of)
    issue(of)


def same_day() -> None:
    of = brief()
    issue(of, due=DAY)
    issue(of, number=2, due=DAY)


def read_twice() -> None:
    one = issue(brief())
    for _ in range(2):
        IssueRead.objects.create(issue=one, reader="r")


def told_twice() -> None:
    of = brief()
    for _ in range(2):
        Recipient.objects.create(brief=of, email="a@example.gov.uk")


# name: (what it states, how to violate it)
DASHBOARDS_CONSTRAINTS: dict[str, tuple[str, Callable[[], object]]] = {
    "dashboards_dashboard_state": (
        "A dashboard is a draft or shared.",
        lambda: dashboard(state="loved"),
    ),
    "dashboards_brief_state": ("A brief is a draft or shared.", lambda: brief(state="loved")),
    "dashboards_brief_day": (
        "A brief is made on a day that every month has, counted from a day.",
        lambda: brief(day=29, since=DAY),
    ),
    "dashboards_tile_one_in_a_place": ("One tile stands in a place.", two_tiles),
    "dashboards_tile_form": (
        "A tile is a number, bars, a line or a table.",
        lambda: tile(dashboard(), form="pie"),
    ),
    "dashboards_figure_one_in_a_place": ("One figure stands in a place.", two_figures),
    "dashboards_figure_whole_target": (
        "A target has its day, its direction and who set it.",
        lambda: figure(brief(), target=5, due=DAY, direction="at least"),
    ),
    "dashboards_recipient_once": ("Nobody gets word of an issue twice.", told_twice),
    "dashboards_issue_number": ("Issues of a brief are numbered.", same_number),
    "dashboards_issue_once_for_a_day": ("One issue is made for a day of a schedule.", same_day),
    "dashboards_issue_read_once": ("An issue was opened by somebody, or not.", read_twice),
    "dashboards_notice_emptied": (
        "Where a notice went is not kept.",
        lambda: IssueNotice.objects.create(
            issue=issue(brief()), to="a@example.gov.uk", state="sent"
        ),
    ),
}

"""``muster load``: take files in through the hub and say what became of them."""

import datetime as dt
import getpass
import json
import time
import uuid
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from muster.cli.hints import hint
from muster.cli.ready import ready
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.running import settings

if TYPE_CHECKING:
    from muster.hub.queries import LandingView

Outcome = dict[str, Any]
# So many of the files that were not taken are named: a folder may hold thousands of others.
_NAMED = 20


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--route", help="The route's code, where layout and folder do not tell.")
@click.option(
    "--as-at",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The date the files speak of, where their names do not tell.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of words.")
def load(path: Path, route: str | None, as_at: dt.datetime | None, as_json: bool) -> None:
    """Take in a file, a folder or a zip: delimited text, workbooks, XML, fixed-width records.

    Every row ends accepted or quarantined, never lost; the same file again changes nothing.
    """
    ready()
    outcome = _take_in(path, route, None if as_at is None else as_at.date(), quiet=as_json)
    click.echo(json.dumps(outcome) if as_json else _in_words(outcome))


def _take_in(path: Path, route: str | None, as_at: dt.date | None, *, quiet: bool) -> Outcome:

    from muster.hub.actions import begin_intake, take_in
    from muster.hub.queries import Progress, landings_by_id
    from muster.hub.reading import dropped, read

    began, by = time.monotonic(), f"operator:{getpass.getuser()}"
    intake = begin_intake(name=path.name, by=by, clock=SYSTEM_CLOCK)

    def show(progress: Progress) -> None:
        if not quiet:
            click.echo(f"  {_files(progress.files_done)}, {progress.rows_done:,} rows", err=True)

    taken = take_in(
        dropped(path, megabytes=settings().upload_megabytes),
        read,
        intake=intake,
        by=by,
        clock=SYSTEM_CLOCK,
        route=route,
        as_at=as_at,
        progress=show,
    )
    outcome = _figures([*taken.fresh, *taken.known])
    fresh = landings_by_id(taken.fresh).values()
    outcome["new_files"] = len({(view.name, view.sha256) for view in fresh})
    outcome["repeated"] = taken.intake.files_found - outcome["files"]
    outcome["skipped"] = len(taken.intake.skipped)
    outcome["not_taken"] = list(taken.intake.skipped)
    outcome["seconds"] = round(time.monotonic() - began, 2)
    return outcome


def _figures(ids: list[uuid.UUID]) -> Outcome:
    """Return what the files come to: three sums of FTE, each taken from its own tables."""
    from muster.hub.queries import figures, landings_by_id
    from muster.register.people import queries as people
    from muster.register.posts import queries as posts

    sums = figures(ids)
    register = posts.fte_of_landings(ids) + people.fte_of_landings(ids)
    views = landings_by_id(ids).values()
    stopped = [view for view in views if view.state in ("refused", "held")]
    aside = sum((Counter(view.aside) for view in views), Counter[str]())
    return {
        "files": len({(view.name, view.sha256) for view in views}),
        "tables": sums.files,
        "refused": sums.refused,
        "held": sums.held,
        "superseded": sums.superseded,
        "rows": sums.rows,
        "accepted": sums.accepted,
        "quarantined": sums.quarantined,
        "set_aside": dict(sorted(aside.items())),
        "fte_in": _decimal(sums.total_in),
        "fte_register": _decimal(register),
        "fte_quarantined": _decimal(sums.total_quarantined),
        "feeds": [_feed(view) for view in views] if len(views) <= _NAMED else [],
        "stopped": [
            {
                "file": view.name,
                "state": view.state,
                "said": view.said,
                "waits_for": view.waits_for,
            }
            for view in stopped
        ],
    }


def _feed(view: "LandingView") -> Outcome:
    """Return what one feed came to: where it was read, and how many rows became what."""
    return {
        "file": view.name,
        "layout": view.layout,
        "sheets": list(view.sheets),
        "as_at": str(view.as_at or ""),
        "state": view.state,
        "rows": view.rows,
        "accepted": view.accepted,
        "quarantined": view.quarantined,
        "set_aside": dict(view.aside),
        "notes": list(view.notes),
    }


def _decimal(billionths: int) -> float | str:
    """Return FTE as a JSON number where that is exact, as text where it is not."""
    exact = Decimal(billionths).scaleb(-9)
    return float(exact) if Decimal(repr(float(exact))) == exact else f"{exact.normalize():f}"


def _shown(figure: float | str) -> str:
    return f"{Decimal(str(figure)):,}"


def _files(number: int) -> str:
    return f"{number:,} file{'' if number == 1 else 's'}"


def _set_aside(kinds: dict[str, int]) -> str:
    said = ", ".join(f"{count:,} {kind}" for kind, count in kinds.items())
    return f"Rows that are no records were set aside: {said}"


def _in_words(outcome: Outcome) -> str:
    lines = [
        (
            f"{_files(outcome['files'])} ({outcome['new_files']} new) in {outcome['seconds']} s:"
            f" {outcome['rows']:,} rows, {outcome['accepted']:,} accepted,"
            f" {outcome['quarantined']:,} in quarantine"
        ),
        *([_set_aside(outcome["set_aside"])] if outcome["set_aside"] else []),
        (
            f"FTE: {_shown(outcome['fte_in'])} in, {_shown(outcome['fte_register'])} in the"
            f" register, {_shown(outcome['fte_quarantined'])} in quarantine"
        ),
    ]
    lines += [
        f"{item['state']}: {item['file']}: {item['said']}{hint(item['waits_for'])}"
        for item in outcome["stopped"]
    ]
    for feed in outcome["feeds"]:
        lines += [f"noticed: {feed['file']}: {note}" for note in feed["notes"]]
    named = outcome["not_taken"][:_NAMED]
    lines += [f"not taken: {item['name']}: {item['why']}" for item in named]
    if outcome["skipped"] > len(named):
        lines.append(f"not taken: {outcome['skipped'] - len(named):,} more; see the feeds page")
    if outcome["repeated"]:
        lines.append(f"{_files(outcome['repeated'])} with the bytes of another changed nothing")
    if outcome["superseded"]:
        lines.append(
            f"{_files(outcome['superseded'])} had been replaced by a later one; sending the same"
            " bytes again does not bring them back"
        )
    if outcome["quarantined"]:
        lines.append("See `muster quarantine` for the causes")
    return "\n".join(lines)

"""``muster release``: figures through the gate, as files, at a terminal."""

import datetime as dt
from pathlib import Path

import click

from muster.cli.ready import ready
from muster.cli.said import actor, told
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import month_end
from muster.kernel.errors import BadInput, Where

FORMATS = ("csv", "json", "xlsx", "ods", "parquet", "hyper")


@click.command()
@click.argument("metric", required=False)
@click.option("--by", multiple=True, help="What it is broken down by; up to three times.")
@click.option("--as-at", help="A date, YYYY-MM-DD; the latest if left out.")
@click.option("--format", "kind", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="A folder."
)
@click.option("--purpose", default="workforce planning", show_default=True, help="What for.")
def release(
    metric: str | None, by: tuple[str, ...], as_at: str | None, kind: str, out: Path, purpose: str
) -> None:
    """Release a table of METRIC and write it as a file; without METRIC, list what there is.

    Only what is declared leaves: see docs/reference/metrics.md. The same table of the same data is
    released once, and cited afterwards.
    """
    ready()
    if metric is None:
        _list()
        return
    from muster.gates.release import release as let_out
    from muster.gates.rows import TERMINAL
    from muster.services.grid.exports import files_of

    with told(dimensions="--by", as_at="--as-at"):
        table = let_out(
            metric,
            by,
            _date(metric, as_at),
            audience=TERMINAL,
            purpose=purpose,
            by=actor(),
            clock=SYSTEM_CLOCK,
        )
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files_of(table, kind).items():
            (out / name).write_bytes(content)
            click.echo(out / name)
    click.echo(
        f"release {table.release}: {len(table.cells):,} figures,"
        f" {table.returned} of {table.known} employers"
    )


def _date(metric: str, as_at: str | None) -> dt.date:
    """Return the date asked for; the latest that may be told if none was."""
    from muster.gates.disclosure import tellable
    from muster.gates.metrics import metric_named, reader_of

    if as_at:
        try:
            return dt.date.fromisoformat(as_at)
        except ValueError:
            raise BadInput(
                f"{as_at} is not a date",
                where=Where(field="--as-at"),
                fix=f"Write it like {month_end(dt.date(2026, 3, 1)).isoformat()}",
            ) from None
    declared = metric_named(metric)
    dates = tellable(declared, reader_of(declared).dates())
    if not dates:
        raise BadInput(
            f"There is no {declared.title.lower()} for any date yet",
            where=Where(thing=f"metric {metric}"),
            fix="Load a feed that tells of it",
        )
    return dates[-1]


def _list() -> None:
    from muster.gates.metrics import declared

    for name, metric in sorted(declared().items()):
        click.echo(f"{name}: {metric.title}, by {', '.join(d.name for d in metric.dimensions)}")

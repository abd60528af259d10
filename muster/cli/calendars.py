"""``muster calendars``: the payroll calendars that deadlines and first pay rest on."""

import getpass
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import click

from muster.cli.ready import ready
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import NotFound, Where

if TYPE_CHECKING:
    from muster.casework.calendars.actions import Loaded

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def calendars() -> None:
    """Payroll calendars: pay periods, cut-offs and pay days of employers."""


@calendars.command()
@click.argument("employer")
@click.argument("file", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Say what would change; keep nothing.")
def load(employer: str, file: Path, dry_run: bool) -> None:
    """Load the sheet FILE of EMPLOYER, by its key in the register. Says what changed."""
    ready()
    from muster.casework.calendars.actions import load_calendar, preview

    sheet, whose = file.read_bytes(), _employer(employer)
    if dry_run:
        _say(preview(sheet=sheet, name=file.name, employer=whose))
        return
    done = load_calendar(sheet=sheet, name=file.name, employer=whose, by=_by(), clock=SYSTEM_CLOCK)
    _say(done)
    if done.load is not None:
        click.echo(f"Loaded; to take it back: muster calendars undo {done.load}")


@calendars.command()
@click.argument("number", type=click.UUID)
def undo(number: uuid.UUID) -> None:
    """Take back the load NUMBER; all is as before it."""
    ready()
    from muster.casework.calendars.actions import undo_load

    _say(undo_load(load=number, within=None, by=_by(), clock=SYSTEM_CLOCK))


@calendars.command()
@click.argument("employer")
def show(employer: str) -> None:
    """Write the calendar of EMPLOYER as a sheet that loads again as it is."""
    ready()
    from muster.casework.calendars.queries import sheet_of

    click.echo(sheet_of(_employer(employer)).decode("utf-8-sig"), nl=False)


def _say(done: "Loaded") -> None:
    for frequency, found in done.changes.items():
        click.echo(f"{frequency}: {found.kept} as they were")
        for one in found.added:
            click.echo(f"  new: {one.starts} to {one.last_day}, cut-off {one.cut_off:%d %b %H:%M}")
        for before, after in found.moved:
            click.echo(
                f"  moved: {before.starts} to {before.last_day}, cut-off"
                f" {before.cut_off:%d %b %H:%M} becomes {after.cut_off:%d %b %H:%M}"
            )
        for one in found.removed:
            click.echo(f"  gone: {one.starts} to {one.last_day}")
    if not done:
        click.echo("Nothing changes")


def _employer(key: str) -> uuid.UUID:
    from muster.register.employers.queries import ids_by_key

    found = ids_by_key().get(key)
    if found is None:
        raise NotFound("The register knows no such employer", where=Where(thing=key),
                       fix="Use its key in the register")  # fmt: skip
    return found


def _by() -> str:
    return f"operator:{getpass.getuser()}"

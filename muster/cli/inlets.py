"""``muster inlets`` and ``muster lookups``: systems that are asked, and routes' own tables."""

import getpass
from pathlib import Path

import click

from muster.cli.ready import ready
from muster.kernel.clock import SYSTEM_CLOCK

_REASON = click.option("--reason", required=True, help="Why; it is recorded. Do not name people.")
_PAIR = "NAME=VALUE"


def _by() -> str:
    return f"operator:{getpass.getuser()}"


@click.group()
def inlets() -> None:
    """Systems that are asked for what is new, on a schedule."""


@inlets.command(name="list")
@click.option("--system", default="", help="Only those of this system.")
def list_inlets(system: str) -> None:
    """List inlets: when each was asked, what came, and why it fails."""
    ready()
    from muster.hub.pulling.queries import inlets as asked

    found = asked(clock=SYSTEM_CLOCK, system=system)
    for one in found:
        at = f"{one.asked_at:%Y-%m-%d %H:%M}Z" if one.asked_at else "never asked"
        click.echo(
            f"{one.state:<8} {at:>17}  every {one.every:,} s  {one.brought:,} {one.brings}"
            f"  {one.code} ({one.kind}, {one.system})"
        )
        if one.paused:
            click.echo(f"    {one.paused}")
        elif one.said:
            click.echo(f"    {one.said}. {one.fix}.")
    if not found:
        click.echo("No system is asked for anything yet")


@inlets.command()
def kinds() -> None:
    """Say which kinds of systems can be asked, and what each must be told."""
    from muster.hub.pulling.kinds import kinds as known

    for kind in known():
        click.echo(f"{kind.name}: {kind.title}; brings {kind.brings}")
        for one in kind.settings:
            marks = ", ".join(
                word
                for word, holds in (("secret", one.secret), ("optional", not one.required))
                if holds
            )
            click.echo(f"    {one.name}{f' ({marks})' if marks else ''}: {one.title}. {one.hint}")


@inlets.command()
@click.argument("code")
@click.option("--system", required=True, help="The system that is asked.")
@click.option("--kind", required=True, help="By which connector; see `muster inlets kinds`.")
@click.option("--every", type=click.IntRange(10), default=300, show_default=True, help="Seconds.")
@click.option("--set", "settings", multiple=True, metavar=_PAIR, help="A setting; may be repeated.")
@click.option(
    "--secret", "secrets", multiple=True, metavar="NAME",
    help="A secret setting, which is asked for and not shown; may be repeated.",
)  # fmt: skip
def add(
    code: str, system: str, kind: str, every: int, settings: tuple[str, ...],
    secrets: tuple[str, ...],
) -> None:  # fmt: skip
    """Set up the inlet CODE, or change it."""
    ready()
    from muster.hub.pulling.inlets import set_inlet

    set_inlet(
        code=code, system=system, kind=kind, settings=dict(map(_pair, settings)),
        secrets={name: click.prompt(name, hide_input=True) for name in secrets}, every=every,
        here=True, by=_by(), clock=SYSTEM_CLOCK,
    )  # fmt: skip
    click.echo(f"{code} is asked every {every:,} seconds, for the first time now")


@inlets.command(name="try")
@click.argument("code")
def try_it(code: str) -> None:
    """Read one record of CODE and say what would become of it; nothing is kept."""
    ready()
    from muster.hub.pulling.trying import try_inlet

    tried = try_inlet(code, clock=SYSTEM_CLOCK)
    if not tried.found:
        click.echo("It holds nothing now")
        return
    click.echo(tried.what)
    for field in tried.fields:
        # What stands in a record is for people with a purpose, not for a terminal's history.
        click.echo(f"    {field.title}: {'stated' if field.value else 'not stated'}")
    for what, value in tried.facts:
        click.echo(f"    {what}: {value}")
    if tried.left:
        click.echo(f"    not taken: {', '.join(tried.left)}")
    for why in tried.wrong:
        click.echo(f"    it would not go on: {why}")


@inlets.command()
@click.argument("code")
def pull(code: str) -> None:
    """Ask CODE now and say what came."""
    ready()
    from muster.hub.pulling.pulling import pull_one

    came = pull_one(code, SYSTEM_CLOCK)
    if came.said:
        raise click.ClickException(f"{came.said}. {came.fix}.")
    click.echo(f"New: {came.brought:,}, known before: {came.known:,}")
    if came.refused:
        click.echo(f"Refused: {came.refused:,}; see `muster messages list --refused`")
    if came.intake:
        from muster.hub.queries import intake

        for one in intake(came.intake).skipped:
            click.echo(f"not taken: {one['name']}: {one['why']}")


@inlets.command()
@click.argument("code")
@_REASON
def pause(code: str, reason: str) -> None:
    """Ask CODE no more until it is resumed."""
    ready()
    from muster.hub.pulling.inlets import pause_inlet

    pause_inlet(code, reason=reason, by=_by(), clock=SYSTEM_CLOCK)
    click.echo("Paused")


@inlets.command()
@click.argument("code")
def resume(code: str) -> None:
    """Let CODE go on."""
    ready()
    from muster.hub.pulling.inlets import resume_inlet

    resume_inlet(code, by=_by(), clock=SYSTEM_CLOCK)
    click.echo("It goes on")


@inlets.command()
@click.argument("code")
@_REASON
@click.confirmation_option(prompt="How far it was read is forgotten. Remove it?")
def remove(code: str, reason: str) -> None:
    """Forget the inlet CODE; what came stays."""
    ready()
    from muster.hub.pulling.inlets import remove_inlet

    remove_inlet(code, reason=reason, by=_by(), clock=SYSTEM_CLOCK)
    click.echo("Removed; what came stays")


@click.group()
def lookups() -> None:
    """Tables that the mappings of routes look values up in."""


@lookups.command(name="list")
@click.argument("route")
def list_lookups(route: str) -> None:
    """List the tables of ROUTE and their versions."""
    ready()
    from muster.hub.pulling.queries import lookups as asked

    found = asked(route)
    for one in found:
        click.echo(
            f"{one.name} version {one.version}{' (counts)' if one.newest else ''}:"
            f" {one.rows:,} rows of {', '.join(one.columns)}; {one.kept_at:%Y-%m-%d %H:%M}Z,"
            f" {one.kept_by}"
        )
    if not found:
        click.echo("The route has no table")


@lookups.command()
@click.argument("route")
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--personal", multiple=True, help="A column about people; may be repeated.")
def keep(route: str, name: str, file: Path, personal: tuple[str, ...]) -> None:
    """Keep FILE as the newest version of the table NAME of ROUTE."""
    ready()
    from muster.hub.translating.kept import keep_lookup
    from muster.hub.translating.lookup_files import read_table

    content = file.read_bytes()
    problems = read_table(content).problems
    for one in problems:
        click.echo(f"row {one.row}{f', {one.column}' if one.column else ''}: {one.what}. {one.fix}")
    if problems:
        raise click.ClickException("Nothing was kept")
    version = keep_lookup(
        route, name, content, personal=personal, by=_by(), clock=SYSTEM_CLOCK
    )  # fmt: skip
    click.echo(f"{name} version {version} counts from the next batch on")


def _pair(said: str) -> tuple[str, str]:
    name, equals, value = said.partition("=")
    if not equals or not name:
        raise click.UsageError(f"Write {_PAIR}")
    # What stands in a file, such as a form in TOML, is named by @.
    if value.startswith("@"):
        try:
            value = Path(value[1:]).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise click.UsageError(f"The file of {name} cannot be read") from None
    return name, value

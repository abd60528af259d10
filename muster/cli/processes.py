"""``muster processes``: which processes run, whether a diagram could be run, and what is stuck."""

from pathlib import Path

import click

from muster.cli.ready import ready


@click.group()
def processes() -> None:
    """Processes: diagrams that people and systems work through."""


@processes.command("list")
def listed() -> None:
    """List the processes with their lanes and the version that new cases follow."""
    ready()
    from muster.casework.ports import processes as known
    from muster.casework.trying import drawn_parts

    for process in known():
        parts = drawn_parts(process)
        click.echo(f"{process.key}: {parts[0].title}")
        click.echo(f"  lanes: {', '.join(process.lanes)}")
        for part in parts:
            tasks = sum(one.kind == "task" for one in part.elements.values())
            click.echo(f"  {part.process}: {len(part.elements)} elements, {tasks} tasks of people")


@processes.command()
@click.argument("process")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(process: str, file: Path) -> None:
    """Say whether FILE could take the place of a diagram of PROCESS. Nothing is kept."""
    ready()
    from muster.casework.ports import process_named
    from muster.casework.trying import try_file

    tried = try_file(process_named(process), file.read_bytes(), name=file.name)
    click.echo(f"{file.name} can be run: {tried.drawn.title}")
    for words, titles in (("new", tried.added), ("gone", tried.gone), ("changed", tried.changed)):
        for title in titles:
            click.echo(f"  {words}: {title}")


@processes.command()
def stuck() -> None:
    """List cases whose timer could not do what it should, and why."""
    ready()
    from muster.casework.queries import troubled

    found = troubled()
    for case, wait in found:
        click.echo(f"{case.subject}: {wait.title}: {wait.said}")
    if not found:
        click.echo("No case is stuck")

"""``muster skills``: learn the skills map from adverts, publish it, and look things up in it."""

import json
import sys
import uuid
from pathlib import Path

import click

from muster.cli.ready import ready

BY = "command line"
_UNDONE = {
    "stopped": "The build %s was stopped, and goes on with the same command",
    "running": "Another process works on the build %s: wait until it is over",
}


@click.group()
def skills() -> None:
    """The skills map: the skills the service asks for."""


@skills.group("map")
def skills_map() -> None:
    """Build the map from adverts, publish it, and look at it."""


@skills_map.command("build")
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--show-sentences",
    is_flag=True,
    help="Whoever owns FILES permits that sentences of them are shown.",
)
@click.option("--held", is_flag=True, help="Read the adverts that employers sent as well.")
@click.option(
    "--linker",
    type=click.Choice(["lexical", "hybrid"]),
    default="lexical",
    show_default=True,
    help="How skills are found; hybrid reads more and takes longer.",
)
@click.option(
    "--lexicon",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A list of skills of your own, or ESCO as published, in place of the one that ships.",
)
@click.option("--lexicon-adds", is_flag=True, help="LEXICON stands beside the list that ships.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of what is drawn by chance.")
@click.option(
    "--publish/--no-publish",
    "release",
    default=True,
    show_default=True,
    help="Let people see it once it is made.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")  # fmt: skip
def build_map(
    files: tuple[Path, ...],
    show_sentences: bool,
    held: bool,
    linker: str,
    lexicon: Path | None,
    lexicon_adds: bool,
    seed: int,
    release: bool,
    as_json: bool,
) -> None:
    """Learn a map from FILES of adverts: Parquet, CSV, JSON-LD, HTML, Word, PDF, folders, zips."""
    if lexicon_adds and lexicon is None:
        raise click.UsageError("--lexicon-adds needs a list: --lexicon FILE")
    ready()
    from muster.kernel.clock import SYSTEM_CLOCK
    from muster.services.skills.actions import ask_build, publish
    from muster.services.skills.learning import work_on
    from muster.services.skills.own_lists import OwnList
    from muster.services.skills.queries import build_seen

    build = ask_build(
        files=_named(files), held=held, linker=linker, seed=seed, by=BY, clock=SYSTEM_CLOCK,
        may_show=show_sentences,
        lexicon=None if lexicon is None else OwnList(lexicon.name, lexicon, lexicon_adds),
    )  # fmt: skip
    if not work_on(build_id=build, clock=SYSTEM_CLOCK, said=None if as_json else _said):
        if build_seen(build).state == "running":
            raise click.ClickException(_UNDONE["running"] % build)
        raise click.ClickException(f"The build {build} was stopped: muster skills map work {build}")
    number = publish(build=build, by=BY, clock=SYSTEM_CLOCK) if release else None
    seen = build_seen(build)
    for line in () if as_json else seen.said:
        click.echo(f"  {line}")
    _outcome(build, number, as_json)


@skills_map.command()
@click.argument("build", type=click.UUID)
@click.option("--due", "-d", is_flag=True, help="Only if it waits; one that was stopped stays so.")
def work(build: uuid.UUID, due: bool) -> None:
    """Do what is left of BUILD, also if it was stopped, failed, or another map came into force."""
    ready()
    from muster.kernel.clock import SYSTEM_CLOCK
    from muster.services.skills.actions import resume_build
    from muster.services.skills.learning import work_on
    from muster.services.skills.queries import build_seen, goes_on

    if not due and goes_on(build_seen(build)):
        resume_build(build=build, by=BY, clock=SYSTEM_CLOCK)
    done = work_on(build_id=build, clock=SYSTEM_CLOCK, said=_said, for_worker=due)
    seen = build_seen(build)
    if seen.state == "done" and seen.release is None:
        click.echo(f"The build {build} is done: muster skills map publish {build}")
    elif seen.state == "done":
        click.echo(f"The build {build} is done, and is release {seen.release}")
    elif due and seen.state == "waiting":
        click.echo(f"The build {build} waits, and goes on with the next worker", err=True)
    elif not done and not due:
        raise click.ClickException(_UNDONE.get(seen.state, _UNDONE["running"]) % build)


@skills_map.command("list")
def listed() -> None:
    """List the releases, the newest first."""
    ready()
    from muster.services.skills.queries import releases

    for one in releases():
        gone = " (withdrawn)" if one.withdrawn_at else ""
        click.echo(
            f"{one.number}: {one.skills:,} skills from {one.adverts:,} adverts, "
            f"{one.published_at:%Y-%m-%d %H:%M} UTC{gone}"
        )
    if not releases():
        click.echo("No map was published: muster skills map build FILE")


@skills_map.command()
@click.argument("build", type=click.UUID)
def publish(build: uuid.UUID) -> None:
    """Let people see what BUILD learned."""
    ready()
    from muster.kernel.clock import SYSTEM_CLOCK
    from muster.services.skills import actions

    click.echo(f"Published as release {actions.publish(build=build, by=BY, clock=SYSTEM_CLOCK)}")


@skills.group()
def linker() -> None:
    """What reads skills that are described and not named."""


@linker.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True,
              help="Where the learned numbers are written.")  # fmt: skip
def train(folder: Path, out: Path) -> None:
    """Learn the linker's numbers anew from the labelled sets in FOLDER."""
    ready()
    from muster.services.skills.map.linking.training import train as learn
    from muster.services.skills.storing import vectors_folder

    learn(folder, out=out, cache=vectors_folder(), threads=2, say=click.echo)


def _named(files: tuple[Path, ...]) -> dict[str, Path]:
    """Return files and folders by name, each by another."""
    found: dict[str, Path] = {}
    for path in files:
        name = path.name if path.name.strip(".") else path.resolve().name
        while name in found:
            name = f"{len(found)}-{name}"
        found[name] = path
    return found


def _said(step: str, done: int, of: int) -> None:
    if sys.stderr.isatty() or done in (0, of):
        end = "\r" if sys.stderr.isatty() and done < of else "\n"
        click.echo(f"{step}: {done:,} of {of:,}{end}", err=True, nl=False)


def _outcome(build: uuid.UUID, number: int | None, as_json: bool) -> None:
    from muster.services.skills.map.release import Release
    from muster.services.skills.storing import build_folder

    about = Release.open(build_folder(build) / "release").about
    if as_json:
        click.echo(json.dumps({
            "build": str(build), "release": number, "adverts": about["adverts"],
            "skills": about["skills"], "quality": about["quality"],
        }))  # fmt: skip
        return
    where = f"release {number}: /skills/" if number is not None else "not published"
    click.echo(f"{about['skills']:,} skills from {about['adverts']:,} adverts; {where}")
    for name, value in sorted(about["quality"].items()):
        click.echo(f"  {name}: {value:.3f}")

"""``muster demo``: a pretend civil service, taken in through the hub, and served."""

import getpass
import json
import shutil
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from muster.cli.ready import ready
from muster.cli.serve import run_with_worker
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import Misconfigured, Where
from muster.kernel.running import settings

# So many days after the end of a month the pretend employers' feeds may still come.
_DUE_DAYS = 25
_TELLING = "pretend:orchards-and-allotments"
# Whose last stage extract is late, so that somebody at it can answer a return.
_LATE = "harbours-and-lighthouses"
_SAMPLES = Path(__file__).parent.parent.parent / "samples" / "organograms"


@click.command()
@click.option("--employers", default=12, show_default=True, help="Pretend employers.")
@click.option("--people", default=20_000, show_default=True, help="Pretend people.")
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same service.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--reset", is_flag=True, help="Build it anew, even if it is there.")
@click.option("--no-serve", is_flag=True, help="Build it and stop.")
def demo(employers: int, people: int, seed: int, port: int, reset: bool, no_serve: bool) -> None:
    """Build a pretend civil service, load it through the hub and serve it.

    A second start with the same options serves what is there.
    """
    if settings().in_production:
        raise Misconfigured(
            "The demonstration does not run in production",
            where=Where(thing="MUSTER_ENV"),
            fix="Leave MUSTER_ENV empty",
        )
    asked = {"employers": employers, "people": people, "seed": seed}
    steps = _Steps()
    note = settings().home / "demo.json"
    built = json.loads(note.read_text()) if note.exists() else None
    if reset or (built is not None and built != asked):
        steps.do("Removing the last demonstration", _remove)
        built = None
    steps.do("Preparing the database", ready)
    if built is None:
        _build(asked, steps)
        note.write_text(json.dumps(asked))
    if no_serve:
        return
    from muster.cli.pretend_payrolls import at_work

    _announce(port)
    with at_work(_systems(), settings().home / "pretend" / "truth"):
        run_with_worker("127.0.0.1", port)


class _Steps:
    """Says what is being done and how long it took."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def do(self, title: str, step: Callable[[], object]) -> None:
        click.echo(f"{title} ...", nl=False)
        began = time.monotonic()
        step()
        click.echo(f" {time.monotonic() - began:.1f} s")


def _build(asked: dict[str, int], steps: _Steps) -> None:
    from muster.register.people.enrolment import enrol
    from muster.register.places.enrolment import tell_places
    from muster.register.recruitment.enrolment import enrol as enrol_recruitment
    from synthetic.make import make

    out = settings().home / "pretend"
    shutil.rmtree(out, ignore_errors=True)
    by = f"operator:{getpass.getuser()}"
    steps.do(
        f"Making {asked['people']:,} pretend people at {asked['employers']} employers",
        lambda: make(out, employers=asked["employers"], people=asked["people"], seed=asked["seed"]),
    )
    steps.do(
        "Agreeing with each employer what may flow", lambda: enrol(out, by=by, clock=SYSTEM_CLOCK)
    )
    steps.do("Agreeing on recruitment", lambda: enrol_recruitment(out, by=by, clock=SYSTEM_CLOCK))
    steps.do("Taking their HR files in through the hub", lambda: _load(out / "files", by))
    steps.do(
        "Telling where their sites are, and what they promised of places",
        lambda: tell_places(out, by=by, clock=SYSTEM_CLOCK),
    )
    steps.do("Asking which other records are likely of one person", lambda: _match(by))
    steps.do("Letting people tell their changes once", lambda: _let_tell(by))
    steps.do("Moving people between two employers", lambda: _move(by))
    _set_aside(out)
    steps.do("Taking their stage extracts in", lambda: _load(out / "recruitment", by))
    steps.do("Asking employers whose extract is late", _ask)
    _count_buildings_and_services(out, by, steps)
    steps.do("Saying when each feed is due", lambda: _expect(by))
    if _SAMPLES.exists():
        steps.do("Taking published organograms in", lambda: _load(_SAMPLES, by))
    steps.do("Putting figures onto a dashboard and a brief", _show_figures)
    steps.do("Agreeing on adverts", lambda: _let_advertise(out, by))
    steps.do("Taking adverts in", lambda: _load(out / "adverts", by))
    steps.do("Learning which skills they ask for", lambda: _learn(out, by))


def _count_buildings_and_services(out: Path, by: str, steps: _Steps) -> None:
    """Take in what is not about people: counts in buildings, and returns of shared services."""
    from muster.register.attendance import enrolment as buildings
    from muster.register.shared_services import enrolment as services

    for title, room, folder in (
        ("counts in buildings", buildings, "attendance"),
        ("returns of shared services", services, "shared-services"),
    ):
        steps.do(f"Agreeing on {title}", partial(room.enrol, out, by=by, clock=SYSTEM_CLOCK))
        steps.do(f"Taking {title} in", partial(_load, out / folder, by))


def _set_aside(out: Path) -> None:
    """Keep the last stage extracts of two employers back, as if they were late."""
    extracts = sorted((out / "recruitment").rglob("*-stages.csv"), key=lambda place: place.name)
    last = [place for place in extracts if place.name == extracts[-1].name]
    of_story = [place for place in last if place.parent.name == _LATE]
    for place in [*of_story, *(one for one in last if one.parent.name != _LATE)][:2]:
        aside = out / "late" / place.parent.name
        aside.mkdir(parents=True, exist_ok=True)
        shutil.move(place, aside / place.name)


def _ask() -> None:
    from muster.services.returns.enrolment import begin

    begin(clock=SYSTEM_CLOCK)


def _let_advertise(out: Path, by: str) -> None:
    from muster.cli.demo_skills import let_advertise

    let_advertise(out, by=by, clock=SYSTEM_CLOCK)


def _learn(out: Path, by: str) -> None:
    from muster.cli.demo_skills import learn

    learn(out, by=by, clock=SYSTEM_CLOCK)


def _load(folder: Path, by: str) -> None:

    from muster.hub.actions import begin_intake, take_in
    from muster.hub.queries import Progress
    from muster.hub.reading import dropped, read

    def show(progress: Progress) -> None:
        click.echo(f" {progress.rows_done:,} rows", nl=False)

    intake = begin_intake(name=folder.name, by=by, clock=SYSTEM_CLOCK)
    take_in(dropped(folder), read, intake=intake, by=by, clock=SYSTEM_CLOCK, progress=show)


def _match(by: str) -> None:
    """Weigh all records; what is only likely is left to whoever tries the demonstration."""
    from muster.register.people.matching import actions, queries

    run = actions.run(by=by, clock=SYSTEM_CLOCK)
    found = queries.run_of(run)
    if found is not None and found.state == "reported":
        actions.accept(
            run=run, reason="The first run over a new service", by=by, clock=SYSTEM_CLOCK
        )


def _let_tell(by: str) -> None:
    """Carry what people of one employer tell to two systems of it, as a real one would."""
    from muster.register.told.enrolment import enrol

    enrol(_TELLING, folder=_systems(), by=by, clock=SYSTEM_CLOCK)


def _move(by: str) -> None:
    from muster.cli.demo_transfers import let_move

    let_move(_systems(), by=by, clock=SYSTEM_CLOCK)


def _systems() -> Path:
    """Return where the databases of pretend systems lie: beside the home, as other systems' do."""
    home = settings().home
    return home.with_name(f"{home.name}-systems")


def _expect(by: str) -> None:
    """Declare a monthly rhythm for the systems of pretend employers, from their last feed on.

    Their earlier feeds all come in today, and would count as late.
    """
    from muster.hub.alarms import expect
    from muster.hub.expected import Rhythm
    from muster.hub.routes import routes

    for route in routes():
        if route.employer is not None and route.last is not None:
            rhythm = Rhythm("month", _DUE_DAYS, route.last)
            expect(route=route.code, rhythm=rhythm, by=by, clock=SYSTEM_CLOCK)


def _show_figures() -> None:
    from muster.services.dashboards.examples import make_examples

    make_examples(clock=SYSTEM_CLOCK)


def _remove() -> None:
    """Remove what a demonstration wrote into its home; refuse a database that is not its own."""
    if settings().database_url:
        raise Misconfigured(
            "The demonstration does not empty a PostgreSQL database",
            where=Where(thing="MUSTER_DATABASE_URL"),
            fix="Empty it yourself, or leave the setting out",
        )
    home = settings().home
    for name in ("muster.sqlite3", "muster.sqlite3-wal", "muster.sqlite3-shm", "demo.json"):
        (home / name).unlink(missing_ok=True)
    for name in (
        "blobs", "checkpoints", "keys", "pretend", "uploads", "mappings", "snapshots", "skills",
    ):  # fmt: skip
        shutil.rmtree(home / name, ignore_errors=True)
    shutil.rmtree(_systems(), ignore_errors=True)


def _announce(port: int) -> None:
    from muster.gates.personas import personas

    click.echo(f"\nMuster is at http://127.0.0.1:{port}/  (stop with Ctrl-C)\nSign in as:")
    for persona in personas(settings()):
        click.echo(f"  {persona.actor.name}: {persona.line}")
    sys.stdout.flush()

"""Lets pretend employers send their adverts, and learns a map from them, for the demonstration."""

from pathlib import Path

import polars as pl

from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput
from muster.register.employers.queries import find
from muster.register.people.enrolment import key_of
from muster.services.skills import actions
from muster.services.skills.adverts.enrolment import let_send
from muster.services.skills.learning import work_on


def let_advertise(out: Path, *, by: str, clock: Clock) -> None:
    """Let the recruitment system of each employer that has an extract of adverts send it."""
    employers = pl.read_parquet(out / "truth" / "employer.parquet").select("employer", "name")
    for slug, name in employers.iter_rows():
        found = find(key_of(slug))
        if found is not None and any((out / "adverts" / slug).glob("*.csv")):
            let_send(found[0], system=f"adverts:{slug}", title=name, shown=True, by=by, clock=clock)


def learn(out: Path, *, by: str, clock: Clock) -> int | None:
    """Learn a map from what was sent and from the adverts that others publish as pages' data.

    Returns:
        The number of the release; None where there are too few adverts for a map, or where somebody
        stopped the build.
    """
    found = sorted((out / "adverts").glob("*/*.json"))
    published = {f"{path.parent.name}-{path.name}": path for path in found}
    build = actions.ask_build(
        files=published, held=True, linker="lexical", seed=0, by=by, clock=clock, may_show=True
    )
    try:
        built = work_on(build_id=build, clock=clock)
    except BadInput:
        return None
    return actions.publish(build=build, by=by, clock=clock) if built else None

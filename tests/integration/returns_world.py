"""Three pretend employers, one of which has not sent its last HR file: what returns are about."""

import datetime as dt
import uuid
from pathlib import Path

from django.test import Client

from muster.gates.access import Actor, Role
from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.employers.queries import find
from muster.services.returns import actions, answering, queries, returning
from muster.services.returns.queries import AskView
from synthetic.make import AS_AT as DATES
from tests.integration.people_files import enrolled, files_of, load, service
from tests.remembered import remembered

AS_AT = DATES[-1]
ANALYST, LEADER = "persona:analyst", "persona:leader"
OFFICER, SECOND = "persona:officer", "persona:second"
SOON = dt.timedelta(days=14)


def today() -> dt.date:
    return SYSTEM_CLOCK.now().date()


def out() -> Path:
    return service(3, 300)


def late_file() -> str:
    """Return the file that has not come: of the first employer, at the last date."""
    names = sorted(
        f"{place.parent.name}/{place.name}"
        for place in (out() / "files").rglob("*")
        if place.is_file() and place.name.startswith(AS_AT.isoformat())
    )
    return names[0]


def _load() -> None:
    enrolled(out())
    every = {
        f"{place.parent.name}/{place.name}"
        for place in (out() / "files").rglob("*")
        if place.is_file()
    }
    load(files_of(out(), sorted(every - {late_file()})))


def load_all_but_one() -> None:
    remembered("all but one file", _load)


def load_late() -> None:
    load(files_of(out(), [late_file()]))


def late_employer() -> uuid.UUID:
    found = find(f"pretend:{late_file().partition('/')[0]}")
    assert found is not None
    return found[0]


def ask(words: str = "How many staff are there by grade?") -> int:
    return actions.ask(
        words=words, why="A speech", for_whom="Minister's office", needed_by=today() + SOON,
        by=LEADER, clock=SYSTEM_CLOCK,
    )  # fmt: skip


def opened(*tables: tuple[str, tuple[str, ...]]) -> tuple[int, AskView]:
    """Open a return for headcount by grade, or for these tables; return it and its one ask."""
    number = returning.open_return(
        question=ask(), tables=tables or [("headcount", ("grade",))], as_at=AS_AT,
        deadline=today() + SOON, by=ANALYST, clock=SYSTEM_CLOCK,
    )  # fmt: skip
    return number, the_ask()


def the_ask() -> AskView:
    [found] = queries.asks_of(late_employer())
    return found


def written(view: AskView, *figures: str) -> dict[int, dict[str, tuple[str, str]]]:
    """Return the same few figures for the first cells of each table that is asked for."""
    return {
        one.item: {
            key: (figures[at], figures[at]) if at < len(figures) else ("", "")
            for at, (key, _label) in enumerate(one.cells)
        }
        for one in queries.tables_of(view)
    }


def state(view: AskView, *figures: str, by: str = OFFICER) -> None:
    answering.state_figures(
        ask=view.id, employer=late_employer(), written=written(view, *figures),
        source="Payroll report", version=view.version, by=by, clock=SYSTEM_CLOCK,
    )  # fmt: skip


def sign(by: str = SECOND) -> None:
    view = the_ask()
    answering.sign_off(
        ask=view.id, employer=late_employer(), version=view.version, by=by, clock=SYSTEM_CLOCK
    )


def release(number: int) -> None:
    returning.release_return(
        number=number, purpose="workforce planning", by=ANALYST, clock=SYSTEM_CLOCK
    )


def sign_in(client: Client, slug: str) -> Client:
    client.post(f"/sign-in/as/{slug}")
    return client


def officer(name: str, role: Role = "HR caseworker") -> Actor:
    return Actor(name, name, frozenset({role}), employer=late_employer())

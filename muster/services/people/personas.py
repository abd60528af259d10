"""Whom a demonstration can sign in as, once the pretend civil service is loaded."""

from muster.gates.access import Actor, Role
from muster.gates.personas import Persona
from muster.register.employers.queries import find
from muster.register.people.queries import dates_returned, search

_HARBOURS = "pretend:harbours-and-lighthouses"
_ORCHARDS = "pretend:orchards-and-allotments"
_HER_NAME = "Siân Llewellyn"  # the one person the demonstration follows; see synthetic/story.py


def offered() -> list[Persona]:
    """Return personas at pretend employers that the register holds; none before they are loaded."""
    found: list[Persona] = []
    found += _staff(_HARBOURS, "caseworker", "HR caseworker", "Looks after people's records")
    found += _staff(_HARBOURS, "manager", "line manager", "Leads a team and offers posts")
    found += _staff(_HARBOURS, "integrator", "integrator", "Connects the employer's systems")
    found += _staff(_ORCHARDS, "caseworker-orchards", "HR caseworker", "Receives people who move")
    return found + _herself()


def _staff(key: str, slug: str, role: Role, does: str) -> list[Persona]:
    employer = find(key)
    if employer is None:
        return []
    title = employer[1].title
    name = f"{role[0].upper()}{role[1:]}, {title}"
    actor = Actor(f"persona:{slug}", name, frozenset({role}), employer=employer[0])
    return [Persona(slug, actor, f"{does} at the {title}.")]


def _herself() -> list[Persona]:
    """Return the person the demonstration follows, as her present employer's system knows her."""
    employer, dates = find(_ORCHARDS), dates_returned()
    if employer is None or not dates:
        return []
    page = search(_HER_NAME, as_at=dates[0], employer=employer[0], limit=1)
    return [
        Persona(
            "civil-servant",
            Actor(
                "persona:civil-servant",
                _HER_NAME,
                frozenset({"civil servant"}),
                employer=employer[0],
                person=found.person,
            ),
            f"Works at the {employer[1].title} and wants to see her own record.",
        )
        for found in page.found
    ]

"""Pretend people to sign in as: in development only, refused in production.

Rooms with employers in their database register a source of personas, so that a demonstration has
a caseworker at a real-looking employer. Until one is registered, or while it has none to offer,
the built-in personas stand in: one per role, tied to no employer.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from muster.gates.access import Actor, Role
from muster.kernel.errors import NotFound
from muster.kernel.settings import Settings


@dataclass(frozen=True)
class Persona:
    """Somebody to sign in as; ``line`` says in a sentence what they are here to do."""

    slug: str
    actor: Actor
    line: str


Source = Callable[[], Iterable[Persona]]
_sources: list[Source] = []


def _built_in(slug: str, name: str, role: Role, line: str) -> Persona:
    return Persona(slug, Actor(f"persona:{slug}", name, frozenset({role})), line)


BUILT_IN = (
    _built_in("caseworker", "HR caseworker", "HR caseworker", "Looks after people's records."),
    _built_in("manager", "Line manager", "line manager", "Leads a team and plans its posts."),
    _built_in("leader", "Leader", "leader", "Wants figures to decide with."),
    _built_in("analyst", "Analyst", "analyst", "Explores figures and checks how they are made."),
    _built_in(
        "governance",
        "Information-governance officer",
        "information-governance officer",
        "Checks what flows, under which agreement, with what evidence.",
    ),
    _built_in("integrator", "Integrator", "integrator", "Connects an employer's systems."),
    _built_in("civil-servant", "Civil servant", "civil servant", "Wants to see their own record."),
    _built_in("operator", "Service operator", "service operator", "Keeps the service running."),
)


def register(source: Source) -> None:
    """Offer the personas that ``source`` returns; a room calls this from its ``apps.py``."""
    if source not in _sources:
        _sources.append(source)


def personas(in_force: Settings) -> tuple[Persona, ...]:
    """Return whom one can sign in as: nobody at all in production.

    A registered persona replaces the built-in one with the same slug.
    """
    if in_force.in_production:
        return ()
    offered = {persona.slug: persona for persona in BUILT_IN}
    for source in _sources:
        offered |= {persona.slug: persona for persona in source()}
    return tuple(offered.values())


def persona(slug: str, in_force: Settings) -> Persona:
    """Return the persona called ``slug``.

    Raises:
        NotFound: if there is none, which in production is always so.
    """
    for offered in personas(in_force):
        if offered.slug == slug:
            return offered
    raise NotFound("There is no such persona", fix="Choose one from the sign-in page")

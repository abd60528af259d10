"""Pretend people to sign in as: in development only, refused in production.

A room with employers or people in its database may name, on its ``AppConfig``, a function as
``personas = "muster.services.people.personas.offered"``. It takes nothing and returns ``Persona``
tuples, so that a demonstration has a caseworker at a real-looking employer. A persona of a room
replaces the built-in one with the same slug; the built-in ones, one for each role and tied to no
employer, stand in where no room has any to offer.
"""

from collections.abc import Iterator
from typing import NamedTuple, cast

from django.apps import apps
from django.utils.module_loading import import_string

from muster.gates.access import Actor, Role
from muster.kernel.errors import NotFound
from muster.kernel.settings import Settings


class Persona(NamedTuple):
    """Somebody to sign in as; ``line`` says in a sentence what they are here to do."""

    slug: str
    actor: Actor
    line: str


def _built_in(slug: str, name: str, role: Role, line: str) -> Persona:
    return Persona(slug, Actor(f"persona:{slug}", name, frozenset({role})), line)


BUILT_IN = (
    _built_in("caseworker", "HR caseworker", "HR caseworker", "Looks after people's records."),
    _built_in("manager", "Line manager", "line manager", "Leads a team and plans its posts."),
    _built_in("payroll", "Payroll lead", "payroll lead", "Pays people right, and on the day."),
    _built_in("leader", "Leader", "leader", "Wants figures to decide with."),
    _built_in("analyst", "Analyst", "analyst", "Explores figures and checks how they are made."),
    _built_in(
        "governance",
        "Information-governance officer",
        "information-governance officer",
        "Checks what flows, under which agreement, with what evidence.",
    ),
    # What two people decide needs somebody else to confirm it.
    _built_in(
        "governance-second",
        "Second information-governance officer",
        "information-governance officer",
        "Confirms or refuses what the first officer decided.",
    ),
    _built_in("integrator", "Integrator", "integrator", "Connects an employer's systems."),
    _built_in("civil-servant", "Civil servant", "civil servant", "Wants to see their own record."),
    _built_in("operator", "Service operator", "service operator", "Keeps the service running."),
)


def personas(in_force: Settings) -> tuple[Persona, ...]:
    """Return whom one can sign in as: nobody at all in production."""
    if in_force.in_production:
        return ()
    offered = {persona.slug: persona for persona in BUILT_IN}
    offered |= {persona.slug: persona for persona in _of_rooms()}
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


def _of_rooms() -> Iterator[Persona]:
    """Yield what installed rooms offer, in the order settings name them."""
    for config in apps.get_app_configs():
        source = cast("str", getattr(config, "personas", ""))
        if source:
            yield from import_string(source)()

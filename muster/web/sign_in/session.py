"""What is remembered of who signed in, and how it becomes an ``Actor`` again.

Claims, as Muster keeps them in the session: ``sub`` (how logs name the person), ``name``,
``roles`` (words of ``gates.access``), ``employer`` and ``person`` (UUIDs, or empty). A role Muster
does not know is dropped, a malformed UUID refuses sign-in: it would otherwise quietly mean
"no employer".
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from muster.gates.access import ROLES, Actor
from muster.kernel.errors import NotPermitted

_KEY = "signed_in"


def actor_from(claims: Mapping[str, Any]) -> Actor:
    """Return the actor that ``claims`` describe.

    Raises:
        NotPermitted: if they name nobody, no role Muster knows, or a malformed identifier.
    """
    subject, roles = claims.get("sub"), claims.get("roles")
    stated = roles if isinstance(roles, list) else []
    known = frozenset(role for role in ROLES if role in stated)
    if not isinstance(subject, str) or not subject or not known:
        raise NotPermitted(
            "Your account has no role in Muster",
            fix="Ask your department's administrator to give your account a Muster role",
        )
    return Actor(
        id=subject,
        name=str(claims.get("name") or subject),
        roles=known,
        employer=_uuid(claims.get("employer")),
        person=_uuid(claims.get("person")),
    )


def begin(request: HttpRequest, actor: Actor) -> None:
    """Sign ``actor`` in: a new session with a new id, so that no earlier one can be reused."""
    request.session.flush()
    rotate_token(request)
    request.session[_KEY] = {
        "sub": actor.id,
        "name": actor.name,
        "roles": sorted(actor.roles),
        "employer": str(actor.employer or ""),
        "person": str(actor.person or ""),
    }


def end(request: HttpRequest) -> None:
    """Sign out: the session and everything in it is gone."""
    request.session.flush()


def actor_in(request: HttpRequest) -> Actor | None:
    """Return who is signed in, or ``None``; claims that no longer hold are nobody."""
    claims = request.session.get(_KEY)
    if not isinstance(claims, dict):
        return None
    try:
        return actor_from(claims)
    except NotPermitted:
        return None


def safe_next(address: str) -> str:
    """Return ``address`` if it is a path of this service, else the home page's.

    A sign-in link must not be able to send somebody to a stranger's look-alike page.
    """
    own = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    plain = address.startswith("/") and address.isascii() and address.isprintable()
    if not own or not plain or " " in address:
        return reverse("home")
    return address


def _uuid(value: object) -> UUID | None:
    if not value:
        return None
    try:
        return UUID(str(value))
    except ValueError:
        raise NotPermitted(
            "Your account's employer or person identifier is malformed",
            fix="Ask your department's administrator to correct the claim",
        ) from None

"""Tokens: what a system shows to hand in files without a person at a page.

For integrators. A token belongs to one sending system, is shown once when it is made, and can be
revoked at any moment; the database holds only its hash. It can do no more than hand in files for
its system's own routes and ask what became of them.
"""

import datetime as dt
import difflib
import hashlib
import secrets
import uuid
from dataclasses import dataclass

from django.db import transaction

from muster.hub.models import System, SystemToken
from muster.kernel.clock import Clock
from muster.kernel.errors import BadInput, NotFound, Where
from muster.ledger.current import ledger

MADE, REVOKED = "muster.hub.token.made.v1", "muster.hub.token.revoked.v1"
_MARK = "muster_"
_BYTES, _LONGEST_TITLE = 32, 100
# So many systems are named to who wrote the code of none.
_NAMED = 10


@dataclass(frozen=True)
class TokenView:
    """A token as its owner sees it; the token itself is not kept."""

    id: uuid.UUID
    system: str
    title: str
    made_at: dt.datetime
    made_by: str
    used_at: dt.datetime | None
    revoked_at: dt.datetime | None


@dataclass(frozen=True)
class SystemView:
    """A system that an employer owns, and that can show a token."""

    code: str
    title: str
    employer: uuid.UUID


@dataclass(frozen=True)
class Bearer:
    """Whose token was shown: the system's code, its name, and the employer that owns it."""

    system: str
    title: str
    employer: uuid.UUID | None


@transaction.atomic
def make_token(*, system: str, title: str, by: str, clock: Clock) -> str:
    """Make a token for a system and return it; it cannot be shown again.

    Raises:
        BadInput: if it is not said what it is for.
        NotFound: if there is no such system; it names those with the codes most like it.
    """
    title = title.strip()
    if not title or len(title) > _LONGEST_TITLE:
        raise BadInput(
            "It is not said what the token is for", where=Where(field="title"),
            fix=f"Give it a name of up to {_LONGEST_TITLE} characters",
        )  # fmt: skip
    found = System.objects.filter(code=system).first()
    if found is None:
        raise NotFound("No such system", where=Where(thing=system), fix=_known(system))
    token = _MARK + secrets.token_urlsafe(_BYTES)
    row = SystemToken.objects.create(
        system=found, title=title, hashed=_hashed(token), made_at=clock.now(), made_by=by
    )
    body = {"token": str(row.id), "title": title, "by": by}
    ledger().append_one("decisions", MADE, f"system:hub:{system}", body)
    return token


@transaction.atomic
def revoke_token(*, token: uuid.UUID, by: str, clock: Clock) -> None:
    """Revoke a token at once; ``NotFound`` if there is none in force."""
    live = SystemToken.objects.filter(id=token, revoked_at__isnull=True)
    found = live.select_related("system").first()
    if found is None or not live.update(revoked_at=clock.now()):
        raise NotFound(
            "No such token is in force", where=Where(thing=str(token)), fix="See the tokens page"
        )
    body = {"token": str(token), "by": by}
    ledger().append_one("decisions", REVOKED, f"system:hub:{found.system.code}", body)


def bearer_of(token: str, *, clock: Clock) -> Bearer | None:
    """Return whose token this is; None if it is no token in force."""
    live = SystemToken.objects.filter(hashed=_hashed(token), revoked_at__isnull=True)
    found = live.select_related("system").first()
    if found is None:
        return None
    live.update(used_at=clock.now())
    return Bearer(found.system.code, found.system.title, found.system.employer)


def tokens(*, employer: uuid.UUID | None = None) -> tuple[TokenView, ...]:
    """Return the tokens of every system, or of the systems of one employer, newest first."""
    rows = SystemToken.objects.select_related("system").order_by("-made_at")
    if employer is not None:
        rows = rows.filter(system__employer=employer)
    return tuple(
        TokenView(row.id, row.system.code, row.title, row.made_at, row.made_by, row.used_at,
                  row.revoked_at)
        for row in rows
    )  # fmt: skip


def systems(*, employer: uuid.UUID | None = None) -> tuple[SystemView, ...]:
    """Return the systems that employers own, or those of one employer, by code."""
    owned = System.objects.filter(employer__isnull=False).order_by("code")
    if employer is not None:
        owned = owned.filter(employer=employer)
    return tuple(
        SystemView(row.code, row.title, row.employer) for row in owned if row.employer is not None
    )


def _known(code: str) -> str:
    """Return which systems there are, those first whose codes are most like a code."""
    codes = [one.code for one in systems()]
    if not codes:
        return "Make an agreement first: no system of an employer is known yet"
    codes.sort(key=lambda one: -difflib.SequenceMatcher(None, one, code, autojunk=False).ratio())
    more = len(codes) - _NAMED
    rest = f", and {more:,} more" if more > 0 else ""
    return f"Use the code of a system that is known: {', '.join(codes[:_NAMED])}{rest}"


def _hashed(token: str) -> str:
    # A token has 256 random bits: a plain hash of it cannot be guessed back.
    return hashlib.sha256(token.encode()).hexdigest()

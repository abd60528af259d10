"""Access-checked views: every page says what it does before it does anything.

``@page("see feeds")`` refuses who may not, sends who is not signed in to sign in, and puts a
``Visit`` on the request. A page about one subject asks again, with ``require``, once it knows
whose record it is. ``@open_page`` marks the few views that need no sign-in. The shell refuses
views with neither mark.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render as django_render
from django.urls import reverse
from django.utils.http import urlencode

from muster.gates.access import Actor, Purpose, Subject, Verb, may, may_ever, purpose_of, reach_of
from muster.kernel.errors import NotFound, NotPermitted

P = ParamSpec("P")


@dataclass(frozen=True)
class Access:
    """What a view declares: the verb it needs, or that it is open (no verb)."""

    verb: Verb | None


class PageRequest(HttpRequest):
    """A request inside a page: somebody is signed in and ``purpose`` says what for."""

    actor: Actor
    purpose: Purpose


View = Callable[..., HttpResponseBase]


def actor_of(request: HttpRequest) -> Actor | None:
    """Return who is signed in, if anybody is."""
    return cast("Actor | None", getattr(request, "actor", None))


def page(
    verb: Verb, *, purpose: Purpose | None = None
) -> Callable[
    [Callable[Concatenate[PageRequest, P], HttpResponseBase]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """Wrap a view so that only who may ever do ``verb`` reaches it.

    Args:
        verb: what the page does, a verb of ``gates.access``.
        purpose: what for; by default the purpose for which the actor's role was given the verb.
    """

    def wrap(
        view: Callable[Concatenate[PageRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            actor = actor_of(request)
            if actor is None:
                return to_sign_in(request)
            if not may_ever(actor, verb):
                raise NotPermitted(
                    f"Your role does not let you {verb}",
                    fix="Go back to the home page, or sign in with another role",
                )
            asked = cast("PageRequest", request)
            asked.purpose = purpose or cast("Purpose", purpose_of(actor, verb))
            return view(asked, *args, **kwargs)

        checked.access = Access(verb)  # type: ignore[attr-defined]
        return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", checked)

    return wrap


def open_page(view: View) -> View:
    """Mark a view that everybody may reach without signing in."""
    view.access = Access(None)  # type: ignore[attr-defined]
    return view


def access_of(view: object) -> Access | None:
    """Return what a view declares, or ``None`` if it declares nothing."""
    return cast("Access | None", getattr(view, "access", None))


def require(request: PageRequest, verb: Verb, subject: Subject) -> None:
    """Refuse unless the signed-in actor may do ``verb`` to ``subject``.

    Raises:
        NotFound: if the subject must not be known to exist.
        NotPermitted: if it may be known but not seen.
    """
    decision = may(request.actor, verb, subject, request.purpose)
    if decision.allowed:
        return
    if decision.hidden:
        raise no_such(subject.kind)
    raise NotPermitted(decision.because, fix="Ask your service operator if you should have access")


def no_such(kind: str) -> NotFound:
    """Return the one answer for what is not there and for what is out of reach.

    If their words differed, an address could be tried to learn what another employer has.
    """
    return NotFound(f"There is no such {kind}", fix="Check the address, or search for it again")


def within(request: PageRequest, verb: Verb) -> UUID | None:
    """Return the employer a list must keep to: the actor's own, or ``None`` for every employer's.

    Raises:
        NotPermitted: if the actor's role does not give ``verb`` for the purpose of the page.
    """
    reach = reach_of(request.actor, verb, request.purpose)
    if reach == "all":
        return None
    if reach == "own employer":
        return request.actor.employer
    raise NotPermitted(
        f"Your role does not let you {verb}",
        fix="Go back to the home page, or sign in with another role",
    )


def render(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Return a page drawn from ``template``; the layout's parts come from the request."""
    return django_render(request, template, context, status=status)


def to_sign_in(request: HttpRequest) -> HttpResponseRedirect:
    """Send the visitor to sign in and back here; what a form posted is not kept."""
    here = request.get_full_path() if request.method == "GET" else "/"
    return HttpResponseRedirect(f"{reverse('sign_in')}?{urlencode({'next': here})}")

"""The pages one signs in and out with."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from muster.gates import personas
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import NotFound
from muster.kernel.running import settings
from muster.pagekit.views import open_page, render
from muster.web.sign_in import openid_connect, session

_PENDING = "sign_in_pending"


@open_page
@require_GET
def sign_in(request: HttpRequest) -> HttpResponse:
    """Offer the ways to sign in that this installation has."""
    context = {
        "provider": bool(settings().oidc_issuer),
        "personas": personas.personas(settings()),
        "next": session.safe_next(request.GET.get("next", "")),
    }
    return render(request, "shell/sign_in.html", context)


@open_page
@require_POST
def as_persona(request: HttpRequest, slug: str) -> HttpResponse:
    """Sign in as a pretend person."""
    chosen = personas.persona(slug, settings())
    session.begin(request, chosen.actor)
    return redirect(session.safe_next(request.POST.get("next", "")))


@open_page
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Leave for the identity provider, remembering what its answer must match."""
    client = _client(request)
    pending = openid_connect.Pending.new(go_to=session.safe_next(request.GET.get("next", "")))
    address = client.authorization_address(pending)
    request.session[_PENDING] = pending.as_claims()
    return redirect(address)


@open_page
@require_GET
def come_back(request: HttpRequest) -> HttpResponse:
    """Take the provider's answer, once, and sign in whom it names."""
    pending = openid_connect.Pending.from_claims(request.session.pop(_PENDING, None))
    claims = _client(request).claims(
        pending,
        state=request.GET.get("state", ""),
        code=request.GET.get("code", ""),
        refusal=request.GET.get("error", ""),
        clock=SYSTEM_CLOCK,
    )
    session.begin(request, session.actor_from(openid_connect.as_muster_claims(claims)))
    return redirect(session.safe_next(pending.go_to))


@open_page
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out of Muster."""
    session.end(request)
    return redirect(reverse("sign_in"))


def _client(request: HttpRequest) -> openid_connect.Client:
    if not settings().oidc_issuer:
        raise NotFound(
            "Sign-in with a work account is not set up",
            fix="Set MUSTER_OIDC_ISSUER and MUSTER_OIDC_CLIENT_ID",
        )
    return openid_connect.Client(
        issuer=settings().oidc_issuer,
        client_id=settings().oidc_client_id,
        client_secret=settings().oidc_client_secret,
        return_to=request.build_absolute_uri(reverse("sign_in_return")),
        insecure_allowed=not settings().in_production,
    )

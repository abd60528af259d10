"""What happens around every request: security headers, who is signed in, error pages."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from muster.kernel.errors import BadInput, MusterError, NotPermitted
from muster.pagekit.views import access_of
from muster.web import errors
from muster.web.sign_in.session import actor_in

Handler = Callable[[HttpRequest], HttpResponseBase]

# Scripts, styles and connections come from this server alone and none stands inside a page.
# Form targets stay here too; sign-in leaves by a plain link.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


class SecurityHeadersMiddleware:
    """Adds the content policy to every answer and keeps pages out of shared and back caches."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()"
        )
        if not response.headers.get("Cache-Control"):
            response.headers["Cache-Control"] = "no-store"
        return response


class SignInMiddleware:
    """Puts the signed-in ``Actor``, or ``None``, on the request; refuses undeclared views."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.actor = actor_in(request)  # type: ignore[attr-defined]
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            # No name or word holds it, and a database may refuse to be asked for it.
            return errors.page_for(
                request, BadInput("The address holds a sign that no name has", fix="Check it")
            )
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Refuse a view that does not declare who may reach it."""
        if access_of(view) is not None:
            return None
        return errors.page_for(
            request,
            NotPermitted(
                "This page does not say who may see it, so nobody may",
                fix="Tell your service operator",
            ),
        )


class ErrorPagesMiddleware:
    """Turns errors raised by views into pages."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Return the page for ``error``; Django's own refusals go to its own handlers."""
        if isinstance(error, MusterError):
            return errors.page_for(request, error)
        if isinstance(error, (Http404, PermissionDenied, SuspiciousOperation)):
            return None
        return errors.page_for_unexpected(request, error)

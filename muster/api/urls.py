"""The API's addresses, its sign-in by token, and errors as JSON."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from muster.gates.access import Actor
from muster.hub.tokens import bearer_of
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import (
    BadInput,
    Conflict,
    EvidenceBroken,
    MusterError,
    NotFound,
    NotPermitted,
)
from muster.pagekit.views import open_page
from muster.services.exchange.api import router as exchange
from muster.services.grid.api import router as figures
from muster.services.messages.api import router as messages

_NO_SUCH_VERB = 405
_STATUS: tuple[tuple[type[MusterError], int], ...] = (
    (BadInput, 422),
    (NotPermitted, 403),
    (NotFound, 404),
    (Conflict, 409),
    (EvidenceBroken, 500),
)


class SystemToken(HttpBearer):
    """A system's token, shown as ``Authorization: Bearer muster_...``."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Return the system as an actor, or None if the token is not in force."""
        bearer = bearer_of(token, clock=SYSTEM_CLOCK)
        if bearer is None:
            return None
        return Actor(
            f"system:{bearer.system}", bearer.title, frozenset({"integrator"}), bearer.employer
        )


api = NinjaAPI(
    title="Muster",
    version="1",
    description="Hand in files and messages for a system, and ask what became of them.",
    auth=SystemToken(),
    urls_namespace="api",
    docs_url=None,
)
api.add_router("/", exchange)
api.add_router("/", messages)
api.add_router("/", figures)


@api.exception_handler(MusterError)
def _said(request: HttpRequest, error: MusterError) -> HttpResponse:
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    where = {name: value for name, value in vars(error.where).items() if value is not None}
    said = {"what": error.what, "where": where, "fix": error.fix}
    return api.create_response(request, said, status=status)


@api.exception_handler(ValidationError)
def _malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Say which parts of a request are wrong; never what stood in them."""
    places = sorted({_place(one["loc"]) for one in error.errors})
    said = {
        "what": f"The request is not as described: {', '.join(places)}",
        "where": {"field": places[0]} if places else {},
        "fix": "See the description at /api/v1/openapi.json",
    }
    return api.create_response(request, said, status=422)


def _place(loc: Sequence[str | int]) -> str:
    """Return the field that a fault stands in: the last that has a name, of those it is within."""
    return next((part for part in reversed(loc) if isinstance(part, str)), "")


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    said = {
        "what": "The token is missing or no longer in force",
        "where": {},
        "fix": "Show a token of your system: Authorization: Bearer muster_...",
    }
    return api.create_response(request, said, status=401)


@api.exception_handler(HttpError)
@api.exception_handler(MultiPartParserError)
def _unreadable(request: HttpRequest, _error: Exception) -> HttpResponse:
    said = {
        "what": "The request cannot be read",
        "where": {},
        "fix": "Send JSON, or files as multipart/form-data in the field files",
    }
    return api.create_response(request, said, status=400)


def _in_json(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answer a verb that an address does not know as all errors are answered."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code != _NO_SUCH_VERB:
            return response
        verbs = ", ".join(sorted(response.headers["Allow"].split(", ")))
        said = {
            "what": f"This address does not take {request.method}",
            "where": {"thing": request.path},
            "fix": f"Use {verbs}",
        }
        told = api.create_response(request, said, status=_NO_SUCH_VERB)
        told.headers["Allow"] = verbs
        return told

    return answered


@csrf_exempt
def no_such_address(request: HttpRequest, rest: str) -> HttpResponse:
    """Say that an address leads nowhere, as all errors are said."""
    said = {
        "what": "There is no such address",
        "where": {"thing": f"/api/v1/{rest}"},
        "fix": "See the description at /api/v1/openapi.json",
    }
    return api.create_response(request, said, status=404)


app_name = "api"
urlpatterns = [one for one in api.urls[0] if isinstance(one, URLPattern)]
for _pattern in urlpatterns:
    # Who may use an address is asked by its token, not by a session.
    _pattern.callback = open_page(_in_json(_pattern.callback))
urlpatterns.append(path("<path:rest>", open_page(no_such_address)))

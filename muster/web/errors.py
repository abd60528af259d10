"""Error pages: what was wrong, where, and what to do, with the right status.

An error nobody foresaw shows a reference id. The log gets that id, the kind of error and the
lines of code it passed through, never its message: messages of databases and parsers quote the
values they choke on, and those can be personal.
"""

import logging
import traceback
from types import TracebackType

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from muster.kernel.errors import BadInput, Conflict, MusterError, NotFound, NotPermitted
from muster.kernel.ids import new_id
from muster.pagekit.views import render

log = logging.getLogger("muster.web")
_API = "/api/"

_STATUS: tuple[tuple[type[MusterError], int], ...] = (
    (NotFound, 404),
    (NotPermitted, 403),
    (BadInput, 400),
    (Conflict, 409),
)


class WithoutValues(logging.Formatter):
    """Formats an exception as its kind and the places it passed, without its message."""

    def formatException(  # noqa: N802 - the name is the standard library's
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        kind, error, _trace = ei
        return "" if kind is None or error is None else places_of(error)


def places_of(error: BaseException) -> str:
    """Return the kind of an error and the lines of code it passed through."""
    frames = traceback.extract_tb(error.__traceback__)
    places = (f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
    return "\n".join((f"{type(error).__module__}.{type(error).__qualname__}", *places))


def page_for(request: HttpRequest, error: MusterError) -> HttpResponse:
    """Return the page for an error a user can understand and act on."""
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    return _page(
        request,
        status,
        what=error.what,
        where=str(error.where),
        fix=error.fix,
        reference=_logged(error) if status == 500 else "",
    )


def page_for_unexpected(request: HttpRequest, error: BaseException) -> HttpResponse:
    """Return the page for an error nobody foresaw and log it under the reference it shows."""
    return _page(
        request,
        500,
        what=_("Something went wrong on our side"),
        fix=_("Nothing you sent has been changed unless a page said so. Try again in a minute"),
        reference=_logged(error),
    )


def _logged(error: BaseException) -> str:
    reference = new_id().hex[-10:]
    log.error("error %s: %s", reference, places_of(error))
    return reference


def _page(request: HttpRequest, status: int, **parts: str) -> HttpResponse:
    headings = {
        400: _("There is a problem with what was sent"),
        403: _("You do not have access to this page"),
        404: _("Page not found"),
        409: _("Somebody or something else came first"),
        500: _("Sorry, there is a problem with the service"),
    }
    if request.path.startswith(_API):
        # A system is told in JSON, as the API tells the errors it foresees.
        told = {name: words for name, words in parts.items() if words}
        said = {"what": headings[status], "fix": "", **told, "where": {}}
        return JsonResponse(said, status=status)
    return render(request, "error.html", {"heading": headings[status], **parts}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request Django itself found unusable."""
    return _page(request, 400, what=_("The address or form could not be read"))


def not_permitted(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a refusal raised by Django itself."""
    return _page(request, 403, fix=_("Sign in with another role, or go back"))


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose protection token is missing or old."""
    return _page(
        request,
        403,
        what=_("The form you sent was opened before you signed in, or too long ago"),
        fix=_("Go back, load the page again and send the form once more"),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address that leads nowhere."""
    return _page(
        request,
        404,
        what=_("If you typed the address, check it is correct"),
        fix=_("If you followed a link, the record may have moved or may not be open to you"),
    )


def unexpected(request: HttpRequest) -> HttpResponse:
    """Answer when an error passed every other handler."""
    return _page(request, 500, what=_("Something went wrong on our side"))

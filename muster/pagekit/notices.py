"""What just happened, said once on the page that the change leads to."""

from django.http import HttpRequest

_KEY = "notice"


def leave_notice(request: HttpRequest, text: str) -> None:
    """Leave a sentence for the next page that takes it; the latest one counts."""
    request.session[_KEY] = text


def take_notice(request: HttpRequest) -> str:
    """Return the sentence that was left and forget it; empty if there is none."""
    return str(request.session.pop(_KEY, ""))

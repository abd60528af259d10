"""What pages with one form have alike: show it, do one verb, go on or say what was wrong."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from muster.kernel.errors import BadInput, Conflict
from muster.pagekit.notices import leave_notice
from muster.pagekit.views import PageRequest, render
from muster.services.dashboards.forms import Refusable


def given(request: HttpRequest) -> QueryDict | None:
    """Return what a form is bound with: what was posted, or None."""
    return request.POST if request.method == "POST" else None


def step(
    request: PageRequest,
    form: Refusable,
    do: Callable[[], str],
    *,
    words: dict[str, Any],
    said: str = "",
) -> HttpResponse:
    """Show a form; once it is filled in well, do its verb and go where that says.

    Args:
        request: the page's request.
        form: bound if something was posted.
        do: the verb; it returns the address to go to.
        words: for the page: ``title``, ``submit``, ``back`` (words and address), perhaps
            ``caption``, ``intro`` and ``warning``.
        said: what the next page says was done.
    """
    if form.is_bound and form.is_valid():
        try:
            address = do()
        except (BadInput, Conflict) as problem:
            form.refused(problem)
        else:
            if said:
                leave_notice(request, said)
            return redirect(address)
    return render(request, "dashboards/form.html", {"form": form, **words})

"""What the reader is told, how and when; and having less of it without signing in."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from muster.casework.notifying.choosing import choice_of, choose, choose_least, holder_by_mark
from muster.casework.notifying.rules import OFFERED
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import MusterError
from muster.pagekit.notices import leave_notice
from muster.pagekit.views import PageRequest, open_page, page, render
from muster.services.inbox.forms import Choices, say
from muster.services.inbox.wording import KINDS


@page("see tasks")
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: PageRequest) -> HttpResponse:
    """Let the reader choose within what is due to them."""
    actor = request.actor
    form = Choices(request.POST if request.method == "POST" else None,
                   chosen=choice_of(actor.id, actor.person))  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            choose(
                actor=actor.id, person=actor.person, rhythms=form.rhythms(),
                way=form.cleaned_data["way"], quiet=form.cleaned_data["quiet"], clock=SYSTEM_CLOCK,
            )  # fmt: skip
        except MusterError as problem:
            say(form, problem)
        else:
            leave_notice(request, _("Saved. From now on we tell you as you chose."))
            return redirect("inbox:notices")
    return render(request, "inbox/choices.html", {"form": form, "always": _always()},
                  status=400 if form.errors else 200)  # fmt: skip


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def less(request: HttpRequest, notice: uuid.UUID, mark: str) -> HttpResponse:
    """Switch off what is not due to whom a notice went to; the notice's own link is enough.

    Nothing changes by opening the page: programs that look at links must not choose for people.
    """
    holder_by_mark(notice, mark)
    if request.method == "POST":
        choose_least(notice=notice, mark=mark, clock=SYSTEM_CLOCK)
    response = render(request, "inbox/less.html",
                      {"done": request.method == "POST", "always": _always()})  # fmt: skip
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _always() -> list[str]:
    """Return what is told all the same, in words."""
    return [str(KINDS[kind]) for kind, one in OFFERED.items() if "never" not in one.rhythms]

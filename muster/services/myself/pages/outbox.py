"""What would have been sent to the person: on a development machine alone."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from muster.kernel.running import settings
from muster.pagekit.jinja import moment
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.register.told.notices import written_to
from muster.services.myself.pages.telling import own_person
from muster.services.myself.wording import NOTICE_STATES


@page("tell own changes")
@require_safe
def outbox(request: PageRequest) -> HttpResponse:
    """Show the notices that were written to the person; in production there is no such page.

    A code shown beside the form that asks for it would confirm nothing.
    """
    if settings().in_production:
        raise no_such("page")
    person = own_person(request, "tell own changes")
    notices = [
        (one, moment(one.written_at), NOTICE_STATES[one.state]) for one in written_to(person)
    ]
    return render(request, "myself/outbox.html", {"notices": notices})

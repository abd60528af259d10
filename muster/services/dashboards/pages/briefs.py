"""One brief: reading it as it is now, and what its owner does with it as a whole."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.services.dashboards import briefing, issuing, queries
from muster.services.dashboards.forms import BriefForm, CommentForm, ScheduleForm, ShareForm
from muster.services.dashboards.pages.cards import card
from muster.services.dashboards.pages.steps import given, step
from muster.services.dashboards.queries import BriefView, IssueLine
from muster.services.dashboards.reach import brief_for, mine, own_brief
from muster.services.dashboards.rules import FEWEST_FIGURES
from muster.services.dashboards.showing import Asker
from muster.services.dashboards.targets import asked, read, thawed
from muster.services.dashboards.wording import audience_words, state_tag

_FORM = ["GET", "HEAD", "POST"]


@page("see figures")
@require_safe
def brief(request: PageRequest, one: UUID) -> HttpResponse:
    """Show a brief as it is now, of the latest complete month."""
    found = brief_for(request, one)
    asker = Asker(request.purpose, request.actor.id, SYSTEM_CLOCK)
    figures = [read(wanted, asked(wanted, None, asker)) for wanted in found.figures]
    context = {
        "said": take_notice(request),
        "about": found.about,
        "state": state_tag(found.about),
        "shared": audience_words(found.about),
        "own": mine(request, found.about),
        "cards": list(map(card, figures)),
        "comment": found.said[0] if found.said else None,
        "earlier": found.said[1:],
        "schedule": _scheduled(found),
        "too_few": FEWEST_FIGURES if len(found.figures) < FEWEST_FIGURES else 0,
        "issues": found.issues,
        "as_at": max((each.as_at for each in figures if each.as_at), default=None),
    }
    return render(request, "dashboards/brief.html", context)


def _scheduled(found: BriefView) -> str:
    """Return in a sentence when issues are made."""
    told = found.schedule
    if told.day is None:
        return _("Issues are made by hand.")
    if told.paused:
        return _("The schedule is paused.")
    return _("An issue is made on day %(day)s of each month.") % {"day": told.day}


@page("see figures")
@require_safe
def issue(request: PageRequest, one: UUID, number: int) -> HttpResponse:
    """Show an issue as it was made; a brief that was deleted keeps its issues."""
    view = queries.issue(one, number)
    if view is None or not queries.readable(request.actor, view.about.held):
        raise no_such("issue")
    issuing.mark_read(brief=one, number=number, by=request.actor)
    content = view.content
    context: dict[str, Any] = {
        "said": take_notice(request),
        "line": view.line,
        "about": view.about,
        "title": content["title"],
        "purpose": content["purpose"],
        "owner_name": content["owner_name"],
        "cards": [card(thawed(kept)) for kept in content["figures"]],
        "comment": queries.said_in(content),
        "neighbours": _neighbours(one, number),
    }
    return render(request, "dashboards/issue.html", context)


def _neighbours(one: UUID, number: int) -> list[IssueLine]:
    found = queries.brief(one)
    return [each for each in found.issues if each.number != number] if found else []


@page("build dashboards")
@require_http_methods(_FORM)
def new(request: PageRequest) -> HttpResponse:
    """Begin a brief."""
    form = BriefForm(given(request))

    def make() -> str:
        said = form.cleaned_data
        made = briefing.make_brief(
            title=said["title"], purpose=said["purpose"], by=request.actor, clock=SYSTEM_CLOCK
        )
        return reverse("dashboards:figures", args=[made])

    words = {
        "title": _("Write a brief"), "submit": _("Save and add figures"),
        "intro": _("One page for a leader: four to eight figures with their targets, and what"
                   " stands behind them."),
        "back": (_("Dashboards and briefs"), reverse("dashboards:listing")),
    }  # fmt: skip
    return step(request, form, make, words=words)


def _words(found: BriefView, title: str, **more: Any) -> dict[str, Any]:
    back = (found.about.title, reverse("dashboards:brief", args=[found.about.id]))
    return {"title": title, "submit": _("Save"), "caption": found.about.title, "back": back, **more}


@page("build dashboards")
@require_http_methods(_FORM)
def settings(request: PageRequest, one: UUID) -> HttpResponse:
    """Rename a brief, or say anew what it is for."""
    found = own_brief(request, one)
    start = {"title": found.about.title, "purpose": found.about.purpose}
    form = BriefForm(given(request), initial=start)

    def change() -> str:
        said = form.cleaned_data
        briefing.change_brief(
            brief=one, title=said["title"], purpose=said["purpose"], by=request.actor,
            clock=SYSTEM_CLOCK,
        )  # fmt: skip
        return reverse("dashboards:brief", args=[one])

    return step(request, form, change, words=_words(found, _("Title and purpose")),
                said=_("Saved."))  # fmt: skip


@page("build dashboards")
@require_http_methods(_FORM)
def share(request: PageRequest, one: UUID) -> HttpResponse:
    """Say who may read a brief and its issues."""
    found = own_brief(request, one)
    form = ShareForm(given(request), about=found.about, actor=request.actor)

    def do() -> str:
        briefing.share_brief(
            brief=one, audience=form.audience, by=request.actor, clock=SYSTEM_CLOCK
        )
        return reverse("dashboards:brief", args=[one])

    intro = _("Whoever it is shared with sees each issue on their home page.")
    return step(request, form, do, words=_words(found, _("Share it"), intro=intro),
                said=_("Saved."))  # fmt: skip


@page("build dashboards")
@require_http_methods(_FORM)
def comment(request: PageRequest, one: UUID) -> HttpResponse:
    """Say what stands behind the figures; what was said before is kept."""
    found = own_brief(request, one)
    start = {"text": found.said[0].text if found.said else ""}
    form = CommentForm(given(request), initial=start)

    def do() -> str:
        text = form.cleaned_data["text"]
        briefing.comment(brief=one, text=text, by=request.actor, clock=SYSTEM_CLOCK)
        return reverse("dashboards:brief", args=[one])

    return step(request, form, do, words=_words(found, _("Commentary")), said=_("Saved."))


@page("build dashboards")
@require_http_methods(_FORM)
def schedule(request: PageRequest, one: UUID) -> HttpResponse:
    """Say on which day issues are made and who gets a notice, or let that rest."""
    found = own_brief(request, one)
    told = found.schedule
    start = {"day": told.day, "paused": told.paused, "recipients": "\n".join(told.recipients)}
    form = ScheduleForm(given(request), initial=start)

    def do() -> str:
        said = form.cleaned_data
        briefing.schedule(
            brief=one, day=said["day"], paused=said["paused"],
            recipients=said["recipients"].splitlines(), by=request.actor, clock=SYSTEM_CLOCK,
        )  # fmt: skip
        return reverse("dashboards:brief", args=[one])

    return step(request, form, do, words=_words(found, _("Schedule")), said=_("Saved."))


@page("build dashboards")
@require_POST
def run(request: PageRequest, one: UUID) -> HttpResponse:
    """Make an issue now."""
    own_brief(request, one)
    number = issuing.issue_now(brief=one, by=request.actor, clock=SYSTEM_CLOCK)
    leave_notice(request, _("Issue %(number)s is made.") % {"number": number})
    return redirect("dashboards:issue", one, number)


@page("build dashboards")
@require_POST
def delete(request: PageRequest, one: UUID) -> HttpResponse:
    """Delete a brief; the list offers to put it back, and its issues stay."""
    found = own_brief(request, one)
    briefing.remove_brief(brief=one, by=request.actor, clock=SYSTEM_CLOCK)
    words = _("“%(title)s” is deleted. You can put it back below, for 30 days.")
    leave_notice(request, words % {"title": found.about.title})
    return redirect("dashboards:listing")


@page("build dashboards")
@require_POST
def restore(request: PageRequest, one: UUID) -> HttpResponse:
    """Put a deleted brief back."""
    briefing.restore_brief(brief=one, by=request.actor, clock=SYSTEM_CLOCK)
    leave_notice(request, _("It is back as it was."))
    return redirect("dashboards:brief", one)

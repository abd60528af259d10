"""Signing, suspending, resuming, withdrawing and ending: each asks once more, then does it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from muster.hub.agreements import actions, queries
from muster.hub.agreements.queries import AgreementView, VersionView
from muster.hub.agreements.rules import SIDES, Side, stands_for
from muster.hub.agreements.terms import changed
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import Conflict, NotPermitted
from muster.pagekit.notices import leave_notice
from muster.pagekit.tables import Column, Table, table
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.services.agreements import wording
from muster.services.agreements.forms import Reason, Sign
from muster.services.agreements.pages.one import processors_table
from muster.services.agreements.pages.reach import agreement_within


@page("sign agreements")
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: PageRequest, code: str, side: str) -> HttpResponse:
    """Show the terms that wait, and take the signature of one side."""
    found = agreement_within(request, "sign agreements", code)
    if side not in SIDES:
        raise no_such("side")
    own: Side = "sender" if side == "sender" else "receiver"
    waiting = queries.proposal(found.code)
    if waiting is None:
        raise Conflict(_("No terms wait for signatures"), fix=_("See the agreement"))
    owner = found.sender.employer if own == "sender" else found.receiver.employer
    if not stands_for(owner, request.actor.employer):
        raise NotPermitted(
            _("Only somebody of that side signs for it"), fix=_("Ask your colleague there")
        )
    form = Sign(
        request.POST if request.method == "POST" else None, initial={"digest": waiting.digest}
    )
    if form.is_bound and form.is_valid():
        in_force = actions.sign(
            code=found.code, side=own, digest=form.cleaned_data["digest"],
            capacity=form.cleaned_data["capacity"], by=request.actor.id,
            employer=request.actor.employer, clock=SYSTEM_CLOCK,
        )  # fmt: skip
        leave_notice(
            request,
            _("Both sides have signed. The terms are in force.")
            if in_force
            else _("You have signed. The terms are in force once the other side has signed."),
        )
        return redirect("agreements:agreement", found.code)
    context = {
        "agreement": found,
        "waiting": waiting,
        "side": wording.SIDES[own],
        "facts": wording.terms_facts(waiting.terms, found.contract),
        "changes": _changes(request, found, waiting) if found.in_force_once else None,
        "processors": processors_table(request, waiting.terms),
        "form": form,
    }
    return render(request, "agreements/sign.html", context)


@page("suspend agreements")
@require_http_methods(["GET", "HEAD", "POST"])
def suspend(request: PageRequest, code: str) -> HttpResponse:
    """Ask for the reason, then stop everything under an agreement at once."""
    found = agreement_within(request, "suspend agreements", code)
    if found.side_of(request.actor.employer) in found.suspended_by:
        raise Conflict(_("Your side has suspended this agreement already"), fix=_("See it"))
    return _asked(
        request, found, actions.suspend, "suspend",
        _("The agreement is suspended. Nothing flows under it."),
    )  # fmt: skip


@page("suspend agreements")
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: PageRequest, code: str) -> HttpResponse:
    """Ask for the reason, then take the suspension of one's own side back."""
    found = agreement_within(request, "suspend agreements", code)
    if found.side_of(request.actor.employer) not in found.suspended_by:
        raise Conflict(_("Your side has not suspended this agreement"), fix=_("See it"))
    others = len(set(found.suspended_by)) > 1
    done = _("The agreement is in force again. Refused files can be sent again.")
    if others:
        done = _("Your suspension is lifted. Nothing flows until the other lifts theirs.")
    return _asked(request, found, actions.lift, "resume", done)


@page("suspend agreements")
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: PageRequest, code: str) -> HttpResponse:
    """Ask for the reason, then end an agreement for good."""
    found = agreement_within(request, "suspend agreements", code)
    if found.ended_on is not None:
        raise Conflict(_("This agreement was ended already"), fix=_("See it"))
    return _asked(
        request, found, actions.end, "end", _("The agreement has ended. Nothing flows under it.")
    )


@page("draft agreements")
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: PageRequest, code: str) -> HttpResponse:
    """Ask for the reason, then give up the terms that wait for signatures."""
    found = agreement_within(request, "draft agreements", code)
    if queries.proposal(found.code) is None:
        raise Conflict(_("No terms wait for signatures"), fix=_("See the agreement"))
    return _asked(
        request, found, actions.withdraw, "withdraw",
        _("The proposed terms are withdrawn. What is in force stays in force."),
    )  # fmt: skip


def _asked(
    request: PageRequest, found: AgreementView, act: Callable[..., Any], verb: str, done: str
) -> HttpResponse:
    form = Reason(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        act(
            code=found.code, reason=form.cleaned_data["reason"], by=request.actor.id,
            employer=request.actor.employer, clock=SYSTEM_CLOCK,
        )  # fmt: skip
        leave_notice(request, done)
        return redirect("agreements:agreement", found.code)
    context = {"agreement": found, "form": form, "verb": verb, **_words(verb)}
    return render(request, "agreements/reason.html", context)


def _words(verb: str) -> dict[str, Any]:
    match verb:
        case "suspend":
            said = _("Suspend this agreement"), _("Suspend"), _(
                "Nothing flows under it from the moment you suspend it. What arrives is kept and"
                " refused, with the reason. Only your side can lift it."
            )  # fmt: skip
        case "resume":
            said = _("Resume this agreement"), _("Resume"), _(
                "Data flows again from the moment you resume it. Files refused meanwhile can be"
                " sent again."
            )  # fmt: skip
        case "end":
            said = _("End this agreement"), _("End it for good"), _(
                "Nothing flows under it any more, from today. It cannot be taken back: whoever"
                " needs it later drafts a new one."
            )  # fmt: skip
        case _:
            said = _("Withdraw the proposed terms"), _("Withdraw"), _(
                "Signatures given to these terms count for nothing. What is in force stays."
            )  # fmt: skip
    return {"heading": said[0], "submit": said[1], "explained": said[2],
            "warning": verb != "resume"}  # fmt: skip


def _changes(request: PageRequest, found: AgreementView, waiting: VersionView) -> Table:
    """Return what the terms that wait would change, before and after."""
    before = wording.terms_facts(found.terms, found.contract)
    after = dict(wording.terms_facts(waiting.terms, found.contract))
    rows = [(name, words, after[name]) for name, words in before if after.get(name) != words]
    if found.terms.title != waiting.terms.title:
        rows.insert(0, (_("Title"), found.terms.title, waiting.terms.title))
    if "processors" in changed(found.terms, waiting.terms):
        named = [", ".join(one.name for one in terms.processors) or _("None")
                 for terms in (found.terms, waiting.terms)]  # fmt: skip
        rows.append((_("Processors"), named[0], named[1]))
    return table(
        request,
        caption=_("What would change"),
        columns=[Column(_("Part")), Column(_("In force")), Column(_("Proposed"))],
        rows=rows,
        empty=_("Nothing changes."),
    )

"""Taking a release back: the one before it is in force again."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import Conflict, NotFound
from muster.pagekit.notices import leave_notice
from muster.pagekit.views import PageRequest, page, render
from muster.services.skills import actions, queries


class WithdrawForm(forms.Form):
    """Why a release is taken back."""

    why = forms.CharField(
        max_length=500, widget=forms.Textarea, label=gettext_lazy("Reason"),
        help_text=gettext_lazy("It stands in the list of releases for everybody who builds maps."),
        error_messages={"required": gettext_lazy("Enter why the release is withdrawn")},
    )  # fmt: skip


@page("publish skills map")
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: PageRequest, number: int) -> HttpResponse:
    """Ask why, then withdraw."""
    release = next((one for one in queries.releases() if one.number == number), None)
    if release is None or release.withdrawn_at is not None:
        raise NotFound(
            _("There is no such release to withdraw"), fix=_("Choose one from the list of releases")
        )
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.withdraw(
                number=number, why=form.cleaned_data["why"], by=request.actor.id, clock=SYSTEM_CLOCK
            )
        except Conflict as problem:  # somebody else did at the same moment
            leave_notice(request, f"{problem.what}. {problem.fix}.")
        else:
            leave_notice(request, _("Release %(number)s was withdrawn.") % {"number": number})
        return redirect("skills:builds")
    return render(request, "skills/withdraw.html", {"form": form, "number": number})

"""What left through the gate, what audits found, deciding on what is held, and the proof of it."""

from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from muster.gates.access import may_ever
from muster.gates.audit import deciding
from muster.gates.audit.deciding import LONGEST_REASON, AuditedRelease
from muster.gates.metrics import declared
from muster.kernel.clock import SYSTEM_CLOCK
from muster.pagekit.downloads import as_file
from muster.pagekit.jinja import day, moment, short_day
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Paging, Table, pagination, table
from muster.pagekit.views import PageRequest, no_such, page, render
from muster.services.grid.evidence import noted_of, proof_of
from muster.services.grid.wording import title_of_table

_PAGE = 50

_STATES = {
    "waits": (gettext_lazy("Not audited yet"), "grey"),
    "out": (gettext_lazy("Released"), "green"),
    "held": (gettext_lazy("Held"), "red"),
    "let out": (gettext_lazy("Let out"), "blue"),
    "withdrawn": (gettext_lazy("Withdrawn"), "grey"),
}
# What entries of the log tell of a table.
_NOTED = {
    "released": gettext_lazy("Released"),
    "held": gettext_lazy("Held by the audit"),
    "decided": gettext_lazy("Decided"),
}


class DecideRelease(forms.Form):
    """Whether a held table may be read, and why."""

    decision = forms.ChoiceField(
        label=gettext_lazy("What should become of this table?"),
        choices=[
            ("let out", gettext_lazy("Let it out as it is")),
            ("withdraw", gettext_lazy("Withdraw it: nobody can read it or ask for it again")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what should become of this table")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("It is recorded in the log of decisions. Do not name people."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=LONGEST_REASON,
        error_messages={"required": gettext_lazy("Enter the reason")},
    )


@page("decide releases")
@require_safe
def audited(request: PageRequest) -> HttpResponse:
    """List protected tables that left, with what their audits found; held ones first."""
    held = deciding.releases(held=True)
    others = [one for one in deciding.releases() if one.state != "held"]
    listed = (*held, *others)
    paging = Paging.asked(request, total=len(listed), size=_PAGE)
    shown = table(
        request,
        caption=_("Released tables about people"),
        columns=[
            Column(_("Table")),
            Column(_("As at")),
            Column(_("Audience")),
            Column(_("State")),
            Column(_("Small cells looked at"), numeric=True),
            Column(_("Found out"), numeric=True),
        ],
        rows=[_row(one) for one in listed[paging.offset : paging.offset + paging.size]],
        empty=_("No table about people has been released yet."),
    )
    context = {
        "table": shown,
        "held": len(held),
        "paging_now": paging,
        "page_links": pagination(request, paging),
        "said": take_notice(request),
    }
    return render(request, "grid/audit.html", context)


@page("decide releases")
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: PageRequest, release: UUID) -> HttpResponse:
    """Show why a table is held, and let somebody decide on it."""
    found = deciding.release_of(release)
    if found is None:
        raise no_such("release")
    form = DecideRelease(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        out = form.cleaned_data["decision"] == "let out"
        verb = deciding.let_out if out else deciding.withdraw
        verb(
            release=release,
            reason=form.cleaned_data["reason"],
            by=request.actor.id,
            clock=SYSTEM_CLOCK,
        )
        leave_notice(request, _("Decided. It is recorded in the log of decisions."))
        return redirect("grid:audit")
    context = {
        "form": form,
        "title": title_of_table(found.metric, found.dimensions),
        "shut": found.state in ("held", "withdrawn"),
        "address": reverse("grid:release", args=[release]),
        "entries": _entries(request, found),
        "waits": found.state == "held",
        "facts": _facts(found),
        "worst": table(
            request,
            caption=_("Cells that came out narrower than they were told"),
            columns=[Column(_("Cell")), Column(_("At least"), numeric=True),
                     Column(_("At most"), numeric=True)],
            rows=[(_cell(found, key), low, high) for key, low, high in found.worst],
            empty=_("None did.") if found.at else _("It has not been audited yet."),
        ),
    }  # fmt: skip
    return render(request, "grid/audit_release.html", context)


@page("see evidence")
@require_safe
def proof(request: PageRequest, release: UUID, position: int) -> HttpResponse:
    """Return the proof that an entry about a table stands unaltered in the log of decisions."""
    response = HttpResponse(proof_of(release, position), content_type="application/json")
    return as_file(response, f"proof-decisions-{position}.json")


def _entries(request: PageRequest, found: AuditedRelease) -> Table | None:
    """Return what the log of decisions holds about a table, for those who may see evidence."""
    if not may_ever(request.actor, "see evidence"):
        return None
    noted = noted_of(found.id, (found.released_at, found.at, found.decided_at))
    return table(
        request,
        caption=_("Entries in the log of decisions"),
        columns=[Column(_("Position")), Column(_("What")), Column(_("When")), Column(_("Proof"))],
        rows=[
            (
                f"{one.position:,}",
                str(_NOTED.get(one.what, one.what)),
                moment(one.recorded_at),
                Cell(
                    _("Download the proof of entry %(position)s") % {"position": one.position},
                    href=reverse("grid:release-proof", args=[found.id, one.position]),
                ),
            )
            for one in noted
        ],
        empty=_("No entry speaks of this table."),
    )


def _cell(found: AuditedRelease, key: dict[str, str]) -> str:
    """Return a cell in words: of each breakdown its title and the code it was narrowed for."""
    metric = declared().get(found.metric)
    parts = []
    for name, code in key.items():
        dimension = metric.dimension(name) if metric else None
        parts.append(f"{dimension.title if dimension else name}: {code or _('not known')}")
    return ", ".join(parts) or _("Total")


def _row(one: AuditedRelease) -> tuple[object, ...]:
    words, colour = _STATES[_state(one)]
    return (
        Cell(
            title_of_table(one.metric, one.dimensions),
            href=reverse("grid:audit-release", args=[one.id]),
        ),
        short_day(one.as_at),
        one.audience,
        Cell(str(words), tag=colour),
        "" if one.looked is None else _of(one.looked, one.small),
        "" if one.narrow is None else one.narrow,
    )


def _state(one: AuditedRelease) -> str:
    return "waits" if one.state == "out" and one.at is None else one.state


def _facts(one: AuditedRelease) -> list[tuple[str, object]]:
    words, colour = _STATES[_state(one)]
    facts: list[tuple[str, object]] = [
        (_("State"), Cell(str(words), tag=colour)),
        (_("As at"), day(one.as_at)),
        (_("Audience"), one.audience),
        (_("Released on"), moment(one.released_at)),
    ]
    if one.at is not None:
        facts += [
            (_("Audited on"), moment(one.at)),
            (_("Tables read together"), one.tables),
            (_("Small cells looked at"), _of(one.looked or 0, one.small)),
            (_("Found out exactly"), one.exact),
            (_("Narrowed to fewer than three values"), one.narrow),
        ]
    if one.decided_by:
        facts += [
            (_("Decided by"), one.decided_by),
            (_("Decided on"), moment(one.decided_at)),
            (_("Reason"), one.reason),
        ]
    return facts


def _of(looked: int, small: int | None) -> str:
    return _("%(some)s of %(all)s") % {"some": f"{looked:,}", "all": f"{small or 0:,}"}

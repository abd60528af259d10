"""Learning a map: what runs and how far it is, what was learned, and letting people see it."""

import tempfile
import uuid
from pathlib import Path
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from muster.gates.access import may_ever
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Conflict, EvidenceBroken, NotFound, NotPermitted
from muster.pagekit.jinja import moment
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, page, render
from muster.services.skills import actions, queries
from muster.services.skills.map.lexicon import LARGEST
from muster.services.skills.own_lists import OwnList
from muster.services.skills.pages.quality import quality_rows
from muster.services.skills.pages.words import STEP_WORDS
from muster.services.skills.rules import BuildSeen, PublishedSeen

STATES = {
    "waiting": (gettext_lazy("Waiting"), "grey"),
    "running": (gettext_lazy("Running"), "blue"),
    "stopping": (gettext_lazy("Stopping"), "yellow"),
    "stopped": (gettext_lazy("Stopped"), "grey"),
    "failed": (gettext_lazy("Failed"), "red"),
    "done": (gettext_lazy("Done"), "green"),
}
_LISTED = 20


class _ManyFiles(forms.FileField):
    """A file box that takes several; empty is allowed."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, (list, tuple)) else [data]
        return [super(_ManyFiles, self).clean(one, initial) for one in given if one]


class _ManyBoxes(forms.ClearableFileInput):
    allow_multiple_selected = True


class BuildForm(forms.Form):
    """From which adverts a map is learned, and how thoroughly they are read."""

    adverts = _ManyFiles(
        required=False, widget=_ManyBoxes(), label=gettext_lazy("Files of adverts"),
        help_text=gettext_lazy(
            "Parquet, CSV, JSON, web pages, Word or PDF; several at once if you like."
        ),
    )  # fmt: skip
    held = forms.BooleanField(
        required=False, label=gettext_lazy("Read the adverts that employers sent as well")
    )
    may_show = forms.BooleanField(
        required=False,
        label=gettext_lazy("Whoever owns these files permits that sentences of them are shown"),
    )
    lexicon = forms.FileField(
        required=False, label=gettext_lazy("A list of skills of your own (optional)"),
        help_text=gettext_lazy(
            "CSV, Parquet or a workbook: a row for each name, with the columns id and label; or "
            "the file of skills as ESCO publishes it. At most 50 MB."
        ),
    )  # fmt: skip
    lexicon_use = forms.ChoiceField(
        choices=(
            ("instead", gettext_lazy("In place of the list that ships")),
            ("beside", gettext_lazy("Beside the list that ships")),
        ),
        initial="instead", required=False, widget=forms.RadioSelect,
        label=gettext_lazy("How your list of skills is used"),
    )  # fmt: skip
    linker = forms.ChoiceField(
        choices=(
            ("lexical", gettext_lazy("By the names of skills: a few minutes")),
            ("hybrid", gettext_lazy("By what sentences mean as well: an hour or more")),
        ),
        initial="lexical", widget=forms.RadioSelect, label=gettext_lazy("How skills are found"),
    )  # fmt: skip

    def clean_lexicon(self) -> Any:
        given = self.cleaned_data["lexicon"]
        if given is not None and given.size > LARGEST:
            raise forms.ValidationError(
                _("The list of skills is larger than 50 MB. Leave out columns that are not needed")
            )
        return given


@page("build skills map")
@require_http_methods(["GET", "HEAD", "POST"])
def builds(request: PageRequest) -> HttpResponse:
    """List builds and releases; ask for a build."""
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = BuildForm(*posted)
    if form.is_bound and form.is_valid():
        try:
            made = _asked(form, request.actor.id)
        except BadInput as problem:
            brought = form.cleaned_data["lexicon"]
            if brought is not None and problem.where.file == str(brought.name):
                form.add_error("lexicon", str(problem))
            else:
                form.add_error("adverts", f"{problem.what}. {problem.fix}.")
        else:
            return redirect("skills:build", made)
    every = queries.builds()
    context = {
        "form": form,
        "said": take_notice(request),
        "running": next((one for one in every if not one.is_over), None),
        "builds": _builds(request, every),
        "releases": _releases(request, queries.releases()),
    }
    return render(request, "skills/builds.html", context)


def _asked(form: BuildForm, by: str) -> uuid.UUID:
    """Ask for a build of what was uploaded; the verb copies the files."""
    with tempfile.TemporaryDirectory() as folder:
        files: dict[str, Path] = {}
        for place, given in enumerate(form.cleaned_data["adverts"]):
            name = str(given.name)
            kept = _written(given, Path(folder) / str(place))
            files[name if name not in files else f"{place}-{name}"] = kept
        brought = form.cleaned_data["lexicon"]
        lexicon = brought and OwnList(
            str(brought.name), _written(brought, Path(folder) / "lexicon"),
            adds=form.cleaned_data["lexicon_use"] == "beside",
        )  # fmt: skip
        return actions.ask_build(
            files=files, held=form.cleaned_data["held"], linker=form.cleaned_data["linker"],
            seed=0, by=by, clock=SYSTEM_CLOCK, may_show=form.cleaned_data["may_show"],
            lexicon=lexicon,
        )  # fmt: skip


def _written(given: "UploadedFile[Any]", path: Path) -> Path:
    with path.open("wb") as out:
        for part in given.chunks():
            out.write(part)
    return path


@page("build skills map")
@require_http_methods(["GET", "HEAD", "POST"])
def build(request: PageRequest, build: uuid.UUID) -> HttpResponse:
    """Show how far a build is; stop it, let it go on, or publish what it learned."""
    one = queries.build_seen(build)
    if request.method == "POST":
        return _do(request, one)
    words, colour = STATES[one.state]
    goes_on, done = queries.goes_on(one), one.state == "done"
    context = {
        "build": one,
        "said": take_notice(request),
        "facts": _facts(one),
        "state": (str(words), colour),
        "step": STEP_WORDS.get(one.step, one.step) or _("Waiting for its turn"),
        "may_publish": may_ever(request.actor, "publish skills map"),
        "can": {
            "stop": one.state in ("waiting", "running"),
            "resume": goes_on and not done,
            "again": goes_on and done,
            "publish": done and one.release is None and not goes_on,
        },
        "quality": quality_rows(_quality(one)) if one.release is not None else [],
    }
    return render(request, "skills/build.html", context)


def _do(request: PageRequest, one: BuildSeen) -> HttpResponse:
    verb, by = request.POST.get("do", ""), request.actor.id
    try:
        if verb == "stop":
            actions.stop_build(build=one.id, by=by, clock=SYSTEM_CLOCK)
            leave_notice(request, _("It stops after the part it is at. What it did is kept."))
        elif verb == "resume":
            actions.resume_build(build=one.id, by=by, clock=SYSTEM_CLOCK)
            leave_notice(request, _("It goes on where it ended."))
        elif verb == "publish":
            _publish(request, one)
            return redirect("skills:builds")
    except (Conflict, EvidenceBroken, NotFound) as problem:
        leave_notice(request, f"{problem.what}. {problem.fix}.")
    return redirect("skills:build", one.id)


def _publish(request: PageRequest, one: BuildSeen) -> None:
    if not may_ever(request.actor, "publish skills map"):
        raise NotPermitted(
            _("Your role does not let you publish a skills map"), fix=_("Ask an analyst")
        )
    number = actions.publish(build=one.id, by=request.actor.id, clock=SYSTEM_CLOCK)
    leave_notice(request, _("Release %(number)s is what everybody sees now.") % {"number": number})


def _quality(one: BuildSeen) -> dict[str, float]:
    return next((r.quality for r in queries.releases() if r.number == one.release), {})


def _facts(one: BuildSeen) -> list[tuple[Any, Any]]:
    linkers = dict(BuildForm.base_fields["linker"].choices)  # type: ignore[attr-defined]
    read = [*one.files, *([_("adverts that employers sent")] if one.held else [])]
    facts: list[tuple[Any, Any]] = [
        (_("Asked for by"), one.asked_by),
        (_("Asked for on"), moment(one.asked_at)),
        (_("Learned from"), ", ".join(read)),
        (_("How skills are found"), str(linkers.get(one.linker, one.linker))),
        (_("List of skills"), _list_of(one)),
    ]
    if one.ended_at:
        facts.append((_("Ended"), moment(one.ended_at)))
    if one.cause:
        stopped = one.state == "stopped"
        facts.append((_("Why it stopped") if stopped else _("Why it failed"), one.cause))
    if one.release is not None:
        facts.append((_("Published as"), _("Release %(number)s") % {"number": one.release}))
    return facts


def _list_of(one: BuildSeen) -> str:
    """Return by which list of skills a build reads."""
    if not one.lexicon:
        return _("The list that ships")
    if one.lexicon_adds:
        return _("%(file)s, beside the list that ships") % {"file": one.lexicon}
    return _("%(file)s, in place of the list that ships") % {"file": one.lexicon}


def _builds(request: PageRequest, found: tuple[BuildSeen, ...]) -> Table:
    return table(
        request,
        caption=_("Builds"),
        columns=[
            Column(_("Asked for on")), Column(_("Learned from")), Column(_("State")),
            Column(_("Release")),
        ],
        rows=[
            (
                Cell(moment(one.asked_at), href=reverse("skills:build", args=[one.id])),
                ", ".join([*one.files, *([_("adverts that employers sent")] if one.held else [])]),
                Cell(str(STATES[one.state][0]), tag=STATES[one.state][1]),
                one.release,
            )
            for one in found[:_LISTED]
        ],
        empty=_("No map was built yet. Choose files of adverts below."),
    )  # fmt: skip


def _releases(request: PageRequest, found: tuple[PublishedSeen, ...]) -> list[dict[str, Any]]:
    current = queries.current_number()
    return [
        {
            "release": one,
            "current": one.number == current,
            "withdrawn": one.withdrawn_at is not None,
            "facts": [
                (_("Published"), moment(one.published_at)),
                (_("By"), one.published_by),
                (_("Adverts"), f"{one.adverts:,}"),
                (_("Skills"), f"{one.skills:,}"),
                (_("Fingerprint"), one.digest[:16]),
                *([(_("Withdrawn"), one.withdrawn_why)] if one.withdrawn_at else []),
            ],
            "quality": quality_rows(one.quality),
        }
        for one in found[:_LISTED]
    ]

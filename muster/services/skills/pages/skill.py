"""One skill: what it is, who asks for it, how sure its place is, and reporting what is wrong."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe
from markupsafe import Markup

from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Conflict, NotFound
from muster.pagekit.jinja import day
from muster.pagekit.notices import leave_notice, take_notice
from muster.pagekit.tables import Cell, Column, Table, table
from muster.pagekit.views import PageRequest, page, render
from muster.services.skills import actions
from muster.services.skills.pages.data import the_map
from muster.services.skills.pages.drawing import around
from muster.services.skills.pages.report_forms import ReportForm
from muster.services.skills.pages.words import (
    KIND_WORDS,
    TREND_SAID,
    TRENDS,
    about_adverts,
    kind_of,
    percent,
    reuse_of,
    source_line,
    sureness,
    times,
    where_it_lies,
)
from muster.services.skills.showing import Near, Shown, Skill

_MOST_GROUPS = 15
_MOST_PATHS = 6
_KINDS = ("organisation", "profession", "grade", "region", "year")


@page("see skills map")
@require_safe
def skill(request: PageRequest, slug: str) -> HttpResponse:
    """Show one skill of the release in force."""
    shown = the_map()
    one = _skill(shown, slug)
    near = shown.near(one)
    tables = [_who(request, shown, one, kind) for kind in _KINDS if shown.groups.get(kind)]
    context = {
        "skill": one,
        "said": take_notice(request),
        "definition": shown.definition(one),
        "facts": _facts(shown, one),
        "drawn": around(shown, one, near[:6]),
        "near": _near(request, near),
        "who": [made for made in tables if made.rows] or tables[:1],
        "needed_by": _roles(request, shown, one),
        "sentences": [
            (each.sentence, _of(each.organisation, each.posted)) for each in shown.said(one)
        ],
        "source": source_line(shown),
    }
    return render(request, "skills/skill.html", context)


@page("report skill")
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: PageRequest, slug: str) -> HttpResponse:
    """Take what somebody reports of a skill; an analyst decides it."""
    shown = the_map()
    one = _skill(shown, slug)
    asked = {name: request.GET[name] for name in ("kind", "words") if name in request.GET}
    form = ReportForm(request.POST if request.method == "POST" else None, initial=asked)
    if form.is_bound and form.is_valid():
        try:
            actions.report(
                release=shown.number, skill=one.id, kind=form.cleaned_data["kind"],
                words=form.cleaned_data["words"], why=form.cleaned_data["why"],
                by=request.actor.id, clock=SYSTEM_CLOCK,
            )  # fmt: skip
        except (BadInput, Conflict) as problem:
            form.add_error("words", f"{problem.what}. {problem.fix}.")
        else:
            leave_notice(
                request, _("Thank you. An analyst will look at it before the next map is learned.")
            )
            return redirect("skills:skill", slug)
    return render(request, "skills/report_skill.html", {"form": form, "skill": one})


def _skill(shown: Shown, slug: str) -> Skill:
    one = shown.by_slug.get(slug)
    if one is None:
        raise NotFound(
            _("The map in force has no such skill"),
            fix=_("Search for it by name; it may have been asked for too seldom since"),
        )
    return one


def _facts(shown: Shown, one: Skill) -> list[tuple[Any, Any]]:
    cluster = shown.cluster_of.get(one.cluster)
    others = shown.names.get(one.place, ())
    short, sentence = sureness(shown, one)
    words, colour = TRENDS.get(one.trend, TRENDS["not known"])
    trend = Cell(str(words), tag=colour, note=TREND_SAID.get(one.trend, TREND_SAID["not known"]))
    in_of = ngettext(
        "told of %(count)s organisation; %(share)s of all adverts",
        "told of %(count)s organisations; %(share)s of all adverts",
        one.organisations,
    ) % {"count": f"{one.organisations:,}", "share": percent(one.share)}
    facts: list[tuple[Any, Any]] = [
        (_("What it is"), kind_of(one)),
        *_broader(shown, one),
        (_("Other names"), ", ".join(others) if others else _("None known")),
        (_("Adverts that ask for it"), Cell(about_adverts(one), note=in_of)),
        (_("Over time"), trend),
        (_("How general"), where_it_lies(shown, one)),
        (_("How sure its place is"), Cell(short, note=sentence)),
        (_("Part of the map"), _part(cluster.name, cluster.number) if cluster
         else _("Between parts: it belongs to none of them clearly")),
    ]  # fmt: skip
    if one.uri.startswith(("https://", "http://")):
        facts.append((_("Defined at"), Cell(one.uri, href=one.uri)))
    return facts


def _broader(shown: Shown, one: Skill) -> list[tuple[Any, Any]]:
    """Return the groups of skills that a skill is under, and how widely lists say it is used."""
    facts: list[tuple[Any, Any]] = []
    paths = [" \u203a ".join(names) for names in shown.broader(one)[:_MOST_PATHS]]
    if paths:
        lines = Markup("<br>").join(paths)
        facts.append((_("Under"), lines))
    told = shown.definition(one)
    if told is not None and told.reuse:
        facts.append((_("How widely used"), Cell(reuse_of(told.reuse), note=told.source)))
    return facts


def _part(name: str, number: int) -> Cell:
    return Cell(name, href=f"{reverse('skills:map')}?cluster={number}")


def _near(request: PageRequest, near: tuple[Near, ...]) -> Table:
    return table(
        request,
        caption=_("Nearest skills"),
        columns=[
            Column(_("Skill")), Column(_("Why it is near")), Column(_("Likeness"), numeric=True),
        ],
        rows=[
            (
                Cell(one.skill.label, href=reverse("skills:skill", args=[one.skill.slug])),
                _why(one), f"{one.similarity:.2f}",
            )
            for one in near
        ],
        empty=_("Too few adverts ask for it to say what is near."),
    )  # fmt: skip


def _why(one: Near) -> str:
    """Return why a skill is near another, from what was counted."""
    if one.together is None:
        return _(
            "Asked for beside the same other skills; seldom or never in one advert, "
            "or nearly always."
        )
    words = ngettext(
        "%(count)s advert asks for both.", "%(count)s adverts ask for both.", one.together
    )
    return words % {"count": f"{one.together:,}"}


def _who(request: PageRequest, shown: Shown, one: Skill, kind: str) -> Table:
    """Return which groups of a kind ask for a skill, those that ask for it most often first."""
    rows = shown.release.who_asks(one.id, kind)
    if kind == "year":
        rows = rows.sort("group", descending=True)
    listed = rows.head(_MOST_GROUPS).iter_rows(named=True)
    return table(
        request,
        caption=_("Who asks for it: %(kind)s") % {"kind": str(KIND_WORDS[kind]).lower()},
        columns=[
            Column(KIND_WORDS[kind]), Column(_("Adverts"), numeric=True),
            Column(_("Share of its adverts"), numeric=True),
            Column(_("Against the service"), numeric=True),
        ],
        rows=[
            (
                each["group"], f"{each['adverts']:,}",
                Cell(percent(each["share"]),
                     note=_("%(low)s to %(high)s") % {"low": percent(each["low"]),
                                                      "high": percent(each["high"])}),
                times(each["ratio"]),
            )
            for each in listed
        ],
        empty=_("No group has five adverts or more that ask for it."),
    )  # fmt: skip


def _roles(request: PageRequest, shown: Shown, one: Skill) -> Table | None:
    rows = shown.roles(one)
    if not rows:
        return None
    return table(
        request,
        caption=_("Roles that need it, and at which level"),
        columns=[
            Column(_("Role")),
            Column(_("Level of the role")),
            Column(_("Level of the skill")),
        ],
        rows=rows,
        empty="",
    )


def _of(organisation: str, posted: str) -> str:
    """Return whose advert a sentence is from, and of which day if that is known."""
    if not posted:
        return organisation
    return _("%(organisation)s, %(date)s") % {
        "organisation": organisation, "date": day(dt.date.fromisoformat(posted[:10])),
    }  # fmt: skip

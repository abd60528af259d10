"""What data protection law asks for: record of processing, chain of processors, impact."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from muster.hub.agreements import article30
from muster.hub.agreements.article30 import Activity, Assessment
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.days import legal_day
from muster.pagekit.downloads import as_csv, as_file
from muster.pagekit.jinja import day, moment
from muster.pagekit.tables import Cell, Column, Download, table
from muster.pagekit.views import PageRequest, page, render, within
from muster.services.agreements import wording
from muster.services.agreements.pages.reach import agreement_within


@page("see agreements")
@require_safe
def record(request: PageRequest) -> HttpResponse:
    """Show the record of processing activities within reach, or hand it out as a file."""
    today = legal_day(SYSTEM_CLOCK.now())
    found = article30.record(on=today, employer=within(request, "see agreements"))
    names = wording.names_of(one.agreement for one in found)
    lines = [_line(one, names) for one in found]
    wanted = request.GET.get("as")
    if wanted == "csv":
        headings = list(lines[0]) if lines else [_("Agreement")]
        return as_csv(
            f"record-of-processing-{today}.csv", headings, [[*one.values()] for one in lines]
        )
    if wanted == "json":
        said = {"as_at": str(today), "activities": [_plain(one, names) for one in found]}
        return _json(said, f"record-of-processing-{today}.json")
    context = {"today": day(today), "activities": [(one, [*_line(one, names).items()][1:])
                                                   for one in found]}  # fmt: skip
    return render(request, "agreements/record.html", context)


@page("see agreements")
@require_safe
def processors(request: PageRequest) -> HttpResponse:
    """Show every chain of processors within reach, the weak links first."""
    today = legal_day(SYSTEM_CLOCK.now())
    found = article30.record(on=today, employer=within(request, "see agreements"))
    links = [(one.agreement, link) for one in found for link in one.agreement.chain]
    links.sort(key=lambda pair: not (pair[1].weak or pair[1].inherited))
    columns = [_("Processor"), _("Agreement"), _("Acts for"), _("Country"), _("What it does"),
               _("Safeguard"), _("Weak")]  # fmt: skip
    cells = [
        (link.processor.name, view.terms.title, wording.acting_words(link.processor),
         link.processor.country, link.processor.does, link.processor.safeguard,
         wording.weak_words(link))
        for view, link in links
    ]  # fmt: skip
    if request.GET.get("as") == "csv":
        return as_csv(f"processors-{today}.csv", columns, cells)
    if request.GET.get("as") == "json":
        said = [
            {"agreement": view.code, **vars(link.processor), "depth": link.depth,
             "weak": list(link.weak), "below_weak": link.inherited}
            for view, link in links
        ]  # fmt: skip
        return _json({"as_at": str(today), "processors": said}, f"processors-{today}.json")
    shown = table(
        request,
        caption=_("Processors and those who act for them"),
        columns=[Column(words) for words in columns],
        rows=[
            (name, Cell(title, reverse("agreements:agreement", args=[view.code])),
             *(text or _("Not stated") for text in rest),
             Cell(weak, tag="red") if weak else _("Nothing"))
            for (view, _each), (name, title, *rest, weak) in zip(links, cells, strict=True)
        ],
        empty=_("No agreement in force names a processor."),
        downloads=[Download(_("CSV"), "?as=csv"), Download(_("JSON"), "?as=json")],
    )  # fmt: skip
    weak = sum(1 for _each, link in links if link.weak)
    return render(request, "agreements/processors.html", {"processors": shown, "weak": weak})


@page("see agreements")
@require_safe
def impact(request: PageRequest, code: str) -> HttpResponse:
    """Show what an impact assessment of one agreement begins with, or hand it out as a file."""
    found = agreement_within(request, "see agreements", code)
    today = legal_day(SYSTEM_CLOCK.now())
    made = article30.assessment(found.code, on=today)
    names = wording.names_of([found])
    sections = _sections(made, names)
    if request.GET.get("as") == "csv":
        rows = [(title, *fact) for title, facts in sections for fact in facts]
        columns = [_("Section"), _("Question"), _("Answer")]
        return as_csv(f"impact-{found.code}-{today}.csv", columns, rows)
    if request.GET.get("as") == "json":
        said = {"as_at": str(today), **_plain(made.activity, names), **_plain_impact(made)}
        return _json(said, f"impact-{found.code}-{today}.json")
    context = {
        "agreement": found,
        "today": day(today),
        "sections": sections,
        "risks": [wording.RISKS[one] for one in made.risks],
    }
    return render(request, "agreements/impact.html", context)


def _line(one: Activity, names: Mapping[uuid.UUID, str]) -> dict[str, str]:
    """Return one activity of the record, as article 30(1) lists its parts."""
    found, terms = one.agreement, one.agreement.terms
    who = [wording.party_words(party, names) for party in found.parties]
    personal = [wording.field_words(field) for field in one.personal]
    if one.plain:
        personal.append(_("Fields not marked personal: %(count)s") % {"count": one.plain})
    return {
        _("Agreement"): f"{terms.title} ({found.code})",
        _("Controllers"): "; ".join(
            f"{name}: {office}" if office else name
            for name, office in zip(who, (terms.sender_office, terms.receiver_office), strict=True)
        ),
        _("Purposes"): terms.purpose,
        _("Lawful basis"): wording.basis_words(terms),
        _("Categories of people"): str(wording.PEOPLE[one.people]),
        _("Categories of data"): ", ".join(personal) or _("None"),
        _("Recipients"): "; ".join(
            [who[1], *(link.processor.name for link in found.chain)]
        ),
        _("Transfers abroad, and their safeguards"): "; ".join(
            f"{link.processor.name}, {link.processor.country}:"
            f" {link.processor.safeguard or _('No safeguard stated')}"
            for link in one.abroad
        ) or _("None"),
        _("Retention"): terms.retention,
        _("Security measures"): "; ".join(str(wording.MEASURES[each]) for each in one.measures),
        _("Weak links"): "; ".join(str(wording.WEAK[each]) for each in one.weak) or _("None"),
        _("State"): str(wording.STATES[found.state][0]),
    }  # fmt: skip


def _plain(one: Activity, names: Mapping[uuid.UUID, str]) -> dict[str, Any]:
    """Return one activity for programs: codes instead of words."""
    found, terms = one.agreement, one.agreement.terms
    return {
        "agreement": found.code,
        "version": found.version,
        "state": found.state,
        "controllers": [
            {"side": party.side, "name": wording.party_words(party, names),
             "system": party.system, "office": party.office}
            for party in found.parties
        ],
        "contract": terms.contract,
        "purpose": terms.purpose,
        "article6": terms.article6,
        "article9": terms.article9,
        "lawful_basis": terms.lawful_basis,
        "people": one.people,
        "personal_fields": [field.name for field in one.personal],
        "special_fields": [field.name for field in one.special],
        "fields": list(terms.fields),
        "processors": [vars(link.processor) for link in found.chain],
        "transfers": [vars(link.processor) for link in one.abroad],
        "retention": terms.retention,
        "starts": str(terms.starts),
        "ends": str(found.ends) if found.ends else None,
        "measures": list(one.measures),
        "weak": list(one.weak),
    }  # fmt: skip


def _plain_impact(made: Assessment) -> dict[str, Any]:
    return {
        "left_out": [one.name for one in made.left_out],
        "unused": [one.name for one in made.unused],
        "volume": {name: value if isinstance(value, int) else value and value.isoformat()
                   for name, value in vars(made.volume).items()},
        "risks": list(made.risks),
    }  # fmt: skip


def _sections(
    made: Assessment, names: Mapping[uuid.UUID, str]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the assessment by its usual sections, each with what is known."""
    line, volume = _line(made.activity, names), made.volume
    special = ", ".join(one.title for one in made.activity.special)
    left_out = ", ".join(one.title for one in made.left_out)
    unused = ", ".join(one.title for one in made.unused)
    return [
        (_("What is processed"), [
            (_("Categories of people"), line[_("Categories of people")]),
            (_("Categories of data"), line[_("Categories of data")]),
            (_("Special category data"), special or _("None")),
            (_("Messages handed over so far"), f"{volume.messages:,}"),
            (_("Feeds and their rows so far"), f"{volume.feeds:,}; {volume.rows:,}"),
            (_("First and latest"), " – ".join(
                moment(one) for one in (volume.first, volume.last) if one) or _("Nothing yet")),
        ]),
        (_("Who takes part"), [
            (_("Controllers"), line[_("Controllers")]),
            (_("Recipients"), line[_("Recipients")]),
            (_("Transfers abroad, and their safeguards"),
             line[_("Transfers abroad, and their safeguards")]),
        ]),
        (_("Necessity and proportionality"), [
            (_("Purposes"), line[_("Purposes")]),
            (_("Lawful basis"), line[_("Lawful basis")]),
            (_("Retention"), line[_("Retention")]),
            (_("Fields of the contract that do not leave"), left_out or _("None")),
            (_("Agreed fields that no route uses"), unused or _("None")),
        ]),
        (_("Measures"), [(_("Security measures"), line[_("Security measures")])]),
    ]  # fmt: skip


def _json(said: Any, name: str) -> HttpResponse:
    text = json.dumps(said, indent=2, ensure_ascii=False)
    return as_file(HttpResponse(text, content_type="application/json"), name)

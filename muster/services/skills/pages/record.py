"""The record of the algorithm that learns the map: what for, on what, how well, where it fails.

It follows the fields of the Algorithmic Transparency Recording Standard of the United Kingdom. What
the release in force measured of itself stands beside the words.
"""

import re

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from muster.pagekit.views import PageRequest, page, render
from muster.services.skills.pages.quality import quality_rows
from muster.services.skills.pages.words import source_line
from muster.services.skills.showing import Shown, current_or_none

# Before the name that a file was given stands the place it has among the files of its build.
_PLACE = re.compile(r"^\d{3}-")

RECORD = (
    (_("What it is for"), (
        _("It shows which skills job adverts ask for, which of them go together, and who asks for "
          "what. It is meant for planning learning, careers and the workforce."),
        _("Adverts show skills that are asked for, not skills that people have. It decides nothing "
          "about anybody: no person is scored, found or left out by it."),
    )),
    (_("Who answers for it"), (
        _("The organisation that runs Muster owns it. Its analysts build and publish maps, decide "
          "what people report, and are whom to contact. It is part of Muster's open code and has "
          "no supplier of its own."),
    )),
    (_("What it does"), (
        _("Adverts are read, reposts folded together, and what is no skill text is set aside: "
          "benefits, boilerplate, how to apply, and the behaviours that every advert names."),
        _("Names of skills are found in the sentences, in the sense they are meant there. Where a "
          "build reads what sentences mean as well, a language model that runs on the same machine "
          "proposes skills no name stands for. Each finding carries how likely it is right."),
        _("Skills that are asked for together more often than chance would make are taken to be "
          "alike; from this a skill is placed near those it is like, general skills towards the "
          "centre and specialist ones towards the edge."),
        _("All of it is repeated on adverts drawn by chance from the same ones. How far a dot "
          "moves is its region: nine times in ten it lies within."),
        _("What an organisation asks for is drawn towards what its parent asks for, the more so "
          "the fewer adverts it has. No count of fewer than five adverts is shown."),
    )),
    (_("People decide"), (
        _("An analyst looks at a map before it is published, and can withdraw it."),
        _("Everybody can report a skill that is wrong or a name that is missing. An analyst "
          "accepts or refuses it; what is accepted holds for every later map and can be undone."),
    )),
    (_("On what"), (
        _("On job adverts alone: title, organisation, profession, grade, place, date and text. "
          "Names, telephone numbers and addresses of contacts are taken out of what is kept."),
        _("On two public lists of skills: the European classification ESCO, and the Government "
          "Digital and Data framework; or on a list that an analyst brings to a build, in their "
          "place or beside them. Each release says which."),
    )),
    (_("Where it fails"), (
        _("An advert may ask for more than the job needs, and leave out what goes without saying. "
          "Professions that advertise little, or elsewhere, are hardly seen."),
        _("The lists of skills were written for Europe as a whole: what is peculiar to the civil "
          "service may have no name in them. Words that mean several things are sometimes read "
          "wrongly."),
        _("A map in two dimensions cannot keep all neighbours: some skills that belong together "
          "lie apart. The list of nearest skills on a skill's page is not drawn and does not "
          "suffer from this."),
        _("Where few adverts stand behind a skill, its region is wide and its place says little."),
        _("Regions tell of maps that begin from this one. A map begun anew lies otherwise."),
        _("Adverts in Welsh are read by fewer names, so skills asked for in Welsh are "
          "undercounted."),
    )),
    (_("Changes"), (
        _("Each release keeps the fingerprints of its data, its code and its list of skills, and "
          "is laid upon the one before, so that things are found where they were. Earlier releases "
          "stay."),
    )),
)  # fmt: skip
"""Sections, each with its sentences."""


@page("see skills map")
@require_safe
def record(request: PageRequest) -> HttpResponse:
    """Say what the map is learned from, how well it does, and where it fails."""
    shown = current_or_none()
    context = {
        "record": RECORD,
        "source": source_line(shown) if shown else "",
        "quality": quality_rows(shown.release.about.get("quality") or {}) if shown else [],
        "provenance": _provenance(shown) if shown else [],
    }
    return render(request, "skills/record.html", context)


def _provenance(shown: Shown) -> list[tuple[object, object]]:
    """Return by which data, code and list of skills the release can be made again."""
    about = shown.release.about
    lexicon = about.get("lexicon") or {}
    data = about.get("data") or []
    rows: list[tuple[object, object]] = [
        (_("List of skills"), f"{lexicon.get('name', '')} {lexicon.get('version', '')}".strip()),
        (_("How skills were found"), _("By names and by meaning")
         if about.get("linker") == "hybrid" else _("By names")),
        (_("Seed"), str(about.get("seed", ""))),
        (_("Fingerprint of the code"), str(about.get("code", ""))[:16]),
        (_("Fingerprint of the release"), shown.digest[:16]),
    ]  # fmt: skip
    own = lexicon.get("own")
    if isinstance(own, dict):
        beside = _("beside the list that ships")
        how = beside if own.get("adds") else _("in place of the list that ships")
        rows.insert(1, (_("List that was brought"), f"{_file(own)}, {how}"))
    rows += [(_("Data"), _file(each)) for each in data[:20] if isinstance(each, dict)]
    return rows


def _file(each: dict[str, object]) -> str:
    """Return a file by the name it was given, with the beginning of its fingerprint."""
    name = _PLACE.sub("", str(each.get("name", "")))
    return f"{name} ({str(each.get('sha256', ''))[:16]})"


def as_markdown() -> str:
    """Return the record as the page of the documentation that is kept in English."""
    lines = ["# How the skills map is made: the record of the algorithm", ""]
    with override("en"):
        for heading, sentences in RECORD:
            lines += [f"## {heading}", "", *(f"* {sentence}" for sentence in sentences), ""]
    return "\n".join(lines)

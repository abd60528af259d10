"""What pages call the things that a release names by code, and how sure it is, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from muster.pagekit.jinja import day
from muster.services.skills.showing import Shown, Skill

KIND_WORDS = {
    "organisation": gettext_lazy("Organisation"),
    "profession": gettext_lazy("Profession"),
    "grade": gettext_lazy("Grade"),
    "region": gettext_lazy("Region"),
    "year": gettext_lazy("Year"),
}
STEP_WORDS = {
    "reading adverts": gettext_lazy("Reading adverts"),
    "finding skills": gettext_lazy("Finding skills"),
    "placing skills": gettext_lazy("Placing skills"),
    "measuring how sure the places are": gettext_lazy("Measuring how sure the places are"),
    "writing the release": gettext_lazy("Writing the release"),
}
SKILL_KINDS = {
    "skill": gettext_lazy("Skill"),
    "knowledge": gettext_lazy("Knowledge"),
    "attitude": gettext_lazy("Attitude"),
    "language": gettext_lazy("Language"),
    "framework": gettext_lazy("Skill of a professional framework"),
}
TRENDS = {
    "rising": (gettext_lazy("Rising"), "green"),
    "falling": (gettext_lazy("Falling"), "orange"),
    "steady": (gettext_lazy("Steady"), "grey"),
    "not known": (gettext_lazy("Not known"), "grey"),
}
TREND_SAID = {
    "rising": gettext_lazy("A larger share of adverts asks for it than in earlier years."),
    "falling": gettext_lazy("A smaller share of adverts asks for it than in earlier years."),
    "steady": gettext_lazy("Its share of adverts has not changed by more than chance would."),
    "not known": gettext_lazy("There are too few adverts of different years to say."),
}
REUSE = {
    "transversal": gettext_lazy("In jobs of every kind"),
    "crosssector": gettext_lazy("In several sectors"),
    "sectorspecific": gettext_lazy("In one sector"),
    "occupationspecific": gettext_lazy("In one occupation or a few like it"),
}
# Half axes of a region, as parts of the map's radius, up to which its place is called so.
_SURE, _FAIR = 0.12, 0.3
_GENERAL, _SPECIALIST = 0.33, 0.67


def source_line(shown: Shown) -> str:
    """Return which release it is and what it was learned from, in one sentence."""
    about = shown.release.about
    adverts, organisations = int(about.get("adverts") or 0), int(about.get("organisations") or 0)
    made = shown.made_on
    words = ngettext(
        "Release %(number)s of %(date)s, learned from %(adverts)s advert of %(of)s organisations.",
        "Release %(number)s of %(date)s, learned from %(adverts)s adverts of %(of)s organisations.",
        adverts,
    )
    return words % {
        "number": shown.number,
        "date": day(made) if made else _("an unknown day"),
        "adverts": f"{adverts:,}",
        "of": f"{organisations:,}",
    }


def about_adverts(skill: Skill) -> str:
    """Return how many adverts ask for a skill, as a whole number."""
    return f"{max(5, round(skill.adverts)):,}"


def percent(share: float) -> str:
    """Return a share in per cent, with a tenth where it is small."""
    value = share * 100
    return f"{value:.0f}%" if value >= 10 else f"{value:.1f}%"


def times(ratio: float) -> str:
    """Return how many times as often, in words that a reader can weigh."""
    return _("%(ratio)s times") % {"ratio": f"{ratio:.1f}" if ratio < 10 else f"{ratio:.0f}"}


def sureness(shown: Shown, skill: Skill) -> tuple[str, str]:
    """Return how sure the place of a skill is: a few words, and a sentence."""
    size = max(skill.a, skill.b)
    others = shown.within_region(skill)
    short = _("Quite sure") if size <= _SURE else _("Roughly") if size <= _FAIR else _("Not sure")
    words = ngettext(
        "Learned again from other adverts of the same kind, its dot would lie in the shaded "
        "region nine times in ten. %(count)s other skill lies there.",
        "Learned again from other adverts of the same kind, its dot would lie in the shaded "
        "region nine times in ten. %(count)s other skills lie there.",
        others,
    )
    return short, words % {"count": f"{others:,}"}


def generality_of(shown: Shown) -> list[str]:
    """Return by what a release could tell how general skills are; earlier ones do not say."""
    by: list[str] = shown.release.about.get("generality", ["kinds of job"])
    return by


def where_it_lies(shown: Shown, skill: Skill) -> str:
    """Return how general or special a skill is, which is its distance from the centre."""
    by = generality_of(shown)
    if not by:
        return _(
            "Not known: the adverts do not tell kinds of jobs or organisations apart. What fewer "
            "adverts ask for lies nearer the edge."
        )
    jobs = by != ["organisations"]
    if skill.specialism <= _GENERAL:
        if jobs:
            return _("General: many kinds of jobs ask for it, so it lies towards the centre.")
        return _("General: many organisations ask for it, so it lies towards the centre.")
    if skill.specialism >= _SPECIALIST:
        if jobs:
            return _("Specialist: few kinds of jobs ask for it, so it lies towards the edge.")
        return _("Specialist: few organisations ask for it, so it lies towards the edge.")
    return _("Neither general nor very special: it lies between the centre and the edge.")


def reuse_of(stated: str) -> str:
    """Return how widely a skill is used, from what a list states (ESCO: *cross-sector*)."""
    return str(REUSE.get("".join(filter(str.isalpha, stated.lower())), stated))


def kind_of(skill: Skill) -> str:
    """Return what kind of thing a skill is."""
    return str(SKILL_KINDS.get(skill.kind, skill.kind))

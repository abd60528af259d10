"""What the pages of matching call the things that its rules name by code."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FIELDS = {
    "forenames": gettext_lazy("Forenames"),
    "given_name": gettext_lazy("Forenames"),
    "surname": gettext_lazy("Surname"),
    "known_as": gettext_lazy("Known as"),
    "birth_date": gettext_lazy("Birth date"),
    "date_of_birth": gettext_lazy("Birth date"),
    "nino": gettext_lazy("National Insurance number"),
    "identifier": gettext_lazy("National Insurance number"),
    "work_email": gettext_lazy("Work email"),
    "email": gettext_lazy("Work email"),
    "start": gettext_lazy("First day"),
    "leaving": gettext_lazy("Last day"),
    "engagement": gettext_lazy("Engagement"),
    "grade": gettext_lazy("Grade as stated"),
    "profession": gettext_lazy("Profession"),
    "post_title": gettext_lazy("Job title"),
    "place": gettext_lazy("Place"),
}
AGREES = {
    "same": (gettext_lazy("The same"), "green"),
    "different": (gettext_lazy("Different"), "orange"),
    "": (gettext_lazy("Not in both"), "grey"),
}
SAID = {
    "not said in both": gettext_lazy("not stated in both"),
    "the same": gettext_lazy("the same"),
    "different": gettext_lazy("different"),
    "one slip of the keys apart": gettext_lazy("one slip of the keys apart"),
    "two slips of the keys apart": gettext_lazy("two slips of the keys apart"),
    "written nearly alike": gettext_lazy("written nearly alike"),
    "written somewhat alike": gettext_lazy("written somewhat alike"),
    "another form of the same name": gettext_lazy("another form of the same name"),
    "an initial of the other": gettext_lazy("an initial of the other"),
    "given name and surname exchanged": gettext_lazy("forename and surname exchanged"),
    "one is part of the other": gettext_lazy("one is part of the other"),
    "day and month exchanged": gettext_lazy("day and month exchanged"),
    "within a year": gettext_lazy("within a year"),
    "within ten years": gettext_lazy("within ten years"),
    "the same before the @": gettext_lazy("the same before the @"),
}
RARITY = {
    "rare": gettext_lazy("a rare value"),
    "common": gettext_lazy("a common value"),
}
WHY = {
    "": gettext_lazy("The evidence is not strong enough to link them without asking."),
    "different numbers": gettext_lazy(
        "Their National Insurance numbers differ, so they are never linked without asking."
    ),
    "held once": gettext_lazy(
        "Both stand in one system at the same time, which should hold a person once."
    ),
    "birth dates": gettext_lazy(
        "Their birth dates are not the same, or not both stated, and no number says that they are"
        " one person."
    ),
    "first of January": gettext_lazy(
        "Both are born on 1 January, which systems put in where they do not know the day."
    ),
    "forenames": gettext_lazy("Their first forenames differ, as those of twins do."),
    "surnames": gettext_lazy("Their surnames differ, and no number says that they are one person."),
    "no longer likely": gettext_lazy("What the records say now does not make it likely any more."),
}
DOES = {
    "link": gettext_lazy("New links"),
    "untie": gettext_lazy("Links taken back"),
    "ask": gettext_lazy("Questions for people"),
}
STRONG = gettext_lazy("The evidence is strong, and nothing speaks against it.")
SAYS = {
    "same": (gettext_lazy("Same person"), "green"),
    "apart": (gettext_lazy("Not the same person"), "orange"),
    "unsure": (gettext_lazy("Cannot tell"), "grey"),
}
STATES = {
    "reported": (gettext_lazy("Waits to be accepted"), "yellow"),
    "applied": (gettext_lazy("Done"), "green"),
    "refused": (gettext_lazy("Not done"), "grey"),
}
SHOWN = {
    "open": gettext_lazy("To decide"),
    "second": gettext_lazy("Wait for a second person"),
    "decided": gettext_lazy("Decided by people"),
    "linked": gettext_lazy("Linked by runs"),
}
_STRONG, _SOME = 4.0, 1.0


def why_words(does: str, why: str) -> str:
    """Return why a run would do something with a pair."""
    return str(STRONG if does == "link" else WHY.get(why, why))


def drift_words(before: float, now: float) -> str:
    """Return how differently something tells than it did, in words."""
    if abs(before) < _SOME <= abs(now) or abs(now) < _SOME <= abs(before):
        return _("tells now") if abs(now) >= _SOME else _("tells nothing now")
    if (before > 0) != (now > 0):
        return _("tells the opposite now")
    return _("tells more than before") if abs(now) > abs(before) else _("tells less than before")


def strength(bits: float) -> str:
    """Return what evidence of so many bits says, in words."""
    if abs(bits) < _SOME:
        return _("says little either way")
    if bits > 0:
        return _("speaks strongly for one person") if bits >= _STRONG else _("speaks for one")
    return _("speaks strongly for two persons") if bits <= -_STRONG else _("speaks for two")


def reason_words(reason: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return a reason of the model as its field, how both agree in it, and what that tells."""
    if not reason["field"]:
        return _("Before comparing"), _("two records picked by chance"), strength(reason["bits"])
    name = FIELDS.get(reason["field"], reason["field"])
    said = str(SAID.get(reason["said"], reason["said"]))
    if reason["rarity"]:
        said = f"{said}, {RARITY.get(reason['rarity'], reason['rarity'])}"
    return str(name), said, strength(reason["bits"])

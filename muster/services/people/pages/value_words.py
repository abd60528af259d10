"""What pages call the fields of a person, their values, and the reasons for which one counts."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from muster.kernel.money import write_pounds
from muster.pagekit.jinja import day
from muster.register.people.matching.rules import ALONE, CERTAIN, DECIDED, LIKELY
from muster.register.people.survivorship.rules import Lost, NinoStatus, Said, Value, name_parts
from muster.register.people.survivorship.told import Key
from muster.services.people.wording import share

FIELDS = {
    "legal_name": gettext_lazy("Legal name"),
    "known_as": gettext_lazy("Known as"),
    "birth_date": gettext_lazy("Birth date"),
    "nino": gettext_lazy("National Insurance number"),
    "work_email": gettext_lazy("Work email"),
    "grade": gettext_lazy("Grade as stated"),
    "fte": gettext_lazy("FTE"),
    "salary": gettext_lazy("Full-time pay"),
    "post_title": gettext_lazy("Post"),
    "place": gettext_lazy("Place"),
    "profession": gettext_lazy("Profession"),
    "absence": gettext_lazy("Absence"),
    "employed_since": gettext_lazy("Employed since"),
    "continuous_service": gettext_lazy("Continuous service since"),
}
# Never in a list of people, nor in a file that is made of one.
NEVER_LISTED = ("birth_date", "nino", "absence", "salary")
SYSTEM_KINDS = {
    "hr": gettext_lazy("HR system"),
    "payroll": gettext_lazy("payroll"),
    "pension": gettext_lazy("pension system"),
    "learning": gettext_lazy("learning system"),
    "recruitment": gettext_lazy("recruitment system"),
    "building": gettext_lazy("building system"),
    "directory": gettext_lazy("staff directory"),
    "identity check": gettext_lazy("identity check"),
    "tax authority": gettext_lazy("tax authority"),
    "other": gettext_lazy("other system"),
}
REASONS = {
    "settled": gettext_lazy("A person compared the sources and decided so."),
    "permanent": gettext_lazy("The other number only holds the place of one."),
    "verified": gettext_lazy("It was verified."),
    "owner": gettext_lazy("It comes from the kind of system that owns this fact."),
    "employs": gettext_lazy("It comes from the present employer."),
    "later": gettext_lazy("The other source has fallen silent."),
    "fuller": gettext_lazy("It is the fuller name."),
    "oldest": gettext_lazy("It has stood longest."),
    "unsettled": gettext_lazy("Until somebody decides, what has stood longest is shown."),
}
LOST = {
    "settled": gettext_lazy("a person decided otherwise"),
    "permanent": gettext_lazy("it only holds the place of a number"),
    "verified": gettext_lazy("it was not verified"),
    "owner": gettext_lazy("another kind of system owns this fact"),
    "employs": gettext_lazy("it does not come from the present employer"),
    "later": gettext_lazy("this source has fallen silent"),
    "fuller": gettext_lazy("it is a shorter form of the name"),
    "oldest": gettext_lazy("it is newer"),
    "unsettled": gettext_lazy("not settled"),
}
STATUSES: dict[NinoStatus, Any] = {
    "temporary": gettext_lazy("Temporary: it only holds the place of a number"),
    "disputed": gettext_lazy("Disputed"),
    "verified": gettext_lazy("Verified"),
    "unverified": gettext_lazy("Not verified"),
}
ABSENCES = {
    "career_break": gettext_lazy("Career break"),
    "maternity": gettext_lazy("Maternity leave"),
    "adoption": gettext_lazy("Adoption leave"),
    "parental": gettext_lazy("Parental leave"),
    "sick": gettext_lazy("Sick leave"),
    "unpaid": gettext_lazy("Unpaid leave"),
    "other": gettext_lazy("Other leave"),
}
# Why a record is held to be of a person, by the rule that linked it.
LINKED = {
    CERTAIN: gettext_lazy("Same National Insurance number, birth date and surname"),
    ALONE: gettext_lazy("The first record of yours that came in"),
    DECIDED: gettext_lazy("Somebody compared both records and decided so"),
    LIKELY: gettext_lazy("What the records say makes it all but certain"),
}
SHOWN = {
    "open": gettext_lazy("To settle"),
    "second": gettext_lazy("Wait for a second person"),
    "settled": gettext_lazy("Settled by people"),
}
ELSEWHERE = gettext_lazy("Another employer says otherwise.")


def value_words(one: Said) -> str:
    """Return a value as people write it."""
    match one.field:
        case "legal_name":
            surname, forenames = name_parts(one.value)
            return f"{forenames} {surname}".strip()
        case "birth_date" | "employed_since" | "continuous_service":
            return day(dt.date.fromisoformat(one.value))
        case "fte":
            return share(int(one.value))
        case "salary":
            return write_pounds(int(one.value))
        case "absence":
            return str(ABSENCES.get(one.value, one.value))
    return one.value


def source_words(one: Said, employers: Mapping[str, str]) -> str:
    """Return whose word it is: employer and kind of system."""
    employer, kind = employers.get(one.employer, ""), str(SYSTEM_KINDS[one.kind])
    return f"{employer} ({kind})"


def why_words(value: Value) -> str:
    """Return why a value counts."""
    if value.reason != "agreed":
        return str(REASONS[value.reason])
    count = len(value.agreeing)
    if count == 1:
        return _("No other source states it.")
    return ngettext("%(count)s source agrees.", "%(count)s sources agree.", count) % {
        "count": count
    }


def lost_words(lost: Lost, employers: Mapping[str, str]) -> str:
    """Return what else is said, by whom, and why it does not count."""
    return _("%(source)s says %(value)s: %(why)s.") % {
        "source": source_words(lost.said, employers),
        "value": value_words(lost.said),
        "why": str(LOST[lost.by]),
    }


def name_words(values: Mapping[Key, Value]) -> str:
    """Return a person's name as it counts: legal name, and what the person goes by beside it."""
    legal, known_as = values.get(("legal_name", "")), values.get(("known_as", ""))
    if legal is None:
        return ""
    words, goes_by = value_words(legal.shown), known_as.shown.value if known_as else ""
    return f"{words} ({goes_by})" if goes_by and goes_by not in words.split() else words

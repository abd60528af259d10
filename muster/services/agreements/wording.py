"""What the agreement pages call the states, sides, risks and measures that the hub names."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.hub.agreements.processors import Link, Processor
from muster.hub.agreements.queries import AgreementView, Party
from muster.hub.agreements.terms import Terms
from muster.hub.contracts import Contract, ContractField
from muster.kernel.days import ONE_DAY
from muster.pagekit.jinja import day
from muster.pagekit.tables import Cell
from muster.register.employers.queries import titles

STATES = {
    "unsigned": (gettext_lazy("Not signed"), "yellow"),
    "not yet": (gettext_lazy("Not yet in force"), "blue"),
    "in force": (gettext_lazy("In force"), "green"),
    "suspended": (gettext_lazy("Suspended"), "red"),
    "ended": (gettext_lazy("Ended"), "grey"),
}
VERSIONS = {
    "proposed": (gettext_lazy("Waits for signatures"), "yellow"),
    "in force": (gettext_lazy("In force"), "green"),
    "replaced": (gettext_lazy("Replaced"), "grey"),
    "withdrawn": (gettext_lazy("Withdrawn"), "grey"),
}
SIDES = {
    "sender": gettext_lazy("The sender"),
    "receiver": gettext_lazy("The receiver"),
    "service": gettext_lazy("The governance of this service"),
}
ARTICLE_6 = {
    "a": gettext_lazy("(a) Consent"),
    "b": gettext_lazy("(b) A contract with the person"),
    "c": gettext_lazy("(c) A legal obligation"),
    "d": gettext_lazy("(d) Vital interests"),
    "e": gettext_lazy("(e) A public task"),
    "f": gettext_lazy("(f) Legitimate interests"),
}
ARTICLE_9 = {
    "a": gettext_lazy("(a) Explicit consent"),
    "b": gettext_lazy("(b) Employment, social security and social protection law"),
    "c": gettext_lazy("(c) Vital interests"),
    "d": gettext_lazy("(d) Not-for-profit bodies"),
    "e": gettext_lazy("(e) Made public by the person"),
    "f": gettext_lazy("(f) Legal claims or courts"),
    "g": gettext_lazy("(g) Substantial public interest"),
    "h": gettext_lazy("(h) Health or social care"),
    "i": gettext_lazy("(i) Public health"),
    "j": gettext_lazy("(j) Archiving, research and statistics"),
}
PEOPLE = {
    "staff": gettext_lazy("Staff, those who have left and those who will join"),
    "applicants": gettext_lazy("Applicants for posts"),
    "others": gettext_lazy("People of whom the contract speaks"),
    "nobody": gettext_lazy("Nobody: no personal data flows"),
}
WEAK = {
    "abroad": gettext_lazy("Outside the United Kingdom"),
    "country unknown": gettext_lazy("Country not stated"),
    "no safeguard": gettext_lazy("No safeguard stated"),
    "acts for nobody": gettext_lazy("Not said for whom it acts"),
    "circle": gettext_lazy("Acts for itself by way of others"),
}
RISKS = {
    **WEAK,
    "special": gettext_lazy("Special category data flows"),
    "no condition": gettext_lazy("Special category data without a condition of article 9"),
    "no letter": gettext_lazy("The lawful basis names no letter of article 6"),
    "no processor named": gettext_lazy("No processor is named"),
    "open end": gettext_lazy("No last day is agreed, so nobody is asked to look at it again"),
    "unused fields": gettext_lazy("Fields are agreed that no route uses"),
    "not signed here": gettext_lazy("It was made outside this service, without signatures here"),
    "contract unknown": gettext_lazy("The contract that it names is not in force"),
}
MEASURES = {
    "sealed": gettext_lazy("What is received is encrypted, under keys that can be destroyed"),
    "minimised": gettext_lazy("Only agreed fields leave; the hub takes all others out"),
    "logged": gettext_lazy("Every delivery and decision is in a signed log nobody can rewrite"),
    "stoppable": gettext_lazy("Either side can stop it at once"),
    "checked": gettext_lazy("Every message is checked against its contract before it goes on"),
    "four eyes": gettext_lazy("Two people signed it, one for each side"),
    "signed messages": gettext_lazy("The sending system signs its messages"),
}


def state_cell(found: AgreementView) -> Cell:
    """Return an agreement's state as a tag."""
    words, colour = STATES[found.state]
    return Cell(words, tag=colour)


def last_day(ends: dt.date | None) -> str:
    """Return the last day of an agreement as people say it."""
    return day(ends - ONE_DAY) if ends else _("No end stated")


def names_of(found: Iterable[AgreementView]) -> Mapping[uuid.UUID, str]:
    """Return the names of the employers that are sides of agreements."""
    return titles([one.employer for view in found for one in view.parties if one.employer])


def party_words(one: Party, names: Mapping[uuid.UUID, str]) -> str:
    """Return who a side is: the employer, or the system where no employer owns it."""
    return names.get(one.employer, "") if one.employer else system_words(one)


def system_words(one: Party) -> str:
    """Return what a side's system is called."""
    return one.title or _("The register")


def field_words(field: ContractField) -> str:
    """Return a field's title and whether it is personal or special."""
    if field.special:
        return _("%(field)s (special category)") % {"field": field.title}
    if field.personal:
        return _("%(field)s (personal)") % {"field": field.title}
    return field.title


def basis_words(terms: Terms) -> str:
    """Return the lawful basis: its letters, and the law or duty relied on."""
    parts = [terms.lawful_basis]
    if terms.article9 in ARTICLE_9:
        parts.insert(0, _("Article 9(2)") + str(ARTICLE_9[terms.article9]))
    if terms.article6 in ARTICLE_6:
        parts.insert(0, _("Article 6(1)") + str(ARTICLE_6[terms.article6]))
    return ". ".join(part for part in parts if part)


def acting_words(one: Processor) -> str:
    """Return for whom a processor acts."""
    return str(SIDES.get(one.acting_for, one.acting_for) or _("Not stated"))


def weak_words(link: Link) -> str:
    """Return what is weak about a link of a chain, in a sentence; "" if nothing is."""
    said = [str(WEAK[weak]) for weak in link.weak]
    if link.inherited:
        said.append(_("A processor below it is weak"))
    return "; ".join(said)


def terms_facts(terms: Terms, contract: Contract | None) -> list[tuple[str, str]]:
    """Return what both sides sign, as facts in order."""
    known = {field.name: field_words(field) for field in contract.fields} if contract else {}
    title = contract.title if contract else terms.contract
    flows = f"{title} ({terms.contract})"
    if terms.lowest_revision > 1:
        flows = _("%(contract)s, from revision %(number)s") % {
            "contract": flows, "number": terms.lowest_revision,
        }  # fmt: skip
    return [
        (_("What flows"), flows),
        (_("Fields"), ", ".join(known.get(name, name) for name in terms.fields)),
        (_("Purpose"), terms.purpose),
        (_("Lawful basis"), basis_words(terms)),
        (_("Retention"), terms.retention),
        (_("First day"), day(terms.starts)),
        (_("Last day"), last_day(terms.ends)),
        (_("Answers for it at the sender"), terms.sender_office or _("Nobody named")),
        (_("Answers for it at the receiver"), terms.receiver_office or _("Nobody named")),
    ]

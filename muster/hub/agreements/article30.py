"""What data protection law asks for, made from agreements and routes and never written by hand.

For information-governance officers: the record of processing activities (UK GDPR article 30(1)),
the chain of processors, and what an impact assessment (article 35) needs to begin with. What is
told in words is told by pages; here are the facts, and names for what is weak or protects.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.db.models import Max, Min, Sum

from muster.hub.agreements.processors import Link, Weakness, weakest
from muster.hub.agreements.queries import AgreementView, agreement, agreements
from muster.hub.contracts import ContractField
from muster.hub.delivering.routing import mapping_of
from muster.hub.models import Agreement, Delivery, Landing, LandingState, Route, SystemKey
from muster.hub.translating import uses
from muster.kernel.errors import BadInput

People = Literal["staff", "applicants", "others", "nobody"]
Measure = Literal[
    "sealed", "minimised", "logged", "stoppable", "checked", "four eyes", "signed messages"
]
Risk = Literal[
    "special", "abroad", "country unknown", "no safeguard", "acts for nobody", "circle",
    "no processor named", "no letter", "no condition", "open end", "unused fields",
    "not signed here", "contract unknown",
]  # fmt: skip
# What every agreement has because the hub does it for all; see ARCHITECTURE.md.
_ALWAYS: tuple[Measure, ...] = ("sealed", "minimised", "logged", "stoppable", "checked")
_PEOPLE: dict[str, People] = {"people": "staff", "recruitment": "applicants"}
_PROCESSING = ("in force", "suspended", "not yet")


@dataclass(frozen=True)
class Activity:
    """One line of the record of processing: what flows under one agreement.

    Args:
        agreement: with both controllers, purpose, lawful basis and retention.
        people: the category of people it is about.
        personal: the agreed fields about people, the special ones among them.
        special: the agreed fields that are special category data.
        plain: how many agreed fields are about nobody.
        abroad: the processors outside the United Kingdom: transfers, with their safeguards.
        measures: what protects it.
        weak: what is weak about the chain of its processors.
    """

    agreement: AgreementView
    people: People
    personal: tuple[ContractField, ...]
    special: tuple[ContractField, ...]
    plain: int
    abroad: tuple[Link, ...]
    measures: tuple[Measure, ...]
    weak: tuple[Weakness, ...]


@dataclass(frozen=True)
class Volume:
    """How much has flowed under an agreement: messages, feeds and their rows, and when."""

    messages: int
    feeds: int
    rows: int
    first: dt.datetime | None
    last: dt.datetime | None


@dataclass(frozen=True)
class Assessment:
    """What an impact assessment begins with.

    ``left_out`` are the contract's fields that may not leave, ``unused`` those that may and that
    no route needs: they could be taken out of the agreement.
    """

    activity: Activity
    left_out: tuple[ContractField, ...]
    unused: tuple[ContractField, ...]
    volume: Volume
    risks: tuple[Risk, ...]


def record(*, on: dt.date, employer: uuid.UUID | None = None) -> tuple[Activity, ...]:
    """Return the record of processing on a day: agreements that are in force, or soon again.

    Only those with a system of this employer if given.
    """
    signing = _signing_systems()
    return tuple(
        _activity(one, signing)
        for one in agreements(on=on, employer=employer)
        if one.state in _PROCESSING
    )


def assessment(code: str, *, on: dt.date) -> Assessment:
    """Return what an impact assessment of one agreement begins with.

    Raises:
        NotFound: if there is no such agreement.
    """
    found = agreement(code, on=on)
    activity = _activity(found, _signing_systems())
    every = found.contract.fields if found.contract is not None else ()
    used = _used(found)
    unused = tuple(one for one in found.agreed if used is not None and one.name not in used)
    return Assessment(
        activity=activity,
        left_out=tuple(one for one in every if one not in found.agreed),
        unused=unused,
        volume=_volume(found),
        risks=_risks(activity, unused),
    )


def _activity(found: AgreementView, signing: frozenset[str]) -> Activity:
    personal = tuple(one for one in found.agreed if one.personal)
    measures: list[Measure] = [*_ALWAYS]
    if found.both_sign:
        measures.append("four eyes")
    if found.sender.system in signing:
        measures.append("signed messages")
    return Activity(
        agreement=found,
        people=_people(found, personal),
        personal=personal,
        special=found.special,
        plain=len(found.agreed) - len(personal),
        abroad=tuple(link for link in found.chain if link.processor.abroad),
        measures=tuple(measures),
        weak=weakest(found.terms.processors),
    )


def _people(found: AgreementView, personal: tuple[ContractField, ...]) -> People:
    """Return whom it is about: a contract's name begins with its room."""
    if found.contract is not None and not personal:
        return "nobody"
    _, _, room = found.terms.contract.partition(".")
    return _PEOPLE.get(room.partition(".")[0], "others")


def _used(found: AgreementView) -> frozenset[str] | None:
    """Return the fields that routes need; None where a route takes all, or there is none."""
    if not found.routes or found.contract is None:
        return None
    used: set[str] = set()
    for route in Route.objects.filter(code__in=[one.code for one in found.routes]):
        try:
            mapping = mapping_of(route.translation, found.contract)
        except BadInput:
            return None
        if mapping is None:
            return None
        used |= uses(mapping)
    return frozenset(used)


def _volume(found: AgreementView) -> Volume:
    row = Agreement.objects.get(code=found.code)
    sent = Delivery.objects.filter(agreement=row).aggregate(
        messages=Sum("messages"), first=Min("handed_at"), last=Max("handed_at")
    )
    feeds = Landing.objects.filter(route__agreement=row, state=LandingState.ACCEPTED)
    came = feeds.aggregate(rows=Sum("accepted"), first=Min("received_at"), last=Max("received_at"))
    firsts = [one for one in (sent["first"], came["first"]) if one is not None]
    lasts = [one for one in (sent["last"], came["last"]) if one is not None]
    return Volume(
        messages=sent["messages"] or 0,
        feeds=feeds.count(),
        rows=came["rows"] or 0,
        first=min(firsts, default=None),
        last=max(lasts, default=None),
    )


def _risks(activity: Activity, unused: Iterable[ContractField]) -> tuple[Risk, ...]:
    """Return what an assessment should look at first; most are mended by an amendment."""
    found, terms = activity.agreement, activity.agreement.terms
    asked: list[tuple[bool, Risk]] = [
        (bool(activity.special), "special"),
        (bool(activity.special) and not terms.article9, "no condition"),
        (not terms.article6, "no letter"),
        (not terms.processors, "no processor named"),
        (found.ends is None, "open end"),
        (bool([*unused]), "unused fields"),
        (not found.both_sign, "not signed here"),
        (found.contract is None, "contract unknown"),
    ]
    return (*(risk for held, risk in asked if held), *activity.weak)


def _signing_systems() -> frozenset[str]:
    keys = SystemKey.objects.filter(revoked_at__isnull=True)
    return frozenset(keys.values_list("system__code", flat=True))

"""Questions about places: where they are, which of them wait, and what employers promised."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from muster.register.employers.queries import titles
from muster.register.places.models import Commitment, Place, SaidTown
from muster.register.places.rules import (
    NOWHERE,
    Where,
    code_of,
    read_several,
    read_where,
    shared,
)
from muster.register.places.towns import shipped_towns


@dataclass(frozen=True)
class WaitingPlace:
    """A site of which nobody knows the town, as its employer names it."""

    employer: uuid.UUID
    employer_title: str
    name: str


@dataclass(frozen=True)
class SaidPlace:
    """In which town somebody said that a place is."""

    id: uuid.UUID
    employer: uuid.UUID
    employer_title: str
    name: str
    town: str
    said_at: dt.datetime
    said_by: str


@dataclass(frozen=True)
class Promised:
    """A commitment that stands: ``percent`` of an employer's people, or ``roles``, by ``due``."""

    id: uuid.UUID
    employer: uuid.UUID
    employer_title: str
    due: dt.date
    percent: int | None
    roles: int | None
    stated_by: str
    source: str
    entered_at: dt.datetime
    entered_by: str


def with_where(frame: pl.DataFrame, *, several: bool = False) -> pl.DataFrame:
    """Return rows with where their place is, asked once for each distinct place.

    Args:
        frame: ``employer`` (32 hexadecimal digits) and ``place``, its name as stated or null.
        several: whether ``place`` may name several, parted by semicolons: then only what all of
            them share is told.

    Returns:
        The same rows with ``town`` (as ``code_of`` writes it) and ``region``; each is empty where
        it is not known.
    """
    said = _said()
    named = frame.select("employer", "place").unique()
    read = [_read(employer, place, said, several) for employer, place in named.iter_rows()]
    told = named.with_columns(
        pl.Series("town", [code_of(one) for one in read], dtype=pl.String),
        pl.Series("region", [one.region for one in read], dtype=pl.String),
    )
    return frame.join(
        told, on=["employer", "place"], how="left", nulls_equal=True, maintain_order="left"
    )


def _read(
    employer: str, place: str | None, said: Mapping[tuple[str, str], str], several: bool
) -> Where:
    index = shipped_towns()
    if not place:
        return NOWHERE
    if (employer, place) in said:
        return index.where(said[employer, place])
    if not several:
        return read_where(place, index)
    parts = [part.strip() for part in place.split(";") if part.strip()]
    if any((employer, part) in said for part in parts):
        return shared({_read(employer, part, said, False) for part in parts})
    return read_several(place, index)


def _said() -> dict[tuple[str, str], str]:
    rows = SaidTown.objects.filter(undone_at__isnull=True)
    return {(row.employer_id.hex, row.name): row.town for row in rows}


def waiting(within: uuid.UUID | None = None) -> tuple[WaitingPlace, ...]:
    """Return the sites whose town nobody knows, by employer and name.

    Args:
        within: the employer to keep to; None for every employer's.
    """
    rows = Place.objects.filter(kind="site")
    places = list((rows if within is None else rows.filter(employer=within)).order_by("name"))
    said, index = _said(), shipped_towns()
    open_ = [
        one for one in places
        if (one.employer_id.hex, one.name) not in said and not read_where(one.name, index).town
    ]  # fmt: skip
    named = _titles(one.employer_id for one in open_)
    found = [WaitingPlace(one.employer_id, named[one.employer_id], one.name) for one in open_]
    return tuple(sorted(found, key=lambda one: (one.employer_title, one.name)))


def said_places(within: uuid.UUID | None = None) -> tuple[SaidPlace, ...]:
    """Return what stands of towns that were said, by employer and name; ``within`` as above."""
    rows = SaidTown.objects.filter(undone_at__isnull=True)
    kept = list(rows if within is None else rows.filter(employer=within))
    named, towns = _titles(one.employer_id for one in kept), shipped_towns().towns
    found = [
        SaidPlace(
            one.id, one.employer_id, named[one.employer_id], one.name, towns[one.town].name,
            one.said_at, one.said_by,
        )
        for one in kept if one.town in towns
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.employer_title, one.name)))


def employers_with_places() -> dict[uuid.UUID, str]:
    """Return the employers whose systems name places, with their titles."""
    return titles(list(Place.objects.values_list("employer", flat=True).distinct().order_by()))


def promises() -> tuple[Promised, ...]:
    """Return the commitments that stand, by employer and day."""
    kept = list(Commitment.objects.filter(undone_at__isnull=True))
    named = _titles(one.employer_id for one in kept)
    found = [
        Promised(
            one.id, one.employer_id, named[one.employer_id], one.due, one.percent, one.roles,
            one.stated_by, one.source, one.entered_at, one.entered_by,
        )
        for one in kept
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.employer_title, one.due)))


def _titles(employers: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    return titles(list(set(employers)))

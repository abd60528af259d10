"""What pages of transfers ask beside ``queries``: lists with who is waited for, people, prefills.

Nobody is found by name alone, and whoever may not know of a person finds nobody.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db.models import Exists, OuterRef, Q, QuerySet

from muster.casework.models import Task
from muster.gates.access import Actor
from muster.gates.people import as_known_to, viewer_of
from muster.kernel.running import keyring
from muster.register.employers.queries import by_id
from muster.register.people import queries as people
from muster.register.people.models import Identifier, PersonName
from muster.register.people.person_record import PersonRecord, linked_to
from muster.register.people.person_record import person as person_record
from muster.register.people.restricting import hiding
from muster.register.people.restricting.queries import by_number, standing
from muster.register.people.restricting.rules import Viewer
from muster.register.people.sealing import hash_ninos
from muster.register.people.spelling import searchable
from muster.services.transfers import queries
from muster.services.transfers.knowing import NEW, known_of
from muster.services.transfers.models import Batch, HandOff, Transfer
from muster.services.transfers.queries import TransferView
from muster.services.transfers.rules import GONE
from muster.services.transfers.verbs.stating import OFFER

_MOST_FOUND = 200


@dataclass(frozen=True)
class Asked:
    """Which transfers of an employer are asked for; what is empty does not count.

    Args:
        words: parts of the person's name, among the employer's own people.
        state: where it stands; ``going`` is everything that is not over.
        kind: of which kind.
        direction: ``in`` or ``out``.
        since: first day from this day on.
        until: first day up to this day.
        late: only what is late.
    """

    words: str = ""
    state: str = "going"
    kind: str = ""
    direction: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    late: bool = False


@dataclass(frozen=True)
class Listed:
    """A transfer on a list: what is waited for, of whom, until when."""

    one: TransferView
    what: str
    who: str
    due: dt.datetime | None


@dataclass(frozen=True)
class ListPage:
    """Some transfers, and how many there are."""

    rows: tuple[Listed, ...]
    total: int


def listed(
    employer: uuid.UUID, actor: Actor, asked: Asked, *, now: dt.datetime, today: dt.date,
    start: int = 0, limit: int = 50,
) -> ListPage:  # fmt: skip
    """Return transfers from and to one employer, the nearest first day first.

    Who may not know of a person is shown none of their transfers, nor are these counted; of its own
    people's offers elsewhere an employer learns once they accepted.
    """
    told = Q(importer=employer) | Q(exporter=employer) & (
        ~Q(accepted_by="") | Q(batch__isnull=False) | Q(kind="loan_return")
    )
    found = Transfer.objects.filter(told).filter(hiding.shown(viewer_of(actor)))
    if actor.person is not None:
        found = found.exclude(person=actor.person)
    found = _asked(found, employer, actor, asked, now=now, today=today)
    total = found.count()
    page = found.order_by("first_day", "id")[start : start + limit]
    views = [queries.transfer(key) for key in page.values_list("id", flat=True)]
    waits = _waits([one.case for one in views if one.case is not None])
    rows = [Listed(one, *_first_of(waits, one.case)) for one in views]
    return ListPage(tuple(rows), total)


def _asked(
    found: QuerySet[Transfer], employer: uuid.UUID, actor: Actor, asked: Asked, *,
    now: dt.datetime, today: dt.date,
) -> QuerySet[Transfer]:  # fmt: skip
    if asked.words:
        own = people.search(asked.words, as_at=today, employer=employer, viewer=viewer_of(actor),
                            limit=_MOST_FOUND)  # fmt: skip
        found = found.filter(person__in=[one.person for one in own.found])
    if asked.state == "going":
        found = found.exclude(state__in=(*GONE, "closed"))
    elif asked.state:
        found = found.filter(state=asked.state)
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.direction:
        found = found.filter(**{"importer" if asked.direction == "in" else "exporter": employer})
    if asked.since:
        found = found.filter(first_day__gte=asked.since)
    if asked.until:
        found = found.filter(first_day__lte=asked.until)
    if asked.late:
        tasks = Task.objects.filter(case=OuterRef("case"), state="open", due_at__lt=now)
        handed = HandOff.objects.filter(transfer=OuterRef("pk"), state="open", due__lt=today)
        found = found.filter(Exists(tasks) | Exists(handed)).exclude(state__in=(*GONE, "closed"))
    return found


def _first_of(
    waits: Mapping[uuid.UUID, tuple[str, str, dt.datetime | None]], case: uuid.UUID | None
) -> tuple[str, str, dt.datetime | None]:
    found = waits.get(case) if case is not None else None
    return found or ("", "", None)


def _waits(cases: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[str, str, dt.datetime | None]]:
    """Return what each case waits for first: the task, its lane and its deadline."""
    waits: dict[uuid.UUID, tuple[str, str, dt.datetime | None]] = {}
    rows = Task.objects.filter(case__in=cases, state="open").order_by("due_at", "opened_at")
    for case, title, lane, due in rows.values_list("case", "title", "lane", "due_at"):
        held = waits.get(case)
        if held is None or (due is not None and held[2] is None):
            waits[case] = (title, lane, due)
    return waits


def find_person(
    actor: Actor, *, employer: uuid.UUID, surname: str, staff_number: str = "", nino: str = "",
) -> uuid.UUID | None:  # fmt: skip
    """Return the person whom a number and a surname both are of, and whom the actor may know of.

    A number alone could be mistyped into a stranger's, a name alone is many people's: both must
    fit. Whoever is hidden from the actor is not found, as if they did not exist.
    """
    person = by_number(employer, staff_number) if staff_number else _by_nino(nino)
    whom = person or uuid.UUID(int=0)
    found = standing(whom, viewer_of(actor))
    fits = _is_called(whom, surname, viewer_of(actor))
    return person if person and fits and not found.hidden and employer in found.employers else None


def _by_nino(nino: str) -> uuid.UUID | None:
    plain = "".join(nino.split()).upper()
    hashed = hash_ninos(pl.Series("nino", [plain]), keyring())[0] if plain else None
    if hashed is None:
        return None
    rows = Identifier.objects.filter(kind="nino", hashed=hashed, recorded_to__isnull=True)
    found = set(rows.values_list("person", flat=True))
    return found.pop() if len(found) == 1 else None


def _is_called(person: uuid.UUID, surname: str, viewer: Viewer) -> bool:
    said = searchable(surname)
    names = PersonName.objects.filter(
        hiding.shown_name(viewer), person=person, recorded_to__isnull=True
    )
    return bool(said) and any(searchable(name or "") == said
                              for name in names.values_list("surname", flat=True))  # fmt: skip


def known_to(actor: Actor, person: uuid.UUID, today: dt.date) -> PersonRecord | None:
    """Return a person's record without what the actor may not know of."""
    found = person_record(person, today)
    if found is None or actor.person == person:
        return found
    return as_known_to(actor, found)


def name_of(actor: Actor, person: uuid.UUID, today: dt.date) -> str:
    """Return what a person is called, for who may see a transfer of theirs; "" if not known."""
    found = known_to(actor, person, today)
    return found.name if found else ""


def known_record(one: TransferView, actor: Actor, today: dt.date) -> dict[str, Any]:
    """Return what the register knows of a person, in the words of the record that moves.

    For the employer that releases it: its own statements of its own person.
    """
    found = known_to(actor, one.person, today)
    if found is None:
        return {}
    said: dict[str, Any] = {}
    own = next((name for name in found.names), None)
    if own is not None:
        said |= {"surname": own.surname, "forenames": own.forenames or ""}
    for fact in found.identifiers:
        if fact.kind in ("nino", "birth_date") and fact.value:
            said.setdefault(fact.kind, fact.value)
    for held in found.employments:
        if held.employment != one.employment:
            continue
        said["employment_started"] = held.believed.valid_from.isoformat()
        if held.assignments:
            last = held.assignments[-1]
            said |= {"grade": last.grade or "", "fte": _share(last.fte),
                     "salary": _pounds(last.salary)}  # fmt: skip
    said |= _numbers(one)
    if one.continuous_from:
        said["continuous_service_from"] = one.continuous_from.isoformat()
    said |= known_of(Transfer.objects.get(id=one.id))
    return {name: value for name, value in said.items() if value not in ("", None)}


def known_beside(one: TransferView) -> dict[str, Any]:
    """Return what is known beside the released record: by systems, the person and the offer."""
    known = known_of(Transfer.objects.get(id=one.id))
    offered = queries.stated(one.id, OFFER)
    return known | {f"{NEW}{name}": said for name, said in offered.items()}


def _numbers(one: TransferView) -> Mapping[str, str]:
    employer = by_id(one.exporter)
    title = employer.title if employer else ""
    own = [link.staff_number for link in linked_to(one.person)
           if link.recorded_to is None and link.employer == title]  # fmt: skip
    return {"staff_number": own[-1]} if own else {}


def _share(billionths: int) -> str:
    text = f"{billionths // 10**9}.{billionths % 10**9:09d}".rstrip("0").rstrip(".")
    return text or "0"


def _pounds(pence: int | None) -> str:
    return "" if pence is None else f"{pence // 100}.{pence % 100:02d}"


@dataclass(frozen=True)
class BatchSeen:
    """A move of many, with its two employers and who asked for it."""

    id: uuid.UUID
    title: str
    state: str
    first_day: dt.date
    exporter: uuid.UUID
    importer: uuid.UUID
    exporter_title: str
    importer_title: str
    wanted: int
    moved: int
    asked_by: str
    exceptions: tuple[tuple[uuid.UUID, str], ...] = ()


def batches_of(employer: uuid.UUID, *, limit: int = 100) -> tuple[BatchSeen, ...]:
    """Return the moves of many from and to an employer, the latest first."""
    found = Batch.objects.filter(Q(exporter=employer) | Q(importer=employer))
    ordered = found.select_related("exporter", "importer").order_by("-asked_at")
    return tuple(_batch(one) for one in ordered[:limit])


def batch_seen(batch: uuid.UUID) -> BatchSeen | None:
    """Return one move of many with its exceptions; None if there is none."""
    found = Batch.objects.select_related("exporter", "importer").filter(id=batch).first()
    return None if found is None else _batch(found, queries.batch(batch).exceptions)


def _batch(one: Batch, exceptions: tuple[tuple[uuid.UUID, str], ...] = ()) -> BatchSeen:
    return BatchSeen(
        one.id, one.title, one.state, one.first_day, one.exporter_id, one.importer_id,
        one.exporter.title, one.importer.title, one.wanted, one.moved, one.asked_by, exceptions,
    )  # fmt: skip

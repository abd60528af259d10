"""Requests of people about their own data: a copy (Article 15), erasure (Article 17), objections.

Who asks is signed in as the person. A copy waits until an officer has looked whether it is complex
and that nobody stole the sign-in; then it is made, kept encrypted under a key of its own, and gone
when its time is up. Erasure is decided by the schedule, line by line: what is past its time becomes
a run that somebody else approves, everything else is refused with its reason, law and last day.
"""

import datetime as dt
import uuid

from django.db import transaction

from muster.hub.blobs import blobs
from muster.kernel.clock import Clock
from muster.kernel.days import ONE_DAY, legal_day
from muster.kernel.errors import BadInput, Conflict, NotFound, NotPermitted, Where
from muster.kernel.working_days import is_working_day
from muster.ledger.current import ledger
from muster.register.keeping.actions import preview
from muster.register.keeping.exporting import copy_for
from muster.register.keeping.looking import things
from muster.register.keeping.models import Answer, Request, Run
from muster.register.keeping.rules import Line, deadline
from muster.register.keeping.schedule import schedule
from muster.register.keeping.writing import as_zip
from muster.register.people.models import Person

COPY_LASTS = dt.timedelta(days=30)
"""So long a copy can be downloaded."""


@transaction.atomic
def ask(*, kind: str, person: uuid.UUID, words: str, by: str, clock: Clock) -> uuid.UUID:
    """Ask for a copy of one's data or for its erasure; return the request.

    Args:
        kind: ``copy`` or ``erasure``.
        person: who is signed in.
        words: what they say of it, if anything.
        by: the signed-in actor.
        clock: stamps it.

    Raises:
        NotFound: if the register holds no such person.
        Conflict: if such a request is open.
    """
    if not Person.objects.filter(id=person).exists():
        raise NotFound("The register holds no record about you", fix="Ask your employer's HR team")
    if Request.objects.filter(person=person, kind=kind, state__in=("asked", "checked")).exists():
        raise Conflict("You have asked for this already", fix="See the progress of your request")
    at = clock.now()
    made = Request.objects.create(
        kind=kind, person=person, words=words.strip(), asked_by=by, asked_at=at,
        due=deadline(legal_day(at), extended=False, works=is_working_day),
    )  # fmt: skip
    _note("asked", made, by, kind=kind, due=made.due)
    return made.id


@transaction.atomic
def extend(*, request: uuid.UUID, reason: str, by: str, clock: Clock) -> dt.date:
    """Take two months more for a complex request; return the new deadline.

    Raises:
        Conflict: if it was extended before, is closed, or its first month is over.
        BadInput: if no reason is given.
    """
    found = _open(request)
    if found.extended_because or legal_day(clock.now()) > found.due:
        raise Conflict(
            "This request cannot be extended any more", where=Where(thing=str(request)),
            fix="Answer it now",
        )  # fmt: skip
    found.extended_because = _stated(reason)
    found.due = deadline(legal_day(found.asked_at), extended=True, works=is_working_day)
    found.save(update_fields=["extended_because", "due"])
    _note("extended", found, by, due=found.due)
    return found.due


@transaction.atomic
def check(*, request: uuid.UUID, by: str, clock: Clock) -> None:
    """Note that an officer made sure that whoever asks is the person.

    Raises:
        Conflict: if the request is closed or checked.
        NotPermitted: if the officer is the one who asks.
    """
    found = _open(request, state="asked")
    _not_own(found, by)
    found.state, found.checked_by = "checked", by
    found.save(update_fields=["state", "checked_by"])
    _note("checked", found, by)


def make_copy(*, request: uuid.UUID, by: str, clock: Clock) -> None:
    """Make the copy that a checked request asks for, and keep it encrypted for a while.

    Raises:
        Conflict: if the request is not checked, or is for something else.
    """
    found = _open(request, state="checked", kind="copy", lock=False)
    content = as_zip(copy_for(found.person, at=clock.now()))
    with transaction.atomic():
        found = _open(request, state="checked", kind="copy")
        key, cipher = ledger().ciphers_of({_scope(found.id)})[_scope(found.id)]
        blobs().keep(found.id, content, cipher)
        found.state, found.blob_key, found.ready_at = "ready", key, clock.now()
        found.expires_at = clock.now() + COPY_LASTS
        found.decided_by, found.decided_at = by, clock.now()
        found.save()
        _note("ready", found, by, size=len(content), expires_at=found.expires_at)


def download(*, request: uuid.UUID, person: uuid.UUID, by: str, clock: Clock) -> bytes:
    """Return the copy to the person themself; it is recorded.

    Raises:
        NotFound: if it is not theirs, is not ready, or its time is up.
    """
    found = Request.objects.filter(id=request, person=person, state="ready").first()
    if found is None or found.expires_at is None or found.expires_at <= clock.now():
        raise NotFound("There is no such copy", fix="Ask for a copy again")
    content = blobs().read(found.id, ledger().cipher_by_id(found.blob_key or 0))
    with transaction.atomic():
        Request.objects.filter(id=request).update(downloaded_at=clock.now())
        _note("downloaded", found, by)
    return content


def expire_copies(*, clock: Clock) -> int:
    """Destroy copies whose time is up; return how many."""
    late = Request.objects.filter(state="ready", expires_at__lte=clock.now())
    gone = 0
    for one in late.order_by("id"):
        with transaction.atomic():
            found = Request.objects.select_for_update().filter(id=one.id, state="ready").first()
            if found is None:
                continue
            ledger().erase(_scope(found.id), reason="its time is up", by="system:retention")
            found.state = "expired"
            found.save(update_fields=["state"])
            gone += 1
    return gone


def decide_erasure(*, request: uuid.UUID, by: str, clock: Clock) -> Run | None:
    """Decide a checked request for erasure by the schedule; return the run of what may go.

    Raises:
        Conflict: if the request is not checked, or is for something else.
        NotPermitted: if the officer is the one who asks.
    """
    today = legal_day(clock.now())
    with transaction.atomic():
        found = _open(request, state="checked", kind="erasure")
        _not_own(found, by)
        decided = [_answer(found, line, today) for line in schedule()]
        answers = [answer for answer, _due in decided]
        Answer.objects.bulk_create(answers)
        some = any(due for _answer, due in decided)
        if some:
            run = preview(by=by, clock=clock, only=found.person)
            found.run = Run.objects.get(id=run)
        found.state = "answered" if some else "refused"
        found.decided_by, found.decided_at = by, clock.now()
        found.save()
        _note("decided", found, by, lines={one.line: one.outcome for one in answers})
        return found.run


@transaction.atomic
def object_to(*, request: uuid.UUID, person: uuid.UUID, words: str, by: str, clock: Clock) -> None:
    """Object to what was decided on one's own request; another officer answers.

    Raises:
        NotFound: if it is not theirs.
        Conflict: if nothing is decided yet, or they objected before.
        BadInput: if nothing is said.
    """
    found = Request.objects.select_for_update().filter(id=request, person=person).first()
    if found is None:
        raise NotFound("There is no such request", fix="See your requests")
    if found.decided_at is None or found.objected_at is not None:
        raise Conflict("You cannot object to this now", fix="See what became of your request")
    found.objection, found.objected_at = _stated(words), clock.now()
    found.save(update_fields=["objection", "objected_at"])
    _note("objected", found, by)


@transaction.atomic
def review(*, request: uuid.UUID, words: str, by: str, clock: Clock) -> None:
    """Answer an objection; not by whom it is against.

    Raises:
        NotFound: if there is no such request.
        Conflict: if nobody objected, or it was answered.
        NotPermitted: if the same officer decided the request.
        BadInput: if nothing is said.
    """
    found = Request.objects.select_for_update().filter(id=request).first()
    if found is None:
        raise NotFound("There is no such request", fix="See the list of requests")
    if found.objected_at is None or found.reviewed_at is not None:
        raise Conflict("No objection waits", where=Where(thing=str(request)), fix="Load the page")
    if by == found.decided_by:
        raise NotPermitted("You decided this request", fix="Ask a colleague to review it")
    _not_own(found, by)
    found.reviewed, found.reviewed_by, found.reviewed_at = _stated(words), by, clock.now()
    found.save(update_fields=["reviewed", "reviewed_by", "reviewed_at"])
    _note("reviewed", found, by)


def _answer(request: Request, line: Line, today: dt.date) -> tuple[Answer, int]:
    """Return what the schedule says of one line for whoever asks, and how much of it may go."""
    own = [one for one in things(line, today, only=request.person) if one.person == request.person]
    if not own:
        return Answer(request=request, line=line.code, **_not_one_by_one(line)), 0
    kept = [one.kept(today) for one in own]
    waits = [one for one in kept if not one.due]
    due = len(own) - len(waits)
    if not waits:
        return Answer(request=request, line=line.code, outcome="to be erased", things=due), due
    until = [one.goes_on for one in waits]
    known = max((day for day in until if day is not None), default=None)
    part = "part of it is past its time and will be erased; of the rest, " if due else ""
    answer = Answer(
        request=request,
        line=line.code,
        outcome="refused",
        things=len(waits),
        because=f"{part}{waits[0].because}. {line.exception}",
        legal=line.legal,
        until=known - ONE_DAY if known and None not in until else None,
    )
    return answer, due


def _not_one_by_one(line: Line) -> dict[str, str]:
    """Return the answer for what is not kept by person: logs, files and messages of many."""
    if line.of in ("landing", "message", "access month", "decisions month"):
        words = f"it is kept for {line.years} years, with what others are told of in it"
        return {
            "outcome": "refused",
            "because": f"{words}. {line.exception}",
            "legal": line.legal,
        }
    return {"outcome": "nothing held"}


def _open(request: uuid.UUID, *, state: str = "", kind: str = "", lock: bool = True) -> Request:
    """Return a request that is open, or in one state, held until the transaction ends."""
    rows = Request.objects.select_for_update() if lock else Request.objects.all()
    found = rows.filter(id=request).first()
    if found is None:
        raise NotFound("There is no such request", fix="See the list of requests")
    states = (state,) if state else ("asked", "checked")
    if found.state not in states or (kind and found.kind != kind):
        raise Conflict(
            f"This request is {found.state}", where=Where(thing=str(request)),
            fix="Load the page again",
        )  # fmt: skip
    return found


def _not_own(found: Request, by: str) -> None:
    if by == found.asked_by:
        raise NotPermitted("This request is your own", fix="Ask a colleague to decide it")


def _stated(words: str) -> str:
    if not words.strip():
        raise BadInput("Nothing is said", where=Where(field="reason"), fix="Say why, in a sentence")
    return words.strip()


def _scope(request: uuid.UUID) -> str:
    return f"copy:{request}"


def _note(done: str, one: Request, by: str, **said: object) -> None:
    ledger().append_one(
        "decisions", f"muster.keeping.request.{done}.v1", f"request:keeping:{one.id}",
        {"by": by, **said},
    )  # fmt: skip

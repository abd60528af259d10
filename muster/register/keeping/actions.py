"""The verbs of a run: preview, propose, decide, go on.

A run is previewed by anybody who keeps records, proposed with a reason, and approved by somebody
else; then it erases thing by thing, each in a transaction of its own with what became of it. After
a crash it goes on where it was. Each thing is looked at once more at its turn: what has come under
a hold, or whose person is employed again, is kept, and the certificate says so.
"""

import datetime as dt
import time
import uuid
from collections import Counter
from dataclasses import dataclass

from django.apps import apps
from django.db import transaction

from muster.kernel.clock import Clock
from muster.kernel.days import legal_day
from muster.kernel.errors import BadInput, Conflict, NotFound, NotPermitted, Where
from muster.ledger.current import ledger
from muster.register.keeping.certificates import issue
from muster.register.keeping.dated import DATED
from muster.register.keeping.looking import (
    Thing,
    again,
    landing_scope,
    message_scope,
    records_of,
    things,
)
from muster.register.keeping.models import Request, Run, RunItem
from muster.register.keeping.schedule import holdings, schedule
from muster.register.people.actions import take_turn
from muster.register.people.erasing import erase_hr_file, erase_person
from muster.register.told.models import Change, Notice, Sending, ToldFact

_AT_ONCE = 500
_ITSELF = "system:retention"
_OWN = ("register_people", "register_keeping")


@dataclass(frozen=True)
class Progress:
    """How far a run is: things done (erased or kept) of all."""

    done: int
    total: int

    @property
    def finished(self) -> bool:
        """Tell whether nothing is left to do."""
        return self.done == self.total


def preview(
    *, by: str, clock: Clock, as_at: dt.date | None = None, only: uuid.UUID | None = None
) -> uuid.UUID:
    """Find what is past its time and keep the list; nothing is erased. Return the run.

    Args:
        by: who looks.
        clock: stamps it.
        as_at: what is past its time by this day, today at the latest.
        only: one person, whose request it meets.

    Raises:
        BadInput: if the day is to come.
    """
    today = legal_day(clock.now())
    if as_at is not None and as_at > today:
        raise BadInput(
            "This day is to come", where=Where(field="as at"), fix="Give today or an earlier day"
        )
    day = as_at or today
    found, counts = list[Thing](), Counter[tuple[str, str, str]]()
    gone = set[uuid.UUID | None]()
    for line in schedule():
        for one in things(line, day, only=only) if line.of else ():
            kept = one.kept(day)
            if kept.due and one.line.of != "person" and one.person in gone:
                continue  # it goes with the person
            if kept.due:
                found.append(one)
                gone |= {one.person} if one.line.of == "person" else set()
            if kept.due or (kept.goes_on is not None and kept.goes_on <= day):
                counts[line.code, str(one.employer or ""), kept.because] += 1
    return _keep(found, counts, day=day, only=only, by=by, at=clock.now())


@transaction.atomic
def _keep(
    found: list[Thing],
    counts: Counter[tuple[str, str, str]],
    *,
    day: dt.date,
    only: uuid.UUID | None,
    by: str,
    at: dt.datetime,
) -> uuid.UUID:
    said = [
        {"line": line, "employer": employer, "kept": why, "things": many}
        for (line, employer, why), many in sorted(counts.items())
    ]
    run = Run.objects.create(
        as_at=day, only=only, counts=said, items_total=len(found), previewed_by=by,
        previewed_at=at,
    )  # fmt: skip
    items = [
        RunItem(
            run=run, line=one.line.code, thing=one.key, person=one.person, employer=one.employer,
            goes_on=one.kept(day).goes_on,
        )
        for one in found
    ]  # fmt: skip
    RunItem.objects.bulk_create(items, batch_size=_AT_ONCE)
    _note("previewed", run, by=by, things=len(found))
    return run.id


@transaction.atomic
def propose(*, run: uuid.UUID, reason: str, by: str, clock: Clock) -> None:
    """Propose that a run erase what its preview found.

    Raises:
        NotFound: if there is no such run.
        Conflict: if it was proposed before, or found nothing.
        BadInput: if no reason is given.
    """
    found = _run(run, "previewed")
    if not found.items_total:
        raise Conflict(
            "This preview found nothing that is past its time", where=Where(thing=str(run)),
            fix="Look again another day",
        )  # fmt: skip
    found.state, found.proposed_by, found.proposed_at = "proposed", by, clock.now()
    found.proposed_because = _stated(reason)
    found.save()
    _note("proposed", found, by=by, reason=found.proposed_because)


@transaction.atomic
def decide(*, run: uuid.UUID, approve: bool, reason: str, by: str, clock: Clock) -> None:
    """Approve or refuse a run that somebody else proposed.

    Raises:
        NotFound: if there is no such run.
        Conflict: if it is not proposed.
        NotPermitted: if the same person proposed it.
        BadInput: if no reason is given.
    """
    found = _run(run, "proposed")
    if found.proposed_by == by:
        raise NotPermitted(
            "You proposed this run", where=Where(thing=str(run)),
            fix="Ask a colleague to look at it and decide",
        )  # fmt: skip
    found.state = "approved" if approve else "refused"
    found.decided_by, found.decided_at = by, clock.now()
    found.decided_because = _stated(reason)
    found.save()
    _note(found.state, found, by=by, reason=found.decided_because)


def go_on(*, run: uuid.UUID, by: str, clock: Clock, seconds: float | None = None) -> Progress:
    """Erase what an approved run found, from where it stopped; certify it once all is done.

    Args:
        run: the run.
        by: who lets it run.
        clock: stamps what is erased.
        seconds: stop in good time after so long; None to do all.

    Raises:
        NotFound: if there is no such run.
        Conflict: if it is not approved.
    """
    with transaction.atomic():
        found = _run(run, "approved", or_done=True)
        if not found.run_by:
            found.run_by = by
            found.save(update_fields=["run_by"])
    until = None if seconds is None else time.monotonic() + seconds
    while found.state != "done" and _next(run, by=by, clock=clock):
        if until is not None and time.monotonic() >= until:
            break
    progress = progress_of(run)
    if progress.finished and found.state != "done":
        _finish(run, by=by, clock=clock)
    return progress


def work_on_approved(clock: Clock, *, seconds: float = 5.0) -> bool:
    """Let the oldest approved run get on for a while; tell whether there was one. For workers."""
    found = Run.objects.filter(state="approved").order_by("decided_at").first()
    if found is None:
        return False
    go_on(run=found.id, by=found.run_by or _ITSELF, clock=clock, seconds=seconds)
    return True


def preview_monthly(clock: Clock) -> uuid.UUID | None:
    """Look once a month what is past its time, for somebody to propose; None if it was done."""
    day = legal_day(clock.now())
    if Run.objects.filter(previewed_by=_ITSELF, as_at__gte=day.replace(day=1)).exists():
        return None
    return preview(by=_ITSELF, clock=clock)


def progress_of(run: uuid.UUID) -> Progress:
    """Return how far a run is."""
    items = RunItem.objects.filter(run=run)
    return Progress(items.exclude(state="waits").count(), items.count())


@transaction.atomic
def _next(run: uuid.UUID, *, by: str, clock: Clock) -> bool:
    """Do the next thing of a run; False if nothing is left."""
    take_turn()
    item = RunItem.objects.select_for_update().filter(run=run, state="waits").order_by("id").first()
    if item is None:
        return False
    at = clock.now()
    thing = again(item.line, item.thing, legal_day(at))
    kept = thing.kept(legal_day(at)) if thing else None
    if thing is None or kept is None:
        item.state, item.because = "kept", "it is no more"
    elif not kept.due:
        item.state, item.because = "kept", kept.because
    else:
        item.state, item.counts = "erased", _erase(thing, f"run:{run}", by=by, at=at)
    item.done_at = at
    item.save()
    Run.objects.filter(id=run).update(worked_at=at)
    return True


def _erase(thing: Thing, authority: str, *, by: str, at: dt.datetime) -> dict[str, int]:
    """Erase one thing as its line says; return the rows, by table or log."""
    of = thing.line.of
    if of == "person" and thing.person is not None:
        return _elsewhere(thing.person) | erase_person(thing.person, authority=authority)
    if of == "record" and thing.person is not None and thing.employer is not None:
        records = records_of(thing.person, thing.employer)
        return erase_hr_file(records, authority=authority, by=by, at=at)
    if of == "told" and thing.person is not None:
        return _forget_told(thing.person)
    if of == "landing":
        return _shred(landing_scope(uuid.UUID(thing.key)), authority, by)
    if of == "message":
        return _shred(message_scope(thing.key), authority, by)
    if of in ("access month", "decisions month"):
        return _forget_looks(thing.key) | _shred(thing.key, authority, by)
    if of in DATED:
        return DATED[of].erase(thing.key)
    count, _each = Request.objects.filter(id=thing.key).delete()
    return {"register_keeping_request": count}


def _forget_told(person: uuid.UUID) -> dict[str, int]:
    """Take away what a person told of themself, what came of it first."""
    erased: dict[str, int] = {}
    for found in (
        Notice.objects.filter(person=person),
        Sending.objects.filter(change__person=person),
        ToldFact.objects.filter(person=person),
        Change.objects.filter(person=person),
    ):
        gone = found.delete()[0]
        erased |= {found.model._meta.db_table: gone} if gone else {}
    return erased


def _shred(scope: str, authority: str, by: str) -> dict[str, int]:
    erased = ledger().erase(scope, reason=authority, by=by)
    return {"key": 1} | {f"log {log}": many for log, many in erased.items()}


def _forget_looks(scope: str) -> dict[str, int]:
    """Take a month's looks out of the index by person; its entries stay as what they prove."""
    key = ledger().store.live_keys([scope]).get(scope)
    if key is None or not scope.startswith("access:"):
        return {}
    places = ledger().store.positions_under("access", key.id)
    looks, gone = apps.get_model("gates", "Look")._base_manager, 0
    for start in range(0, len(places), _AT_ONCE):
        gone += looks.filter(position__in=places[start : start + _AT_ONCE]).delete()[0]
    return {"gates_look": gone} if gone else {}


def _elsewhere(person: uuid.UUID) -> dict[str, int]:
    """Take away what other rooms hold of a person by identifier alone; keys to them go later."""
    erased: dict[str, int] = {}
    for held in holdings():
        label, _, name = held.model.partition(".")
        if held.by != "person" or held.through != "person" or label in _OWN:
            continue
        model = apps.get_model(label, name)
        if not model._meta.get_field("person").is_relation:
            gone = model._base_manager.filter(person=person).delete()[0]
            erased |= {model._meta.db_table: gone} if gone else {}
    return erased


@transaction.atomic
def _finish(run: uuid.UUID, *, by: str, clock: Clock) -> None:
    found = _run(run, "approved", or_done=True)
    if found.state == "done":
        return
    found.state, found.done_at = "done", clock.now()
    found.save(update_fields=["state", "done_at"])
    issue(found, at=clock.now())
    _note("done", found, by=by)


def _run(run: uuid.UUID, state: str, *, or_done: bool = False) -> Run:
    """Return a run that is as it must be, held until the transaction ends."""
    found = Run.objects.select_for_update().filter(id=run).first()
    if found is None:
        raise NotFound("No such run", where=Where(thing=str(run)), fix="See the list of runs")
    if found.state != state and not (or_done and found.state == "done"):
        raise Conflict(
            f"This run is {found.state}, not {state}", where=Where(thing=str(run)),
            fix="Load the page again",
        )  # fmt: skip
    return found


def _stated(reason: str) -> str:
    if not reason.strip():
        raise BadInput(
            "No reason is given", where=Where(field="reason"), fix="Say why, in a sentence"
        )
    return reason.strip()


def _note(done: str, run: Run, **said: object) -> None:
    ledger().append_one(
        "decisions", f"muster.keeping.run.{done}.v1", f"run:keeping:{run.id}", dict(said)
    )

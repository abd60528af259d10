"""What a demonstration holds of transfers: two employers with one in every state worth looking at.

Real transfers come about by the same verbs, on their pages. Dates follow the day on which it is
built, so that something is due today, something late, and something to come.
"""

import datetime as dt
import itertools
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from muster.casework import actions as cases
from muster.casework.calendars.actions import load_calendar
from muster.casework.calendars.queries import calendar_of
from muster.gates.access import Actor
from muster.gates.personas import Persona
from muster.hub.pulling.inlets import set_inlet
from muster.kernel.clock import Clock, FixedClock
from muster.kernel.days import legal_day, month_end
from muster.register.employers.queries import find
from muster.register.people.queries import dates_returned, search
from muster.services.transfers import queries
from muster.services.transfers.examples import Mover, mover, movers
from muster.services.transfers.payrolls import enrolment as payrolls
from muster.services.transfers.planning.rules import next_safe
from muster.services.transfers.playing import Play
from muster.services.transfers.process import driving
from muster.services.transfers.process.registering import JOINING_HR
from muster.services.transfers.rules import Kind
from muster.services.transfers.verbs import bulk

HARBOURS, ORCHARDS = "pretend:harbours-and-lighthouses", "pretend:orchards-and-allotments"
HER_NAME = "Siân Llewellyn"  # the one person the demonstration follows; see synthetic/story.py
HER_KEY = "demonstration:her"
_SLUGS = {
    HARBOURS: {"manager": "manager", "caseworker": "caseworker", "payroll": "payroll-harbours"},
    ORCHARDS: {"manager": "manager-orchards", "caseworker": "caseworker-orchards",
               "payroll": "payroll"},
}  # fmt: skip
_BATCH, _EXCEPTIONS, _EVERY = 12, 2, 10


def offered() -> list[Persona]:
    """Return a line manager and a payroll lead at each of the two employers, once they are loaded.

    An HR caseworker of each is offered by the room of people.
    """
    found = payrolls.offered()
    for key, slugs in _SLUGS.items():
        employer = find(key)
        if employer is not None:
            title = employer[1].title
            actor = Actor(
                f"persona:{slugs['manager']}", f"Line manager, {title}",
                frozenset({"line manager"}), employer=employer[0],
            )  # fmt: skip
            found.append(Persona(slugs["manager"], actor, f"Wants somebody to join the {title}."))
    return found


def her_transfer() -> uuid.UUID | None:
    """Return the transfer of the person the demonstration follows; None before it was begun."""
    orchards = find(ORCHARDS)
    hers = None if orchards is None else _her(orchards[0], dates_returned())
    if hers is None:
        return None
    found = queries.transfers_of(person=hers)
    return found[-1].id if found else None


def load_calendars(sheets: Mapping[str, tuple[str, bytes]], *, by: str, clock: Clock) -> None:
    """Load what pretend payrolls publish of their year; the same sheet again changes nothing.

    Args:
        sheets: by the key of an employer, the name of a file and its bytes.
        by: who loads them.
        clock: stamps it.
    """
    for key, (name, sheet) in sheets.items():
        employer = find(key)
        if employer is not None:
            load_calendar(sheet=sheet, name=name, employer=employer[0], by=by, clock=clock)


def ask_payrolls(where: Mapping[str, str], *, by: str, clock: Clock) -> None:
    """Ask both pretend payrolls every few seconds what they paid.

    Args:
        where: by the key of an employer, a folder (``file://``) or an address with ``{month}``.
        by: who sets it up.
        clock: stamps it.
    """
    for key, url in where.items():
        if find(key) is None:
            continue
        system = f"payroll-system:{key.rpartition(':')[2]}"
        code = system.replace(":", "-")
        asked = {"url": url, "local": "yes", "route": f"{code}-results"}
        kind = "remote_folder" if url.startswith("file:") else "http_json"
        set_inlet(
            code=f"{code}-paid", system=system, kind=kind, every=_EVERY, here=True, secrets={},
            settings=asked | ({"settle": "0"} if kind == "remote_folder" else {}), by=by,
            clock=clock,
        )  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """The two employers, who there is to move, and the days the demonstration hangs on."""

    harbours: uuid.UUID
    orchards: uuid.UUID
    her: Mover | None
    leaving: Mapping[uuid.UUID, Iterator[Mover]]
    now: dt.datetime
    in_time: dt.date
    """The earliest first day, from today on, that is in time for both payrolls."""

    @property
    def today(self) -> dt.date:
        return legal_day(self.now)

    @property
    def recent(self) -> dt.date:
        """A first day of a few days ago, in this month."""
        return max(self.today.replace(day=1), self.today - dt.timedelta(days=6))

    @property
    def later(self) -> dt.date:
        """The first Monday of next month."""
        first = month_end(self.today) + dt.timedelta(days=1)
        return first + dt.timedelta(days=-first.weekday() % 7)

    def play(
        self, exporter: uuid.UUID, first_day: dt.date, days_ago: int, *,
        who: Mover | None = None, kind: Kind = "permanent",
    ) -> Play:  # fmt: skip
        """Return a transfer that was begun some days ago, of the next person who can move."""
        importer = self.orchards if exporter == self.harbours else self.harbours
        began = (self.now - dt.timedelta(days=days_ago)).replace(hour=9, minute=12)
        slugs = {self.harbours: _SLUGS[HARBOURS], self.orchards: _SLUGS[ORCHARDS]}
        return Play(who or next(self.leaving[exporter]), importer, slugs, first_day, began,
                    self.now, kind)  # fmt: skip


def begin(*, clock: Clock) -> int:
    """Take transfers of two employers as far as they are worth looking at; return how many.

    Done before, or without the two employers and their payroll calendars, it changes nothing.
    """
    stage = _stage(clock)
    if stage is None or queries.transfers_of(employer=stage.harbours, limit=1):
        return 0
    scenes: tuple[Callable[[Stage], object], ...] = (
        _hers, _drafted, _waits_for_person, _record_to_release, _wrong_tax_code, _to_sign,
        _past_cut_off, _scheduled, _on_hold, _declined, _rescinded,
    )  # fmt: skip
    for scene in scenes:
        scene(stage)
    moved = [scene(stage) for scene in (_paid_right, _paid_wrong, _lent, _handing_over)]
    # The register was loaded a moment ago: what takes effect does so now.
    cases.fire_due(clock=clock)
    for play in moved[:2]:
        play.clock = FixedClock(clock.now())
        play.settled_in()
    _machinery_of_government(stage)
    return len(scenes) + len(moved) + 1


def _stage(clock: Clock) -> Stage | None:
    ends = [find(key) for key in (HARBOURS, ORCHARDS)]
    if ends[0] is None or ends[1] is None:
        return None
    harbours, orchards = ends[0][0], ends[1][0]
    now = clock.now()
    today = legal_day(now)
    calendars = [calendar_of(one) for one in (harbours, orchards)]
    if calendars[0] is None or calendars[1] is None:
        return None
    safe = next_safe(today, calendars[0], calendars[1], today)
    hers = _her(orchards, dates_returned())
    known = None if hers is None else mover(hers, orchards, today)
    her = None if known is None else replace(known, sex="F", code="1257L")
    leaving = {one: _others(one, today, her) for one in (harbours, orchards)}
    return Stage(harbours, orchards, her, leaving, now, safe or today)


def _her(orchards: uuid.UUID, dates: Sequence[dt.date]) -> uuid.UUID | None:
    if not dates:
        return None
    found = search(HER_NAME, as_at=dates[0], employer=orchards, limit=1).found
    return found[0].person if found else None


def _others(employer: uuid.UUID, today: dt.date, her: Mover | None) -> Iterator[Mover]:
    return (one for one in movers(employer, today) if her is None or one.person != her.person)


def _hers(stage: Stage) -> None:
    """Her own: the record was released with a wrong tax code, and her details are waited for."""
    play = stage.play(stage.orchards, stage.in_time, 9, who=stage.her)
    play.kind = "promotion"
    play.draft(HER_KEY, "Project delivery manager").accepted().known()
    play.terms("H/20417", promoted=True).release(tax_code=wrong(play.mover.tax_code))


def _drafted(stage: Stage) -> None:
    stage.play(stage.orchards, stage.later, 1).draft("demonstration:draft", "Harbour planner")
    stage.play(stage.harbours, stage.later, 8).draft("demonstration:draft late", "Orchard planner")


def _waits_for_person(stage: Stage) -> None:
    play = stage.play(stage.harbours, stage.later, 6).draft("demonstration:offered", "Analyst")
    play.do("make_offer")


def _record_to_release(stage: Stage) -> None:
    late = stage.play(stage.harbours, stage.later, 16).draft("demonstration:late", "Policy adviser")
    late.accepted().details().terms("O/7001")
    soon = stage.play(stage.orchards, stage.later, 7).draft("demonstration:record", "Statistician")
    soon.accepted().details()


def _wrong_tax_code(stage: Stage) -> None:
    play = stage.play(stage.harbours, stage.later, 12).draft("demonstration:differs", "Lawyer")
    play.accepted().known().details().terms("O/7002")
    play.release(tax_code=wrong(play.mover.tax_code))


def _to_sign(stage: Stage) -> None:
    play = stage.play(stage.orchards, stage.later, 11).draft("demonstration:sign", "Engineer")
    play.accepted().details().terms("H/20420").release()
    play.do("sign_leaving")


def _past_cut_off(stage: Stage) -> None:
    """Somebody has begun, and nobody told payrolls before the cut-off: a plan is to be chosen."""
    play = stage.play(stage.orchards, stage.today, 18)
    calendar = calendar_of(stage.orchards)
    period = calendar.period_of(stage.today) if calendar else None
    assert period is not None
    play.first_day = period.starts - dt.timedelta(days=3)
    because = "The wreck could not wait for a surveyor"
    play.draft("demonstration:begun", "Surveyor", because=because).accepted().details()
    play.terms("H/20421").release()
    play.clock = FixedClock(stage.now)
    play.signed()


def _scheduled(stage: Stage) -> None:
    for exporter, number, post in ((stage.orchards, "H/20422", "Lighthouse inspector"),
                                   (stage.harbours, "O/7003", "Cider economist")):  # fmt: skip
        play = stage.play(exporter, stage.later, 20).draft(f"demonstration:{number}", post)
        play.accepted().details().terms(number).release().signed()


def _on_hold(stage: Stage) -> None:
    play = stage.play(stage.harbours, stage.later, 10).draft("demonstration:hold", "Accountant")
    play.accepted()
    driving.hold(play.transfer, side="importer", reason="The post waits for its budget",
                 worker=play.worker(JOINING_HR), clock=play.clock)  # fmt: skip


def _declined(stage: Stage) -> None:
    play = stage.play(stage.orchards, stage.later, 15).draft("demonstration:declined", "Analyst")
    play.do("make_offer")
    play.do("answer_offer", {"answer": "decline", "reason": "Took another post"})


def _rescinded(stage: Stage) -> None:
    play = stage.play(stage.harbours, stage.later, 18).draft("demonstration:rescinded", "Editor")
    play.accepted()
    driving.rescind(play.transfer, reason="The post is gone", worker=play.worker(JOINING_HR),
                    clock=play.clock)  # fmt: skip


def _paid_right(stage: Stage) -> Play:
    play = stage.play(stage.orchards, stage.recent, 30).draft("demonstration:right", "Adviser")
    play.accepted().details().terms("H/20430").release().signed()
    return play.confirmed()


def _paid_wrong(stage: Stage) -> Play:
    """The payroll they join leaves allowances out: their first pay will be less than expected."""
    play = stage.play(stage.harbours, stage.recent, 30).draft("demonstration:wrong", "Diver")
    allowance = {"name": "Location", "annual": "1200.00", "pensionable": "no"}
    play.accepted().details().terms("O/7010", allowances=[allowance]).release().signed()
    return play.confirmed()


def _handing_over(stage: Stage) -> Play:
    """Has moved; the manager and HR have still to do what is theirs."""
    play = stage.play(stage.orchards, stage.recent, 28).draft("demonstration:moved", "Trainer")
    play.accepted().details().terms("H/20431").release().signed()
    return play.confirmed()


def _lent(stage: Stage) -> Play:
    play = stage.play(stage.harbours, stage.recent, 26, kind="loan")
    back = stage.later.replace(year=stage.later.year + 1)
    play.draft("demonstration:loan", "Project lead", return_day=back)
    return play.accepted().details().terms("O/7011").release().signed()


def _machinery_of_government(stage: Stage) -> None:
    """A whole team moves on one day; two of them cannot with the rest."""
    people = [one.person for one in itertools.islice(stage.leaving[stage.harbours], _BATCH)]
    bulk.begin_batch(
        title="Tidal orchards team", exporter=stage.harbours, importer=stage.orchards,
        first_day=stage.later, people=people, except_for=people[:_EXCEPTIONS],
        by="persona:caseworker", clock=FixedClock(stage.now - dt.timedelta(days=5)),
        key="demonstration:batch",
    )  # fmt: skip


def wrong(code: str) -> str:
    """Return a tax code with two digits changed about, as somebody types it."""
    return f"{code[:2]}{code[3]}{code[2]}{code[4:]}" if code[:4].isdigit() else "1275L"

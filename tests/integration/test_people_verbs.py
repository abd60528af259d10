"""Opening, ending and correcting an employment: what each does, records and refuses."""

import datetime as dt
import json
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from django.db import IntegrityError, connections

from muster.kernel.clock import FixedClock
from muster.kernel.errors import BadInput, Conflict, NotFound
from muster.ledger.current import ledger
from muster.register.employers.models import Employer
from muster.register.people.actions import Terms, correct, end_employment, open_employment
from muster.register.people.costs import DAYS_A_YEAR
from muster.register.people.facts import Employments
from muster.register.people.models import Assignment, Employment, Person
from muster.register.people.rules import Engagement

pytestmark = pytest.mark.django_db
TERMS = Terms("permanent", 10**9, grade="HEO", salary=4_000_000)
BY_THE_DAY = Terms("contractor", 10**9, grade="HEO", day_rate=45_000)
FIRST = dt.date(2026, 9, 7)


@dataclass
class Desk:
    """Somebody at an HR desk, with a person and two employers before them."""

    person: uuid.UUID
    mill: uuid.UUID
    weir: uuid.UUID
    clock: FixedClock

    def opens(
        self,
        employer: uuid.UUID | None = None,
        first_day: dt.date = FIRST,
        last_day: dt.date | None = None,
        engagement: Engagement = "employee",
        terms: Terms = TERMS,
    ) -> uuid.UUID:
        return open_employment(
            person=self.person, employer=employer or self.mill, engagement=engagement,
            first_day=first_day, last_day=last_day, terms=terms, by="hr:ann", reason="offer",
            clock=self.clock,
        )  # fmt: skip

    def ends(
        self, employment: uuid.UUID, last_day: dt.date, expected: uuid.UUID | None = None
    ) -> None:
        end_employment(
            employment=employment, last_day=last_day, expected=expected or fact(employment).id,
            by="hr:ann", reason="resigned", clock=self.clock,
        )  # fmt: skip

    def corrects(self, employment: uuid.UUID, first_day: dt.date) -> None:
        correct(
            employment=employment, first_day=first_day, last_day=None,
            expected=fact(employment).id, by="hr:ann", reason="contract seen", clock=self.clock,
        )  # fmt: skip


@pytest.fixture
def desk() -> Desk:
    employers = [
        Employer.objects.create(key=key, title=key, status="live").id for key in ("mill", "weir")
    ]
    clock = FixedClock(dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC))
    return Desk(Person.objects.create().id, employers[0], employers[1], clock)


def fact(employment: uuid.UUID) -> Employment:
    return Employment.objects.get(employment=employment, recorded_to__isnull=True)


def last_decision() -> tuple[str, str, dict[str, str]]:
    log = ledger()
    entry = log.read("decisions", log.size("decisions") - 1)[0]
    assert entry.body is not None
    return entry.type, entry.subject, json.loads(entry.body)


def test_it_opens_with_its_assignment_and_one_decision(desk: Desk) -> None:
    before = ledger().size("decisions")
    employment = desk.opens()
    held = fact(employment)
    assert (held.valid_from, held.valid_to, held.substantive) == (FIRST, None, True)
    assert held.decided_by == "hr:ann"
    assert Assignment.objects.get(employment=employment).valid_from == FIRST
    assert ledger().size("decisions") == before + 1
    kind, subject, body = last_decision()
    assert kind == "muster.register.employment.opened.v1"
    assert subject == f"employment:register:{employment}"
    assert body == {"by": "hr:ann", "reason": "offer", "fact": str(held.id)}


def test_the_last_day_still_counts(desk: Desk) -> None:
    employment = desk.opens()
    desk.clock.move(dt.timedelta(hours=1))
    was = fact(employment)
    desk.ends(employment, dt.date(2026, 10, 4))
    now = fact(employment)
    assert (now.valid_to, now.ended) == (dt.date(2026, 10, 5), "decided")
    was.refresh_from_db()
    assert was.recorded_to == desk.clock.now()
    assert was.valid_to is None
    held = Assignment.objects.get(employment=employment, recorded_to__isnull=True)
    assert held.valid_to == dt.date(2026, 10, 5)
    desk.opens(desk.weir, dt.date(2026, 10, 5))


def test_a_correction_closes_and_writes_anew(desk: Desk) -> None:
    employment = desk.opens()
    desk.corrects(employment, dt.date(2026, 9, 1))
    assert fact(employment).valid_from == dt.date(2026, 9, 1)
    assert Employment.objects.filter(employment=employment).count() == 2
    held = Assignment.objects.get(employment=employment, recorded_to__isnull=True)
    assert held.valid_from == dt.date(2026, 9, 1)


def test_it_refuses_what_would_overlap_and_keeps_what_was(desk: Desk) -> None:
    desk.opens()
    other = desk.opens(desk.weir, dt.date(2026, 1, 5), dt.date(2026, 9, 6))
    size = ledger().size("decisions")
    with pytest.raises(Conflict, match="overlap another substantive"):
        desk.opens(desk.weir, dt.date(2026, 9, 10))
    with pytest.raises(Conflict, match="overlap another substantive"):
        desk.ends(other, FIRST)
    assert fact(other).valid_to == FIRST
    assert ledger().size("decisions") == size


def test_a_loan_in_may_run_beside_a_substantive_employment(desk: Desk) -> None:
    desk.opens()
    desk.opens(desk.weir, engagement="loan_in")
    assert Employment.objects.filter(recorded_to__isnull=True).count() == 2


def test_it_refuses_what_was_overtaken(desk: Desk) -> None:
    employment = desk.opens()
    seen = fact(employment).id
    desk.corrects(employment, dt.date(2026, 9, 1))
    with pytest.raises(Conflict, match="changed since you looked"):
        desk.ends(employment, dt.date(2026, 10, 4), expected=seen)


def test_it_refuses_days_in_the_wrong_order_and_strangers(desk: Desk) -> None:
    with pytest.raises(BadInput, match="last day lies before the first"):
        desk.opens(last_day=dt.date(2026, 9, 6))
    desk.person = uuid.uuid4()
    with pytest.raises(NotFound):
        desk.opens()


def test_the_database_refuses_what_rules_missed(desk: Desk) -> None:
    employment = desk.opens()
    held = fact(employment)
    held.id, held.employment = uuid.uuid4(), uuid.uuid4()
    with pytest.raises(IntegrityError):
        held.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_is_told_of_the_other(desk: Desk) -> None:
    together = threading.Barrier(2)

    def decide(employer: uuid.UUID) -> str:
        try:
            together.wait(timeout=20)
            desk.opens(employer)
        except Conflict as problem:
            return problem.what
        finally:
            connections.close_all()
        return "opened"

    with ThreadPoolExecutor(2) as threads:
        said = list(threads.map(decide, (desk.mill, desk.weir)))
    assert sorted(said) == [
        "These days overlap another substantive employment of this person", "opened",
    ]  # fmt: skip
    assert Employment.objects.count() == 1


def test_whoever_is_paid_by_the_day_costs_so_many_days_a_year(desk: Desk) -> None:
    desk.opens(engagement="contractor", terms=BY_THE_DAY)
    desk.opens(employer=desk.weir)
    told = Employments().frame().sort("priced").select("kind", "priced", "cost").rows()
    assert told == [
        ("contractor", "day rate", 45_000 * DAYS_A_YEAR), ("employee", "salary", 4_000_000)
    ]  # fmt: skip

"""From likely records to one person and back: decided, confirmed, undone, and above later runs."""

import datetime as dt
import itertools
import uuid
from collections.abc import Sequence

import pytest

from muster.kernel.clock import SYSTEM_CLOCK, FixedClock
from muster.kernel.errors import BadInput, Conflict, NotFound, NotPermitted
from muster.ledger.current import ledger
from muster.register.people import actions as people
from muster.register.people.matching import actions, queries, runs
from muster.register.people.matching.models import MatchingRun, Tie
from muster.register.people.matching.rules import Likely, Says
from muster.register.people.matching.runs import Found, Proposed
from muster.register.people.models import (
    Assignment,
    Crosswalk,
    Employment,
    Person,
    SourceRecord,
)
from tests.integration.test_people_feeds import (
    MOLE,
    TOAD,
    VOLE,
    believed,
    changed,
    enrol_bodies,
    everything,
    send,
)

pytestmark = pytest.mark.django_db
STOAT = changed(MOLE, Staff_no="W/9", Name="Martha STOAT", Start_date="07/09/2026")
LEFT = changed(MOLE, Leaving_date="06/09/2026")


@pytest.fixture(autouse=True)
def bodies() -> None:
    enrol_bodies("mill", "weir", "lock")


def record(number: str, body: str = "mill") -> uuid.UUID:
    return SourceRecord.objects.get(system=f"hr:{body}", staff_number=number).id


def two() -> tuple[uuid.UUID, uuid.UUID]:
    """Bring in somebody who moved and married; return her two records."""
    send("08-31", MOLE)
    send("09-30", LEFT)
    send("09-30", STOAT, body="weir")
    return record("M/1"), record("W/9", "weir")


def decide(pair: Sequence[uuid.UUID], says: Says = "same", by: str = "hr:ann") -> uuid.UUID:
    return actions.decide(
        first=pair[0], second=pair[1], says=says, reason="Looked at both", by=by, clock=SYSTEM_CLOCK
    )


def linked(pair: Sequence[uuid.UUID]) -> uuid.UUID:
    """Link two records with all the eyes it needs; return the tie."""
    tie = decide(pair)
    if Tie.objects.get(id=tie).acts:
        return tie
    return actions.confirm(tie=tie, by="hr:bob", clock=SYSTEM_CLOCK)


def undo(tie: uuid.UUID) -> None:
    actions.undo(tie=tie, reason="They are two", by="hr:ann", clock=SYSTEM_CLOCK)


def whole() -> dict[str, object]:
    """Return all that is believed now, with the identity of persons and employments."""
    walks = Crosswalk.objects.filter(recorded_to__isnull=True)
    held = Employment.objects.filter(recorded_to__isnull=True)
    spent = Assignment.objects.filter(recorded_to__isnull=True)
    return {
        **everything(),
        "crosswalk": sorted(walks.values_list("record", "person", "rule")),
        "employments": sorted(
            held.values_list("employment", "person", "record", "valid_from", "decided_by"), key=str
        ),
        "spent": sorted(spent.values_list("employment", "valid_from", "grade"), key=str),
    }


def persons() -> int:
    walks = Crosswalk.objects.filter(recorded_to__isnull=True)
    return walks.values("person").distinct().count()


def test_two_records_become_one_person_and_two_again_exactly() -> None:
    pair = two()
    before = whole()
    assert persons() == 2
    tie = linked(pair)
    assert persons() == 1
    assert believed("weir")["W/9"] == [("2026-09-07", "", None)]
    undo(tie)
    assert whole() == before
    assert Person.objects.count() == 2, "nobody was made up on the way"


def test_days_that_both_claim_are_in_dispute_while_they_are_one_person() -> None:
    send("08-31", MOLE)
    overlapping = changed(STOAT, Start_date="07/09/2020")
    send("08-31", overlapping, body="weir")
    before = whole()
    tie = linked((record("M/1"), record("W/9", "weir")))
    assert len(everything()["Conflict"]) == 1
    undo(tie)
    assert whole() == before
    assert everything()["Conflict"] == []


def test_links_are_undone_in_any_order() -> None:
    pair = two()
    send("09-30", changed(STOAT, Staff_no="L/1", Name="Martha NEWT", NI_No=""), body="lock")
    before = whole()
    third = record("L/1", "lock")
    for order in itertools.permutations(range(3)):
        ties = [linked(pair), linked((pair[1], third)), linked((pair[0], third))]
        assert persons() == 1
        for number in order:
            undo(ties[number])
        assert whole() == before


def test_a_feed_that_came_meanwhile_counts_as_if_they_had_never_been_linked() -> None:
    pair = two()
    tie = linked(pair)
    send("10-31", changed(STOAT, Grade="G6"), VOLE, body="weir")
    send("10-31", LEFT, TOAD)
    undo(tie)
    apart = everything()
    assert persons() == 4
    linked(pair)
    assert persons() == 3
    assert everything()["PersonName"] == apart["PersonName"]


def test_what_somebody_decided_about_an_employment_moves_with_its_record() -> None:
    pair = two()
    one = Employment.objects.get(record=pair[1], recorded_to__isnull=True)
    people.end_employment(
        employment=one.employment, last_day=dt.date(2026, 12, 31), expected=one.id, by="hr:ann",
        reason="test", clock=SYSTEM_CLOCK,
    )  # fmt: skip
    before = whole()
    tie = linked(pair)
    held = Employment.objects.get(record=pair[1], recorded_to__isnull=True)
    first = Employment.objects.get(record=pair[0], recorded_to__isnull=True)
    assert (held.person_id, held.decided_by) == (first.person_id, "hr:ann")
    assert str(held.valid_to) == "2027-01-01"
    undo(tie)
    assert whole() == before


def test_what_was_decided_of_a_linked_person_does_not_hold_a_wrong_link() -> None:
    pair = two()
    tie = linked(pair)
    one = Employment.objects.get(record=pair[1], recorded_to__isnull=True)
    people.end_employment(
        employment=one.employment, last_day=dt.date(2026, 12, 31), expected=one.id, by="hr:ann",
        reason="test", clock=SYSTEM_CLOCK,
    )  # fmt: skip
    undo(tie)
    assert persons() == 2
    held = Employment.objects.get(record=pair[1], recorded_to__isnull=True)
    walk = Crosswalk.objects.get(record=pair[1], recorded_to__isnull=True)
    assert (held.person_id, held.decided_by) == (walk.person_id, "hr:ann")


def test_a_link_that_bears_pay_needs_another_person() -> None:
    pair = two()
    tie = decide(pair)
    assert persons() == 2, "one person alone pays nobody twice"
    with pytest.raises(NotPermitted, match="yourself"):
        actions.confirm(tie=tie, by="hr:ann", clock=SYSTEM_CLOCK)
    assert [one.tie for one in queries.pairs("second").pairs] == [tie]
    actions.confirm(tie=tie, by="hr:bob", clock=SYSTEM_CLOCK)
    assert persons() == 1
    with pytest.raises(NotFound):
        actions.confirm(tie=tie, by="hr:bob", clock=SYSTEM_CLOCK)


def test_two_records_of_one_employer_need_one_pair_of_eyes() -> None:
    send("08-31", MOLE, changed(MOLE, Staff_no="M/9", Name="Martha STOAT"))
    decide((record("M/1"), record("M/9")))
    assert persons() == 1


def test_who_is_lent_in_is_paid_elsewhere() -> None:
    send("08-31", MOLE)
    send("08-31", changed(STOAT, Contract="Loan in"), body="weir")
    decide((record("M/1"), record("W/9", "weir")))
    assert persons() == 1


def test_what_was_kept_apart_stays_apart_whatever_is_certain() -> None:
    pair = two()
    tie = decide(pair, "apart")
    renamed = changed(STOAT, Name="Martha MOLE")
    send("10-31", renamed, body="weir")
    assert persons() == 2
    with pytest.raises(Conflict, match="Somebody has decided"):
        decide(pair)
    undo(tie)
    assert persons() == 1, "without that decision the certain rule counts"


def test_no_link_goes_round_what_was_kept_apart() -> None:
    pair = two()
    send("09-30", changed(STOAT, Staff_no="L/1", Name="Martha NEWT", NI_No=""), body="lock")
    third = record("L/1", "lock")
    decide(pair, "apart")
    linked((pair[0], third))
    with pytest.raises(Conflict, match="different persons"):
        decide((pair[1], third))


def test_a_decision_is_noted_with_its_reason_and_no_personal_value() -> None:
    tie = linked(two())
    undo(tie)
    size = ledger().size("decisions")
    said = str([ledger().read("decisions", at) for at in range(size)])
    assert "Looked at both" in said
    assert "They are two" in said
    assert "STOAT" not in said.upper()


def test_a_decision_needs_a_reason() -> None:
    pair = two()
    with pytest.raises(BadInput, match="reason"):
        actions.decide(
            first=pair[0], second=pair[1], says="same", reason=" ", by="hr:ann", clock=SYSTEM_CLOCK
        )


def pretend_run(monkeypatch: pytest.MonkeyPatch, *proposed: Proposed) -> uuid.UUID:
    """Let a run find these."""
    found = Found("f" * 64, ("surname",), 9, 9, 0.5, 0.4, 0.999, 0.99, 0.9, proposed)
    monkeypatch.setattr(actions, "found", lambda: found)
    return actions.run(by="operator:test", clock=SYSTEM_CLOCK)


def proposed(pair: Sequence[uuid.UUID], does: str) -> Proposed:
    first, second = sorted(one.hex for one in pair)
    return Proposed(Likely(first, second, 12.0, 0.9998), does)


def test_a_run_links_asks_and_takes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = two()
    before = whole()
    pretend_run(monkeypatch, proposed(pair, "ask"))
    assert [(one.first, one.second) for one in queries.pairs("open").pairs] == [pair]
    assert whole() == before
    run = pretend_run(monkeypatch, proposed(pair, "link"))
    assert persons() == 1
    (made,) = queries.pairs("linked").pairs
    assert (made.run, made.weight, made.acts) == (run, 12.0, True)
    assert queries.pairs("open").total == 0
    pretend_run(monkeypatch, proposed(pair, "untie"))
    assert whole() == before


def test_a_run_that_changes_much_waits_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = two()
    monkeypatch.setattr(actions, "is_unusual", lambda changes, records: changes > 0)
    first = pretend_run(monkeypatch, proposed(pair, "link"))
    assert persons() == 2
    second = pretend_run(monkeypatch, proposed(pair, "link"))
    assert MatchingRun.objects.get(id=first).state == "refused", "the later one stands for it"
    actions.accept(run=second, reason="Looked at it", by="hr:ann", clock=SYSTEM_CLOCK)
    assert persons() == 1
    with pytest.raises(NotFound):
        actions.accept(run=second, reason="Again", by="hr:ann", clock=SYSTEM_CLOCK)


def test_a_refused_run_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = two()
    monkeypatch.setattr(actions, "is_unusual", lambda changes, records: True)
    run = pretend_run(monkeypatch, proposed(pair, "link"))
    actions.refuse(run=run, reason="Too many", by="hr:ann", clock=SYSTEM_CLOCK)
    assert (persons(), queries.pairs("open").total) == (2, 0)


def test_a_link_of_a_run_that_was_undone_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = two()
    before = whole()
    pretend_run(monkeypatch, proposed(pair, "link"))
    (made,) = queries.pairs("linked").pairs
    assert made.tie is not None
    undo(made.tie)
    assert whole() == before
    pretend_run(monkeypatch, proposed(pair, "link"))
    assert whole() == before


def test_a_likely_link_ends_at_once_when_numbers_turn_out_to_differ(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    send("08-31", MOLE)
    send("08-31", changed(STOAT, NI_No="", Start_date="07/09/2026"), body="weir")
    pair = record("M/1"), record("W/9", "weir")
    pretend_run(monkeypatch, proposed(pair, "link"))
    assert persons() == 1
    send("09-30", changed(STOAT, NI_No="QA123457C"), body="weir")
    assert persons() == 2


def test_a_run_over_two_records_weighs_these_two_alone() -> None:
    """Of so few nothing is learned well, and nothing breaks."""
    pair = two()
    result = runs.found()
    assert result.records == 2
    assert set(result.fields) <= {"given_name", "surname", "date_of_birth", "identifier"}
    assert all(
        {one.pair.first, one.pair.second} <= {p.hex for p in pair} for one in result.proposed
    )


def test_nothing_to_weigh_is_no_fault() -> None:
    actions.run(by="operator:test", clock=FixedClock(dt.datetime(2026, 11, 22, tzinfo=dt.UTC)))
    assert queries.runs()[0].records == 0

"""Between runs: a record that came or changed is looked at at once, as a run would look at it."""

import itertools

import polars as pl
import pytest
from django.db import connection

from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import Conflict
from muster.ledger.current import ledger
from muster.register.linkage.candidates import Sharing
from muster.register.linkage.explaining import weigh
from muster.register.linkage.preparing import RECORD, prepared
from muster.register.linkage.weighing import frequencies, weights_from
from muster.register.people.matching import actions, between, due, keys, queries
from muster.register.people.matching.between import Looked, look_at_changes
from muster.register.people.matching.evidence import ROLES, standing_records
from muster.register.people.matching.models import Due, MatchingRun, Proposal, RecordKeys, Tie
from muster.register.people.models import Crosswalk, SourceRecord
from tests.fitted_model import fitted
from tests.integration.test_matching import (
    bodies,
    decide,
    linked,
    pretend_run,
    proposed,
    record,
    undo,
    whole,
)
from tests.integration.test_people_feeds import MOLE, changed, send

__all__ = ["bodies"]
pytestmark = pytest.mark.django_db
GIVEN = ("Martha", "Ratty", "Otto", "Anna", "Nell", "Ivor", "Tess", "Piers", "Wanda", "Hugh")
FAMILY = ("MOLE", "RATT", "OTTER", "STOAT", "TOAD", "VOLE", "SHREW", "HEDGE", "NEWT", "HARE", "ELK")
LOOKS_ALIKE = [Sharing(("surname",), 0), Sharing(("date_of_birth",), 0),
               Sharing(("given_name",), 0), Sharing(("identifier",), 0),
               Sharing(("given_name", "surname"), 0, crossed=True)]  # fmt: skip


def staff(number: int, **cells: str) -> str:
    """Return a row of somebody like nobody else, who has left by October."""
    said = {
        "Staff_no": f"M/{number}", "Name": f"{GIVEN[number % 10]} {FAMILY[number % 11]}",
        "NI_No": "", "DOB": f"{1 + number % 28:02}/{1 + number % 12:02}/{1960 + number % 41}",
        "Leaving_date": "30/09/2026",
    }  # fmt: skip
    return changed(MOLE, **(said | cells))


def again(number: int, **cells: str) -> str:
    """Return the row of the same person in another system, from October on."""
    said = {"Staff_no": f"W/{number}", "Start_date": "01/10/2026", "Leaving_date": ""}
    return staff(number, **(said | cells))


def accepted(automatic: float | None = 0.9, review: float = 0.3) -> MatchingRun:
    """Let a run be in force, with the model that a pretend population teaches."""
    run = MatchingRun.objects.create(
        at=SYSTEM_CLOCK.now(), by="test", model=fitted().scored.fingerprint, fields="surname",
        records=9, pairs=9, likely_from=0.5, review_from=review, automatic_from=automatic,
        precision=0.9, recall=0.9, links=0, asked=0, taken_back=0, state="applied",
        decided_by="test", decided_at=SYSTEM_CLOCK.now(), learned=fitted().learned,
    )  # fmt: skip
    keys.bring_up_to_date(None, prepared(standing_records(), ROLES))
    return run


def look() -> Looked:
    found = look_at_changes(by="worker:test", clock=SYSTEM_CLOCK)
    assert found is not None
    return found


@pytest.fixture
def mill() -> MatchingRun:
    """Load forty people of one employer, and let a run be in force."""
    send("09-30", *map(staff, range(40)))
    return accepted()


def of(number: int) -> tuple[SourceRecord, SourceRecord]:
    first = SourceRecord.objects.get(staff_number=f"M/{number}")
    return first, SourceRecord.objects.get(staff_number=f"W/{number}")


def person_of(one: SourceRecord) -> object:
    return Crosswalk.objects.get(record=one, recorded_to__isnull=True).person_id


def test_somebody_who_moves_is_linked_by_strong_evidence(mill: MatchingRun) -> None:
    send("10-31", again(3), body="weir")
    assert look() == Looked(records=1, links=1)
    first, second = of(3)
    assert person_of(first) == person_of(second)
    (made,) = queries.pairs("linked").pairs
    tie = Tie.objects.select_related("run").get(recorded_to__isnull=True)
    assert (tie.id, tie.by, tie.run) == (made.tie, "worker:test", mill)
    assert tie.weight == pytest.approx(sum(one["bits"] for one in made.evidence), abs=0.5)
    assert look_at_changes(by="worker:test", clock=SYSTEM_CLOCK) is None, "nothing is due again"


def test_undoing_such_a_link_restores_both_and_no_later_look_makes_it_again(
    mill: MatchingRun,
) -> None:
    send("10-31", again(3), body="weir")
    before = whole()
    look()
    assert whole() != before
    (made,) = queries.pairs("linked").pairs
    assert made.tie is not None
    undo(made.tie)
    assert whole() == before
    send("11-21", again(3, Grade="G6"), body="weir")
    assert look().links == 0
    first, second = of(3)
    assert person_of(first) != person_of(second)


def test_what_is_likely_only_is_asked_and_the_answer_to_a_correction_takes_its_place(
    mill: MatchingRun,
) -> None:
    MatchingRun.objects.update(automatic_from=None)
    send("10-31", again(3), body="weir")
    assert (look().asked, queries.counts()["open"]) == (1, 1)
    send("11-10", again(3, DOB="09/09/1999", Name="Nobody ELSE"), body="weir")
    assert look() == Looked(records=1)
    assert queries.counts()["open"] == 0
    send("11-20", again(3), body="weir")
    look()
    assert queries.counts()["open"] == 1, "one question, though it was found twice"


def test_a_correction_takes_a_link_back_that_no_longer_holds(mill: MatchingRun) -> None:
    send("10-31", again(3), body="weir")
    look()
    send("11-21", again(3, DOB="09/09/1999", Name="Nobody ELSE"), body="weir")
    assert look() == Looked(records=1, taken_back=1)
    first, second = of(3)
    assert person_of(first) != person_of(second)


def test_numbers_that_differ_are_never_linked_without_asking(mill: MatchingRun) -> None:
    send("10-31", staff(3, NI_No="QA 123456 C"))
    send("10-31", again(3, NI_No="QB 123456 C"), body="weir")
    assert look().links == 0
    assert not Tie.objects.exists()


def test_what_people_keep_apart_stays_apart(mill: MatchingRun) -> None:
    send("10-31", again(3), body="weir")
    first, second = of(3)
    tie = decide((first.id, second.id), "apart")
    assert look() == Looked(records=1)
    undo(tie)
    with pytest.raises(Conflict):
        linked((first.id, second.id)) and linked((first.id, second.id))


def test_a_crash_before_the_end_loses_nothing_and_does_nothing_twice(
    mill: MatchingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    send("10-31", again(3), again(4), body="weir")
    before = whole()
    with monkeypatch.context() as broken:
        broken.setattr(between, "note", _fails)
        with pytest.raises(OSError, match="stopped"):
            look()
    assert (whole(), Due.objects.count()) == (before, 2)
    assert look() == Looked(records=2, links=2)


def _fails(*_words: object) -> None:
    raise OSError("stopped")


def test_what_is_due_waits_for_a_run_to_be_accepted() -> None:
    send("09-30", *map(staff, range(8)))
    assert not Due.objects.exists(), "the first run looks at all there is"
    run = accepted()
    MatchingRun.objects.update(state="reported", decided_by=None)
    send("10-31", again(3), body="weir")
    assert look_at_changes(by="worker:test", clock=SYSTEM_CLOCK) is None
    MatchingRun.objects.filter(id=run.id).update(state="applied", decided_by="test")
    assert look().records == 1


def test_many_changes_wait_for_the_run_but_are_found_by_others(
    mill: MatchingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due, "AT_ONCE", 5)
    send("10-31", *(again(number) for number in range(6)), body="weir")
    assert look() == Looked()
    assert RecordKeys.objects.count() == 46
    assert not Tie.objects.exists()


def test_small_changes_do_not_add_up_to_a_large_one_unseen(mill: MatchingRun) -> None:
    send("10-31", *(again(number) for number in range(1, 19)), body="weir")
    assert look().links == 18
    send("11-15", *(again(number) for number in range(1, 25)), body="weir")
    last = look()
    assert (last.left, last.links, Tie.objects.count()) == (True, 0, 18)


def test_a_run_takes_over_what_was_due(mill: MatchingRun, monkeypatch: pytest.MonkeyPatch) -> None:
    send("10-31", again(3), body="weir")
    actions.run(by="operator:test", clock=SYSTEM_CLOCK)
    assert not Due.objects.exists()
    assert RecordKeys.objects.count() == 41


def test_a_run_that_waited_does_not_link_what_changed_meanwhile(
    mill: MatchingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    send("10-31", again(3), body="weir")
    look()
    (made,) = queries.pairs("linked").pairs
    assert made.tie is not None
    Tie.objects.filter(id=made.tie).update(recorded_to=SYSTEM_CLOCK.now())
    monkeypatch.setattr(actions, "is_unusual", lambda changes, records: True)
    first, second = of(3)
    waiting = pretend_run(monkeypatch, proposed((first.id, second.id), "link"))
    send("11-21", again(3, DOB="09/09/1999", Name="Nobody ELSE"), body="weir")
    look()
    actions.accept(run=waiting, reason="Looked at it", by="hr:ann", clock=SYSTEM_CLOCK)
    assert person_of(first) != person_of(second)


def test_a_look_weighs_as_all_pairs_weigh(mill: MatchingRun) -> None:
    """Second implementation: every changed record beside every other, by reading all of them."""
    MatchingRun.objects.update(automatic_from=None, review_from=0.0001)
    slips: tuple[dict[str, str], ...] = ({}, {"Name": "Martha MOLL"}, {"DOB": "02/03/1961"})
    sent = [again(at, **slips[at % 3]) for at in range(12)]
    send("10-31", *sent, body="weir")
    assert look().asked > 6
    ready = prepared(standing_records(), ROLES)
    new = {one.id.hex for one in SourceRecord.objects.filter(system="hr:weir")}
    expected = _by_reading_all(ready, new)
    found = {(one.first_id.hex, one.second_id.hex): one.weight for one in Proposal.objects.all()}
    assert found
    for pair, weight in found.items():
        assert weight == pytest.approx(expected[pair], abs=1e-6)


def _by_reading_all(ready: pl.DataFrame, new: set[str]) -> dict[tuple[str, str], float]:
    weights = weights_from(fitted().learned["weights"])
    fields = [one.field for one in weights.fields]
    rows = {row[RECORD]: row for row in ready.iter_rows(named=True)}
    wide = pl.DataFrame([
        {"first": one, "second": other}
        | {f"{field}_l": rows[one][field] for field in fields}
        | {f"{field}_r": rows[other][field] for field in fields}
        for one, other in itertools.combinations(sorted(rows), 2) if {one, other} & new
    ], infer_schema_length=None)  # fmt: skip
    for field, often in frequencies([ready], fields).items():
        wide = wide.with_columns(pl.col(f"{field}_r").cast(pl.String))
        wide = wide.join(often, left_on=f"{field}_r", right_on=field, how="left")
    wide = wide.with_columns(pl.col(f"{field}_l").cast(pl.String) for field in fields)
    found = weigh(weights, wide)
    return {(one, other): weight for one, other, weight in
            found.select("first", "second", "weight").iter_rows()}  # fmt: skip


def test_the_table_of_keys_holds_no_name_and_is_asked_by_its_indexes(mill: MatchingRun) -> None:
    columns = {one.name: one.get_internal_type() for one in RecordKeys._meta.fields}
    assert set(columns.values()) == {"OneToOneField", "BigIntegerField"}
    record_id = record("M/3").hex
    for one in LOOKS_ALIKE:
        plan = _plan(keys.sharing_sql(one).format("(%s)"), [record_id])
        assert "SCAN" not in plan.upper().replace("BITMAP HEAP SCAN", "").replace(
            "INDEX SCAN", ""
        ).replace("INDEX ONLY SCAN", ""), plan


def _plan(sql: str, values: list[str]) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}", values)
            return "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values)
        return "\n".join(row[3] for row in cursor.fetchall())


def test_what_a_look_did_is_in_the_log_without_a_name(mill: MatchingRun) -> None:
    send("10-31", again(3), body="weir")
    look()
    said = str([ledger().read("decisions", at) for at in range(ledger().size("decisions"))])
    assert "looked_at_changes" in said
    assert "STOAT" not in said.upper()
    assert "ANNA" not in said.upper()

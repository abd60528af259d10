"""The steps of a transfer, as HR officers read them: what is done where, and where it leads."""

import datetime as dt

import pytest

from muster.kernel.errors import BadInput, Conflict, NotPermitted
from muster.services.transfers.handoffs import due, is_late, table, wanted
from muster.services.transfers.rules import (
    DONE,
    GONE,
    KINDS,
    STATES,
    STEPS,
    VERBS,
    Facts,
    Side,
    State,
    Verb,
    check_days,
    crosses_tax_year,
    may_act,
    service_break,
    service_goes_on,
    step,
)

ALL_WELL = Facts(
    today=dt.date(2026, 12, 7), first_day=dt.date(2026, 12, 7), post="Analyst", reason="r",
    details=True, terms=True, signed=frozenset({"exporter", "importer"}), planned=True, results=2,
    wanted_results=2, before_hold="checks",
)  # fmt: skip

# Where it stands, what is done, where it leads once all that is needed is there, who does it.
STRAIGHT: tuple[tuple[State, Verb, State, Side], ...] = (
    ("draft", "offer", "offered", "importer"),
    ("offered", "accept", "accepted", "person"),
    ("offered", "decline", "withdrawn", "person"),
    ("accepted", "ask_exporter", "checks", "system"),
    ("offered", "state_known", "offered", "exporter"),
    ("checks", "state_details", "checks", "person"),
    ("checks", "state_terms", "checks", "importer"),
    ("checks", "release", "released", "exporter"),
    ("released", "release", "released", "exporter"),
    ("agreed", "release", "released", "exporter"),
    ("released", "settle_difference", "released", "importer"),
    ("released", "sign_date", "agreed", "exporter"),
    ("agreed", "move_first_day", "released", "importer"),
    ("agreed", "schedule", "scheduled", "system"),
    ("scheduled", "effect", "effected", "system"),
    ("effected", "note_pay_result", "effected", "payroll"),
    ("effected", "reconcile", "reconciled", "system"),
    ("reconciled", "close", "closed", "system"),
    ("scheduled", "hold", "on_hold", "importer"),
    ("on_hold", "resume", "checks", "importer"),
    ("failed", "resume", "checks", "exporter"),
    ("scheduled", "rescind", "rescinded", "importer"),
    ("scheduled", "withdraw", "withdrawn", "person"),
    ("scheduled", "fail", "failed", "system"),
    ("closed", "change_after_effect", "effected", "exporter"),
    ("effected", "reverse", "reversed", "importer"),
)


@pytest.mark.parametrize(("state", "verb", "to", "who"), STRAIGHT)
def test_a_step_leads_where_the_table_says(state: State, verb: Verb, to: State, who: Side) -> None:
    assert step(state, verb, ALL_WELL) == to
    may_act(verb, who, frozenset())


def but(**changes: object) -> Facts:
    from dataclasses import replace

    return replace(ALL_WELL, **changes)  # type: ignore[arg-type]


# Where it stands, what is done, what is not so, what people are told.
REFUSED: tuple[tuple[State, Verb, Facts, str], ...] = (
    ("draft", "offer", but(post=""), "No post"),
    ("released", "sign_date", but(details=False), "not stated their details"),
    ("released", "sign_date", but(terms=False), "not stated its terms"),
    ("released", "sign_date", but(differences=1), "differs"),
    ("agreed", "schedule", but(signed=frozenset({"exporter"})), "not both signed"),
    ("agreed", "schedule", but(planned=False), "cannot take this in time"),
    ("agreed", "schedule", but(today=dt.date(2026, 12, 8)), "has passed"),
    ("agreed", "schedule", but(previous="agreed"), "not scheduled yet"),
    ("scheduled", "effect", but(today=dt.date(2026, 12, 6)), "has not come"),
    ("scheduled", "effect", but(previous="scheduled"), "has not taken effect"),
    ("effected", "reconcile", but(results=1), "not as expected"),
    ("effected", "reconcile", but(wrong_pay=1), "not as expected"),
    ("reconciled", "close", but(open_hand_offs=1), "neither done nor waived"),
    ("scheduled", "rescind", but(reason=""), "No reason"),
    ("effected", "reverse", but(reason=""), "No reason"),
    ("effected", "effect", ALL_WELL, "while the transfer is effected"),
    ("draft", "accept", ALL_WELL, "while the transfer is draft"),
    ("effected", "withdraw", ALL_WELL, "while the transfer is effected"),
)


@pytest.mark.parametrize(("state", "verb", "facts", "words"), REFUSED)
def test_a_step_is_refused_in_words(state: State, verb: Verb, facts: Facts, words: str) -> None:
    with pytest.raises(Conflict, match=words):
        step(state, verb, facts)


def test_a_backdated_day_goes_on_once_it_is_explained() -> None:
    late = but(today=dt.date(2026, 12, 8), backdated_because="They had begun")
    assert step("agreed", "schedule", late) == "scheduled"


@pytest.mark.parametrize("before", ["scheduled", "agreed"])
def test_payrolls_are_booked_again_after_a_hold(before: State) -> None:
    assert step("on_hold", "resume", but(before_hold=before)) == "agreed"


def test_one_signature_changes_nothing_but_itself() -> None:
    one = but(signed=frozenset({"exporter"}))
    assert step("released", "sign_date", one) == "released"
    assert step("closed", "reverse", one) == "closed"


def test_every_verb_has_one_line_and_every_state_is_left_but_the_last() -> None:
    assert sorted(line.verb for line in STEPS) == sorted(VERBS)
    left = {state for line in STEPS for state in line.come_from}
    assert set(STATES) - left == set(GONE)
    reached = {line.to for line in STEPS if line.to} | {"draft"}
    assert reached == set(STATES)


def test_nothing_leads_back_from_effect_to_before_the_day() -> None:
    after = {*DONE, "reversed"}
    for line in STEPS:
        for state in line.come_from:
            if state in DONE and line.to:
                assert line.to in after, line


# What is done, for whom, for whom they acted before; whether they may.
ACTING: tuple[tuple[Verb, Side, set[Side], bool], ...] = (
    ("release", "exporter", set(), True),
    ("release", "exporter", {"exporter"}, True),
    ("release", "exporter", {"importer"}, False),
    ("release", "exporter", {"person"}, False),
    ("release", "system", {"importer"}, True),
    ("release", "importer", set(), False),
    ("sign_date", "importer", {"exporter"}, False),
    ("sign_date", "importer", {"importer"}, True),
    ("accept", "person", {"importer"}, False),
    ("settle_pay", "payroll", {"person"}, False),
    ("settle_pay", "payroll", {"importer"}, True),
    ("reverse", "exporter", {"importer"}, False),
    ("effect", "person", set(), False),
)


@pytest.mark.parametrize(("verb", "side", "before", "may"), ACTING)
def test_nobody_acts_for_both_ends(verb: Verb, side: Side, before: set[Side], may: bool) -> None:
    if may:
        may_act(verb, side, frozenset(before))
        return
    with pytest.raises(NotPermitted):
        may_act(verb, side, frozenset(before))


# When the old employment ended (half open), the first day, the days between; None is refused.
BREAKS = (
    (None, "2026-12-07", 0),
    ("2026-12-07", "2026-12-07", 0),
    ("2026-12-31", "2026-12-07", 0),
    ("2026-12-06", "2026-12-07", 1),
    ("2026-11-09", "2026-12-07", 28),
    ("2026-11-08", "2026-12-07", None),
    ("2028-02-01", "2028-02-29", 28),
    ("2028-02-01", "2028-03-01", None),
    ("2027-02-01", "2027-03-01", 28),
    ("2027-03-28", "2027-03-29", 1),
)


@pytest.mark.parametrize(("ended", "first_day", "days"), BREAKS)
def test_a_break_of_28_days_is_bridged_and_one_of_29_is_not(
    ended: str | None, first_day: str, days: int | None
) -> None:
    until = None if ended is None else dt.date.fromisoformat(ended)
    if days is None:
        with pytest.raises(BadInput, match="29 days"):
            service_break(until, dt.date.fromisoformat(first_day))
    else:
        assert service_break(until, dt.date.fromisoformat(first_day)) == days


def test_days_that_cannot_be_are_refused() -> None:
    day, later = dt.date(2026, 12, 7), dt.date(2027, 6, 7)
    check_days("loan", day, later, employed_from=dt.date(2019, 9, 2))
    for kind, first, back, started in (
        ("loan", day, None, None), ("loan", day, day, None), ("permanent", day, later, None),
        ("permanent", day, None, day), ("permanent", day, None, later),
    ):  # fmt: skip
        with pytest.raises(BadInput):
            check_days(kind, first, back, employed_from=started)  # type: ignore[arg-type]


def test_service_never_begins_later() -> None:
    early, late = dt.date(2010, 4, 1), dt.date(2012, 4, 1)
    assert service_goes_on(None, late) == late
    assert service_goes_on(late, early) == early
    assert service_goes_on(early, None) == early
    with pytest.raises(BadInput, match="later"):
        service_goes_on(early, late)


# First day, the day on which it is decided, whether another tax year is concerned.
TAX_YEARS = (
    ("2027-04-05", "2027-04-06", True),
    ("2027-04-06", "2027-04-07", False),
    ("2027-03-31", "2027-04-05", False),
    ("2027-04-06", "2027-04-05", False),
)


@pytest.mark.parametrize(("first_day", "today", "crosses"), TAX_YEARS)
def test_a_start_in_another_tax_year_is_said(first_day: str, today: str, crosses: bool) -> None:
    found = crosses_tax_year(dt.date.fromisoformat(first_day), dt.date.fromisoformat(today))
    assert found is crosses


def test_about_twenty_things_change_hands_each_with_owner_day_and_evidence() -> None:
    assert len(table()) == 23
    for one in table().values():
        assert one.evidence
        assert one.title
        assert one.kinds
    assert {kind for kind in KINDS if wanted(kind)} == set(KINDS)
    assert "partnership" not in {one.code for one in wanted("loan")}


# Hand-off, accepted on, first day, due: working days, over Christmas.
DUE = (
    ("payslips", "2026-12-23", "2027-01-11", "2026-12-31"),
    ("record", "2026-12-23", "2027-01-11", "2027-01-04"),
    ("p45", "2026-12-23", "2027-01-11", "2027-01-11"),
    ("partnership", "2026-12-23", "2027-01-11", "2027-01-04"),
    ("pension", "2026-12-23", "2026-12-24", "2026-12-29"),
)


@pytest.mark.parametrize(("kind", "accepted", "first_day", "by"), DUE)
def test_hand_offs_are_due_in_working_days(
    kind: str, accepted: str, first_day: str, by: str
) -> None:
    found = due(
        table()[kind], accepted=dt.date.fromisoformat(accepted),
        first_day=dt.date.fromisoformat(first_day),
    )  # fmt: skip
    assert found == dt.date.fromisoformat(by)


def test_late_is_worked_out() -> None:
    day = dt.date(2026, 12, 7)
    assert not is_late("open", day, day)
    assert is_late("open", day, day + dt.timedelta(1))
    assert not is_late("done", day, day + dt.timedelta(1))

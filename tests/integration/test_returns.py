"""Returns: asked only of who is missing, stated, signed off by a second person, released, cited."""

import datetime as dt
import json
import uuid

import pytest

from muster.gates import release as gate
from muster.gates.audit import auditing
from muster.gates.metrics import metric_named, reader_of
from muster.gates.release import cited
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Conflict, NotFound, NotPermitted
from muster.ledger.current import ledger
from muster.services.returns import actions, answering, queries, returning
from muster.services.returns.models import Ask, Return, StatedCell
from muster.services.returns.standing import look
from tests.integration import returns_world as world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]


@pytest.fixture(autouse=True)
def loaded(fresh_home: object) -> None:
    world.load_all_but_one()


def test_only_the_employer_whose_figure_is_missing_is_asked() -> None:
    number, view = world.opened()
    found = queries.return_of(number)
    assert found is not None
    assert [one.id for one in found.asks] == [view.id]
    assert (found.stood, found.question.known, found.question.asked_of) == (2, 3, 1)
    assert found.question.saved == 2 * found.minutes


def test_where_nobody_is_missing_nobody_can_be_asked() -> None:
    assert look([("headcount", ("grade",))], world.DATES[0]).owing == ()
    with pytest.raises(BadInput, match="Nobody"):
        returning.open_return(
            question=world.ask(), tables=[("headcount", ())], as_at=world.DATES[0],
            deadline=world.today() + world.SOON, by=world.ANALYST, clock=SYSTEM_CLOCK,
        )  # fmt: skip


def test_stated_figures_are_signed_off_by_another_and_leave_through_the_gate_alone() -> None:
    number, view = world.opened()
    world.state(view, "7", "33", "118")
    with pytest.raises(NotPermitted):
        world.sign(by=world.OFFICER)
    reader = reader_of(metric_named("stated_headcount"))
    world.sign()
    assert reader.dates() == ()
    world.release(number)
    assert [cell.value for cell in reader.cells((), world.AS_AT)] == [158]
    question = queries.question_of(queries.return_of(number).question.number)  # type: ignore[union-attr]
    assert question is not None
    assert (question.state, question.way) == ("answered", "return")
    tables = [cited(uuid.UUID(one)) for one in question.releases]
    assert [table.metric.name for table in tables] == 2 * ["headcount"] + 2 * ["stated_headcount"]
    shown = [cell.shown for cell in tables[2].cells]
    assert shown[:3] == ["0 to 7", "35", "120"]
    assert set(shown[3:]) == {"0 to 7"}
    assert [cell.shown for cell in tables[3].cells] == ["160"]


def test_a_feed_that_comes_in_closes_what_is_asked_by_itself() -> None:
    number, view = world.opened()
    world.state(view, "7")
    world.load_late()
    assert answering.close_fed(clock=SYSTEM_CLOCK) == 1
    assert answering.close_fed(clock=SYSTEM_CLOCK) == 0
    assert world.the_ask().state == "fed"
    assert not StatedCell.objects.exists()
    world.release(number)
    found = queries.return_of(number)
    assert found is not None
    [table, _] = [cited(uuid.UUID(one)) for one in found.question.releases]
    assert (table.returned, table.known, table.metric.name) == (3, 3, "headcount")


def test_records_that_come_after_the_release_speak_before_the_statement() -> None:
    number, view = world.opened()
    world.state(view, "50")
    world.sign()
    world.release(number)
    reader = reader_of(metric_named("stated_headcount"))
    assert len(reader.domain("employer", world.AS_AT)) == 1
    world.load_late()
    assert reader.domain("employer", world.AS_AT) == {}
    assert list(reader.cells((), world.AS_AT)) == []


def test_who_stated_once_is_not_asked_again_for_the_same_or_less() -> None:
    number, view = world.opened(("headcount", ("grade",)))
    world.state(view, "50")
    world.sign()
    world.release(number)
    assert look([("headcount", ("grade",))], world.AS_AT).owing == ()
    assert look([("headcount", ())], world.AS_AT).owing == ()
    assert len(look([("headcount", ("age",))], world.AS_AT).owing) == 1


def test_the_same_table_of_the_same_statements_is_released_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    number, view = world.opened()
    world.state(view, "50")
    world.sign()
    before = ledger().size("exchange")
    world.release(number)
    assert ledger().size("exchange") == before + 1
    with pytest.raises(Conflict):
        world.release(number)
    monkeypatch.setattr(gate, "_make", None)
    again = gate.release(
        "stated_headcount", ("grade",), world.AS_AT, audience=actions.AUDIENCE, purpose="p",
        by="x", clock=SYSTEM_CLOCK,
    )  # fmt: skip
    found = queries.return_of(number)
    assert found is not None
    assert str(again.release) in found.question.releases


def test_a_release_that_broke_off_is_gone_on_with(monkeypatch: pytest.MonkeyPatch) -> None:
    number, view = world.opened()
    world.state(view, "50")
    world.sign()
    with monkeypatch.context() as broken:
        broken.setattr(returning, "release", None)
        with pytest.raises(TypeError):
            world.release(number)
    assert Return.objects.get().state == "released"
    world.release(number)
    found = queries.return_of(number)
    assert found is not None
    assert found.question.state == "answered"


def test_it_waits_for_employers_until_the_deadline_is_past() -> None:
    number, view = world.opened()
    world.state(view, "50")
    with pytest.raises(Conflict, match="not signed off"):
        world.release(number)
    past = world.today() - dt.timedelta(days=1)
    Return.objects.update(deadline=past, as_at=past - dt.timedelta(days=30))
    Return.objects.update(as_at=world.AS_AT)
    world.release(number)
    assert world.the_ask().state == "closed"
    found = queries.return_of(number)
    assert found is not None
    assert len(found.question.releases) == 2


def test_of_two_officers_who_answer_at_once_one_is_told() -> None:
    _number, view = world.opened()
    world.state(view, "50")
    with pytest.raises(Conflict, match="colleague"):
        world.state(view, "60", by=world.SECOND)
    assert StatedCell.objects.filter(value=50).count() == 1


def test_what_was_signed_off_changed_is_not_what_somebody_saw() -> None:
    _number, view = world.opened()
    world.state(view, "50")
    seen = world.the_ask()
    world.state(seen, "60")
    with pytest.raises(Conflict):
        answering.sign_off(
            ask=view.id, employer=world.late_employer(), version=seen.version, by=world.SECOND,
            clock=SYSTEM_CLOCK,
        )  # fmt: skip


def test_figures_are_taken_back_before_the_release_and_not_after() -> None:
    number, view = world.opened()
    world.state(view, "50")
    world.sign()

    def take_back() -> None:
        answering.take_back(
            ask=view.id, employer=world.late_employer(), version=world.the_ask().version,
            reason="A wrong month", by=world.OFFICER, clock=SYSTEM_CLOCK,
        )  # fmt: skip

    take_back()
    assert world.the_ask().state == "asked"
    assert world.the_ask().signed_by == ""
    world.state(world.the_ask(), "60")
    world.sign()
    world.release(number)
    with pytest.raises(Conflict):
        take_back()


def test_nobody_answers_for_another_employer() -> None:
    _number, view = world.opened()
    with pytest.raises(NotFound):
        answering.sign_off(
            ask=view.id, employer=uuid.uuid4(), version=0, by="x", clock=SYSTEM_CLOCK
        )


def test_two_tables_of_one_metric_come_to_one_total() -> None:
    _number, view = world.opened(("headcount", ("grade",)), ("headcount", ("age",)))
    wrong = world.written(view, "50")
    _one, other = wrong
    key = next(iter(wrong[other]))
    wrong[other][key] = ("51", "")
    with pytest.raises(BadInput, match="total") as refused:
        answering.state_figures(
            ask=view.id, employer=world.late_employer(), written=wrong, source="s",
            version=view.version, by=world.OFFICER, clock=SYSTEM_CLOCK,
        )  # fmt: skip
    assert "50" not in str(refused.value)
    assert not StatedCell.objects.exists()
    world.state(view, "50")


@pytest.mark.parametrize("cell", ["-1", "1.5", "x", "1000001", "1e99", "NaN", "Infinity"])
def test_a_figure_out_of_bounds_is_refused_whole(cell: str) -> None:
    _number, view = world.opened()
    with pytest.raises(BadInput):
        world.state(view, "5", cell)
    assert Ask.objects.get().state == "asked"
    assert not StatedCell.objects.exists()


def test_a_return_that_is_cancelled_asks_nobody_and_gives_the_question_back() -> None:
    number, view = world.opened()
    returning.cancel(number=number, reason="Not needed", by=world.ANALYST, clock=SYSTEM_CLOCK)
    assert world.the_ask().state == "closed"
    found = queries.return_of(number)
    assert found is not None
    assert (found.question.state, found.question.saved) == ("waits", 0)
    with pytest.raises(Conflict):
        world.state(view, "5")


def test_more_time_is_given_with_a_reason_and_only_later() -> None:
    number, _view = world.opened()
    later = world.today() + 2 * world.SOON
    returning.extend(
        number=number, deadline=later, reason="Strike", by=world.ANALYST, clock=SYSTEM_CLOCK
    )
    with pytest.raises(BadInput):
        returning.extend(
            number=number, deadline=later, reason="Again", by=world.ANALYST, clock=SYSTEM_CLOCK
        )
    found = queries.return_of(number)
    assert found is not None
    assert (found.deadline, found.extended_because) == (later, "Strike")


def test_employers_are_reminded_once_a_day_at_most() -> None:
    world.opened()
    assert answering.remind(clock=SYSTEM_CLOCK) == 0
    Return.objects.update(deadline=world.today() + dt.timedelta(days=1))
    Ask.objects.update(reminded_on=world.today() - dt.timedelta(days=3))
    assert answering.remind(clock=SYSTEM_CLOCK) == 1
    assert answering.remind(clock=SYSTEM_CLOCK) == 0
    assert world.the_ask().reminders == 1


def test_everything_is_in_the_log_of_decisions_without_a_figure() -> None:
    number, view = world.opened()
    world.state(view, "733")
    world.sign()
    world.release(number)
    entries = [one for one in ledger().read("decisions") if "returns" in one.type]
    done = [one.type.removeprefix("muster.returns.").removesuffix(".v1") for one in entries]
    assert done == [
        "question.asked", "return.asked", "ask.stated", "ask.signed_off", "return.released",
        "question.answered",
    ]  # fmt: skip
    came = [one for one in ledger().read("exchange") if "returns" in one.type]
    assert len(came) == 1
    for one in [*entries, *came]:
        said = json.loads(one.body or b"{}")
        assert 733 not in said.values()
        assert "733" not in str({**said, "sha256": "", "by": "", "releases": ""})


def test_a_return_changes_no_figure_from_records_and_its_tables_pass_the_audit() -> None:
    def from_records() -> list[tuple[object, ...]]:
        table = gate.release(
            "headcount", ("grade",), world.AS_AT, audience=actions.AUDIENCE, purpose="p", by="x",
            clock=SYSTEM_CLOCK,
        )  # fmt: skip
        return [(cell.key, cell.shown) for cell in table.cells]

    before = from_records()
    number, view = world.opened()
    world.state(view, "1", "6", "43")
    world.sign()
    world.release(number)
    assert from_records() == before
    done, held = auditing.audit(clock=SYSTEM_CLOCK, seconds=0.5)
    assert done > 0
    assert held == 0


def test_a_finer_table_answers_for_every_coarser_one() -> None:
    number, view = world.opened(("contractors", ("kind", "grade")))
    [asked] = queries.tables_of(view)
    stated = {key: 11 + 7 * at for at, (key, _label) in enumerate(asked.cells)}
    answering.state_figures(
        ask=view.id, employer=world.late_employer(), source="s", version=view.version,
        written={asked.item: {key: (str(value), "") for key, value in stated.items()}},
        by=world.OFFICER, clock=SYSTEM_CLOCK,
    )  # fmt: skip
    world.sign()
    world.release(number)
    reader = reader_of(metric_named("stated_contractors"))
    by_hand: dict[tuple[str, ...], int] = {}
    for key, value in stated.items():
        _kind, grade = json.loads(key)
        place = grade, world.late_employer().hex
        by_hand[place] = by_hand.get(place, 0) + value
    found = {cell.key: cell.value for cell in reader.cells(("grade", "employer"), world.AS_AT)}
    assert found == by_hand
    assert [cell.value for cell in reader.cells((), world.AS_AT)] == [sum(stated.values())]
    assert {key[0] for key in by_hand} <= set(reader.domain("grade", world.AS_AT))
    assert list(reader.cells(("profession",), world.AS_AT)) == []


def test_a_feed_that_brings_a_part_leaves_the_rest_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    _number, view = world.opened(("headcount", ()), ("contractors", ()))
    assert view.metrics == ("Headcount", "Workers who are not employees")
    there = {"headcount": {world.late_employer()}, "contractors": set()}
    monkeypatch.setattr(answering, "recorded", lambda metric, as_at: there[metric])
    world.state(view, "50")
    assert answering.close_fed(clock=SYSTEM_CLOCK) == 0
    left = world.the_ask()
    assert (left.state, left.metrics) == ("stated", ("Workers who are not employees",))
    assert StatedCell.objects.count() == 1

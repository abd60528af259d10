"""What somebody tries who wants more of a transfer than is theirs, or who wants it to go wrong."""

import datetime as dt
import io
import uuid
import zipfile
from typing import Any

import pytest
from django.test import Client

from muster.casework import actions as cases
from muster.casework import queries as casework
from muster.casework.notifying.colleagues import note_seen
from muster.casework.queries_of_cases import case_in_reach
from muster.casework.rules import Worker
from muster.kernel.errors import BadInput, Conflict, MusterError, NotFound, NotPermitted
from muster.ledger.current import ledger
from muster.register.people.models import Person
from muster.services.transfers import actions, queries
from muster.services.transfers.knowing import compare_again
from muster.services.transfers.models import Signature, Transfer
from muster.services.transfers.payrolls.models import Instruction
from muster.services.transfers.payrolls.settling import settle
from muster.services.transfers.process import driving, due
from muster.services.transfers.rules import Side
from muster.services.transfers.sheets.opening import open_form
from tests.integration.test_transfer_pages import Pages
from tests.integration.test_transfer_process import RECORD_HERE, TERMS_HERE, Played
from tests.integration.transfers_world import FIRST_DAY, World

pytestmark = pytest.mark.django_db
OFFERED = {"salary": "41234.00", "fte": "1", "grade": "SEO"}


@pytest.fixture
def played(fresh_home: object) -> Played:
    return Played(World())


@pytest.fixture
def pages(played: Played, client: Client, monkeypatch: pytest.MonkeyPatch) -> Pages:
    return Pages(played, client, monkeypatch)


def closed(played: Played) -> Played:
    to_reconciled(played)
    left = {one.kind: "ref" for one in queries.hand_offs(played.transfer, FIRST_DAY)
            if one.state in ("open", "late")}  # fmt: skip
    played.do("hand_over", {"evidence": left})
    assert played.state == "closed"
    return played


def to_reconciled(played: Played) -> None:
    played.to_effected()
    played.do("prepare")
    played.do("file_record")
    played.pay("mill")
    played.pay("weir")
    assert played.state == "reconciled"


def stated(played: Played) -> None:
    """Take it to where both sign, on what everybody agrees."""
    played.to_release()
    played.do("state_details", {"details": {"surname": "Brockbank"}})
    played.do("state_terms", {"terms": TERMS_HERE})
    played.do("release_record", {"record": RECORD_HERE})


def change(played: Played, field: str, now: str) -> None:
    driving.change(
        played.transfer, side="importer", changes={field: now}, effective_from=FIRST_DAY,
        worker=played.workers["Joining HR"], clock=played.clock,
    )  # fmt: skip


def test_the_employer_left_sees_no_pay_of_the_new_post_among_what_differs(pages: Pages) -> None:
    played = pages.played
    played.do("make_offer", {"terms": OFFERED})
    played.do("answer_offer", {"answer": "accept"})
    played.do("state_details", {"details": {"surname": "Brockbank"}})
    played.do("state_terms", {"terms": TERMS_HERE})
    played.do("release_record", {"record": RECORD_HERE})
    assert "41234" in pages.text("hr-weir", pages.at)
    shown = pages.text("hr-mill", pages.at)
    assert "41234" not in shown
    assert "39000" not in shown.replace(",", "")


@pytest.mark.parametrize("name", ["stranger", "leader"])
def test_others_reach_no_address_of_a_transfer(pages: Pages, name: str) -> None:
    played = pages.played
    stated(played)
    task = played.open()["sign_leaving"].id
    for address in (
        pages.at, f"{pages.at}/transfer.bpmn", f"{pages.at}/do/hold", f"/transfers/task/{task}",
        f"/transfers/task/{task}/workbook.xlsx", f"/transfers/task/{task}/upload",
        f"/tasks/task/{task}", f"/tasks/case/{played.case}",
    ):  # fmt: skip
        assert pages.as_(name).get(address).status_code in (403, 404), address


def test_a_payroll_settles_no_pay_of_another_employer(played: Played) -> None:
    played.to_effected()
    played.pay("weir", extra=1)
    told = Instruction.objects.get(employer_id=played.world.employer("weir"), kind="pay")
    with pytest.raises(NotFound):
        settle(instruction=told.id, employer=played.world.employer("mill"), why="x", by="pay-mill",
               clock=played.clock)  # fmt: skip


def test_nobody_settles_their_own_pay(played: Played) -> None:
    played.to_effected()
    played.pay("weir", extra=1)
    told = Instruction.objects.get(employer_id=played.world.employer("weir"), kind="pay")
    with pytest.raises(NotPermitted):
        settle(instruction=told.id, employer=played.world.employer("weir"), why="x", by="una-pay",
               clock=played.clock, as_person=played.person)  # fmt: skip


def test_a_person_learns_nothing_of_a_draft_from_its_case(played: Played) -> None:
    with pytest.raises(NotFound):
        case_in_reach(played.workers["Person"], played.case)


def test_two_accounts_of_one_officer_do_not_take_both_ends(played: Played) -> None:
    officer = Person.objects.create().id
    played.to_release()
    for name, employer in (("one-account", "mill"), ("other-account", "weir")):
        note_seen(actor=name, name=name, person=officer, employer=played.world.employer(employer),
                  roles=("HR caseworker",), clock=played.clock)  # fmt: skip
        played.workers[name] = Worker(
            name, frozenset({"HR caseworker"}), played.world.employer(employer), officer
        )
    played.do("release_record", {"record": RECORD_HERE}, by="one-account")
    with pytest.raises(NotPermitted):
        played.do("state_terms", {"terms": TERMS_HERE}, by="other-account")


def test_cover_does_not_lend_the_other_end(played: Played) -> None:
    played.to_release()
    played.do("release_record", {"record": RECORD_HERE})
    task = played.open()["state_terms"]
    cases.take(task.id, worker=played.workers["Joining HR"], clock=played.clock)
    both = Worker("hr-mill", frozenset({"HR caseworker"}), played.world.employer("weir"), None,
                  frozenset({"hr-weir"}))  # fmt: skip
    with pytest.raises(NotPermitted):
        driving.do(task.id, {"terms": TERMS_HERE}, worker=both, clock=played.clock)


def test_a_click_on_an_earlier_task_does_not_do_a_later_one(played: Played) -> None:
    played.to_release()
    played.do("state_details", {"details": {"surname": "Brockbank"}})
    played.do("state_terms", {"terms": TERMS_HERE})
    played.do("release_record", {"record": {**RECORD_HERE, "salary": "37000.00"}, "key": "k1"})
    played.do("settle", {"choices": {"salary": "known"}})
    played.do("release_again", {"record": RECORD_HERE, "key": "k1"})
    assert queries.released_record(played.transfer)["salary"] == RECORD_HERE["salary"]


def test_one_side_signs_not_for_the_other_by_its_click(played: Played) -> None:
    stated(played)
    played.do("sign_leaving", {"key": "k"})
    played.do("sign_joining", {"key": "k"})
    assert queries.signed(played.transfer) == {"exporter", "importer"}


def test_a_record_released_between_two_signatures_voids_the_first(played: Played) -> None:
    stated(played)
    played.do("sign_leaving")
    actions.release(transfer=played.transfer, record={**RECORD_HERE, "tax_code": "BR"},
                    by="hr-mill", clock=played.clock)  # fmt: skip
    with pytest.raises(MusterError):
        played.do("sign_joining")
    assert not Signature.objects.filter(transfer=played.transfer, recorded_to=None).exists()


def test_a_day_is_signed_that_is_no_longer_the_day(played: Played) -> None:
    stated(played)
    with pytest.raises(Conflict):
        played.do("sign_leaving", {"first_day": "2026-12-08"})


def test_a_transfer_is_moved_to_no_past_day_without_a_reason(played: Played) -> None:
    stated(played)
    with pytest.raises(BadInput):
        actions.move_first_day(
            transfer=played.transfer, side="importer", by="hr-weir", clock=played.clock,
            first_day=dt.date(2026, 10, 1),
        )  # fmt: skip


def test_tasks_of_a_case_that_was_called_off_are_over(played: Played) -> None:
    stated(played)
    task = played.open()["sign_leaving"]
    driving.rescind(played.transfer, reason="No post", worker=played.workers["Joining HR"],
                    clock=played.clock)  # fmt: skip
    with pytest.raises(Conflict):
        driving.do(task.id, {}, worker=played.workers["Leaving HR"], clock=played.clock)


def test_what_is_given_as_a_reason_stays_out_of_the_log(played: Played) -> None:
    stated(played)
    task = played.open()["sign_joining"]
    worker = played.workers["Joining HR"]
    cases.hand_over(task.id, "", worker=worker, clock=played.clock, why="Una is ill: shingles")
    driving.hold(played.transfer, side="importer", reason="Una is ill: shingles", worker=worker,
                 clock=played.clock)  # fmt: skip
    driving.withdraw(played.transfer, reason="I am ill: shingles", clock=played.clock,
                     worker=played.workers["Person"])  # fmt: skip
    assert "shingles" not in logged()


def test_why_pay_differed_stays_out_of_the_log(played: Played) -> None:
    played.to_effected()
    played.pay("weir", extra=1)
    told = Instruction.objects.get(employer_id=played.world.employer("weir"), kind="pay")
    settle(instruction=told.id, employer=told.employer_id, why="Una's shingles", by="pay-weir",
           clock=played.clock)  # fmt: skip
    assert "shingles" not in logged()


def logged() -> str:
    return " ".join((one.body or b"").decode() for one in ledger().read("decisions"))


def test_a_reversed_move_is_taken_back_from_payrolls_and_its_case_ends(played: Played) -> None:
    played.to_effected()
    ends: tuple[tuple[Side, str], ...] = (("exporter", "Leaving HR"), ("importer", "Joining HR"))
    for side, lane in ends:
        driving.reverse(played.transfer, side=side, reason="None was meant",
                        worker=played.workers[lane], clock=played.clock)  # fmt: skip
    assert played.state == "reversed"
    assert not played.open()
    assert casework.case(played.case).ended is not None
    assert not Instruction.objects.exclude(action="cancel").filter(taken_back_at=None).exists()


def test_a_change_after_closing_is_reconciled_again(played: Played) -> None:
    closed(played)
    change(played, "leave_balance", "12")
    assert played.state == "effected"
    due.look_after(clock=played.clock)
    assert played.state == "closed"


def test_a_change_that_payroll_is_told_of_waits_for_its_pay(played: Played) -> None:
    closed(played)
    change(played, "salary", "40000.00")
    due.look_after(clock=played.clock)
    assert played.state == "effected"


def test_a_change_before_closing_does_not_keep_a_case_going_round(played: Played) -> None:
    to_reconciled(played)
    change(played, "leave_balance", "12")
    due.look_after(clock=played.clock)
    left = {one.kind: "ref" for one in queries.hand_offs(played.transfer, FIRST_DAY)
            if one.state in ("open", "late")}  # fmt: skip
    played.do("hand_over", {"evidence": left})
    assert played.state == "closed"


def test_what_is_known_late_does_not_leave_a_date_that_nobody_can_sign(played: Played) -> None:
    stated(played)
    played.do("sign_leaving")
    actions.state_known(transfer=played.transfer, record={**RECORD_HERE, "tax_code": "BR"},
                        by="system:hr", clock=played.clock)  # fmt: skip
    row = Transfer.objects.get(id=played.transfer)
    compare_again(row, queries.released_record(row.id), at=played.clock.now())
    with pytest.raises(Conflict):
        played.do("sign_joining")
    assert played.state == "released"


def test_a_register_that_changed_stops_effect_and_says_so(pages: Pages) -> None:
    played = pages.played
    played.to_scheduled()
    played.do("confirm_leaver", {"evidence": {"p45": "ref 1"}})
    played.do("confirm_starter", {"evidence": {"pension": "ref 2"}})
    Transfer.objects.filter(id=played.transfer).update(employment=uuid.uuid4())
    played.world.dawn(FIRST_DAY)
    cases.fire_due(clock=played.clock)
    assert played.state == "scheduled"
    [(case, wait)] = casework.troubled()
    assert case.id == played.case
    for name in ("hr-weir", "hr-mill"):
        assert wait.said in pages.text(name, pages.at)


def packed(**parts: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


HOSTILE = {
    "bomb": packed(xl__workbook_xml=b"0" * 30_000_000),
    "ods that repeats": packed(mimetype="application/vnd.oasis.opendocument.spreadsheet",
        content_xml='<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:'
        'office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:'
        'oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="a"><table:table-row table:number-rows-repeated="1048576">'
        '<table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p>'
        '</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>'
        '</office:document-content>'),
    "ods that names files": packed(mimetype="application/vnd.oasis.opendocument.spreadsheet",
        content_xml='<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    "half a zip": packed(xl__workbook_xml=b"0" * 3000)[:60],
    "nothing": b"",
}  # fmt: skip


@pytest.mark.parametrize("which", sorted(HOSTILE))
def test_a_hostile_workbook_is_refused(which: str) -> None:
    with pytest.raises(BadInput):
        open_form(HOSTILE[which], "form.xlsx")


@pytest.mark.parametrize("terms", [
    {"fte": "0.0000000001"}, {"fte": "NaN"}, {"salary": "9" * 30}, {"salary": "-1"},
    {"grade": "x" * 5000}, {"allowances": "all"}, {"allowances": [{"name": "a", "annual": "=1"}]},
    {"continuous_service_from": "tomorrow"},
])  # fmt: skip
def test_terms_that_no_register_could_keep_are_refused(
    played: Played, terms: dict[str, Any]
) -> None:
    played.to_release()
    with pytest.raises(BadInput):
        played.do("state_terms", {"terms": {**TERMS_HERE, **terms}})


def test_the_employer_left_cannot_hand_on_what_the_person_controls(played: Played) -> None:
    played.to_release()
    with pytest.raises(BadInput):
        played.do("release_record", {"record": {**RECORD_HERE, "adjustments": "dyslexia"}})


def test_what_the_person_keeps_to_themselves_reaches_no_officer(pages: Pages) -> None:
    played = pages.played
    played.to_release()
    said = {"surname": "Brockbank", "adjustments": "dyslexia", "adjustments_shared": "no"}
    played.do("state_details", {"details": said})
    task = played.open()["release_record"].id
    assert "dyslexia" not in pages.text("hr-mill", f"/transfers/task/{task}")
    assert "dyslexia" not in pages.text("hr-mill", pages.at)
    played.do("release_record", {"record": RECORD_HERE})
    for name in ("hr-weir", "manager", "pay-weir"):
        assert "dyslexia" not in pages.text(name, pages.at)


def test_a_manager_sees_no_pay(pages: Pages) -> None:
    pages.played.to_effected()
    pages.played.pay("weir", extra=1)
    shown = pages.text("manager", pages.at).replace(",", "")
    assert "39000" not in shown
    assert "36000" not in shown
    assert "QQ123456C" not in shown


def test_a_day_beyond_every_calendar_leads_back_to_the_choice(played: Played) -> None:
    played.clock.move(dt.datetime(2026, 12, 16, 12, tzinfo=dt.UTC) - played.clock.now())
    Transfer.objects.filter(id=played.transfer).update(first_day=dt.date(2026, 12, 28))
    played.to_release()
    played.do("state_details", {"details": {"surname": "Brockbank"}})
    played.do("state_terms", {"terms": TERMS_HERE})
    played.do("release_record", {"record": {**RECORD_HERE, "paid_to": "2026-12-27"}})
    played.do("sign_leaving")
    played.do("sign_joining")
    with pytest.raises(BadInput):
        played.do("choose", {"choice": "another day", "first_day": "9999-12-31"})
    played.do("choose", {"choice": "another day", "first_day": "2099-12-31"})
    played.do("sign_leaving")
    played.do("sign_joining")
    assert set(played.open()) == {"choose"}

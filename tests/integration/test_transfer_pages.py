"""Transfers as each reader meets them, without JavaScript; for everybody else there are none."""

import html
import uuid

import pytest
from django.test import Client

from muster.casework import actions as cases
from muster.gates.looks import looks_at
from muster.register.people.restricting.actions import restrict
from muster.register.people.restricting.rules import KINDS
from muster.services.transfers import queries
from tests.integration.test_transfer_process import RECORD_HERE, TERMS_HERE, Played
from tests.integration.transfer_pages_world import (
    LANES,
    OFFERED,
    Pages,
    boxes,
    hidden,
    number,
    to_release,
)
from tests.integration.transfers_world import FIRST_DAY, World

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_store("what these pages do is done on both stores elsewhere"),
]


@pytest.fixture
def pages(fresh_home: object, client: Client, monkeypatch: pytest.MonkeyPatch) -> Pages:
    return Pages(Played(World()), client, monkeypatch)


def test_a_whole_life_by_its_pages(pages: Pages) -> None:
    to_release(pages)
    pages.do("state_details", {"known_as": "Una"})
    pages.do("state_terms", boxes(TERMS_HERE, "new_"))
    pages.do("release_record", boxes(RECORD_HERE))
    pages.do("sign_leaving")
    pages.do("sign_joining")
    assert pages.played.state == "scheduled"
    pages.do("confirm_leaver", {"evidence-p45": "P45 7"})
    pages.do("confirm_starter", {"evidence-pension": "OGDTF1 7"})
    pages.played.world.dawn(FIRST_DAY)
    cases.fire_due(clock=pages.played.clock)
    pages.do("prepare")
    pages.do("file_record", {"evidence-right_to_work": "seen"})
    pages.played.pay("mill")
    pages.played.pay("weir")
    assert pages.played.state == "reconciled"
    left = [one.kind for one in queries.hand_offs(pages.played.transfer, FIRST_DAY)
            if one.state in ("open", "late")]  # fmt: skip
    pages.do("hand_over", {f"waived-{kind}": "Not needed" for kind in left})
    assert pages.played.state == "closed"
    for name in ("manager", "hr-weir", "hr-mill", "pay-weir", "pay-mill", "una"):
        assert "Closed" in pages.text(name, pages.at)


EVERYBODY = ("manager", "hr-weir", "hr-mill", "pay-weir", "pay-mill", "una")


def test_a_draft_is_of_the_employer_that_offers_and_of_nobody_else(pages: Pages) -> None:
    for name in ("manager", "hr-weir", "pay-weir"):
        pages.text(name, pages.at)
    for name in ("una", "hr-mill", "pay-mill", "stranger"):
        pages.text(name, pages.at, 404)
    pages.do("make_offer", boxes(OFFERED, "new_"))
    assert "Offered" in pages.text("una", pages.at)
    pages.text("hr-mill", pages.at, 404)
    assert "No transfer is like this" in pages.text("hr-mill", "/transfers/")
    pages.do("answer_offer", {"answer": "accept"})
    assert str(pages.played.transfer) in pages.text("hr-mill", "/transfers/")
    assert str(pages.played.transfer) not in pages.text("stranger", "/transfers/")


def test_forced_browsing_finds_what_is_not_there(pages: Pages) -> None:
    to_release(pages)
    absent = uuid.uuid4()
    tasks = {element: found.id for element, found in pages.played.open().items()}
    for name in ("stranger", "leader"):
        for place in ("transfer/{}", "transfer/{}/do/hold", "transfer/{}/transfer.bpmn"):
            for key in (pages.played.transfer, absent):
                pages.text(name, "/transfers/" + place.format(key), 404)
    for element, key in tasks.items():
        for name in (*EVERYBODY, "stranger"):
            if name != LANES[element]:
                for place in ("", "/workbook.xlsx", "/upload"):
                    pages.text(name, f"/transfers/task/{key}{place}", 404)
    for name, place in (
        ("leader", ""),
        ("una", ""),
        ("una", "new"),
        ("pay-weir", "new"),
        ("manager", "calendar"),
        ("manager", "many"),
        ("stranger", "mine"),
    ):
        pages.text(name, f"/transfers/{place}", 403)
    posted = {"reason": "No", "version": 2}
    for name in ("hr-mill", "una", "stranger", "pay-weir"):
        at = f"{pages.at}/do/rescind"
        assert pages.as_(name).post(at, posted).status_code == 404


def test_the_record_is_not_the_employer_joineds_before_it_is_released(pages: Pages) -> None:
    to_release(pages)
    pages.do("state_details", {"adjustments": "A quiet room", "adjustments_shared": "no"})
    assert "A quiet room" in pages.text("una", pages.at)
    pages.do("release_record", boxes(RECORD_HERE))
    for name in ("hr-weir", "hr-mill", "pay-weir", "una"):
        shown = pages.text(name, pages.at)
        assert "QQ123456C" in shown
        assert ("A quiet room" in shown) == (name == "una")
    manager = pages.text("manager", pages.at)
    assert "QQ123456C" not in manager
    assert "36000" not in manager


def test_terms_and_amounts_are_for_hr_payroll_and_the_person(pages: Pages) -> None:
    to_release(pages)
    pages.do("state_terms", boxes(TERMS_HERE, "new_"))
    for name in EVERYBODY:
        seen = "39000.00" in pages.text(name, pages.at)
        assert seen == (name in ("hr-weir", "pay-weir", "una")), name
    assert "First pay from Weir" in pages.text("una", pages.at)


def test_each_look_is_logged_and_the_person_is_told(pages: Pages) -> None:
    to_release(pages)
    before = len(looks_at(pages.played.person, limit=100))
    pages.text("hr-mill", pages.at)
    pages.text("hr-mill", "/transfers/")
    assert len(looks_at(pages.played.person, limit=100)) == before + 2
    assert "Hr-Mill" in pages.text("una", "/transfers/mine")


def test_what_is_wrong_stands_beside_its_box_and_nothing_typed_is_lost(pages: Pages) -> None:
    to_release(pages)
    task = pages.played.open()["release_record"]
    at = f"/transfers/task/{task.id}"
    posted = boxes({**RECORD_HERE, "tax_code": "ZZZ", "nino": "QQ12345"}) | {"do": "check"}
    posted["allowances-0-name"] = "London"
    response = pages.as_("hr-mill").post(at, posted)
    shown = html.unescape(response.content.decode())
    assert response.status_code == 200
    assert "There is a problem" in shown
    for name in ("tax_code", "nino", "allowances-0-annual"):
        assert f'href="#id_{name}"' in shown, name
        assert f'id="id_{name}-error"' in shown, name
    assert 'value="ZZZ"' in shown
    assert 'value="London"' in shown
    assert pages.client.post(at, {**posted, "do": "save"}).status_code == 302
    again = pages.text("hr-mill", at)
    assert 'value="ZZZ"' in again
    assert "There is a problem" not in again
    assert pages.played.state == "checks"


def test_who_looked_at_an_older_state_is_told_and_may_confirm_again(pages: Pages) -> None:
    to_release(pages)
    task = pages.played.open()["release_record"]
    at = f"/transfers/task/{task.id}"
    form = hidden(pages.text("hr-mill", at))
    pages.as_("hr-mill").post(at, {**boxes(RECORD_HERE), **form, "do": "check"})
    check = hidden(pages.text("hr-mill", f"{at}?check=1"))
    pages.do("state_details", {"known_as": "Una"})
    response = pages.as_("hr-mill").post(at, {**check, "do": "confirm"})
    assert response.status_code == 200
    shown = html.unescape(response.content.decode())
    assert "There is a problem" in shown
    assert pages.client.post(at, {**hidden(shown), "do": "confirm"}).status_code == 302
    twice = pages.client.post(at, {**hidden(shown), "do": "confirm"})
    assert twice.status_code == 302
    assert pages.played.state == "released"


def test_a_transfer_is_held_resumed_and_taken_back_by_pages(pages: Pages) -> None:
    to_release(pages)
    for name, verb, state in (("hr-mill", "hold", "on_hold"), ("hr-weir", "resume", "checks"),
                              ("manager", "rescind", "rescinded")):  # fmt: skip
        at = f"{pages.at}/do/{verb}"
        shown = pages.text(name, at)
        version = hidden(shown)["version"]
        if verb != "resume":
            empty = pages.client.post(at, {"version": version, "reason": ""})
            assert "There is a problem" in empty.content.decode()
        assert pages.client.post(at, {"version": version, "reason": "Budget"}).status_code == 302
        assert pages.played.state == state
    assert "Budget" in pages.text("una", pages.at)


OFFER = {
    "surname": "Brockbank", "kind": "permanent", "post": "Analyst", "first_day_day": "7",
    "first_day_month": "12", "first_day_year": "2026",
}  # fmt: skip


def test_nobody_is_found_by_a_number_or_a_name_alone(pages: Pages) -> None:
    mill = str(pages.played.world.employer("mill"))
    person = pages.played.world.somebody()
    number(pages, person, "M/9", "Brockbank")
    asked = {**OFFER, "employer": mill, "staff_number": "M/9", "key": "k1"}
    there = pages.as_("manager")
    for wrong in ({"surname": "Brock"}, {"staff_number": "M/8"},
                  {"employer": str(pages.played.world.employer("lock"))}):  # fmt: skip
        shown = html.unescape(there.post("/transfers/new", asked | wrong).content.decode())
        assert "There is a problem" in shown
    neither = there.post("/transfers/new", asked | {"staff_number": ""}).content.decode()
    assert "Enter one of the two numbers" in neither
    check = html.unescape(there.post("/transfers/new", asked).content.decode())
    assert "Draft the transfer" in check
    first = there.post("/transfers/new", {**asked, "do": "confirm"})
    second = there.post("/transfers/new", {**asked, "do": "confirm"})
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    assert len(queries.transfers_of(person=person)) == 1


def test_whoever_is_restricted_is_not_found_nor_listed(pages: Pages) -> None:
    to_release(pages)
    number(pages, pages.played.person, "M/1", "Brockbank")
    restrict(person=pages.played.person, kind=KINDS[0], reason="police advice", office=None,
             by="guard", clock=pages.played.clock)  # fmt: skip
    for name in ("hr-weir", "hr-mill", "manager", "pay-mill"):
        pages.text(name, pages.at, 404)
        assert str(pages.played.transfer) not in pages.text(name, "/transfers/")
    assert "Being prepared" in pages.text("una", pages.at)
    mill = str(pages.played.world.employer("mill"))
    posted = {**OFFER, "employer": mill, "staff_number": "M/1", "key": "k2"}
    shown = html.unescape(pages.as_("manager").post("/transfers/new", posted).content.decode())
    assert "Nobody of this employer has this number and this surname" in shown


def test_the_list_is_filtered_counted_and_exported(pages: Pages) -> None:
    to_release(pages)
    here = str(pages.played.transfer)
    for query, there in (
        ("direction=out", True), ("direction=in", False), ("kind=loan", False),
        ("state=checks", True), ("state=closed", False), ("late=on", False), ("words=zz", False),
        ("since_day=1&since_month=1&since_year=2027", False), ("state=all&page=99", True),
    ):  # fmt: skip
        assert (here in pages.text("hr-mill", f"/transfers/?{query}")) == there, query
    response = pages.as_("hr-mill").get("/transfers/?as=csv")
    assert here in response.content.decode()
    assert "attachment" in response.headers["Content-Disposition"]
    pages.played.world.dawn(FIRST_DAY)
    assert here in pages.text("hr-mill", "/transfers/?late=on")

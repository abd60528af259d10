"""The pages of data requests and retention: each step as a person and two officers meet it."""

import io
import re
import uuid
import zipfile
from collections.abc import Callable

import pytest
from django.test import Client

from muster.gates.access import Actor, Role
from muster.gates.looks import looks_at
from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.employers.queries import ids_by_key
from muster.register.keeping import actions
from muster.register.keeping.certificates import holds as is_signed
from muster.register.keeping.exporting import copy_for
from muster.register.keeping.models import LegalHold, Request, Run
from muster.register.keeping.queries import requests
from muster.register.keeping.writing import as_json
from muster.register.people.restricting.actions import restrict
from muster.register.people.restricting.rules import SET_BECAUSE
from tests.integration.keeping_world import AFTER_LEAVING, story
from tests.integration.test_people_feeds import bodies

__all__ = ["bodies"]
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_store("what these pages do is done on both stores elsewhere"),
]
OFFICER: Role = "information-governance officer"
ADA, BEA, SELF = "governance:ada", "governance:bea", "person:mole"
SignIn = Callable[..., Client]


@pytest.fixture
def as_(client: Client, monkeypatch: pytest.MonkeyPatch) -> SignIn:
    """Sign in as anybody."""

    def sign_in(name: str, role: Role = OFFICER, person: uuid.UUID | None = None) -> Client:
        actor = Actor(name, name, frozenset({role}), person=person)
        monkeypatch.setattr("muster.web.middleware.actor_in", lambda request: actor)
        return client

    return sign_in


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return re.sub(r"\s+", " ", answer.content.decode())


def sent(client: Client, address: str, **said: str) -> str:
    """Send a form and return the page that follows."""
    answer = client.post(address, said, follow=True)
    assert answer.status_code == 200, address
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_person_asks_for_a_copy_and_downloads_it(as_: SignIn) -> None:
    mole = story()["mole"]
    me = as_(SELF, "civil servant", mole)
    assert "You have asked for nothing yet." in text_of(me, "/rights/")
    assert "We have received your request." in sent(me, "/rights/ask/copy", words="All of it")
    assert "asked for this already" in sent(me, "/rights/ask/copy")
    (asked,) = requests(person=mole)
    officer = as_(ADA)
    page = f"/rights/requests/{asked.id}"
    assert "Martha MOLE" in text_of(officer, page)
    assert "Make the copy" not in text_of(officer, page)
    assert "Make the copy" in sent(officer, f"{page}/check")
    sent(officer, f"{page}/copy")
    me = as_(SELF, "civil servant", mole)
    assert "Download your data" in text_of(me, f"/rights/mine/{asked.id}")
    answer = me.get(f"/rights/mine/{asked.id}/copy")
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert {"index.html", "data.json", "schema.json"} <= set(names)
    assert {(look.by, look.what) for look in looks_at(mole)} == {
        (ADA, "data request"), (SELF, "copy of own data"),
    }  # fmt: skip


def test_nobody_reads_the_request_of_another(as_: SignIn) -> None:
    people = story()
    sent(as_(SELF, "civil servant", people["mole"]), "/rights/ask/copy")
    (asked,) = requests()
    other = as_("person:vole", "civil servant", people["vole"])
    for address in (f"/rights/mine/{asked.id}", f"/rights/mine/{asked.id}/copy"):
        assert other.get(address).status_code == 404
    assert other.get(f"/rights/requests/{asked.id}").status_code == 403
    assert other.get("/rights/retention").status_code == 403
    assert as_("hr:ann", "HR caseworker").get("/rights/retention/holds").status_code == 403


def test_an_officer_does_not_answer_their_own_request(as_: SignIn) -> None:
    mole = story()["mole"]
    sent(as_(ADA, OFFICER, mole), "/rights/ask/erasure")
    (asked,) = requests()
    officer = as_(ADA, OFFICER, mole)
    assert "A colleague answers it." in text_of(officer, f"/rights/requests/{asked.id}")
    answer = officer.post(f"/rights/requests/{asked.id}/check")
    assert answer.status_code == 403
    assert Request.objects.get().state == "asked"


def test_a_refused_erasure_says_why_and_is_objected_to(as_: SignIn) -> None:
    mole = story()["mole"]
    sent(as_(SELF, "civil servant", mole), "/rights/ask/erasure", words="Please")
    (asked,) = requests()
    officer = as_(ADA)
    page = f"/rights/requests/{asked.id}"
    assert "Enter the reason" in sent(officer, f"{page}/extend", reason="")
    sent(officer, f"{page}/extend", reason="Five systems hold it")
    sent(officer, f"{page}/check")
    assert "Limitation Act 1980" in sent(officer, f"{page}/erasure")
    me = as_(SELF, "civil servant", mole)
    mine = text_of(me, f"/rights/mine/{asked.id}")
    assert "Five systems hold it" in mine
    assert "Article 17(3)(b)" in mine
    sent(me, f"/rights/mine/{asked.id}", words="I left")
    assert "Answer the objection" not in text_of(as_(ADA), page)
    assert "I left" in text_of(as_(BEA), page)
    sent(as_(BEA), f"{page}/review", reason="The law asks for it")
    assert "The law asks for it" in text_of(as_(SELF, "civil servant", mole),
                                            f"/rights/mine/{asked.id}")  # fmt: skip


def test_a_run_from_preview_to_certificate(as_: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("runs", "home", "holds"):
        monkeypatch.setattr(f"muster.services.rights.pages.{place}.SYSTEM_CLOCK", AFTER_LEAVING)
    people = story()
    sent(as_(ADA), "/rights/retention/preview")
    run = Run.objects.get()
    page = f"/rights/retention/{run.id}"
    assert "Martha" not in text_of(as_(ADA), page)
    assert "Martha MOLE" in text_of(as_(ADA), f"{page}/sample")
    assert (ADA, "retention") in {(look.by, look.what) for look in looks_at(people["mole"])}
    assert "Enter the reason" in sent(as_(ADA), f"{page}/propose", reason="")
    assert "A colleague decides" in sent(as_(ADA), f"{page}/propose", reason="Monthly")
    assert "You proposed this run" in sent(
        as_(ADA), f"{page}/decide", reason="x", decision="approve"
    )
    assert "Retention as at" in text_of(as_(BEA), "/")
    assert "0 of 2 done" in sent(as_(BEA), f"{page}/decide", reason="Seen", decision="approve")
    assert "2 of 2 done" in sent(as_(BEA), f"{page}/go-on")
    note = as_(ADA).get(f"{page}/certificate").content.decode()
    assert is_signed(note)
    assert as_(ADA).get(f"{page}/proof").headers["Content-Type"] == "application/json"


def test_a_hold_is_placed_by_one_and_lifted_by_another(as_: SignIn) -> None:
    said = {"kind": "line", "target": "hr-file", "why": "Inquiry", "review_on_day": "1",
            "review_on_month": "6", "review_on_year": "2030"}  # fmt: skip
    assert "no such line" in sent(
        as_(ADA), "/rights/retention/holds", **said | {"target": "nothing"}
    )
    assert "has passed" in sent(
        as_(ADA), "/rights/retention/holds", **said | {"review_on_year": "2020"}
    )
    assert "The hold is in force" in sent(as_(ADA), "/rights/retention/holds", **said)
    lift = f"/rights/retention/holds/{LegalHold.objects.get().id}/lift"
    assert "You placed this hold" in sent(as_(ADA), lift, reason="Over")
    assert "The hold is lifted" in sent(as_(BEA), lift, reason="Over")


def test_the_request_of_somebody_restricted_is_there_for_their_guardian_alone(
    as_: SignIn,
) -> None:
    mole = story()["mole"]
    weir = ids_by_key()["weir"]
    restrict(
        person=mole, kind="protected", guardian=BEA, reason=SET_BECAUSE[0], office=weir,
        by="governance:cyd", clock=SYSTEM_CLOCK,
    )  # fmt: skip
    me = as_(SELF, "civil servant", mole)
    sent(me, "/rights/ask/copy")
    (asked,) = requests()
    assert str(asked.id) not in text_of(as_(ADA), "/rights/requests")
    assert as_(ADA).get(f"/rights/requests/{asked.id}").status_code == 404
    assert as_(ADA).post(f"/rights/requests/{asked.id}/check").status_code == 404
    assert str(asked.id) in text_of(as_(BEA), "/rights/requests")
    assert "Martha MOLE" in text_of(as_(BEA), f"/rights/requests/{asked.id}")
    own = as_(SELF, "civil servant", mole)
    assert "Your request" in text_of(own, f"/rights/mine/{asked.id}")
    assert "MOLE" in as_json(copy_for(mole, at=SYSTEM_CLOCK.now()))


def test_the_schedule_is_for_everybody(as_: SignIn) -> None:
    client = as_("leader:x", "leader")
    assert "Limitation Act 1980" in text_of(client, "/rights/retention/schedule")
    lines = client.get("/rights/retention/schedule?as=csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) > 10
    assert "2007/3290" in "".join(lines)


def test_a_worker_lets_an_approved_run_get_on() -> None:
    assert not actions.work_on_approved(AFTER_LEAVING)

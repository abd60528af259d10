"""What a pension administrator answers: evidence of a hand-off, or an exception beside it."""

import datetime as dt
import html
import uuid
from pathlib import Path

import pytest
from django.test import Client

from muster.casework.calendars.actions import load_calendar
from muster.gates.access import Actor
from muster.hub.models import Landing
from muster.hub.withdrawal import withdraw
from muster.register.employers.queries import ids_by_key
from muster.services.transfers import actions
from muster.services.transfers.models import HandOff
from muster.services.transfers.pages import pay_period
from muster.services.transfers.payrolls import answers, enrolment
from muster.services.transfers.payrolls.models import Instruction, PensionAnswer
from muster.services.transfers.payrolls.sending import instruct
from muster.services.transfers.payrolls.telling import cancel_payrolls
from synthetic.payrolls.pension import Membership, PensionAdministrator
from tests.integration.payrolls_world import NOW, TERMS, YEAR, PayrollsWorld, sheet_of
from tests.integration.transfers_world import FIRST_DAY, World

pytestmark = pytest.mark.django_db
MEMBER = dt.date(2019, 9, 2)
ROUTE = "pensions-weir-answers"


class Pensions:
    """The weir's pension administrator, who knows Mole as a member with the mill."""

    def __init__(self, folder: Path, *, surname: str = "Mole") -> None:
        self.hub = PayrollsWorld(folder).build()
        self.world = World(self.hub.clock, {name: ids_by_key()[name] for name in ("mill", "weir")})
        self.folder, self.taken = folder / "out", 0
        self.folder.mkdir()
        system = enrolment.pension_by_file(
            "pensions:weir", "Pensions", url=f"file://{self.folder}", employer="WEIR"
        )
        weir = self.world.employer("weir")
        enrolment.tell(weir, system, by="test", clock=self.hub.clock)
        enrolment.hear(system.code, title="Pensions", of="pension", by="t", clock=self.hub.clock)
        self.administrator = PensionAdministrator()
        self.held = Membership("QQ123456C", surname, "mill", "alpha", MEMBER, FIRST_DAY)
        self.administrator.memberships.append(self.held)
        drafted = self.world.draft(self.hub.mole)
        self.transfer = drafted.transfer
        self.world.up_to(self.transfer, "accept")

    def tell(self) -> uuid.UUID:
        fields = {name: TERMS[name] for name in ("surname", "forenames", "nino", "salary", "fte")}
        return instruct(
            transfer=self.transfer, person=self.hub.mole, employer=self.world.employer("weir"),
            action="transfer", staff_number="W/1", first_day=FIRST_DAY, kind="pension", by="t",
            clock=self.hub.clock,
            fields={**fields, "scheme": "alpha", "from_employer": "mill", "to_employer": "weir",
                    "service_from": MEMBER.isoformat(), "move": "move"},
        ).instruction  # fmt: skip

    def answer(self) -> Landing:
        """Let the administrator take what is new, and its answers come in."""
        self.hub.carry()
        files = sorted(self.folder.iterdir(), key=lambda one: one.stat().st_mtime_ns)
        said = [self.administrator.receive(one.read_bytes(), NOW.date()) for one in files]
        return self.load(said[-1])

    def load(self, content: bytes) -> Landing:
        self.taken += 1
        return self.hub.load(f"answers-{self.taken}.txt", content, ROUTE)

    @property
    def hand_off(self) -> HandOff:
        return HandOff.objects.get(transfer=self.transfer, kind="pension")


@pytest.fixture
def pensions(tmp_path: Path, fresh_home: Path) -> Pensions:
    return Pensions(tmp_path)


def test_an_answer_that_takes_it_is_the_evidence_of_the_hand_off(pensions: Pensions) -> None:
    told = pensions.tell()
    landing = pensions.answer()
    assert (landing.state, landing.accepted) == ("accepted", 1), landing.said
    [answer] = answers.answers_of(pensions.transfer)
    assert (answer.answer, answer.scheme, answer.since) == ("accepted", "alpha", "2019-09-02")
    held = pensions.hand_off
    assert (held.state, held.by) == ("done", "system:pensions:weir")
    assert str(told) in held.evidence
    assert answers.unsettled(pensions.world.employer("weir")) == ()


def test_the_same_answer_again_changes_nothing(pensions: Pensions) -> None:
    pensions.tell()
    pensions.answer()
    pensions.answer()
    assert PensionAnswer.objects.count() == 1


@pytest.mark.parametrize(("was", "now", "answer"), [
    (b"|OK|", b"|REF|", "refused"), (b"|OK|", b"|QRY|", "asks"),
])  # fmt: skip
def test_one_that_refuses_or_asks_is_an_exception_until_it_is_settled(
    pensions: Pensions, was: bytes, now: bytes, answer: str
) -> None:
    told = pensions.tell()
    words = f"PENOUT|1|05-NOV-2026\nANS|{told}|OK|||number unknown\nPENEND|1\n".encode()
    pensions.hub.carry()
    pensions.load(words.replace(was, now))
    weir = pensions.world.employer("weir")
    [found] = answers.unsettled(weir)
    assert (found.transfer, found.person) == (pensions.transfer, pensions.hub.mole)
    assert (found.answer.answer, found.answer.words) == (answer, "number unknown")
    assert pensions.hand_off.state == "open"
    actions.hand_over(
        transfer=found.transfer, kind="pension", evidence="letter of the 9th", by="hr:mill",
        clock=pensions.hub.clock,
    )  # fmt: skip
    assert answers.unsettled(weir) == ()


def test_the_payroll_lead_and_both_employers_see_what_is_to_be_settled(
    pensions: Pensions, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = pensions.tell()
    pensions.hub.carry()
    pensions.load(f"PENOUT|1|05-NOV-2026\nANS|{told}|REF|||number unknown\nPENEND|1\n".encode())
    weir = pensions.world.employer("weir")
    load_calendar(
        sheet=sheet_of(YEAR, "365ths").replace(b"Mill,", b"Weir,"), name="year.csv",
        employer=weir, by="t", clock=pensions.hub.clock,
    )  # fmt: skip
    monkeypatch.setattr(pay_period, "SYSTEM_CLOCK", pensions.hub.clock)
    for role, address, says in (
        ("payroll lead", "/transfers/pay-period", "Pensions to settle"),
        ("HR caseworker", f"/transfers/transfer/{pensions.transfer}", "To be settled"),
    ):
        actor = Actor("persona:weir", "Weir", frozenset({role}), weir)  # type: ignore[arg-type]
        monkeypatch.setattr("muster.web.middleware.actor_in", lambda request, actor=actor: actor)
        page = html.unescape(client.get(address).content.decode())
        assert says in page, page[-3000:]
        assert "The pension administrator refused it: number unknown" in page


def test_a_later_answer_takes_the_earlier_ones_place(pensions: Pensions) -> None:
    told = pensions.tell()
    pensions.hub.carry()
    pensions.load(f"PENOUT|1|05-NOV-2026\nANS|{told}|QRY|||who\nPENEND|1\n".encode())
    pensions.hub.clock.move(dt.timedelta(hours=1))
    landing = pensions.answer()
    assert pensions.hand_off.state == "done"
    withdraw(landing=landing.id, reason="test", by="persona:other", clock=pensions.hub.clock)
    assert pensions.hand_off.state == "open"
    assert len(answers.unsettled(pensions.world.employer("weir"))) == 1


@pytest.mark.parametrize("reference", ["", "nobody", str(uuid.UUID(int=5))])
def test_an_answer_to_nothing_that_was_asked_waits(pensions: Pensions, reference: str) -> None:
    landing = pensions.load(
        f"PENOUT|1|05-NOV-2026\nANS|{reference}|REF|||whole file\nPENEND|1\n".encode()
    )
    assert (landing.accepted, landing.quarantined) == (0, 1), landing.said
    assert not PensionAnswer.objects.exists()


def test_a_file_that_is_cut_off_is_refused_whole(pensions: Pensions) -> None:
    told = pensions.tell()
    pensions.hub.carry()
    landing = pensions.load(f"PENOUT|1|05-NOV-2026\nANS|{told}|OK|||\nPENEND|2\n".encode())
    assert landing.state == "refused"
    assert pensions.hand_off.state == "open"


def test_a_transfer_that_is_called_off_is_taken_back_there_too(pensions: Pensions) -> None:
    pensions.tell()
    pensions.answer()
    assert pensions.administrator.memberships[-1].employer == "weir"
    cancel_payrolls(transfer_id=pensions.transfer, by="t", clock=pensions.hub.clock)
    cancel_payrolls(transfer_id=pensions.transfer, by="t", clock=pensions.hub.clock)
    pensions.hub.clock.move(dt.timedelta(hours=1))
    landing = pensions.answer()
    assert landing.accepted == 1, landing.said
    assert pensions.administrator.memberships == [pensions.held]
    assert Instruction.objects.filter(kind="pension", action="cancel").count() == 1
    assert [one.answer for one in answers.answers_of(pensions.transfer)] == ["accepted"] * 2


def test_what_has_not_gone_never_goes(pensions: Pensions) -> None:
    pensions.hub.clock.move(dt.timedelta(0))
    told = instruct(
        transfer=pensions.transfer, person=pensions.hub.mole,
        employer=pensions.world.employer("mill"), action="leave", staff_number="M/1",
        first_day=FIRST_DAY, kind="pension", fields={}, by="t", clock=pensions.hub.clock,
    )  # fmt: skip
    assert told.because
    cancel_payrolls(transfer_id=pensions.transfer, by="t", clock=pensions.hub.clock)
    assert Instruction.objects.get(id=told.instruction).taken_back_at
    assert not Instruction.objects.filter(action="cancel").exists()

"""A transfer and the people before its pages, as a browser would post them."""

import html
import re
import uuid
from typing import Any

import pytest
from django.test import Client

from muster.gates.access import Actor, Role
from muster.register.people.models import Crosswalk, PersonName, SourceRecord
from muster.services.transfers.pages import (
    acting,
    batches,
    doing,
    listing,
    mine,
    offering,
    one,
    pay_calendar,
)
from muster.services.transfers.pages.record_form import initial_of
from muster.services.transfers.record.fields import fields_of
from tests.integration.test_transfer_process import TERMS_HERE, Played
from tests.integration.transfers_world import FIRST_DAY

_CLOCKED = (acting, batches, doing, listing, mine, offering, one, pay_calendar)
ROLES: dict[str, tuple[Role, str]] = {
    "manager": ("line manager", "weir"), "hr-weir": ("HR caseworker", "weir"),
    "hr-mill": ("HR caseworker", "mill"), "pay-weir": ("payroll lead", "weir"),
    "pay-mill": ("payroll lead", "mill"), "una": ("civil servant", ""),
    "stranger": ("HR caseworker", "lock"), "leader": ("leader", "weir"),
}  # fmt: skip
LANES = {
    "make_offer": "manager", "answer_offer": "una", "state_details": "una",
    "release_record": "hr-mill", "state_terms": "hr-weir", "sign_leaving": "hr-mill",
    "sign_joining": "hr-weir", "confirm_leaver": "pay-mill", "confirm_starter": "pay-weir",
    "prepare": "manager", "file_record": "hr-weir", "hand_over": "hr-weir",
}  # fmt: skip


OFFERED = {name: TERMS_HERE[name] for name in ("grade", "salary", "fte")}


class Pages:
    """A transfer and the people before its pages."""

    def __init__(self, played: Played, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        self.played, self.client, self._patch = played, client, monkeypatch
        played.world.employer("lock")
        for module in _CLOCKED:
            monkeypatch.setattr(module, "SYSTEM_CLOCK", played.clock)
        self.at = f"/transfers/transfer/{played.transfer}"

    def as_(self, name: str) -> Client:
        role, employer = ROLES[name]
        actor = Actor(
            name, name.title(), frozenset({role}),
            uuid.UUID(str(self.played.world.employer(employer))) if employer else None,
            self.played.person if name == "una" else None,
        )  # fmt: skip
        self._patch.setattr("muster.web.middleware.actor_in", lambda request: actor)
        return self.client

    def text(self, name: str, address: str, status: int = 200) -> str:
        response = self.as_(name).get(address)
        assert response.status_code == status, response.content.decode()[:3000]
        return html.unescape(response.content.decode())

    def do(self, element: str, said: dict[str, Any] | None = None) -> str:
        """Do a task by its pages: its form, its check, and what it leads to."""
        task = self.played.open()[element]
        address, name = f"/transfers/task/{task.id}", LANES[element]
        form = self.text(name, address)
        checked = 'value="check"' in form
        posted = {**hidden(form), **(said or {}), "do": "check" if checked else "confirm"}
        response = self.as_(name).post(address, posted)
        assert response.status_code == 302, problems_in(response)
        if checked:
            shown = self.text(name, response.headers["Location"])
            response = self.client.post(address, {**hidden(shown), "do": "confirm"})
            assert response.status_code == 302, problems_in(response)
        return str(response.headers["Location"])


def problems_in(response: Any) -> list[str]:
    text = html.unescape(response.content.decode())
    found = re.search(r'class="govuk-error-summary".*?</ul>', text, re.DOTALL)
    return re.findall(r">\s*([^<>\s][^<>]{4,})<", found[0]) if found else [text[:2000]]


def hidden(text: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(version|key)" value="([^"]*)"', text))


def boxes(record: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return a record as a browser posts its form."""
    posted: dict[str, Any] = {}
    said = initial_of({f"{prefix}{name}": value for name, value in record.items()})
    dates = {
        field.name
        for who in ("exporter", "person", "importer")
        for field in fields_of(who)
        if field.type == "date"
    }
    for name, value in said.items():
        if name in dates:
            posted |= {
                f"{name}_{part}": text
                for part, text in zip(("day", "month", "year"), value, strict=True)
            }
        else:
            posted[name] = value
    return posted


def to_release(pages: Pages) -> None:
    pages.do("make_offer", boxes(OFFERED, "new_"))
    pages.do("answer_offer", {"answer": "accept"})


def number(pages: Pages, person: uuid.UUID, staff_number: str, surname: str) -> None:
    """Let the mill's system know somebody by a number and a name."""
    record = SourceRecord.objects.create(
        system="hr:mill", staff_number=staff_number,
        employer_id=pages.played.world.employer("mill"),
    )  # fmt: skip
    now = pages.played.clock.now()
    Crosswalk.objects.create(record=record, person_id=person, recorded_from=now, rule="exact",
                             by="test")  # fmt: skip
    PersonName.objects.create(
        person_id=person, record=record, surname=surname, forenames="Una", searched=surname.lower(),
        valid_from=FIRST_DAY.replace(year=2019), recorded_from=now,
        decided_by="test",
    )  # fmt: skip

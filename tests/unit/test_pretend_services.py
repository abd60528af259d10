"""PAYROLL-J over HTTP, the pension administrator and the HR system: what goes in and comes out."""

import csv
import io
import json
import subprocess
import sys
from datetime import date, datetime
from typing import Any

import httpx
import openpyxl
import pytest

from synthetic.payrolls import json_layout, pension_layout
from synthetic.payrolls.hr_layout import JOINERS, LABELS, LEAVERS
from synthetic.payrolls.hr_system import HrSystem, filled_form
from synthetic.payrolls.pension import PensionAdministrator
from synthetic.payrolls.service import Service, serving
from synthetic.payrolls.sheet_cells import sheets_of
from synthetic.transfers.make import make_transfers
from tests.unit.test_pretend_payrolls import EARLY, NOVEMBER, change, json_payroll, told

MOVE = make_transfers(30, 5, faults=False)[3]


# ---- PAYROLL-J ----------------------------------------------------------------------------------


def test_json_instruction_comes_back_as_it_was() -> None:
    message = json_layout.message_of(told())
    assert message["taxCode"] == "S1257L"
    assert message["ftePercent"] == "54.0540541"
    assert message["allowances"] == "Location:120000|On call:6050"
    assert message["annualPence"] == 3_125_000
    back = json_layout.fields_of(message)
    assert back == {name: text for name, text in told().items() if text}
    as_text = {name: str(value) for name, value in message.items()} | {"nonCumulative": "true"}
    assert json_layout.fields_of(as_text) == back


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("annualPence", "31250.00"), ("annualPence", True), ("ftePercent", "most"),
        ("studentLoans", "PLAN3"), ("pensionScheme", "alpha"), ("nonCumulative", "yes"),
        ("payPeriod", "November"), ("taxCode", 1257), ("allowances", "Location"), ("shoeSize", "9"),
        ("familyName", 7),
    ],
)  # fmt: skip
def test_json_refuses_by_name_and_without_the_value(name: str, value: Any) -> None:
    row = json_payroll().ask(json_layout.message_of(told()) | {name: value}, EARLY)
    assert row["status"] == 422
    assert row["detail"] == f"{name} cannot be read"


def test_json_knows_a_request_again_until_the_run() -> None:
    payroll, message = json_payroll(), json_layout.message_of(told())
    assert payroll.ask(message, EARLY)["status"] == 201
    assert payroll.ask(message, EARLY)["status"] == 208
    assert payroll.ask(message | {"annualPence": 1}, EARLY)["status"] == 409
    payroll.run(NOVEMBER)
    again = payroll.ask(message, datetime(2026, 12, 1, tzinfo=EARLY.tzinfo))
    assert (again["status"], again["detail"]) == (409, "niNumber is on the payroll")


def test_json_refuses_a_starter_by_national_insurance_number() -> None:
    payroll = json_payroll()
    payroll.ask(json_layout.message_of(told()), EARLY)
    other = json_layout.message_of(told(instruction="other", staff_number="999"))
    assert payroll.ask(other, EARLY)["status"] == 409
    sick = json_payroll("duplicates_a_starter")
    sick.ask(json_layout.message_of(told()), EARLY)
    assert sick.ask(other, EARLY)["status"] == 201


def posted(service: Service, path: str, body: Any, **headers: str) -> httpx.Response:
    kind = headers.pop("kind", "application/json")
    return httpx.post(
        f"{service.url}{path}", content=json.dumps(body),
        headers={"Content-Type": kind, "Authorization": "Bearer secret", **headers},
    )  # fmt: skip


def test_service_over_http_from_instruction_to_payment() -> None:
    payroll, bearer = json_payroll(), {"Authorization": "Bearer secret"}
    with serving(payroll, token="secret", now=EARLY) as service:
        assert httpx.get(f"{service.url}/v2/payperiods").status_code == 401
        [november] = [
            each
            for each in httpx.get(f"{service.url}/v2/payperiods?year=2026", headers=bearer).json()
            if each["payPeriod"] == "2026-11"
        ]
        assert november["cutOff"] == "2026-11-18T12:00:00+00:00"
        message = json_layout.message_of(told())
        assert posted(service, "/v2/instructions", [message]).json() == [
            {"id": message["requestId"], "status": 201}
        ]
        state = httpx.get(f"{service.url}/v2/instructions/{message['requestId']}", headers=bearer)
        assert state.json()["state"] == "WAITING"
        runs = f"{service.url}/v2/payruns/2026-11"
        assert httpx.get(f"{runs}/payments", headers=bearer).status_code == 404
        drafted = httpx.get(f"{runs}/draft", headers=bearer).json()
        assert posted(service, "/v2/payruns", {"payPeriod": "2026-11"}).status_code == 201
        assert posted(service, "/v2/payruns", {"payPeriod": "2026-11"}).status_code == 409
        paid = httpx.get(f"{runs}/payments", headers=bearer).json()
        assert paid == drafted | {"draft": False}
        assert paid["totalGrossPence"] == paid["payments"][0]["grossPence"]
        text = httpx.get(f"{runs}/payments", headers={**bearer, "Accept": "text/csv"}).text
        [row] = csv.DictReader(io.StringIO(text))
        assert row["grossPence"] == str(paid["totalGrossPence"])
        assert row["payRef"] == "00012345"


def test_service_starts_as_a_program_of_its_own() -> None:
    words = [sys.executable, "-m", "synthetic.payrolls.service", "--port", "0", "--token", "t"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        url = program.stdout.readline().strip()
        try:
            said = httpx.get(
                f"{url}/v2/payperiods?year=2027", headers={"Authorization": "Bearer t"}
            )
        finally:
            program.terminate()
    assert len(said.json()) == 12


def test_service_takes_cloud_events_and_answers_each() -> None:
    def event(number: int, data: Any) -> dict[str, Any]:
        return {
            "specversion": "1.0",
            "id": f"e{number}",
            "idempotencykey": f"k{number}",
            "data": data,
        }

    message = json_layout.message_of(told())
    plain = {name: value for name, value in message.items() if name != "requestId"}
    lost = json_layout.message_of(change(instruction="c", staff_number="404"))
    with serving(json_payroll(), token="secret", now=EARLY) as service:
        batch, kind = [event(1, plain), event(2, lost)], "application/cloudevents-batch+json"
        trial = posted(
            service, "/v2/instructions", batch[:1], kind=kind, **{"Muster-Trial": "true"}
        )
        assert [row["status"] for row in trial.json()] == [201]
        assert service.payroll.state_of("k1") is None
        answer = posted(service, "/v2/instructions", batch, kind=kind)
        assert answer.status_code == 207
        assert [(row["id"], row["status"]) for row in answer.json()] == [("e1", 201), ("e2", 404)]
        assert service.payroll.state_of("k1") is not None
        assert posted(service, "/v2/instructions", [1]).status_code == 400
        assert posted(service, "/v2/instructions", [message] * 501).status_code == 413
        bad = httpx.post(
            f"{service.url}/v2/instructions",
            content="{",
            headers={"Authorization": "Bearer secret"},
        )
        assert bad.status_code == 400


# ---- the pension administrator ------------------------------------------------------------------


def membership(**changed: str) -> dict[str, str]:
    return {
        "instruction": "p1", "transfer": "t", "action": "transfer", "staff_number": "00012345",
        "nino": "QQ123456C", "surname": "Llŷr", "forenames": "Tomos", "birth_date": "1988-02-29",
        "scheme": "alpha", "from_employer": "left", "to_employer": "joined",
        "first_day": "2026-11-16", "service_from": "2010-01-04", "salary": "31250.00",
        "fte": "0.8", **changed,
    }  # fmt: skip


def answered(administrator: PensionAdministrator, *told: dict[str, str]) -> list[list[str]]:
    sent = pension_layout.write_memberships(told, employer="E1", number=4, made=date(2026, 11, 3))
    lines = administrator.receive(sent, date(2026, 11, 4)).decode().splitlines()
    assert lines[0] == "PENOUT|4|04-NOV-2026"
    assert lines[-1] == f"PENEND|{len(told)}"
    return [line.split("|")[1:] for line in lines[1:-1]]


def with_member(scheme: str, ends: str = "", *bugs: str) -> PensionAdministrator:
    administrator = PensionAdministrator(bugs=frozenset(bugs))
    joined = {"instruction": "j", "action": "join", "scheme": scheme, "to_employer": "left"}
    answered(administrator, membership(**joined, first_day="2010-01-04"))
    if ends:
        gone = {"instruction": "l", "action": "leave", "scheme": scheme}
        answered(administrator, membership(**gone, first_day=ends))
    return administrator


@pytest.mark.parametrize(
    ("scheme", "ends", "kind", "answer"),
    [
        ("alpha", "", "", ["OK", "A", "04-JAN-2010"]),
        ("alpha", "2026-11-16", "", ["OK", "A", "04-JAN-2010"]),
        ("alpha", "2026-10-19", "", ["OK", "A", "04-JAN-2010"]),  # 28 days
        ("alpha", "2026-10-18", "", ["NEW", "A", "16-NOV-2026"]),  # 29 days
        ("partnership", "", "", ["OK", "P", "04-JAN-2010"]),
        ("opted out", "", "", ["ENR", "A", "16-NOV-2026"]),
        ("opted out", "", "loan", ["OK", "O", "04-JAN-2010"]),
    ],
)
def test_pension_rules(scheme: str, ends: str, kind: str, answer: list[str]) -> None:
    found = answered(with_member(scheme, ends), membership(scheme=scheme, kind=kind))
    assert found == [["p1", *answer, ""]]


@pytest.mark.parametrize(
    ("bug", "scheme", "ends"),
    [
        ("forgets_to_enrol_again", "opted out", ""),
        ("breaks_a_day_early", "alpha", "2026-10-19"),
        ("membership_from_now", "alpha", ""),
    ],
)
def test_pension_bugs_bite(bug: str, scheme: str, ends: str) -> None:
    asked = membership(scheme=scheme)
    assert answered(with_member(scheme, ends), asked) != answered(
        with_member(scheme, ends, bug), asked
    )


def test_pension_asks_a_person_and_knows_a_reference() -> None:
    administrator = with_member("alpha")
    other = membership(instruction="p2", surname="Somebody")
    stranger = membership(instruction="p3", nino="QQ654321A")
    scheme = membership(instruction="p4", scheme="classic")
    answers = answered(administrator, other, stranger, scheme, membership(), membership())
    assert [each[1] for each in answers] == ["QRY", "QRY", "QRY", "OK", "OK"]
    assert sum(each.employer == "joined" for each in administrator.memberships) == 1


def test_pension_file_whose_count_is_wrong_is_refused_whole() -> None:
    sent = pension_layout.write_memberships(
        [membership()], employer="E1", number=1, made=date(2026, 11, 3)
    )
    for spoilt in (sent.replace(b"PENEND|1", b"PENEND|2"), sent[:-10], b"\xff", b""):
        assert b"whole file" in PensionAdministrator().receive(spoilt, date(2026, 11, 4))
    with pytest.raises(ValueError, match="bar"):
        pension_layout.write_memberships(
            [membership(surname="A|B")], employer="E1", number=1, made=date(2026, 11, 3)
        )


# ---- the HR system ------------------------------------------------------------------------------


def test_leavers_workbook_as_another_program_reads_it() -> None:
    record = {**MOVE.record, "last_day": MOVE.last_day.isoformat(), "going_to": "Almanac Office"}
    content = HrSystem("Standard Time Agency").leavers([record], date(2026, 11, 3))
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Leavers"]
    assert tuple(cell.value for cell in sheet[4]) == LEAVERS
    row = dict(zip(LEAVERS, (cell.value for cell in sheet[5]), strict=True))
    assert row["Emp No"] == MOVE.record["staff_number"]
    assert str(row["DOB"])[:10] == MOVE.record["birth_date"]
    assert row["FT salary"] == float(MOVE.record["salary"])
    own = sheets_of(content)["Leavers"]
    assert own[5, 1] == MOVE.record["staff_number"]


def test_joiners_get_a_number_once() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Joiners"
    sheet.append(JOINERS)
    joiner = [
        "r1", "Llŷr", "Tomos", date(1988, 2, 29), "QQ123456C", date(2026, 11, 16), "EO", 31250,
        80, "Almanac Office", date(2010, 1, 4),
    ]  # fmt: skip
    sheet.append(joiner)
    sheet.append(["r2", "", *joiner[2:]])
    content = io.BytesIO()
    book.save(content)
    system = HrSystem("Standard Time Agency")
    first = sheets_of(system.take_joiners(content.getvalue()))["Joiners"]
    again = sheets_of(system.take_joiners(content.getvalue()))["Joiners"]
    assert (first[2, 12], first[2, 13]) == ("00700001", "taken")
    assert (again[2, 12], again[2, 13]) == ("00700001", "had before")
    assert str(first[3, 13]).startswith("not taken")
    assert system.joined["r1"]["Starts on"] == "2026-11-16"
    with pytest.raises(ValueError, match="no workbook"):
        system.take_joiners(b"PK")


@pytest.mark.parametrize("version", [1, 2])
def test_form_has_every_label_beside_what_was_typed(version: int) -> None:
    content = filled_form(MOVE.record, MOVE.terms, first_day=MOVE.first_day, version=version)
    book = openpyxl.load_workbook(io.BytesIO(content))
    found = {
        (part, row[1].value): row[3].value
        for part, sheet in enumerate(book.worksheets)
        for row in sheet.iter_rows()
        if row[3].value is not None
    }
    day = MOVE.first_day
    assert found[2, LABELS["first_day"][version]] == f"{day.day}/{day.month}/{day.year}"
    assert found[1, LABELS["salary"][version]] == f"£{float(MOVE.record['salary']):,.2f}"
    labels = {(part, words[version - 1]) for part, *words in LABELS.values()}
    shown = {(n, row[1].value) for n, s in enumerate(book.worksheets) for row in s.iter_rows()}
    assert labels <= shown

"""Mapping a file in pages: from upload to recognised, who may, and what is never shown or kept."""

import json
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from muster.cli import main
from muster.connectors.csv_drop.fake import FakeCsvDrop
from muster.hub import queries
from muster.hub.actions import begin_intake, take_in
from muster.hub.known import known_layouts
from muster.hub.models import SavedLayout
from muster.hub.reading import dropped, read
from muster.hub.routes import routes
from muster.hub.saved_layouts import retire_layout, save_layout, saved_layout, saved_layouts
from muster.hub.suggesting import drafts
from muster.hub.uploads import take_next
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput, Conflict, NotFound
from muster.ledger.current import ledger
from tests.integration.people_files import enrolled, service

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("fresh_home"),
    pytest.mark.one_store("what a file means does not depend on the store"),
]
SignIn = Callable[[str], Client]
ROWS = [
    "Staff list,,,,,,,",
    "Payroll Ref,Surname,Forename,DOB,Joined,Contract basis,WTE,Home phone",
    "00012345,Ames,Ann,17/02/1980,01/04/2019,Permanent,1,020 7946 0018",
    "00012346,Banik,Bo,30/11/1975,03/05/2020,Perm (HQ),0.6,020 7946 0019",
    "00012347,Crewe,Cy,23/06/1991,05/06/2021,X9,0.8,020 7946 0020",
    "00012348,Dunn,Di,02/01/1988,07/08/2022,Agency,1,020 7946 0021",
]
FILE = "\n".join([*ROWS, ""]).encode()
EMPLOYER = "harbours-and-lighthouses"


@pytest.fixture
def as_(client: Client) -> SignIn:
    def signed_in(slug: str) -> Client:
        client.post(f"/sign-in/as/{slug}")
        return client

    return signed_in


@pytest.fixture(autouse=True)
def employers(fresh_home: Path) -> Path:
    """Enrol employers, so that there are routes to save layouts for."""
    return enrolled(service(3, 300))


def begun(client: Client, content: bytes = FILE, name: str = "staff-2026-10-31.csv") -> str:
    """Hand a file in and return the address of its mapping."""
    answer = client.post("/exchange/mapping/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"]).removesuffix("columns")


def as_proposed(client: Client, address: str, **changed: str) -> Any:
    """Send the columns page as it was proposed, but for what is changed."""
    text = client.get(f"{address}columns").content.decode()
    return client.post(f"{address}columns", {**chosen_in(text), **changed})


def chosen_in(text: str) -> dict[str, str]:
    """Return what the selects of a page say."""
    found = {}
    for name, body in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', text, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        found[name] = chosen[1] if chosen else ""
    return found


def route_in(text: str) -> str:
    """Return the first route that a page offers."""
    boxes = re.search(r'name="route".*?</select>', text, re.S)
    assert boxes, text
    return str(re.findall(r'<option value="([^"?]+)"', boxes[0])[0])


def answers_in(text: str) -> list[str]:
    return re.findall(r'name="(q\d+(?:_\d+)?)"', text)


def mapped(client: Client, address: str, title: str = "Our staff list") -> Any:
    """Go through every page as an answering person does, and save."""
    assert as_proposed(client, address).status_code == 302
    text = client.get(f"{address}questions").content.decode()
    given = {**chosen_in(text), "q0": "day first"}
    code = re.search(r'for="id_(q\d+_\d+)">\s*Engagement “X9”', text)
    assert code, text
    given[code[1]] = "contractor"
    answer = client.post(f"{address}questions", given)
    assert answer["Location"].endswith("preview"), answer.content.decode()
    save = client.get(f"{address}save").content.decode()
    route = route_in(save)
    return client.post(
        f"{address}save", {"title": title, "route": route, "meaning": "full", "as_at": ""}
    )


def test_a_file_is_mapped_saved_taken_in_and_recognised_again(as_: SignIn) -> None:
    client = as_("caseworker")
    address = begun(client)
    page = client.get(f"{address}columns").content.decode()
    assert "Payroll Ref" in page
    assert "Seems personal" in page
    assert mapped(client, address)["Location"].endswith("take-in")
    answer = client.post(f"{address}take-in", {"as_at_day": "", "as_at_month": ""})
    assert "/exchange/intakes/" in answer["Location"]
    assert take_next(dropped, read, clock=SYSTEM_CLOCK)
    feed = queries.landings(limit=1).found[0]
    assert (feed.state, feed.said, feed.rows) == ("accepted", "", 4)
    assert feed.accepted == 4
    assert client.get(f"{address}columns").status_code == 404
    again = client.get(f"{begun(client, FILE.replace(b'Ames', b'Amis'))}columns")
    assert "Muster reads files like this one already" in again.content.decode()


def test_a_preview_shows_what_would_wait_beside_what_would_go_on(as_: SignIn) -> None:
    client = as_("caseworker")
    address = begun(client)
    as_proposed(client, address)
    given = {**chosen_in(client.get(f"{address}questions").content.decode()), "q0": "day first"}
    client.post(f"{address}questions", given)
    page = client.get(f"{address}preview").content.decode()
    assert "Of 4 rows 3 would go on and 1 would wait" in page
    assert "2020-05-03" in page
    assert re.search(r"Engagement “X9”: not in the code list", page)
    assert not queries.landings(limit=1).found


def test_what_the_file_does_not_tell_must_be_answered(as_: SignIn) -> None:
    client = as_("caseworker")
    ambiguous = FILE.replace(b"17/02/1980", b"07/02/1980").replace(b"30/11/1975", b"03/11/1975")
    ambiguous = ambiguous.replace(b"23/06/1991", b"03/06/1991")
    address = begun(client, ambiguous)
    as_proposed(client, address)
    text = client.get(f"{address}questions").content.decode()
    asked = answers_in(text)
    assert asked.count("q0") == 2
    refused = client.post(f"{address}questions", chosen_in(text))
    assert refused.status_code == 200
    assert "Select an answer for" in refused.content.decode()
    assert client.get(f"{address}preview")["Location"].endswith("questions")
    assert client.get(f"{address}save")["Location"].endswith("questions")


def test_a_column_can_be_changed_and_stays_so(as_: SignIn) -> None:
    client = as_("caseworker")
    address = begun(client)
    as_proposed(client, address, column_forenames="", way_surname="compact")
    page = client.get(f"{address}columns").content.decode()
    assert chosen_in(page)["column_forenames"] == ""
    assert chosen_in(page)["way_surname"] == "compact"
    assert chosen_in(page)["column_staff_number"] == "0"


def test_the_draft_is_its_owners_and_sealed(as_: SignIn, fresh_home: Path) -> None:
    client = as_("caseworker")
    address = begun(client)
    stored = b"".join(path.read_bytes() for path in (fresh_home / "mappings").rglob("*/*"))
    assert stored
    assert b"Ames" not in stored
    assert b"Payroll" not in stored
    assert "Ames" not in json.dumps(dict(client.session))
    other = Client()
    other.post("/sign-in/as/operator")
    assert other.get(f"{address}columns").status_code == 404
    assert client.post(f"{address}cancel").status_code == 302
    assert not list((fresh_home / "mappings").iterdir())


def test_drafts_that_nobody_touches_are_removed(
    as_: SignIn, fresh_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = as_("caseworker")
    first = begun(client)
    monkeypatch.setattr(drafts, "_KEPT_SECONDS", -1)
    begun(client)
    assert client.get(f"{first}columns").status_code == 404
    assert len(list((fresh_home / "mappings").iterdir())) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("\n".join(ROWS[2:]).encode(), "No row names the columns"),
        (b"%PDF-1.7 binary", "not text"),
        (b"one column\nonly\n", "could not be told apart"),
    ],
)
def test_a_file_that_cannot_be_mapped_says_why_and_is_not_kept(
    as_: SignIn, fresh_home: Path, content: bytes, said: str
) -> None:
    client = as_("caseworker")
    file = SimpleUploadedFile("strange.csv", content)
    answer = client.post("/exchange/mapping/", {"file": file})
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not list((fresh_home / "mappings").iterdir())


@pytest.mark.parametrize("slug", ["manager", "leader", "analyst", "governance", "civil-servant"])
def test_only_who_may_map_layouts_can(as_: SignIn, slug: str) -> None:
    client = as_(slug)
    assert client.get("/exchange/mapping/").status_code == 403
    assert client.get("/exchange/layouts/").status_code == 403


def test_seeing_a_file_of_people_is_recorded_without_a_value(as_: SignIn) -> None:
    client = as_("caseworker")
    address = begun(client)
    before = ledger().size("access")
    client.get(f"{address}columns")
    entries = list(ledger().read("access", before))
    assert len(entries) == 1
    body = (entries[0].body or b"").decode()
    assert "file being mapped" in body
    assert "Ames" not in body


LAYOUT = """
[layout]
name = "%s"
title = "%s"
contract = "muster.people.hr_record.v1"
recognise = ["Payroll Ref", "Surname", "Joined"]
[fields.surname]
from = "Surname"
"""


def owner() -> uuid.UUID | None:
    return next(one.employer for one in routes() if one.employer is not None)


def test_a_decision_is_recorded_and_a_retired_layout_reads_nothing() -> None:
    text = LAYOUT % ("land-office", "Land Office")
    first = save_layout(text=text, employer=owner(), by="person:1", clock=SYSTEM_CLOCK)
    again = save_layout(text=text, employer=owner(), by="person:2", clock=SYSTEM_CLOCK)
    assert (first.version, again.version) == (1, 2)
    assert "land-office" in {layout.name for layout in known_layouts()}
    retire_layout(name="land-office", reason="System closed", by="person:2", clock=SYSTEM_CLOCK)
    assert "land-office" not in {layout.name for layout in known_layouts()}
    with pytest.raises(NotFound):
        retire_layout(name="land-office", reason="Again", by="person:2", clock=SYSTEM_CLOCK)
    decisions = [json.loads(entry.body or b"{}") for entry in ledger().read("decisions")]
    said = [one for one in decisions if one.get("layout") == "land-office"]
    assert [one["version"] for one in said] == [1, 2, 2]
    assert said[0]["recognise"] == ["joined", "payrollref", "surname"]
    assert said[2]["reason"] == "System closed"


def test_a_name_of_another_is_not_taken_and_no_two_layouts_claim_the_same_files() -> None:
    save = {"by": "person:1", "clock": SYSTEM_CLOCK}
    save_layout(text=LAYOUT % ("ours", "Ours"), employer=owner(), **save)  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="has this name"):
        save_layout(text=LAYOUT % ("ours", "Theirs"), employer=uuid.uuid4(), **save)  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="has this name"):
        save_layout(text=LAYOUT % ("hr-workday", "W"), employer=owner(), **save)  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="Ours"):
        save_layout(text=LAYOUT % ("twin", "Twin"), employer=owner(), **save)  # type: ignore[arg-type]
    save_layout(text=LAYOUT % ("twin", "Twin"), employer=uuid.uuid4(), **save)  # type: ignore[arg-type]
    assert SavedLayout.objects.count() == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "ours"', 'name = "../ours"', "Not a name"),
        ("hr_record.v1", "nothing.v1", "No such contract"),
        ("[fields.surname]", "[fields.shoe_size]", "has no shoe_size"),
        ("[layout]", "[layout", "Not a layout"),
    ],
)
def test_what_is_no_layout_is_not_saved(old: str, new: str, said: str) -> None:
    text = (LAYOUT % ("ours", "Ours")).replace(old, new)
    with pytest.raises(BadInput, match=said):
        save_layout(text=text, employer=None, by="person:1", clock=SYSTEM_CLOCK)
    assert not SavedLayout.objects.exists()


def test_an_employers_people_see_their_own_layouts_alone(as_: SignIn) -> None:
    client = as_("caseworker")
    mapped(client, begun(client))
    theirs = uuid.uuid4()
    save_layout(
        text=LAYOUT % ("far", "Far away"), employer=theirs, by="person:9", clock=SYSTEM_CLOCK
    )
    learned = client.get(f"{begun(client)}columns").content.decode()
    assert "as “Our staff list”" in learned
    assert "Far away" not in learned
    listed = client.get("/exchange/layouts/").content.decode()
    assert "Our staff list" in listed
    assert "Far away" not in listed
    assert client.get("/exchange/layouts/far").status_code == 404
    assert client.post("/exchange/layouts/far/retire", {"reason": "No"}).status_code == 404
    mine = next(view for view in saved_layouts() if view.title == "Our staff list")
    assert mine.employer is not None
    assert "Payroll Ref" in client.get(f"/exchange/layouts/{mine.name}").content.decode()
    client.post(f"/exchange/layouts/{mine.name}/retire", {"reason": "Moved"})
    assert saved_layout(mine.name).retired_at is not None


def test_a_feed_that_was_not_recognised_can_be_mapped(as_: SignIn) -> None:
    client = as_("caseworker")
    route = route_in(client.get("/exchange/upload").content.decode())
    file = SimpleUploadedFile("staff-2026-10-31.csv", FILE)
    client.post("/exchange/upload", {"route": route, "file": file})
    assert take_next(dropped, read, clock=SYSTEM_CLOCK)
    feed = queries.landings(limit=1).found[0]
    assert (feed.state, feed.layout) == ("refused", "")
    place = f"/exchange/feeds/{feed.id}"
    assert f'href="{place}/map"' in client.get(place).content.decode()
    assert client.get(f"{place}/map").status_code == 200
    answer = client.post(f"{place}/map")
    address = answer["Location"].removesuffix("columns")
    assert mapped(client, address)["Location"].endswith("take-in")
    client.post(f"{address}take-in", {})
    assert take_next(dropped, read, clock=SYSTEM_CLOCK)
    assert queries.landing(feed.id).state == "accepted"
    operator = Client()
    operator.post("/sign-in/as/operator")
    assert operator.get(f"{place}/map").status_code == 403
    other = Client()
    other.post("/sign-in/as/caseworker-orchards")
    assert other.get(f"{place}/map").status_code == 404


def test_commands_suggest_save_list_show_and_retire(tmp_path: Path) -> None:
    path = tmp_path / "staff.csv"
    path.write_bytes(FILE)
    run = CliRunner().invoke
    found = json.loads(run(main, ["map", "suggest", str(path), "--json"]).output)
    fields = {one["field"]: one for one in found["fields"]}
    assert fields["staff_number"]["columns"] == ["Payroll Ref"]
    assert found["header_row"] == 2
    assert "Ames" not in json.dumps(found)
    words = run(main, ["map", "suggest", str(path)]).output
    assert "not taken: Home phone (seems personal" in words
    assert "X9" in words
    wanted = ["--answer", "start.order=day first", "--answer", "engagement.codes:X9=contractor"]
    saved = run(main, ["map", "suggest", str(path), "--save", "ours", *wanted])
    assert saved.exit_code == 0, saved.output
    assert "ours" in run(main, ["map", "list"]).output
    assert '"X9" = "contractor"' in run(main, ["map", "show", "ours"]).output
    assert run(main, ["map", "retire", "ours", "--reason", "test"]).exit_code == 0
    assert "retired" in run(main, ["map", "list"]).output
    refused = run(main, ["map", "suggest", str(path), "--save", "ours2"])
    assert refused.exit_code == 1
    assert "answered first" in refused.output


def test_a_layout_that_an_employers_people_saved_reads_no_other_employers_files() -> None:
    own, other = sorted(
        {one.employer: one.system for one in routes() if one.employer}.items(), key=str
    )[:2]
    text = LAYOUT % ("land-office", "Land Office")
    save_layout(text=text, employer=own[0], by="person:1", clock=SYSTEM_CLOCK)
    content = b"Payroll Ref,Surname,Joined\n1,Ames,01/02/2020\n"
    files = {f"{system}/2026-10-31.csv": content for _, system in (own, other)}
    intake = begin_intake(name="two", by="test", clock=SYSTEM_CLOCK)
    take_in(FakeCsvDrop(files), read, intake=intake, by="test", clock=SYSTEM_CLOCK)
    read_by = {view.name.partition("/")[0]: view.layout for view in queries.landings().found}
    assert read_by == {own[1]: "land-office", other[1]: ""}

"""The exchange's pages: what each role reaches, what is logged, and that nothing is lost."""

import csv
import io
import json
import os
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from muster.connectors.csv_drop.connector import CsvDrop
from muster.hub import queries
from muster.hub.reading import read
from muster.hub.uploads import hand_in, take_next
from muster.kernel.clock import SYSTEM_CLOCK
from muster.kernel.errors import BadInput
from muster.ledger.current import ledger
from muster.ledger.proving import check_proof
from muster.register.employers.queries import find
from tests.integration.loads import JUNIOR, file_of, junior, load
from tests.integration.people_files import enrolled, files_of, service
from tests.integration.people_files import load as load_people
from tests.remembered import remembered

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("fresh_home"),
    pytest.mark.one_store("what these pages do is done on both stores elsewhere"),
]
SignIn = Callable[[str], Client]
WAITING = "Organisation: no employer of the register has this name (Office of Nothing)"
FORMULA = '@HYPERLINK("http://evil.example")'


@pytest.fixture
def as_(client: Client) -> SignIn:
    def signed_in(slug: str) -> Client:
        client.post(f"/sign-in/as/{slug}")
        return client

    return signed_in


@pytest.fixture
def posts() -> uuid.UUID:
    """Load one file of which one row goes on and one waits; return its landing."""
    rows = (junior("1"), junior("0.25", "Office of Nothing", FORMULA.replace('"', '""')))
    file = {"hmt/2011-03-31-junior.csv": file_of(*rows)}
    return remembered("one row goes on and one waits", lambda: load(file)).fresh[0]


@pytest.fixture
def people() -> dict[str, queries.LandingView]:
    """Load pretend HR files of two employers; return the landings with waiting rows by employer."""
    out = service(3, 300)
    folders = ("harbours-and-lighthouses", "orchards-and-allotments")
    names = [f"{folder}/2026-10-31-hr.csv" for folder in folders]
    cut = {name: _cut(content) for name, content in files_of(out, names).items()}
    remembered("two employers' cut files", lambda: (enrolled(out), load_people(cut)))
    found = queries.landings(limit=10).found
    return {view.name.partition("/")[0]: view for view in found}


def _cut(content: bytes) -> bytes:
    """Return a file whose sixth row lost its last cells."""
    lines = content.split(b"\n")
    lines[6] = lines[6][: len(lines[6]) // 2]
    return b"\n".join(lines)


def access() -> list[dict[str, object]]:
    """Return the bodies of the access log."""
    return [json.loads(entry.body or b"{}") for entry in ledger().read("access")]


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_feed_shows_what_came_in_and_what_became_of_it(as_: SignIn, posts: uuid.UUID) -> None:
    text = as_("governance").get(f"/exchange/feeds/{posts}").content.decode()
    assert "1 row waits in quarantine" in text
    for figure in ("1.25", "0.25"):
        assert re.search(rf">\s*{figure}\s*<", text)
    assert queries.landing(posts).sha256 in text
    assert WAITING in text


def test_a_file_without_rows_or_with_none_accepted_says_so(as_: SignIn) -> None:
    unknown = file_of(junior(organisation="Office of Nowhere"))
    names = {"hmt/2012-03-31-junior.csv": file_of(), "hmt/2012-09-30-junior.csv": unknown}
    bare, waiting = load(names).fresh
    client = as_("governance")
    text = client.get(f"/exchange/feeds/{bare}").content.decode()
    assert "no rows, so nothing went on" in text
    assert "Every row went on" not in text
    text = client.get(f"/exchange/feeds/{waiting}").content.decode()
    assert "The one row of the file waits in quarantine" in text
    assert "the others went on" not in text


def test_an_empty_file_is_named(as_: SignIn) -> None:
    files = [upload("full.csv", file_of(junior())), upload("hollow.csv", b"")]
    answer = as_("operator").post("/exchange/upload", {"route": "?", "file": files})
    assert answer.status_code == 200
    assert "Leave out files without any content: hollow.csv" in answer.content.decode()


def test_a_held_file_says_why_and_what_to_do(as_: SignIn) -> None:
    header = f"{JUNIOR},Email"
    named = file_of(f"{junior()},amara@example.com", header=header)
    landing = load({"hmt/2011-03-31-junior.csv": named}).fresh[0]
    client = as_("governance")
    assert "nothing of it went on" in client.get(f"/exchange/feeds/{landing}").content.decode()
    assert 'href="/exchange/?state=held"' in client.get("/").content.decode()


@pytest.mark.parametrize("sort", ["received", "-name", "as_at", "-state", "rows", "-quarantined"])
def test_feeds_are_sorted_by_every_column(as_: SignIn, posts: uuid.UUID, sort: str) -> None:
    text = as_("governance").get(f"/exchange/?sort={sort}&q=junior&waiting=on").content.decode()
    assert str(posts) in text


def test_a_proof_checks_out_and_is_of_that_feed_alone(as_: SignIn, posts: uuid.UUID) -> None:
    client, entries = as_("governance"), queries.evidence_of(posts)
    address = f"/exchange/feeds/{posts}/proof/"
    proof = check_proof(client.get(f"{address}{entries[0].position}").content.decode())
    assert proof.entry.position == entries[0].position
    load({"other/2011-03-31-junior.csv": file_of(junior("2"))})
    assert client.get(f"{address}{ledger().size('exchange') - 1}").status_code == 404


def test_exact_bytes_are_exact_and_the_download_is_logged(as_: SignIn, posts: uuid.UUID) -> None:
    answer = as_("governance").get(f"/exchange/feeds/{posts}/bytes")
    assert answer.content == queries.exact_bytes(posts)
    assert [entry["what"] for entry in access()] == ["exact bytes"]
    assert as_("operator").get(f"/exchange/feeds/{posts}/bytes").status_code == 403


def test_waiting_rows_leave_as_csv_without_formulas(as_: SignIn, posts: uuid.UUID) -> None:
    text = as_("governance").get("/exchange/quarantine/rows?as=csv").content.decode()
    header, row = rows_of(text)
    assert row[header.index("Generic Job Title")] == f"'{FORMULA}"
    assert "Office of Nothing" in row[header.index("What is wrong")]
    assert access() == [], "published rows are nobody's record"


def test_personal_rows_are_seen_within_the_employer_and_logged_once_a_page(
    as_: SignIn, people: dict[str, queries.LandingView]
) -> None:
    client = as_("caseworker")
    own, other = people["harbours-and-lighthouses"], people["orchards-and-allotments"]
    assert own.quarantined
    assert client.get(f"/exchange/quarantine/rows?feed={own.id}").status_code == 200
    (entry,) = access()
    shown = queries.quarantined(landing_id=own.id)
    assert entry["rows"] == {str(own.id): [row.row for row in shown]}
    assert entry["purpose"] == "casework"
    for row in shown:
        cells = [cell for cell in row.cells.values() if len(cell) > 5]
        assert not any(cell in json.dumps(entry) for cell in cells)
    assert client.get(f"/exchange/quarantine/rows?feed={other.id}").status_code == 404
    assert client.get(f"/exchange/feeds/{other.id}").status_code == 404
    assert len(access()) == 1


def test_lists_and_cards_keep_to_the_employer(
    as_: SignIn, people: dict[str, queries.LandingView], posts: uuid.UUID
) -> None:
    own, other = people["harbours-and-lighthouses"], people["orchards-and-allotments"]
    for address in ("/exchange/", "/exchange/?as=csv", "/", "/exchange/agreements/"):
        text = as_("caseworker").get(address).content.decode()
        assert own.source in text
        assert other.source not in text
        assert "data.gov.uk" not in text
    rows = as_("caseworker").get("/exchange/quarantine/rows?as=csv").content.decode()
    assert {row[0] for row in rows_of(rows)[1:]} == {own.name}


def test_a_name_is_chosen_and_its_rows_go_on(as_: SignIn, posts: uuid.UUID) -> None:
    client = as_("analyst")
    assert "1 name" in client.get("/").content.decode()
    stated = urlencode({"stated": "Office of Nothing"})
    chosen = client.post(f"/exchange/names/choose?{stated}&q=treasury", {"employer": "hm-treasury"})
    assert chosen.status_code == 302
    assert "HM Treasury" in client.get(chosen["Location"]).content.decode()
    assert queries.landing(posts).quarantined == 1, "looking changes nothing"
    done = client.post(chosen["Location"], follow=True).content.decode()
    assert "means HM Treasury. 1 row went on." in done
    assert queries.landing(posts).accepted == 2
    assert client.get(f"/exchange/names/choose?{stated}").status_code == 404
    assert "1 row went on" not in client.get("/exchange/names/").content.decode()


def test_a_choice_that_was_not_offered_is_refused(as_: SignIn, posts: uuid.UUID) -> None:
    stated = urlencode({"stated": "Office of Nothing"})
    answer = as_("analyst").post(f"/exchange/names/choose?{stated}", {"employer": "made-up"})
    assert answer.status_code == 200
    assert "govuk-error-summary" in answer.content.decode()


def test_an_upload_keeps_route_and_date_through_a_crash(
    as_: SignIn, posts: uuid.UUID, fresh_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = as_("operator")
    given = {"route": "organograms", "folder": "uk_sport"}
    given |= {"as_at_day": "30", "as_at_month": "9", "as_at_year": "2012"}
    files = [upload("junior.csv", file_of(junior())), upload("more.csv", file_of(junior("3")))]
    answer = client.post("/exchange/upload", {**given, "file": files})
    assert answer.status_code == 302, answer.content.decode()
    progress = client.get(answer["Location"]).content.decode()
    assert "junior.csv + 1" in progress
    assert "Waiting for its turn" in progress

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("muster.hub.uploads.take_in", dies)
    with pytest.raises(KeyboardInterrupt):
        take_next(CsvDrop, read, clock=SYSTEM_CLOCK)
    monkeypatch.undo()
    monkeypatch.setenv("MUSTER_HOME", str(fresh_home))
    assert not take_next(CsvDrop, read, clock=SYSTEM_CLOCK), "a claimed upload is its worker's"
    (claimed,) = (fresh_home / "uploads").glob("*.claimed")
    os.utime(claimed, (0, 0))
    assert take_next(CsvDrop, read, clock=SYSTEM_CLOCK)
    text = client.get(answer["Location"]).content.decode()
    assert "2 files taken in (2 rows went on)" in text
    found = queries.landings(words="uk_sport/").found
    assert {str(view.as_at) for view in found} == {"2012-09-30"}
    assert not list((fresh_home / "uploads").iterdir())


def test_two_files_of_one_name_are_not_silently_one(fresh_home: Path) -> None:
    files = [upload("a.csv", b"1"), upload("a.csv", b"2")]
    with pytest.raises(BadInput, match="same name"):
        hand_in(files, folder="x", by="t", clock=SYSTEM_CLOCK)
    assert not list((fresh_home / "uploads").iterdir())


def test_an_employer_uploads_on_its_own_routes_only(
    as_: SignIn, people: dict[str, queries.LandingView], posts: uuid.UUID
) -> None:
    client = as_("integrator")
    form = client.get("/exchange/upload").content.decode()
    assert 'value="hr-harbours-and-lighthouses"' in form
    assert "orchards" not in form
    for route in ("hr-orchards-and-allotments", "organograms", "?", ""):
        given = {"route": route, "file": upload("x.csv", b"a,b\n1,2\n")}
        assert client.post("/exchange/upload", given).status_code == 200
    assert queries.intakes(by="persona:integrator") == ()
    posts_file = upload("2011-03-31-junior.csv", file_of(junior()))
    given = {"route": "hr-harbours-and-lighthouses", "file": posts_file}
    answer = client.post("/exchange/upload", given)
    assert take_next(CsvDrop, read, clock=SYSTEM_CLOCK)
    refused = client.get(answer["Location"]).content.decode()
    assert "Refused" in refused, "posts came in by a route for HR records"
    assert as_("caseworker-orchards").get(answer["Location"]).status_code == 404


def test_an_agreement_is_suspended_with_a_reason(as_: SignIn, posts: uuid.UUID) -> None:
    client, address = as_("governance"), "/exchange/agreements/organograms"
    assert client.post(f"{address}/suspend", {"reason": ""}).status_code == 200
    assert client.post(f"{address}/resume", {"reason": "x"}).status_code == 409
    assert client.post(f"{address}/suspend", {"reason": "Asked to wait"}).status_code == 302
    assert "Suspended" in client.get(address).content.decode()
    assert client.post(f"{address}/suspend", {"reason": "again"}).status_code == 409
    landing = load({"b/2011-03-31-junior.csv": file_of(junior("5"))}).fresh[0]
    assert queries.landing(landing).state == "refused"
    assert client.post(f"{address}/resume", {"reason": "Answered"}).status_code == 302
    bodies = [json.loads(e.body or b"{}") for e in ledger().read("decisions")]
    assert [b["reason"] for b in bodies if "reason" in b] == ["Asked to wait", "Answered"]
    assert as_("integrator").post(f"{address}/suspend", {"reason": "x"}).status_code == 403


def test_evidence_shows_each_log_and_its_checkpoint(as_: SignIn, posts: uuid.UUID) -> None:
    text = as_("operator").get("/exchange/evidence/").content.decode()
    for log in ("exchange", "decisions"):
        assert f"muster/{log}\n{ledger().size(log)}\n" in text


def test_personas_stand_at_pretend_employers(people: dict[str, queries.LandingView]) -> None:
    from muster.gates.personas import persona
    from muster.kernel.running import settings

    found = find("pretend:harbours-and-lighthouses")
    assert found is not None
    assert persona("caseworker", settings()).actor.employer == found[0]
    assert persona("civil-servant", settings()).actor.person is not None

"""The pages on which people mend rows: who reaches them, what they see, and what is logged."""

import io
import json
import re
import uuid
from collections.abc import Callable
from urllib.parse import urlencode

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from muster.hub import queries
from muster.hub.mending import fixing
from muster.hub.models import CellFix, ValueFix
from muster.ledger.current import ledger
from tests.integration.loads import file_of, junior, load
from tests.integration.mending_files import (
    CAUSE,
    HARBOURS,
    ODD,
    ORCHARDS,
    counts,
    enrol_all,
    report,
    row,
    sent,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("fresh_home"),
    pytest.mark.one_store("what these pages do is done on both stores elsewhere"),
]
SignIn = Callable[[str], Client]
ME = "caseworker-orchards"
MEANING = f"/exchange/quarantine/meaning?{urlencode({'cause': CAUSE})}"


@pytest.fixture
def landing(fresh_home: object) -> uuid.UUID:
    """Load a report with a row that waits for a contract type and one for a birth date."""
    enrol_all()
    return sent(report(row("E1"), row("E2", worker=ODD), row("E3", born="31/31/1980")))


@pytest.fixture
def as_(client: Client, landing: uuid.UUID) -> SignIn:
    def signed_in(slug: str) -> Client:
        client.post(f"/sign-in/as/{slug}")
        return client

    return signed_in


def looks() -> list[dict[str, object]]:
    return [json.loads(entry.body or b"{}") for entry in ledger().read("access")]


def text_of(answer: object) -> str:
    content: bytes = answer.content  # type: ignore[attr-defined]
    return " ".join(content.decode().split())


def in_words(page: str) -> str:
    main = re.search("<main.*</main>", page, re.DOTALL)
    assert main is not None
    return " ".join(re.sub("<[^>]+>", " ", main[0]).split())


def test_a_cause_is_settled_once_and_says_so(as_: SignIn, landing: uuid.UUID) -> None:
    client = as_(ME)
    rows = text_of(client.get(f"/exchange/quarantine/rows?{urlencode({'cause': CAUSE})}"))
    assert f"Say once what “{ODD}” means" in rows
    given = {"becomes": "employee - fixed term", "reason": "Apprentices have a fixed term"}
    check = in_words(text_of(client.post(MEANING, given)))
    assert "It means fixed term" in check
    assert not ValueFix.objects.exists(), "looking changes nothing"
    done = client.post(MEANING, {**given, "confirmed": "yes"}, follow=True)
    assert "1 row went on." in text_of(done)
    assert counts(landing) == (3, 2, 1)
    listed = in_words(text_of(client.get("/exchange/quarantine/meanings/")))
    assert f"{ODD} Engagement employee - fixed term" in listed
    table = client.get("/exchange/quarantine/meanings/?as=csv").content.decode()
    assert "Apprentices have a fixed term" in table


def test_what_is_not_among_the_choices_or_has_no_reason_is_refused(as_: SignIn) -> None:
    client = as_(ME)
    for given in ({"becomes": "apprentice", "reason": "x"}, {"becomes": "perm", "reason": ""}, {}):
        answer = client.post(MEANING, given)
        assert answer.status_code == 200
        assert "govuk-error-summary" in text_of(answer)
    assert not ValueFix.objects.exists()


def test_what_publishers_wrote_is_no_employers_to_settle(as_: SignIn) -> None:
    load({"hmt/2011-03-31-junior.csv": file_of(junior("1"), junior("half"))})
    cause = urlencode({"cause": "FTE: not a number (half)"})
    assert as_(ME).get(f"/exchange/quarantine/meaning?{cause}").status_code == 404


def test_undone_its_feed_is_taken_again(as_: SignIn, landing: uuid.UUID) -> None:
    client = as_(ME)
    given = {"becomes": "employee - fixed term", "reason": "r", "confirmed": "yes"}
    address = client.post(MEANING, given)["Location"]
    asked = in_words(text_of(client.get(f"{address}/undo")))
    assert "The next feed with this value will ask again" in asked
    undone = text_of(client.post(f"{address}/undo", follow=True))
    assert "Take it again" in undone
    assert client.get(f"{address}/undo").status_code == 404
    again = f"{address}/again/{landing}"
    assert "govuk-error-summary" in text_of(client.post(again, {"reason": ""}))
    fresh = client.post(again, {"reason": "The meaning was wrong"})
    assert fresh.status_code == 302
    assert counts(uuid.UUID(fresh["Location"].rpartition("/")[2])) == (3, 1, 2)
    assert queries.landing(landing).state == "withdrawn"


def test_a_row_is_corrected_previewed_and_kept(as_: SignIn, landing: uuid.UUID) -> None:
    client, address = as_(ME), f"/exchange/quarantine/rows/{landing}/4"
    page = text_of(client.get(address))
    assert "There is a problem" in page
    name = re.search(r'name="(cell_\d+)"[^>]*value="31/31/1980"', page)
    assert name is not None
    cells = dict(re.findall(r'name="(cell_\d+)"[^>]*value="([^"]*)"', page))
    given = {**cells, name[1]: "1980-12-31", "reason": "Typed wrongly", "edition": "0"}
    check = in_words(text_of(client.post(address, given)))
    assert "Date of Birth 31/31/1980 1980-12-31" in check
    assert "With this correction the row goes on" in check
    assert not CellFix.objects.exists(), "looking changes nothing"
    changing = text_of(client.post(address, {**given, "change": "yes"}))
    assert 'value="1980-12-31"' in changing
    done = in_words(text_of(client.post(address, {**given, "confirmed": "yes"}, follow=True)))
    assert "The row was corrected and went on" in done
    assert "31/31/1980 1980-12-31 Typed wrongly persona:caseworker-orchards" in done
    assert counts(landing) == (3, 2, 1)
    listed = in_words(text_of(client.get(f"/exchange/quarantine/corrections/{landing}")))
    assert "row 4 Date of Birth 31/31/1980 1980-12-31" in listed


def test_an_old_form_overwrites_nothing(as_: SignIn, landing: uuid.UUID) -> None:
    client, address = as_(ME), f"/exchange/quarantine/rows/{landing}/4"
    cells = dict(re.findall(r'name="(cell_\d+)"[^>]*value="([^"]*)"', text_of(client.get(address))))
    first = {**cells, "cell_3": "1980-31-12", "reason": "r", "edition": "0", "confirmed": "yes"}
    client.post(address, first)
    answer = client.post(address, {**first, "cell_3": "1980-12-31"})
    assert "Somebody else has corrected this row meanwhile" in text_of(answer)
    assert CellFix.objects.count() == 1


def test_every_look_at_a_row_is_logged_without_its_values(as_: SignIn, landing: uuid.UUID) -> None:
    client = as_(ME)
    client.get(f"/exchange/quarantine/rows/{landing}/4")
    client.get("/exchange/quarantine/workbook")
    assert [entry["rows"] for entry in looks()] == [{str(landing): [4]}, {str(landing): [3, 4]}]
    assert {entry["purpose"] for entry in looks()} == {"casework"}
    assert "1980" not in json.dumps(looks())


def test_a_workbook_goes_out_and_comes_back(as_: SignIn, landing: uuid.UUID) -> None:
    client = as_(ME)
    answer = client.get(f"/exchange/quarantine/workbook?{urlencode({'feed': str(landing)})}")
    assert "waiting-rows.xlsx" in answer["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book.worksheets[1]
    worker = [cell.value for cell in sheet[1]].index("Worker Type") + 1
    sheet.cell(2, worker).value = "Employee - Permanent"
    content = io.BytesIO()
    book.save(content)

    def given(**more: str) -> dict[str, object]:
        return {"file": SimpleUploadedFile("w.xlsx", content.getvalue()), "reason": "r", **more}

    missing = client.post("/exchange/quarantine/upload", given(reason=""))
    assert "Enter the reason for the corrections" in text_of(missing)
    done = in_words(text_of(client.post("/exchange/quarantine/upload", given())))
    assert "Went on: 1" in done
    assert "Not changed: 1" in done
    assert counts(landing) == (3, 2, 1)
    again = in_words(text_of(client.post("/exchange/quarantine/upload", given())))
    assert "No longer wait: 1" in again
    bad = {"file": SimpleUploadedFile("w.xlsx", b"PK not really"), "reason": "r"}
    assert "govuk-error-summary" in text_of(client.post("/exchange/quarantine/upload", bad))


def test_another_employer_finds_none_of_it(as_: SignIn, landing: uuid.UUID) -> None:
    given = {"becomes": "employee - fixed term", "reason": "r", "confirmed": "yes"}
    mine = as_(ME).post(MEANING, given)["Location"]
    client = as_("caseworker")
    addresses = (
        MEANING,
        f"/exchange/quarantine/rows/{landing}/4",
        f"/exchange/quarantine/corrections/{landing}",
        f"/exchange/quarantine/workbook?feed={landing}",
        mine,
        f"{mine}/undo",
        f"{mine}/again/{landing}",
    )
    assert {client.get(address).status_code for address in addresses} == {404}
    assert client.post(f"{mine}/go-on").status_code == 404
    assert ODD not in text_of(client.get("/exchange/quarantine/meanings/"))
    assert client.get("/exchange/quarantine/workbook").status_code == 404
    assert fixing.fixes()[0].route == f"hr-{ORCHARDS}"
    assert HARBOURS not in text_of(client.get("/exchange/quarantine/meanings/?undone=yes"))


@pytest.mark.parametrize("slug", ["governance", "operator", "analyst", "leader", "civil-servant"])
def test_who_may_not_correct_is_not_offered_it(as_: SignIn, landing: uuid.UUID, slug: str) -> None:
    client = as_(slug)
    for address in (
        MEANING,
        f"/exchange/quarantine/rows/{landing}/4",
        "/exchange/quarantine/workbook",
        "/exchange/quarantine/upload",
        "/exchange/quarantine/meanings/",
    ):
        assert client.get(address).status_code == 403
    if slug == "governance":
        rows = text_of(client.get(f"/exchange/quarantine/rows?{urlencode({'cause': CAUSE})}"))
        assert "Say once what" not in rows
        assert "as a workbook" not in rows

"""The page of an intake: what became of each file, in words, and where the next thing is done."""

import re
import uuid
from collections.abc import Callable, Sequence
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from muster.hub import queries
from muster.hub.approval import announcements, take_back
from muster.hub.fates import fates_of
from muster.hub.models import Landing, Route
from muster.hub.reading import dropped, read
from muster.hub.routes import routes
from muster.hub.uploads import take_next
from muster.kernel.clock import SYSTEM_CLOCK
from muster.services.exchange.forms import UploadForm
from muster.services.exchange.wording import STATED
from tests.integration.people_files import BY, load
from tests.integration.test_people_feeds import MOLE, TOAD, VOLE, changed, enrol_bodies, sheet

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.one_store("what these pages do is done on both stores elsewhere"),
]
SignIn = Callable[[str], Client]
HARBOURS = "pretend:harbours-and-lighthouses"
ROUTE = f"hr-{HARBOURS}"
STRANGE = b"Colour,Size\nred,1\n"
WAITS = sheet(MOLE, changed(VOLE, Start_date="31/02/2020"), TOAD)


@pytest.fixture
def as_(client: Client) -> SignIn:
    def signed_in(slug: str) -> Client:
        client.post(f"/sign-in/as/{slug}")
        return client

    return signed_in


@pytest.fixture(autouse=True)
def harbours(fresh_home: Path) -> None:
    """Enrol a body whose unusual feeds are held for somebody."""
    enrol_bodies(HARBOURS)
    for one in announcements(ROUTE):
        take_back(announcement=one.id, by=BY, clock=SYSTEM_CLOCK)


def send(client: Client, files: dict[str, bytes]) -> str:
    """Send files, let a worker take them in, and return the address of the intake's page."""
    handed = [SimpleUploadedFile(name, content) for name, content in files.items()]
    answer = client.post("/exchange/upload", {"route": ROUTE, "file": handed})
    assert answer.status_code == 302, answer.content.decode()
    while take_next(dropped, read, clock=SYSTEM_CLOCK):
        pass
    return str(answer["Location"])


def main_of(client: Client, address: str) -> str:
    found = re.search("<main.*</main>", client.get(address).content.decode(), re.DOTALL)
    assert found is not None
    return unescape(found[0])


def words_of(markup: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", markup).split())


def rows_of(markup: str) -> Sequence[str]:
    """Return each file's row of the table, as markup."""
    return [row for row in re.findall(r"<tr.*?</tr>", markup, re.DOTALL) if "<td" in row]


def test_a_file_that_nobody_mapped_is_not_said_to_be_taken_in(as_: SignIn) -> None:
    client = as_("caseworker")
    address = send(client, {"2026-10-31 strange.csv": STRANGE})
    page = main_of(client, address)
    words = words_of(page)
    assert "1 file waits for a mapping" in words
    assert "taken in" not in words
    assert "Not mapped yet" in words
    (landing,) = queries.landings(limit=9).found
    assert f'href="/exchange/feeds/{landing.id}/map"' in page
    for other in ("/exchange/", "/exchange/upload"):
        assert "1 file waits for a mapping" in words_of(main_of(client, other))
    told = words_of(main_of(client, f"/exchange/feeds/{landing.id}"))
    assert "This file waits for a mapping" in told


def test_each_file_says_what_became_of_it_and_what_comes_next(as_: SignIn) -> None:
    client = as_("integrator")
    send(client, {"2026-09-30-hr.csv": sheet(MOLE, VOLE, TOAD)})
    address = send(
        client,
        {"2026-10-31-hr.csv": sheet(MOLE), "2026-11-30 x.csv": WAITS, "staff.csv": sheet(VOLE)},
    )
    page = main_of(client, address)
    found = {
        name: words_of(row) for row in rows_of(page) for name in re.findall(r"/([^/<]*)</a", row)
    }
    assert "Held until somebody other than its sender decides." in found["2026-10-31-hr.csv"]
    assert "See what it would do" in found["2026-10-31-hr.csv"]
    assert "You handed this feed in" in found["2026-10-31-hr.csv"]
    assert "Taken in: 2 rows went on, 1 row waits." in found["2026-11-30 x.csv"]
    assert "See the rows that wait 2026-11-30 x.csv" in found["2026-11-30 x.csv"]
    assert "Fill in “The date they speak of”" in found["staff.csv"]
    assert not re.search(r" --[a-z]|`muster", words_of(page)), "nothing to type stands on a page"
    Route.objects.filter(code=ROUTE).update(approver="persona:caseworker")
    assert "Held until persona:caseworker decides." in words_of(main_of(client, address))


def test_who_may_decide_is_led_there(as_: SignIn) -> None:
    send(as_("integrator"), {"2026-09-30-hr.csv": sheet(MOLE, VOLE, TOAD)})
    address = send(as_("integrator"), {"2026-10-31-hr.csv": sheet(MOLE)})
    page = main_of(as_("governance"), address)
    assert "See what it would do, and decide" in page
    held = Landing.objects.get(state="held")
    assert f'href="/exchange/feeds/{held.id}/decide"' in page


def test_who_may_not_map_or_mend_is_told_who_does(as_: SignIn) -> None:
    sent = {"2026-10-31 strange.csv": STRANGE, "2026-08-31 x.csv": WAITS}
    address = send(as_("integrator"), sent)
    page = main_of(as_("operator"), address)
    assert "A caseworker or integrator of its employer maps it" in page
    assert "Somebody of its employer mends the rows that wait" in page
    assert "/map" not in page
    assert "/quarantine" not in page


def test_a_file_that_was_here_already_is_not_said_to_be_lost(as_: SignIn) -> None:
    client = as_("integrator")
    same = {"2026-09-30-hr.csv": sheet(MOLE, VOLE, TOAD)}
    send(client, same)
    assert "1 file was here already" in words_of(main_of(client, send(client, same)))


@pytest.mark.parametrize(
    ("files", "field"),
    [({"staff.csv": sheet(MOLE)}, "as_at"), ({"2045-01-31 staff.csv": sheet(MOLE)}, "as_at")],
)
def test_a_refused_file_names_the_field_of_the_form(
    as_: SignIn, files: dict[str, bytes], field: str
) -> None:
    client = as_("integrator")
    page = words_of(main_of(client, send(client, files)))
    assert f"Fill in “{STATED[field]}”" in page
    (landing,) = queries.landings(limit=9).found
    assert f"fill in “{STATED[field]}”" in words_of(
        main_of(client, f"/exchange/feeds/{landing.id}")
    )


def test_the_fields_that_are_named_stand_on_the_form() -> None:
    form = UploadForm(routes=routes(), may_leave_open=True)
    for field, words in STATED.items():
        assert str(form.fields[field].label).startswith(str(words))


def test_fates_are_counted_as_the_landings_are() -> None:
    """A second count, over the landings themselves, and nobody else's files among them."""
    taken = load({f"{HARBOURS}/2026-09-30-hr.csv": WAITS, f"{HARBOURS}/odd.csv": STRANGE})
    (intake,) = {Landing.objects.get(id=one).intake_id for one in taken.fresh}
    fates = fates_of([intake])[intake]
    views = queries.landings(intake=intake).found
    assert (fates.accepted, fates.waiting) == (
        sum(view.accepted for view in views), sum(view.quarantined for view in views),
    )  # fmt: skip
    assert (fates.taken, fates.unmapped) == (1, 1)
    nothing = fates_of([intake], employer=uuid.UUID(int=7))[intake]
    assert nothing.taken == nothing.unmapped == 0
    assert fates_of([intake], employer=views[0].employer, by=BY)[intake].unmapped == 1

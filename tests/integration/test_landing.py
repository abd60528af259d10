"""Landing: what is taken, held, refused or known, and that the exact bytes are kept either way."""

import datetime as dt

import pytest

from muster.hub.landing import RECEIVED
from muster.hub.models import Landing, LandingState, QuarantinedRow, Route
from muster.hub.queries import exact_bytes, quarantined
from muster.kernel.running import settings
from muster.ledger.current import ledger
from muster.register.posts.models import PostFact
from tests.integration.loads import (
    JUNIOR,
    SENIOR,
    current_fte,
    everything,
    fates,
    file_of,
    junior,
    load,
    only,
    senior,
    sums,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_home")]
NAME = "hmt/2011-03-31-junior.csv"


def test_the_exact_bytes_are_kept_encrypted_and_recorded() -> None:
    content = file_of(junior(title="Zanzibar")).replace(b"\n", b"\r\n")
    landing = only(load({NAME: content}))
    assert exact_bytes(landing.id) == content
    blobs = list((settings().home / "blobs").rglob("*.bin"))
    assert blobs
    assert not any(b"Zanzibar" in path.read_bytes() for path in blobs)
    entry = ledger().read("exchange")[-2]
    assert entry.type == RECEIVED
    assert landing.sha256.encode() in (entry.body or b"")
    assert b"Zanzibar" not in (entry.body or b"")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("hmt/2011-03-31.csv", b"", "The file is empty"),
        ("hmt/2011-03-31.csv", b"A,\x00\x01\x02\n\x00", "The file is not text"),
        ("hmt/2011-03-31.csv", b'A,B\n1,"2\n', "A quotation is opened and never closed"),
        ("hmt/2011-03-31.csv", b"Colour,Size\n1,2\n", "No layout is known"),
        (
            "hmt/2011-03-31.csv",
            JUNIOR.replace("Unit,", "").encode(),
            "No layout fits; the nearest, organogram, junior posts, also needs: unit",
        ),
        ("hmt/junior.csv", file_of(junior()), "The file does not say which date it speaks of"),
    ],
)
def test_a_file_that_cannot_go_on_is_refused_and_kept(name: str, content: bytes, said: str) -> None:
    landing = only(load({name: content}))
    assert landing.state == LandingState.REFUSED
    assert landing.said.startswith(said)
    assert exact_bytes(landing.id) == content
    assert PostFact.objects.count() == 0


def test_a_refused_file_stays_one_landing_until_it_can_go_on() -> None:
    files = {"hmt/junior.csv": file_of(junior())}
    first = load(files)
    before = everything()
    assert load(files).known == first.fresh
    assert everything() == before
    again = load(files, as_at=dt.date(2011, 3, 31))
    assert again.fresh == first.fresh
    assert (Landing.objects.count(), sums(again).figures.accepted) == (1, 1)


PUBLISHED = (
    "Post Unique Reference,Name,Grade (or equivalent),Job Title,Job/Team Function,"
    "Parent Department,Organisation,Unit,Contact Phone,Contact E-mail,Reports to Senior Post,"
    "Salary Cost of Reports (£),FTE,Actual Pay Floor (£),Actual Pay Ceiling (£),,"
    "Professional/Occupational Group,Notes,Valid?"
)
ROW = (
    "A1,Amara Okafor,SCS1,Head,,HM Treasury,HM Treasury,Tax,020 7946 0000,"
    "amara@example.gov.uk,XX,1,1,60000,64999,,Policy,,"
)


def test_a_file_with_undeclared_personal_columns_is_held_and_nothing_of_it_spreads() -> None:
    content = file_of(ROW, header=PUBLISHED)
    landing = only(load({"hmt/2011-03-31-senior.csv": content}))
    assert landing.state == LandingState.HELD
    assert landing.said.startswith("Column 'Name' is not declared and seems personal")
    assert exact_bytes(landing.id) == content
    assert (PostFact.objects.count(), QuarantinedRow.objects.count()) == (0, 0)
    kept = "".join(str(value) for value in Landing.objects.values().get().values())
    logged = b"".join(entry.body or b"" for entry in ledger().read("exchange"))
    for personal in ("Okafor", "amara@", "7946"):
        assert personal not in kept
        assert personal.encode() not in logged


def test_a_held_file_sent_without_those_columns_goes_on() -> None:
    load({"hmt/2011-03-31-senior.csv": file_of(ROW, header=PUBLISHED)})
    load({"hmt/2011-03-31-senior.csv": file_of(senior("A1"), header=SENIOR)})
    assert sorted(Landing.objects.values_list("state", flat=True)) == ["accepted", "held"]
    assert PostFact.objects.count() == 1


def test_an_undeclared_column_that_is_not_personal_is_noted_and_goes_nowhere() -> None:
    header = f"{JUNIOR},Directorate name,FTE %"
    rows = [f"{junior()},Zanzibar,1", f"{junior('x')},Zanzibar,1"]
    landing = only(load({NAME: file_of(*rows, header=header)}))
    assert (landing.state, landing.accepted, landing.quarantined) == ("accepted", 1, 1)
    assert landing.notes == [
        "Column 'Directorate name' is not declared and was not taken.",
        "Column 'FTE %' is not declared and was not taken.",
    ]
    assert "Zanzibar" not in str(quarantined(landing_id=landing.id))


def test_a_declared_column_that_comes_twice_is_taken_once_and_noted() -> None:
    landing = only(load({NAME: file_of(f"{junior()},9", header=f"{JUNIOR},UNIT")}))
    assert landing.notes == ["Column 'UNIT' is not declared and was not taken."]
    assert PostFact.objects.get().unit == "Tax"


def test_the_same_bytes_under_two_names_count_once() -> None:
    content = file_of(junior("2"))
    found = load({NAME: content, "hmt/copy of 2011-03-31-junior.csv": content})
    assert (len(found.fresh), len(found.known)) == (1, 1)
    assert sums(found).fte_in == 2
    renamed = load({"hmt/2011-03-31-junior-final.csv": content})
    assert (renamed.fresh, renamed.known) == ((), found.fresh)
    assert current_fte() == 2


def test_the_same_bytes_for_two_dates_count_for_both() -> None:
    content = file_of(junior("2"))
    files = {"m/2011-03-31-junior.csv": content, "m/2011-09-30-junior.csv": content}
    assert len(load(files).fresh) == 2
    assert current_fte() == 4


def test_a_closed_route_takes_nothing() -> None:
    load({})
    Route.objects.update(enabled=False)
    landing = only(load({NAME: file_of(junior())}))
    assert landing.said.startswith("No route takes organogram, junior posts")


def test_an_unknown_route_is_told() -> None:
    landing = only(load({NAME: file_of(junior())}, route="nowhere"))
    assert landing.state == "refused"
    assert landing.said.startswith("Route nowhere is not known, or closed. Choose a route")


def test_names_that_differ_in_folder_or_start_never_replace_each_other() -> None:
    files = {
        "csvs/hmt-2011-03-31-junior.csv": file_of(junior("1")),
        "csvs/dft-2011-03-31-junior.csv": file_of(junior("2")),
        "hmt/2011-03-31-junior.csv": file_of(junior("4")),
        "dft/2011-03-31-junior.csv": file_of(junior("8")),
        "old/dft/2011-03-31-junior.csv": file_of(junior("16")),
        "hmt/2011-03-31-senior.csv": file_of(senior("A1", 32), header=SENIOR),
    }
    load(files)
    assert set(fates().values()) == {LandingState.ACCEPTED}
    assert current_fte() == 63

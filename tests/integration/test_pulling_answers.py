"""What a loader answers: read back on the schedule, shown, and parked where it rejected a row."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from muster.hub.delivering.outlets import seal_secrets
from muster.hub.delivering.parking import discard, release
from muster.hub.delivering.replaying import replay
from muster.hub.messages.queries import journey
from muster.hub.models import AnswerFile, Delivery, Inlet, Parked, Route, RowAnswer
from muster.hub.pulling.answers import LATER
from muster.hub.pulling.puller import Puller
from muster.hub.pulling.pulling import pull_due
from muster.hub.pulling.queries import answer_files, answered, answers_of
from muster.hub.worker import Carrier
from muster.kernel.clock import FixedClock
from muster.ledger.current import ledger
from tests.integration.hub_world import World
from tests.integration.pulling_world import NOW

pytestmark = pytest.mark.django_db
LAYOUT = """
file = "Worker.dat"
owner = "MUSTER"
id = "staff_number"

[[lines]]
component = "Worker"
fields = { PersonNumber = "staff_number", LastName = "surname", Grade = "grade" }

[answer]
file = "{name}_results.csv"
id = "SourceSystemId"
status = "Status"
said = "Message"
taken = ["SUCCESS"]
rejected = ["ERROR"]
"""


class Loader:
    """A loader that somebody else runs: it takes files, and answers them when it likes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def answer(self, refuse: Callable[[list[str]], str] = lambda _: "", *, most: int = 99) -> int:
        """Answer each file that has no answer yet; return how many files."""
        files = 0
        for path in sorted(self.folder.glob("*.zip")):
            answer = path.with_name(f"{path.stem}_results.csv")
            if answer.exists():
                continue
            with zipfile.ZipFile(path) as archive:
                lines = archive.read("Worker.dat").decode().splitlines()
            text = io.StringIO()
            rows = csv.writer(text)
            rows.writerow(["SourceSystemId", "Status", "Message"])
            for line in [one.split("|") for one in lines if one.startswith("MERGE")][:most]:
                why = refuse(line)
                rows.writerow([line[3], "ERROR" if why else "SUCCESS", why])
            answer.write_text(text.getvalue())
            files += 1
        return files


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def world(tmp_path: Path, fresh_home: Path, clock: FixedClock) -> World:
    world = World(tmp_path, clock=clock)
    route = world.build()
    endpoint = route.endpoint
    assert endpoint is not None
    endpoint.kind = "load_file"
    endpoint.settings = {"url": f"file://{tmp_path / 'drop'}", "local": "yes", "layout": LAYOUT}
    endpoint.sealed = seal_secrets(endpoint, {})
    endpoint.save()
    return world


@pytest.fixture
def loader(world: World) -> Loader:
    return Loader(world.folder / "drop")


def carried(clock: FixedClock) -> None:
    clock.move(dt.timedelta(seconds=1))
    carrier = Carrier(clock)
    carrier.drain()
    carrier.stop()


def asked(clock: FixedClock) -> int:
    """Let an hour pass, and one worker ask until nothing is due."""
    clock.move(dt.timedelta(hours=1))
    came = 0
    while (done := pull_due(clock)) is not None:
        came += done
    return came


def no_moles(line: list[str]) -> str:
    return f"LastName {line[5]} is not\r\nallowed" if line[5] == "Mole" else ""


def test_each_row_s_answer_stands_with_its_message_and_a_rejected_one_is_parked(
    world: World, loader: Loader, clock: FixedClock
) -> None:
    mole, vole = world.send(
        world.message("101", surname="Mole"), world.message("102", surname="Vole")
    )
    carried(clock)
    assert asked(clock) == 0
    assert answered(Route.objects.get().code) == (0, 0, 2)
    loader.answer(no_moles)
    assert asked(clock) == 2
    (told,) = answers_of(mole.position or 0)
    assert (told.outcome, told.said) == ("rejected", "LastName […] is not allowed")
    (told,) = answers_of(vole.position or 0)
    assert told.outcome == "taken"
    parked = Parked.objects.get()
    assert (parked.position, parked.state, parked.stage) == (mole.position, "parked", "receiver")
    assert parked.cause == "LastName […] is not allowed"
    (leg,) = journey(mole.position or 0).legs
    assert (leg.state, leg.because) == ("parked", parked.cause)
    (leg,) = journey(vole.position or 0).legs
    assert leg.state == "delivered"
    assert answered(parked.route.code) == (1, 1, 0)
    entries = [entry for entry in ledger().read("exchange") if "answered" in entry.type]
    assert len(entries) == 1
    assert b"Mole" not in (entries[0].body or b"")


def test_the_same_answer_read_again_changes_nothing(
    world: World, loader: Loader, clock: FixedClock
) -> None:
    world.send(world.message("101", surname="Mole"), world.message("102"))
    carried(clock)
    loader.answer(no_moles)
    assert asked(clock) == 2
    before = len(list(ledger().read("exchange")))
    AnswerFile.objects.update(done_at=None)
    assert asked(clock) == 0
    assert RowAnswer.objects.count() == 2
    assert Parked.objects.count() == 1
    assert len(list(ledger().read("exchange"))) == before
    # Also once somebody has settled it.
    discard(parked=Parked.objects.get().id, reason="gone", by="hr:ann", clock=clock)
    AnswerFile.objects.update(done_at=None)
    assert asked(clock) == 0
    assert Parked.objects.count() == 1


def test_what_was_rejected_is_mended_released_and_answered_anew(
    world: World, loader: Loader, clock: FixedClock
) -> None:
    (mole,) = world.send(world.message("101", surname="Mole"))
    carried(clock)
    loader.answer(no_moles)
    asked(clock)
    (later,) = world.send(world.message("101", surname="Moles"))
    carried(clock)
    assert [one.state for one in Parked.objects.order_by("position")] == ["parked", "behind"]
    release(parked=Parked.objects.order_by("position")[0].id, reason="allowed now", by="hr:ann",
            clock=clock)  # fmt: skip
    carried(clock)
    # One file may hold a record once: the later one comes in a file of its own.
    clock.move(dt.timedelta(minutes=1))
    carried(clock)
    assert not Parked.objects.exclude(state="delivered").exists()
    assert loader.answer() == 2
    assert asked(clock) == 2
    assert [one.outcome for one in answers_of(mole.position or 0)] == ["rejected", "taken"]
    assert [one.outcome for one in answers_of(later.position or 0)] == ["taken"]


def test_a_later_message_that_went_meanwhile_is_named(
    world: World, loader: Loader, clock: FixedClock
) -> None:
    world.send(world.message("101", surname="Mole"))
    carried(clock)
    world.send(world.message("101", surname="Vole"))
    carried(clock)
    loader.answer(no_moles)
    assert asked(clock) == 2
    assert LATER in Parked.objects.get().cause


def test_what_was_set_aside_with_a_shipment_is_no_part_of_its_answer(
    world: World, loader: Loader, clock: FixedClock
) -> None:
    first, again, other = world.send(
        world.message("101", surname="Vole"), world.message("101", surname="Toad"),
        world.message("102", surname="Mole"),
    )  # fmt: skip
    carried(clock)
    loader.answer(no_moles)
    assert asked(clock) == 2
    outcomes = {
        one: [told.outcome for told in answers_of(answer.position or 0)]
        for one, answer in (("first", first), ("again", again), ("other", other))
    }
    assert outcomes == {"first": ["taken"], "again": [], "other": ["rejected"]}


def test_half_an_answer_is_waited_for(world: World, loader: Loader, clock: FixedClock) -> None:
    world.send(*(world.message(f"10{n}", surname="Vole") for n in range(3)))
    carried(clock)
    loader.answer(most=2)
    assert asked(clock) == 2
    (file,) = answer_files(Route.objects.get().code)
    assert (file.taken, file.waiting, file.said) == (2, 1, "it is not in the answer")
    for path in loader.folder.glob("*_results.csv"):
        path.unlink()
    loader.answer()
    assert asked(clock) == 1
    (file,) = answer_files(Route.objects.get().code)
    assert (file.taken, file.waiting) == (3, 0)
    assert file.done_at is not None


def test_where_the_translation_has_changed_nobody_guesses_whose_row_it_is(
    world: World, loader: Loader, clock: FixedClock
) -> None:
    world.send(world.message("101", surname="Mole"))
    carried(clock)
    loader.answer(no_moles)
    Route.objects.update(translation_version=7)
    assert asked(clock) == 0
    (file,) = answer_files(Route.objects.get().code)
    assert "translation changed" in file.said
    assert file.done_at is not None
    assert not Parked.objects.exists()


def test_a_replay_is_answered_too(world: World, loader: Loader, clock: FixedClock) -> None:
    (mole,) = world.send(world.message("101", surname="Mole"))
    carried(clock)
    replay(Route.objects.get().code, first=0, reason="lost", by="hr:ann", clock=clock)
    carried(clock)
    assert Delivery.objects.count() == 2
    assert loader.answer() == 2
    assert asked(clock) == 2
    assert [one.outcome for one in answers_of(mole.position or 0)] == ["taken", "taken"]


def test_an_answer_that_never_comes_is_waited_for_a_month(
    world: World, loader: Loader, clock: FixedClock
) -> None:
    world.send(world.message("101"))
    carried(clock)
    assert asked(clock) == 0
    clock.move(dt.timedelta(days=31))
    assert asked(clock) == 0
    (file,) = answer_files(Route.objects.get().code)
    assert (file.waiting, file.said) == (1, "the receiver has not answered yet")
    assert file.done_at is not None


def test_a_folder_that_cannot_be_reached_is_told_with_the_inlet(
    world: World, loader: Loader, clock: FixedClock
) -> None:
    world.send(world.message("101"))
    carried(clock)
    assert asked(clock) == 0
    loader.folder.rename(world.folder / "moved")
    assert asked(clock) == 0
    inlet = Inlet.objects.get(kind="load_file")
    assert inlet.attempts >= 0
    assert inlet.system.code == world.receiver


def test_the_answer_stands_on_the_pages_of_the_message_and_its_route(
    world: World, loader: Loader, clock: FixedClock, client: Client
) -> None:
    (mole,) = world.send(world.message("101", surname="Mole"))
    carried(clock)
    loader.answer(no_moles)
    asked(clock)
    client.post("/sign-in/as/operator")
    page = client.get(f"/messages/all/{mole.position}").content.decode()
    assert "What the loader answered" in page
    assert "LastName […] is not allowed" in page
    page = client.get(f"/messages/routes/{Route.objects.get().code}/answers").content.decode()
    assert "Some were rejected" in page
    page = client.get("/messages/inlets/").content.decode()
    assert "1 answer" in page


def test_a_puller_runs_until_it_is_told_to_stop(
    world: World, loader: Loader, clock: FixedClock
) -> None:
    world.send(world.message("101"))
    carried(clock)
    loader.answer()
    clock.move(dt.timedelta(hours=1))
    left = iter([False] * 8)
    Puller(clock).run(lambda: RowAnswer.objects.exists() or next(left, True))
    assert RowAnswer.objects.count() == 1

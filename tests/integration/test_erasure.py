"""After an erasure nothing can be read any more, and every page still answers."""

import uuid

import pytest
from django.test import Client

from muster.hub import queries
from muster.hub.queries import landings_waiting_for
from muster.hub.reading import read
from muster.kernel.clock import SYSTEM_CLOCK
from muster.ledger.current import ledger
from muster.register.employers.queries import find
from muster.register.names import choose_employer, count_waiting_names, waiting_names
from tests.integration.loads import file_of, junior, load

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_home")]
NOTHING = "Office of Nothing"
FILES = ("a/2011-03-31-junior.csv", "b/2011-03-31-junior.csv")


@pytest.fixture
def landings() -> list[uuid.UUID]:
    """Load two files with a row each that waits for the same name; erase the first."""
    content = {name: file_of(junior(fte, NOTHING)) for name, fte in zip(FILES, "12", strict=True)}
    fresh = sorted(load(content).fresh)
    ledger().erase(f"landing:{fresh[0]}", reason="test", by="t")
    return fresh


def test_erased_rows_wait_no_more_and_every_page_says_so(
    client: Client, landings: list[uuid.UUID]
) -> None:
    client.post("/sign-in/as/governance")
    erased = landings[0]
    feed = client.get(f"/exchange/feeds/{erased}").content.decode()
    assert "The content of this file was lawfully erased." in feed
    assert f"/exchange/feeds/{erased}/bytes" not in feed
    rows = client.get(f"/exchange/quarantine/rows?feed={erased}").content.decode()
    assert "No row waits for this any more." in rows
    assert "was erased" in client.get(f"/exchange/feeds/{erased}/bytes").content.decode()
    assert queries.count_quarantined() == 1
    assert client.get("/exchange/quarantine/rows?as=csv").content.count(b"\r\n") == 2


def test_a_name_is_still_chosen_for_the_files_that_are_left(landings: list[uuid.UUID]) -> None:
    (name,) = waiting_names()
    assert (name.stated, name.rows, count_waiting_names()) == (NOTHING, 1, (1, 1))
    (cause,) = queries.causes()
    assert landings_waiting_for(cause.cause) == [landings[1]]
    treasury = find("hm-treasury")
    assert treasury is not None
    assert (
        choose_employer(stated=NOTHING, employer=treasury[0], by="t", read=read, clock=SYSTEM_CLOCK)
        == 1
    )

"""Agreements: without one in force nothing flows, and what was refused can flow later."""

import datetime as dt

import pytest

from muster.connectors.contract import Offer, Sheet
from muster.connectors.csv_drop.fake import FakeCsvDrop
from muster.hub.actions import (
    begin_intake,
    open_route,
    open_system,
    take_in,
)
from muster.hub.agreements import AgreementTerms
from muster.hub.agreements.actions import lift, suspend
from muster.hub.models import Agreement, Landing, LandingState, Route
from muster.hub.queries import exact_bytes
from muster.hub.reading import read
from muster.kernel.errors import Conflict, NotFound
from muster.ledger.current import ledger
from tests.integration.loads import BY, CLOCK, current_fte, everything, file_of, junior, load, only

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fresh_home")]
FILES = {"hmt/2011-03-31-junior.csv": file_of(junior("1"))}
STANDING = "open-data-standing"
TODAY = CLOCK.now().date()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"suspended_at": CLOCK.now()}, "Agreement open-data-standing is suspended"),
        ({"ends": TODAY}, "Agreement open-data-standing ended on 2026-11-21"),
        (
            {"starts": TODAY + dt.timedelta(1)},
            "Agreement open-data-standing starts on 2026-11-22",
        ),
        ({"fields": ["fte"]}, "Agreement open-data-standing does not cover: grade"),
        ({"receiver": "pensions"}, "Agreement open-data-standing is about"),
        ({"contract": "other"}, "Agreement open-data-standing is about"),
        (None, "No data-sharing agreement covers muster.posts.stated.v1"),
    ],
)
def test_without_an_agreement_in_force_a_file_is_refused_and_kept(
    change: dict[str, object] | None, said: str
) -> None:
    load({})
    if change is None:
        Route.objects.update(agreement=None)
    else:
        Agreement.objects.update(**change)
    landing = only(load(FILES))
    assert landing.state == LandingState.REFUSED
    assert landing.said.startswith(said)
    assert exact_bytes(landing.id) == file_of(junior("1"))
    assert current_fte() == 0


def test_a_refused_file_flows_once_the_agreement_is_resumed() -> None:
    load({})
    suspend(code=STANDING, reason="review", by=BY, clock=CLOCK, employer=None)
    refused = load(FILES)
    before = everything()
    load(FILES)
    assert everything() == before
    lift(code=STANDING, reason="reviewed", by=BY, employer=None, clock=CLOCK)
    assert load(FILES).fresh == refused.fresh
    assert (Landing.objects.get().state, current_fte()) == (LandingState.ACCEPTED, 1)


def test_what_was_accepted_stays_when_an_agreement_is_suspended() -> None:
    taken = load(FILES)
    suspend(code=STANDING, reason="review", by=BY, clock=CLOCK, employer=None)
    assert load(FILES).known == taken.fresh
    assert current_fte() == 1


def test_a_suspension_counts_at_once_also_for_a_load_that_is_under_way() -> None:
    load({})

    def read_then_suspend(offer: Offer) -> tuple[Sheet, ...]:
        suspend(code=STANDING, reason="at once", by=BY, clock=CLOCK, employer=None)
        return read(offer)

    intake = begin_intake(name="slow", by=BY, clock=CLOCK)
    take_in(FakeCsvDrop(FILES), read_then_suspend, intake=intake, by=BY, clock=CLOCK)
    landing = Landing.objects.get()
    assert (landing.state, current_fte()) == (LandingState.REFUSED, 0)
    assert landing.said.startswith("Agreement open-data-standing is suspended")


def test_suspending_and_resuming_are_decisions_on_record() -> None:
    load({})
    suspend(code=STANDING, reason="review", by=BY, clock=CLOCK, employer=None)
    lift(code=STANDING, reason="reviewed", by=BY, employer=None, clock=CLOCK)
    types = [entry.type for entry in ledger().read("decisions")][-2:]
    assert types == ["muster.hub.agreement.suspended.v1", "muster.hub.agreement.resumed.v1"]


def test_only_what_is_there_and_suspended_can_be_resumed() -> None:
    load({})
    for code, missing in (("nothing", NotFound), (STANDING, Conflict)):
        with pytest.raises(missing):
            lift(code=code, reason="", by=BY, employer=None, clock=CLOCK)
    with pytest.raises(NotFound):
        suspend(code="nothing", reason="", by=BY, clock=CLOCK, employer=None)


def second_route(code: str = "hr:dft") -> Route:
    load({})
    open_system(code=code, title="HR of DfT", kind="csv_drop", employer=None)
    contract = Route.objects.get(code="organograms").contract
    fields = frozenset(Agreement.objects.get(code=STANDING).fields)
    return open_route(
        code="dft-posts",
        terms=AgreementTerms(
            "dft", contract, code, "register", fields, dt.date(2026, 1, 1), None, False
        ),
        title="DfT",
        purpose="test",
        lawful_basis="test",
        retention="test",
        by=BY,
    )


def test_of_several_routes_the_folder_or_the_caller_tells() -> None:
    route = second_route()
    content = FILES["hmt/2011-03-31-junior.csv"]
    assert only(load({"dft/2011-03-31.csv": content})).route_id == route.id
    assert only(load({"hmt/2011-03-31.csv": content})).said.startswith("No route takes")
    assert only(load({"x/2011-03-31.csv": content}, route="organograms")).state == "accepted"


def test_routes_do_not_replace_each_others_files() -> None:
    second_route()
    load({"dft/2011-03-31.csv": file_of(junior("1"))})
    load({"dft/2011-03-31.csv": file_of(junior("2"))}, route="organograms")
    assert current_fte() == 3

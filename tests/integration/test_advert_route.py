"""Adverts that recruitment systems send come in under an agreement, and stand for the map."""

import csv
import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from muster.hub import withdrawal
from muster.hub.models import Landing, QuarantinedRow
from muster.kernel.clock import SYSTEM_CLOCK, FixedClock
from muster.kernel.ids import new_id
from muster.register.employers.actions import load_organisations
from muster.register.employers.models import Employer
from muster.register.employers.queries import ids_by_key
from muster.register.employers.rules import Organisation
from muster.services.skills.adverts import actions, queries
from muster.services.skills.adverts.enrolment import let_send
from muster.services.skills.adverts.models import Advert, AdvertText
from muster.services.skills.map.reading import read
from tests.integration.people_files import BY, load

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
HEADERS = (
    "Advert Reference", "Job Title", "Profession", "Grade", "Location", "Date Posted",
    "Advert Text", "Sentences May Be Shown",
)  # fmt: skip
TEXT = "You will mend nets.\nKnowledge of tides.\nContact Jane Fairweather on 01632 960123."


@pytest.fixture(autouse=True)
def mill() -> None:
    load_organisations(
        [Organisation(key=slug, title=slug.title()) for slug in ("mill", "weir")],
        by=BY, pretend=True,
    )  # fmt: skip
    for slug in ("mill", "weir"):
        let_send(
            ids_by_key()[slug], system=f"adverts:{slug}", title=slug.title(),
            shown=slug == "mill", by=BY, clock=SYSTEM_CLOCK,
        )  # fmt: skip


def row(key: str, text: str = TEXT, title: str = "Net Mender", shown: str = "") -> tuple[str, ...]:
    return (key, title, "Fishing", "EO", "Leith", "01/03/2026", text, shown)


def sent(name: str, *rows: tuple[str, ...], body: str = "mill", shown: bool = True) -> Landing:
    """Send an extract of adverts; return its landing."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([one[: len(HEADERS) - (not shown)] for one in (HEADERS, *rows)])
    taken = load({f"{body}/2026-11-0{name}-adverts.csv": out.getvalue().encode()})
    landing = Landing.objects.get(id=(taken.fresh or taken.known)[0])
    assert landing.state == "accepted", landing.said
    return landing


def standing() -> dict[str, str]:
    return dict(queries.held().select("key", "text").iter_rows())


def test_an_advert_comes_in_without_its_contacts() -> None:
    sent("1", row("A1", shown="Yes"), row("A2", text="<p>Experience of sums &amp; sails</p>"))
    held = queries.held()
    assert held["key"].to_list() == ["adverts:mill:A1", "adverts:mill:A2"]
    assert held["organisation"].to_list() == ["Mill", "Mill"]
    assert held["may_show"].to_list() == [True, False]
    assert str(held["posted"][0]) == "2026-03-01"
    assert "Knowledge of tides." in held["text"][0]
    assert "sums & sails" in held["text"][1]
    for gone in ("Fairweather", "Jane", "01632", "960123"):
        assert not any(gone in text for text in AdvertText.objects.values_list("text", flat=True))


def test_the_map_reads_what_is_held(tmp_path: Path) -> None:
    sent("1", row("A1"), row("A2", title="Diver", text="Experience of diving for lost rings."))
    queries.held().write_parquet(tmp_path / "held.parquet")
    corpus = read([tmp_path / "held.parquet"])
    assert corpus.adverts["key"].to_list() == ["adverts:mill:A1", "adverts:mill:A2"]
    assert "Knowledge of tides." in corpus.sentences["text"].to_list()


def test_an_empty_register_has_a_table_without_rows() -> None:
    assert queries.held().height == 0
    assert queries.count() == 0


def test_the_latest_telling_stands_until_it_is_taken_back() -> None:
    sent("1", row("A1", text="Knowledge of tides."))
    later = sent("2", row("A1", text="Knowledge of lamps."))
    assert standing() == {"adverts:mill:A1": "Knowledge of lamps."}
    withdrawal.withdraw(
        landing=later.id, reason="sent too early", by="persona:other", clock=SYSTEM_CLOCK
    )
    assert standing() == {"adverts:mill:A1": "Knowledge of tides."}


def test_a_text_is_kept_once_however_often_it_is_sent() -> None:
    sent("1", row("A1"), row("A2"))
    sent("2", row("A1"))
    assert (AdvertText.objects.count(), Advert.objects.count(), queries.count()) == (1, 3, 2)


def test_rows_that_cannot_be_kept_wait_with_their_reason() -> None:
    landing = sent("1", row("A1"), row("A1", title="Diver"), row("A3", text="..."))
    waiting = QuarantinedRow.objects.filter(landing=landing)
    assert waiting.count() == 2
    assert standing().keys() == {"adverts:mill:A1"}


def test_an_agreement_without_the_field_shows_nothing() -> None:
    sent("1", row("B1"), body="weir", shown=False)
    assert queries.held()["may_show"].to_list() == [False]
    assert queries.held([ids_by_key()["mill"]]).is_empty()


def test_an_agreement_without_the_field_takes_no_permissions() -> None:
    text = ",".join(HEADERS) + "\n" + ",".join(row("B1", text="Sums", shown="Yes")) + "\n"
    taken = load({"weir/2026-11-01-adverts.csv": text.encode()})
    landing = Landing.objects.get(id=taken.fresh[0])
    assert (landing.state, queries.count()) == ("refused", 0)
    assert "does not cover: sentences_shown" in str(landing.said)


def test_adverts_are_given_up_in_time() -> None:
    sent("1", row("A1"))
    assert actions.give_up_old(clock=FixedClock(dt.datetime(2030, 1, 1, tzinfo=dt.UTC))) == 0
    assert actions.give_up_old(clock=FixedClock(dt.datetime(2036, 1, 1, tzinfo=dt.UTC))) == 1
    assert (Advert.objects.count(), AdvertText.objects.count()) == (0, 0)


def advert(**more: object) -> Advert:
    words, _ = AdvertText.objects.get_or_create(digest="0", text="Sums")
    employer = Employer.objects.get(key="mill")
    said = {"employer": employer, "system": "s", "key": "k", "title": "t", "of_text": words,
            "landing": new_id(), "came_at": AT, **more}  # fmt: skip
    return Advert.objects.create(**said)


def told_twice() -> None:
    landing = new_id()
    advert(landing=landing)
    advert(landing=landing)


# name in the database: (what it states, how to violate it)
CONSTRAINTS: dict[str, tuple[str, Callable[[], object]]] = {
    "services_skills_advert_told_once": ("A file tells of an advert once.", told_twice),
    "services_skills_advert_named": ("An advert has a title.", lambda: advert(title="")),
    "services_skills_advert_says": (
        "An advert has words.", lambda: AdvertText.objects.create(digest="1", text=""),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_each_constraint_is_stated_by_the_database(name: str) -> None:
    with pytest.raises(IntegrityError) as problem, transaction.atomic():
        CONSTRAINTS[name][1]()
    if name in str(problem.value) or connection.vendor == "postgresql":
        assert name in str(problem.value)
    else:
        assert "UNIQUE" in str(problem.value)


def test_every_constraint_of_the_room_is_violated_here() -> None:
    named = {
        constraint.name
        for model in (Advert, AdvertText)
        for constraint in apps.get_model(model._meta.label)._meta.constraints
    }
    assert named == set(CONSTRAINTS)

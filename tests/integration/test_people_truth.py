"""Twelve employers' files through the hub, and the register held against the truth behind them."""

import datetime as dt
import uuid
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from muster.hub.actions import begin_intake, take_in
from muster.hub.models import Landing, QuarantinedRow
from muster.hub.reading import dropped, read
from muster.kernel.clock import SYSTEM_CLOCK
from muster.register.employers.models import Employer
from muster.register.people import queries
from muster.register.people.models import (
    Claim,
    Conflict,
    Crosswalk,
    Employment,
    Identifier,
    PersonName,
    WaitingRow,
)
from synthetic.make import AS_AT
from tests.integration.figures import headcount_cells
from tests.integration.people_files import BY, enrolled, service, truth
from tests.remembered import remembered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_home")]
_PEOPLE = 3000


@pytest.fixture
def loaded() -> Path:
    def load() -> Path:
        out = enrolled(service(12, _PEOPLE))
        intake = begin_intake(name="files", by=BY, clock=SYSTEM_CLOCK)
        take_in(dropped(out / "files"), read, intake=intake, by=BY, clock=SYSTEM_CLOCK)
        return out

    return remembered("twelve employers' files", load)


def known_employments(out: Path) -> pl.DataFrame:
    """What a perfect reader could know: each employment with an undamaged row, as its files tell.

    A leaver whose rows since leaving were all damaged is still believed to be employed until the
    first snapshot that no longer lists them; to a sender of changes that says nothing.
    """
    record = truth(out, "source_record")
    good = record.filter(pl.col("fault").is_null())
    held = truth(out, "employment").join(good.select("employment_id").unique(), on="employment_id")
    # Since the last undamaged row was written, did the file state the leaving date?
    last = good.group_by("employment_id").agg(pl.col("as_at").max().alias("last_read"))
    heard = record.group_by("employment_id").agg(pl.col("as_at").max().alias("last_listed"))
    held = held.join(last, on="employment_id").join(heard, on="employment_id")
    stated = pl.col("valid_to") <= pl.col("last_read").dt.offset_by("1d")
    later = dict(pairwise(AS_AT))
    employers = truth(out, "employer")
    changes = employers.filter(layout="workday_changes")["employer"].implode()
    after = pl.col("last_listed").replace_strict(later, default=None, return_dtype=pl.Date)
    vanished = pl.when(~pl.col("employer").is_in(changes)).then(after)
    return held.with_columns(
        known_to=pl.when(stated)
        .then("valid_to")
        .when(pl.col("valid_to").is_not_null())
        .then(vanished)
    )


def test_headcount_is_the_truth_for_every_employer_and_date(loaded: Path) -> None:
    known = known_employments(loaded)
    keys = dict(Employer.objects.filter(pretend=True).values_list("id", "key"))
    for as_at in AS_AT:
        at_work = known.filter(
            pl.col("substantive"),
            pl.col("valid_from") <= as_at,
            pl.col("known_to").is_null() | (pl.col("known_to") > as_at),
        )
        expected = {
            f"pretend:{slug}": people
            for slug, people in at_work.group_by("employer").agg(pl.len()).iter_rows()
        }
        counted = {keys[one]: people for one, people in queries.headcount(as_at).items()}
        assert counted == expected
        cells = headcount_cells(as_at)
        by_cell = cells.group_by("employer").agg(pl.col("people").sum())
        assert {keys[uuid.UUID(hex=one)]: people for one, people in by_cell.iter_rows()} == expected
        assert cells.filter(pl.col("level").is_null()).is_empty()


def test_employments_are_the_truth(loaded: Path) -> None:
    expected = {
        (f"hr:{row['employer']}", row["staff_number"], row["valid_from"], row["known_to"])
        for row in known_employments(loaded).iter_rows(named=True)
    }
    believed = Employment.objects.filter(recorded_to__isnull=True).values_list(
        "record__system", "record__staff_number", "valid_from", "valid_to"
    )
    assert set(believed) == expected
    assert len(believed) == len(expected) > _PEOPLE
    assert not Conflict.objects.filter(recorded_to__isnull=True).exists()


def test_every_row_is_a_claim_or_waits_in_quarantine(loaded: Path) -> None:
    record = truth(loaded, "source_record")
    damaged = record.filter(pl.col("fault").is_not_null()).height
    assert damaged > 0
    assert Claim.objects.count() == record.height - damaged
    assert QuarantinedRow.objects.count() == WaitingRow.objects.count() == damaged
    for landing in Landing.objects.all():
        assert landing.state == "accepted", landing.said
        assert landing.rows == landing.accepted + landing.quarantined
        assert landing.total_in == landing.total_accepted + landing.total_quarantined


def test_reading_gave_each_person_their_own_words(loaded: Path) -> None:
    """Names, numbers and birth dates stand in the register as the four layouts were given them."""
    person = truth(loaded, "person")
    main = person.filter(pl.col("story") == "main").row(0, named=True)
    records = truth(loaded, "employment").filter(pl.col("person_id") == main["person_id"])
    held = {
        (name.record.system.removeprefix("hr:"), name.forenames, name.surname)
        for name in PersonName.objects.filter(
            record__staff_number__in=records["staff_number"].to_list()
        ).select_related("record")
        if (name.record.system.removeprefix("hr:"), name.record.staff_number)
        in set(records.select("employer", "staff_number").iter_rows())
    }
    slugs = records.sort("valid_from")["employer"].to_list()
    assert held == {
        (slugs[0], "Margaret Siân", "Llewellyn"),
        (slugs[1], "Siân", "Llewellyn"),
        (slugs[2], "Siân", "Okafor"),
    }
    births = set(
        Identifier.objects.filter(kind="birth_date").values_list("record__staff_number", "value")
    )
    slipped = truth(loaded, "employment").filter(pl.col("slip") == "birth_date_turned")
    for row in (
        known_employments(loaded)
        .join(person.select("person_id", "birth_date"), on="person_id")
        .join(slipped.select("employment_id"), on="employment_id", how="anti")
        .iter_rows(named=True)
    ):
        assert (row["staff_number"], row["birth_date"].isoformat()) in births


def test_one_person_at_two_employers_is_found_where_the_rule_is_certain(loaded: Path) -> None:
    """Linked records are always one person in truth; the main character's first two are linked."""
    held = truth(loaded, "employment")
    owner = {
        (f"hr:{slug}", number): person
        for slug, number, person in held.select("employer", "staff_number", "person_id").iter_rows()
    }
    by_person: dict[object, set[str]] = {}
    walks = Crosswalk.objects.values_list("person", "record__system", "record__staff_number")
    for person, system, number in walks:
        by_person.setdefault(person, set()).add(owner[system, number])
    assert all(len(owners) == 1 for owners in by_person.values())
    linked = walks.filter(rule="same NINO, birth date and surname").count()
    assert linked > 20
    main = truth(loaded, "person").filter(pl.col("story") == "main")["person_id"][0]
    hers = [walk for walk in walks if owner[walk[1], walk[2]] == main]
    assert len(hers) == 3
    assert len({walk[0] for walk in hers}) == 2  # the loan under her married name is not certain


def test_moving_leaves_no_gap_and_no_overlap(loaded: Path) -> None:
    main = truth(loaded, "person").filter(pl.col("story") == "main")["person_id"][0]
    spells = truth(loaded, "employment").filter(pl.col("person_id") == main).sort("valid_from")
    first = spells.row(0, named=True)
    person = queries.person_of(f"hr:{first['employer']}", first["staff_number"])
    assert person is not None
    record = queries.person(person, AS_AT[1])
    assert record is not None
    days = [
        (fact.believed.valid_from, fact.believed.valid_to, fact.ended)
        for fact in record.history.employments
        if fact.believed.recorded_to is None
    ]
    moved = first["valid_to"]
    assert days == [(dt.date(2019, 9, 2), moved, "stated"), (moved, None, None)]
    assert [fact.employer_title for fact in record.employments] == [
        Employer.objects.get(key=f"pretend:{spells['employer'][1]}").title
    ]
    now = record.employments[0]
    assert now.assignments[0].grade == "Senior Executive Officer"
    assert now.assignments[0].fte == 800_000_000
    source = now.believed.source
    assert source.file == f"{spells['employer'][1]}/{AS_AT[1]}-hr.csv"
    assert source.row is not None
    told = truth(loaded, "source_record").filter(
        pl.col("person_id") == main,
        pl.col("as_at") == AS_AT[1],
        pl.col("employer") == spells["employer"][1],
    )
    assert source.row == told["position"][0]
    nino = next(fact.value for fact in record.identifiers if fact.kind == "nino")
    assert nino == truth(loaded, "person").filter(pl.col("person_id") == main)["nino"][0]
    assert not Identifier.objects.filter(value__contains=nino).exists()
    assert not Claim.objects.filter(nino__contains=nino).exists()

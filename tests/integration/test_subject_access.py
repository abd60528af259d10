"""A copy of one's data: every declared field of every table is in it, and nothing of others."""

import csv
import datetime as dt
import io
import json
import uuid
import zipfile
from collections.abc import Iterator
from html import unescape
from typing import Any

import jsonschema_rs
import pytest
from django.apps import apps
from django.db import models

from muster.kernel.clock import FixedClock
from muster.kernel.running import keyring
from muster.register.keeping import exporting
from muster.register.keeping.exporting import Copy, copy_for
from muster.register.keeping.schedule import Holding, holdings
from muster.register.keeping.writing import as_json, as_page, as_zip, schema_of
from muster.register.people.matching.models import Tie
from muster.register.people.models import Claim, Crosswalk, Identifier, SourceRecord, WaitingRow
from muster.register.told.sealing import seal
from tests.integration.keeping_world import story
from tests.integration.test_people_feeds import MOLE, VOLE, bodies, changed, send

__all__ = ["bodies"]
pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
CLOCK = FixedClock(AT)
SEALED = {"register_told.Notice": "notice", "register_told.Correction": "correction"}
TABLES = [one for one in holdings() if one.by not in ("", "withheld")]


class Planter:
    """Makes a row of each table with a value of its own in every field."""

    def __init__(self, person: uuid.UUID) -> None:
        self.person, self.number = person, 0
        walk = Crosswalk.objects.filter(person=person, recorded_to=None).first()
        assert walk is not None
        self.record = walk.record_id
        self.looked_for: dict[str, dict[str, str]] = {}

    def row(self, held: Holding) -> models.Model:
        """Return a row about the person, and note what to look for in the copy."""
        model: Any = apps.get_model(held.model)
        row = model()
        planted: dict[str, str] = {}
        for one in model._meta.concrete_fields:
            value, text = self.value(held, one)
            setattr(row, one.attname, value)
            planted[one.name] = text
        self.looked_for[held.model] = {name: planted[name] for name in model.personal}
        return row  # type: ignore[no-any-return]

    def value(self, held: Holding, one: Any) -> tuple[Any, str]:
        self.number += 1
        text = f"planted{self.number}"
        label = one.related_model._meta.label if one.is_relation else ""
        if one.name == held.through and held.by == "person" and not label.startswith("hub"):
            return self.person, str(self.person)
        if label == "register_people.SourceRecord":
            return self.record, str(self.record)
        if one.name == "nino":
            return keyring().encrypt(text.encode(), context=b"register:nino").hex(), text
        if one.name == "sealed" and held.model in exporting._openers:
            return text, text  # rooms above test their own opening
        if one.name == "sealed":
            what = SEALED.get(held.model, "name")
            return seal(keyring(), {"said": text}, person=self.person, what=what), text
        if one.name == "kind":
            return "name", "name"
        return self.plain(one, text)

    def plain(self, one: Any, text: str) -> tuple[Any, str]:
        kind = one.target_field if one.is_relation else one
        if isinstance(kind, models.UUIDField):
            made = uuid.uuid4()
            return made, str(made)
        if isinstance(kind, models.DateTimeField):
            return AT, AT.isoformat()
        if isinstance(kind, models.DateField):
            day = dt.date(1900, 1, 1) + dt.timedelta(days=self.number)
            return day, str(day)
        if isinstance(kind, models.BooleanField):
            return True, "true"
        if isinstance(kind, models.JSONField):
            return [text], text
        if isinstance(kind, models.FloatField | models.IntegerField):
            return 70_000 + self.number, str(70_000 + self.number)
        return text, text


def test_every_declared_field_is_in_the_copy_in_each_of_its_forms(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    planter = Planter(story()["mole"])
    rows = {held.model: planter.row(held) for held in TABLES}

    def planted(_own: object, held: Holding, _model: object) -> Iterator[models.Model]:
        yield rows[held.model]

    monkeypatch.setattr(exporting._Own, "rows", planted)
    for name in exporting._openers:
        monkeypatch.setitem(exporting._openers, name, lambda row: {"said": row.sealed})
    copy = copy_for(planter.person, at=AT)
    tables: dict[str, Any] = json.loads(as_json(copy))["tables"]
    files = zipfile.ZipFile(io.BytesIO(as_zip(copy)))
    page = unescape(files.read("index.html").decode())
    for model, wanted in planter.looked_for.items():
        table = apps.get_model(model)._meta.db_table
        lines = files.read(f"tables/{table}.csv").decode()
        for field, value in wanted.items():
            for form in (json.dumps(tables[table]), lines, page):
                assert value.lower() in form.lower(), f"{model}.{field}"


@pytest.mark.parametrize("held", TABLES, ids=lambda one: one.model)
def test_the_way_to_ones_rows_is_asked_of_every_table(held: Holding) -> None:
    """Of a person nobody knows there is nothing, and no question fails."""
    own = exporting._Own(uuid.uuid4())
    model = apps.get_model(held.model)
    assert list(own.rows(held, model)) == []


def test_what_stands_in_the_register_is_in_the_copy_and_fits_its_schema() -> None:
    copy = copy_for(story()["mole"], at=AT)
    parts = {part.name: part for part in copy.parts}
    assert len(parts["register_people_claim"].rows) == 3
    assert len(parts["register_source_record"].rows) == 2
    text = as_json(copy)
    for said in ("Martha", "MOLE", "QA123456C", "1980-03-01", "hr:mill", "hr:weir", "2026-09-15"):
        assert said.lower() in text.lower()
    jsonschema_rs.validator_for(schema_of(copy)).validate(json.loads(text))
    with zipfile.ZipFile(io.BytesIO(as_zip(copy))) as files:
        lines = files.read("tables/register_people_claim.csv").decode("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(lines)))) == 3


def of_nobody_else(copy: Copy) -> None:
    text = (as_json(copy) + as_page(copy)).upper()
    for said in ("VOLE", "VICTOR", "TOAD", "TILDA", "M/2", "M/3", "QB123456C", "1985-04-02"):
        assert said not in text


def test_nothing_of_anybody_else_is_in_the_copy() -> None:
    of_nobody_else(copy_for(story()["mole"], at=AT))


def test_a_shared_email_brings_nothing_of_who_shares_it() -> None:
    shared = {"Email": "office@mill.example"}
    send("08-31", changed(MOLE, **shared), changed(VOLE, **shared))
    both = Identifier.objects.filter(kind="work_email")
    assert both.count() == 2
    mole = both.get(record__staff_number="M/1").person_id
    copy = copy_for(mole, at=AT)
    assert "office@mill.example" in as_json(copy)
    of_nobody_else(copy)


def test_of_a_pair_only_ones_own_record_is_named() -> None:
    people = story()
    first, second = sorted(
        SourceRecord.objects.filter(staff_number__in=("M/1", "M/2")), key=lambda one: one.id
    )
    Tie.objects.create(
        first=first, second=second, says="apart", acts=True, by="hr:ann", reason="seen",
        recorded_from=AT,
    )  # fmt: skip
    copy = copy_for(people["mole"], at=AT)
    (row,) = next(part.rows for part in copy.parts if part.name == "register_record_tie")
    assert exporting.SOMEBODY in (row["first"], row["second"])
    of_nobody_else(copy)


def waiting(copy: Copy) -> tuple[Any, ...]:
    return next(part.rows for part in copy.parts if part.name == "quarantined_rows")


def test_a_waiting_row_that_is_plainly_ones_own_is_shown() -> None:
    send("08-31", MOLE, VOLE)
    send("09-30", changed(MOLE, FTE="lots"), VOLE)
    person = Claim.objects.filter(record__staff_number="M/1").values("record")
    mole = Crosswalk.objects.get(record__in=person, recorded_to=None).person_id
    (row,) = waiting(copy_for(mole, at=AT))
    assert row["cells"]["FTE"] == "lots"


def test_a_waiting_row_that_names_somebody_else_is_told_of_without_its_content() -> None:
    """One row with a person's staff number and another's National Insurance number."""
    send("08-31", MOLE, VOLE)
    send("09-30", changed(MOLE, FTE="lots", NI_No="QB 123456 C"), VOLE)
    assert WaitingRow.objects.filter(staff_number="M/1").exists()
    mole = Crosswalk.objects.get(record__staff_number="M/1", recorded_to=None).person_id
    (row,) = waiting(copy_for(mole, at=AT))
    assert row["cells"] == {}
    assert "somebody else" in row["note"]


def test_the_page_is_readable_by_itself() -> None:
    page = as_page(copy_for(story()["mole"], at=AT))
    assert "<script" not in page
    assert "http" not in page.replace('charset="utf-8"', "")
    assert '<html lang="en">' in page

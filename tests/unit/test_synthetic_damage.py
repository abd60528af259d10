"""Damage to the pretend service's files: what is said to be done is done, and nothing else."""

import hashlib
import itertools
from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from synthetic.chance import Chance
from synthetic.damage.inflict import KINDS, Told, inflict, kinds_for
from synthetic.employers import make_employers
from synthetic.files import layout_of, rows_of
from synthetic.forms.form import About, Cells, as_text
from synthetic.layouts import LAYOUTS
from synthetic.layouts.layout import ROLES
from synthetic.lives import Lives, periods
from synthetic.make import AS_AT, Made, Plans, drawn, make
from synthetic.recruitment_files import EXTRACT
from tests.pretend_files import READINGS, rows_at

ABOUT = About("Tide Tables Commission", AS_AT[1])
CASES = [(key, kind) for key, layout in LAYOUTS.items() for kind in kinds_for(layout)]
# Damage that changes how lines are split, so that only its own record of it can be checked.
UNREADABLE = {"cut_off", "empty_file", "two_encodings", "cells_shifted"}


@pytest.fixture(scope="module")
def people() -> dict[str, list[Cells]]:
    """Cells of every layout, of the second of two months."""
    chance = Chance(6)
    bodies = make_employers(12, 1800, chance)
    said: dict[str, list[Cells]] = {key: [] for key in LAYOUTS}
    for person in Lives(bodies, periods(AS_AT[:2]), chance).people():
        for employment in person.employments:
            layout = layout_of(employment.employer, 1)
            for month, row in rows_of(person, employment, periods(AS_AT[:2]), None):
                if month == 1:
                    said[layout.key].append(layout.said(row))
    return said


def struck(
    folder: Path, key: str, kind: str, rows: list[Cells], seed: int = 4
) -> tuple[Path, Path, Told]:
    """Write a file as it should be and damaged; return both with what was told."""
    layout = LAYOUTS[key]
    sound, hurt = folder / f"sound{layout.form.suffix}", folder / f"hurt{layout.form.suffix}"
    writing = layout.begin(sound, ABOUT)
    writing.add(rows)
    writing.finish()
    told = inflict(hurt, rows, layout, kind=kind, about=ABOUT, chance=Chance(seed))
    return sound, hurt, told


@pytest.mark.parametrize(("key", "kind"), CASES)
def test_what_is_told_is_what_was_done(
    tmp_path: Path, people: dict[str, list[Cells]], key: str, kind: str
) -> None:
    layout, rows = LAYOUTS[key], people[key]
    sound, hurt, told = struck(tmp_path, key, kind, rows)
    hurts, places = told.hurts, told.places
    assert (sound.read_bytes() != hurt.read_bytes()) is bool(hurts)
    assert {one.kind for one in hurts} <= {kind}
    assert all(one.row is None or 1 <= one.row <= len(rows) for one in hurts)
    for one in hurts:
        if one.row is not None and one.field is not None:
            assert as_text(rows[one.row - 1][layout.header.index(one.field)]) == one.original
    if kind in ("empty_file", "header_alone"):
        assert places == ()
        return
    assert {number for _, number in places} == set(range(1, len(rows) + 1))
    again = inflict(tmp_path / "again", rows, layout, kind=kind, about=ABOUT, chance=Chance(4))
    assert again == told
    assert digest(tmp_path / "again") == digest(hurt)


@pytest.mark.parametrize(
    ("key", "kind"), [case for case in CASES if case[1] not in UNREADABLE | {"page_headers"}]
)
def test_only_the_cells_that_are_told_differ(
    tmp_path: Path, people: dict[str, list[Cells]], key: str, kind: str
) -> None:
    rows = people[key]
    sound, hurt, told = struck(tmp_path, key, kind, rows)
    if not told.places:
        assert rows_at(hurt, key) == []
        return
    cells = {(one.row, one.field) for one in told.hurts if one.field}
    before, after = rows_at(sound, key), rows_at(hurt, key)
    numbers = [number for _, number in sorted(told.places)]
    for number, row in zip(numbers, after, strict=False):
        for name, text in before[number - 1].items():
            assert (row[name] == text) or (number, name) in cells, (number, name)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


class TestKinds:
    def test_every_layout_meets_what_can_befall_it(self) -> None:
        met = Counter(kind for _, kind in CASES)
        assert set(met) == set(KINDS)
        # Files that no spreadsheet opens meet none of what spreadsheets do.
        for key in ("oracle_hcm_xml", "workday_xml", "sap_fixed"):
            assert not {"errors_of_formulas", "serial_days_from_1900"} & set(
                kinds_for(LAYOUTS[key])
            )
        assert "count_misstated" not in kinds_for(LAYOUTS["workday_xml"])
        assert "days_and_months_exchanged" in kinds_for(EXTRACT)

    def test_roles_are_of_columns_that_are_there(self) -> None:
        for layout in LAYOUTS.values():
            assert set(layout.roles) <= set(ROLES)
            named = list(itertools.chain(*layout.roles.values()))
            assert set(named) <= set(layout.header)
            assert len(named) == len(set(named))

    def test_days_and_months_are_exchanged_as_an_american_spreadsheet_does(
        self, tmp_path: Path, people: dict[str, list[Cells]]
    ) -> None:
        _, hurt, told = struck(tmp_path, "workday", "days_and_months_exchanged", people["workday"])
        shown = rows_at(hurt, "workday")
        for one in told.hurts:
            assert one.row
            assert one.field
            assert one.original
            day, month, year = one.original.split("/")
            assert shown[one.row - 1][one.field] == f"{year}-{day}-{month}"
            assert int(day) <= 12
        assert len(told.hurts) > 20

    def test_hours_stand_where_a_spreadsheet_would_show_them(
        self, tmp_path: Path, people: dict[str, list[Cells]]
    ) -> None:
        _, hurt, _ = struck(tmp_path, "sap_flat", "hours_as_moments", people["sap_flat"])
        shown = {row["WOSTD"] for row in rows_at(hurt, "sap_flat")}
        assert "1900-01-01 13:00:00" in shown  # 37 hours


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    out = tmp_path_factory.mktemp("damaged") / "s"
    return make(out, employers=12, people=900, seed=8, damage=0.4)


class TestMaking:
    def test_files_are_damaged_at_the_rate_that_was_asked(self, made: Made) -> None:
        struck = [file for file in made.files if file.damage]
        assert 0.2 < len(struck) / len(made.files) < 0.55
        assert len({file.damage for file in struck}) > 6

    def test_the_truth_tells_every_damage(self, made: Made) -> None:
        damage = pl.read_parquet(made.truth["damage"])
        told = dict(damage.select("file", "kind").unique().iter_rows())
        files = {
            file.path.relative_to(made.out).as_posix(): file.damage
            for file in made.files
            if file.damage
        }
        assert {name: kind for name, kind in told.items() if name in files} == files
        assert any(name.startswith("recruitment/") for name in told)
        # Of each damaged file it is said where its records stand.
        moved = set(pl.read_parquet(made.truth["moved"])["file"])
        emptied = {"empty_file", "header_alone"}
        assert {name for name, kind in told.items() if kind not in emptied} <= moved

    def test_whatever_is_not_damaged_is_as_it_would_be(self, made: Made, tmp_path: Path) -> None:
        sound = make(tmp_path / "s", employers=12, people=900, seed=8)
        assert "damage" not in sound.truth
        for one, other in zip(made.files, sound.files, strict=True):
            assert (one.path.read_bytes() == other.path.read_bytes()) is (one.damage is None)
        for table in sound.truth:
            assert sound.truth[table].read_bytes() == made.truth[table].read_bytes(), table

    def test_a_rate_is_a_chance(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="choose from 0 to 1"):
            make(tmp_path, employers=3, people=300, damage=1.5)
        bodies = make_employers(12, 900, Chance(1))
        assert drawn(bodies, 3, 0.0, 1) == Plans({}, {})
        assert len(drawn(bodies, 3, 1.0, 1).people) == 36


class TestForms:
    def test_a_value_that_is_too_long_for_its_place_is_not_cut(self, tmp_path: Path) -> None:
        layout = LAYOUTS["sap_fixed"]
        writing = layout.begin(tmp_path / "f.txt", ABOUT)
        row = ["x" * 61 if name == "NACHN" else "" for name in layout.header]
        with pytest.raises(ValueError, match="NACHN: 61 characters in a place of 60"):
            writing.add([row])

    def test_files_with_totals_say_what_they_hold(
        self, tmp_path: Path, people: dict[str, list[Cells]]
    ) -> None:
        for key in ("oracle_hcm_xml", "sap_fixed"):
            layout, rows = LAYOUTS[key], people[key]
            pay = layout.header.index(READINGS[key].pay)
            total = sum(float(str(row[pay]) or 0) for row in rows)
            sound, _, _ = struck(tmp_path, key, "rows_twice", rows)
            text = sound.read_text(encoding=READINGS[key].encoding)
            assert f"{len(rows):09d}" in text
            assert f"{total:.2f}" in text
            assert (AS_AT[1].isoformat() in text) or (f"{AS_AT[1]:%Y%m%d}" in text)

    def test_a_day_is_written_as_people_of_its_program_do(self) -> None:
        assert as_text(date(2026, 3, 4)) == "2026-03-04"
        assert as_text(0.8) == "0.8"

"""The pretend civil service: what its files say is what its truth says, row by row.

The files are read by `tests/pretend_files.py`, by the rules in each layout's docstring and not with
the code that wrote them.
"""

import ast
import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from synthetic.forms.form import About
from synthetic.identifiers import nino
from synthetic.layouts import LAYOUTS
from synthetic.make import AS_AT, Made, make
from synthetic.names import without_accents
from tests.pretend_files import READINGS, SOURCE, day, grade, rows_of, share_of_full_time

DAY = timedelta(days=1)
ABOUT = About("Somebody", AS_AT[0])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("service"), employers=12, people=4800, seed=3)


@pytest.fixture(scope="module")
def truth(made: Made) -> dict[str, pl.DataFrame]:
    return {table: pl.read_parquet(path) for table, path in made.truth.items()}


def digests(out: Path) -> dict[str, str]:
    """Every file of a service, by its place in it."""
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


class TestTheSameSeed:
    def test_gives_the_same_bytes(self, tmp_path: Path) -> None:
        for name in ("one", "two"):
            make(tmp_path / name, employers=4, people=400, seed=9)
        one = digests(tmp_path / "one")
        folders = Counter(name.partition("/")[0] for name in one)
        for folder in ("files", "recruitment", "attendance"):
            assert folders[folder] == 4 * 3
        assert folders["shared-services"] == 3 * (8 + 1)
        assert folders["adverts"] == 4
        assert folders["truth"] == 16
        assert one == digests(tmp_path / "two")

    def test_gives_the_same_bytes_whatever_order_hashes_fall_in(self, tmp_path: Path) -> None:
        code = (
            "import sys; from pathlib import Path; from synthetic.make import make;"
            "make(Path(sys.argv[1]), employers=4, people=400, seed=9)"
        )
        for hash_seed in ("1", "2"):
            subprocess.run(
                [sys.executable, "-c", code, str(tmp_path / hash_seed)],
                check=True,
                cwd=SOURCE.parent,
                env=os.environ | {"PYTHONHASHSEED": hash_seed},
            )
        assert digests(tmp_path / "1") == digests(tmp_path / "2")

    def test_gives_the_same_files_in_blocks_of_any_size(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make(tmp_path / "one", employers=4, people=400, seed=9)
        monkeypatch.setattr("synthetic.make.BLOCK", 37)
        make(tmp_path / "two", employers=4, people=400, seed=9)
        assert digests(tmp_path / "one" / "files") == digests(tmp_path / "two" / "files")

    def test_is_not_another_seed(self, tmp_path: Path) -> None:
        make(tmp_path / "one", employers=4, people=400, seed=9)
        make(tmp_path / "two", employers=4, people=400, seed=10)
        one, two = digests(tmp_path / "one"), digests(tmp_path / "two")
        same = {name for name in one if one[name] == two[name]}
        assert same <= {"truth/employer.parquet"}


class TestFilesAndTruth:
    def test_every_row_is_told_and_every_telling_has_its_row(
        self, made: Made, truth: dict[str, pl.DataFrame]
    ) -> None:
        told = truth["source_record"].sort("file", "row_number")
        assert told.height == made.rows == sum(len(rows_of(file)) for file in made.files)
        for file in made.files:
            name = file.path.relative_to(made.out).as_posix()
            records = told.filter(pl.col("file") == name)
            assert records["row_number"].to_list() == list(range(1, file.rows + 1))
            assert records["fault"].is_not_null().sum() == file.faults
            how = READINGS[file.layout]
            stated = [row[how.staff] or None for row in rows_of(file)]
            assert stated == records["staff_number"].to_list(), name

    def test_every_cell_agrees_unless_it_is_damaged(
        self, made: Made, truth: dict[str, pl.DataFrame]
    ) -> None:
        records = {
            (record["file"], record["row_number"]): record
            for record in truth["source_record"]
            .join(truth["employment"], on=["employment_id", "person_id", "employer"])
            .iter_rows(named=True)
        }
        posts = {row["post_id"]: row for row in truth["post"].iter_rows(named=True)}
        held: dict[str, list[dict[str, object]]] = {}
        for row in truth["assignment"].iter_rows(named=True):
            held.setdefault(row["employment_id"], []).append(row)
        for file in made.files:
            how = READINGS[file.layout]
            for number, row in enumerate(rows_of(file), start=1):
                record = records[file.path.relative_to(made.out).as_posix(), number]
                fault, left = record["fault"], row[how.left]
                assignment = next(
                    each
                    for each in held[record["employment_id"]]
                    if each["post_id"] == f"{file.employer}:{row[how.post]}"
                )
                if left:
                    assert day(left, how) + DAY == record["valid_to"]
                else:
                    assert record["valid_to"] is None or record["valid_to"] > file.as_at + DAY
                if fault != "blank_start_date":
                    assert day(row[how.start], how) == record["valid_from"] <= file.as_at
                assert grade(row[how.grade]) == assignment["grade"]
                assert posts[str(assignment["post_id"])]["grade"] == assignment["grade"]
                if fault != "unreadable_fte":
                    assert share_of_full_time(row, how) == assignment["fte"]
                if fault != "unreadable_pay":
                    pay = re.sub("[£,]", "", row[how.pay])
                    assert (round(float(pay) * 100) if pay else None) == assignment["salary_pence"]

    def test_headcount_from_the_files_is_headcount_in_truth(
        self, made: Made, truth: dict[str, pl.DataFrame]
    ) -> None:
        for file in made.files:
            if file.layout == "workday_changes":
                continue
            how = READINGS[file.layout]
            here = [
                row
                for row in rows_of(file)
                if not row[how.left] or day(row[how.left], how) >= file.as_at
            ]
            employed = truth["employment"].filter(
                (pl.col("employer") == file.employer)
                & (pl.col("valid_from") <= file.as_at)
                & (pl.col("valid_to").is_null() | (pl.col("valid_to") > file.as_at))
            )
            assert len(here) == employed.height

    def test_a_leaver_is_listed_with_a_date_once_and_then_not_at_all(
        self, truth: dict[str, pl.DataFrame]
    ) -> None:
        last_file = truth["source_record"].group_by("employment_id").agg(pl.col("as_at").max())
        left = (
            truth["employment"]
            .filter(pl.col("valid_to") <= AS_AT[-1])
            .join(last_file, on="employment_id")
        )
        assert left.height > 30
        for valid_to, as_at in left.select("valid_to", "as_at").iter_rows():
            assert as_at == min(each for each in AS_AT if each >= valid_to - DAY)

    def test_truth_tables_refer_only_to_each_other(self, truth: dict[str, pl.DataFrame]) -> None:
        for table, key, target in (
            ("employment", "person_id", "person"),
            ("employment", "employer", "employer"),
            ("assignment", "employment_id", "employment"),
            ("assignment", "post_id", "post"),
            ("post", "place_id", "place"),
            ("place", "employer", "employer"),
            ("source_record", "employment_id", "employment"),
        ):
            assert truth[target][key].is_unique().all(), target
            assert truth[table].join(truth[target], on=key, how="anti").is_empty(), (table, key)


class TestLives:
    def test_nobody_has_two_substantive_employments_on_one_day(
        self, truth: dict[str, pl.DataFrame]
    ) -> None:
        own = truth["employment"].filter("substantive").sort("person_id", "valid_from")
        before = pl.col("valid_to").shift().over("person_id")
        later = pl.int_range(pl.len()).over("person_id") > 0
        overlapping = own.filter(later & (before.is_null() | (before > pl.col("valid_from"))))
        assert own.height > own["person_id"].n_unique()
        assert overlapping.is_empty()

    def test_a_post_has_one_person_at_a_time(self, truth: dict[str, pl.DataFrame]) -> None:
        held = truth["assignment"].sort("post_id", "valid_from")
        before = pl.col("valid_to").shift().over("post_id")
        later = pl.int_range(pl.len()).over("post_id") > 0
        assert held.filter(later).height > 10
        assert held.filter(later & (before.is_null() | (before > pl.col("valid_from")))).is_empty()

    def test_a_mover_begins_the_day_after_with_another_employer_and_number(
        self, truth: dict[str, pl.DataFrame]
    ) -> None:
        spells = truth["employment"]
        moves = spells.join(spells, left_on="moved_from", right_on="employment_id", suffix="_old")
        assert moves.height > 20
        assert (moves["valid_from"] == moves["valid_to_old"]).all()
        assert (moves["employer"] != moves["employer_old"]).all()
        assert (moves["staff_number"] != moves["staff_number_old"]).all()
        assert (moves["person_id"] == moves["person_id_old"]).all()

    def test_people_are_about_as_many_and_as_mobile_as_asked(
        self, truth: dict[str, pl.DataFrame]
    ) -> None:
        opened = truth["employment"].filter(pl.col("valid_from") < date(2026, 8, 1))
        assert opened["person_id"].n_unique() == 4800
        spells = truth["employment"]
        moved = spells.filter(pl.col("moved_from").is_not_null()).height
        left = spells.filter(pl.col("valid_to").is_not_null()).height - moved
        assert 0.007 < moved / 4800 < 0.017  # about 0.4% a month for three months
        assert 0.018 < left / 4800 < 0.034  # about 0.8% a month

    def test_some_people_can_be_mistaken_for_others(self, truth: dict[str, pl.DataFrame]) -> None:
        people = truth["person"]
        pairs = people.join(people, left_on="related_to", right_on="person_id", suffix="_other")
        assert set(pairs["relation"]) == {"twin", "parent", "namesake"}
        for pair in pairs.iter_rows(named=True):
            same_day = pair["birth_date"] == pair["birth_date_other"]
            assert same_day is (pair["relation"] != "parent")
            assert pair["nino"] != pair["nino_other"]

    def test_the_main_character_has_three_names_in_three_systems(
        self, made: Made, truth: dict[str, pl.DataFrame]
    ) -> None:
        (who,) = truth["person"].filter(pl.col("story") == "main")["person_id"]
        found = {}
        for record in truth["source_record"].filter(person_id=who).iter_rows(named=True):
            assert record["fault"] is None
            file = next(f for f in made.files if f.path == made.out / record["file"])
            row = rows_of(file)[record["row_number"] - 1]
            how = READINGS[file.layout]
            assert day(row[how.born], how) == date(1989, 3, 1)
            assert row[how.nino].replace(" ", "") == truth["person"].row(0, named=True)["nino"]
            found[file.as_at.month, file.layout] = row
        aug, sep = found[8, "oracle_hcm"], found[9, "workday"]
        assert (aug["FIRST_NAME"], aug["MIDDLE_NAMES"], aug["LAST_NAME"]) == (
            "Margaret", "Siân", "Llewellyn",
        )  # fmt: skip
        assert (aug["ACTUAL_TERMINATION_DATE"], sep["Original Hire Date"]) == ("", "07/09/2026")
        assert found[9, "oracle_hcm"]["ACTUAL_TERMINATION_DATE"] == "06-SEP-2026"
        assert sep["Legal Name"] == "Llewellyn, Siân"
        assert found[10, "workday"]["Worker Type"] == "Employee - Outward Loan"
        assert (found[10, "sap_flat"]["VORNA"], found[10, "sap_flat"]["NACHN"]) == (
            "Siân",
            "Okafor",
        )


class TestNumbersNobodyHas:
    def test_national_insurance_prefixes_are_never_issued(
        self, made: Made, truth: dict[str, pl.DataFrame]
    ) -> None:
        """D, F, I, Q, U and V never stand in a prefix (HMRC's manual, NIM39110)."""
        stated = [
            row[READINGS[file.layout].nino].replace(" ", "")
            for file in made.files
            for row in rows_of(file)
        ]
        for number in [*filter(None, stated), *truth["person"]["nino"]]:
            assert re.fullmatch(r"[A-Z]{2}\d{6}[A-D]", number)
            assert set(number[:2]) & set("DFIQUV"), number
        assert 0.01 < stated.count("") / len(stated) < 0.06

    def test_no_two_people_share_one(self) -> None:
        assert len({nino(number)[:8] for number in range(1, 200_001)}) == 200_000

    def test_addresses_end_in_a_domain_kept_out_of_use(self, made: Made) -> None:
        for file in made.files:
            column = next(name for name in LAYOUTS[file.layout].header if "mail" in name.lower()
                          or name == "USRID_LONG")  # fmt: skip
            addresses = [row[column] for row in rows_of(file)]
            assert all(re.fullmatch(r"[a-z0-9.]+@[a-z-]+\.example", each) for each in addresses)
            assert len(set(addresses)) == len(addresses)


class TestDamage:
    def test_about_one_row_in_two_hundred_is_damaged(self, tmp_path: Path) -> None:
        made = make(tmp_path / "s", employers=4, people=8000, seed=2)
        assert 0.003 < sum(file.faults for file in made.files) / made.rows < 0.007

    def test_without_it_everything_else_is_the_same(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("synthetic.make.BLOCK", 1000)  # damage is drawn between blocks
        with_it = make(tmp_path / "one", employers=8, people=4000, seed=3)
        without = make(tmp_path / "two", employers=8, people=4000, seed=3, faults=False)
        differing = set()
        for damaged, sound in zip(with_it.files, without.files, strict=True):
            assert sound.faults == 0
            for left, right in zip(rows_of(damaged), rows_of(sound), strict=True):
                differing |= {name for name in left if left[name] != right[name]}
        allowed = {column for layout in LAYOUTS.values() for column, _ in layout.faults.values()}
        assert differing <= allowed
        assert len(differing) > 10

    def test_every_kind_is_in_every_layout(self) -> None:
        kinds = {tuple(layout.faults) for layout in LAYOUTS.values()}
        assert len(kinds) == 1
        for layout in LAYOUTS.values():
            assert all(column in layout.header for column, _ in layout.faults.values())


class TestLayouts:
    @pytest.mark.parametrize("key", sorted(LAYOUTS))
    def test_the_docstring_tells_every_column_in_order(self, key: str) -> None:
        text = (SOURCE / "layouts" / f"{key}.py").read_text(encoding="utf-8")
        told = ast.get_docstring(ast.parse(text)) or ""
        places = [told.index(f"\n    {column}") for column in LAYOUTS[key].header]
        assert places == sorted(places)

    @pytest.mark.parametrize(
        ("key", "starts", "ends"),
        [
            ("oracle_hcm", b"PERSON_NUMBER|TITLE|", b"\n"),
            ("workday", b"\xef\xbb\xbfEmployee ID,Legal Name,", b"\r\n"),
            ("sap_flat", b"PERNR;ANRED;", b"\r\n"),
            ("small_body", b"Staff no\tName\t", b"\t\r\n" + (b"\t" * 15 + b"\r\n") * 2),
        ],
    )
    def test_each_has_its_own_bytes(self, made: Made, key: str, starts: bytes, ends: bytes) -> None:
        content = next(file.path for file in made.files if file.layout == key).read_bytes()
        assert content.startswith(starts)
        assert content.endswith(ends)

    def test_a_letter_the_code_page_lacks_is_written_plain(self, tmp_path: Path) -> None:
        layout = replace(LAYOUTS["sap_flat"], header=("Łukasz", "Wójcik", "Llŷr"))
        layout.begin(tmp_path / "f.csv", ABOUT)
        assert (tmp_path / "f.csv").read_bytes() == b"Lukasz;W\xf3jcik;Llyr\r\n"

    def test_every_name_can_be_written_in_the_code_page(self) -> None:
        names = (SOURCE / "names.toml").read_text(encoding="utf-8")
        assert "Ayse" in names.encode("cp1252", errors="nearest-letter").decode("cp1252")

    def test_accents_come_off(self) -> None:
        assert without_accents("Małgorzata Siân Ọlátúnjí Søren") == "Malgorzata Sian Olatunji Soren"


class TestRefusals:
    @pytest.mark.parametrize(
        ("asked", "why"),
        [
            ({"employers": 2}, "from 3 to"),
            ({"employers": 10, "people": 599}, "need at least 600"),
            ({"people": 5_000_000}, "too many"),
            ({"as_at": ()}, "as_at"),
            ({"as_at": (date(2026, 9, 30), date(2026, 8, 31))}, "earliest first"),
        ],
    )
    def test_says_what_cannot_be(self, tmp_path: Path, asked: dict[str, object], why: str) -> None:
        with pytest.raises(ValueError, match=why):
            make(tmp_path, **asked)  # type: ignore[arg-type]
        assert not list(tmp_path.iterdir())

    def test_overwrites_nothing(self, made: Made) -> None:
        before = digests(made.out)
        with pytest.raises(FileExistsError, match="there already"):
            make(made.out, employers=3, people=200)
        assert digests(made.out) == before


def test_progress_is_told_and_nothing_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines: list[str] = []
    make(tmp_path / "s", employers=3, people=300, progress=lines.append)
    # 300 when the window opens, and two join in each of three months
    assert lines == ["306 people written"]
    assert capsys.readouterr().out == ""


def test_it_imports_nothing_of_the_service_it_feeds() -> None:
    for path in SOURCE.rglob("*.py"):
        assert not re.search(r"^\s*(from|import) muster", path.read_text(encoding="utf-8"), re.M)

"""Lists of skills that are brought: ESCO as published, other encodings, beside the one of ours."""

from pathlib import Path

import openpyxl
import polars as pl
import pytest

from muster.kernel.errors import BadInput
from muster.services.skills.map.lexicon import (
    Correction,
    broader,
    joined,
    lexicon_of,
    read_lexicon,
    shipped,
)
from muster.services.skills.map.lexicon.tables import LARGEST, MOST_ROWS, Listed, read_listed
from muster.services.skills.own_lists import read_own

SKILL = "http://data.europa.eu/esco/skill/"
BUDGETS = "21c5790c-0930-4d74-b3b0-84caf5af12ea"
WELSH = "8dbd15c6-ecf0-468c-8ae1-f6eb360743dd"
NEW = "00000000-0000-4000-8000-000000000001"
ESCO = (
    "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,hiddenLabels,status,"
    "scopeNote,definition,description\n"
    f"KnowledgeSkillCompetence,{SKILL}{BUDGETS},skill/competence,cross-sector,manage budgets,"
    '"hold the purse\nrun a budget",,released,,,"Plan, ""monitor"" and\nreport."\n'
    f"KnowledgeSkillCompetence,{SKILL}{WELSH},knowledge,cross-sector,Welsh,,,released,,,"
    "A language.\n"
    f"KnowledgeSkillCompetence,{SKILL}{NEW},knowledge,sector-specific,kite lore,,,released,,"
    "What kites are.,Longer words.\n"
)


def written(folder: Path, text: str, *, encoding: str = "utf-8", name: str = "ours.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def ids(path: Path) -> list[str]:
    return read_lexicon(path).skills["id"].to_list()


def test_esco_as_published_is_read_by_its_own_columns(tmp_path: Path) -> None:
    lexicon = read_lexicon(written(tmp_path, ESCO))
    assert lexicon.skills.select("id", "label", "kind", "uri").rows() == [
        (f"esco:{BUDGETS}", "manage budgets", "skill", SKILL + BUDGETS),
        # The published file calls a language knowledge; the list that ships knows better.
        (f"esco:{WELSH}", "Welsh", "language", SKILL + WELSH),
        (f"esco:{NEW}", "kite lore", "knowledge", SKILL + NEW),
    ]
    assert lexicon.definitions.rows() == [
        (0, 'Plan, "monitor" and\nreport.', "cross-sector", "ours.csv"),
        (1, "A language.", "cross-sector", "ours.csv"),
        (2, "What kites are.", "sector-specific", "ours.csv"),
    ]
    named = lexicon.labels.filter(pl.col("skill") == 0)["label"].to_list()
    # What British adverts call a skill of ESCO is added, as it is to the list that ships.
    assert {"hold the purse", "run a budget", "budget management"} < set(named)
    assert lexicon.labels.filter(pl.col("label") == "Welsh")["sense"].to_list() == ["needs context"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings_say_the_same(tmp_path: Path, encoding: str) -> None:
    text = "id\tlabel\na\tcafé work\nb\tthe Crown’s law\n"
    lexicon = read_lexicon(written(tmp_path, text, encoding=encoding))
    assert lexicon.skills["label"].to_list() == ["café work", "the Crown’s law"]
    assert bool(lexicon.said) == (encoding == "cp1252")
    assert all("Windows-1252" in one for one in lexicon.said)


@pytest.mark.parametrize("start", [b"%PDF-1.7", b"\xff\xfe\x00\xd8\x00", b"id,label\n\0\0,x\n"])
def test_what_is_no_text_is_no_table(tmp_path: Path, start: bytes) -> None:
    (tmp_path / "ours.csv").write_bytes(start)
    with pytest.raises(BadInput, match="cannot be read as a table"):
        read_lexicon(tmp_path / "ours.csv")


def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "ours.csv"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(BadInput, match="at most 50,000,000"):
        read_lexicon(path)
    tall = pl.DataFrame({"label": pl.Series(["x"], dtype=pl.String)}).select(
        pl.col("label").repeat_by(MOST_ROWS + 1).explode()
    )
    tall.write_parquet(tmp_path / "tall.parquet")
    with pytest.raises(BadInput, match="more than 300,000 rows"):
        read_lexicon(tmp_path / "tall.parquet")


def test_a_hundred_thousand_names_are_all_there(tmp_path: Path) -> None:
    rows = "".join(f"s{at // 5},craft {at // 5} of kind {at % 5}\n" for at in range(100_000))
    lexicon = read_lexicon(written(tmp_path, f"id,label\n{rows}"))
    assert (lexicon.skills.height, lexicon.labels.height) == (20_000, 100_000)
    assert lexicon.labels["preferred"].sum() == 20_000
    assert not lexicon.said


def test_a_workbook_says_the_same_as_csv(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    notes = book.active
    assert notes is not None
    notes.append(["Made for the team", 2026])
    sheet = book.create_sheet("Skills")
    for row in (["Id", "Label", "Definition"], [7, "fly kites", "On a line"], ["b", None, None]):
        sheet.append(row)
    sheet["B3"] = "sail boats"
    hidden = book.create_sheet("Old", 0)
    hidden.append(["label"])
    hidden.append(["never"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "ours.xlsx")
    plain = written(tmp_path, "id,label,definition\n7,fly kites,On a line\nb,sail boats,\n")
    one, other = read_own(tmp_path / "ours.xlsx", file="ours.xlsx"), read_lexicon(plain)
    assert one.digest == other.digest
    assert one.definitions["definition"].to_list() == ["On a line"]
    sheet["B3"] = None
    book.save(tmp_path / "ours.xlsx")
    with pytest.raises(BadInput) as told:
        read_own(tmp_path / "ours.xlsx", file="given.xlsx")
    where = told.value.where
    assert (where.file, where.sheet, where.row, where.field) == ("given.xlsx", "Skills", 3, "Label")


def test_a_list_with_several_values_in_a_cell_comes_from_parquet(tmp_path: Path) -> None:
    frame = pl.DataFrame({"id": [1, 2], "label": ["fly kites", "sail"],
                          "altLabels": [["kite work", "kiting about"], None]})  # fmt: skip
    frame.write_parquet(tmp_path / "ours.parquet")
    lexicon = read_lexicon(tmp_path / "ours.parquet")
    assert lexicon.labels.filter(pl.col("skill") == 0)["label"].to_list() == [
        "fly kites", "kite work", "kiting about",
    ]  # fmt: skip


def test_beside_the_list_that_ships_each_skill_is_one(tmp_path: Path) -> None:
    text = (
        "id,label,definition\nm,Manage  Budgets,Keep within means\nm,mind the pennies,\n"
        "k,fly kites,On a line\nk,kite work,\n"
    )
    own = read_lexicon(written(tmp_path, text))
    both = joined(shipped(), own)
    assert both.skills.height == shipped().skills.height + 1
    assert both.skills["skill"].to_list() == list(range(both.skills.height))
    assert both.skills["id"].is_unique().all()
    assert both.labels.filter("preferred")["skill"].to_list() == both.skills["skill"].to_list()
    known = both.skills.filter(pl.col("id") == f"esco:{BUDGETS}")
    assert known["label"].item() == "manage budgets"
    pennies = both.labels.filter(pl.col("label") == "mind the pennies")["skill"].item()
    assert pennies == known["skill"].item()
    told = dict(both.definitions.select("skill", "definition").iter_rows())
    assert told == {pennies: "Keep within means", both.skills.height - 1: "On a line"}
    corrected = both.corrected([Correction("synonym", f"esco:{BUDGETS}", "count coppers")])
    assert corrected.labels.filter(pl.col("label") == "count coppers").height == 1
    assert corrected.definitions.equals(both.definitions)
    assert both.said[-1].endswith("lend it names: 1; that are new: 1.")


def test_the_list_that_ships_beside_itself_is_itself() -> None:
    same = joined(shipped(), shipped())
    assert same.skills.equals(shipped().skills)
    assert same.labels.sort("skill", "label").equals(shipped().labels.sort("skill", "label"))


def test_groups_are_paths_that_people_read(tmp_path: Path) -> None:
    text = f"id,label,branch\n{BUDGETS},manage budgets,\nk,fly kites,Outdoors > Kites\ns,sail,\n"
    rows = broader(read_lexicon(written(tmp_path, text)))
    paths = {
        (str(key[0]), " / ".join(each["name"]))
        for key, each in rows.group_by("id", "path", maintain_order=True)
    }
    assert {one for one in paths if one[0] == "k"} == {("k", "Outdoors / Kites")}
    assert (
        f"esco:{BUDGETS}",
        "management skills / allocating and controlling resources / managing budgets or finances",
    ) in paths
    assert not rows.filter(pl.col("id") == "s").height


def test_every_skill_of_esco_with_a_branch_has_a_group_and_no_path_repeats_a_name() -> None:
    rows = broader(shipped())
    placed = set(rows["id"])
    assert set(shipped().skills.drop_nulls("branch")["id"]) <= placed
    one_after = pl.col("name") == pl.col("name").shift().over("id", "path")
    assert not rows.filter(one_after).height


def test_a_table_keeps_the_numbers_of_its_rows(tmp_path: Path) -> None:
    listed = read_listed(written(tmp_path, '\n"a","b"\n\n1,2\n3\n'), file="x")
    assert (listed.headings, listed.rows.to_list()) == (("a", "b"), [4, 5])
    assert listed.cells.rows() == [("1", "2"), ("3", "")]
    made = Listed.of_rows([(3, ["label"]), (9, ["fly kites"])], file="x", sheet="s")
    assert lexicon_of(made).skills["id"].to_list() == ["own:fly-kites"]

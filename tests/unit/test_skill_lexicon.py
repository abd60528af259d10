"""The lexicon: what ships, what an employer brings, what people correct."""

import hashlib
import tomllib
from pathlib import Path

import polars as pl
import pytest

from muster.kernel.errors import BadInput
from muster.services.skills.map.lexicon import (
    Correction,
    read_lexicon,
    roles,
    shipped,
)
from muster.services.skills.map.lexicon.folding import fold, ing, key, other_number, variants
from muster.services.skills.map.lexicon.shipping import SHIPPED


def written(folder: Path, text: str) -> Path:
    path = folder / "ours.csv"
    path.write_text(text, encoding="utf-8")
    return path


def senses(path: Path) -> dict[tuple[str, str], str]:
    lexicon = read_lexicon(path)
    ids = lexicon.skills["id"].to_list()
    return {
        (ids[skill], label): sense
        for skill, label, sense in lexicon.labels.select("skill", "label", "sense").iter_rows()
    }


def test_what_ships_is_whole_and_every_skill_has_one_first_name() -> None:
    lexicon = shipped()
    assert lexicon.skills["skill"].to_list() == list(range(lexicon.skills.height))
    assert lexicon.skills["id"].is_unique().all()
    first = lexicon.labels.filter("preferred")
    assert first["skill"].to_list() == lexicon.skills["skill"].to_list()
    assert lexicon.skills.filter(pl.col("kind") == "framework").height > 100
    assert set(lexicon.skills["kind"]) == {
        "skill",
        "knowledge",
        "attitude",
        "language",
        "framework",
    }
    assert lexicon.labels["sense"].null_count() == 0


def test_the_files_that_ship_are_those_their_digests_were_taken_of() -> None:
    said = tomllib.loads((SHIPPED / "lexicon.toml").read_text(encoding="utf-8"))["sha256"]
    for name, digest in said.items():
        assert hashlib.sha256((SHIPPED / f"{name}.parquet").read_bytes()).hexdigest() == digest


def test_no_description_ships() -> None:
    assert (shipped().labels["label"].str.len_chars() < 200).all()


def test_framework_roles_name_skills_that_ship_at_the_four_levels() -> None:
    assert set(roles()["id"]) <= set(shipped().skills["id"])
    assert set(roles()["level"]) == {"awareness", "working", "practitioner", "expert"}


def test_a_lexicon_of_ones_own_with_duplicates_is_folded_and_says_so(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "id,label,preferred\na,budget work,\na,Manage Budgets,yes\na,manage  budgets,\n"
        "a,manage-budgets,\nb,MANAGE BUDGETS,\nc,fly kites,\nc,fly kites,\n",
    )
    lexicon = read_lexicon(path)
    assert lexicon.skills.select("id", "label").rows() == [
        ("a", "Manage Budgets"), ("c", "fly kites"),
    ]  # fmt: skip
    assert lexicon.labels.height == 3
    assert lexicon.said == (
        "ours.csv: Skills with the name of another, folded into it: “MANAGE BUDGETS” (row 6).",
        "ours.csv: Names listed twice for a skill, folded: 4.",
    )


@pytest.mark.parametrize(
    ("text", "row", "field"),
    [
        ("id,label\na,fly kites\nb,\n", 3, "label"),
        ("id,label\na,fly kites\n,fly planes\n", 3, "id"),
        ("id,label\na,...\n", 2, "label"),
        ("id,label,kind\na,fly kites,hobby\n", 2, "kind"),
        ("id,name\na,fly kites\n", None, "label"),
        ("id,label\n", None, None),
    ],
)
def test_a_lexicon_that_cannot_be_read_names_file_row_and_field(
    tmp_path: Path, text: str, row: int | None, field: str | None
) -> None:
    with pytest.raises(BadInput) as caught:
        read_lexicon(written(tmp_path, text))
    where = caught.value.where
    assert (where.file, where.row, where.field) == ("ours.csv", row, field)
    assert caught.value.fix


def test_what_is_no_table_is_said_to_be_none(tmp_path: Path) -> None:
    broken = tmp_path / "ours.parquet"
    broken.write_bytes(b"PAR1 but not really")
    for path in (broken, tmp_path / "absent.csv"):
        with pytest.raises(BadInput, match="cannot be read as a table"):
            read_lexicon(path)


def test_a_lexicon_comes_back_from_parquet_as_from_csv(tmp_path: Path) -> None:
    text = "id,label,kind\na,fly kites,skill\nb,Welsh,language\n"
    path = written(tmp_path, text)
    pl.read_csv(path).write_parquet(tmp_path / "ours.parquet")
    assert read_lexicon(path).digest == read_lexicon(tmp_path / "ours.parquet").digest


def test_single_words_of_an_employers_lexicon_get_senses_too(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "id,label,kind\na,fly kites,skill\na,terms,\na,wind,\nb,Welsh,language\nc,SQL,knowledge\n"
        "c,database work,\nc,DB,\n",
    )
    assert senses(path) == {
        ("a", "fly kites"): "plain", ("a", "terms"): "never", ("a", "wind"): "never",
        ("b", "Welsh"): "needs context", ("c", "SQL"): "exact case",
        ("c", "database work"): "plain", ("c", "DB"): "never",
    }  # fmt: skip


def test_corrections_add_refuse_and_survive_in_any_order() -> None:
    lexicon = shipped()
    kept = lexicon.skills.filter(pl.col("label") == "manage budgets")["id"].item()
    corrections = [
        Correction("synonym", kept, "look after the pennies"),
        Correction("synonym", "esco:gone", "anything"),
        Correction("not this", kept, "managing budgets"),
        Correction("never", "", "project management"),
    ]
    once, again = lexicon.corrected(corrections), lexicon.corrected(corrections[::-1])
    assert once.digest == again.digest != lexicon.digest
    added = once.labels.filter(pl.col("label") == "look after the pennies")
    assert added.select("preferred", "added", "sense").row(0) == (False, True, "plain")
    assert "esco:gone" in once.said[-1]
    refused = once.labels.filter(pl.col("label") == "project management")
    assert set(refused["sense"]) == {"never"}
    assert lexicon.corrected([]) is lexicon


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("budget", "budgets"), ("budgets", "budget"), ("policy", "policies"),
        ("policies", "policy"), ("process", None), ("processes", "process"), ("logistics", None),
        ("box", None), ("match", "matches"), ("analysis", None), ("survey", "surveys"),
        ("cleaning", None), ("staff", None), ("class", None),
    ],
)  # fmt: skip
def test_the_other_number_of_a_noun(word: str, other: str | None) -> None:
    assert other_number(word) == other


@pytest.mark.parametrize(
    ("verb", "doing"),
    [("manage", "managing"), ("plan", "planning"), ("oversee", "overseeing"), ("tie", "tying"),
     ("apply", "applying"), ("develop", "developing")],
)  # fmt: skip
def test_the_doing_of_a_verb(verb: str, doing: str) -> None:
    assert ing(verb) == doing


def test_other_forms_of_a_name() -> None:
    assert set(variants("manage budgets", verb=True)) == {
        "manage budget", "managing budgets", "managing budget", "manage a budget",
        "managing a budget", "manage the budgets", "managing the budgets",
    }  # fmt: skip
    assert "organize events" in set(variants("organise events", verb=True))
    assert set(variants("risk", verb=False)) == set()


def test_folding_keeps_places_and_compares_what_differs_in_writing_only() -> None:
    for text in ("İstanbul – Groß", "Decision\u2011making (“Excel”/Word)", "a\tb\nc", ""):
        assert len(fold(text)) == len(text)
    assert key(" Decision\u2011Making. ") == key("decision making")
    assert key("the Crown\u2019s") == key("The crown's")

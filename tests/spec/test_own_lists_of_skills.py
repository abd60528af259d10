"""What becomes of a list of skills that somebody brings: what is read, what is refused, and where.

A list has a row a name. Whatever cannot be read is told with its row and column as they stand in
the file; what can be left out without harm is left out and said.
"""

from pathlib import Path

import pytest

from muster.kernel.errors import BadInput
from muster.services.skills.map.lexicon import read_lexicon
from muster.services.skills.map.lexicon.broader import path_of
from muster.services.skills.map.lexicon.identities import identity

UUID = "0005c151-5b5a-4a66-8aac-60e734beb1ab"
HEAD = "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,status,description\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "ours.csv"
    path.write_text(text, encoding="utf-8")
    return path


# The file, and: what is said, row (the heading is row 1), column.
REFUSED = {
    "a name is missing": ("id,label\na,fly kites\nb,\n", "no value", 3, "label"),
    "blank lines count": ("id,label\n\na,fly kites\n\n,sail\n", "no value", 5, "id"),
    "a name of signs alone": ("id,label\na,...\n", "no letter or digit", 2, "label"),
    "columns as they are called there": (
        HEAD + f"KnowledgeSkillCompetence,{UUID},knowledge,,,,,\n",
        "no value",
        2,
        "preferredLabel",
    ),
    "no column of names": ("id,name,why\na,b,c\n", "Its columns: id, name, why", None, "label"),
    "the same column twice": ("id,label,Label\na,b,c\n", "same name", None, "label"),
    "a kind that there is not": ("id,label,kind\na,b,hobby\n", "kind of skill", 2, "kind"),
    "more cells than columns": ("id,label\na,plan,do, check\n", "4 cells", 2, None),
    "an open quotation mark": ('id,label\na,ok\nb,"fly\nc,sail\n', "not closed", 3, None),
    "a heading alone": ("id,label\n", "empty", None, None),
    "nothing at all": ("", "no column of names", None, "label"),
    "groups alone": (HEAD + f"SkillGroup,{UUID},,,plan,,,\n", "empty", None, None),
}


@pytest.mark.parametrize(("text", "what", "row", "field"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_and_where(
    tmp_path: Path, text: str, what: str, row: int | None, field: str | None
) -> None:
    with pytest.raises(BadInput, match=what) as told:
        read_lexicon(written(tmp_path, text))
    where = told.value.where
    assert (where.file, where.row, where.field) == ("ours.csv", row, field)
    assert told.value.fix


# The file, and: the skills by their first names, and what is said of what is left out.
READ = {
    "the first name is the one marked": (
        "id,label,preferred\na,kite work,\na,fly kites,yes\n", ["fly kites"], []
    ),
    "two skills of one name are one": (
        "id,label\na,Fly kites\nb,fly  kites\n", ["Fly kites"],
        ["folded into it: “fly kites” (row 3)", "twice for a skill, folded: 1"],
    ),
    "names without identifiers are skills": ("label\nfly kites\nsail\n", ["fly kites", "sail"], []),
    "groups and what is out of use are left out": (
        HEAD + f"SkillGroup,x,,,a group,,,\nKnowledgeSkillCompetence,{UUID},,,sail,,obsolete,\n"
        "KnowledgeSkillCompetence,y,skill/competence,,fly kites,,released,\n",
        ["fly kites"], ["a group and no skill: row 2", "out of use: row 3"],
    ),
    "a name too long for one": (
        f"id,label\na,fly kites\na,{'very ' * 60}long\n", ["fly kites"], ["letters: row 3"]
    ),
    "signs alone beside a name": (
        "id,label\na,...\na,fly kites\n", ["fly kites"], ["no letter or digit: row 2"]
    ),
    "semicolons and tabs": ("id;label\na;fly, then sail\n", ["fly, then sail"], []),
    "signs that are none": ("id,label\na,fly\u200b\x07 kites\u202e\n", ["fly kites"], []),
    "a name that means too much": ("id,label\na,principles\n", ["principles"], ["“principles”"]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "names", "said"), READ.values(), ids=READ)
def test_what_is_read_and_what_is_said(
    tmp_path: Path, text: str, names: list[str], said: list[str]
) -> None:
    lexicon = read_lexicon(written(tmp_path, text))
    assert lexicon.skills["label"].to_list() == names
    assert len(lexicon.said) == len(said)
    for one, remark in zip(said, lexicon.said, strict=True):
        assert one in remark
        assert remark.startswith("ours.csv: ")


@pytest.mark.parametrize(
    ("stated", "known_by"),
    [
        (f"http://data.europa.eu/esco/skill/{UUID}", f"esco:{UUID}"),
        (UUID.upper(), f"esco:{UUID}"),
        (f"esco:{UUID}", f"esco:{UUID}"),
        ("ddat:user-research", "ddat:user-research"),
        ("IT-07", "IT-07"),
        ("fly kites", "own:fly-kites"),
        ("own:fly-kites", "own:fly-kites"),
    ],
)
def test_by_what_a_skill_is_known_for_good(stated: str, known_by: str) -> None:
    assert identity(stated) == known_by


def test_what_does_not_fit_an_address_stays_apart() -> None:
    stated = ["IT/07", "it 07", "IT:07", "esco-1", "own-a", "Prüfung", "检查", "a" * 300, "<b>"]
    known = {identity(one) for one in stated}
    assert len(known) == len(stated)
    # An address writes a hyphen for the colon; two skills never share one.
    assert len({one.replace(":", "-") for one in known}) == len(stated)
    assert all(len(one) <= 100 and one.isascii() for one in known)


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("S4.5.0", ["S4", "S4.5", "S4.5.0"]), ("K0613", ["K06", "K061", "K0613"]),
        ("T4.4", ["T4", "T4.4"]), ("A1.12.0", ["A1", "A1.12", "A1.12.0"]), ("L1", ["L1"]),
    ],
)  # fmt: skip
def test_what_a_group_is_part_of(code: str, path: list[str]) -> None:
    assert path_of(code) == path

"""Lexicons that an employer brings: a list of its own, or ESCO as it is published.

A list of one's own has a row a name: ``label``, and if there are ``id`` (or ``skill``), ``kind``,
``branch``, ``uri``, ``preferred`` (true, yes, 1), ``definition``. ESCO's published list has a row a
skill: ``conceptUri``, ``preferredLabel``, ``altLabels``, ``skillType``, ``reuseLevel``,
``description``. Both are read by the same rules: columns are known by what they are called, and the
first name of a skill is the one marked, else the first listed.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from muster.kernel.errors import BadInput
from muster.services.skills.map.lexicon.folding import key
from muster.services.skills.map.lexicon.identities import identity
from muster.services.skills.map.lexicon.lexicon import DEFINITIONS, Lexicon, make
from muster.services.skills.map.lexicon.shipping import also_called, shipped_skills
from muster.services.skills.map.lexicon.tables import Listed, plain, read_listed, shortly

KINDS = ("skill", "knowledge", "attitude", "language", "framework")
LONGEST_NAME = 200
LONGEST_DEFINITION = 5_000
CALLED: dict[str, tuple[str, ...]] = {
    "id": ("concepturi", "originuri", "id", "skill"),
    "label": ("preferredlabel", "label"),
    "kind": ("skilltype", "kind"),
    "branch": ("branch",),
    "uri": ("concepturi", "originuri", "uri"),
    "preferred": ("preferred",),
    "others": ("altlabels", "othernames"),
    "hidden": ("hiddenlabels",),
    "definition": ("definition",),
    "description": ("description",),
    "reuse": ("reuselevel",),
    "status": ("status",),
    "concept": ("concepttype",),
}
"""What each field is called in files, in small letters and digits alone; the first found holds."""

_YES = ("true", "yes", "y", "1", "preferred", "preferredlabel")
_ALSO_KINDS = {"skill/competence": "skill", "competence": "skill", "": "skill"}
_CONCEPTS = ("", "knowledgeskillcompetence", "skill")
_OVER = ("obsolete", "deprecated", "retired", "withdrawn")
# Signs that no name has, and that would turn a line about or break the file of a page.
_UNFIT = (
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
    r"\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2069}\x{feff}]"
)
_SHOWN = 3  # examples that a remark gives


def read_lexicon(path: Path, *, file: str | None = None) -> Lexicon:
    """Return the lexicon in a file of CSV or Parquet; what was dropped or folded is said.

    Args:
        path: where the file is.
        file: the name it was given, if another.

    Raises:
        BadInput: if the file cannot be read, lacks a column, or a row lacks a value; the error
            names file, row (the heading is row 1) and field.
    """
    return lexicon_of(read_listed(path, file=file or path.name))


def names_skills(table: Listed) -> bool:
    """Tell whether a table has a column of names of skills."""
    return any(plain(one) in CALLED["label"] for one in table.headings)


def lexicon_of(table: Listed) -> Lexicon:
    """Return the lexicon in a table, named as its file.

    Raises:
        BadInput: as ``read_lexicon`` does.
    """
    columns = _columns(table)
    said = list(table.said)
    checked = _checked(_skills_alone(_fields(table, columns), said), table, columns, said)
    rows = _kinds(checked, table, columns)
    names = _names(rows, said)
    if names.is_empty():
        raise BadInput(
            "The lexicon is empty", where=table.where(),
            fix="Give it at least one row with a name of a skill",
        )  # fmt: skip
    first = names.unique("id", keep="first", maintain_order=True).sort("row")
    same = first.select("id", "row", "label", kept=pl.col("id").first().over("key"))
    _say_folded(same, said)
    skills = _skills(rows, same)
    labels = names.join(same.select("id", "kept"), on="id").join(
        skills.select("skill", kept="id", _label="label"), on="kept"
    )
    listed = labels.select("skill", "label", preferred=pl.col("label") == pl.col("_label"))
    known = skills.filter(pl.col("id").str.contains("^(esco|ddat):"))
    made = make(
        skills, pl.concat([listed, also_called(known)]), name=table.file, version="", said=said,
        definitions=_definitions(rows, same, skills, table.file, said),
    )  # fmt: skip
    every = [*made.said, *_held_back(made)]
    return replace(made, said=tuple(f"{table.file}: {one}" for one in every))


def _columns(table: Listed) -> dict[str, str]:
    """Return which column of a table holds which field.

    Raises:
        BadInput: if none holds names, or two are called the same.
    """
    called = [plain(one) for one in table.headings]
    found: dict[str, str] = {}
    for field, names in CALLED.items():
        name = next((one for one in names if one in called), None)
        if name is None:
            continue
        if called.count(name) > 1:
            raise BadInput(
                "Two columns have the same name",
                where=table.where(field=table.headings[called.index(name)]),
                fix="Rename or remove one of them",
            )
        found[field] = str(called.index(name))
    if "label" not in found:
        raise BadInput(
            f"The lexicon has no column of names. Its columns: {shortly(table.headings)}",
            where=table.where(field="label"),
            fix="Give it the columns id and label, one row for each name of a skill; or choose the "
            "file of skills as ESCO publishes it, with conceptUri and preferredLabel",
        )
    return found


def _fields(table: Listed, columns: dict[str, str]) -> pl.DataFrame:
    """Return the fields of each row as text without what is no sign; ``""`` where there is none."""
    several = ("others", "hidden", "definition", "description")

    def field(name: str) -> pl.Expr:
        if name not in columns:
            return pl.lit("").alias(name)
        text = pl.col(columns[name]).str.replace_all(_UNFIT, "")
        whole = text if name in several else text.str.replace_all(r"\s+", " ")
        return whole.str.strip_chars().alias(name)

    cells = table.cells.with_columns(_row=table.rows)
    return cells.select(pl.col("_row").alias("row"), *(field(name) for name in CALLED)).filter(
        pl.any_horizontal(pl.col(*CALLED) != "")
    )


def _skills_alone(rows: pl.DataFrame, said: list[str]) -> pl.DataFrame:
    """Return the rows that are skills in use; say which were left out."""
    concept = pl.col("concept").str.to_lowercase().is_in(_CONCEPTS)
    over = pl.col("status").str.to_lowercase().is_in(_OVER)
    for left, what in ((~concept, "a group and no skill"), (over, "marked as out of use")):
        found = rows.filter(left)
        if found.height:
            said.append(f"Left out, being {what}: {_at(found)}.")
    return rows.filter(concept & ~over)


def _checked(
    rows: pl.DataFrame, table: Listed, columns: dict[str, str], said: list[str]
) -> pl.DataFrame:
    """Return rows with ``key`` of the name and the ``id`` by which the skill is known for good.

    Raises:
        BadInput: naming the first row that lacks one of both.
    """
    keys = pl.Series([key(one) for one in rows["label"]], dtype=pl.String)
    stated = rows["id"] if "id" in columns else keys
    # A name of signs alone is passed over where its skill has another name.
    named = set(stated.filter(keys != "")) if "id" in columns else set()
    odd = pl.Series([not k and label != "" and one in named for k, label, one in
                     zip(keys, rows["label"], stated, strict=True)], dtype=pl.Boolean)  # fmt: skip
    if odd.any():
        said.append(f"Names left out, having no letter or digit: {_at(rows.filter(odd))}.")
        rows, stated, keys = rows.filter(~odd), stated.filter(~odd), keys.filter(~odd)
    for number, one, label, folded in zip(rows["row"], stated, rows["label"], keys, strict=True):
        for field, value, empty in (("id", one, not key(one)), ("label", label, not folded)):
            if empty:
                place = columns.get(field, columns["label"])
                raise BadInput(
                    "The value has no letter or digit" if value else "The row has no value there",
                    where=table.where(int(number), table.headings[int(place)]),
                    fix="Fill it in, or take the row out",
                )
    ids = {one: identity(one) for one in stated.unique()}
    known = pl.Series([ids[one] for one in stated], dtype=pl.String)
    return rows.with_columns(id=known, key=keys)


def _kinds(rows: pl.DataFrame, table: Listed, columns: dict[str, str]) -> pl.DataFrame:
    """Return rows with the kind of their skill, which ESCO's own files tell less of than it knows.

    Raises:
        BadInput: naming the first row of a kind that there is not.
    """
    stated = pl.col("kind").str.to_lowercase().replace(_ALSO_KINDS)
    rows = rows.with_columns(kind=stated)
    odd = rows.filter(~pl.col("kind").is_in(KINDS))
    if odd.height:
        raise BadInput(
            "The kind of skill is not known",
            where=table.where(int(odd["row"][0]), table.headings[int(columns["kind"])]),
            fix=f"Use one of {', '.join(KINDS)}",
        )
    ships = shipped_skills().select("id", _kind="kind", _branch="branch")
    joined = rows.join(ships, on="id", how="left", maintain_order="left")
    own = "kind" in columns and plain(table.headings[int(columns["kind"])]) == "kind"
    kind = pl.col("kind") if own else pl.coalesce("_kind", "kind")
    branch = pl.when(pl.col("branch") == "").then("_branch").otherwise("branch")
    return joined.with_columns(kind=kind, branch=branch).drop("_kind", "_branch")


def _names(rows: pl.DataFrame, said: list[str]) -> pl.DataFrame:
    """Return every name of every skill, the first name of each first.

    Columns: ``row``, ``id``, ``label``, ``key``.
    """
    marked = pl.col("preferred").str.to_lowercase().is_in(_YES)
    own = rows.select("row", "id", "label", _turn=pl.when(marked).then(0).otherwise(1))
    more = [
        rows.filter(pl.col(field) != "")
        .select("row", "id", label=pl.col(field).str.replace_all(r"[\r|]+", "\n").str.split("\n"),
                _turn=pl.lit(turn))
        .explode("label")
        .with_columns(pl.col("label").str.replace_all(r"\s+", " ").str.strip_chars())
        .filter(pl.col("label") != "")
        for field, turn in (("others", 2), ("hidden", 3))
    ]  # fmt: skip
    every = pl.concat([own, *more], how="vertical_relaxed").sort("_turn", "row")
    long = every.filter(pl.col("label").str.len_chars() > LONGEST_NAME)
    if long.height:
        said.append(f"Names left out, having more than {LONGEST_NAME} letters: {_at(long)}.")
    kept = every.filter(pl.col("label").str.len_chars() <= LONGEST_NAME)
    keys = pl.Series([key(one) for one in kept["label"]], dtype=pl.String)
    return kept.with_columns(key=keys).filter(pl.col("key") != "").drop("_turn")


def _skills(rows: pl.DataFrame, same: pl.DataFrame) -> pl.DataFrame:
    """Return the skills that are kept, as ``make`` takes them."""
    stated = rows.group_by("id", maintain_order=True).agg(
        pl.col(field).filter(pl.col(field) != "").first() for field in ("branch", "uri")
    )
    # Of what kind a skill is says the row of its first name.
    kinds = rows.unique(["id", "row"]).select("id", "row", "kind")
    return (
        same.filter(pl.col("id") == pl.col("kept"))
        .join(kinds, on=["id", "row"], how="left", maintain_order="left")
        .join(stated, on="id", how="left", maintain_order="left")
        .with_row_index("skill")
        .select(pl.col("skill").cast(pl.UInt32), "id", "label", "kind", "branch", "uri")
    )


def _definitions(
    rows: pl.DataFrame, same: pl.DataFrame, skills: pl.DataFrame, source: str, said: list[str]
) -> pl.DataFrame:
    """Return what the list says of its skills in sentences, with the list as the source."""
    text = pl.when(pl.col("definition") != "").then("definition").otherwise("description")
    told = (
        rows.with_columns(definition=text)
        .join(same.select("id", "kept"), on="id", maintain_order="left")
        .join(skills.select("skill", kept="id"), on="kept", maintain_order="left")
    )
    long = told.filter(pl.col("definition").str.len_chars() > LONGEST_DEFINITION)
    if long.height:
        said.append(f"Definitions cut after {LONGEST_DEFINITION:,} letters: {_at(long)}.")
    shown = pl.col("definition").str.slice(0, LONGEST_DEFINITION)
    cut = pl.col("definition").str.len_chars() > LONGEST_DEFINITION
    told = told.with_columns(definition=pl.when(cut).then(shown + "…").otherwise(shown))
    each = told.group_by("skill", maintain_order=True).agg(
        *(pl.col(one).filter(pl.col(one) != "").first() for one in ("definition", "reuse")),
        several=pl.col("definition").filter(pl.col("definition") != "").n_unique() > 1,
    )
    several = each["several"].sum()
    if several:
        said.append(
            f"Skills with several definitions, of which the first listed is shown: {several:,}."
        )
    some = each.filter(pl.col("definition").is_not_null() | pl.col("reuse").is_not_null())
    return some.select("skill", "definition", "reuse", source=pl.lit(source)).cast(
        pl.Schema(DEFINITIONS)
    )


def _say_folded(same: pl.DataFrame, said: list[str]) -> None:
    folded = same.filter(pl.col("id") != pl.col("kept"))
    if folded.height:
        said.append(
            f"Skills with the name of another, folded into it: {_such(folded['label'])} "
            f"({_at(folded)})."
        )


def _held_back(made: Lexicon) -> list[str]:
    """Say which names the rules of senses never take for their skill."""
    held = made.labels.filter((pl.col("sense") == "never") & ~pl.col("added"))
    remarks = []
    for first, what in ((True, "First names"), (False, "Other names")):
        found = held.filter(pl.col("preferred") == first)["label"]
        if len(found):
            remarks.append(
                f"{what} that mean too much else to be taken for a skill by themselves: "
                f"{_such(found)}. Report one as a missing name on its skill's page to let it count."
            )
    return remarks


def _such(labels: pl.Series) -> str:
    """Return labels of some remark: the first few of many."""
    return _few([f"“{one}”" for one in labels.to_list()])


def _at(found: pl.DataFrame) -> str:
    """Return the rows of some remark: the first few of many."""
    rows = found["row"].unique(maintain_order=True).to_list()
    return f"{'row' if len(rows) == 1 else 'rows'} {_few([f'{one:,}' for one in rows])}"


def _few(shown: Sequence[str]) -> str:
    more = f" and {len(shown) - _SHOWN:,} more" if len(shown) > _SHOWN else ""
    return ", ".join(shown[:_SHOWN]) + more

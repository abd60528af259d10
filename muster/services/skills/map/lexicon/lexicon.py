"""A lexicon: skills, what each is called, and in which sense a name may be taken for the skill."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from muster.services.skills.map.lexicon.corrections import Correction
from muster.services.skills.map.lexicon.folding import key
from muster.services.skills.map.lexicon.senses import with_senses

SKILLS = {
    "skill": pl.UInt32, "id": pl.String, "label": pl.String, "kind": pl.String,
    "branch": pl.String, "uri": pl.String,
}  # fmt: skip
LABELS = {
    "skill": pl.UInt32, "label": pl.String, "preferred": pl.Boolean, "added": pl.Boolean,
    "sense": pl.String, "context": pl.String,
}  # fmt: skip
DEFINITIONS = {
    "skill": pl.UInt32, "definition": pl.String, "reuse": pl.String, "source": pl.String
}  # fmt: skip


@dataclass(frozen=True)
class Lexicon:
    """What skills are called.

    Args:
        skills: one row a skill: ``skill`` (its row), ``id``, ``label``, ``kind`` (skill, knowledge,
            attitude, language, framework), ``branch`` of the hierarchy, ``uri``.
        labels: one row a name of a skill: ``skill``, ``label``, ``preferred``, ``added`` (by a
            correction), ``sense`` (plain, exact case, needs context, never), ``context`` (which
            words it needs beside it).
        name, version: as the page shows them.
        digest: of skills, labels and senses; the same names give the same digest.
        never: folded words that name no skill, whatever form of a name they are.
        said: what was folded or could not be followed, for whoever loaded it.
        definitions: what a list that somebody brought says of a skill, one row a skill at most:
            ``skill``, ``definition``, ``reuse`` (how widely it is used), ``source`` (which list).
    """

    skills: pl.DataFrame
    labels: pl.DataFrame
    name: str
    version: str
    digest: str
    never: frozenset[str] = frozenset()
    said: tuple[str, ...] = ()
    definitions: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=DEFINITIONS))

    def corrected(self, corrections: Sequence[Correction]) -> "Lexicon":
        """Return the lexicon as people corrected it; what names no skill is said, not raised.

        The order of corrections does not matter, but for a name that was both added to a skill and
        refused for it: refusing holds.
        """
        if not corrections:
            return self
        rows = dict(self.skills.select("id", "skill").iter_rows())
        said = [
            f"The correction of “{one.label}” names a skill this lexicon does not have: "
            f"{one.skill_id}."
            for one in corrections
            if one.kind != "never" and one.skill_id not in rows
        ]
        known = [one for one in corrections if one.kind == "never" or one.skill_id in rows]
        labels = _refused(_added(self.labels, known, rows), known, rows)
        never = self.never | {key(one.label) for one in known if one.kind == "never"}
        return replace(
            self,
            labels=labels,
            never=never,
            digest=digest_of(self.skills, labels, never),
            said=(*self.said, *said),
        )


def make(
    skills: pl.DataFrame,
    labels: pl.DataFrame,
    *,
    name: str,
    version: str,
    said: Sequence[str] = (),
    definitions: pl.DataFrame | None = None,
) -> Lexicon:
    """Return a lexicon with senses told apart and duplicates folded.

    Args:
        skills: as in ``Lexicon``.
        labels: ``skill``, ``label``, ``preferred``; every skill with its preferred one.
        name, version: as the page shows them.
        said: remarks of whoever read it.
        definitions: as in ``Lexicon``.
    """
    labels = labels.with_columns(
        pl.col("label").str.strip_chars(), added=pl.lit(value=False)
    ).filter(pl.col("label") != "")
    before = labels.height
    labels = (
        labels.with_columns(key=pl.col("label").map_elements(key, return_dtype=pl.String))
        .filter(pl.col("key") != "")
        .sort("skill", pl.col("preferred").not_(), maintain_order=True)
        .unique(["skill", "key"], keep="first", maintain_order=True)
    )
    remarks = list(said)
    if labels.height < before:
        remarks.append(f"Names listed twice for a skill, folded: {before - labels.height:,}.")
    sensed = with_senses(labels, skills).select(
        pl.col(column).cast(kind) for column, kind in LABELS.items()
    )
    skills = skills.select(pl.col(column).cast(kind) for column, kind in SKILLS.items())
    told = pl.DataFrame(schema=DEFINITIONS) if definitions is None else definitions
    digest = digest_of(skills, sensed)
    return Lexicon(
        skills, sensed, name, version, digest, said=tuple(remarks), definitions=told
    )  # fmt: skip


def digest_of(
    skills: pl.DataFrame, labels: pl.DataFrame, never: frozenset[str] = frozenset()
) -> str:
    """Return the SHA-256 of skills, labels with their senses, and refused words, in hexadecimal."""
    digest = hashlib.sha256("\n".join(sorted(never)).encode())
    for frame in (skills.drop("uri"), labels):
        digest.update(frame.write_csv().encode())
    return digest.hexdigest()


def _added(
    labels: pl.DataFrame, corrections: Sequence[Correction], rows: dict[str, int]
) -> pl.DataFrame:
    """Return labels with the synonyms that people added."""
    wanted = sorted(
        {(rows[one.skill_id], one.label.strip()) for one in corrections if one.kind == "synonym"}
    )
    new = pl.DataFrame(
        [
            (skill, label, False, True, "plain", None)
            for skill, label in wanted
            if key(label)
        ],
        schema=LABELS,
        orient="row",
    )  # fmt: skip
    if new.is_empty():
        return labels
    keyed = pl.col("label").map_elements(key, return_dtype=pl.String)
    old = labels.with_columns(_key=keyed)
    new = new.with_columns(_key=keyed).unique(["skill", "_key"], keep="first", maintain_order=True)
    # A name that was unsure, or not this skill's best name, is now told by a person to be one.
    kept = old.join(
        new.select("skill", "_key", _told=pl.lit(value=True)), on=["skill", "_key"], how="left",
        maintain_order="left",
    ).with_columns(
        sense=pl.when("_told").then(pl.lit("plain")).otherwise("sense"),
        context=pl.when("_told").then(None).otherwise("context"),
        added=pl.col("added") | pl.col("_told").fill_null(value=False),
    )  # fmt: skip
    fresh = new.join(old, on=["skill", "_key"], how="anti", maintain_order="left")
    return pl.concat([kept.select(*LABELS), fresh.select(*LABELS)]).sort(
        "skill", maintain_order=True
    )


def _refused(
    labels: pl.DataFrame, corrections: Sequence[Correction], rows: dict[str, int]
) -> pl.DataFrame:
    """Return labels where what people refused never fires.

    What was refused may be another form of a name (*managing budgets*), so it gets a row of its own
    where the skill has none.
    """
    keyed = pl.col("label").map_elements(key, return_dtype=pl.String)
    labels = labels.with_columns(_key=keyed)
    never = [key(one.label) for one in corrections if one.kind == "never"]
    this = sorted(
        {(rows[one.skill_id], one.label.strip()) for one in corrections if one.kind == "not this"}
    )
    refused = pl.DataFrame(
        [(skill, label, False, True, "never", None) for skill, label in this if key(label)],
        schema=LABELS,
        orient="row",
    ).with_columns(_key=keyed)
    fresh = refused.unique(["skill", "_key"], maintain_order=True).join(
        labels, on=["skill", "_key"], how="anti", maintain_order="left"
    )
    told = refused.select("skill", "_key", _refused=pl.lit(value=True)).unique()
    by_people = pl.col("_refused").fill_null(value=False)
    # A name of the list that people refused is theirs as well: the linker heeds what people said.
    kept = labels.join(told, on=["skill", "_key"], how="left", maintain_order="left").with_columns(
        sense=pl.when(by_people | pl.col("_key").is_in(never))
        .then(pl.lit("never"))
        .otherwise("sense"),
        added=pl.col("added") | by_people,
    )
    return pl.concat([kept.select(*LABELS), fresh.select(*LABELS)]).sort(
        "skill", maintain_order=True
    )

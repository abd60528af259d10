"""Makes the lexicon that ships, from ESCO and the Digital and Data framework as published.

Names, identifiers, places in the hierarchy and the table of roles and levels are facts and ship,
with attribution in NOTICE; sentences that describe them stay where they were published.

    .venv/bin/python -m tools.skills_lexicon ../shared/data
"""

import ast
import hashlib
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from muster.services.skills.map.lexicon.folding import key
from muster.services.skills.map.lexicon.shipping import SHIPPED

NAME = "ESCO and the Government Digital and Data framework"
VERSION = "ESCO 1.1.1, framework of 2025"
_URI = "http://data.europa.eu/esco/skill/"
_SKILL = {
    "id": pl.String, "label": pl.String, "kind": pl.String, "branch": pl.String, "uri": pl.String,
}  # fmt: skip


def main(data: Path) -> None:
    """Write the shipped files from the published ones below ``data``."""
    listed = pl.read_csv(data / "esco" / "esco_v_1_1_1_data_formatted.csv")
    every = (data / "skill_benchmarks" / "skills_en_label.txt").read_text(encoding="utf-8")
    esco = esco_skills(listed)
    esco = pl.concat([esco, unnumbered(every.splitlines(), esco)])
    table = pl.read_csv(data / "skills_framework" / "gov_digital_data_roles.csv")
    framework = framework_skills(table["Skill Name"].unique().sort().to_list())
    skills, ids = folded(pl.concat([esco, framework]))
    SHIPPED.mkdir(exist_ok=True)
    write("skills", skills)
    write("labels", other_names(listed, skills))
    write("roles", role_table(table, ids))
    write("broader", broader_groups(listed, skills))
    mapper = (data / "esco" / "esco_v_1_1_1_hier_mapper.json").read_text(encoding="utf-8")
    write("groups", groups(json.loads(mapper)))
    (SHIPPED / "lexicon.toml").write_text(heading(), encoding="utf-8")


def esco_skills(listed: pl.DataFrame) -> pl.DataFrame:
    """Return ESCO's skills in order of identifier."""
    rows = [
        (f"esco:{one}", label.strip(), *placed(hierarchy), _URI + one)
        for one, label, hierarchy in listed.filter(pl.col("type") == "preferredLabel")
        .sort("id")
        .select("id", "description", "hierarchy_levels")
        .iter_rows()
    ]
    return pl.DataFrame(rows, schema=_SKILL, orient="row")


def placed(hierarchy: str | None) -> tuple[str, str | None]:
    """Return kind and branch from a list of paths, such as ``[['S', 'S4', 'S4.5', 'S4.5.0']]``."""
    paths: list[list[str | None]] = ast.literal_eval(hierarchy) if hierarchy else []
    heads = [path[0] for path in paths]
    kinds = (("L", "language"), ("K", "knowledge"), ("A", "attitude"), ("S", "skill"))
    kind = next((kind for head, kind in kinds if head in heads), "skill")
    own = next((path for path in paths if path[0] == kind[0].upper()), paths[0] if paths else [])
    # A transversal skill has no group of its own below the second step.
    return kind, next((code for code in (own[2:3] + own[1:2]) if code), None)


def unnumbered(names: Sequence[str], esco: pl.DataFrame) -> pl.DataFrame:
    """Return the skills of ESCO's list of names that its list of identifiers lacks."""
    known = {re.sub(r"\W", "", key(label)) for label in esco["label"]}
    verbs = {key(label).split()[0] for label in esco.filter(pl.col("kind") == "skill")["label"]}
    rows: dict[str, tuple[str, str, str, None, None]] = {}
    for name in names:
        label = " ".join(name.split())
        if label and re.sub(r"\W", "", key(label)) not in known:
            kind = "skill" if key(label).split()[0] in verbs else "knowledge"
            rows[slug(label)] = (f"esco:{slug(label)}", label, kind, None, None)
    return pl.DataFrame([rows[one] for one in sorted(rows)], schema=_SKILL, orient="row")


def framework_skills(names: Sequence[str]) -> pl.DataFrame:
    """Return the framework's skills."""
    rows = [(f"ddat:{slug(name)}", name, "framework", None, None) for name in names]
    return pl.DataFrame(rows, schema=_SKILL, orient="row")


def slug(label: str) -> str:
    """Return a label as part of an identifier."""
    return re.sub(r"[^a-z0-9+#]+", "-", key(label)).strip("-")


def folded(skills: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, str]]:
    """Return skills, those of one name as one (the first), and which id each became."""
    first: dict[str, str] = {}
    ids = {
        one: first.setdefault(key(label), one)
        for one, label in skills.select("id", "label").iter_rows()
    }
    kept = skills.filter(pl.col("id").is_in(list(first.values())))
    return kept.with_row_index("skill").cast({"skill": pl.UInt32}), ids


def other_names(listed: pl.DataFrame, skills: pl.DataFrame) -> pl.DataFrame:
    """Return ESCO's other names: ``skill``, ``label``."""
    others = listed.filter(pl.col("type") == "altLabels").select(
        id="esco:" + pl.col("id"), label=pl.col("description").str.strip_chars()
    )
    return (
        others.join(skills.select("id", "skill"), on="id")
        .select("skill", "label")
        .sort("skill", "label")
    )


def role_table(table: pl.DataFrame, ids: dict[str, str]) -> pl.DataFrame:
    """Return which role needs which skill at which level."""
    used = table.filter(pl.col("Skill Level") != "NOT IN USE")
    return used.select(
        id=("ddat:" + pl.col("Skill Name").map_elements(slug, return_dtype=pl.String)).replace(ids),
        family=pl.col("Role Family"),
        role=pl.col("Role"),
        role_level=pl.col("Role Level"),
        level=pl.col("Skill Level").str.to_lowercase(),
    ).sort("family", "role", "role_level", "id")


def broader_groups(listed: pl.DataFrame, skills: pl.DataFrame) -> pl.DataFrame:
    """Return the smallest groups that each skill is in: ``skill``, ``code``, in ESCO's order."""
    places = listed.filter(pl.col("type") == "preferredLabel").select(
        id="esco:" + pl.col("id"), hierarchy="hierarchy_levels"
    )
    rows = [
        (skill, next(code for code in reversed(path) if code))
        for skill, hierarchy in skills.join(places, on="id")
        .select("skill", "hierarchy")
        .iter_rows()
        for path in (ast.literal_eval(hierarchy) if hierarchy else ())
    ]
    kinds = {"skill": pl.UInt32, "code": pl.String}
    return pl.DataFrame(rows, schema=kinds, orient="row").unique(maintain_order=True)


def groups(names: dict[str, str]) -> pl.DataFrame:
    """Return what groups of the hierarchy are called: ``code``, ``name``."""
    kinds = {"code": pl.String, "name": pl.String}
    return pl.DataFrame(sorted(names.items()), schema=kinds, orient="row")


def write(name: str, frame: pl.DataFrame) -> None:
    """Write one shipped table."""
    frame.write_parquet(
        SHIPPED / f"{name}.parquet", compression="zstd", compression_level=19, statistics=False
    )


def heading() -> str:
    """Return the name, version and file digests of the lexicon."""
    digests = "".join(
        f'{name} = "{hashlib.sha256((SHIPPED / f"{name}.parquet").read_bytes()).hexdigest()}"\n'
        for name in ("skills", "labels", "roles", "broader", "groups")
    )
    return f'name = "{NAME}"\nversion = "{VERSION}"\n\n[sha256]\n{digests}'


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""The lexicon that ships: ESCO's names and those of the Government Digital and Data framework."""

import tomllib
from functools import cache
from pathlib import Path

import polars as pl

from muster.services.skills.map.lexicon.folding import key
from muster.services.skills.map.lexicon.lexicon import Lexicon, make
from muster.services.skills.map.lexicon.senses import senses

SHIPPED = Path(__file__).parent / "shipped"


@cache
def shipped() -> Lexicon:
    """Return the lexicon that ships, with senses told apart; the same object each time."""
    said = tomllib.loads((SHIPPED / "lexicon.toml").read_text(encoding="utf-8"))
    skills = shipped_skills()
    listed = pl.read_parquet(SHIPPED / "labels.parquet")
    first = skills.select("skill", "label", preferred=pl.lit(value=True))
    others = listed.select("skill", "label", preferred=pl.lit(value=False))
    return make(
        skills,
        pl.concat([first, others, also_called(skills)]),
        name=said["name"],
        version=said["version"],
    )


@cache
def shipped_skills() -> pl.DataFrame:
    """Return the skills that ship, as ``Lexicon.skills`` has them, without their other names."""
    return pl.read_parquet(SHIPPED / "skills.parquet")


def also_called(skills: pl.DataFrame) -> pl.DataFrame:
    """Return the names that ``senses.toml`` adds to skills of this lexicon.

    Args:
        skills: ``skill``, ``label``.
    """
    added = senses().added
    rows = [
        (skill, label, False)
        for skill, first in skills.select("skill", "label").iter_rows()
        for label in added.get(key(first), ())
    ]
    kinds = {"skill": pl.UInt32, "label": pl.String, "preferred": pl.Boolean}
    return pl.DataFrame(rows, schema=kinds, orient="row")


@cache
def roles() -> pl.DataFrame:
    """Return which framework role needs which skill at which level.

    Columns: ``id`` of the skill, ``family``, ``role``, ``role_level``, ``level`` (awareness,
    working, practitioner, expert).
    """
    return pl.read_parquet(SHIPPED / "roles.parquet")

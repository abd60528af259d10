"""Which broader groups a skill is in, from the hierarchy of ESCO, as paths that people read.

A skill may be in several groups. Codes tell of what a group is part of: ``S4.5.0`` of ``S4.5``,
that of ``S4``; ``K0613`` of ``K061``, that of ``K06``. A group that has the name of what it is part
of (*not further defined*) is left out.
"""

from functools import cache

import polars as pl

from muster.services.skills.map.lexicon.lexicon import Lexicon
from muster.services.skills.map.lexicon.shipping import SHIPPED, shipped_skills

# Pillars whose name says more than the kind of the skill does.
_PILLARS = {"T": "transversal skills and competences"}
_STEPS = "\\s+[>\u203a]\\s+"
SHAPE = {"id": pl.String, "path": pl.UInt8, "step": pl.UInt8, "name": pl.String}


def broader(lexicon: Lexicon) -> pl.DataFrame:
    """Return the groups that each skill is in: ``id``, ``path``, ``step``, ``name``.

    Paths and steps count from 0, the broadest step first. Skills of ESCO have the groups that ship;
    others what their list states as ``branch``, whose steps are parted by ``>``.
    """
    ships = _ships()
    own = lexicon.skills.join(ships.select("id").unique(), on="id", how="anti").filter(
        pl.col("branch").fill_null("") != ""
    )
    stated = (
        own.select("id", name=pl.col("branch").str.replace_all(_STEPS, "\n").str.split("\n"))
        .explode("name")
        .with_columns(path=pl.lit(0), step=pl.int_range(pl.len()).over("id"))
        .select(pl.col(name).cast(kind) for name, kind in SHAPE.items())
    )
    return pl.concat([ships.join(lexicon.skills.select("id"), on="id", how="semi"), stated]).sort(
        "id", "path", "step"
    )


def path_of(code: str) -> list[str]:
    """Return the codes of the groups that a group is part of, the broadest first, itself last."""
    if code[1:].isdigit() and code[0] == "K":
        return [code[:end] for end in range(3, len(code) + 1)]
    parts = code.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)]


@cache
def _ships() -> pl.DataFrame:
    """Return the paths of all skills that ship."""
    names = dict(pl.read_parquet(SHIPPED / "groups.parquet").iter_rows())
    ids = shipped_skills()["id"]
    rows: list[tuple[str, int, int, str]] = []
    seen: dict[int, list[list[str]]] = {}
    for skill, code in pl.read_parquet(SHIPPED / "broader.parquet").iter_rows():
        path = _named(code, names)
        paths = seen.setdefault(skill, [])
        if path and path not in paths:
            rows += [(ids[skill], len(paths), step, name) for step, name in enumerate(path)]
            paths.append(path)
    return pl.DataFrame(rows, schema=SHAPE, orient="row")


def _named(code: str, names: dict[str, str]) -> list[str]:
    found = [_PILLARS[code[0]]] if code[0] in _PILLARS else []
    for one in path_of(code):
        name = names.get(one, "")
        if name and (not found or found[-1] != name):
            found.append(name)
    return found

"""Made-up releases of the skills map: small ones for tests of pages, a large one for the canvas.

Skills, organisations and figures are invented and always the same for the same arguments.
"""

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from muster.services.skills.map.release import KINDS, SIDE, WIDE, Release
from muster.services.skills.map.release.shapes import TABLES
from muster.services.skills.map.releasing import write

Floats = npt.NDArray[np.float64]

_THINGS: Final = (
    "lantern", "tide table", "kiln", "beehive", "weather vane", "loom", "compass", "orchard",
    "canal lock", "bell tower", "sundial", "windmill",
)  # fmt: skip
_DOINGS: Final = ("mending", "design", "survey", "law", "history", "accounts")
_CLUSTERS: Final = ("Lanterns and tides", "Kilns and hives", "Looms and compasses", "Towers")
_GROUPS: Final[dict[str, tuple[tuple[str, str | None, int], ...]]] = {
    "organisation": (
        ("Ministry of Tides", None, 420),
        ("Lantern Office", "Ministry of Tides", 160),
        ("Office for Orchards", None, 240),
        ("Bell Commission", None, 90),
        ("Sundial Service", "Office for Orchards", 12),
        ("Windmill Board", None, 5),
    ),
    "profession": (("Making", None, 500), ("Measuring", None, 300), ("Mending", None, 110)),
    "grade": (("Junior", None, 400), ("Middle", None, 350), ("Senior", None, 160)),
    "region": (("Northshire", None, 500), ("Southmoor", None, 380)),
    "year": (("2024", None, 430), ("2025", None, 497)),
}
_ADVERTS: Final = 927
_KINDS: Final = ("skill", "knowledge", "attitude", "language", "framework")


def made_up_release(
    folder: Path,
    *,
    skills: int = 60,
    seed: int = 0,
    number: int = 1,
    unlisted: tuple[tuple[str, int], ...] = (),
    previous: str | None = None,
) -> Release:
    """Write a made-up release to a folder that is not there yet, and open it."""
    random = np.random.default_rng(seed)
    tables, surfaces = _tables(skills, random)
    tables["unlisted"] = pl.DataFrame(unlisted, schema=TABLES["unlisted"], orient="row")
    about = {
        "number": number,
        "made_at": "2026-01-05T09:00:00+00:00",
        "adverts": _ADVERTS,
        "copies": _ADVERTS + 61,
        "organisations": 9,
        "skills": skills,
        "linker": "lexical",
        "seed": seed,
        "lexicon": {"name": "made-up", "version": "1", "digest": "0" * 64},
        "data": [{"name": "made-up.parquet", "sha256": "1" * 64, "adverts": _ADVERTS}],
        "code": "2" * 64,
        "previous": previous,
        "drawn": dict.fromkeys(KINDS, 20.0),
        "quality": {"trust15": 0.87, "recall15": 0.42, "radius_rho": 0.63, "coverage": 0.9},
    }
    digest = write(folder, about=about, tables=tables, surfaces=surfaces)
    return Release.open(folder, digest=digest)


def many_skills_release(folder: Path, *, skills: int = 15_000) -> Release:
    """Write a release with as many skills as the canvas must draw smoothly."""
    return made_up_release(folder, skills=skills)


def label_of(row: int) -> str:
    """Return the name of the made-up skill of a row."""
    thing, doing = _THINGS[row % len(_THINGS)], _DOINGS[row // len(_THINGS) % len(_DOINGS)]
    turn = row // (len(_THINGS) * len(_DOINGS))
    return f"{thing} {doing}" + (f" {turn + 1}" if turn else "")


def id_of(row: int) -> str:
    """Return the id of the made-up skill of a row."""
    return f"esco:00000000-0000-0000-0000-{row:012d}"


def _tables(
    count: int, random: np.random.Generator
) -> tuple[dict[str, pl.DataFrame], dict[str, npt.NDArray[np.float32]]]:
    """Return all tables and surfaces."""
    cluster = np.arange(count) % len(_CLUSTERS)
    radius = np.sqrt(np.linspace(0.01, 1, count))
    angle = 2 * np.pi * (cluster + 0.2 + 0.6 * random.random(count)) / len(_CLUSTERS)
    xy = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    share = 0.3 * np.exp(-3 * radius) + 0.004
    skills = _skills(xy, share, cluster, radius, random)
    groups = pl.DataFrame(
        [(kind, *one) for kind in KINDS for one in _GROUPS[kind]],
        schema=TABLES["groups"],
        orient="row",
    )
    rates = {
        (kind, one[0]): np.minimum(share * np.exp(random.normal(0, 0.7, count)), 0.7)
        for kind in KINDS
        for one in _GROUPS[kind]
    }
    asked = _asked(skills, groups, rates)
    of = asked.filter(pl.col("kind") == "organisation")["id"].value_counts()
    told_of = dict(of.iter_rows())
    tables = {
        "skills": skills.with_columns(
            organisations=pl.Series([told_of.get(one, 0) for one in skills["id"]], dtype=pl.UInt32)
        ),
        "near": _near(xy, random),
        "clusters": _clusters(xy, cluster),
        "groups": groups,
        "asked": asked,
        "evidence": _evidence(),
        "labels": _labels(count),
        "roles": pl.DataFrame(
            [
                (id_of(row), "Keeper of lanterns", level, depth)
                for row in range(3)
                for level, depth in (("Keeper", "working"), ("Lead keeper", "expert"))
            ],
            schema=TABLES["roles"],
            orient="row",
        ),
    }
    surfaces = {
        kind: np.stack([_surface(xy, rates[kind, one[0]]) for one in _GROUPS[kind]])
        for kind in KINDS
    }
    return tables, surfaces


def _skills(
    xy: Floats,
    share: Floats,
    cluster: npt.NDArray[np.int_],
    radius: Floats,
    random: np.random.Generator,
) -> pl.DataFrame:
    count = len(xy)
    size = 0.03 + 0.12 * radius
    rows = range(count)
    trends = ("rising", "falling", "steady", "not known")
    return pl.DataFrame(
        {
            "id": [id_of(row) for row in rows],
            "label": [label_of(row) for row in rows],
            "kind": [_KINDS[row % len(_KINDS)] for row in rows],
            "uri": [None if row % 5 == 4 else f"https://skills.example/{row}" for row in rows],
            "x": xy[:, 0],
            "y": xy[:, 1],
            "region_a": size * (1 + random.random(count)),
            "region_b": size,
            "region_angle": np.pi * (random.random(count) - 0.5),
            "adverts": share * _ADVERTS,
            "organisations": 0,
            "specialism": radius,
            "cluster": np.where(np.arange(count) % 11 == 10, -1, cluster),
            "share": share,
            "trend": [trends[row % len(trends)] for row in rows],
        }
    ).cast(TABLES["skills"])


def _near(xy: Floats, random: np.random.Generator) -> pl.DataFrame:
    """Return the ten nearest of each skill among those next to it in the list."""
    count, most = len(xy), min(10, len(xy) - 1)
    steps = np.array([step for one in range(1, most + 1) for step in (4 * one, -4 * one)])[:most]
    other = (np.arange(count)[:, None] + steps) % count
    similarity = np.sort(random.random((count, most)), axis=1)[:, ::-1]
    together = random.integers(2, 60, (count, most))
    ids = np.array([id_of(row) for row in range(count)])
    frame = pl.DataFrame(
        {
            "id": np.repeat(ids, most),
            "other": ids[other].ravel(),
            "rank": np.tile(np.arange(1, most + 1), count),
            "similarity": similarity.ravel(),
            "together": together.ravel(),
        }
    ).with_columns(pl.when(pl.col("together") >= 5).then("together").alias("together"))
    return frame.cast(TABLES["near"])


def _clusters(xy: Floats, cluster: npt.NDArray[np.int_]) -> pl.DataFrame:
    inside = np.arange(len(xy)) % 11 != 10
    members = [inside & (cluster == one) for one in range(len(_CLUSTERS))]
    return pl.DataFrame(
        {
            "cluster": range(len(_CLUSTERS)),
            "name": _CLUSTERS,
            "x": [xy[one, 0].mean() for one in members],
            "y": [xy[one, 1].mean() for one in members],
            "skills": [int(one.sum()) for one in members],
        }
    ).cast(TABLES["clusters"])


def _asked(
    skills: pl.DataFrame, groups: pl.DataFrame, rates: dict[tuple[str, str], Floats]
) -> pl.DataFrame:
    """Return who asks for what, cells of five adverts and more."""
    share = skills["share"].to_numpy()
    parts = []
    for kind, group, _, adverts in groups.rows():
        rate = rates[kind, group]
        count = np.round(adverts * rate)
        drawn = (count + 20 * share) / (adverts + 20)
        wide = 1.645 * np.sqrt(drawn * (1 - np.minimum(drawn, 0.99)) / (adverts + 20))
        parts.append(
            pl.DataFrame(
                {
                    "kind": [kind] * len(share),
                    "group": [group] * len(share),
                    "id": skills["id"],
                    "adverts": count,
                    "share": drawn,
                    "low": np.maximum(drawn - wide, 0.0),
                    "high": np.minimum(drawn + wide, 1.0),
                    "ratio": drawn / share,
                }
            )
        )
    return pl.concat(parts).filter(pl.col("adverts") >= 5).cast(TABLES["asked"])


def _evidence() -> pl.DataFrame:
    sentence = "You will look after the lanterns of the harbour."
    return pl.DataFrame(
        [(id_of(0), sentence, "Lantern Office", None, "look after the lanterns", 0.93)],
        schema=TABLES["evidence"],
        orient="row",
    )


def _labels(count: int) -> pl.DataFrame:
    rows = [(id_of(row), label_of(row), True, False) for row in range(count)]
    rows += [(id_of(row), f"work with {label_of(row)}", False, row == 3) for row in range(count)]
    return pl.DataFrame(rows, schema=TABLES["labels"], orient="row")


def _surface(xy: Floats, weight: Floats) -> npt.NDArray[np.float32]:
    """Return a made-up density: skills counted on a coarse grid and smeared over it."""
    edges = np.linspace(-WIDE, WIDE, SIDE // 4 + 1)
    counted, _, _ = np.histogram2d(xy[:, 1], xy[:, 0], bins=(edges, edges), weights=weight)
    whole = np.kron(counted + 1e-6, np.ones((4, 4)))
    density: npt.NDArray[np.float32] = (whole / whole.sum()).astype(np.float32)
    return density

"""Reading a release: every file as it was written, or none of it.

A release is opened once and kept by whoever asks: tables and arrays cannot be changed.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from muster.kernel.errors import EvidenceBroken, NotFound, Where
from muster.services.skills.map.release import asking
from muster.services.skills.map.release.searching import Searched
from muster.services.skills.map.release.shapes import (
    ABOUT,
    KINDS,
    LATER,
    SIDE,
    SURFACES,
    TABLES,
    checked,
    empty,
    file_of,
    files,
)


@dataclass(frozen=True)
class Skill:
    """One skill as the map shows it.

    ``x`` and ``y`` are in about the unit disc; ``region_a`` and ``region_b`` are the half axes of
    the 90 % region and ``region_angle`` the angle of the first to the x axis, in radians.
    ``adverts`` is an expected number, ``share`` that of all adverts, ``specialism`` 0 to 1.
    """

    id: str
    label: str
    kind: str
    uri: str | None
    x: float
    y: float
    region_a: float
    region_b: float
    region_angle: float
    adverts: float
    organisations: int
    specialism: float
    cluster: int
    share: float
    trend: str


@dataclass(frozen=True, eq=False)
class Release:
    """One release of the map, with its tables as ``shapes`` tells them.

    ``about`` is what ``release.json`` says, ``digest`` the SHA-256 of that file.
    """

    folder: Path
    about: Mapping[str, Any]
    digest: str
    skills: pl.DataFrame
    near_pairs: pl.DataFrame
    clusters: pl.DataFrame
    all_groups: pl.DataFrame
    asked: pl.DataFrame
    evidence: pl.DataFrame
    labels: pl.DataFrame
    roles: pl.DataFrame
    definitions: pl.DataFrame
    broader: pl.DataFrame
    unlisted: pl.DataFrame
    surfaces: Mapping[str, npt.NDArray[np.float32]]

    @classmethod
    def open(cls, folder: Path, *, digest: str | None = None) -> "Release":
        """Read a release.

        Args:
            folder: where it stands.
            digest: by which it was published, if that is known.

        Raises:
            NotFound: if there is no release in the folder.
            EvidenceBroken: if a file is missing or is not the one that was written.
        """
        if not (folder / ABOUT).is_file():
            raise NotFound(
                "There is no release of the skills map in this folder",
                where=Where(file=folder.name),
                fix="Name the folder of a release that was built",
            )
        told = (folder / ABOUT).read_bytes()
        found = hashlib.sha256(told).hexdigest()
        if digest is not None and digest != found:
            raise _broken(ABOUT)
        about = _about(told)
        lacking = {file_of(one) for one in LATER} - set(about["files"])
        for name in files():
            if name not in lacking:
                _check(folder, name, about["files"].get(name, ""))
        frames = {
            one: empty(one)
            if file_of(one) in lacking
            else checked(one, pl.read_parquet(folder / file_of(one)))
            for one in TABLES
        }
        return cls(
            folder=folder,
            about=MappingProxyType(about),
            digest=found,
            skills=frames["skills"],
            near_pairs=frames["near"],
            clusters=frames["clusters"],
            all_groups=frames["groups"],
            asked=frames["asked"],
            evidence=frames["evidence"],
            labels=frames["labels"],
            roles=frames["roles"],
            definitions=frames["definitions"],
            broader=frames["broader"],
            unlisted=frames["unlisted"],
            surfaces=_surfaces(folder / SURFACES),
        )

    @property
    def tells_unlisted(self) -> bool:
        """Whether it tells which phrases no skill is called; earlier releases do not."""
        return file_of("unlisted") in self.about["files"]

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {one: row for row, one in enumerate(self.skills["id"].to_list())}

    @cached_property
    def _searched(self) -> Searched:
        return Searched.of(self.labels, self.skills)

    @cached_property
    def _near(self) -> dict[str, pl.DataFrame]:
        names = self.skills.select(other="id", label="label")
        return {
            str(key[0]): frame.select("other", "label", "rank", "similarity", "together")
            for key, frame in self.near_pairs.join(names, on="other", maintain_order="left")
            .sort("id", "rank")
            .group_by("id", maintain_order=True)
        }

    def skill(self, id: str) -> Skill:
        """Return one skill.

        Raises:
            NotFound: if the release does not have it.
        """
        row = self._rows.get(id)
        if row is None:
            raise NotFound(
                "This release of the skills map does not have this skill",
                where=Where(thing=id[:100]),
                fix="Search for the skill by name",
            )
        return Skill(**self.skills.row(row, named=True))

    def near(self, id: str) -> pl.DataFrame:
        """Return the nearest skills: ``other, label, rank, similarity, together``; may be none."""
        self.skill(id)
        found = self._near.get(id)
        if found is not None:
            return found
        return self.near_pairs.head(0).select(
            "other", pl.col("id").alias("label"), "rank", "similarity", "together"
        )

    def search(self, text: str, *, limit: int = 20) -> pl.DataFrame:
        """Return skills by what somebody typed, best first: ``id, label, matched, score``.

        Synonyms are found, and so are words with a letter wrong; ``matched`` is the label that was
        met, ``score`` 0 to 100.
        """
        return self._searched.search(text, limit=limit)

    def groups(self, kind: str) -> pl.DataFrame:
        """Return the groups of a kind, in the order of its surfaces: ``group, parent, adverts``."""
        return self.all_groups.filter(pl.col("kind") == kind).select("group", "parent", "adverts")

    def group(self, kind: str, group: str) -> asking.Group:
        """Return one group.

        Raises:
            NotFound: if it is not in the release, as groups of fewer than five adverts never are.
        """
        return asking.group_of(self.all_groups, kind, group)

    def own_weight(self, kind: str, group: str) -> float | None:
        """Return how much a group's own adverts weigh in its shares, 0 to 1; the rest is its
        parent's, or the service's. None if the release does not say.
        """
        drawn = self.about.get("drawn", {}).get(kind)
        adverts = self.group(kind, group).adverts
        return None if drawn is None else adverts / (adverts + float(drawn))

    def asks_for(self, kind: str, group: str) -> pl.DataFrame:
        """Return what a group asks for, most first: see ``asking.asks_for``."""
        return asking.asks_for(self.skills, self.asked, self.group(kind, group))

    def who_asks(self, id: str, kind: str) -> pl.DataFrame:
        """Return the groups of a kind that ask for a skill: see ``asking.who_asks``."""
        self.skill(id)
        return asking.who_asks(self.asked, self.all_groups, id, kind)

    def over_and_under(self, kind: str, group: str) -> pl.DataFrame:
        """Return what a group asks for more or less than the service: ``asking.over_and_under``."""
        return asking.over_and_under(self.skills, self.asked, self.group(kind, group))

    def compare(self, kind: str, a: str, b: str) -> pl.DataFrame:
        """Return two groups beside each other: see ``asking.compare``."""
        return asking.compare(self.skills, self.asked, self.group(kind, a), self.group(kind, b))

    def surface(self, kind: str, group: str) -> npt.NDArray[np.float32]:
        """Return where a group's skills lie: 64 x 64, sum 1; row 0 is the lowest y."""
        self.group(kind, group)
        names = self.groups(kind)["group"].to_list()
        found: npt.NDArray[np.float32] = self.surfaces[kind][names.index(group)]
        return found


def _about(told: bytes) -> dict[str, Any]:
    """Return what ``release.json`` says."""
    try:
        about = json.loads(told)
    except ValueError:
        raise _broken(ABOUT) from None
    if not isinstance(about, dict) or not isinstance(about.get("files"), dict):
        raise _broken(ABOUT)
    return about


def _check(folder: Path, name: str, digest: str) -> None:
    """Refuse a file that is not the one that was written."""
    path = folder / name
    if not path.is_file():
        raise _broken(name)
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != digest:
            raise _broken(name)


def _broken(name: str) -> EvidenceBroken:
    return EvidenceBroken(
        "A file of this release of the skills map is not the one that was published",
        where=Where(file=name),
        fix="Put back the folder from a copy, or build the release again from the same adverts",
    )


def _surfaces(path: Path) -> Mapping[str, npt.NDArray[np.float32]]:
    """Return the surfaces by kind; nobody can write into them."""
    found = {}
    with np.load(path, allow_pickle=False) as archive:
        for kind in KINDS:
            array = np.asarray(archive[kind], np.float32).reshape(-1, SIDE, SIDE)
            array.setflags(write=False)
            found[kind] = array
    return MappingProxyType(found)

"""What the pages show of the release in force, asked once and kept for as long as it stands.

A release is a folder of frames (``map.release``); pages want one skill, its neighbours, or the
skills that some words find. Counts come as the release has them: none of fewer than five adverts.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
from django.utils.translation import gettext as _

from muster.kernel.errors import Conflict, EvidenceBroken, NotFound, Where
from muster.services.skills import queries
from muster.services.skills.map.release import KINDS, Release

COLOURS = 12
"""So many colours tell clusters apart; beside each other they differ."""
Surface = npt.NDArray[np.float64]
_HOLDS = 85.0
_NOT_IN_ADDRESSES = re.compile(r"[^A-Za-z0-9_-]")


class Skill(NamedTuple):
    """A skill as the map has it; ``place`` is its row. The region is a 90 % ellipse, in radians."""

    place: int
    id: str
    label: str
    kind: str
    uri: str
    x: float
    y: float
    a: float
    b: float
    angle: float
    adverts: float
    organisations: int
    specialism: float
    cluster: int
    share: float
    trend: str

    @property
    def slug(self) -> str:
        """What stands for the skill in an address."""
        return slug_of(self.id)


class Cluster(NamedTuple):
    """Skills that lie together, by the name people know them by."""

    number: int
    name: str
    x: float
    y: float
    skills: int
    colour: int


class Near(NamedTuple):
    """A neighbour; ``together`` is how many adverts ask for both, None for fewer than five."""

    skill: Skill
    similarity: float
    together: int | None


class Group(NamedTuple):
    """Who asks: an organisation, a profession, a grade, a region or a year."""

    kind: str
    name: str
    parent: str
    adverts: int


class Said(NamedTuple):
    """A sentence of an advert that asks for a skill, where its owner lets it be shown."""

    sentence: str
    organisation: str
    posted: str
    surface: str
    probability: float


class Definition(NamedTuple):
    """What a list of skills says of a skill: in sentences, and how widely it is used."""

    text: str
    reuse: str
    source: str


def slug_of(skill: str) -> str:
    """Return what stands for a skill in an address."""
    return _NOT_IN_ADDRESSES.sub("-", skill)


@dataclass(frozen=True)
class Shown:
    """A release as pages ask of it."""

    release: Release

    @property
    def number(self) -> int:
        """The number of the release."""
        return queries.current_number() or int(self.release.about.get("number") or 0)

    @property
    def made_on(self) -> dt.date | None:
        """The day the release was made, if it says so."""
        try:
            return dt.date.fromisoformat(str(self.release.about.get("made_at", ""))[:10])
        except ValueError:
            return None

    @property
    def digest(self) -> str:
        """What names the content of the release."""
        return str(self.release.digest)

    @cached_property
    def skills(self) -> tuple[Skill, ...]:
        """All skills, in the order of the release."""
        names = [
            "id", "label", "kind", "uri", "x", "y", "region_a", "region_b", "region_angle",
            "adverts", "organisations", "specialism", "cluster", "share", "trend",
        ]  # fmt: skip
        rows = self.release.skills.select(names).with_columns(
            pl.col("uri", "kind", "label").cast(pl.String).fill_null(""),
            pl.col("trend").cast(pl.String).fill_null("not known"),
            pl.col("cluster").fill_null(-1),
            organisations=self._organisations,
        )
        return tuple(Skill(place, *row) for place, row in enumerate(rows.iter_rows()))

    @property
    def _organisations(self) -> pl.Series:
        """How many organisations each skill tells of; earlier releases said how many ask."""
        table = self.release.skills
        if "generality" in self.release.about:
            return table["organisations"]
        told = self.release.asked.filter(pl.col("kind").cast(pl.String) == "organisation")
        return table.select(pl.col("id").cast(pl.String)).join(
            told.group_by(pl.col("id").cast(pl.String)).len(), on="id", how="left",
            maintain_order="left",
        )["len"].fill_null(0)  # fmt: skip

    @cached_property
    def by_id(self) -> Mapping[str, Skill]:
        """Skills by their id."""
        return {one.id: one for one in self.skills}

    @cached_property
    def by_slug(self) -> Mapping[str, Skill]:
        """Skills by what stands for them in an address."""
        return {one.slug: one for one in self.skills}

    @cached_property
    def clusters(self) -> tuple[Cluster, ...]:
        """Clusters, the largest first; each coloured unlike those it lies near."""
        frame = self.release.clusters.filter(pl.col("cluster") >= 0)
        rows = frame.select("cluster", "name", "x", "y", "skills").sort(
            ["skills", "cluster"], descending=[True, False]
        )
        found = list(rows.iter_rows())
        colours = _coloured([(row[2], row[3]) for row in found])
        return tuple(
            Cluster(number, name, x, y, skills, colour)
            for (number, name, x, y, skills), colour in zip(found, colours, strict=True)
        )

    @cached_property
    def cluster_of(self) -> Mapping[int, Cluster]:
        """Clusters by number."""
        return {one.number: one for one in self.clusters}

    @cached_property
    def groups(self) -> Mapping[str, tuple[Group, ...]]:
        """Who asks, by kind, by name."""
        rows = self.release.all_groups.select("kind", "group", "parent", "adverts")
        found: dict[str, list[Group]] = {kind: [] for kind in KINDS}
        for kind, name, parent, adverts in rows.iter_rows():
            found.setdefault(kind, []).append(Group(kind, name, parent or "", int(adverts)))
        return {kind: tuple(sorted(some, key=lambda one: one.name.casefold()))
                for kind, some in found.items()}  # fmt: skip

    def group(self, kind: str, name: str) -> Group | None:
        """Return who asks, by kind and name; None if the release does not tell of it."""
        return next((one for one in self.groups.get(kind, ()) if one.name == name), None)

    @cached_property
    def names(self) -> Mapping[int, tuple[str, ...]]:
        """Other names of each skill, by its row."""
        found: dict[int, list[str]] = {}
        for id_, label, preferred in self.release.labels.select(
            "id", "label", "preferred"
        ).iter_rows():
            skill = self.by_id.get(id_)
            if skill is not None and not preferred and label != skill.label:
                found.setdefault(skill.place, []).append(label)
        return {place: tuple(dict.fromkeys(labels)) for place, labels in found.items()}

    def found(self, words: str) -> dict[int, str]:
        """Return the rows of the skills that words find, best first, each with the name met.

        Synonyms count. What only resembles the words is given where nothing holds them.
        """
        met = self.release.search(words, limit=max(1, len(self.skills)))
        sure = met.filter(pl.col("score") >= _HOLDS)
        rows = (sure if sure.height else met.head(20)).select("id", "label", "matched")
        return {
            self.by_id[id_].place: "" if matched == label else matched
            for id_, label, matched in rows.iter_rows()
            if id_ in self.by_id
        }

    @cached_property
    def _near(self) -> Mapping[str, tuple[tuple[str, float, int | None], ...]]:
        columns = ("id", "other", "similarity", "together")
        rows = self.release.near_pairs.sort("id", "rank").select(columns)
        found: dict[str, list[tuple[str, float, int | None]]] = {}
        for id_, other, similarity, together in rows.iter_rows():
            found.setdefault(id_, []).append((other, similarity, together))
        return {id_: tuple(some) for id_, some in found.items()}

    def near(self, skill: Skill) -> tuple[Near, ...]:
        """Return the nearest skills, the nearest first."""
        return tuple(
            Near(self.by_id[other], similarity, together)
            for other, similarity, together in self._near.get(skill.id, ())
            if other in self.by_id
        )

    def asked_by(self, kind: str, name: str) -> Mapping[int, int]:
        """Return how many adverts of a group ask for a skill, by its row."""
        if self.group(kind, name) is None:
            return {}
        rows = self.release.asks_for(kind, name).select("id", "adverts").iter_rows()
        return {self.by_id[id_].place: int(adverts) for id_, adverts in rows if id_ in self.by_id}

    def surface(self, kind: str, name: str) -> Surface | None:
        """Return the density of a group's skills over the map; it sums to 1."""
        if self.group(kind, name) is None:
            return None
        return np.asarray(self.release.surface(kind, name), dtype=np.float64)

    @cached_property
    def whole_surface(self) -> Surface | None:
        """The density of the whole service: of all organisations, by how many adverts each has."""
        groups = self.release.groups("organisation")
        # A department's adverts are those of its agencies too, so these must not count again.
        tops = groups["parent"].is_null().to_numpy()
        if not tops.any():
            return None
        held = groups["adverts"].to_numpy()[tops].astype(np.float64)
        grids = np.asarray(self.release.surfaces["organisation"], dtype=np.float64)[tops]
        whole = np.tensordot(held, grids, 1)
        return np.asarray(whole / max(float(whole.sum()), 1e-12), dtype=np.float64)

    def said(self, skill: Skill) -> tuple[Said, ...]:
        """Return sentences of adverts that ask for a skill, the surest first."""
        held = self.release.evidence.filter(pl.col("id") == skill.id)
        rows = held.sort("probability", descending=True).select(
            "sentence", "organisation", pl.col("posted").cast(pl.String).fill_null(""), "surface",
            "probability",
        )  # fmt: skip
        return tuple(Said(*row) for row in rows.iter_rows())

    def roles(self, skill: Skill) -> tuple[tuple[str, str, str], ...]:
        """Return the roles of a framework that need a skill: role, its level, the skill's level."""
        held = self.release.roles.filter(pl.col("id") == skill.id)
        rows = held.select("role", "role_level", "level").cast(pl.String).iter_rows()
        return tuple((row[0] or "", row[1] or "", row[2] or "") for row in rows)

    def definition(self, skill: Skill) -> Definition | None:
        """Return what the list of skills says of one; None where it says nothing."""
        rows = self.release.definitions.filter(pl.col("id") == skill.id)
        found = rows.select("definition", "reuse", "source").fill_null("").head(1).rows()
        return Definition(*found[0]) if found else None

    def broader(self, skill: Skill) -> tuple[tuple[str, ...], ...]:
        """Return the paths of broader groups that a skill is in, each from the broadest down."""
        rows = self.release.broader.filter(pl.col("id") == skill.id).sort("path", "step")
        paths: dict[int, list[str]] = {}
        for path, name in rows.select("path", "name").iter_rows():
            paths.setdefault(path, []).append(name)
        return tuple(tuple(names) for names in paths.values())

    def within_region(self, skill: Skill) -> int:
        """Return how many other skills lie within the region of one."""
        xs, ys = self._xy
        dx, dy = xs - skill.x, ys - skill.y
        c, s = np.cos(skill.angle), np.sin(skill.angle)
        along, across = dx * c + dy * s, -dx * s + dy * c
        inside = (along / max(skill.a, 1e-9)) ** 2 + (across / max(skill.b, 1e-9)) ** 2 <= 1
        return int(inside.sum()) - 1

    @cached_property
    def _xy(self) -> tuple[Any, Any]:
        return (np.array([one.x for one in self.skills]), np.array([one.y for one in self.skills]))


def current() -> Shown | None:
    """Return the release in force as pages show it; None while there is none.

    Raises:
        Conflict: if its files are not those that were published: nothing of them is shown.
    """
    try:
        release = queries.published()
    except (EvidenceBroken, NotFound):
        raise Conflict(
            _("The files of the skills map in force are not those that were published"),
            where=Where(thing=f"{_('Release')} {queries.current_number()}"),
            fix=_("Ask an analyst to withdraw it, or an operator to put its folder back"),
        ) from None
    return None if release is None else _shown(release)


def current_or_none() -> Shown | None:
    """Return the release in force for pages that do without: None also if it cannot be read."""
    try:
        return current()
    except Conflict:
        return None


def narrowed(
    shown: Shown, *, organisation: str = "", profession: str = "", cluster: int | None = None
) -> frozenset[int] | None:
    """Return the rows of skills that all that is chosen asks for; None where nothing is chosen."""
    sets: list[Iterable[int]] = []
    for kind, name in (("organisation", organisation), ("profession", profession)):
        if name:
            sets.append(shown.asked_by(kind, name))
    if cluster is not None:
        sets.append(one.place for one in shown.skills if one.cluster == cluster)
    return frozenset.intersection(*map(frozenset, sets)) if sets else None


_HELD: dict[str, Shown] = {}


def _shown(release: Release) -> Shown:
    """Return what was asked of the same release before, so that nothing is worked out twice."""
    held = _HELD.get(release.digest)
    if held is None or held.release is not release:
        while len(_HELD) > 3:
            _HELD.pop(next(iter(_HELD)))
        held = _HELD[release.digest] = Shown(release)
    return held


def _coloured(places: Sequence[tuple[float, float]]) -> list[int]:
    """Return a colour for each place: the one whose nearest like-coloured place is farthest."""
    colours: list[int] = []
    for at, (x, y) in enumerate(places):
        nearest = [float("inf")] * COLOURS
        for other in range(at):
            gap = (places[other][0] - x) ** 2 + (places[other][1] - y) ** 2
            nearest[colours[other]] = min(nearest[colours[other]], gap)
        colours.append(max(range(COLOURS), key=lambda colour: (nearest[colour], -colour)))
    return colours

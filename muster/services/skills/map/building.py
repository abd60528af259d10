"""A whole build: every step in order, each kept when it is done, so that it can be gone on with.

``build`` reads adverts, finds skills, places them, measures how sure the places are, and writes a
release folder. What a step made stands in the build's folder under a stamp of all it was made from:
its inputs, its settings and this code. A build that is started again does only what is not there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from muster.services.skills.map.asked import Asked, asked, too_seldom
from muster.services.skills.map.association import Association, associate
from muster.services.skills.map.association.held_out import judged, split, told_apart
from muster.services.skills.map.clusters import clustered, named
from muster.services.skills.map.finding import found
from muster.services.skills.map.generality import families, measured_by, specialism
from muster.services.skills.map.layout import aligned, begun, lay_out, quality
from muster.services.skills.map.layout.aligning import HOLD
from muster.services.skills.map.lexicon.broader import broader
from muster.services.skills.map.lexicon.corrections import Correction
from muster.services.skills.map.lexicon.lexicon import Lexicon
from muster.services.skills.map.lexicon.own import Own
from muster.services.skills.map.lexicon.shipping import roles, shipped
from muster.services.skills.map.mentions.unlisted import unlisted
from muster.services.skills.map.reading import read
from muster.services.skills.map.reading.corpus import NOT_STATED, Corpus, Remark
from muster.services.skills.map.regions import REPLICATES, Regions, coverage, fitted
from muster.services.skills.map.release import Release
from muster.services.skills.map.releasing import Learned, evidence, tables, write
from muster.services.skills.map.replicating import Drawn, drawn_again
from muster.services.skills.map.steps import Kept, Progress, clear_halves, code_digest, digest_of
from muster.services.skills.map.surfaces import told
from muster.services.skills.map.trends import trends

Floats = npt.NDArray[np.float64]
STEPS = (
    "reading adverts",
    "finding skills",
    "placing skills",
    "measuring how sure the places are",
    "writing the release",
)


@dataclass(frozen=True)
class Job:
    """What is built, and where.

    Args:
        paths: files or folders of adverts.
        folder: of this build; its steps are kept there, and the release is written there.
        linker: ``lexical`` or ``hybrid``.
        seed: of everything drawn by chance.
        previous: the folder of the release before, to lie as it lies; None for the first.
        corrections: of the lexicon, in the order they were decided.
        vectors: where label vectors are kept between builds; the build's folder where None.
        shown: names of files, folders and zips whose owner permits that sentences of them are
            shown.
        parents: the parent of organisations that have one, by name.
        replicates: how many times the map is drawn again to see how sure it is.
        own: a list of skills that somebody brought; None for the one that ships.
    """

    paths: tuple[Path, ...]
    folder: Path
    linker: str = "lexical"
    seed: int = 0
    previous: Path | None = None
    corrections: tuple[Correction, ...] = ()
    vectors: Path | None = None
    shown: frozenset[str] = frozenset()
    parents: Mapping[str, str] = field(default_factory=dict)
    replicates: int = REPLICATES
    own: Own | None = None

    def lexicon(self) -> Lexicon:
        """Return what skills are called in this build, as people corrected it."""
        read_by = shipped() if self.own is None else self.own.lexicon()
        return read_by.corrected(self.corrections)


@dataclass(frozen=True)
class Built:
    """A build that came to its end: its release, and what is to be known of its reading."""

    folder: Path
    said: tuple[str, ...]


def _nobody(step: str, done: int, of: int) -> None:
    """Hears nothing."""


def build(job: Job, *, progress: Progress = _nobody) -> Built:
    """Learn a map and write its release; return where it stands, and what its reading left out.

    Args:
        job: what is built.
        progress: hears how far it is.

    Raises:
        BadInput: naming file, row and field of what cannot be read; or if too little is asked for.
        Stopped: if ``progress`` raises it. What was done is kept.
    """
    job.folder.mkdir(parents=True, exist_ok=True)
    clear_halves(job.folder)
    data = digest_of(job.paths)
    lexicon = job.lexicon()
    reading = Kept(job.folder, "adverts", data)
    corpus = _corpus(job, reading, progress)
    finding = Kept(job.folder, "mentions", [reading.stamp, lexicon.digest, job.linker])
    mentions = found(
        corpus.sentences, lexicon, finding, hybrid=job.linker == "hybrid",
        vectors=job.vectors or job.folder / "vectors",
        heard=lambda done, of: progress(STEPS[1], done, of),
    )  # fmt: skip
    before = None if job.previous is None else Release.open(job.previous)
    placed = _placed(job, corpus, mentions, lexicon, before, progress)
    drawing = Kept(
        job.folder, "regions",
        [finding.stamp, job.seed, job.replicates, before.digest if before else ""],
    )  # fmt: skip
    regions = _regions(job, drawing, corpus, placed, progress)
    folder = _released(job, corpus, mentions, lexicon, placed, regions, data, before, progress)
    said = (*(_sentence(one) for one in corpus.said), *lexicon.said)
    return Built(folder, said)


@dataclass(frozen=True)
class Placed:
    """Skills that stand on the map, and where: all in one order.

    Args:
        asked: which advert asks for which of them.
        skills: ``skill, id, label, kind, branch, uri`` of each.
        families: kind of job of each advert.
        association: which belong together.
        specialism: 0 to 1.
        xy: where they lie.
    """

    asked: Asked
    skills: pl.DataFrame
    families: npt.NDArray[np.uint32]
    association: Association
    specialism: Floats
    xy: Floats


def _corpus(job: Job, kept: Kept, progress: Progress) -> Corpus:
    """Read the adverts, or what was read of the same files."""
    tables_of = ("adverts", "sentences", "uses")

    def write_to(folder: Path) -> None:
        corpus = read(job.paths, progress=lambda done, of: progress(STEPS[0], done, of))
        for name in tables_of:
            getattr(corpus, name).write_parquet(folder / f"{name}.parquet", compression="lz4")
        remarks = [(one.file, one.row, one.what, one.fix) for one in corpus.said]
        pl.DataFrame(
            remarks, orient="row",
            schema={"file": pl.String, "row": pl.Int64, "what": pl.String, "fix": pl.String},
        ).write_parquet(folder / "said.parquet")  # fmt: skip

    folder = kept.make(write_to)
    adverts, sentences, uses = (pl.read_parquet(folder / f"{one}.parquet") for one in tables_of)
    said = [Remark(**one) for one in pl.read_parquet(folder / "said.parquet").to_dicts()]
    return Corpus(adverts, sentences, uses, said)


def _placed(
    job: Job, corpus: Corpus, mentions: pl.DataFrame, lexicon: Lexicon, before: Release | None,
    progress: Progress,
) -> Placed:  # fmt: skip
    """Associate skills and lay them out, near where the last release had them."""
    progress(STEPS[2], 0, 3)
    wanted = asked(corpus, mentions)
    if not len(wanted.skills):
        raise too_seldom(corpus, mentions, lexicon.skills["label"])
    skills = pl.DataFrame({"skill": wanted.skills}).join(
        lexicon.skills, on="skill", how="left", maintain_order="left"
    )
    kinds = families(corpus.adverts["title"].to_list(), wanted, seed=job.seed)
    progress(STEPS[2], 1, 3)
    association = associate(wanted, names=skills["label"].to_list())
    progress(STEPS[2], 2, 3)
    special = specialism(
        wanted, kinds, corpus.adverts["organisation"].to_list(), association,
        professions=corpus.adverts["profession"].to_list(),
    )  # fmt: skip
    if before is None:
        xy = lay_out(association, special, seed=job.seed, measured=False).xy
    else:
        ids = skills["id"].to_list()
        start = begun(ids, before.skills)
        known = np.isfinite(start).all(axis=1).sum() >= 3
        laid = lay_out(
            association, special, start=start if known else None, seed=job.seed,
            hold=HOLD if known else 0.0, measured=False,
        )  # fmt: skip
        xy = aligned(laid.xy, ids, before.skills)
    progress(STEPS[2], 3, 3)
    return Placed(wanted, skills, kinds, association, special, xy)


def _regions(job: Job, kept: Kept, corpus: Corpus, placed: Placed, progress: Progress) -> Regions:
    """Draw the map again and again from other adverts of the same kind."""
    drawn = Drawn(
        placed.asked,
        placed.skills["label"].to_list(),
        placed.families,
        corpus.adverts["organisation"].to_list(),
        corpus.adverts["profession"].to_list(),
        placed.xy,
        job.seed,
    )

    def write_to(folder: Path) -> None:
        places = drawn_again(drawn, job.replicates, lambda done, of: progress(STEPS[3], done, of))
        np.save(folder / "places.npy", places)

    places = np.load(kept.make(write_to) / "places.npy")
    return fitted(placed.xy, placed.association.expected, places)


def _released(
    job: Job, corpus: Corpus, mentions: pl.DataFrame, lexicon: Lexicon, placed: Placed,
    regions: Regions, data: list[dict[str, str]], before: Release | None, progress: Progress,
) -> Path:  # fmt: skip
    """Write the release into the build's folder; return where it stands."""
    progress(STEPS[4], 0, 2)
    learned = _learned(job, corpus, lexicon, placed, regions, before)
    progress(STEPS[4], 1, 2)
    folder = job.folder / "release"
    write(
        folder,
        about=_about(job, corpus, lexicon, placed, regions, data, before)
        | {"drawn": learned.told.drawn, "kept_back": learned.told.kept_back},
        tables=tables(
            learned,
            evidence=_evidence(job, corpus, mentions, placed.skills),
            roles=roles().select("id", "role", "role_level", "level"),
            definitions=lexicon.definitions.join(
                lexicon.skills.select("skill", "id"), on="skill", maintain_order="left"
            ).select("id", "definition", "reuse", "source"),
            broader=broader(lexicon),
            unlisted=unlisted(corpus, mentions),
        ),
        surfaces=learned.told.surfaces,
        replaces=True,
    )
    progress(STEPS[4], 2, 2)
    return folder


def _learned(
    job: Job, corpus: Corpus, lexicon: Lexicon, placed: Placed, regions: Regions,
    before: Release | None,
) -> Learned:  # fmt: skip
    """Return what the tables of a release are made from."""
    skills, expected = placed.skills, placed.association.expected
    dense = clustered(placed.xy)
    clusters = named(
        dense, skills, placed.xy, expected, vectors=placed.association.vectors,
        previous=None if before is None else (before.skills, before.clusters),
    )  # fmt: skip
    near, similarity = placed.association.near(10)
    telling = told(
        corpus.adverts, placed.asked.matrix, skills["id"].to_list(), placed.xy,
        (regions.a, regions.b, regions.angle), parents={"organisation": job.parents},
    )  # fmt: skip
    return Learned(
        skills=skills.select("id", "label", "kind", "uri"),
        labels=lexicon.labels.filter(pl.col("sense") != "never").join(
            skills.select("skill", "id"), on="skill"
        ).select("id", "label", "preferred", "added"),
        xy=placed.xy, regions=regions, specialism=placed.specialism, clusters=clusters,
        trends=trends(corpus.adverts["posted"], placed.asked.matrix),
        near=near, similarity=similarity, together=placed.association.both, told=telling,
        adverts=corpus.adverts.height,
    )  # fmt: skip


def _evidence(
    job: Job, corpus: Corpus, mentions: pl.DataFrame, skills: pl.DataFrame
) -> pl.DataFrame | None:
    """Return sentences that may be shown; None where no owner of the data permits any."""
    # What lies in a folder or zip is called after it: `more.zip/first.html`.
    given = pl.col("source").str.split("/").list.first()
    may = corpus.adverts.filter(given.is_in(sorted(job.shown)))
    if may.is_empty():
        return None
    return evidence(
        mentions, corpus.sentences, corpus.uses.join(may.select("advert"), on="advert"), may,
        skills.select("skill", "id"),
    )  # fmt: skip


def _about(
    job: Job, corpus: Corpus, lexicon: Lexicon, placed: Placed, regions: Regions,
    data: list[dict[str, str]], before: Release | None,
) -> dict[str, object]:  # fmt: skip
    """Return what a release says of itself: what it was learned from, how, and how well."""
    posted = corpus.adverts["posted"].drop_nulls()
    first, last = (posted.min(), posted.max()) if len(posted) else (None, None)
    return {
        "number": 0,
        "made_at": str(last or ""),
        "first": str(first or ""),
        "adverts": corpus.adverts.height,
        "copies": int(corpus.adverts["copies"].sum()),
        "organisations": corpus.adverts["organisation"].replace(NOT_STATED, None).drop_nulls()
        .n_unique(),
        "skills": placed.skills.height,
        "linker": job.linker,
        "seed": job.seed,
        "lexicon": {
            "name": lexicon.name, "version": lexicon.version, "digest": lexicon.digest,
            "corrections": len(job.corrections), "skills": lexicon.skills.height,
            "names": lexicon.labels.height,
        } | ({} if job.own is None else {"own": job.own.told()}),
        "data": data,
        "code": code_digest(),
        "previous": None if before is None else before.digest,
        "generality": measured_by(
            placed.families, corpus.adverts["organisation"].to_list(),
            corpus.adverts["profession"].to_list(),
        ),
        "quality": _quality(job, placed, regions),
    }  # fmt: skip


def _quality(job: Job, placed: Placed, regions: Regions) -> dict[str, float]:
    """Return how good the map is, as figures that a page explains."""
    kept = quality(placed.xy, placed.association.vectors, placed.specialism)
    learned, held = split(placed.asked, seed=job.seed)
    figures: dict[str, float | None] = {
        "trust15": kept.trust15, "recall15": kept.recall15, "radius_rho": kept.radius_rho,
        "coverage": coverage(placed.xy, placed.association.expected, regions.places),
    }  # fmt: skip
    pairs = judged(learned, held)
    if pairs.true.any():
        foretold = associate(learned, names=placed.skills["label"].to_list())
        figures["auc_all"], figures["auc_unseen"] = told_apart(pairs, foretold.score)
    told_of = {name: value for name, value in figures.items() if value is not None}
    return {name: round(float(value), 4) for name, value in told_of.items() if value == value}


def _sentence(one: Remark) -> str:
    where = f"{one.file}, row {one.row}" if one.row is not None else one.file
    return f"{where}: {one.what}. {one.fix}."

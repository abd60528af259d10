"""How fast a map is learned from 206,000 pretend adverts, and how fast the hybrid linker reads.

The corpus is made first and is not counted. A build runs in a process of its own; its memory is
that of the process and all it started, looked at five times a second.

The peer of the hybrid linker is plain sentence-transformers, in an environment of its own: every
sentence of every advert is encoded and compared with the names of skills. The subject reads the
same adverts from Parquet to mentions: each sentence once, only those that may hold a skill, and of
those only what the filter of sentences lets through. How much of what the linker would find without
the filter it still finds is measured on the same adverts.

python -m bench.skills_speed build ADVERTS FOLDER LINKER    builds, and prints what it took
python -m bench.skills_speed link ADVERTS VECTORS           links, and prints what it took
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

import polars as pl

from bench.apart import ROOT, environment, in_turns, one_round, timed
from bench.figures import Figure
from synthetic.adverts import adverts

ADVERTS, SEED = 206_000, 1
MOST_SECONDS, MOST_MEGABYTES, MOST_MINUTES = 120, 3_000, 90
LINKED, LINKED_IN_FULL, TURNS, TURNS_IN_FULL = 400, 5_000, 3, 5
BAR, RECALL = 3.0, 0.98
PEER = "sentence-transformers, every sentence"
_PEER = Path(__file__).parent / "peers" / "skills_encoder.py"
_REAL = ROOT.parent / "shared" / "data" / "adverts" / "public_sector_adverts_2020.parquet"
_LOOK = 0.2


def measure(*, full: bool) -> Iterator[Figure]:
    """Yield seconds and memory of a build, then the rate of hybrid linking beside its peer."""
    with TemporaryDirectory(prefix="muster-bench-") as name:
        folder = Path(name)
        place = folder / "adverts.parquet"
        began = time.perf_counter()
        adverts(ADVERTS, SEED).write_parquet(place)
        took = time.perf_counter() - began
        yield Figure(f"{ADVERTS:,} pretend adverts made", round(took, 1), "s")
        yield from _build(place, folder / "lexical", "lexical", MOST_SECONDS)
        yield from _linking(place, folder, full=full)
        if full:
            yield from _build(place, folder / "hybrid", "hybrid", 60 * MOST_MINUTES)


def _build(place: Path, folder: Path, linker: str, most: int) -> Iterator[Figure]:
    """Yield how long a build took and the most memory it held."""
    name = f"{ADVERTS:,} adverts of Parquet to a published map, {linker}"
    told, peak = watched(
        [sys.executable, "-m", "bench.skills_speed", "build", str(place), str(folder), linker]
    )
    seconds = round(told["seconds"], 1)
    yield Figure(f"{name}, at most {most:,} s", seconds, "s", met=seconds <= most)
    yield Figure(
        f"{name}: peak memory of all its processes, at most {MOST_MEGABYTES:,} MB", peak, "MB",
        met=peak <= MOST_MEGABYTES,
    )  # fmt: skip
    yield Figure(f"{name}: skills on it", told["count"], "skills")


def watched(command: list[str]) -> tuple[dict[str, float], float]:
    """Run a command; return the JSON of its last line, and the most MB that it and its held."""
    done, peaks = Event(), [0.0]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:

        def look() -> None:
            while not done.wait(_LOOK):
                peaks.append(sum(_megabytes(one) for one in _tree(process.pid)))

        watching = Thread(target=look)
        watching.start()
        said, _ = process.communicate()
        done.set()
        watching.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return dict(json.loads(said.splitlines()[-1])), round(max(peaks), 1)


def _tree(root: int) -> Iterator[int]:
    """Yield a process and all that it started, those that are still there."""
    yield root
    for thread in Path(f"/proc/{root}/task").glob("*/children"):
        try:
            started = thread.read_text().split()
        except OSError:
            continue
        for child in started:
            yield from _tree(int(child))


def _megabytes(process: int) -> float:
    """Return what a process holds in memory; nothing if it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    held = next((line for line in lines if line.startswith("VmRSS:")), "VmRSS: 0 kB")
    return int(held.split()[1]) / 1024


def _linking(place: Path, folder: Path, *, full: bool) -> Iterator[Figure]:
    """Yield the rate of the hybrid linker beside its peer, and what the filter costs."""
    count = LINKED_IN_FULL if full else LINKED
    yield from _beside("pretend", pl.read_parquet(place), folder, count, full=full)
    if _REAL.is_file():
        yield from _beside("real", pl.read_parquet(_REAL), folder, count, full=full)


def _beside(
    which: str, every: pl.DataFrame, folder: Path, count: int, *, full: bool
) -> Iterator[Figure]:
    sample = every.sample(min(count, every.height), seed=SEED)
    place, vectors = folder / f"{which}.parquet", folder / "vectors"
    sample.write_parquet(place)
    texts, names = folder / f"{which}.json", folder / "labels.txt"
    texts.write_text(json.dumps(sample["description"].to_list()), encoding="utf-8")
    names.write_text("\n".join(_labels()), encoding="utf-8")
    _warm(vectors)
    yield from in_turns(
        f"hybrid linking of {count:,} {which} adverts",
        "adverts/s",
        lambda: one_round(["-m", "bench.skills_speed", "link", str(place), str(vectors)]),
        peer=PEER,
        peer_round=lambda: one_round(
            [str(_PEER), str(texts), str(names)], python=environment("skills-encoder")
        ),
        bar=BAR,
        most_megabytes=MOST_MEGABYTES,
        most_rounds=TURNS_IN_FULL if full else TURNS,
    )
    yield from _passed_over(which, place, vectors)


def _labels() -> list[str]:
    """Return some names of skills for the peer; how many there are costs it next to nothing."""
    from muster.services.skills.map.lexicon import shipped

    return shipped().skills["label"].to_list()[:1000]


def _warm(vectors: Path) -> None:
    """Make the vectors of names, which a build finds where the last one kept them."""
    from muster.services.skills.map.lexicon import shipped
    from muster.services.skills.map.linking.linker import Linker

    Linker.load(shipped(), cache=vectors)


def _passed_over(which: str, place: Path, vectors: Path) -> Iterator[Figure]:
    """Yield which share of expected mentions is still found, and which of sentences is read."""
    from muster.services.skills.map.lexicon import shipped
    from muster.services.skills.map.linking import skipping
    from muster.services.skills.map.linking.linker import Linker
    from muster.services.skills.map.reading import read

    read_of = read([place]).sentences.filter(pl.col("skill_text"), pl.col("language") == "en")
    linker = Linker.load(shipped(), cache=vectors)
    found = linker.link(read_of)
    kept = read_of.filter(
        pl.Series(skipping.shipped().keeps(linker.glanced(read_of["text"].to_list())))
    )
    still = found.join(kept.select("sentence"), on="sentence", how="semi")
    share = float(still["probability"].sum()) / max(float(found["probability"].sum()), 1e-9)
    yield Figure(
        f"{which} adverts: expected mentions found with the filter, at least {RECALL:.0%}",
        round(100 * share, 2), "%", met=share >= RECALL,
    )  # fmt: skip
    yield Figure(
        f"{which} adverts: unique sentences read closely, of those that may hold a skill",
        round(100 * kept.height / max(read_of.height, 1), 1), "%",
    )  # fmt: skip


def _built(place: str, folder: str, linker: str) -> None:
    """Build in this process and print what it took; ``count`` is skills."""
    began = time.perf_counter()
    from muster.services.skills.map.building import Job, build
    from muster.services.skills.map.release import Release

    made = build(Job((Path(place),), Path(folder), linker=linker))
    took = time.perf_counter() - began
    print(json.dumps({"seconds": took, "count": Release.open(made.folder).skills.height}))


def _link(place: str, vectors: str) -> None:
    """Link in this process and print what it took; start-up is not counted."""
    from muster.services.skills.map.lexicon import shipped
    from muster.services.skills.map.linking import skipping
    from muster.services.skills.map.linking.linker import Linker
    from muster.services.skills.map.reading import read

    linker = Linker.load(shipped(), cache=Path(vectors))

    def work() -> int:
        corpus = read([Path(place)])
        linker.link(corpus.sentences, skipper=skipping.shipped())
        return int(pl.scan_parquet(place).select(pl.len()).collect().item())

    timed(work)


if __name__ == "__main__":
    if sys.argv[1] == "build":
        _built(*sys.argv[2:])
    else:
        _link(*sys.argv[2:])

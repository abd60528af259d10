"""Records linked without labels, beside raw Splink, ``recordlinkage`` and exact rules.

Muster is told what columns say, and nothing else; it chooses its threshold itself. Raw Splink has
the settings of its documentation, and on the public files the threshold that the labels like best,
which nobody has in life. ``recordlinkage`` learns by ECM. All measure F1 over pairs of records.

The files of a large number of people are made here (see ``synthetic.two_sources``). They say
something only while they are as hard as they are meant to be: raw Splink scores 0.970 to 0.978.
There are always as many, for what is slow on few is not what is slow on many; a sample takes fewer
turns.
"""

import json
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from bench.apart import ROOT, environment, in_turns, one_round
from bench.figures import Figure
from muster.register.linkage.deciding import AUTOMATIC, MOST_WRONG
from muster.register.linkage.linking import Linked, link
from muster.register.linkage.one import Known
from muster.register.linkage.preparing import prepared
from muster.register.linkage.roles import Declared, Roles
from synthetic.two_sources import two_sources

DATA = ROOT.parent / "shared" / "data" / "linkage"
PEOPLE, TURNS, TURNS_IN_FULL, ASKED = 500_000, 3, 7, 300
HARD_ENOUGH = (0.970, 0.978)
MOST_TIME, MOST_MEGABYTES, MOST_MILLISECONDS = 1.1, 3000, 200.0
MORE_THAN_SPLINK, MORE_THAN_RULES, LEAST_AUTOMATIC = 0.003, 0.07, 0.85
LEAST_F1 = {"FEBRL3": 0.9931, "FEBRL4": 0.9985}
_EXACT = (("given_name", "surname", "date_of_birth"), ("email",), ("mobile",))
_FEBRL = {
    "record": "unique_id", "given_name": "given_name", "surname": "surname",
    "house_number": "street_number", "town": "suburb", "postcode": "postcode", "region": "state",
    "date_of_birth": "date_of_birth", "identifier": "soc_sec_id",
}  # fmt: skip
_FAKE = {
    "record": "unique_id", "given_name": "first_name", "surname": "surname",
    "date_of_birth": "dob", "town": "city", "email": "email",
}  # fmt: skip
_PEOPLE = {
    "record": "unique_id", "given_name": "given_name", "surname": "surname",
    "date_of_birth": "date_of_birth", "postcode": "postcode", "email": "email", "phone": "mobile",
}  # fmt: skip
_SPLINK = Path(__file__).parent / "peers" / "link_splink.py"
_ECM = Path(__file__).parent / "peers" / "link_recordlinkage.py"


def measure(*, full: bool) -> Iterator[Figure]:
    """Yield the figures on public files, if they are here, then on made people."""
    if DATA.is_dir():
        yield from _febrl("FEBRL3", ("febrl_dataset3.csv",))
        yield from _febrl("FEBRL4", ("febrl_dataset4a.csv", "febrl_dataset4b.csv"))
        yield from _fake()
    else:
        yield Figure("public files (not measured: they are not here)", None, "")
    with TemporaryDirectory(prefix="muster-bench-") as folder:
        yield from _people(PEOPLE, Path(folder), TURNS_IN_FULL if full else TURNS)


def declared(columns: dict[str, str], *extra: str, each_once: bool) -> Declared:
    """Return what columns say; ``extra`` are columns of addresses."""
    said = {role: (column,) for role, column in columns.items()}
    roles = Roles({**said, "address": extra} if extra else said)
    return Declared(roles, roles, each_once)


def f1(right: int, proposed: int, there: int) -> float:
    """Return F1 of proposed pairs, of which so many are right, where so many are there."""
    return 2 * right / (proposed + there) if proposed + there else 0.0


def right_of(pairs: pl.DataFrame, truth: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Return pairs with ``right``.

    Args:
        pairs: with two columns of names of records, ``names``.
        truth: ``unique_id`` and ``person``.
        names: the two columns.
    """
    for side, name in zip("lr", names, strict=True):
        named = truth.select(pl.col("unique_id").alias(name), pl.col("person").alias(f"_{side}"))
        pairs = pairs.join(named, on=name, how="left")
    return pairs.with_columns(right=pl.col("_l") == pl.col("_r")).drop("_l", "_r")


def best_f1(pairs: pl.DataFrame, there: int) -> float:
    """Return the F1 of the threshold that the labels like best; ``probability``, ``right``."""
    by_value = pairs.group_by("probability").agg(pl.len(), pl.col("right").sum())
    sums = by_value.sort("probability", descending=True).select(pl.col("len", "right").cum_sum())
    return max((f1(right, proposed, there) for proposed, right in sums.iter_rows()), default=0.0)


def _read(file: Path) -> pl.DataFrame:
    """Return a public file as text without needless space; an empty value is none."""
    table = pl.read_csv(file, infer_schema=False)
    text = table.rename({name: name.strip() for name in table.columns}).with_columns(
        pl.all().str.strip_chars().replace("", None)
    )
    return text.rename({"rec_id": "unique_id"}) if "rec_id" in text.columns else text


def _there(tables: Sequence[pl.DataFrame], truth: pl.DataFrame) -> int:
    """Return how many pairs of one person there are."""
    counted = [
        table.join(truth, on="unique_id").group_by("person").len(name="n") for table in tables
    ]
    if len(counted) == 1:
        return int(counted[0].select((pl.col("n") * (pl.col("n") - 1) // 2).sum()).item())
    both = counted[0].join(counted[1], on="person")
    return int(both.select((pl.col("n") * pl.col("n_right")).sum()).item())


def _beside(name: str, mine: float, peer: str, theirs: float, least: float = 0.0) -> Figure:
    """Return F1 beside a peer's, which is to be reached, as is ``least``."""
    met = mine >= theirs and mine >= least
    said = f"{name}, pairwise F1" + (f", at least {least}" if least else "")
    return Figure(said, round(mine, 4), "F1", peer, round(theirs, 4), round(mine / theirs, 4),
                  1.0, met)  # fmt: skip


def _febrl(name: str, files: Sequence[str]) -> Iterator[Figure]:
    tables = [_read(DATA / file) for file in files]
    truth = pl.concat(tables).select(
        "unique_id", person=pl.col("unique_id").str.extract(r"^rec-(\d+)-")
    )
    there, within = _there(tables, truth), len(tables) == 1
    said = declared(_FEBRL, "address_1", "address_2", each_once=not within)
    mine = _f1_of(link(tables, said), truth, there)
    with TemporaryDirectory(prefix="muster-bench-") as folder:
        places = _written(tables, Path(folder))
        ecm = _peer_pairs([str(_ECM)], Path(folder), places, truth)
        splink = _peer_pairs([str(_SPLINK), "febrl"], Path(folder), places, truth)
    theirs = f1(int(ecm["right"].sum()), ecm.height, there)
    yield _beside(name, mine, "recordlinkage, ECM", theirs, LEAST_F1[name])
    yield _beside(f"{name}, aim", mine, "raw Splink, best threshold by the labels",
                  best_f1(splink, there))  # fmt: skip


def _fake() -> Iterator[Figure]:
    table = _read(DATA / "fake_1000.csv")
    truth = table.select("unique_id", person="cluster")
    there = _there([table], truth)
    mine = _f1_of(link([table], declared(_FAKE, each_once=False)), truth, there)
    with TemporaryDirectory(prefix="muster-bench-") as folder:
        places = _written([table], Path(folder))
        splink = _peer_pairs([str(_SPLINK), "fake"], Path(folder), places, truth)
    yield _beside("fake_1000", mine, "raw Splink, best threshold by the labels",
                  best_f1(splink, there))  # fmt: skip


def _f1_of(found: Linked, truth: pl.DataFrame, there: int) -> float:
    pairs = right_of(found.pairs, truth, ("record_a", "record_b"))
    return f1(int(pairs["right"].sum()), pairs.height, there)


def _written(tables: Sequence[pl.DataFrame], folder: Path) -> list[str]:
    places = [str(folder / f"{at}.parquet") for at in range(len(tables))]
    for table, place in zip(tables, places, strict=True):
        table.write_parquet(place)
    return places


def _peer_pairs(
    command: Sequence[str], folder: Path, places: Sequence[str], truth: pl.DataFrame
) -> pl.DataFrame:
    """Let a peer link; return its pairs with ``right``."""
    out = folder / "peer.parquet"
    one_round([*command, str(out), *places], python=environment("linkage"))
    return right_of(pl.read_parquet(out), truth, ("l", "r"))


def _people(people: int, folder: Path, turns: int) -> Iterator[Figure]:
    tables = [table.rename({"record": "unique_id"}) for table in two_sources(people)]
    truth = pl.concat([table.select("unique_id", "person") for table in tables])
    places = _written([table.drop("person") for table in tables], folder)
    name, there = f"{people:,} x {people:,} people", _there(tables, truth)
    rules = _by_rules(tables, truth, there)
    mine_out, raw_out = folder / "mine.parquet", folder / "raw.parquet"
    told = dict[str, float]()

    def mine() -> dict[str, float]:
        asked = 0 if told else ASKED
        done = one_round(["-m", "bench.linkage", str(mine_out), str(asked), *places])
        told.update({key: value for key, value in done.items() if key not in told})
        return {**done, "count": 2 * people}

    def raw() -> dict[str, float]:
        words = [str(_SPLINK), "people", str(raw_out), *places]
        return {**one_round(words, python=environment("linkage")), "count": 2 * people}

    yield from in_turns(
        f"{name} linked", "records/s", mine, peer="raw Splink", peer_round=raw,
        bar=round(1 / MOST_TIME, 3), most_megabytes=MOST_MEGABYTES, most_rounds=turns,
    )  # fmt: skip
    pairs = right_of(pl.read_parquet(mine_out), truth, ("record_a", "record_b"))
    proposed = right_of(pl.read_parquet(raw_out), truth, ("l", "r"))
    yield from _quality(name, pairs, proposed, rules, there)
    yield from _calibration(name, pairs, told, there)
    yield from _automatic(name, pairs, told["expected"], there)
    yield Figure(
        f"link one new record against {people:,}: p95, at most {MOST_MILLISECONDS:g}",
        round(told["p95"], 1), "ms", met=told["p95"] <= MOST_MILLISECONDS,
    )  # fmt: skip


def _by_rules(tables: Sequence[pl.DataFrame], truth: pl.DataFrame, there: int) -> float:
    """Return the F1 of what agrees exactly in name and date of birth, email, or mobile."""
    found = pl.concat([
        tables[0].drop_nulls(fields).join(tables[1].drop_nulls(fields), on=fields)
        .select("unique_id", "unique_id_right")
        for fields in map(list, _EXACT)
    ]).unique()  # fmt: skip
    pairs = right_of(found, truth, ("unique_id", "unique_id_right"))
    return f1(int(pairs["right"].sum()), pairs.height, there)


def _quality(
    name: str, pairs: pl.DataFrame, proposed: pl.DataFrame, rules: float, there: int
) -> Iterator[Figure]:
    likely = proposed.filter(pl.col("probability") >= 0.5)
    raw = f1(int(likely["right"].sum()), likely.height, there)
    mine = f1(int(pairs["right"].sum()), pairs.height, there)
    least, most = HARD_ENOUGH
    valid = least <= raw <= most
    yield Figure(
        f"{name}: raw Splink's F1 from 0.5 on, valid from {least:.3f} to {most:.3f}",
        round(raw, 4), "F1", met=valid,
    )  # fmt: skip
    for peer, theirs, more in (
        ("raw Splink", raw, MORE_THAN_SPLINK),
        ("exact rules alone", rules, MORE_THAN_RULES),
    ):
        yield Figure(
            f"{name}: F1 over all proposed links, {more:g} more than {peer}",
            round(mine, 4) if valid else None, "F1", peer, round(theirs, 4),
            round(mine / theirs, 4), round((theirs + more) / theirs, 4),
            mine >= theirs + more if valid else None,
        )  # fmt: skip


def _calibration(
    name: str, pairs: pl.DataFrame, told: dict[str, float], there: int
) -> Iterator[Figure]:
    """Yield what the model expected of its links beside what is true."""
    right = int(pairs["right"].sum())
    true = {"precision": right / pairs.height if pairs.height else 1.0, "recall": right / there}
    for what, share in true.items():
        yield Figure(
            f"{name}: {what} that the model expected", round(told[what], 4), "", "the truth",
            round(share, 4), round(told[what] / share, 4) if share else None,
        )  # fmt: skip


def _automatic(name: str, pairs: pl.DataFrame, expected: float, there: int) -> Iterator[Figure]:
    sure = pairs.filter(pl.col("decision") == AUTOMATIC)
    right = int(sure["right"].sum())
    share = right / there
    false = (sure.height - right) / sure.height if sure.height else 0.0
    yield Figure(
        f"{name}: automatic links, share of true pairs, at least {LEAST_AUTOMATIC:.0%}",
        round(100 * share, 2), "%", met=share >= LEAST_AUTOMATIC,
    )  # fmt: skip
    most = 10_000 * MOST_WRONG
    yield Figure(
        f"{name}: automatic links, false merges, at most {most:g} in 10,000",
        round(10_000 * false, 2), "in 10,000", met=false <= MOST_WRONG,
    )  # fmt: skip
    yield Figure(
        f"{name}: automatic links, false merges that the model expected",
        round(10_000 * expected, 2), "in 10,000",
    )  # fmt: skip


def _round(out: str, asked: int, places: Sequence[str]) -> None:
    """Link two files in this process; print what it took, and how long one more record takes."""
    began = time.perf_counter()
    tables = [pl.read_parquet(place) for place in places]
    said = declared(_PEOPLE, each_once=True)
    found = link(tables, said)
    found.pairs.write_parquet(out)
    told = {
        "count": found.pairs.height,
        "seconds": time.perf_counter() - began,
        "megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "expected": found.decided.wrong,
        "precision": found.decided.precision,
        "recall": found.decided.recall,
    }
    if asked:
        told["p95"] = _one_by_one(found, tables[0].head(asked), said)
    print(json.dumps(told))


def _one_by_one(found: Linked, table: pl.DataFrame, said: Declared) -> float:
    """Return the milliseconds in which 95 of 100 records are prepared and find counterparts."""
    assert found.scored is not None
    took = []
    with Known(found.tables[1], found.scored, found.tables) as known:
        for at in range(table.height):
            began = time.perf_counter()
            known.counterparts(prepared(table.slice(at, 1), said.first))
            took.append(1000 * (time.perf_counter() - began))
    return sorted(took)[int(0.95 * len(took))]


if __name__ == "__main__":
    _round(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
